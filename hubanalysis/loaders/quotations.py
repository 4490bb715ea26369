"""Tables of coded passages (.csv, .tsv, .xlsx): one row a passage and a code, as Taguette, other programs and people
write them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from hubanalysis.errors import DataError, Problem, filled
from hubanalysis.loaders.cells import find_header, header_key, read_cells
from hubanalysis.loaders.delimited import read_delimited
from hubanalysis.loaders.spreadsheets import UnreadableFileError
from hubanalysis.locale import mark
from hubanalysis.study.model import Coding, Source

__all__ = ["Quotation", "read_quotations"]

#: Headers of exported passages, as Taguette, QualCoder, MAXQDA and people write them.
_HEADERS = {
    "interview": (
        "interview",
        "intervista",
        "document",
        "documento",
        "document name",
        "file",
        "filename",
        "source",
    ),
    "code": ("code", "codice", "tag", "tema", "codename", "code name", "theme"),
    "quote": (
        "quote",
        "citazione",
        "content",
        "contenuto",
        "testo",
        "text",
        "seltext",
        "segment",
        "segmento",
        "coded",
    ),
    "coder": ("coder", "codificatore", "codificatrice", "chi codifica", "owner", "created by", "user"),
    "start": ("start", "inizio", "pos0", "start_offset", "beginning"),
    "end": ("end", "fine", "pos1", "end_offset"),
    "id": ("id",),
}
#: An apostrophe that keeps a spreadsheet from calculating what follows is none of the passage's words.
_SHIELD = re.compile(r"^'(?=[=+@-])")
_NEEDED = ("interview", "code", "quote")
_FAULTS = {
    "more cells than the header": mark("the row has more cells than the header"),
    "fewer cells than the header": mark("the row has fewer cells than the header"),
}


class Quotation(NamedTuple):
    """A row of the table: the passage's words, and what else the row says of it."""

    row: int
    interview: str
    code: str
    quote: str
    coder: str = ""
    start: int | None = None
    end: int | None = None
    id: str = ""  # rows of one id are one passage with several codes


def read_quotations(path: Path, coding: Coding, problems: list[Problem]) -> list[Quotation]:
    """The rows of a table of quotations: columns interview, code, quote, and coder, start, end, id where there are any.

    The headers of common exports are known; others are declared under ``columns``. Rows without words or without a
    code are told and left out. Raises DataError with every fault of the file at once.
    """
    cells = _cells(path, coding, problems)
    at = {}
    for column, names in _HEADERS.items():
        declared = coding.columns.get(column)
        if declared is not None:
            at[column] = find_header(declared, list(cells.columns))
        else:
            keys = {header_key(header): header for header in reversed(cells.columns)}
            at[column] = next((keys[name] for name in names if name in keys), None)
    lacking = [c for c in _HEADERS if at[c] is None and (c in _NEEDED or c in coding.columns)]
    if lacking:
        raise DataError(
            "A file cannot be read.",
            [
                Problem(
                    filled(mark("a column is missing: {column}"), column=coding.columns.get(column, column)),
                    mark("name the columns interview, code, quote, or declare their names under `columns`"),
                    file=coding.file,
                    row=1,
                )
                for column in lacking
            ],
        )
    found, bare, untagged = [], [], []
    for row, line in zip(cells.index, cells.to_dict("records"), strict=True):
        values = {column: line[header] for column, header in at.items() if header is not None}
        values["quote"] = _SHIELD.sub("", values["quote"])
        if not values["quote"]:
            bare.append(int(row))
        elif not values["code"]:
            untagged.append(int(row))
        else:
            start, end = (_number(values.pop(c, "")) for c in ("start", "end"))
            found.append(Quotation(int(row), **values, start=start, end=end))
    for rows, what, fix in (
        (bare, mark("a passage without its words cannot be found"), mark("write the passage's words")),
        (untagged, mark("a passage without a code is left out"), mark("nothing to do, or give it a code")),
    ):
        if rows:
            problems.append(
                Problem(what, fix, file=coding.file, row=rows[0], severity="warning", count=len(rows))
            )
    return found


def _number(text: str) -> int | None:
    text = text.removesuffix(".0")
    return int(text) if text.isascii() and text.isdecimal() else None


def _cells(path: Path, coding: Coding, problems: list[Problem]) -> pd.DataFrame:
    if not path.is_file():
        what, fix = mark("the file is missing"), mark("put it there, or correct its name in study.yaml")
        raise DataError("A file cannot be read.", [Problem(what, fix, file=coding.file)])
    told: list[Problem] = []
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".ods", ".xls"):
        cells = read_cells(path, Source(file=coding.file, sheet=coding.sheet), coding.file, told)
    else:
        cells = _delimited(path, coding, told)
    problems += [p for p in told if p.severity == "warning"]
    errors = [p for p in told if p.severity == "error"]
    if errors or cells is None:
        raise DataError("A file cannot be read.", errors)
    return cells


def _delimited(path: Path, coding: Coding, told: list[Problem]) -> pd.DataFrame | None:
    """The cells of delimited text. A passage may hold line ends and commas, so that no row counts as swallowed by it:
    where a stray quotation mark did swallow rows, the passage is not found in its interview and told then.
    """
    separator = {"tab": "\t"}.get(coding.separator or "", coding.separator)
    if separator is None and path.suffix.casefold() == ".tsv":
        separator = "\t"
    try:
        rows, faults, assumed = read_delimited(path, separator, coding.encoding)
    except UnreadableFileError as error:
        told.append(Problem(error.what, error.fix, file=coding.file, row=error.row))
        return None
    fix = mark("put quotation marks around the passage, or export the quotations again")
    told += [
        Problem(_FAULTS[what], fix, file=coding.file, row=row) for row, what in faults if what in _FAULTS
    ]
    if assumed:
        told.append(
            Problem(
                mark("the text is not UTF-8; it was read as cp1252"),
                mark("declare its `encoding` in study.yaml"),
                file=coding.file,
                severity="warning",
            )
        )
    if not rows:
        return pd.DataFrame(columns=list(_NEEDED), dtype="str")
    first, *others = rows
    headers = [header or f"[{number}]" for number, header in enumerate(rows[first])]
    headers = [f"{h} [{n}]" if h in headers[:n] else h for n, h in enumerate(headers)]
    table = [rows[row] + [""] * (len(headers) - len(rows[row])) for row in others]
    return pd.DataFrame(table, index=pd.Index(others, dtype="int64"), columns=headers, dtype="str")
