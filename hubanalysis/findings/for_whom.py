"""Sentences on for whom more or less changed: groups of people, and how often they came."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed
from hubanalysis.metrics.groups import SMALLER

__all__ = ["dose_findings", "group_findings"]


def group_findings(
    differences: pd.DataFrame,
    cells: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    names: Mapping[str, str],
    *,
    least: int = 10,
) -> list[str]:
    """For whom more or less changed, where a test of all groups together shows it; groups under
    ``least`` stay unnamed."""
    if differences.empty:
        return [text("No groups of people are declared or large enough to compare.")]
    said = []
    for row in differences[differences["p_adjusted"] < ALPHA].to_dict("records"):
        mine = cells[(cells["scale"] == row["scale"]) & (cells["attribute"] == row["attribute"])]
        mine = mine[(mine["n"] >= least) & (mine["value"] != SMALLER)]
        if len(mine) < 2:
            continue
        low, high = mine.loc[mine["estimate"].idxmin()], mine.loc[mine["estimate"].idxmax()]
        said.append(
            text(
                "**{scale}** did not change alike by {attribute} (adjusted p = {p}): from {low} for “{low_name}” to "
                "{high} "
                "for “{high_name}”.",
                scale=labels.get(row["scale"], row["scale"]),
                attribute=text.term(row["attribute"]),
                p=text.number(row["p_adjusted"], 3),
                low=estimate_words(text, low, unit=text("points")),
                low_name=_value_name(low, names, text),
                high=estimate_words(text, high, unit=text("points")),
                high_name=_value_name(high, names, text),
            )
        )
    tested = [text.term(a) for a in dict.fromkeys(differences["attribute"])]
    if not said:
        said = [
            text(
                "No difference between groups ({attributes}) could be shown in {n} tests; small differences would "
                "not be seen.",
                attributes=listed(text, tested),
                n=len(differences),
            )
        ]
    return said


def _value_name(row: pd.Series, names: Mapping[str, str], text: Translator) -> str:
    return names.get(f"{row['attribute']}/{row['value']}") or text.term(row["value"])


def dose_findings(dose: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Whether change goes with attendance, in both models; never said as cause."""
    main = dose[dose["model"] == "attended"]
    if main.empty or main["estimate"].isna().all():
        return [text("Too few people with both a change and a known attendance: the two cannot be compared.")]
    said, silent = [], []
    for row in main.to_dict("records"):
        name = labels.get(row["scale"], row["scale"])
        if unknown(row) or not spares_zero(row) or row["p_adjusted"] > ALPHA:
            silent.append(name)
            continue
        other = dose[(dose["scale"] == row["scale"]) & (dose["model"] == "attended_and_first_score")].iloc[0]
        sentence = text(
            "**{scale}**: each further activity attended goes with a change of {estimate}.",
            scale=name,
            estimate=estimate_words(text, row, unit=text("points")),
        )
        held = not unknown(other) and spares_zero(other) and (other["estimate"] > 0) == (row["estimate"] > 0)
        said.append(
            sentence
            + " "
            + (
                text(
                    "It stands with the first score held equal: {estimate}.",
                    estimate=estimate_words(text, other, unit=text("points")),
                )
                if held
                else text(
                    "It does not stand with the first score held equal: {estimate}.",
                    estimate=estimate_words(text, other, unit=text("points")),
                )
            )
        )
    if silent:
        said.append(text("For {scales} no such tie could be shown.", scales=listed(text, silent)))
    said.append(
        text(
            "People who come more often differ in much else: this is no proof that attending brought the change."
        )
    )
    return said
