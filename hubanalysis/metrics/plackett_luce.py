"""Plackett-Luce: how likely each need is to be put first, from whole, truncated and tied rankings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import TOO_FEW, Ballots, ballots_of, draws_of_voters, rounds_of

__all__ = ["chances_of_first", "plackett_luce"]

#: Comparisons won and lost by each need against a need nobody asked about: without them one that is always first would
#: have an endless worth (Turner, van Etten, Firth & Kosmidis 2020, Computational Statistics 35, 1027-1057).
PSEUDO = 0.5
MOST_STEPS = 100
LONGEST_STEP = 2.0
SMALLEST_STEP = 1e-7


def plackett_luce(ranks: np.ndarray, weights: np.ndarray | None = None, pseudo: float = PSEUDO) -> np.ndarray:
    """The worths of the needs, replicates x needs, each row adding up to 1: the model's chance to be put first.

    A ranking is a row of choices: the first among all, the second among those left (Luce 1959; Plackett 1975).
    ``ranks`` is voters x needs (1 first, NaN not ranked: left over in every choice, never chosen), ``weights``
    replicates x voters (how often each is counted; once by default). Needs tied at one rank were chosen one after the
    other in an order nobody knows: Efron's approximation (1977). Maximum likelihood (the log likelihood is
    concave: Hunter 2004, Annals of Statistics 32, 384-406), with ``pseudo`` comparisons won and lost by every need
    against one of worth 1 outside the list; with 0 of them a need that nobody ever beat has no finite worth.
    """
    ranks = np.asarray(ranks, dtype=float)
    voters, n = ranks.shape
    weights = np.ones((1, voters)) if weights is None else np.asarray(weights, dtype=float)
    chosen, sets, counts = _choices(ranks)
    wins, times = weights @ chosen + pseudo, weights @ counts
    pairs = (sets[:, :, None] * sets[:, None, :]).reshape(len(sets), -1)
    # everybody's worths first: the draws of voters lie near them
    start = _climb(np.zeros((1, n)), wins[:1], times[:1], sets, pairs, pseudo)
    logs = np.vstack(
        [start, _climb(np.repeat(start, len(wins) - 1, 0), wins[1:], times[1:], sets, pairs, pseudo)]
    )
    worth = np.exp(logs - logs.max(axis=1, keepdims=True))
    return worth / worth.sum(axis=1, keepdims=True)


def _climb(logs, wins, times, sets, pairs, pseudo: float) -> np.ndarray:
    """Newton's steps on the log worths, each no longer than LONGEST_STEP: the likelihood has one summit."""
    n = logs.shape[1]
    for _ in range(MOST_STEPS if len(logs) else 0):
        worth = np.exp(logs)
        total = worth @ sets.T
        each = times / total
        outside = 2 * pseudo * worth / (1 + worth)
        slope = wins - worth * (each @ sets) - outside
        bend = -(worth[:, :, None] * worth[:, None, :]) * ((each / total) @ pairs).reshape(-1, n, n)
        bend[:, np.arange(n), np.arange(n)] += worth * (each @ sets) + outside / (1 + worth)
        if not pseudo:
            bend += 1.0  # worths are known up to a factor: keep their sum of logs where it is
        step = np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        logs = logs + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))
        if longest.max() < SMALLEST_STEP:
            break
    return logs


def _choices(ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What was chosen (voters x needs), from which sets (sets x needs), how often by whom (voters x sets)."""
    voters, n = ranks.shape
    chosen = np.zeros((voters, n))
    place: dict[tuple, int] = {}
    sets: list[np.ndarray] = []
    used: list[tuple[int, int]] = []
    bits = [
        1 << j for j in range(n)
    ]  # a set of needs as one number: looked up for every choice of every voter
    for voter, row in enumerate(ranks.tolist()):
        tiers: dict[float, list[int]] = {}
        for need, rank in enumerate(row):
            if rank == rank:
                tiers.setdefault(rank, []).append(need)
        left = (1 << n) - 1
        for rank in sorted(tiers):
            tied, many = tiers[rank], len(tiers[rank])
            if left.bit_count() - many + 1 < 2 and many == 1:
                continue  # the last one left is no choice
            tier = sum(bits[need] for need in tied)
            for k in range(many):
                key = (left, tier if k else 0, k, many if k else 1)
                if key not in place:
                    place[key] = len(sets)
                    among = np.array([1.0 if left & bit else 0.0 for bit in bits])
                    among[tied] -= k / many
                    sets.append(among)
                used.append((voter, place[key]))
            chosen[voter, tied] += 1
            left &= ~tier
    counts = np.zeros((voters, max(len(sets), 1)))
    if used:
        np.add.at(counts, tuple(np.array(used).T), 1)
    return chosen, np.array(sets) if sets else np.ones((1, n)), counts


def chances_of_first(
    rankings: pd.DataFrame, needs: list[str], *, replicates: int = 1000, seed: int = 2022
) -> pd.DataFrame:
    """The Plackett-Luce chance of each need to be put first, by round: a share, with a bootstrap interval over voters.

    Where Borda's points tell of places, this tells how far the first stands from the second. ``n`` voters; needs in
    order of chance.
    """
    rows = []
    for round_ in rounds_of(rankings):
        ballots: Ballots = ballots_of(rankings, needs, round_)
        n = len(ballots.voters)
        worth = plackett_luce(ballots.ranks, draws_of_voters(n, replicates if n >= 3 else 0, seed))
        drawn = worth[1:]
        low, high = (
            np.percentile(drawn, [2.5, 97.5], axis=0) if len(drawn) else np.full((2, len(needs)), np.nan)
        )
        note = "" if n >= 3 else TOO_FEW
        for j in np.argsort(-worth[0], kind="stable"):
            method = mark("Plackett-Luce, voters resampled")
            rows.append((round_, needs[j], worth[0, j], low[j], high[j], n, "share", method, note))
    columns = ["round", "need", "estimate", "low", "high", "n", "unit", "method", "note"]
    return pd.DataFrame(rows, columns=columns)
