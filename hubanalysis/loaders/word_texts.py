"""Texts of Word (.docx): the lines of the running text, with every tracked change accepted."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from lxml import etree

from hubanalysis.loaders.archives import Archive, parse_xml
from hubanalysis.loaders.paragraphs import (
    BOXES,
    COMMENTS,
    DELETED,
    FOOTNOTES,
    HEADERS,
    HIDDEN_WORDS,
    Document,
    Lines,
    bold_styles,
    count_words,
)
from hubanalysis.locale import mark

__all__ = ["read_docx"]

_FIX = mark("save it again from the program it comes from")
_APART = {
    "footnotes": FOOTNOTES,
    "endnotes": FOOTNOTES,
    "comments": COMMENTS,
    "header": HEADERS,
    "footer": HEADERS,
}


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def read_docx(path: Path) -> Document:
    """The running text of a .docx file: tables and insertions with it; notes, boxes, deletions counted and left out.

    Moved text stands where it was moved to. A paragraph whose end was struck out goes on in the next one.
    Raises DataError where it cannot be read.
    """
    with Archive(path, (".xml", ".rels")) as archive:
        main = _main_part(archive)
        if main not in archive.names:
            raise archive.refused(mark("it is not a .docx file"), _FIX)
        body = parse_xml(archive.read(main), archive).find("{*}body")
        folder = posixpath.dirname(main)
        styles = f"{folder}/styles.xml"
        bold = _styles(parse_xml(archive.read(styles), archive)) if styles in archive.names else {}
        reader = _Docx(bold)
        for name in archive.names:
            place = _APART.get(re.sub(r"\d*\.xml$", "", posixpath.basename(name)))
            if place and posixpath.dirname(name) == folder:
                reader.lines.left_out[place] += count_words(_words(parse_xml(archive.read(name), archive)))
    if body is not None:
        reader.block(body)
    reader.flush()
    return Document(reader.lines.found, dict(+reader.lines.left_out))


def _main_part(archive: Archive) -> str:
    """The part that holds the text; some programs do not call it document.xml."""
    if "_rels/.rels" in archive.names:
        for relation in parse_xml(archive.read("_rels/.rels"), archive):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                return str(relation.get("Target", "")).lstrip("/").casefold()
    return "word/document.xml"


def _words(node: etree._Element) -> str:
    """All words below ``node``, a blank between paragraphs."""
    paragraphs = [p for p in node.iter("{*}p") if _name(p) == "p"]
    return " ".join("".join(t.text or "" for t in p.iter("{*}t", "{*}delText")) for p in paragraphs)


def _value(node: etree._Element | None, name: str = "val") -> str:
    return (
        ""
        if node is None
        else next((v for k, v in node.attrib.items() if etree.QName(k).localname == name), "")
    )


def _on(properties: etree._Element | None, name: str) -> bool | None:
    """Whether a property is switched on or off; None where nothing is said."""
    found = None if properties is None else properties.find(f"{{*}}{name}")
    return None if found is None else _value(found) not in ("0", "false", "off", "none")


def _styles(root: etree._Element) -> dict[str, bool]:
    """Each style that is bold, by itself or by the style it is based on."""
    own, based = {}, {}
    for style in root.iterfind("{*}style"):
        name = _value(style, "styleId")
        own[name], based[name] = _on(style.find("{*}rPr"), "b"), _value(style.find("{*}basedOn"))
    return bold_styles(own, based)


class _Docx:
    def __init__(self, bold: dict[str, bool]):
        self.lines = Lines()
        self._bold = bold
        self._open: list[tuple[str, bool]] = []  # of a paragraph whose end was struck out

    def block(self, block: etree._Element) -> None:
        for child in block:
            name = _name(child)
            if name == "p":
                style = _value(child.find("{*}pPr/{*}pStyle"))
                self._open += self._text(child, self._bold.get(style, False))
                if child.find("{*}pPr/{*}rPr/{*}del") is None:
                    self.flush()
            elif name == "tbl":
                self.flush()
                self._table(child)
            elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
                self.block(child)
            elif name in ("del", "moveFrom"):
                self.lines.left_out[DELETED] += count_words(_words(child))

    def flush(self) -> None:
        if self._open:
            self.lines.paragraph(self._open)
        self._open = []

    def _table(self, table: etree._Element) -> None:
        self.lines.tables += 1
        number = self.lines.tables
        for row in table.iterfind("{*}tr"):
            if row.find("{*}trPr/{*}del") is not None:
                self.lines.left_out[DELETED] += count_words(_words(row))
                continue
            cells = []
            found = [*row.iterfind("{*}tc"), *row.iterfind("{*}sdt/{*}sdtContent/{*}tc")]
            for cell in found:
                inside = _Docx(self._bold)
                inside.lines.left_out, inside.lines.tables = self.lines.left_out, self.lines.tables
                inside.block(cell)
                inside.flush()
                self.lines.tables = inside.lines.tables
                cells.append(inside.lines.found)
            self.lines.row(cells, number)

    def _text(self, node: etree._Element, bold: bool) -> list[tuple[str, bool]]:
        """The pieces of a paragraph once every tracked change is accepted."""
        pieces: list[tuple[str, bool]] = []
        for child in node:
            name = _name(child)
            if name == "t":
                pieces.append((child.text or "", bold))
            elif name in ("tab", "ptab"):
                pieces.append(("\t", bold))
            elif name in ("br", "cr"):
                pieces.append(("\n", bold))
            elif name == "noBreakHyphen":
                pieces.append(("-", bold))
            elif name == "r":
                pieces += self._run(child, bold)
            elif name in ("del", "moveFrom"):
                text = "".join(t.text or "" for t in child.iter("{*}t", "{*}delText"))
                self.lines.left_out[DELETED] += count_words(text)
            elif name == "txbxContent":
                self.lines.left_out[BOXES] += count_words(_words(child))
            elif name not in ("", "delText", "instrText", "delInstrText", "Fallback", "pPr", "rPr", "rt"):
                pieces += self._text(child, bold)
        return pieces

    def _run(self, run: etree._Element, bold: bool) -> list[tuple[str, bool]]:
        properties = run.find("{*}rPr")
        if _on(properties, "vanish"):
            text = "".join(t.text or "" for t in run.iter("{*}t"))
            self.lines.left_out[HIDDEN_WORDS] += count_words(text)
            return []
        own = _on(properties, "b")
        if own is None and properties is not None:
            own = self._bold.get(_value(properties.find("{*}rStyle"))) or None
        return self._text(run, bold if own is None else own)
