"""Effect sizes of a paired change: how large it is, in other units than the scale's points.

``before`` and ``after`` are aligned and without missing values; change D = after - before. Each function returns
``(estimate, low, high)``; a change without any variation, or fewer than two pairs, gives NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from hubanalysis.metrics.intervals import Interval, share_interval

__all__ = ["d_av", "d_becker", "d_rm", "d_z", "hedges_correction", "rank_biserial", "superiority"]

_NOTHING: Interval = (np.nan, np.nan, np.nan)


def d_z(before: ArrayLike, after: ArrayLike, *, adjust: bool = False, level: float = 0.95) -> Interval:
    """mean(D) / SD(D), in standard deviations of the *change* (Cohen 1988, p. 48).

    The interval inverts the noncentral t distribution (Steiger & Fouladi 1997). Not comparable with the d of
    two independent groups: a high correlation between the waves inflates it.
    """
    change = _change(before, after)
    n = len(change)
    if n < 2 or np.isclose(change.std(), 0):
        return _NOTHING
    d = change.mean() / change.std(ddof=1)
    t = d * np.sqrt(n)
    bounds = [special.nctdtrinc(n - 1, p, t) / np.sqrt(n) for p in (0.5 + level / 2, 0.5 - level / 2)]
    return _adjusted((d, *bounds), n - 1, adjust)


def d_av(before: ArrayLike, after: ArrayLike, *, adjust: bool = False, level: float = 0.95) -> Interval:
    """mean(D) / sqrt((s_before^2 + s_after^2) / 2), in average standard deviations (Cumming 2012).

    SE = sqrt(var(D) / n) / s (Algina & Keselman 2003), normal interval. Comparable across designs.
    """
    x, y, change = *_arrays(before, after), _change(before, after)
    n = len(change)
    s = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2) if n > 1 else 0
    if np.isclose(s, 0):
        return _NOTHING
    se = np.sqrt(change.var(ddof=1) / n) / s
    return _adjusted(_normal(change.mean() / s, se, level), n - 1, adjust)


def d_rm(before: ArrayLike, after: ArrayLike, *, adjust: bool = False, level: float = 0.95) -> Interval:
    """mean(D) / (SD(D) / sqrt(2(1 - r))): d_z with the correlation of the waves taken out (Cohen 1988).

    SE = sqrt((1/n + d^2/2n) 2(1 - r)) (Cooper et al. 2009, eq. 12.21), normal interval.
    """
    x, y, change = *_arrays(before, after), _change(before, after)
    n = len(change)
    if n < 3 or any(np.isclose(v.std(), 0) for v in (x, y, change)):
        return _NOTHING
    f = 2 * (1 - np.corrcoef(x, y)[0, 1])
    d = change.mean() / (change.std(ddof=1) / np.sqrt(f))
    se = np.sqrt((1 / n + d**2 / (2 * n)) * f)
    return _adjusted(_normal(d, se, level), n - 1, adjust)


def d_becker(before: ArrayLike, after: ArrayLike, *, adjust: bool = False, level: float = 0.95) -> Interval:
    """mean(D) / s_before (Becker 1988); SE = sqrt(2(1 - r)/n + d^2/2n), normal interval."""
    x, y, change = *_arrays(before, after), _change(before, after)
    n = len(change)
    if n < 3 or np.isclose(x.std(), 0) or np.isclose(y.std(), 0):
        return _NOTHING
    d = change.mean() / x.std(ddof=1)
    se = np.sqrt(2 * (1 - np.corrcoef(x, y)[0, 1]) / n + d**2 / (2 * n))
    return _adjusted(_normal(d, se, level), n - 1, adjust)


def rank_biserial(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Interval:
    """Matched rank-biserial correlation, (W+ - W-) / (W+ + W-) over the ranks of abs(D), from -1 to 1 (Kerby 2014).

    Pairs without change are left out of the ranks. The interval is normal on the scale of Fisher's z with
    SE = sqrt((2m^3 + 3m^2 + m)/6) / ((m^2 + m)/2), m the pairs that changed.
    """
    change = _change(before, after)
    change = change[~np.isclose(change, 0)]
    m = len(change)
    if m < 2:
        return _NOTHING
    ranks = stats.rankdata(np.abs(change).round(12))
    r = float((ranks * np.sign(change)).sum() / ranks.sum())
    if np.isclose(abs(r), 1):
        return r, np.nan, np.nan  # Fisher's z is infinite: the estimate stands, its interval does not exist
    se = np.sqrt((2 * m**3 + 3 * m**2 + m) / 6) / ((m**2 + m) / 2)
    _, low, high = _normal(np.arctanh(r), se, level)
    return r, float(np.tanh(low)), float(np.tanh(high))


def superiority(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Interval:
    """P(after > before) + P(after = before) / 2: the chance that one person's later score is higher (Grissom 1994).

    From 0 to 1, one half means no tendency; Wilson's interval, a tie counted as half.
    """
    change = np.round(_change(before, after), 12)
    return share_interval(float((change > 0).sum() + (change == 0).sum() / 2), len(change), level)


def hedges_correction(df: float) -> float:
    """Hedges' J = G(df/2) / (sqrt(df/2) G((df - 1)/2)): multiply d and both bounds (Hedges 1981)."""
    if df < 2:
        return np.nan
    log = special.gammaln(df / 2) - np.log(np.sqrt(df / 2)) - special.gammaln((df - 1) / 2)
    return float(np.exp(log))


def _arrays(before: ArrayLike, after: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"before and after are paired, one value each: got {x.shape} and {y.shape}")
    if np.isnan(x).any() or np.isnan(y).any():
        raise ValueError("before and after hold missing values: keep complete pairs only")
    return x, y


def _change(before: ArrayLike, after: ArrayLike) -> np.ndarray:
    x, y = _arrays(before, after)
    return y - x


def _normal(estimate: float, se: float, level: float) -> Interval:
    half = stats.norm.ppf(0.5 + level / 2) * se
    return float(estimate), float(estimate - half), float(estimate + half)


def _adjusted(interval: Interval, df: int, adjust: bool) -> Interval:
    factor = hedges_correction(df) if adjust else 1.0
    return tuple(float(value * factor) for value in interval)
