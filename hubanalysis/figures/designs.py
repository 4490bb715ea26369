"""Pictures of fuller designs: two groups before and after, the same people at a later wave, edition by edition."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hubanalysis.figures import style
from hubanalysis.figures.change import plot_groups
from hubanalysis.figures.intervals import alt_intervals, nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_editions", "alt_means", "plot_editions", "plot_means"]

_MOMENTS = ("before", "after", "follow_up")
_ONE = "programme"
#: Line and marker of each arm: apart in grey too.
_LOOK = {_ONE: ("-", "o", None), "comparison": ((0, (4, 2)), "s", style.GREY)}


@style.styled
def plot_means(
    means: pd.DataFrame, *, text: Translator | None = None, labels: Mapping[str, str] | None = None
) -> Figure:
    """Mean scores over the moments with their intervals, a panel a scale; a line for each arm where there are two.

    ``means`` as from ``metrics.comparison.means_in_both_arms`` or ``metrics.later_waves.means_over_waves``: columns
    ``scale, area, moment``, the estimate and, where groups are compared, ``arm``.
    """
    text, labels = text or Translator("en"), labels or {}
    if means.empty:
        return nothing_to_draw(text).figure
    means = means if "arm" in means else means.assign(arm=_ONE)
    scales = list(dict.fromkeys(means["scale"]))
    moments = [m for m in _MOMENTS if (means["moment"] == m).any()]
    arms = [a for a in _LOOK if (means["arm"] == a).any()]
    columns = min(3, len(scales))
    rows = int(np.ceil(len(scales) / columns))
    figure, grid = style.new_axes(2.1 * rows + 0.45, rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, scale in zip(grid.flat, scales, strict=False):
        mine = means[means["scale"] == scale]
        sizes = []
        for k, arm in enumerate(arms):
            part = mine[mine["arm"] == arm].set_index("moment").reindex(moments)
            line, marker, colour = _LOOK[arm]
            colour = colour or style.AREA_COLOURS.get(str(mine["area"].iloc[0]), style.ACCENT)
            x = np.arange(len(moments)) + (0.05 if k else -0.05) * (len(arms) - 1)
            spread = np.abs(part[["low", "high"]].to_numpy(float).T - part["estimate"].to_numpy(float))
            axes.errorbar(
                x, part["estimate"], yerr=np.nan_to_num(spread), color=colour, linestyle=line, marker=marker,
                markersize=4.5, elinewidth=1, markerfacecolor="white" if arm != _ONE else colour,
            )  # fmt: skip
            sizes.append(text.number(part["n"].max(), 0))
        axes.set_title(f"{labels.get(scale, scale)}\nn = {' / '.join(sizes)}", fontsize=8.5)
        axes.set_xlim(-0.4, len(moments) - 0.6)
        axes.set_xticks(range(len(moments)), [text.term(m) for m in moments])
        style.strip(axes, grid="y")
        style.localise(axes, text, "y")
    for axes in list(grid.flat)[len(scales) :]:
        axes.set_visible(False)
    if len(arms) > 1:
        drawn = [
            Line2D([], [], color=_LOOK[arm][2] or style.INK, linestyle=_LOOK[arm][0], marker=_LOOK[arm][1],
                   markersize=4.5, markerfacecolor=style.INK if arm == _ONE else "white", label=text.term(arm))
            for arm in arms
        ]  # fmt: skip
        figure.legend(handles=drawn, loc="outside upper center", ncols=2)
    figure.supylabel(text("mean score, with its 95% interval"), fontsize=9)
    return figure


def alt_means(means: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words: every mean with its interval and n."""
    if means.empty:
        return nothing_alt(text)
    columns = [c for c in ("scale", "arm", "moment") if c in means]
    return (
        text("Lines of mean scores with their intervals, a panel for each scale.")
        + " "
        + alt_intervals(means, rows=columns, zero=False, text=text, labels=labels)
    )


def plot_editions(
    change: pd.DataFrame, *, text: Translator | None = None, labels: Mapping[str, str] | None = None
) -> Figure:
    """The change within each edition (``metrics.editions.change_by_edition``), a panel a scale on one axis."""
    return plot_groups(change.rename(columns={"edition": "value"}), text=text, labels=labels)


def alt_editions(change: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words."""
    return alt_intervals(change, rows=("scale", "edition"), text=text, labels=labels)
