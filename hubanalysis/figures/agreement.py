"""The picture of agreement: alpha with its interval, against the lines the field asks for."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MultipleLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.figures.panels import draw_dots
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words

__all__ = ["alt_agreement", "plot_agreement"]

GOOD, TOLERABLE = 0.8, 0.667
_HOLLOW = {"color": style.GREY, "marker": "D", "markerfacecolor": "white"}


@style.styled
def plot_agreement(
    frame: pd.DataFrame,
    *,
    rows: str = "code",
    spans: pd.DataFrame | None = None,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """A dot with its interval for each row; lines at .8 (asked for) and .667 (tolerated), 0 is chance.

    ``rows`` names the column that labels a row: ``code`` or ``item``. With ``spans`` (the same rows, from
    ``agreement_on_spans``) a hollow diamond under each dot: the agreement on where passages begin and end.
    """
    text, labels = text or Translator("en"), labels or {}
    if not frame["estimate"].notna().any():
        return nothing_to_draw(text)
    lines = {} if spans is None else spans.set_index(rows).to_dict("index")
    _figure, axes = style.new_axes(1.0 + (0.34 if lines else 0.24) * max(len(frame), 3))
    names = [textwrap.fill(labels.get(value) or text.term(value), 32) for value in frame[rows]]
    for where, words in ((GOOD, text("good")), (TOLERABLE, text("just enough"))):
        axes.axvline(where, color=style.GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0.5)
        place = {"ha": "left" if where == GOOD else "right", "xytext": (3 if where == GOOD else -3, 4)}
        axes.annotate(
            f"{words} ({text.number(where, 2)})",
            (where, 1),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            fontsize=7.5,
            color=style.GREY,
            **place,
        )
    draw_dots(axes, frame, names)
    style.zero_line(axes)
    beside = axes.get_yaxis_transform()
    for y, row in enumerate(frame.to_dict("records")):
        axes.text(1.02, y, _written(row, text), transform=beside, va="center", fontsize=8)
        if row[rows] in lines:
            _draw_below(axes, y, lines[row[rows]], text)
    if lines:
        handles = [
            Line2D([], [], color=style.ACCENT, marker="o", linewidth=1.6, label=text("turn by turn")),
            Line2D([], [], **_HOLLOW, linewidth=1, label=text("where passages begin and end")),
        ]
        axes.figure.legend(handles=handles, loc="outside upper left", ncols=2, fontsize=8)
        axes.set_ylim(len(names) - 0.3, -0.6)
    drawn = [frame, *([spans] if lines else [])]
    low = min(0.0, *(np.nanmin([0.0, *f["low"].dropna(), *f["estimate"].dropna()]) for f in drawn))
    axes.set_xlim(max(low - 0.05, -1.05), 1.05)
    axes.xaxis.set_major_locator(MultipleLocator(0.2 if low > -0.3 else 0.5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.number(x, 1)))
    axes.set_xlabel(text("Krippendorff's alpha: 0 is chance, 1 full agreement"))
    return axes


def _draw_below(axes: Axes, y: int, row: Mapping, text: Translator) -> None:
    """The second estimate of a row, a little lower, hollow and grey; its numbers below those of the first."""
    if not np.isfinite(row["estimate"]):
        return
    if np.isfinite(row["low"]):
        axes.plot([row["low"], row["high"]], [y + 0.38] * 2, color=style.GREY, linewidth=1)
    axes.plot(row["estimate"], y + 0.38, **_HOLLOW, markersize=4.5, clip_on=False)
    place = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 7, "color": style.GREY}
    axes.text(1.02, y + 0.38, _written(row, text), **place)


def _written(row: Mapping, text: Translator) -> str:
    if not np.isfinite(row["estimate"]):
        return text("no estimate")
    return f"{text.number(row['estimate'])} [{interval_words(text, row)}]"


def alt_agreement(
    frame: pd.DataFrame,
    *,
    rows: str = "code",
    spans: pd.DataFrame | None = None,
    text: Translator,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The figure in words: every alpha with its interval, and that of ``spans``."""
    labels = labels or {}
    if frame.empty:
        return text("Nothing to draw: this study has no such data.")
    lines = {} if spans is None else spans.set_index(rows).to_dict("index")
    parts = []
    for row in frame.to_dict("records"):
        said = f"{labels.get(row[rows]) or text.term(row[rows])} {_written(row, text)}"
        if row[rows] in lines:
            below = _written(lines[row[rows]], text)
            said = text("{turns}, on where passages begin and end {spans}", turns=said, spans=below)
        parts.append(said)
    return f"{text('Agreement with its interval, one row each.')} {'; '.join(parts)}."
