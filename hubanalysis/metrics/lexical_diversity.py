"""Lexical diversity: how soon a speaker comes back to words already used.

Three measures that, unlike types by tokens, hardly depend on how long one speaks. None is a measure of competence: in
speech they change with the topic, with how much the questions were answered shortly, and with the transcriber.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.word_counts import unit_codes, witnesses

__all__ = ["diversity_means", "hd_d", "lexical_diversity", "mattr", "mtld"]

#: Below this many words MTLD is not to be trusted (Koizumi 2012: 100 words).
LEAST_WORDS = 100
MEASURES = ("mtld", "hd_d", "mattr")
SHORT = mark("too few words for a measure of diversity")
ONE = mark("one interview only: no interval")


def mtld(words: Sequence[str], threshold: float = 0.72) -> float:
    """The measure of textual lexical diversity (McCarthy & Jarvis 2010): the mean length of stretches of words whose
    ratio of types to tokens stays above ``threshold``.

    A stretch ends where the ratio has fallen to the threshold; the last, unfinished one counts as (1 - ratio) /
    (1 - threshold). The mean of reading forward and backward, in words; above 1, usually 40 to 120. NaN without words.
    """
    words = list(words)
    if not words:
        return np.nan
    return (_one_way(words, threshold) + _one_way(words[::-1], threshold)) / 2


def _one_way(words: list[str], threshold: float) -> float:
    factors, seen, count, ratio = 0.0, set(), 0, 1.0
    for word in words:
        count += 1
        seen.add(word)
        ratio = len(seen) / count
        if ratio <= threshold:
            factors, seen, count = factors + 1, set(), 0
    if count:
        factors += (1 - ratio) / (1 - threshold)
    return len(words) / factors if factors else float(len(words))


def hd_d(words: Sequence[str], sample: int = 42) -> float:
    """HD-D (McCarthy & Jarvis 2007): the ratio of types to tokens expected in ``sample`` words drawn without returning.

    The sum over types of the hypergeometric probability that the type is drawn at least once, divided by ``sample``;
    between 1 / sample and 1. NaN with fewer words than ``sample``.
    """
    _, counts = np.unique(np.asarray(words, dtype=object).astype(str), return_counts=True)
    total = int(counts.sum())
    if total < sample:
        return np.nan
    # the chance that none is drawn: C(total - count, sample) / C(total, sample), as a product
    steps = np.arange(sample)
    missed = np.prod(np.maximum(total - counts[:, None] - steps, 0) / (total - steps), axis=1)
    return float((1 - missed).sum() / sample)


def mattr(words: Sequence[str], window: int = 50) -> float:
    """MATTR (Covington & McFall 2010): the mean ratio of types to tokens over all windows of ``window`` words.

    Between 1 / window and 1. NaN with fewer words than the window.
    """
    code, _ = pd.factorize(np.asarray(words, dtype=object))
    if len(code) < window:
        return np.nan
    # A word is new in every window that begins after its last occurrence and holds it.
    place = np.arange(len(code))
    before = pd.Series(place).groupby(code).shift().fillna(-1).to_numpy(dtype=np.int64)
    first = np.maximum(place - window + 1, before + 1)
    last = np.minimum(place, len(code) - window)
    return float(np.maximum(last - first + 1, 0).sum() / (window * (len(code) - window + 1)))


def lexical_diversity(tokens: pd.DataFrame, interviews: pd.DataFrame) -> pd.DataFrame:
    """MTLD, HD-D and MATTR of each interviewee, over the lemmas of all the words.

    One row a witness (an interview, or all interviews of one person in their order): ``interview`` (the first), the
    interview's ``group``, ``words, mtld, hd_d, mattr`` and a ``note`` where fewer than 100 words leave them NaN.
    Lemmas, since Italian inflects: forms would count grammar.
    """
    columns = ["interview", "group", "words", *MEASURES, "note"]
    if not len(tokens):
        return pd.DataFrame(columns=columns)
    witness = witnesses(tokens)
    group = interviews.set_index(interviews["interview"].astype("object"))["group"].astype("object")
    unit = unit_codes(tokens, witness)
    lemma = tokens["lemma"].astype("object").to_numpy()
    rows = []
    for number in pd.unique(unit):
        own = lemma[unit == number]
        name = witness.index[witness == number][0]
        enough = len(own) >= LEAST_WORDS
        values = (mtld(own), hd_d(own), mattr(own)) if enough else (np.nan,) * 3
        rows.append((name, group.get(name), len(own), *values, "" if enough else SHORT))
    return pd.DataFrame(rows, columns=columns).sort_values("interview", ignore_index=True)


def diversity_means(diversity: pd.DataFrame) -> pd.DataFrame:
    """The mean of each measure over all interviewees and over those of each group, with t interval.

    Columns ``group`` (``all_interviews`` first), ``measure``, the estimate's. From :func:`lexical_diversity`.
    """
    columns = ["group", "measure", "estimate", "low", "high", "n", "method", "unit", "note"]
    rows = []
    known = diversity.dropna(subset=["mtld"]) if len(diversity) else diversity
    parts = [("all_interviews", known)]
    if len(known) and known["group"].nunique() > 1:
        parts += [(name, known[known["group"] == name]) for name in sorted(known["group"].dropna().unique())]
    for name, part in parts:
        for measure in MEASURES if len(part) else ():
            estimate, low, high = mean_interval(part[measure].to_numpy(dtype=float))
            unit = "words" if measure == "mtld" else "ratio"
            method, note = mark("mean over interviewees, t interval"), ONE if len(part) == 1 else ""
            rows.append((name, measure, estimate, low, high, len(part), method, unit, note))
    return pd.DataFrame(rows, columns=columns)
