"""Sentences on the field observation: what was seen, how observers agree, what moved over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hubanalysis.findings.agreement import agreement_reading, weak_ones
from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, interval_words, listed

__all__ = [
    "grid_findings",
    "grid_range",
    "observation_findings",
    "observation_limits",
    "observer_findings",
    "trend_findings",
]


def grid_range(block: Any) -> tuple[float, float] | None:
    """The lowest and the highest mark of the declared grid (``hub.study.model.observations``); None without one."""
    if block is None:
        return None
    return min(item.range[0] for item in block.grid), max(item.range[1] for item in block.grid)


def _named(row: Mapping, text: Translator, labels: Mapping[str, str]) -> str:
    return labels.get(row["item"]) or text.term(row["item"])


def observation_findings(visits: pd.DataFrame, observations: pd.DataFrame, text: Translator) -> list[str]:
    """How much was observed (``observed_visits``)."""
    if visits.empty:
        return [text("This study has no field observations.")]
    twice = int((visits["observers"] >= 2).sum())
    return [
        text(
            "**{visits} visits** to {activities} activities were observed by {observers} observers; at "
            "{twice} of the visits "
            "two or more marked the grid.",
            visits=len(visits),
            activities=int(visits["activity"].nunique()),
            observers=int(observations["observer"].nunique()),
            twice=twice,
        )
    ]


def grid_findings(means: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Which item is marked highest and which lowest, and whether that order holds (``grid_means`` by item)."""
    known = means[means["estimate"].notna()]
    if known.empty:
        return []
    high, low = known.loc[known["estimate"].idxmax()], known.loc[known["estimate"].idxmin()]
    said = [
        text(
            "Marked highest on average: **{item}**, {estimate}.",
            item=_named(high, text, labels),
            estimate=estimate_words(text, high, sign=False),
        )
    ]
    if len(known) < 2:
        return said
    said.append(
        text(
            "Marked lowest: **{item}**, {estimate}.",
            item=_named(low, text, labels),
            estimate=estimate_words(text, low, sign=False),
        )
    )
    if unknown(high) or unknown(low):
        return said
    said.append(
        text("The two intervals do not meet: the first is marked higher than the last.")
        if high["low"] > low["high"]
        else text("The two intervals meet: which of the items really stands first cannot be told.")
    )
    return said


def trend_findings(trend: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Which marks rose or fell over the programme (``grid_trend`` by item)."""
    if trend.empty:
        return []
    told = trend[trend["estimate"].notna()]
    if told.empty:
        return [text("There are too few dated activities to tell whether marks rise or fall.")]
    moved = [r for r in told.to_dict("records") if spares_zero(r) and r["p_adjusted"] < ALPHA]
    said = []
    for row in moved:
        item, estimate = _named(row, text, labels), estimate_words(text, row)
        if row["estimate"] > 0:
            said.append(
                text(
                    "**{item}** rose over the programme; points a month: {estimate}.",
                    item=item,
                    estimate=estimate,
                )
            )
        else:
            said.append(
                text(
                    "**{item}** fell over the programme; points a month: {estimate}.",
                    item=item,
                    estimate=estimate,
                )
            )
    if not moved:
        return [
            text(
                "For **no item** could a rise or a fall over the programme be shown (n = {n}).",
                n=int(told["n"].max()),
            )
        ]
    if len(moved) < len(told):
        said.append(text("For the other items no change over time could be shown."))
    return said


def observer_findings(agreement: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """How far observers of the same visit mark alike (``observer_agreement``)."""
    if agreement.empty:
        return []
    if not agreement["n"].max():
        return [text("No visit was marked by two observers: how far they would agree cannot be told.")]
    whole = agreement.iloc[0]
    if pd.isna(whole["estimate"]):
        return [
            text(
                "Every mark was the same: there is no difference on which observers could agree or disagree."
            )
        ]
    said = [
        text(
            "Over all items two observers of the same visit agree with alpha = **{alpha}** (interval "
            "{interval}, n = {n} visits).",
            alpha=text.number(whole["estimate"]),
            interval=interval_words(text, whole),
            n=int(whole["n"]),
        )
        + " "
        + agreement_reading(whole, text)
    ]
    weak = weak_ones(agreement.iloc[1:], "item", text, labels)
    if weak:
        said.append(text("They agree too little on: {items}.", items=weak))
    return said


def observation_limits(
    visits: pd.DataFrame, activities: pd.DataFrame, observations: pd.DataFrame, text: Translator
) -> list[str]:
    """What was not seen."""
    if visits.empty:
        return []
    said = []
    unseen = sorted(set(activities["activity"]) - set(visits["activity"]))
    if unseen:
        said.append(text("{n} activities of the programme were never observed.", n=len(unseen)))
    unmarked = int(observations["value"].isna().sum())
    if unmarked:
        said.append(text("{n} items of the grid were left unmarked.", n=unmarked))
    counts = observations.dropna(subset=["value"]).groupby("observer")["observation"].nunique()
    if len(counts) > 1:
        share = counts.max() / counts.sum()
        said.append(
            text(
                "One observer alone made {share} of the sheets: one person's way of marking weighs in every mean.",
                share=text.percent(share),
            )
        )
    dated = visits["date"].dropna()
    if len(dated):
        first, last = text.date(dated.min()), text.date(dated.max())
        said.append(listed(text, [text("Observations run from {first} to {last}.", first=first, last=last)]))
    return said
