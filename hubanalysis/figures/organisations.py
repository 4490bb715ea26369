"""Picture of who the organisations are. Their change is drawn by ``figures.change``, as that of people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from hubanalysis.figures import style
from hubanalysis.figures.intervals import nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_who", "plot_who"]

_SHADES = LinearSegmentedColormap.from_list("counts", ["#ffffff", style.ACCENT])


@style.styled
def plot_who(
    table: pd.DataFrame,
    *,
    rows: str = "kind",
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Counts of organisations as tiles, each with its number (``metrics.organisations.organisations_by``)."""
    text, labels = text or Translator("en"), labels or {}
    if table.empty:
        return nothing_to_draw(text)
    columns = [c for c in table.columns if c not in (rows, "n")]
    counts = table[columns].to_numpy(float)
    _figure, axes = style.new_axes(0.8 + 0.32 * max(len(table), 1))
    axes.pcolormesh(
        counts, cmap=_SHADES, vmin=0, vmax=1.4 * max(counts.max(initial=1), 1), edgecolors="white"
    )
    for y, x in np.ndindex(*counts.shape):
        if counts[y, x]:
            dark = counts[y, x] > 0.65 * counts.max()
            axes.text(
                x + 0.5, y + 0.5, text.number(int(counts[y, x]), 0), ha="center", va="center",
                color="white" if dark else style.INK,
            )  # fmt: skip
    for y, n in enumerate(table["n"]):
        style.direct_label(axes, len(columns), y + 0.5, f"n = {text.number(int(n), 0)}")
    axes.set_xticks(np.arange(len(columns)) + 0.5, [text.term(c) for c in columns])
    axes.set_yticks(np.arange(len(table)) + 0.5, [labels.get(v) or text.term(v) for v in table[rows]])
    axes.xaxis.tick_top()
    axes.invert_yaxis()
    style.strip(axes, keep=())
    return axes


def alt_who(
    table: pd.DataFrame, *, rows: str = "kind", text: Translator, labels: Mapping[str, str] | None = None
) -> str:
    """The figure in words: the counts that are not nought."""
    if table.empty:
        return nothing_alt(text)
    labels = labels or {}
    columns = [c for c in table.columns if c not in (rows, "n")]
    parts = []
    for row in table.to_dict("records"):
        found = ", ".join(f"{text.term(c)} {text.number(int(row[c]), 0)}" for c in columns if row[c])
        parts.append(f"{labels.get(row[rows]) or text.term(row[rows])}: {found}")
    return text("Tiles with the number of organisations.") + " " + "; ".join(parts) + "."
