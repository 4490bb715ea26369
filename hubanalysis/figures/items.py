"""Picture of every answer to every question."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hubanalysis.figures import style
from hubanalysis.figures.intervals import nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed

__all__ = ["alt_levels", "plot_levels"]


@style.styled
def plot_levels(
    levels: pd.DataFrame, *, text: Translator | None = None, labels=None, waves=None, scales=None
) -> Figure:
    """Every level of every question, one bar a wave, centred on the middle level (``metrics.items.item_levels``).

    Questions asked the other way round are marked: there the left is the favourable side.
    """
    text, labels, waves, scales = text or Translator("en"), labels or {}, waves or {}, scales or {}
    if levels.empty:
        return nothing_to_draw(text).figure
    items = list(dict.fromkeys(levels["item"]))
    order = list(dict.fromkeys(levels["wave"]))
    height = 0.17 * len(order) * len(items) + 0.12 * len(items) + 0.9
    figure, axes = style.new_axes(max(height, 1.6))
    ends = sorted(levels["level"].unique())
    colours = dict(zip(ends, style.levels(max(len(ends), 2)), strict=False))
    y, ticks, names, counts, seen = 0.0, [], [], [], None
    for item in items:
        mine = levels[levels["item"] == item]
        if mine["scale"].iloc[0] != seen:
            seen = mine["scale"].iloc[0]
            y += 0.75
            axes.text(
                0, y - 0.1, scales.get(seen, seen), weight="bold", va="bottom", ha="center", fontsize=8.5
            )
            y += 0.45
        question = labels.get(item, item) + (" (–)" if mine["reversed"].iloc[0] else "")
        names.append("\n".join(textwrap.wrap(question, 50)[:3]))
        ticks.append(y + 0.5 * (len(order) - 1) * 0.62)
        for wave in order:
            bar = mine[mine["wave"] == wave]
            _level_bar(axes, bar, y, colours, text)
            n = text.number(int(bar["n"].max()) if len(bar) else 0, 0)
            counts.append((y, f"{waves.get(wave, text.term(wave))}, n = {n}"))
            y += 0.62
        y += 0.38
    axes.set_yticks(ticks, names, fontsize=7)
    axes.set_ylim(max(y, 1), 0)
    ends_of_bars = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches] or [(-1, 1)]
    right = max(end for _start, end in ends_of_bars)
    for y_of_bar, written in counts:
        axes.text(right + 0.03, y_of_bar, written, va="center", ha="left", fontsize=6.5)
    axes.set_xlim(min(start for start, _end in ends_of_bars) - 0.02, right + 0.42)
    axes.set_xticks([])
    style.strip(axes, keep=())
    handles = [Patch(color=colours[level]) for level in ends]
    figure.legend(
        handles, [str(level) for level in ends], loc="outside upper right", ncols=len(ends) or 1,
        title=text("lowest answer … highest answer"), title_fontsize=8.5,
    )  # fmt: skip
    return figure


def _level_bar(axes: Axes, row: pd.DataFrame, y: float, colours: Mapping, text: Translator) -> None:
    row = row.sort_values("level")
    shares, found = row["estimate"].fillna(0).to_numpy(), row["level"].to_numpy()
    middle = (found.min() + found.max()) / 2 if len(found) else 0
    left = -(shares[found < middle].sum() + shares[found == middle].sum() / 2)
    for level, share in zip(found, shares, strict=True):
        axes.barh(y, share, 0.56, left=left, color=colours[level], edgecolor="white", linewidth=0.4)
        if share >= 0.1:
            dark = level in (min(colours), max(colours))
            axes.text(
                left + share / 2, y, text.percent(share), ha="center", va="center", fontsize=6,
                color="white" if dark else style.INK,
            )  # fmt: skip
        left += share


def alt_levels(levels: pd.DataFrame, *, text: Translator, labels=None, waves=None) -> str:
    """The figure in words: the share above the middle of the scale, for each question and wave."""
    if levels.empty:
        return nothing_alt(text)
    labels, waves = labels or {}, waves or {}
    parts = []
    for item in dict.fromkeys(levels["item"]):
        mine = levels[levels["item"] == item]
        middle = (mine["level"].min() + mine["level"].max()) / 2
        shares = [
            text(
                "{share} {wave}",
                share=text.percent(part.loc[part["level"] > middle, "estimate"].sum()),
                wave=waves.get(wave, text.term(wave)),
            )
            for wave, part in mine.groupby("wave", observed=True, sort=False)
        ]
        parts.append(f"{labels.get(item, item)} {listed(text, shares)}")
    return (
        text("Bars of every level of every question. Share of answers above the middle:")
        + " "
        + "; ".join(parts)
    )
