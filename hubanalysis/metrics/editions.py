"""Edition by edition: the change of each edition of a programme, and whether they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.oneway import anova_oneway

from hubanalysis.locale import mark
from hubanalysis.metrics.change import adjust_p, pair_waves
from hubanalysis.metrics.intervals import mean_interval, share_interval

__all__ = ["change_by_edition", "differences_between_editions", "people_in_several_editions"]

Editions = Mapping[str, Mapping[str, Sequence[str]]]

TOO_FEW = mark("fewer than two pairs: no interval can be given")
FEW = mark("fewer than 10: read with care")
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def change_by_edition(scores: pd.DataFrame, editions: Editions) -> pd.DataFrame:
    """Mean change from before to after within each edition: ``area, scale, edition``, the estimate in points, paired t
    interval.

    ``scores`` of all editions; ``editions`` as ``hub.waves_of_editions()`` gives them (edition -> moment -> waves).
    Editions without scores before and after have no row; the frame is empty where fewer than two have any.
    """
    rows = []
    for edition, pairs in _pairs(scores, editions).items():
        for scale in pd.unique(pairs["scale"]):
            part = pairs[pairs["scale"] == scale]
            rows.append(
                {"area": part["area"].iloc[0], "scale": scale, "edition": edition}
                | dict(zip(("estimate", "low", "high"), mean_interval(part["change"]), strict=True))
                | {"n": len(part), "unit": mark("points"), "method": mark("paired t interval")}
                | {"note": TOO_FEW if len(part) < 2 else FEW if len(part) < 10 else ""}
            )
    frame = pd.DataFrame(rows, columns=["area", "scale", "edition", *_ESTIMATE])
    frame = frame if frame["edition"].nunique() > 1 else frame.iloc[:0]
    order = {scale: k for k, scale in enumerate(dict.fromkeys(frame["scale"]))}
    return frame.sort_values("scale", key=lambda s: s.map(order), kind="stable").reset_index(drop=True)


def differences_between_editions(scores: pd.DataFrame, editions: Editions, least: int = 5) -> pd.DataFrame:
    """Whether the mean change differs between editions: Welch's F test by scale (Welch 1951).

    Who took part in several editions counts in the first of them only: the groups of a test must not share people.
    Editions with fewer than ``least`` such pairs are left out. Columns ``area, scale, editions`` (how many), ``f, p,
    p_adjusted`` (Benjamini-Hochberg over the scales) and ``n`` of the smallest edition. The editions are not pooled:
    from two or three of them nobody can tell how much editions vary.
    """
    found = _pairs(scores, editions)
    seen: set = set()
    fresh = {}
    for edition, pairs in found.items():
        fresh[edition] = pairs[~pairs["id"].isin(seen)]
        seen |= set(pairs["id"])
    rows = []
    every = [scale for pairs in found.values() for scale in pairs["scale"]]
    for scale in dict.fromkeys(every):
        parts = [pairs[pairs["scale"] == scale] for pairs in fresh.values()]
        groups = [part["change"].to_numpy(float) for part in parts]
        groups = [g for g in groups if len(g) >= least and not np.isclose(g.std(), 0)]
        if len(groups) < 2:
            continue
        result = anova_oneway(groups, use_var="unequal", welch_correction=True)
        area = next(part["area"].iloc[0] for part in parts if len(part))
        rows.append(
            {"area": area, "scale": scale, "editions": len(groups), "f": float(result.statistic)}
            | {"p": float(result.pvalue), "n": min(map(len, groups))}
        )
    frame = pd.DataFrame(rows, columns=["area", "scale", "editions", "f", "p", "n"])
    frame["p_adjusted"] = adjust_p(frame["p"].astype(float), "fdr_bh")
    return frame[["area", "scale", "editions", "f", "p", "p_adjusted", "n"]]


def people_in_several_editions(respondents: pd.DataFrame, editions: Editions) -> pd.DataFrame:
    """Who answered in each edition, and the share of them who answered in another edition too: ``edition, count`` and
    the estimate (Wilson), n the people of the edition. Empty for fewer than two editions."""
    of = {
        wave: edition for edition, moments in editions.items() for waves in moments.values() for wave in waves
    }
    who = respondents.assign(edition=respondents["wave"].astype("str").map(of))[
        ["id", "edition"]
    ].drop_duplicates()
    several = who["id"].duplicated(keep=False)
    rows = []
    for edition in [e for e in editions if (who["edition"] == e).any()]:
        mine = several[who["edition"] == edition]
        estimate, low, high = share_interval(int(mine.sum()), len(mine))
        rows.append(
            {"edition": edition, "count": int(mine.sum()), "estimate": estimate, "low": low, "high": high}
            | {"n": len(mine), "unit": mark("share"), "method": mark("share, Wilson interval"), "note": ""}
        )
    frame = pd.DataFrame(rows, columns=["edition", "count", *_ESTIMATE])
    return frame if len(frame) > 1 else frame.iloc[:0]


def _pairs(scores: pd.DataFrame, editions: Editions) -> dict[str, pd.DataFrame]:
    """The pairs before -> after of each edition that has any."""
    known = set(scores.dropna(subset=["score"])["wave"].astype("str"))
    found = {}
    for edition, moments in editions.items():
        first, last = (next(iter(moments.get(m, ())), "") for m in ("before", "after"))
        if first in known and last in known:
            pairs = pair_waves(scores, first, last)
            if len(pairs):
                found[edition] = pairs
    return found
