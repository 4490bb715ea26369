"""The picture of agreement: alpha with its interval, against the lines the field asks for."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MultipleLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.figures.panels import draw_dots
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words

__all__ = ["alt_agreement", "plot_agreement"]

GOOD, TOLERABLE = 0.8, 0.667


@style.styled
def plot_agreement(
    frame: pd.DataFrame,
    *,
    rows: str = "code",
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """A dot with its interval for each row; lines at .8 (asked for) and .667 (tolerated), 0 is chance.

    ``rows`` names the column that labels a row: ``code`` or ``item``.
    """
    text, labels = text or Translator("en"), labels or {}
    if not frame["estimate"].notna().any():
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(1.0 + 0.24 * max(len(frame), 3))
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
    low = np.nanmin([0.0, *frame["low"].dropna(), *frame["estimate"].dropna()])
    axes.set_xlim(max(low - 0.05, -1.05), 1.05)
    axes.xaxis.set_major_locator(MultipleLocator(0.2 if low > -0.3 else 0.5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.number(x, 1)))
    axes.set_xlabel(text("Krippendorff's alpha: 0 is chance, 1 full agreement"))
    return axes


def _written(row: Mapping, text: Translator) -> str:
    if not np.isfinite(row["estimate"]):
        return text("no estimate")
    return f"{text.number(row['estimate'])} [{interval_words(text, row)}]"


def alt_agreement(
    frame: pd.DataFrame, *, rows: str = "code", text: Translator, labels: Mapping[str, str] | None = None
) -> str:
    """The figure in words: every alpha with its interval."""
    labels = labels or {}
    if frame.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = [
        f"{labels.get(r[rows]) or text.term(r[rows])} {_written(r, text)}" for r in frame.to_dict("records")
    ]
    return f"{text('Agreement with its interval, one row each.')} {'; '.join(parts)}."
