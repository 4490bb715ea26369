"""Which words are said in which segments: the table that the classification of words starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from hubanalysis.metrics.word_counts import unit_codes, witnesses

__all__ = ["TermMatrix", "term_matrix"]


@dataclass(frozen=True)
class TermMatrix:
    """``present``: segments x terms, 1 where the term is said in the segment; ``terms``: the lemmas, in their order."""

    present: sparse.csr_array
    terms: np.ndarray

    def joined(self, unit: np.ndarray) -> sparse.csr_array:
        """Units x terms: 1 where the term is said in any segment of the unit."""
        size = (int(unit.max()) + 1 if len(unit) else 0, len(unit))
        gather = sparse.csr_array((np.ones(len(unit)), (unit, np.arange(len(unit)))), shape=size)
        return _presence(gather @ self.present)


def _presence(counts: sparse.csr_array) -> sparse.csr_array:
    counts = sparse.csr_array(counts)
    counts.sum_duplicates()
    counts.data = np.ones_like(counts.data)
    return counts


def term_matrix(
    tokens: pd.DataFrame, place: np.ndarray, segments: int, least: int = 3, least_interviews: int = 2
) -> TermMatrix:
    """Presence of each lemma of content in each of the ``segments``.

    ``place`` is the segment of each token (:func:`hubanalysis.metrics.word_segments.word_segments`). Kept are lemmas
    said in at least ``least`` segments and ``least_interviews`` interviews (or in all of them, where there are fewer;
    those of one person are one): what one person alone says makes no vocabulary of many. Terms in alphabetical order.
    """
    if not len(tokens):
        return TermMatrix(sparse.csr_array((segments, 0)), np.empty(0, dtype=object))
    content = tokens["content"].to_numpy(dtype=bool)
    code, terms = pd.factorize(tokens["lemma"].to_numpy(dtype=object)[content], sort=True)
    witness = unit_codes(tokens, witnesses(tokens))[content]
    size = len(terms)
    present = _presence(
        sparse.csr_array((np.ones(len(code)), (place[content], code)), shape=(segments, size))
    )
    by_witness = np.bincount(np.unique(witness * size + code) % max(size, 1), minlength=size)
    kept = np.flatnonzero(
        (np.bincount(present.indices, minlength=size) >= least)
        & (by_witness >= min(least_interviews, len(np.unique(witness))))
    )
    return TermMatrix(sparse.csr_array(present.tocsc()[:, kept].tocsr()), np.asarray(terms, object)[kept])
