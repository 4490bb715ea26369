"""Questions one by one: how the answers divide over every level, and the odds of a higher answer later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.answer_matrix import answer_matrices, within_range
from hubanalysis.metrics.change import first_and_last
from hubanalysis.metrics.intervals import share_interval
from hubanalysis.metrics.proportional_odds import paired_odds_ratio
from hubanalysis.metrics.scales import field

__all__ = ["item_levels", "levels_in_words", "odds_of_a_higher_answer"]

MOST_LEVELS = 11
FEW = mark("fewer than 20 pairs, or all answered alike")
UNBOUNDED = mark("no answer of one wave lies below any of the other: the odds ratio has no bound")


def item_levels(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """The share of answers at each level of each item, as asked (not turned round), by wave.

    Every whole level of the declared range has a row, also one that nobody chose; a range of more than eleven levels
    (0 to 10) is a measure, not a choice, and is left out. Columns ``area, scale, item, wave, level, count``, the
    estimate (share, Wilson interval), ``n`` answers to the item, ``reversed``.
    """
    rows, counts = [], []
    for scale, matrix in answer_matrices(answers, [s for s in scales if _few_levels(s)]):
        low, high = field(scale, "range")
        levels = np.arange(low, high + 0.5)
        turned = set(field(scale, "reversed", ()))
        for item in field(scale, "items"):
            for wave, name in enumerate(matrix.waves):
                given = matrix.values[matrix.wave == wave, matrix.items[item]]
                given = given[~np.isnan(given)]
                if not len(given):
                    continue
                counts.append((given[:, None] == levels).sum(axis=0))
                keys = {"area": field(scale, "area"), "scale": field(scale, "id"), "item": item, "wave": name}
                rows += [
                    keys | {"level": int(level), "n": len(given), "reversed": item in turned}
                    for level in levels
                ]
    columns = ["area", "scale", "item", "wave", "level", "count", "estimate", "low", "high", "n", "method"]
    frame = pd.DataFrame(rows, columns=[*columns, "reversed"])
    if rows:
        frame["count"] = np.concatenate(counts)
        given = frame[["count", "n"]].drop_duplicates()  # one interval for all that share count and n
        shares = {(c, n): share_interval(c, n) for c, n in given.itertuples(index=False)}
        shares = [shares[pair] for pair in zip(frame["count"], frame["n"], strict=True)]
        frame[["estimate", "low", "high"]] = shares
        frame["method"] = mark("share, Wilson interval")
    return frame


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

    The proportional-odds model with the wave as its predictor, errors clustered by respondent, since two answers of
    one person are not independent (:func:`~hubanalysis.metrics.proportional_odds.paired_odds_ratio`). Above 1 the
    answers moved the favourable way: reversed items are turned round, and so is a scale on which lower is better.
    Ranges of more than eleven levels are left out. Columns ``area, scale, item`` and the estimate; n pairs.

    Raises ValueError where an answer lies outside the declared range of its scale.
    """
    first, last = first_and_last(answers["wave"], first, last)
    rows = []
    for scale, matrix in answer_matrices(answers, [s for s in scales if _few_levels(s)]):
        turned = set(field(scale, "reversed", ()))
        lower_is_better = field(scale, "better", "higher") == "lower"
        waves = [matrix.waves.index(wave) for wave in (first, last) if wave in matrix.waves]
        for item in field(scale, "items"):
            within_range(matrix.values[:, [matrix.items[item]]], scale)
            pairs = matrix.pairs(item, *waves) if len(waves) == 2 else np.empty((0, 2))
            favourable = -pairs if (item in turned) != lower_is_better else pairs
            estimate, note = (np.nan,) * 3, FEW
            if len(pairs) >= 20 and len(np.unique(pairs)) > 1:
                estimate = paired_odds_ratio(_table_of(favourable))
                note = UNBOUNDED if np.isnan(estimate[0]) else ""
            rows.append(
                {"area": field(scale, "area"), "scale": field(scale, "id"), "item": item}
                | dict(zip(("estimate", "low", "high"), estimate, strict=True))
                | {"n": len(pairs), "unit": mark("odds ratio"), "note": note}
                | {"method": mark("proportional odds, errors clustered by person")}
            )
    columns = ["area", "scale", "item", "estimate", "low", "high", "n", "unit", "method", "note"]
    return pd.DataFrame(rows, columns=columns)


def _few_levels(scale: Any) -> bool:
    low, high = field(scale, "range")
    return high - low < MOST_LEVELS


def _table_of(pairs: np.ndarray) -> np.ndarray:
    """Levels x levels: how many pairs have the row's level first and the column's then."""
    levels, codes = np.unique(pairs, return_inverse=True)
    before, after = codes.reshape(pairs.shape).T
    k = len(levels)
    return np.bincount(before * k + after, minlength=k * k).reshape(k, k)
