"""Pairs of themes that share passages: a dot with its interval for each pair."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.figures.panels import draw_dots
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["alt_code_pairs", "plot_code_pairs"]

MOST = 15


@style.styled
def plot_code_pairs(
    frame: pd.DataFrame,
    *,
    most: int = MOST,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """The ``most`` pairs of ``code_cooccurrence`` that share most; beside each, in how many interviews it does."""
    text = text or Translator("en")
    if frame.empty:
        return nothing_to_draw(text)
    shown = frame.head(most)
    _figure, axes = style.new_axes(0.9 + 0.25 * max(len(shown), 3))
    draw_dots(axes, shown, [_name(r, text, labels or {}) for r in shown.to_dict("records")])
    beside = axes.get_yaxis_transform()
    for y, n in enumerate(shown["n"]):
        axes.text(1.02, y, text("n = {n}", n=int(n)), transform=beside, va="center", fontsize=8)
    axes.set_xlim(0, min(1.04 * max(shown["high"].fillna(shown["estimate"]).max(), 0.05), 1.0))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.percent(x)))
    axes.set_xlabel(text("share of their passages that they have in common; n: interviews"))
    return axes


def _name(row: Mapping, text: Translator, labels: Mapping[str, str]) -> str:
    return " + ".join(labels.get(row[c]) or text.term(row[c]) for c in ("code", "other"))


def alt_code_pairs(
    frame: pd.DataFrame, *, most: int = MOST, text: Translator, labels: Mapping[str, str] | None = None
) -> str:
    """The pairs in words: share with interval, and in how many interviews they come together."""
    if frame.empty:
        return nothing_in_words(text)
    told = [
        text(
            "{pair} {share} ({interval}, n = {n})",
            pair=_name(r, text, labels or {}),
            share=text.percent(r["estimate"]),
            interval=shares_words(text, r),
            n=int(r["n"]),
        )
        for r in frame.head(most).to_dict("records")
    ]
    opening = text("Pairs of themes by the share of their passages that they have in common.")
    return f"{opening} {'; '.join(told)}."
