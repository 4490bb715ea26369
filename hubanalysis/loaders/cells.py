"""A file with a table, as people really export it, read into a frame of text cells.

Nothing is typed here: ``007`` stays ``007``, ``NA`` stays ``NA``, an empty cell is the empty text. The index
is the row a person sees in a spreadsheet.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.loaders.delimited import read_delimited
from hubanalysis.loaders.spreadsheets import Sheet, UnreadableFileError, read_ods, read_xlsx
from hubanalysis.loaders.statistical import UserMissing, read_statistical
from hubanalysis.loaders.telling import Telling
from hubanalysis.locale import mark
from hubanalysis.study.model import Export, Source

__all__ = ["find_header", "header_key", "read_cells"]

_BOM = re.compile(r"^(\ufeff|ï»¿|X\.U\.FEFF\.|X\.\.\.U\.FEFF\.|X\.ï\.\.|ï\.\.)")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\xa0": " "})
_FAULTS = {
    "more cells than the header": (
        "error",
        mark("the row has more cells than the header"),
        mark("in the raw export, put quotation marks around the text that holds the separator"),
    ),
    "fewer cells than the header": (
        "warning",
        mark("rows have fewer cells than the header; the last ones are read as empty"),
        mark("look at these rows: a separator may be missing"),
    ),
    "a quoted text that holds whole rows": (
        "error",
        mark("a stray quotation mark has swallowed the rows that follow"),
        mark("in the raw export, double the stray quotation mark, or close it"),
    ),
}


def header_key(text: str) -> str:
    """A header as it is compared: without byte order mark, case, typography, doubled spaces and the mark of a
    required question."""
    text = unicodedata.normalize("NFC", text)
    while (found := _BOM.match(text)) is not None:
        text = text[found.end() :]
    text = " ".join(text.translate(_TYPOGRAPHY).split())
    return text.removesuffix("*").rstrip(" :").casefold()


def find_header(wanted: str, headers: list[str]) -> str | None:
    """The header that is ``wanted``: letter by letter, else in the form in which headers are compared."""
    if wanted in headers:
        return wanted
    found = [h for h in headers if header_key(h) == header_key(wanted)]
    return found[0] if len(found) == 1 else None


def read_cells(path: Path, source: Source, shown: str, problems: list[Problem]) -> pd.DataFrame | None:
    """The cells of the file at ``path`` as text, all rows and columns; None where it cannot be read.

    A second column of the same name is called ``name [2]``. ``shown`` is how the file is named in messages. In
    .sav and .dta files what the file declares as missing is empty; its codes stand in ``attrs["user_missing"]``,
    for :func:`hubanalysis.loaders.statistical.keep_declared_missing`.
    """
    telling = Telling(problems, [])
    suffix = path.suffix.casefold()
    try:
        if suffix in (".sav", ".dta"):
            return _from_statistical(path, source, shown, telling)
        if suffix in (".xlsx", ".xlsm"):
            rows = _from_sheet(read_xlsx(path, source.sheet, source.decimal), source, shown, telling)
        elif suffix == ".ods":
            rows = _from_sheet(read_ods(path, source.sheet, source.decimal), source, shown, telling)
        elif suffix == ".xls":
            raise UnreadableFileError(
                mark("the old spreadsheet format .xls is not read"), mark("save the file as .xlsx")
            )
        else:
            rows, faults, assumed = read_delimited(path, source.separator, source.encoding, source.header_row)
            _tell_faults(faults, assumed, shown, telling)
    except UnreadableFileError as error:
        telling.error(error.what, error.fix, file=shown, row=error.row)
        return None
    corner = getattr(source, "layout", "") == "matrix"  # the first cell of a roster is often empty
    return _frame(rows, source.header_row, shown, telling, "source" if corner else "")


def _tell_faults(faults: list[tuple[int, str]], assumed: str | None, shown: str, telling: Telling) -> None:
    if assumed:
        telling.warning(
            mark("the text is not UTF-8; it was read as cp1252"),
            mark("declare its `encoding` in study.yaml"),
            file=shown,
        )
    short = [row for row, what in faults if _FAULTS[what][0] == "warning"]
    if short:
        _, what, fix = _FAULTS["fewer cells than the header"]
        telling.warning(what, fix, file=shown, row=short[0], count=len(short))
    for row, fault in faults:
        severity, what, fix = _FAULTS[fault]
        if severity == "error":
            telling.error(what, fix, file=shown, row=row)


def _from_sheet(sheet: Sheet, source: Source, shown: str, telling: Telling) -> dict[int, list[str]]:
    rows = {row: cells for row, cells in sheet.rows.items() if row >= source.header_row}
    if source.sheet is None and len(sheet.names) > 1:
        telling.warning(
            mark("the workbook has several sheets; the first one was read"),
            mark("declare the `sheet` in study.yaml"),
            file=shown,
            value=sheet.name,
        )
    hidden = [row for row in sheet.hidden if row in rows and row > source.header_row]
    if hidden:
        telling.warning(
            mark("hidden rows are read like all others"),
            mark("unhide them and look; take out what must not count with the cleaning log"),
            file=shown,
            row=hidden[0],
            count=len(hidden),
        )
    header = rows.get(source.header_row, {})
    rounded = [place for place in sheet.rounded if place[0] > source.header_row]
    if rounded:
        telling.warning(
            mark("numbers with more digits than a spreadsheet keeps; their last digits may be wrong"),
            mark("export as .csv, or format the column as text before writing into it"),
            file=shown,
            row=rounded[0][0],
            column=header.get(rounded[0][1], ""),
            count=len(rounded),
        )
    for places, what in (
        (sheet.uncalculated, mark("a formula was never calculated: the cell has no value")),
        (sheet.errors, mark("a formula gave an error: the cell has no value")),
    ):
        for row, column in places:
            if row >= source.header_row:
                telling.error(
                    what,
                    mark("open the file in a spreadsheet program and save it, or write the value"),
                    file=shown,
                    row=row,
                    column=header.get(column, ""),
                )
    width = max((max(cells) + 1 for cells in rows.values()), default=0)
    return {
        row: [unicodedata.normalize("NFC", cells.get(column, "")).strip() for column in range(width)]
        for row, cells in rows.items()
    }


def _from_statistical(path: Path, source: Source, shown: str, telling: Telling) -> pd.DataFrame:
    """The cells of a .sav or .dta file: variables and codes, or the labels of both where an export so declares."""
    table = read_statistical(path, source.decimal, source.encoding)
    if table.inexact:
        row, column = table.inexact[0]
        telling.warning(
            mark("whole numbers too large for the way the file stores them; their last digits may be wrong"),
            mark("save the variable as text in the program the file comes from"),
            file=shown,
            row=row,
            column=column,
            count=len(table.inexact),
        )
    in_words = isinstance(source, Export) and source.headers == "labels"
    seen: dict[str, int] = {}
    columns: dict[str, pd.Series] = {}
    missing = UserMissing()
    for variable in table.cells.columns:
        header = (table.labels.get(variable) if in_words else None) or variable
        seen[header] = seen.get(header, 0) + 1
        header = header if seen[header] == 1 else f"{header} [{seen[header]}]"
        columns[header] = table.in_words(variable) if in_words else table.cells[variable]
        if variable in table.user_missing:
            missing[header] = table.user_missing[variable]
    cells = pd.DataFrame(columns, index=table.cells.index, dtype="str")
    cells = cells[(cells != "").any(axis=1)]
    if missing:
        cells.attrs["user_missing"] = missing
    return cells


def _frame(
    rows: dict[int, list[str]], header_row: int, shown: str, telling: Telling, corner: str = ""
) -> pd.DataFrame | None:
    if header_row not in rows:
        telling.error(
            mark("the row with the headers is empty"),
            mark("correct `header_row` in study.yaml, or the file"),
            file=shown,
            row=header_row,
        )
        return None
    headers = rows.pop(header_row)
    if headers:
        headers[0] = headers[0] or corner
    rows = {row: cells for row, cells in rows.items() if any(cells)}
    width = len(headers)
    table = [cells + [""] * (width - len(cells)) for cells in rows.values()]
    seen: dict[str, int] = {}
    names, columns = [], []
    for column, header in enumerate(unicodedata.normalize("NFC", h) for h in headers):
        if not header:
            filled = sum(bool(cells[column]) for cells in table)
            if filled:
                telling.warning(
                    mark("a column without a header is left out"),
                    mark("give it a header if it matters"),
                    file=shown,
                    row=header_row,
                    count=filled,
                )
            continue
        seen[header] = seen.get(header, 0) + 1
        names.append(header if seen[header] == 1 else f"{header} [{seen[header]}]")
        columns.append([cells[column] for cells in table])
    index = pd.Index(list(rows), dtype="int64", name="row")
    return pd.DataFrame(dict(zip(names, columns, strict=True)), index=index, dtype="str")
