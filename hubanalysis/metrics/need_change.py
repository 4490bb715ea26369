"""Needs, activities, attendance, change: did those reached by what answers a need change otherwise than the others?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.coverage import answered_needs
from hubanalysis.metrics.intervals import share_interval
from hubanalysis.metrics.voter_groups import welch

__all__ = ["change_of_reached", "reached_by_group"]

LEAST = 10
TOO_FEW = mark("fewer than 10 people reached, or not reached, with a change: not compared")
NO_AREA = mark("the need belongs to no area with a scale")


def change_of_reached(
    needs_activities: pd.DataFrame,
    attendance: pd.DataFrame,
    pairs: pd.DataFrame,
    areas: Mapping[str, str],
    *,
    least: float = 0.5,
) -> pd.DataFrame:
    """Mean change of those who came to an activity that answers the need strongly, minus that of all others.

    ``areas`` gives each need its area, ``pairs`` (``pair_waves``) the change on the area's scales; a row is a need and
    a scale: ``need, scale``, the estimate in points with Welch's interval, ``n`` all compared, ``reached`` among them
    (not told of fewer than 10), ``p`` and ``p_adjusted`` (Benjamini-Hochberg). ``least`` is the strength from which an
    activity answers a need. People chose where to go: a difference is an association and no effect.
    """
    columns = [
        "need",
        "scale",
        "estimate",
        "low",
        "high",
        "n",
        "reached",
        "unit",
        "p",
        "p_adjusted",
        "method",
        "note",
    ]
    links = answered_needs(needs_activities)
    rows = []
    for need, area in areas.items():
        own = pairs[pairs["area"].astype(str) == area] if area else pairs.head(0)
        base = {"need": need, "unit": mark("points"), "method": mark("difference of means, Welch interval")}
        if own.empty:
            rows.append(base | {"scale": None, "n": 0, "note": NO_AREA})
            continue
        strong = set(links.loc[(links["need"] == need) & (links["strength"] >= least), "activity"])
        there = set(attendance.loc[attendance["activity"].astype(str).isin(strong), "person"])
        for scale in pd.unique(own["scale"]):
            part = own[own["scale"] == scale]
            inside = part["id"].isin(there)
            row = base | {"scale": scale, "n": len(part), "note": TOO_FEW}
            if min(inside.sum(), (~inside).sum()) >= LEAST:
                change = part["change"].to_numpy(dtype=float)
                row |= {"reached": int(inside.sum()), "note": ""} | welch(
                    change[inside.to_numpy()], change[~inside.to_numpy()]
                )
            rows.append(row)
    frame = pd.DataFrame(rows, columns=columns)
    frame["reached"] = frame["reached"].astype("Int64")
    numbers = ["estimate", "low", "high", "p", "p_adjusted"]
    frame[numbers] = frame[numbers].astype(float)
    frame["p_adjusted"] = adjust_p(frame["p"], "fdr_bh")
    return frame


def reached_by_group(
    needs_activities: pd.DataFrame,
    attendance: pd.DataFrame,
    attributes: pd.DataFrame,
    needs: list[str],
    subgroup: str,
    *,
    least: float = 0.5,
) -> pd.DataFrame:
    """For whom a need is answered: the share of each group of participants at an activity that answers it strongly.

    ``attributes`` (id, attribute, value) tells the groups of ``subgroup``; people in the registers whose group is not
    known are left out. Columns ``need, attribute, value``, the share with Wilson's interval, ``n`` of the group in
    the registers.
    """
    columns = ["need", "attribute", "value", "estimate", "low", "high", "n", "unit", "method", "note"]
    links = answered_needs(needs_activities)
    known = attributes[attributes["attribute"] == subgroup].drop_duplicates("id").set_index("id")["value"]
    people = pd.Series(pd.unique(attendance["person"])).astype(object)
    group = people.map(known)
    rows = []
    for need in needs:
        strong = set(links.loc[(links["need"] == need) & (links["strength"] >= least), "activity"])
        if not strong:
            continue
        there = people.isin(attendance.loc[attendance["activity"].astype(str).isin(strong), "person"])
        for value in sorted(group.dropna().unique()):
            own = there[group == value]
            tail = (len(own), "share", mark("share of participants, Wilson interval"), "")
            rows.append((need, subgroup, value, *share_interval(int(own.sum()), len(own)), *tail))
    return pd.DataFrame(rows, columns=columns)
