"""A coded passage found again by its words, in a text that was typed, saved or exported another way.

Two texts are compared by their marks alone: no blanks, no line ends, no invisible characters, accents taken apart,
typographic quotation marks, dashes and dots as plain ones. What stands at which place is kept, so that a passage found
in this form has its place in the text as it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

__all__ = [
    "Marks",
    "aligned",
    "aligned_place",
    "between_words",
    "cut_places",
    "likeliest_place",
    "marks_of",
    "places_of",
]

_PLAIN = {
    **dict.fromkeys("’‘‛ʼ`´′‚", "'"),
    **dict.fromkeys("“”„«»‟″", '"'),
    **dict.fromkeys("–—‑‐−", "-"),
    "⁄": "/",
}
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.{2,}|…)\s*\]|\(\s*(?:\.{2,}|…)\s*\)|\.{3,}|…)\s*")
#: The first piece of a passage that was cut, and each later one, must have so many marks: fewer may stand anywhere.
SHORTEST_FIRST, SHORTEST_LATER = 12, 8
#: What a program left out of a passage is not longer than this.
LONGEST_GAP = 4_000
#: How many marks on each side tell one place from another, and how much clearer the likeliest must be.
CONTEXT, CLEARER = 80, 12
#: A passage is compared once; a longer text, in which many are looked for, is kept.
SHORT_TEXT = 1_000


class Marks(NamedTuple):
    """The marks of a text, and for each mark the place of its character in the text."""

    marks: str
    at: np.ndarray


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    plain = _PLAIN.get(character)
    if plain is None:
        plain = unicodedata.normalize("NFKD", character)
    return "".join(
        c
        for c in plain
        if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf") and not "\ufe00" <= c <= "\ufe0f"
    )


def marks_of(text: str) -> Marks:
    """The marks of ``text``: what is left without blanks, typography and ways to write an accent.

    >>> marks_of("l’è\\u00a0…").marks == "l'e\\u0300..."
    True
    """
    return _known_marks(text) if len(text) > SHORT_TEXT else _marks(text)


def _marks(text: str) -> Marks:
    parts = [_plain(character) for character in text]
    lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    return Marks("".join(parts), np.repeat(np.arange(len(parts)), lengths))


_known_marks = lru_cache(maxsize=1024)(_marks)


def _span(text: str, marks: Marks, first: int, end: int) -> tuple[int, int]:
    """Where the marks ``first`` to ``end`` stand in ``text``, with the accents that hang on the last one."""
    start, stop = int(marks.at[first]), int(marks.at[end - 1]) + 1
    while stop < len(text) and (unicodedata.combining(text[stop]) or "\ufe00" <= text[stop] <= "\ufe0f"):
        stop += 1
    return start, stop


def _occurrences(marks: str, wanted: str) -> list[int]:
    """Where ``wanted`` begins in ``marks``, never inside a letter with its accent."""
    found, at = [], marks.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not unicodedata.combining(marks[at]) and not (
            end < len(marks) and unicodedata.combining(marks[end])
        ):
            found.append(at)
        at = marks.find(wanted, at + 1)
    return found


def between_words(text: str, place: tuple[int, int]) -> bool:
    """Whether a passage begins and ends between words."""
    start, end = place
    before = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    return before and (end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum()))


def places_of(text: str, quote: str, whole: bool = True) -> list[tuple[int, int]]:
    """Every place ``(start, end)`` of ``text`` where the marks of ``quote`` stand, in order.

    Where some of them begin and end between words, the others (``Bene`` in ``Benedetta``) do not count; without
    ``whole`` they do. A quote without a letter or digit stands nowhere.
    """
    wanted = marks_of(quote).marks
    if not any(c.isalnum() for c in wanted) and not any(ord(c) > 0x2000 for c in wanted):
        return []
    marks = marks_of(text)
    places = [_span(text, marks, at, at + len(wanted)) for at in _occurrences(marks.marks, wanted)]
    return [place for place in places if whole and between_words(text, place)] or places


def aligned(source: str, text: str) -> bool:
    """Whether the marks of one of the two texts stand exactly once in the other: then every passage has its place."""
    return source == text or _shift(marks_of(source).marks, marks_of(text).marks) is not None


def aligned_place(source: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place in ``text`` of ``source[start:end]``, where the marks of one of the two stand once in the other.

    So a title above, other line ends or other accents change nothing, and a passage whose words stand in several places
    keeps its own. None where the texts differ more than that, or the passage lies outside ``text``.
    """
    if source == text:
        return start, end
    own, other = marks_of(source), marks_of(text)
    shift = _shift(own.marks, other.marks)
    if shift is None:
        return None
    first, last = np.searchsorted(own.at, [start, end])  # the marks of the characters from start to end
    first, last = int(first) + shift, int(last) + shift
    if not 0 <= first < last <= len(other.marks):
        return None
    return _span(text, other, first, last)


@lru_cache(maxsize=1024)
def _shift(own: str, other: str) -> int | None:
    """How much later a mark stands in ``other`` than in ``own``; None where neither holds the other exactly once."""
    if not own or not other:
        return None
    longer, shorter, sign = (own, other, -1) if len(own) >= len(other) else (other, own, 1)
    at = longer.find(shorter)
    if at < 0 or longer.find(shorter, at + 1) >= 0:
        return None
    return sign * at


def likeliest_place(
    places: list[tuple[int, int]], text: str, source: str, start: int, end: int
) -> tuple[int, int] | None:
    """Of several ``places`` in ``text``, the one that ``source[start:end]`` is; None where that is not sure.

    It is the place with clearly the likest words around it; else, where the words stand as often in both texts, the one
    that comes as many-th.
    """
    around = _around(source, start, end)
    likeness = [
        sum(fuzz.ratio(a, b) for a, b in zip(around, _around(text, *place), strict=True)) / 2
        for place in places
    ]
    best = int(np.argmax(likeness))
    others = [value for number, value in enumerate(likeness) if number != best]
    if likeness[best] >= 60 and likeness[best] - max(others, default=0) >= CLEARER:
        return places[best]
    before = [place[0] for place in places_of(source, source[start:end])]
    if len(before) == len(places) and start in before:
        return places[before.index(start)]
    return None


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    margin = 2 * CONTEXT
    before, after = marks_of(text[max(0, start - margin) : start]), marks_of(text[end : end + margin])
    return before.marks[-CONTEXT:], after.marks[:CONTEXT]


def cut_places(text: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands from which a program, or who copied it, left words out (``...``, ``[...]``) .

    Its pieces must follow one another; the passage goes from the first to the last of them. Pieces that are too short
    to be sure of give no place.
    """
    pieces = [piece for piece in _ELLIPSIS.split(quote) if marks_of(piece).marks]
    if not pieces or not _ELLIPSIS.search(quote):
        return []
    lengths = [len(marks_of(piece).marks) for piece in pieces]
    if lengths[0] < SHORTEST_FIRST or min(lengths) < SHORTEST_LATER:
        return []
    chains = [[place] for place in places_of(text, pieces[0])]
    for piece in pieces[1:]:
        following = places_of(text, piece)
        chains = [
            [*chain, place]
            for chain in chains
            if (place := next((p for p in following if 0 <= p[0] - chain[-1][1] <= LONGEST_GAP), None))
        ]
    chains = [chain for chain in chains if all(a[1] <= b[0] for a, b in pairwise(chain))]
    return [(chain[0][0], chain[-1][1]) for chain in chains]
