"""Who is missing in the second wave, and whether what changed would stand if they had answered."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from hubanalysis.locale import mark
from hubanalysis.metrics.change import first_and_last, scale_facts
from hubanalysis.metrics.groups import fold_small_groups
from hubanalysis.metrics.intervals import difference_interval, mean_interval, share_interval

__all__ = ["baseline_of_leavers", "change_under_attrition", "retention", "stay_by_group", "tipping_points"]

ONE_WAVE = mark("there is only one wave")
TOO_FEW = mark("too few stayed or left to compare them")
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def retention(respondents: pd.DataFrame, first: str = "", last: str = "") -> pd.DataFrame:
    """Who answered when: ``presence`` is stayers (both waves), leavers (first only), joiners (last only).

    The estimate is the share among the first wave's respondents for stayers and leavers (Wilson); for joiners the
    share among the last wave's. ``n`` is that denominator, ``count`` the number of respondents. A person whose two
    answers could not be joined counts twice here, as leaver and as joiner.
    """
    before, after = _ids(respondents, first, last)
    rows = []
    for presence, ids, base in (
        ("stayers", before & after, before),
        ("leavers", before - after, before),
        ("joiners", after - before, after),
    ):
        estimate, low, high = share_interval(len(ids), len(base))
        rows.append(
            {
                "presence": presence,
                "count": len(ids),
                "estimate": estimate,
                "low": low,
                "high": high,
                "n": len(base),
            }
            | {"unit": mark("share"), "method": mark("share, Wilson interval"), "note": ""}
        )
    frame = pd.DataFrame(rows, columns=["presence", "count", *_ESTIMATE])
    return frame if len(respondents) else frame.iloc[:0]


def baseline_of_leavers(scores: pd.DataFrame, first: str = "", last: str = "") -> pd.DataFrame:
    """Mean first score of those who stayed minus that of those who left: ``area, scale``, Welch's interval.

    Someone stayed who has a score of any scale in the last wave. n counts both groups; ``stayers`` and ``leavers``
    say how they divide. A difference near zero does not prove that those who left would have changed alike.
    """
    before, after = _ids(scores.dropna(subset=["score"]), first, last)
    wave, last = first_and_last(scores["wave"], first, last)
    base = scores[(scores["wave"] == wave) & scores["score"].notna()]
    rows = []
    for scale in dict.fromkeys(base["scale"]):
        part = base[base["scale"] == scale]
        stayed = part["id"].isin(before & after)
        estimate, low, high = difference_interval(part.loc[stayed, "score"], part.loc[~stayed, "score"])
        rows.append(
            {"area": part["area"].iloc[0], "scale": scale}
            | {"estimate": estimate, "low": low, "high": high, "n": len(part), "unit": mark("points")}
            | {
                "method": mark("difference of means, Welch's interval"),
                "note": TOO_FEW if np.isnan(estimate) else "",
            }
            | {"stayers": int(stayed.sum()), "leavers": int((~stayed).sum())}
        )
    return pd.DataFrame(rows, columns=["area", "scale", *_ESTIMATE, "stayers", "leavers"])


def stay_by_group(
    respondents: pd.DataFrame,
    attributes: pd.DataFrame,
    names: Sequence[str],
    first: str = "",
    last: str = "",
    *,
    least: int = 1,
) -> pd.DataFrame:
    """The share that stayed within each group: ``attribute, value`` and the estimate (Wilson), n of the first wave.

    Groups under ``least`` respondents go together.
    """
    before, after = _ids(respondents, first, last)
    rows = []
    for attribute in names:
        values = attributes[(attributes["attribute"] == attribute) & attributes["id"].isin(before)]
        values = values.drop_duplicates("id").set_index("id")["value"]
        stayed = pd.Series(values.index.isin(after), index=values.index)
        for value, part in stayed.groupby(fold_small_groups(values, least), observed=True, sort=True):
            estimate, low, high = share_interval(int(part.sum()), len(part))
            rows.append(
                {"attribute": attribute, "value": value, "estimate": estimate, "low": low, "high": high}
                | {
                    "n": len(part),
                    "unit": mark("share"),
                    "method": mark("share, Wilson interval"),
                    "note": "",
                }
            )
    return pd.DataFrame(rows, columns=["attribute", "value", *_ESTIMATE])


def change_under_attrition(
    scores: pd.DataFrame,
    attributes: pd.DataFrame,
    scales: Iterable[Any],
    names: Sequence[str] = (),
    *,
    counts: pd.Series | None = None,
    first: str = "",
    last: str = "",
    draws: int = 500,
    seed: int = 2022,
) -> pd.DataFrame:
    """The mean change of each scale under different assumptions about those who left.

    ``assumption``: ``pairs`` (those who left changed like those who stayed; paired t interval), ``weighted`` (they
    changed like stayers with the same first scores, attributes ``names`` and activities attended ``counts``: stayers
    weigh 1/P(stay) from a logistic model, weights cut at their 99th percentile, percentile bootstrap that refits the
    model, seeded; Seaman & White 2013),
    ``unchanged`` (they did not change at all), ``worst`` and ``best`` (they all ended at the unfavourable or
    favourable end of the scale; Manski 1990). ``unchanged``, ``worst`` and ``best`` add the interval of sampling, not
    of belief. Columns ``area, scale, assumption`` and the estimate, after - before in points; n is the number of
    respondents behind it. ``tipping`` is the mean change of those who left at which the whole change would be nought.
    """
    wave, last = first_and_last(scores["wave"], first, last)
    found = scores.dropna(subset=["score"])
    before, after = _ids(found, first, last)
    if not before or not after:
        return pd.DataFrame(columns=["area", "scale", "assumption", *_ESTIMATE, "tipping"])
    start = found[found["wave"] == wave].pivot(index="id", columns="scale", values="score")
    end = found[found["wave"] == last].pivot(index="id", columns="scale", values="score").reindex(start.index)
    facts = scale_facts(scales)
    design = _design(start, attributes, names, counts)
    stayed = end.notna().any(axis=1).to_numpy()
    weighted = _weighted_changes(start, end, design, stayed, draws, seed)
    area = dict(zip(scores["scale"], scores["area"].astype(str), strict=True))
    rows = []
    for scale in [s for s in facts.index if s in start]:
        x = start[scale].dropna()
        y = end.get(scale, pd.Series(np.nan, index=start.index)).reindex(x.index)
        change = (y - x).dropna()
        lost = int(y.isna().sum())
        tipping = -change.sum() / lost if lost else np.nan
        worst, best = (facts.at[scale, e] for e in ("lo", "hi"))
        if facts.at[scale, "better"] == "lower":
            worst, best = best, worst
        for assumption, interval, n, method in (
            ("pairs", mean_interval(change), len(change), mark("pairs only, paired t interval")),
            (
                "weighted",
                weighted.get(scale, (np.nan,) * 3),
                len(change),
                mark("weighted by 1/P(stay), bootstrap"),
            ),
            (
                "unchanged",
                mean_interval(y.fillna(x) - x),
                len(x),
                mark("those who left unchanged, t interval"),
            ),
            ("worst", mean_interval(y.fillna(worst) - x), len(x), mark("those who left at the worst score")),
            ("best", mean_interval(y.fillna(best) - x), len(x), mark("those who left at the best score")),
        ):
            rows.append(
                {"area": area[scale], "scale": scale, "assumption": assumption}
                | dict(zip(("estimate", "low", "high"), interval, strict=True))
                | {"n": n, "unit": facts.at[scale, "unit"], "method": method}
                | {"note": TOO_FEW if np.isnan(interval[0]) else "", "tipping": tipping}
            )
    return pd.DataFrame(rows, columns=["area", "scale", "assumption", *_ESTIMATE, "tipping"])


def tipping_points(bounds: pd.DataFrame) -> pd.DataFrame:
    """What those who left would have to have changed by, for the mean change of all to be nought, by scale.

    From :func:`change_under_attrition`: minus the sum of the changes of those who stayed, over the number who left.
    Columns ``area, scale, stayed`` (mean change of those who stayed), ``tipping``, ``n`` (who stayed), ``leavers``.
    """
    pairs = bounds[bounds["assumption"] == "pairs"].set_index("scale")
    everyone = bounds[bounds["assumption"] == "unchanged"].set_index("scale")["n"]
    table = pairs[["area", "estimate", "tipping", "n"]].rename(columns={"estimate": "stayed"})
    table["leavers"] = everyone - table["n"]
    return table.reset_index()[["area", "scale", "stayed", "tipping", "n", "leavers"]]


def _ids(frame: pd.DataFrame, first: str, last: str) -> tuple[set, set]:
    """The ids seen in the first and in the last wave; none in the last where there is only one wave."""
    first, last = first_and_last(frame["wave"], first, last)
    ids = {w: set(frame.loc[frame["wave"] == w, "id"]) for w in (first, last)}
    return ids.get(first, set()), ids[last] if last != first else set()


def _design(
    start: pd.DataFrame,
    attributes: pd.DataFrame,
    names: Sequence[str],
    counts: pd.Series | None,
    rare: int = 10,
) -> np.ndarray:
    """Standardised first scores and counts (a missing score at the mean), and dummies of the attributes.

    Values of fewer than ``rare`` respondents go together.
    """
    numbers = start if counts is None else start.assign(attended=counts.reindex(start.index).fillna(0))
    blocks = [((numbers - numbers.mean()) / numbers.std(ddof=0).replace(0, 1)).fillna(0)]
    for name in names:
        values = attributes[attributes["attribute"] == name].drop_duplicates("id").set_index("id")["value"]
        values = values.reindex(start.index).astype(object).fillna("")
        values = values.where(values.map(values.value_counts()) >= rare, "")
        blocks.append(pd.get_dummies(values, drop_first=True, dtype=float))
    return sm.add_constant(np.column_stack([b.to_numpy(float) for b in blocks]), has_constant="add")


def _weighted_changes(
    start, end, design, stayed, draws: int, seed: int
) -> dict[str, tuple[float, float, float]]:
    """Weighted mean change by scale with its percentile bootstrap interval; the model is refitted in every draw."""
    if min(stayed.sum(), (~stayed).sum()) < 10:
        return {}
    scales = [s for s in start if s in end]
    change = (end[scales] - start[scales]).to_numpy(float)
    estimate = _weighted_means(change, design, stayed)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(draws):
        rows = rng.integers(0, len(stayed), len(stayed))
        if 0 < stayed[rows].sum() < len(rows):
            drawn.append(_weighted_means(change[rows], design[rows], stayed[rows]))
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return {s: (float(estimate[k]), float(low[k]), float(high[k])) for k, s in enumerate(scales)}


def _weighted_means(change: np.ndarray, design: np.ndarray, stayed: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a draw may separate the groups: its weights are cut below
        fitted = sm.GLM(stayed.astype(float), design, family=sm.families.Binomial()).fit(maxiter=25)
        chances = fitted.fittedvalues  # computed only here, hence within
    weights = 1 / np.clip(chances, 0.02, 1)
    weights = np.minimum(weights, np.quantile(weights[stayed], 0.99))[:, None]
    known = ~np.isnan(change)
    return np.where(known, change * weights, 0).sum(axis=0) / np.where(known, weights, 0).sum(axis=0)
