"""The joint display: areas by sources, what each says in its cell, and the judgement at the end of the row."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.results_in_words import result_in_a_cell
from hubanalysis.locale.translator import Translator

__all__ = ["alt_joint", "plot_joint"]

Labels = Mapping[str, str]

#: Background, sign: the sign and the words tell it apart where the colour does not.
CELL_LOOK = {
    "rises": ("#cfe2f0", "▲"),
    "falls": ("#f6dcc0", "▼"),
    "mixed": ("#e4d9ec", "▲▼"),
    "unclear": ("#f1f1f1", "○"),
    "mention": ("#ffffff", ""),
    "need": ("#ffffff", ""),
}


DOTS = {"strong": "●●●", "fair": "●●○", "weak": "●○○"}


@style.styled
def plot_joint(
    main: pd.DataFrame,
    judged: pd.DataFrame,
    weighed: pd.DataFrame | None = None,
    *,
    text: Translator | None = None,
    labels: Labels | None = None,
) -> Axes:
    """Areas (rows, those that diverge first) by sources (columns); the judgement stands at the end of the row.

    ``main`` from ``main_results``, ``judged`` from ``judgements``. ▲ for the better, ▼ for the worse, ○ no change
    could be shown; where a source has several results in an area the largest stands in the cell with their number.
    With ``weighed`` (``weigh_evidence``) dots tell its weight: ●●● strong, ●●○ fair, ●○○ weak.
    """
    text, labels = text or Translator("en"), labels or {}
    if main.empty:
        return nothing_to_draw(text)
    sources = list(dict.fromkeys(main["source"]))
    areas = judged["area"].tolist()
    weights = {} if weighed is None else dict(zip(weighed["result"], weighed["weight"], strict=True))
    wide = 1.25 if len(sources) < 7 else 1.55
    _figure, axes = style.new_axes(0.9 + 0.72 * len(areas), width=style.WIDTH * wide)
    for y, area in enumerate(areas):
        axes.text(-0.08, y, textwrap.fill(labels.get(area, area), 16), ha="right", va="center", fontsize=8.5)
        for x, source in enumerate(sources):
            _draw_cell(axes, x, y, main[(main["area"] == area) & (main["source"] == source)], text, weights)
        word = text.term(judged["judgement"].iloc[y])
        axes.text(len(sources) + 0.08, y, word, ha="left", va="center", fontsize=9, weight="bold")
    for x, source in enumerate(sources):
        axes.text(
            x + 0.5, -0.62, textwrap.fill(text.term(source), 14), ha="center", va="bottom", fontsize=8.5
        )
    axes.text(len(sources) + 0.08, -0.62, text("judgement"), ha="left", va="bottom", fontsize=8.5)
    axes.set_xlim(-1.05, len(sources) + 1.15)
    axes.set_ylim(len(areas) - 0.4, -1.15)
    axes.set_axis_off()
    return axes


def _draw_cell(
    axes: Axes, x: int, y: int, own: pd.DataFrame, text: Translator, weights: Mapping[str, str]
) -> None:
    if own.empty:
        axes.text(x + 0.5, y, "·", ha="center", va="center", color=style.GREY)
        return
    said = set(own["direction"])
    word = "mixed" if {"rises", "falls"} <= said else next(w for w in CELL_LOOK if w in said)
    background, sign = CELL_LOOK[word]
    shown = own if word == "mixed" else own[own["direction"] == word]
    strongest = (
        shown.loc[shown["estimate"].abs().idxmax()] if shown["estimate"].notna().any() else shown.iloc[0]
    )
    axes.add_patch(
        Rectangle(
            (x + 0.03, y - 0.44), 0.94, 0.88, facecolor=background, edgecolor=style.LIGHT, linewidth=0.8
        )
    )
    estimate, interval = result_in_a_cell(strongest, text)
    number = f" ({len(own)})" if len(own) > 1 else ""
    axes.text(
        x + 0.5,
        y - 0.2,
        f"{sign} {estimate}{number}".strip(),
        ha="center",
        va="center",
        fontsize=8.5,
        weight="bold",
    )
    if interval:
        axes.text(x + 0.5, y + 0.08, interval, ha="center", va="center", fontsize=7, color=style.INK)
    dots = DOTS.get(weights.get(strongest["result"], ""), "")
    axes.text(x + 0.5, y + 0.31, dots, ha="center", va="center", fontsize=6, color=style.INK)


def alt_joint(
    main: pd.DataFrame, judged: pd.DataFrame, *, text: Translator, labels: Labels | None = None
) -> str:
    """The joint display in words: each area's judgement and what each source says."""
    if main.empty:
        return nothing_in_words(text)
    labels = labels or {}
    parts = []
    for row in judged.to_dict("records"):
        own = main[main["area"] == row["area"]]
        cells = [
            f"{text.term(source)}: {', '.join(text.term(word) for word in dict.fromkeys(cell['direction']))}"
            for source, cell in own.groupby("source", sort=False)
        ]
        parts.append(
            f"{labels.get(row['area'], row['area'])}: {text.term(row['judgement'])} ({', '.join(cells)})"
        )
    return text("Areas by sources, with a judgement for each area.") + " " + "; ".join(parts) + "."
