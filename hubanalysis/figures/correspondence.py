"""The map of who says which words: groups or interviews as large points, the words around them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from hubanalysis.figures import style
from hubanalysis.figures.named_points import write_names
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.figures.panels import group_words
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.word_map import WordMap

__all__ = ["alt_word_map", "plot_word_map"]

MOST_WORDS = 40
#: A word whose distance from the middle the two axes show less than half of is not where it seems to be.
LEAST_SHOWN = 0.5
#: chi-square with two degrees of freedom, 95 %
ELLIPSE = np.sqrt(5.991)


def _shown(found: WordMap, most: int) -> pd.DataFrame:
    return found.words[found.words["cos2"] >= LEAST_SHOWN].head(most)


def _name(found: WordMap, point: str, text: Translator) -> str:
    return group_words(point, text) if found.rows == "group" else str(point)


@style.styled
def plot_word_map(found: WordMap, *, most: int = MOST_WORDS, text: Translator | None = None) -> Figure:
    """Two axes: a scatter of points, with ellipses (95 %) of groups, and words. One axis: words in order along it.

    ``found`` from ``word_map``. Drawn are the ``most`` words that make most of the plane, of those it shows well (cos2
    at least .5).
    """
    text = text or Translator("en")
    if not found.rows:
        return nothing_to_draw(text).figure
    words = _shown(found, most)
    if len(found.shares) < 2:
        return _one_axis(found, words, text)
    figure, axes = style.new_axes(5.6)
    places = {p: tuple(part["estimate"]) for p, part in found.points.groupby("point", sort=False)}
    axes.axhline(0, color=style.LIGHT, linewidth=0.9, zorder=0.3)
    axes.axvline(0, color=style.LIGHT, linewidth=0.9, zorder=0.3)
    for point, (x, y) in places.items():
        if point in found.spread:
            _ellipse(axes, (x, y), found.spread[point])
    axes.plot(words["x"], words["y"], ".", color=style.GREY, markersize=3.5, zorder=2)
    for x, y in places.values():
        axes.plot(x, y, "D", color=style.ACCENT, markersize=7, zorder=3)
    style.strip(axes, keep=("bottom", "left"))
    for name, share, axis in zip(("x", "y"), found.shares, (axes.xaxis, axes.yaxis), strict=True):
        axis.set_label_text(
            text("axis {number}: {share} of the differences", number=1 if name == "x" else 2,
                 share=text.percent(share))
        )  # fmt: skip
        style.localise(axes, text, name)
    axes.margins(0.08)
    # the points first and in full: a key that no lemma can be
    at = {f"\0{p}": xy for p, xy in places.items()} | dict(
        zip(words["lemma"], zip(words["x"], words["y"], strict=True), strict=True)
    )
    names = {f"\0{p}": _name(found, p, text).upper() for p in places} | {w: w for w in words["lemma"]}
    order = {f"\0{p}": 2.0 for p in places} | dict(zip(words["lemma"], words["contribution"], strict=True))
    write_names(axes, at, names, order=order, size=7, radius={f"\0{p}": 5.0 for p in places})
    return figure


def _ellipse(axes: Axes, centre: tuple[float, float], covariance: np.ndarray) -> None:
    values, vectors = np.linalg.eigh(covariance)
    across, up = 2 * ELLIPSE * np.sqrt(np.maximum(values[::-1], 0))
    angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
    axes.add_patch(
        Ellipse(
            centre,
            across,
            up,
            angle=angle,
            facecolor=style.LIGHT,
            edgecolor=style.GREY,
            alpha=0.6,
            zorder=0.4,
        )
    )


def _one_axis(found: WordMap, words: pd.DataFrame, text: Translator) -> Figure:
    """Words in order along the one axis that two groups have, the groups with their intervals above them."""
    words = words.head(30).sort_values(["x", "lemma"], ignore_index=True)
    points = found.points.sort_values("estimate")
    figure, axes = style.new_axes(1.0 + 0.19 * (len(words) + len(points)))
    names = []
    for y, row in enumerate(points.to_dict("records")):
        axes.plot([row["low"], row["high"]], [y, y], color=style.ACCENT)
        axes.plot(row["estimate"], y, "D", color=style.ACCENT, markersize=7)
        names.append(_name(found, row["point"], text).upper())
    axes.plot(words["x"], len(points) + np.arange(len(words)), "o", color=style.GREY, markersize=4)
    names += list(words["lemma"])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    style.zero_line(axes)
    axes.set_xlabel(text("from one group's words to the other's; 0 is what both say alike"))
    style.localise(axes, text)
    style.strip(axes, grid="x")
    return figure


def alt_word_map(found: WordMap, *, most: int = MOST_WORDS, text: Translator) -> str:
    """The map in words: for each point the words that lie its way."""
    if not found.rows:
        return nothing_in_words(text)
    words = _shown(found, most)
    parts = []
    for point, own in found.points.groupby("point", sort=False):
        direction = np.zeros(2)
        direction[: len(own)] = own["estimate"].to_numpy()
        lean = words[["x", "y"]].to_numpy() @ direction
        near = words["lemma"].to_numpy()[np.argsort(-lean, kind="stable")][:5]
        parts.append(f"{_name(found, point, text)}: {', '.join(near)}")
    return text("A map of words; towards each point lie: {points}.", points="; ".join(parts))
