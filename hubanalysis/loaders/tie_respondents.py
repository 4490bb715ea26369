"""Who was asked for ties, who answered, and where two sources contradict each other on it."""

from __future__ import annotations

import pandas as pd

from hubanalysis.loaders.decided_names import Spellings
from hubanalysis.loaders.references import drop_copies
from hubanalysis.loaders.telling import safe_to_show
from hubanalysis.loaders.typed import to_flag
from hubanalysis.locale import mark
from hubanalysis.study.networks import Ties
from hubanalysis.tables import TABLES

__all__ = ["tie_respondents"]


def tie_respondents(
    declared: Ties,
    where: tuple,
    told: pd.DataFrame,
    answered: dict[str, bool],
    spellings: Spellings,
    directed: bool,
) -> pd.DataFrame:
    """The rows of the table ``tie_respondents`` of one source.

    Without a list of who was asked: for a list of ties every organisation of the register, where of those that name
    nobody it is not known whether they answered; for a roster matrix all in its rows and its header; for a name
    generator every organisation of the register, of which those without a row did not answer. ``told`` are the ties,
    ``answered`` who answers in the file itself. Where a list says otherwise than the ties, that is told.
    """
    if declared.respondents is None:
        found = _by_the_file(declared, told, answered, spellings)
    else:
        found = _listed(declared, where, told, answered, spellings, directed)
    return found.assign(kind=declared.kind, wave=declared.wave)[list(TABLES["tie_respondents"].columns)]


def _by_the_file(
    declared: Ties, told: pd.DataFrame, answered: dict[str, bool], spellings: Spellings
) -> pd.DataFrame:
    register = [] if declared.layout == "matrix" else spellings.ids.values()
    listed = list(dict.fromkeys([*register, *answered, *told["source"], *told["target"]]))
    otherwise = pd.NA if declared.layout == "edges" else False
    flags = pd.array([answered.get(name, otherwise) for name in listed], dtype="boolean")
    return pd.DataFrame({"organisation": listed, "responded": flags})


def _listed(
    declared: Ties,
    where: tuple,
    told: pd.DataFrame,
    answered: dict[str, bool],
    spellings: Spellings,
    directed: bool,
) -> pd.DataFrame:
    source, reader, telling = declared.respondents, spellings.reader, spellings.telling
    step = f"{source.file} ({declared.kind}, {declared.wave})"
    cells = reader.table(
        source, (*where, "respondents"), ("organisation", "responded"), "tie_respondents", step
    )
    ids, _ = spellings.resolve(cells["organisation"], source.file, declared.free)
    flags, misfits = to_flag(cells["responded"])
    for row in misfits.index[misfits | (cells["responded"] == "")]:
        telling.error(
            mark("yes or no was expected"),
            mark("write yes or no"),
            file=source.file,
            row=int(row),
            column="responded",
            value=safe_to_show(cells.at[row, "responded"]),
        )
    found = pd.DataFrame({"organisation": ids, "responded": flags})[ids.notna()]
    found = drop_copies(found, ["organisation"], "tie_respondents", step, telling)
    pairs = zip(found["organisation"], found["responded"], strict=True)
    said = {name: None if pd.isna(flag) else bool(flag) for name, flag in pairs}

    def tell(organisations: set[str], what: str, fix: str) -> None:
        if organisations:
            shown = ", ".join(sorted(organisations)[:5])
            telling.warning(what, fix, file=source.file, value=shown, count=len(organisations))

    correct = mark("correct one of the two in the cleaning log")
    named_by = set(told["source"])
    if directed or declared.layout != "edges":
        tell(
            {name for name in named_by if said.get(name) is False},
            mark("organisations said not to have answered name ties all the same"),
            correct,
        )
        tell(
            named_by - set(said),
            mark("organisations that name ties are not in the list of who was asked; they count as asked"),
            mark("add them to the list, or correct the ties"),
        )
        more = sorted(named_by - set(said))
        added = pd.DataFrame({"organisation": more, "responded": pd.array([True] * len(more), "boolean")})
        found = pd.concat([found, added], ignore_index=True)
    else:
        silent = {name for name, flag in said.items() if flag is False}
        alone = told["source"].isin(silent) & told["target"].isin(silent)
        tell(
            set(told.loc[alone, "source"]) | set(told.loc[alone, "target"]),
            mark("ties between two organisations that are both said not to have answered: nobody told them"),
            correct,
        )
    if declared.layout != "edges":
        tell(
            {name for name, flag in said.items() if flag is True and not answered.get(name, False)},
            mark(
                "organisations said to have answered have no row, or an empty one; they count as without ties"
            ),
            correct,
        )
    return found
