"""Change in groups of respondents: for whom did more or less change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.oneway import anova_oneway

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.intervals import mean_interval

__all__ = ["SMALLER", "change_by_group", "differences_between_groups", "fold_small_groups", "smallest_group"]

SMALLER = "smaller_groups"
FEW = mark("fewer than 10: read with care")


def fold_small_groups(values: pd.Series, least: int) -> pd.Series:
    """``values`` with every group under ``least`` put together as ``smaller_groups``.

    If these are still under ``least`` together, the next smallest group joins them: otherwise a reader could subtract
    what is shown from the total. One value a respondent; missing values stay missing.
    """
    sizes = values.value_counts().sort_values(kind="stable")
    small = list(sizes.index[sizes < least])
    while small and sizes[small].sum() < least and len(small) < len(sizes):
        small.append(sizes.index[len(small)])
    return values.astype("object").where(~values.isin(small), SMALLER) if small else values


def change_by_group(
    pairs: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], least: int = 1
) -> pd.DataFrame:
    """Mean change in points of each scale within each group: ``area, scale, attribute, value`` and the estimate.

    Groups under ``least`` respondents go together (:func:`fold_small_groups`). Whether groups differ is not read from
    which interval spares zero: see :func:`differences_between_groups`.
    """
    rows = [
        {"area": part["area"].iloc[0], "scale": scale, "attribute": attribute, "value": value}
        | dict(zip(("estimate", "low", "high"), mean_interval(part["change"]), strict=True))
        | {"n": len(part), "unit": mark("points"), "method": mark("paired t interval")}
        | {"note": FEW if len(part) < 10 else ""}
        for attribute in names
        for scale, value, part in _cells(pairs, attributes, attribute, least)
    ]
    columns = [
        "area",
        "scale",
        "attribute",
        "value",
        "estimate",
        "low",
        "high",
        "n",
        "unit",
        "method",
        "note",
    ]
    return pd.DataFrame(rows, columns=columns)


def differences_between_groups(
    pairs: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], least: int = 5
) -> pd.DataFrame:
    """Whether the mean change differs between the groups of each attribute: Welch's F test, by scale.

    Groups under ``least`` respondents are left out: put together they would be a group of nothing in common.
    ``p_adjusted`` is Benjamini-Hochberg's over all rows, since these tests only explore. Columns ``area, scale,
    attribute, groups, f, p, p_adjusted, n``.
    """
    rows = []
    for attribute in names:
        cells: dict[str, list[np.ndarray]] = {}
        area = dict(zip(pairs["scale"], pairs["area"], strict=True))
        for scale, _value, part in _cells(pairs, attributes, attribute, 1):
            change = part["change"].to_numpy(float)
            if len(change) >= least and not np.isclose(change.std(), 0):
                cells.setdefault(scale, []).append(change)
        for scale, groups in cells.items():
            if len(groups) < 2:
                continue
            result = anova_oneway(groups, use_var="unequal", welch_correction=True)
            rows.append(
                {"area": area[scale], "scale": scale, "attribute": attribute, "groups": len(groups)}
                | {"f": float(result.statistic), "p": float(result.pvalue), "n": sum(map(len, groups))}
            )
    frame = pd.DataFrame(rows, columns=["area", "scale", "attribute", "groups", "f", "p", "n"])
    frame["p_adjusted"] = adjust_p(frame["p"].astype(float), "fdr_bh")
    return frame


def smallest_group(*sizes: Iterable[int]) -> int:
    """The size of the smallest group that is not empty, over all the ``sizes`` given; 0 where there is none.

    What a figure of a public report must state: see ``n`` of :func:`hubanalysis.show`.
    """
    known = [int(n) for group in sizes for n in group if pd.notna(n) and n > 0]
    return min(known, default=0)


def _cells(pairs: pd.DataFrame, attributes: pd.DataFrame, attribute: str, least: int):
    values = attributes[(attributes["attribute"] == attribute) & attributes["id"].isin(pairs["id"])]
    values = values.drop_duplicates("id").set_index("id")["value"]
    named = fold_small_groups(values, least).rename("value")
    merged = pairs.join(named, on="id", how="inner")
    for scale in dict.fromkeys(pairs["scale"]):
        for value, part in merged[merged["scale"] == scale].groupby("value", observed=True, sort=True):
            yield scale, value, part
