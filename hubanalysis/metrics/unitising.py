"""Agreement on where a passage begins and ends: Krippendorff's alpha for unitising."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import LEAST_CLUSTERS, cluster_weights, percentile_bounds
from hubanalysis.metrics.coder_agreement import (
    ALIKE,
    ALL_CODES,
    FEW,
    NOT_USED,
    ONE_CODER,
    coders_of,
)

__all__ = ["UnitisingAlpha", "agreement_on_spans", "unitising_alpha"]

_METHOD = mark("Krippendorff's alpha for unitising, bootstrap over interviews")
COLUMNS = ["code", "estimate", "low", "high", "n", "passages", "method", "unit", "note"]


class UnitisingAlpha(NamedTuple):
    """Observed and expected disagreement, and alpha = 1 - observed / expected."""

    observed: float
    expected: float
    alpha: float


def unitising_alpha(spans: list[list[tuple[int, int]]], begin: int, length: int) -> UnitisingAlpha:
    """u-alpha for one code on a continuum (Krippendorff 2004, "Measuring the reliability of qualitative text analysis
    data", Quality & Quantity 38; 1995, "On the reliability of unitizing continuous data").

    ``spans`` holds for each coder the passages (start, end) that got the code, ends exclusive; those of one coder that
    overlap are one. The continuum goes from ``begin`` over ``length`` positions. Two passages that meet differ by the
    squares of what sticks out on either side; one that meets only a gap by the square of its length. alpha is 1 for the
    same passages, 0 for chance, NaN where nobody marked anything.
    """
    if len(spans) < 2:
        return UnitisingAlpha(np.nan, np.nan, np.nan)
    units = [_units(own, begin, begin + length) for own in spans]
    observed, expected = _disagreements(
        np.ones((1, 1)), np.array([float(length)]), np.array([len(spans)]), _Sums([units], [(begin, length)])
    )
    if not expected[0] > 0:
        return UnitisingAlpha(np.nan, np.nan, np.nan)
    return UnitisingAlpha(float(observed[0]), float(expected[0]), float(1 - observed[0] / expected[0]))


def agreement_on_spans(segments: pd.DataFrame, turns: pd.DataFrame, seed: int = 2022) -> pd.DataFrame:
    """u-alpha by code, and for all codes together (``all_codes``, first row), over all interviews coded twice or more.

    The interviews follow one another on one continuum in which no gap goes over the border of two interviews; so that a
    code nobody used in one interview still has its length there. All codes together: 1 - sum of D_o / sum of D_e over
    the codes (Krippendorff 2004). Where the number of coders differs between interviews the mean over their pairs
    counts. The interval is a bootstrap over interviews. Columns ``code``, the estimate's (``n`` is interviews),
    ``passages`` (all coders'); from -1 over 0 (chance) to 1.
    """
    codes = sorted(segments["code"].astype("str").unique()) if len(segments) else []
    counted = coders_of(segments).query("coders >= 2") if len(segments) else pd.DataFrame()
    if not len(counted):
        note = ONE_CODER if codes else NOT_USED
        rows = [(code, np.nan, np.nan, np.nan, 0, 0, _METHOD, "unitising_alpha", note) for code in codes]
        return pd.DataFrame(rows, columns=COLUMNS)
    names = counted["interview"].tolist()
    lengths = turns.groupby("interview", observed=True)["end"].max().reindex(names).to_numpy(float)
    coders = counted["coders"].to_numpy(float)
    weights = np.vstack([np.ones((1, len(names))), cluster_weights(len(names), seed=seed)])
    found = [
        _disagreements(weights, lengths, coders, _Sums(units, [(0, int(n)) for n in lengths]))
        for units in _units_by_code(segments, names, codes, lengths)
    ]
    observed, expected = (np.array([pair[k] for pair in found]) for k in (0, 1))
    together = [(ALL_CODES, observed.sum(axis=0), expected.sum(axis=0))]
    used = segments[segments["interview"].isin(names)]["code"].astype("str").value_counts()
    rows = []
    for code, o, e in [*together, *zip(codes, observed, expected, strict=True)]:
        with np.errstate(divide="ignore", invalid="ignore"):
            alpha = np.where(e > 0, 1 - o / e, np.nan)
        low, high = percentile_bounds(alpha[1:]) if len(names) >= LEAST_CLUSTERS else (np.nan, np.nan)
        note = NOT_USED if np.isnan(alpha[0]) else FEW if np.isnan(low) else ALIKE if low == high else ""
        low, high = (np.nan, np.nan) if note else (float(low), float(high))
        passages = int(used.sum() if code == ALL_CODES else used.get(code, 0))
        row = (code, float(alpha[0]), low, high, len(names), passages, _METHOD, "unitising_alpha", note)
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _units(spans, begin: int, end: int) -> np.ndarray:
    """One coder's passages in order, overlapping ones joined, within the continuum: k x 2."""
    units: list[list[int]] = []
    for start, stop in sorted((max(int(s), begin), min(int(e), end)) for s, e in spans):
        if stop <= start:
            continue
        if units and start < units[-1][1]:
            units[-1][1] = max(units[-1][1], stop)
        else:
            units.append([start, stop])
    return np.array(units, dtype=float).reshape(-1, 2)


def _units_by_code(segments: pd.DataFrame, names: list[str], codes: list[str], lengths: np.ndarray):
    """For each code, for each interview, the units of each of its coders."""
    own = segments[segments["interview"].isin(names)]
    coders = {i: sorted(part.unique()) for i, part in own.groupby("interview", observed=True)["coder"]}
    spans = {
        key: part[["start", "end"]].to_numpy(dtype=np.int64)
        for key, part in own.groupby(["code", "interview", "coder"], observed=True)
    }
    ends = dict(zip(names, lengths.astype(int), strict=True))
    for code in codes:
        yield [[_units(spans.get((code, i, coder), ()), 0, ends[i]) for coder in coders[i]] for i in names]


class _Sums:
    """What the two disagreements of one code need of each interview, so that interviews can be drawn again.

    ``observed`` is the disagreement within the interview (mean over ordered pairs of coders), ``count`` its units,
    ``cubes`` sum of 2b^3 - 3b^2 + b, ``pairs`` sum of b(b - 1), and ``places[i, j]`` sum over units of i and gaps of j
    of b^2 (gap - b + 1): in how many places of j a unit of i could have stood without meeting any other.
    """

    def __init__(self, units: list[list[np.ndarray]], continua: list[tuple[int, int]]):
        sizes = [np.concatenate([u[:, 1] - u[:, 0] for u in own]) for own in units]
        self.observed = np.array([_observed(own) for own in units])
        self.count = np.array([len(b) for b in sizes], dtype=float)
        self.cubes = np.array([(2 * b**3 - 3 * b**2 + b).sum() for b in sizes])
        self.pairs = np.array([(b * (b - 1)).sum() for b in sizes])
        gaps = [_gaps(own, *continuum) for own, continuum in zip(units, continua, strict=True)]
        owner = np.repeat(np.arange(len(gaps)), [len(g) for g in gaps])
        every = np.concatenate(gaps)
        self.places = np.zeros((len(units), len(units)))
        for i, b in enumerate(sizes):
            room = (b[:, None] ** 2 * np.clip(every[None, :] - b[:, None] + 1, 0, None)).sum(axis=0)
            self.places[i] = np.bincount(owner, weights=room, minlength=len(units))


def _observed(own: list[np.ndarray]) -> float:
    total = 0.0
    for k, one in enumerate(own):
        for two in own[k + 1 :]:
            meet = (one[:, None, 0] < two[None, :, 1]) & (two[None, :, 0] < one[:, None, 1])
            apart = ((one[:, None, :] - two[None, :, :]) ** 2).sum(axis=2)
            alone = [u[~meet.any(axis=a)] for a, u in ((1, one), (0, two))]
            total += apart[meet].sum() + sum(((u[:, 1] - u[:, 0]) ** 2).sum() for u in alone)
    return 2 * total / (len(own) * (len(own) - 1))


def _gaps(own: list[np.ndarray], begin: int, length: int) -> np.ndarray:
    """Lengths of what lies between the units, of all coders."""
    edges = [np.concatenate([[begin], u.ravel(), [begin + length]]) for u in own]
    gaps = np.concatenate([e[1::2] - e[::2] for e in edges])
    return gaps[gaps > 0]


def _disagreements(
    weights: np.ndarray, lengths: np.ndarray, coders: np.ndarray, sums: _Sums
) -> tuple[np.ndarray, np.ndarray]:
    """D_o and D_e of each draw; ``weights`` (draws x interviews) say how often an interview stands in it."""
    length, positions = weights @ lengths, weights @ (coders * lengths)
    observed = weights @ sums.observed / length**2
    within = (weights @ sums.count - 1) / 3 * (weights @ sums.cubes)
    beside = ((weights @ sums.places) * weights).sum(axis=1)
    apart = positions * (positions - 1) - weights @ sums.pairs
    return observed, 2 / length * (within + beside) / apart
