"""Are two networks of the same organisations alike? The quadratic assignment procedure (QAP).

Pairs that share an organisation are not independent, so a correlation over pairs has no ordinary p. QAP renumbers the
organisations of one network again and again, rows and columns together: whatever depends on who is who stays, only the
match of the two networks is broken (Hubert and Schultz 1976; Krackhardt 1988, Social Networks 10, 359-381).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

__all__ = ["permutation_p", "qap_correlation", "relabellings"]


def relabellings(
    n: int, permutations: int, seed: int, within: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Random orders of ``n`` organisations, the same ones for the same ``seed``.

    ``within`` (a label an organisation): only organisations of one label change places. Whoever did not answer has no
    row to give: exchanged only with its like, what is unknown stays where it is.
    """
    random = np.random.default_rng(seed)
    if within is None or len(set(np.asarray(within).tolist())) < 2:
        for _ in range(permutations):
            yield random.permutation(n)
        return
    groups = [np.flatnonzero(np.asarray(within) == label) for label in np.unique(within)]
    for _ in range(permutations):
        order = np.empty(n, dtype=np.intp)
        for group in groups:
            order[group] = random.permutation(group)
        yield order


def permutation_p(value: float, drawn: np.ndarray, *, about: float = 0.0) -> float:
    """Two-sided p: how often a random value lies as far from ``about`` as ``value``, the observed one counted too.

    (1 + number as far) / (1 + number drawn): never 0 (Phipson and Smyth 2010). A hair of tolerance keeps equal values
    equal that differ only by the order of summation. A draw without a value counts as far; NaN where ``value`` is.
    """
    if not np.isfinite(value):
        return np.nan
    far = np.abs(np.asarray(drawn, float) - about)
    own = abs(value - about)
    nearer = far < own - 1e-9 * max(own, 1e-12)
    return float((1 + (~nearer).sum()) / (1 + len(far)))


def qap_correlation(
    first: np.ndarray,
    second: np.ndarray,
    *,
    within: np.ndarray | None = None,
    permutations: int = 1000,
    seed: int = 2022,
) -> tuple[float, float, np.ndarray]:
    """Pearson's correlation over the pairs of two networks, its two-sided QAP p, and the permuted correlations.

    ``first`` and ``second`` are n x n matrices on the same organisations, directed or symmetric, with or without
    weights; the diagonal does not count, nor does a cell unknown (NaN) in either. ``second`` is permuted: a cell of it
    that is unknown counts as 0 where a permutation brings it, which ``within`` (who answered, see
    :func:`relabellings`) prevents. Correlation -1 to 1, NaN with p NaN where a network does not vary.

    Raises ValueError where the matrices are not square and of one size.
    """
    y, x = np.asarray(first, float), np.asarray(second, float)
    if y.shape != x.shape or y.ndim != 2 or y.shape[0] != y.shape[1]:
        raise ValueError(f"two square matrices of one size are needed, not {y.shape} and {x.shape}")
    n = len(y)
    known = ~np.isnan(y) & ~np.isnan(x) & ~np.eye(n, dtype=bool)
    x = np.nan_to_num(x)
    np.fill_diagonal(x, 0.0)
    cells = known.sum()
    if n < 2 or not cells:
        return np.nan, np.nan, np.full(permutations, np.nan)
    y = np.where(known, y, 0.0)
    spread = np.sqrt(max((y**2).sum() - y.sum() ** 2 / cells, 0.0))
    whole = bool(cells == n * (n - 1))
    orders = relabellings(n, permutations, seed, within)
    sums = _moments_whole(y, x, orders) if whole else _moments(y, x, known, orders)
    own = np.array([(y * x).sum(), (x * known).sum(), (x**2 * known).sum()])[:, None]
    products, total, squares = np.hstack([own, sums])
    deviation = np.sqrt(np.maximum(squares - total**2 / cells, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (products - y.sum() * total / cells) / (spread * deviation)
    value, drawn = float(r[0]), r[1:]
    if not np.isfinite(value):
        return np.nan, np.nan, np.full(permutations, np.nan)
    return value, permutation_p(value, drawn), drawn


def _moments_whole(y: np.ndarray, x: np.ndarray, orders: Iterator[np.ndarray]) -> np.ndarray:
    """Sum of products with each relabelling; where nothing is unknown the other two sums never move.

    Only the cells of ``x`` that are not 0 are looked up: a sparse network costs its ties, not its pairs.
    """
    rows, columns = np.nonzero(x)
    values = x[rows, columns]
    flat, n = np.ascontiguousarray(y).ravel(), len(y)
    products = np.array([values @ flat[order[rows] * n + order[columns]] for order in orders])
    return np.vstack([products, np.full(len(products), x.sum()), np.full(len(products), (x**2).sum())])


def _moments(y: np.ndarray, x: np.ndarray, known: np.ndarray, orders: Iterator[np.ndarray]) -> np.ndarray:
    rows, columns = np.nonzero(x)
    values, n = x[rows, columns], len(y)
    flat, mask = np.ascontiguousarray(y).ravel(), np.ascontiguousarray(known).ravel().astype(float)
    found = []
    for order in orders:
        place = order[rows] * n + order[columns]
        here = mask[place] * values
        found.append((values @ flat[place], here.sum(), here @ values))
    return np.array(found).T.reshape(3, -1)
