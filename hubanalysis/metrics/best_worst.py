"""Best minus worst: how much more often a need is put first than last (Louviere & Woodworth 1990)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import ballots_of, rounds_of
from hubanalysis.metrics.intervals import mean_interval

__all__ = ["best_minus_worst"]


def best_minus_worst(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """The standardised best-worst score of each need by round: (times first - times last) / voters, -1 to 1.

    Of those who ordered all the needs, since only they named a last one; a tie for the first or last place is shared.
    A need many put first and many put last stands at 0, as one nobody notices does: the columns ``put_first`` and
    ``put_last`` (shares) tell them apart. t interval over voters, ``n`` voters; needs in order of score. Rounds in
    which fewer than three voters ordered all the needs are left out.
    """
    columns = [
        "round",
        "need",
        "estimate",
        "low",
        "high",
        "n",
        "put_first",
        "put_last",
        "unit",
        "method",
        "note",
    ]
    rows = []
    for round_ in rounds_of(rankings):
        ballots = ballots_of(rankings, needs, round_)
        ranks = ballots.ranks[~np.isnan(ballots.ranks).any(axis=1)] if len(ballots.voters) else ballots.ranks
        n = len(ranks)
        tail = ("score", mark("best minus worst, t interval over voters"))
        if n < 3:
            continue
        best, worst = (
            (places / places.sum(axis=1, keepdims=True))
            for places in (
                (ranks == ranks.min(axis=1, keepdims=True)).astype(float),
                (ranks == ranks.max(axis=1, keepdims=True)).astype(float),
            )
        )
        scores = best - worst
        for j in np.argsort(-scores.mean(axis=0), kind="stable"):
            shares = (float(best[:, j].mean()), float(worst[:, j].mean()))
            rows.append((round_, needs[j], *mean_interval(scores[:, j]), n, *shares, *tail, ""))
    return pd.DataFrame(rows, columns=columns)
