"""Picture of who comes again: how soon after the first time, and how many go on to a second, third, fourth time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from hubanalysis.figures import style
from hubanalysis.figures.intervals import nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_coming_again", "plot_coming_again"]

#: Numbers under a curve stand apart enough to be read.
MOST_NUMBERS = 7


@style.styled
def plot_coming_again(curve: pd.DataFrame, kept: pd.DataFrame, *, text: Translator | None = None) -> Figure:
    """Left: the share come again by day after the first time. Right: the share who go on, by number of times.

    ``curve`` from ``metrics.audience.coming_again``, ``kept`` from ``still_coming``; shaded and barred: 95 % intervals.
    Below the left curve the people still watched and not yet back, where ``curve`` tells them; below the right one the
    people each step is estimated from.
    """
    text = text or Translator("en")
    if curve.empty and kept.empty:
        return nothing_to_draw(text).figure
    figure, (left, right) = style.new_axes(3.4, 1, 2)
    _steps(left, curve, text)
    _numbers(right, kept, text)
    for axes in (left, right):
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: text.percent(value)))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        style.strip(axes, grid="y")
    return figure


def _steps(axes: Axes, curve: pd.DataFrame, text: Translator) -> None:
    axes.set_title(text("came again after the first time"))
    if curve.empty:
        return
    days = np.r_[0, curve["days"]]
    axes.step(days, np.r_[0, curve["estimate"]], where="post", color=style.ACCENT)
    low, high = np.r_[0, curve["low"].fillna(0)], np.r_[0, curve["high"].fillna(1)]
    axes.fill_between(days, low, high, step="post", color=style.ACCENT, alpha=0.18, linewidth=0)
    axes.set_xlim(0, max(days.max(), 1) * 1.02)
    label = text("days of activity since the first time")
    if "at_risk" in curve:
        _under(axes, curve["days"], curve["at_risk"], text)
        label += "\n" + text("in grey: people not yet back and still watched")
    axes.set_xlabel(label, labelpad=17 if "at_risk" in curve else 4)


def _numbers(axes: Axes, kept: pd.DataFrame, text: Translator) -> None:
    axes.set_title(text("went on, by number of times"))
    if kept.empty:
        return
    x = np.r_[1, kept["times"]]
    axes.plot(x, np.r_[1, kept["estimate"]], "o-", color=style.ACCENT, markersize=4.5)
    axes.vlines(kept["times"], kept["low"], kept["high"], color=style.ACCENT, linewidth=1.2)
    for row in (kept.iloc[0], kept.iloc[-1]):
        style.direct_label(axes, row["times"], row["estimate"], text.percent(row["estimate"]), xytext=(5, 8))
    axes.set_xlim(0.7, x.max() + 0.8)
    _under(axes, kept["times"], kept["n"], text)
    axes.set_xlabel(
        text("times a person came") + "\n" + text("in grey: people who came once less"), labelpad=17
    )


def _under(axes: Axes, x: pd.Series, numbers: pd.Series, text: Translator) -> None:
    """People at risk under the axis, at a few places."""
    chosen = np.unique(np.linspace(0, len(x) - 1, min(MOST_NUMBERS, len(x))).round().astype(int))
    for place in chosen:
        axes.annotate(
            text.number(int(numbers.iloc[place]), 0),
            (x.iloc[place], 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -19),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=7,
            color=style.GREY,
        )


def alt_coming_again(curve: pd.DataFrame, kept: pd.DataFrame, *, text: Translator) -> str:
    """The figure in words: the curve at its first, middle and last day, and each number of times."""
    if curve.empty and kept.empty:
        return nothing_alt(text)
    places = sorted({0, len(curve) // 2, len(curve) - 1}) if len(curve) else []
    parts = [
        text(
            "after {days} days {share} had come again",
            days=int(row["days"]),
            share=text.percent(row["estimate"]),
        )
        for row in (curve.iloc[k] for k in places)
    ]
    parts += [
        text("{share} came {times} times", share=text.percent(row["estimate"]), times=int(row["times"]))
        for row in kept.to_dict("records")
    ]
    return text("A curve of who came again, and one of who went on.") + " " + "; ".join(parts) + "."
