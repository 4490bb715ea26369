"""Sentences on groups of voters: do services and territories order the needs differently?"""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.priorities import Labels
from hubanalysis.findings.reading import ALPHA
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed

__all__ = ["group_sentences", "likeness_sentences"]


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


def likeness_sentences(alike: pd.DataFrame, text: Translator) -> list[str]:
    """Do voters of one service or territory see it alike? From ``likeness_within_groups``."""
    said = []
    for row in alike.dropna(subset=["estimate"]).to_dict("records"):
        words = {
            "group": text.term(row["group"]),
            "difference": signed(text, row["estimate"]),
            "p": text("< 0.001") if row["p"] < 0.001 else text.number(row["p"], 3),
            "n": int(row["n"]),
        }
        if row["p"] <= ALPHA and row["estimate"] > 0:
            said.append(
                text(
                    "Grouped by {group}, voters of the same group order the needs more alike than voters of different "
                    "ones: {difference} in mean tau (p = {p}, n = {n}).",
                    **words,
                )
            )
        elif row["p"] <= ALPHA:
            said.append(
                text(
                    "Grouped by {group}, voters of the same group order the needs less alike than voters of different "
                    "ones: {difference} in mean tau (p = {p}, n = {n}).",
                    **words,
                )
            )
        else:
            said.append(
                text(
                    "Grouped by {group}, no difference between the groups as a whole could be shown: {difference} in "
                    "mean tau (p = {p}, n = {n}). With so few that is no proof that they see it alike.",
                    **words,
                )
            )
    return said
