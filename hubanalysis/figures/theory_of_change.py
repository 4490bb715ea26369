"""The theory of change as a picture: steps in columns by level, and on each arrow the evidence that was found."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_theory_of_change", "evidence_words", "plot_theory_of_change"]

LEVELS = ("activity", "output", "outcome", "impact")
#: Line, width, colour and sign of what stands on an arrow: line and sign tell it apart in grey.
ARROW_LOOK = {
    "supports": ("solid", 2.0, style.ACCENT, "+"),
    "contradicts": ("solid", 2.0, "#b35806", "−"),
    "mixed": ("dashdot", 1.6, style.INK, "±"),
    "unclear": ("dashed", 1.2, style.GREY, "?"),
    "none": ("dotted", 1.2, style.GREY, ""),
}
_BOX, _GAP = 1.5, 1.1  # width of a box and of the room between columns


@style.styled
def plot_theory_of_change(
    nodes: Iterable[Mapping[str, Any]], arrows: pd.DataFrame, *, text: Translator | None = None
) -> Axes:
    """Steps (``id, label, level``) from left to right, and the arrows of ``metrics.theory_of_change.arrow_evidence``.

    + results support the arrow (1/2: one of two does), − they contradict it, ± both, ? none shows a direction; a dotted
    arrow without a sign has no evidence at all. The number is that of the sentence beside the figure.
    """
    text = text or Translator("en")
    nodes = list(nodes)
    if not nodes or arrows.empty:
        return nothing_to_draw(text)
    columns = [level for level in LEVELS if any(node["level"] == level for node in nodes)]
    places = _places(nodes, arrows, columns)
    tallest = max(sum(1 for x, _ in places.values() if x == column) for column in range(len(columns)))
    _figure, axes = style.new_axes(1.0 + 0.62 * tallest, width=style.WIDTH * 1.25)
    for row in arrows.to_dict("records"):
        _draw_arrow(axes, row, places)
    for node in nodes:
        x, y = places[node["id"]]
        left = x * (_BOX + _GAP)
        axes.add_patch(
            FancyBboxPatch(
                (left, y - 0.34), _BOX, 0.68, boxstyle="round,pad=0,rounding_size=0.08",
                facecolor="white", edgecolor=style.INK, linewidth=1, zorder=3,
            )
        )  # fmt: skip
        words = textwrap.fill(node["label"], 19)
        axes.text(
            left + _BOX / 2, y, words, ha="center", va="center", fontsize=7.5, zorder=4, linespacing=1.1
        )
    top = min(y for _, y in places.values()) - 0.6
    bottom = max(y for _, y in places.values()) + 0.6
    for x, level in enumerate(columns):
        middle = x * (_BOX + _GAP) + _BOX / 2
        axes.text(middle, top, text.term(level), ha="center", va="bottom", fontsize=9, weight="bold")
    _legend(axes, set(arrows["evidence"]), bottom, len(columns), text)
    axes.set_xlim(-0.05, len(columns) * (_BOX + _GAP) - _GAP + 0.05)
    axes.set_ylim(bottom + 0.55, top - 0.35)
    axes.set_axis_off()
    return axes


def _places(nodes: list[Mapping], arrows: pd.DataFrame, columns: list[str]) -> dict[Any, tuple[int, float]]:
    """Column and height of each step, and of the free places an arrow needs to pass a column it skips.

    The order within a column follows the mean height of the neighbours, a few times to and fro (Sugiyama et al. 1981).
    """
    level = {node["id"]: columns.index(node["level"]) for node in nodes}
    order: list[list[Any]] = [[n["id"] for n in nodes if level[n["id"]] == x] for x in range(len(columns))]
    links: list[tuple[Any, Any]] = []
    for row in arrows.to_dict("records"):
        chain = [row["start"]]
        for x in range(level[row["start"]] + 1, level[row["end"]]):
            order[x].append((row["arrow"], x))
            chain.append((row["arrow"], x))
        links += zip(chain, [*chain[1:], row["end"]], strict=True)
    near: dict[Any, list[Any]] = {}
    for a, b in links:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    sweep = [*range(1, len(order)), *range(len(order) - 2, -1, -1)]
    for x in sweep * 3:
        height = _heights(order)
        order[x].sort(key=lambda item: np.mean([height[n] for n in near.get(item, [item])]))
    height = _heights(order)
    return {item: (x, height[item]) for x, column in enumerate(order) for item in column}


def _heights(order: list[list[Any]]) -> dict[Any, float]:
    most = max(map(len, order))
    return {item: (i + 0.5) * most / len(column) for column in order for i, item in enumerate(column)}


def _draw_arrow(axes: Axes, row: Mapping[str, Any], places: Mapping[Any, tuple[int, float]]) -> None:
    line, width, colour, sign = ARROW_LOOK[row["evidence"]]
    first, last = places[row["start"]][0], places[row["end"]][0]
    stops = [row["start"], *((row["arrow"], x) for x in range(first + 1, last)), row["end"]]
    points = [(first * (_BOX + _GAP) + _BOX, places[row["start"]][1])]
    codes = [Path.MOVETO]
    for stop in stops[1:]:
        x, y = places[stop]
        left = x * (_BOX + _GAP) - (0.04 if stop == row["end"] else 0)
        middle = (points[-1][0] + left) / 2
        points += [(middle, points[-1][1]), (middle, y), (left, y)]
        codes += [Path.CURVE4] * 3
        if stop != row["end"]:
            points.append((left + _BOX, y))
            codes.append(Path.LINETO)
    axes.add_patch(
        FancyArrowPatch(
            path=Path(points, codes), arrowstyle="-|>", mutation_scale=11, linestyle=line, linewidth=width,
            color=colour, shrinkA=0, shrinkB=0, zorder=1,
        )
    )  # fmt: skip
    # on the last bend, before the arrows that meet at its end run together
    a, b, c, d = (np.array(p) for p in points[-4:])
    t = 0.5
    x, y = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    axes.text(
        x, y, f"{row['arrow']} {sign} {_share(row)}".strip(), ha="center", va="center", fontsize=8, weight="bold",
        color=colour, zorder=2, bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"},
    )  # fmt: skip


def _share(row: Mapping[str, Any]) -> str:
    count = row["supporting"] if row["evidence"] == "supports" else row["contradicting"]
    return f"{count}/{row['results']}" if row["evidence"] in ("supports", "contradicts") else ""


def evidence_words(row: Mapping[str, Any], text: Translator) -> str:
    """What stands on an arrow, with how many of its results say so."""
    if row["evidence"] == "none":
        return text("no evidence: nobody looked, or nothing was recorded")
    if row["evidence"] == "unclear":
        return text("left open: none of {n} results shows a direction", n=int(row["results"]))
    if row["evidence"] == "mixed":
        return text(
            "both: {supporting} of {n} results support it and {contradicting} contradict it",
            supporting=int(row["supporting"]),
            contradicting=int(row["contradicting"]),
            n=int(row["results"]),
        )
    if row["evidence"] == "supports":
        return text(
            "supported by {count} of {n} results", count=int(row["supporting"]), n=int(row["results"])
        )
    return text(
        "contradicted by {count} of {n} results", count=int(row["contradicting"]), n=int(row["results"])
    )


def _legend(axes: Axes, shown: set[str], bottom: float, columns: int, text: Translator) -> None:
    words = [word for word in ARROW_LOOK if word in shown]
    step = (columns * (_BOX + _GAP) - _GAP) / max(len(words), 1)
    for i, word in enumerate(words):
        line, width, colour, sign = ARROW_LOOK[word]
        left = i * step
        axes.plot([left, left + 0.35], [bottom + 0.2] * 2, linestyle=line, linewidth=width, color=colour)
        label = f"{sign} {text.term(f'arrow_{word}')}".strip()
        axes.text(left + 0.42, bottom + 0.2, label, ha="left", va="center", fontsize=8)


def alt_theory_of_change(
    nodes: Iterable[Mapping[str, Any]], arrows: pd.DataFrame, *, text: Translator | None = None
) -> str:
    """The picture in words: each arrow with its ends and what stands on it."""
    text = text or Translator("en")
    names = {node["id"]: node["label"] for node in nodes}
    if arrows.empty:
        return nothing_in_words(text)
    parts = [
        text(
            "{number}, from “{start}” to “{end}”: {evidence}",
            number=int(row["arrow"]),
            start=names[row["start"]],
            end=names[row["end"]],
            evidence=evidence_words(row, text),
        )
        for row in arrows.to_dict("records")
    ]
    return (
        text("The steps of the programme from left to right, joined by arrows.")
        + " "
        + "; ".join(parts)
        + "."
    )
