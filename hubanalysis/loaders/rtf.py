"""Rich Text Format (.rtf): the lines of the running text (RTF specification 1.9.1), with tracked changes accepted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from hubanalysis.loaders.paragraphs import (
    BOXES,
    DELETED,
    HIDDEN_WORDS,
    Document,
    Line,
    Lines,
    count_words,
    refused,
)
from hubanalysis.loaders.rtf_controls import CHARSETS, ENDS, PLACES, SIGNS, SKIPPED, STARRED, SYMBOLS
from hubanalysis.loaders.telling import Telling
from hubanalysis.locale import mark

__all__ = ["read_rtf"]

_LARGEST = 64 * 2**20  # pictures stand in it as digits
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([\r\n]+)|([^\\{}\r\n]+)|\\",
    re.S,
)


@dataclass(frozen=True)
class _State:
    """What holds within a group."""

    place: str | None = ""  # "" the running text, None no text at all, else a place outside the text
    skip: int = 1  # signs after a \u that stand for it in old programs
    bold: bool = False
    deleted: bool = False
    hidden: bool = False
    font: int | None = None
    table: bool = False


def read_rtf(path: Path, telling: Telling, shown: str) -> Document:
    """The running text of an .rtf file, in the code page of each font; rows of tables as rows.

    Words in footnotes, comments, boxes, heads of pages, and words struck out are counted and left out. Signs that
    cannot be read are told. Raises DataError where it is no RTF.
    """
    if path.stat().st_size > _LARGEST:
        raise refused(shown, mark("it is too large to be text"), mark("save it without its pictures"))
    content = path.read_bytes()
    if not content.lstrip().startswith(b"{\\rtf"):
        raise refused(
            shown, mark("it is not an .rtf file"), mark("save it again from the program it comes from")
        )
    reader = _Reader()
    reader.read(content)
    if reader.unreadable:
        telling.warning(
            mark("signs that cannot be read were replaced"),
            mark("save it again as .docx, .odt or UTF-8 text"),
            file=shown,
            count=reader.unreadable,
        )
    if reader.stack:
        telling.warning(
            mark("the file ends before its text does"),
            mark("save it again from the program it comes from"),
            file=shown,
        )
    left_out = Counter({place: count_words("".join(parts)) for place, parts in reader.apart.items()})
    return Document(reader.lines.found, dict(+left_out))


class _Reader:
    def __init__(self):
        self.lines = Lines()
        self.apart: dict[str, list[str]] = {}
        self.unreadable = 0
        self.stack: list[_State] = []
        self.state = _State()
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._pieces: list[tuple[str, bool]] = []
        self._cell: list[Line] = []
        self._cells: list[list[Line]] = []
        self._in_table = False
        self._bytes = b""
        self._units = b""  # of \u: UTF-16, for signs of two units
        self._font_table = 0  # the depth at which the table of fonts stands
        self._font_read: int | None = None

    def read(self, content: bytes) -> None:
        starred, begun, skip, at = False, False, 0, 0
        while at < len(content):
            token = _TOKEN.match(content, at)
            at = token.end()
            word, number, hexed, symbol, brace, ends, plain = token.groups()
            if ends:
                continue
            if brace:
                self._flush()
                starred, skip, begun = False, 0, brace == b"{"
                if begun:
                    self.stack.append(self.state)
                elif self.stack:
                    self.state = self.stack.pop()
                    if len(self.stack) < self._font_table:
                        self._font_table = 0
                continue
            if symbol == b"*":
                starred = True
                continue
            if word == b"bin":
                at += max(int(number or 0), 0)
                continue
            if skip and word != b"u":  # what stands for the sign before in old programs
                if plain is not None:
                    taken = min(skip, len(plain))
                    plain, skip = plain[taken:], skip - taken
                    if not plain:
                        continue
                else:
                    skip -= 1
                    continue
            if word is not None:
                name = word.decode()
                value = None if number is None else int(number)
                if (begun and self._enter(name, starred)) or starred:
                    pass
                elif name == "u":
                    skip = self.state.skip
                    self._unit((value or 0) & 0xFFFF)
                else:
                    self._flush()
                    self._control(name, value)
                starred = False
            elif hexed is not None:
                self._byte(bytes.fromhex(hexed.decode()))
            elif symbol is not None:
                self._flush()
                if symbol in b"\r\n":
                    self._end("par")
                else:
                    self._add(SYMBOLS.get(symbol, ""))
            elif plain is not None:
                self._byte(plain)
            begun = False
        self._flush()
        self._end("par")
        self._end("row")

    def _enter(self, name: str, starred: bool) -> bool:
        """Whether the first word of a group says what the whole group is."""
        if name == "fonttbl":
            self._font_table = len(self.stack)
        if name == "ud" and len(self.stack) > 1:  # the Unicode half of a pair: the text itself
            self.state = replace(self.state, place=self.stack[-2].place)
        elif self.state.place is None:
            return False
        elif name in PLACES:
            self.state = replace(self.state, place=PLACES[name])
        elif name in SKIPPED or (starred and name not in STARRED):
            self.state = replace(self.state, place=None)
        elif name in ("shpinst", "do"):  # a drawing: words stand in the boxes within it
            self.state = replace(self.state, place=BOXES)
        else:
            return False
        return True

    def _control(self, name: str, value: int | None) -> None:
        on = value != 0
        if self._font_table:
            if name == "f":
                self._font_read = value
            elif name in ("fcharset", "cpg") and self._font_read is not None:
                page = CHARSETS.get(value) if name == "fcharset" else f"cp{value}"
                if page and _known(page):
                    self._fonts[self._font_read] = page
        elif name == "ansicpg" and _known(f"cp{value}"):
            self._page = f"cp{value}"
        elif name in ("mac", "pc", "pca"):
            self._page = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[name]
        elif name == "deff":
            self._default_font = value
        elif name == "uc":
            self.state = replace(self.state, skip=max(value if value is not None else 1, 0))
        elif name == "b":
            self.state = replace(self.state, bold=on)
        elif name == "v":
            self.state = replace(self.state, hidden=on)
        elif name in ("deleted", "mvf"):
            self.state = replace(self.state, deleted=on)
        elif name == "plain":
            self.state = replace(self.state, bold=False, hidden=False, deleted=False, font=None)
        elif name == "f":
            self.state = replace(self.state, font=value)
        elif name == "intbl":
            self.state = replace(self.state, table=True)
        elif name == "pard":
            self.state = replace(self.state, table=False)
        elif name in ENDS:
            self._end(name)
        elif name in SIGNS:
            self._add(SIGNS[name])

    def _byte(self, content: bytes) -> None:
        self._flush_units()
        self._bytes += content

    def _unit(self, value: int) -> None:
        self._flush_bytes()
        self._units += value.to_bytes(2, "little")

    def _flush(self) -> None:
        self._flush_bytes()
        self._flush_units()

    def _flush_bytes(self) -> None:
        if self._bytes:
            font = self._default_font if self.state.font is None else self.state.font
            self._add(self._bytes.decode(self._fonts.get(font, self._page), "replace"))
        self._bytes = b""

    def _flush_units(self) -> None:
        if self._units:
            self._add(self._units.decode("utf-16-le", "replace"))
        self._units = b""

    def _add(self, text: str) -> None:
        if not text or self.state.place is None:
            return
        place = self.state.place or (
            DELETED if self.state.deleted else HIDDEN_WORDS if self.state.hidden else ""
        )
        if place:
            self.apart.setdefault(place, []).append(text)
        else:
            self.unreadable += text.count("\ufffd")
            self._pieces.append((text, self.state.bold))

    def _end(self, name: str) -> None:
        """The end of a paragraph, a cell, or a row."""
        if self.state.place != "":
            if self.state.place:
                self.apart.setdefault(self.state.place, []).append(" ")
            return
        if name == "par" and not self.state.deleted and not (self.state.table or self._cells):
            self._leave_table()
            self.lines.paragraph(self._pieces)
        elif name == "par" and self.state.deleted:  # the paragraph goes on in the next one
            return
        elif name in ("nestcell", "nestrow"):
            self._pieces.append((" ", False))
            return
        else:
            cell = Lines()
            cell.paragraph(self._pieces)
            self._cell += cell.found
            if name == "cell":
                self._cells.append(self._cell)
                self._cell = []
            elif name == "row":
                self._row()
        self._pieces = []

    def _row(self) -> None:
        if not self._in_table:
            self.lines.tables += 1
            self._in_table = True
        if self._cell:
            self._cells.append(self._cell)
        self.lines.row(self._cells, self.lines.tables)
        self._cell, self._cells = [], []

    def _leave_table(self) -> None:
        if self._cell or self._cells:
            self._row()
        self._in_table = False


def _known(page: str) -> bool:
    try:
        "".encode(page)
    except LookupError:
        return False
    return True
