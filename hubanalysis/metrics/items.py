"""Questions one by one: how the answers divide over every level, and the odds of a higher answer later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import special
from statsmodels.miscmodels.ordinal_model import OrderedModel

from hubanalysis.locale import mark
from hubanalysis.metrics.change import first_and_last, waves_in
from hubanalysis.metrics.intervals import share_interval
from hubanalysis.metrics.scales import field, scored_items

__all__ = ["item_levels", "levels_in_words", "odds_of_a_higher_answer", "proportional_odds"]

MOST_LEVELS = 11
FEW = mark("fewer than 20 pairs, or all answered alike")


def item_levels(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """The share of answers at each level of each item, as asked (not turned round), by wave.

    Every whole level of the declared range has a row, also one that nobody chose; a range of more than eleven levels
    (0 to 10) is a measure, not a choice, and is left out. Columns ``area, scale, item, wave, level, count``, the
    estimate (share, Wilson interval), ``n`` answers to the item, ``reversed``.
    """
    rows = []
    for scale in scales:
        low, high = field(scale, "range")
        if high - low >= MOST_LEVELS:
            continue
        turned = set(field(scale, "reversed", ()))
        for item in field(scale, "items"):
            mine = answers[(answers["item"] == item) & (answers["status"].astype(str) == "answered")]
            for wave in waves_in(mine["wave"]):
                given = mine.loc[mine["wave"] == wave, "number"].dropna()
                for level in np.arange(low, high + 0.5):
                    count = int((given == level).sum())
                    share = dict(
                        zip(("estimate", "low", "high"), share_interval(count, len(given)), strict=True)
                    )
                    rows.append(
                        {
                            "area": field(scale, "area"),
                            "scale": field(scale, "id"),
                            "item": item,
                            "wave": wave,
                        }
                        | {"level": int(level), "count": count, **share, "n": len(given)}
                        | {"method": mark("share, Wilson interval"), "reversed": item in turned}
                    )
    columns = ["area", "scale", "item", "wave", "level", "count", "estimate", "low", "high", "n", "method"]
    return pd.DataFrame(rows, columns=[*columns, "reversed"])


def levels_in_words(levels: pd.DataFrame) -> pd.DataFrame:
    """``item_levels`` side by side for reading: one row an item x wave, a column a level (share), n."""
    keys = ["scale", "item", "wave"]
    if levels.empty:
        return pd.DataFrame(columns=[*keys, "n"])
    order = levels.drop_duplicates(keys)[[*keys, "n"]]
    wide = levels.pivot(index=keys, columns="level", values="estimate").add_prefix("level_").reset_index()
    return order.merge(wide, on=keys)[[*keys, *[c for c in wide if c not in keys], "n"]]


def odds_of_a_higher_answer(
    answers: pd.DataFrame, scales: Iterable[Any], first: str, last: str
) -> pd.DataFrame:
    """Odds ratio of a more favourable answer in the last wave than in the first, by item; paired answers only.

    The proportional-odds model of :func:`proportional_odds` with the wave as its predictor; the standard error is the
    sandwich over respondents, since two answers of one person are not independent. Above 1 the answers moved the
    favourable way: reversed items are turned round, and so is a scale on which lower is better. Ranges of more than
    eleven levels are left out. Columns ``area, scale, item`` and the estimate; n pairs.
    """
    first, last = first_and_last(answers["wave"], first, last)
    rows = []
    for scale in scales:
        low, high = field(scale, "range")
        if high - low >= MOST_LEVELS:
            continue
        values = scored_items(answers, scale).reset_index()
        favourable = -1 if field(scale, "better", "higher") == "lower" else 1
        for item in field(scale, "items"):
            wide = values.pivot(index="id", columns="wave", values=item)
            pairs = (
                wide[[first, last]].dropna()
                if {first, last} <= set(wide)
                else wide.iloc[:0].reindex(columns=[0, 1])
            )
            row = {"area": field(scale, "area"), "scale": field(scale, "id"), "item": item, "n": len(pairs)}
            row |= {
                "unit": mark("odds ratio"),
                "method": mark("proportional odds, errors clustered by person"),
                "note": "",
            }
            both = pairs.to_numpy(float)
            if len(pairs) < 20 or len(np.unique(both)) < 2:
                rows.append(row | {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": FEW})
                continue
            slope, spread = _paired_log_odds(favourable * both)
            low, high = np.exp(slope - 1.959964 * spread), np.exp(slope + 1.959964 * spread)
            rows.append(row | {"estimate": float(np.exp(slope)), "low": float(low), "high": float(high)})
    columns = ["area", "scale", "item", "estimate", "low", "high", "n", "unit", "method", "note"]
    return pd.DataFrame(rows, columns=columns)


def proportional_odds(
    levels: np.ndarray, predictors: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Proportional-odds regression of an ordered answer: coefficients, their standard errors, thresholds.

    logit P(answer <= k) = threshold_k - x b (McCullagh 1980). ``levels`` whole numbers, ``predictors`` n x p without
    a constant. The thresholds come back in the units of the logit (statsmodels stores their differences' logs).
    """
    codes = pd.Categorical(levels, ordered=True)
    fit = OrderedModel(pd.Series(codes), np.asarray(predictors, float), distr="logit").fit(
        method="bfgs", disp=0
    )
    k = np.asarray(predictors).shape[1]
    thresholds = fit.model.transform_threshold_params(np.asarray(fit.params))[1:-1]
    return np.asarray(fit.params)[:k], np.asarray(fit.bse)[:k], thresholds


def _paired_log_odds(both: np.ndarray) -> tuple[float, float]:
    """The wave's log odds and its standard error, the sandwich clustered by respondent (Liang & Zeger 1986)."""
    n = len(both)
    levels = np.concatenate([both[:, 0], both[:, 1]])
    wave = np.repeat([0.0, 1.0], n)[:, None]
    b, _se, thresholds = proportional_odds(levels, wave)
    codes = np.searchsorted(np.unique(levels), levels)
    parameters = np.concatenate([b, thresholds])
    scores = _scores(codes, wave[:, 0], parameters)
    by_person = scores[:n] + scores[n:]
    bread = np.linalg.pinv(_information(codes, wave[:, 0], parameters))
    covariance = bread @ (by_person.T @ by_person) @ bread * n / (n - 1)
    return float(b[0]), float(np.sqrt(max(covariance[0, 0], 0)))


def _scores(codes: np.ndarray, x: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """The derivative of each answer's log likelihood by the slope and by each threshold."""
    slope, thresholds = parameters[0], np.concatenate([[-np.inf], parameters[1:], [np.inf]])
    upper, lower = thresholds[codes + 1] - slope * x, thresholds[codes] - slope * x
    density_up, density_low = _density(upper), _density(lower)
    probability = special.expit(upper) - special.expit(lower)
    out = np.zeros((len(codes), len(parameters)))
    out[:, 0] = -(density_up - density_low) * x / probability
    for k in range(1, len(parameters)):
        out[:, k] = (density_up * (codes == k - 1) - density_low * (codes == k)) / probability
    return out


def _information(codes: np.ndarray, x: np.ndarray, parameters: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Minus the derivative of the summed scores (central differences)."""
    columns = []
    for k in range(len(parameters)):
        moved = np.zeros(len(parameters))
        moved[k] = step
        up, down = (_scores(codes, x, parameters + sign * moved).sum(axis=0) for sign in (1, -1))
        columns.append((up - down) / (2 * step))
    return -np.array(columns)


def _density(z: np.ndarray) -> np.ndarray:
    value = special.expit(z)
    return value * (1 - value)
