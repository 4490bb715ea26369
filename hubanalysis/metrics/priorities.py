"""From ballots to an order of needs: Borda, Schulze, Kemeny, Plackett-Luce, with bootstrap intervals of rank."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import TOO_FEW, Ballots, ballots_of, draws_of_voters, rounds_of
from hubanalysis.metrics.plackett_luce import plackett_luce

__all__ = [
    "KEMENY_MOST",
    "RULES",
    "borda_scores",
    "collective_rankings",
    "kemeny_ranks",
    "rules_side_by_side",
    "schulze_ranks",
]

#: More needs than this make an exact Kemeny order too slow.
KEMENY_MOST = 12
RULES = ("borda", "schulze", "kemeny", "plackett_luce")

_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]
TOO_MANY = mark("Too many needs for an exact Kemeny order.")


def _borda_ranks(points: np.ndarray) -> np.ndarray:
    """Ranks (1 best, ties the better rank) of mean points, replicates x needs."""
    return stats.rankdata(-np.round(points, 9), method="min", axis=-1)


def schulze_ranks(counts: np.ndarray) -> np.ndarray:
    """Ranks by Schulze's strongest paths, winning votes (Schulze 2011, Social Choice and Welfare 36, 267-303).

    ``counts[..., i, j]`` voters put i before j. The strength of a link is its votes where it wins, else 0; of a path
    its weakest link. i is better than j where its strongest path is stronger; a need's rank is one more than the needs
    better than it.
    """
    strength = np.where(counts > np.swapaxes(counts, -1, -2), counts, 0.0)
    n = strength.shape[-1]
    for k in range(n):
        through = np.minimum(strength[..., :, k, None], strength[..., None, k, :])
        strength = np.maximum(strength, through)
    strength[..., np.arange(n), np.arange(n)] = 0
    better = np.swapaxes(strength, -1, -2) > strength
    return 1 + better.sum(axis=-1)


def kemeny_ranks(counts: np.ndarray) -> np.ndarray:
    """Ranks in the order that contradicts the fewest pairwise preferences (Kemeny 1959), exact.

    ``counts`` replicates x needs x needs. Dynamic programming over the sets of needs that may stand in the first
    places: O(2^n n) instead of n! orders. Among equally good orders the one that ends with the later need is taken.

    Raises
    ------
    ValueError
        With more than :data:`KEMENY_MOST` needs.
    """
    replicates, n, _ = counts.shape
    if n > KEMENY_MOST:
        raise ValueError(f"an exact Kemeny order of {n} needs is too slow; at the most {KEMENY_MOST}")
    cost = np.full((1 << n, replicates), np.inf)
    cost[0] = 0.0
    last = np.zeros((1 << n, replicates), dtype=np.int8)
    members = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1
    for group in range(1, 1 << n):
        # disagreements with each member if it stands last in the group: those who put it before the other members
        contradicted = counts @ members[group]
        for i in np.flatnonzero(members[group]):
            through = cost[group ^ (1 << int(i))] + contradicted[:, i]
            better = through <= cost[group]
            cost[group] = np.where(better, through, cost[group])
            last[group] = np.where(better, i, last[group])
    ranks = np.empty((replicates, n), dtype=int)
    group = np.full(replicates, (1 << n) - 1)
    here = np.arange(replicates)
    for place in range(n, 0, -1):
        taken = last[group, here]
        ranks[here, taken] = place
        group = group ^ (1 << taken.astype(int))
    return ranks


def _ranks(ballots: Ballots, weights: np.ndarray, rule: str) -> np.ndarray:
    if rule == "borda":
        return _borda_ranks(weights @ ballots.points / weights.sum(axis=1, keepdims=True))
    if rule == "plackett_luce":
        return _borda_ranks(plackett_luce(ballots.ranks, weights))
    n = len(ballots.needs)
    counts = (weights @ ballots.prefers.reshape(len(ballots.voters), -1)).reshape(-1, n, n)
    return schulze_ranks(counts) if rule == "schulze" else kemeny_ranks(counts)


def collective_rankings(
    rankings: pd.DataFrame, needs: list[str], *, rule: str = "borda", replicates: int = 1000, seed: int = 2022
) -> pd.DataFrame:
    """The collective rank of each need by round (1 first), with a bootstrap interval: how firm is the order?

    ``rule`` is ``borda``, ``schulze``, ``kemeny`` or ``plackett_luce``. Voters are drawn again with replacement,
    and the order made anew; the interval holds the middle 95 % of the ranks. ``n`` voters. Needs come in order of rank.

    Raises
    ------
    ValueError
        If ``rule`` is another word.
    """
    if rule not in RULES:
        raise ValueError(f"rule is one of {', '.join(RULES)}, not {rule!r}")
    methods = {
        "borda": mark("Borda, voters resampled"),
        "schulze": mark("Schulze, voters resampled"),
        "kemeny": mark("Kemeny, voters resampled"),
        "plackett_luce": mark("Plackett-Luce, voters resampled"),
    }
    rows = []
    for round_ in rounds_of(rankings):
        ballots = ballots_of(rankings, needs, round_)
        n = len(ballots.voters)
        if rule == "kemeny" and len(needs) > KEMENY_MOST:
            tail = {"n": n, "unit": mark("rank"), "method": methods[rule], "note": TOO_MANY}
            rows += [{"round": round_, "need": need, "estimate": np.nan} | tail for need in needs]
            continue
        ranks = _ranks(ballots, draws_of_voters(n, replicates if n >= 3 else 0, seed), rule)
        low, high = _middle(ranks[1:])
        for j in np.argsort(ranks[0], kind="stable"):
            tail = {"n": n, "unit": mark("rank"), "method": methods[rule], "note": "" if n >= 3 else TOO_FEW}
            row = {"round": round_, "need": needs[j], "estimate": float(ranks[0, j])}
            rows.append(row | {"low": low[j], "high": high[j]} | tail)
    return pd.DataFrame(rows, columns=["round", "need", *_ESTIMATE])


def _middle(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(draws):
        return np.full(draws.shape[1], np.nan), np.full(draws.shape[1], np.nan)
    # a rank that was drawn, not a number between two ranks
    low, high = np.percentile(draws, [2.5, 97.5], axis=0, method="nearest").astype(float)
    return low, high


def borda_scores(
    rankings: pd.DataFrame, needs: list[str], *, replicates: int = 1000, seed: int = 2022
) -> pd.DataFrame:
    """Mean Borda points of each need by round: 0 (last for all) to needs - 1 (first for all), bootstrap interval.

    A voter gives a need as many points as needs stand below it; tied needs share, needs not ranked share the last
    places. ``n`` voters. Needs come in order of points.
    """
    rows = []
    for round_ in rounds_of(rankings):
        ballots = ballots_of(rankings, needs, round_)
        n = len(ballots.voters)
        weights = draws_of_voters(n, replicates if n >= 3 else 0, seed)
        points = weights @ ballots.points / n
        drawn = points[1:]
        low, high = (
            np.percentile(drawn, [2.5, 97.5], axis=0) if len(drawn) else np.full((2, len(needs)), np.nan)
        )
        method, note = mark("mean Borda points, voters resampled"), "" if n >= 3 else TOO_FEW
        for j in np.argsort(-points[0], kind="stable"):
            rows.append((round_, needs[j], points[0, j], low[j], high[j], n, mark("points"), method, note))
    return pd.DataFrame(rows, columns=["round", "need", *_ESTIMATE])


def rules_side_by_side(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """The rank of each need by each of :data:`RULES` in each round, and ``spread``, the widest difference.

    No rule is the right one: where they agree the order does not hang on the rule. ``kemeny`` is missing with more than
    :data:`KEMENY_MOST` needs. ``n`` voters.
    """
    rows = []
    for round_ in rounds_of(rankings):
        ballots = ballots_of(rankings, needs, round_)
        once = np.ones((1, len(ballots.voters)))
        by_rule = {
            rule: _ranks(ballots, once, rule)[0].astype(float)
            if rule != "kemeny" or len(needs) <= KEMENY_MOST
            else np.full(len(needs), np.nan)
            for rule in RULES
        }
        for j in np.lexsort((np.arange(len(needs)), by_rule["borda"])):
            ranks = [by_rule[rule][j] for rule in RULES]
            rows.append((round_, needs[j], *ranks, np.nanmax(ranks) - np.nanmin(ranks), len(ballots.voters)))
    return pd.DataFrame(rows, columns=["round", "need", *RULES, "spread", "n"])
