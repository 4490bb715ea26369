"""The change of those who took part set against the change of people who did not: difference in differences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p, pair_waves, scale_facts
from hubanalysis.metrics.intervals import difference_interval, mean_interval

__all__ = [
    "change_in_both_arms",
    "difference_in_differences",
    "means_in_both_arms",
    "pairs_of_comparison",
    "without_crossers",
]

TOO_FEW = mark("fewer than two pairs in one of the two groups: nothing can be compared")
TOO_FEW_TO_ADJUST = mark("too few pairs to hold the first score equal")
FEW = mark("fewer than 10 in one of the groups: read with care")
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def pairs_of_comparison(scores: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """The pairs of the comparison group between two waves (``metrics.change.pair_waves``); empty where it was not
    asked in both."""
    asked = scores.dropna(subset=["score"])
    both = {first, last} <= set(asked["wave"].astype("str"))
    return pair_waves(asked if both else asked.iloc[:0], first, last)


def without_crossers(
    programme: pd.DataFrame, compared: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Two frames with a column ``id``, without those who stand in both, and the number of people left out so."""
    both = set(programme["id"]) & set(compared["id"])
    return (
        programme[~programme["id"].isin(both)].reset_index(drop=True),
        compared[~compared["id"].isin(both)].reset_index(drop=True),
        len(both),
    )


def difference_in_differences(
    programme: pd.DataFrame, compared: pd.DataFrame, scales: Iterable[Any] = ()
) -> pd.DataFrame:
    """How much more the participants changed than those compared, by scale, in points.

    ``programme`` and ``compared`` are pairs of the two arms (``metrics.change.pair_waves``). Three readings a scale:

    - ``difference_in_differences``: mean change of the programme minus mean change of the comparison group, with
      Welch's interval and test. It is what the programme added only if both would else have changed alike (parallel
      trends), which no data of two waves can show (Angrist & Pischke 2009, chapter 5).
    - ``first_score_equal``: the later score on arm and first score by least squares, HC3 interval (MacKinnon & White
      1985). It assumes instead that people of the same first score would have scored alike later. In groups that were
      not drawn by lot either may mislead; where the two disagree, neither should be leant on (van Breukelen 2006,
      10.1016/j.jclinepi.2006.02.007).
    - ``first_score``: mean first score of the programme minus that of the comparison group, Welch's interval: how
      alike the two groups were to begin with.

    Returns ``area, scale, reading``, the estimate, ``p, p_adjusted``, ``in_programme`` and ``in_comparison``. ``n`` is
    the smaller of the two groups. ``p_adjusted`` is Holm's over the scales declared ``primary`` (all where none is),
    Benjamini-Hochberg's over the others, within each of the first two readings; ``first_score`` has no p: what counts
    is how far apart the groups stood. Empty where one arm has no pairs.
    """
    rows = []
    for scale in [s for s in pd.unique(programme["scale"]) if (compared["scale"] == s).any()]:
        ours, theirs = (frame[frame["scale"] == scale] for frame in (programme, compared))
        sizes = {"in_programme": len(ours), "in_comparison": len(theirs)}
        key = {"area": ours["area"].iloc[0], "scale": scale}
        shared = {"n": min(sizes.values()), "unit": mark("points")}
        note = TOO_FEW if shared["n"] < 2 else FEW if shared["n"] < 10 else ""
        found = _named(difference_interval(ours["change"], theirs["change"]))
        rows.append(
            {**key, "reading": "difference_in_differences", **found, **shared}
            | {"method": mark("difference of mean changes, Welch's interval"), "note": note}
            | {"p": _welch_p(ours["change"], theirs["change"]), **sizes}
        )
        adjusted, p = _first_score_equal(ours, theirs)
        missing = np.isnan(adjusted[1])
        rows.append(
            {**key, "reading": "first_score_equal", **_named(adjusted), **shared}
            | {"method": mark("regression of the later score on group and first score, HC3 interval")}
            | {"note": TOO_FEW_TO_ADJUST if missing else note, "p": p, **sizes}
        )
        found = _named(difference_interval(ours["before"], theirs["before"]))
        rows.append(
            {**key, "reading": "first_score", **found, **shared}
            | {"method": mark("difference of means, Welch's interval"), "note": note, "p": np.nan, **sizes}
        )
    frame = pd.DataFrame(
        rows, columns=["area", "scale", "reading", *_ESTIMATE, "p", "in_programme", "in_comparison"]
    )
    facts = scale_facts(scales)
    primary = frame["scale"].isin(facts.index[facts["primary"].astype(bool)] if len(facts) else [])
    primary = primary if primary.any() else pd.Series(True, index=frame.index)
    frame["p_adjusted"] = np.nan
    for reading in ("difference_in_differences", "first_score_equal"):
        mine = frame["reading"] == reading
        for chosen, how in ((mine & primary, "holm"), (mine & ~primary, "fdr_bh")):
            frame.loc[chosen, "p_adjusted"] = adjust_p(frame.loc[chosen, "p"].astype(float), how)
    return frame


def change_in_both_arms(programme: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """The mean change of each arm by itself: ``area, scale, arm``, the estimate in points, paired t interval."""
    return _by_arm(programme, compared, {"": "change"}, mark("paired t interval")).drop(columns="moment")


def means_in_both_arms(programme: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """The mean scores of each arm's pairs before and after: ``area, scale, arm, moment``, the estimate in points, t
    interval. Both moments tell of the same people."""
    columns = {"before": "before", "after": "after"}
    return _by_arm(programme, compared, columns, mark("mean, t interval"))


def _by_arm(
    programme: pd.DataFrame, compared: pd.DataFrame, columns: dict[str, str], method: str
) -> pd.DataFrame:
    rows = [
        {"area": part["area"].iloc[0], "scale": scale, "arm": arm, "moment": moment}
        | _named(mean_interval(part[column]))
        | {"n": len(part), "unit": mark("points"), "method": method}
        | {"note": FEW if len(part) < 10 else ""}
        for scale in pd.unique(programme["scale"])
        for arm, frame in (("programme", programme), ("comparison", compared))
        if len(part := frame[frame["scale"] == scale])
        for moment, column in columns.items()
    ]
    frame = pd.DataFrame(rows, columns=["area", "scale", "arm", "moment", *_ESTIMATE])
    both = frame.groupby("scale")["arm"].transform("nunique") == 2
    return frame[both.astype(bool)].reset_index(drop=True)


def _first_score_equal(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[tuple[float, float, float], float]:
    both = pd.concat([ours.assign(arm=1.0), theirs.assign(arm=0.0)])
    nothing = (np.nan, np.nan, np.nan), np.nan
    if min(len(ours), len(theirs)) < 3 or np.isclose(both["before"].std(), 0):
        return nothing
    design = np.column_stack([np.ones(len(both)), both["arm"], both["before"]]).astype(float)
    fitted = sm.OLS(both["after"].to_numpy(float), design).fit(cov_type="HC3", use_t=True)
    low, high = fitted.conf_int()[1]
    if not fitted.bse[1] > 1e-12:
        return nothing
    return (float(fitted.params[1]), float(low), float(high)), float(fitted.pvalues[1])


def _welch_p(ours: pd.Series, theirs: pd.Series) -> float:
    if min(len(ours), len(theirs)) < 2 or np.isclose(ours.std() + theirs.std(), 0):
        return np.nan
    return float(stats.ttest_ind(ours.astype(float), theirs.astype(float), equal_var=False).pvalue)


def _named(interval: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("estimate", "low", "high"), interval, strict=True))
