"""From needs to the next activities: a score of each need by open weights, and what one more activity would cover.

Every score is a sum of criteria that a reader can weigh anew. So beside it stands how far it hangs on the weights: the
places a need takes when each weight moves by up to a half, and the smallest move that turns the first place over.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.coverage import answered_needs, presences_by_activity
from hubanalysis.metrics.intervals import mean_interval

__all__ = [
    "CRITERIA",
    "criteria_of_needs",
    "kinds_by_need",
    "kinds_by_score",
    "need_scores",
    "turning_points",
]

#: What a need can be put first for: where the voters put it, how urgent and how grave they rate it, how little is done.
CRITERIA = ("importance", "urgency", "gravity", "neglect")
#: A weight may be off by half, up or down, and the reader would still call it the same weight.
SMALL_MOVE = 1.5
DRAWS = 2000
NONE_YET = mark("no activity of this kind has answered it so far: no interval")
ONE = mark("one activity of this kind only: no interval")


def criteria_of_needs(points: pd.DataFrame, rated: pd.DataFrame, covered: pd.DataFrame) -> pd.DataFrame:
    """Each need on each criterion, from 0 (least of all needs) to 1 (most): ``need`` and :data:`CRITERIA`.

    ``points`` of ``borda_scores`` and ``rated`` of ``ratings_by_need`` (last round each), ``covered`` of ``coverage``:
    ``neglect`` is 1 where no effort goes to the need and 0 where most goes. A criterion without data is missing (NaN)
    for all needs and counts for nothing.
    """
    columns = ["need", *CRITERIA]
    if points.empty:
        return pd.DataFrame(columns=columns)
    last = points[points["round"] == points["round"].max()]
    frame = pd.DataFrame({"need": last["need"].astype(str), "importance": last["estimate"]}).reset_index(
        drop=True
    )
    for measure in ("urgency", "gravity"):
        own = rated[rated["measure"] == measure] if len(rated) else rated
        own = own[own["round"] == own["round"].max()] if len(own) else own
        values = dict(zip(own["need"].astype(str), own["estimate"], strict=True)) if len(own) else {}
        frame[measure] = frame["need"].map(values).astype(float)
    effort = covered.set_index("need")["effort"].astype(float) if len(covered) else pd.Series(dtype=float)
    frame["neglect"] = -frame["need"].map(effort) if effort.any() else np.nan
    for criterion in CRITERIA:
        frame[criterion] = _unit(frame[criterion].astype(float))
    return frame[columns]


def _unit(values: pd.Series) -> pd.Series:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else values * np.nan


def need_scores(
    criteria: pd.DataFrame, weights: Mapping[str, float], *, draws: int = DRAWS, seed: int = 2022
) -> pd.DataFrame:
    """The needs by their weighted score, and how far their place hangs on the weights.

    ``score`` = sum of weight x criterion over sum of weights, 0 to 1; ``rank`` its place; ``rank_low, rank_high`` the
    places it takes in 95 of 100 draws of the weights, each multiplied by a factor between 2/3 and 3/2 (log-uniform);
    ``first`` the share of draws in which it comes first. It is a range over weights and no interval: who voted is not
    drawn again. Criteria without data are left out; a need without a value on one has no score.

    Raises ValueError for a negative weight, an unknown criterion, or weights that are all 0.
    """
    columns = ["need", "score", "rank", "rank_low", "rank_high", "first"]
    used, w = _weights(criteria, weights)
    if criteria.empty or not used:
        return pd.DataFrame(columns=columns)
    values = criteria[used].to_numpy(dtype=float)
    rng = np.random.default_rng(seed)
    factors = np.exp(rng.uniform(-np.log(SMALL_MOVE), np.log(SMALL_MOVE), size=(draws, len(used))))
    drawn = np.vstack([w, w * factors])
    scores = (drawn @ values.T) / drawn.sum(axis=1, keepdims=True)
    ranks = stats.rankdata(-np.round(scores, 12), method="min", axis=1, nan_policy="omit")
    low, high = np.nanpercentile(ranks[1:], [2.5, 97.5], axis=0, method="nearest")
    frame = pd.DataFrame({"need": criteria["need"], "score": scores[0], "rank": ranks[0]})
    frame["rank_low"], frame["rank_high"], frame["first"] = low, high, (ranks[1:] == 1).mean(axis=0)
    return frame.sort_values(["rank", "need"], kind="stable", ignore_index=True)[columns]


def _weights(criteria: pd.DataFrame, weights: Mapping[str, float]) -> tuple[list[str], np.ndarray]:
    unknown = [name for name in weights if name not in CRITERIA]
    if unknown:
        raise ValueError(f"a weight is one of {', '.join(CRITERIA)}, not {unknown[0]!r}")
    if any(not value >= 0 for value in weights.values()):
        raise ValueError("a weight is 0 or more")
    used = [c for c in CRITERIA if weights.get(c, 0) > 0 and len(criteria) and criteria[c].notna().any()]
    if len(criteria) and not any(value > 0 for value in weights.values()):
        raise ValueError("at least one weight is more than 0")
    return used, np.array([float(weights[c]) for c in used])


def turning_points(criteria: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """The smallest change of one weight that gives the first place to another need: ``criterion, factor, need``.

    ``factor`` is what the weight must be multiplied by (0: even left out); the one nearest to 1 of each criterion, the
    nearest criterion first. Empty where no change of a single weight does it, or fewer than two needs have a score.
    """
    columns = ["criterion", "factor", "need"]
    used, w = _weights(criteria, weights)
    whole = criteria.dropna(subset=used) if used else criteria.head(0)
    if len(whole) < 2 or len(used) < 2:  # one criterion alone has no weight to speak of
        return pd.DataFrame(columns=columns)
    values = whole[used].to_numpy(dtype=float)
    first = int(np.argmax(np.round(values @ w, 12)))
    rows = []
    for k, criterion in enumerate(used):
        lead = (values[first] - values) @ w  # of the first over each need
        through = w[k] * (values[first, k] - values[:, k])
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = 1 - lead / through
        # a factor below 0 is no weight; without a difference on this criterion no factor helps
        factor = np.where(
            (np.arange(len(values)) == first) | ~np.isfinite(factor) | (factor < 0), np.nan, factor
        )
        if np.isnan(factor).all():
            continue
        far = np.abs(np.log(np.maximum(factor, 1e-9)))
        nearest = int(np.nanargmin(far))
        rows.append((criterion, float(factor[nearest]), whole["need"].iloc[nearest], far[nearest]))
    rows.sort(key=lambda row: row[3])
    return pd.DataFrame([row[:3] for row in rows], columns=columns)


def _answers(needs_activities, activities, attendance, needs: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Activities with their ``kind``, and presences weighted by strength, activities x needs."""
    links = answered_needs(needs_activities)
    held = activities[["activity", "kind"]].astype(str)
    strength = links.pivot_table(index="activity", columns="need", values="strength", aggfunc="max")
    strength = strength.reindex(index=held["activity"], columns=needs).fillna(0.0).to_numpy(dtype=float)
    presences = presences_by_activity(attendance).reindex(held["activity"]).to_numpy(dtype=float)
    known = ~np.isnan(presences)  # an activity without a register drew nobody knows how many
    return held[known].reset_index(drop=True), strength[known] * presences[known, None]


def kinds_by_need(
    needs_activities: pd.DataFrame, activities: pd.DataFrame, attendance: pd.DataFrame, needs: list[str]
) -> pd.DataFrame:
    """What one more activity of a kind would bring to each need, going by those of its kind so far.

    ``kind, need, estimate`` (presences weighted by strength: one that half answers a need and draws 40 brings 20),
    ``low, high`` (t interval over the kind's activities), ``n`` activities with a register. It supposes that the next
    is like the others; who would come is not known.
    """
    columns = ["kind", "need", "estimate", "low", "high", "n", "unit", "method", "note"]
    held, brought = _answers(needs_activities, activities, attendance, needs)
    rows = []
    for kind in pd.unique(held["kind"]):
        own = brought[(held["kind"] == kind).to_numpy()]
        for need, values in zip(needs, own.T, strict=True):
            rows.append((kind, need, *_mean(values)))
    return pd.DataFrame(rows, columns=columns)


def _mean(values: np.ndarray) -> tuple:
    if len(values) > 1 and not values.any():
        return (
            0.0,
            np.nan,
            np.nan,
            len(values),
            "presences",
            mark("mean over activities, t interval"),
            NONE_YET,
        )
    estimate, low, high = mean_interval(values)
    low = max(low, 0.0) if low == low else low  # presences are not negative
    method, note = mark("mean over activities, t interval"), ONE if len(values) == 1 else ""
    return estimate, low, high, len(values), "presences", method, note


def kinds_by_score(
    needs_activities: pd.DataFrame,
    activities: pd.DataFrame,
    attendance: pd.DataFrame,
    scores: pd.DataFrame,
) -> pd.DataFrame:
    """The kinds of activity by what one more would bring to the needs, each need counted by its score.

    ``estimate`` = mean over the kind's activities of sum over needs of score x strength x presences, with a t interval;
    ``n`` activities. ``scores`` of :func:`need_scores`. Kinds in order, the most first.
    """
    columns = ["kind", "estimate", "low", "high", "n", "unit", "method", "note"]
    whole = scores.dropna(subset=["score"])
    needs = whole["need"].tolist()
    held, brought = _answers(needs_activities, activities, attendance, needs)
    if not needs or not brought.any():
        return pd.DataFrame(columns=columns)
    weighed = brought @ whole["score"].to_numpy(dtype=float)
    rows = [(kind, *_mean(weighed[(held["kind"] == kind).to_numpy()])) for kind in pd.unique(held["kind"])]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)
