"""Sentences on groups of voters: do services and territories order the needs differently?"""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.priorities import Labels
from hubanalysis.findings.reading import ALPHA
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed

__all__ = ["group_sentences"]


def group_sentences(differences: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """Do services and territories order the needs differently? From ``group_differences``."""
    if differences.empty:
        return [text("The voters are not told apart by group.")]
    shown = differences[differences["estimate"].notna()]
    said = []
    kept = differences[differences["note"].fillna("").ne("") & differences["estimate"].isna()]
    if len(kept):
        said.append(
            text(
                "{n} groups are too small to be shown, or would give a small one away.",
                n=len(kept[["group", "value"]].drop_duplicates()),
            )
        )
    apart = shown[shown["p_adjusted"] < ALPHA]
    for row in apart.to_dict("records"):
        said.append(
            text(
                "“{value}” gives “{need}” {points} points compared with the others (interval {interval}, n = {n}).",
                value=row["value"],
                need=labels.get(row["need"], row["need"]),
                points=signed(text, row["estimate"], 1),
                interval=text.interval(row["low"], row["high"], 1),
                n=row["n"],
            )
        )
    if len(shown) and not len(apart):
        said.append(
            text(
                "No difference between groups could be shown, with {n} comparisons taken into account.",
                n=len(shown),
            )
        )
    return said
