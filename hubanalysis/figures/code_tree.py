"""The codebook as a tree: each code with its share, those below it indented."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MultipleLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["alt_code_tree", "plot_code_tree"]

#: Of a level, in letters; and letters in a line.
_INDENT = 3
_WIDTH = 30


@style.styled
def plot_code_tree(
    frame: pd.DataFrame, *, text: Translator | None = None, labels: Mapping[str, str] | None = None
) -> Axes:
    """A dot with its interval for each code of ``code_tree``; codes that head others are diamonds, in bold."""
    text, labels = text or Translator("en"), labels or {}
    if frame.empty:
        return nothing_to_draw(text)
    rows = frame.to_dict("records")
    names = [textwrap.fill(labels.get(r["code"]) or text.term(r["code"]), _WIDTH) for r in rows]
    high = 0.36 if any("\n" in name for name in names) else 0.24
    _figure, axes = style.new_axes(0.8 + high * max(len(frame), 3))
    beside = axes.get_yaxis_transform()
    for y, row in enumerate(rows):
        heads = row["below"] > 0
        colour = style.INK if heads else style.ACCENT
        axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=1.6, alpha=0.75)
        axes.plot(row["estimate"], y, "D" if heads else "o", color=colour, markersize=5.5, clip_on=False)
        axes.text(1.02, y, _written(row, text), transform=beside, va="center", fontsize=8)
    axes.set_yticks(range(len(rows)), [""] * len(rows))
    longest = [max(map(len, name.split("\n"))) for name in names]
    left = -0.0125 * max(n + _INDENT * r["depth"] for n, r in zip(longest, rows, strict=True)) - 0.02
    for y, (row, name) in enumerate(zip(rows, names, strict=True)):
        place = (left + 0.0125 * _INDENT * row["depth"], y)
        weight = "bold" if row["below"] else "normal"
        axes.text(*place, name, transform=beside, va="center", ha="left", fontsize=8.5, fontweight=weight)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_locator(MultipleLocator(0.25))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.percent(x)))
    axes.set_xlabel(text("share of the interviews"))
    style.strip(axes, grid="x")
    return axes


def _written(row: Mapping, text: Translator) -> str:
    if not np.isfinite(row["estimate"]):
        return text("no estimate")
    return f"{text.percent(row['estimate'])} [{shares_words(text, row)}]"


def alt_code_tree(frame: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The tree in words: each code with its share; those below another say so."""
    labels = labels or {}
    if frame.empty:
        return nothing_in_words(text)
    told = []
    for row in frame.to_dict("records"):
        said = f"{labels.get(row['code']) or text.term(row['code'])} {_written(row, text)}"
        if row["parent"]:
            above = labels.get(row["parent"]) or text.term(row["parent"])
            said = text("{code}, under {above}", code=said, above=above)
        told.append(said)
    opening = text("The codebook as a tree, each code with the share of interviews and its interval.")
    return f"{opening} {'; '.join(told)}."
