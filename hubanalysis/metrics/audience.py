"""Who comes again: waiting times between one attendance and the next, where the programme's end cuts them off.

Somebody who first came to the last activity could not come again. Counting her as lost makes every programme look
worse than it was, and its last activities worst of all; here she is censored: watched as long as there was something
to come to, and no longer.
Time is counted in days of activity, so that a summer without activities is no absence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.groups import fold_small_groups

__all__ = [
    "coarse_numbers",
    "coarse_steps",
    "coming_again",
    "coming_again_by_attendance",
    "coming_again_by_group",
    "half_of_the_programme",
    "product_limit",
    "still_coming",
    "waits",
]

#: A share is not estimated for fewer people than this.
LEAST = 20
FEW = mark("fewer than 20 people could be watched for so long")
ALL_OR_NOBODY = mark("everybody came again, or nobody: no interval")
METHOD = mark("product-limit estimate, log-log interval")
CHAINED = mark("product of the shares who came again, log-log interval")


def waits(attendance: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """One row for each day a person was there: ``person, attendance, day, wait, again``.

    ``attendance`` counts the person's days from 1; ``day`` is the day's place among the programme's days with a
    register (several activities on one day are one day). ``wait`` is the number of such days until the person's next
    one (``again`` true), or until the last day of the programme (``again`` false: censored; 0 for the last day itself).
    Activities without a date have no place in time and are left out: see the frame's ``attrs["undated"]``, the number
    of attendances left out.
    """
    known = activities[["activity", "date"]].drop_duplicates("activity")
    once = (
        attendance[["person", "activity"]].dropna().drop_duplicates().merge(known, on="activity", how="left")
    )
    once["date"] = pd.to_datetime(once["date"])
    frame = once[["person", "date"]].dropna().drop_duplicates()
    frame["day"] = frame["date"].rank(method="dense").astype(int) if len(frame) else 0
    frame = frame.sort_values(["person", "day"], ignore_index=True)
    people = frame.groupby("person", observed=True)["day"]
    following = people.shift(-1)
    frame["attendance"] = people.cumcount() + 1
    frame["again"] = following.notna()
    frame["wait"] = (following.fillna(frame["day"].max()) - frame["day"]).astype(int)
    frame.attrs["undated"] = int(once["date"].isna().sum())
    return frame[["person", "attendance", "day", "wait", "again"]]


def product_limit(durations: ArrayLike, happened: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """The share to whom an event has not yet happened, where some were watched for a shorter time than others.

    S(t) = product over the event times t_i <= t of (1 - d_i / n_i) (Kaplan & Meier 1958), d_i events among the n_i
    still watched. The variance of log S is Greenwood's (1926), sum of d_i / (n_i (n_i - d_i)); the interval is
    pointwise, symmetric for log(-log S), and so stays within 0 and 1 (Kalbfleisch & Prentice 1980). ``durations`` in
    any unit of time, ``happened`` false where the watching ended first; who is censored at t counts as at risk at t.

    Returns a row for each time at which something ended: ``time, at_risk, events, censored, estimate, low, high``;
    where S is 0 or 1 the interval does not exist. Raises ValueError for lengths that differ or missing durations.
    """
    time, event = np.asarray(durations, float), np.asarray(happened, bool)
    if time.shape != event.shape or np.isnan(time).any():
        raise ValueError("durations and happened need the same length, and no duration may be missing")
    at, place = np.unique(time, return_inverse=True)
    events = np.bincount(place, weights=event, minlength=len(at)) if len(at) else np.zeros(0)
    ended = np.bincount(place, minlength=len(at)) if len(at) else np.zeros(0)
    at_risk = ended[::-1].cumsum()[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - events / at_risk)
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
    low, high = _log_log(survival, variance, level)
    return pd.DataFrame(
        {"time": at, "at_risk": at_risk.astype(int), "events": events.astype(int)}
        | {"censored": (ended - events).astype(int), "estimate": survival, "low": low, "high": high}
    )


def half_of_the_programme(spells: pd.DataFrame) -> int:
    """Half of the programme's days, at least one: the time within which coming again is counted; 0 without days."""
    return max(1, int(spells["day"].max()) // 2) if len(spells) else 0


def coming_again(spells: pd.DataFrame, attendance: int = 1) -> pd.DataFrame:
    """The share who have come again by each day of activity after their first (or ``attendance``-th) one.

    ``spells`` from :func:`waits`. The estimate is 1 - S of :func:`product_limit`, ``at_risk`` the people still watched
    and not yet back on that day, n everybody who came so often; columns ``days, at_risk, events, censored, estimate,
    low, high, n``. It holds if those who came late are like those who came early.
    """
    mine = spells[spells["attendance"] == attendance]
    curve = product_limit(mine["wait"], mine["again"])
    curve = curve[curve["time"] > 0].rename(columns={"time": "days"}).astype({"days": int})
    curve["estimate"], curve["low"], curve["high"] = (
        1 - curve["estimate"],
        1 - curve["high"],
        1 - curve["low"],
    )
    return curve.assign(n=len(mine)).reset_index(drop=True)


def coming_again_by_attendance(spells: pd.DataFrame, within: int, most: int = 6) -> pd.DataFrame:
    """Of those who came once, twice ... ``most`` times: the share who came again within ``within`` days of activity.

    Columns ``times``, the estimate (1 - S of :func:`product_limit`) and n, the people who came so often. Nothing
    is estimated where fewer than 20 of them came so often early enough to be watched for ``within`` days.
    """
    rows, end = [], spells["day"].max()
    for k in range(1, most + 1):
        mine = spells[spells["attendance"] == k]
        if mine.empty:
            break
        rows.append({"times": k} | _within(mine, within, end))
    return pd.DataFrame(rows, columns=["times", *_ESTIMATE])


def coming_again_by_group(
    spells: pd.DataFrame, attributes: pd.DataFrame, names: Sequence[str], within: int, least: int = 1
) -> pd.DataFrame:
    """The share who came again within ``within`` days of activity after their first one, by group.

    Only people whose attribute is known; groups under ``least`` go together; under 20 people who came early enough to
    be watched for so long nothing is estimated. Whether groups differ is not read from which intervals overlap.
    Columns ``attribute, value`` and the estimate.
    """
    first, end = spells[spells["attendance"] == 1].set_index("person"), spells["day"].max()
    rows = []
    for attribute in names:
        values = attributes[(attributes["attribute"] == attribute) & (attributes["value"].fillna("") != "")]
        values = values[values["id"].isin(first.index)].drop_duplicates("id").set_index("id")["value"]
        group = fold_small_groups(values, least)
        for value, part in first.join(group.rename("value"), how="inner").groupby("value", observed=True):
            rows.append({"attribute": attribute, "value": value} | _within(part, within, end))
    return pd.DataFrame(rows, columns=["attribute", "value", *_ESTIMATE])


def still_coming(spells: pd.DataFrame, within: int, most: int = 10) -> pd.DataFrame:
    """Of all who came once, the share who go on to a second, third ... time, each within ``within`` days of the last.

    The retention curve by number: after the k-th time it is p_1 p_2 ... p_k, p_j as in
    :func:`coming_again_by_attendance`; the variances of log p_j add up as Greenwood's do, the interval is log-log.
    Columns ``times`` (k + 1, from 2) and the estimate; n is the people who came k times. It ends before the first
    p_j that cannot be estimated or is 0.
    """
    share, variance, rows, end = 1.0, 0.0, [], spells["day"].max()
    for k in range(1, most):
        mine = spells[spells["attendance"] == k]
        curve = _watched(mine, within, end)
        if curve.empty or curve["estimate"].iloc[-1] == 1:
            break
        not_back, n, d = float(curve["estimate"].iloc[-1]), curve["at_risk"], curve["events"]
        # delta method: var(log p) = (S / p)^2 G with p = 1 - S and Greenwood's G = var(log S); nought where all came
        if not_back > 0:
            variance += (not_back / (1 - not_back)) ** 2 * float((d / (n * (n - d))).sum())
        share *= 1 - not_back
        lost = np.array([1 - share])  # the interval of its complement, so that the first row is that of p_1
        with np.errstate(divide="ignore", invalid="ignore"):
            high, low = _log_log(lost, variance * (share / lost) ** 2, 0.95)
        rows.append(
            {"times": k + 1, "estimate": share, "low": 1 - low[0], "high": 1 - high[0], "n": len(mine)}
            | {"unit": mark("share"), "method": CHAINED, "note": ALL_OR_NOBODY if np.isnan(low[0]) else ""}
        )
    return pd.DataFrame(rows, columns=["times", *_ESTIMATE])


def coarse_steps(curve: pd.DataFrame, least: int) -> pd.DataFrame:
    """:func:`coming_again` for a public report: its steps put together until each stands for ``least`` people.

    A step of the curve is a person who came again. A day stays where at least ``least`` people came again since the
    day shown before and as many are still watched; shares are in whole per cent, and the numbers at risk, whose
    differences are single people, are dropped. With ``least`` 1 or less nothing changes.
    """
    if least <= 1:
        return curve
    kept, events = [], 0
    for position, row in enumerate(curve.to_dict("records")):
        events += row["events"]
        if events >= least and row["at_risk"] >= least:
            kept.append(position)
            events = 0
    coarse = curve.iloc[kept].reset_index(drop=True)
    return coarse[["days", "estimate", "low", "high", "n"]].round({"estimate": 2, "low": 2, "high": 2})


def coarse_numbers(by_attendance: pd.DataFrame, least: int) -> pd.DataFrame:
    """A table by number of attendances without the rows whose n differs from the row before by 1 to ``least`` - 1.

    For a public report: that difference is the number of people who came exactly so often.
    """
    kept, before = [], None
    for position, n in enumerate(by_attendance["n"]):
        if before is None or n == before or before - n >= least:
            kept.append(position)
            before = n
    return by_attendance.iloc[kept].reset_index(drop=True)


_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def _watched(mine: pd.DataFrame, within: int, end: int) -> pd.DataFrame:
    """The product-limit curve up to ``within`` days; empty where fewer than 20 people came early enough for that."""
    curve = product_limit(mine["wait"], mine["again"])
    early = int((mine["day"] + within <= end).sum())
    return curve[curve["time"].between(0, within)] if early >= LEAST else curve.iloc[:0]


def _within(mine: pd.DataFrame, within: int, end: int) -> dict:
    """The row of estimates of one group's share who came again within so many days."""
    row = {"estimate": np.nan, "low": np.nan, "high": np.nan, "n": len(mine)}
    row |= {"unit": mark("share"), "method": METHOD, "note": FEW}
    curve = _watched(mine, within, end)
    if curve.empty:
        return row
    last = curve.iloc[-1]
    row |= {"estimate": 1 - last["estimate"], "low": 1 - last["high"], "high": 1 - last["low"]}
    return row | {"note": ALL_OR_NOBODY if np.isnan(last["low"]) else ""}


def _log_log(share: np.ndarray, variance: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The bounds of a share whose logarithm has this variance, symmetric for log(-log share); NaN at 0 and 1."""
    z = stats.norm.ppf(0.5 + level / 2)
    inside = (share > 0) & (share < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z * np.sqrt(variance) / np.abs(np.log(share))
        bounds = (share ** np.exp(sign * half) for sign in (1, -1))
        low, high = (np.where(inside, bound, np.nan) for bound in bounds)  # 1 to the power of NaN would be 1
    return low, high
