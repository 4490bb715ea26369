"""Sentences on whether a scale measures the same before and after."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.findings.reading import ALPHA
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed

__all__ = ["invariance_findings", "invariance_in_steps", "item_shift_findings"]


def invariance_findings(table: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Which scales are comparable between the waves, which are not, and of which it cannot be told and why."""
    if table.empty:
        return [
            text("No scale is declared: whether questions measure the same before and after cannot be told.")
        ]

    def named(*verdicts: str) -> list[str]:
        mine = table[table["verdict"].isin(verdicts)]
        return [
            text("{scale} (n = {n})", scale=labels.get(r["scale"], r["scale"]), n=int(r["n"]))
            for r in mine.to_dict("records")
        ]

    said = []
    if found := named("not_comparable"):
        said.append(
            text(
                "**Not comparable before and after**: {scales}. The questions do not relate in the same way to what "
                "they measure, so that a change of the score can come from how they are understood.",
                scales=listed(text, found),
            )
        )
    if found := named("comparable"):
        said.append(
            text(
                "Comparable before and after, as far as these numbers can tell: {scales}. Nothing speaks against the "
                "questions being understood in the same way; a small shift would not be seen.",
                scales=listed(text, found),
            )
        )
    if found := named("left_open"):
        said.append(
            text(
                "Whether they are comparable stays open, signs disagree: {scales}.",
                scales=listed(text, found),
            )
        )
    if found := named("not_one_factor"):
        said.append(
            text(
                "The questions do not hold together as one thing: {scales}. Whether they measure the same before and "
                "after can then not be asked.",
                scales=listed(text, found),
            )
        )
    unknown = table[table["verdict"] == ""]
    few = unknown[unknown["n"] < unknown["needed"]]
    if len(few):
        most, least = int(few["n"].max()), int(few["n"].min())
        said.append(
            text(
                "It cannot be told for {scales}: {needed} people with every question answered twice are needed, there "
                "are {n}. Only question by question can be looked at.",
                scales=listed(text, [labels.get(s, s) for s in few["scale"]]),
                needed=int(few["needed"].iloc[0]),
                n=text.number(most, 0) if most == least else text("{low} to {high}", low=least, high=most),
            )
        )
    other = unknown[unknown["n"] >= unknown["needed"]]
    for note in dict.fromkeys(other["note"]):
        mine = other.loc[other["note"] == note, "scale"]
        said.append(
            text(
                "It cannot be told for {scales}: {why}.",
                scales=listed(text, [labels.get(s, s) for s in mine]),
                why=text(note),
            )
        )
    return said


def invariance_in_steps(table: pd.DataFrame, text: Translator) -> pd.DataFrame:
    """The table for reading: a row a scale and step, CFI with the three digits its bound needs."""
    rows = []
    for row in table.to_dict("records"):
        whole = {"scale": row["scale"], "verdict": row["verdict"], "n": row["n"], "needed": row["needed"]}
        for step in ("loadings", "intercepts"):
            known = row["cfi"] == row["cfi"]
            rows.append(
                whole
                | {
                    "cfi": text.number(row["cfi"], 3) if known else "",
                    "held_equal": step,
                    "p": row[f"p_{step}"],
                }
                | {"fall": text.number(row[f"fall_{step}"], 3) if known else "", "note": row["note"]}
            )
            if not known:  # nothing was fitted: one row says why
                rows[-1]["held_equal"] = ""
                break
    return pd.DataFrame(
        rows, columns=["scale", "verdict", "n", "needed", "cfi", "held_equal", "p", "fall", "note"]
    )


def item_shift_findings(
    shifts: pd.DataFrame, text: Translator, labels: Mapping[str, str], questions: Mapping[str, str]
) -> list[str]:
    """The questions that moved apart from the rest of their scale, Holm-adjusted; silence is no proof of none."""
    known = shifts.dropna(subset=["low", "high"])
    if known.empty:
        return [
            text("Too few answered every question of a scale twice: single questions cannot be looked at.")
        ]
    said = []
    for row in known[known["p_adjusted"] <= ALPHA].to_dict("records"):
        message = (
            text("In **{scale}**, “{item}” rose against the other questions: {estimate}.")
            if row["estimate"] > 0
            else text("In **{scale}**, “{item}” fell against the other questions: {estimate}.")
        )
        said.append(
            message.format(
                scale=labels.get(row["scale"], row["scale"]),
                item=questions.get(row["item"], row["item"]),
                estimate=estimate_words(text, row, unit=text("points")),
            )
        )
    if not said:
        return [
            text(
                "No single question was shown to move apart from the rest of its scale; small shifts go unseen."
            )
        ]
    said.append(
        text(
            "Where a scale truly changes, a question that holds more strongly to it moves more: a sign to look at the "
            "wording, not a proof."
        )
    )
    return said
