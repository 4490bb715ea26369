"""Who is missing in the second wave, and whether what changed would stand if they had answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.change import first_and_last, scale_facts
from hubanalysis.metrics.groups import fold_small_groups
from hubanalysis.metrics.intervals import difference_interval, mean_interval, share_interval
from hubanalysis.metrics.stay_weights import stay_design, weighted_means

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
    base = base.assign(stayed=base["id"].isin(before & after))
    for scale in base["scale"].unique():
        part = base[base["scale"] == scale]
        stayed = part["stayed"]
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
) -> pd.DataFrame:
    """The mean change of each scale under different assumptions about those who left.

    ``assumption``: ``pairs`` (those who left changed like those who stayed; paired t interval), ``weighted`` (they
    changed like stayers with the same first scores, attributes ``names`` and activities attended ``counts``: stayers
    weigh 1/P(stay), :func:`~hubanalysis.metrics.stay_weights.weighted_means`; Seaman & White 2013), ``unchanged``
    (they did not change at all), ``worst`` and ``best`` (they all ended at the unfavourable or favourable end of the
    scale; Manski 1990). ``unchanged``, ``worst`` and ``best`` add the interval of sampling, not of belief. Columns
    ``area, scale, assumption`` and the estimate, after - before in points; n is the number of respondents behind it.
    ``tipping`` is the mean change of those who left at which the whole change would be nought.
    """
    wave, last = first_and_last(scores["wave"], first, last)
    found = scores.dropna(subset=["score"])
    before, after = _ids(found, first, last)
    if not before or not after:
        return pd.DataFrame(columns=["area", "scale", "assumption", *_ESTIMATE, "tipping"])
    start = found[found["wave"] == wave].pivot(index="id", columns="scale", values="score")
    end = found[found["wave"] == last].pivot(index="id", columns="scale", values="score").reindex(start.index)
    facts = scale_facts(scales)
    both = [s for s in start if s in end]
    weighted = weighted_means(
        (end[both] - start[both]).to_numpy(float),
        end.notna().any(axis=1).to_numpy(),
        stay_design(start, attributes, names, counts),
    )
    weighted = dict(zip(both, weighted, strict=True))
    area = scores.drop_duplicates("scale").set_index("scale")["area"].astype(str).to_dict()
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
                mark("weighted by 1/P(stay), t interval with sandwich errors"),
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
    ids = {w: set(frame.loc[frame["wave"] == w, "id"].unique()) for w in (first, last)}
    return ids.get(first, set()), ids[last] if last != first else set()
