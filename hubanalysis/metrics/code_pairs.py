"""Themes that come together: how often two of them share a passage."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled

__all__ = ["code_cooccurrence"]

_PAIRS = mark("passages one coder gave both themes, bootstrap over interviews")
_ESTIMATE = ["estimate", "low", "high", "n", "method", "unit", "note"]


def code_cooccurrence(
    segments: pd.DataFrame, least: int = 3, coded: Sequence[str] | None = None, seed: int = 2022
) -> pd.DataFrame:
    """How often two themes share a passage: c = n12 / (n1 + n2 - n12), from 0 to 1.

    Passages are counted once, whoever coded them: the segments of the two codes that overlap, directly or through one
    another, are one passage; n1 and n2 are the passages that hold each code, n12 those in which one and the same coder
    gave both codes to overlapping words. Two coders who name the same words differently disagree; that is no meeting of
    themes. Counted in this way c cannot exceed 1. Pairs in fewer than ``least`` passages together are left out. Columns
    ``code, other``, the estimate's (``n`` is the interviews in which the pair comes together), ``passages`` (n12);
    highest first.
    """
    columns = ["code", "other", *_ESTIMATE, "passages"]
    if not len(segments):
        return pd.DataFrame(columns=columns)
    interviews = sorted({*segments["interview"].astype("str"), *(coded or ())})
    codes = sorted(segments["code"].astype("str").unique())
    spans = {
        key: list(
            zip(part["start"].astype(int), part["end"].astype(int), part["coder"].astype("str"), strict=True)
        )
        for key, part in segments.groupby(["code", "interview"], observed=True)
    }
    rows = []
    for code, other in itertools.combinations(codes, 2):
        counts = np.array(
            [_shared(spans.get((code, i), []), spans.get((other, i), [])) for i in interviews], dtype=float
        )
        total = counts.sum(axis=0)
        if total[2] < least:
            continue
        low, high = resampled(counts, _jaccard, seed=seed)
        estimate, n = float(_jaccard(total)), int((counts[:, 2] > 0).sum())
        rows.append((code, other, estimate, float(low), float(high), n, _PAIRS, "share", "", int(total[2])))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("estimate", ascending=False, kind="stable").reset_index(drop=True)


def _jaccard(counts: np.ndarray) -> np.ndarray:
    first, second, both = (counts[..., i] for i in range(3))
    union = first + second - both
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(union > 0, both / union, np.nan)


def _shared(first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]) -> tuple[int, int, int]:
    """Passages with the first code, with the second, with both by one coder: overlapping segments are one passage."""
    marked = [(s, e, 0, c) for s, e, c in first] + [(s, e, 1, c) for s, e, c in second]
    counts = [0, 0, 0]
    chain: list[tuple[int, int, int, str]] = []
    for row in [*sorted(marked), (1 << 62, 1 << 62, 2, "")]:
        if chain and row[0] >= max(end for _, end, _, _ in chain):
            held = {which for _, _, which, _ in chain}
            counts[0] += 0 in held
            counts[1] += 1 in held
            counts[2] += held == {0, 1} and any(
                one[2] != two[2] and one[3] == two[3] and one[0] < two[1] and two[0] < one[1]
                for one, two in itertools.combinations(chain, 2)
            )
            chain = []
        chain.append(row)
    return counts[0], counts[1], counts[2]
