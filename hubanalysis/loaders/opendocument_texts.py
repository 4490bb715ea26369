"""Texts of LibreOffice (.odt): the lines of the running text, with every tracked change accepted."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from hubanalysis.loaders.archives import Archive, parse_xml
from hubanalysis.loaders.paragraphs import (
    BOXES,
    COMMENTS,
    CONTENTS,
    DELETED,
    FOOTNOTES,
    HEADERS,
    Document,
    Lines,
    bold_styles,
    count_words,
)
from hubanalysis.locale import mark

__all__ = ["read_odt"]

_FIX = mark("save it again from the program it comes from")
_APART = {
    "note": FOOTNOTES,
    "annotation": COMMENTS,
    **dict.fromkeys(("text-box", "custom-shape", "rect", "ellipse"), BOXES),
    "tracked-changes": DELETED,
    "table-of-content": CONTENTS,
}
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _attribute(node: etree._Element | None, name: str) -> str:
    if node is None:
        return ""
    return next((value for key, value in node.attrib.items() if etree.QName(key).localname == name), "")


def read_odt(path: Path) -> Document:
    """The running text of an .odt file: tables, lists and insertions with it; what is struck out, notes, frames not.

    Raises DataError where it cannot be read.
    """
    with Archive(path, (".xml",)) as archive:
        if "content.xml" not in archive.names:
            raise archive.refused(mark("it is not an .odt file"), _FIX)
        manifest = "meta-inf/manifest.xml"
        if manifest in archive.names and b"encryption-data" in archive.read(manifest):
            raise archive.refused(mark("it is protected by a password"), mark("save it without a password"))
        root = parse_xml(archive.read("content.xml"), archive)
        styles = (
            parse_xml(archive.read("styles.xml"), archive)
            if "styles.xml" in archive.names
            else etree.Element("x")
        )
    reader = _Odt(_styles(styles, root))
    for page in styles.iter("{*}master-page"):
        reader.lines.left_out[HEADERS] += count_words(" ".join(_plain(p) for p in page.iter("{*}p", "{*}h")))
    body = root.find(".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text")
    if body is not None:
        reader.block(body)
    return Document(reader.lines.found, dict(+reader.lines.left_out))


def _styles(*roots: etree._Element) -> dict[str, bool]:
    own, based = {}, {}
    for root in roots:
        for style in root.iter("{*}style"):
            name = _attribute(style, "name")
            weight = _attribute(style.find("{*}text-properties"), "font-weight")
            own[name] = None if not weight else weight == "bold" or (weight.isdigit() and int(weight) >= 600)
            based[name] = _attribute(style, "parent-style-name")
    return bold_styles(own, based)


def _plain(node: etree._Element) -> str:
    return "".join(node.itertext())


def _rows(table: etree._Element) -> list[etree._Element]:
    """The rows of a table in their order, not those of a table inside a cell."""
    rows = []
    for child in table:
        if _name(child) == "table-row":
            rows.append(child)
        elif _name(child) in ("table-header-rows", "table-rows", "table-row-group"):
            rows += _rows(child)
    return rows


class _Odt:
    def __init__(self, bold: dict[str, bool]):
        self.lines = Lines()
        self._bold = bold

    def block(self, block: etree._Element) -> None:
        for child in block:
            name = _name(child)
            if name in ("p", "h"):
                style = self._bold.get(child.get(f"{_TEXT}style-name", ""), False)
                self.lines.paragraph(self._text(child, style or name == "h"))
            elif name in _APART:
                self._apart(child, name)
            elif name == "table":
                self._table(child)
            elif name not in ("", "sequence-decls", "forms", "table-columns"):
                self.block(child)

    def _apart(self, node: etree._Element, name: str) -> None:
        words = " ".join(_plain(p) for p in node.iter("{*}p", "{*}h"))
        self.lines.left_out[_APART[name]] += count_words(words)

    def _table(self, table: etree._Element) -> None:
        self.lines.tables += 1
        number = self.lines.tables
        for row in _rows(table):
            cells = []
            for cell in row.iterfind("{*}table-cell"):
                inside = _Odt(self._bold)
                inside.lines.left_out, inside.lines.tables = self.lines.left_out, self.lines.tables
                inside.block(cell)
                self.lines.tables = inside.lines.tables
                cells.append(inside.lines.found)
            self.lines.row(cells, number)

    def _text(self, node: etree._Element, bold: bool) -> list[tuple[str, bool]]:
        # Blanks and line ends of the XML itself mean one blank; the format has elements for more.
        pieces = [(re.sub(r"[ \t\r\n]+", " ", node.text or ""), bold)]
        for child in node:
            name = _name(child)
            if name == "s":
                many = child.get(f"{_TEXT}c", "1")
                pieces.append((" " * (min(int(many), 1000) if many.isdecimal() else 1), bold))
            elif name == "tab":
                pieces.append(("\t", bold))
            elif name == "line-break":
                pieces.append(("\n", bold))
            elif name in _APART:
                self._apart(child, name)
            elif name not in ("ruby-text", "title", "desc", ""):
                pieces += self._text(child, self._bold.get(child.get(f"{_TEXT}style-name", ""), bold) or bold)
            pieces.append((re.sub(r"[ \t\r\n]+", " ", child.tail or ""), bold))
        return pieces
