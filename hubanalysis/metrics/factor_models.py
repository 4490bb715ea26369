"""One factor measured twice by the same items: maximum likelihood with means, and nested models compared.

Small on purpose: three models of one trait in two waves, fitted by Fisher scoring with exact derivatives. The waves'
measurement errors of an item may correlate, since people read the same question twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

__all__ = ["MODELS", "Fit", "baseline_chi2", "fit_waves", "fourth_moments", "scaled_difference"]

#: From the least to the most held equal: nothing; the loadings; the loadings and the intercepts.
MODELS = ("configural", "metric", "scalar")


@dataclass(frozen=True)
class Fit:
    """A fitted model: its chi-square (n times the ML discrepancy), degrees of freedom and parameters."""

    model: str
    chi2: float
    df: int
    theta: np.ndarray
    converged: bool


def fit_waves(x: np.ndarray, model: str, start: np.ndarray | None = None, steps: int = 200) -> Fit:
    """Fit ``model`` to ``x``, people x 2k items (the k of the first wave, then the same k of the last), complete.

    F = log|S*| - log|S| + tr(S S*^-1) - 2k + (m - m*)' S*^-1 (m - m*), S and m the sample's covariance (divided by n)
    and means, starred those of the model; chi2 = n F (Joreskog 1967; as lavaan's default). The factor has variance 1
    and mean 0 in the first wave; its variance in the last is free where loadings are equal, its mean where intercepts
    are too. Negative error variances are allowed, covariances that are not positive definite are not.
    """
    n, p = x.shape
    means, covariance = x.mean(axis=0), np.cov(x.T, bias=True)
    theta = _start(covariance, means, p // 2, model) if start is None else start
    value, parts = _discrepancy(theta, model, means, covariance)
    damping, converged = 1e-4, False
    for _ in range(steps):
        gradient, information = _slopes(*parts, means, covariance)
        step = np.linalg.solve(information + damping * np.diag(np.diag(information)), gradient)
        tried, tried_parts = _discrepancy(theta + step, model, means, covariance)
        if tried < value + 1e-14:
            converged = abs(value - tried) < 1e-10 and np.abs(step).max() < 1e-4
            theta, value, parts = theta + step, tried, tried_parts
            damping = max(damping / 10, 1e-12)
            if converged:
                break
        else:
            damping = max(damping * 10, 1e-8)
            if damping > 1e8:
                break
    df = p * (p + 1) // 2 + p - len(theta)
    return Fit(model, max(n * value, 0.0), df, theta, converged)


def baseline_chi2(x: np.ndarray) -> tuple[float, int]:
    """Chi-square and df of the model without any relation between items (free means): what CFI compares with."""
    r = np.corrcoef(x.T)
    return float(-len(x) * np.linalg.slogdet(r)[1]), len(r) * (len(r) - 1) // 2


def scaled_difference(
    x: np.ndarray, free: Fit, equal: Fit, moments: np.ndarray | None = None
) -> tuple[float, int, float]:
    """Chi-square difference of two nested models, its df and p, scaled for answers that are not normal.

    T = (chi2_equal - chi2_free) / c, c = (tr(A1^-1 B1) - tr(A0^-1 B0)) / df, A the expected information and B the
    covariance of the people's scores in each model, both at the estimates of the more equal model (Satorra & Bentler
    2010), so that c is never negative. With normal answers c is about 1. ``moments`` are :func:`fourth_moments` of
    ``x``, where they are known from another step.
    """
    k = x.shape[1] // 2
    mapped = _as_free(equal, free.model, k)
    moments = fourth_moments(x) if moments is None else moments
    pairs = ((mapped, free.model), (equal.theta, equal.model))
    traces = [_trace(x, theta, model, moments) for theta, model in pairs]
    df = equal.df - free.df
    c = (traces[0] - traces[1]) / df
    if not c > 1e-6:
        return np.nan, df, np.nan
    t = max(equal.chi2 - free.chi2, 0.0) / c
    return t, df, float(stats.chi2.sf(t, df))


def _layout(model: str, k: int) -> dict[str, slice]:
    """Where each kind of parameter stands in theta."""
    sizes = {
        "loadings": k if model != "configural" else 2 * k,
        "errors": 2 * k,
        "shared": k,
        "cross": 1,
        "variance": int(model != "configural"),
        "intercepts": k if model == "scalar" else 2 * k,
        "mean": int(model == "scalar"),
    }
    ends = np.cumsum(list(sizes.values()))
    return {name: slice(int(e - s), int(e)) for (name, s), e in zip(sizes.items(), ends, strict=True)}


def _start(covariance: np.ndarray, means: np.ndarray, k: int, model: str) -> np.ndarray:
    sd = np.sqrt(np.diag(covariance))
    within = [covariance[w : w + k, w : w + k] for w in (0, k)]
    loads = np.concatenate(
        [
            np.sign((c / np.outer(s, s)).sum(1)) * 0.65 * s
            for c, s in zip(within, (sd[:k], sd[k:]), strict=True)
        ]
    )
    loadings = loads if model == "configural" else (loads[:k] + loads[k:]) / 2
    variance = [] if model == "configural" else [1.0]
    shared = 0.1 * sd[:k] * sd[k:]
    intercepts = [means, []] if model != "scalar" else [means[:k], [0.0]]
    return np.concatenate([loadings, 0.55 * sd**2, shared, [0.5], variance, *intercepts])


def _moments(theta: np.ndarray, model: str, k: int):
    """Model covariance and means with their derivatives (parameters first)."""
    at = _layout(model, k)
    equal = model != "configural"
    loads = np.tile(theta[at["loadings"]], 2) if equal else theta[at["loadings"]]
    variance = theta[at["variance"]][0] if equal else 1.0
    cross = theta[at["cross"]][0]
    phi = np.array([[1.0, cross], [cross, variance]])
    pattern = np.zeros((2 * k, 2))
    pattern[:k, 0], pattern[k:, 1] = loads[:k], loads[k:]
    sigma = pattern @ phi @ pattern.T
    d_sigma = np.zeros((len(theta), 2 * k, 2 * k))
    d_mu = np.zeros((len(theta), 2 * k))
    index = np.arange(k)
    sigma[np.arange(2 * k), np.arange(2 * k)] += theta[at["errors"]]
    sigma[index, index + k] += theta[at["shared"]]
    sigma[index + k, index] += theta[at["shared"]]
    mean = theta[at["mean"]][0] if model == "scalar" else 0.0
    reach = pattern @ phi
    for item in range(2 * k):
        place = at["loadings"].start + (item % k if equal else item)
        d_sigma[place, item] += reach[:, item // k]
        d_sigma[place, :, item] += reach[:, item // k]
        d_sigma[at["errors"].start + item, item, item] = 1
        if model == "scalar" and item >= k:
            d_mu[place, item] = mean
    for item in index:
        place = at["shared"].start + item
        d_sigma[place, item, item + k] = d_sigma[place, item + k, item] = 1
    first, last = pattern[:, 0], pattern[:, 1]
    d_sigma[at["cross"].start] = np.outer(first, last) + np.outer(last, first)
    intercepts = theta[at["intercepts"]]
    if equal:
        d_sigma[at["variance"].start] = np.outer(last, last)
    if model == "scalar":
        mu = np.tile(intercepts, 2)
        mu[k:] += loads[k:] * mean
        d_mu[at["intercepts"]] = np.hstack([np.eye(k), np.eye(k)])
        d_mu[at["mean"].start, k:] = loads[k:]
    else:
        mu = intercepts
        d_mu[at["intercepts"]] = np.eye(2 * k)
    return sigma, mu, d_sigma, d_mu


def _discrepancy(theta: np.ndarray, model: str, means: np.ndarray, covariance: np.ndarray):
    sigma, mu, d_sigma, d_mu = _moments(theta, model, len(means) // 2)
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return np.inf, None
    inverse = np.linalg.inv(sigma)
    off = means - mu
    value = 2 * np.log(np.diag(root)).sum() - np.linalg.slogdet(covariance)[1]
    value += np.sum(inverse * covariance) - len(means) + off @ inverse @ off
    return value, (inverse, mu, d_sigma, d_mu)


def _slopes(inverse, mu, d_sigma, d_mu, means, covariance):
    """Half the downhill gradient of the discrepancy and the expected information of one person."""
    off = means - mu
    rest = inverse @ (covariance + np.outer(off, off)) @ inverse - inverse
    gradient = 0.5 * np.tensordot(d_sigma, rest, axes=2) + d_mu @ inverse @ off
    return gradient, _information(inverse, d_sigma, d_mu)


def _information(inverse: np.ndarray, d_sigma: np.ndarray, d_mu: np.ndarray) -> np.ndarray:
    turned = (inverse @ d_sigma).reshape(len(d_sigma), -1)
    other = (d_sigma @ inverse).reshape(len(d_sigma), -1)
    return 0.5 * turned @ other.T + d_mu @ inverse @ d_mu.T


def fourth_moments(x: np.ndarray) -> np.ndarray:
    """Covariance over the people of their deviations and of the products of these: all that scores are made of."""
    off = x - x.mean(axis=0)
    first, second = np.triu_indices(x.shape[1])
    return np.cov(np.hstack([off, off[:, first] * off[:, second]]).T, bias=True)


def _trace(x: np.ndarray, theta: np.ndarray, model: str, moments: np.ndarray) -> float:
    """tr(A^-1 B): how far the people's scores spread, against what normal answers would give.

    A person's score is a linear combination of deviations and their products, so its covariance comes from
    :func:`fourth_moments`, which are reckoned once for all models.
    """
    sigma, mu, d_sigma, d_mu = _moments(theta, model, x.shape[1] // 2)
    inverse = np.linalg.inv(sigma)
    squares = inverse @ d_sigma @ inverse
    linear = d_mu @ inverse + squares @ (x.mean(axis=0) - mu)
    first, second = np.triu_indices(x.shape[1])
    products = squares[:, first, second] * np.where(first == second, 0.5, 1.0)
    weights = np.hstack([linear, products])
    spread = weights @ moments @ weights.T
    return float(np.trace(np.linalg.solve(_information(inverse, d_sigma, d_mu), spread)))


def _as_free(fit: Fit, model: str, k: int) -> np.ndarray:
    """The parameters of ``fit`` written in those of a model that holds less equal: the same moments."""
    at = _layout(fit.model, k)
    theta = {name: fit.theta[place] for name, place in at.items()}
    if fit.model == "scalar":
        later = theta["intercepts"] + theta["loadings"] * theta["mean"]
        theta["intercepts"], theta["mean"] = np.concatenate([theta["intercepts"], later]), theta["mean"][:0]
    if model == "configural":
        spread = np.sqrt(np.abs(theta["variance"]))
        theta["loadings"] = np.concatenate([theta["loadings"], theta["loadings"] * spread])
        theta["cross"], theta["variance"] = theta["cross"] / spread, theta["variance"][:0]
    return np.concatenate(list(theta.values()))
