"""Field observation: what the grid says of the activities, whether observers mark alike, whether marks move over time.

The activity is the unit: several observers at one activity see the same thing, so their marks are averaged first and
the interval is that of the activities.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import krippendorff_alpha, unit_counts
from hubanalysis.metrics.intervals import mean_interval

__all__ = [
    "ALL_ITEMS",
    "grid_marks",
    "grid_means",
    "grid_trend",
    "observed_visits",
    "observer_agreement",
    "visited",
]

ALL_ITEMS = "all_items"
_ESTIMATE = ["estimate", "low", "high", "n", "method", "unit", "note"]
_MEAN = mark("mean over activities, t interval")
_TREND = mark("least-squares slope over visits, robust to several visits of an activity")
_ALPHA = mark("Krippendorff's alpha, bootstrap over activities")
ONE = mark("one activity only: no interval")
FEW_TREND = mark("fewer than four activities with a date: no trend can be told")
ONE_OBSERVER = mark("no visit was marked by two observers")
FEW_SHARED = mark("fewer than four activities with a visit marked by two observers: no interval")
SAME = mark("every mark was the same: there is nothing to agree on")
MONTH = 365.25 / 12


def visited(observations: pd.DataFrame) -> pd.DataFrame:
    """Marks that were given, with the ``visit`` they belong to, and its activity (the visit itself where none is
    named).

    Where one observation holds marks of two observers its id is the visit; where every observer has her own, visits to
    the same activity on the same day are one.
    """
    frame = observations[observations["value"].notna()].copy()
    own = frame["observation"].astype("object")
    named = frame["activity"].notna() & (frame["activity"] != "")
    frame["activity"] = frame["activity"].astype("object").where(named, own)
    shared = frame.groupby("observation", observed=True)["observer"].nunique().gt(1).any()
    day = (
        frame["activity"] + " " + frame["date"].dt.strftime("%Y-%m-%d").astype("object")
        if len(frame)
        else own
    )
    frame["visit"] = own if shared else day.where(named & frame["date"].notna(), own)
    return frame


def grid_marks(observations: pd.DataFrame, by: list[str], unit: str = "activity") -> pd.DataFrame:
    """The mean mark of each activity, or with ``unit`` "visit" of each visit to one.

    Columns ``by, activity`` (``visit``)``, date`` (of the first mark)``, value, observers, marks``. Observers are
    averaged first, so that one who marked more items or came more often does not weigh more.
    """
    place = ["activity"] if unit == "activity" else ["activity", "visit"]
    columns = [*by, *place, "date", "value", "observers", "marks"]
    frame = visited(observations)
    if not len(frame):
        return pd.DataFrame(columns=columns)
    own = frame.groupby([*by, *place, "observer"], observed=True, dropna=False)
    own = own.agg(value=("value", "mean"), date=("date", "min"), marks=("value", "size")).reset_index()
    whole = own.groupby([*by, *place], observed=True)
    table = whole.agg(
        date=("date", "min"), value=("value", "mean"), observers=("value", "size"), marks=("marks", "sum")
    )
    return table.reset_index()[columns]


def _keys(by: list[str]) -> list[str]:
    return [*by, "area"] if "item" in by and "area" not in by else list(by)


def grid_means(observations: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The mean mark by ``by`` (item, area, or a column joined from the activities): over activities, with a t interval.

    Columns ``by`` (and ``area`` with items), the estimate's, ``marks, lowest, highest`` (of the activities' means).
    ``n`` is activities, ``unit`` points of the grid.
    """
    keys = _keys(by)
    marks = grid_marks(observations, keys)
    rows = []
    for key, part in marks.groupby(keys, observed=True):
        estimate, low, high = mean_interval(part["value"])
        note = ONE if len(part) == 1 else ""
        counts = (int(part["marks"].sum()), float(part["value"].min()), float(part["value"].max()))
        rows.append((*key, estimate, low, high, len(part), _MEAN, "points", note, *counts))
    frame = pd.DataFrame(rows, columns=[*keys, *_ESTIMATE, "marks", "lowest", "highest"])
    return _in_order(frame, observations)


def grid_trend(observations: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Whether marks rise or fall over the programme: slope of the visits' mean marks over their dates, by ``by``.

    ``estimate`` is points of the grid a month: least squares over visits, its variance robust to several visits
    belonging to one activity (Liang & Zeger 1986), t interval on activities - 1 degrees of freedom. ``n`` is
    activities, ``visits`` the points, ``first, last`` the days of the first and last. What came later is not only
    later: a slope may be that of the kinds of activity, of the season, or of who observed.
    """
    keys = _keys(by)
    marks = grid_marks(observations, keys, unit="visit")
    rows = []
    for key, part in marks[marks["date"].notna()].groupby(keys, observed=True):
        months = (part["date"] - part["date"].min()) / pd.Timedelta(days=MONTH)
        activities, ends = part["activity"].nunique(), (part["date"].min(), part["date"].max())
        if activities < 4 or months.nunique() < 3:
            slope, p, note = (np.nan, np.nan, np.nan), np.nan, FEW_TREND
        else:
            slope, p, note = (
                *_slope(months.to_numpy(), part["value"].to_numpy(dtype=float), part["activity"]),
                "",
            )
        rows.append((*key, *slope, activities, _TREND, "points_a_month", note, p, len(part), *ends))
    frame = pd.DataFrame(rows, columns=[*keys, *_ESTIMATE, "p", "visits", "first", "last"])
    told = frame["p"].notna()
    frame["p_adjusted"] = np.nan
    if told.any():
        frame.loc[told, "p_adjusted"] = multipletests(frame.loc[told, "p"], method="holm")[1]
    return _in_order(frame, observations)


def _slope(x: np.ndarray, y: np.ndarray, cluster: pd.Series) -> tuple[tuple[float, float, float], float]:
    """Slope with its interval, and p."""
    codes = pd.factorize(cluster)[0]
    model = sm.OLS(y, sm.add_constant(x)).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    low, high = model.conf_int()[1]
    return (float(model.params[1]), float(low), float(high)), float(model.pvalues[1])


def _in_order(frame: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Items in the order of the grid, as the table of observations has them."""
    if "item" not in frame:
        return frame
    order = {item: k for k, item in enumerate(dict.fromkeys(observations["item"].astype("str")))}
    return frame.sort_values("item", key=lambda s: s.map(order), kind="stable").reset_index(drop=True)


def observed_visits(observations: pd.DataFrame) -> pd.DataFrame:
    """What was seen, by how many: one row a visit, ``activity, visit, date, observers, marks``."""
    frame = visited(observations)
    if not len(frame):
        return pd.DataFrame(columns=["activity", "visit", "date", "observers", "marks"])
    whole = frame.groupby(["activity", "visit"], observed=True)
    return whole.agg(
        date=("date", "min"), observers=("observer", "nunique"), marks=("value", "size")
    ).reset_index()


def observer_agreement(observations: pd.DataFrame, level: str = "ordinal", seed: int = 2022) -> pd.DataFrame:
    """Whether observers of the same visit mark alike: Krippendorff's alpha by item and for all items (``all_items``).

    A unit is a visit and an item that at least two observers marked. ``level`` is ordinal (marks are an order) or
    interval (steps are equal). The row ``all_items`` pools the items: part of its agreement is that some items are
    marked higher than others by everyone. Interval: bootstrap over activities. ``n`` is visits compared, ``units``
    the pairs of visit and item.
    """
    columns = ["item", *_ESTIMATE, "units"]
    frame = visited(observations).drop_duplicates(["visit", "observer", "item"], keep="last")
    if not len(frame):
        return pd.DataFrame(columns=columns)
    frame = frame[frame.groupby(["visit", "item"], observed=True)["observer"].transform("nunique") >= 2]
    values = sorted(frame["value"].unique())
    rows = []
    for item in (ALL_ITEMS, *dict.fromkeys(observations["item"].astype("str"))):
        part = frame if item == ALL_ITEMS else frame[frame["item"] == item]
        if not len(part):
            rows.append((item, np.nan, np.nan, np.nan, 0, _ALPHA, "krippendorff_alpha", ONE_OBSERVER, 0))
            continue
        counts = unit_counts(part, ["activity", "visit", "item"], "value", values)
        cluster = counts.index.get_level_values("activity").to_series()
        estimate, low, high, units = krippendorff_alpha(counts, cluster, level, seed=seed)
        note = FEW_SHARED if np.isnan(low) else ""
        if np.isnan(estimate) or low == high:
            low, high, note = np.nan, np.nan, SAME
        rows.append(
            (item, estimate, low, high, part["visit"].nunique(), _ALPHA, "krippendorff_alpha", note, units)
        )
    return pd.DataFrame(rows, columns=columns)
