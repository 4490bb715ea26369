"""Agreement on where a passage begins and ends: Krippendorff's alpha for unitising."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["UnitisingAlpha", "unitising_alpha"]


class UnitisingAlpha(NamedTuple):
    """Observed and expected disagreement, and alpha = 1 - observed / expected."""

    observed: float
    expected: float
    alpha: float


def unitising_alpha(spans: list[list[tuple[int, int]]], begin: int, length: int) -> UnitisingAlpha:
    """u-alpha for one code on a continuum (Krippendorff 2004, "Measuring the reliability of qualitative text analysis
    data", Quality & Quantity 38; 1995, "On the reliability of unitizing continuous data").

    ``spans`` holds for each coder the passages (start, end) that got the code, ends exclusive, without overlap; the
    continuum goes from ``begin`` over ``length`` positions. Two passages that meet differ by the squares of what
    sticks out on either side; one that meets only a gap by the square of its length. alpha is 1 for the same passages,
    0 for chance, NaN where nobody marked anything.
    """
    coders = len(spans)
    sections = [_sections(own, begin, length) for own in spans]
    marked = [[(b, e - b) for b, e, is_unit in own if is_unit] for own in sections]
    gaps = [[e - b for b, e, is_unit in own if not is_unit] for own in sections]
    if coders < 2 or not any(marked):
        return UnitisingAlpha(np.nan, np.nan, np.nan)
    disagreement = sum(
        _difference(one, two)
        for i, first in enumerate(sections)
        for j, second in enumerate(sections)
        if i != j
        for one in first
        for two in second
    )
    observed = disagreement / (coders * (coders - 1) * length**2)
    lengths = [size for own in marked for _, size in own]
    count = len(lengths)
    expected = sum(
        (count - 1) / 3 * (2 * b**3 - 3 * b**2 + b)
        + b**2 * sum(gap - b + 1 for own in gaps for gap in own if gap >= b)
        for b in lengths
    ) * (2 / length)
    expected /= coders * length * (coders * length - 1) - sum(b * (b - 1) for b in lengths)
    return UnitisingAlpha(observed, expected, 1 - observed / expected if expected > 0 else np.nan)


def _sections(spans: list[tuple[int, int]], begin: int, length: int) -> list[tuple[int, int, bool]]:
    """The continuum of one coder cut into passages and gaps."""
    sections, at = [], begin
    for start, end in sorted(spans):
        start = max(start, at)
        if end <= start:
            continue
        if start > at:
            sections.append((at, start, False))
        sections.append((start, end, True))
        at = end
    if at < begin + length:
        sections.append((at, begin + length, False))
    return sections


def _difference(one: tuple[int, int, bool], two: tuple[int, int, bool]) -> int:
    """delta^2 of two sections, the same from either side."""
    if one[2] and two[2]:
        meet = one[0] < two[1] and two[0] < one[1]
        return (one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2 if meet else 0
    unit, gap = (one, two) if one[2] else (two, one)
    within = unit[2] and not gap[2] and gap[0] <= unit[0] and unit[1] <= gap[1]
    return (unit[1] - unit[0]) ** 2 if within else 0
