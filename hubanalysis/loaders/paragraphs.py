"""What every reader of text documents hands on: lines as a person sees them, and words outside the running text."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from hubanalysis.errors import DataError, Problem
from hubanalysis.locale import mark

__all__ = [
    "BOXES",
    "COMMENTS",
    "CONTENTS",
    "DELETED",
    "FOOTNOTES",
    "HEADERS",
    "HIDDEN_WORDS",
    "LARGEST_TEXT",
    "Document",
    "Line",
    "Lines",
    "bold_styles",
    "count_words",
    "refused",
]

#: The places outside the running text. Nobody speaks there, as a rule: their words are left out, and counted.
FOOTNOTES = mark("words in footnotes and endnotes")
COMMENTS = mark("words in comments and notes")
BOXES = mark("words in text boxes")
HEADERS = mark("words in the head and foot of pages")
DELETED = mark("words struck out in tracked changes")
HIDDEN_WORDS = mark("hidden words")
CONTENTS = mark("words in tables of contents")

#: An hour of talk is 60 kB. Pictures in a .rtf file stand in it as digits, so that it may be larger.
LARGEST_TEXT = 16 * 2**20

_SIGN = re.compile(r"\w")


class Line(NamedTuple):
    """A paragraph, a line of one, a row of a table, or a line of a cue.

    ``number`` is what a person would count to find it. ``bold``: all of it is. ``cells``: those of a row of the table
    ``table`` (1, 2 ...). ``voice``: who speaks, where subtitles say so.
    """

    number: int
    text: str
    bold: bool = False
    cells: tuple[str, ...] = ()
    table: int = 0
    voice: str = ""


class Document(NamedTuple):
    """The lines of a document in reading order, and how many words stand in each place outside the running text."""

    lines: list[Line]
    left_out: dict[str, int]


def count_words(text: str) -> int:
    """Runs between blanks that hold a letter or a digit."""
    return sum(_SIGN.search(word) is not None for word in text.split())


def refused(shown: str, what: str, fix: str, row: int | None = None) -> DataError:
    """A document that cannot be read, to be raised."""
    return DataError("A transcript cannot be read.", [Problem(what=what, fix=fix, file=shown, row=row)])


class Lines:
    """Lines as they come, numbered; rows of tables know their table; paragraphs know whether all of them is bold."""

    def __init__(self):
        self.found: list[Line] = []
        self.left_out: Counter[str] = Counter()
        self.tables = 0
        self._number = 0

    def paragraph(self, pieces: list[tuple[str, bool]]) -> None:
        """Add a paragraph of pieces (text, bold); a line break within it begins a new line."""
        line: list[tuple[str, bool]] = []
        for text, bold in [*pieces, ("\n", False)]:
            for position, part in enumerate(text.split("\n")):
                if position:
                    self._add(line)
                    line = []
                line.append((part, bold))

    def _add(self, pieces: list[tuple[str, bool]], **row) -> None:
        self._number += 1
        text = "".join(part for part, _ in pieces).strip()
        if text:
            self.found.append(Line(self._number, text, all(b for part, b in pieces if part.strip()), **row))

    def row(self, cells: list[list[Line]], table: int) -> None:
        """Add a row; where one cell alone holds words, its lines stand for themselves."""
        full = [cell for cell in cells if cell]
        if len(full) == 1:
            for line in full[0]:
                self._add([(line.text, line.bold)])
        elif full:
            texts = tuple(" ".join(line.text for line in cell) for cell in cells)
            self._add([(" ".join(filter(None, texts)), False)], cells=texts, table=table)


def bold_styles(own: dict[str, bool | None], based: dict[str, str]) -> dict[str, bool]:
    """Which styles are bold: by themselves, or where they say nothing by the style they are based on."""
    bold = {}
    for name in own:
        at, seen = name, set()
        while own.get(at) is None and at in based and at not in seen:
            seen.add(at)
            at = based[at]
        bold[name] = bool(own.get(at))
    return bold
