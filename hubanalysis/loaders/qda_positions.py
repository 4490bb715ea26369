"""Where a coded passage stands: positions as different programs count them, brought to code points of one
text.
"""

from __future__ import annotations

import numpy as np

__all__ = ["positions_in_text"]


def positions_in_text(
    text: str, positions: list[tuple[int, int]], names: list[str] | None = None
) -> list[tuple[int, int] | None]:
    """Positions ``(start, end)`` as a program wrote them, as code points of ``text`` (line ends LF).

    Programs count a line end as one or as two (NVivo 12 on Windows), and a character beyond the BMP as one
    or as two (UTF-16). All positions of one text were counted in one way, so each way is tried on all of
    them: the one under which most passages fit is taken, the standard's own in a tie. A passage fits where
    it agrees with the ``name`` a program gave it (its first words, in many programs); without that, where
    it begins and ends between words.

    None stands for a passage outside the text, or an empty one.
    """
    if not positions:
        return []
    ways = [(1, 1)]
    if "\n" in text:
        ways.append((2, 1))
    if any(ord(c) > 0xFFFF for c in text):
        ways += [(newline, 2) for newline, _ in list(ways)]
    readings = [_reading(text, positions, *way) for way in ways]
    if len(readings) == 1:
        return readings[0]
    names = names or [""] * len(positions)
    scores = [sum(_fits(text, p, n) for p, n in zip(r, names, strict=True)) for r in readings]
    return readings[int(np.argmax(scores))]  # argmax takes the first of equals


def _reading(text: str, positions: list, newline: int, beyond: int) -> list[tuple[int, int] | None]:
    if newline == beyond == 1:
        return [(s, e) if 0 <= s < e <= len(text) else None for s, e in positions]
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    widths = np.ones(len(points), dtype=np.int64)
    widths[points == 10] = newline
    widths[points > 0xFFFF] = beyond
    edges = np.concatenate([[0], np.cumsum(widths)])
    found = []
    for start, end in positions:
        if not 0 <= start < end <= edges[-1]:
            found.append(None)
            continue
        s = int(np.searchsorted(edges, start, side="right")) - 1
        e = int(np.searchsorted(edges, end, side="left"))
        found.append((s, e) if s < e else None)
    return found


def _fits(text: str, place: tuple[int, int] | None, name: str) -> float:
    """0 outside the text, up to 1 where both ends stand between words; 3 more where the name confirms the
    passage.
    """
    if place is None:
        return 0.0
    start, end = place
    passage = " ".join(text[start:end].split())
    wanted = " ".join(name.rstrip(".…").split())
    confirmed = (
        3.0 if len(wanted) >= 8 and (passage.startswith(wanted) or wanted.startswith(passage)) else 0.0
    )
    before = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    after = end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    return confirmed + 0.5 * before + 0.5 * after
