"""The change of people who started like all who answered first: what regression to the mean does is taken out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_by_family, first_and_last, scale_facts
from hubanalysis.metrics.intervals import Interval

__all__ = ["change_standardised_to_all", "standardised_mean"]

TOO_FEW = mark("too few stayed to stand for those who left")


def change_standardised_to_all(
    scores: pd.DataFrame, scales: Iterable[Any] = (), first: str = "", last: str = ""
) -> pd.DataFrame:
    """The mean change expected of all who answered first, from how it goes with the first scores of those who stayed.

    Who starts low tends to rise of itself, who starts high to fall. Where rather the low ones leave, those who stay
    therefore fall of themselves: this estimate asks what they would show had they started like everybody. It supposes
    that those who left changed like stayers with the same first scores. The regression has two terms, the first score
    of the scale and the mean of the respondent's other first scores (standardised). Columns ``area, scale``, the
    estimate in points, ``p, p_adjusted`` (as in :func:`hubanalysis.metrics.change.change_in_points`),
    ``of_itself`` (the stayers' mean change less this estimate) and ``leavers``; n is the number of all who answered
    first. Scales that nobody left have no row.
    """
    found = scores.dropna(subset=["score"])
    wave, last = first_and_last(found["wave"], first, last)
    columns = ["area", "scale", "estimate", "low", "high", "n", "unit", "method", "note", "p", "p_adjusted"]
    if not wave or wave == last:
        return pd.DataFrame(columns=[*columns, "of_itself", "leavers"])
    start = found[found["wave"] == wave].pivot(index="id", columns="scale", values="score")
    end = found[found["wave"] == last].pivot(index="id", columns="scale", values="score").reindex(start.index)
    area = found.drop_duplicates("scale").set_index("scale")["area"].astype(str)
    z = (start - start.mean()) / start.std(ddof=1).replace(0, 1)
    rows = []
    for scale in [s for s in pd.unique(found["scale"]) if s in start and s in end]:
        known = start[scale].notna()
        x, y = start.loc[known, scale], end.loc[known, scale]
        others = z.loc[known].drop(columns=scale).mean(axis=1).fillna(0.0)
        (estimate, low, high), p = standardised_mean((y - x).to_numpy(), np.column_stack([x, others]))
        rows.append(
            {"area": area[scale], "scale": scale, "estimate": estimate, "low": low, "high": high}
            | {"n": len(x), "unit": mark("points"), "note": TOO_FEW if np.isnan(low) else "", "p": p}
            | {"method": mark("regression on the first scores, robust interval")}
            | {"of_itself": (y - x).mean() - estimate, "leavers": int(y.isna().sum())}
        )
    frame = pd.DataFrame(rows, columns=[*columns, "of_itself", "leavers"])
    facts = scale_facts(scales)
    frame["p_adjusted"] = adjust_by_family(frame, facts)
    frame["unit"] = frame["scale"].map(facts["unit"]).fillna(frame["unit"]) if len(facts) else frame["unit"]
    return frame[frame["leavers"] > 0].reset_index(drop=True)


def standardised_mean(
    values: np.ndarray, covariates: np.ndarray, level: float = 0.95
) -> tuple[Interval, float]:
    """The mean of ``values`` predicted for all rows by their linear regression where they are known, and its p.

    ``values``: N numbers, NaN where missing; ``covariates``: N x k, complete. The variance adds that of the
    prediction (sandwich, residuals over sqrt(1 - leverage): HC2, MacKinnon & White 1985) and that of the mean of the
    covariates; t quantile with known - k - 1 degrees of freedom. NaN with fewer than k + 3 values known.
    """
    known = ~np.isnan(values)
    centred = covariates - covariates[known].mean(axis=0) if known.any() else covariates
    centred = centred[:, centred[known].std(axis=0) > 1e-9] if known.any() else centred
    total, k = centred.shape
    n, df = int(known.sum()), int(known.sum()) - k - 1
    if df < 2:
        return (np.nan, np.nan, np.nan), np.nan
    x = np.column_stack([np.ones(n), centred[known]])
    inverse = np.linalg.pinv(x.T @ x)
    slopes = inverse @ x.T @ values[known]
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    residuals = (values[known] - x @ slopes) / np.sqrt(np.clip(1 - leverage, 1e-6, None))
    target = np.append(1.0, centred.mean(axis=0))
    estimate = float(slopes @ target)
    of_prediction = ((x @ inverse @ target * residuals) ** 2).sum()
    of_mean = (centred @ slopes[1:]).var(ddof=1) / total if k else 0.0
    se = np.sqrt(of_prediction + of_mean)
    if np.isclose(se, 0):
        return (estimate, np.nan, np.nan), np.nan
    half = stats.t.ppf(0.5 + level / 2, df) * se
    p = 2 * stats.t.sf(abs(estimate) / se, df)
    return (estimate, float(estimate - half), float(estimate + half)), float(p)
