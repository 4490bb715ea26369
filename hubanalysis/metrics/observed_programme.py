"""What of the programme was seen by an observer, and by whom: the part a grid can speak of."""

from __future__ import annotations

import pandas as pd

from hubanalysis.metrics.observations import grid_marks

__all__ = ["ALL_KINDS", "areas_of_several_items", "marks_by_activity", "seen_by_kind", "visits_by_observer"]

ALL_KINDS = "every_kind"


def seen_by_kind(visits: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Activities of the programme by kind, and how many of them an observer visited.

    Columns ``kind_of_activity`` (``every_kind`` last)``, activities, observed, not_observed, visits``. ``visits`` from
    ``observed_visits``; visits to something that is not in the register are not counted.
    """
    columns = ["kind_of_activity", "activities", "observed", "not_observed", "visits"]
    if not len(activities):
        return pd.DataFrame(columns=columns)
    counts = visits["activity"].astype("object").value_counts()
    frame = activities.assign(
        visits=activities["activity"].astype("object").map(counts).fillna(0).astype(int)
    )
    kind = frame["kind"].astype("object").where(frame["kind"].notna(), "")
    rows = [(name, frame[kind == name]) for name in sorted(kind.unique())]
    if len(rows) > 1:
        rows.append((ALL_KINDS, frame))
    made = []
    for name, part in rows:
        seen = int((part["visits"] > 0).sum())
        made.append((name, len(part), seen, len(part) - seen, int(part["visits"].sum())))
    return pd.DataFrame(made, columns=columns)


def visits_by_observer(observations: pd.DataFrame) -> pd.DataFrame:
    """Each observer's ``sheets`` (visits), ``activities, first_day, last_day`` and ``mean_mark``; most sheets first."""
    columns = ["observer", "sheets", "activities", "first_day", "last_day", "mean_mark"]
    marked = observations[observations["value"].notna()] if len(observations) else observations
    if not len(marked):
        return pd.DataFrame(columns=columns)
    own = marked.groupby("observer", observed=True)
    table = own.agg(
        sheets=("observation", "nunique"),
        activities=("activity", "nunique"),
        first_day=("date", "min"),
        last_day=("date", "max"),
        mean_mark=("value", "mean"),
    ).reset_index()
    table = table.sort_values(["sheets", "observer"], ascending=[False, True], kind="stable")
    return table.reset_index(drop=True)[columns]


def marks_by_activity(observations: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """The mean mark of each item at each activity, also of activities nobody observed (``value`` missing).

    Columns ``activity, date, item, area, value, observers, marks``: activities by their date, items in the order of the
    grid. Observers are averaged first.
    """
    columns = ["activity", "date", "item", "area", "value", "observers", "marks"]
    items = observations[["item", "area"]].astype("object").drop_duplicates()
    if not len(items):
        return pd.DataFrame(columns=columns)
    marks = grid_marks(observations, ["item", "area"]).astype({"item": "object", "area": "object"})
    days = marks.groupby("activity")["date"].min()
    register = activities[["activity", "date"]].drop_duplicates("activity") if len(activities) else None
    dates = days.to_dict()
    if register is not None:
        dates |= {a: d for a, d in zip(register["activity"], register["date"], strict=True) if a not in dates}
    whole = pd.DataFrame({"activity": list(dates), "date": pd.to_datetime(pd.Series(list(dates.values())))})
    whole = whole.sort_values(["date", "activity"], kind="stable", na_position="last")
    grid = whole.merge(items, how="cross")
    grid = grid.merge(marks.drop(columns="date"), on=["activity", "item", "area"], how="left")
    grid[["observers", "marks"]] = grid[["observers", "marks"]].fillna(0).astype(int)
    return grid[columns].reset_index(drop=True)


def areas_of_several_items(observations: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``observations`` that belong to areas with two items or more.

    An area that one item stands for alone is told by that item, and its mean or trend would only be said twice.
    """
    area = observations["area"].astype("object")
    items = observations["item"].astype("object").groupby(area).transform("nunique")
    return observations[items.fillna(0).ge(2)]
