"""Pictures of who came: each activity with its newcomers, how often people came, change against attendance."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.figures.intervals import nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = [
    "alt_attendance",
    "alt_bars",
    "alt_dose",
    "plot_attendance",
    "plot_bars",
    "plot_dose",
]


@style.styled
def plot_attendance(
    by_activity: pd.DataFrame, *, text: Translator | None = None, labels: Mapping[str, str] | None = None
) -> Axes:
    """A bar for each activity from the first to the last: who came for the first time, who came back.

    ``by_activity`` from ``metrics.participation.attendance_by_activity``. Without dates, one bar of all present.
    """
    text, labels = text or Translator("en"), labels or {}
    if by_activity.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(1.0 + 0.27 * max(len(by_activity), 1))
    names = []
    for y, row in enumerate(by_activity.to_dict("records")):
        title = textwrap.shorten(labels.get(row["activity"], row["activity"]), 46, placeholder=" …")
        known = pd.notna(row["new"])
        names.append(f"{title}  {pd.Timestamp(row['date']):%d/%m}" if pd.notna(row["date"]) else title)
        if known:
            axes.barh(y, row["returning"], 0.7, color=style.LIGHT, edgecolor=style.GREY, linewidth=0.4)
            axes.barh(y, row["new"], 0.7, left=row["returning"], color=style.ACCENT)
        else:
            axes.barh(y, row["n"], 0.7, color=style.GREY)
        inside = {"va": "center", "fontsize": 7.5}
        if known and row["returning"] >= 3:
            axes.text(row["returning"] / 2, y, text.number(int(row["returning"]), 0), ha="center", **inside)
        if known and row["new"] >= 3:
            middle = row["returning"] + row["new"] / 2
            axes.text(middle, y, text.number(int(row["new"]), 0), ha="center", color="white", **inside)
        style.direct_label(axes, row["n"], y, f"n = {text.number(int(row['n']), 0)}", fontsize=7.5)
    if by_activity["new"].notna().any():
        axes.barh(0, 0, color=style.LIGHT, edgecolor=style.GREY, linewidth=0.4, label=text("had come before"))
        axes.barh(0, 0, color=style.ACCENT, label=text("first time"))
        if by_activity["new"].isna().any():
            axes.barh(0, 0, color=style.GREY, label=text("not told apart"))
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    axes.set_yticks(range(len(names)), names, fontsize=7.5)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel(text("people present"))
    axes.margins(x=0.1)
    style.strip(axes, grid="x")
    return axes


def alt_attendance(
    by_activity: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None
) -> str:
    """The figure in words: for each activity the people present and how many of them were new."""
    if by_activity.empty:
        return nothing_alt(text)
    labels = labels or {}
    parts = []
    for row in by_activity.to_dict("records"):
        name = labels.get(row["activity"], row["activity"])
        if pd.notna(row["new"]):
            parts.append(
                text(
                    "{name}: {n} present, {new} for the first time",
                    name=name,
                    n=row["n"],
                    new=int(row["new"]),
                )
            )
        else:
            parts.append(text("{name}: {n} present", name=name, n=row["n"]))
    return text("A bar for each activity.") + " " + "; ".join(parts) + "."


@style.styled
def plot_bars(
    table: pd.DataFrame,
    *,
    rows: str,
    value: str = "n",
    axis_label: str = "",
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
    share: bool = False,
) -> Axes:
    """A plain bar for each row of a table, its number at its end; ``low`` and ``high`` of a share as a thin line."""
    text, labels = text or Translator("en"), labels or {}
    if table.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(0.7 + 0.28 * max(len(table), 1))
    for y, row in enumerate(table.to_dict("records")):
        axes.barh(y, row[value], 0.68, color=style.ACCENT if not share else "#a9c3da")
        if share and "low" in table:
            axes.plot([row["low"], row["high"]], [y, y], color=style.INK, linewidth=1)
        written = text.percent(row[value]) if share else text.number(row[value], 0)
        written += f", n = {text.number(int(row['n']), 0)}" if share else ""
        end = row["high"] if share and "high" in table and pd.notna(row["high"]) else row[value]
        style.direct_label(axes, end, y, written)
    axes.set_yticks(range(len(table)), [labels.get(v) or text.term(v) for v in table[rows]])
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(axis_label)
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
    axes.set_xticks([])
    style.strip(axes, keep=("left",))
    return axes


def alt_bars(
    table: pd.DataFrame, *, rows: str, value: str = "n", text: Translator, labels=None, share: bool = False
) -> str:
    """The figure in words: each row and its number."""
    if table.empty:
        return nothing_alt(text)
    labels = labels or {}
    parts = [
        f"{labels.get(row[rows]) or text.term(row[rows])}: "
        + (text.percent(row[value]) if share else text.number(row[value], 0))
        for row in table.to_dict("records")
    ]
    return text("A bar for each row.") + " " + "; ".join(parts) + "."


@style.styled
def plot_dose(table: pd.DataFrame, *, least: int = 10, text: Translator | None = None, labels=None) -> Figure:
    """Mean change with its interval at each number of activities attended, a panel a scale.

    ``table`` from ``metrics.dose.dose_table``. Neighbouring numbers are put together until a group holds ``least``
    people, so that no dot stands for a few; the line is the least-squares fit over single people.
    """
    text, labels = text or Translator("en"), labels or {}
    if table.empty:
        return nothing_to_draw(text).figure
    scales = list(dict.fromkeys(table["scale"]))
    columns = min(3, max(len(scales), 1))
    rows = int(np.ceil(max(len(scales), 1) / columns))
    figure, grid = style.new_axes(2.0 * rows + 0.4, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, scale in zip(grid.flat, scales, strict=False):
        part = table[table["scale"] == scale]
        area = str(part["area"].iloc[0])
        colour = style.AREA_COLOURS.get(area, style.ACCENT)
        bands = attendance_bands(part["attended"], least)
        for _band, group in part.groupby(bands, observed=True):
            x, change = group["attended"].mean(), group["change"]
            half = 1.96 * change.std(ddof=1) / np.sqrt(len(group)) if len(group) > 1 else np.nan
            axes.plot([x, x], [change.mean() - half, change.mean() + half], color=colour, linewidth=1.4)
            axes.plot(x, change.mean(), style.AREA_MARKERS.get(area, "o"), color=colour, markersize=5)
        if part["attended"].nunique() > 1:
            slope, constant = np.polyfit(part["attended"].astype(float), part["change"].astype(float), 1)
            ends = np.array([part["attended"].min(), part["attended"].max()])
            axes.plot(ends, constant + slope * ends, color=style.GREY, linewidth=1)
        style.zero_line(axes, axis="y")
        axes.set_title(labels.get(scale, scale), fontsize=8.5)
        style.strip(axes, grid="y")
        style.localise(axes, text, "y")
    for axes in list(grid.flat)[len(scales) :]:
        axes.set_visible(False)
    figure.supxlabel(text("activities attended"), fontsize=9)
    figure.supylabel(text("change in points"), fontsize=9)
    return figure


def attendance_bands(attended: pd.Series, least: int) -> pd.Series:
    """A band number for each person: neighbouring numbers of activities together until ``least`` people are in."""
    sizes = attended.value_counts().sort_index()
    band, inside, bands = 0, 0, {}
    for number, size in sizes.items():
        bands[number] = band
        inside += size
        if inside >= least:
            band, inside = band + 1, 0
    if inside and band:  # the last, too small band joins the one before
        bands = {number: min(b, band - 1) for number, b in bands.items()}
    return attended.map(bands)


def alt_dose(table: pd.DataFrame, *, least: int = 10, text: Translator, labels=None) -> str:
    """The figure in words: the mean change of those who came least and of those who came most."""
    if table.empty:
        return nothing_alt(text)
    labels = labels or {}
    parts = []
    for scale in dict.fromkeys(table["scale"]):
        part = table[table["scale"] == scale]
        groups = part.groupby(attendance_bands(part["attended"], least), observed=True)["change"].mean()
        parts.append(
            text(
                "{scale}: {first} where people came least, {last} where they came most",
                scale=labels.get(scale, scale),
                first=float(groups.iloc[0]),
                last=float(groups.iloc[-1]),
            )
        )
    return text("Mean change against the number of activities attended.") + " " + "; ".join(parts) + "."
