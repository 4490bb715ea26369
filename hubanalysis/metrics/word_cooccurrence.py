"""Words said near each other: how much more often than chance, by how many, and in which sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from hubanalysis.metrics.word_counts import unit_codes, witnesses

__all__ = ["strongest_ties", "tie_lines", "word_cooccurrence"]

WINDOW = 5
COLUMNS = ["word", "with_word", "g2", "npmi", "said", "n"]
#: Log-likelihood above which chance would give a pair once in a thousand (chi-square, one degree of freedom).
LEAST_G2 = 10.83


def word_cooccurrence(
    tokens: pd.DataFrame, window: int = WINDOW, least: int = 3, least_interviews: int = 2
) -> pd.DataFrame:
    """Pairs of different lemmas of content said at most ``window`` words of content apart in the same turn.

    Columns ``word, with_word`` (in the order of the alphabet)``, g2`` (log-likelihood of the 2 x 2 table of pairs,
    Dunning 1993; negative where the two meet less than expected)``, npmi`` (normalised pointwise mutual information, -1
    to 1, Bouma 2009)``, said`` (how often they meet)``, n`` (interviews in which they do, those of one person counted
    once). Kept are lemmas and pairs with at least ``least`` occurrences and in ``least_interviews``; the strongest
    first. With N pairs in all, f_a those of which a is one end: expected f_a f_b / 2N.
    """
    if not len(tokens):
        return pd.DataFrame(columns=COLUMNS)
    content = np.flatnonzero(tokens["content"].to_numpy(dtype=bool))
    code, terms = pd.factorize(tokens["lemma"].to_numpy(dtype=object)[content], sort=True)
    interview = pd.factorize(tokens["interview"])[0][content].astype(np.int64)
    witness = unit_codes(tokens, witnesses(tokens))[content]
    turn = tokens["turn"].to_numpy(dtype=np.int64)[content]
    breaks = np.r_[True, (np.diff(turn) != 0) | (np.diff(interview) != 0)]
    # a gap wider than the window after each turn: no pair crosses it
    where = np.arange(len(content)) + np.cumsum(breaks) * window
    kept = np.bincount(code, minlength=len(terms)) >= least
    ends = np.zeros(len(terms))
    pairs: list[np.ndarray] = []
    owners: list[np.ndarray] = []
    meetings = 0
    for step in range(1, window + 1):
        near = np.flatnonzero(where[step:] - where[:-step] <= window)
        a, b = code[near], code[near + step]
        different = a != b
        a, b = a[different], b[different]
        meetings += len(a)
        ends += np.bincount(a, minlength=len(terms)) + np.bincount(b, minlength=len(terms))
        both = kept[a] & kept[b]
        low, high = np.minimum(a, b)[both], np.maximum(a, b)[both]
        pairs.append(low.astype(np.int64) * len(terms) + high)
        owners.append(witness[near][different][both])
    pair, owner = np.concatenate(pairs), np.concatenate(owners)
    found, place = np.unique(pair, return_inverse=True)
    if not len(found):
        return pd.DataFrame(columns=COLUMNS)
    by_witness = sparse.csr_array(
        (np.ones(len(place)), (place, owner)), shape=(len(found), int(witness.max()) + 1)
    )
    by_witness.sum_duplicates()
    said, n = np.asarray(by_witness.sum(axis=1)).ravel(), np.diff(by_witness.indptr)
    held = (said >= least) & (n >= min(least_interviews, len(np.unique(witness))))
    a, b = np.divmod(found[held], len(terms))
    g2, npmi = _association(said[held], ends[a], ends[b], meetings)
    frame = pd.DataFrame(
        {
            "word": np.asarray(terms, object)[a],
            "with_word": np.asarray(terms, object)[b],
            "g2": g2,
            "npmi": npmi,
            "said": said[held].astype(int),
            "n": n[held].astype(int),
        }
    )
    return frame.sort_values(["g2", "word", "with_word"], ascending=[False, True, True], ignore_index=True)


def _association(together, ends_a, ends_b, meetings) -> tuple[np.ndarray, np.ndarray]:
    """Signed log-likelihood and npmi of pairs: each meeting has two ends, one of them a, the other b."""
    n = 2.0 * meetings  # ordered pairs
    o11 = together.astype(float)
    observed = np.stack([o11, ends_a - o11, ends_b - o11, n - ends_a - ends_b + o11])
    expected = (
        np.stack([ends_a * ends_b, ends_a * (n - ends_b), (n - ends_a) * ends_b, (n - ends_a) * (n - ends_b)])
        / n
    )
    observed = np.maximum(observed, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        g2 = 2 * np.where(observed > 0, observed * np.log(observed / expected), 0.0).sum(axis=0)
        npmi = np.log(o11 / expected[0]) / -np.log(o11 / n)
    return np.sign(o11 - expected[0]) * np.maximum(g2, 0.0), npmi


def strongest_ties(pairs: pd.DataFrame, most: int = 50, least_interviews: int = 3) -> pd.DataFrame:
    """The ``most`` strongest pairs (by log-likelihood, above 10.83) that meet in at least ``least_interviews``."""
    kept = pairs[(pairs["g2"] >= LEAST_G2) & (pairs["n"] >= least_interviews)]
    return kept.head(most).reset_index(drop=True)


def tie_lines(
    tokens: pd.DataFrame, turns: pd.DataFrame, first: str, second: str, window: int = WINDOW, width: int = 60
) -> pd.DataFrame:
    """Every place where the lemmas ``first`` and ``second`` meet: ``interview, turn, quote, start``.

    The quotation runs from ``width`` characters before the first of the two to as many after the second, cut between
    words, within the turn.
    """
    columns = ["interview", "turn", "quote", "start"]
    if not len(tokens):
        return pd.DataFrame(columns=columns)
    near = tokens[tokens["content"].to_numpy(dtype=bool)].reset_index(drop=True)
    near = near[near["lemma"].isin([first, second]).to_numpy()]
    texts = {
        (i, t): (text, start)
        for i, t, text, start in turns[["interview", "turn", "text", "start"]].itertuples(index=False)
    }
    rows = []
    hits = list(near.itertuples())
    for k, one in enumerate(hits):
        for other in hits[k + 1 :]:
            if other.Index - one.Index > window or (other.interview, other.turn) != (one.interview, one.turn):
                break
            if other.lemma == one.lemma:
                continue
            text, begin = texts[one.interview, one.turn]
            start, end = one.start - begin, other.end - begin
            left, right = text[max(0, start - width) : start], text[end : end + width]
            left = left.partition(" ")[2] if start > width else left
            right = right.rpartition(" ")[0] if end + width < len(text) else right
            rows.append((one.interview, one.turn, (left + text[start:end] + right).strip(), one.start))
    return pd.DataFrame(rows, columns=columns)
