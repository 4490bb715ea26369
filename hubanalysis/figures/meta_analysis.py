"""The forest plot: each hub's estimate with its interval, and below them what they say together."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import amount, signed

__all__ = ["alt_forest", "plot_forest"]


@style.styled
def plot_forest(parts: pd.DataFrame, pooled: pd.DataFrame, *, text: Translator | None = None) -> Axes:
    """Results one below the other: its name, a square for each hub (the larger, the more it weighs) with its interval,
    a diamond for the mean with its interval, and a dotted line for where a further hub may lie.

    ``parts`` and ``pooled`` from ``metrics.hubs_together``, of one unit.
    """
    text = text or Translator("en")
    if pooled.empty:
        return nothing_to_draw(text)
    unit = pooled["unit"].iloc[0]
    rows = _rows(parts, pooled, text)
    _figure, axes = style.new_axes(0.7 + 0.27 * len(rows), width=style.WIDTH * 1.1)
    beside = axes.get_yaxis_transform()
    for y, (kind, row) in enumerate(rows):
        if kind == "name":
            axes.text(
                -0.01, y + 0.15, textwrap.shorten(row["name"], 60, placeholder="…"), transform=beside, ha="right",
                va="center", fontsize=8.5, weight="bold",
            )  # fmt: skip
            continue
        if kind == "hub":
            axes.plot([row["low"], row["high"]], [y, y], color=style.INK, linewidth=1.3)
            axes.plot(
                row["estimate"], y, "s", color=style.ACCENT, markersize=3.5 + 7 * np.sqrt(row["weight"])
            )
            name = f"{row['hub']} ({text.percent(row['weight'])})"
        else:
            if row["predict_low"] == row["predict_low"]:
                axes.plot(
                    [row["predict_low"], row["predict_high"]],
                    [y, y],
                    color=style.GREY,
                    linewidth=1.0,
                    linestyle=":",
                )
            corners = [
                (row["low"], y),
                (row["estimate"], y - 0.3),
                (row["high"], y),
                (row["estimate"], y + 0.3),
            ]
            axes.add_patch(Polygon(corners, facecolor="#b35806", edgecolor=style.INK, linewidth=0.7))
            name = text("together")
        axes.text(-0.01, y, name, transform=beside, ha="right", va="center", fontsize=8)
        axes.text(1.01, y, _numbers(row, unit, text), transform=beside, ha="left", va="center", fontsize=8)
    if unit == "odds ratio":
        axes.set_xscale("log")
        style.zero_line(axes, 1.0)
    elif unit != "share":
        style.zero_line(axes)
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_yticks([])
    style.strip(axes, grid="x")
    if unit in ("share", "percentage points"):
        axes.xaxis.set_major_formatter(lambda value, _: text.percent(value))
    elif unit != "odds ratio":
        style.localise(axes, text)
    axes.set_xlabel(text.term(unit or "estimate"))
    return axes


def _rows(parts: pd.DataFrame, pooled: pd.DataFrame, text: Translator) -> list[tuple[str, dict]]:
    rows: list[tuple[str, dict]] = []
    names = [(str(label).partition(": ")[2] or str(label)).split(" · ") for label in pooled["label"]]
    while len(names) > 1 and len({name[-1] for name in names}) == 1 and min(map(len, names)) > 1:
        names = [name[:-1] for name in names]  # what all have in common says nothing here
    for row, name in zip(pooled.to_dict("records"), names, strict=True):
        rows.append(("name", {"name": " · ".join(dict.fromkeys(name))}))
        rows += [("hub", part) for part in parts[parts["result"] == row["result"]].to_dict("records")]
        rows.append(("mean", row))
    return rows


def _numbers(row: dict, unit: str | None, text: Translator) -> str:
    low, estimate, high = (_written(row[k], unit, text) for k in ("low", "estimate", "high"))
    return f"{estimate}  [{low}; {high}]"


def _written(value: float, unit: str | None, text: Translator) -> str:
    if unit in ("share", "percentage points"):
        return amount(text, value, unit)
    return text.number(value) if unit == "odds ratio" else signed(text, value)


def alt_forest(parts: pd.DataFrame, pooled: pd.DataFrame, *, text: Translator | None = None) -> str:
    """The forest in words: each result's mean, and each hub's estimate."""
    text = text or Translator("en")
    if pooled.empty:
        return nothing_in_words(text)
    said = []
    for row in pooled.to_dict("records"):
        own = parts[parts["result"] == row["result"]]
        hubs = ", ".join(
            f"{part['hub']} {_written(part['estimate'], row['unit'], text)}"
            for part in own.to_dict("records")
        )
        name = str(row["label"]).partition(": ")[2] or str(row["label"])
        said.append(
            text(
                "{label}: together {estimate}; {hubs}",
                label=" · ".join(dict.fromkeys(name.split(" · "))),
                estimate=_written(row["estimate"], row["unit"], text),
                hubs=hubs,
            )
        )
    return text("Estimates of each hub with their intervals, and their mean.") + " " + "; ".join(said) + "."
