"""Forest plots of models of ties: which terms go with a tie, with its forming or with its end."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale import mark
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.tie_terms import split_term

__all__ = ["alt_tie_models", "association", "plot_tie_models", "term_words"]

Labels = Callable[[str], Mapping[str, str]]
ATTRIBUTES = {
    "kind": mark("kind of organisation"),
    "municipality": mark("municipality"),
    "reach": mark("reach"),
    "power": mark("level of power"),
    "steering": mark("member of the steering group"),
}
#: Odds ratios beyond these run out of the picture: an arrow says so, the numbers stand beside it.
LEAST, MOST = 1 / 16, 16.0


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


def term_words(term: str, text: Translator, labels: Labels = _no_labels) -> str:
    """A term of a formula as a reader says it."""
    single = {
        "constant": text("a pair with every term at 0"),
        "met": text("took part in the same activity"),
        "meetings": text("each activity shared"),
        "returned": text("the other one named it before"),
        "shared_partners": text("each partner in common before"),
    }
    if term in single:
        return single[term]
    word, inner, value = split_term(term)
    if not word:
        return text("tie of another kind: {kind}", kind=labels("tie_kinds").get(term) or text.term(term))
    if word == "long":
        return labels("definitions").get(inner, inner)
    attribute = text(ATTRIBUTES[inner])
    if value:
        attribute = text("{attribute} “{value}”", attribute=attribute, value=text.term(value))
    return {
        "same": text("alike in: {attribute}", attribute=attribute),
        "differ": text("different in: {attribute}", attribute=attribute),
        "distance": text("each step of distance in: {attribute}", attribute=attribute),
        "total": text("each step of the sum of both in: {attribute}", attribute=attribute),
        "sender": text("of the one that names: {attribute}", attribute=attribute),
        "receiver": text("of the one that is named: {attribute}", attribute=attribute),
    }[word]


def association(row: Mapping) -> str:
    """``more``, ``less`` or ``unclear``: a term is shown only where its interval and its permutation p agree."""
    null = 1.0 if row["unit"] == "odds ratio" else 0.0
    if not row["p"] <= 0.05:
        return "unclear"
    return "more" if row["low"] > null else ("less" if row["high"] < null else "unclear")


@style.styled
def plot_tie_models(
    models: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """Odds ratios (or points of probability) of every term with its interval: a panel for each kind of tie and wave.

    ``models`` from ``why_ties``, ``tie_formation`` or ``tie_dissolution``. The constant is not drawn, nor a term
    without an estimate. A hollow dot: its interval, or the permutation test, does not tell it from no association.
    """
    text = text or Translator("en")
    shown = models[(models["term"] != "constant") & np.isfinite(models["estimate"].astype(float))]
    if shown.empty:
        return nothing_to_draw(text).figure
    wave = "wave" if "wave" in shown else "wave_to"
    panels = list(shown.groupby(["kind", wave], sort=False, observed=True))
    odds = bool((shown["unit"] == "odds ratio").all())
    rows = [len(own) for _, own in panels]
    figure, grid = style.new_axes(
        0.7 + 0.42 * sum(rows) + 0.35 * len(rows),
        rows=len(rows),
        sharex=True,
        squeeze=False,
        height_ratios=rows,
    )
    low, high = (LEAST, MOST) if odds else _limits(shown)
    for axes, ((kind, when), own) in zip(grid[:, 0], panels, strict=True):
        for y, row in enumerate(own.to_dict("records")):
            _draw(axes, y, row, low, high)
            axes.text(
                1.02, y, _written(row, text), transform=axes.get_yaxis_transform(), va="center", fontsize=8
            )
        names = [textwrap.fill(term_words(term, text, labels), 34) for term in own["term"]]
        axes.set_yticks(range(len(own)), names)
        axes.set_ylim(len(own) - 0.5, -0.5)
        axes.set_title(
            f"{labels('tie_kinds').get(kind) or text.term(kind)}, {labels('waves').get(when, when)}"
        )
        if odds:
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_locator(FixedLocator([1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(
                FuncFormatter(lambda x, _: f"1/{round(1 / x)}" if x < 1 else f"{x:.0f}")
            )
        else:
            style.localise(axes, text)
        axes.set_xlim(low, high)
        style.zero_line(axes, 1.0 if odds else 0.0)
        style.strip(axes, grid="x")
    label = (
        text("odds ratio (1: no association)")
        if odds
        else text("points of tie probability (0: no association)")
    )
    grid[-1, 0].set_xlabel(label)
    return figure


def _limits(shown: pd.DataFrame) -> tuple[float, float]:
    reach = 1.05 * float(np.nanmax(np.abs(shown[["estimate", "low", "high"]].astype(float))))
    return -reach, reach


def _draw(axes, y: int, row: Mapping, low: float, high: float) -> None:
    colour = style.ACCENT if association(row) != "unclear" else style.GREY
    if np.isfinite(row["low"]):
        axes.plot(
            [max(row["low"], low), min(row["high"], high)],
            [y, y],
            color=colour,
            linewidth=2,
            solid_capstyle="butt",
        )
    for beyond, edge, arrow in ((row["low"] < low, low, "<"), (row["high"] > high, high, ">")):
        if beyond:
            axes.plot(edge, y, arrow, color=colour, markersize=6, clip_on=False)
    if low <= row["estimate"] <= high:
        face = "white" if association(row) == "unclear" else colour
        axes.plot(row["estimate"], y, "o", markersize=6.5, markeredgewidth=1.4, markeredgecolor=colour,
                  markerfacecolor=face)  # fmt: skip


def _written(row: Mapping, text: Translator) -> str:
    interval = text("no interval") if row["low"] != row["low"] else text.interval(row["low"], row["high"])
    p = text.number(row["p"], 3)
    return text("{estimate} [{interval}], p {p}", estimate=row["estimate"], interval=interval, p=p)


def alt_tie_models(models: pd.DataFrame, *, text: Translator, labels: Labels = _no_labels) -> str:
    """The figure in words: every term with its estimate, interval and p."""
    shown = models[(models["term"] != "constant") & np.isfinite(models["estimate"].astype(float))]
    if shown.empty:
        return nothing_in_words(text)
    wave = "wave" if "wave" in shown else "wave_to"
    parts = [
        text(
            "{kind}, {wave}, {term}: {numbers}",
            kind=labels("tie_kinds").get(row["kind"]) or text.term(row["kind"]),
            wave=labels("waves").get(row[wave], row[wave]),
            term=term_words(row["term"], text, labels),
            numbers=_written(row, text),
        )
        for row in shown.to_dict("records")
    ]
    opening = text("Dots with their intervals; a hollow dot is not told from no association.")
    return f"{opening} {'; '.join(parts)}."
