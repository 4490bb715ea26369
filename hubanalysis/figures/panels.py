"""Small panels side by side, the same rows in each: themes by group, words by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.locale.translator import Translator

__all__ = ["draw_dots", "group_title", "group_words", "panel_figure"]


def panel_figure(rows: int, panels: int, share_rows: bool = True) -> tuple[Figure, list[Axes]]:
    """A figure with ``panels`` axes in one line, high enough for ``rows`` rows."""
    figure, axes = style.new_axes(
        1.1 + 0.24 * max(rows, 3), columns=max(panels, 1), sharex=True, sharey=share_rows, squeeze=False
    )
    return figure, list(axes[0])


def draw_dots(
    axes: Axes,
    part: pd.DataFrame,
    names: Sequence[str],
    *,
    colour: str = style.ACCENT,
    marker: str = "o",
    write: Callable[[Mapping], str] | None = None,
) -> None:
    """A dot with its interval for each row of ``part``, top to bottom, ``write`` beside the end of its interval."""
    for y, row in enumerate(part.to_dict("records")):
        if not np.isfinite(row["estimate"]):
            axes.text(0.02, y, "–", transform=axes.get_yaxis_transform(), va="center", color=style.GREY)
            continue
        if np.isfinite(row["low"]):
            axes.plot(
                [row["low"], row["high"]],
                [y, y],
                color=colour,
                linewidth=1.6,
                solid_capstyle="butt",
                alpha=0.75,
            )
        axes.plot(row["estimate"], y, marker, color=colour, markersize=5.5, clip_on=False)
        if write is not None:
            end = row["high"] if np.isfinite(row["high"]) else row["estimate"]
            style.direct_label(axes, end, y, write(row), fontsize=7.5)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    style.strip(axes, grid="x")


def group_title(group: str, n: int | None, text: Translator) -> str:
    """A panel's title: the group in words, and below it how many interviews are in it."""
    name = group_words(group, text)
    return name if n is None else f"{name}\nn = {text.number(n, 0)}"


def group_words(group: str, text: Translator) -> str:
    """A group of interviewees as a reader says it."""
    if not group:
        return text("no group")
    return text.term("organisations" if group == "organisation" else group)
