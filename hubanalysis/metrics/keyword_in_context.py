"""A word with what stands around it (KWIC): the reader's way back from counts to speech."""

from __future__ import annotations

import pandas as pd

__all__ = ["keyword_in_context"]

COLUMNS = ["interview", "turn", "left", "keyword", "right", "start"]


def keyword_in_context(tokens: pd.DataFrame, turns: pd.DataFrame, word: str, width: int = 60) -> pd.DataFrame:
    """Every place where ``word`` is said, with up to ``width`` characters on either side, cut between words.

    ``word`` is matched with each word's form and with its lemma, capitals aside; ``solit*`` finds all that begin so.
    ``tokens`` are from :func:`hubanalysis.metrics.vocabulary.word_tokens`. In the order of the interviews; ``start`` is
    the keyword's first code point in the interview's plain text.
    """
    wanted = word.strip().casefold()
    if not wanted.strip("*") or not len(tokens):
        return pd.DataFrame(columns=COLUMNS)
    forms, lemmas = tokens["token"].str.casefold(), tokens["lemma"].str.casefold()
    if wanted.endswith("*"):
        found = forms.str.startswith(wanted[:-1]) | lemmas.str.startswith(wanted[:-1])
    else:
        found = (forms == wanted) | (lemmas == wanted)
    texts = {
        (i, t): (text, start)
        for i, t, text, start in turns[["interview", "turn", "text", "start"]].itertuples(index=False)
    }
    rows = []
    for hit in tokens[found].itertuples(index=False):
        text, begin = texts[hit.interview, hit.turn]
        start, end = hit.start - begin, hit.end - begin
        left, right = text[max(0, start - width) : start], text[end : end + width]
        if start > width:
            left = left.partition(" ")[2]
        if end + width < len(text):
            right = right.rpartition(" ")[0]
        rows.append((hit.interview, hit.turn, left.strip(), text[start:end], right.strip(), hit.start))
    return pd.DataFrame(rows, columns=COLUMNS)
