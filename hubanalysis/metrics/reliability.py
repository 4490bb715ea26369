"""How well a scale measures: Cronbach's alpha, McDonald's omega, each item's part in it, floor and ceiling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.answer_matrix import answer_matrices, turned_round, within_range
from hubanalysis.metrics.change import scale_facts, waves_in
from hubanalysis.metrics.intervals import Interval, share_interval
from hubanalysis.metrics.omega import complete_rows, omega_total
from hubanalysis.metrics.scales import field

__all__ = ["cronbach_alpha", "floor_and_ceiling", "item_analysis", "omega_total", "reliability"]

_NOTHING: Interval = (np.nan, np.nan, np.nan)
FEW = mark("too few complete answers, or items without variation")


def cronbach_alpha(items: ArrayLike, level: float = 0.95) -> Interval:
    """Cronbach's alpha, k/(k-1) (1 - sum of item variances / variance of the sum), and Feldt's interval.

    ``items``: respondents x k items, reversed ones already turned round; rows with a missing value are left out.
    The interval is 1 - (1 - alpha) F, F with n-1 and (n-1)(k-1) degrees of freedom (Feldt, Woodruff & Salih 1987).
    At most 1; negative where items contradict each other. NaN for fewer than two items or three respondents.
    """
    x = complete_rows(items)
    n, k = x.shape
    if k < 2 or n < 3 or np.isclose(x.sum(axis=1).var(), 0):
        return _NOTHING
    alpha = k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / x.sum(axis=1).var(ddof=1))
    df = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - alpha) * stats.f.ppf(p, *df) for p in (0.5 + level / 2, 0.5 - level / 2))
    return float(alpha), float(low), float(high)


def reliability(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """Alpha and omega of each scale in each wave: ``area, scale, wave, measure`` and the
    estimate; n complete answers."""
    rows = []
    for scale, wave, values in _by_scale_and_wave(answers, scales):
        for measure, function, method in (
            ("alpha", cronbach_alpha, mark("Cronbach's alpha, Feldt's interval")),
            ("omega", omega_total, mark("McDonald's omega, one factor, interval on the logit")),
        ):
            estimate, low, high = function(values)
            rows.append(
                {"area": field(scale, "area"), "scale": field(scale, "id"), "wave": wave, "measure": measure}
                | {"estimate": estimate, "low": low, "high": high, "n": len(values), "method": method}
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
        rest, without = _with_the_others(values)
        for place, item in enumerate(field(scale, "items")):
            estimate = _fisher(rest[place], len(values))
            rows.append(
                {"area": field(scale, "area"), "scale": field(scale, "id"), "item": item}
                | dict(zip(("estimate", "low", "high"), estimate, strict=True))
                | {"n": len(values), "method": mark("item-rest correlation, Fisher's z interval")}
                | {"note": FEW if np.isnan(estimate[0]) else "", "alpha_without": without[place]}
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
    """Each scale and wave with the complete answers to its items, respondents x items, reversed ones turned round."""
    for scale, matrix in answer_matrices(answers, scales):
        for wave in matrix.waves_of(field(scale, "items")):
            values = within_range(matrix.of(field(scale, "items"), wave), scale)
            yield scale, matrix.waves[wave], complete_rows(turned_round(values, scale))


def _with_the_others(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each item's correlation with the sum of the others, and Cronbach's alpha of the others, from the covariances."""
    n, k = values.shape
    nothing = np.full(k, np.nan)
    if n < 4 or k < 2:
        return nothing, nothing
    covariance = np.cov(values.T)
    own, with_all = np.diag(covariance), covariance.sum(axis=1)
    shared = with_all - own
    others = covariance.sum() - 2 * with_all + own  # variance of the sum of the others
    flat = np.isclose(own, 0) | np.isclose(others, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(flat, np.nan, shared / np.sqrt(own * others))
        alpha = (k - 1) / (k - 2) * (1 - (own.sum() - own) / others) if k > 2 else nothing
    return rest, np.where(np.isclose(others, 0), np.nan, alpha)


def _fisher(r: float, n: int, level: float = 0.95) -> Interval:
    """A correlation with its interval on Fisher's z."""
    if np.isnan(r):
        return _NOTHING
    half = stats.norm.ppf(0.5 + level / 2) / np.sqrt(n - 3)
    with np.errstate(divide="ignore"):
        z = np.arctanh(np.clip(r, -1, 1))
    return float(r), float(np.tanh(z - half)), float(np.tanh(z + half))
