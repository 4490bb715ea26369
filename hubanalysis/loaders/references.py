"""What tables refer to: names in the registers, and the persons behind personal codes."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import HIDDEN, filled
from hubanalysis.loaders.person_keys import split_code
from hubanalysis.loaders.telling import Telling, nearest, safe_to_show
from hubanalysis.loaders.typed import to_date
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Source
from hubanalysis.tables import TABLES

__all__ = [
    "activity_column",
    "day_column",
    "drop_copies",
    "empty_table",
    "known_names",
    "optional_column",
    "person_column",
    "refer",
    "tell_misfits",
]


def empty_table(name: str) -> pd.DataFrame:
    """The table's columns without a row."""
    return pd.DataFrame(columns=list(TABLES[name].columns))


def known_names(register: pd.DataFrame | None, column: str) -> dict[str, str]:
    """The ids of a register by their folded spelling; empty where there is no register to check against."""
    if register is None:
        return {}
    return {name.casefold(): name for name in register[column]}


def refer(
    cells: pd.Series, names: dict[str, str], what: str, file: str, telling: Telling, register: str
) -> pd.Series:
    """The register's ids for the names in ``cells``; unknown ones are errors, with the nearest spelling, and
    missing.

    Where there is no register (``names`` is empty) the cells are taken as they stand.
    """
    if not names:
        return cells.where(cells != "", None)
    found = cells.str.casefold().map(names).astype(object)
    unknown = cells[found.isna()]
    for name, rows in unknown.groupby(unknown, sort=False).groups.items():
        close = nearest(name, names.values())
        telling.error(
            what,
            filled(mark("did you mean {close}? Correct it in the cleaning log"), close=repr(close))
            if close
            else filled(
                mark("add it to {register}, or correct it in the cleaning log"), register=filled(register)
            ),
            file=file,
            row=int(rows[0]),
            column=str(cells.name),
            value=name,
            count=len(rows),
        )
    return found.where(found.notna(), None)


def drop_copies(
    frame: pd.DataFrame, keys: list[str], table: str, file: str, telling: Telling
) -> pd.DataFrame:
    """The first of the rows with the same ``keys``; how many were copies goes into the account."""
    again = frame.duplicated(keys)
    if again.any():
        telling.count(table, file, len(frame), int((~again).sum()), mark("the same thing written twice"))
    return frame[~again]


def person_column(
    cells: pd.Series, study: Study, codes: pd.DataFrame | None, table: str, file: str, telling: Telling
) -> pd.Series:
    """The key of the person behind each personal code a register wrote; who never answered keeps the code as
    key.

    How many rows belong to somebody without a questionnaire is told as a count; the code never stands in a
    message.
    """
    asked = [instrument for instrument in study.instruments if instrument.about == "people"]
    elements = len(asked[0].code) if asked else 1
    keys = cells.map({text: split_code(text, elements) for text in cells.unique()})
    if not asked or codes is None:
        return keys
    person = dict(zip(codes["code"], codes["person"], strict=True))
    known = keys.isin(list(person))
    if not known.all():
        telling.warning(
            mark("rows of persons who answered no questionnaire"),
            mark("nothing, if they did not answer; else correct their codes in the cleaning log"),
            file=file,
            column=str(cells.name),
            value=HIDDEN,
            count=int((~known).sum()),
        )

    return keys.map(person).where(known, keys)


def activity_column(
    cells: pd.Series, activities: pd.DataFrame | None, file: str, telling: Telling
) -> pd.Series:
    """The activities of the register that ``cells`` name; see :func:`refer`."""
    return refer(
        cells,
        known_names(activities, "activity"),
        mark("the activity is not in the register"),
        file,
        telling,
        mark("the register of activities"),
    )


def optional_column(cells: pd.DataFrame, column: str) -> pd.Series:
    """The column, or empty cells where the file has none."""
    return cells[column] if column in cells else pd.Series("", index=cells.index, dtype="str", name=column)


def tell_misfits(
    cells: pd.Series, misfits: pd.Series, values, what: str, fix: str, file: str, telling: Telling
):
    """``values``, after every misfit was told with its row."""
    for row in misfits.index[misfits]:
        telling.error(
            what, fix, file=file, row=int(row), column=str(cells.name), value=safe_to_show(cells.at[row])
        )
    return values


def day_column(cells: pd.DataFrame, source: Source, telling: Telling) -> pd.Series:
    """The days of the column ``date``, read in the declared order; what is no day is told with its row."""
    text = optional_column(cells, "date")
    days, misfits = to_date(text, source.dates)
    fix = mark("declare the order of day and month under `dates`, or correct it in the cleaning log")
    return tell_misfits(text, misfits, days, mark("a day was expected"), fix, source.file, telling)
