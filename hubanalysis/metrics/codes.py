"""Themes in the interviews: in how many they are present, how much of the talk they take, in which groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import mean_interval, share_interval

__all__ = ["code_differences", "code_extent", "code_presence", "flat_codes", "most_present_first"]

_WILSON = mark("share of interviews, Wilson interval")
_EXTENT = mark("share of the talk, mean over interviews, t interval")
_FISHER = mark("Fisher's exact test, Holm over the themes")
MOST_TABLES = 200_000
_ESTIMATE = ["estimate", "low", "high", "n", "method", "unit", "note"]


def _coded(
    interviews: pd.DataFrame, segments: pd.DataFrame, by: str | None, coded: Sequence[str] | None
) -> pd.DataFrame:
    """The interviews somebody coded, and ``part``: their group or wave as text ("" where none is known)."""
    names = set(segments["interview"]) if coded is None else set(coded)
    own = interviews[interviews["interview"].isin(names)]
    part = own[by].astype("object").where(own[by].notna(), "") if by else ""
    return pd.DataFrame({"interview": own["interview"], "part": part}, index=own.index)


def _parts(own: pd.DataFrame, interviews: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    """The groups in order of their names, waves in the declared one."""
    if not by:
        return [("", own)]
    known = interviews[by]
    order = list(known.cat.categories) if isinstance(known.dtype, pd.CategoricalDtype) else []
    order = order if isinstance(known.dtype, pd.CategoricalDtype) and known.cat.ordered else []
    found = sorted(set(own["part"]), key=lambda p: (order.index(p) if p in order else len(order), p))
    return [(p, own[own["part"] == p]) for p in found]


def flat_codes(segments: pd.DataFrame, codes: pd.DataFrame) -> list[str]:
    """The themes of a list without levels: those of the codebook and those somebody gave.

    A code that only heads others (it has codes below it and nobody gave it) is no theme of such a list.
    """
    given = set(segments["code"].astype("str"))
    heads = set(codes["parent"].dropna().astype("str")) if "parent" in codes else set()
    names = [c for c in codes["code"].astype("str") if c in given or c not in heads]
    return list(dict.fromkeys([*names, *segments["code"].astype("str")]))


def code_presence(
    segments: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    by: str | None = None,
    coded: Sequence[str] | None = None,
) -> pd.DataFrame:
    """In what share of the coded interviews each theme is present, with Wilson's interval.

    A theme is present where at least one coder gave its code to at least one passage. Columns ``code`` (before it,
    under its own name, what ``by`` names: ``group`` or ``wave`` of the interview), the estimate's, ``present``
    (interviews), ``agreed`` (interviews in which all of their coders gave it) and ``segments`` (passages, all coders).
    ``n`` is the coded interviews: those of ``coded``, or else those with a passage. ``unit`` is a share. Codes of the
    codebook that nobody gave have their row (:func:`flat_codes`). Sorted by share, highest first.
    """
    columns = [*([by] if by else []), "code", "area", *_ESTIMATE, "present", "agreed", "segments"]
    own = _coded(interviews, segments, by, coded)
    names = flat_codes(segments, codes)
    areas = dict(zip(codes["code"], codes["area"].astype("object"), strict=True))
    if not len(own) or not names:
        return pd.DataFrame(columns=columns)
    given = segments.groupby(["interview", "code"], observed=True).agg(
        coders=("coder", "nunique"), times=("coder", "size")
    )
    of_interview = segments.groupby("interview", observed=True)["coder"].nunique()
    rows = []
    for group, part in _parts(own, interviews, by):
        n = len(part)
        for code in names:
            here = given[given.index.get_level_values("code") == code].reset_index()
            here = here[here["interview"].isin(set(part["interview"]))]
            agreed = int((here["coders"].to_numpy() == of_interview[here["interview"]].to_numpy()).sum())
            counts = (len(here), agreed, int(here["times"].sum()))
            row = (code, areas.get(code), *share_interval(len(here), n), n, _WILSON, "share", "", *counts)
            rows.append((group, *row) if by else row)
    frame = pd.DataFrame(rows, columns=columns)
    return most_present_first(frame)


def most_present_first(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``frame`` (``code, present``) by code, those codes first that are present most over all its rows."""
    order = frame.groupby("code")["present"].sum().sort_values(ascending=False, kind="stable")
    place = frame["code"].map({code: k for k, code in enumerate(order.index)})
    return frame.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)


def code_extent(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    by: str | None = None,
    coded: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What share of the interviewee's talk each theme takes: mean over the coded interviews, with its t interval.

    In each interview the characters of the interviewee's turns inside passages with the code, over all of them,
    averaged over the coders who coded it. Columns as :func:`code_presence` up to ``note``; ``unit`` is a share of
    the talk.
    """
    columns = [*([by] if by else []), "code", "area", *_ESTIMATE]
    own = _coded(interviews, segments, by, coded)
    names = flat_codes(segments, codes)
    areas = dict(zip(codes["code"], codes["area"].astype("object"), strict=True))
    if not len(own) or not names:
        return pd.DataFrame(columns=columns)
    shares = {i: _extents(segments, turns, i, names) for i in own["interview"]}
    rows = []
    for group, part in _parts(own, interviews, by):
        values = np.array([shares[i] for i in part["interview"]])
        for k, code in enumerate(names):
            estimate, low, high = mean_interval(100 * values[:, k])
            low = max(low, 0.0) if low == low else low
            row = (code, areas.get(code), estimate, low, high, len(part), _EXTENT, "percent_of_talk", "")
            rows.append((group, *row) if by else row)
    frame = pd.DataFrame(rows, columns=columns)
    if by:
        return frame
    return frame.sort_values("estimate", ascending=False, kind="stable").reset_index(drop=True)


def _extents(segments: pd.DataFrame, turns: pd.DataFrame, interview: str, names: list[str]) -> np.ndarray:
    own = turns[(turns["interview"] == interview) & (turns["role"].astype("str") == "interviewee")]
    given = segments[segments["interview"] == interview]
    spoken = np.zeros(int(max(turns.loc[turns["interview"] == interview, "end"])), dtype=bool)
    for start, end in zip(own["start"], own["end"], strict=True):
        spoken[start:end] = True
    coders = sorted(given["coder"].unique())
    total = np.zeros(len(names))
    for coder in coders:
        marked = np.zeros((len(names), len(spoken)), dtype=bool)
        for s in given[given["coder"] == coder].itertuples(index=False):
            marked[names.index(s.code), s.start : s.end] = True
        total += (marked & spoken).sum(axis=1)
    return total / (max(len(coders), 1) * max(spoken.sum(), 1))


def code_differences(presence: pd.DataFrame) -> pd.DataFrame:
    """Whether a theme's presence differs between the groups: Fisher's exact test for each theme, Holm over all of them.

    ``presence`` is :func:`code_presence` by group. Columns ``code, estimate, low, high, n, p, p_adjusted, method, unit,
    note``: the estimate is the highest share less the lowest, with Newcombe's interval for the difference of those two
    groups (which were chosen because they are far apart, so that it tells a range rather than a test: the test is p).
    """
    columns = [
        "code",
        "estimate",
        "low",
        "high",
        "n",
        "highest",
        "lowest",
        "p",
        "p_adjusted",
        "method",
        "unit",
        "note",
    ]
    groups = presence["group"].unique() if len(presence) else []
    if len(groups) < 2:
        return pd.DataFrame(columns=columns)
    rows = []
    for code, part in presence.groupby("code", sort=False):
        part = part.sort_values("estimate", kind="stable")
        low, high = part.iloc[0], part.iloc[-1]
        table = np.array([part["present"], part["n"] - part["present"]], dtype=int)
        p = _fisher(table)
        difference = high["estimate"] - low["estimate"]
        down = np.hypot(high["estimate"] - high["low"], low["high"] - low["estimate"])
        up = np.hypot(high["high"] - high["estimate"], low["estimate"] - low["low"])
        row = (code, difference, difference - down, min(difference + up, 1.0), int(part["n"].sum()))
        rows.append((*row, high["group"], low["group"], p, np.nan, _FISHER, "share", ""))
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_adjusted"] = multipletests(frame["p"], method="holm")[1]
    return frame


def _fisher(table: np.ndarray) -> float:
    """The exact p of a 2 x k table: the sum over all tables with its margins that are no likelier (Freeman & Halton).

    With more tables than can be listed, chi-square, which by then is near enough.
    """
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    table, columns = table[:, columns > 0], columns[columns > 0]
    if not rows.all() or len(columns) < 2:
        return 1.0
    if np.prod(columns + 1.0) > MOST_TABLES:
        return float(stats.chi2_contingency(table, correction=False).pvalue)
    tables = np.array(np.meshgrid(*(np.arange(c + 1) for c in columns), indexing="ij")).reshape(
        len(columns), -1
    )
    tables = tables[:, tables.sum(axis=0) == rows[0]]
    log = stats.binom.logpmf(tables, columns[:, None], 0.5).sum(axis=0)
    observed = stats.binom.logpmf(table[0], columns, 0.5).sum()
    weights = np.exp(log - log.max())
    return float(min(weights[log <= observed + 1e-9].sum() / weights.sum(), 1.0))
