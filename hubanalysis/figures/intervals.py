"""Dots with their intervals, one row each, written out beside them: the picture of any table of estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, signed

__all__ = ["alt_intervals", "draw_intervals", "nothing_alt", "plot_intervals"]


@style.styled
def plot_intervals(
    frame: pd.DataFrame,
    *,
    rows: str | Sequence[str] = "scale",
    axis_label: str = "",
    zero: bool = True,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """One dot with its interval for each row of a table of estimates, in its order from top to bottom.

    ``rows`` names the column (or columns, joined) that labels a row. A hollow dot has an interval that holds zero:
    its direction could not be shown. ``zero`` draws the line of no change. Areas have their colours and markers.
    """
    text, labels = text or Translator("en"), labels or {}
    if frame.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(0.75 + 0.36 * max(len(frame), 1))
    draw_intervals(axes, frame, rows=rows, zero=zero, text=text, labels=labels)
    axes.set_xlabel(axis_label)
    return axes


def draw_intervals(
    axes: Axes,
    frame: pd.DataFrame,
    *,
    rows: str | Sequence[str],
    zero: bool,
    text: Translator,
    labels: Mapping[str, str],
    values: bool = True,
) -> None:
    """Draw the dots of :func:`plot_intervals` on given axes; ``values`` writes each estimate at the right."""
    columns = [rows] if isinstance(rows, str) else list(rows)
    records = frame.to_dict("records")
    names = [", ".join(labels.get(r[c]) or text.term(r[c]) for c in columns) for r in records]
    for y, row in enumerate(records):
        if not np.isfinite(row["estimate"]):
            continue
        area = str(row.get("area", ""))
        colour = style.AREA_COLOURS.get(area, style.ACCENT)
        undecided = zero and not (row["low"] > 0 or row["high"] < 0)
        axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(
            row["estimate"], y, style.AREA_MARKERS.get(area, "o"), markersize=7, markeredgewidth=1.4,
            markeredgecolor=colour, markerfacecolor="white" if undecided else colour,
        )  # fmt: skip
    if zero:
        style.zero_line(axes)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.margins(x=0.06)
    style.strip(axes, grid="x")
    style.localise(axes, text)
    if values:
        beside = axes.get_yaxis_transform()
        for y, row in enumerate(records):
            axes.text(1.02, y, _written(row, text, zero), transform=beside, va="center", fontsize=8.5)


def alt_intervals(
    frame: pd.DataFrame,
    *,
    rows: str | Sequence[str] = "scale",
    zero: bool = True,
    text: Translator,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The figure in words: every row's estimate, interval and n."""
    if frame.empty:
        return nothing_alt(text)
    labels = labels or {}
    columns = [rows] if isinstance(rows, str) else list(rows)
    parts = [
        ", ".join(labels.get(r[c]) or text.term(r[c]) for c in columns) + ": " + _written(r, text, zero)
        for r in frame.to_dict("records")
    ]
    opening = text("Dots with their intervals, one a row; a hollow dot has an interval that holds zero.")
    if not zero:
        opening = text("Dots with their intervals, one a row.")
    return f"{opening} {'; '.join(parts)}."


def nothing_alt(text: Translator) -> str:
    """The alternative text of a figure that had nothing to draw."""
    return text("Nothing to draw: this study has no such data.")


def _written(row, text: Translator, sign: bool) -> str:
    if not np.isfinite(row["estimate"]):
        return text("no estimate")
    estimate = signed(text, row["estimate"]) if sign else text.number(row["estimate"])
    return text(
        "{estimate} [{interval}], n = {n}",
        estimate=estimate,
        interval=interval_words(text, row),
        n=text.number(row["n"], 0),
    )
