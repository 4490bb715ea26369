"""Passages fit to be quoted, the words a theme has of its own, and how like or contrary a passage is to its theme."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from hubanalysis.metrics.tokens import lemmatise, stop_words, tokenise

__all__ = ["denied_shares", "likeness", "own_words", "passages_of"]

SHORTEST, LONGEST = 15, 80  # words: a shorter one says too little alone, a longer one is a story
MOST_OWN = 25
_WORDS = Path(__file__).parent / "words"
_CLAUSE = re.compile(r"[.,;:!?…–—]+")
# "not only" denies nothing
_NO_DENIAL = re.compile(r"\b(?:non (?:solo|soltanto|solamente)|not only|not just)\b", re.I)
COLUMNS = ["code", "interview", "person", "start", "end", "quote", "words", "lemmas", "agreed"]


@lru_cache(maxsize=2)
def _denials(language: str) -> frozenset[str]:
    return frozenset((_WORDS / f"denial_{language}.txt").read_text(encoding="utf-8").split())


def _speakers(segments: pd.DataFrame, turns: pd.DataFrame | None) -> pd.Series:
    """Who says each passage; the interview stands for her where it is not known."""
    interview = segments["interview"].astype("object")
    if turns is None or "person" not in turns or "turn" not in segments or not len(turns):
        return interview
    who = turns.drop_duplicates(["interview", "turn"]).set_index(["interview", "turn"])["person"]
    places = pd.MultiIndex.from_arrays([segments["interview"].astype(str), segments["turn"].astype("Int64")])
    who.index = pd.MultiIndex.from_arrays(
        [who.index.get_level_values(0).astype(str), who.index.get_level_values(1).astype("Int64")]
    )
    found = pd.Series(who.reindex(places).to_numpy(dtype=object), index=segments.index)
    return found.where(found.notna(), interview)


def passages_of(
    segments: pd.DataFrame, turns: pd.DataFrame | None = None, language: str = "it"
) -> pd.DataFrame:
    """The passages fit to be quoted, each once: ``code, interview, person, start, end, quote, words, lemmas, agreed``.

    Segments of one code that overlap are one passage, whoever marked them; the longest of 15 to 80 words stands for it.
    ``agreed`` tells that two coders marked it, ``lemmas`` are those of content. Passages without one of that length are
    not among them. In the order of interviews and places.
    """
    if not len(segments):
        return pd.DataFrame(columns=COLUMNS)
    frame = segments.assign(person=_speakers(segments, turns), quote=segments["text"].astype("object"))
    frame["code"] = frame["code"].astype("object")
    order = ["code", "interview", "start", "end", "coder"]
    frame = frame.sort_values(order, kind="stable").reset_index(drop=True)
    reach = frame.groupby(["code", "interview"], observed=True)["end"].cummax().to_numpy(dtype=np.int64)
    code, interview = (frame[c].to_numpy(dtype=object) for c in ("code", "interview"))
    same = np.zeros(len(frame), dtype=bool)
    same[1:] = (code[1:] == code[:-1]) & (interview[1:] == interview[:-1])
    same[1:] &= frame["start"].to_numpy(dtype=np.int64)[1:] < reach[:-1]
    frame["passage"] = (~same).cumsum()
    coders = frame.groupby("passage")["coder"].nunique()
    frame["agreed"] = frame["passage"].map(coders) > 1
    stop = stop_words(language)
    words = {quote: [w for w in tokenise(quote, language) if w[0].isalpha()] for quote in set(frame["quote"])}
    frame["words"] = frame["quote"].map(words)
    frame["length"] = frame["words"].map(len)
    fit = frame[frame["length"].between(SHORTEST, LONGEST)]
    fit = fit.sort_values(["passage", "length"], ascending=[True, False], kind="stable").drop_duplicates(
        "passage"
    )
    fit = fit.sort_values(["interview", "start", "end", "code"], kind="stable").reset_index(drop=True)
    fit["lemmas"] = [
        [x for w in own if (x := lemmatise(w, language)) not in stop and w.lower() not in stop]
        for own in fit["words"]
    ]
    return fit[COLUMNS]


def likeness(passages: pd.DataFrame) -> np.ndarray:
    """How like each passage is to those of its theme that other persons say: 0 to 1; missing where nobody else does.

    The cosine of tf-idf vectors of content lemmas (Salton & Buckley 1988), in the mean over the passages of each other
    person and then over persons: what one person says ten times counts once.
    """
    own = [list(lemmas) for lemmas in passages["lemmas"]]
    place: dict[str, int] = {}
    rows = [i for i, lemmas in enumerate(own) for _ in lemmas]
    columns = [place.setdefault(lemma, len(place)) for lemmas in own for lemma in lemmas]
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(own), max(len(place), 1)))
    matrix.sum_duplicates()
    idf = np.log((1 + len(own)) / (1 + np.bincount(matrix.indices, minlength=matrix.shape[1])))
    matrix = matrix @ sparse.diags_array(idf)
    norm = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    matrix = sparse.diags_array(1 / np.where(norm > 0, norm, 1)) @ matrix
    value = np.full(len(own), np.nan)
    codes, persons = passages["code"].to_numpy(dtype=object), passages["person"].to_numpy(dtype=object)
    for code in dict.fromkeys(codes):
        mine = np.flatnonzero(codes == code)
        who, names = pd.factorize(persons[mine])
        if len(names) < 2:
            continue
        cosine = np.asarray((matrix[mine] @ matrix[mine].T).todense())
        by_person = (cosine @ np.eye(len(names))[who]) / np.bincount(who)
        own_share = by_person[np.arange(len(mine)), who]
        value[mine] = (by_person.sum(axis=1) - own_share) / (len(names) - 1)
    return value


def own_words(passages: pd.DataFrame, code: str) -> frozenset[str]:
    """The lemmas a theme has of its own: at most 25, said of it by two persons or more, oftener than of other themes.

    In order of persons x log(share of the theme's passages with the lemma / share of all other passages).
    """
    mine, others = passages[passages["code"] == code], passages[passages["code"] != code]
    who: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    for person, lemmas in zip(mine["person"], mine["lemmas"], strict=True):
        for lemma in set(lemmas):
            who.setdefault(lemma, set()).add(person)
            count[lemma] = count.get(lemma, 0) + 1
    elsewhere: dict[str, int] = {}
    for lemmas in others["lemmas"]:
        for lemma in set(lemmas):
            elsewhere[lemma] = elsewhere.get(lemma, 0) + 1
    score = {}
    for lemma, persons in who.items():
        share = count[lemma] / len(mine)
        other = (elsewhere.get(lemma, 0) + 0.5) / (len(others) + 1)
        if len(persons) >= 2 and share > other:
            score[lemma] = len(persons) * np.log(share / other)
    return frozenset(sorted(score, key=lambda lemma: (-score[lemma], lemma))[:MOST_OWN])


def denied_shares(passages: pd.DataFrame, own: frozenset[str], language: str = "it") -> np.ndarray:
    """Of the clauses of each passage that hold a word of ``own``, the share with a word of denial; missing without any.

    A word of denial that is one of the theme's own (to lack, where a theme tells of what is lacking) denies nothing
    in it. Clauses are cut at stops and commas.
    """
    denials = _denials(language)
    shares = np.full(len(passages), np.nan)
    for i, quote in enumerate(passages["quote"]):
        about = denied = 0
        for clause in _CLAUSE.split(_NO_DENIAL.sub(" ", quote)):
            pairs = [(w.lower(), lemmatise(w, language)) for w in tokenise(clause, language)]
            if any(lemma in own for _, lemma in pairs):
                about += 1
                denied += any(w in denials and lemma not in own for w, lemma in pairs)
        if about:
            shares[i] = denied / about
    return shares
