"""Lines of a text document as a person sees them: .docx, .odt, .txt, and the cues of .vtt and .srt."""

from __future__ import annotations

import html
import re
from pathlib import Path

from lxml import etree

from hubanalysis.errors import DataError, Problem
from hubanalysis.loaders.archives import Archive, parse_xml
from hubanalysis.loaders.delimited import decode
from hubanalysis.loaders.spreadsheets import UnreadableFileError
from hubanalysis.locale import mark

__all__ = ["read_lines"]

#: One document's lines, each with the number a person would count to find it.
Lines = list[tuple[int, str]]

LARGEST_TEXT = 16 * 2**20
_TIMING = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")


def read_lines(path: Path, problems: list[Problem], shown: str = "") -> Lines:
    """The lines of a document, in reading order, tables and tracked insertions with them, deletions without.

    A cue of subtitles is one line, ``speaker: text`` where it names its voice. Rows of a table with two cells come as
    ``first: second``. ``shown`` is how the file is named in messages. Raises DataError where it cannot be read.
    """
    shown = shown or path.name
    suffix = path.suffix.lower()
    if suffix == ".docx":
        return _docx(path)
    if suffix == ".odt":
        return _odt(path)
    if suffix in (".vtt", ".srt"):
        return _cues(_decoded(path, problems, shown))
    if suffix == ".txt":
        text = _decoded(path, problems, shown).replace("\r\n", "\n").replace("\r", "\n")
        return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    what = mark("transcripts of this kind are not read")
    raise _refused(shown, what, mark("save it as .docx, .odt, .txt, .vtt or .srt"))


def _decoded(path: Path, problems: list[Problem], shown: str) -> str:
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise _refused(
                shown, mark("it is too large to be a transcript"), mark("give each interview its own file")
            )
        content = path.read_bytes()
    except OSError as error:
        raise _refused(shown, mark("the file cannot be opened"), mark("check that it may be read")) from error
    try:
        text, assumed = decode(content, None)
    except UnreadableFileError as error:
        raise _refused(shown, error.what, mark("save it again as UTF-8")) from error
    if assumed:
        problems.append(
            Problem(
                mark("the text is not UTF-8; it was read as cp1252"),
                mark("save it again as UTF-8"),
                file=shown,
                severity="warning",
            )
        )
    if "\x00" in text:
        raise _refused(shown, mark("the file is no text"), mark("save the transcript as text (UTF-8)"))
    return text.removeprefix("\ufeff")


def _cues(text: str) -> Lines:
    """One line a cue; notes, styles and timings are left out, the voice comes first."""
    lines: Lines = []
    number = 1
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.split("\n")
        at = next((i for i, row in enumerate(rows) if _TIMING.match(row)), None)
        if at is not None:
            payload = " ".join(row.strip() for row in rows[at + 1 :])
            voice = _VOICE.search(payload)
            words = html.unescape(re.sub(r"<[^>]*>", "", payload)).strip()
            if words:
                lines.append(
                    (number + at + 1, f"{html.unescape(voice[1]).strip()}: {words}" if voice else words)
                )
        number += len(rows) + 1
    return lines


def _docx(path: Path) -> Lines:
    with Archive(path, (".xml",)) as archive:
        if "word/document.xml" not in archive.names:
            raise archive.refused("it is not a .docx file", "save it again as .docx")
        root = parse_xml(archive.read("word/document.xml"), archive)
    body = root.find("{*}body")
    return _numbered(_docx_block(body) if body is not None else [])


def _docx_block(block: etree._Element) -> list[str]:
    lines: list[str] = []
    for child in block:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "p":
            lines += _docx_text(child).split("\n")
        elif name == "tbl":
            for row in child.iterfind("{*}tr"):
                lines += _row([" ".join(_docx_block(cell)) for cell in row.iterfind("{*}tc")])
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            lines += _docx_block(child)
    return lines


def _docx_text(node: etree._Element) -> str:
    """What a paragraph says once every tracked change is accepted."""
    parts = []
    for child in node:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "t":
            parts.append(child.text or "")
        elif name == "tab":
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name not in (
            "del",
            "moveFrom",
            "delText",
            "instrText",
            "Fallback",
            "pPr",
            "rPr",
            "drawing",
            "pict",
        ):
            parts.append(_docx_text(child))
    return "".join(parts)


def _odt(path: Path) -> Lines:
    with Archive(path, (".xml",)) as archive:
        if "content.xml" not in archive.names:
            raise archive.refused("it is not an .odt file", "save it again as .odt")
        root = parse_xml(archive.read("content.xml"), archive)
    body = root.find(".//{urn:oasis:names:tc:opendocument:xmlns:office:1.0}text")
    return _numbered(_odt_block(body) if body is not None else [])


def _odt_block(block: etree._Element) -> list[str]:
    lines: list[str] = []
    for child in block:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name in ("p", "h"):
            lines += _odt_text(child).split("\n")
        elif name == "table":
            for row in child.iter("{*}table-row"):
                lines += _row([" ".join(_odt_block(cell)) for cell in row.iterfind("{*}table-cell")])
        elif name not in ("tracked-changes", "sequence-decls", "forms", "table-of-content"):
            lines += _odt_block(child)
    return lines


def _odt_text(node: etree._Element) -> str:
    # Blanks and line ends of the XML itself mean one blank; the format has elements for more.
    parts = [re.sub(r"[ \t\r\n]+", " ", node.text or "")]
    for child in node:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "s":
            parts.append(" " * int(child.get("{urn:oasis:names:tc:opendocument:xmlns:text:1.0}c", 1)))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name not in ("annotation", "note", "ruby-text", ""):
            parts.append(_odt_text(child))
        parts.append(re.sub(r"[ \t\r\n]+", " ", child.tail or ""))
    return "".join(parts)


def _row(cells: list[str]) -> list[str]:
    """A row of a table as a line: a column of times is left out, two cells are speaker and words."""
    cells = [c.strip() for c in cells]
    cells = [c for c in cells if c and not re.fullmatch(r"[\[(]?[\d:.,]+[\])]?", c)]
    if len(cells) == 2 and len(cells[0]) <= 40:
        return [f"{cells[0].rstrip(' :')}: {cells[1]}"]
    return [" ".join(cells)] if cells else []


def _numbered(lines: list[str]) -> Lines:
    return [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]


def _refused(shown: str, what: str, fix: str) -> DataError:
    return DataError("A transcript cannot be read.", [Problem(what=what, fix=fix, file=shown)])
