"""Ties between organisations, who was asked for them, and memberships (ties between two kinds of things)."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import drop_copies, empty_table, known_names, person_column, refer
from hubanalysis.loaders.telling import Telling, safe_to_show
from hubanalysis.loaders.typed import to_flag, to_number
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Memberships, Ties
from hubanalysis.tables import TABLES

__all__ = ["load_memberships", "load_ties"]

_UNKNOWN = mark("the organisation is not in the register")
_REGISTER = mark("the register of organisations")


def load_ties(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    organisations: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``ties`` and ``tie_respondents``, from columns ``source, target`` and, where asked,
    ``weight``.

    Loops and copies are dropped; where the network is not directed, the tie from B to A is a copy of that
    from A to B, and is written once, ends in the order of the alphabet. Names are checked against the
    register.
    """
    reader = reader or Reader(study, problems, account)
    ties, asked = [], []
    for position, declared in enumerate(study.networks.ties if study.networks else ()):
        where = ("networks", "ties", position)
        names = known_names(organisations, "organisation")
        found = _ties(study, declared, where, names, reader)
        ties.append(found)
        asked.append(_respondents(declared, where, names, found, reader))
    return (
        pd.concat(ties, ignore_index=True) if ties else empty_table("ties"),
        pd.concat(asked, ignore_index=True) if asked else empty_table("tie_respondents"),
    )


def _ties(study: Study, declared: Ties, where: tuple, names: dict[str, str], reader: Reader) -> pd.DataFrame:
    telling, file = reader.telling, declared.file
    step = f"{file} ({declared.kind}, {declared.wave})"
    cells = reader.table(declared, where, ("source", "target"), "ties", step)
    ends = {end: refer(cells[end], names, _UNKNOWN, file, telling, _REGISTER) for end in ("source", "target")}
    weight = pd.Series(1.0, index=cells.index)
    if "weight" in cells:
        weight, misfits = to_number(cells["weight"], declared.decimal)
        misfits |= weight < 0
        for row in misfits.index[misfits]:
            telling.error(
                mark("the weight of a tie is a number, 0 or more"),
                mark("correct it in the cleaning log"),
                file=file,
                row=int(row),
                column="weight",
                value=safe_to_show(cells.at[row, "weight"]),
            )
        empty = cells["weight"] == ""
        if empty.any():
            telling.warning(
                mark("ties without a weight; they count as 1"),
                mark("write the weight in the cleaning log, if it is known"),
                file=file,
                row=int(cells.index[empty][0]),
                column="weight",
                count=int(empty.sum()),
            )
        weight = weight.mask(empty, 1.0)
    found = pd.DataFrame({"kind": declared.kind, "wave": declared.wave, **ends, "weight": weight})
    found = _step(
        found, found[["source", "target"]].notna().all(axis=1), mark("ends that are not known"), step, telling
    )
    found = _step(
        found, found["weight"].notna() & (found["weight"] > 0), mark("weight 0: no tie"), step, telling
    )
    found = _step(
        found, found["source"] != found["target"], mark("ties of an organisation to itself"), step, telling
    )
    if not study.networks.directed:
        turned = found["source"] > found["target"]
        found = found.assign(
            source=found["source"].mask(turned, found["target"]),
            target=found["target"].mask(turned, found["source"]),
        )
    weights = found.groupby(["source", "target"], sort=False)["weight"]
    differ = weights.transform("nunique") > 1
    if differ.any():
        telling.warning(
            mark("the same tie stands with different weights; the greatest counts"),
            mark("correct it in the cleaning log"),
            file=file,
            row=int(found.index[differ][0]),
            count=int(found[differ].drop_duplicates(["source", "target"]).shape[0]),
        )
    found = found.assign(weight=weights.transform("max"))
    return drop_copies(found, ["source", "target"], "ties", step, telling)[list(TABLES["ties"].columns)]


def _step(rows: pd.DataFrame, stays: pd.Series, reason: str, step: str, telling: Telling) -> pd.DataFrame:
    if not stays.all():
        telling.count("ties", step, len(rows), int(stays.sum()), reason)
    return rows[stays.astype(bool)]


def _respondents(
    declared: Ties, where: tuple, names: dict[str, str], ties: pd.DataFrame, reader: Reader
) -> pd.DataFrame:
    """Who was asked for this kind of tie in this wave.

    Where the study does not say, every organisation of the register: those that name somebody answered, of
    the others it is not known.
    """
    source, telling = declared.respondents, reader.telling
    naming = set(ties["source"])
    if source is None:
        listed = list(dict.fromkeys([*names.values(), *ties["source"], *ties["target"]]))
        flags = pd.array([True if name in naming else pd.NA for name in listed], dtype="boolean")
        found = pd.DataFrame({"organisation": listed, "responded": flags})
    else:
        step = f"{source.file} ({declared.kind}, {declared.wave})"
        cells = reader.table(
            source, (*where, "respondents"), ("organisation", "responded"), "tie_respondents", step
        )
        ids = refer(cells["organisation"], names, _UNKNOWN, source.file, telling, _REGISTER)
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
        silent = naming & set(found.loc[~found["responded"].fillna(True), "organisation"])
        if silent and reader.study.networks.directed:
            telling.warning(
                mark("organisations said not to have answered name ties all the same"),
                mark("correct one of the two in the cleaning log"),
                file=source.file,
                value=", ".join(sorted(silent)[:5]),
                count=len(silent),
            )
    return found.assign(kind=declared.kind, wave=declared.wave)[list(TABLES["tie_respondents"].columns)]


def load_memberships(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    codes: pd.DataFrame | None = None,
    organisations: pd.DataFrame | None = None,
    activities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table ``memberships``, from columns ``source`` and ``target``. Persons are keyed as in the
    questionnaires."""
    reader = reader or Reader(study, problems, account)
    registers = {
        "organisation": (known_names(organisations, "organisation"), _UNKNOWN, _REGISTER),
        "activity": (
            known_names(activities, "activity"),
            mark("the activity is not in the register"),
            mark("the register of activities"),
        ),
    }
    found = [
        _memberships(study, declared, ("networks", "memberships", position), registers, codes, reader)
        for position, declared in enumerate(study.networks.memberships if study.networks else ())
    ]
    return pd.concat(found, ignore_index=True) if found else empty_table("memberships")


def _memberships(
    study: Study,
    declared: Memberships,
    where: tuple,
    registers: dict,
    codes: pd.DataFrame | None,
    reader: Reader,
) -> pd.DataFrame:
    telling, file = reader.telling, declared.file
    step = f"{file} ({declared.kind}, {declared.wave})"
    cells = reader.table(declared, where, ("source", "target"), "memberships", step)

    def ends(column: str, mode: str) -> pd.Series:
        if mode == "person":
            text = cells[column]
            return person_column(text, study, codes, "memberships", file, telling).where(text != "", None)
        names, unknown, register = registers[mode]
        return refer(cells[column], names, unknown, file, telling, register)

    found = pd.DataFrame(
        {
            "kind": declared.kind,
            "wave": declared.wave,
            "source": ends("source", declared.source_mode),
            "source_mode": declared.source_mode,
            "target": ends("target", declared.target_mode),
            "target_mode": declared.target_mode,
        }
    )
    known = found[["source", "target"]].notna().all(axis=1)
    if not known.all():
        telling.count("memberships", step, len(found), int(known.sum()), mark("ends that are not known"))
    return drop_copies(found[known], ["source", "target"], "memberships", step, telling)
