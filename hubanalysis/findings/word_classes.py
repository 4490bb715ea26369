"""Sentences on classes of words: what they are, whose they are, whether they would be found again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hubanalysis.figures.panels import group_words
from hubanalysis.findings.reading import ALPHA
from hubanalysis.locale import mark
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed, shares_words
from hubanalysis.metrics.topic_stability import STABLE, UNSTABLE

__all__ = [
    "class_code_findings",
    "class_findings",
    "class_group_findings",
    "class_quotes",
    "double_findings",
    "stability_findings",
]

FIRST_WORDS = 5
NO_CLASSES = mark("Too little was said for classes of words to be told apart.")


def _words_of(words: pd.DataFrame, number: str) -> str:
    return ", ".join(words.loc[words["word_class"] == number, "lemma"].head(FIRST_WORDS))


def class_findings(
    presence: pd.DataFrame, words: pd.DataFrame, stability: pd.DataFrame, text: Translator
) -> list[str]:
    """How many classes, of what, the largest, those of one interview, those not to be relied on."""
    if presence.empty:
        return [text(NO_CLASSES)]
    largest = presence.loc[presence["pieces"].idxmax()]
    said = [
        text(
            "The computer put the segments in **{k} classes** by their words ({pieces} segments with a class, "
            "n = {n} interviews). A class is a vocabulary and not a theme: what it is about is told by whoever reads "
            "its segments.",
            k=len(presence),
            pieces=text.number(int(presence["pieces"].sum()), 0),
            n=int(largest["n"]),
        ),
        text(
            "The largest, class {number}, takes {share} of the segments and comes up in {present} of {n} interviews: "
            "{words}.",
            number=largest["word_class"],
            share=text.percent(largest["share"]),
            present=int(largest["interviews"]),
            n=int(largest["n"]),
            words=_words_of(words, largest["word_class"]) or text("no word to be shown"),
        ),
    ]
    for row in presence[presence["note"] != ""].to_dict("records"):
        said.append(
            text(
                "Class {number} is above all one interview's: {share} of its segments come from there.",
                number=row["word_class"],
                share=text.percent(row["largest"]),
            )
        )
    return _weak(stability, text) + said  # how far they hold comes before what they are


def _weak(stability: pd.DataFrame, text: Translator) -> list[str]:
    known = stability[stability["estimate"].notna()]
    if known.empty:
        return [text("The interviews are too few to tell whether others would have given the same classes.")]
    weak = known[known["estimate"] < UNSTABLE]
    if len(weak) == len(known):
        return [
            text(
                "**None of the {k} classes of words is stable**: with a quarter of the interviews left out, others are "
                "found (likeness {low} to {high}, where 1 is the same class). They help to choose what to read, and "
                "prove nothing.",
                k=len(known),
                low=text.number(known["estimate"].min()),
                high=text.number(known["estimate"].max()),
            )
        ]
    if len(weak):
        return [
            text(
                "Unstable, and not to be relied on: {classes}.",
                classes=listed(text, [text("class {number}", number=c) for c in weak["word_class"]]),
            )
        ]
    return []


def stability_findings(stability: pd.DataFrame, numbers: pd.DataFrame, text: Translator) -> list[str]:
    """Each class' likeness to what is found without some interviews, and which number of classes is steadiest."""
    known = stability[stability["estimate"].notna()]
    if known.empty:
        return _weak(stability, text) if len(stability) else []
    weak = known["estimate"] < UNSTABLE
    said = []  # where all are weak it was said with the classes, and the table has each of them
    for row in known.to_dict("records") if not weak.all() else []:
        words = (
            text(
                "class {number} is stable: likeness {value} ({interval}, n = {n} interviews).",
                **_told(row, text),
            )
            if row["estimate"] >= STABLE
            else text(
                "class {number} is found again in part: likeness {value} ({interval}, n = {n} interviews).",
                **_told(row, text),
            )
            if row["estimate"] >= UNSTABLE
            else text(
                "class {number} is unstable: likeness {value} ({interval}, n = {n} interviews).",
                **_told(row, text),
            )
        )
        said.append(words[:1].upper() + words[1:])
    if len(numbers) and numbers["estimate"].notna().any():
        best = numbers.loc[numbers["estimate"].idxmax()]
        said.append(
            text(
                "Of all numbers of classes, {k} change least when interviews are left out: agreement {value} "
                "({interval}), where 1 is the same classes and 0 what chance gives.",
                k=int(best["classes"]),
                value=text.number(best["estimate"]),
                interval=interval_words(text, best),
            )
        )
    return said


def _told(row: Mapping, text: Translator) -> dict:
    return {
        "number": row["word_class"],
        "value": text.number(row["estimate"]),
        "interval": interval_words(text, row),
        "n": int(row["n"]),
    }


def double_findings(crossed: np.ndarray, text: Translator) -> list[str]:
    """How much of the segments two classifications put together in the same way (``double_classes``)."""
    if not len(crossed):
        return []
    if not crossed.any():
        return [
            text(
                "Cut into segments of two sizes, the text gives two classifications that agree on no class: what is "
                "shown here depends on where the cuts fall."
            )
        ]
    kept = float((crossed > 0).mean())
    return [
        text(
            "Cut into segments of two sizes, the text gives two classifications; they agree on {k} classes and on "
            "{share} of the segments (n = {n} segments). The others belong to one class or another depending on where "
            "the cuts fall.",
            k=int(crossed.max()),
            share=text.percent(kept),
            n=text.number(len(crossed), 0),
        )
    ]


def class_group_findings(presence: pd.DataFrame, groups: pd.DataFrame, text: Translator) -> list[str]:
    """Classes that take more of one group's talk than of another's, told by the test and not by the intervals."""
    if presence.empty:
        return [text(NO_CLASSES)]
    if groups.empty:
        return [
            text(
                "The interviews are of one group only: whose the classes are can be told by interview alone."
            )
        ]
    said = []
    for number, own in groups[groups["p_adjusted"] < ALPHA].groupby("word_class", sort=False):
        most, least = own.loc[own["estimate"].idxmax()], own.loc[own["estimate"].idxmin()]
        said.append(
            text(
                "Class {number} takes more of the talk of {first} ({share}, {interval}, n = {n}) than of {second} "
                "({other_share}, {other_interval}, n = {other_n}); adjusted p = {p}.",
                number=number,
                first=group_words(most["group"], text),
                share=text.percent(most["estimate"]),
                interval=shares_words(text, most),
                n=int(most["n"]),
                second=group_words(least["group"], text),
                other_share=text.percent(least["estimate"]),
                other_interval=shares_words(text, least),
                other_n=int(least["n"]),
                p=text.number(most["p_adjusted"], 3),
            )
        )
    if not said:
        said.append(
            text(
                "No class could be shown to be more one group's than another's (smallest adjusted p = {p}, n = {n} "
                "interviews).",
                p=text.number(groups["p_adjusted"].min(), 3),
                n=int(groups.drop_duplicates("group")["n"].sum()),
            )
        )
    return said


def class_code_findings(
    presence: pd.DataFrame, codes: pd.DataFrame, text: Translator, labels: Mapping[str, str], most: int = 5
) -> list[str]:
    """Themes of the coders that stand in a class more than chance gives (``class_codes``)."""
    if presence.empty:
        return [text(NO_CLASSES)]
    if codes.empty:
        return [text("The interviews are not coded: the classes cannot be set beside themes.")]
    above = codes[codes["p_adjusted"] < ALPHA]
    if above.empty:
        return [
            text(
                "No theme of the coders could be shown to stand in one class more than in the others (smallest "
                "adjusted p = {p}).",
                p=text.number(codes["p_adjusted"].min(), 3),
            )
        ]
    above = above.assign(more=above["expected"] - above["estimate"])
    parts = [
        text(
            "{theme} in class {number} ({share} of its segments, {interval}, n = {n}; by chance {expected}; adjusted "
            "p = {p})",
            theme=labels.get(r["code"]) or text.term(r["code"]),
            number=r["word_class"],
            share=text.percent(r["estimate"]),
            interval=shares_words(text, r),
            n=int(r["n"]),
            expected=text.percent(r["expected"]),
            p=text.number(r["p_adjusted"], 3),
        )
        for r in above.sort_values(["more", "code"], kind="stable").head(most).to_dict("records")
    ]
    return [
        text(
            "Themes of the coders that stand in a class more than chance would give: {themes}.",
            themes="; ".join(parts),
        )
    ]


def class_quotes(typical: pd.DataFrame, text: Translator) -> pd.DataFrame:
    """``typical_segments`` as the door shows quotations: the class (``rule``), the interview, the rule's value."""
    rule = [text("class {number}", number=number) for number in typical["word_class"]]
    return typical.assign(rule=rule)[["rule", "interview", "quote", "rule_value"]]
