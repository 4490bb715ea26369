"""Urgency and gravity of needs, and which of them a declared rule calls an emergency."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.ballots import ballots_of, rounds_of
from hubanalysis.metrics.concordance import points_change
from hubanalysis.metrics.intervals import mean_interval, share_interval

__all__ = [
    "asked_by_area",
    "emergency_signals",
    "named_emergencies",
    "rated_change",
    "ratings_by_need",
    "shares_first",
]

_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]
TOO_FEW = mark("Fewer than two voters: no interval can be given.")


def ratings_by_need(ratings: pd.DataFrame) -> pd.DataFrame:
    """Mean urgency and mean gravity of each need by round, in the scale's points, t interval; ``n`` who rated it."""
    rows = []
    for round_ in rounds_of(ratings):
        own = ratings[ratings["round"] == round_]
        for need in sorted(own["need"].astype(str).unique()):
            for measure in ("urgency", "gravity"):
                values = own.loc[own["need"].astype(str) == need, measure].dropna().to_numpy(float)
                note = "" if len(values) > 1 else TOO_FEW
                tail = (len(values), mark("points"), mark("mean, t interval"), note)
                rows.append((round_, need, measure, *mean_interval(values), *tail))
    return pd.DataFrame(rows, columns=["round", "need", "measure", *_ESTIMATE])


def rated_change(ratings: pd.DataFrame, measure: str = "urgency") -> pd.DataFrame:
    """Change of a need's urgency (or gravity) between consecutive rounds, for those who rated it in both.

    Paired t interval; positive: it rose. ``p_adjusted`` by Benjamini-Hochberg over the needs.
    """
    columns = ["round_from", "round_to", "need", *_ESTIMATE[:5], "p", "p_adjusted", "method", "note"]
    wide = ratings.assign(need=ratings["need"].astype(str)).pivot_table(
        index=["voter", "need"], columns="round", values=measure
    )
    frames = []
    rounds = [r for r in rounds_of(ratings) if r in wide.columns]
    for first, second in pairwise(rounds):
        rows = []
        difference = (wide[second] - wide[first]).dropna()
        for need, own in difference.groupby(level="need"):
            moved = len(own) > 1 and np.ptp(own) > 0
            p = float(stats.ttest_1samp(own, 0).pvalue) if moved else np.nan
            tail = (mark("points"), p, np.nan, mark("paired t interval"), "" if len(own) > 1 else TOO_FEW)
            rows.append((first, second, need, *mean_interval(own), len(own), *tail))
        frame = pd.DataFrame(rows, columns=columns)
        tested = frame["p"].notna()
        if tested.any():
            frame.loc[tested, "p_adjusted"] = stats.false_discovery_control(frame.loc[tested, "p"])
        frames.append(frame.sort_values("estimate", ascending=False, kind="stable"))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def shares_first(rankings: pd.DataFrame, needs: list[str], places: int = 3) -> pd.DataFrame:
    """Share of voters that put a need among their first ``places``, by round; Wilson interval, ``n`` voters."""
    rows = []
    for round_ in rounds_of(rankings):
        ballots = ballots_of(rankings, needs, round_)
        n = len(ballots.voters)
        for need, column in zip(needs, ballots.ranks.T, strict=True):
            count = int((column <= places).sum())
            tail = (n, mark("share"), mark("share of voters, Wilson interval"), "")
            rows.append((round_, need, *share_interval(count, n), *tail))
    return pd.DataFrame(rows, columns=["round", "need", *_ESTIMATE])


def asked_by_area(rankings: pd.DataFrame, needs: pd.DataFrame, places: int = 3) -> pd.DataFrame:
    """Share of voters of the last round that put at least one need of an area among their first ``places``.

    ``needs`` is the table of needs, with the area each belongs to; needs without an area do not count. Wilson interval,
    ``n`` voters.
    """
    columns = ["area", *_ESTIMATE]
    rounds = rounds_of(rankings)
    areas = [area for area in pd.unique(needs["area"].dropna().astype(str)) if area]
    if not rounds:
        return pd.DataFrame(columns=columns)
    order = needs["need"].astype(str).tolist()
    ballots = ballots_of(rankings, order, rounds[-1])
    belongs = needs["area"].astype(object).to_numpy()
    rows = []
    for area in areas:
        count = int((ballots.ranks[:, belongs == area] <= places).any(axis=1).sum())
        n = len(ballots.voters)
        tail = (n, mark("share"), mark("share of voters, Wilson interval"), "")
        rows.append((area, *share_interval(count, n), *tail))
    return pd.DataFrame(rows, columns=columns)


def emergency_signals(
    rankings: pd.DataFrame,
    ratings: pd.DataFrame,
    needs: list[str],
    *,
    places: int = 3,
    rare: float = 1 / 3,
) -> pd.DataFrame:
    """Which needs a majority order may hide: a declared rule on three signals, for the last round.

    ``rare``: fewer than this share of voters put it among their first ``places`` (the whole interval lies below).
    ``grave``: those who rated it find it graver than the average need (the whole interval lies above the mean of the
    needs' means). ``rising``: its points or its urgency rose since the round before, adjusted p below .05.
    ``signal``: ``rare_and_grave``, ``rising``, ``both``, or ``none``. ``share`` and ``gravity`` are what the signals
    were read from, ``n`` the voters of the last round. A signal asks for a closer look; it is not a measurement.
    """
    columns = ["need", "share", "gravity", "rare", "grave", "rising", "signal", "n"]
    rounds = rounds_of(rankings)
    if not rounds:
        return pd.DataFrame(columns=columns)
    last = rounds[-1]
    first_places = shares_first(rankings, needs, places).query("round == @last").set_index("need")
    gravity = ratings_by_need(ratings).query("round == @last and measure == 'gravity'").set_index("need")
    middle = gravity["estimate"].mean()
    rising = set()
    for change in (points_change(rankings, needs), rated_change(ratings)):
        rose = (change["round_to"] == last) & (change["estimate"] > 0) & (change["p_adjusted"] < 0.05)
        rising |= set(change.loc[rose, "need"])
    rows = []
    for need in needs:
        is_rare = bool(first_places.at[need, "high"] < rare)
        is_grave = need in gravity.index and bool(gravity.at[need, "low"] > middle)
        hidden, rose = is_rare and is_grave, need in rising
        signal = "both" if hidden and rose else "rare_and_grave" if hidden else "rising" if rose else "none"
        share, grave = first_places.at[need, "estimate"], gravity["estimate"].get(need, np.nan)
        rows.append((need, share, grave, is_rare, is_grave, rose, signal, int(first_places.at[need, "n"])))
    return pd.DataFrame(rows, columns=columns)


def named_emergencies(emergencies: pd.DataFrame, voters: pd.DataFrame) -> pd.DataFrame:
    """Share of the voters of a round that named an emergency in their own words, Wilson interval, ``n`` voters.

    Empty where nobody named one in any round: then the question was most likely not put.
    """
    rows = []
    if emergencies.empty:
        return pd.DataFrame(rows, columns=["round", *_ESTIMATE])
    for round_ in rounds_of(voters):
        asked = voters.loc[voters["round"] == round_, "voter"].nunique()
        own = emergencies[
            (emergencies["round"] == round_) & emergencies["text"].fillna("").str.strip().ne("")
        ]
        named = own["voter"].nunique()
        tail = (asked, mark("share"), mark("share of voters, Wilson interval"), "")
        rows.append((round_, *share_interval(named, asked), *tail))
    return pd.DataFrame(rows, columns=["round", *_ESTIMATE])
