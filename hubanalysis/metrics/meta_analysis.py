"""Several hubs or editions read together: random-effects meta-analysis of estimates and their standard errors.

The between-hub variance tau2 is Paule and Mandel's (statsmodels), the interval Hartung and Knapp's (Student's t with
k - 1 degrees of freedom), never narrower than the one that takes the hubs' own errors as given. How hubs differ is told
by tau2, I2, Cochran's Q and the prediction interval of a further hub.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats
from statsmodels.stats.meta_analysis import combine_effects

from hubanalysis.metrics.intervals import Interval

__all__ = ["Combined", "combine_estimates", "difference_between_two", "trend_over_years"]


@dataclass(frozen=True)
class Combined:
    """What :func:`combine_estimates` found, on the scale of the estimates.

    ``k`` estimates; ``weights`` sum to 1; ``tau2`` the variance between hubs, ``i2`` the share of the spread beyond
    the hubs' own errors (0 to 1), ``q`` and ``q_p`` Cochran's test; ``predict_low, predict_high`` where the true value
    of a further hub is to be expected (NaN with fewer than three).
    """

    estimate: float
    low: float
    high: float
    k: int
    tau2: float
    i2: float
    q: float
    q_p: float
    predict_low: float
    predict_high: float
    weights: tuple[float, ...]


def combine_estimates(estimates: ArrayLike, errors: ArrayLike, level: float = 0.95) -> Combined:
    """The mean of the hubs' true values, mu = sum w y / sum w with w = 1 / (se^2 + tau2).

    tau2 solves Q(tau2) = k - 1 (Paule & Mandel 1982), 0 where the estimates spread less than their errors. Interval:
    mu +- t(k - 1) s / sqrt(sum w) with s^2 = sum w (y - mu)^2 / (k - 1) (Hartung & Knapp 2001, 10.1002/sim.791), s at
    least 1 (Roever, Knapp & Friede 2015, 10.1186/s12874-015-0091-1). Prediction interval: mu +- t(k - 2)
    sqrt(tau2 + SE^2) (Higgins, Thompson & Spiegelhalter 2009). With two estimates the interval is wide (t(1) =
    12.7): two hubs hardly tell how much hubs vary. Raises ValueError for fewer than two, or errors not above 0.
    """
    y, se = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    if len(y) < 2 or len(y) != len(se):
        raise ValueError("two estimates with their standard errors are the least that can be combined")
    if not (np.isfinite(y).all() and np.isfinite(se).all() and (se > 0).all()):
        raise ValueError("estimates must be finite and standard errors above 0")
    k = len(y)
    # maxiter: the library stops after 50 steps without a word
    with np.errstate(divide="ignore", invalid="ignore"):  # its I2 of estimates that are all the same
        fitted = combine_effects(y, se**2, method_re="pm", use_t=True, alpha=1 - level, maxiter=10_000)
    mean, error = float(fitted.mean_effect_re), float(fitted.sd_eff_w_re)
    half = stats.t.ppf(0.5 + level / 2, k - 1) * error * max(1.0, float(np.sqrt(fitted.scale_hksj_re)))
    tau2, q = max(0.0, float(fitted.tau2)), float(fitted.q)
    ahead = stats.t.ppf(0.5 + level / 2, k - 2) * np.sqrt(tau2 + error**2) if k > 2 else np.nan
    return Combined(
        estimate=mean,
        low=mean - half,
        high=mean + half,
        k=k,
        tau2=tau2,
        i2=max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0,
        q=q,
        q_p=float(stats.chi2.sf(q, k - 1)),
        predict_low=mean - ahead,
        predict_high=mean + ahead,
        weights=tuple(float(w) for w in fitted.weights_rel_re),
    )


def difference_between_two(estimates: ArrayLike, errors: ArrayLike, level: float = 0.95) -> Interval:
    """Second estimate minus first, +- z sqrt(se1^2 + se2^2): the difference of these two, told of no others."""
    first, second = np.asarray(estimates, dtype=float)
    half = stats.norm.ppf(0.5 + level / 2) * np.sqrt((np.asarray(errors, dtype=float) ** 2).sum())
    return float(second - first), float(second - first - half), float(second - first + half)


def trend_over_years(
    years: ArrayLike, estimates: ArrayLike, errors: ArrayLike, level: float = 0.95
) -> Interval:
    """The slope of the estimates over ``years``, by meta-regression (Berkey et al. 1995; Knapp & Hartung 2003).

    Weighted least squares with w = 1 / (se^2 + tau2), tau2 such that the weighted residual sum of squares is k - 2
    (Paule & Mandel), interval +- t(k - 2) with its residual scale, at least 1. NaN for fewer than three estimates, or
    years that do not differ.
    """
    x, y, se = (np.asarray(v, dtype=float) for v in (years, estimates, errors))
    k = len(y)
    if k < 3 or np.ptp(x) == 0:
        return np.nan, np.nan, np.nan
    design = np.column_stack([np.ones(k), x - x.mean()])

    def fit(tau2: float) -> tuple[np.ndarray, np.ndarray, float]:
        weights = 1 / (se**2 + tau2)
        bread = np.linalg.inv(design.T @ (design * weights[:, None]))
        slope = bread @ design.T @ (weights * y)
        return slope, bread, float(weights @ (y - design @ slope) ** 2)

    tau2 = 0.0
    if fit(0.0)[2] > k - 2:
        most = 10 * (np.ptp(y) ** 2 + se.max() ** 2)
        tau2 = optimize.brentq(lambda t: fit(t)[2] - (k - 2), 0.0, most)
    slope, bread, left = fit(tau2)
    half = stats.t.ppf(0.5 + level / 2, k - 2) * np.sqrt(bread[1, 1] * max(1.0, left / (k - 2)))
    return float(slope[1]), float(slope[1] - half), float(slope[1] + half)
