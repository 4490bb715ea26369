"""Who changed more than the error of measurement: the reliable change index and clinical cut-offs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import scale_facts
from hubanalysis.metrics.intervals import share_interval

__all__ = ["cut_off_c", "reliable_change", "smallest_reliable_change"]

NO_RELIABILITY = mark("the reliability of the scale is not known, or not above 0")


def smallest_reliable_change(sd_before: float, reliability: float, level: float = 0.95) -> float:
    """The change in points that measurement error alone passes with probability 1 - ``level``: z s sqrt(2(1 - r)).

    ``sd_before`` is the standard deviation of the first scores, ``reliability`` of the scale lies above 0 and below 1
    (Jacobson & Truax 1991). NaN outside these.
    """
    if not (0 < reliability < 1) or not sd_before > 0:
        return np.nan
    return float(stats.norm.ppf(0.5 + level / 2) * sd_before * np.sqrt(2 * (1 - reliability)))


def cut_off_c(mean_before: float, sd_before: float, mean_norm: float, sd_norm: float) -> float:
    """The score halfway between a population in need and one without, in standard deviations of each.

    c = (m_norm s_before + m_before s_norm) / (s_norm + s_before) (Jacobson & Truax 1991), in the scale's points.
    """
    return (mean_norm * sd_before + mean_before * sd_norm) / (sd_norm + sd_before)


def reliable_change(
    pairs: pd.DataFrame, scales: Iterable[Any] = (), reliability: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The share of respondents whose change is larger than measurement error explains, by scale and outcome.

    A respondent ``improved`` or ``worsened`` where abs(change) exceeds :func:`smallest_reliable_change`, in the
    direction the scale calls better; else ``no_reliable_change``. If nobody changed, measurement error alone would
    still put about 2.5 % into each of the two. The reliability is the scale's declared one, else its alpha in the
    first wave (rows ``measure == "alpha"`` of :func:`hubanalysis.metrics.reliability.reliability`).

    Returns ``area, scale, outcome`` and the estimate (share, Wilson interval); ``threshold``, in points, and
    ``reliability`` say what was used.
    """
    facts = scale_facts(scales)
    rows = []
    for scale in pd.unique(pairs["scale"]):
        part = pairs[pairs["scale"] == scale]
        used, source = _reliability_of(scale, facts, reliability)
        threshold = smallest_reliable_change(part["before"].std(ddof=1), used)
        known = scale in facts.index
        gain = part["change"] * (-1 if known and facts.at[scale, "better"] == "lower" else 1)
        for outcome, met in (
            ("improved", gain > threshold),
            ("no_reliable_change", gain.abs() <= threshold),
            ("worsened", gain < -threshold),
        ):
            n = len(part) if np.isfinite(threshold) else 0
            estimate, low, high = share_interval(int(met.sum()), n)
            rows.append(
                {"area": part["area"].iloc[0], "scale": scale, "outcome": outcome}
                | {"estimate": estimate, "low": low, "high": high, "n": len(part), "unit": mark("share")}
                | {"method": source, "note": "" if n else NO_RELIABILITY}
                | {"threshold": threshold, "reliability": used}
            )
    columns = ["area", "scale", "outcome", "estimate", "low", "high", "n", "unit", "method", "note"]
    return pd.DataFrame(rows, columns=[*columns, "threshold", "reliability"])


def _reliability_of(scale: str, facts: pd.DataFrame, measured: pd.DataFrame | None) -> tuple[float, str]:
    declared = facts.at[scale, "reliability"] if scale in facts.index else np.nan
    if np.isfinite(declared):
        return float(declared), mark("Jacobson-Truax, declared reliability; Wilson interval")
    source = mark("Jacobson-Truax, alpha of the first wave; Wilson interval")
    if measured is None:
        return np.nan, source
    alphas = measured.loc[(measured["scale"] == scale) & (measured["measure"] == "alpha"), "estimate"]
    return (float(alphas.iloc[0]) if len(alphas) else np.nan), source
