"""Few organisations, no bell curve: change by the Hodges-Lehmann estimate and the exact sign-flip test."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.intervals import Interval

__all__ = [
    "change_of_organisations",
    "hodges_lehmann",
    "organisation_paths",
    "organisations_by",
    "sign_flip_p",
    "smallest_p",
]

TOO_FEW = mark("fewer than 6 pairs: no 95% interval exists")
NO_PAIR = mark("no organisation answered twice")


def hodges_lehmann(change: ArrayLike, level: float = 0.95) -> Interval:
    """The median of the means of all pairs of changes (Walsh averages), with the Wilcoxon interval.

    The interval takes the Walsh averages at the quantile of the signed-rank distribution (Hollander & Wolfe 1973,
    section 3.3), so its true level is at least ``level`` without ties; it needs six pairs, else its bounds are NaN.
    ``change`` in points, any sign; missing values are left out.
    """
    x = np.asarray(change, dtype=float)
    x = x[~np.isnan(x)]
    n = len(x)
    if not n:
        return np.nan, np.nan, np.nan
    first, second = np.triu_indices(n)
    walsh = (
        np.sort((x[first] + x[second]) / 2).round(12) + 0.0
    )  # scores are thirds: no trace of them beside zero
    estimate = float(np.median(walsh))
    cumulated = np.cumsum(_signed_rank_distribution(n))
    outside = int(np.searchsorted(cumulated, (1 - level) / 2 * (1 + 1e-12), side="right"))
    if outside == 0:
        return estimate, np.nan, np.nan
    return estimate, float(walsh[outside - 1]), float(walsh[-outside])


def sign_flip_p(change: ArrayLike, *, resamples: int = 9999, seed: int = 2022) -> float:
    """Two-sided p of the mean change when each change could as well have had the other sign (Fisher 1935).

    Exact over all 2^n sign patterns up to 13 pairs; beyond, ``resamples`` seeded random patterns with +1 in both
    parts. NaN without any pair.
    """
    x = np.asarray(change, dtype=float)
    x = x[~np.isnan(x)]
    if not len(x):
        return np.nan
    if np.allclose(x, 0):
        return 1.0
    result = stats.permutation_test(
        (x,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def smallest_p(n: int) -> float:
    """The smallest two-sided p that ``n`` pairs can reach, 2 / 2^n: what so few can and cannot show."""
    return min(1.0, 2.0 ** (1 - n)) if n else np.nan


def change_of_organisations(pairs: pd.DataFrame) -> pd.DataFrame:
    """Change of organisations by scale: ``area, scale`` and the estimate (Hodges-Lehmann, Wilcoxon interval).

    ``p`` is the sign-flip test's, ``p_adjusted`` Holm's over the scales, ``risen`` and ``fallen`` the organisations
    that went up and down. ``pairs`` as from :func:`hubanalysis.metrics.change.pair_waves`.
    """
    rows = []
    for scale in dict.fromkeys(pairs["scale"]):
        part = pairs[pairs["scale"] == scale]
        change = part["change"].to_numpy(float)
        estimate, low, high = hodges_lehmann(change)
        rows.append(
            {"area": part["area"].iloc[0], "scale": scale, "estimate": estimate, "low": low, "high": high}
            | {"n": len(part), "unit": mark("points"), "method": mark("Hodges-Lehmann, Wilcoxon interval")}
            | {"note": TOO_FEW if np.isnan(low) else "", "p": sign_flip_p(change)}
        )
    columns = ["area", "scale", "estimate", "low", "high", "n", "unit", "method", "note", "p"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_adjusted"] = adjust_p(frame["p"].astype(float), "holm")
    return frame


def organisation_paths(pairs: pd.DataFrame) -> pd.DataFrame:
    """The change of each organisation in points, ``organisation`` and a column an area. For internal use only.

    Where an area has several scales, the mean of their changes.
    """
    areas = list(dict.fromkeys(pairs["area"].astype(str)))
    if not areas:
        return pd.DataFrame(columns=["organisation"])
    wide = pairs.assign(area=pairs["area"].astype(str)).pivot_table(
        index="id", columns="area", values="change"
    )
    return wide[areas].rename_axis(columns=None, index="organisation").reset_index()


def organisations_by(organisations: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """How many organisations of each ``rows`` (for instance kind) and ``columns`` (reach): a wide table of counts.

    Its last column ``n`` is the row's total. Categories in their declared order; those that do not occur are left
    out; an unstated value is ``not_stated``.
    """
    if organisations.empty:
        return pd.DataFrame(columns=[rows, "n"])
    labelled = {}
    for name in (rows, columns):
        values = organisations[name].astype("object")
        order = (
            list(organisations[name].cat.categories)
            if hasattr(organisations[name], "cat")
            else sorted(values.dropna().unique())
        )
        labelled[name] = pd.Categorical(values.fillna("not_stated"), categories=[*order, "not_stated"])
    table = (
        pd.DataFrame(labelled).groupby([rows, columns], observed=True).size().unstack(columns, fill_value=0)
    )
    table = table.sort_index(axis=0).sort_index(axis=1)
    table.columns = [str(c) for c in table.columns]
    return table.assign(n=table.sum(axis=1)).reset_index().astype({rows: str})


def _signed_rank_distribution(n: int) -> np.ndarray:
    """P(W = w) of Wilcoxon's signed-rank statistic for n pairs without ties, w = 0 .. n(n+1)/2."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] += ways[:-rank].copy()
        ways /= 2
    return ways
