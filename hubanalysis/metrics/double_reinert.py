"""Double classification: only what two classifications, made with segments of two sizes, put together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from hubanalysis.metrics.reinert import Classification, reinert
from hubanalysis.metrics.term_matrix import TermMatrix
from hubanalysis.metrics.word_segments import joined_segments

__all__ = ["SIZES", "WordClasses", "cross", "double_classes", "least_units", "word_classes"]

#: Different words of content a unit must hold at least, in the first and in the second classification.
SIZES = (10, 15)
#: A class holds at least this share of all units: fewer segments show the words of one story.
LEAST_SHARE = 0.05
#: Below it two classes are not more together than chance puts them (chi-square with one degree of freedom, 5 %).
LEAST_CHI2 = 3.84


@dataclass(frozen=True)
class WordClasses:
    """A classification of segments: the ``tree`` of units, and the ``unit`` in which each segment was counted."""

    tree: Classification
    unit: np.ndarray

    def of_segments(self, classes: int) -> np.ndarray:
        """The class of each segment, 1 ... ``classes``; 0 where it has none."""
        if not len(self.unit):
            return np.empty(0, dtype=np.int64)
        return self.tree.classes(classes)[self.unit]


def least_units(units: int) -> int:
    """The fewest units of a class: 5 % of all, and never fewer than five."""
    return max(5, int(np.ceil(LEAST_SHARE * units)))


def word_classes(
    matrix: TermMatrix, segments: pd.DataFrame, size: int = SIZES[0], most: int = 10
) -> WordClasses:
    """Reinert's classification of ``segments`` joined until each unit holds ``size`` different words of content."""
    unit = joined_segments(segments, np.diff(matrix.present.indptr), size)
    units = matrix.joined(unit)
    return WordClasses(reinert(units, most, least_units(units.shape[0])), unit)


def double_classes(
    matrix: TermMatrix, segments: pd.DataFrame, classes: int, most: int = 10, sizes: tuple[int, int] = SIZES
) -> tuple[np.ndarray, pd.DataFrame]:
    """Classes that two classifications agree on, and how much of the segments each number of classes keeps.

    All classes of the first tree are crossed with all of the second (:func:`cross`). Returns the crossed class of each
    segment (1 ..., in the order of the first tree; 0 where the two disagree) for ``classes``, or the nearest number
    below that can be reached, and a table with a row for each number: ``classes, pieces`` (segments in a class)``,
    share`` (of all segments)``, chi2`` (sum of the crossed classes' chi2).
    """
    trees = [word_classes(matrix, segments, size, most) for size in sizes]
    nodes = []
    for found in trees:
        own = [np.isin(found.unit, rows) for rows in found.tree.members[1:]]
        nodes.append(np.array(own).reshape(len(own), len(segments)))
    best = cross(*nodes, most=most, least=max(5, int(np.ceil(LEAST_SHARE * len(segments)))))
    columns = ["classes", "pieces", "share", "chi2"]
    rows = []
    for number, (chi2, chosen) in best.items():
        kept = int(sum(c.sum() for c in chosen))
        rows.append((number, kept, kept / len(segments), chi2))
    label = np.zeros(len(segments), dtype=np.int64)
    reached = [n for n in best if n <= classes]
    if reached:
        for number, inside in enumerate(best[max(reached)][1], start=1):
            label[inside] = number
    return label, pd.DataFrame(rows, columns=columns)


def cross(
    first: np.ndarray, second: np.ndarray, most: int = 10, least: int = 5
) -> dict[int, tuple[float, list[np.ndarray]]]:
    """For each number of classes the disjoint crossed classes with the greatest sum of chi2.

    ``first, second``: nodes of two trees x segments, True where a segment is in the node. A crossed class is the
    segments common to a node of each; its chi2 (with the sign of the association) is that of the 2 x 2 table of being
    in the one and in the other. Kept are pairs that are each other's best, hold ``least`` segments and have a chi2 of
    at least 3.84 (the classical analysis of rainette's description of Reinert's method).
    """
    if not len(first) or not len(second):
        return {}
    n = first.shape[1]
    both = first.astype(np.int64) @ second.T.astype(np.int64)
    one, two = first.sum(axis=1)[:, None], second.sum(axis=1)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = n * (n * both - one * two) ** 2 / (one * two * (n - one) * (n - two)).astype(float)
    chi2 = np.where(n * both > one * two, np.nan_to_num(chi2), 0.0)
    kept: list[tuple[float, np.ndarray]] = []
    for i in range(len(first)):
        j = int(chi2[i].argmax())
        inside = first[i] & second[j]
        mutual = int(chi2[:, j].argmax()) == i and chi2[i, j] >= LEAST_CHI2 and both[i, j] >= least
        if mutual and not any((inside == other).all() for _, other in kept):
            kept.append((float(chi2[i, j]), inside))
    apart = {(a, b) for a, b in combinations(range(len(kept)), 2) if not (kept[a][1] & kept[b][1]).any()}
    best: dict[int, tuple[float, list[int]]] = {}

    def grow(chosen: list[int], value: float) -> None:
        if len(chosen) > 1 and (len(chosen) not in best or value > best[len(chosen)][0]):
            best[len(chosen)] = (value, chosen)
        if len(chosen) == most:
            return
        for nxt in range(chosen[-1] + 1 if chosen else 0, len(kept)):
            if all((c, nxt) in apart for c in chosen):
                grow([*chosen, nxt], value + kept[nxt][0])

    grow([], 0.0)
    return {number: (value, [kept[c][1] for c in chosen]) for number, (value, chosen) in sorted(best.items())}
