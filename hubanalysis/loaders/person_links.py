"""Who the people of an instrument are: waves joined, as decided and as the codes say, and the account of it."""

from __future__ import annotations

import pandas as pd

from hubanalysis.loaders.arms import within_arms
from hubanalysis.loaders.decided_links import Decisions, open_pairs, read_decisions
from hubanalysis.loaders.linking import Links, link_waves
from hubanalysis.loaders.reader import Reader
from hubanalysis.locale import mark
from hubanalysis.study.model import Instrument

__all__ = ["link_people"]

_COUNTED = {
    "exact": mark("people joined between waves by the same code"),
    "near": mark("people joined between waves by a code in which one element differs"),
    "decided": mark("people joined between waves as a person decided"),
    "ambiguous": mark("people left apart because their code does not tell who they are"),
    "single": mark("people found in one wave only"),
}


def link_people(
    kept: pd.DataFrame,
    submissions: pd.DataFrame,
    instrument: Instrument,
    where: tuple,
    reader: Reader,
    open_links: list[pd.DataFrame] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``kept`` with each row's person (``id``, a code still) and ``link``, and the codes with their person.

    ``kept`` are the submissions that count, in wave order, with their ``arm``: people of two arms are joined by a
    decision alone. ``submissions`` are all rows read. Pairs to look at are appended to ``open_links``, where given, as
    lines of the file of decisions, after those that are decided. How many were joined in which way is counted in the
    account.
    """
    telling = reader.telling
    decisions = Decisions([], [], pd.DataFrame())
    if instrument.links is not None:
        place = (*where, "links")
        decisions = read_decisions(
            instrument.links, place, instrument.id, submissions, kept, reader, reader.keyed
        )
    elements = [column for column in kept.columns if column.startswith("element ")]
    codes = kept[["uid", "wave", *elements]].rename(columns={"uid": "row"})
    pairs = []

    def link(mine: pd.DataFrame) -> pd.DataFrame:
        found = _link(mine, instrument, decisions)
        pairs.append(found.pairs)
        return found.rows

    arms = kept["arm"]
    arm = dict(zip(kept["uid"], arms, strict=True))
    across = [pair for pair in decisions.same if arm[pair[0]] != arm[pair[1]]]
    if across and not arms.isna().any():
        telling.error(
            mark(
                "a decision makes one person of two rows, one of the programme and one of the comparison group"
            ),
            mark("correct the group of one of them in the cleaning log, or take the decision back"),
            file=instrument.links.file,
            count=len(across),
        )
    links = within_arms(codes, arms, link)
    kept = kept.assign(id=links["person_key"].to_numpy(), link=links["link"].to_numpy())
    if open_links is not None and reader.keyed is not None:
        told = pd.concat(pairs, ignore_index=True)
        open_links += [decisions.lines, open_pairs(told, kept, instrument.id, reader.keyed)]
    if kept["wave"].nunique() > 1:
        people = kept.drop_duplicates("id")["link"].value_counts()
        for kind, reason in _COUNTED.items():
            if people.get(kind, 0):
                telling.count("links", instrument.id, people[kind], people[kind], reason)
    return kept, _codes_seen(kept, instrument, telling)


def _link(codes: pd.DataFrame, instrument: Instrument, decisions: Decisions) -> Links:
    here = set(codes["row"]) if decisions.same or decisions.different else set()
    return link_waves(
        codes,
        tolerant=instrument.link == "tolerant",
        same=[pair for pair in decisions.same if here.issuperset(pair)],
        different=[pair for pair in decisions.different if here.issuperset(pair)],
    )


def _codes_seen(kept: pd.DataFrame, instrument: Instrument, telling) -> pd.DataFrame:
    """The code of each person, for the registers. A code that two people have names neither of them."""
    seen = kept.loc[kept["key"] != "", ["key", "id"]].set_axis(["code", "person"], axis=1).drop_duplicates()
    shared = seen["code"].duplicated(keep=False)
    if shared.any():
        telling.warning(
            mark("codes that two people have; rows of registers with such a code belong to neither"),
            mark("nothing, or correct the code of one of them in the cleaning log"),
            file=kept["file"].iloc[0],
            count=int(seen.loc[shared, "code"].nunique()),
        )
        seen = seen.assign(person=seen["person"].where(~shared, seen["code"] + "#?")).drop_duplicates()
    return seen
