"""Did it last? The change up to a follow-up wave, of those who answered all the waves it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.intervals import mean_interval, share_interval

__all__ = ["change_at_follow_up", "means_over_waves", "presence_at_follow_up"]

TOO_FEW = mark("fewer than two people answered in all three waves")
NO_SPREAD = mark("every pair has the same value: no interval can be given")
FEW = mark("fewer than 10: read with care")
#: What is set against what: (from, to).
STEPS = {
    "start_to_follow_up": ("before", "follow_up"),
    "end_to_follow_up": ("after", "follow_up"),
    "start_to_end": ("before", "after"),
}
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def change_at_follow_up(scores: pd.DataFrame, moments: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Mean change from the start and from the end up to each follow-up, of the same people throughout.

    ``moments`` says which waves are ``before``, ``after`` (the first of each counts) and ``follow_up`` (each one), as
    ``hub.waves_of_editions()`` gives them for an edition. Only people with a score of the scale in all three waves
    count, so that the three steps add up: ``start_to_follow_up`` = ``start_to_end`` + ``end_to_follow_up``.

    Columns ``area, scale, wave`` (the follow-up), ``step``, the estimate in points with its paired t interval, ``p``,
    and ``p_adjusted``: Benjamini-Hochberg's over the scales of a step and wave, since these explore. Empty without a
    follow-up that has scores.
    """
    rows = []
    for wave, area, scale, part in _complete(scores, moments):
        for step, (start, end) in STEPS.items():
            change = (part[end] - part[start]).to_numpy(float)
            n, flat = len(change), len(change) > 1 and np.isclose(change.std(), 0)
            estimate, low, high = mean_interval(change)
            note = TOO_FEW if n < 2 else NO_SPREAD if flat else FEW if n < 10 else ""
            rows.append(
                {"area": area, "scale": scale, "wave": wave, "step": step}
                | {"estimate": estimate, "low": np.nan if flat else low, "high": np.nan if flat else high}
                | {"n": n, "unit": mark("points"), "method": mark("paired t interval"), "note": note}
                | {"p": float(stats.ttest_1samp(change, 0).pvalue) if n > 1 and not flat else np.nan}
            )
    frame = pd.DataFrame(rows, columns=["area", "scale", "wave", "step", *_ESTIMATE, "p"])
    frame["p_adjusted"] = np.nan
    for _, index in frame.groupby(["wave", "step"], sort=False).groups.items():
        frame.loc[index, "p_adjusted"] = adjust_p(frame.loc[index, "p"].astype(float), "fdr_bh")
    return frame


def means_over_waves(scores: pd.DataFrame, moments: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The mean score before, after and at the (last) follow-up of the people who answered all three: ``area, scale,
    moment``, the estimate in points, t interval."""
    found = list(_complete(scores, moments))
    last = found[-1][0] if found else None
    rows = [
        {"area": area, "scale": scale, "moment": moment}
        | dict(zip(("estimate", "low", "high"), mean_interval(part[moment]), strict=True))
        | {"n": len(part), "unit": mark("points"), "method": mark("mean, t interval"), "note": ""}
        for wave, area, scale, part in found
        if wave == last and len(part)
        for moment in ("before", "after", "follow_up")
    ]
    return pd.DataFrame(rows, columns=["area", "scale", "moment", *_ESTIMATE])


def presence_at_follow_up(respondents: pd.DataFrame, moments: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Who is still there at each follow-up: ``wave, presence`` and the estimate (share, Wilson), ``count`` people.

    ``all_three`` and ``gone`` are shares of those who answered before and after; ``of_the_first`` is the share of all
    who answered before that answered at the follow-up. A person whose codes could not be joined counts as gone.
    """
    ids = {w: set(part["id"]) for w, part in respondents.groupby("wave", observed=True)}
    rows = []
    for wave in [w for w in moments.get("follow_up", ()) if w in ids]:
        before, after = (ids.get(next(iter(moments.get(m, ())), ""), set()) for m in ("before", "after"))
        both, there = before & after, ids[wave]
        for presence, count, base in (
            ("all_three", both & there, both),
            ("gone", both - there, both),
            ("of_the_first", before & there, before),
        ):
            estimate, low, high = share_interval(len(count), len(base))
            rows.append(
                {"wave": wave, "presence": presence, "count": len(count)}
                | {"estimate": estimate, "low": low, "high": high, "n": len(base), "unit": mark("share")}
                | {"method": mark("share, Wilson interval"), "note": ""}
            )
    return pd.DataFrame(rows, columns=["wave", "presence", "count", *_ESTIMATE])


def _complete(scores: pd.DataFrame, moments: Mapping[str, Sequence[str]]):
    """For each follow-up and scale: wave, area, scale, and the scores ``before, after, follow_up`` of who has all."""
    found = scores.dropna(subset=["score"])
    before, after = (next(iter(moments.get(m, ())), None) for m in ("before", "after"))
    for wave in moments.get("follow_up", ()):
        if not (found["wave"] == wave).any():
            continue
        for scale in pd.unique(found["scale"]):
            mine = found[found["scale"] == scale]
            sides = {
                moment: mine[mine["wave"] == w].set_index("id")["score"]
                for moment, w in (("before", before), ("after", after), ("follow_up", wave))
            }
            yield wave, mine["area"].iloc[0], scale, pd.DataFrame(sides).dropna()
