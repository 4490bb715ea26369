"""How well a scale measures: Cronbach's alpha, McDonald's omega, each item's part in it, floor and ceiling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import scale_facts, waves_in
from hubanalysis.metrics.intervals import Interval, share_interval
from hubanalysis.metrics.scales import field, scored_items

__all__ = ["cronbach_alpha", "floor_and_ceiling", "item_analysis", "omega_total", "reliability"]

_NOTHING: Interval = (np.nan, np.nan, np.nan)
FEW = mark("too few complete answers, or items without variation")


def cronbach_alpha(items: ArrayLike, level: float = 0.95) -> Interval:
    """Cronbach's alpha, k/(k-1) (1 - sum of item variances / variance of the sum), and Feldt's interval.

    ``items``: respondents x k items, reversed ones already turned round; rows with a missing value are left out.
    The interval is 1 - (1 - alpha) F, F with n-1 and (n-1)(k-1) degrees of freedom (Feldt, Woodruff & Salih 1987).
    At most 1; negative where items contradict each other. NaN for fewer than two items or three respondents.
    """
    x = _complete(items)
    n, k = x.shape
    if k < 2 or n < 3 or np.isclose(x.sum(axis=1).var(), 0):
        return _NOTHING
    alpha = k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / x.sum(axis=1).var(ddof=1))
    df = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - alpha) * stats.f.ppf(p, *df) for p in (0.5 + level / 2, 0.5 - level / 2))
    return float(alpha), float(low), float(high)


def omega_total(items: ArrayLike, *, draws: int = 500, seed: int = 2022, level: float = 0.95) -> Interval:
    """McDonald's omega of one factor: (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances).

    ``items`` as for :func:`cronbach_alpha`, at least three. The factor is fitted to the covariances by maximum
    likelihood (McDonald 1999, ch. 6); the interval is the percentile bootstrap over respondents, seeded. From 0 to 1.
    """
    x = _complete(items)
    n, k = x.shape
    if k < 3 or n < 2 * k or np.isclose(x.std(axis=0), 0).any():
        return _NOTHING
    estimate = _omega(np.cov(x.T)[None])[0]
    rng = np.random.default_rng(seed)
    resampled = x[rng.integers(0, n, (draws, n))]
    resampled -= resampled.mean(axis=1, keepdims=True)
    covariances = np.einsum("bni,bnj->bij", resampled, resampled) / (n - 1)
    varied = (np.diagonal(covariances, axis1=1, axis2=2) > 1e-9).all(axis=1)
    omegas = _omega(covariances[varied], iterations=300)
    low, high = np.quantile(omegas, [0.5 - level / 2, 0.5 + level / 2])
    return float(estimate), float(low), float(high)


def reliability(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """Alpha and omega of each scale in each wave: ``area, scale, wave, measure`` and the
    estimate; n complete answers."""
    rows = []
    for scale, wave, values in _by_scale_and_wave(answers, scales):
        n = len(values.dropna())
        for measure, function, method in (
            ("alpha", cronbach_alpha, mark("Cronbach's alpha, Feldt's interval")),
            ("omega", omega_total, mark("McDonald's omega, one factor, bootstrap interval")),
        ):
            estimate, low, high = function(values)
            rows.append(
                {"area": field(scale, "area"), "scale": field(scale, "id"), "wave": wave, "measure": measure}
                | {"estimate": estimate, "low": low, "high": high, "n": n, "method": method}
                | {"note": FEW if np.isnan(estimate) else ""}
            )
    columns = ["area", "scale", "wave", "measure", "estimate", "low", "high", "n", "method", "note"]
    return pd.DataFrame(rows, columns=columns)


def item_analysis(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """Each item in its scale, first wave: ``area, scale, item``, the correlation with the sum of the *other* items
    (estimate, Fisher's z interval) and ``alpha_without``, Cronbach's alpha if the item were dropped."""
    rows, seen = [], set()
    for scale, _wave, values in _by_scale_and_wave(answers, scales):
        if field(scale, "id") in seen:
            continue
        seen.add(field(scale, "id"))
        complete = values.dropna()
        for item in complete.columns:
            others = complete.drop(columns=item)
            estimate = _correlation(complete[item], others.sum(axis=1)) if len(others.columns) else _NOTHING
            rows.append(
                {"area": field(scale, "area"), "scale": field(scale, "id"), "item": item}
                | dict(zip(("estimate", "low", "high"), estimate, strict=True))
                | {"n": len(complete), "method": mark("item-rest correlation, Fisher's z interval")}
                | {"note": FEW if np.isnan(estimate[0]) else "", "alpha_without": cronbach_alpha(others)[0]}
            )
    columns = ["area", "scale", "item", "estimate", "low", "high", "n", "method", "note", "alpha_without"]
    return pd.DataFrame(rows, columns=columns)


def floor_and_ceiling(scores: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """The share of respondents at the lowest and at the highest possible score, by scale and wave (Wilson).

    Over 15 % at an end, a scale can no longer show change in that direction (Terwee et al. 2007).
    """
    facts, rows = scale_facts(scales), []
    found = scores.dropna(subset=["score"])
    for scale, fact in facts.iterrows():
        for wave in waves_in(found["wave"]):
            part = found.loc[(found["scale"] == scale) & (found["wave"] == wave), "score"]
            for end in ("lo", "hi"):
                estimate = share_interval(int(np.isclose(part, fact[end]).sum()), len(part))
                rows.append(
                    {
                        "area": fact["area"],
                        "scale": scale,
                        "wave": wave,
                        "end": {"lo": "floor", "hi": "ceiling"}[end],
                    }
                    | dict(zip(("estimate", "low", "high"), estimate, strict=True))
                    | {"n": len(part), "unit": mark("share"), "method": mark("share, Wilson interval")}
                )
    columns = ["area", "scale", "wave", "end", "estimate", "low", "high", "n", "unit", "method"]
    return pd.DataFrame(rows, columns=columns)


def _by_scale_and_wave(answers: pd.DataFrame, scales: Iterable[Any]):
    for scale in scales:
        values = scored_items(answers, scale).reset_index(["about", "id", "instrument"], drop=True)
        for wave in waves_in(values.index.to_series()):
            yield scale, wave, values[values.index == wave].reset_index(drop=True)


def _complete(items: ArrayLike) -> np.ndarray:
    x = np.asarray(items, dtype=float)
    x = x.reshape(len(x), -1)
    return x[~np.isnan(x).any(axis=1)]


def _correlation(x: pd.Series, y: pd.Series, level: float = 0.95) -> Interval:
    if len(x) < 4 or np.isclose(x.std(), 0) or np.isclose(y.std(), 0):
        return _NOTHING
    result = stats.pearsonr(x, y)
    interval = result.confidence_interval(level)
    return float(result.statistic), float(interval.low), float(interval.high)


def _omega(covariances: np.ndarray, iterations: int = 5000, tolerance: float = 1e-10) -> np.ndarray:
    """Omega of each covariance matrix (b, k, k), its single factor fitted by the EM algorithm (Rubin & Thayer 1982).

    All matrices move together, which makes a bootstrap of 500 cost little more than one fit.
    """
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    deviations = np.sqrt(variances)
    r = covariances / (deviations[:, :, None] * deviations[:, None, :])
    loadings = np.sqrt(np.clip(np.abs(r).mean(axis=2), 0.05, 0.95)) * np.sign(r.sum(axis=2))
    unique = np.clip(1 - loadings**2, 0.05, None)
    for _ in range(iterations):
        weighted = loadings / unique
        beta = weighted / (1 + (loadings * weighted).sum(axis=1, keepdims=True))
        rb = np.einsum("bij,bj->bi", r, beta)
        second = 1 - (beta * loadings).sum(axis=1) + (beta * rb).sum(axis=1)
        moved = rb / second[:, None]
        unique = np.clip(1 - moved * rb, 1e-6, None)  # a Heywood case stays just inside the border
        step = np.abs(moved - loadings).max()
        loadings = moved
        if step < tolerance:
            break
    common = (loadings * deviations).sum(axis=1) ** 2
    return common / (common + (unique * variances).sum(axis=1))
