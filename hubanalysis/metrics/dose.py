"""Change against the number of activities attended. An association: who comes more is not who comes less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p

__all__ = ["dose_response", "dose_table"]

TOO_FEW = mark("fewer than 20 people with a change and a known attendance, or all attended alike")
FEW_CLUSTERS = mark("fewer than 10 clusters: the interval is too narrow")


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


def dose_response(table: pd.DataFrame, clusters: pd.Series | None = None) -> pd.DataFrame:
    """Points of change for one more activity attended, by scale and model: ``area, scale, model`` and the estimate.

    ``model`` is ``attended`` (change on number attended) or ``attended_and_first_score`` (the first score held equal,
    since who starts low has more to gain). Least squares; intervals from HC3 standard errors (MacKinnon & White
    1985), or clustered ones where ``clusters`` (index id, for instance the first activity attended) is given and
    those left out have none. ``p_adjusted`` is Benjamini-Hochberg's over the scales of each model.
    """
    rows = []
    for scale in dict.fromkeys(table["scale"]):
        part = table[table["scale"] == scale]
        group = None if clusters is None else part["id"].map(clusters)
        if group is not None:
            part, group = part[group.notna().to_numpy()], group.dropna()
        for model in ("attended", "attended_and_first_score"):
            row = {"area": part["area"].iloc[0] if len(part) else None, "scale": scale, "model": model}
            rows.append(row | _slope(part, model, group))
    columns = ["area", "scale", "model", "estimate", "low", "high", "n", "unit", "method", "note", "p"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_adjusted"] = np.nan
    for model in dict.fromkeys(frame["model"]):
        mine = frame["model"] == model
        frame.loc[mine, "p_adjusted"] = adjust_p(frame.loc[mine, "p"].astype(float), "fdr_bh")
    return frame


def _slope(part: pd.DataFrame, model: str, group: pd.Series | None) -> dict:
    row = {"n": len(part), "unit": mark("points for each activity"), "note": ""}
    row["method"] = mark("least squares, HC3") if group is None else mark("least squares, clustered errors")
    if len(part) < 20 or part["attended"].nunique() < 2:
        return row | {"estimate": np.nan, "low": np.nan, "high": np.nan, "p": np.nan, "note": TOO_FEW}
    names = ["attended", "before"] if model == "attended_and_first_score" else ["attended"]
    design = sm.add_constant(part[names].astype(float), has_constant="add")
    how = {"cov_type": "HC3"}
    if group is not None:
        how = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(group)[0]}}
        row["note"] = FEW_CLUSTERS if group.nunique() < 10 else ""
    fit = sm.OLS(part["change"].astype(float), design).fit(use_t=True, **how)
    low, high = fit.conf_int().loc["attended"]
    return row | {"estimate": fit.params["attended"], "low": low, "high": high, "p": fit.pvalues["attended"]}
