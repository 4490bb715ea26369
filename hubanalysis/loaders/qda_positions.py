"""Where a coded passage stands: positions as different programs count them, brought to code points of one
text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from hubanalysis.loaders.quote_search import marks_of

__all__ = ["WAYS", "Way", "counted", "named_words", "positions_in_text", "way_of"]


class Way(NamedTuple):
    """How a program counts: a line end as one or two, each character in a unit, the byte order mark or not."""

    newline: int = 1
    unit: str = "points"  # or utf-16, utf-8
    mark: int = 0


#: The standard's own way first: it wins where two fit equally well.
WAYS = tuple(
    Way(newline, unit, mark) for mark, unit, newline in product((0, 1), ("points", "utf-16", "utf-8"), (1, 2))
)
#: So many passages tell how all of a project were counted.
LARGEST_SAMPLE = 400
#: MAXQDA names a passage by its positions: "120,180" or "(120,0),(180,0)".
_COORDINATES = re.compile(r"[\s\d,;:.()\-–¶]*")


def named_words(name: str | None) -> str:
    """The words of a passage as a program put them into its name; empty where the name is none.

    >>> named_words("120,180"), named_words("1:4 ¶ 7, Bene...")
    ('', '1:4 ¶ 7, Bene')
    """
    name = (name or "").strip()
    return "" if _COORDINATES.fullmatch(name) else name.rstrip(".…").rstrip()


def positions_in_text(
    text: str, positions: Sequence[tuple[int, int]], names: Sequence[str] | None = None
) -> list[tuple[int, int] | None]:
    """Positions ``(start, end)`` as a program wrote them, as code points of ``text`` (line ends LF).

    All positions of one text were counted in one way: :func:`way_of` tells which. None stands for a passage outside
    the text, or an empty one.
    """
    return counted(text, positions, way_of([(text, positions, names or [""] * len(positions))]))


def way_of(texts: Sequence[tuple[str, Sequence[tuple[int, int]], Sequence[str]]]) -> Way:
    """The way in which the positions of a project were counted, told from all of them.

    ``texts`` holds for each source its text, the positions in it and the names of the passages. Programs count a line
    end as one or as two (NVivo 12 on Windows), a character beyond the BMP as one or as two (UTF-16), in bytes (UTF-8),
    from before or after a byte order mark. A program counts in one way, so each way is tried on all passages (of many,
    on an even sample): the one under which most fit is taken, the standard's own unless another is clearly better. A
    passage fits where it agrees with the name a program gave it (its first words, in many programs); without that,
    where it begins and ends between words.
    """
    step = max(1, sum(len(positions) for _, positions, _ in texts) // LARGEST_SAMPLE)
    sample = [(text, positions[::step], names[::step]) for text, positions, names in texts]
    standard = [
        [(place, _fits(text, place, name)) for place, name in zip(places, names, strict=True)]
        for text, positions, names in sample
        for places in [counted(text, positions, WAYS[0])]
    ]
    best, most = WAYS[0], 0.0
    for way in WAYS[1:]:
        gain, differing = 0.0, 0
        for (text, positions, names), usual in zip(sample, standard, strict=True):
            for place, (other, fit), name in zip(counted(text, positions, way), usual, names, strict=True):
                if place != other:
                    differing += 1
                    gain += _fits(text, place, name) - fit
        # one passage marked carelessly must not move all others
        needed = 0.4 + 0.1 * differing + (2.5 if way.mark else 0)
        if gain > needed and gain > most + 1e-9:
            best, most = way, gain
    return best


@lru_cache(maxsize=64)
def _edges(text: str, newline: int, unit: str) -> np.ndarray:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = np.ones(len(points), dtype=np.int64)
    if unit == "utf-8":
        for limit in (0x7F, 0x7FF, 0xFFFF):
            widths += points > limit
    elif unit == "utf-16":
        widths += points > 0xFFFF
    widths[points == 10] = newline
    return np.concatenate([[0], np.cumsum(widths)])


def counted(text: str, positions: Sequence[tuple[int, int]], way: Way) -> list[tuple[int, int] | None]:
    """``positions`` counted in ``way``, as code points of ``text``; None outside the text, or where empty."""
    shift = way.mark * (3 if way.unit == "utf-8" else 1)
    moved = [(start - shift, end - shift) for start, end in positions]
    if way.newline == 1 and way.unit == "points":
        return [(s, e) if 0 <= s < e <= len(text) else None for s, e in moved]
    edges = _edges(text, way.newline, way.unit)
    found = []
    for start, end in moved:
        if not 0 <= start < end <= edges[-1]:
            found.append(None)
            continue
        s = int(np.searchsorted(edges, start, side="right")) - 1
        e = int(np.searchsorted(edges, end, side="left"))
        found.append((s, e) if s < e else None)
    return found


def _fits(text: str, place: tuple[int, int] | None, name: str) -> float:
    """0 outside the text, up to 1 where both ends stand between words, .2 more where none is a blank; 3 more where the
    name confirms the passage.
    """
    if place is None:
        return 0.0
    start, end = place
    wanted = marks_of(named_words(name)).marks
    passage = marks_of(text[start:end]).marks
    same = passage.startswith(wanted) or (wanted.startswith(passage) and 5 * len(passage) >= 4 * len(wanted))
    confirmed = 3.0 if same and len(wanted) >= 8 else 0.0
    before = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    after = end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    blanks = text[start].isspace() + text[end - 1].isspace()
    return confirmed + 0.5 * before + 0.5 * after + 0.2 - 0.1 * blanks
