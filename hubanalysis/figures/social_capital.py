"""Figure of bonding, bridging and linking ties: one bar a kind of tie and wave, in three greys."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["alt_forms", "plot_forms"]

Labels = Callable[[str], Mapping[str, str]]
#: Fill and ink of each form: three greys that a copy keeps apart, with the share written in each.
FILLS = {
    "bonding": ("#4d4d4d", "white"),
    "bridging": ("#a6a6a6", style.INK),
    "linking": ("#e3e3e3", style.INK),
}
#: A narrower piece of a bar has no room for its share.
NARROWEST = 0.06


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


@style.styled
def plot_forms(
    shares: pd.DataFrame, *, text: Translator | None = None, labels: Labels = _no_labels
) -> Figure:
    """The shares of bonding, bridging and linking ties, from ``form_shares``: a bar a wave, grouped by kind of tie.

    Beside each bar stands the number of ties that are described. The intervals stand in the table.
    """
    text = text or Translator("en")
    shares = shares.dropna(subset=["estimate"])
    if shares.empty:
        return nothing_to_draw(text).figure
    bars = list(dict.fromkeys(zip(shares["kind"], shares["wave"], strict=True)))
    kinds = list(dict.fromkeys(kind for kind, _ in bars))
    figure, axes = style.new_axes(0.95 + 0.3 * len(bars) + 0.34 * len(kinds))
    own = shares.set_index(["kind", "wave", "form"])
    y, ticks, names = 0.0, [], []
    for i, (kind, wave) in enumerate(bars):
        if i == 0 or bars[i - 1][0] != kind:
            y += 0.6 if i else 0.0
            name = labels("tie_kinds").get(kind) or text.term(kind)
            axes.text(0, y - 0.55, name, fontweight="bold", va="center", fontsize=9)
        left = 0.0
        for form, (fill, ink) in FILLS.items():
            share = own.at[(kind, wave, form), "estimate"]
            axes.barh(y, share, left=left, height=0.72, color=fill, edgecolor="white", linewidth=1.2)
            if share >= NARROWEST:
                axes.text(
                    left + share / 2,
                    y,
                    text.percent(share),
                    color=ink,
                    ha="center",
                    va="center",
                    fontsize=8.5,
                )
            left += share
        number = int(shares.loc[(shares["kind"] == kind) & (shares["wave"] == wave), "ties"].sum())
        axes.text(1.015, y, text("{n} ties", n=text.number(number, 0)), va="center", fontsize=8.5)
        ticks.append(y)
        names.append(textwrap.fill(labels("waves").get(wave, wave), 24))
        y += 1.0
    axes.set_yticks(ticks, names)
    axes.set_ylim(y - 0.45, -0.9)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    style.strip(axes, keep=())
    handles = [
        Patch(facecolor=fill, edgecolor=style.GREY, label=text.term(form))
        for form, (fill, _) in FILLS.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=1)
    return figure


def alt_forms(shares: pd.DataFrame, *, text: Translator, labels: Labels = _no_labels) -> str:
    """The figure in words: each share with its interval."""
    shares = shares.dropna(subset=["estimate"])
    if shares.empty:
        return nothing_in_words(text)
    parts = [
        text(
            "{kind}, {wave}, {form}: {share} ({interval})",
            kind=labels("tie_kinds").get(row["kind"]) or text.term(row["kind"]),
            wave=labels("waves").get(row["wave"], row["wave"]),
            form=text.term(row["form"]),
            share=text.percent(row["estimate"]),
            interval=shares_words(text, row),
        )
        for row in shares.to_dict("records")
    ]
    return text("Bars of bonding, bridging and linking ties.") + " " + "; ".join(parts) + "."
