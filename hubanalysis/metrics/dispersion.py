"""Dispersion: is a word everybody's, or one talker's?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from hubanalysis.metrics.word_counts import count_table, unit_codes, witnesses

__all__ = ["dispersion_of_all", "gries_dp", "juilland_d", "word_dispersion"]


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


def dispersion_of_all(counts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The normed :func:`gries_dp` of every column of ``counts`` (parts x words); NaN where it is undefined."""
    if len(sizes) < 2 or not counts.size:
        return np.full(counts.shape[1], np.nan)
    s = sizes / sizes.sum()
    with np.errstate(invalid="ignore"):
        return np.abs(s[:, None] - counts / counts.sum(axis=0)).sum(axis=0) / 2 / (1 - s.min())


def word_dispersion(tokens: pd.DataFrame, least: int = 5) -> pd.DataFrame:
    """Each lemma of content said at least ``least`` times: ``lemma, said, n`` (witnesses)``, dp`` (normed), ``d``.

    Parts are witnesses: interviews, or all interviews of one person. Most frequent first.
    """
    columns = ["lemma", "said", "n", "dp", "d"]
    if not len(tokens):
        return pd.DataFrame(columns=columns)
    unit = unit_codes(tokens, witnesses(tokens))
    counts, lemmas, sizes = count_table(unit, tokens)
    keep = counts.sum(axis=0) >= least
    counts, lemmas = counts[:, keep], lemmas[keep]
    frame = pd.DataFrame({"lemma": lemmas, "said": counts.sum(axis=0).astype(int)})
    frame["n"], frame["dp"] = (counts > 0).sum(axis=0), dispersion_of_all(counts, sizes)
    frame["d"] = [juilland_d(own, sizes) for own in counts.T]
    return frame.sort_values(["said", "lemma"], ascending=[False, True])[columns].reset_index(drop=True)
