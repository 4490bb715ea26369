"""Quotations chosen by rule, so that nobody can say they were picked to please.

Passages are what the coders marked. Three rules: the **typical** passage of a theme has the words most like those
of its other passages; the **contrary** one differs most from its theme in how much it denies (non, nessuno, mai
...); **rare** are the themes that stand in the fewest interviews, with their typical passage.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from hubanalysis.metrics.tokens import lemmatise, stop_words, tokenise

__all__ = ["contrary_quotes", "rare_quotes", "typical_quotes"]

COLUMNS = ["code", "interview", "quote", "n", "rule_value"]
SHORTEST, LONGEST = 15, 80  # words: a shorter one says too little alone, a longer one is a story
_WORDS = Path(__file__).parent / "words"


@lru_cache(maxsize=2)
def _denials(language: str) -> frozenset[str]:
    return frozenset((_WORDS / f"denial_{language}.txt").read_text(encoding="utf-8").split())


def _passages(segments: pd.DataFrame, language: str) -> pd.DataFrame:
    """Segments fit to be quoted: ``code, interview, quote, words`` (their tokens), ``agreed`` (another coder, same
    code).
    """
    if not len(segments):
        return pd.DataFrame(columns=["code", "interview", "quote", "words", "agreed"])
    frame = segments.sort_values(["interview", "start", "end", "coder", "code"], kind="stable").reset_index(
        drop=True
    )
    agreed = np.zeros(len(frame), dtype=bool)
    for _, part in frame.groupby(["interview", "code"], observed=True):
        start, end = part["start"].to_numpy(dtype=np.int64), part["end"].to_numpy(dtype=np.int64)
        coder = part["coder"].astype("str").to_numpy()
        meets = (start[:, None] < end) & (start < end[:, None]) & (coder[:, None] != coder)
        agreed[part.index] = meets.any(axis=1)
    words = [[w for w in tokenise(text, language) if w[0].isalpha()] for text in frame["text"]]
    frame = frame.assign(quote=frame["text"], words=words, agreed=agreed)
    length = frame["words"].map(len)
    return frame[(length >= SHORTEST) & (length <= LONGEST)][
        ["code", "interview", "quote", "words", "agreed"]
    ]


def _likeness(passages: pd.DataFrame, language: str) -> np.ndarray:
    """How like each passage is to the others of its theme: mean cosine of tf-idf vectors of content lemmas, 0 to 1."""
    stop = stop_words(language)
    lemmas = [
        [x for w in words if (x := lemmatise(w, language)) not in stop and w.lower() not in stop]
        for words in passages["words"]
    ]
    place: dict[str, int] = {}
    rows = [i for i, own in enumerate(lemmas) for _ in own]
    columns = [place.setdefault(lemma, len(place)) for own in lemmas for lemma in own]
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(lemmas), max(len(place), 1)))
    matrix.sum_duplicates()
    idf = np.log((1 + len(lemmas)) / (1 + np.bincount(matrix.indices, minlength=matrix.shape[1])))
    matrix = matrix @ sparse.diags_array(idf)
    norm = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    matrix = sparse.diags_array(1 / np.where(norm > 0, norm, 1)) @ matrix
    likeness = np.zeros(len(lemmas))
    codes, interviews = passages["code"].to_numpy(dtype=object), passages["interview"].to_numpy(dtype=object)
    for code in dict.fromkeys(codes):
        mine = np.flatnonzero(codes == code)
        cosine = np.asarray((matrix[mine] @ matrix[mine].T).todense())
        # Of the same interview nothing counts: two coders mark the same words, and people repeat themselves.
        cosine = cosine * (interviews[mine][:, None] != interviews[mine])
        likeness[mine] = cosine.sum(axis=1) / max(len(mine) - 1, 1)
    return likeness


def _denial(passages: pd.DataFrame, language: str) -> np.ndarray:
    denials = _denials(language)
    return np.array([sum(w.lower() in denials for w in words) / len(words) for words in passages["words"]])


def _first(passages: pd.DataFrame, value: np.ndarray, codes: list[str]) -> pd.DataFrame:
    """The passage with the highest value of each code; agreed passages before others, earlier ones in a tie."""
    frame = passages.assign(rule_value=value)
    frame = frame.sort_values(["agreed", "rule_value"], ascending=False, kind="stable").drop_duplicates(
        "code"
    )
    return frame.set_index("code").reindex(codes).dropna(subset=["quote"]).reset_index()


def _by_presence(segments: pd.DataFrame) -> pd.Series:
    """Interviews in which each code is present, most first, then by name."""
    present = segments.groupby("code", observed=True)["interview"].nunique().sort_index()
    return present.sort_values(ascending=False, kind="stable")


def typical_quotes(segments: pd.DataFrame, most: int = 4, language: str = "it") -> pd.DataFrame:
    """The typical passage of each of the ``most`` themes present in the most interviews.

    Columns ``code, interview, quote, n`` (interviews with the theme)``, rule_value`` (likeness to the others, 0 to 1).
    Passages two coders agree on come first.
    """
    passages = _passages(segments, language)
    if not len(passages):
        return pd.DataFrame(columns=COLUMNS)
    present = _by_presence(segments)
    chosen = _first(passages, _likeness(passages, language), list(present.index[:most]))
    return chosen.assign(n=chosen["code"].map(present))[COLUMNS]


def contrary_quotes(segments: pd.DataFrame, most: int = 4, language: str = "it") -> pd.DataFrame:
    """For each of the ``most`` most present themes the passage that denies most unlike the theme's others.

    The share of words of denial in the passage less the theme's median, without its sign: where a theme tells what
    was gained, the passage that says what was not; where it tells what is missing, one that says what is there.
    ``rule_value`` is that difference (share of words). A passage that is the typical one already is not taken.
    """
    passages = _passages(segments, language)
    if not len(passages):
        return pd.DataFrame(columns=COLUMNS)
    typical = set(typical_quotes(segments, most, language)["quote"])
    passages = passages[~passages["quote"].isin(typical)]
    if not len(passages):
        return pd.DataFrame(columns=COLUMNS)
    share = pd.Series(_denial(passages, language), index=passages.index)
    far = (share - share.groupby(passages["code"].astype("str")).transform("median")).abs()
    present = _by_presence(segments)
    chosen = _first(passages, far.to_numpy(), list(present.index[:most]))
    return chosen.assign(n=chosen["code"].map(present))[COLUMNS]


def rare_quotes(segments: pd.DataFrame, most: int = 3, language: str = "it") -> pd.DataFrame:
    """The typical passage of each of the ``most`` themes present in the fewest interviews; columns as above."""
    passages = _passages(segments, language)
    if not len(passages):
        return pd.DataFrame(columns=COLUMNS)
    present = _by_presence(segments)
    chosen = _first(passages, _likeness(passages, language), list(present.index[::-1][:most]))
    return chosen.assign(n=chosen["code"].map(present))[COLUMNS]
