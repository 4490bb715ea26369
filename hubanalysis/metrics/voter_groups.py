"""Do services and territories order the needs differently?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import ballots_of, rounds_of

__all__ = ["group_differences", "group_sizes", "likeness_within_groups", "members_of", "welch"]

_COLUMNS = [
    *("round", "group", "value", "need"),
    *("estimate", "low", "high", "n", "unit", "p", "p_adjusted", "method", "note"),
]
NO_SPREAD = mark("All voters say the same: no interval can be given.")
ALONE = mark("no two voters in one group, or all in one: not compared")
NO_INTERVAL = mark("a permutation test: no interval of the estimate")
SMALL = mark("Not shown: the group, or those outside it, are fewer than {threshold}.")


def group_sizes(voters: pd.DataFrame) -> pd.DataFrame:
    """Voters of each group by round: counts."""
    columns = ["round", "group", "value", "n"]
    known = voters.dropna(subset=["group", "value"])
    if known.empty:
        return pd.DataFrame(columns=columns)
    counts = known.groupby(["round", "group", "value"], observed=True)["voter"].nunique()
    return counts.rename("n").reset_index()[columns]


def members_of(voters: pd.DataFrame, round_: int, group: str, value: str) -> frozenset[str]:
    """The voters of a round whose ``group`` is ``value``."""
    own = voters[(voters["round"] == round_) & (voters["group"] == group) & (voters["value"] == value)]
    return frozenset(own["voter"].astype(str))


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
            compared = welch(mine.to_numpy(float), others.to_numpy(float))
            rows.append(base | {"need": need, "note": ""} | compared)
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    numbers = ["estimate", "low", "high", "p", "p_adjusted"]
    frame[numbers] = frame[numbers].astype(float)
    tested = frame["p"].notna()
    if tested.any():
        frame.loc[tested, "p_adjusted"] = stats.false_discovery_control(frame.loc[tested, "p"])
    return frame


def likeness_within_groups(
    rankings: pd.DataFrame, voters: pd.DataFrame, needs: list[str], *, draws: int = 1999, seed: int = 2022
) -> pd.DataFrame:
    """Do voters of one service (territory) order the needs more alike than voters of different ones? Last round.

    ``estimate`` is the mean Kendall tau-b of two voters of the same group minus that of two voters of different groups
    (-2 to 2; above 0: more alike within); ``p`` how often a shuffling of the voters between the groups gives as much,
    two-sided, ``chance_low, chance_high`` the middle 95 % of the shufflings. One row a grouping, ``n`` voters. It tells
    of the groups as a whole and of none of them, so that small ones can be in it. No interval of the estimate is given:
    two voters who share a third are not independent.
    """
    columns = [
        "group",
        "estimate",
        "low",
        "high",
        "chance_low",
        "chance_high",
        "n",
        "unit",
        "p",
        "method",
        "note",
    ]
    rounds = rounds_of(rankings)
    rows = []
    if rounds and len(voters):
        ballots = ballots_of(rankings, needs, rounds[-1])
        ranks, names = ballots.completed, np.array(ballots.voters)
        own = voters[(voters["round"] == rounds[-1])].dropna(subset=["group", "value"])
        for group, members in own.groupby("group", observed=True):
            value = (
                members.drop_duplicates("voter").set_index(members["voter"].astype(str))["value"].astype(str)
            )
            known = np.isin(names, value.index)
            rows.append((group, *_likeness(ranks[known], value.loc[names[known]].to_numpy(), draws, seed)))
    return pd.DataFrame(rows, columns=columns)


def _likeness(ranks: np.ndarray, value: np.ndarray, draws: int, seed: int) -> tuple:
    codes, n = pd.factorize(value)[0], len(value)
    first, second = np.triu_indices(n, 1)
    tail = (n, mark("Kendall's tau"), np.nan, mark("mean tau within minus between groups, permutation"))
    same = codes[first] == codes[second]
    if not same.any() or same.all():
        return (np.nan,) * 5 + (*tail, ALONE)
    sign = np.sign(ranks[:, :, None] - ranks[:, None, :]).reshape(n, -1)
    norm = np.sqrt((sign**2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        tau = np.nan_to_num((sign @ sign.T) / (norm[:, None] * norm))
    pairs = tau[first, second]

    def gap(group: np.ndarray) -> float:
        alike = group[first] == group[second]
        return float(pairs[alike].mean() - pairs[~alike].mean())

    rng = np.random.default_rng(seed)
    seen = gap(codes)
    chance = np.array([gap(rng.permutation(codes)) for _ in range(draws)])
    p = (1 + int((np.abs(chance - chance.mean()) >= abs(seen - chance.mean()) - 1e-12).sum())) / (draws + 1)
    low, high = np.quantile(chance, [0.025, 0.975])
    return (seen, np.nan, np.nan, float(low), float(high), n, tail[1], p, tail[3], NO_INTERVAL)


def welch(mine: np.ndarray, others: np.ndarray) -> dict:
    """Difference of means (the first minus the second) with Welch's interval and p.

    Without either, and with a note, where nobody differs from anybody. At least two values on each side.
    """
    difference = float(mine.mean() - others.mean())
    parts = np.array([mine.var(ddof=1) / len(mine), others.var(ddof=1) / len(others)])
    if not parts.sum() > 0:
        return {"estimate": difference, "low": np.nan, "high": np.nan, "p": np.nan, "note": NO_SPREAD}
    freedom = parts.sum() ** 2 / (parts**2 / np.array([len(mine) - 1, len(others) - 1])).sum()
    error = np.sqrt(parts.sum())
    half = stats.t.ppf(0.975, freedom) * error
    p = float(2 * stats.t.sf(abs(difference) / error, freedom))
    return {"estimate": difference, "low": difference - half, "high": difference + half, "p": p}
