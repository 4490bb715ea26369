"""The network as a table: who names whom, and what became of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from hubanalysis.figures import style
from hubanalysis.figures.networks import consenting
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.adjacency import networks_of

__all__ = ["alt_matrix", "matrix_rows", "plot_matrix"]

#: What became of a tie: marker, face, size. Told by form, readable without colour.
GLYPHS = {
    "kept": ("s", style.INK, 3.4),
    "formed": ("P", style.ACCENT, 4.6),
    "dissolved": ("o", "white", 3.6),
    "not_compared": (".", style.GREY, 1.6),
}
MOST = 90

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


def matrix_rows(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    kind: str = "",
    directed: bool = True,
    public: bool = False,
) -> pd.DataFrame:
    """The rows of the matrix in order: ``organisation``, ``group`` (its kind), ``silent`` (in which waves, listed).

    By kind of organisation in the declared order, those with more contacts first within it. In a public report only
    organisations that consent to be named.
    """
    found: dict[str, dict] = {}
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    kind = kind or (networks[0].kind if networks else "")
    for network in (n for n in networks if n.kind == kind):
        contacts = np.asarray(network.either.sum(axis=1)).ravel()
        for node, count, spoke in zip(network.nodes, contacts, network.answered, strict=True):
            row = found.setdefault(node, {"organisation": node, "contacts": 0, "silent": ()})
            row["contacts"] += int(count)
            row["silent"] += () if spoke else (network.wave,)
    rows = pd.DataFrame(list(found.values()), columns=["organisation", "contacts", "silent"])
    if public:
        rows = rows[rows["organisation"].isin(consenting(organisations))]
    groups = dict(zip(organisations["organisation"], organisations["kind"].astype(object), strict=True))
    declared = organisations["kind"]
    order = (
        list(declared.cat.categories)
        if isinstance(declared.dtype, pd.CategoricalDtype)
        else sorted(set(declared.dropna()))
    )
    rows = rows.assign(
        group=[groups.get(o) if groups.get(o) == groups.get(o) else None for o in rows["organisation"]]
    )
    place = [order.index(g) if g in order else len(order) for g in rows["group"]]
    rows = rows.assign(place=place).sort_values(
        ["place", "contacts", "organisation"], ascending=[True, False, True]
    )
    return rows[["organisation", "group", "silent"]].reset_index(drop=True)


@style.styled
def plot_matrix(
    states: pd.DataFrame, rows: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """Who names whom (row names column), and what became of it: kept, formed, dissolved told by the mark.

    ``states`` from ``drawn_ties``, ``rows`` from :func:`matrix_rows`. Hatched rows were silent in a wave: their empty
    cells are unknown, not absent. Lines part the kinds of organisation. A panel for each pair of waves.
    """
    text = text or Translator("en")
    if states.empty or rows.empty:
        return nothing_to_draw(text).figure
    size = len(rows)
    place = {node: i for i, node in enumerate(rows["organisation"])}
    pairs = list(dict.fromkeys(zip(states["wave_from"], states["wave_to"], strict=True)))
    figure, grid = style.new_axes(4.4 * len(pairs) + 0.6, rows=len(pairs), squeeze=False)
    names, waves = labels("organisations"), labels("waves")
    for axes, (first, last) in zip(grid[:, 0], pairs, strict=True):
        own = states[(states["wave_from"] == first) & (states["wave_to"] == last)]
        axes.set_xlim(-0.5, size - 0.5)
        axes.set_ylim(size - 0.5, -0.5)
        axes.set_aspect("equal")
        for i, silent in enumerate(rows["silent"]):
            axes.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, facecolor=style.LIGHT, linewidth=0))
            if set(silent) & {first, last}:
                axes.add_patch(
                    Rectangle(
                        (-0.5, i - 0.5),
                        size,
                        1,
                        facecolor="none",
                        edgecolor="#a8a8a8",
                        hatch="//////",
                        linewidth=0,
                    )
                )
        for state, (marker, face, wide) in GLYPHS.items():
            mine = own[(own["state"] == state) & own["source"].isin(place) & own["target"].isin(place)]
            axes.plot(
                [place[t] for t in mine["target"]], [place[s] for s in mine["source"]], marker, linestyle="",
                markersize=wide * min(1.25, max(0.35, 52 / size)), markerfacecolor=face, markeredgewidth=0.6,
                markeredgecolor=style.INK if state != "formed" else face, label=state,
            )  # fmt: skip
        _part_kinds(axes, rows, text)
        if size <= MOST:
            font = min(7.5, max(3.4, 300 / size))
            written = [
                f"{textwrap.shorten(str(names.get(o, o)), 32, placeholder='…')}  {i + 1}"
                for i, o in enumerate(rows["organisation"])
            ]
            axes.set_yticks(range(size), written, fontsize=font)
            axes.set_xticks(
                range(size), [str(i + 1) for i in range(size)], fontsize=min(font, 4.6), rotation=90
            )
        else:
            axes.set_xticks([])
            axes.set_yticks([])
        axes.tick_params(length=0, pad=1, top=True, labeltop=True, bottom=False, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(True)
        if len(pairs) > 1:
            axes.set_title(f"{waves.get(first, first)} – {waves.get(last, last)}")
    figure.legend(
        handles=_matrix_legend(states, rows, text), loc="outside lower center", ncols=3, fontsize=7.5
    )
    return figure


def _part_kinds(axes, rows: pd.DataFrame, text: Translator) -> None:
    groups = [g if isinstance(g, str) else "" for g in rows["group"]]
    starts = [i for i, g in enumerate(groups) if i == 0 or g != groups[i - 1]] + [len(groups)]
    for start, stop in pairwise(starts):
        for line in (axes.axhline, axes.axvline):
            line(stop - 0.5, color=style.INK, linewidth=0.6)
        if groups[start]:
            name = textwrap.fill(text.term(groups[start]), 14, break_long_words=False)
            axes.text(
                len(groups) + 0.2, (start + stop - 1) / 2, name, fontsize=6.5, va="center", linespacing=0.95
            )


def _matrix_legend(states: pd.DataFrame, rows: pd.DataFrame, text: Translator) -> list:
    said = {
        "kept": text("tie kept"),
        "formed": text("tie formed"),
        "dissolved": text("tie dissolved"),
        "not_compared": text("known in one wave only"),
    }
    marks = [
        Line2D(
            [], [], linestyle="", marker=GLYPHS[s][0], markersize=GLYPHS[s][2] + 1.5, markerfacecolor=GLYPHS[s][1],
            markeredgecolor=style.INK if s != "formed" else GLYPHS[s][1], markeredgewidth=0.7, label=said[s],
        )
        for s in said if (states["state"] == s).any()
    ]  # fmt: skip
    if any(rows["silent"]):
        marks.append(
            Patch(
                facecolor="white",
                edgecolor="#a8a8a8",
                hatch="//////",
                label=text("did not answer in a wave: unknown"),
            )
        )
    return marks


def alt_matrix(states: pd.DataFrame, rows: pd.DataFrame, *, text: Translator) -> str:
    """The matrix in words: its size, how many rows were silent, and the ties by what became of them."""
    if states.empty or rows.empty:
        return nothing_in_words(text)
    counted = states["state"].value_counts()
    return text(
        "A table of {n} organisations by {n}, ordered by kind; {silent} rows did not answer in a wave. {kept} ties are "
        "kept, {formed} formed, {dissolved} dissolved, {unknown} known in one wave only.",
        n=len(rows),
        silent=int(sum(bool(s) for s in rows["silent"])),
        kept=int(counted.get("kept", 0)),
        formed=int(counted.get("formed", 0)),
        dissolved=int(counted.get("dissolved", 0)),
        unknown=int(counted.get("not_compared", 0)),
    )
