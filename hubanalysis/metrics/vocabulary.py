"""The words of the interviews: one row a word, and how often each lemma is said, by how many."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.tokens import kept_forms, lemmatise, places_of_all, stop_words
from hubanalysis.metrics.word_counts import count_table, unit_codes, witnesses

__all__ = ["ALL_INTERVIEWS", "interview_sizes", "main_language", "word_rates", "word_tokens"]

ALL_INTERVIEWS = "all_interviews"
FEW = mark("too few interviews for an interval")
ONE = mark("one interview only: no interval")

TOKEN_COLUMNS = ["interview", "speaker", "turn", "token", "lemma", "content", "start", "end", "person"]
_SENTENCE_END = re.compile(r"[.!?…:«“\"]\s*[«“\"'(–-]*\s*$")
#: After these a word is a name, even where a transcriber writes no capitals (il professor rossi).
_TITLES = ["professor", "professoressa", "signor", "dottor", "dottoressa", "ingegner", "suor"]


def main_language(interviews: pd.DataFrame) -> str:
    """The language most interviews are held in; Italian where there is none."""
    return str(interviews["language"].mode().iloc[0]) if interviews["language"].notna().any() else "it"


def word_tokens(turns: pd.DataFrame, language: str = "it", role: str | None = "interviewee") -> pd.DataFrame:
    """One row a word of ``turns`` (interview, turn, speaker, person, role, text, start), with its lemma.

    ``content`` tells the words that are neither stop words nor numbers; ``start`` and ``end`` are code points of the
    interview's plain text. A form that stands with a capital inside a sentence, or after a title, is a name and is its
    own lemma (Rossi is not rosso); at the beginning of a sentence a form is a name if most of its capitals elsewhere
    say so. ``role`` None takes the interviewer's words as well. ``person`` is who speaks; where the turns do not say
    it, interview and speaker stand for it. Texts are Categoricals whose categories stand in alphabetical order.
    """
    if role is not None and len(turns):
        turns = turns[turns["role"].astype("str") == role]
    texts = turns["text"].astype("object").to_list()
    tokens, row, start, end = places_of_all(texts, language)
    forms, code = _sorted_codes(tokens)
    names = _named(forms, code, texts, row, start, end, language)
    lemma, content = _lemmas(forms, language)
    own = np.concatenate([lemma, forms])[np.where(names, code + len(forms), code)]
    begin = turns["start"].to_numpy(dtype=np.int64)[row]
    frame = pd.DataFrame(
        {
            "turn": turns["turn"].to_numpy()[row],
            "token": pd.Categorical.from_codes(code, forms),
            "lemma": pd.Categorical.from_codes(*reversed(_sorted_codes(own))),
            "content": content[code] | names,
            "start": begin + start,
            "end": begin + end,
        }
    )
    for column in ("interview", "speaker"):
        frame[column] = _repeated(turns[column], row)
    frame["person"] = _repeated(_person(turns), row)
    return frame[TOKEN_COLUMNS]


def _person(turns: pd.DataFrame) -> pd.Series:
    speaker = turns["interview"].astype("str") + "·" + turns["speaker"].astype("str")
    if "person" not in turns:
        return speaker
    person = turns["person"].astype("object")
    return person.where(person.notna() & (person != ""), speaker)


def _sorted_codes(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different values in order, and for each value its place among them."""
    code, different = pd.factorize(values, use_na_sentinel=False)
    order = (
        np.argsort(different.astype(str), kind="stable") if len(different) else np.empty(0, dtype=np.int64)
    )
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return different[order], place[code] if len(code) else code


def _repeated(column: pd.Series, row: np.ndarray) -> pd.Categorical:
    """A column of the turns, for each of their words."""
    different, code = _sorted_codes(column.astype("object").to_numpy())
    return pd.Categorical.from_codes(code[row], different)


def _lemmas(forms: np.ndarray, language: str) -> tuple[np.ndarray, np.ndarray]:
    """For each form its lemma, and whether it is a word of content."""
    lemmas = np.array([lemmatise(form, language) for form in forms], dtype=object)
    stop, kept = stop_words(language), kept_forms(language)
    content = [
        form[0].isalpha()
        and len(form) > 1
        and not form.endswith("'")
        and form.lower() not in stop
        and (lemma not in stop or form.lower() in kept)
        for form, lemma in zip(forms, lemmas, strict=True)
    ]
    return lemmas, np.array(content, dtype=bool)


def _named(forms, code, texts, row, start, end, language) -> np.ndarray:
    """For each word, whether it is a name."""
    capital = np.array([f[0].isupper() for f in forms], dtype=bool)
    able = np.array([len(f) > 1 and not f.isupper() and f[0].isalpha() for f in forms], dtype=bool)
    first = np.ones(len(code), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    upper = np.flatnonzero(capital[code]) if len(forms) else np.empty(0, dtype=np.int64)
    initial = first[upper]
    for k in np.flatnonzero(~initial):
        at = upper[k]
        between = texts[row[at]][max(end[at - 1], start[at] - 12) : start[at]]
        initial[k] = between != " " and _SENTENCE_END.search(between) is not None
    names = np.zeros(len(code), dtype=bool)
    names[upper] = ~initial
    # Inside sentences more often with a capital than the same word stands without one: a name at their beginning too.
    inside = np.bincount(code[names], minlength=len(forms))
    written = dict(zip(forms, np.bincount(code, minlength=len(forms)), strict=True))
    often = np.array([n > written.get(f.lower(), 0) for f, n in zip(forms, inside, strict=True)], dtype=bool)
    names[upper[initial]] = often[code[upper[initial]]]
    if language == "it" and len(forms):
        stop = stop_words("it")
        title = np.isin(np.char.lower(forms.astype(str)), _TITLES)
        noun = np.array([f[0].isalpha() and f not in stop and not f.endswith("'") for f in forms], dtype=bool)
        names[1:] |= title[code[:-1]] & ~first[1:] & noun[code[1:]]
    return names & able[code] if len(forms) else names


def word_rates(tokens: pd.DataFrame, most: int = 20, seed: int = 2022) -> pd.DataFrame:
    """The ``most`` frequent lemmas of content, each with its rate in 1,000 words of all kinds.

    Columns ``lemma``, the estimate's and ``said`` (how often). The interval is a bootstrap over witnesses (interviews,
    or all interviews of one person), since what one person says again and again is one witness; ``n`` is the witnesses
    that say the word.
    """
    columns = ["lemma", "estimate", "low", "high", "n", "method", "unit", "note", "said"]
    if not len(tokens) or not tokens["content"].any():
        return pd.DataFrame(columns=columns)
    unit = unit_codes(tokens, witnesses(tokens))
    counts, lemmas, sizes = count_table(unit, tokens)
    total = counts.sum(axis=0)
    first = np.lexsort((lemmas.astype(str), -total))[:most]
    own = counts[:, first]
    pairs = np.stack([own, np.broadcast_to(sizes[:, None], own.shape)], axis=2)
    low, high = resampled(pairs, lambda t: 1000 * t[..., 0] / t[..., 1], seed=seed)
    frame = pd.DataFrame({"lemma": lemmas[first], "estimate": 1000 * total[first] / sizes.sum()})
    frame["low"], frame["high"], frame["n"] = low, high, (own > 0).sum(axis=0)
    frame["method"] = mark("rate over all interviews, bootstrap over interviews")
    frame["unit"] = "per_thousand"
    frame["note"], frame["said"] = np.where(np.isnan(low), FEW, ""), total[first].astype(int)
    return frame[columns]


def interview_sizes(interviews: pd.DataFrame) -> pd.DataFrame:
    """How much was said: for all interviews and for each group the mean number of words of an interviewee.

    Columns ``group`` (``all_interviews`` first), the estimate's (words an interview, t interval, ``n`` interviews) and
    ``words, turns``, the sums.
    """
    columns = ["group", "estimate", "low", "high", "n", "method", "unit", "note", "words", "turns"]
    if not len(interviews):
        return pd.DataFrame(columns=columns)
    group = interviews["group"].astype("object").where(interviews["group"].notna(), "")
    parts = [(ALL_INTERVIEWS, interviews)]
    if group.nunique() > 1:
        parts += [(name, interviews[group == name]) for name in sorted(group.unique())]
    rows = []
    for name, part in parts:
        estimate, low, high = mean_interval(part["words"].to_numpy(dtype=float))
        method, note = mark("mean over interviews, t interval"), ONE if len(part) == 1 else ""
        sums = (int(part["words"].sum()), int(part["turns"].sum()))
        rows.append((name, estimate, low, high, len(part), method, "words", note, *sums))
    return pd.DataFrame(rows, columns=columns)
