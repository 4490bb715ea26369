"""Change against the number of activities attended. An association: who comes more is not who comes less.

People who met at the same activity share what happened there, and each comes to several: they belong to many groups at
once, none within another. Errors clustered by one activity a person would be wrong, and a sandwich over all pairs that
share an activity sums nearly every pair and so vanishes. Each activity therefore has an effect of its own, drawn about
the mean effect that is looked for (a multiple-membership model: Browne, Goldstein & Rasbash 2001).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize, stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p

__all__ = ["dose_response", "dose_table", "shared_activities_fit"]

TOO_FEW = mark("fewer than 20 people with a change and a known attendance, or all attended alike")
FEW_ACTIVITIES = mark(
    "fewer than 10 activities: what they have in common is hard to tell, the interval is wide"
)
ROBUST = mark("least squares, HC3")
SHARED = mark("mixed model, effects of shared activities")
LEAST_PEOPLE, LEAST_ACTIVITIES, FEW = 20, 4, 10


def dose_table(pairs: pd.DataFrame, counts: pd.Series, in_registers: bool = True) -> pd.DataFrame:
    """``pairs`` with ``attended``, the number of activities of each person (``counts``, index person).

    People who are in no register attended 0 where the registers are complete (``in_registers``), else they are left
    out. Without any register (``counts`` empty) nobody's attendance is known and the table is empty.
    """
    if counts.empty:
        return pairs.head(0).assign(attended=0.0)
    attended = pairs["id"].map(counts)
    table = pairs.assign(attended=attended.fillna(0) if in_registers else attended)
    return table.dropna(subset=["attended"]).reset_index(drop=True)


def dose_response(table: pd.DataFrame, attendance: pd.DataFrame | None = None) -> pd.DataFrame:
    """Points of change for one more activity attended, by scale and model: ``area, scale, model`` and the estimate.

    ``model`` is ``attended`` (change on number attended) or ``attended_and_first_score`` (the first score held equal,
    since who starts low has more to gain). With ``attendance`` (columns person, activity) people who met share what
    happened there (:func:`shared_activities_fit`); the interval is the wider of that model's and of the HC3 one. Where
    it is not given, or names fewer than four activities, least squares with HC3 errors (MacKinnon & White 1985), which
    take people as independent. ``p_adjusted`` is Benjamini-Hochberg's over the scales of each model.
    """
    rows = []
    for scale in pd.unique(table["scale"]):
        part = table[table["scale"] == scale]
        there = None if attendance is None else _memberships(part["id"], attendance)
        for model in ("attended", "attended_and_first_score"):
            row = {"area": part["area"].iloc[0] if len(part) else None, "scale": scale, "model": model}
            rows.append(row | _slope(part, model, there))
    columns = ["area", "scale", "model", "estimate", "low", "high", "n", "unit", "method", "note", "p"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_adjusted"] = np.nan
    for model in dict.fromkeys(frame["model"]):
        mine = frame["model"] == model
        frame.loc[mine, "p_adjusted"] = adjust_p(frame.loc[mine, "p"].astype(float), "fdr_bh")
    return frame


def shared_activities_fit(
    change: np.ndarray, design: np.ndarray, there: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their covariance and the variance ratio of ``change = design b + there u + e``, fitted by REML.

    ``u ~ N(0, tau^2)`` is what each activity adds for everybody who came, ``e ~ N(0, sigma^2)`` a person's own; the
    ratio is tau^2 / sigma^2, 0 where the activities have nothing in common. ``there`` (people x activities) is 0 or 1.
    With V = I + ratio there there', twice the restricted log-likelihood is, but for a constant, - log|V| -
    log|X'V^-1 X| - (n - p) log s^2, s^2 the generalised residual mean square (Patterson & Thompson 1971). Only
    matrices of activities x activities are inverted, so that it is as fast with many people.
    """
    n, p = design.shape
    roots, turned = np.linalg.eigh(there.T @ there)
    roots = np.clip(roots, 0, None)
    xz, yz = design.T @ there @ turned, change @ there @ turned
    xx, xy, yy = design.T @ design, design.T @ change, change @ change

    def at(ratio: float):
        weights = ratio / (1 + ratio * roots)
        inner = xx - (xz * weights) @ xz.T
        right = xy - (xz * weights) @ yz
        b = np.linalg.solve(inner, right)
        s2 = max((yy - (yz**2 * weights).sum() - b @ right) / (n - p), 1e-12)
        deviance = np.log1p(ratio * roots).sum() + np.linalg.slogdet(inner)[1] + (n - p) * np.log(s2)
        return deviance, b, s2 * np.linalg.inv(inner)

    found = optimize.minimize_scalar(lambda log: at(np.exp(log))[0], bounds=(-14, 5), method="bounded")
    ratio = float(np.exp(found.x)) if found.fun < at(0.0)[0] else 0.0
    _, b, covariance = at(ratio)
    return b, covariance, ratio


def _memberships(people: pd.Series, attendance: pd.DataFrame) -> np.ndarray:
    """People x activities, 1 where a person came; only activities to which one of them came."""
    came = attendance[attendance["person"].isin(people)][["person", "activity"]].astype(str)
    _, activity = np.unique(came["activity"], return_inverse=True)
    there = np.zeros((len(people), activity.max() + 1 if len(came) else 0))
    there[pd.Index(people.astype(str)).get_indexer(came["person"]), activity] = 1
    return there


def _slope(part: pd.DataFrame, model: str, there: np.ndarray | None) -> dict:
    shared = there is not None and there.shape[1] >= LEAST_ACTIVITIES
    row = {"n": len(part), "unit": mark("points for each activity"), "note": ""}
    row["method"] = SHARED if shared else ROBUST
    if len(part) < LEAST_PEOPLE or part["attended"].nunique() < 2 or np.isclose(part["change"].std(), 0):
        return row | {"estimate": np.nan, "low": np.nan, "high": np.nan, "p": np.nan, "note": TOO_FEW}
    names = ["attended", "before"] if model == "attended_and_first_score" else ["attended"]
    design = sm.add_constant(part[names].astype(float), has_constant="add")
    fit = sm.OLS(part["change"].astype(float), design).fit(use_t=True, cov_type="HC3")
    estimate, error, df = fit.params["attended"], fit.bse["attended"], fit.df_resid
    if shared:
        row["note"] = FEW_ACTIVITIES if there.shape[1] < FEW else ""
        y = part["change"].to_numpy(float)
        b, covariance, _ = shared_activities_fit(y - y.mean(), design.to_numpy(), there)
        estimate, own = b[1], np.sqrt(covariance[1, 1])
        came = there.sum(axis=0)
        # a few large activities carry the mean effect: as many count as would if all were of one size (Kish 1965)
        few = max(came.sum() ** 2 / (came**2).sum() - 1, 1)
        if own * stats.t.ppf(0.975, few) > error * stats.t.ppf(0.975, df):
            error, df = own, few
    half = stats.t.ppf(0.975, df) * error
    p = 2 * stats.t.sf(abs(estimate) / error, df)
    return row | {"estimate": estimate, "low": estimate - half, "high": estimate + half, "p": float(p)}
