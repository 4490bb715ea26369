"""Figures on priorities: ranks with intervals, priority beside effort."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = [
    "alt_priority_effort",
    "alt_ranks",
    "plot_priority_effort",
    "plot_ranks",
]

Labels = Mapping[str, str]


@style.styled
def plot_ranks(ranks: pd.DataFrame, *, text: Translator | None = None, labels: Labels | None = None) -> Axes:
    """The collective rank of each need with its interval, by the last round; earlier rounds hollow.

    ``ranks`` from ``collective_rankings``.
    """
    text, labels = text or Translator("en"), labels or {}
    if ranks.empty:
        return nothing_to_draw(text)
    rounds = sorted(ranks["round"].unique())
    last = ranks[ranks["round"] == rounds[-1]]
    needs = last["need"].tolist()
    _figure, axes = style.new_axes(0.9 + 0.42 * len(needs))
    for row in ranks.to_dict("records"):
        newest = row["round"] == rounds[-1]
        y = needs.index(row["need"]) - 0.26 * (len(rounds) - 1 - rounds.index(row["round"]))
        colour = style.ACCENT if newest else style.GREY
        axes.plot(
            [row["low"], row["high"]],
            [y, y],
            color=colour,
            linewidth=2.4 if newest else 1.2,
            solid_capstyle="butt",
        )
        axes.plot(
            row["estimate"], y, "o", markersize=8 if newest else 5, markeredgecolor=colour, markeredgewidth=1.3,
            markerfacecolor=colour if newest else "white",
        )  # fmt: skip
    axes.set_yticks(range(len(needs)), [labels.get(need, need) for need in needs])
    axes.set_ylim(len(needs) - 0.4, -0.7)
    axes.set_xlim(0.6, len(needs) + 0.4)
    axes.set_xticks(range(1, len(needs) + 1))
    axes.set_xlabel(text("rank (1 = first)"))
    style.strip(axes, grid="x")
    if len(rounds) > 1:
        axes.legend(handles=_rounds(rounds, text), loc="lower left")
    return axes


def _rounds(rounds, text: Translator) -> list[Line2D]:
    handles = []
    for round_ in rounds:
        newest = round_ == rounds[-1]
        colour = style.ACCENT if newest else style.GREY
        face = colour if newest else "white"
        name = text("round {n}", n=int(round_))
        handles.append(Line2D([], [], color=colour, marker="o", markerfacecolor=face, label=name))
    return handles


def alt_ranks(ranks: pd.DataFrame, *, text: Translator, labels: Labels | None = None) -> str:
    """The figure in words: the rank of each need in the last round, with its interval."""
    if ranks.empty:
        return nothing_in_words(text)
    labels = labels or {}
    last = ranks[ranks["round"] == ranks["round"].max()]
    parts = [
        text(
            "{rank}. {need} ({low} to {high})",
            rank=text.number(row["estimate"], 0),
            need=labels.get(row["need"], row["need"]),
            low=text.number(row["low"], 0),
            high=text.number(row["high"], 0),
        )
        for row in last.to_dict("records")
    ]
    return text("Needs in order of rank, with the interval of rank.") + " " + "; ".join(parts) + "."


@style.styled
def plot_priority_effort(
    gaps: pd.DataFrame, *, text: Translator | None = None, labels: Labels | None = None
) -> Axes:
    """Each need's share of the voters' points (hollow) and of the programme's effort (filled), by priority.

    ``gaps`` from ``effort_and_priority``.
    """
    text, labels = text or Translator("en"), labels or {}
    if gaps.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(0.9 + 0.36 * len(gaps))
    for y, row in enumerate(gaps.to_dict("records")):
        pair = [row["priority_share"], row["effort_share"]]
        axes.plot(pair, [y, y], color=style.LIGHT, linewidth=3, solid_capstyle="butt", zorder=1)
        axes.plot(
            pair[0],
            y,
            "o",
            markersize=8,
            markerfacecolor="white",
            markeredgecolor=style.INK,
            markeredgewidth=1.3,
        )
        axes.plot(pair[1], y, "D", markersize=6.5, color=style.ACCENT)
    names = [textwrap.shorten(labels.get(need, need), 40, placeholder="…") for need in gaps["need"]]
    axes.set_yticks(range(len(gaps)), names)
    axes.set_ylim(len(gaps) - 0.4, -0.6)
    most = float(np.nanmax(gaps[["priority_share", "effort_share"]].to_numpy()))
    axes.set_xlim(-0.01, most * 1.12)
    ticks = np.arange(0, most + 0.05, 0.05)
    axes.set_xticks(ticks, [text.percent(t) for t in ticks])
    style.strip(axes, grid="x")
    look = {"linestyle": "", "markersize": 7}
    points, effort = text("share of the voters' points"), text("share of the programme's effort")
    axes.legend(
        handles=[
            Line2D([], [], marker="o", markerfacecolor="white", markeredgecolor=style.INK, label=points, **look),
            Line2D([], [], marker="D", color=style.ACCENT, label=effort, **look),
        ],
        loc="upper center", bbox_to_anchor=(0.4, -0.06 - 0.02 * (len(gaps) < 6)), ncols=2,
    )  # fmt: skip
    return axes


def alt_priority_effort(gaps: pd.DataFrame, *, text: Translator, labels: Labels | None = None) -> str:
    """The figure in words: both shares of each need."""
    if gaps.empty:
        return nothing_in_words(text)
    labels = labels or {}
    parts = [
        text(
            "{need}: priority {priority}, effort {effort}",
            need=labels.get(row["need"], row["need"]),
            priority=text.percent(row["priority_share"]),
            effort=text.percent(row["effort_share"]),
        )
        for row in gaps.to_dict("records")
    ]
    return (
        text("Share of the voters' points and of the programme's effort for each need.")
        + " "
        + "; ".join(parts)
        + "."
    )
