"""The map of a network: one place for each organisation, and what became of its ties."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import igraph
import matplotlib.patheffects as effects
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hubanalysis.figures import style
from hubanalysis.figures.label_places import free_place
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = [
    "alt_network",
    "drawn_ties",
    "network_layout",
    "plot_network",
]

#: What became of a tie: colour, line, width. The line tells it apart where the colour does not.
TIE_LOOK = {
    "kept": ("#8a8a8a", "-", 0.7),
    "not_compared": ("#c9c9c9", (0, (1, 2.5)), 0.8),
    "dissolved": ("#b35806", (0, (4, 2.5)), 1.0),
    "formed": ("#1f4e79", "-", 1.7),
}
#: More organisations than this are not all labelled: the best connected are.
MOST_LABELS = 32

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


def drawn_ties(
    states: pd.DataFrame, organisations: pd.DataFrame, *, kind: str = "", public: bool = False
) -> pd.DataFrame:
    """The ties of one kind (the first one where ``kind`` is empty) that may be drawn.

    In a public report only organisations that consent to be named are drawn, and the ties between them: an unnamed
    point is known again by its ties. Raises ValueError for a kind that has no ties.
    """
    if states.empty:
        return states
    kind = kind or str(states["kind"].iloc[0])
    if kind not in set(states["kind"]):
        raise ValueError(
            f"no ties of the kind {kind!r}; there are {', '.join(dict.fromkeys(states['kind']))}"
        )
    own = states[states["kind"] == kind].reset_index(drop=True)
    if not public:
        return own
    named = set(organisations.loc[organisations["consent"].fillna(False).astype(bool), "organisation"])
    return own[own["source"].isin(named) & own["target"].isin(named)].reset_index(drop=True)


def network_layout(states: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """One place for each organisation, the same in every wave: from all its ties, whenever they stood.

    Kamada and Kawai's layout from a circle in alphabetical order, so that it does not depend on chance or row order.
    """
    nodes = sorted(set(states["source"]) | set(states["target"]))
    place = {node: i for i, node in enumerate(nodes)}
    pairs = {
        tuple(sorted((place[a], place[b]))) for a, b in zip(states["source"], states["target"], strict=True)
    }
    graph = igraph.Graph(n=len(nodes), edges=sorted(pairs))
    start = [(np.cos(t), np.sin(t)) for t in np.linspace(0, 2 * np.pi, len(nodes), endpoint=False)]
    layout = (
        np.array(graph.layout_kamada_kawai(seed=start, maxiter=2000).coords)
        if len(nodes) > 1
        else np.zeros((1, 2))
    )
    span = np.ptp(layout, axis=0)
    layout = (layout - layout.min(axis=0)) / np.where(span > 0, span, 1)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, layout, strict=True)}


@style.styled
def plot_network(
    states: pd.DataFrame,
    organisations: pd.DataFrame,
    *,
    text: Translator | None = None,
    labels: Labels = _no_labels,
) -> Figure:
    """The map of one kind of tie, a panel for each pair of waves: formed, kept and dissolved ties told by their line.

    ``states`` from :func:`drawn_ties`. Round points are organisations of local or provincial reach, squares reach
    farther, larger ones have more ties; an organisation has the same place in every panel.
    """
    text = text or Translator("en")
    if states.empty:
        return nothing_to_draw(text).figure
    layout = network_layout(states)
    panels = list(dict.fromkeys(zip(states["wave_from"], states["wave_to"], strict=True)))
    figure, grid = style.new_axes(6.6 * max(len(panels), 1), rows=max(len(panels), 1), squeeze=False)
    reach = dict(zip(organisations["organisation"], organisations["reach"].astype(object), strict=True))
    names, waves = labels("organisations"), labels("waves")
    for axes, (first, last) in zip(grid[:, 0], panels, strict=True):
        own = states[(states["wave_from"] == first) & (states["wave_to"] == last)]
        _draw_ties(axes, own, layout)
        _draw_nodes(axes, own, layout, reach)
        _draw_names(axes, own, layout, names)
        if len(panels) > 1:
            axes.set_title(f"{waves.get(first, first)} – {waves.get(last, last)}")
        axes.set_axis_off()
        axes.margins(0.09)
    figure.legend(handles=_legend(states, text), loc="outside lower center", ncols=3)
    return figure


def _draw_ties(axes: Axes, own: pd.DataFrame, layout) -> None:
    for order, (state, (colour, line, width)) in enumerate(TIE_LOOK.items()):
        mine = own[own["state"] == state]
        for source, target in zip(mine["source"], mine["target"], strict=True):
            (x, y), (u, v) = layout[source], layout[target]
            axes.plot([x, u], [y, v], color=colour, linestyle=line, linewidth=width, zorder=1 + order / 10)


def _draw_nodes(axes: Axes, own: pd.DataFrame, layout, reach) -> None:
    degree = pd.concat([own["source"], own["target"]]).value_counts()
    for node, (x, y) in layout.items():
        far = reach.get(node) in ("regional", "national", "european")
        size = 3.0 + 1.1 * np.sqrt(degree.get(node, 0))
        axes.plot(
            x, y, "s" if far else "o", markersize=size, markeredgecolor=style.INK, markeredgewidth=0.7,
            markerfacecolor="#ddcc77" if far else "white", zorder=3,
        )  # fmt: skip


def _draw_names(axes: Axes, own: pd.DataFrame, layout, names) -> None:
    """The names of the best connected, each where it covers least of the names and points already there."""
    degree = pd.concat([own["source"], own["target"]]).value_counts()
    shown = sorted(layout, key=lambda node: (-degree.get(node, 0), node))[:MOST_LABELS]
    halo = [effects.withStroke(linewidth=2.2, foreground="white")]
    scale = np.array([style.WIDTH, 5.6]) * 72 * 0.82  # points on paper of the unit square the layout fills
    points = {node: np.array(place) * scale for node, place in layout.items()}
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in points.values()]
    for node in shown:
        name = textwrap.shorten(str(names.get(node, node)), 24, placeholder="…")
        box, (dx, dy), (across, up) = free_place(points[node], 3.5 * len(name), taken)
        taken.append(box)
        axes.annotate(
            name, layout[node], xytext=(dx, dy), textcoords="offset points", fontsize=6.5, ha=across, va=up,
            path_effects=halo, zorder=4,
        )  # fmt: skip


def _legend(states: pd.DataFrame, text: Translator) -> list[Line2D]:
    names = {
        "formed": text("tie formed"),
        "kept": text("tie kept"),
        "dissolved": text("tie dissolved"),
        "not_compared": text("known in one wave only"),
    }
    present = [
        state for state in ("formed", "kept", "dissolved", "not_compared") if (states["state"] == state).any()
    ]
    lines = [
        Line2D(
            [],
            [],
            color=TIE_LOOK[s][0],
            linestyle=TIE_LOOK[s][1],
            linewidth=TIE_LOOK[s][2],
            label=names[s],
        )
        for s in present
    ]
    look = {"linestyle": "", "markersize": 6, "markeredgecolor": style.INK, "markeredgewidth": 0.7}
    return [
        *lines,
        Line2D([], [], marker="o", markerfacecolor="white", label=text("local or provincial reach"), **look),
        Line2D(
            [], [], marker="s", markerfacecolor="#ddcc77", label=text("regional reach or farther"), **look
        ),
    ]


def alt_network(states: pd.DataFrame, *, text: Translator, labels: Labels = _no_labels) -> str:
    """The map in words: how many organisations and ties are drawn, and what became of the ties."""
    if states.empty:
        return nothing_in_words(text)
    waves = labels("waves")
    parts = []
    for (first, last), own in states.groupby(["wave_from", "wave_to"], sort=False):
        counted = own["state"].value_counts()
        parts.append(
            text(
                "from “{before}” to “{after}”: {kept} ties kept, {formed} formed, {dissolved} dissolved, {unknown} "
                "not to be compared",
                before=waves.get(first, first),
                after=waves.get(last, last),
                kept=int(counted.get("kept", 0)),
                formed=int(counted.get("formed", 0)),
                dissolved=int(counted.get("dissolved", 0)),
                unknown=int(counted.get("not_compared", 0)),
            )
        )
    nodes = len(set(states["source"]) | set(states["target"]))
    return text("A map of {n} organisations and their ties.", n=nodes) + " " + "; ".join(parts) + "."
