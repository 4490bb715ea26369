"""Network ratios from sums, and their jackknife over the vertices: for networks too large to be drawn again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network

__all__ = ["LARGE", "VERTEX_JACKKNIFE", "Sums", "cohesion_sums", "jackknife_error"]

#: From this many organisations on the jackknife takes the place of the bootstrap, which draws n x n cells each time.
LARGE = 400
VERTEX_JACKKNIFE = mark("vertex jackknife, estimate ± 1.96 standard errors")


class Sums(NamedTuple):
    """A ratio ``counted / base``, and how much of either each vertex takes part in."""

    counted: float
    base: float
    counted_at: np.ndarray
    base_at: np.ndarray

    @property
    def ratio(self) -> float:
        """The ratio; NaN where the base is 0."""
        return self.counted / self.base if self.base else np.nan


def jackknife_error(sums: Sums) -> float:
    """Standard error from leaving out each vertex with all that is its own (Snijders and Borgatti 1999).

    ``sqrt((n - 2) / (2 n) sum_i (t_(-i) - mean)^2)``: pairs have two ends, hence the 2. The cost is that of the sums,
    not of n networks. NaN where leaving one out leaves nothing to divide by.
    """
    n = len(sums.base_at)
    base = sums.base - sums.base_at
    if n < 4 or (base <= 0).any():
        return np.nan
    without = (sums.counted - sums.counted_at) / base
    return float(np.sqrt((n - 2) / (2 * n) * ((without - without.mean()) ** 2).sum()))


def cohesion_sums(network: Network) -> dict[str, Sums]:
    """Density, reciprocity and the transitivities as sums (see :mod:`hubanalysis.metrics.networks` for each).

    The values are those of the dense functions, from the ties alone: memory and time follow the ties, not the pairs.
    """
    n, ties = len(network.nodes), network.named
    spoke = network.answered.astype(float)
    rows, columns = _sides(ties)
    sums = {}
    if network.directed:
        known = Sums(0, spoke.sum() * (n - 1), np.zeros(n), (n - 1) * spoke + spoke.sum() - spoke)
    else:
        silent = n - spoke.sum()
        at = np.where(spoke > 0, n - 1.0, n - silent)
        known = Sums(0, n * (n - 1) - silent * max(silent - 1, 0), np.zeros(n), 2 * at)
    sums["density"] = known._replace(counted=ties.sum(), counted_at=rows + columns)
    if network.directed:
        sums["reciprocity"] = _reciprocity(ties, spoke)
        sums["transitivity_weak"] = _transitivity(ties, np.ones(n))
    sums["transitivity_undirected"] = _transitivity(network.either, spoke)
    return sums


def _sides(matrix: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(matrix.sum(axis=1)).ravel(), np.asarray(matrix.sum(axis=0)).ravel()


def _reciprocity(ties: sparse.csr_array, spoke: np.ndarray) -> Sums:
    """Only pairs both of whose ends answered can be seen to be returned, or not to be."""
    seen = (ties @ sparse.diags_array(spoke)).tocsr()
    seen.eliminate_zeros()
    returned = seen.multiply(seen.T).tocsr()
    (out, inward), (own, other) = _sides(seen), _sides(returned)
    return Sums(float(returned.sum()), float(seen.sum()), own + other, out + inward)


def _transitivity(ties: sparse.csr_array, spoke: np.ndarray) -> Sums:
    """Paths i -> j -> k whose closing pair is known, and those closed; a vertex may stand in any place.

    ``spoke`` is 0 for ends that, two together, leave the closing pair unknown.
    """
    squared = (ties @ ties).tocsr()
    squared.setdiag(0)
    squared.eliminate_zeros()
    closed = squared.multiply(ties).tocsr()
    middle_closed = _sides(ties.multiply((ties.T @ ties).tocsr()).tocsr())[0]
    out, inward = _sides(ties)
    returned = _sides(ties.multiply(ties.T).tocsr())[0]
    first, last = _sides(squared)
    paths, at = float(squared.sum()), first + last + inward * out - returned
    if not spoke.all():
        mute = sparse.diags_array(1 - spoke)
        lost = (mute @ squared @ mute).tocsr()
        start, end = _sides(lost)
        mutes = np.asarray(ties.T @ (1 - spoke)).ravel()  # silent partners (the ties are symmetric here)
        paths, at = paths - float(lost.sum()), at - start - end - mutes * (mutes - 1)
    start, end = _sides(closed)
    return Sums(float(closed.sum()), paths, start + end + middle_closed, at)
