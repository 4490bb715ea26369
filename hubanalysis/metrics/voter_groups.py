"""Do services and territories order the needs differently?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import ballots_of, rounds_of

__all__ = ["group_differences", "group_sizes"]

_COLUMNS = [
    *("round", "group", "value", "need"),
    *("estimate", "low", "high", "n", "unit", "p", "p_adjusted", "method", "note"),
]
NO_SPREAD = mark("All voters say the same: no interval can be given.")
SMALL = mark("Not shown: the group, or those outside it, are fewer than {threshold}.")


def group_sizes(voters: pd.DataFrame) -> pd.DataFrame:
    """Voters of each group by round: counts."""
    columns = ["round", "group", "value", "n"]
    known = voters.dropna(subset=["group", "value"])
    if known.empty:
        return pd.DataFrame(columns=columns)
    counts = known.groupby(["round", "group", "value"], observed=True)["voter"].nunique()
    return counts.rename("n").reset_index()[columns]


def group_differences(
    rankings: pd.DataFrame, voters: pd.DataFrame, needs: list[str], *, threshold: int = 10
) -> pd.DataFrame:
    """Mean Borda points a group gives a need, minus those of all other voters, in the last round.

    Welch interval; ``n`` voters of the group; ``p_adjusted`` by Benjamini-Hochberg over all comparisons. A group
    under ``threshold``, or with fewer than that outside it, has one row without a number and a note:
    neither the group nor its complement may be told apart.
    """
    rounds = rounds_of(rankings)
    if not rounds or voters.empty:
        return pd.DataFrame(columns=_COLUMNS)
    last = rounds[-1]
    ballots = ballots_of(rankings, needs, last)
    points = pd.DataFrame(ballots.points, index=ballots.voters, columns=needs)
    own = voters[(voters["round"] == last) & voters["voter"].astype(str).isin(points.index)]
    rows = []
    for (group, value), members in own.dropna(subset=["group", "value"]).groupby(
        ["group", "value"], observed=True
    ):
        inside = points.index.isin(members["voter"].astype(str))
        n = int(inside.sum())
        base = {"round": last, "group": group, "value": value, "n": n, "unit": mark("points")}
        base |= {"method": mark("difference of means, Welch interval")}
        if min(n, int((~inside).sum())) < max(threshold, 2):
            rows.append(base | {"need": None, "note": SMALL})
            continue
        for need in needs:
            mine, others = points.loc[inside, need], points.loc[~inside, need]
            compared = _welch(mine.to_numpy(float), others.to_numpy(float))
            rows.append(base | {"need": need, "note": ""} | compared)
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    numbers = ["estimate", "low", "high", "p", "p_adjusted"]
    frame[numbers] = frame[numbers].astype(float)
    tested = frame["p"].notna()
    if tested.any():
        frame.loc[tested, "p_adjusted"] = stats.false_discovery_control(frame.loc[tested, "p"])
    return frame


def _welch(mine: np.ndarray, others: np.ndarray) -> dict:
    """Difference of means with Welch's interval and p; without either where nobody differs from anybody."""
    difference = float(mine.mean() - others.mean())
    parts = np.array([mine.var(ddof=1) / len(mine), others.var(ddof=1) / len(others)])
    if not parts.sum() > 0:
        return {"estimate": difference, "low": np.nan, "high": np.nan, "p": np.nan, "note": NO_SPREAD}
    freedom = parts.sum() ** 2 / (parts**2 / np.array([len(mine) - 1, len(others) - 1])).sum()
    error = np.sqrt(parts.sum())
    half = stats.t.ppf(0.975, freedom) * error
    p = float(2 * stats.t.sf(abs(difference) / error, freedom))
    return {"estimate": difference, "low": difference - half, "high": difference + half, "p": p}
