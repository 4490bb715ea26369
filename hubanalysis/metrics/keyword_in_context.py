"""A word with what stands around it (KWIC): the reader's way back from counts to speech."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

__all__ = ["found_places", "keyword_in_context", "lines_of", "lines_of_groups"]

COLUMNS = ["interview", "turn", "left", "keyword", "right", "start"]


def found_places(tokens: pd.DataFrame, words: str) -> tuple[np.ndarray, np.ndarray]:
    """The rows of ``tokens`` where ``words`` begin, and where they end (the last row of each).

    One word, or several that follow each other within a turn (``assistente sociale``, ``casa di *``). Each is matched
    with a token's form or its lemma, capitals aside; ``*`` stands for any letters and ``?`` for one. Nothing is found
    for words that are nothing but ``*``.
    """
    wanted = words.split()
    nothing = np.empty(0, dtype=np.int64)
    if not len(tokens) or not any(w.strip("*?") for w in wanted):
        return nothing, nothing
    last = len(tokens) - len(wanted) + 1
    found = np.ones(max(last, 0), dtype=bool)
    for k, word in enumerate(wanted):
        pattern = _pattern(word)
        found &= (_matches(tokens["token"], pattern) | _matches(tokens["lemma"], pattern))[k : k + len(found)]
    rows = np.flatnonzero(found)
    if len(wanted) > 1:
        ends = rows + len(wanted) - 1
        turn = tokens["turn"].to_numpy()
        interview = tokens["interview"].astype("category").cat.codes.to_numpy()
        rows = rows[(turn[rows] == turn[ends]) & (interview[rows] == interview[ends])]
    return rows, rows + len(wanted) - 1


def _pattern(word: str) -> re.Pattern | str:
    word = word.casefold()
    if not set("*?") & set(word):
        return word
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in word))


def _matches(column: pd.Series, pattern: re.Pattern | str) -> np.ndarray:
    """Which rows match, each different value looked at once."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    values = [str(v).casefold() for v in column.cat.categories]
    if isinstance(pattern, str):
        hit = np.array([v == pattern for v in values], dtype=bool)
    else:
        hit = np.array([pattern.fullmatch(v) is not None for v in values], dtype=bool)
    return np.append(hit, False)[column.cat.codes.to_numpy()]


def keyword_in_context(tokens: pd.DataFrame, turns: pd.DataFrame, word: str, width: int = 60) -> pd.DataFrame:
    """Every place where ``word`` is said, with up to ``width`` characters on either side, cut between words.

    ``word`` may be several words and hold ``*`` and ``?`` (:func:`found_places`). ``tokens`` are from
    :func:`hubanalysis.metrics.vocabulary.word_tokens`. In the order of the interviews; ``start`` is the keyword's first
    code point in the interview's plain text.
    """
    return _lines(tokens, turns, *found_places(tokens, word), width)


def _lines(tokens, turns, first: np.ndarray, last: np.ndarray, width: int) -> pd.DataFrame:
    if not len(first):
        return pd.DataFrame(columns=COLUMNS)
    places = tokens.iloc[first]
    ends = tokens["end"].to_numpy()[last]
    wanted = turns[turns["interview"].isin(places["interview"].unique())]
    texts = {
        (i, t): (text, start)
        for i, t, text, start in zip(
            *(wanted[c].astype("object") for c in ("interview", "turn", "text", "start")), strict=True
        )
    }
    rows = []
    for interview, turn, at, to in zip(
        places["interview"].astype("object"), places["turn"], places["start"], ends, strict=True
    ):
        text, begin = texts[interview, turn]
        start, end = at - begin, to - begin
        left, right = text[max(0, start - width) : start], text[end : end + width]
        if start > width:
            left = left.partition(" ")[2]
        if end + width < len(text):
            right = right.rpartition(" ")[0]
        rows.append((interview, turn, left.strip(), text[start:end], right.strip(), at))
    return pd.DataFrame(rows, columns=COLUMNS)


def lines_of(
    tokens: pd.DataFrame,
    turns: pd.DataFrame,
    words: Iterable[str],
    each: int = 3,
    width: int = 60,
) -> pd.DataFrame:
    """Example lines for each of ``words`` (lemmas, or terms of several words): column ``word`` before those of
    :func:`keyword_in_context`.

    At most one line an interview and ``each`` lines a word; those with most words around them, so that the line can be
    understood, then in the order of the interviews.
    """
    parts = []
    for word in dict.fromkeys(words):
        first, last = found_places(tokens, word)
        content = tokens["content"].to_numpy(dtype=bool)[first]
        if " " not in word and content.any():
            first, last = first[content], last[content]  # vicino, the neighbour, and not near to
        if not len(first):
            continue
        where = pd.DataFrame(
            {"interview": tokens["interview"].astype("object").to_numpy()[first], "row": first, "last": last}
        )
        turn = tokens["turn"].to_numpy()
        reach = [turn[max(0, r - 8) : r + 9] == turn[r] for r in first]
        where["around"] = [int(near.sum()) for near in reach]
        chosen = where.sort_values(["around", "row"], ascending=[False, True], kind="stable")
        chosen = chosen.drop_duplicates("interview").head(each).sort_values("row")
        lines = _lines(tokens, turns, chosen["row"].to_numpy(), chosen["last"].to_numpy(), width)
        lines.insert(0, "word", word)
        parts.append(lines)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["word", *COLUMNS])


def lines_of_groups(
    tokens: pd.DataFrame,
    turns: pd.DataFrame,
    keyness: pd.DataFrame,
    interviews: pd.DataFrame,
    by: str = "group",
    most: int = 3,
    each: int = 2,
) -> pd.DataFrame:
    """Example lines for the first ``most`` words of each group of ``keyness``, each said in that group.

    As :func:`lines_of`, with the group (``by``) before.
    """
    parts = []
    for group, own in keyness.groupby(by, sort=False, observed=True) if len(keyness) else ():
        inside = interviews.loc[interviews[by].astype("object") == group, "interview"]
        mine = tokens[tokens["interview"].isin(inside)].reset_index(drop=True)
        lines = lines_of(mine, turns, own["lemma"].head(most), each)
        lines.insert(0, by, group)
        parts.append(lines)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[by, "word", *COLUMNS])
