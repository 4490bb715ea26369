"""Ties between organisations, and who was asked for them."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.instruments.xlsform import token
from hubanalysis.loaders.decided_names import LEFT_OUT, Spellings
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import empty_table
from hubanalysis.loaders.rosters import Written, read_written
from hubanalysis.loaders.telling import Telling, safe_to_show
from hubanalysis.loaders.tie_respondents import tie_respondents
from hubanalysis.loaders.typed import to_number
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.networks import Ties
from hubanalysis.tables import TABLES

__all__ = ["load_ties"]


def load_ties(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    organisations: pd.DataFrame | None = None,
    spellings: Spellings | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``ties`` and ``tie_respondents``, from lists of ties, roster matrices and name generators.

    Names are matched with the register (:class:`hubanalysis.loaders.decided_names.Spellings`). Ties of an
    organisation to itself, ties without an end that is known, and copies are left out, each counted. Weights are
    turned so that a higher one is the stronger tie. Where the network is not directed, the tie from B to A is that
    from A to B, written once, ends in the order of the alphabet; the stronger weight counts.
    """
    reader = reader or Reader(study, problems, account)
    ties, asked = [], []
    declared_ties = study.networks.ties if study.networks else ()
    spellings = spellings or Spellings(study, organisations, reader)
    for position, declared in enumerate(declared_ties):
        where = ("networks", "ties", position)
        step = f"{declared.file} ({declared.kind}, {declared.wave})"
        written = read_written(declared, where, reader, step)
        if declared.form:
            written = _from_tokens(written, list(spellings.ids.values()))
        told, answered = _told(declared, written, spellings, step, reader.telling)
        once = _once(told, study.networks.directed, declared, step, reader.telling)
        ties.append(once[list(TABLES["ties"].columns)])
        asked.append(tie_respondents(declared, where, told, answered, spellings, study.networks.directed))
    return (
        pd.concat(ties, ignore_index=True) if ties else empty_table("ties"),
        pd.concat(asked, ignore_index=True) if asked else empty_table("tie_respondents"),
    )


def _from_tokens(written: Written, ids: list[str]) -> Written:
    """A form names an organisation by what may stand in the name of a choice; here it is the register's id again."""
    known = {token(name): name for name in ids}
    ties = written.ties.assign(**{end: written.ties[end].replace(known) for end in ("source", "target")})
    asked = None if written.asked is None else written.asked.replace(known)
    return written._replace(ties=ties, asked=asked, header=written.header.replace(known))


def _told(
    declared: Ties, written: Written, spellings: Spellings, step: str, telling: Telling
) -> tuple[pd.DataFrame, dict[str, bool]]:
    """Ties with both ends known and a weight, as they were told; and who answered, by what stands in the file.

    A row of a matrix or a name generator says who answered: not where it is empty beside the diagonal and the source
    declares such rows silent. In a list of ties, who names somebody has answered.
    """
    cells, file = written.ties, declared.file
    own, own_is = _resolved(written.asked, file, declared, spellings)
    named, named_is = _resolved(written.header, file, declared, spellings)
    if written.asked is None:
        source, source_is = spellings.resolve(cells["source"], file, declared.free)
    else:  # each name in the rows and in the header is resolved, and told, once
        source, source_is = cells["source"].map(own).astype(object), cells["source"].map(own_is)
    if declared.layout == "matrix":
        target, target_is = cells["target"].map(named).astype(object), cells["target"].map(named_is)
    else:
        columns = cells["column"] if declared.layout == "names" else None
        target, target_is = spellings.resolve(cells["target"], file, declared.free, columns)
    found = pd.DataFrame({"kind": declared.kind, "wave": declared.wave, "source": source, "target": target})
    found["weight"] = _weights(cells, declared, written.weighed, telling)
    answered = dict.fromkeys(source[source.notna()], True)
    if written.asked is not None:
        rows = pd.DataFrame({"organisation": written.asked.map(own), "row": written.asked.index})
        rows = rows[rows["organisation"].notna()]
        answered = _rows_answered(declared, rows, found, list(named.values()), step, telling)
    out = (source_is == LEFT_OUT) | (target_is == LEFT_OUT)
    found = _step(found, ~out, mark("ends decided to be no organisation of the register"), step, telling)
    known = found["source"].notna() & found["target"].notna()
    found = _step(found, known, mark("ends that are not known"), step, telling)
    tied = found["weight"].notna() & (found["weight"] > 0)
    found = _step(found, tied, mark("weight 0: no tie"), step, telling)
    itself = found["source"] != found["target"]
    return _step(found, itself, mark("ties of an organisation to itself"), step, telling), answered


def _resolved(
    names: pd.Series | None, file: str, declared: Ties, spellings: Spellings
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Each of ``names`` -> its organisation, None where there is none; and what became of it."""
    if names is None or names.empty:
        return {}, {}
    ids, state = spellings.resolve(names, file, declared.free)
    return dict(zip(names, ids, strict=True)), dict(zip(names, state, strict=True))


def _rows_answered(
    declared: Ties,
    says: pd.DataFrame,
    found: pd.DataFrame,
    header: list[str | None],
    step: str,
    telling: Telling,
) -> dict[str, bool]:
    """Who stands in the rows (``says``: organisation, row) and the header of the file, and whether she answered."""
    filled = set(found.index[found["source"] != found["target"]])  # the diagonal says nothing
    empty = ~says["row"].isin(filled)
    if empty.any():
        silent = declared.empty_means_silent
        telling.warning(
            mark("empty rows: these organisations count as not having answered")
            if silent
            else mark("empty rows: these organisations count as having answered that they have no ties"),
            mark("if it is otherwise, declare `empty_rows` in study.yaml: silent, or no_ties"),
            file=declared.file,
            row=int(says.loc[empty, "row"].iloc[0]),
            value=", ".join(says.loc[empty, "organisation"].iloc[:5]),
            count=int(empty.sum()),
        )
    again = says.duplicated("organisation")
    if again.any():
        telling.warning(
            mark("an organisation answers in more than one row; its ties are put together"),
            mark("if one of them is wrong, take it out with the cleaning log"),
            file=declared.file,
            row=int(says.loc[again, "row"].iloc[0]),
            value=", ".join(says.loc[again, "organisation"].unique()[:5]),
            count=int(again.sum()),
        )
        telling.count(
            "tie_respondents", step, len(says), int((~again).sum()), mark("the same thing written twice")
        )
    answered = dict.fromkeys((name for name in header if name is not None), False)
    for organisation, none in zip(says["organisation"], empty, strict=True):
        speaks = not (none and declared.empty_means_silent)
        answered[organisation] = answered.get(organisation, False) or speaks
    return answered


def _weights(cells: pd.DataFrame, declared: Ties, weighed: bool, telling: Telling) -> pd.Series:
    """The weights as numbers, higher for the stronger tie, 0 where there is none; missing where they do not fit.

    With a declared ``range`` from a to b whose lowest number is the strongest tie, ``a + b - weight``. A tie without a
    weight counts as the weakest: 1, or the lowest of the range.
    """
    weight, misfits = to_number(cells["weight"].reset_index(drop=True), declared.decimal)
    weight.index = misfits.index = cells.index
    meant = declared.weights
    low, high = meant.range if meant and meant.range else (0.0, float("inf"))
    outside = weight.notna() & (weight > 0) & ~weight.between(low, high)
    correct = mark("correct it in the cleaning log")
    for fault, what, fix in (
        (misfits | (weight < 0), mark("the weight of a tie is a number, 0 or more"), correct),
        (
            outside,
            mark("the weight lies outside the declared range"),
            mark("correct it in the cleaning log, or the range in study.yaml"),
        ),
    ):
        for place in fault.to_numpy().nonzero()[0]:
            telling.error(
                what,
                fix,
                file=declared.file,
                row=int(cells.index[place]),
                column=str(cells["column"].iloc[place]),
                value=safe_to_show(cells["weight"].iloc[place]),
            )
    weight = weight.mask(misfits | (weight < 0) | outside)
    empty = cells["weight"] == ""
    if empty.any() and weighed:
        telling.warning(
            mark("ties without a weight; they count as 1")
            if not low
            else mark("ties without a weight; they count as the weakest"),
            mark("write the weight in the cleaning log, if it is known"),
            file=declared.file,
            row=int(cells.index[empty][0]),
            column="weight",
            count=int(empty.sum()),
        )
    if meant and meant.strongest == "low":
        weight = weight.mask(weight > 0, low + high - weight)
    return weight.mask(empty, low or 1.0)


def _once(told: pd.DataFrame, directed: bool, declared: Ties, step: str, telling: Telling) -> pd.DataFrame:
    """Each tie once, with its strongest weight; without direction, also those told from the other end."""
    own = told
    if not directed:
        turned = told["source"] > told["target"]
        own = told.assign(
            source=told["source"].mask(turned, told["target"]),
            target=told["target"].mask(turned, told["source"]),
        )
    weights = own.groupby(["source", "target"], sort=False)["weight"]
    differ = weights.transform("nunique") > 1
    if differ.any():
        telling.warning(
            mark("the same tie stands with different weights; the greatest counts"),
            mark("correct it in the cleaning log"),
            file=declared.file,
            row=int(own.index[differ.to_numpy().nonzero()[0][0]]),
            count=int(own[differ].drop_duplicates(["source", "target"]).shape[0]),
        )
    own = own.assign(weight=weights.transform("max"))
    again = told.duplicated(["source", "target"]).to_numpy()
    if again.any():
        telling.count("ties", step, len(own), int((~again).sum()), mark("the same thing written twice"))
    own = own[~again]
    reverse = own.duplicated(["source", "target"]).to_numpy()
    return _step(own, ~reverse, mark("ties told from the other end too"), step, telling)


def _step(rows: pd.DataFrame, stays, reason: str, step: str, telling: Telling) -> pd.DataFrame:
    stays = pd.Series(stays, index=rows.index).astype(bool)
    if not stays.all():
        telling.count("ties", step, len(rows), int(stays.sum()), reason)
    return rows[stays.to_numpy()]
