"""Passages that the reading by computer quotes, gathered: what a person signs off before a public report."""

from __future__ import annotations

import pandas as pd

from hubanalysis.metrics.class_profiles import typical_segments
from hubanalysis.metrics.double_reinert import word_classes
from hubanalysis.metrics.term_matrix import term_matrix
from hubanalysis.metrics.vocabulary import main_language, word_tokens
from hubanalysis.metrics.word_cooccurrence import strongest_ties, tie_lines, word_cooccurrence
from hubanalysis.metrics.word_map import map_quotes, word_map
from hubanalysis.metrics.word_segments import word_segments

__all__ = ["CLASSES", "CLASS_QUOTES", "TIE_QUOTES", "word_quotes"]

#: What chapter 06 shows unless told otherwise: classes, typical segments of each, lines of the strongest pair.
CLASSES = 5
CLASS_QUOTES = 2
TIE_QUOTES = 5


def word_quotes(turns: pd.DataFrame, interviews: pd.DataFrame, threshold: int = 0) -> pd.DataFrame:
    """Every passage the map, the classes and the pairs of words quote: columns ``rule, quote``.

    ``rule`` is word_map, word_class or word_pair. ``threshold`` is that of a public report: words of fewer interviews
    take no part in its map and pairs. No interviews, no rows.
    """
    columns = ["rule", "quote"]
    if not len(turns):
        return pd.DataFrame(columns=columns)
    tokens = word_tokens(turns, main_language(interviews))
    pieces, place = word_segments(tokens, turns)
    matrix = term_matrix(tokens, place, len(pieces))
    found = word_map(tokens, interviews, least_interviews=max(3, threshold))
    label = word_classes(matrix, pieces).of_segments(CLASSES)
    ties = strongest_ties(word_cooccurrence(tokens), least_interviews=max(2, threshold))
    pair = (
        tie_lines(tokens, turns, ties["word"].iloc[0], ties["with_word"].iloc[0])
        .drop_duplicates("interview")
        .head(TIE_QUOTES)
        if len(ties)
        else pd.DataFrame({"quote": []})
    )
    parts = [
        map_quotes(found, matrix, pieces, turns, interviews).assign(rule="word_map"),
        typical_segments(matrix, label, pieces, turns, most=CLASS_QUOTES).assign(rule="word_class"),
        pair.assign(rule="word_pair"),
    ]
    return pd.concat([part.reindex(columns=columns).astype("object") for part in parts], ignore_index=True)
