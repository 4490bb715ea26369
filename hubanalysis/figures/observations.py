"""Pictures of the field observation: the grid's means, and the marks of the visits over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from babel.dates import format_date
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, signed

__all__ = ["alt_grid", "alt_trend", "plot_grid", "plot_trend"]


@style.styled
def plot_grid(
    frame: pd.DataFrame,
    *,
    scale: tuple[float, float] | None = None,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """The mean mark of each item with its interval, on the whole range of the grid (``scale``).

    ``frame`` from ``grid_means`` by item; a thin line behind each dot goes from the lowest activity to the highest.
    """
    text, labels = text or Translator("en"), labels or {}
    if frame.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(0.9 + 0.42 * max(len(frame), 1))
    names = []
    for y, row in enumerate(frame.to_dict("records")):
        names.append(textwrap.fill(labels.get(row["item"]) or text.term(row["item"]), 32))
        if not np.isfinite(row["estimate"]):
            continue
        colour = style.AREA_COLOURS.get(str(row["area"]), style.ACCENT)
        axes.plot(
            [row["lowest"], row["highest"]], [y, y], color=style.LIGHT, linewidth=4, solid_capstyle="butt"
        )
        if np.isfinite(row["low"]):
            axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot(
            row["estimate"], y, style.AREA_MARKERS.get(str(row["area"]), "o"), color=colour, markersize=7
        )
        axes.text(1.02, y, _mean(row, text), transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    if scale:
        axes.set_xlim(scale[0] - 0.1, scale[1] + 0.1)
        axes.set_xticks(np.arange(np.ceil(scale[0]), scale[1] + 0.5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.number(x, 0)))
    axes.set_xlabel(text("mean mark; in grey from the lowest activity to the highest"))
    style.strip(axes, grid="x")
    return axes


def _mean(row: Mapping, text: Translator) -> str:
    return (
        f"{text.number(row['estimate'])} [{interval_words(text, row)}], n = {text.number(int(row['n']), 0)}"
    )


def alt_grid(frame: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words: each item's mean mark, interval and number of activities."""
    labels = labels or {}
    if frame.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = [
        f"{labels.get(r['item']) or text.term(r['item'])} {_mean(r, text)}" for r in frame.to_dict("records")
    ]
    return f"{text('The mean mark of each item of the grid, with its interval.')} {'; '.join(parts)}."


@style.styled
def plot_trend(
    marks: pd.DataFrame,
    trend: pd.DataFrame,
    *,
    scale: tuple[float, float] | None = None,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """A panel for each item: a point for each visit at its date, and the line of the slope where one could be told.

    ``marks`` from ``grid_marks`` by item and visit, ``trend`` from ``grid_trend`` by item. The line is broken where the
    interval of the slope holds zero.
    """
    text, labels = text or Translator("en"), labels or {}
    if trend.empty:
        return nothing_to_draw(text).figure
    items = list(trend["item"])
    columns = min(len(items), 3)
    rows = -(-len(items) // columns)
    figure, grid = style.new_axes(0.6 + 1.75 * rows, rows, columns, sharex=True, sharey=True, squeeze=False)
    for ax, row in zip(grid.flat, trend.to_dict("records"), strict=False):
        part = marks[(marks["item"] == row["item"]) & marks["date"].notna()]
        colour = style.AREA_COLOURS.get(str(row["area"]), style.ACCENT)
        ax.plot(
            part["date"],
            part["value"],
            style.AREA_MARKERS.get(str(row["area"]), "o"),
            color=colour,
            markersize=4,
            alpha=0.8,
        )
        if np.isfinite(row["estimate"]):
            days = (part["date"] - part["date"].min()) / pd.Timedelta(days=365.25 / 12)
            level = part["value"].mean() - row["estimate"] * days.mean()
            ends = pd.Series([part["date"].min(), part["date"].max()])
            shown = row["low"] > 0 or row["high"] < 0
            line = [level, level + row["estimate"] * days.max()]
            ax.plot(ends, line, color=style.INK, linewidth=1.4, linestyle="-" if shown else (0, (4, 3)))
        ax.set_title(textwrap.fill(labels.get(row["item"]) or text.term(row["item"]), 28), fontsize=8)
        ax.text(
            0.02, 0.02, _slope(row, text), transform=ax.transAxes, fontsize=7, va="bottom", color=style.INK
        )
        ax.xaxis.set_major_locator(mdates.AutoDateLocator(maxticks=5))
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda x, _: format_date(mdates.num2date(x), "MMM", locale=text.lang))
        )
        ax.tick_params(labelsize=7.5)
        style.strip(ax, grid="y", keep=("bottom",))
        if scale:
            low, high = scale
            ax.set_ylim(low - 0.22 * (high - low), high + 0.06 * (high - low))
            ax.set_yticks(np.arange(np.ceil(low), high + 0.5))
    for ax in list(grid.flat)[len(items) :]:
        ax.set_visible(False)
    return figure


def _slope(row: Mapping, text: Translator) -> str:
    if not np.isfinite(row["estimate"]):
        return text("no estimate")
    return text(
        "{slope} a month [{interval}]",
        slope=signed(text, row["estimate"]),
        interval=interval_words(text, row, sign=True),
    )


def alt_trend(trend: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words: each item's slope a month with its interval."""
    labels = labels or {}
    if trend.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = [
        f"{labels.get(r['item']) or text.term(r['item'])} {_slope(r, text)}" for r in trend.to_dict("records")
    ]
    return f"{text('The mean mark of each visit over its date, a panel for each item.')} {'; '.join(parts)}."
