"""Sentences on agreement, for coders and for observers: what alpha allows one to say."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.findings.reading import unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed

__all__ = ["agreement_reading", "weak_ones"]

GOOD, TOLERABLE = 0.8, 0.667


def agreement_reading(row: Mapping, text: Translator) -> str:
    """What the interval of alpha allows: the lower end decides, not the estimate."""
    if unknown(row):
        return text("How sure that is cannot be told.")
    if row["low"] >= GOOD:
        return text("That is as much as is usually asked for (0.80).")
    if row["low"] >= TOLERABLE:
        return text(
            "That is enough for tentative conclusions (0.67), and less than is usually asked for (0.80)."
        )
    if row["high"] < TOLERABLE:
        return text(
            "That is less than even tentative conclusions ask for (0.67): read what follows with reserve."
        )
    return text(
        "The interval reaches below what tentative conclusions ask for (0.67): read what follows with reserve."
    )


def weak_ones(rows: pd.DataFrame, column: str, text: Translator, labels: Mapping[str, str]) -> str:
    """The rows whose alpha lies below .667, named with their values; "" where there is none."""
    weak = rows[rows["estimate"] < TOLERABLE].sort_values("estimate", kind="stable")
    return listed(
        text,
        [
            f"{labels.get(r[column]) or text.term(r[column])} {text.number(r['estimate'])} ({interval_words(text, r)})"
            for r in weak.to_dict("records")
        ],
    )
