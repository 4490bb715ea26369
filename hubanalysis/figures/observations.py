"""Pictures of the field observation: the grid's means, what was seen where, and the marks of the visits over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from babel.dates import format_date
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, signed

__all__ = ["alt_grid", "alt_seen", "alt_trend", "plot_grid", "plot_seen", "plot_trend"]


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


#: More activities than these make a figure nobody reads: the first by date are drawn, and the axis says so.
MOST_ROWS = 60


@style.styled
def plot_seen(
    marks: pd.DataFrame,
    *,
    scale: tuple[float, float] | None = None,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """A table of activities by items: the mean mark in figures and in grey; hatched where nothing was marked.

    ``marks`` from ``marks_by_activity``, ``titles`` the activities' names. At the right ``n``: sheets filled in.
    """
    text, labels, titles = text or Translator("en"), labels or {}, titles or {}
    if marks.empty:
        return nothing_to_draw(text).figure
    activities, items = list(dict.fromkeys(marks["activity"])), list(dict.fromkeys(marks["item"]))
    drawn = activities[:MOST_ROWS]
    low, high = scale or (marks["value"].min(), marks["value"].max())
    figure, axes = style.new_axes(1.9 + 0.31 * len(drawn))
    place = {a: y for y, a in enumerate(drawn)}
    for row in marks[marks["activity"].isin(place)].to_dict("records"):
        box = {
            "xy": (items.index(row["item"]) - 0.48, place[row["activity"]] - 0.47),
            "width": 0.96,
            "height": 0.94,
        }
        if not np.isfinite(row["value"]):
            axes.add_patch(
                Rectangle(**box, facecolor="white", edgecolor=style.LIGHT, hatch="////", linewidth=0.4)
            )
            continue
        grey = 0.97 - 0.75 * (row["value"] - low) / max(high - low, 1e-9)
        axes.add_patch(Rectangle(**box, facecolor=(grey,) * 3, edgecolor="none"))
        ink = "white" if grey < 0.55 else style.INK
        where = (items.index(row["item"]), place[row["activity"]])
        axes.text(*where, text.number(row["value"], 1), ha="center", va="center", fontsize=7.5, color=ink)
    sheets = marks.groupby("activity")["marks"].max()
    for activity, y in place.items():
        axes.text(len(items) - 0.35, y, text.number(int(sheets[activity]), 0), va="center", fontsize=7.5)
    axes.text(len(items) - 0.35, -0.75, "n", fontsize=8, va="bottom")
    axes.set_xlim(-0.5, len(items) - 0.1)
    axes.set_ylim(len(drawn) - 0.5, -0.5)
    axes.set_yticks(range(len(drawn)), [_title(titles.get(a) or a) for a in drawn], linespacing=1.05)
    names = [textwrap.fill(labels.get(i) or text.term(i), 20) for i in items]
    axes.set_xticks(range(len(items)), names, fontsize=7.5, rotation=90)
    axes.xaxis.tick_top()
    axes.tick_params(axis="y", labelsize=7)
    style.strip(axes, keep=())
    said = text("the darker, the higher the mark; hatched: nothing was marked; n: sheets filled in")
    if len(drawn) < len(activities):
        first = text("the first {n} of {all} activities by date", n=len(drawn), all=len(activities))
        said = f"{said}; {first}"
    axes.set_xlabel(said, fontsize=7.5, loc="right")
    return figure


def _title(name: str) -> str:
    """A title on at most two lines, for a row of the table; only a longer one is cut."""
    return "\n".join(textwrap.wrap(name, 36, max_lines=2, placeholder="…"))


def alt_seen(marks: pd.DataFrame, *, text: Translator, titles: Mapping[str, str] | None = None) -> str:
    """The table in words: how many activities and items, how many without a mark, the highest and lowest mean."""
    if marks.empty:
        return text("Nothing to draw: this study has no such data.")
    titles, known = titles or {}, marks.dropna(subset=["value"])
    unseen = int(marks.groupby("activity")["value"].count().eq(0).sum())
    said = text(
        "A table of {activities} activities by {items} items of the grid; {unseen} activities without any mark.",
        activities=int(marks["activity"].nunique()),
        items=int(marks["item"].nunique()),
        unseen=unseen,
    )
    if known.empty:
        return said
    means = known.groupby("activity")["value"].mean()
    ends = text(
        "Highest in the mean of the items: {high}; lowest: {low}.",
        high=f"{titles.get(means.idxmax()) or means.idxmax()} {text.number(means.max(), 1)}",
        low=f"{titles.get(means.idxmin()) or means.idxmin()} {text.number(means.min(), 1)}",
    )
    return f"{said} {ends}"
