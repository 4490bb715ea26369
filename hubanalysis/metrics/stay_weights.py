"""Means of those who stayed, weighted so that they stand for those who left too: inverse probability of staying."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special, stats

from hubanalysis.metrics.intervals import Interval

__all__ = ["LEAST", "stay_design", "weighted_means"]

#: Fewer who stayed, or who left, than this tell nothing of what makes people leave.
LEAST = 10
#: No chance of staying counts as smaller: one person would stand for more than fifty.
SMALLEST_CHANCE = 0.02
#: Weights are cut at this quantile of the weights of those who stayed.
CUT = 0.99


def stay_design(
    start: pd.DataFrame,
    attributes: pd.DataFrame,
    names: Sequence[str],
    counts: pd.Series | None = None,
    rare: int = 10,
) -> np.ndarray:
    """What the chance of staying may depend on: respondents x (1 + predictors), the first column a constant.

    ``start`` holds the first scores (respondents x scales), standardised, a missing one at the mean; ``counts``, by
    id, the activities attended, standardised too; ``names`` are rows of ``attributes``, whose values become dummies,
    those of fewer than ``rare`` respondents together.
    """
    numbers = start if counts is None else start.assign(attended=counts.reindex(start.index).fillna(0))
    blocks = [pd.DataFrame({"constant": 1.0}, index=start.index)]
    blocks.append(((numbers - numbers.mean()) / numbers.std(ddof=0).replace(0, 1)).fillna(0))
    for name in names:
        values = attributes[attributes["attribute"] == name].drop_duplicates("id").set_index("id")["value"]
        values = values.reindex(start.index).astype(object).fillna("")
        values = values.where(values.map(values.value_counts()) >= rare, "")
        blocks.append(pd.get_dummies(values, drop_first=True, dtype=float))
    return np.column_stack([b.to_numpy(float) for b in blocks])


def weighted_means(
    values: np.ndarray, stayed: np.ndarray, design: np.ndarray, level: float = 0.95
) -> list[Interval]:
    """The mean of each column of ``values``, as if everybody had stayed, with its interval.

    ``values`` is respondents x k, NaN where unknown; ``stayed`` says who stayed; ``design`` as of :func:`stay_design`.
    Those who stayed weigh w = 1/P(stay), from a logistic model of ``design``, cut at the 99th percentile of their
    weights (Seaman & White 2013). The mean sum(w v) / sum(w) and the model solve stacked estimating equations
    (Lunceford & Davidian 2004), so that a person's share in the error is

        phi = (w (v - mean) - g' x (stayed - P)) / sum(w),   g = A^-1 sum(w (1 - P) (v - mean) x),

    A the information of the logistic model, x a row of ``design``, (1 - P) nought where the weight was cut. As in
    HC3, each residual is divided by 1 minus its leverage (in the mean w/sum(w), in the model P (1 - P) x' A^-1 x); the
    standard error is the root of the sum of phi^2, the quantile that of t with sum(w)^2/sum(w^2) - 1 degrees of
    freedom (Kish). Valid if staying depends on ``design`` alone. NaN where fewer than ten stayed or left.
    """
    if min(stayed.sum(), (~stayed).sum()) < LEAST:
        return [(np.nan, np.nan, np.nan)] * values.shape[1]
    chance, inverse = _logistic(stayed.astype(float), design)
    weight = 1 / np.clip(chance, SMALLEST_CHANCE, 1)
    cut = np.quantile(weight[stayed], CUT)
    moves = np.where((weight <= cut * (1 + 1e-9)) & (chance > SMALLEST_CHANCE), 1 - chance, 0.0)
    weight = np.minimum(weight, cut)
    leverage = chance * (1 - chance) * np.einsum("ij,jk,ik->i", design, inverse, design)
    surprise = (stayed - chance) / (1 - np.minimum(leverage, 0.95))
    found = []
    for column in values.T:
        known = ~np.isnan(column) & stayed
        w = np.where(known, weight, 0.0)
        total = w.sum()
        if known.sum() < 2:
            found.append((np.nan, np.nan, np.nan))
            continue
        mean = (w[known] * column[known]).sum() / total
        residual = np.where(known, w * (np.nan_to_num(column) - mean), 0.0)
        pull = design @ (inverse @ (design.T @ (residual * moves)))
        phi = (residual / (1 - np.minimum(w / total, 0.95)) - pull * surprise) / total
        freedom = max(total**2 / (w**2).sum() - 1, 1)
        half = stats.t.ppf(0.5 + level / 2, freedom) * np.sqrt((phi**2).sum())
        found.append((float(mean), float(mean - half), float(mean + half)))
    return found


def _logistic(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each one's chance by maximum likelihood (Newton), and the inverse information; generalised for dummies that
    repeat each other. Where groups are parted completely it stops on the way: the weights are cut then anyway."""
    b = np.zeros(x.shape[1])
    for _ in range(25):
        chance = special.expit(x @ b)
        inverse = np.linalg.pinv((x.T * (chance * (1 - chance))) @ x, hermitian=True)
        step = inverse @ (x.T @ (y - chance))
        largest = np.abs(step).max()
        b += step * min(1.0, 2 / max(largest, 1e-300))
        if largest < 1e-9:
            break
    chance = special.expit(x @ b)
    return chance, np.linalg.pinv((x.T * (chance * (1 - chance))) @ x, hermitian=True)
