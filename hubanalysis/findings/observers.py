"""Sentences on who observed: what was not seen, where observers differ, and what their notes are about."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed
from hubanalysis.metrics.observed_programme import ALL_KINDS

__all__ = [
    "area_findings",
    "disagreement_findings",
    "observer_effect_findings",
    "same_mark_findings",
    "seen_findings",
]


def seen_findings(by_kind: pd.DataFrame, text: Translator) -> list[str]:
    """What of the programme no observer saw (``seen_by_kind``)."""
    if by_kind.empty:
        return [text("The study has no register of activities: what was not observed cannot be told.")]
    kinds = by_kind[by_kind["kind_of_activity"] != ALL_KINDS]
    unseen = kinds[kinds["not_observed"] > 0]
    if unseen.empty:
        return [text("Every activity of the programme was observed at least once.")]
    parts = [
        text(
            "{kind} {n} of {all}",
            kind=text.term(str(row["kind_of_activity"])),
            n=int(row["not_observed"]),
            all=int(row["activities"]),
        )
        for row in unseen.to_dict("records")
    ]
    said = [text("Activities that nobody observed: {kinds}.", kinds=listed(text, parts))]
    never = kinds[kinds["observed"] == 0]
    if len(never):
        said.append(
            text(
                "Of these kinds nothing at all was seen, and nothing here can be said of them: {kinds}.",
                kinds=listed(text, [text.term(str(k)) for k in never["kind_of_activity"]]),
            )
        )
    return said


def area_findings(observations: pd.DataFrame, several: pd.DataFrame, text: Translator) -> list[str]:
    """Whether areas can be told apart from their items (``areas_of_several_items``)."""
    if observations.empty or len(several):
        return []
    return [
        text(
            "In this grid each area has one item only: what is told of the item is all there is on the area."
        )
    ]


def same_mark_findings(same: pd.DataFrame, text: Translator) -> list[str]:
    """How often two observers give the same mark (``same_marks``)."""
    if same.empty:
        return []
    pairs = int(same["comparisons"].sum())
    share = (same["same_mark"] * same["comparisons"]).sum() / pairs
    within = (same["within_one"] * same["comparisons"]).sum() / pairs
    return [
        text(
            "In {pairs} comparisons two observers gave the same mark {share} of the times, and lay at most one point "
            "apart {within} of the times.",
            pairs=pairs,
            share=text.percent(share),
            within=text.percent(within),
        )
    ]


def disagreement_findings(apart: pd.DataFrame, text: Translator) -> list[str]:
    """How many marks lie far apart (``observer_disagreements``)."""
    if apart.empty:
        return [text("No two observers of a visit lay two points or more apart.")]
    return [
        text(
            "At {visits} visits two observers lay two points or more apart, {n} times in all: these are worth talking "
            "over before the next season.",
            visits=int(apart["observation"].nunique()),
            n=len(apart),
        )
    ]


def observer_effect_findings(differences: pd.DataFrame, text: Translator) -> list[str]:
    """Whether an observer marks higher or lower than the others at the same visits (``observer_differences``)."""
    if differences.empty:
        return [text("No visit was marked by two observers: whether one marks higher cannot be told.")]
    told = differences[differences["low"].notna()]
    if told.empty:
        return [text("Observers share too few activities to tell whether one marks higher than the others.")]
    beyond = [r for r in told.to_dict("records") if spares_zero(r) and not r["p_adjusted"] >= ALPHA]
    if not beyond:
        widest = float((told["high"] - told["low"]).max() / 2)
        return [
            text(
                "For **no observer** could it be shown that they mark higher or lower than others at the same visits. "
                "With {n} shared activities or fewer each, intervals reach up to {half} points above and below "
                "the estimate: a difference of that size may have gone unseen.",
                n=int(told["n"].max()),
                half=text.number(widest),
            )
        ]
    said = []
    for row in beyond:
        estimate = estimate_words(text, row)
        if row["estimate"] > 0:
            said.append(
                text(
                    "**{observer}** marks higher than others at the same visits; points: {estimate}.",
                    observer=row["observer"],
                    estimate=estimate,
                )
            )
        else:
            said.append(
                text(
                    "**{observer}** marks lower than others at the same visits; points: {estimate}.",
                    observer=row["observer"],
                    estimate=estimate,
                )
            )
    return said
