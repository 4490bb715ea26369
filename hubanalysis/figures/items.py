"""Picture of every answer to every question."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hubanalysis.figures import style
from hubanalysis.figures.intervals import nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed

__all__ = ["alt_levels", "plot_levels"]


#: A bar, the way to the next one, the gap between questions and a line of a question, in units of the vertical axis;
#: INCH is such a unit in inches.
BAR, STEP, GAP, LINE, INCH = 0.56, 0.62, 0.38, 0.46, 0.28


@style.styled
def plot_levels(
    levels: pd.DataFrame, *, text: Translator | None = None, labels=None, waves=None, scales=None
) -> Figure:
    """Every level of every question, one bar a wave, centred on the middle level (``metrics.items.item_levels``).

    The colour of a level follows its place in the range of its own scale, so that scales of 4 and of 7 levels can stand
    in one picture; a level that nobody chose is named beside the bar. Questions asked the other way round are marked:
    there the left is the favourable side.
    """
    text, labels, waves, scales = text or Translator("en"), labels or {}, waves or {}, scales or {}
    if levels.empty:
        return nothing_to_draw(text).figure
    ranges = levels.groupby("scale", sort=False)["level"].agg(["min", "max"])
    one_range = len(ranges.drop_duplicates()) == 1
    items = levels.drop_duplicates("item")
    figure, axes = style.new_axes(1.6)
    y, ticks, counts, ends, seen = 0.0, {}, {}, [-0.1, 0.1], None
    for row in items.to_dict("records"):
        mine = levels[levels["item"] == row["item"]]
        lowest, highest = ranges.loc[row["scale"]]
        if row["scale"] != seen:
            seen, y = row["scale"], y + 0.75
            _heading(axes, y - 0.1, scales.get(seen, seen), "" if one_range else f" ({lowest}–{highest})")
            y += 0.45
        colours = dict(zip(range(lowest, highest + 1), style.levels(highest - lowest + 1), strict=True))
        question = _wrapped(labels.get(row["item"], row["item"]), " (–)" if row["reversed"] else "")
        answered = list(dict.fromkeys(mine["wave"]))
        needed = max(
            0.0, LINE * (question.count("\n") + 1) - STEP * len(answered)
        )  # a long question, a single wave
        y += needed / 2
        first = y
        for wave in answered:
            bar = mine[mine["wave"] == wave].sort_values("level")
            ends += _level_bar(axes, bar, y, colours, text)
            counts[y] = f"{waves.get(wave, text.term(wave))}, " + _count(bar, text)
            y += STEP
        ticks[(first + y - STEP) / 2] = question
        y += needed / 2 + GAP
    figure.set_figheight(max(INCH * y + 0.8, 1.6))
    axes.axvline(0, color=style.INK, linewidth=0.8, zorder=0.5)
    axes.set_yticks(list(ticks), list(ticks.values()), fontsize=7)
    axes.set_ylim(max(y, 1), 0)
    axes.set_xlim(min(ends) - 0.02, max(ends) + 0.02)
    axes.set_xticks([])
    if items["reversed"].any():
        axes.set_xlabel(
            text("(–) asked the other way round: there the left is the favourable side"), fontsize=7.5
        )
    beside = axes.twinx()
    beside.set_ylim(axes.get_ylim())
    beside.set_yticks(list(counts), list(counts.values()), fontsize=6.5)
    for both in (axes, beside):
        style.strip(both, keep=())
    _legend(figure, ranges, one_range, text)
    return figure


def _heading(axes: Axes, y: float, name: str, ends: str) -> None:
    """The scale's name above its questions, from the left end of the bars."""
    axes.text(
        0.0, y, textwrap.shorten(name, 55, placeholder=" …") + ends, transform=axes.get_yaxis_transform(),
        weight="bold", va="bottom", ha="left", fontsize=8.5, bbox={"color": "white", "pad": 0.5},
    )  # fmt: skip


def _wrapped(question: str, mark: str) -> str:
    """A question over three lines at most; what is cut off leaves three dots."""
    lines = textwrap.wrap(question, 42, max_lines=3, placeholder=" …")
    return "\n".join(lines) + mark


def _count(bar: pd.DataFrame, text: Translator) -> str:
    """How many answered, and which levels nobody chose."""
    n = f"n = {text.number(int(bar['n'].max()), 0)}"
    unused = bar.loc[bar["count"] == 0, "level"].astype(int).astype(str).tolist()
    if not unused:
        return n
    if len(unused) > 3:
        return n + "; " + text("{levels} levels unused", levels=len(unused))
    return n + "; " + text("nobody: {levels}", levels=", ".join(unused))


def _level_bar(axes: Axes, bar: pd.DataFrame, y: float, colours: Mapping, text: Translator) -> list[float]:
    """Draw one bar, its middle level across zero; its two ends."""
    shares, found = bar["estimate"].fillna(0).to_numpy(), bar["level"].to_numpy()
    middle = (min(colours) + max(colours)) / 2
    start = left = -(shares[found < middle].sum() + shares[found == middle].sum() / 2)
    for level, share in zip(found, shares, strict=True):
        axes.barh(y, share, BAR, left=left, color=colours[level], edgecolor="white", linewidth=0.4)
        if share >= 0.1:
            red, green, blue = to_rgb(colours[level])
            dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
            axes.text(
                left + share / 2, y, text.percent(share), ha="center", va="center", fontsize=6, zorder=4,
                color="white" if dark else style.INK,
            )  # fmt: skip
        left += share
    return [start, left]


def _legend(figure: Figure, ranges: pd.DataFrame, one_range: bool, text: Translator) -> None:
    """Every level by its number where all questions share a range, else the shades from the lowest to the highest."""
    lowest, highest = (int(end) for end in ranges.iloc[0]) if one_range else (1, 5)
    number = highest - lowest + 1
    written = [str(level) for level in range(lowest, highest + 1)]
    if not one_range:
        written = [text("lowest answer"), "", "", "", text("highest answer")]
    figure.legend(
        [Patch(color=colour) for colour in style.levels(number)], written, loc="outside upper right", ncols=number,
        title=text("lowest answer … highest answer") if one_range else None, title_fontsize=8.5,
        handlelength=2.0 if number <= 7 else 1.2, columnspacing=2.0 if number <= 7 else 0.9,
    )  # fmt: skip


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
