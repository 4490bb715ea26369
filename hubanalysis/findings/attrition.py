"""Sentences on who left between the waves, and on what that does to the conclusions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.findings.change import verdicts
from hubanalysis.findings.reading import spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed, shares_words, signed
from hubanalysis.metrics.change import scale_facts

__all__ = ["attrition_findings"]


def attrition_findings(
    retention: pd.DataFrame,
    baseline: pd.DataFrame,
    change: pd.DataFrame,
    bounds: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    *,
    scales: Iterable[Any] = (),
    standardised: pd.DataFrame | None = None,
) -> list[str]:
    """Who left, how they differed before, and which conclusions depend on what is assumed of them.

    ``standardised`` as from ``change_standardised_to_all``.
    """
    if retention.empty or bounds.empty:
        return [text("There are not two waves of answers: who left cannot be told.")]
    left = retention.set_index("presence").loc["leavers"]
    said = [
        text(
            "{count} of the {n} who answered in the first wave did not answer in the last one: **{share}** "
            "({interval}).",
            count=int(left["count"]),
            n=int(left["n"]),
            share=text.percent(left["estimate"]),
            interval=shares_words(text, left),
        )
    ]
    if not int(left["count"]):
        return said
    differing = [r for r in baseline.to_dict("records") if not unknown(r) and spares_zero(r)]
    for row in differing:
        message = (
            text("Those who left had started **lower** in {scale} than those who stayed: {estimate}.")
            if row["estimate"] > 0
            else text("Those who left had started **higher** in {scale} than those who stayed: {estimate}.")
        )
        row = row | {"estimate": -row["estimate"], "low": -row["high"], "high": -row["low"]}
        said.append(
            message.format(
                scale=labels.get(row["scale"], row["scale"]),
                estimate=estimate_words(text, row, unit=text("points")),
            )
        )
    if not differing:
        said.append(
            text(
                "No difference in the first scores between those who left and those who stayed could be shown; "
                "this does not prove that they would have changed alike."
            )
        )
    scales = list(scales)
    judged = verdicts(change, scales, bounds).set_index("scale")["verdict"]
    shown = [s for s in judged.index if judged[s] in ("shown", "fragile")]
    fragile = [labels.get(s, s) for s in shown if judged[s] == "fragile"]
    by_start = verdicts(change, scales, None, standardised).set_index("scale")["verdict"]
    of_itself = [labels.get(s, s) for s in by_start.index if by_start[s] == "fragile"]
    if of_itself:
        said.append(
            text(
                "Reckoned for people who start like all who answered first, **the conclusion changes** for {scales}: "
                "who starts high tends to fall of itself, who starts low to rise.",
                scales=listed(text, of_itself),
            )
        )
    if fragile:
        said.append(
            text(
                "Weighting those who stayed so that they stand for those who left **changes the conclusion** for "
                "{scales}.",
                scales=listed(text, fragile),
            )
        )
    elif shown and bounds.loc[bounds["assumption"] == "weighted", "estimate"].notna().any():
        said.append(
            text(
                "Weighting those who stayed so that they stand for those who left changes no conclusion on a change "
                "shown."
            )
        )
    return said + _what_it_would_take(shown, change, bounds, scales, text, labels)


def _what_it_would_take(
    shown: list[str],
    change: pd.DataFrame,
    bounds: pd.DataFrame,
    scales: list[Any],
    text: Translator,
    labels: Mapping[str, str],
) -> list[str]:
    """The extreme cases of the changes shown, and the conclusion that those who left could most easily undo."""
    table = bounds.set_index(["scale", "assumption"])
    reversible = [
        s for s in shown if table.at[(s, "worst"), "estimate"] * table.at[(s, "best"), "estimate"] < 0
    ]
    said = []
    if reversible and len(reversible) == len(shown):
        said.append(
            text(
                "Nobody knows how those who left changed: between the extremes, all of them at the worst or all at the "
                "best possible score, each of the changes shown could have either sign."
            )
        )
    elif reversible:
        said.append(
            text(
                "Between the extremes, all who left at the worst or all at the best possible score, the change in "
                "{scales} could have either sign.",
                scales=listed(text, [labels.get(s, s) for s in reversible]),
            )
        )
    elif shown:
        said.append(
            text(
                "Even if all who left stood at the worst or at the best possible score, each change shown keeps its "
                "sign."
            )
        )
    tipping = bounds.drop_duplicates("scale").set_index("scale")["tipping"].reindex(reversible).dropna()
    if len(tipping):
        stayed = change.set_index("scale")["estimate"]
        facts = scale_facts(scales)
        length = (
            (facts["hi"] - facts["lo"]).reindex(tipping.index).fillna(1.0)
        )  # scales of unlike length compare
        weakest = (tipping.abs() / length).idxmin()
        said.append(
            text(
                "The conclusion that would give way first is the one on {scale}: to bring the mean change of all to "
                "nought, those who left would have to have changed by {tipping} points on average; those who stayed "
                "changed by {stayed}.",
                scale=labels.get(weakest, weakest),
                tipping=signed(text, tipping[weakest]),
                stayed=signed(text, stayed[weakest]),
            )
        )
    return said
