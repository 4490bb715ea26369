"""The backbone of a two-mode network: which pairs share more than the numbers of their ties explain (SDSM, exact).

The null model keeps, on average, the number of ties of every row and of every column, and nothing else: the
bipartite configuration model (BiCM; Saracco, Di Clemente, Gabrielli & Squartini 2015, Scientific Reports 5, 10595).
Under it the number of columns two rows share is a sum of independent yes/no draws, whose distribution is computed
without approximation; the pairs in its upper tail are the stochastic degree sequence model's backbone (SDSM; Neal
2014, Social Networks 39, 84-97; Neal, Domagalski & Sagan 2021, Scientific Reports 11, 23929).

The null lets the sums vary around the observed ones, which do not vary: it expects a little more to be shared, and more
spread, than a null with fixed sums. The test therefore errs on the side of silence: of 20 activities with 200 people
who share by their numbers alone, 1 pair in 1,000 reaches p < .05 instead of 50 (benchmarks/calibrated_networks).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hubanalysis.metrics.change import adjust_p

__all__ = ["CORRECTIONS", "Backbone", "adjusted", "bicm", "sdsm", "shared_distribution"]

#: Ways to allow for many pairs: holm (any dependence), bh (share of false finds; pairs told must not oppose), none.
CORRECTIONS = ("holm", "bh", "none")
ADJUSTMENTS = {"holm": "holm", "bh": "fdr_bh"}
#: Numbers held at once while distributions are computed (8 bytes each): 64 MB.
BLOCK = 8_000_000


def bicm(incidence: np.ndarray) -> np.ndarray:
    """Probability of each tie of a rows x columns table of 0 and 1 under the bipartite configuration model.

    p_ij = 1 / (1 + exp(-(a_i + b_j))), where a and b make the expected sum of every row and column the observed one:
    the distribution of greatest entropy with these sums. Found by Newton's method, one unknown a distinct sum. Ties
    that the sums force are exactly 0 or 1 (full and empty rows; blocks where the Gale-Ryser inequality is an equality).

    Raises ValueError for a table that holds anything but 0 and 1.
    """
    x = np.asarray(incidence, float)
    if x.ndim != 2 or not np.isin(x, (0.0, 1.0)).all():
        raise ValueError("the incidence must be a table of 0 and 1")
    chance = np.zeros(x.shape)
    _fill(chance, np.arange(x.shape[0]), np.arange(x.shape[1]), x.sum(axis=1), x.sum(axis=0))
    return chance


def _fill(chance: np.ndarray, rows: np.ndarray, columns: np.ndarray, r: np.ndarray, c: np.ndarray) -> None:
    """Write the probabilities of ``rows`` x ``columns`` with sums r and c: forced ties first, then the free part."""
    stack = [(rows, columns, r, c)]
    while stack:
        rows, columns, r, c = stack.pop()
        if not rows.size or not columns.size:
            continue
        full, empty = r == columns.size, r == 0
        if (full | empty).any():
            chance[np.ix_(rows[full], columns)] = 1.0
            keep = ~(full | empty)
            stack.append((rows[keep], columns, r[keep], c - full.sum()))
            continue
        full, empty = c == rows.size, c == 0
        if (full | empty).any():
            chance[np.ix_(rows, columns[full])] = 1.0
            keep = ~(full | empty)
            stack.append((rows, columns[keep], r - full.sum(), c[keep]))
            continue
        order = np.argsort(-r, kind="stable")
        rows, r = rows[order], r[order]
        sizes = np.arange(1, rows.size)
        most = np.minimum.outer(sizes, c).sum(axis=1)
        tight = np.flatnonzero(np.cumsum(r)[:-1] == most)
        if tight.size:  # the first k rows take all the columns can give: two free blocks, two forced ones
            k = int(sizes[tight[0]])
            wide = c > k
            chance[np.ix_(rows[:k], columns[wide])] = 1.0
            stack.append((rows[:k], columns[~wide], r[:k] - wide.sum(), c[~wide]))
            stack.append((rows[k:], columns[wide], r[k:], c[wide] - k))
            continue
        chance[np.ix_(rows, columns)] = _free(r, c)


def _free(r: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The probabilities where no tie is forced: Newton on the convex dual, one unknown a distinct sum."""
    row_sums, row_of, many_rows = np.unique(r, return_inverse=True, return_counts=True)
    column_sums, column_of, many_columns = np.unique(c, return_inverse=True, return_counts=True)
    weight = np.outer(many_rows, many_columns)
    target = np.concatenate([many_rows * row_sums, many_columns * column_sums])
    total, n, m = r.sum(), r.size, c.size
    start = [np.log(row_sums / (m - row_sums)), np.log(column_sums / (n - column_sums))]
    unknown = np.concatenate([start[0] - np.log(total / (n * m - total)), start[1]])
    first = row_sums.size

    def dual(v: np.ndarray) -> float:
        return float((weight * np.logaddexp(0.0, v[:first, None] + v[None, first:])).sum() - target @ v)

    value, worst = dual(unknown), np.inf
    for _ in range(200):
        p = 1.0 / (1.0 + np.exp(-(unknown[:first, None] + unknown[None, first:])))
        expected = weight * p
        gradient = np.concatenate([expected.sum(axis=1), expected.sum(axis=0)]) - target
        spread = expected * (1.0 - p)
        hessian = np.block([[np.diag(spread.sum(axis=1)), spread], [spread.T, np.diag(spread.sum(axis=0))]])
        still = np.concatenate([np.ones(first), -np.ones(column_sums.size)])
        hessian += np.outer(still, still) * spread.mean()  # a + t, b - t is the same model: hold t still
        step = np.linalg.solve(hessian, gradient)
        size, fall = 1.0, gradient @ step
        if (
            fall < 1e-6
        ):  # the dual no longer shows its fall in its digits, and the full step is as good as exact
            if np.abs(gradient).max() >= worst:
                break
            worst = np.abs(gradient).max()
        else:
            while size > 1e-10 and dual(unknown - size * step) > value - 1e-4 * size * fall:
                size /= 2
        unknown = unknown - size * step
        value = dual(unknown)
    p = 1.0 / (1.0 + np.exp(-(unknown[:first, None] + unknown[None, first:])))
    return p[np.ix_(row_of, column_of)]


def shared_distribution(first: np.ndarray, second: np.ndarray, most: int | None = None) -> np.ndarray:
    """P(two rows share s columns), s = 0 ... ``most``, for pairs of rows with given probabilities of a tie.

    ``first`` and ``second``: pairs x columns; returns pairs x (most + 1), whose last column is "most or more" (by
    default the number of columns). Column k is shared with probability first * second, independently: the
    Poisson-binomial distribution, built by exact convolution one column at a time. Only positive numbers are added, so
    that small probabilities keep their digits (no transform, no 1 - x).
    """
    pairs, columns = first.shape
    most = columns if most is None else most
    mass = np.zeros((most + 1, pairs))
    mass[0] = 1.0
    for k in range(columns):
        q = first[:, k] * second[:, k]
        top = min(k + 1, most)
        moved = mass[:top] * q
        mass[:top] *= 1.0 - q  # what stands at "most or more" stays there; below the top it was still 0
        mass[1 : top + 1] += moved
    return mass.T


class Backbone(NamedTuple):
    """One entry a pair of rows with ties, first < second: columns ``shared``, ``expected`` under the null and standard
    ``deviation``; ``p``, and ``least_p`` the two sums allow; both also corrected for the number of pairs. ``needed``:
    how many must be shared for a pair to be found by itself."""

    first: np.ndarray
    second: np.ndarray
    shared: np.ndarray
    expected: np.ndarray
    deviation: np.ndarray
    p: np.ndarray
    p_adjusted: np.ndarray
    least_p: np.ndarray
    least_p_adjusted: np.ndarray
    needed: np.ndarray


def sdsm(
    incidence: np.ndarray, correction: str = "holm", *, tail: str = "upper", alpha: float = 0.05
) -> Backbone:
    """Every pair of rows of a two-mode table, tested for sharing more columns than their sums explain.

    p = P(X >= shared), X the number of columns shared under :func:`bicm` (``tail="lower"``: P(X <= shared), sharing
    less; ``"two"``: twice the smaller, at most 1). Rows with equal sums have equal probabilities, so each pair of
    sums is computed once, in blocks of 64 MB: time grows with distinct pairs of sums x columns x largest sum. The p
    of all pairs are corrected together (:func:`adjusted`).

    ``least_p``: the p if the two shared as much (``lower``: as little) as their sums allow. ``least_p_adjusted``
    corrects as if every pair reached its least p at once; Holm and BH reject no more when another p rises, so a pair
    above alpha there can never be found, whatever it shares. That one is below alpha does not make it likely to be.
    ``needed``: the smallest number shared whose p is below ``alpha`` (over the number of pairs, if corrected), so that
    the pair is found even if no other is; it may be more than the sums allow (``lower``: the largest, -1 for none).

    Raises ValueError for another correction or tail, or a table that holds anything but 0 and 1.
    """
    if correction not in CORRECTIONS or tail not in ("upper", "lower", "two"):
        raise ValueError(f"correction is one of {', '.join(CORRECTIONS)}; tail is upper, lower or two")
    chance = bicm(incidence)
    x = np.asarray(incidence, float)
    sums, columns = x.sum(axis=1).astype(int), x.shape[1]
    tied = np.flatnonzero(sums)
    degrees, representative, of = np.unique(sums[tied], return_index=True, return_inverse=True)
    own = chance[tied][representative]
    i, j = (k.astype(np.int32) for k in np.triu_indices(tied.size, k=1))
    shared = (x[tied] @ x[tied].T).round().astype(np.int32)[i, j]
    low, high = np.minimum(of[i], of[j]), np.maximum(of[i], of[j])
    mean = own @ own.T
    deviation = np.sqrt(np.maximum(mean - (own**2) @ (own**2).T, 0.0))
    most = degrees[low]  # unique sums are sorted: the smaller sum of the two
    fewest = np.maximum(0, degrees[low] + degrees[high] - columns)
    p, least, needed = np.ones(i.size), np.ones(i.size), np.zeros(i.size, np.int32)
    strict = alpha / (1 if correction == "none" else max(1, i.size)) / (2 if tail == "two" else 1)
    order = np.argsort(low * degrees.size + high, kind="stable")
    kinds, starts = np.unique((low * degrees.size + high)[order], return_index=True)
    ends, reach = np.append(starts[1:], i.size), int(degrees.max(initial=0)) + 1
    block = max(1, BLOCK // (4 * (reach + 1) + 2 * max(1, columns)))
    for at in range(0, kinds.size, block):
        pair_kinds = kinds[at : at + block]
        mass = shared_distribution(own[pair_kinds // degrees.size], own[pair_kinds % degrees.size], reach)
        up = np.minimum(np.cumsum(mass[:, ::-1], axis=1)[:, ::-1], 1.0)
        down = np.minimum(np.cumsum(mass, axis=1), 1.0)
        size = ends[at : at + block] - starts[at : at + block]
        which, members = (
            np.repeat(np.arange(pair_kinds.size), size),
            order[starts[at] : starts[at] + size.sum()],
        )
        for result, more, less in ((p, shared, shared), (least, most, fewest)):
            above, below = up[which, more[members]], down[which, less[members]]
            two = np.minimum(1.0, 2.0 * np.minimum(above, below))
            result[members] = {"upper": above, "lower": below, "two": two}[tail]
        alone = (down < strict).sum(axis=1) - 1 if tail == "lower" else (up >= strict).sum(axis=1)
        needed[members] = alone[which]
    return Backbone(
        tied[i], tied[j], shared, mean[low, high], deviation[low, high],
        p, adjusted(p, correction), least, adjusted(least, correction), needed,
    )  # fmt: skip


def adjusted(p: np.ndarray, correction: str = "holm") -> np.ndarray:
    """p-values corrected for their number: Holm (1979), Benjamini-Hochberg (1995) or none.

    Holm: the chance that even one pair is called wrongly stays under alpha, however the pairs hang together. BH: the
    expected share of wrong ones among those called does, if they do not work against each other.
    """
    p = np.asarray(p, float)
    return p.copy() if correction == "none" else adjust_p(pd.Series(p), ADJUSTMENTS[correction])
