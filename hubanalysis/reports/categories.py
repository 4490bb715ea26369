"""Ids and categories of a table in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from hubanalysis.locale.translator import Translator

if TYPE_CHECKING:
    from hubanalysis.hub import Hub

__all__ = ["in_words"]

#: What people said: no term of ours may take its place.
SAID = (
    "quote",
    "text",
    "label",
    "lemma",
    "word",
    "with_word",
    "phrase",
    "left",
    "keyword",
    "right",
    "passage",
)
#: Column -> kind of label in hub.labels.
LABELLED = {
    "wave": "waves", "wave_from": "waves", "wave_to": "waves",
    "area": "areas", "scale": "scales", "item": "items", "grid_item": "grid",
    "other": "codes", "code": "codes", "need": "needs",
    "kind": "tie_kinds", "definition": "definitions", "activity": "activities", "organisation": "organisations",
    "source": "organisations", "target": "organisations", "instrument": "instruments",
}  # fmt: skip


def in_words(frame: pd.DataFrame, hub: Hub) -> pd.DataFrame:
    """The frame with ids and categories in the reader's words. Numbers, dates, quotes stay as they are."""
    frame = frame.copy()
    for column in frame.columns:
        values = frame[column]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            continue
        if pd.api.types.is_datetime64_any_dtype(values) or column in SAID:
            continue
        if column == "unit":
            continue  # it decides how a number is written, and is put into words last
        of = "tie_kinds" if column == "other" and "kind" in frame.columns else LABELLED.get(column)
        labels = hub.labels(of) if of else {}
        if column in ("method", "note"):
            words = [
                hub.text(str(v), threshold=hub.threshold) if isinstance(v, str) and "{" in v
                else hub.text(str(v)) if pd.notna(v) else "" for v in values
            ]  # fmt: skip
        elif column == "term" and "kind" in frame.columns:  # of a model of ties: made of several words
            from hubanalysis.figures.tie_models import term_words

            words = [term_words(v, hub.text, hub.labels) for v in values]
        else:
            many = {"organisation": "organisations"} if column == "group" else {}  # one of them is no group
            words = [_word(many.get(v, v), labels, hub.text) for v in values]
        frame[column] = pd.Series(words, index=frame.index, dtype="object")
    return frame


def _word(value: Any, labels: dict[str, str], text: Translator) -> Any:
    if isinstance(value, bool):
        return text("yes") if value else text("no")
    if not isinstance(value, str):
        return value
    return labels.get(value) or text.term(value)
