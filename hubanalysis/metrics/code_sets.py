"""Agreement over all codes at once: a turn has a set of codes, and sets can be half alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled
from hubanalysis.metrics.coder_agreement import (
    ALIKE,
    FEW,
    NOT_USED,
    ONE_CODER,
    coders_of,
    turn_marks,
)

__all__ = ["agreement_on_sets"]

_METHOD = mark("Krippendorff's alpha of sets, bootstrap over interviews")
COLUMNS = ["difference", "estimate", "low", "high", "n", "units", "method", "unit", "note"]
DIFFERENCES = ("codes_in_common", "same_codes")


def agreement_on_sets(segments: pd.DataFrame, turns: pd.DataFrame, seed: int = 2022) -> pd.DataFrame:
    """Krippendorff's alpha where the value of an interviewee's turn is the whole set of codes a coder gave it.

    A turn may carry several codes, so that no single nominal value exists. ``codes_in_common``: two sets differ by
    the share of their codes that they do not have in common, 1 - |A and B| / |A or B|, which is 0 for two empty sets;
    so a coder who saw two of three themes agrees in part (the idea of Passonneau 2006, without her factor for
    subsets).
    ``same_codes``: any difference is a full one, nominal alpha of the sets. Beside the pooled alpha of
    ``agreement_by_code``, where each code of each turn is a decision of its own and the many codes nobody gave weigh,
    these do not rise because a codebook is long. Columns ``difference``, the estimate's (``n`` is interviews),
    ``units`` (turns). The interval is a bootstrap over interviews.
    """
    codes = sorted(segments["code"].astype("str").unique()) if len(segments) else []
    interviews = coders_of(segments).query("coders >= 2")["interview"].tolist() if len(segments) else []
    if not interviews:
        note = ONE_CODER if codes else NOT_USED
        rows = [(d, np.nan, np.nan, np.nan, 0, 0, _METHOD, "krippendorff_alpha", note) for d in DIFFERENCES]
        return pd.DataFrame(rows if codes else [], columns=COLUMNS)
    marks = [turn_marks(segments, turns, i, codes) for i in interviews]  # coders x codes x turns each
    given = [np.moveaxis(m, 1, 2).reshape(-1, len(codes)) for m in marks]
    sets, which = np.unique(np.vstack(given), axis=0, return_inverse=True)
    which = which.ravel()
    shared = sets @ sets.T
    size = sets.sum(axis=1)
    union = size[:, None] + size[None, :] - shared
    jaccard = np.where(union > 0, 1 - shared / np.where(union > 0, union, 1), 0.0)
    begin, rows = 0, []
    values = []
    for m in marks:
        values.append(which[begin : begin + m.shape[0] * m.shape[2]].reshape(m.shape[0], m.shape[2]))
        begin += m.shape[0] * m.shape[2]
    totals = np.array([np.bincount(v.ravel(), minlength=len(sets)) for v in values], dtype=float)
    units = sum(v.shape[1] for v in values)
    for difference, delta in zip(DIFFERENCES, (jaccard, 1 - np.eye(len(sets))), strict=True):
        observed = np.array([delta[v[:, None], v[None, :]].sum() / (len(v) - 1) for v in values])

        def alpha(sums: np.ndarray, delta=delta) -> np.ndarray:
            apart, count = sums[..., 0], sums[..., 1:]
            n = count.sum(axis=-1)
            by_chance = ((count @ delta) * count).sum(axis=-1)
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.where(by_chance > 0, 1 - (n - 1) * apart / by_chance, np.nan)

        sums = np.column_stack([observed, totals])
        estimate = float(alpha(sums.sum(axis=0)))
        low, high = (float(x) for x in resampled(sums, alpha, seed=seed))
        note = NOT_USED if np.isnan(estimate) else FEW if np.isnan(low) else ALIKE if low == high else ""
        low, high = (np.nan, np.nan) if note else (low, high)
        row = (difference, estimate, low, high, len(interviews), units, _METHOD, "krippendorff_alpha", note)
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)
