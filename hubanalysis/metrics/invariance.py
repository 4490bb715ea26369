"""Does a scale measure the same before and after? Invariance as far as the people allow, and item by item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.answer_matrix import AnswerMatrix, answer_matrices, turned_round
from hubanalysis.metrics.change import adjust_p, first_and_last
from hubanalysis.metrics.factor_models import baseline_chi2, fit_waves, fourth_moments, scaled_difference
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.scales import field

__all__ = ["LEAST_PAIRS", "invariance", "item_shifts"]

#: Pairs with every item answered twice, below which no model is fitted: the tests of 60 pairs already reject too often.
LEAST_PAIRS = 100
LEAST_ITEMS = 3
#: A fall of CFI that counts (Cheung & Rensvold 2002; Chen 2007), and the CFI below which the items are not one thing.
FALL, FITS = 0.010, 0.90
#: To call a scale comparable, neither of its two steps may reach half of 5 %; to call it not comparable, one must
#: outlive the adjustment for all steps of all scales. What lies between is left open.
OPEN, ALPHA = 0.025, 0.05

FEW = mark("too few people with every question answered twice")
SHORT = mark("fewer than three questions, or a question that all answered alike")
STUCK = mark("one factor in both waves could not be fitted to these answers")
ALIKE = mark("all moved alike: no interval can be given")
SHIFT = mark("question less the rest of its scale, paired t interval")

_COLUMNS = [
    "area", "scale", "verdict", "n", "needed", "cfi", "p_loadings", "fall_loadings", "p_intercepts", "fall_intercepts",
    "p_adjusted", "note",
]  # fmt: skip


def invariance(
    answers: pd.DataFrame, scales: Iterable[Any], first: str = "", last: str = "", *, least: int = LEAST_PAIRS
) -> pd.DataFrame:
    """Whether the items of each scale relate the same way to what they measure in both waves.

    One factor is fitted in both waves with nothing held equal, with equal loadings, and with equal intercepts too
    (Meredith 1993), over those who answered every item twice; the errors of an item may correlate between the waves.
    ``p_loadings`` and ``p_intercepts`` are the scaled chi-square difference tests of these steps (Satorra & Bentler
    2010), ``fall_...`` the fall of the comparative fit index CFI, ``cfi`` that of the first model, ``p_adjusted`` the
    smaller p after Holm's adjustment over both steps of all scales. ``verdict``: ``not_comparable`` where a step's
    adjusted p is at most 0.05 and its fall above 0.010 (Chen 2007); ``comparable`` where no p is under 0.025 and no
    fall above 0.010; ``left_open`` between them; ``not_one_factor`` where CFI is under 0.90; empty with a ``note``
    where there are fewer than ``least`` people (``n`` of ``needed``) or three items. One row a scale.
    """
    rows = []
    for scale, matrix in answer_matrices(answers, scales):
        before, after = _both_waves(matrix, scale, first, last)
        row = dict.fromkeys(_COLUMNS, np.nan)
        row |= {"area": field(scale, "area"), "scale": field(scale, "id"), "verdict": "", "note": ""}
        row |= {"n": len(before), "needed": least}
        rows.append(row | _judged(np.hstack([before, after]), least))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    steps = frame[["p_loadings", "p_intercepts"]].to_numpy(float)
    adjusted = adjust_p(pd.Series(steps.ravel()), "holm").reshape(steps.shape)
    known = ~np.isnan(adjusted).any(axis=1)
    frame["p_adjusted"] = np.where(known, np.where(known[:, None], adjusted, 1.0).min(axis=1), np.nan)
    fallen = frame[["fall_loadings", "fall_intercepts"]].to_numpy(float) > FALL
    wrong = ((adjusted <= ALPHA) & fallen).any(axis=1)
    doubtful = ((steps < OPEN) | fallen).any(axis=1)
    verdicts = [frame["cfi"] < FITS, wrong, doubtful]
    named = np.select(verdicts, ["not_one_factor", "not_comparable", "left_open"], "comparable")
    frame["verdict"] = np.where(known, named, "")
    return frame


def item_shifts(
    answers: pd.DataFrame, scales: Iterable[Any], first: str = "", last: str = ""
) -> pd.DataFrame:
    """How much more each item moved than the rest of its scale, in the items' points: does one item move alone?

    mean(D_item - mean of the D of the other items), D = after - before of those who answered every item twice,
    reversed ones turned round, with its paired t interval; ``p_adjusted`` is Holm's over the items of a scale. Where
    the scale truly changes, an item that holds more strongly to it moves more of itself: a sign to look at, not a test
    of invariance. Columns ``area, scale, item``, the estimate, ``p, p_adjusted``.
    """
    rows = []
    for scale, matrix in answer_matrices(answers, scales):
        before, after = _both_waves(matrix, scale, first, last)
        change, count = after - before, before.shape[1]
        for place, item in enumerate(field(scale, "items")):
            if count < 2:
                continue
            apart = change[:, place] - np.delete(change, place, axis=1).mean(axis=1)
            told = len(apart) > 1 and not np.isclose(apart.std(), 0)
            estimate, low, high = mean_interval(apart)
            rows.append(
                {
                    "area": field(scale, "area"),
                    "scale": field(scale, "id"),
                    "item": item,
                    "estimate": estimate,
                }
                | {"low": low if told else np.nan, "high": high if told else np.nan, "n": len(apart)}
                | {"unit": mark("points"), "method": SHIFT}
                | {"note": "" if told else FEW if len(apart) < 2 else ALIKE}
                | {"p": float(stats.ttest_1samp(apart, 0).pvalue) if told else np.nan}
            )
    columns = ["area", "scale", "item", "estimate", "low", "high", "n", "unit", "method", "note", "p"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_adjusted"] = np.nan
    for scale in dict.fromkeys(frame["scale"]):
        mine = frame["scale"] == scale
        frame.loc[mine, "p_adjusted"] = adjust_p(frame.loc[mine, "p"].astype(float), "holm")
    return frame


def _both_waves(matrix: AnswerMatrix, scale: Any, first: str, last: str) -> tuple[np.ndarray, np.ndarray]:
    """The items of those who answered all of them in both waves: two arrays, people x items."""
    items = list(field(scale, "items"))
    met = [matrix.waves[place] for place in matrix.waves_of(items)]
    first, last = first_and_last(pd.Series(pd.Categorical(met, categories=matrix.waves)), first, last)
    if first == last or not {first, last} <= set(matrix.waves):
        return np.zeros((0, len(items))), np.zeros((0, len(items)))
    sides = []
    for wave in (first, last):
        side = np.full((matrix.respondents, len(items)), np.nan)
        here = matrix.wave == matrix.waves.index(wave)
        side[matrix.id[here]] = turned_round(matrix.of(items, matrix.waves.index(wave)), scale)
        sides.append(side)
    both = ~np.isnan(np.hstack(sides)).any(axis=1)
    return sides[0][both], sides[1][both]


def _judged(x: np.ndarray, least: int) -> dict:
    if len(x) < least:
        return {"note": FEW}
    if x.shape[1] < 2 * LEAST_ITEMS or np.isclose(x.std(axis=0), 0).any():
        return {"note": SHORT}
    # an item that never differs between the waves, or repeats another, leaves no model to fit
    if np.linalg.eigvalsh(np.corrcoef(x.T))[0] < 1e-8:
        return {"note": STUCK}
    free, loadings, intercepts = fits = [fit_waves(x, model) for model in ("configural", "metric", "scalar")]
    if not all(fit.converged for fit in fits):
        return {"note": STUCK}
    null, null_df = baseline_chi2(x)
    most = max(null - null_df, free.chi2 - free.df, 1e-9)
    cfi = [1 - max(fit.chi2 - fit.df, 0) / most for fit in fits]
    moments = fourth_moments(x)
    p = [scaled_difference(x, *pair, moments)[2] for pair in ((free, loadings), (loadings, intercepts))]
    fall = [cfi[0] - cfi[1], cfi[1] - cfi[2]]
    if np.isnan(p).any():
        return {"note": STUCK}
    row = {"cfi": cfi[0], "p_loadings": p[0], "fall_loadings": fall[0]}
    return row | {"p_intercepts": p[1], "fall_intercepts": fall[1]}
