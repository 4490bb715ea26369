"""Who speaks in a transcript: the marking it keeps to and its speakers, told by themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from hubanalysis.loaders.paragraphs import Line
from hubanalysis.loaders.speaker_labels import folded, is_code, is_no_speaker, known_role, without_times
from hubanalysis.loaders.speaker_markings import MARKINGS, Option, options_of, other_words, table_columns

__all__ = ["Piece", "Spoken", "find_speakers"]

#: Structures that say by themselves who speaks.
_CERTAIN = ("voice", "table", "tab")


class Piece(NamedTuple):
    """A line read: its marking and the speaker it begins with ("" both where the turn goes on), its words."""

    number: int
    marking: str
    label: str
    words: str


class Spoken(NamedTuple):
    """A transcript's lines with their speakers, the marking it keeps to, and what a person should look at.

    ``doubts`` are (kind, row): "words" a label that was read as words, "once" a speaker who comes once, "typo" a label
    read as another that differs by a slip. ``heads`` are lines of headings, ``beside`` how many words stand in other
    columns of tables.
    """

    pieces: list[Piece]
    marking: str
    doubts: list[tuple[str, int]]
    heads: list[int]
    beside: int


class _Label:
    """How often a label comes with one marking, how it is written, where first."""

    def __init__(self):
        self.count = self.first = self.strong = 0
        self.spellings: Counter[str] = Counter()

    @property
    def written(self) -> str:
        capitals = {spelling: sum(map(str.isupper, spelling)) for spelling in self.spellings}
        best = max(self.spellings, key=lambda s: (self.spellings[s], capitals[s], s))
        return best.rstrip(" .:*_")


def find_speakers(lines: list[Line], declared: Iterable[str] = (), only_tabs: bool = False) -> Spoken:
    """The speakers of a transcript's lines.

    Every marking is tried on every line. A label is a speaker when it is declared or known to everybody, when it is a
    code or stands in capitals, or when it comes back and is no such word as "Nota" or "ore 9". The marking that gives
    most turns is the transcript's. Beside it count structures that say it for certain (a column of a table, a tab, the
    voice of subtitles), and known labels and codes of its speakers in another marking. ``only_tabs``: every line is
    label, tab, words.
    """
    declared = {folded(label) for label in declared}
    columns = table_columns(lines)
    heads = {table.row for table in columns.values()}
    beside = sum(
        other_words(n, columns[n.table]) for n in lines if n.table in columns and n.number not in heads
    )
    lines = [line for line in lines if line.number not in heads]
    timed = [False, *(not without_times(line.text.strip()) for line in lines)]
    options = [options_of(line, timed[i], columns.get(line.table)) for i, line in enumerate(lines)]
    if only_tabs:
        options = [[o._replace(marking="tab") for o in of if o.marking in ("tab", "table")] for of in options]
    found = _counted(lines, options)
    accepted, slips, doubtful = {}, {}, {}
    for marking, labels in found.items():
        rule = _Rule(marking, declared, len(lines), only_tabs)
        accepted[marking] = {key for key, label in labels.items() if rule(key, label)}
        slips[marking] = _slips(labels, accepted[marking], declared)
        accepted[marking] -= set(slips[marking])
        accepted[marking] |= _numbered(labels, accepted[marking])
        doubtful[marking] = [
            label.first
            for key, label in labels.items()
            if key not in accepted[marking] and key not in slips[marking] and rule.doubtful(label)
        ]
    turns = {m: sum(found[m][key].count for key in accepted[m]) for m in found}
    main = max(turns, key=lambda m: turns[m])
    if not turns[main]:
        return _by_bold(lines, sorted(heads), beside)
    certain = {main} | {m for m in _CERTAIN if turns[m] >= (1 if m != "tab" else 3)}
    speakers: dict[str, str] = {}
    for marking in (main, *sorted(certain - {main})):
        for key in sorted(accepted[marking]):
            speakers.setdefault(key, found[marking][key].written)
        for key, other in slips[marking].items():
            speakers[key] = speakers[other]
    doubts = [("typo", found[m][key].first) for m in sorted(certain) for key in slips[m]]
    doubts += [("words", row) for row in doubtful[main]]
    pieces = []
    for line, of in zip(lines, options, strict=True):
        piece, doubt = _read(line, of, main, certain, accepted, speakers, declared)
        doubts += [("words", line.number)] if doubt else []
        pieces += [piece] if piece else []
    cut = _heading(pieces, {line.number for line in lines if line.table in columns})
    doubts += [
        ("once", label.first)
        for key, label in found[main].items()
        if key in accepted[main]
        and label.count == 1
        and label.first not in cut
        and not _sure(key, label, declared)
    ]
    return Spoken(
        [piece for piece in pieces if piece.number not in cut],
        main,
        sorted(set(doubts), key=lambda doubt: doubt[1]),
        sorted(heads | cut),
        beside,
    )


def _counted(lines: list[Line], options: list[list[Option]]) -> dict[str, dict[str, _Label]]:
    found: dict[str, dict[str, _Label]] = {marking: {} for marking in MARKINGS if marking != "bold"}
    for line, of in zip(lines, options, strict=True):
        for option in of:
            if option.label:
                label = found[option.marking].setdefault(folded(option.label), _Label())
                label.count += 1
                label.strong += option.strong
                label.spellings[option.label] += 1
                label.first = label.first or line.number
    return found


def _sure(key: str, label: _Label, declared: set[str]) -> bool:
    known = bool(known_role(label.written)) or is_code(label.written) or key[-1].isdigit()
    return known or key in declared or set(key) == {"?"}


class _Rule:
    """Whether a label is a speaker, in one marking of one transcript."""

    def __init__(self, marking: str, declared: set[str], lines: int, only_tabs: bool):
        self.marking, self.declared, self.lines, self.only_tabs = marking, declared, lines, only_tabs

    def __call__(self, key: str, label: _Label) -> bool:
        written, count = label.written, label.count
        if not key or not written:
            return False
        if key in self.declared or self.only_tabs or self.marking == "voice":
            return True
        if self.marking == "table" and label.strong:
            return True
        if is_no_speaker(written):
            return False
        if self.marking == "stop":  # "R. Bene." begins a turn, and an initial begins a sentence
            return bool(known_role(written)) and written[0].isupper() and count >= 2
        alone = self.marking == "alone"
        if known_role(written):  # a single small letter is a word more often than a speaker
            return len(key) > 1 or written.isupper() or count >= 3
        words = written.split()
        capitals = written.isupper() and len(written) <= 20 and len(words) <= 3
        if capitals and (self.marking in ("colon", "table", "tab") or count >= 2):
            return count >= 2 or not alone
        if is_code(written):
            return count >= 2 or self.marking in ("colon", "bracket", "table", "tab")
        if self.marking in ("table", "tab"):
            return count >= 2 or set(written) == {"?"}  # somebody, nobody knows who
        named = written[0].isupper() and len(words) <= 4
        each = all(word[0].isupper() or not word[0].isalpha() or len(word) <= 3 for word in words)
        if alone:
            strong = label.strong >= max(2, count / 2)
            return named and each and count >= 2 and (strong or (count >= 3 and count >= self.lines / 10))
        if self.marking == "dash":
            return named and each and count >= 3
        if named and count >= (2 if each else 3):
            return True
        small = len(words) == 1 and not named
        return (
            small and self.marking == "colon" and count >= (3 if len(key) <= 3 else max(4, self.lines * 0.15))
        )

    def doubtful(self, label: _Label) -> bool:
        """Whether a person should look at a label that was read as words."""
        written = label.written
        if self.marking not in ("colon", "bracket") or not written or is_no_speaker(written):
            return False
        return (written[0].isupper() and len(written.split()) <= 4) or bool(known_role(written))


def _numbered(labels: dict[str, _Label], accepted: set[str]) -> set[str]:
    """Labels that differ from a speaker's in their number alone: where Donna 1 speaks, so does Donna 3."""
    stems = {re.sub(r"\d+$", "", key) for key in accepted if key[-1].isdigit()}
    return {key for key in labels if key and key[-1].isdigit() and re.sub(r"\d+$", "", key) in stems}


def _slips(labels: dict[str, _Label], accepted: set[str], declared: set[str]) -> dict[str, str]:
    """Rare labels that differ from a frequent one by a slip of the pen: never in a number or in the last letter."""
    slips = {}
    for key, label in labels.items():
        if len(key) < 5 or _sure(key, label, declared) or is_no_speaker(label.written):
            continue
        for other in sorted(accepted):
            alike = (
                key[0] == other[0]
                and key[-1] == other[-1]
                and re.sub(r"\D", "", key) == re.sub(r"\D", "", other)
            )
            if (
                other != key
                and alike
                and label.count * 3 <= labels[other].count
                and fuzz.ratio(key, other) >= 85
            ):
                slips[key] = other
                break
    return slips


def _read(
    line: Line, options: list[Option], main, certain, accepted, speakers, declared
) -> tuple[Piece | None, bool]:
    """The line as it is read, None where it is a time alone; and whether a person should look at it."""
    doubt = False
    for option in sorted(options, key=lambda option: option.marking != main):
        key = folded(option.label)
        if not key and option.marking in certain:
            return Piece(line.number, "", "", option.words), False
        if option.marking in certain and key in speakers:
            return Piece(line.number, option.marking, speakers[key], option.words), False
        if key in speakers:
            known = key in declared or known_role(option.label) or is_code(option.label)
            if option.marking == "colon" or (known and main not in _CERTAIN and option.marking != "stop"):
                return Piece(line.number, option.marking, speakers[key], option.words), False
            doubt |= main not in _CERTAIN and option.marking != "stop"
    text = line.text.strip()
    if text and not without_times(text) and ("-->" in text or text[0] in "[(<#" or main == "alone"):
        return None, False
    return Piece(line.number, "", "", line.text), doubt


def _heading(pieces: list[Piece], headed: set[int]) -> set[int]:
    """Lines of a heading that look like turns: "Intervistatrice: Anna Bini" above a talk between D and R."""
    counts = Counter(piece.label for piece in pieces if piece.label)
    again = {known_role(label) for label, count in counts.items() if count > 1}
    cut = set()
    for piece in pieces:
        if counts[piece.label] > 1 or piece.number in headed or max(counts.values(), default=0) < 2:
            break
        short = len(piece.words.split()) <= 6 and not re.search(r"[.?!…]$", piece.words)
        role = known_role(piece.label)
        if (
            piece.label
            and short
            and len(counts) > 2
            and (role in again if role else piece.marking in _CERTAIN)
        ):
            cut.add(piece.number)
    return cut


def _by_bold(lines: list[Line], heads: list[int], beside: int) -> Spoken:
    """A transcript without labels, where what is asked stands in bold: D and R, from the first bold line on."""
    bold = [line.bold for line in lines]
    changes = sum(a != b for a, b in pairwise(bold))
    if changes < 3:
        return Spoken([Piece(n.number, "", "", n.text) for n in lines], "", [], heads, beside)
    first = bold.index(True)
    pieces = [Piece(line.number, "", "", line.text) for line in lines[:first]]
    pieces += [Piece(n.number, "bold", "D" if n.bold else "R", n.text) for n in lines[first:]]
    return Spoken(pieces, "bold", [("bold", lines[first].number)], heads, beside)
