"""Needs against activities: does the programme work where the social workers see the need?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import share_interval

__all__ = ["answered_needs", "coverage", "effort_and_priority", "people_reached", "presences_by_activity"]

_COVERAGE = ["need", "activities", "strength", "presences", "effort"]
_REACHED = ["need", "estimate", "low", "high", "n", "unit", "method", "note"]
_GAP = ["need", "rank", "priority_share", "effort_share", "gap", "reading"]
NONE = mark("No activity answers this need with the strength asked for.")


def coverage(needs_activities: pd.DataFrame, attendance: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """What the programme put behind each need.

    ``activities`` that answer it (strength above 0), the sum of their ``strength`` (0 to 1 each, judged by the team),
    ``presences`` at them, and ``effort``, presences weighted by strength: an activity that half answers a need and drew
    40 presences counts 20.
    """
    present = presences_by_activity(attendance)
    links = answered_needs(needs_activities)
    rows = []
    for need in needs:
        own = links[links["need"] == need]
        came = present.reindex(own["activity"]).fillna(0).to_numpy(float)
        effort = float((own["strength"].to_numpy(float) * came).sum())
        rows.append((need, len(own), float(own["strength"].sum()), int(came.sum()), effort))
    return pd.DataFrame(rows, columns=_COVERAGE)


def presences_by_activity(attendance: pd.DataFrame) -> pd.Series:
    """How many people came to each activity that has a register; who stands in it twice came once."""
    came = attendance.drop_duplicates(["person", "activity"])
    return came.groupby(came["activity"].astype(str)).size()


def answered_needs(needs_activities: pd.DataFrame) -> pd.DataFrame:
    """Which activity answers which need, and how far: one row a pair, the strongest judgement of it."""
    links = needs_activities[needs_activities["strength"].fillna(0) > 0]
    best = links.astype({"need": str, "activity": str}).groupby(["need", "activity"])["strength"].max()
    return best.reset_index()


def people_reached(
    needs_activities: pd.DataFrame, attendance: pd.DataFrame, needs: list[str], *, least: float = 0.5
) -> pd.DataFrame:
    """Share of the participants who came to an activity that answers the need with at least this strength.

    Wilson interval; ``n`` people in the attendance register. A need without such an activity reached nobody: 0, and a
    note.
    """
    links = answered_needs(needs_activities)
    n = attendance["person"].nunique()
    rows = []
    for need in needs:
        strong = set(links.loc[(links["need"] == need) & (links["strength"] >= least), "activity"])
        reached = attendance.loc[attendance["activity"].astype(str).isin(strong), "person"].nunique()
        tail = (n, mark("share"), mark("share of participants, Wilson interval"), "" if strong else NONE)
        rows.append((need, *share_interval(reached, n), *tail))
    return pd.DataFrame(rows, columns=_REACHED)


def effort_and_priority(covered: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Priority beside effort: is more done for what comes first?

    ``covered`` from :func:`coverage`; ``points`` from ``borda_scores``, of which the last round counts.
    ``priority_share`` is the need's share of all Borda points, ``effort_share`` of all effort, ``gap`` the first minus
    the second, ``reading``: ``uncovered`` (no activity), ``under`` (gap above .05), ``over`` (below -.05), ``in_line``.
    Empty where nothing is said of what answers what: that no activity answers any need is then unknown, not found.
    These are descriptions of the whole programme, not estimates; the .05 is a convention.
    """
    if points.empty or covered.empty or not covered["activities"].any():
        return pd.DataFrame(columns=_GAP)
    last = points[points["round"] == points["round"].max()].set_index("need")["estimate"]
    effort = covered.set_index("need")
    total, spent = last.sum(), effort["effort"].sum()
    rows = []
    for rank, (need, value) in enumerate(last.sort_values(ascending=False, kind="stable").items(), start=1):
        priority = value / total if total else np.nan
        share = effort.at[need, "effort"] / spent if spent else 0.0
        gap = priority - share
        if effort.at[need, "activities"] == 0:
            reading = "uncovered"
        else:
            reading = "under" if gap > 0.05 else "over" if gap < -0.05 else "in_line"
        rows.append((need, rank, priority, share, gap, reading))
    return pd.DataFrame(rows, columns=_GAP)
