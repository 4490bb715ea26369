"""What the observer adds to the mark: how often two of them mark the same, where they differ, who marks higher."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.observations import visited

__all__ = ["observer_differences", "observer_disagreements", "same_marks"]

_DIFFERENCE = mark(
    "paired difference from the other observers of the same visits, t interval over activities"
)
FEW = mark("visits shared at fewer than three activities: no interval")


def _shared(observations: pd.DataFrame) -> pd.DataFrame:
    """Marks of a visit and item that at least two observers marked, each observer's last."""
    frame = visited(observations).drop_duplicates(["visit", "observer", "item"], keep="last")
    if not len(frame):
        return frame
    return frame[frame.groupby(["visit", "item"], observed=True)["observer"].transform("nunique") >= 2]


def observer_differences(observations: pd.DataFrame) -> pd.DataFrame:
    """Whether an observer marks higher or lower than the others at the same visits.

    For each visit and item the observer's mark less the mean of the others' marks; in the mean over items, then over
    the visits of an activity, then over activities (t interval, at least three). Columns ``observer``, the estimate's
    (points of the grid; ``n`` activities)``, p, p_adjusted`` (Holm over observers)``, visits``. With two observers the
    two rows are one comparison seen from both sides.
    """
    columns = ["observer", "estimate", "low", "high", "n", "method", "unit", "note", "p", "p_adjusted"]
    columns += ["visits"]
    frame = _shared(observations)
    if not len(frame):
        return pd.DataFrame(columns=columns)
    whole = frame.groupby(["visit", "item"], observed=True)["value"]
    others = (whole.transform("sum") - frame["value"]) / (whole.transform("size") - 1)
    frame = frame.assign(gap=frame["value"] - others)
    by_visit = frame.groupby(["observer", "activity", "visit"], observed=True)["gap"].mean().reset_index()
    rows = []
    for observer, part in by_visit.groupby("observer", observed=True):
        own = part.groupby("activity", observed=True)["gap"].mean()
        estimate, low, high = mean_interval(own)
        note, p = "", np.nan
        if len(own) < 3:
            low, high, note = np.nan, np.nan, FEW
        elif own.std(ddof=1) > 0:
            p = float(stats.ttest_1samp(own, 0).pvalue)
        told = (estimate, low, high, len(own), _DIFFERENCE, "points", note, p, np.nan)
        rows.append((observer, *told, part["visit"].nunique()))
    table = pd.DataFrame(rows, columns=columns)
    told = table["p"].notna()
    if told.any():
        table.loc[told, "p_adjusted"] = multipletests(table.loc[told, "p"], method="holm")[1]
    return table


def observer_disagreements(observations: pd.DataFrame, least: float = 2) -> pd.DataFrame:
    """The visits and items where two observers lie ``least`` points apart or more, for them to talk over.

    Columns ``activity, date, item, lowest, highest, points_apart, marks_given`` (each observer's mark, in the order of
    their pseudonyms)``, observation``. The farthest first, then by date.
    """
    columns = [
        "activity", "date", "item", "lowest", "highest", "points_apart", "marks_given", "observation",
    ]  # fmt: skip
    frame = _shared(observations)
    rows = []
    for (visit, item), part in frame.groupby(["visit", "item"], observed=True) if len(frame) else ():
        low, high = float(part["value"].min()), float(part["value"].max())
        if high - low < least:
            continue
        own = part.sort_values("observer")
        given = ", ".join(f"{o} {v:g}" for o, v in zip(own["observer"], own["value"], strict=True))
        first = own.iloc[0]
        rows.append((first["activity"], first["date"], item, low, high, high - low, given, str(visit)))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(
        ["points_apart", "date", "activity", "item"], ascending=[False, True, True, True], kind="stable"
    ).reset_index(drop=True)


def same_marks(observations: pd.DataFrame) -> pd.DataFrame:
    """How often two observers of one visit give the same mark, and how often they are at most one point apart.

    One row an item: ``item, same_mark, within_one`` (shares of the pairs of observers)``, comparisons,
    n`` (visits). Beside alpha
    because alpha falls where hardly any marks differ: then observers agree and there is little to tell apart.
    """
    columns = ["item", "same_mark", "within_one", "comparisons", "n"]
    frame = _shared(observations)
    if not len(frame):
        return pd.DataFrame(columns=columns)
    both = frame.merge(frame, on=["visit", "item"], suffixes=("", "_other"))
    both = both[both["observer"].astype(str) < both["observer_other"].astype(str)]
    gap = (both["value"] - both["value_other"]).abs()
    both = both.assign(same_mark=gap == 0, within_one=gap <= 1)
    rows = []
    for item in dict.fromkeys(observations["item"].astype("str")):
        part = both[both["item"] == item]
        if len(part):
            shares = (part["same_mark"].mean(), part["within_one"].mean())
            rows.append((item, *shares, len(part), part["visit"].nunique()))
    return pd.DataFrame(rows, columns=columns)
