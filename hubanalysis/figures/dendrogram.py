"""The tree of the classes of words, with what each is made of written at its end."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.reinert import Classification

__all__ = ["alt_dendrogram", "plot_dendrogram"]

MOST_WORDS = 12
LINE = 62


def _entries(presence: pd.DataFrame, words: pd.DataFrame, text: Translator) -> list[tuple[str, str]]:
    """Title and words of each class, from the top of the tree."""
    entries = []
    for row in presence.to_dict("records"):
        own = words.loc[words["word_class"] == row["word_class"], "lemma"].head(MOST_WORDS)
        title = text(
            "{number}: {share} of the segments, in {present} of {n} interviews",
            number=row["word_class"],
            share=text.percent(row["share"]),
            present=int(row["interviews"]),
            n=int(row["n"]),
        )
        entries.append((title, ", ".join(own) if len(own) else text("no word to be shown")))
    return entries


@style.styled
def plot_dendrogram(
    tree: Classification,
    classes: int,
    presence: pd.DataFrame,
    words: pd.DataFrame,
    *,
    text: Translator | None = None,
) -> Figure:
    """The descending tree at the left, each class with its most typical words at the right.

    ``presence`` from ``class_presence`` and ``words`` from ``class_words``, of the same ``classes``. A branch reaches
    as far as the chi2 of its cut is large (on the scale of its root).
    """
    text = text or Translator("en")
    if presence.empty or not tree.splits:
        return nothing_to_draw(text).figure
    classes = max(classes, 2)
    entries = [(t, textwrap.wrap(w, LINE)) for t, w in _entries(presence, words, text)]
    line, gap = 0.165, 0.16
    heights = [line * (1 + len(w)) + gap for _, w in entries]
    figure, (left, right) = style.new_axes(
        sum(heights) + 0.45, columns=2, sharey=True, gridspec_kw={"width_ratios": [1, 2.6]}
    )
    tops = np.cumsum([0, *heights[:-1]])
    middle = tops + np.array(heights) / 2
    place = dict(zip(tree.leaves(classes), zip(middle, np.zeros(len(middle)), strict=True), strict=True))
    for split in reversed(tree.splits[: classes - 1]):
        ends = [place[split.left], place[split.right]]
        x = max(np.sqrt(split.chi2), *(e[1] * 1.04 for e in ends))
        for y, at in ends:
            left.plot([at, x], [y, y], color=style.INK, linewidth=1.3, solid_capstyle="butt")
        left.plot(
            [x, x], [ends[0][0], ends[1][0]], color=style.INK, linewidth=1.3, solid_capstyle="projecting"
        )
        place[split.node] = ((ends[0][0] + ends[1][0]) / 2, x)
    root_y, root_x = place[0]
    left.plot([root_x, root_x * 1.05], [root_y, root_y], color=style.INK, linewidth=1.3)
    left.set_xlim(root_x * 1.08, 0)
    left.set_ylim(sum(heights), 0)
    left.set_axis_off()
    right.set_xlim(0, 1)
    right.set_axis_off()
    for (title, lines), top in zip(entries, tops, strict=True):
        right.text(0, top + gap / 2, title, va="top", fontsize=9, fontweight="bold", color=style.ACCENT)
        right.text(0, top + gap / 2 + line, "\n".join(lines), va="top", fontsize=8.5, linespacing=1.25)
    return figure


def alt_dendrogram(
    tree: Classification, classes: int, presence: pd.DataFrame, words: pd.DataFrame, *, text: Translator
) -> str:
    """The tree in words: which classes part last, and each one's words."""
    if presence.empty or not tree.splits:
        return nothing_in_words(text)
    classes = max(classes, 2)
    number = {node: str(k) for k, node in enumerate(tree.leaves(classes), start=1)}
    below: dict[int, list[str]] = {node: [name] for node, name in number.items()}
    for split in reversed(tree.splits[: classes - 1]):
        below[split.node] = below[split.left] + below[split.right]
    cuts = [
        text(
            "{first} parted from {second}",
            first="+".join(below[split.left]),
            second="+".join(below[split.right]),
        )
        for split in tree.splits[: classes - 1]
    ]
    parts = [f"{title}: {own}" for title, own in _entries(presence, words, text)]
    opening = text("A tree of classes of words; its cuts in order: {cuts}.", cuts="; ".join(cuts))
    return f"{opening} {'. '.join(parts)}."
