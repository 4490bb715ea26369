"""Sentences on scales without a shown change: whether a change that counts can be ruled out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed, signed

__all__ = ["equivalence_findings"]


def equivalence_findings(table: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """What can be said where no change was shown: smaller than what counts, or undecided; each said with its bound.

    ``table`` as from :func:`hubanalysis.metrics.equivalence.equivalence`; empty where every change was shown to count
    or nothing can be told.
    """
    said = []
    for row in table[table["verdict"] == "no_change_that_counts"].to_dict("records"):
        message = (
            text(
                "**{scale}**: a change of ±{bound} points or more can be ruled out ({interval}, 90% interval, n = {n})."
            )
            if row["bound_from"] == "convention"
            else text(
                "**{scale}**: a change that counts, ±{bound} points or more, can be ruled out ({interval}, 90% "
                "interval, n = {n})."
            )
        )
        said.append(message.format(**_fields(row, text, labels)))
    for row in table[table["verdict"] == "changed_too_little"].to_dict("records"):
        message = (
            text(
                "**{scale}**: the change shown is smaller than ±{bound} points ({interval}, 90% interval, n = {n})."
            )
            if row["bound_from"] == "convention"
            else text(
                "**{scale}**: the change shown is smaller than what counts, ±{bound} points ({interval}, 90% interval, "
                "n = {n})."
            )
        )
        said.append(message.format(**_fields(row, text, labels)))
    undecided = table[table["verdict"] == "left_open"]
    if len(undecided):
        said.append(
            text(
                "Undecided: {scales}. Neither a change nor its absence is shown; with more answers in both waves it "
                "could be told.",
                scales=listed(
                    text,
                    [
                        text(
                            "{scale} ({interval}, bound ±{bound}, n = {n})",
                            **_fields(row, text, labels),
                        )
                        for row in undecided.to_dict("records")
                    ],
                ),
            )
        )
    judged = table[table["verdict"].isin(["no_change_that_counts", "changed_too_little", "left_open"])]
    if (judged["bound_from"] == "convention").any():
        said.append(
            text(
                "The study does not declare the smallest change that counts for every scale. Where it does not, a "
                "convention stands in: 0.2 standard deviations. What counts for people is for those who know the work "
                "to say."
            )
        )
    return said


def _fields(row: dict, text: Translator, labels: Mapping[str, str]) -> dict:
    interval = text("{low} to {high}", low=signed(text, row["low"]), high=signed(text, row["high"]))
    return {
        "scale": labels.get(row["scale"], row["scale"]),
        "bound": text.number(row["bound"]),
        "interval": interval,
        "n": text.number(row["n"], 0),
    }
