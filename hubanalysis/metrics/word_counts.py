"""How often each witness says each word: the table under keyness, dispersion and rates.

A witness is what may be taken as independent: an interview; all interviews of one person together, where a person gave
several; one interview with all who spoke in it, where several people were interviewed at once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

__all__ = ["count_table", "unit_codes", "witnesses"]


def witnesses(tokens: pd.DataFrame) -> pd.Series:
    """The witness (a number from 0) of each interview of ``tokens`` (interview, person), by interview.

    Interviews that share a person, or are linked by a chain of shared persons, are one witness.
    """
    interview, names = _coded(tokens["interview"])
    if "person" not in tokens:
        return pd.Series(np.arange(len(names)), index=names)
    person, people = _coded(tokens["person"])
    together = np.flatnonzero(np.bincount(interview * len(people) + person))
    first, second = together // max(len(people), 1), together % max(len(people), 1) + len(names)
    ties = sparse.coo_array((np.ones(len(together)), (first, second)), shape=2 * (len(names) + len(people),))
    _, group = connected_components(ties, directed=False)
    return pd.Series(pd.factorize(group[: len(names)])[0], index=names)


def _coded(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Each row's place among the different values, and these in order; values that no row has are left out."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    code, names = column.cat.codes.to_numpy().astype(np.int64), column.cat.categories.astype("object")
    there = np.bincount(code, minlength=len(names)) > 0
    order = np.argsort(names[there].to_numpy().astype(str), kind="stable")
    place = np.full(len(names), -1)
    place[np.flatnonzero(there)[order]] = np.arange(len(order))
    return place[code], names[there][order]


def unit_codes(tokens: pd.DataFrame, unit_of: pd.Series) -> np.ndarray:
    """The unit of each row of ``tokens``, from that of its interview."""
    code, names = _coded(tokens["interview"])
    return unit_of.reindex(names).to_numpy()[code]


def count_table(
    unit: np.ndarray, tokens: pd.DataFrame, lemmas: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words of content by unit: counts (units x lemmas), the lemmas, and each unit's words of all kinds.

    ``unit`` gives each row of ``tokens`` (lemma, content) the number of its unit, from 0.
    """
    lemma = tokens["lemma"]
    if not isinstance(lemma.dtype, pd.CategoricalDtype):
        lemma = lemma.astype("category")
    code, words = lemma.cat.codes.to_numpy().astype(np.int64), lemma.cat.categories.to_numpy()
    units = int(unit.max()) + 1 if len(unit) else 0
    content = tokens["content"].to_numpy(dtype=bool)
    flat = np.bincount(unit[content] * len(words) + code[content], minlength=units * len(words))
    counts = flat.reshape(units, len(words)).astype(float)
    said = counts.any(axis=0) if units else np.zeros(len(words), dtype=bool)
    return counts[:, said], words[said].astype(object), np.bincount(unit, minlength=units).astype(float)
