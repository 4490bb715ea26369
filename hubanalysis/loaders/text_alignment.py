"""Two texts laid side by side word by word, so that a passage of one has its place in the other.

A coder's copy may have other speaker labels, time stamps or corrected words: then no passage over several turns stands
in the transcript letter by letter, but the words on both sides of it, and most of its own, tell where it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein

__all__ = ["place_by_words"]

_WORD = re.compile(r"[\w\u0300-\u036f]+")
#: Beyond this (words times words) the comparison would take more than 100 MB.
MOST_CELLS = 4e8
#: How many of the shorter text's words, and of a passage's words, must be the same in both.
SAME_TEXT, SAME_PASSAGE = 0.8, 0.5


class _Words(NamedTuple):
    words: list[str]
    starts: np.ndarray
    ends: np.ndarray


@lru_cache(maxsize=256)
def _words(text: str) -> _Words:
    found = list(_WORD.finditer(text))
    return _Words(
        [unicodedata.normalize("NFC", m[0]).casefold() for m in found],
        np.array([m.start() for m in found], dtype=np.int64),
        np.array([m.end() for m in found], dtype=np.int64),
    )


@lru_cache(maxsize=64)
def _partners(source: str, text: str) -> np.ndarray | None:
    """For each word of ``source`` the number of the same word in ``text``, -1 where it has none; None for two texts."""
    own, other = _words(source).words, _words(text).words
    if not own or not other or len(own) * len(other) > MOST_CELLS:
        return None
    partners = np.full(len(own), -1, dtype=np.int64)
    for step in Levenshtein.opcodes(own, other):
        if step.tag == "equal":
            partners[step.src_start : step.src_end] = np.arange(step.dest_start, step.dest_end)
    return partners if (partners >= 0).sum() >= SAME_TEXT * min(len(own), len(other)) else None


def place_by_words(source: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The place in ``text`` of ``source[start:end]``, where the two are one text with other words here and there.

    The first and the last word of the passage must be the same in both (edit distance over words, Levenshtein 1966),
    and most of those between. None where that is not so, or the texts are two.
    """
    partners = _partners(source, text)
    if partners is None:
        return None
    own, other = _words(source), _words(text)
    first = int(np.searchsorted(own.ends, start, side="right"))
    last = int(np.searchsorted(own.starts, end, side="left")) - 1
    if last < first:
        return None
    mine = partners[first : last + 1]
    if mine[0] < 0 or mine[-1] < 0 or (mine >= 0).mean() < SAME_PASSAGE:
        return None
    # marks that stand before the first word or after the last one, and parts of words, go with the passage
    lead = int(other.starts[mine[0]]) + max(start - int(own.starts[first]), 0)
    tail = int(other.ends[mine[-1]]) - max(int(own.ends[last]) - end, 0)
    before = source[start : max(int(own.starts[first]), start)].strip()
    after = source[min(int(own.ends[last]), end) : end].strip()
    lead -= len(before) if text[:lead].endswith(before) else 0
    tail += len(after) if text.startswith(after, tail) else 0
    return (lead, tail) if lead < tail else None
