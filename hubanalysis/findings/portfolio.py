"""Sentences on what to do next: which need comes first by the chosen weights, and how easily that turns over."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.findings.priorities import Labels, quoted_needs
from hubanalysis.findings.reading import spares_zero
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed, shares_words, signed
from hubanalysis.metrics.portfolio import SMALL_MOVE

__all__ = ["minority_sentences", "portfolio_sentences", "reached_sentences", "weight_sentences"]


def weight_sentences(
    scores: pd.DataFrame,
    turning: pd.DataFrame,
    criteria: pd.DataFrame,
    weights: Mapping[str, float],
    text: Translator,
    labels: Labels,
) -> list[str]:
    """Which need comes first by these weights, and what it would take to turn that over.

    Frames from ``need_scores``, ``turning_points`` and ``criteria_of_needs``.
    """
    known = scores.dropna(subset=["score"])
    if known.empty:
        return [text("The needs cannot be weighed: there are no rankings, or no weight counts.")]
    used = [name for name, value in weights.items() if value > 0 and criteria[name].notna().any()]
    counted = ", ".join(f"{text.term(name)} {text.number(weights[name], 1)}" for name in used)
    first = known.iloc[0]
    need = labels.get(first["need"], first["need"])
    said = [text("With these weights ({weights}) **{need}** comes first.", weights=counted, need=need)]
    without = [text.term(name) for name, value in weights.items() if value > 0 and name not in used]
    if without:
        said.append(
            text("Without data, and so counted for nothing: {criteria}.", criteria=listed(text, without))
        )
    if len(used) == 1:
        return said
    missing = [labels.get(n, n) for n in scores.loc[scores["score"].isna(), "need"]]
    if missing:
        said.append(
            text(
                "Without a value on some criterion, and so without a score: {needs}.",
                needs=listed(text, missing),
            )
        )
    if turning.empty:
        said.append(text("No change of a single weight gives the first place to another need."))
        return said
    nearest = turning.iloc[0]
    words = {
        "other": labels.get(nearest["need"], nearest["need"]),
        "criterion": text.term(nearest["criterion"]),
        "factor": text.number(nearest["factor"], 1),
    }
    small = 1 / SMALL_MOVE <= nearest["factor"] <= SMALL_MOVE
    if small:
        said.append(
            text(
                "**That hangs on the weights**: “{other}” comes first as soon as {criterion} counts {factor} times as "
                "much.",
                **words,
            )
        )
    elif first["first"] < 0.95:
        said.append(
            text(
                "**That hangs on the weights**: when each moves by up to a half it stays first in {share} of cases.",
                share=text.percent(first["first"]),
            )
        )
    elif nearest["factor"] == 0:
        said.append(
            text(
                "It holds under small changes; “{other}” comes first only where {criterion} is left out.",
                **words,
            )
        )
    else:
        said.append(
            text(
                "It holds under small changes: “{other}” comes first only where {criterion} counts {factor} times as "
                "much.",
                **words,
            )
        )
    moving = known[known["rank_low"] != known["rank_high"]]
    if len(moving):
        said.append(
            text(
                "Needs whose place changes when the weights move by up to a half: {needs}.",
                needs=quoted_needs(text, moving["need"].tolist(), labels),
            )
        )
    return said


def portfolio_sentences(kinds: pd.DataFrame, text: Translator) -> list[str]:
    """Which kind of activity would bring most to the needs by their scores. From ``kinds_by_score``."""
    known = kinds.dropna(subset=["estimate"])
    if known.empty:
        return [
            text(
                "What one more activity would bring cannot be told: nothing says which activity answers what."
            )
        ]
    first = known.iloc[0]
    said = [
        text(
            "Going by those held so far, one more {kind} would bring most: {value} weighted presences (interval "
            "{interval}, n = {n} activities).",
            kind=text.term(first["kind"]),
            value=text.number(first["estimate"], 1),
            interval=interval_words(text, first, digits=1),
            n=int(first["n"]),
        )
    ]
    for row in known.iloc[1:].to_dict("records"):
        apart = first["low"] > row["high"]
        sentence = (
            text("Less, beyond chance: {kind} ({value}, interval {interval}, n = {n}).", **_kind(row, text))
            if apart
            else text(
                "Not told apart from it: {kind} ({value}, interval {interval}, n = {n}).", **_kind(row, text)
            )
        )
        said.append(sentence)
    return said


def _kind(row: Mapping, text: Translator) -> dict[str, str]:
    return {
        "kind": text.term(row["kind"]),
        "value": text.number(row["estimate"], 1),
        "interval": interval_words(text, row, digits=1),
        "n": text.number(row["n"], 0),
    }


def reached_sentences(compared: pd.DataFrame, text: Translator, labels: Labels, scales: Labels) -> list[str]:
    """Whether those reached by what answers a need changed otherwise. From ``change_of_reached``."""
    known = compared.dropna(subset=["estimate"])
    if known.empty:
        return [text("For no need could those reached be compared with the others.")]
    said = []
    for row in known.to_dict("records"):
        if spares_zero(row) and row["p_adjusted"] <= 0.05:
            said.append(
                text(
                    "Who came to activities that answer “{need}” changed by {points} points on {scale} beside the "
                    "others (interval {interval}, n = {n}). They chose to come: it is no proof that coming did it.",
                    need=labels.get(row["need"], row["need"]),
                    points=signed(text, row["estimate"]),
                    scale=scales.get(row["scale"], row["scale"]),
                    interval=interval_words(text, row, sign=True),
                    n=int(row["n"]),
                )
            )
    if not said:
        said.append(
            text(
                "For none of the {n} needs that could be compared did those reached change otherwise than the "
                "others, as far as could be shown (adjusted for their number).",
                n=known["need"].nunique(),
            )
        )
    left = compared.loc[compared["estimate"].isna(), "need"].unique().tolist()
    if left:
        said.append(text("Not compared: {needs}.", needs=quoted_needs(text, left, labels)))
    return said


def minority_sentences(
    against: pd.DataFrame, minority: pd.DataFrame, text: Translator, labels: Labels
) -> list[str]:
    """Who stands against the others, and what some few put first. From ``against_the_others``, ``minority_needs``."""
    said = []
    for row in against.dropna(subset=["estimate"]).to_dict("records"):
        if row["estimate"] == 0:
            said.append(
                text("No voter's order runs against that of all the others (n = {n}).", n=int(row["n"]))
            )
        else:
            said.append(
                text(
                    "The order of {share} of the voters runs against that of all the others (interval {interval}, "
                    "n = {n}): they are not mistaken, they see something else.",
                    share=text.percent(row["estimate"]),
                    interval=shares_words(text, row),
                    n=int(row["n"]),
                )
            )
    if len(minority):
        said.append(
            text(
                "In the lower half of the common order, and yet among the first of some: {needs}.",
                needs=quoted_needs(text, minority["need"].tolist(), labels),
            )
        )
    return said
