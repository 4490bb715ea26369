"""The look of every figure: one width, one font, colours that the colour-blind and a grey printer tell apart."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

__all__ = [
    "ACCENT",
    "AREA_COLOURS",
    "AREA_MARKERS",
    "DPI",
    "GREY",
    "INK",
    "LIGHT",
    "RC",
    "SERIES",
    "WIDTH",
    "direct_label",
    "levels",
    "localise",
    "new_axes",
    "strip",
    "styled",
    "zero_line",
]

#: Width in inches of a figure: the text column of an A4 page, and of the HTML report.
WIDTH = 6.5
DPI = 150

INK = "#1a1a1a"
GREY = "#767676"
LIGHT = "#d9d9d9"
ACCENT = "#1f4e79"

#: One colour and one marker for each area. Lightness rises from the first to the last in steps a grey copy keeps, all
#: stand out from white by 3 to 1, and no pair falls together for a reader who lacks one kind of cone
#: (tests/test_figures_people.py computes both).
AREA_COLOURS = {
    "networks": "#1d0f5c",
    "wellbeing": "#741544",
    "management": "#0c6030",
    "competences": "#b5476a",
    "audience": "#2f86b5",
    "offer": "#a99238",
}
AREA_MARKERS = {
    "wellbeing": "o",
    "networks": "s",
    "management": "^",
    "competences": "D",
    "audience": "v",
    "offer": "P",
}
#: Colours for other categories, at most six, in this order; never the only sign: a label or a marker goes with them.
SERIES = ("#1f4e79", "#cc6677", "#117733", "#ddcc77", "#5aa7c7", "#1a1a1a")

RC = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same picture on every machine
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "grid.color": LIGHT,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.dpi": DPI,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "lines.linewidth": 1.6,
}

_DIVERGING = LinearSegmentedColormap.from_list(
    "low_high", ["#b35806", "#f4ad5c", "#ededed", "#5492c0", "#053061"]
)


def styled(plot: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: run a plotting function under this style, and under no other setting that was left behind."""

    @functools.wraps(plot)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with plt.rc_context(RC):
            return plot(*args, **kwargs)

    return wrapped


def new_axes(
    height: float = 3.2, rows: int = 1, columns: int = 1, width: float = WIDTH, **more: Any
) -> tuple[Figure, Any]:
    """A figure of the house's width (inches) and its axes; ``more`` goes to ``matplotlib.pyplot.subplots``."""
    return plt.subplots(rows, columns, figsize=(width, height), layout="constrained", **more)


def levels(number: int) -> list[str]:
    """``number`` colours from the lowest to the highest answer; the two ends differ in grey too."""
    return [to_hex(_DIVERGING(position)) for position in np.linspace(0, 1, number)]


def localise(axes: Axes, text: Any, axis: str = "x") -> None:
    """Tick labels as the reader's language writes numbers; ``text`` is a Translator."""
    chosen = axes.xaxis if axis == "x" else axes.yaxis

    def written(value: float, _position: int) -> str:
        step = min(np.diff(chosen.get_majorticklocs()), default=1.0)
        digits = next((d for d in range(4) if np.isclose(step, round(step, d))), 4)
        return text.number(value, digits)

    chosen.set_major_formatter(FuncFormatter(written))


def zero_line(axes: Axes, where: float = 0.0, axis: str = "x") -> None:
    """The line of no change, drawn behind the data."""
    draw = axes.axvline if axis == "x" else axes.axhline
    draw(where, color=INK, linewidth=0.9, zorder=0.5)


def strip(axes: Axes, *, grid: str = "", keep: tuple[str, ...] = ("bottom",)) -> None:
    """Take away the frame but for ``keep``; a light grid along ``grid`` ("x" or "y") where values are to be read."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)
    axes.tick_params(length=0)
    if grid:
        axes.grid(axis=grid)


def direct_label(axes: Axes, x: float, y: float, label: str, colour: str = INK, **more: Any) -> None:
    """A label beside its mark instead of a legend: 4 points to the right, unless ``more`` says otherwise."""
    options = {
        "xytext": (4, 0),
        "textcoords": "offset points",
        "va": "center",
        "ha": "left",
        "fontsize": 8.5,
    } | more
    axes.annotate(label, (x, y), color=colour, annotation_clip=False, **options)
