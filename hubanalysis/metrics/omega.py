"""McDonald's omega: one factor fitted to the covariances of the items, with an interval that costs no resampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hubanalysis.metrics.intervals import Interval

__all__ = ["complete_rows", "omega_total"]

_NOTHING: Interval = (np.nan, np.nan, np.nan)


def omega_total(items: ArrayLike, *, level: float = 0.95) -> Interval:
    """McDonald's omega of one factor: (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances).

    ``items``: respondents x k items, three at least, reversed ones already turned round; rows with a missing value are
    left out. The factor is fitted to the covariances by maximum likelihood (McDonald 1999, ch. 6). The interval
    supposes no distribution of the answers: each respondent's share in the error of omega follows from the derivatives
    of the fit by the covariances (Browne 1984; Satorra & Bentler 1994) and is divided by the root of 1 minus the
    respondent's leverage (HC2); it is built on the logit of omega (Raykov & Marcoulides 2011), with the quantile of t
    with n - 1 degrees of freedom. From 0 to 1. NaN for fewer respondents than twice the items, or an item without
    variation.
    """
    x = complete_rows(items)
    n, k = x.shape
    if k < 3 or n < 2 * k or np.isclose(x.std(axis=0), 0).any():
        return _NOTHING
    deviations = x.std(axis=0, ddof=1)
    z = (x - x.mean(axis=0)) / deviations
    correlations = z.T @ z / (n - 1)
    loadings, unique = one_factor(correlations)
    common, rest = (loadings * deviations).sum() ** 2, (unique * deviations**2).sum()
    omega = common / (common + rest)
    share = _shares_in_the_error(z, deviations, loadings, unique)
    leverage = 1 / n + np.einsum("ij,jk,ik->i", z, np.linalg.pinv(correlations, hermitian=True), z) / (n - 1)
    share = (share - share.mean()) / np.sqrt(1 - np.minimum(leverage, 0.95))
    spread = np.sqrt((share**2).sum() / (n * (n - 1)))
    if not 1e-9 < omega < 1 - 1e-9:
        return float(omega), np.nan, np.nan
    middle, half = np.log(omega / (1 - omega)), spread / (omega * (1 - omega))
    half *= stats.t.ppf(0.5 + level / 2, n - 1)
    low, high = 1 / (1 + np.exp(-(middle + np.array([-half, half]))))
    return float(omega), float(low), float(high)


def complete_rows(items: ArrayLike) -> np.ndarray:
    """``items`` as numbers, without the respondents who left one of them out."""
    x = np.asarray(items, dtype=float)
    x = x.reshape(len(x), -1)
    return x[~np.isnan(x).any(axis=1)]


def one_factor(
    r: np.ndarray, iterations: int = 5000, tolerance: float = 1e-10
) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and unique variances of one factor, of a correlation matrix, by EM (Rubin & Thayer 1982)."""
    loadings = np.sqrt(np.clip(np.abs(r).mean(axis=1), 0.05, 0.95)) * np.sign(r.sum(axis=1))
    unique = np.clip(1 - loadings**2, 0.05, None)
    for _ in range(iterations):
        weighted = loadings / unique
        beta = weighted / (1 + loadings @ weighted)
        rb = r @ beta
        moved = rb / (1 - beta @ loadings + beta @ rb)
        unique = np.clip(1 - moved * rb, 1e-6, None)  # a Heywood case stays just inside the border
        step = np.abs(moved - loadings).max()
        loadings = moved
        if step < tolerance:
            break
    return loadings, unique


def _shares_in_the_error(z, deviations, loadings, unique) -> np.ndarray:
    """The derivative of omega by each standardised respondent's weight, through all variances and covariances."""
    k = len(loadings)
    loading, variance = loadings * deviations, unique * deviations**2
    inverse = np.linalg.inv(np.outer(loading, loading) + np.diag(variance))
    moves = np.zeros((2 * k, k, k))  # how the fitted covariances move with each loading, each unique variance
    for j in range(k):
        moves[j, j, :] += loading
        moves[j, :, j] += loading
        moves[k + j, j, j] = 1
    turned = inverse @ moves
    information = 0.5 * np.einsum("jab,kba->jk", turned, turned)
    whole, rest = loading.sum(), variance.sum()
    slope = np.concatenate([np.full(k, 2 * whole * rest), np.full(k, -(whole**2))]) / (whole**2 + rest) ** 2
    weights = np.linalg.pinv(information, hermitian=True) @ slope
    form = inverse @ np.tensordot(weights, moves, 1) @ inverse
    return 0.5 * np.einsum("ij,jk,ik->i", z * deviations, form, z * deviations)
