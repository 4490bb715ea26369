"""What a class of words is made of: its words, its typical segments, who says them, and which codes they carry."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled
from hubanalysis.metrics.intervals import share_interval
from hubanalysis.metrics.term_matrix import TermMatrix
from hubanalysis.metrics.word_segments import segment_texts, speaking_units

__all__ = ["class_codes", "class_groups", "class_presence", "class_words", "typical_segments"]

#: An interview speaks in a class with at least so many of its segments: one alone may be chance.
LEAST_SEGMENTS = 2
DRAWS, MOVES = 999, 499
#: A word is typical of a class from what chance would give once in twenty (chi-square, one degree of freedom).
LEAST_CHI2 = 3.84
ONE_INTERVIEW = mark("more than half of it is one interview's")
FEW = mark("too few interviews for an interval")
PRESENT = mark("share of the interviews with at least two segments in the class, Wilson interval")
GROUPED = mark("share of the group's segments, bootstrap over interviews")
CODED = mark("share of the segments with the code, bootstrap over interviews")
ESTIMATE = ["estimate", "low", "high", "n", "method", "unit", "note"]


def _numbers(classes: np.ndarray) -> list[int]:
    return [int(c) for c in np.unique(classes) if c]


def _signed_chi2(inside: np.ndarray, said: np.ndarray, size: int, n: int) -> np.ndarray:
    """chi2 of each term's 2 x 2 table (in the class or not, said or not), negative where it is said less there."""
    expected = said * size / n
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = n * (n * inside - said * size) ** 2 / (said * (n - said) * size * (n - size))
    return np.sign(inside - expected) * np.nan_to_num(chi2, posinf=0.0)


def class_words(
    matrix: TermMatrix,
    classes: np.ndarray,
    segments: pd.DataFrame,
    most: int = 15,
    least_interviews: int = 2,
) -> pd.DataFrame:
    """The ``most`` typical words of each class, said in the class in at least ``least_interviews``.

    Columns ``word_class, lemma, chi2`` (signed: negative where said less in the class than outside; typical are those
    from 3.84)``, inside, outside`` (share of the segments in which the word is said)``, said`` (segments
    of the class)``, n`` (interviews in which it is said in the class). Only segments with a class are compared; of
    equal words the first by alphabet.
    """
    columns = ["word_class", "lemma", "chi2", "inside", "outside", "said", "n"]
    classified = np.flatnonzero(classes)
    if not len(classified):
        return pd.DataFrame(columns=columns)
    present, label = matrix.present[classified], classes[classified]
    interview = speaking_units(segments)[classified]
    total, n, rows = np.asarray(present.sum(axis=0)).ravel(), len(label), []
    for number in _numbers(classes):
        own = label == number
        inside, size = np.asarray(present[own].sum(axis=0)).ravel(), int(own.sum())
        chi2 = _signed_chi2(inside, total, size, n)
        part = present[own].tocsc()
        column = np.repeat(np.arange(part.shape[1]), np.diff(part.indptr))
        spoken = np.unique(column * (interview.max() + 1) + interview[own][part.indices])
        speaking = np.bincount(spoken // (interview.max() + 1), minlength=part.shape[1])
        fit = (chi2 >= LEAST_CHI2) & (speaking >= least_interviews)
        for j in [j for j in np.argsort(-chi2, kind="stable") if fit[j]][:most]:
            outside = (total[j] - inside[j]) / max(n - size, 1)
            shares, counts = (inside[j] / size, outside), (int(inside[j]), int(speaking[j]))
            rows.append((str(number), matrix.terms[j], chi2[j], *shares, *counts))
    return pd.DataFrame(rows, columns=columns)


def typical_segments(
    matrix: TermMatrix,
    classes: np.ndarray,
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    most: int = 3,
    shortest: int = 20,
) -> pd.DataFrame:
    """The segments that hold most of their class: the greatest sum of the chi2 of the class' words said in them.

    At most one of each interview and of at least ``shortest`` words; the earlier one where two are equal. Columns
    ``word_class, interview, quote, n`` (interviews with a segment in the class)``, rule_value`` (that sum)`` , turn,
    start, end``, the place it comes from.
    """
    columns = ["word_class", "interview", "quote", "n", "rule_value", "turn", "start", "end"]
    chosen: list[pd.DataFrame] = []
    unit = speaking_units(segments)
    classified = classes > 0
    total, n = np.asarray(matrix.present[classified].sum(axis=0)).ravel(), int(classified.sum())
    for number in _numbers(classes):
        own = np.flatnonzero(classes == number)
        inside = np.asarray(matrix.present[own].sum(axis=0)).ravel()
        weight = np.maximum(_signed_chi2(inside, total, len(own), n), 0.0)
        part = segments.iloc[own].assign(rule_value=matrix.present[own] @ weight, word_class=str(number))
        part["witness"] = unit[own]
        part["n"] = part["witness"].nunique()
        part = part[part["words"] >= shortest].sort_values("rule_value", ascending=False, kind="stable")
        chosen.append(part.drop_duplicates("witness").head(most))
    if not chosen:
        return pd.DataFrame(columns=columns)
    frame = pd.concat(chosen, ignore_index=True)
    return frame.assign(quote=segment_texts(frame, turns))[columns]


def class_presence(classes: np.ndarray, segments: pd.DataFrame) -> pd.DataFrame:
    """In how many interviews each class comes up, and whether it is one interview's; those of one person count once.

    Columns ``word_class``, the estimate's (share of the interviews, ``n`` all interviews)``, interviews`` (in which it
    comes up)``, pieces`` (its segments)``,
    share`` (of all segments with a class)``, largest`` (the part of the class that
    is one interview's). The note says where that is more than half.
    """
    columns = ["word_class", *ESTIMATE, "interviews", "pieces", "share", "largest"]
    unit = pd.Series(speaking_units(segments), index=segments.index)
    rows, everyone = [], unit.nunique()
    for number in _numbers(classes):
        counts = unit[classes == number].value_counts()
        present = int((counts >= LEAST_SEGMENTS).sum())
        largest = counts.max() / counts.sum()
        note = ONE_INTERVIEW if largest > 0.5 and everyone > 2 else ""
        size = int(counts.sum())
        told = (*share_interval(present, everyone), everyone, PRESENT, "share", note)
        share = size / max(int((classes > 0).sum()), 1)
        rows.append((str(number), *told, present, size, share, largest))
    return pd.DataFrame(rows, columns=columns)


def class_groups(
    classes: np.ndarray, segments: pd.DataFrame, interviews: pd.DataFrame, seed: int = 2022
) -> pd.DataFrame:
    """Which part of each group's segments each class takes: ``word_class, group``, the estimate's; ``n`` interviews.

    ``p_adjusted`` is of the class: whether its part differs between groups more than between groups of the same sizes
    made by lot of whole interviews (sum over groups of their segments x (part - part of all)^2, 999 times), corrected
    for the number of classes (Holm). Intervals of a few interviews are too narrow to tell. Empty where all interviews
    are of one group.
    """
    columns = ["word_class", "group", *ESTIMATE, "p_adjusted"]
    group = dict(zip(interviews["interview"].astype("str"), interviews["group"].astype("str"), strict=True))
    of = segments["interview"].astype("str").map(lambda i: group.get(i, "")).to_numpy(dtype=object)
    counts = pd.crosstab([of, speaking_units(segments)], classes)
    owner = counts.index.get_level_values(0).to_numpy(dtype=object)
    names = sorted({g for g in owner if g and g not in ("nan", "<NA>", "None")})
    numbers = _numbers(classes)
    if len(names) < 2 or not numbers:
        return pd.DataFrame(columns=columns)
    known = np.isin(owner, names)
    table, owner = counts.loc[known, numbers].to_numpy(dtype=float), owner[known]
    member = np.array([owner == name for name in names], dtype=float)
    rng = np.random.default_rng(seed)
    drawn = np.array([_between(member[:, rng.permutation(len(owner))] @ table) for _ in range(DRAWS)])
    p = (1 + (drawn >= _between(member @ table) - 1e-12).sum(axis=0)) / (1 + DRAWS)
    p = multipletests(p, method="holm")[1]
    rows = []
    for name, inside in zip(names, member > 0, strict=True):
        for k, number in enumerate(numbers):
            pairs = np.stack([table[inside, k], table[inside].sum(axis=1)], axis=-1)
            low, high = resampled(pairs, _ratio, seed=seed)
            note = FEW if np.isnan(low) else ""
            told = (float(_ratio(pairs.sum(axis=0))), float(low), float(high), int(inside.sum()))
            rows.append((str(number), name, *told, GROUPED, "share", note, p[k]))
    return pd.DataFrame(rows, columns=columns)


def _between(table: np.ndarray) -> np.ndarray:
    """For each class (column) how far the groups' (rows) parts lie from that of all, weighted with their segments."""
    size = table.sum(axis=1, keepdims=True)
    part = np.divide(table, size, out=np.zeros_like(table), where=size > 0)
    return (size * (part - table.sum(axis=0) / table.sum()) ** 2).sum(axis=0)


def _ratio(pairs: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return pairs[..., 0] / pairs[..., 1]


def class_codes(
    classes: np.ndarray, segments: pd.DataFrame, coded: pd.DataFrame, seed: int = 2022
) -> pd.DataFrame:
    """Where the coders' themes fall among the classes: for each code and class the share of its segments.

    A segment has a code where a coder's passage (``coded``: interview, code, start, end) touches it. Columns ``code,
    word_class``, the estimate's (``n`` interviews with the code)``, expected, p_adjusted, pieces`` (segments with the
    code and a class). ``expected`` is the mean share when the classes of each interview are moved along it by lot,
    round its end (499 times), which keeps whose classes they are and how long they last; ``p_adjusted`` is that of a
    share above it, corrected for the number of pairs by the greatest standardised excess (Westfall and Young 1993).
    """
    columns = ["code", "word_class", *ESTIMATE, "expected", "p_adjusted", "pieces"]
    numbers = _numbers(classes)
    if not len(coded) or not numbers:
        return pd.DataFrame(columns=columns)
    codes, has = _touched(segments, coded)
    owner = pd.factorize(segments["interview"].astype("str").to_numpy(dtype=object))[0]
    inside = np.stack([classes == number for number in numbers], axis=1).astype(float)
    by_owner = np.zeros((owner.max() + 1, len(codes), len(numbers)))
    np.add.at(by_owner, owner, has[:, :, None] * inside[:, None, :])
    observed, whole = by_owner.sum(axis=0), by_owner.sum(axis=2)
    rng = np.random.default_rng(seed)
    drawn = np.array([has.T @ inside[_moved(owner, rng)] for _ in range(MOVES)])
    spread = drawn.std(axis=0)
    excess = np.divide(observed - drawn.mean(axis=0), spread, out=np.zeros_like(spread), where=spread > 0)
    far = np.divide(drawn - drawn.mean(axis=0), spread, out=np.zeros_like(drawn), where=spread > 0)
    greatest = far.max(axis=(1, 2))
    rows = []
    for k, code in enumerate(codes):
        if not observed[k].any():
            continue
        for c, number in enumerate(numbers):
            pairs = np.stack([by_owner[:, k, c], whole[:, k]], axis=-1)
            low, high = resampled(pairs, _ratio, seed=seed)
            note, n = FEW if np.isnan(low) else "", int((whole[:, k] > 0).sum())
            told = (float(_ratio(pairs.sum(axis=0))), float(low), float(high), n, CODED, "share", note)
            chance = drawn[:, k, c].sum() / drawn[:, k].sum()
            p = (1 + (greatest >= excess[k, c] - 1e-9).sum()) / (1 + MOVES)
            rows.append((code, str(number), *told, float(chance), float(p), int(observed[k].sum())))
    return pd.DataFrame(rows, columns=columns)


def _touched(segments: pd.DataFrame, coded: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """The codes, and segments x codes: 1 where a passage with the code touches the segment."""
    codes = sorted(coded["code"].astype("str").unique())
    place = {code: k for k, code in enumerate(codes)}
    has = np.zeros((len(segments), len(codes)))
    interview = segments["interview"].astype("str").to_numpy(dtype=object)
    start, end = (segments[c].to_numpy(dtype=np.int64) for c in ("start", "end"))
    for own, part in coded.groupby(coded["interview"].astype("str")):
        mine = np.flatnonzero(interview == own)
        begin, stop = (part[c].to_numpy(dtype=np.int64)[:, None] for c in ("start", "end"))
        for k, row in zip(
            part["code"].astype("str").map(place), (start[mine] < stop) & (begin < end[mine]), strict=True
        ):
            has[mine[row], k] = 1
    return codes, has


def _moved(owner: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Places of the segments, those of each interview (which stand together) moved round by a number drawn by lot."""
    sizes = np.bincount(owner)
    first = np.cumsum(sizes) - sizes
    by = (rng.random(len(sizes)) * sizes).astype(np.int64)
    within = np.arange(len(owner)) - first[owner]
    return first[owner] + (within + by[owner]) % sizes[owner]
