"""The proportional-odds model fitted to a table of counts: what it costs depends on the table, not on the people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from hubanalysis.metrics.intervals import Interval

__all__ = ["ProportionalOdds", "paired_odds_ratio", "proportional_odds"]

#: A coefficient or threshold beyond this (odds of e^30) runs to infinity: the likelihood has no maximum.
FAR = 30


class ProportionalOdds(NamedTuple):
    """Coefficients, thresholds between the levels (on the logit), the covariance of both, each cell's score.

    ``scores`` is groups x levels x parameters (coefficients first): the derivative of one answer's log likelihood.
    """

    coefficients: np.ndarray
    thresholds: np.ndarray
    covariance: np.ndarray
    scores: np.ndarray


def proportional_odds(counts: ArrayLike, predictors: ArrayLike) -> ProportionalOdds:
    """Proportional-odds regression: logit P(answer <= k) = threshold_k - x b (McCullagh 1980), maximum likelihood.

    ``counts`` is groups x levels, how many of a group chose each level (every level chosen by somebody, two at least);
    ``predictors`` groups x p, without a constant. Newton's method on the log likelihood, which is concave (Pratt 1981),
    halving a step that does not climb; the covariance is the inverse of the observed information.

    Raises ValueError where it does not converge, as where the predictors part the levels completely.
    """
    n, x = np.asarray(counts, float), np.asarray(predictors, float)
    p, k = x.shape[1], n.shape[1]
    shares = n.sum(axis=0).cumsum()[:-1] / n.sum()
    at = np.concatenate([np.zeros(p), special.logit(shares)])
    value, gradient, information, scores = _likelihood(n, x, at)
    for _ in range(100):
        step = np.linalg.solve(information, gradient)
        if np.abs(at).max() > FAR:
            break
        if gradient @ step < 1e-14 * n.sum():
            return ProportionalOdds(at[:p], at[p:], np.linalg.inv(information), scores)
        for _half in range(30):
            if (np.diff((at + step)[p:]) > 0).all():
                tried = _likelihood(n, x, at + step)
                if tried[0] >= value - 1e-12 * abs(value):
                    break
            step = step / 2
        else:
            break
        at, (value, gradient, information, scores) = at + step, tried
    raise ValueError(f"the proportional-odds model of {k} levels does not converge")


def paired_odds_ratio(table: ArrayLike, level: float = 0.95) -> Interval:
    """The odds ratio of a higher answer the second time, with its interval, from pairs of answers.

    ``table`` is levels x levels: how many answered row's level first and column's level then. The proportional-odds
    model with the time as its predictor; the standard error of its logarithm is the sandwich over respondents (Liang
    & Zeger 1986) with n/(n - 1), and the quantile is that of t with n - 1 degrees of freedom. Above 0; NaN for fewer
    than two pairs, where all answered alike, and where no answer then is lower (or none higher) than any answer first:
    there the odds ratio has no bound.
    """
    pairs = np.asarray(table, float)
    used = pairs.sum(axis=0) + pairs.sum(axis=1) > 0
    pairs = pairs[np.ix_(used, used)]
    n, counts = pairs.sum(), np.array([pairs.sum(axis=1), pairs.sum(axis=0)])
    before, after = counts
    risen, fallen = (after * (before.cumsum() - before)).sum(), (before * (after.cumsum() - after)).sum()
    if n < 2 or risen == 0 or fallen == 0:
        return np.nan, np.nan, np.nan
    fit = proportional_odds(counts, [[0.0], [1.0]])
    person = fit.scores[0][:, None, :] + fit.scores[1][None, :, :]  # one person's two answers, level by level
    meat = np.einsum("ab,abp,abq->pq", pairs, person, person) * n / (n - 1)
    spread = np.sqrt(max((fit.covariance @ meat @ fit.covariance)[0, 0], 0.0))
    half = stats.t.ppf(0.5 + level / 2, n - 1) * spread
    slope = fit.coefficients[0]
    return float(np.exp(slope)), float(np.exp(slope - half)), float(np.exp(slope + half))


def _likelihood(n: np.ndarray, x: np.ndarray, at: np.ndarray):
    """Log likelihood, its gradient, the information (minus its second derivatives), and each cell's score."""
    (g, k), p = n.shape, x.shape[1]
    cut = at[p:] - (x @ at[:p])[:, None]  # groups x thresholds
    below = np.hstack([np.zeros((g, 1)), special.expit(cut), np.ones((g, 1))])
    above = np.hstack([np.ones((g, 1)), special.expit(-cut), np.zeros((g, 1))])
    # differences are taken on the side where the numbers are small, lest they cancel
    probability = np.where(below[:, 1:] < 0.5, np.diff(below), -np.diff(above))
    probability = np.maximum(probability, 1e-300)
    density = below * above
    slope = density * (above - below)
    # the derivative of a threshold's place by each parameter: groups x (levels + 1) x parameters, nought at the ends
    place = np.zeros((g, k + 1, p + k - 1))
    place[:, 1:k, :p] = -x[:, None, :]
    place[:, range(1, k), range(p, p + k - 1)] = 1
    first = density[:, :, None] * place
    scores = np.diff(first, axis=1) / probability[:, :, None]
    curved = np.einsum("gt,gtp,gtq->gtpq", slope, place, place)
    second = np.diff(curved, axis=1) / probability[:, :, None, None]
    information = np.einsum("gk,gkp,gkq->pq", n, scores, scores) - np.einsum("gk,gkpq->pq", n, second)
    return (n * np.log(probability)).sum(), np.einsum("gk,gkp->p", n, scores), information, scores
