"""Change in groups of respondents: for whom did more or less change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.oneway import anova_oneway

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.intervals import difference_interval, mean_interval

__all__ = [
    "SMALLER",
    "change_by_group",
    "difference_of_two_groups",
    "differences_between_groups",
    "fold_small_groups",
    "refused_groups",
    "smallest_group",
]

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
    """Whether the mean change differs between the groups of each attribute, by scale: group by wave, read twice.

    ``f`` and ``p`` are Welch's test of the changes as they stand. ``f_equal_start`` and ``p_equal_start`` test the
    groups with the first score held equal (change on group and first score, Wald F with HC3 errors; MacKinnon & White
    1985), since a group that starts lower rises more by itself. Neither is right for every question: where they
    disagree, the groups started at different heights (Lord 1967). Groups under ``least`` respondents are refused: put
    together they would be a group of nothing in common. ``p_adjusted`` and ``p_equal_start_adjusted`` are
    Benjamini-Hochberg's, each over all rows, since these tests only explore. Columns ``area, scale, attribute, groups,
    f, p, p_adjusted, f_equal_start, p_equal_start, p_equal_start_adjusted, n``.
    """
    rows = []
    for area, scale, attribute, groups in _tested(pairs, attributes, names, least):
        changes = [part["change"].to_numpy(float) for part in groups.values()]
        result = anova_oneway(changes, use_var="unequal", welch_correction=True)
        f, p = _held_equal(list(groups.values()))
        rows.append(
            {"area": area, "scale": scale, "attribute": attribute, "groups": len(groups)}
            | {"f": float(result.statistic), "p": float(result.pvalue), "p_adjusted": np.nan}
            | {"f_equal_start": f, "p_equal_start": p, "p_equal_start_adjusted": np.nan}
            | {"n": sum(map(len, changes))}
        )
    columns = ["area", "scale", "attribute", "groups", "f", "p", "p_adjusted"]
    columns += ["f_equal_start", "p_equal_start", "p_equal_start_adjusted", "n"]
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("p", "p_equal_start"):
        frame[f"{name}_adjusted"] = adjust_p(frame[name].astype(float), "fdr_bh")
    return frame


def difference_of_two_groups(
    pairs: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], least: int = 5
) -> pd.DataFrame:
    """How much more the first of two groups changed than the second, in points, where an attribute has just two.

    mean(first) - mean(second) with Welch's interval; ``standardised`` is it over the pooled standard deviation of the
    first scores, (1 - 3 / (4 df - 1)) times, df = n - 2 (Morris 2008, d_ppc2). Groups under ``least`` are refused; an
    attribute with more groups has no row, as comparing each with each would be many tests. Columns ``area, scale,
    attribute, first, second``, the estimate, ``standardised``; ``n`` is both groups together and ``smaller`` the
    size of the smaller one.
    """
    rows = []
    for area, scale, attribute, groups in _tested(pairs, attributes, names, least):
        if len(groups) != 2:
            continue
        (first, one), (second, two) = groups.items()
        interval = difference_interval(one["change"], two["change"])
        df = len(one) + len(two) - 2
        squares = sum((len(part) - 1) * part["before"].var(ddof=1) for part in (one, two))
        spread = np.sqrt(squares / df)
        size = interval[0] / spread * (1 - 3 / (4 * df - 1)) if spread > 1e-9 else np.nan
        rows.append(
            {"area": area, "scale": scale, "attribute": attribute, "first": first, "second": second}
            | dict(zip(("estimate", "low", "high"), interval, strict=True))
            | {"n": df + 2, "smaller": min(len(one), len(two)), "unit": mark("points")}
            | {"method": mark("difference of two changes, Welch's interval"), "standardised": size}
        )
    columns = ["area", "scale", "attribute", "first", "second", "estimate", "low", "high", "n", "smaller"]
    return pd.DataFrame(rows, columns=[*columns, "unit", "method", "standardised"])


def refused_groups(
    pairs: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], least: int
) -> pd.DataFrame:
    """How many groups of each attribute were too small to be compared: ``attribute, refused, groups``.

    A group is refused where it has fewer than ``least`` respondents in two waves on every scale. Neither its name nor
    its size is given.
    """
    rows = []
    for attribute in names:
        largest: dict[str, int] = {}
        for _scale, value, part in _cells(pairs, attributes, attribute, 1):
            largest[value] = max(largest.get(value, 0), len(part))
        refused = sum(n < least for n in largest.values())
        rows.append({"attribute": attribute, "refused": refused, "groups": len(largest)})
    return pd.DataFrame(rows, columns=["attribute", "refused", "groups"])


def smallest_group(*sizes: Iterable[int]) -> int:
    """The size of the smallest group that is not empty, over all the ``sizes`` given; 0 where there is none.

    What a figure of a public report must state: see ``n`` of :func:`hubanalysis.show`.
    """
    known = [int(n) for group in sizes for n in group if pd.notna(n) and n > 0]
    return min(known, default=0)


def _cells(pairs: pd.DataFrame, attributes: pd.DataFrame, attribute: str, least: int):
    given = attributes.loc[attributes["attribute"] == attribute, ["id", "value"]].drop_duplicates("id")
    person, people = pd.factorize(pairs["id"])  # each person's group is looked up once, not once a scale
    values = pd.Series(given["value"].to_numpy(object), index=given["id"].to_numpy(object)).reindex(people)
    folded = pd.Categorical(fold_small_groups(values, least))
    group, names = folded.codes[person], folded.categories
    scale, scales = pd.factorize(pairs["scale"])
    order = np.lexsort((np.arange(len(pairs)), group, scale))
    order = order[group[order] >= 0]
    cell = scale[order].astype("int64") * max(len(names), 1) + group[order]
    for places in np.split(order, np.flatnonzero(np.diff(cell)) + 1) if len(order) else []:
        yield scales[scale[places[0]]], names[group[places[0]]], pairs.iloc[places]


def _tested(pairs: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], least: int):
    """Each scale and attribute with two groups or more that are large enough and do not all change alike."""
    area = pairs.drop_duplicates("scale").set_index("scale")["area"]
    for attribute in names:
        found: dict[str, dict[str, pd.DataFrame]] = {}
        for scale, value, part in _cells(pairs, attributes, attribute, 1):
            if len(part) >= max(least, 2) and not np.isclose(part["change"].std(), 0):
                found.setdefault(scale, {})[value] = part
        for scale, groups in found.items():
            if len(groups) > 1:
                yield area[scale], scale, attribute, groups


def _held_equal(groups: Sequence[pd.DataFrame]) -> tuple[float, float]:
    """Wald's F and p of the groups in change = group + b first score, HC3 errors."""
    y = np.concatenate([part["change"].to_numpy(float) for part in groups])
    before = np.concatenate([part["before"].to_numpy(float) for part in groups])
    member = np.repeat(np.arange(len(groups)), [len(part) for part in groups])
    dummies = (member[:, None] == np.arange(1, len(groups))).astype(float)
    started = [before - before.mean()] if before.std() > 1e-9 else []
    design = np.column_stack([np.ones(len(y)), dummies, *started])
    if len(y) <= design.shape[1] + 1:
        return np.nan, np.nan
    test = sm.OLS(y, design).fit(cov_type="HC3", use_t=True).f_test(np.eye(design.shape[1])[1 : len(groups)])
    return float(np.squeeze(test.fvalue)), float(np.squeeze(test.pvalue))
