"""The words that are said near each other, drawn as a network."""

from __future__ import annotations

import textwrap

import igraph
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.figures.named_points import write_names
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.communities import community_members

__all__ = ["alt_word_network", "plot_word_network", "word_groups"]

MARKERS = ("o", "s", "^", "D", "v", "P")
MANY = 3  # a tie of fewer interviews is drawn lighter


def word_groups(ties: pd.DataFrame) -> pd.DataFrame:
    """The group of each word, 1 the largest: ``lemma, group`` (Leiden, seeded, words and ties in order)."""
    if ties.empty:
        return pd.DataFrame(columns=["lemma", "group"])
    network = ties.rename(columns={"word": "source", "with_word": "target"})[["source", "target"]]
    members = community_members(network.assign(kind="words", wave="all"), directed=False)
    members = members.rename(columns={"organisation": "lemma", "community": "group"})
    return members[["lemma", "group"]].sort_values(["group", "lemma"], ignore_index=True)


def _parts(ties: pd.DataFrame) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The connected parts of more than two words, the largest first, and the pairs that stand alone."""
    words = sorted(set(ties["word"]) | set(ties["with_word"]))
    number = {word: k for k, word in enumerate(words)}
    edges = sorted((number[a], number[b]) for a, b in zip(ties["word"], ties["with_word"], strict=True))
    found = [
        [words[k] for k in part] for part in igraph.Graph(n=len(words), edges=edges).connected_components()
    ]
    parts = sorted((p for p in found if len(p) > 2), key=lambda p: (-len(p), p))
    return parts, sorted((p[0], p[1]) for p in found if len(p) == 2)


def _places(ties: pd.DataFrame, parts: list[list[str]]) -> dict[str, tuple[float, float]]:
    """A place for each word: every part laid out by itself (Kamada and Kawai), standing, in rows.

    The longer side of a part is upright, so that every word has a line of its own to be written on.
    """
    places: dict[str, tuple[float, float]] = {}
    wide = max(7.5, 1.7 * np.sqrt(sum(len(p) for p in parts)))
    left = low = tall = 0.0
    for part in parts:
        number = {word: k for k, word in enumerate(part)}
        own = ties[ties["word"].isin(part)]
        edges = sorted((number[a], number[b]) for a, b in zip(own["word"], own["with_word"], strict=True))
        start = [(np.cos(t), np.sin(t)) for t in np.linspace(0, 2 * np.pi, len(part), endpoint=False)]
        graph = igraph.Graph(n=len(part), edges=edges)
        xy = np.array(graph.layout_kamada_kawai(seed=start, maxiter=3000).coords)
        xy = (xy - xy.mean(axis=0)) @ np.linalg.svd(xy - xy.mean(axis=0), full_matrices=False)[2][::-1].T
        xy = (xy - xy.min(axis=0)) * (1.0, 0.42)
        width, height = np.ptp(xy, axis=0)
        if left and left + width > wide:
            left, low, tall = 0.0, low - tall - 0.7, 0.0
        for word, (x, y) in zip(part, xy, strict=True):
            places[word] = (left + x, low - y)
        left, tall = left + width + 2.4, max(tall, height)
    return places


@style.styled
def plot_word_network(ties: pd.DataFrame, *, text: Translator | None = None) -> Figure:
    """Each word a point, each tie a line: thicker the stronger, dark where at least three interviews make it.

    ``ties`` from ``strongest_ties``. Colour and marker tell groups of words with more ties among themselves; words of
    small groups are grey. Pairs that no other word joins are written below instead of drawn.
    """
    text = text or Translator("en")
    if ties.empty:
        return nothing_to_draw(text).figure
    parts, pairs = _parts(ties)
    listed = "; ".join(f"{a}\u00a0–\u00a0{b}" for a, b in pairs)
    lines = textwrap.wrap(text("Pairs that stand alone: {pairs}.", pairs=listed), 105) if pairs else []
    if not parts:
        figure, axes = style.new_axes(0.2 + 0.17 * len(lines))
        axes.set_axis_off()
        axes.text(0, 1, "\n".join(lines), transform=axes.transAxes, fontsize=8, va="top")
        return figure
    places, groups = _places(ties, parts), word_groups(ties).set_index("lemma")["group"]
    sizes = groups.value_counts()
    spans = np.ptp(np.array(list(places.values())), axis=0)
    high = float(np.clip(style.WIDTH * spans[1] / max(spans[0], 1.0), 2.0, 6.8))
    figure, axes = style.new_axes(high + 0.17 * len(lines) + 0.1)
    drawn = ties[ties["word"].isin(places)]
    axes.add_collection(
        LineCollection(
            [(places[a], places[b]) for a, b in zip(drawn["word"], drawn["with_word"], strict=True)],
            linewidths=0.5 + 2.5 * np.sqrt(drawn["g2"] / ties["g2"].max()),
            colors=[style.GREY if n >= MANY else style.LIGHT for n in drawn["n"]],
            zorder=1,
        )
    )
    for word, (x, y) in places.items():
        k = int(groups[word]) - 1
        known = k < len(MARKERS) and sizes[k + 1] > 2
        axes.plot(
            x, y, MARKERS[k] if known else ".", color=style.SERIES[k] if known else style.GREY,
            markersize=5 if known else 6, zorder=2,
        )  # fmt: skip
    axes.margins(0.08)
    across = [x for x, _ in places.values()]
    axes.set_xlim(min(across) - 0.8, max(across) + 1.9)  # room for the names at the right
    axes.set_axis_off()
    axes.text(0, 0, "\n".join(lines), transform=axes.transAxes, fontsize=8, va="top")
    met = pd.concat([drawn["word"], drawn["with_word"]]).value_counts()
    left_out = write_names(axes, places, {w: w for w in places}, order=met, size=7.5)
    if left_out:
        said = text("Without a name, for want of room: {words}.", words=", ".join(sorted(left_out)))
        axes.text(0, 1, said, transform=axes.transAxes, fontsize=7, va="top")
    return figure


def alt_word_network(ties: pd.DataFrame, *, text: Translator) -> str:
    """The network in words: the strongest ties, and the groups of words."""
    if ties.empty:
        return nothing_in_words(text)
    pairs = [
        text("{first} and {second} (n = {n})", first=r["word"], second=r["with_word"], n=int(r["n"]))
        for r in ties.head(10).to_dict("records")
    ]
    groups = [", ".join(part["lemma"]) for _, part in word_groups(ties).groupby("group") if len(part) > 2]
    said = text(
        "A network of {words} words and {ties} ties; the strongest: {pairs}.",
        words=len(set(ties["word"]) | set(ties["with_word"])),
        ties=len(ties),
        pairs="; ".join(pairs),
    )
    return said + (" " + text("Groups of words: {groups}.", groups="; ".join(groups)) if groups else "")
