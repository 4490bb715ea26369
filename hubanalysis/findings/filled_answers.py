"""Sentences on terms of a model that were shown: do they keep their direction with other answers of the silent?"""

from __future__ import annotations

import pandas as pd

from hubanalysis.figures.tie_models import association, term_words
from hubanalysis.findings.networks import Labels, kind_name, nothing_declared
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.brokerage import ROLES

__all__ = ["filled_sentences", "verdict_sentences"]


def filled_sentences(models: pd.DataFrame, text: Translator, labels: Labels = nothing_declared) -> list[str]:
    """Of the terms shown by a model (``why_ties`` with ``range_over_fillings``): which ones would keep their direction.

    Nothing where nobody was silent or no term was shown. Says that the three fillings are no bound.
    """
    sides: dict[bool, list[str]] = {True: [], False: []}
    for row in models.to_dict("records"):
        unasked = (
            row["missing"] != row["missing"] or not row["missing"] or row["filled_low"] != row["filled_low"]
        )
        if row["term"] == "constant" or unasked or association(row) == "unclear":
            continue
        null = 1.0 if row["unit"] == "odds ratio" else 0.0
        keeps = row["filled_low"] > null if association(row) == "more" else row["filled_high"] < null
        wave = row.get("wave", row.get("wave_to"))
        name = text(
            "“{term}” in the wave “{wave}” ({low} to {high})",
            term=term_words(row["term"], text, labels),
            wave=labels("waves").get(wave, wave),
            low=row["filled_low"],
            high=row["filled_high"],
        )
        sides[keeps].append(name)
    said = []
    if sides[True]:
        said.append(
            text(
                "With the unknown ties filled in three ways (none, all, the other end's word), these keep their "
                "direction: {terms}. Other answers may lie beyond.",
                terms=listed(text, sides[True]),
            )
        )
    if sides[False]:
        said.append(
            text(
                "These hold among those that answered, and would not be certain if the silent had answered too: with "
                "the unknown ties filled in three ways (none, all, the other end's word) they do not keep their "
                "direction: {terms}.",
                terms=listed(text, sides[False]),
            )
        )
    return said


def verdict_sentences(
    verdicts: pd.DataFrame, text: Translator, labels: Labels = nothing_declared, by: str = ""
) -> list[str]:
    """Which of the verdicts against chance would stay with other answers of the silent (``verdicts_over_fillings``)."""
    sides: dict[bool, list[str]] = {True: [], False: []}
    for row in verdicts.to_dict("records"):
        values = {
            "kind": kind_name(row["kind"], text, labels),
            "wave": labels("waves").get(row["wave"], row["wave"]),
        }
        if by:
            what = text(ROLES[row[by]]).partition(":")[0] if row[by] in ROLES else text.term(row[by])
            name = text("{kind} “{wave}”: {what}", what=what, **values)
        else:
            name = text("{kind} “{wave}”", **values)
        sides[row["staying"] == 3].append(name)
    said = []
    if sides[True]:
        said.append(
            text(
                "With the unknown ties filled in three ways (none, all, the other end's word), these stay beyond "
                "chance: {names}. Other answers may lie beyond.",
                names="; ".join(sides[True]),
            )
        )
    if sides[False]:
        said.append(
            text(
                "These hold among those that answered, and would not be certain if the silent had answered too: in at "
                "least one of three ways of filling the unknown ties they are not beyond chance: {names}.",
                names="; ".join(sides[False]),
            )
        )
    return said
