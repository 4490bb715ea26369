"""Pictures of the interviews: themes by group, themes still to come."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.figures.panels import draw_dots, group_title, group_words, panel_figure
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words

__all__ = ["alt_saturation", "alt_themes", "plot_saturation", "plot_themes"]

MOST_PANELS = 4


def _panels(overall: pd.DataFrame, by_group: pd.DataFrame, first: str) -> list[tuple[str, pd.DataFrame]]:
    """All interviews first, then the largest groups; one panel where there is a single group of them."""
    panels = [(first, overall)]
    if len(by_group) and (by_group["group"].nunique() > 1 or first != "all_interviews"):
        sizes = by_group.groupby("group")["n"].max().sort_index().sort_values(ascending=False, kind="stable")
        panels += [(g, by_group[by_group["group"] == g]) for g in sizes.index[: MOST_PANELS - 1]]
    return panels


@style.styled
def plot_themes(
    overall: pd.DataFrame,
    by_group: pd.DataFrame,
    *,
    first: str = "all_interviews",
    axis_label: str = "",
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Each theme's share with its interval: all interviews at the left, then a panel for each group.

    ``overall`` and ``by_group`` from ``code_presence`` or ``code_extent``; both are written in per cent.
    ``first`` names the panel at the left.
    """
    text, labels = text or Translator("en"), labels or {}
    if overall.empty:
        return nothing_to_draw(text).figure
    codes = list(overall["code"])
    panels = _panels(overall, by_group, first)
    figure, axes = panel_figure(len(codes), len(panels))
    names = [labels.get(code) or text.term(code) for code in codes]
    for k, (ax, (group, part)) in enumerate(zip(axes, panels, strict=True)):
        part = part.set_index("code").reindex(codes).reset_index()
        draw_dots(
            ax, part, names, colour=style.ACCENT if k == 0 else style.INK, marker="o" if k == 0 else "D"
        )
        n = part["n"].max()
        ax.set_title(group_title(group, int(n) if n == n else None, text), fontsize=8.5)
        ax.tick_params(labelsize=8)
    ends = [part["high"].fillna(part["estimate"]).max() for _, part in panels if len(part)]
    most = np.nanmax([0.01, *ends])
    axes[0].set_xlim(0, 1.0 if overall["unit"].iloc[0] == "share" and most > 0.8 else 1.04 * most)
    axes[0].xaxis.set_major_locator(MaxNLocator(3 if len(panels) > 2 else 5))
    unit = overall["unit"].iloc[0]
    axes[0].xaxis.set_major_formatter(FuncFormatter(lambda x, _: _percent(x, unit, text)))
    figure.supxlabel(axis_label, fontsize=9)
    return figure


def _percent(value: float, unit: str, text: Translator) -> str:
    """A share in per cent; what is in per cent already, with one decimal."""
    return text.percent(value) if unit == "share" else text.percent(value / 100, 1)


def alt_themes(
    overall: pd.DataFrame,
    by_group: pd.DataFrame,
    *,
    text: Translator,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The figure in words: each theme's share and interval over all interviews, and its share in each group."""
    labels = labels or {}
    if overall.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = []
    for row in overall.to_dict("records"):
        own = by_group[by_group["code"] == row["code"]] if len(by_group) else by_group
        groups = [
            f"{group_words(r['group'], text)} {_percent(r['estimate'], r['unit'], text)}"
            for r in own.to_dict("records")
        ]
        name, share = (
            labels.get(row["code"]) or text.term(row["code"]),
            _percent(row["estimate"], row["unit"], text),
        )
        low, high = (_percent(row[end], row["unit"], text) for end in ("low", "high"))
        parts.append(f"{name} {share} ({'; '.join([text('{low} to {high}', low=low, high=high), *groups])})")
    opening = text("A dot with its interval for each theme: all interviews, then each group.")
    return f"{opening} {'; '.join(parts)}."


@style.styled
def plot_saturation(frame: pd.DataFrame, *, text: Translator | None = None) -> Axes:
    """Themes known after each further interview: the mean over shuffled orders and the middle 95 % of them."""
    text = text or Translator("en")
    if frame.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(2.6)
    x = frame["interviews"].to_numpy(dtype=float)
    axes.fill_between(
        x, frame["low"].to_numpy(float), frame["high"].to_numpy(float), color=style.LIGHT, linewidth=0
    )
    axes.plot(x, frame["estimate"], "o-", color=style.ACCENT, markersize=4)
    last = frame.iloc[-1]
    words = text("{n} themes", n=text.number(last["estimate"], 0))
    style.direct_label(axes, last["interviews"], last["estimate"], words)
    axes.set_xlabel(text("interviews"))
    axes.set_ylabel(text("themes known"))
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    style.strip(axes, grid="y", keep=("bottom", "left"))
    return axes


def alt_saturation(frame: pd.DataFrame, *, text: Translator) -> str:
    """The curve in words."""
    if frame.empty:
        return text("Nothing to draw: this study has no such data.")
    parts = [
        text(
            "after {k} interviews {known} themes ({interval})",
            k=int(r["interviews"]),
            known=text.number(r["estimate"], 1),
            interval=interval_words(text, r, digits=0),
        )
        for r in frame.to_dict("records")
    ]
    opening = text("A curve of the themes known after each interview, with a band over the orders.")
    return f"{opening} {'; '.join(parts)}."
