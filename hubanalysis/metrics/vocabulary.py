"""The words of the interviews: one row a word, and how often each lemma is said, by how many."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.tokens import lemmatise, stop_words, token_places

__all__ = ["ALL_INTERVIEWS", "interview_sizes", "main_language", "word_rates", "word_tokens"]

ALL_INTERVIEWS = "all_interviews"
FEW = mark("too few interviews for an interval")
ONE = mark("one interview only: no interval")

TOKEN_COLUMNS = ["interview", "speaker", "turn", "token", "lemma", "content", "start", "end"]
_SENTENCE_END = re.compile(r"[.!?…:«“\"]\s*[«“\"'(–-]*\s*$")


def main_language(interviews: pd.DataFrame) -> str:
    """The language most interviews are held in; Italian where there is none."""
    return str(interviews["language"].mode().iloc[0]) if interviews["language"].notna().any() else "it"


def word_tokens(turns: pd.DataFrame, language: str = "it", role: str | None = "interviewee") -> pd.DataFrame:
    """One row a word of ``turns`` (interview, turn, speaker, role, text, start), with its lemma.

    ``content`` tells the words that are neither stop words nor numbers; ``start`` and ``end`` are code points of the
    interview's plain text. A form that stands with a capital inside a sentence is a name and is its own lemma (Rossi is
    not rosso); at the beginning of a sentence a form is a name if most of its capitals elsewhere say so. ``role`` None
    takes the interviewer's words as well.
    """
    if role is not None and len(turns):
        turns = turns[turns["role"].astype("str") == role]
    rows: list[tuple] = []
    initial: list[bool] = []
    for interview, speaker, number, text, begin in zip(
        *(turns[c] for c in ("interview", "speaker", "turn", "text", "start")), strict=True
    ):
        after = 0
        for token, start, end in token_places(text, language):
            first = not rows or rows[-1][2] != number or rows[-1][0] != interview
            initial.append(first or _SENTENCE_END.search(text, max(after, start - 12), start) is not None)
            after = end
            rows.append((interview, speaker, number, token, begin + start, begin + end))
    names = _names(rows, initial)
    stop = stop_words(language)
    lemmas: list[str] = []
    content: list[bool] = []
    for row, first in zip(rows, initial, strict=True):
        token = row[3]
        named = token[0].isupper() and (token.lower() in names if first else True)
        if named and len(token) > 1 and not token.isupper():
            lemma = token
        else:
            lemma = lemmatise(token, language)
            named = False
        lower = token.lower()
        lemmas.append(lemma)
        content.append(
            named
            or not (
                lower in stop
                or lemma in stop
                or lower.endswith("'")
                or not token[0].isalpha()
                or len(lower) < 2
            )
        )
    frame = pd.DataFrame(rows, columns=["interview", "speaker", "turn", "token", "start", "end"])
    frame["lemma"], frame["content"] = pd.Series(lemmas, dtype="object"), pd.Series(content, dtype="bool")
    return frame[TOKEN_COLUMNS]


def _names(rows: list[tuple], initial: list[bool]) -> frozenset[str]:
    """Forms that inside a sentence stand with a capital more often than without."""
    inside: defaultdict[str, Counter] = defaultdict(Counter)
    for row, first in zip(rows, initial, strict=True):
        if not first:
            inside[row[3].lower()][row[3][0].isupper()] += 1
    return frozenset(form for form, count in inside.items() if count[True] > count[False])


def word_rates(tokens: pd.DataFrame, most: int = 20, seed: int = 2022) -> pd.DataFrame:
    """The ``most`` frequent lemmas of content, each with its rate in 1,000 words of all kinds.

    Columns ``lemma``, the estimate's and ``said`` (how often). The interval is a bootstrap over interviews, since what
    one person says again and again is one witness; ``n`` is the interviews in which the word is said.
    """
    columns = ["lemma", "estimate", "low", "high", "n", "method", "unit", "note", "said"]
    content = tokens[tokens["content"].astype("bool")] if len(tokens) else tokens
    if not len(content):
        return pd.DataFrame(columns=columns)
    sizes = tokens.groupby("interview", observed=True).size()
    counts = (
        content.groupby(["interview", "lemma"], observed=True)
        .size()
        .unstack(fill_value=0)
        .reindex(sizes.index)
    )
    counts = counts.fillna(0)
    total = counts.sum().sort_index().sort_values(ascending=False, kind="stable").head(most)
    own = counts[total.index].to_numpy(dtype=float)
    pairs = np.stack([own, np.broadcast_to(sizes.to_numpy(dtype=float)[:, None], own.shape)], axis=-1)
    low, high = resampled(pairs, lambda t: 1000 * t[..., 0] / t[..., 1], seed=seed)
    frame = pd.DataFrame({"lemma": total.index, "estimate": 1000 * total.to_numpy() / sizes.sum()})
    frame["low"], frame["high"] = low, high
    frame["n"] = (own > 0).sum(axis=0)
    frame["method"], frame["unit"] = (
        mark("rate over all interviews, bootstrap over interviews"),
        "per_thousand",
    )
    frame["note"], frame["said"] = np.where(np.isnan(low), FEW, ""), total.to_numpy().astype(int)
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
