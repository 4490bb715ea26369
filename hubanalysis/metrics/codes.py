"""Themes in the interviews: in how many they are present, in which groups, and which of them come together."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled
from hubanalysis.metrics.intervals import mean_interval, share_interval

__all__ = ["code_cooccurrence", "code_differences", "code_extent", "code_presence", "saturation"]

_WILSON = mark("share of interviews, Wilson interval")
_EXTENT = mark("share of the talk, mean over interviews, t interval")
_PAIRS = mark("passages shared by two themes, bootstrap over interviews")
_FISHER = mark("Fisher's exact test, Holm over the themes")
MOST_TABLES = 200_000
_ESTIMATE = ["estimate", "low", "high", "n", "method", "unit", "note"]


def _coded(interviews: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The interviews somebody coded, with their group as text ("" where none is known)."""
    coded = interviews[interviews["interview"].isin(set(segments["interview"]))][
        ["interview", "group"]
    ].copy()
    coded["group"] = coded["group"].astype("object").where(coded["group"].notna(), "")
    return coded


def code_presence(
    segments: pd.DataFrame, interviews: pd.DataFrame, codes: pd.DataFrame, by_group: bool = False
) -> pd.DataFrame:
    """In what share of the coded interviews each theme is present, with Wilson's interval.

    A theme is present where at least one coder gave its code to at least one passage. Columns ``code`` (``group``
    before it with ``by_group``), the estimate's, ``present`` (interviews), ``agreed`` (interviews in which all of
    their coders gave it) and ``segments`` (passages, all coders). ``n`` is the coded interviews, ``unit`` a share.
    Codes of the codebook that nobody gave have their row. Sorted by share, highest first.
    """
    columns = [*(["group"] if by_group else []), "code", "area", *_ESTIMATE, "present", "agreed", "segments"]
    coded = _coded(interviews, segments)
    names = list(dict.fromkeys([*codes["code"].astype("str"), *segments["code"].astype("str")]))
    areas = dict(zip(codes["code"], codes["area"].astype("object"), strict=True))
    if not len(coded) or not names:
        return pd.DataFrame(columns=columns)
    given = segments.groupby(["interview", "code"], observed=True).agg(
        coders=("coder", "nunique"), times=("coder", "size")
    )
    of_interview = segments.groupby("interview", observed=True)["coder"].nunique()
    rows = []
    groups = [(g, part) for g, part in coded.groupby("group", sort=True)] if by_group else [("", coded)]
    for group, part in groups:
        n = len(part)
        for code in names:
            here = given[given.index.get_level_values("code") == code].reset_index()
            here = here[here["interview"].isin(set(part["interview"]))]
            agreed = int((here["coders"].to_numpy() == of_interview[here["interview"]].to_numpy()).sum())
            counts = (len(here), agreed, int(here["times"].sum()))
            row = (code, areas.get(code), *share_interval(len(here), n), n, _WILSON, "share", "", *counts)
            rows.append((group, *row) if by_group else row)
    frame = pd.DataFrame(rows, columns=columns)
    order = frame.groupby("code")["present"].sum().sort_values(ascending=False, kind="stable")
    frame["_order"] = frame["code"].map({code: k for k, code in enumerate(order.index)})
    keys = ["_order", "group"] if by_group else ["_order"]
    return frame.sort_values(keys, kind="stable").drop(columns="_order").reset_index(drop=True)


def code_extent(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    by_group: bool = False,
) -> pd.DataFrame:
    """What share of the interviewee's talk each theme takes: mean over the coded interviews, with its t interval.

    In each interview the characters of the interviewee's turns inside passages with the code, over all of them,
    averaged over the coders who coded it. Columns as :func:`code_presence` up to ``note``; ``unit`` is a share of
    the talk.
    """
    columns = [*(["group"] if by_group else []), "code", "area", *_ESTIMATE]
    coded = _coded(interviews, segments)
    names = list(dict.fromkeys([*codes["code"].astype("str"), *segments["code"].astype("str")]))
    areas = dict(zip(codes["code"], codes["area"].astype("object"), strict=True))
    if not len(coded) or not names:
        return pd.DataFrame(columns=columns)
    shares = {i: _extents(segments, turns, i, names) for i in coded["interview"]}
    rows = []
    groups = [(g, part) for g, part in coded.groupby("group", sort=True)] if by_group else [("", coded)]
    for group, part in groups:
        values = np.array([shares[i] for i in part["interview"]])
        for k, code in enumerate(names):
            estimate, low, high = mean_interval(100 * values[:, k])
            low = max(low, 0.0) if low == low else low
            row = (code, areas.get(code), estimate, low, high, len(part), _EXTENT, "percent_of_talk", "")
            rows.append((group, *row) if by_group else row)
    frame = pd.DataFrame(rows, columns=columns)
    if by_group:
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
    return total / (len(coders) * max(spoken.sum(), 1))


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


def code_cooccurrence(segments: pd.DataFrame, least: int = 3, seed: int = 2022) -> pd.DataFrame:
    """How often two themes share a passage: c = n12 / (n1 + n2 - n12), from 0 to 1.

    Passages are counted once, whoever coded them: the segments of the two codes that overlap, directly or through one
    another, are one passage; n1 and n2 are the passages that hold each code, n12 those that hold both. Counted in this
    way c cannot exceed 1. Pairs in fewer than ``least`` passages together are left out. Columns ``code, other``, the
    estimate's (``n`` is the interviews in which the pair comes together), ``passages`` (n12); highest first.
    """
    columns = ["code", "other", *_ESTIMATE, "passages"]
    if not len(segments):
        return pd.DataFrame(columns=columns)
    interviews = sorted(segments["interview"].unique())
    codes = sorted(segments["code"].astype("str").unique())
    spans = {
        key: part[["start", "end"]].to_numpy(dtype=np.int64)
        for key, part in segments.groupby(["code", "interview"], observed=True)
    }
    none = np.empty((0, 2), dtype=np.int64)
    rows = []
    for code, other in itertools.combinations(codes, 2):
        counts = np.array(
            [_shared(spans.get((code, i), none), spans.get((other, i), none)) for i in interviews],
            dtype=float,
        )
        total = counts.sum(axis=0)
        if total[2] < least:
            continue
        low, high = resampled(counts, _jaccard, seed=seed)
        n = int((counts[:, 2] > 0).sum())
        rows.append(
            (
                code,
                other,
                float(_jaccard(total)),
                float(low),
                float(high),
                n,
                _PAIRS,
                "share",
                "",
                int(total[2]),
            )
        )
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("estimate", ascending=False, kind="stable").reset_index(drop=True)


def _jaccard(counts: np.ndarray) -> np.ndarray:
    first, second, both = (counts[..., i] for i in range(3))
    union = first + second - both
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(union > 0, both / union, np.nan)


def _shared(first: np.ndarray, second: np.ndarray) -> tuple[int, int, int]:
    """Passages with the first code, with the second, with both: chains of overlapping segments are one passage."""
    marked = [(int(s), int(e), 0) for s, e in first] + [(int(s), int(e), 1) for s, e in second]
    counts = [0, 0, 0]
    reach, seen = -1, set()
    for start, end, which in [*sorted(marked), (1 << 62, 1 << 62, 2)]:
        if start >= reach:
            counts[0] += 0 in seen
            counts[1] += 1 in seen
            counts[2] += seen >= {0, 1}
            seen = set()
        seen.add(which)
        reach = max(reach, end)
    return counts[0], counts[1], counts[2]


def saturation(segments: pd.DataFrame, draws: int = 499, seed: int = 2022) -> pd.DataFrame:
    """How many different themes are known after 1, 2, ... interviews, over shuffled orders of the interviews.

    Columns ``interviews, estimate`` (mean over orders)``, low, high`` (the middle 95 % of orders), ``n`` (all coded
    interviews), ``new`` (themes the next interview added, on average), ``method, unit, note``. A curve that no longer
    rises says that another interview like these would hardly bring a new theme (Guest, Bunce & Johnson 2006).
    """
    columns = ["interviews", "estimate", "low", "high", "n", "new", "method", "unit", "note"]
    if not len(segments):
        return pd.DataFrame(columns=columns)
    present = pd.crosstab(segments["interview"], segments["code"]).to_numpy() > 0
    rng = np.random.default_rng(seed)
    orders = np.array([rng.permutation(len(present)) for _ in range(draws)])
    known = (np.cumsum(present[orders], axis=1) > 0).sum(axis=2)  # draws x interviews
    mean = known.mean(axis=0)
    low, high = np.quantile(known, [0.025, 0.975], axis=0)
    frame = pd.DataFrame(
        {"interviews": np.arange(1, len(present) + 1), "estimate": mean, "low": low, "high": high}
    )
    frame["n"], frame["new"] = len(present), np.diff(mean, prepend=0.0)
    return frame.assign(method=mark("themes known, over shuffled orders"), unit="themes", note="")[columns]
