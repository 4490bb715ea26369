"""Positions a majority order hides: who stands against the others' order, and what some few put first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import Ballots, ballots_of, rounds_of
from hubanalysis.metrics.intervals import share_interval

__all__ = ["against_the_others", "minority_needs"]

NOT_TOLD = mark("Fewer than five voters: who stands against the others cannot be told.")
LEAST_VOTERS = 5


def _last(rankings: pd.DataFrame, needs: list[str]) -> tuple[int, Ballots] | None:
    rounds = rounds_of(rankings)
    return (rounds[-1], ballots_of(rankings, needs, rounds[-1])) if rounds else None


def against_the_others(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """Share of the voters of the last round whose order runs against that of all the others together.

    A voter's own order is compared (Kendall's tau-b) with the Borda order of the other voters, herself left out;
    against it is a tau below 0. One row: ``round``, the share with Wilson's interval, ``n`` voters.
    """
    columns = ["round", "estimate", "low", "high", "n", "unit", "method", "note"]
    found = _last(rankings, needs)
    if found is None:
        return pd.DataFrame(columns=columns)
    round_, ballots = found
    n, points = len(ballots.voters), ballots.points
    method = mark("share of voters, Wilson interval")
    if n < LEAST_VOTERS:
        row = (round_, np.nan, np.nan, np.nan, n, "share", method, NOT_TOLD)
        return pd.DataFrame([row], columns=columns)
    others = points.sum(axis=0) - points
    taus = np.array([stats.kendalltau(a, b).statistic for a, b in zip(points, others, strict=True)])
    row = (round_, *share_interval(int((taus < 0).sum()), n), n, "share", method, "")
    return pd.DataFrame([row], columns=columns)


def minority_needs(rankings: pd.DataFrame, needs: list[str], *, places: int = 3) -> pd.DataFrame:
    """Needs in the lower half of the common order that some voters put among their first ``places``.

    Columns ``need, rank`` (Borda, all voters of the last round), the share that put it there with Wilson's interval,
    ``n`` those who did (so that a public report withholds what too few say), ``voters`` all. The largest first.
    """
    columns = ["need", "rank", "estimate", "low", "high", "n", "voters", "unit", "method", "note"]
    found = _last(rankings, needs)
    if found is None:
        return pd.DataFrame(columns=columns)
    _, ballots = found
    total = len(ballots.voters)
    ranks = stats.rankdata(-np.round(ballots.points.mean(axis=0), 9), method="min")
    rows = []
    for j, need in enumerate(needs):
        count = int((ballots.ranks[:, j] <= places).sum())
        if count and ranks[j] > len(needs) / 2:
            tail = ("share", mark("share of voters, Wilson interval"), "")
            rows.append((need, ranks[j], *share_interval(count, total), count, total, *tail))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)
