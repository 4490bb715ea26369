"""Where to write the name of a point so that it covers least of the others."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Box", "free_place", "overlap"]

#: left, low, right, high, in points of paper (1/72 inch)
Box = tuple[float, float, float, float]

_SIDES = (
    (6, 0, "left", "center"), (-6, 0, "right", "center"), (0, 6, "center", "bottom"), (0, -6, "center", "top"),
)  # fmt: skip
_CORNERS = (
    (5, 4, "left", "bottom"), (5, -4, "left", "top"), (-5, 4, "right", "bottom"), (-5, -4, "right", "top"),
)  # fmt: skip


def free_place(
    point: Sequence[float],
    width: float,
    taken: Sequence[Box],
    *,
    height: float = 8.0,
    corners_first: bool = False,
    rings: Sequence[float] = (1.0,),
    within: Box | None = None,
) -> tuple[Box, tuple[float, float], tuple[str, str]]:
    """Of eight places around ``point``, at each distance of ``rings``, the one that covers least of those ``taken``.

    ``point`` and ``width`` of the name in points of paper. Returns the box, the offset in points and the horizontal and
    vertical alignment. The first of equally free places is taken: right, left, above, below, then the corners; a nearer
    ring before a farther one. What would stand outside ``within`` counts as covered.
    """
    best: tuple = (float("inf"),)
    for ring in rings:
        for right, above, across, up in _CORNERS + _SIDES if corners_first else _SIDES + _CORNERS:
            dx, dy = (right, above) if ring == 1 else (ring * right, ring * above)
            left = point[0] + dx - {"left": 0, "center": width / 2, "right": width}[across]
            low = point[1] + dy - {"bottom": 0, "center": height / 2, "top": height}[up]
            box = (left, low, left + width, low + height)
            covered = sum(overlap(box, other) for other in taken)
            if within is not None:
                covered += width * height - overlap(box, within)
            if covered < best[0] - 1e-9:
                best = (covered, box, (dx, dy), (across, up))
        if best[0] <= 0:
            break
    return best[1], best[2], best[3]


def overlap(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, up)
