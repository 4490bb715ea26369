"""Workbooks and other zipped documents that come out the same, byte for byte, each time they are written."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

__all__ = ["repeatable_zip", "workbook_bytes", "write_workbook"]

_WHEN = datetime.datetime(2022, 1, 1)
# Formats of office documents carry the moment of writing inside, too.
_MOMENTS = re.compile(
    rb"(<(?:dcterms:(?:created|modified)|dc:date|meta:creation-date)\b[^>]*>)[^<]*(</)",
)


def repeatable_zip(data: bytes, *, stored: Iterable[str] = ()) -> bytes:
    """The zip ``data`` with its members in the same order, without the moment it was written.

    ``stored`` names members that must not be compressed (an OpenDocument's ``mimetype``).
    """
    plain = set(stored)
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w") as result:
        for member in source.infolist():
            content = source.read(member)
            if member.filename.endswith(("core.xml", "meta.xml")):
                content = _MOMENTS.sub(rb"\g<1>" + _WHEN.isoformat().encode() + rb"Z\g<2>", content)
            entry = zipfile.ZipInfo(member.filename, date_time=_WHEN.timetuple()[:6])
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if member.filename in plain else zipfile.ZIP_DEFLATED
            result.writestr(entry, content)
    return target.getvalue()


def workbook_bytes(
    sheets: Mapping[str, Iterable[Sequence]], widths: Mapping[str, Sequence[float]] | None = None
) -> bytes:
    """``sheets`` (rows of cells, the first one the header) as an xlsx; the same bytes for the same cells.

    Text stays text (``007``, ``=1+1``); an empty text or None leaves the cell empty.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "hubanalysis"
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for i, row in enumerate(rows, start=1):
            for j, value in enumerate(row, start=1):
                if value is None or value == "":
                    continue
                cell = sheet.cell(i, j, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl would take a leading = for a formula
                elif isinstance(value, datetime.date):
                    cell.number_format = "dd/mm/yyyy"
                if i == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for j, width in enumerate((widths or {}).get(name, ()), start=1):
            sheet.column_dimensions[get_column_letter(j)].width = width
    buffer = BytesIO()
    book.save(buffer)
    return repeatable_zip(buffer.getvalue())


def write_workbook(
    path: Path,
    sheets: Mapping[str, Iterable[Sequence]],
    *,
    widths: Mapping[str, Sequence[float]] | None = None,
) -> Path:
    """Write :func:`workbook_bytes` of ``sheets`` to ``path``, whose folder is made where it is missing."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook_bytes(sheets, widths))
    return path
