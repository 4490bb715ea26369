"""Standard errors of network statistics: the vertices are resampled, and the ties go with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from hubanalysis.locale import mark

__all__ = ["LEAST_NODES", "interval", "standard_errors", "vertex_draws"]

#: Under four organisations a resampled network is mostly made of copies.
LEAST_NODES = 4
VERTEX_BOOTSTRAP = mark("vertex bootstrap, estimate ± 1.96 standard errors")
PAIRED_BOOTSTRAP = mark("paired vertex bootstrap over the pairs known in both waves")
TOO_SMALL = mark("Fewer than four organisations: no interval can be given.")
UNDEFINED = mark("Undefined: there is nothing of this kind to count.")
NO_RESAMPLING = mark("No interval: it is undefined in too many resampled networks.")


def vertex_draws(n: int, replicates: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Index pairs of the vertex bootstrap: ``matrix[rows, columns]`` is one resampled network of ``n`` vertices.

    Vertices are drawn with replacement. Where a vertex meets its own copy there is no tie to look up: a pair drawn at
    random from the network stands there, with both its directions (Snijders and Borgatti 1999, Connections 22(2),
    161-170). The same indices may be applied to several matrices: waves are then resampled together, which is what
    makes a comparison paired.
    """
    random = np.random.default_rng(seed)
    upper_row, upper_column = np.triu_indices(n, k=1)
    for _ in range(replicates):
        drawn = random.integers(0, n, size=n)
        rows = np.repeat(drawn[:, None], n, axis=1)
        columns = rows.T.copy()
        same = np.flatnonzero(drawn[upper_row] == drawn[upper_column])
        if len(same):
            first = random.integers(0, n, size=len(same))
            second = (first + random.integers(1, n, size=len(same))) % n
            i, j = upper_row[same], upper_column[same]
            rows[i, j], columns[i, j] = first, second
            rows[j, i], columns[j, i] = second, first
        yield rows, columns


def standard_errors(
    matrices: tuple[np.ndarray, ...],
    statistics: dict[str, Callable[..., float]],
    *,
    replicates: int,
    seed: int,
) -> dict[str, float]:
    """Bootstrap standard error of each statistic of ``matrices``: same vertices, resampled together.

    A statistic takes the matrices in their order. NaN where there are fewer than :data:`LEAST_NODES` vertices, or where
    the statistic is defined in fewer than nine in ten of the resampled networks. The error is on the wide side: a
    resampled network holds copies, and in sparse networks it is up to some 1.7 times that of the jackknife.
    """
    n = len(matrices[0])
    if n < LEAST_NODES:
        return dict.fromkeys(statistics, np.nan)
    values = np.empty((replicates, len(statistics)))
    for r, (rows, columns) in enumerate(vertex_draws(n, replicates, seed)):
        resampled = [matrix[rows, columns] for matrix in matrices]
        values[r] = [statistic(*resampled) for statistic in statistics.values()]
    errors = {}
    for name, column in zip(statistics, values.T, strict=True):
        defined = column[np.isfinite(column)]
        errors[name] = float(defined.std(ddof=1)) if len(defined) >= 0.9 * replicates else np.nan
    return errors


def share_unit(least: float) -> str:
    """The unit of a share, or, where it can fall under 0, of a difference of shares (still a fraction of 1)."""
    return mark("percentage points") if least < 0 else mark("share")


def interval(
    value: float,
    error: float,
    n: int,
    *,
    least: float = 0.0,
    most: float = 1.0,
    unit: str | None = None,
    method: str = VERTEX_BOOTSTRAP,
) -> dict:
    """The tail of an estimate's row: ``value`` ± 1.96 ``error``, cut to what is possible, or a note.

    Without ``unit`` a quantity that cannot fall under 0 is a share, one that can a difference of shares.
    """
    row = {
        "estimate": value,
        "low": np.nan,
        "high": np.nan,
        "n": n,
        "unit": unit or share_unit(least),
        "method": method,
        "note": "",
    }
    if not np.isfinite(value):
        return row | {"estimate": np.nan, "note": UNDEFINED}
    if not np.isfinite(error):
        return row | {"note": TOO_SMALL if n < LEAST_NODES else NO_RESAMPLING}
    return row | {"low": max(least, value - 1.96 * error), "high": min(most, value + 1.96 * error)}
