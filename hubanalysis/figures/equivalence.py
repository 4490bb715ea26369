"""The change of each scale against the smallest change that counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from hubanalysis.figures import style
from hubanalysis.figures.intervals import draw_intervals, nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, signed

__all__ = ["alt_equivalence", "plot_equivalence"]


@style.styled
def plot_equivalence(
    table: pd.DataFrame, *, text: Translator | None = None, labels: Mapping[str, str] | None = None
) -> Axes:
    """Each scale's 90 % interval over the grey zone of changes too small to count (``metrics.equivalence``)."""
    text, labels = text or Translator("en"), labels or {}
    if not len(table) or table["low"].isna().all():
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(0.95 + 0.4 * len(table))
    for y, bound in enumerate(table["bound"]):
        if np.isfinite(bound):
            axes.fill_betweenx([y - 0.36, y + 0.36], -bound, bound, color="#dedede", linewidth=0, zorder=0.2)
    draw_intervals(axes, table, rows="scale", zero=True, text=text, labels=labels)
    axes.set_xlabel(text("change in points, 90% interval; grey: too small to count"))
    return axes


def alt_equivalence(table: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words: every scale's change, its 90 % interval, its zone and the reading."""
    if not len(table) or table["low"].isna().all():
        return nothing_alt(text)
    labels = labels or {}
    parts = [
        text(
            "{scale}: {estimate} [{interval}], zone ±{bound}, {verdict}",
            scale=labels.get(row["scale"], row["scale"]),
            estimate=signed(text, row["estimate"]),
            interval=interval_words(text, row),
            bound=text.number(row["bound"]),
            verdict=text.term(row["verdict"]),
        )
        for row in table.to_dict("records")
        if row["verdict"]
    ]
    opening = text("Dots with 90% intervals over a grey zone of changes too small to count, one scale a row.")
    return f"{opening} {'; '.join(parts)}."
