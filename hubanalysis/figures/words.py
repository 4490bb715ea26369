"""Pictures of words: the most said, and those typical of a group or a wave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.figures.panels import draw_dots, group_title, group_words, panel_figure
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words

__all__ = ["alt_keyness", "alt_rates", "plot_keyness", "plot_rates"]

MOST_PANELS = 4


@style.styled
def plot_rates(frame: pd.DataFrame, *, text: Translator | None = None) -> Figure:
    """The words said most: their rate in 1,000 words with its interval, and in brackets who says them.

    ``frame`` from ``word_rates``.
    """
    text = text or Translator("en")
    if frame.empty:
        return nothing_to_draw(text).figure
    figure, (axes,) = panel_figure(len(frame), 1)
    names = [f"{r['lemma']} ({text.number(r['n'], 0)})" for r in frame.to_dict("records")]
    draw_dots(axes, frame, names)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.number(x, 0 if x == int(x) else 1)))
    axes.set_xlabel(
        text("times in 1,000 words; in brackets the interviews in which the word is said"), fontsize=9
    )
    return figure


def alt_rates(frame: pd.DataFrame, *, text: Translator) -> str:
    """The figure in words."""
    if frame.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = [
        text(
            "{word} {rate} ({interval}), n = {n}",
            word=r["lemma"],
            rate=text.number(r["estimate"], 1),
            interval=interval_words(text, r, digits=1),
            n=int(r["n"]),
        )
        for r in frame.to_dict("records")
    ]
    return f"{text('The words said most, in 1,000 words, each with its interval.')} {'; '.join(parts)}."


@style.styled
def plot_keyness(
    frame: pd.DataFrame,
    *,
    most: int = 10,
    by: str = "group",
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """The words most typical of each group or wave: how many times as often as in the others, with the interval.

    ``frame`` from ``keyness``, of which the ``most`` words with the highest log-likelihood above 0 are drawn, for the
    four groups with the strongest words. A full dot is beyond chance, a hollow one is not; in brackets the interviews.
    """
    text, labels = text or Translator("en"), labels or {}
    chosen = _typical(frame, most, by)
    if chosen.empty:
        return nothing_to_draw(text).figure
    groups = list(chosen[by].unique())
    rows = int(chosen.groupby(by, observed=True).size().max())
    figure, axes = panel_figure(rows, len(groups), share_rows=False)
    for ax, group in zip(axes, groups, strict=False):
        part = chosen[chosen[by] == group]
        names = [f"{r['lemma']} ({text.number(r['n'], 0)})" for r in part.to_dict("records")]
        draw_dots(ax, part, names)
        hollow = [y for y, p in enumerate(part["p_adjusted"]) if not p < 0.05]
        ax.plot(
            part["estimate"].to_numpy()[hollow],
            hollow,
            "o",
            markersize=3.4,
            color="white",
            clip_on=False,
            zorder=5,
        )
        style.zero_line(ax)
        ax.set_title(labels.get(group) or group_title(group, None, text), fontsize=9)
        ax.tick_params(labelsize=8)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: text.number(2.0**x, 0 if x >= 0 else 2)))
    low, high = chosen["low"].min(), chosen["high"].max()
    if np.isfinite(low) and np.isfinite(high):
        # intervals of words the others hardly say have no end worth drawing
        axes[0].set_xlim(max(low, -3) - 0.2, min(high, 7) + 0.2)
    figure.supxlabel(text("times as often as in the others (full dot: beyond chance)"), fontsize=9)
    return figure


def _typical(frame: pd.DataFrame, most: int, by: str) -> pd.DataFrame:
    if frame.empty:
        return frame
    over = frame[frame["g2"] > 0]
    strongest = over.groupby(by, observed=True)["g2"].max().sort_values(ascending=False, kind="stable").index
    return over[over[by].isin(strongest[:MOST_PANELS])].groupby(by, sort=False, observed=True).head(most)


def alt_keyness(
    frame: pd.DataFrame,
    *,
    most: int = 10,
    by: str = "group",
    text: Translator,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The figure in words: each group's words, how many times as often, in how many interviews."""
    labels = labels or {}
    chosen = _typical(frame, most, by)
    if chosen.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = []
    for group, part in chosen.groupby(by, sort=False, observed=True):
        words = [
            text("{word} {times} times, n = {n}", word=word, times=text.number(2**ratio, 1), n=int(n))
            for word, ratio, n in zip(part["lemma"], part["estimate"], part["n"], strict=True)
        ]
        parts.append(f"{labels.get(group) or group_words(group, text)}: {', '.join(words)}")
    opening = (
        text("Words said more in one wave than in the others, with the interval of the ratio.")
        if by == "wave"
        else text("Words each group uses more than the others, with the interval of the ratio.")
    )
    return f"{opening} {'; '.join(parts)}."
