"""The registers of a hub: activities, who attended them, organisations, and which needs the activities
answer."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import Problem, filled
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import (
    activity_column,
    day_column,
    drop_copies,
    empty_table,
    optional_column,
    person_column,
    refer,
    tell_misfits,
)
from hubanalysis.loaders.telling import Telling
from hubanalysis.loaders.typed import to_flag, to_number
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import AREAS, REACHES

__all__ = ["load_activities", "load_attendance", "load_needs_activities", "load_organisations"]

_REACH_WORDS = {
    **{reach: reach for reach in REACHES},
    "locale": "local",
    "provinciale": "provincial",
    "regionale": "regional",
    "nazionale": "national",
    "europeo": "european",
    "europea": "european",
    "europe": "european",
}


def _filled(cells: pd.DataFrame, column: str, table: str, file: str, telling: Telling) -> pd.DataFrame:
    empty = cells[column] == ""
    if empty.any():
        telling.warning(
            mark("rows without an id are left out"),
            mark("write it in the cleaning log, if it is known"),
            file=file,
            row=int(cells.index[empty][0]),
            column=column,
            count=int(empty.sum()),
        )
        telling.count(table, file, len(cells), int((~empty).sum()), mark("rows without an id"))
    return cells[~empty]


def _word(text: pd.Series, words: dict[str, str], what: str, file: str, telling: Telling) -> pd.Series:
    found = text.str.casefold().map(words).astype(object)
    fix = filled(mark("write one of: {words}"), words=", ".join(dict.fromkeys(words.values())))
    return tell_misfits(
        text, found.isna() & (text != ""), found.where(found.notna(), None), what, fix, file, telling
    )


def _flag(cells: pd.DataFrame, column: str, file: str, telling: Telling) -> pd.Series:
    text = optional_column(cells, column)
    values, misfits = to_flag(text)
    return tell_misfits(
        text, misfits, values, mark("yes or no was expected"), mark("write yes or no"), file, telling
    )


def _unique(cells: pd.DataFrame, column: str, what: str, file: str, telling: Telling) -> pd.DataFrame:
    """One row for each id; a second row that says something else is an error."""
    again = cells.duplicated(column)
    for row in cells.index[again & ~cells.duplicated()]:
        telling.error(
            what,
            mark("give each its own id, or take one row out with the cleaning log"),
            file=file,
            row=int(row),
            column=column,
            value=cells.at[row, column],
        )
    return cells[~again]


def _text(text: pd.Series) -> pd.Series:
    return text.where(text != "", None)


def load_activities(
    study: Study, problems: list[Problem], account: list[dict], reader: Reader | None = None
) -> pd.DataFrame:
    """The table ``activities``. Columns of the file: ``activity``; ``kind, title, date, municipality, area``
    where known."""
    source = study.activities
    if source is None:
        return empty_table("activities")
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    cells = reader.table(source, ("activities",), ("activity",), "activities")
    cells = _filled(cells, "activity", "activities", source.file, telling)
    cells = _unique(cells, "activity", mark("two activities have the same id"), source.file, telling)
    areas = {area: area for area in AREAS}
    title = optional_column(cells, "title")
    return pd.DataFrame(
        {
            "activity": cells["activity"],
            "kind": _text(optional_column(cells, "kind")),
            "title": title.where(title != "", cells["activity"]),
            "date": day_column(cells, source, telling),
            "municipality": _text(optional_column(cells, "municipality")),
            "area": _word(
                optional_column(cells, "area"),
                areas,
                mark("this is none of the six areas"),
                source.file,
                telling,
            ),
        }
    ).reset_index(drop=True)


def load_organisations(
    study: Study, problems: list[Problem], account: list[dict], reader: Reader | None = None
) -> pd.DataFrame:
    """The table ``organisations``. Columns of the file: ``organisation``; the others of the table where
    known."""
    source = study.organisations
    if source is None:
        return empty_table("organisations")
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    cells = reader.table(source, ("organisations",), ("organisation",), "organisations")
    cells = _filled(cells, "organisation", "organisations", source.file, telling)
    cells = _unique(cells, "organisation", mark("two organisations have the same id"), source.file, telling)
    name, power = optional_column(cells, "name"), optional_column(cells, "power")
    level, misfits = to_number(power, source.decimal, whole=True)
    misfits |= level.notna() & ~level.between(1, 3)
    level = tell_misfits(
        power,
        misfits,
        level.where(~misfits),
        mark("the level of power is 1, 2 or 3"),
        mark("1: decides for itself; 2: decides with others; 3: allots funds or sets rules"),
        source.file,
        telling,
    )
    what = mark("this is no known reach")
    return pd.DataFrame(
        {
            "organisation": cells["organisation"],
            "name": name.where(name != "", cells["organisation"]),
            "kind": _text(optional_column(cells, "kind")),
            "municipality": _text(optional_column(cells, "municipality")),
            "reach": _word(optional_column(cells, "reach"), _REACH_WORDS, what, source.file, telling),
            "power": level,
            "steering": _flag(cells, "steering", source.file, telling),
            "consent": _flag(cells, "consent", source.file, telling),
        }
    ).reset_index(drop=True)


def load_attendance(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    codes: pd.DataFrame | None = None,
    activities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table ``attendance``, from columns ``person`` (the personal code in one cell) and ``activity``.

    ``codes`` are those of the questionnaires, so that a person has one key in both; ``activities`` the
    register.
    """
    source = study.attendance
    if source is None:
        return empty_table("attendance")
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    cells = reader.table(source, ("attendance",), ("person", "activity"), "attendance")
    for column in ("person", "activity"):
        cells = _filled(cells, column, "attendance", source.file, telling)
    activity = activity_column(cells["activity"], activities, source.file, telling)
    cells = cells.assign(activity=activity)[activity.notna()]
    person = person_column(cells["person"], study, codes, "attendance", source.file, telling)
    found = pd.DataFrame({"person": person, "activity": cells["activity"]})
    return drop_copies(found, ["person", "activity"], "attendance", source.file, telling).reset_index(
        drop=True
    )


def load_needs_activities(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    activities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The table ``needs_activities``, from columns ``need, activity, strength`` (0 to 1)."""
    source = study.needs_activities
    if source is None:
        return empty_table("needs_activities")
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    cells = reader.table(source, ("needs_activities",), ("need", "activity", "strength"), "needs_activities")
    needs = {need.id.casefold(): need.id for need in study.consultation.needs} if study.consultation else {}
    need = refer(
        cells["need"],
        needs,
        mark("the need is not declared"),
        source.file,
        telling,
        mark("the needs in study.yaml"),
    )
    activity = activity_column(cells["activity"], activities, source.file, telling)
    strength, misfits = to_number(cells["strength"], source.decimal)
    misfits |= (cells["strength"] == "") | (strength.notna() & ~strength.between(0, 1))
    strength = tell_misfits(
        cells["strength"],
        misfits,
        strength,
        mark("a number from 0 to 1 was expected"),
        mark("0: does not answer the need; 1: answers it wholly"),
        source.file,
        telling,
    )
    found = pd.DataFrame({"need": need, "activity": activity, "strength": strength})[~misfits].dropna()
    return drop_copies(found, ["need", "activity"], "needs_activities", source.file, telling).reset_index(
        drop=True
    )
