"""The map of areas and themes: how many spoke of each, as a table whose cells are darker the more they are."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.figures.panels import group_words
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["alt_area_map", "plot_area_map"]

MOST_PARTS = 6
_WIDEST_NAME = 30


@style.styled
def plot_area_map(
    frame: pd.DataFrame,
    *,
    text: Translator | None = None,
    areas: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Rows: each area and under it its themes; columns: all interviews, all people, each group of interviews.

    ``frame`` from ``area_map``. A cell has the share, and under it its interval in per cent; the grey says the share
    again. An area without any theme in the codebook is hatched: nobody looked for it.
    """
    text, areas, labels = text or Translator("en"), areas or {}, labels or {}
    if frame.empty:
        return nothing_to_draw(text)
    parts = list(dict.fromkeys(frame["whose"]))[:MOST_PARTS]
    keys = list(dict.fromkeys(zip(frame["area"], frame["code"], strict=True)))
    _figure, axes = style.new_axes(1.0 + 0.295 * len(keys))
    cells = {(r["area"], r["code"], r["whose"]): r for r in frame.to_dict("records")}
    for y, (area, code) in enumerate(keys):
        for x, part in enumerate(parts):
            _draw_cell(axes, x, y, cells[area, code, part], text)
    axes.set_xlim(-0.5, len(parts) - 0.5)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    sizes = frame.drop_duplicates("whose").set_index("whose")["n"]
    heads = [f"{textwrap.fill(group_words(p, text), 14)}\nn = {text.number(int(sizes[p]), 0)}" for p in parts]
    axes.set_xticks(range(len(parts)), heads, fontsize=8)
    axes.xaxis.tick_top()
    names = [textwrap.fill(_named(area, code, text, areas, labels), _WIDEST_NAME) for area, code in keys]
    axes.set_yticks(range(len(keys)), names, fontsize=8)
    for label, (_, code) in zip(axes.get_yticklabels(), keys, strict=True):
        label.set_fontweight("normal" if code else "bold")
    for y, (_, code) in enumerate(keys):
        if not code and y:
            axes.axhline(y - 0.5, color=style.INK, linewidth=0.8, zorder=4)
    style.strip(axes, keep=())
    return axes


def _named(area: str, code: str, text: Translator, areas: Mapping, labels: Mapping) -> str:
    return (labels.get(code) or text.term(code)) if code else (areas.get(area) or text.term(area))


def _draw_cell(axes: Axes, x: int, y: int, row: Mapping, text: Translator) -> None:
    box = {"xy": (x - 0.48, y - 0.46), "width": 0.96, "height": 0.92}
    share = row["estimate"]
    if share != share:
        hatched = {"facecolor": "white", "edgecolor": style.LIGHT, "hatch": "////", "linewidth": 0.5}
        axes.add_patch(Rectangle(**box, **hatched))
        return
    grey = 1 - 0.72 * share
    axes.add_patch(Rectangle(**box, facecolor=(grey,) * 3, edgecolor="white", linewidth=0.5))
    ink = "white" if grey < 0.55 else style.INK
    centre = {"ha": "center", "va": "center", "color": ink, "zorder": 3}
    heavy = "normal" if row["code"] else "bold"
    axes.text(x, y - 0.15, text.percent(share), fontsize=8, fontweight=heavy, **centre)
    interval = f"{text.number(100 * row['low'], 0)}–{text.number(100 * row['high'], 0)}"
    axes.text(x, y + 0.26, interval, fontsize=6, **centre)


def alt_area_map(
    frame: pd.DataFrame,
    *,
    text: Translator,
    areas: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The map in words: each area and theme with its share of the interviews and of the people."""
    areas, labels = areas or {}, labels or {}
    if frame.empty:
        return nothing_in_words(text)
    told = []
    for (area, code), part in frame.groupby(["area", "code"], sort=False):
        name = _named(area, code, text, areas, labels)
        if part["estimate"].isna().all():
            told.append(text("{area}: no theme of the codebook", area=name))
            continue
        shares = [
            f"{group_words(r['whose'], text)} {text.percent(r['estimate'])} ({shares_words(text, r)})"
            for r in part.head(MOST_PARTS).to_dict("records")
        ]
        told.append(f"{name}: {', '.join(shares)}")
    opening = text(
        "A table of areas and their themes by the share of interviews and people who spoke of them."
    )
    return f"{opening} {'; '.join(told)}."
