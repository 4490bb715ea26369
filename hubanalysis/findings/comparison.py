"""Sentences on those who took part against those who did not, and on what such a comparison takes for granted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed, signed
from hubanalysis.metrics.change import scale_facts

__all__ = ["comparison_findings", "comparison_limits"]


def comparison_findings(
    compared: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    *,
    scales: Iterable[Any] = (),
    crossers: int = 0,
) -> list[str]:
    """One sentence a scale: how much more (or less) participants changed, and whether the second reading agrees.

    ``compared`` as from ``metrics.comparison.difference_in_differences``; ``crossers`` people stood in both groups.
    """
    main = compared[compared["reading"] == "difference_in_differences"]
    if main.empty:
        return [text("There is no comparison group: nobody who did not take part answered before and after.")]
    sizes = main.iloc[0]
    said = [
        text(
            "{programme} people who took part are set against {compared} who did not; all answered before and after.",
            programme=int(main["in_programme"].max()),
            compared=int(main["in_comparison"].max()),
        )
    ]
    facts, silent = scale_facts(scales), []
    for row in main.to_dict("records"):
        name = labels.get(row["scale"], row["scale"])
        if unknown(row):
            said.append(text("**{scale}**: too few in one of the two groups to compare them.", scale=name))
        elif not spares_zero(row):
            again = _second(compared, row["scale"])
            if again is None or not spares_zero(again) or again["p_adjusted"] > ALPHA:
                silent.append(name)
                continue
            said.append(
                text(
                    "**{scale}**: no difference between the change of the two groups could be shown, {estimate}. With "
                    "the first score held equal one is shown, {again}. Where the two readings disagree, neither should "
                    "be leant on.",
                    scale=name,
                    estimate=_both(row, text),
                    again=_both(again, text),
                )
            )
        else:
            lower = row["scale"] in facts.index and facts.at[row["scale"], "better"] == "lower"
            said.append(_differs(row, compared, name, (row["estimate"] > 0) != lower, text))
    if silent:
        said.append(
            text(
                "For {scales} no difference between the change of the two groups could be shown; that is no proof that "
                "the programme changed nothing.",
                scales=listed(text, silent),
            )
        )
    said += _apart_at_the_start(compared, text, labels)
    if crossers:
        said.append(text("{n} people stood in both groups and are left out of the comparison.", n=crossers))
    if sizes["n"] == sizes["n"]:
        said.append(
            text(
                "This difference is what the programme added only if both groups would otherwise have changed alike. "
                "Unless people were assigned by lot, two moments cannot show whether that is so."
            )
        )
    return said


def _differs(row: dict, compared: pd.DataFrame, name: str, better: bool, text: Translator) -> str:
    message = (
        text("**{scale}**: those who took part changed more for the better than those who did not, {estimate}.")
        if better
        else text("**{scale}**: those who took part changed less for the better, or more for the worse, than those "
                  "who did not, {estimate}.")
    )  # fmt: skip
    sentence = message.format(scale=name, estimate=_both(row, text))
    if row["p_adjusted"] > ALPHA:
        sentence += " " + text(
            "But several scales were tested together: with this taken into account the difference is no longer shown "
            "(adjusted p = {p}).",
            p=text.number(row["p_adjusted"], 3),
        )
    again = _second(compared, row["scale"])
    if again is None:
        return sentence
    if spares_zero(again) and (again["estimate"] > 0) == (row["estimate"] > 0):
        return sentence + " " + text(
            "With the first score held equal it stands: {estimate}.",
            estimate=_both(again, text),
        )  # fmt: skip
    return sentence + " " + text(
        "With the first score held equal it does not stand, so neither should be leant on: {estimate}.",
        estimate=_both(again, text),
    )  # fmt: skip


def _second(compared: pd.DataFrame, scale: str) -> pd.Series | None:
    """The reading with the first score held equal, where it has an interval."""
    mine = compared[(compared["scale"] == scale) & (compared["reading"] == "first_score_equal")]
    return mine.iloc[0] if len(mine) and not unknown(mine.iloc[0]) else None


def _both(row: Any, text: Translator) -> str:
    """The estimate with its interval and the size of both groups."""
    return text(
        "{estimate} points (interval {interval}, n = {programme} and {compared})",
        estimate=signed(text, row["estimate"]),
        interval=interval_words(text, row, sign=True),
        programme=text.number(row["in_programme"], 0),
        compared=text.number(row["in_comparison"], 0),
    )


def _apart_at_the_start(compared: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    start = compared[compared["reading"] == "first_score"]
    apart = [
        text(
            "{scale} ({estimate})",
            scale=labels.get(row["scale"], row["scale"]),
            estimate=_both(row, text),
        )
        for row in start.to_dict("records")
        if not unknown(row) and spares_zero(row)
    ]
    if apart:
        return [
            text(
                "Before the programme the two groups already differed in {scales}: there above all they may have "
                "changed differently without it.",
                scales=listed(text, apart),
            )
        ]
    return [
        text(
            "Before the programme no difference between the two groups could be shown; they may differ in what was "
            "not asked."
        )
    ]


def comparison_limits(compared: pd.DataFrame, text: Translator) -> list[str]:
    """What having, or not having, a comparison group means for the chapter."""
    main = compared[compared["reading"] == "difference_in_differences"]
    if main.empty or main["estimate"].isna().all():
        return [
            text("There is no comparison group: what would have changed without the programme is not known.")
        ]
    return [
        text(
            "There is a comparison group of {n} people who did not take part. Unless lots were drawn, who takes part "
            "may differ from who does not in ways that also change people.",
            n=int(main["in_comparison"].max()),
        ),
        text(
            "The intervals count each person as independent. Where whole classes, services or villages took part or "
            "were compared, people of the same place are alike and the true uncertainty is larger."
        ),
    ]
