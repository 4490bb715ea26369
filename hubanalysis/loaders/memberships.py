"""Memberships: ties between two kinds of things, listed in a file or made of the attendance."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.loaders.decided_names import UNKNOWN
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import drop_copies, empty_table, known_names, person_column, refer
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.networks import Memberships
from hubanalysis.tables import TABLES

__all__ = ["load_memberships"]


def load_memberships(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    codes: pd.DataFrame | None = None,
    organisations: pd.DataFrame | None = None,
    activities: pd.DataFrame | None = None,
    attendance: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table ``memberships``, from columns ``source`` and ``target``, or from the table ``attendance``.

    Persons are keyed as in the questionnaires. With ``through``, an organisation was at an activity where one of its
    persons was: those that a membership of that kind (of any wave) ties to it.
    """
    reader = reader or Reader(study, problems, account)
    registers = {
        "organisation": (
            known_names(organisations, "organisation"),
            UNKNOWN,
            mark("the register of organisations"),
        ),
        "activity": (
            known_names(activities, "activity"),
            mark("the activity is not in the register"),
            mark("the register of activities"),
        ),
    }
    declared = list(enumerate(study.networks.memberships if study.networks else ()))
    found = {
        position: _written(study, one, ("networks", "memberships", position), registers, codes, reader)
        for position, one in declared
        if one.from_ is None
    }
    listed = pd.concat(found.values(), ignore_index=True) if found else empty_table("memberships")
    present = empty_table("attendance") if attendance is None else attendance
    for position, one in declared:
        if one.from_ is not None:
            found[position] = _attended(one, present, listed, reader)
    parts = [found[position] for position, _ in declared]
    return pd.concat(parts, ignore_index=True) if parts else empty_table("memberships")


def _attended(
    declared: Memberships, attendance: pd.DataFrame, listed: pd.DataFrame, reader: Reader
) -> pd.DataFrame:
    telling, step = reader.telling, f"attendance ({declared.kind}, {declared.wave})"
    telling.count("memberships", step, len(attendance), len(attendance), mark("rows of the attendance"))
    pairs = attendance.rename(columns={"person": "source", "activity": "target"})
    if declared.through:
        member = listed[
            (listed["kind"] == declared.through)
            & (listed["source_mode"] == "person")
            & (listed["target_mode"] == "organisation")
        ]
        member = member[["source", "target"]].drop_duplicates().rename(columns={"target": "organisation"})
        belongs = pairs["source"].isin(set(member["source"]))
        if not belongs.all():
            telling.count(
                "memberships", step, len(pairs), int(belongs.sum()), mark("persons without an organisation")
            )
        several = int(member[member["source"].isin(set(pairs["source"]))].duplicated("source").sum())
        if several:
            telling.warning(
                mark("persons of more than one organisation count for each of them"),
                mark("nothing, if it is so; else correct the memberships"),
                file=step,
                count=several,
            )
        pairs = pairs.merge(member, on="source")[["organisation", "target"]]
        pairs = pairs.rename(columns={"organisation": "source"})
        pairs = drop_copies(pairs, ["source", "target"], "memberships", step, telling)
    modes = {"source_mode": "organisation" if declared.through else "person", "target_mode": "activity"}
    found = pairs.assign(kind=declared.kind, wave=declared.wave, **modes)
    return found[list(TABLES["memberships"].columns)]


def _written(
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
