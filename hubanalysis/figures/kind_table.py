"""Which kinds of organisation are tied to which: a table against chance, readable without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_kind_table", "plot_kind_table"]

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


@style.styled
def plot_kind_table(
    mixing: pd.DataFrame,
    *,
    kind: str = "",
    least: int = 0,
    text: Translator | None = None,
    labels: Labels = _no_labels,
) -> Figure:
    """Ties from each kind of organisation (row) to each (column): number named and, under it, number by chance.

    ``mixing`` from ``kind_mixing``; a panel for each wave. The darker the cell, the more ties than by chance; a thick
    frame: outside the range of chance. Cells with fewer than ``least`` organisations in a kind are hatched, unwritten.
    """
    text = text or Translator("en")
    own = mixing[mixing["kind"] == (kind or next(iter(mixing["kind"]), ""))]
    if own.empty:
        return nothing_to_draw(text).figure
    waves = list(dict.fromkeys(own["wave"]))
    seen = own[(own["n"] >= least) & (own["pairs"] > 0)]
    groups = [g for g in dict.fromkeys(own["from_kind"]) if g in {*seen["from_kind"], *seen["to_kind"]}]
    if not groups:
        return nothing_to_draw(text).figure
    drawn = len(own)
    own = own[own["to_kind"].isin(groups) & own["from_kind"].isin(groups)]
    place = {g: i for i, g in enumerate(groups)}
    figure, grid = style.new_axes(0.42 * len(groups) + 2.3, columns=len(waves), squeeze=False, sharey=True)
    for axes, wave in zip(grid[0], waves, strict=True):
        for row in own[own["wave"] == wave].to_dict("records"):
            _draw_cell(axes, place[row["to_kind"]], place[row["from_kind"]], row, least, text)
        axes.set_xlim(-0.5, len(groups) - 0.5)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        words = [textwrap.fill(text.term(g), 16) for g in groups]
        axes.set_xticks(range(len(groups)), words, rotation=90, fontsize=7.5)
        axes.set_yticks(range(len(groups)), words, fontsize=7.5)
        axes.tick_params(length=0)
        axes.set_title(labels("waves").get(wave, wave))
        axes.set_xlabel(text("who is named"), fontsize=8)
        for spine in axes.spines.values():
            spine.set_visible(False)
    grid[0, 0].set_ylabel(text("who names"), fontsize=8)
    figure.legend(
        handles=_cell_legend(len(seen) < drawn, least, text),
        loc="outside lower center",
        ncols=2,
        fontsize=7.5,
    )
    return figure


def _draw_cell(axes, x: int, y: int, row: Mapping, least: int, text: Translator) -> None:
    box = {"xy": (x - 0.48, y - 0.48), "width": 0.96, "height": 0.96}
    if row["n"] < least or not row["pairs"]:
        axes.add_patch(
            Rectangle(**box, facecolor="white", edgecolor=style.LIGHT, hatch="////", linewidth=0.5)
        )
        return
    ratio = (row["estimate"] + 0.5) / (row["expected"] + 0.5) if row["expected"] == row["expected"] else 1.0
    shade = float(
        np.clip(0.5 + 0.28 * np.log2(ratio), 0, 1)
    )  # half as many white, as many as chance mid grey
    grey = 1 - 0.75 * shade
    beyond = not row["chance_low"] <= row["estimate"] <= row["chance_high"]
    beyond = beyond and row["chance_low"] == row["chance_low"]
    axes.add_patch(
        Rectangle(
            **box, facecolor=(grey,) * 3, edgecolor=style.INK if beyond else "white", linewidth=1.8 if beyond else 0.5,
            zorder=2 if beyond else 1,
        )
    )  # fmt: skip
    ink = "white" if grey < 0.52 else style.INK
    axes.text(
        x,
        y - 0.14,
        text.number(row["estimate"], 0),
        ha="center",
        va="center",
        fontsize=8,
        color=ink,
        zorder=3,
    )
    axes.text(
        x,
        y + 0.27,
        text.number(row["expected"], 1),
        ha="center",
        va="center",
        fontsize=5.8,
        color=ink,
        zorder=3,
    )


def _cell_legend(hides: bool, least: int, text: Translator) -> list:
    marks = [
        Line2D([], [], linestyle="", label=text("large: ties named; small: ties if kinds fell at random")),
        Patch(facecolor=(0.25,) * 3, label=text("darker: more than by chance")),
        Patch(
            facecolor="white",
            edgecolor=style.INK,
            linewidth=1.8,
            label=text("framed: outside the range of chance"),
        ),
    ]
    if hides and least:
        said = text("kinds with fewer than {n} organisations are not shown", n=least)
        marks.append(Line2D([], [], linestyle="", label=said))
    elif hides:
        said = text("nobody could be asked")
        marks.append(Patch(facecolor="white", edgecolor=style.LIGHT, hatch="////", label=said))
    return marks


def alt_kind_table(mixing: pd.DataFrame, *, kind: str = "", least: int = 0, text: Translator) -> str:
    """The table of kinds in words: the cells that chance does not explain."""
    own = mixing[mixing["kind"] == (kind or next(iter(mixing["kind"]), ""))]
    if own.empty:
        return nothing_in_words(text)
    shown = own[(own["n"] >= least) & (own["pairs"] > 0)]
    beyond = shown[(shown["estimate"] < shown["chance_low"]) | (shown["estimate"] > shown["chance_high"])]
    return text(
        "A table of {groups} kinds of organisation: {shown} cells shown, {beyond} outside the range of chance.",
        groups=own["from_kind"].nunique(),
        shown=len(shown),
        beyond=len(beyond),
    )
