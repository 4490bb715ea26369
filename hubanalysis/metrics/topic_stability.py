"""Would other interviews have given the same classes of words? They are left out in turn and the classes made anew."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.double_reinert import SIZES, word_classes
from hubanalysis.metrics.term_matrix import TermMatrix
from hubanalysis.metrics.word_segments import speaking_units

__all__ = ["STABLE", "UNSTABLE", "adjusted_rand", "topic_stability"]

#: Hennig (2007): a mean Jaccard of .75 and more is a stable class, under .6 the class should not be trusted.
STABLE, UNSTABLE = 0.75, 0.6
DRAWS = 30
LEFT_OUT = 0.25
LEAST_INTERVIEWS = 4
METHOD = mark(
    "mean Jaccard with the best matching class, a quarter of the interviews left out; middle 95 % of draws"
)
RAND = mark("mean adjusted Rand index, a quarter of the interviews left out; middle 95 % of draws")
FEW = mark("too few interviews to leave some out")
UNSTABLE_NOTE = mark("unstable: other interviews would have given another class")
COLUMNS = ["estimate", "low", "high", "n", "method", "unit", "note"]


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted Rand index of two partitions (Hubert and Arabie 1985): 1 the same, 0 as by chance; NaN if empty."""
    if not len(one):
        return np.nan
    a, b = np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)

    def pairs(x):
        return float((x * (x - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / max(len(one) * (len(one) - 1) / 2, 1)
    most = (rows + columns) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def topic_stability(
    matrix: TermMatrix,
    segments: pd.DataFrame,
    classes: int,
    *,
    size: int = SIZES[0],
    most: int = 10,
    draws: int = DRAWS,
    seed: int = 2022,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How steady each class is, and each number of classes, when a quarter of the interviews is left out.

    In each of ``draws`` the classification is made anew of the interviews left (terms again said in at least three
    segments and two of them). First frame: ``word_class`` and the estimate's, the mean over draws of the Jaccard index
    (0 to 1) of the class, as far as it is among those interviews, with the new class most like it; the note says where
    it is under .6 (Hennig 2007). Second frame: ``classes`` (2 to ``most``) and the mean adjusted Rand index of the
    segments that have a class both times. ``n`` is interviews
    (those of one person are one, and are left out together); NaN with fewer than four of them.
    """
    interview = speaking_units(segments)
    names = np.unique(interview)
    whole = word_classes(matrix, segments, size, most)
    numbers = range(2, whole.tree.most + 1)
    whole_labels = {k: whole.of_segments(k) for k in {*numbers, classes}}
    label = whole_labels[classes]
    own = [int(c) for c in np.unique(label) if c]
    likeness = np.full((draws, len(own)), np.nan)
    rand = np.full((draws, len(numbers)), np.nan)
    rng = np.random.default_rng(seed)
    for draw in range(draws if len(names) >= LEAST_INTERVIEWS else 0):
        left = max(1, round(LEFT_OUT * len(names)))
        out = rng.choice(len(names), size=left, replace=False)
        kept = np.flatnonzero(~np.isin(interview, names[out]))
        part = _among(matrix, kept, interview[kept])
        again = word_classes(part, segments.iloc[kept].reset_index(drop=True), size, most)
        new = again.of_segments(classes)
        for k, number in enumerate(own):
            mine = label[kept] == number
            if mine.any():
                likeness[draw, k] = max(
                    ((mine & (new == c)).sum() / (mine | (new == c)).sum() for c in np.unique(new) if c),
                    default=0.0,
                )
        for k, number in enumerate(numbers):
            old, now = whole_labels[number][kept], again.of_segments(number)
            both = (old > 0) & (now > 0)
            rand[draw, k] = adjusted_rand(old[both], now[both])
    first = _told(likeness, len(names), METHOD, "class_jaccard")
    unstable = (first["estimate"] < UNSTABLE).fillna(False)
    first["note"] = first["note"].where(~unstable, UNSTABLE_NOTE)
    first.insert(0, "word_class", [str(c) for c in own])
    second = _told(rand, len(names), RAND, "adjusted_rand")
    second.insert(0, "classes", list(numbers))
    return first, second


def _among(matrix: TermMatrix, kept: np.ndarray, interview: np.ndarray) -> TermMatrix:
    """The matrix of some segments, with the terms that are still said in three of them and two interviews."""
    present = matrix.present[kept].tocsc()
    code = np.unique(interview, return_inverse=True)[1]
    column = np.repeat(np.arange(present.shape[1]), np.diff(present.indptr))
    spread = np.bincount(
        np.unique(column * (code.max() + 1) + code[present.indices]) // (code.max() + 1),
        minlength=present.shape[1],
    )
    terms = np.flatnonzero((np.diff(present.indptr) >= 3) & (spread >= min(2, code.max() + 1)))
    return TermMatrix(present[:, terms].tocsr(), matrix.terms[terms])


def _told(values: np.ndarray, n: int, method: str, unit: str) -> pd.DataFrame:
    rows = []
    for column in values.T:
        known = column[~np.isnan(column)]
        if len(known):
            low, high = np.quantile(known, [0.025, 0.975])
            rows.append((float(known.mean()), float(low), float(high), n, method, unit, ""))
        else:
            rows.append((np.nan, np.nan, np.nan, n, method, unit, FEW))
    return pd.DataFrame(rows, columns=COLUMNS)
