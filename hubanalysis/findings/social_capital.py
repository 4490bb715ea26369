"""Sentences on bonding, bridging and linking ties."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.networks import Labels, change_points, kind_name, nothing_declared, verdict
from hubanalysis.findings.silence import if_all_had_answered
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed

__all__ = ["form_sentences"]


def form_sentences(
    shares: pd.DataFrame,
    changes: pd.DataFrame,
    text: Translator,
    labels: Labels = nothing_declared,
    *,
    level: float = 0.05,
) -> list[str]:
    """Of each kind of tie: the shares of the last wave, what differs from chance, what changed and would it stand.

    ``shares`` and ``changes`` from ``form_shares`` and ``form_change``, with bounds (``with_bounds``).
    """
    sentences = []
    for kind, own in shares.groupby("kind", sort=False):
        last = own[own["wave"] == own["wave"].iloc[-1]]
        name = kind_name(kind, text, labels)
        rows = last.to_dict("records")
        if last["estimate"].isna().all():
            sentences.append(
                text(
                    "**{kind}**: which ties bond, bridge or link cannot be told: kind or level of power are missing.",
                    kind=name,
                )
            )
            continue
        said = [
            text(
                "**{kind}**, “{wave}”: {shares} (n = {n} organisations).",
                kind=name,
                wave=labels("waves").get(rows[0]["wave"], rows[0]["wave"]),
                shares=listed(
                    text,
                    [
                        text(
                            "{share} {form}", share=text.percent(row["estimate"]), form=text.term(row["form"])
                        )
                        for row in rows
                    ],
                ),
                n=rows[0]["n"],
            ),
            _chance(rows, text, level),
        ]
        moved = changes[changes["kind"] == kind]
        shown = [row for row in moved.to_dict("records") if verdict(row) != "unclear"]
        for row in shown:
            values = {"form": text.term(row["form"]), "change": change_points(text, row)}
            said.append(
                text("The share “{form}” grew, by {change}.", **values)
                if verdict(row) == "rises"
                else text("The share “{form}” shrank, by {change}.", **values)
            )
            said.append(if_all_had_answered(row, text))
        if len(moved) and not shown:
            said.append(text("No change in any of the three could be shown."))
        sentences.append(" ".join(part for part in said if part))
    return sentences


def _chance(rows: list[dict], text: Translator, level: float) -> str:
    found = {
        "more": [row for row in rows if row["p_adjusted"] <= level and row["estimate"] > row["expected"]],
        "less": [row for row in rows if row["p_adjusted"] <= level and row["estimate"] < row["expected"]],
    }
    words = {
        side: listed(
            text,
            [
                text(
                    "{form} (by chance {share})",
                    form=text.term(row["form"]),
                    share=text.percent(row["expected"]),
                )
                for row in own
            ],
        )
        for side, own in found.items()
    }
    said = []
    if found["more"]:
        said.append(text("More than chance would give: {forms}.", forms=words["more"]))
    if found["less"]:
        said.append(text("Less than chance would give: {forms}.", forms=words["less"]))
    return " ".join(said) or text("None of the three is told from chance.")
