"""Sentences on the organisations: who they are, what changed for them, and what so few can carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed
from hubanalysis.metrics.change import scale_facts
from hubanalysis.metrics.organisations import smallest_p

__all__ = ["organisation_change_findings", "organisation_limits", "who_findings"]


def who_findings(organisations: pd.DataFrame, retention: pd.DataFrame, text: Translator) -> list[str]:
    """How many organisations take part, of what reach, and how many answered twice."""
    said = []
    if len(organisations):
        reach = organisations["reach"].value_counts(sort=False)
        found = [f"{text.term(r)} {text.number(int(n), 0)}" for r, n in reach.items() if n]
        n, kinds = len(organisations), organisations["kind"].nunique()
        if found:
            message = text(
                "**{n} organisations** take part; kinds: {kinds}; by reach: {reach}.",
                n=n,
                kinds=kinds,
                reach=listed(text, found),
            )
        else:
            message = text(
                "**{n} organisations** take part; kinds: {kinds}; their reach is not stated.",
                n=n,
                kinds=kinds,
            )
        said.append(message)
    else:
        said.append(text("This study has no register of organisations: who they are cannot be told."))
    if len(retention):
        stayed = retention.set_index("presence").loc["stayers"]
        said.append(
            text(
                "Of the {n} organisations that answered in the first wave, **{count}** answered in the last one too.",
                n=int(stayed["n"]),
                count=int(stayed["count"]),
            )
        )
    return said


def organisation_change_findings(
    change: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    *,
    scales: Iterable[Any] = (),
) -> list[str]:
    """One sentence a scale (``change_of_organisations``): risen, fallen, or not shown; for the worse as plainly."""
    if change.empty:
        return [text("No organisation answered in two waves: what changed for organisations cannot be told.")]
    better = scale_facts(scales)["better"]
    said, later = [], []
    for row in change.to_dict("records"):
        name = labels.get(row["scale"], row["scale"])
        estimate = estimate_words(text, row, unit=text("points"))
        if unknown(row):
            later.append(
                text("**{scale}**: too few answered twice for an interval (n = {n}).", scale=name, n=row["n"])
            )
        elif not spares_zero(row) or row["p_adjusted"] > ALPHA:
            sentence = text(
                "**{scale}**: no change could be shown, {estimate}.", scale=name, estimate=estimate
            )
            if spares_zero(row):
                sentence += " " + text(
                    "Its interval alone would spare zero, but several scales were tested together (adjusted p = {p}).",
                    p=text.number(row["p_adjusted"], 3),
                )
            later.append(sentence)
        else:
            rose = row["estimate"] > 0
            message = {
                (True, False): text("**{scale}** rose, for the better: {estimate}."),
                (True, True): text("**{scale}** rose, for the worse: {estimate}."),
                (False, True): text("**{scale}** fell, for the better: {estimate}."),
                (False, False): text("**{scale}** fell, for the worse: {estimate}."),
            }[rose, better.get(row["scale"]) == "lower"]
            said.append(message.format(scale=name, estimate=estimate))
    return said + later


def organisation_limits(change: pd.DataFrame, detectable: pd.DataFrame, text: Translator) -> list[str]:
    """What this number of organisations can and cannot show."""
    if change.empty:
        return []
    n = int(change["n"].min())
    said = []
    if n < 6:
        said.append(
            text(
                "With {n} organisations no change, however large, could be shown at the usual 5%: the smallest p "
                "they can "
                "reach is {p}.",
                n=n,
                p=text.number(smallest_p(n), 3),
            )
        )
    known = detectable["smallest_points"].dropna()
    if len(known):
        said.append(
            text(
                "With {n} organisations a change smaller than about {low} to {high} points, by scale, would have been "
                "missed more often than one time in five.",
                n=n,
                low=float(known.min()),
                high=float(known.max()),
            )
        )
    said.append(
        text(
            "One person answers for each organisation: a new person in that role can look like a change of the "
            "organisation."
        )
    )
    return said
