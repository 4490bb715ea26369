"""Needs as points on a plane of two measures, each with both intervals and its name in a free place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.patheffects as effects
import pandas as pd
from matplotlib.axes import Axes

from hubanalysis.figures import style
from hubanalysis.figures.label_places import free_place
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = [
    "alt_importance_urgency",
    "alt_urgency_gravity",
    "plot_importance_urgency",
    "plot_urgency_gravity",
]

Labels = Mapping[str, str]
_PARTS = ("estimate", "low", "high", "n")


def _rated(rated: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One measure of the last round, by need."""
    own = rated[rated["measure"] == measure] if len(rated) else rated
    return own[own["round"] == own["round"].max()].set_index("need")[list(_PARTS)] if len(own) else own


def _plane(x: pd.DataFrame, y: pd.DataFrame) -> pd.DataFrame:
    """Needs that have both measures: ``need, x_estimate, x_low, ..., y_n``."""
    if not len(x) or not len(y):
        return pd.DataFrame(columns=["need", *(f"{a}_{p}" for a in "xy" for p in _PARTS)])
    both = x.add_prefix("x_").join(y.add_prefix("y_"), how="inner")
    return both.dropna(subset=["x_estimate", "y_estimate"]).rename_axis("need").reset_index()


def _urgency_gravity(rated: pd.DataFrame) -> pd.DataFrame:
    return _plane(_rated(rated, "urgency"), _rated(rated, "gravity"))


def _importance_urgency(points: pd.DataFrame, rated: pd.DataFrame) -> pd.DataFrame:
    last = points[points["round"] == points["round"].max()] if len(points) else points
    return _plane(last.set_index("need")[list(_PARTS)] if len(last) else last, _rated(rated, "urgency"))


@style.styled
def plot_urgency_gravity(
    rated: pd.DataFrame, *, text: Translator | None = None, labels: Labels | None = None
) -> Axes:
    """The needs on the plane of urgency and gravity in the last round, with both intervals; lines at the mean needs.

    ``rated`` from ``ratings_by_need``.
    """
    text = text or Translator("en")
    corners = (
        text("urgent and grave"), text("grave, less urgent"), text("urgent, less grave"),
        text("less urgent, less grave"),
    )  # fmt: skip
    axis_labels = text("urgency (mean of the voters) →"), text("gravity (mean of the voters) →")
    return _draw(_urgency_gravity(rated), axis_labels, corners, text, labels or {})


@style.styled
def plot_importance_urgency(
    points: pd.DataFrame,
    rated: pd.DataFrame,
    *,
    text: Translator | None = None,
    labels: Labels | None = None,
) -> Axes:
    """The needs on the plane of importance (mean Borda points) and urgency in the last round, with both intervals.

    ``points`` from ``borda_scores``, ``rated`` from ``ratings_by_need``.
    """
    text = text or Translator("en")
    corners = (
        text("important and urgent: now"), text("urgent, less important: quickly settled"),
        text("important, less urgent: to be planned"), text("neither: to be watched"),
    )  # fmt: skip
    axis_labels = (
        text("importance (mean points of the voters' orders) →"),
        text("urgency (mean of the voters) →"),
    )
    return _draw(_importance_urgency(points, rated), axis_labels, corners, text, labels or {})


def _draw(
    plane: pd.DataFrame,
    axis_labels: tuple[str, str],
    corners: Sequence[str],
    text: Translator,
    labels: Labels,
) -> Axes:
    """``corners`` from top right, top left, bottom right, bottom left."""
    if plane.empty:
        return nothing_to_draw(text)
    _figure, axes = style.new_axes(5.4)
    for row in plane.to_dict("records"):
        x, y = row["x_estimate"], row["y_estimate"]
        axes.plot([row["x_low"], row["x_high"]], [y, y], color=style.LIGHT, linewidth=1.4, zorder=1)
        axes.plot([x, x], [row["y_low"], row["y_high"]], color=style.LIGHT, linewidth=1.4, zorder=1)
        axes.plot(x, y, "o", color=style.ACCENT, markersize=6, zorder=3)
    for middle, draw in (("x_estimate", axes.axvline), ("y_estimate", axes.axhline)):
        draw(plane[middle].mean(), color=style.GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0.5)
    _name_points(axes, plane, labels)
    axes.set_xlabel(axis_labels[0])
    axes.set_ylabel(axis_labels[1])
    style.strip(axes, keep=("bottom", "left"))
    places = (
        (1, 1, "right", "top"),
        (0, 1, "left", "top"),
        (1, 0, "right", "bottom"),
        (0, 0, "left", "bottom"),
    )
    for corner, (x, y, across, up) in zip(corners, places, strict=True):
        axes.text(x, y, corner, transform=axes.transAxes, ha=across, va=up, color=style.GREY, style="italic")
    return axes


def _name_points(axes: Axes, plane: pd.DataFrame, labels: Labels) -> None:
    axes.margins(0.14)
    axes.figure.canvas.draw()  # settles the layout, so that places on paper can be had
    scale = 72 / axes.figure.dpi
    points = plane[["x_estimate", "y_estimate"]].to_numpy(float)
    places = axes.transData.transform(points) * scale
    frame = axes.bbox.extents * scale
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in places]
    # outside the frame no name may stand
    taken += [(-1e3, -1e3, frame[0], 1e4), (frame[2], -1e3, 1e4, 1e4)]
    halo = [effects.withStroke(linewidth=2.4, foreground="white")]
    for need, point, place in zip(plane["need"], points, places, strict=True):
        name = labels.get(need, need)
        box, offset, (across, up) = free_place(place, 4.3 * len(name), taken, height=10, corners_first=True)
        taken.append(box)
        axes.annotate(
            name, tuple(point), xytext=offset, textcoords="offset points", ha=across, va=up, fontsize=8,
            path_effects=halo, zorder=4,
        )  # fmt: skip


def alt_urgency_gravity(rated: pd.DataFrame, *, text: Translator, labels: Labels | None = None) -> str:
    """The plane in words: each need's urgency and gravity."""
    plane = _urgency_gravity(rated)
    if plane.empty:
        return nothing_in_words(text)
    labels = labels or {}
    parts = [
        text(
            "{need}: urgency {urgency}, gravity {gravity} (n = {n})",
            need=labels.get(row["need"], row["need"]),
            urgency=row["x_estimate"],
            gravity=row["y_estimate"],
            n=int(row["y_n"]),
        )
        for row in plane.sort_values("y_estimate", ascending=False).to_dict("records")
    ]
    return text("Needs on the plane of urgency and gravity.") + " " + "; ".join(parts) + "."


def alt_importance_urgency(
    points: pd.DataFrame, rated: pd.DataFrame, *, text: Translator, labels: Labels | None = None
) -> str:
    """The plane in words: each need's importance and urgency."""
    plane = _importance_urgency(points, rated)
    if plane.empty:
        return nothing_in_words(text)
    labels = labels or {}
    parts = [
        text(
            "{need}: importance {importance}, urgency {urgency} (n = {n})",
            need=labels.get(row["need"], row["need"]),
            importance=row["x_estimate"],
            urgency=row["y_estimate"],
            n=int(row["x_n"]),
        )
        for row in plane.sort_values("x_estimate", ascending=False).to_dict("records")
    ]
    return text("Needs on the plane of importance and urgency.") + " " + "; ".join(parts) + "."
