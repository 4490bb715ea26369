"""Do the voters agree with each other (consensus), and do they hold to their order (stability)?

The two are reported apart: in a Delphi a group may be of one mind and change it, or hold firm and stay divided.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import TOO_FEW, ballots_of, rounds_of
from hubanalysis.metrics.intervals import mean_interval

__all__ = ["consensus", "kendall_w", "points_change", "stability"]

_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]
NO_SECOND = mark("Nobody voted in both rounds.")


def kendall_w(ranks: np.ndarray) -> float:
    """Kendall's coefficient of concordance with ties: 12 S / (m^2 (n^3 - n) - m sum T), 0 to 1.

    ``ranks`` are m voters x n needs, ties at their mean rank; S the sum of squared deviations of the needs' rank sums
    from their mean, T the sum of t^3 - t over a voter's groups of t tied needs (Kendall and Babington Smith 1939;
    Siegel and Castellan 1988). NaN with fewer than two voters or needs, or where every voter ties everything.
    """
    m, n = ranks.shape
    if m < 2 or n < 2:
        return np.nan
    sums = ranks.sum(axis=0)
    ties = sum(float((t**3 - t).sum()) for t in (np.unique(row, return_counts=True)[1] for row in ranks))
    most = m**2 * (n**3 - n) - m * ties
    return float(12 * ((sums - sums.mean()) ** 2).sum() / most) if most > 0 else np.nan


def consensus(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """Kendall's W by round: 0 (no agreement beyond chance) to 1 (all the same order), ``n`` voters.

    The interval is W ± t times its jackknife standard error over voters, cut to 0..1; a bootstrap would set a voter
    beside its own copy and feign agreement. ``p``: chi-squared m (n - 1) W against no agreement at all.
    """
    rows = []
    for round_ in rounds_of(rankings):
        ranks = ballots_of(rankings, needs, round_).completed
        m = len(ranks)
        value = kendall_w(ranks) if m else np.nan
        low = high = np.nan
        if m >= 3 and np.isfinite(value):
            without = np.array([kendall_w(np.delete(ranks, i, axis=0)) for i in range(m)])
            error = np.sqrt((m - 1) / m * ((without - without.mean()) ** 2).sum())
            half = stats.t.ppf(0.975, m - 1) * error
            low, high = max(0.0, value - half), min(1.0, value + half)
        p = (
            float(stats.chi2.sf(m * (len(needs) - 1) * value, len(needs) - 1))
            if np.isfinite(value)
            else np.nan
        )
        tail = (mark("Kendall's W"), p, mark("Kendall's W, jackknife interval"), "" if m >= 3 else TOO_FEW)
        rows.append((round_, value, low, high, m, *tail))
    return pd.DataFrame(
        rows, columns=["round", "estimate", "low", "high", "n", "unit", "p", "method", "note"]
    )


def stability(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """How far voters hold to their order from one round to the next: mean Kendall tau-b of a voter with herself.

    -1 (turned round) to 1 (the same), t interval over the voters of both rounds (``n``).
    """
    rows = []
    for first, second, before, after in _followed(rankings, needs):
        taus = [
            stats.kendalltau(a, b).statistic for a, b in zip(before.completed, after.completed, strict=True)
        ]
        value, low, high = mean_interval(taus)
        n = int(np.isfinite(taus).sum()) if taus else 0
        tail = (
            mark("Kendall's tau"),
            mark("mean tau of a voter with herself, t interval"),
            "" if n else NO_SECOND,
        )
        rows.append((first, second, value, low, high, n, *tail))
    return pd.DataFrame(rows, columns=["round_from", "round_to", *_ESTIMATE])


def points_change(rankings: pd.DataFrame, needs: list[str]) -> pd.DataFrame:
    """Change of each need's mean Borda points between consecutive rounds, for the voters of both: paired t interval.

    Positive: the need rose. ``n`` voters of both rounds; ``p`` of the paired t test and ``p_adjusted`` by
    Benjamini-Hochberg over the needs, for nobody said beforehand which need would rise.
    """
    columns = ["round_from", "round_to", "need", *_ESTIMATE[:5], "p", "p_adjusted", "method", "note"]
    frames = []
    for first, second, before, after in _followed(rankings, needs):
        difference = after.points - before.points
        n = len(difference)
        rows = []
        for j, need in enumerate(needs):
            value, low, high = mean_interval(difference[:, j]) if n else (np.nan,) * 3
            moved = n > 1 and np.ptp(difference[:, j]) > 0
            p = float(stats.ttest_1samp(difference[:, j], 0).pvalue) if moved else np.nan
            method, note = mark("paired t interval"), "" if n else NO_SECOND
            rows.append((first, second, need, value, low, high, n, mark("points"), p, np.nan, method, note))
        frame = pd.DataFrame(rows, columns=columns)
        tested = frame["p"].notna()
        if tested.any():
            frame.loc[tested, "p_adjusted"] = stats.false_discovery_control(frame.loc[tested, "p"])
        frames.append(frame.sort_values("estimate", ascending=False, kind="stable"))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _followed(rankings: pd.DataFrame, needs: list[str]):
    """Each pair of consecutive rounds, and the ballots of those who voted in both."""
    rounds = rounds_of(rankings)
    for first, second in pairwise(rounds):
        before, after = ballots_of(rankings, needs, first), ballots_of(rankings, needs, second)
        both = sorted(set(before.voters) & set(after.voters))
        yield first, second, before.of(both), after.of(both)
