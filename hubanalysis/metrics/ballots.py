"""Rankings as ballots: truncated and tied ones too, pairwise comparisons, and who wins against all."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import share_interval

__all__ = [
    "TOO_FEW",
    "Ballots",
    "ballots_of",
    "condorcet_winner",
    "draws_of_voters",
    "pairwise_margins",
    "rounds_of",
]

#: Of an order of so few nothing can be drawn again.
TOO_FEW = mark("Fewer than three voters: no interval can be given.")

_MARGINS = [
    "round",
    "need",
    "other_need",
    "prefer",
    "against",
    "margin",
    *("estimate", "low", "high", "n", "unit", "method"),
]


class Ballots:
    """The ballots of one round: ``voters``, ``needs`` and ``ranks`` (voters x needs, 1 first, NaN not ranked)."""

    def __init__(self, voters: list[str], needs: list[str], ranks: np.ndarray):
        self.voters, self.needs, self.ranks = voters, needs, ranks

    @property
    def completed(self) -> np.ndarray:
        """Ranks from 1 to the number of needs: ties share their mean rank, needs not ranked share the last places."""
        if not len(self.voters):
            return self.ranks.copy()
        last = np.where(np.isnan(self.ranks), np.inf, self.ranks)
        return np.vstack([stats.rankdata(row, method="average") for row in last])

    @property
    def points(self) -> np.ndarray:
        """Borda points, voters x needs: needs minus completed rank, so the first of k earns k - 1 and the last 0."""
        return len(self.needs) - self.completed

    @property
    def prefers(self) -> np.ndarray:
        """``prefers[v, i, j]`` is 1 where voter v puts need i before j; a ranked need comes before one not ranked."""
        last = np.where(np.isnan(self.ranks), np.inf, self.ranks)
        return (last[:, :, None] < last[:, None, :]).astype(float)

    def of(self, voters: list[str]) -> Ballots:
        """The ballots of these voters, in this order."""
        place = {voter: i for i, voter in enumerate(self.voters)}
        return Ballots(list(voters), self.needs, self.ranks[[place[v] for v in voters]])


def draws_of_voters(voters: int, replicates: int, seed: int) -> np.ndarray:
    """How often each voter is drawn again, replicates x voters; the first row is the real ballot box."""
    drawn = np.random.default_rng(seed).multinomial(
        voters, np.full(voters, 1 / max(voters, 1)), size=replicates
    )
    return np.vstack([np.ones(voters), drawn])


def rounds_of(frame: pd.DataFrame) -> list[int]:
    """The rounds in a table, in order."""
    return sorted(int(r) for r in frame["round"].dropna().unique())


def ballots_of(rankings: pd.DataFrame, needs: list[str], round_: int) -> Ballots:
    """The ballots of one round. ``needs`` are all the needs that were put to the vote, also those nobody ranked.

    A voter who ranked the same need twice keeps the better rank; a voter who ranked nothing has no ballot.

    Raises
    ------
    ValueError
        If a ranking names a need that was not put to the vote.
    """
    own = rankings[(rankings["round"] == round_) & rankings["rank"].notna()]
    strangers = sorted(set(own["need"].astype(str)) - set(needs))
    if strangers:
        raise ValueError(f"ranked but not put to the vote: {', '.join(strangers)}")
    voters = sorted(own["voter"].astype(str).unique())
    ranks = np.full((len(voters), len(needs)), np.nan)
    if len(own):
        best = own.astype({"voter": str, "need": str}).groupby(["voter", "need"])["rank"].min()
        rows = {voter: i for i, voter in enumerate(voters)}
        columns = {need: j for j, need in enumerate(needs)}
        for (voter, need), rank in best.items():
            ranks[rows[voter], columns[need]] = float(rank)
    return Ballots(voters, list(needs), ranks)


def pairwise_margins(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """Each pair of needs by round: how many voters prefer the one, the other, and the margin between them.

    A row for each ordered pair; ``margin`` is prefer - against. ``estimate`` is the share that prefers ``need`` among
    the voters who tell the two apart (Wilson interval), ``n`` those voters.
    """
    rows = []
    for round_ in rounds_of(rankings):
        counts = ballots_of(rankings, needs, round_).prefers.sum(axis=0)
        for i, need in enumerate(needs):
            for j, other in enumerate(needs):
                if i == j:
                    continue
                prefer, against = int(counts[i, j]), int(counts[j, i])
                share = share_interval(prefer, prefer + against)
                tail = (*share, prefer + against, mark("share"), mark("share of voters, Wilson interval"))
                rows.append((round_, need, other, prefer, against, prefer - against, *tail))
    return pd.DataFrame(rows, columns=_MARGINS)


def condorcet_winner(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """The need that beats every other one in pairs, by round, and its narrowest victory.

    ``need`` is missing where nobody beats all (a cycle or a tie). ``closest_need`` is the other need of the narrowest
    comparison, with its ``margin``; ``n`` voters.
    """
    rows = []
    for round_ in rounds_of(rankings):
        ballots = ballots_of(rankings, needs, round_)
        counts = ballots.prefers.sum(axis=0)
        margins = counts - counts.T
        np.fill_diagonal(margins, np.inf)
        winners = np.flatnonzero((margins > 0).all(axis=1))
        if not len(winners) or len(needs) < 2:
            rows.append((round_, None, None, np.nan, len(ballots.voters)))
            continue
        winner = int(winners[0])
        closest = int(margins[winner].argmin())
        margin = float(margins[winner, closest])
        rows.append((round_, needs[winner], needs[closest], margin, len(ballots.voters)))
    return pd.DataFrame(rows, columns=["round", "need", "closest_need", "margin", "n"])
