"""Brokers by role against chance, and what is left of a network without a group."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.brokerage import ROLES

__all__ = ["alt_broker_roles", "alt_without_group", "plot_broker_roles", "plot_without_group"]

MARKERS = ("o", "s", "^", "D", "v", "P")
METRICS = ("reachable_pairs", "largest_part", "without_ties")

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


def _kind(kind: str, text: Translator, labels: Labels) -> str:
    return labels("tie_kinds").get(kind) or text.term(kind)


@style.styled
def plot_broker_roles(
    roles: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """How often each broker role occurs (points) against the range of chance (grey bars): a panel for a kind of tie.

    ``roles`` from ``broker_roles`` (whole networks). A row for each role and wave; a filled point lies outside the
    range of 95 in 100 shuffles of the kinds over the organisations.
    """
    text = text or Translator("en")
    shown = roles[np.isfinite(roles["expected"].astype(float))] if len(roles) else roles
    if shown.empty:
        return nothing_to_draw(text).figure
    kinds, waves = list(dict.fromkeys(shown["kind"])), list(dict.fromkeys(shown["wave"]))
    step = 0.75 / max(len(waves), 1)
    figure, grid = style.new_axes(
        len(kinds) * (0.6 + 0.22 * len(ROLES) * max(len(waves), 1.6)) + 0.7, rows=len(kinds), squeeze=False
    )
    for axes, kind in zip(grid[:, 0], kinds, strict=True):
        for y, role in enumerate(ROLES):
            for k, wave in enumerate(waves):
                at = y + (k - (len(waves) - 1) / 2) * step
                own = shown[(shown["kind"] == kind) & (shown["role"] == role) & (shown["wave"] == wave)]
                for row in own.to_dict("records"):
                    _draw_range(axes, at, row, step, MARKERS[k % len(MARKERS)])
        axes.set_yticks(
            range(len(ROLES)), [textwrap.fill(text(said), 38) for said in ROLES.values()], fontsize=7.5
        )
        axes.set_ylim(len(ROLES) - 0.5, -0.5)
        axes.set_title(_kind(kind, text, labels))
        axes.set_xlim(left=0)
        style.localise(axes, text)
        style.strip(axes, grid="x")
    grid[-1, 0].set_xlabel(text("paths of two ties with the organisation in the middle"))
    figure.legend(handles=_legend(waves, text, labels), loc="outside lower center", ncols=2, fontsize=7.5)
    return figure


def _draw_range(axes, at: float, row: Mapping, step: float, marker: str) -> None:
    width = max(row["chance_high"] - row["chance_low"], 1e-9)
    axes.barh(at, width, left=row["chance_low"], height=0.55 * step, color="#cfcfcf", zorder=1)
    axes.plot(
        [row["expected"]] * 2, [at - 0.27 * step, at + 0.27 * step], color=style.GREY, linewidth=1, zorder=2
    )
    beyond = not row["chance_low"] <= row["estimate"] <= row["chance_high"]
    axes.plot(
        row["estimate"], at, marker, markersize=5.5, markerfacecolor=style.ACCENT if beyond else "white",
        markeredgecolor=style.INK, markeredgewidth=0.8, zorder=3, clip_on=False,
    )  # fmt: skip


def _legend(waves: list, text: Translator, labels: Labels) -> list:
    point = {"linestyle": "", "markersize": 5.5, "markeredgecolor": style.INK, "markeredgewidth": 0.8}
    marks = [
        Line2D(
            [],
            [],
            marker=MARKERS[k % len(MARKERS)],
            markerfacecolor="white",
            label=labels("waves").get(w, w),
            **point,
        )
        for k, w in enumerate(waves)
    ]
    return [
        *marks,
        Line2D(
            [],
            [],
            marker="o",
            markerfacecolor=style.ACCENT,
            label=text("filled: outside the range of chance"),
            **point,
        ),
        Patch(facecolor="#cfcfcf", label=text("range of chance, its middle stroked")),
    ]


def alt_broker_roles(roles: pd.DataFrame, *, text: Translator, labels: Labels = _no_labels) -> str:
    """The figure in words: in which roles there are more or fewer brokers than by chance."""
    shown = roles[np.isfinite(roles["expected"].astype(float))] if len(roles) else roles
    if shown.empty:
        return nothing_in_words(text)
    more = int((shown["estimate"] > shown["chance_high"]).sum())
    fewer = int((shown["estimate"] < shown["chance_low"]).sum())
    return text(
        "Broker roles against chance, {rows} rows: {more} above the range of chance, {fewer} below it, {rest} within.",
        rows=len(shown), more=more, fewer=fewer, rest=len(shown) - more - fewer,
    )  # fmt: skip


@style.styled
def plot_without_group(
    without: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """What is left without the group: with it (hollow), without it (filled), and without as many others (grey bar).

    ``without`` from ``without_group``; shares of the organisations that remain, a row for each kind of tie and wave.
    """
    text = text or Translator("en")
    shown = without[without["metric"].isin(METRICS) & without["estimate"].notna()]
    if shown.empty:
        return nothing_to_draw(text).figure
    rows = list(dict.fromkeys(zip(shown["kind"], shown["wave"], strict=True)))
    titles = {
        "reachable_pairs": text("pairs that a path joins"),
        "largest_part": text("in the largest part"),
        "without_ties": text("without any tie"),
    }
    figure, grid = style.new_axes(1.5 + 0.32 * len(rows), columns=len(METRICS), sharey=True, squeeze=False)
    for axes, metric in zip(grid[0], METRICS, strict=True):
        own = shown[shown["metric"] == metric].set_index(["kind", "wave"])
        for y, key in enumerate(rows):
            _draw_loss(axes, y, own.loc[key])
        axes.set_title(textwrap.fill(titles[metric], 22), fontsize=8.5)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], [text.percent(v) for v in (0, 0.5, 1)], fontsize=7.5)
        style.strip(axes, grid="x")
    names = [f"{_kind(k, text, labels)}, {labels('waves').get(w, w)}" for k, w in rows]
    grid[0, 0].set_yticks(range(len(rows)), names, fontsize=7.5)
    grid[0, 0].set_ylim(len(rows) - 0.5, -0.5)
    point = {
        "linestyle": "",
        "marker": "o",
        "markersize": 6,
        "markeredgecolor": style.INK,
        "markeredgewidth": 0.8,
    }
    figure.legend(
        handles=[
            Line2D([], [], markerfacecolor="white", label=text("with the group"), **point),
            Line2D([], [], markerfacecolor=style.INK, label=text("without it"), **point),
            Patch(facecolor="#cfcfcf", label=text("without as many others, drawn at random")),
        ],
        loc="outside lower center", ncols=3, fontsize=7.5,
    )  # fmt: skip
    return figure


def _draw_loss(axes, y: int, row: pd.Series) -> None:
    if row["chance_low"] == row["chance_low"]:
        axes.barh(
            y,
            max(row["chance_high"] - row["chance_low"], 0.004),
            left=row["chance_low"],
            height=0.5,
            color="#cfcfcf",
        )
    axes.plot([row["before"], row["estimate"]], [y, y], color=style.INK, linewidth=0.9, zorder=2)
    for value, face, size in ((row["before"], "white", 6.5), (row["estimate"], style.INK, 4.5)):
        axes.plot(
            value, y, "o", markersize=size, markerfacecolor=face, markeredgecolor=style.INK, markeredgewidth=0.8,
            zorder=3, clip_on=False,
        )  # fmt: skip


def alt_without_group(without: pd.DataFrame, *, text: Translator, labels: Labels = _no_labels) -> str:
    """The figure in words: pairs of the others that reach each other with the group and without it."""
    own = without[(without["metric"] == "reachable_pairs") & without["estimate"].notna()]
    if own.empty:
        return nothing_in_words(text)
    parts = [
        text(
            "{kind}, “{wave}”: {before} of the pairs reach each other with the group, {after} without it",
            kind=_kind(row["kind"], text, labels),
            wave=labels("waves").get(row["wave"], row["wave"]),
            before=text.percent(row["before"]),
            after=text.percent(row["estimate"]),
        )
        for row in own.to_dict("records")
    ]
    return "; ".join(parts) + "."
