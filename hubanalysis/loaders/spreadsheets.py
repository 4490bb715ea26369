"""Spreadsheets (.xlsx, .ods) as text cells.

openpyxl's streaming reader tells neither hidden rows nor formulas that were never calculated, and pads every
row to the width a file claims, which a hostile file uses to exhaust memory. So the sheet's XML is read here,
one row at a time, within limits; what a number format or a serial date
means is left to openpyxl.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from hubanalysis.errors import DataError, filled
from hubanalysis.loaders.archives import Archive, parse_xml
from hubanalysis.locale import mark

__all__ = ["Sheet", "UnreadableFileError", "read_ods", "read_xlsx", "sheet_names", "written"]

#: Bytes of a sheet once unpacked; a questionnaire of 350 questions and 10,000 rows takes some 150 MB.
LARGEST_SHEET = 192 * 2**20
MOST_CELLS = 5_000_000
MOST_COLUMNS = 4096

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
#: What a damaged file raises somewhere inside lxml or the reading of a number.
_DAMAGE = (etree.XMLSyntaxError, ArithmeticError, LookupError, ValueError)
_AGAIN = mark("export it again from the program it comes from")
_SENDER = mark("do not trust this file; ask its sender")
_TOO_LARGE = mark("the sheet is too large"), mark("export only the rows and columns that are needed")
_LONG = re.compile(r"-?\d{16,}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})$")


class UnreadableFileError(Exception):
    """The file cannot be read as what it claims to be: what is wrong, how to mend it, and in which row."""

    def __init__(self, what: str, fix: str, row: int | None = None):
        super().__init__(what, fix, row)
        self.what, self.fix, self.row = what, fix, row


@dataclass
class Sheet:
    """The cells of one sheet: row number (from 1) to {column (from 0): text}; empty cells have no entry."""

    name: str
    names: list[str]
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    rounded: list[tuple[int, int]] = field(default_factory=list)


def _parse(archive: Archive, name: str, tags: tuple[str, ...]):
    """The elements of one member, one after another, without entities and without the net."""
    content = io.BytesIO(archive.read(name, LARGEST_SHEET))
    for _, element in etree.iterparse(
        content, tag=tags, resolve_entities=False, no_network=True, load_dtd=False
    ):
        if element.getroottree().docinfo.doctype:
            raise archive.refused(mark("its XML declares a document type"), _SENDER)
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _tree(archive: Archive, name: str) -> etree._Element:
    return parse_xml(archive.read(name, LARGEST_SHEET), archive)


def _reading(function):
    """Open the file safely, and turn what a damaged one raises deep inside into one UnreadableFileError."""

    def read(path: Path, sheet: str | None = None, decimal: str = ".") -> Sheet:
        with path.open("rb") as file:
            if file.read(4) == b"\xd0\xcf\x11\xe0":
                raise UnreadableFileError(
                    mark("the spreadsheet is locked with a password, or in the old format .xls"),
                    mark("save it as .xlsx without a password"),
                )
        try:
            with Archive(path, (".xml", ".rels")) as archive:
                return function(archive, sheet, decimal)
        except DataError as error:
            raise UnreadableFileError(error.problems[0].what, error.problems[0].fix) from error
        except _DAMAGE as error:
            raise UnreadableFileError(mark("the spreadsheet is damaged"), _AGAIN) from error

    read.__doc__ = function.__doc__
    return read


def sheet_names(path: Path) -> list[str]:
    """The sheets of an .xlsx; none where the file is no such workbook, which is told by whoever reads it."""
    if path.suffix.casefold() not in (".xlsx", ".xlsm"):
        return []
    try:
        with Archive(path, (".xml", ".rels")) as archive:
            return [s.get("name", "") for s in _tree(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet")]
    except (DataError, OSError, *_DAMAGE):
        return []


def _chosen(names: list[str], sheet: str | None) -> int:
    if sheet is None:
        return 0
    for same in (lambda n: n == sheet, lambda n: n.strip().casefold() == sheet.strip().casefold()):
        for position, name in enumerate(names):
            if same(name):
                return position
    raise UnreadableFileError(
        filled(mark("there is no sheet {sheet}"), sheet=repr(sheet)),
        filled(mark("the sheets are: {sheets}; correct `sheet` in study.yaml"), sheets=", ".join(names)),
    )


def written(value: float, decimal: str) -> str:
    """A number as a person writes it: no ``.0``, no exponent, the source's own decimal mark."""
    if value.is_integer() and abs(value) < 1e22:
        return str(int(value))
    return format(value, ".15g").replace(".", decimal)


def _moment(value) -> str:
    """A date or date and time as ISO text; a day without its midnight."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text.removesuffix("T00:00:00")


def _runs(element: etree._Element) -> str:
    """The text of a shared or inline string, without its phonetic guide."""
    parts = [t.text or "" for t in element.iter(f"{_MAIN}t") if t.getparent().tag != f"{_MAIN}rPh"]
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), "".join(parts))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _date_styles(archive: Archive) -> dict[int, str]:
    """Which cell styles are dates or spans of time."""
    if "xl/styles.xml" not in archive.names:
        return {}
    root = _tree(archive, "xl/styles.xml")
    formats = dict(BUILTIN_FORMATS)
    for element in root.iter(f"{_MAIN}numFmt"):
        formats[int(element.get("numFmtId"))] = element.get("formatCode", "")
    styles = {}
    cells = root.find(f"{_MAIN}cellXfs")
    for position, style in enumerate(() if cells is None else cells):
        code = formats.get(int(style.get("numFmtId", 0)), "General")
        if is_timedelta_format(code):
            styles[position] = "span"
        elif is_date_format(code):
            styles[position] = "date"
    return styles


@_reading
def read_xlsx(archive: Archive, sheet: str | None, decimal: str) -> Sheet:
    """The cells of ``sheet`` (the first without a name) of an .xlsx, as text; nothing is calculated.

    Numbers are written with ``decimal`` as their mark, dates as ISO text. Raises UnreadableFileError.
    """
    book = _tree(archive, "xl/workbook.xml")
    sheets = book.findall(f"{_MAIN}sheets/{_MAIN}sheet")
    names = [s.get("name", "") for s in sheets]
    position = _chosen(names, sheet)
    found = Sheet(names[position], names)
    properties = book.find(f"{_MAIN}workbookPr")
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
    targets = {
        r.get("Id"): r.get("Target", "")
        for r in _tree(archive, "xl/_rels/workbook.xml.rels").iter()
        if r.get("Id")
    }
    target = targets[sheets[position].get(f"{_REL}id")]
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    strings = []
    if "xl/sharedstrings.xml" in archive.names:
        strings = [_runs(element) for element in _parse(archive, "xl/sharedStrings.xml", (f"{_MAIN}si",))]
    dates = _date_styles(archive)

    number = cells = 0
    for row in _parse(archive, path, (f"{_MAIN}row",)):
        number = int(row.get("r", number + 1))
        if row.get("hidden") in ("1", "true"):
            found.hidden.append(number)
        texts: dict[int, str] = {}
        column = -1
        for cell in row:
            reference = _REFERENCE.match(cell.get("r", ""))
            column = _column(reference[1]) if reference else column + 1
            text = _cell(cell, strings, dates, epoch, decimal)
            kind = cell.get("t")
            if kind == "e":
                found.errors.append((number, column))
            elif text:
                texts[column] = text
                if kind in (None, "n") and _LONG.fullmatch(text):
                    found.rounded.append((number, column))
            elif cell.find(f"{_MAIN}f") is not None and kind != "str":
                found.uncalculated.append((number, column))
        cells += len(texts)
        if cells > MOST_CELLS or (texts and max(texts) >= MOST_COLUMNS):
            raise UnreadableFileError(*_TOO_LARGE)
        if texts:
            found.rows[number] = texts
    return found


def _cell(cell, strings: list[str], dates: dict[int, str], epoch, decimal: str) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _runs(cell)
    value = cell.findtext(f"{_MAIN}v")
    if value is None or value == "" or kind == "e":
        return ""
    if kind == "s":
        return strings[int(value)]
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind == "d":
        return value.removesuffix("T00:00:00")
    if kind == "n":
        style = dates.get(int(cell.get("s", 0)))
        if style:
            return _moment(from_excel(float(value), epoch, timedelta=style == "span"))
        # whole numbers are kept digit by digit: a float would round them past 2^53
        return value if re.fullmatch(r"-?\d+", value) else written(float(value), decimal)
    return value


@_reading
def read_ods(archive: Archive, sheet: str | None, decimal: str) -> Sheet:
    """The cells of ``sheet`` (the first without a name) of an .ods, as text. As :func:`read_xlsx`."""
    tables = list(_tree(archive, "content.xml").iter(f"{_TABLE}table"))
    names = [t.get(f"{_TABLE}name", "") for t in tables]
    position = _chosen(names, sheet)
    found = Sheet(names[position], names)
    number = cells = 0
    for row in tables[position].iter(f"{_TABLE}table-row"):
        texts: dict[int, str] = {}
        column = 0
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            text = _ods_cell(cell, decimal)
            if text:
                if column + repeated > MOST_COLUMNS:
                    raise UnreadableFileError(*_TOO_LARGE)
                texts.update(dict.fromkeys(range(column, column + repeated), text))
            elif cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type"):
                found.uncalculated.append((number + 1, column))
            column += repeated
        repeated = int(row.get(f"{_TABLE}number-rows-repeated", 1))
        if texts:
            cells += len(texts) * repeated
            if cells > MOST_CELLS:
                raise UnreadableFileError(*_TOO_LARGE)
            for n in range(number + 1, number + repeated + 1):
                found.rows[n] = dict(texts)
                if row.get(f"{_TABLE}visibility", "visible") != "visible":
                    found.hidden.append(n)
        number += repeated
    return found


def _ods_cell(cell, decimal: str) -> str:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "currency", "percentage"):
        return written(float(cell.get(f"{_OFFICE}value")), decimal)
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return "TRUE" if cell.get(f"{_OFFICE}boolean-value") == "true" else "FALSE"
    return "\n".join("".join(p.itertext()) for p in cell.findall(f"{_TEXT}p"))
