"""Who came to what, how often, who came back: from one row a person at an activity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

from hubanalysis.locale import mark
from hubanalysis.metrics.groups import SMALLER, fold_small_groups
from hubanalysis.metrics.intervals import mean_interval, share_interval

__all__ = [
    "activities_per_person",
    "attendance_by_activity",
    "attendance_by_kind",
    "attendance_by_place",
    "attendance_counts",
    "attendance_shares",
    "hide_small_parts",
    "newcomers_by_third",
    "newcomers_within_kinds",
    "reach_by_group",
    "reach_counts",
    "register_overlap",
]

#: Thirds of the programme, in order of time.
THIRDS = ("first_third", "middle_third", "last_third")
NO_DATES = mark("no dates: who came first cannot be told")
OTHER_KINDS = mark("no kind of activity was held in both parts")
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def attendance_counts(attendance: pd.DataFrame) -> pd.Series:
    """Activities attended by each person, index ``person``; a person written down twice at an
    activity counts once."""
    return _once(attendance).groupby("person", observed=True)["activity"].nunique().rename("activities")


def reach_counts(attendance: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Plain counts of the programme, ``quantity, n``: people reached, attendances, activities
    held and unregistered."""
    once = _once(attendance)
    held = set(activities["activity"]) | set(once["activity"])
    rows = [
        ("people_reached", once["person"].nunique()),
        ("attendances", len(once)),
        ("activities_held", len(held)),
        ("activities_without_register", len(held - set(once["activity"]))),
    ]
    return pd.DataFrame(rows if len(once) else [], columns=["quantity", "n"])


def register_overlap(attendance: pd.DataFrame, respondents: pd.DataFrame) -> pd.DataFrame:
    """How far registers and questionnaires speak of the same people: ``quantity, count``; empty
    where one is missing."""
    people, answered = set(attendance["person"].dropna()), set(respondents["id"])
    rows = [
        ("reached_and_answered", len(people & answered)),
        ("reached_not_answered", len(people - answered)),
        ("answered_not_in_registers", len(answered - people)),
    ]
    return pd.DataFrame(rows if people and answered else [], columns=["quantity", "count"])


def attendance_shares(attendance: pd.DataFrame) -> pd.DataFrame:
    """How often people came: ``measure`` and the estimate, n = people (for people_per_activity: activities).

    activities_per_person and people_per_activity are means with t intervals; came_once, came_twice_or_more and
    came_five_or_more are shares of the people reached, with Wilson's interval.
    """
    counts = attendance_counts(attendance)
    if counts.empty:
        return pd.DataFrame(columns=["measure", *_ESTIMATE])
    sizes = _once(attendance).groupby("activity", observed=True)["person"].nunique()
    n = len(counts)
    mean, share = mark("mean, t interval"), mark("share, Wilson interval")
    rows = [
        ("activities_per_person", mean_interval(counts), n, mark("activities"), mean),
        ("people_per_activity", mean_interval(sizes), len(sizes), mark("people"), mean),
        ("came_once", share_interval(int((counts == 1).sum()), n), n, mark("share"), share),
        ("came_twice_or_more", share_interval(int((counts >= 2).sum()), n), n, mark("share"), share),
        ("came_five_or_more", share_interval(int((counts >= 5).sum()), n), n, mark("share"), share),
    ]
    return pd.DataFrame(
        [
            {
                "measure": m,
                **dict(zip(("estimate", "low", "high"), e, strict=True)),
                "n": k,
                "unit": u,
                "method": how,
            }
            for m, e, k, u, how in rows
        ]
    ).assign(note="")


def activities_per_person(attendance: pd.DataFrame, edges: Sequence[int] = (1, 2, 3, 5, 8)) -> pd.DataFrame:
    """How many people came to how many activities: ``times, n`` and the share of people with Wilson's interval.

    ``edges`` are the lower ends of the bands; empty bands stay, so that a gap is seen.
    """
    counts = attendance_counts(attendance)
    rows = []
    for k, low_edge in enumerate(edges):
        above = edges[k + 1] - 1 if k + 1 < len(edges) else np.inf
        times = (
            f"{low_edge}+"
            if above == np.inf
            else str(low_edge)
            if above == low_edge
            else f"{low_edge}–{above}"
        )
        n = int(counts.between(low_edge, above).sum())
        share, low, high = share_interval(n, len(counts))
        rows.append({"times": times, "n": n, "share": share, "low": low, "high": high})
    return pd.DataFrame(rows if len(counts) else [], columns=["times", "n", "share", "low", "high"])


def attendance_by_activity(attendance: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Each activity in order of time: how many came, how many for the first time, how many came back later.

    Columns ``activity, kind, date, n, new, returning``, the estimate (share of newcomers, Wilson) and
    ``came_later``, the share of those present who came to a later activity too. Activities on the same day count as
    held together: nobody is new at one of them and returning at the other. Without dates these are missing.
    """
    columns = ["activity", "kind", "date", "n", "new", "returning", "estimate", "low", "high", "came_later"]
    columns += ["unit", "method", "note"]
    known = activities[["activity", "kind", "date"]].drop_duplicates("activity")
    once = _once(attendance).merge(known, on="activity", how="left")
    if once.empty:
        return pd.DataFrame(columns=columns)
    once["date"] = pd.to_datetime(once["date"])
    span = once.groupby("person", observed=True)["date"].agg(["min", "max"])
    once = once.join(span, on="person")
    rows = []
    for activity, part in once.groupby("activity", observed=True, sort=True):
        date, n = part["date"].iloc[0], len(part)
        row = {"activity": activity, "kind": part["kind"].iloc[0], "date": date, "n": n}
        if pd.isna(date):
            row |= {"note": NO_DATES}
        else:
            new = int((part["min"] == date).sum())
            estimate, low, high = share_interval(new, n)
            row |= {
                "new": new,
                "returning": n - new,
                "estimate": estimate,
                "low": low,
                "high": high,
                "note": "",
            }
            row |= {"came_later": float((part["max"] > date).mean())}
        rows.append(row | {"unit": mark("share"), "method": mark("share, Wilson interval")})
    frame = pd.DataFrame(rows, columns=columns).astype({"new": "Int64", "returning": "Int64"})
    return frame.sort_values(["date", "activity"]).reset_index(drop=True)


def hide_small_parts(by_activity: pd.DataFrame, least: int) -> pd.DataFrame:
    """``attendance_by_activity`` without the split into new and returning where either part is from 1 to ``least`` - 1.

    For a public report: the number present stays, who of them was new is no longer told; nor is the share who came to a
    later activity, where those who did or those who did not are so few.
    """
    hidden = by_activity.copy()
    parts = by_activity[["new", "returning"]].astype("Float64")
    small = ((parts > 0) & (parts < least)).any(axis=1).fillna(False).to_numpy(bool)
    hidden.loc[small, ["new", "returning"]] = pd.NA
    hidden.loc[small, ["estimate", "low", "high", "came_later"]] = np.nan
    later = (by_activity["came_later"] * by_activity["n"]).astype(float).round()
    few = pd.concat([later, by_activity["n"] - later], axis=1)
    hidden.loc[((few > 0) & (few < least)).any(axis=1), "came_later"] = np.nan
    return hidden


def newcomers_by_third(by_activity: pd.DataFrame) -> pd.DataFrame:
    """The share present for the first time, in the first, middle and last third of the activities in order of time.

    ``by_activity`` from :func:`attendance_by_activity`; n is the attendances of the third. At the very first activity
    everybody is new by definition. ``last_minus_middle`` is the difference of the last two shares with Newcombe's
    interval (1998, method 10): whether the flow of new people still moved.
    """
    known = by_activity[by_activity["new"].notna()]
    parts = np.array_split(np.arange(len(known)), 3)
    rows = []
    for third, part in zip(THIRDS, parts, strict=True):
        mine = known.iloc[part]
        estimate, low, high = share_interval(int(mine["new"].sum()), int(mine["n"].sum()))
        rows.append(
            {"period": third, "activities": len(mine), "estimate": estimate, "low": low, "high": high}
            | {"n": int(mine["n"].sum()), "unit": mark("share"), "method": mark("share, Wilson interval")}
        )
    columns = ["period", "activities", "estimate", "low", "high", "n", "unit", "method"]
    if len(known) < 3:
        return pd.DataFrame(columns=columns)
    last, middle = (
        (int(known.iloc[p]["new"].sum()), int(known.iloc[p]["n"].sum())) for p in (parts[2], parts[1])
    )
    low, high = confint_proportions_2indep(*last, *middle, method="newcomb", compare="diff")
    rows.append(
        {"period": "last_minus_middle", "activities": len(parts[1]) + len(parts[2]), "low": low, "high": high}
        | {"estimate": last[0] / last[1] - middle[0] / middle[1], "n": last[1] + middle[1]}
        | {"unit": mark("percentage points"), "method": mark("difference of shares, Newcombe interval")}
    )
    return pd.DataFrame(rows, columns=columns)


def newcomers_within_kinds(by_activity: pd.DataFrame) -> pd.DataFrame:
    """Last minus middle third, among activities of the same kind: is it the time, or what was on?

    The Mantel-Haenszel difference of shares over the kinds held in both thirds, sum w_k (p_last - p_middle) / sum w_k
    with w_k = n_last n_middle / (n_last + n_middle), and its binomial standard error (Greenland & Robins 1985). One
    row: ``kinds`` held in both, the estimate, n attendances; empty where the two thirds hold the same kinds in the
    same proportions, so that nothing needs to be held equal, or fewer than three activities have dates.
    """
    columns = ["kinds", "estimate", "low", "high", "n", "unit", "method", "note"]
    known = by_activity[by_activity["new"].notna()]
    _first, middle, last = (known.iloc[part] for part in np.array_split(np.arange(len(known)), 3))
    mix = [part["kind"].astype(str).value_counts(normalize=True).to_dict() for part in (middle, last)]
    if len(known) < 3 or mix[0] == mix[1]:
        return pd.DataFrame(columns=columns)
    (n0, x0), (n1, x1) = (
        [part.groupby(part["kind"].astype(str))[c].sum().astype(float) for c in ("n", "new")]
        for part in (middle, last)
    )
    both = sorted(set(n0.index) & set(n1.index))
    row = {"kinds": len(both), "estimate": np.nan, "low": np.nan, "high": np.nan, "n": 0, "note": OTHER_KINDS}
    if both:
        n0, x0, n1, x1 = (s[both].to_numpy() for s in (n0, x0, n1, x1))
        weight, before, after = n0 * n1 / (n0 + n1), x0 / n0, x1 / n1
        estimate = float((weight * (after - before)).sum() / weight.sum())
        spread = before * (1 - before) / n0 + after * (1 - after) / n1
        half = 1.959964 * float(np.sqrt((weight**2 * spread).sum()) / weight.sum())
        row |= {"estimate": estimate, "low": estimate - half, "high": estimate + half, "note": ""}
        row |= {"n": int(n0.sum() + n1.sum())}
    row |= {"unit": mark("percentage points"), "method": mark("Mantel-Haenszel difference of shares")}
    return pd.DataFrame([row], columns=columns)


def attendance_by_kind(attendance: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Each kind of activity: ``kind, activities, n`` (different people) and the mean number present, t interval."""
    once = _once(attendance).merge(activities[["activity", "kind"]], on="activity", how="left")
    rows = []
    for kind, part in once.dropna(subset=["kind"]).groupby("kind", observed=True):
        sizes = part.groupby("activity", observed=True)["person"].nunique()
        estimate, low, high = mean_interval(sizes)
        rows.append(
            {"kind": kind, "activities": len(sizes), "n": part["person"].nunique(), "estimate": estimate}
            | {"low": low, "high": high, "unit": mark("people"), "method": mark("mean, t interval")}
        )
    columns = ["kind", "activities", "n", "estimate", "low", "high", "unit", "method"]
    return pd.DataFrame(rows, columns=columns)


def attendance_by_place(attendance: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Each municipality where activities were held: ``municipality, activities, attendances, n``
    (different people)."""
    places = activities.loc[activities["municipality"].fillna("") != "", ["activity", "municipality"]]
    once = _once(attendance).merge(places, on="activity")
    grouped = once.groupby("municipality", observed=True)
    frame = grouped.agg(
        activities=("activity", "nunique"), attendances=("person", "size"), n=("person", "nunique")
    ).reset_index()
    return frame.sort_values(["n", "municipality"], ascending=[False, True]).reset_index(drop=True)


def reach_by_group(
    attendance: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], least: int = 1
) -> pd.DataFrame:
    """The people reached, by group: ``attribute, value, n`` people, their ``share``, and how often they came.

    Only people whose attribute is known (who filled in a questionnaire) are in it. ``share`` is of these; the
    estimate is the mean number of activities attended within the group, with its t interval.
    """
    counts = attendance_counts(attendance)
    rows = []
    for attribute in names:
        values = attributes[(attributes["attribute"] == attribute) & (attributes["value"].fillna("") != "")]
        values = values.drop_duplicates("id").set_index("id")["value"]
        known = counts[counts.index.isin(values.index)]
        group = fold_small_groups(values.reindex(known.index), least)
        order = [*sorted(set(group) - {SMALLER}), SMALLER]
        for value, part in known.groupby(pd.Categorical(group, order), observed=True):
            estimate, low, high = mean_interval(part)
            rows.append(
                {"attribute": attribute, "value": value, "n": len(part), "share": len(part) / len(known)}
                | {"estimate": estimate, "low": low, "high": high, "unit": mark("activities")}
                | {"method": mark("mean, t interval")}
            )
    columns = ["attribute", "value", "n", "share", "estimate", "low", "high", "unit", "method"]
    return pd.DataFrame(rows, columns=columns)


def _once(attendance: pd.DataFrame) -> pd.DataFrame:
    return attendance[["person", "activity"]].dropna().drop_duplicates()
