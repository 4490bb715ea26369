"""Intervals for means, shares and differences: those that half of the report needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

__all__ = ["Interval", "difference_interval", "mean_interval", "score_interval", "share_interval"]

#: estimate, low, high
Interval = tuple[float, float, float]

_NOTHING: Interval = (np.nan, np.nan, np.nan)


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """The mean with its t interval: m +- t(n-1) s/sqrt(n).

    ``values`` in any unit, missing ones left out. With one value the mean has no interval; with none all is
    NaN.
    """
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if not len(x):
        return _NOTHING
    if len(x) == 1:
        return float(x[0]), np.nan, np.nan
    half = stats.t.ppf(0.5 + level / 2, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
    return float(x.mean()), float(x.mean() - half), float(x.mean() + half)


def share_interval(count: float, n: int, level: float = 0.95) -> Interval:
    """The share ``count / n`` with Wilson's score interval (Wilson 1927), which holds near 0 and 1 and for
    small n.

    For scores between 0 and 1 (a tie counted as one half) see :func:`score_interval`.
    """
    if n == 0:
        return _NOTHING
    low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
    # the formula's ends are exactly 0 and 1 there; floating point leaves a trace
    return count / n, float(low) if count > 0 else 0.0, float(high) if count < n else 1.0


def score_interval(share: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's score interval of a share that is as certain as one of ``n`` independent answers (Wilson 1927).

    ``n`` need not be whole: the effective number of answers, p(1 - p) over the variance of p. From 0 to 1; NaN
    where ``n`` is not above 0.
    """
    if not n > 0:
        return _NOTHING
    k = stats.norm.ppf(0.5 + level / 2) ** 2 / n
    half = np.sqrt(k * share * (1 - share) + k**2 / 4) / (1 + k)
    centre = (share + k / 2) / (1 + k)
    return float(share), float(max(centre - half, 0.0)), float(min(centre + half, 1.0))


def difference_interval(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Interval:
    """mean(first) - mean(second) with Welch's interval (unequal variances, Welch 1947); NaN
    where a group has under two values."""
    x, y = (np.asarray(v, dtype=float) for v in (first, second))
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    if min(len(x), len(y)) < 2:
        return _NOTHING
    difference = float(x.mean() - y.mean())
    if x.var() + y.var() == 0:
        return difference, difference, difference
    parts = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(x) - 1) + parts[1] ** 2 / (len(y) - 1))
    half = stats.t.ppf(0.5 + level / 2, df) * np.sqrt(sum(parts))
    return difference, float(difference - half), float(difference + half)
