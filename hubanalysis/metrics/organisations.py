"""Few organisations, no bell curve: mean change by the exact sign-flip test and the interval that belongs to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from hubanalysis.locale import mark
from hubanalysis.metrics.change import NO_SPREAD, adjust_p
from hubanalysis.metrics.intervals import Interval

__all__ = [
    "change_of_organisations",
    "hodges_lehmann",
    "organisation_paths",
    "organisations_by",
    "sign_flip_interval",
    "sign_flip_p",
    "smallest_p",
    "typical_change_of_organisations",
]

TOO_FEW = mark("fewer than 6 pairs: no 95% interval exists")
NO_PAIR = mark("no organisation answered twice")


def hodges_lehmann(change: ArrayLike, level: float = 0.95) -> Interval:
    """The median of the means of all pairs of changes (Walsh averages), with the Wilcoxon interval.

    The interval takes the Walsh averages at the quantile of the signed-rank distribution (Hollander & Wolfe 1973,
    section 3.3), so its true level is at least ``level`` without ties; it needs six pairs, else its bounds are NaN.
    Scores move in steps, and so does the true value: the interval then holds more often than ``level``, up to always.
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


def sign_flip_interval(
    change: ArrayLike, *, level: float = 0.95, resamples: int = 9999, seed: int = 2022
) -> Interval:
    """The mean change with all values that the sign-flip test does not refuse: typical values (Hartigan 1969).

    Flipping the signs of a subset refuses a mean m exactly when the subset's own mean lies beyond it, so the bounds
    are the floor(2^n (1 - level) / 2)-th means from each end among all subsets (``resamples`` seeded random ones from
    14 pairs on). Exact for changes spread alike to both sides; it excludes zero exactly where :func:`sign_flip_p` is
    at most 1 - ``level``. ``change`` in points, missing values left out; under six pairs the bounds are NaN.
    """
    x = np.asarray(change, dtype=float)
    x = x[~np.isnan(x)]
    if not len(x):
        return np.nan, np.nan, np.nan
    means = np.sort(_subset_means(x, resamples, seed))
    outside = int((len(means) + 1) * (1 - level) / 2 * (1 + 1e-12))
    if outside == 0 or np.isclose(x.std(), 0):
        return float(x.mean()), np.nan, np.nan
    return float(x.mean()), float(means[outside - 1]), float(means[-outside])


def sign_flip_p(change: ArrayLike, *, resamples: int = 9999, seed: int = 2022) -> float:
    """Two-sided p of the mean change when each change could as well have had the other sign (Fisher 1935).

    Exact over all 2^n sign patterns up to 13 pairs; beyond, ``resamples`` seeded random patterns with +1 in both
    parts. NaN without any pair.
    """
    x = np.asarray(change, dtype=float)
    x = x[~np.isnan(x)]
    if not len(x):
        return np.nan
    # with the signs of a subset flipped the sum is at least as high where the subset's own sum is at most 0
    means = _subset_means(x, resamples, seed)
    as_far = min((means <= 0).sum(), (means >= 0).sum()) + 1
    return float(min(1.0, 2 * as_far / (len(means) + 1)))


def smallest_p(n: int) -> float:
    """The smallest two-sided p that ``n`` pairs can reach, 2 / 2^n: what so few can and cannot show."""
    return min(1.0, 2.0 ** (1 - n)) if n else np.nan


def change_of_organisations(pairs: pd.DataFrame) -> pd.DataFrame:
    """Mean change of organisations by scale: ``area, scale`` and the estimate with its sign-flip interval.

    ``p`` is the sign-flip test's, ``p_adjusted`` Holm's over the scales. ``pairs`` as from
    :func:`hubanalysis.metrics.change.pair_waves`.
    """
    frame = _by_scale(pairs, sign_flip_interval, mark("mean change, sign-flip interval"))
    frame["p"] = [sign_flip_p(pairs.loc[pairs["scale"] == s, "change"]) for s in frame["scale"]]
    frame["p_adjusted"] = adjust_p(frame["p"].astype(float), "holm")
    return frame


def typical_change_of_organisations(pairs: pd.DataFrame) -> pd.DataFrame:
    """The Hodges-Lehmann change by scale, which one far-off organisation hardly moves: ``area, scale``, estimate."""
    return _by_scale(pairs, hodges_lehmann, mark("Hodges-Lehmann, Wilcoxon interval"))


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


def _by_scale(pairs: pd.DataFrame, measure, method: str) -> pd.DataFrame:
    rows = []
    for scale in pd.unique(pairs["scale"]):
        part = pairs[pairs["scale"] == scale]
        estimate, low, high = measure(part["change"])
        note = "" if not np.isnan(low) else TOO_FEW if len(part) < 6 else NO_SPREAD
        rows.append(
            {"area": part["area"].iloc[0], "scale": scale, "estimate": estimate, "low": low, "high": high}
            | {"n": len(part), "unit": mark("points"), "method": method, "note": note}
        )
    columns = ["area", "scale", "estimate", "low", "high", "n", "unit", "method", "note"]
    return pd.DataFrame(rows, columns=columns)


def _subset_means(x: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """The means of all subsets of ``x`` but the empty one; from 14 values on of random ones, each value in half."""
    n = len(x)
    if n <= 13:
        chosen = (np.arange(1, 2**n)[:, None] >> np.arange(n)) & 1
        return (chosen @ x / chosen.sum(axis=1)).round(12) + 0.0
    rng, parts = np.random.default_rng(seed), []
    for size in [1000] * (resamples // 1000) + [resamples % 1000]:
        chosen = rng.integers(0, 2, (size, n))
        chosen[~chosen.any(axis=1), 0] = 1
        parts.append((chosen @ x / chosen.sum(axis=1)).round(12) + 0.0)
    return np.concatenate(parts)


def _signed_rank_distribution(n: int) -> np.ndarray:
    """P(W = w) of Wilcoxon's signed-rank statistic for n pairs without ties, w = 0 .. n(n+1)/2."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] += ways[:-rank].copy()
        ways /= 2
    return ways
