"""Effect sizes of a paired change: how large it is, in other units than the scale's points.

``before`` and ``after`` are aligned and without missing values; change D = after - before. Each function returns
``(estimate, low, high)``; a change without any variation, or fewer than two pairs, gives NaN. Where the published
interval does not hold with few pairs it stays at hand by ``interval``; docs/calibration.md measures both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from hubanalysis.metrics.intervals import Interval, score_interval

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


def d_av(
    before: ArrayLike,
    after: ArrayLike,
    *,
    adjust: bool = False,
    level: float = 0.95,
    interval: str = "robust",
) -> Interval:
    """mean(D) / s, s = sqrt((s_before^2 + s_after^2) / 2): in average standard deviations (Cumming 2012).

    ``robust``: delta method with the empirical influence of each pair, (D - mean D)/s - d (q - s^2)/(2 s^2) with q the
    mean of the two squared deviations, so that s counts as estimated too and no normality is supposed; t quantile.
    ``normal``: SE = sqrt(var(D) / n) / s (Algina & Keselman 2003), as R effectsize. Comparable across designs.
    """
    x, y, change = *_arrays(before, after), _change(before, after)
    n = len(change)
    s = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2) if n > 1 else 0
    if np.isclose(s, 0):
        return _NOTHING
    d = change.mean() / s
    if _chosen(interval) == "normal":
        return _adjusted(_normal(d, np.sqrt(change.var(ddof=1) / n) / s, level), n - 1, adjust)
    squares = ((x - x.mean()) ** 2 + (y - y.mean()) ** 2) / 2
    influence = (change - change.mean()) / s - d * (squares - s**2) / (2 * s**2)
    return _adjusted(_robust(d, influence, level), n - 1, adjust)


def d_rm(
    before: ArrayLike,
    after: ArrayLike,
    *,
    adjust: bool = False,
    level: float = 0.95,
    interval: str = "robust",
) -> Interval:
    """mean(D) / (SD(D) / sqrt(2(1 - r))): d_z with the correlation of the waves taken out (Cohen 1988).

    ``robust`` is the delta method over all moments, as for :func:`d_av`; ``normal`` takes
    SE = sqrt((1/n + d^2/2n) 2(1 - r)) (Cooper et al. 2009, eq. 12.21).
    """
    x, y, change = *_arrays(before, after), _change(before, after)
    n = len(change)
    if n < 3 or any(np.isclose(v.std(), 0) for v in (x, y, change)):
        return _NOTHING
    r = np.corrcoef(x, y)[0, 1]
    factor = np.sqrt(2 * (1 - r)) / change.std(ddof=1)
    d = change.mean() * factor
    if _chosen(interval) == "normal":
        se = np.sqrt((1 / n + d**2 / (2 * n)) * 2 * (1 - r))
        return _adjusted(_normal(d, se, level), n - 1, adjust)
    zx, zy, zd = ((v - v.mean()) / v.std(ddof=1) for v in (x, y, change))
    of_r = zx * zy - r / 2 * (zx**2 + zy**2)
    influence = (change - change.mean()) * factor - d / 2 * (of_r / (1 - r) + zd**2 - 1)
    return _adjusted(_robust(d, influence, level), n - 1, adjust)


def d_becker(before: ArrayLike, after: ArrayLike, *, adjust: bool = False, level: float = 0.95) -> Interval:
    """mean(D) / s_before (Becker 1988); SE = sqrt(2(1 - r)/n + d^2/2n), normal interval."""
    x, y, change = *_arrays(before, after), _change(before, after)
    n = len(change)
    if n < 3 or np.isclose(x.std(), 0) or np.isclose(y.std(), 0):
        return _NOTHING
    d = change.mean() / x.std(ddof=1)
    se = np.sqrt(2 * (1 - np.corrcoef(x, y)[0, 1]) / n + d**2 / (2 * n))
    return _adjusted(_normal(d, se, level), n - 1, adjust)


def rank_biserial(
    before: ArrayLike, after: ArrayLike, *, level: float = 0.95, interval: str = "score"
) -> Interval:
    """Matched rank-biserial correlation, (W+ - W-) / (W+ + W-) over the ranks of abs(D), from -1 to 1 (Kerby 2014).

    Pairs without change are left out of the ranks; m are left. ``score``: all values rho that (r - rho)^2 <=
    z^2 v (1 - rho^2) does not refuse, as in Wilson's interval of a share. v is sum(ranks^2) / (sum of ranks)^2, exact
    where the size of a change tells nothing of its direction, moved by m / (m + 30) towards the jackknife's
    var(r) / (1 - r^2), which needs no such supposition but many pairs. It exists also where all changes go one way.
    ``fisher``: normal on the scale of Fisher's z with SE = sqrt((2m^3 + 3m^2 + m)/6) / ((m^2 + m)/2), as R effectsize;
    too narrow (80 to 93 % instead of 95).
    """
    if interval not in ("score", "fisher"):
        raise ValueError(f"interval must be score or fisher, not {interval!r}")
    change = _change(before, after)
    change = change[~np.isclose(change, 0)]
    m = len(change)
    if m < 2:
        return _NOTHING
    ranks, signs = stats.rankdata(np.abs(change).round(12)), np.sign(change)
    r = float((ranks * signs).sum() / ranks.sum())
    one_way = np.isclose(abs(r), 1)
    if interval == "fisher":
        if one_way:
            return (
                r,
                np.nan,
                np.nan,
            )  # Fisher's z is infinite: the estimate stands, this interval does not exist
        se = np.sqrt((2 * m**3 + 3 * m**2 + m) / 6) / ((m**2 + m) / 2)
        _, low, high = _normal(np.arctanh(r), se, level)
        return r, float(np.tanh(low)), float(np.tanh(high))
    variance = (ranks**2).sum() / ranks.sum() ** 2
    if not one_way and m > 2:
        without = _rank_biserial_without_each(ranks, signs)
        jackknife = (m - 1) / m * ((without - without.mean()) ** 2).sum() / (1 - r**2)
        variance = (30 * variance + m * jackknife) / (m + 30)
    # a share has variance p(1-p)/n; r = 2p - 1 then has (1 - r^2)/n: n is 1 / variance
    _, low, high = score_interval((1 + r) / 2, 1 / variance, level)
    return r, 2 * low - 1, 2 * high - 1


def superiority(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Interval:
    """P(after > before) + P(after = before) / 2: the chance that one person's later score is higher (Grissom 1994).

    From 0 to 1, one half means no tendency. Wilson's interval with as many pairs as give the variance of the scores
    1, 1/2 and 0: pairs without change vary less than a share does (n p(1-p) / variance of the scores; both with one
    pair up and one down added, so that few pairs never look certain).
    """
    change = np.round(_change(before, after), 12)
    n = len(change)
    if not n:
        return _NOTHING
    p = float((change > 0).mean() + (change == 0).mean() / 2)
    steadied = np.append(np.sign(change), [1, -1]) / 2 + 0.5
    mean = steadied.mean()
    return score_interval(p, n * mean * (1 - mean) / steadied.var(), level)


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


def _chosen(interval: str) -> str:
    if interval not in ("robust", "normal"):
        raise ValueError(f"interval must be robust or normal, not {interval!r}")
    return interval


def _robust(estimate: float, influence: np.ndarray, level: float) -> Interval:
    """The estimate with the t interval of the mean of its influence values, which sum to nought."""
    n = len(influence)
    half = stats.t.ppf(0.5 + level / 2, n - 1) * np.sqrt((influence**2).sum() / (n * (n - 1)))
    return float(estimate), float(estimate - half), float(estimate + half)


def _rank_biserial_without_each(ranks: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """The rank-biserial of all changes but one, for each of them: W+ - W- is a sum over pairs of the larger's sign."""
    m = len(ranks)
    _, group, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    by_group = np.bincount(group, weights=signs)
    smaller = np.concatenate([[0], np.cumsum(counts)[:-1]])[group]
    larger = (by_group.sum() - np.cumsum(by_group))[group]
    tied = (signs * (counts[group] - 2) + by_group[group]) / 2  # half of each sign
    part = signs + signs * smaller + tied + larger
    return ((ranks * signs).sum() - part) / (m * (m - 1) / 2)


def _normal(estimate: float, se: float, level: float) -> Interval:
    half = stats.norm.ppf(0.5 + level / 2) * se
    return float(estimate), float(estimate - half), float(estimate + half)


def _adjusted(interval: Interval, df: int, adjust: bool) -> Interval:
    factor = hedges_correction(df) if adjust else 1.0
    return tuple(float(value * factor) for value in interval)
