"""Pictures of what changed for the same respondents: means, paths, who changed beyond error, groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.figures.intervals import alt_intervals, draw_intervals, nothing_alt, plot_intervals
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = [
    "alt_change",
    "alt_groups",
    "alt_paths",
    "alt_reliable_change",
    "plot_change",
    "plot_groups",
    "plot_paths",
    "plot_reliable_change",
]


def plot_change(change: pd.DataFrame, *, text: Translator | None = None, labels=None) -> Axes:
    """The mean change of each scale in points with its interval (``metrics.change.change_in_points``)."""
    text = text or Translator("en")
    return plot_intervals(
        change, axis_label=text("change in points, after − before"), text=text, labels=labels
    )


def alt_change(change: pd.DataFrame, *, text: Translator, labels=None) -> str:
    """The figure in words."""
    return alt_intervals(change, text=text, labels=labels)


@style.styled
def plot_paths(pairs: pd.DataFrame, *, text: Translator | None = None, labels=None, waves=None) -> Figure:
    """Each respondent's path from before to after, a panel a scale, the mean in bold. Internal:
    it shows single people."""
    text, labels, waves = text or Translator("en"), labels or {}, waves or {}
    if pairs.empty:
        return nothing_to_draw(text).figure
    scales = list(dict.fromkeys(pairs["scale"]))
    columns = min(3, max(len(scales), 1))
    rows = int(np.ceil(max(len(scales), 1) / columns))
    figure, grid = style.new_axes(2.3 * rows + 0.2, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, scale in zip(grid.flat, scales, strict=False):
        part = pairs[pairs["scale"] == scale]
        colour = style.AREA_COLOURS.get(str(part["area"].iloc[0]), style.ACCENT)
        # the same score of several people would be one line: a fixed small shift shows how many there are
        shift = np.linspace(-0.035, 0.035, len(part)) * np.ptp(
            part[["before", "after"]].to_numpy() if len(part) else [0]
        )
        axes.plot(
            [0, 1], part[["before", "after"]].to_numpy().T + shift, color=style.GREY, linewidth=0.6,
            alpha=max(0.25, min(0.6, 24 / max(len(part), 1))),
        )  # fmt: skip
        means = part[["before", "after"]].mean()
        axes.plot([0, 1], means, color=colour, linewidth=2.6, marker="o", markersize=5)
        for x, value, where in ((0, means["before"], "right"), (1, means["after"], "left")):
            style.direct_label(
                axes,
                x,
                value,
                text.number(value),
                colour,
                ha=where,
                xytext=(-6 if x == 0 else 6, 0),
                weight="bold",
            )
        axes.set_title(f"{labels.get(scale, scale)}\nn = {text.number(len(part), 0)}", fontsize=8.5)
        axes.set_xlim(-0.35, 1.35)
        axes.set_xticks([0, 1], [waves.get("before", text("before")), waves.get("after", text("after"))])
        style.strip(axes, grid="y")
        style.localise(axes, text, "y")
    for axes in list(grid.flat)[len(scales) :]:
        axes.set_visible(False)
    return figure


def alt_paths(pairs: pd.DataFrame, *, text: Translator, labels=None) -> str:
    """The figure in words: the means, and how many rose, fell and stayed."""
    if pairs.empty:
        return nothing_alt(text)
    labels = labels or {}
    parts = []
    for scale in dict.fromkeys(pairs["scale"]):
        part = pairs[pairs["scale"] == scale]
        parts.append(
            text(
                "{scale}: mean {before} before, {after} after; {risen} rose, {fallen} fell, {same} stayed the same",
                scale=labels.get(scale, scale),
                before=part["before"].mean(),
                after=part["after"].mean(),
                risen=int((part["change"] > 1e-9).sum()),
                fallen=int((part["change"] < -1e-9).sum()),
                same=int(part["change"].abs().le(1e-9).sum()),
            )
        )
    return (
        text("A line for each respondent from before to after, the mean in bold.")
        + " "
        + "; ".join(parts)
        + "."
    )


@style.styled
def plot_reliable_change(shares: pd.DataFrame, *, text: Translator | None = None, labels=None) -> Axes:
    """Who worsened, did not change and improved beyond measurement error, a bar a scale
    (``metrics.reliable_change``)."""
    text, labels = text or Translator("en"), labels or {}
    if shares.empty:
        return nothing_to_draw(text)
    look = {
        "worsened": ("#b35806", "white"),
        "no_reliable_change": ("#ededed", style.INK),
        "improved": ("#053061", "white"),
    }
    scales = list(dict.fromkeys(shares["scale"]))
    _figure, axes = style.new_axes(0.9 + 0.4 * max(len(scales), 1))
    for y, scale in enumerate(scales):
        left = 0.0
        mine = shares[shares["scale"] == scale].set_index("outcome")
        for outcome, (colour, ink) in look.items():
            share = mine["estimate"].get(outcome, np.nan)
            if not np.isfinite(share):
                continue
            axes.barh(
                y,
                share,
                0.62,
                left=left,
                color=colour,
                edgecolor="white",
                label=text.term(outcome) if y == 0 else "",
            )
            if share >= 0.05:
                axes.text(
                    left + share / 2, y, text.percent(share), ha="center", va="center", color=ink, fontsize=8
                )
            left += share
        axes.text(1.02, y, f"n = {text.number(int(mine['n'].iloc[0]), 0)}", va="center", fontsize=8.5)
    axes.set_yticks(range(len(scales)), [labels.get(s, s) for s in scales])
    axes.set_ylim(len(scales) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    style.strip(axes, keep=())
    if scales:
        axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3)
    return axes


def alt_reliable_change(shares: pd.DataFrame, *, text: Translator, labels=None) -> str:
    """The figure in words: the shares of each scale."""
    if shares.empty:
        return nothing_alt(text)
    labels = labels or {}
    parts = [
        f"{labels.get(row['scale'], row['scale'])}, {text.term(row['outcome'])}: {text.percent(row['estimate'])}"
        for row in shares.to_dict("records")
    ]
    return (
        text("Stacked bars, one a scale, of who changed beyond measurement error.")
        + " "
        + "; ".join(parts)
        + "."
    )


@style.styled
def plot_groups(
    cells: pd.DataFrame,
    *,
    text: Translator | None = None,
    labels=None,
    names: Mapping[str, str] | None = None,
) -> Figure:
    """The change within each group, a panel a scale on one axis
    (``metrics.groups.change_by_group``, one attribute)."""
    text, labels, names = text or Translator("en"), labels or {}, names or {}
    if cells.empty:
        return nothing_to_draw(text).figure
    scales = list(dict.fromkeys(cells["scale"]))
    columns = min(3, max(len(scales), 1))
    rows = int(np.ceil(max(len(scales), 1) / columns))
    groups = max((cells["scale"] == s).sum() for s in scales) if scales else 1
    figure, grid = style.new_axes(
        (0.55 + 0.27 * groups) * rows + 0.3, rows, columns, sharex=True, squeeze=False
    )
    for k, (axes, scale) in enumerate(zip(grid.flat, scales, strict=False)):
        part = cells[cells["scale"] == scale]
        draw_intervals(axes, part, rows="value", zero=True, text=text, labels=names, values=False)
        axes.set_title(labels.get(scale, scale), fontsize=8.5)
        axes.tick_params(axis="y", labelsize=7.5, labelleft=k % columns == 0)
    for axes in list(grid.flat)[len(scales) :]:
        axes.set_visible(False)
    figure.supxlabel(text("change in points, after − before"), fontsize=9)
    return figure


def alt_groups(cells: pd.DataFrame, *, text: Translator, labels=None, names=None) -> str:
    """The figure in words."""
    return alt_intervals(
        cells, rows=("scale", "value"), text=text, labels={**(labels or {}), **(names or {})}
    )
