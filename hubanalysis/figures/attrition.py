"""Picture of the change under different assumptions about those who left."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from hubanalysis.figures import style
from hubanalysis.figures.intervals import nothing_alt
from hubanalysis.figures.nothing import nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed

__all__ = ["alt_attrition", "plot_attrition"]


@style.styled
def plot_attrition(bounds: pd.DataFrame, *, text: Translator | None = None, labels=None) -> Axes:
    """The change of each scale under each assumption about those who left; the thin line runs from worst to best."""
    text, labels = text or Translator("en"), labels or {}
    if bounds.empty:
        return nothing_to_draw(text)
    scales = list(dict.fromkeys(bounds["scale"]))
    _figure, axes = style.new_axes(1.0 + 0.72 * max(len(scales), 1))
    look = {"pairs": ("o", -0.22), "weighted": ("s", 0.0), "unchanged": ("^", 0.22)}
    for y, scale in enumerate(scales):
        mine = bounds[bounds["scale"] == scale].set_index("assumption")
        colour = style.AREA_COLOURS.get(str(mine["area"].iloc[0]), style.ACCENT)
        axes.plot(
            mine["estimate"].reindex(["worst", "best"]),
            [y + 0.4] * 2,
            color=style.GREY,
            linewidth=0.9,
            marker="|",
        )
        for assumption, (marker, shift) in look.items():
            if assumption not in mine.index or not np.isfinite(mine.at[assumption, "estimate"]):
                continue
            row = mine.loc[assumption]
            axes.plot([row["low"], row["high"]], [y + shift] * 2, color=colour, linewidth=1.6)
            hollow = not (row["low"] > 0 or row["high"] < 0)
            axes.plot(
                row["estimate"], y + shift, marker, color=colour, markersize=5.5,
                markerfacecolor="white" if hollow else colour,
            )  # fmt: skip
    style.zero_line(axes)
    for assumption, (marker, _shift) in look.items():
        axes.plot([], [], marker, color=style.INK, markersize=5.5, label=text.term(assumption))
    axes.plot([], [], color=style.GREY, linewidth=0.9, marker="|", label=text("from worst to best case"))
    axes.set_yticks(np.arange(len(scales)), [labels.get(s, s) for s in scales])
    axes.set_ylim(len(scales) - 0.35, -0.55)
    axes.set_xlabel(text("change in points, after − before"))
    style.strip(axes, grid="x")
    style.localise(axes, text)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    return axes


def alt_attrition(bounds: pd.DataFrame, *, text: Translator, labels=None) -> str:
    """The figure in words: the estimate of each assumption."""
    if bounds.empty:
        return nothing_alt(text)
    labels = labels or {}
    parts = []
    for scale in dict.fromkeys(bounds["scale"]):
        mine = bounds[bounds["scale"] == scale]
        said = [
            f"{text.term(r['assumption'])} {signed(text, r['estimate'])}" for r in mine.to_dict("records")
        ]
        parts.append(f"{labels.get(scale, scale)}: {', '.join(said)}")
    return (
        text("Mean change under different assumptions about those who left.") + " " + "; ".join(parts) + "."
    )
