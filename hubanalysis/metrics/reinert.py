"""Reinert's descending classification: segments that share a vocabulary, split in two again and again.

Reinert (1983), Une méthode de classification descendante hiérarchique; as IRaMuTeQ and rainette describe it. A class is
a vocabulary, not a theme: a person must read its segments to say what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from hubanalysis.metrics.correspondence import first_axes

__all__ = ["Classification", "Split", "partition_chi2", "reinert"]

#: A term goes with one side only where its contingency coefficient is above this (rainette's and IRaMuTeQ's default).
CONTINGENCY = 0.3
#: A term said in fewer segments of a side is left out below it.
LEAST_SAID = 3
#: The order of the rows is taken from each of so many axes, and the best split kept; Reinert's own is the first alone.
AXES = 3


@dataclass(frozen=True)
class Split:
    """One cut: ``node`` into ``left`` (the larger) and ``right``. ``chi2`` is that of the 2 x terms table of the two.

    ``terms`` are the columns of the matrix that were used.
    """

    node: int
    left: int
    right: int
    chi2: float
    terms: np.ndarray


@dataclass(frozen=True)
class Classification:
    """The tree: ``splits`` in their order, ``members`` the rows of each node (0 is all rows that were classified)."""

    splits: tuple[Split, ...]
    members: tuple[np.ndarray, ...]
    rows: int

    @property
    def most(self) -> int:
        """The greatest number of classes reached."""
        return len(self.splits) + 1

    def leaves(self, classes: int) -> list[int]:
        """The nodes that are the classes after ``classes`` - 1 splits, from the top of the dendrogram to its foot."""
        parts = {s.node: (s.left, s.right) for s in self.splits[: max(classes, 2) - 1]}

        def below(node: int) -> list[int]:
            return [leaf for child in parts[node] for leaf in below(child)] if node in parts else [node]

        return below(0)

    def classes(self, classes: int) -> np.ndarray:
        """The class of each row, 1 ... ``classes`` in the order of :meth:`leaves`; 0 where it has none.

        Fewer than two are read as two; where nothing could be split, no row has a class.
        """
        label = np.zeros(self.rows, dtype=np.int64)
        if not self.splits:
            return label
        for number, node in enumerate(self.leaves(classes), start=1):
            label[self.members[node]] = number
        return label


def partition_chi2(matrix: sparse.csr_array, side: np.ndarray) -> float:
    """Chi-square of the table of the parts named by ``side`` (any labels) x the columns of ``matrix``."""
    labels, place = np.unique(side, return_inverse=True)
    gather = sparse.csr_array(
        (np.ones(len(side)), (place, np.arange(len(side)))), shape=(len(labels), len(side))
    )
    table = np.asarray((gather @ matrix).todense(), dtype=float)
    table = table[:, table.sum(axis=0) > 0]
    table = table[table.sum(axis=1) > 0]
    if not table.size:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())


def reinert(matrix: sparse.csr_array, most: int = 10, least_members: int = 5) -> Classification:
    """Split the rows of a presence matrix (segments x terms) into up to ``most`` classes.

    Each time the class with the most rows is split. Its rows are put in the order of the first axis of the
    correspondence analysis; of all cuts of that order the one with the greatest chi2 of the 2 x terms table is taken;
    then rows change side one by one, as long as chi2 rises. On each side a term is kept if it is said in at least three
    of its segments, and, where the contingency coefficient sqrt(chi2 / (chi2 + n)) of its n segments over the two sides
    is above .3, only on the side where it is said more than expected. A class with fewer than 2 ``least_members`` rows,
    or whose split leaves a side with fewer, is not split. Rows without any kept term have no class.
    """
    matrix = sparse.csr_array(matrix)
    everything = np.arange(matrix.shape[1])
    said = np.bincount(matrix.indices, minlength=matrix.shape[1])
    members = [np.flatnonzero(np.diff(matrix.indptr))]
    columns: list[np.ndarray] = [everything[said > 0]]
    open_nodes, splits = [0], []
    while open_nodes and len(splits) < most - 1:
        node = max(open_nodes, key=lambda k: (len(members[k]), -k))
        open_nodes.remove(node)
        part = sparse.csr_array(matrix[members[node]].tocsc()[:, columns[node]].tocsr())
        filled = np.flatnonzero(np.diff(part.indptr))
        if len(filled) < 2 * least_members or part.shape[1] < 2:
            continue
        part = sparse.csr_array(part[filled])
        side, chi2 = _two_parts(part, least_members)
        sizes = [int((~side).sum()), int(side.sum())]
        if sizes[1] > sizes[0] or (sizes[0] == sizes[1] and side[0]):
            side = ~side
        rows, children = members[node][filled], (len(members), len(members) + 1)
        kept = _kept_terms(part, side)
        for which, child in zip((~side, side), children, strict=True):
            members.append(rows[which])
            columns.append(columns[node][kept[child - children[0]]])
            open_nodes.append(child)
        splits.append(Split(node, *children, chi2, columns[node]))
    return Classification(tuple(splits), tuple(members), matrix.shape[0])


def _two_parts(part: sparse.csr_array, least: int) -> tuple[np.ndarray, float]:
    """Whether each row is on the second side, and the chi2 of the two sides: the best of the first axes."""
    pointer, index = part.indptr.tolist(), part.indices.tolist()
    words = [index[i:j] for i, j in pairwise(pointer)]
    best, best_chi2 = None, -1.0
    for axis in first_axes(part, AXES).T:
        order = np.argsort(axis, kind="stable")
        side = np.ones(part.shape[0], dtype=bool)
        side[order[: _best_cut(part, order, least)]] = False
        side = _switched(part, words, side, least)
        chi2 = partition_chi2(part, side)
        if chi2 > best_chi2 * (1 + 1e-12):
            best, best_chi2 = side, chi2
    return best, best_chi2


def _best_cut(part: sparse.csr_array, order: np.ndarray, least: int) -> int:
    """How many rows of ``order`` come before the cut with the greatest chi2.

    With A the number of words before the cut, a_j those of term j, c_j its total, N all: chi2 = N^2 / (A (N - A)) (Q -
    A^2 / N), Q = sum a_j^2 / c_j, which grows by (2 a_j + 1) / c_j for each word a row adds.
    """
    ordered = sparse.csr_array(part[order]).tocoo()
    row, column = (np.asarray(x, dtype=np.int64) for x in ordered.coords)
    count = np.bincount(column, minlength=part.shape[1])
    by_column = np.lexsort((row, column))
    before = np.empty(len(row))
    before[by_column] = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    q = np.cumsum(np.bincount(row, weights=(2 * before + 1) / count[column], minlength=part.shape[0]))
    a, total = np.cumsum(np.bincount(row, minlength=part.shape[0])), len(row)
    a, q = a[:-1].astype(float), q[:-1]
    chi2 = total**2 / (a * (total - a)) * (q - a**2 / total)
    allowed = slice(least - 1, len(chi2) - least + 1)
    return int(np.argmax(chi2[allowed])) + least


def _switched(part: sparse.csr_array, words: list, side: np.ndarray, least: int) -> np.ndarray:
    """Rows change side one by one, in their order, until no change raises chi2 and leaves ``least`` rows on each side.

    ``words`` are the columns of each row: plain lists, because each row asks after what the one before it changed.
    """
    count = np.asarray(part.sum(axis=0)).ravel()
    own = (part @ (1 / count)).tolist()
    weight = (1 / count).tolist()
    held = (np.asarray(part[side].sum(axis=0)).ravel() / count).tolist()  # a_j / c_j of the second side
    second, size = side.tolist(), [int((~side).sum()), int(side.sum())]
    total, a = float(part.nnz), float(np.diff(part.indptr)[side].sum())
    q = sum(h * h * c for h, c in zip(held, count.tolist(), strict=True))
    best, moved = total * total / (a * (total - a)) * (q - a * a / total), True
    get = held.__getitem__
    while moved:
        moved = False
        for i, row in enumerate(words):
            here = second[i]
            if size[here] <= least:
                continue
            step = -1.0 if here else 1.0
            a_new, q_new = a + step * len(row), q + step * 2 * sum(map(get, row)) + own[i]
            value = total * total / (a_new * (total - a_new)) * (q_new - a_new * a_new / total)
            if value > best * (1 + 1e-12):
                a, q, best, moved, second[i] = a_new, q_new, value, True, not here
                size[here] -= 1
                size[not here] += 1
                for j in row:
                    held[j] += step * weight[j]
    return np.array(second)


def _kept_terms(part: sparse.csr_array, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each side whether a term is kept below it."""
    observed = np.stack([np.asarray(part[which].sum(axis=0)).ravel() for which in (~side, side)])
    frequency = observed.sum(axis=0)
    expected = observed.sum(axis=1, keepdims=True) * frequency / observed.sum()
    chi2 = ((observed - expected) ** 2 / expected).sum(axis=0)
    typical = np.sqrt(chi2 / (chi2 + frequency)) > CONTINGENCY
    kept = (observed >= LEAST_SAID) & (~typical | (observed > expected))
    return kept[0], kept[1]
