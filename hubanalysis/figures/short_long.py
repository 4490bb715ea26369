"""Figures on short and long networks: the share of long ties by rule and wave, and its change."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hubanalysis.figures import style
from hubanalysis.figures.intervals import draw_intervals
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["alt_long_shares", "plot_long_changes", "plot_long_shares"]

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


@style.styled
def plot_long_shares(
    shares: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """The share of long ties by definition and wave, a panel for each kind of tie, with intervals.

    ``shares`` from ``short_long_shares``. The thin line is what the share could be, whatever the silent had answered;
    the small upright stroke is what chance gives. The last wave is filled, earlier ones are hollow.
    """
    text = text or Translator("en")
    if shares.empty:
        return nothing_to_draw(text).figure
    kinds = list(dict.fromkeys(shares["kind"]))
    definitions = list(dict.fromkeys(shares["definition"]))
    waves = list(dict.fromkeys(shares["wave"]))
    names = [textwrap.fill(labels("definitions").get(d, d), 30) for d in definitions]
    height = 1.4 + (0.42 + 0.2 * len(waves)) * len(definitions)
    figure, grid = style.new_axes(height, columns=max(len(kinds), 1), sharex=True, sharey=True, squeeze=False)
    for axes, kind in zip(grid[0], kinds, strict=True):
        for row in shares[shares["kind"] == kind].to_dict("records"):
            later = waves.index(row["wave"])
            y = definitions.index(row["definition"]) + 0.26 * (later - (len(waves) - 1) / 2)
            colour = style.ACCENT if later == len(waves) - 1 else style.GREY
            axes.plot([row["bound_low"], row["bound_high"]], [y, y], color=colour, linewidth=0.7)
            axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2.4, solid_capstyle="butt")
            axes.plot([row["expected"]] * 2, [y - 0.12, y + 0.12], color=style.INK, linewidth=1.1)
            axes.plot(
                row["estimate"], y, "o", markersize=5.5, markeredgecolor=colour, markeredgewidth=1.4,
                markerfacecolor=colour if later == len(waves) - 1 else "white",
            )  # fmt: skip
        axes.set_title(textwrap.fill(labels("tie_kinds").get(kind, kind), 18))
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], [text.percent(x) for x in (0, 0.5, 1)])
        style.strip(axes, grid="x")
    grid[0, 0].set_yticks(range(len(definitions)), names)
    grid[0, 0].set_ylim(len(definitions) - 0.5, -0.5)
    figure.legend(handles=_wave_legend(waves, text, labels), loc="outside lower center", ncols=2)
    return figure


def _wave_legend(waves, text: Translator, labels: Labels) -> list[Line2D]:
    handles = []
    for wave in waves:
        last = wave == waves[-1]
        colour = style.ACCENT if last else style.GREY
        face = colour if last else "white"
        name = labels("waves").get(wave, wave)
        handles.append(
            Line2D([], [], color=colour, marker="o", markerfacecolor=face, markersize=5.5, label=name)
        )
    look = {"color": style.INK, "marker": "|", "linestyle": "", "markersize": 10}
    handles.append(Line2D([], [], label=text("if ties fell at random"), **look))
    return [*handles, _bounds_handle(text)]


def _bounds_handle(text: Translator) -> Line2D:
    label = text("thin line: whatever the silent had answered")
    return Line2D([], [], color=style.GREY, linewidth=0.7, label=label)


def alt_long_shares(shares: pd.DataFrame, *, text: Translator, labels: Labels = _no_labels) -> str:
    """The figure in words: each share with its interval."""
    if shares.empty:
        return nothing_in_words(text)
    parts = [
        text(
            "{kind}, {rule}, {wave}: {share} ({interval})",
            kind=labels("tie_kinds").get(row["kind"], row["kind"]),
            rule=labels("definitions").get(row["definition"], row["definition"]),
            wave=labels("waves").get(row["wave"], row["wave"]),
            share=text.percent(row["estimate"]),
            interval=shares_words(text, row),
        )
        for row in shares.to_dict("records")
    ]
    return text("Share of long ties by rule and wave.") + " " + "; ".join(parts) + "."


@style.styled
def plot_long_changes(
    changes: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """The change of the share of long ties with its interval, a panel for each kind of tie, a row for each definition.

    ``changes`` from ``short_long_changes``. A hollow dot has an interval that holds 0; the thin line is what the change
    could be, whatever the silent had answered.
    """
    text = text or Translator("en")
    if changes.empty:
        return nothing_to_draw(text).figure
    kinds = list(dict.fromkeys(changes["kind"]))
    rules = {key: textwrap.fill(rule, 30) for key, rule in labels("definitions").items()}
    definitions = changes["definition"].nunique()
    height = 0.5 + (0.35 + 0.42 * definitions) * len(kinds)
    figure, grid = style.new_axes(height, rows=len(kinds), sharex=True, squeeze=False)
    for axes, kind in zip(grid[:, 0], kinds, strict=True):
        own = changes[changes["kind"] == kind]
        for y, row in enumerate(own.to_dict("records")):
            axes.plot([row["bound_low"], row["bound_high"]], [y, y], color=style.GREY, linewidth=0.7)
        draw_intervals(axes, own, rows="definition", zero=True, text=text, labels=rules)
        axes.set_title(labels("tie_kinds").get(kind) or text.term(kind))
    grid[-1, 0].set_xlabel(text("change of the share of long ties"))
    figure.legend(handles=[_bounds_handle(text)], loc="outside lower center")
    return figure
