"""Sentences on two people's coding: where passages begin and end, what they read differently, whose reading counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from hubanalysis.findings.agreement import agreement_reading
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed, shares_words
from hubanalysis.metrics.disagreements import EXTENT, NOT_ALL, OTHER_CODE

__all__ = [
    "agreed_theme_findings",
    "comparison_findings",
    "disagreement_findings",
    "first_of_each",
    "reading_findings",
    "set_findings",
    "span_findings",
]

Labels = Mapping[str, str]


def span_findings(spans: pd.DataFrame, text: Translator) -> list[str]:
    """How far coders mark the same words (``agreement_on_spans``)."""
    if spans.empty or not spans["n"].max():
        return []  # said already: there is nothing to compare
    whole = spans.iloc[0]
    if whole["estimate"] != whole["estimate"]:
        return []
    return [
        text(
            "On the words themselves, where passages begin and end, alpha = **{alpha}** (interval {interval}, "
            "{passages} passages in {n} interviews).",
            alpha=text.number(whole["estimate"]),
            interval=interval_words(text, whole),
            passages=int(whole["passages"]),
            n=int(whole["n"]),
        )
        + " "
        + agreement_reading(whole, text)
    ]


def set_findings(sets: pd.DataFrame, text: Translator) -> list[str]:
    """How far coders give a turn the same set of codes (``agreement_on_sets``)."""
    told = sets[sets["estimate"].notna()] if len(sets) else sets
    if len(told) < 2:
        return []
    part, same = told.iloc[0], told.iloc[1]
    return [
        text(
            "Taking all the codes of a turn together: alpha = {part} ({interval}) when codes in common count in "
            "part, {same} ({other}) when only the very same codes count. These do not rise because a codebook is "
            "long.",
            part=text.number(part["estimate"]),
            interval=interval_words(text, part),
            same=text.number(same["estimate"]),
            other=interval_words(text, same),
        )
    ]


def disagreement_findings(
    lines: pd.DataFrame,
    account: pd.DataFrame,
    decided: Sequence[str],
    lost: int,
    text: Translator,
    labels: Labels,
) -> list[str]:
    """How many passages coders read differently, in what way, how many are decided on."""
    if account.empty:
        return [text("No interview was coded by two people: there are no two readings to compare.")]
    if lines.empty:
        return [text("The coders marked the same words with the same codes throughout.")]
    kinds = lines["kind"].value_counts()
    worst = account.sort_values("open", ascending=False, kind="stable").iloc[0]
    said = [
        text(
            "Of {places} marked places all coders marked {agreed} with the same code. There are **{all} "
            "disagreements**: {some} that only some marked, {other} with another code on the same words, {extent} "
            "with the same code on more or fewer words.",
            places=int(account["places"].sum()),
            agreed=int(account["agreed"].sum()),
            all=len(lines),
            some=int(kinds.get(NOT_ALL, 0)),
            other=int(kinds.get(OTHER_CODE, 0)),
            extent=int(kinds.get(EXTENT, 0)),
        )
    ]
    done = sum(bool(word) for word in decided)
    said.append(
        text("{done} of them are decided, {open} are open.", done=done, open=len(lines) - done)
        if done
        else text("None of them is decided yet.")
    )
    confused = lines[lines["kind"] == OTHER_CODE].groupby(["code", "other"]).size()
    if len(confused) and confused.max() >= 3:
        one, other = confused.idxmax()
        said.append(
            text(
                "**{one}** and **{other}** are taken for one another most often ({n} times): their definitions in "
                "the codebook are the first thing to talk over.",
                one=labels.get(one) or text.term(one),
                other=labels.get(other) or text.term(other),
                n=int(confused.max()),
            )
        )
    elif worst["open"]:
        said.append(
            text(
                "Most are open on **{theme}** ({n}).",
                theme=labels.get(worst["code"]) or text.term(worst["code"]),
                n=int(worst["open"]),
            )
        )
    if lost:
        said.append(
            text(
                "Decisions that belong to no disagreement there is now: {n}. The codings or the texts have changed: "
                "write the list anew and decide on these again.",
                n=lost,
            )
        )
    return said


def first_of_each(
    lines: pd.DataFrame, account: pd.DataFrame, decided: Sequence[str], most: int = 12
) -> pd.DataFrame:
    """The open disagreements to begin with: the first of each theme in order of place, themes with most open first."""
    shown = lines.assign(decided=list(decided)).query("decided == ''")
    first = shown.drop_duplicates("code")
    order = {
        code: k for k, code in enumerate(account.sort_values("open", ascending=False, kind="stable")["code"])
    }
    # where extents differ, each coder's words stand under who marked what
    passage = first["passage"].where(first["kind"] != EXTENT, "")
    first = first.assign(passage=passage, order=first["code"].map(order)).sort_values("order", kind="stable")
    return first.head(most)[["code", "interview", "turn", "speaker", "kind", "marked", "passage"]]


def reading_findings(reading: str, extent: str, several: int, text: Translator) -> list[str]:
    """Whose reading the themes of this chapter are; ``several`` is how many interviews two or more coded."""
    if reading == "agreed" and not several:
        return [text("No interview was coded by two people: under this reading nothing is left to count.")]
    if reading == "agreed":
        said = text(
            "Themes are counted here only where **all coders agree** ({n} interviews coded by two or more).",
            n=several,
        )
    elif reading == "merged":
        said = text(
            "Themes are counted here where **all coders agree or have decided** what the passage says; what is "
            "still open is left out."
        )
    else:
        return (
            [
                text(
                    "Themes are counted here where **any coder** saw them. How much that matters is told further on."
                )
            ]
            if several
            else []
        )
    rule = (
        text("Of a passage the words that all of them marked stand.")
        if extent == "shared"
        else text("Of a passage all words that any of them marked stand.")
    )
    return [f"{said} {rule}"]


def agreed_theme_findings(frame: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """The theme most found where all coders agree, and what is then left of those most found by any of them."""
    agreed = frame[(frame["reading"] == "agreed") & frame["estimate"].notna()] if len(frame) else frame
    if agreed.empty:
        return []

    def told(row: Mapping) -> str:
        return text(
            "{theme} {share} ({interval})",
            theme=labels.get(row["code"]) or text.term(row["code"]),
            share=text.percent(row["estimate"]),
            interval=shares_words(text, row),
        )

    best = agreed[agreed["present"] == agreed["present"].max()]
    loose = frame[frame["reading"] == "any"]
    first = set(loose.loc[loose["present"] == loose["present"].max(), "code"]) - set(best["code"])
    left = agreed[agreed["code"].isin(first)]
    said = [
        text(
            "Found in most interviews **when all coders must agree** (n = {n}): {themes}.",
            n=int(best["n"].iloc[0]),
            themes=listed(text, [told(r) for r in best.to_dict("records")]),
        )
    ]
    if len(left):
        said.append(
            text(
                "Of those first above, this leaves: {themes}.",
                themes=listed(text, [told(r) for r in left.to_dict("records")]),
            )
        )
    return [" ".join(said)]


def comparison_findings(frame: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """What is left of the themes when only what coders agree on counts (``presence_by_reading``)."""
    agreed = frame[frame["reading"] == "agreed"] if len(frame) else frame
    if agreed.empty:
        return [text("No interview was coded by two people: how much hangs on the coder cannot be told.")]
    fell = agreed[agreed["lost"] > 0].sort_values("lost", ascending=False, kind="stable")
    if fell.empty:
        return [text("Every theme is found in as many interviews when only what coders agree on counts.")]
    named = [
        text(
            "{theme} (from {any} to {agreed} of {n} interviews)",
            theme=labels.get(r["code"]) or text.term(r["code"]),
            any=int(r["present"] + r["lost"]),
            agreed=int(r["present"]),
            n=int(r["n"]),
        )
        for r in fell.head(3).to_dict("records")
    ]
    said = [
        text(
            "When only what all coders agree on counts, {fell} of {themes} themes are found in fewer interviews; "
            "most of all {named}.",
            fell=len(fell),
            themes=len(agreed),
            named=listed(text, named),
        )
    ]
    gone = [labels.get(c) or text.term(c) for c in fell.loc[fell["present"] == 0, "code"]]
    if gone:
        said.append(text("On {themes} the coders never agree: it is no finding.", themes=listed(text, gone)))
    return said
