"""The retrospective pretest: what people say afterwards of how it was "then", kept apart from before and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p, waves_in
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.scales import field, score_scales

__all__ = ["change_looking_back", "then_scores"]

TOO_FEW = mark("fewer than two pairs: no interval can be given")
NO_SPREAD = mark("every pair has the same value: no interval can be given")
FEW = mark("fewer than 10: read with care")
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def then_scores(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """Scores of the "then" questions of each scale that declares some, as :func:`metrics.scales.score_scales` makes
    them: each stands in for the item of the same place, with its reversal, the scale's range and least number.

    ``wave`` is the wave in which they were asked, not the time they speak of. Empty where no scale has any.
    """
    parts = []
    for scale in scales:
        asked = list(field(scale, "then", ()) or ())
        if not asked:
            continue
        mine = answers[answers["item"].isin(asked)]
        names = dict(zip(asked, field(scale, "items"), strict=True))
        mine = mine.assign(item=mine["item"].astype("str").map(names))
        parts.append(score_scales(mine, [scale]))
    return pd.concat(parts, ignore_index=True) if parts else score_scales(answers.iloc[:0], [])


def change_looking_back(scores: pd.DataFrame, then: pd.DataFrame, before: str = "") -> pd.DataFrame:
    """Change as people judge it looking back, and how far their judgement of the start has moved, by scale.

    ``scores`` are the ordinary scores, ``then`` those of :func:`then_scores`, ``before`` the first wave. Readings:

    - ``looking_back``: now minus then, both asked in the same wave, of all who answered both. It is not a change
      between two waves: people may recall wrongly, or wish to see (or to please with) progress. It escapes a shift of
      the yardstick, which before and after does not (Hill & Betz 2005,
      10.1177/1098214005281356).
    - ``response_shift``: then minus before, of those who answered before too. Below zero, people afterwards judge
      their start lower than they did at the time.

    Where a scale was asked looking back in several waves, the last counts. Columns ``area, scale, reading``, the
    estimate in points with its paired t interval, ``p`` and ``p_adjusted`` (Benjamini-Hochberg within a reading).
    """
    known, asked = scores.dropna(subset=["score"]), then.dropna(subset=["score"])
    rows = []
    for scale in pd.unique(asked["scale"]):
        back = asked[asked["scale"] == scale]
        wave = waves_in(back["wave"])[-1]
        back = back[back["wave"] == wave].set_index("id")["score"]
        mine = known[known["scale"] == scale]
        now, first = (mine[mine["wave"] == w].set_index("id")["score"] for w in (wave, before))
        area = asked.loc[asked["scale"] == scale, "area"].iloc[0]
        for reading, difference, method in (
            ("looking_back", (now - back).dropna(), mark("now minus then, paired t interval")),
            ("response_shift", (back - first).dropna(), mark("then minus before, paired t interval")),
        ):
            if reading == "response_shift" and (not before or before == wave or first.empty):
                continue
            rows.append({"area": area, "scale": scale, "reading": reading} | _paired(difference, method))
    frame = pd.DataFrame(rows, columns=["area", "scale", "reading", *_ESTIMATE, "p"])
    frame["p_adjusted"] = np.nan
    for _, index in frame.groupby("reading").groups.items():
        frame.loc[index, "p_adjusted"] = adjust_p(frame.loc[index, "p"].astype(float), "fdr_bh")
    return frame


def _paired(difference: pd.Series, method: str) -> dict:
    values = difference.to_numpy(float)
    n, flat = len(values), len(values) > 1 and np.isclose(values.std(), 0)
    estimate, low, high = mean_interval(values)
    return {
        "estimate": estimate,
        "low": np.nan if flat else low,
        "high": np.nan if flat else high,
        "n": n,
        "unit": mark("points"),
        "method": method,
        "note": TOO_FEW if n < 2 else NO_SPREAD if flat else FEW if n < 10 else "",
        "p": float(stats.ttest_1samp(values, 0).pvalue) if n > 1 and not flat else np.nan,
    }
