"""Dispersion: is a word everybody's, or one talker's?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

__all__ = ["gries_dp", "juilland_d", "word_dispersion"]


def gries_dp(counts: ArrayLike, sizes: ArrayLike, normed: bool = False) -> float:
    """Gries' deviation of proportions: sum |s - v| / 2, with s the parts' shares of all words, v the word's shares.

    0 where the word is spread as the talk is, towards 1 where it stands in one small part. ``normed`` divides by
    1 - min(s), so that 1 can be reached (Gries 2008; Lijffijt & Gries 2012). NaN where the word is never said.
    """
    counts, sizes = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    if not counts.sum() or not sizes.sum():
        return np.nan
    s = sizes / sizes.sum()
    dp = np.abs(s - counts / counts.sum()).sum() / 2
    if not normed:
        return float(dp)
    return float(dp / (1 - s.min())) if len(s) > 1 else np.nan


def juilland_d(counts: ArrayLike, sizes: ArrayLike) -> float:
    """Juilland's D = 1 - V / sqrt(k - 1), V the coefficient of variation of the k relative frequencies.

    1 where the word is equally frequent in all parts, 0 where it stands in one of them. On relative frequencies, since
    parts differ in size (Juilland & others 1970). NaN where it is never said, or with one part.
    """
    counts, sizes = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    if len(counts) < 2 or not counts.sum():
        return np.nan
    frequency = counts / sizes
    return float(1 - frequency.std() / frequency.mean() / np.sqrt(len(counts) - 1))


def word_dispersion(tokens: pd.DataFrame, least: int = 5) -> pd.DataFrame:
    """Each lemma of content said at least ``least`` times: ``lemma, said, n`` (interviews)``, dp`` (normed), ``d``.

    Parts are interviews. Most frequent first.
    """
    columns = ["lemma", "said", "n", "dp", "d"]
    if not len(tokens):
        return pd.DataFrame(columns=columns)
    sizes = tokens.groupby("interview", observed=True).size()
    content = tokens[tokens["content"]]
    counts = content.groupby(["lemma", "interview"], observed=True).size().unstack(fill_value=0)
    counts = counts.reindex(columns=sizes.index, fill_value=0)
    counts = counts[counts.sum(axis=1) >= least]
    rows = [
        (
            lemma,
            int(row.sum()),
            int((row > 0).sum()),
            gries_dp(row, sizes, normed=True),
            juilland_d(row, sizes),
        )
        for lemma, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["said", "lemma"], ascending=[False, True]).reset_index(drop=True)
