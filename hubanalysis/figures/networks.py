"""The map of a network: one place for each organisation in every wave, and what became of its ties."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence

import igraph
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hubanalysis.figures import style
from hubanalysis.figures.named_points import write_names
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.figures.tie_looks import FAR_FILL, MARKERS, TIE_LOOK, map_legend, map_looks, values_in_order
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.adjacency import networks_of

__all__ = [
    "MARKERS",
    "alt_network",
    "consenting",
    "drawn_ties",
    "network_layout",
    "organisations_alone",
    "plot_network",
]

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


def consenting(organisations: pd.DataFrame) -> set[str]:
    """The organisations that consent to be named in a public report."""
    agreed = organisations["consent"].fillna(False).astype(bool)
    return set(organisations.loc[agreed, "organisation"].astype(str))


def drawn_ties(
    states: pd.DataFrame, organisations: pd.DataFrame, *, kind: str = "", public: bool = False
) -> pd.DataFrame:
    """The ties of one kind (the first one where ``kind`` is empty) that may be drawn: of ``tie_states`` or of ``ties``.

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
    named = consenting(organisations)
    return own[own["source"].isin(named) & own["target"].isin(named)].reset_index(drop=True)


def organisations_alone(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    kind: str = "",
    directed: bool = True,
    public: bool = False,
) -> list[str]:
    """Who stands in the network of one kind and has no tie in any wave, answered, and was named by nobody; sorted.

    Nobody in a public report: to have no tie is a position by which an organisation would be found.
    """
    networks = [] if public else networks_of(ties, organisations, tie_respondents, directed=directed)
    kind = kind or (networks[0].kind if networks else "")
    alone: dict[str, bool] = {}
    for network in networks:
        if network.kind == kind:
            contacts = np.asarray(network.either.sum(axis=1)).ravel()
            for node, count, spoke in zip(network.nodes, contacts, network.answered, strict=True):
                alone[node] = alone.get(node, True) and count == 0 and bool(spoke)
    return sorted(node for node, lonely in alone.items() if lonely)


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
    ties: pd.DataFrame | None = None,
    alone: Sequence[str] = (),
    text: Translator | None = None,
    labels: Labels = _no_labels,
) -> Figure:
    """The map of one kind of tie: what became of the ties with all names and, above it, each wave side by side.

    ``states`` and ``ties`` from :func:`drawn_ties` (without ``ties`` no waves are drawn), ``alone`` from
    :func:`organisations_alone`, written in words. The marker tells the kind of organisation, a dark one reaches the
    region or farther, a larger one has more contacts; an organisation has the same place in every panel. Directions are
    not drawn.
    """
    text = text or Translator("en")
    once = states.empty
    states = _standing(states, ties)
    if states.empty:
        return nothing_to_draw(text).figure
    layout = network_layout(states)
    panels = list(dict.fromkeys(zip(states["wave_from"], states["wave_to"], strict=True)))
    drawn = (
        []
        if ties is None or once
        else [w for w in values_in_order(ties["wave"]) if (ties["wave"] == w).any()]
    )
    heights = ([2.4] if drawn else []) + [6.3] * len(panels)
    figure = plt.figure(figsize=(style.WIDTH, sum(heights) + 1.2), layout="constrained")
    grid = figure.add_gridspec(len(heights), max(len(drawn), 1), height_ratios=heights)
    look = map_looks(organisations, layout)
    names, waves = labels("organisations"), labels("waves")
    large = []
    for row, (first, last) in enumerate(panels):
        axes = figure.add_subplot(grid[row + bool(drawn), :])
        own = states[(states["wave_from"] == first) & (states["wave_to"] == last)]
        _draw_ties(axes, own, layout)
        _draw_nodes(axes, own, layout, look)
        before, after = waves.get(first, first), waves.get(last, last)
        axes.set_title(before if once else text("From “{before}” to “{after}”", before=before, after=after))
        large.append((axes, own))
    for column, wave in enumerate(drawn):
        axes = figure.add_subplot(grid[0, column])
        _draw_wave(axes, ties[ties["wave"] == wave], layout, look, waves.get(wave, wave))
    for axes in figure.axes:
        axes.set_axis_off()
        axes.margins(0.07)
    if alone:
        said = text("Without any tie: {names}.", names=listed(text, [str(names.get(o, o)) for o in alone]))
        large[-1][0].text(
            0, -0.01, textwrap.fill(said, 105), transform=large[-1][0].transAxes, va="top", fontsize=7.5
        )
    figure.legend(handles=map_legend(states, look, text), loc="outside lower center", ncols=3, fontsize=7.5)
    for axes, own in large:
        contacts = pd.concat([own["source"], own["target"]]).value_counts()
        write_names(axes, layout, names, order=contacts)
    return figure


def _standing(states: pd.DataFrame, ties: pd.DataFrame | None) -> pd.DataFrame:
    """The ties of a network that was asked once, of which nothing can have become: ``named``; else the states."""
    if len(states) or ties is None or ties.empty:
        return states
    first = ties[["kind", "wave", "source", "target"]].rename(columns={"wave": "wave_from"})
    return first.assign(wave_to=first["wave_from"], state="named")


def _draw_ties(axes: Axes, own: pd.DataFrame, layout) -> None:
    for order, (state, (colour, line, width)) in enumerate(TIE_LOOK.items()):
        mine = own[own["state"] == state]
        for source, target in zip(mine["source"], mine["target"], strict=True):
            (x, y), (u, v) = layout[source], layout[target]
            # the two directions of a pair run beside each other, each to the right of its way
            length = max(np.hypot(u - x, v - y), 1e-9)
            aside = (0.0025 * (v - y) / length, -0.0025 * (u - x) / length)
            axes.plot(
                [x + aside[0], u + aside[0]], [y + aside[1], v + aside[1]],
                color=colour, linestyle=line, linewidth=width, zorder=1 + order / 10,
            )  # fmt: skip


def _draw_wave(axes: Axes, own: pd.DataFrame, layout, look, wave: str) -> None:
    for source, target in zip(own["source"], own["target"], strict=True):
        if source in layout and target in layout:
            (x, y), (u, v) = layout[source], layout[target]
            axes.plot([x, u], [y, v], color=style.GREY, linewidth=0.5, zorder=1)
    _draw_nodes(axes, own, layout, look, scale=0.6)
    axes.set_title(wave)


def _draw_nodes(axes: Axes, own: pd.DataFrame, layout, look: pd.DataFrame, scale: float = 1.0) -> None:
    contacts = {
        node: set(own.loc[own["source"] == node, "target"]) | set(own.loc[own["target"] == node, "source"])
        for node in layout
    }
    for node, (x, y) in layout.items():
        size = (3.2 + 1.3 * np.sqrt(len(contacts[node]))) * scale
        axes.plot(
            x, y, look.at[node, "marker"], markersize=size, markeredgecolor=style.INK, markeredgewidth=0.8 * scale,
            markerfacecolor=FAR_FILL if look.at[node, "far"] else "white", zorder=3,
        )  # fmt: skip


def alt_network(
    states: pd.DataFrame,
    *,
    ties: pd.DataFrame | None = None,
    text: Translator,
    labels: Labels = _no_labels,
) -> str:
    """The map in words: how many organisations and ties are drawn, and what became of the ties."""
    once = states.empty
    states = _standing(states, ties)
    if states.empty:
        return nothing_in_words(text)
    if once:
        nodes = len(set(states["source"]) | set(states["target"]))
        return text("A map of {n} organisations and {ties} ties.", n=nodes, ties=len(states))
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
