"""The map of reach: municipalities at their coordinates, sized by a count, with what runs between them."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.figures.named_points import write_names
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.municipal_reach import same_place

__all__ = ["alt_reach", "plot_reach"]

#: Municipalities farther than this from the middle one are told in words: drawn, they would shrink the others to a dot.
FARTHEST_KM = 120.0
KM_PER_DEGREE = 111.2
MOST_BARS = 25
MOST_LINES = 40
MOST_FAR = 14


@style.styled
def plot_reach(
    points: pd.DataFrame,
    links: pd.DataFrame,
    places: pd.DataFrame,
    *,
    words: str,
    text: Translator | None = None,
    flows: bool = False,
) -> Figure:
    """Municipalities (``points``: municipality, count) on a map, with lines between them (``links``: source, target,
    count), at the coordinates of ``places`` (municipality, latitude, longitude, in degrees).

    ``words`` says what is counted. Degrees of longitude are narrowed by the cosine of the middle latitude, so that
    distances are true in every direction; the bar is 10 km. With ``flows`` lines are arrows. Municipalities without
    coordinates, or farther than 120 km from the middle one, are named under the map. Without coordinates: bars.
    """
    text = text or Translator("en")
    if points.empty:
        return nothing_to_draw(text).figure
    placed = _placed(points, places)
    if placed.empty:
        return _bars(points, words, text)
    near = _near(placed)
    shown = placed[near].set_index("municipality")
    middle = float(np.cos(np.radians(shown["latitude"].mean())))
    xy = {
        m: (row["longitude"] * middle * KM_PER_DEGREE, row["latitude"] * KM_PER_DEGREE)
        for m, row in shown.iterrows()
    }
    figure, axes = style.new_axes(6.4)
    axes.set_aspect("equal")
    _draw_links(
        axes,
        links,
        xy,
        flows,
        lambda n: text("thickest line: {n}; the {most} thickest at most", n=n, most=MOST_LINES),
    )
    most = float(points["count"].max())
    wide = {m: 3 + 17 * np.sqrt(c / most) if c > 0 else 3.0 for m, c in shown["count"].items()}
    for municipality, (x, y) in xy.items():
        count = shown.at[municipality, "count"]
        axes.plot(
            x, y, "o", markersize=wide[municipality],
            markerfacecolor="#9a9a9a" if count > 0 else "white", markeredgecolor=style.INK, markeredgewidth=0.7,
            zorder=3, alpha=0.9,
        )  # fmt: skip
    axes.margins(0.12)
    axes.set_axis_off()
    axes.set_title(words, fontsize=9)
    _scale_bar(axes, text)
    outside = points[~points["municipality"].isin(xy) & (points["count"] > 0)]
    if len(outside):
        some = [
            f"{m} ({text.number(c, 0)})"
            for m, c in zip(outside["municipality"], outside["count"], strict=True)
        ]
        rest = len(some) - MOST_FAR
        if rest > 0:
            some = [*some[:MOST_FAR], text("{n} more", n=rest)]
        said = text("Farther away, or without coordinates: {places}.", places=listed(text, some))
        axes.text(0, -0.01, textwrap.fill(said, 105), transform=axes.transAxes, va="top", fontsize=7.5)
    written = {
        m: f"{m} {text.number(shown.at[m, 'count'], 0)}" if shown.at[m, "count"] > 0 else m for m in xy
    }
    write_names(
        axes,
        xy,
        written,
        order=shown["count"].to_dict(),
        size=6.8,
        radius={m: w / 2 for m, w in wide.items()},
    )
    return figure


def _placed(points: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The points with coordinates, joined by the name of the municipality however it is spelled."""
    keyed = places.dropna(subset=["latitude", "longitude"])
    keyed = keyed.assign(key=[same_place(m) for m in keyed["municipality"]]).drop_duplicates("key")
    own = points.assign(key=[same_place(m) for m in points["municipality"]])
    return own.merge(keyed[["key", "latitude", "longitude"]], on="key").drop(columns="key")


def _near(placed: pd.DataFrame) -> np.ndarray:
    """Within 120 km of the middle municipality, the medians weighted by the counts."""
    weight = np.maximum(placed["count"].to_numpy(dtype=float), 0) + 1e-9

    def middle(values: np.ndarray) -> float:
        order = np.argsort(values, kind="stable")
        heaped = np.cumsum(weight[order])
        return float(values[order][np.searchsorted(heaped, heaped[-1] / 2)])

    latitude, longitude = (placed[c].to_numpy(dtype=float) for c in ("latitude", "longitude"))
    north, east = middle(latitude), middle(longitude)
    away = np.hypot(latitude - north, (longitude - east) * np.cos(np.radians(north))) * KM_PER_DEGREE
    return away <= FARTHEST_KM


def _draw_links(axes, links: pd.DataFrame, xy: dict, flows: bool, thickest) -> None:
    between = links[
        links["source"].isin(xy) & links["target"].isin(xy) & (links["source"] != links["target"])
    ].sort_values("count")
    if between.empty:
        return
    most = float(between["count"].max())
    between = between.tail(MOST_LINES)
    axes.plot([], [], color=style.ACCENT, linewidth=3.6, label=thickest(int(most)))
    axes.legend(loc="upper right", fontsize=7.5)
    for row in between.to_dict("records"):
        start, end = xy[row["source"]], xy[row["target"]]
        width = 0.4 + 3.2 * row["count"] / most
        if flows:
            arrow = {
                "arrowstyle": "-|>", "linewidth": width, "color": style.ACCENT, "alpha": 0.75,
                "connectionstyle": "arc3,rad=0.12", "shrinkA": 4, "shrinkB": 7, "mutation_scale": 7 + 2 * width,
            }  # fmt: skip
            axes.annotate("", end, start, arrowprops=arrow, zorder=2)
        else:
            axes.plot(*zip(start, end, strict=True), color=style.ACCENT, linewidth=width, alpha=0.6, zorder=2)


def _scale_bar(axes, text: Translator) -> None:
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    x, y = low + 0.03 * (high - low), bottom + 0.03 * (top - bottom)
    axes.plot([x, x + 10], [y, y], color=style.INK, linewidth=2, solid_capstyle="butt", gid="10 km")
    axes.annotate(text("10 km"), (x + 5, y), (0, 3), textcoords="offset points", ha="center", fontsize=7.5)
    axes.set_xlim(low, high)
    axes.set_ylim(bottom, top)


def _bars(points: pd.DataFrame, words: str, text: Translator) -> Figure:
    shown = points[points["count"] > 0].nlargest(MOST_BARS, "count", keep="first")
    figure, axes = style.new_axes(0.9 + 0.2 * len(shown))
    axes.barh(range(len(shown)), shown["count"], color="#9a9a9a", height=0.7)
    for y, count in enumerate(shown["count"]):
        style.direct_label(axes, count, y, text.number(count, 0))
    axes.set_yticks(range(len(shown)), shown["municipality"], fontsize=8)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_title(words, fontsize=9)
    rest = int((points["count"] > 0).sum()) - len(shown)
    if rest:
        axes.set_xlabel(text("{n} more municipalities are not drawn.", n=rest), fontsize=8)
    return figure


def alt_reach(points: pd.DataFrame, places: pd.DataFrame, *, words: str, text: Translator) -> str:
    """The map in words: how many municipalities, and the greatest."""
    if points.empty:
        return nothing_in_words(text)
    first = points.nlargest(5, "count", keep="first")
    some = [f"{m} ({text.number(c, 0)})" for m, c in zip(first["municipality"], first["count"], strict=True)]
    said = {
        "map": text(
            "{words}: a map of {n} municipalities, {placed} of them with coordinates. The greatest: {some}.",
            words=words, n=len(points), placed=len(_placed(points, places)), some=listed(text, some),
        ),
        "bars": text(
            "{words}: bars for {n} municipalities. The greatest: {some}.",
            words=words, n=len(points), some=listed(text, some),
        ),
    }  # fmt: skip
    return said["bars" if _placed(points, places).empty else "map"]
