"""Figures for choosing what to do next: needs by open weights, and what one more activity of a kind would bring."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_kinds_needs", "alt_need_scores", "plot_kinds_needs", "plot_need_scores"]

Labels = Mapping[str, str]


@style.styled
def plot_need_scores(
    scores: pd.DataFrame, *, text: Translator | None = None, labels: Labels | None = None
) -> Axes:
    """The place of each need by its score, and the places it takes when the weights move a little.

    ``scores`` from ``need_scores``. The score itself is written at the right.
    """
    text, labels = text or Translator("en"), labels or {}
    shown = scores.dropna(subset=["rank"])
    if shown.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(0.9 + 0.36 * len(shown))
    for y, row in enumerate(shown.to_dict("records")):
        axes.plot(
            [row["rank_low"], row["rank_high"]], [y, y], color=style.GREY, linewidth=3, solid_capstyle="butt"
        )
        axes.plot(row["rank"], y, "o", color=style.ACCENT, markersize=7)
        written = text.number(row["score"])
        axes.text(1.02, y, written, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5)
    axes.text(
        1.02,
        -0.9,
        text("score"),
        transform=axes.get_yaxis_transform(),
        va="center",
        fontsize=8.5,
        style="italic",
    )
    axes.set_yticks(range(len(shown)), [labels.get(need, need) for need in shown["need"]])
    axes.set_ylim(len(shown) - 0.4, -1.3)
    axes.set_xlim(0.6, len(shown) + 0.4)
    axes.set_xticks(range(1, len(shown) + 1))
    axes.set_xlabel(text("place (1 = first); the line: places when each weight moves by up to a half"))
    style.strip(axes, grid="x")
    return axes


def alt_need_scores(
    scores: pd.DataFrame, *, text: Translator | None = None, labels: Labels | None = None
) -> str:
    """The places of :func:`plot_need_scores` in words."""
    text, labels = text or Translator("en"), labels or {}
    shown = scores.dropna(subset=["rank"])
    if shown.empty:
        return nothing_in_words(text)
    parts = [
        text(
            "{need}: place {rank}, {low} to {high} under other weights",
            need=labels.get(row["need"], row["need"]),
            rank=int(row["rank"]),
            low=int(row["rank_low"]),
            high=int(row["rank_high"]),
        )
        for row in shown.to_dict("records")
    ]
    return "; ".join(parts) + "."


@style.styled
def plot_kinds_needs(
    brought: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    text: Translator | None = None,
    labels: Labels | None = None,
) -> Axes:
    """A table of kinds of activity by needs: what one more activity brings, darker for more; 0 is left white.

    ``brought`` from ``kinds_by_need``; needs stand in the order of ``scores`` (``need_scores``).
    """
    text, labels = text or Translator("en"), labels or {}
    wide = _wide(brought, scores)
    if wide.empty:
        return nothing_to_draw(text)
    most = max(float(np.nanmax(wide.to_numpy())), 1e-9)
    _figure, axes = style.new_axes(1.6 + 0.4 * len(wide))
    for y, (_need, row) in enumerate(wide.iterrows()):
        for x, value in enumerate(row):
            share = value / most
            shade = matplotlib.colormaps["Blues"](share * 0.85)
            axes.add_patch(
                Rectangle(
                    (x - 0.48, y - 0.45), 0.96, 0.9, facecolor=shade, edgecolor="#bbbbbb", linewidth=0.6
                )
            )
            colour = "white" if share > 0.6 else "black"
            axes.text(x, y, text.number(value, 1), ha="center", va="center", fontsize=9, color=colour)
    axes.set_xlim(-0.5, wide.shape[1] - 0.5)
    axes.set_ylim(len(wide) - 0.5, -0.5)
    axes.set_xticks(range(wide.shape[1]), [textwrap.fill(text.term(k), 16) for k in wide.columns])
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(wide)), [labels.get(need, need) for need in wide.index])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def _wide(brought: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Needs x kinds, needs in the order of their scores."""
    if brought.empty:
        return pd.DataFrame()
    wide = brought.pivot(index="need", columns="kind", values="estimate")
    order = [need for need in scores["need"] if need in wide.index]
    return wide.loc[[*order, *[n for n in wide.index if n not in order]], list(pd.unique(brought["kind"]))]


def alt_kinds_needs(
    brought: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    text: Translator | None = None,
    labels: Labels | None = None,
) -> str:
    """What :func:`plot_kinds_needs` shows, need by need."""
    text, labels = text or Translator("en"), labels or {}
    wide = _wide(brought, scores)
    if wide.empty:
        return nothing_in_words(text)
    parts = []
    for need, row in wide.iterrows():
        values = ", ".join(f"{text.term(kind)} {text.number(value, 1)}" for kind, value in row.items())
        parts.append(f"{labels.get(need, need)}: {values}")
    return "; ".join(parts) + "."
