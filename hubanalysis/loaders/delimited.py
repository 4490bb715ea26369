"""Delimited text (.csv, .tsv) as text cells: the encoding and the separator are declared, or told by the
file, never guessed."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from pathlib import Path

from hubanalysis.errors import filled
from hubanalysis.loaders.spreadsheets import UnreadableFileError
from hubanalysis.locale import mark

__all__ = ["decode", "read_delimited"]

SEPARATORS = (";", ",", "\t", "|")
_SHOWN = {"\t": "tab"}
LARGEST_FILE = 256 * 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of ``data`` and, where nothing told its encoding, the one assumed.

    In this order: a byte order mark, the declared encoding, strict UTF-8, cp1252. Raises UnreadableFileError
    where the declared encoding cannot be the right one.
    """
    for first, encoding in _MARKS:
        if data.startswith(first):
            return _strict(data[len(first) :], encoding), None
    if declared == "cp1252" and not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return _strict(data, "cp1252"), None
        raise UnreadableFileError(
            mark("the file is declared as cp1252, but it is UTF-8"),
            mark("write `encoding: utf-8` in study.yaml"),
        )
    if declared:
        return _strict(data, declared), None
    if b"\0" in data:
        return data.decode("latin-1"), None  # refused by whoever looks for NUL, with its row
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return _strict(data, "cp1252"), "cp1252"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise UnreadableFileError(
            filled(mark("the text is not {encoding}"), encoding=encoding),
            mark("declare its `encoding` in study.yaml, or save it as UTF-8"),
            row,
        ) from error


def _records(text: str, separator: str, limit: int | None = None):
    """Each record of the text with its row; a quote that does not close properly is told with its row."""
    csv.field_size_limit(2**24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    while limit is None or row < limit:
        row += 1
        try:
            yield row, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFileError(
                mark("a quotation mark opens and does not close where a cell ends"),
                mark("in the raw export, double the stray quotation mark, or close it"),
                row,
            ) from error


def tell_separator(text: str, header_row: int = 1) -> str:
    """The separator of ``text``: the one that cuts the header and the first rows into equally many cells.

    Raises UnreadableFileError where two do so equally well.
    """
    head = text[:200_000]
    whole = len(head) == len(text)
    scores: dict[str, tuple[float, int]] = {}
    for separator in SEPARATORS:
        widths = []
        try:
            for row, record in _records(head, separator, header_row + 60):
                if row >= header_row and any(record):
                    widths.append(len(record) - (len(record) > 1 and record[-1] == ""))
        except UnreadableFileError:
            if not widths:
                continue
            whole = True  # the row is told later, by the reading itself
        if not whole and len(widths) > 1:
            widths.pop()  # the last one may be cut
        if widths and widths[0] > 1:
            same = sum(width == widths[0] for width in widths) / len(widths)
            scores[separator] = (round(same, 3), widths[0])
    if not scores:
        return ","
    best = max(scores.values())
    first = [s for s, score in scores.items() if score == best]
    if len(first) > 1:
        names = ", ".join(repr(_SHOWN.get(s, s)) for s in first)
        raise UnreadableFileError(
            filled(mark("these signs separate the cells equally well: {signs}"), signs=names),
            mark("declare the `separator` in study.yaml"),
            header_row,
        )
    return first[0]


def read_delimited(
    path: Path, separator: str | None = None, encoding: str | None = None, header_row: int = 1
) -> tuple[dict[int, list[str]], list[tuple[int, str]], str | None]:
    """The rows of a delimited text: ``{row: cells}``, faults as ``(row, what)``, and an encoding that was
    assumed.

    A row counts as a spreadsheet counts it (a text with line breaks in it is one row). Cells beyond the
    header are left out where they are empty. Raises UnreadableFileError.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFileError(
            mark("the file is too large"), mark("export only the rows and columns that are needed")
        )
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableFileError(
            mark("the file is a spreadsheet"), mark("give it its own name: .xlsx or .ods")
        )
    text, assumed = decode(data, encoding)
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise UnreadableFileError(
            mark("the file holds NUL characters: it is damaged, or UTF-16 without its mark"),
            mark("export it again; for UTF-16 write `encoding: utf-16`"),
            row,
        )
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    told = first.strip().strip('"')
    if told.startswith("sep=") and len(told) == 5:  # written for Excel, which does not count it
        separator, text = separator or told[4], rest
    separator = separator or tell_separator(text, header_row)

    rows: dict[int, list[str]] = {}
    faults: list[tuple[int, str]] = []
    width = None
    for row, record in _records(text, separator):
        cells = [cell.strip() for cell in record]
        if row < header_row or not any(cells):
            continue
        if width is None:
            width = len(cells)
            while width and not cells[width - 1]:
                width -= 1
        if any(cells[width:]):
            faults.append((row, "more cells than the header"))
        elif len(record) < width:
            faults.append((row, "fewer cells than the header"))
        if any(_holds_rows(cell, separator, width) for cell in record if "\n" in cell):
            faults.append((row, "a quoted text that holds whole rows"))
        rows[row] = cells[:width]
    return rows, faults, assumed


def _holds_rows(cell: str, separator: str, width: int) -> bool:
    """Whether a quoted text swallowed rows: a line inside it has as many separators as a row of the table."""
    return (
        width > 3
        and Counter(max(cell.split("\n")[1:], key=lambda x: x.count(separator)))[separator] >= width - 2
    )
