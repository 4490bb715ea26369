"""Groups of organisations with more ties among themselves than chance gives: found by Leiden, and how sure they are."""

from __future__ import annotations

import random
from itertools import combinations

import igraph
import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of

__all__ = ["communities", "community_members"]

_FOUND = [
    "kind",
    "wave",
    "communities",
    "estimate",
    "chance_low",
    "chance_high",
    "p",
    "stability",
    "likeness",
    "n",
]
_FOUND += ["unit", "method", "note"]
_MEMBERS = ["kind", "wave", "organisation", "community", "steadiness", "n"]
METHOD = mark("modularity, Leiden, best of seeds; range of 95 in 100 random networks with the same degrees")
NO_TIES = mark("There are no ties, hence no communities.")


def _partitions(graph: igraph.Graph, seeds: int, seed: int) -> list[list[int]]:
    found = []
    for k in range(seeds):
        igraph.set_random_number_generator(random.Random(seed + k))
        found.append(graph.community_leiden(objective_function="modularity", n_iterations=-1).membership)
    return found


def _graph(network: Network) -> igraph.Graph:
    """Nodes and ties in sorted order: the same ties give the same communities, however the rows came."""
    rows, columns = network.either.nonzero()
    edges = sorted((int(a), int(b)) for a, b in zip(rows, columns, strict=True) if a < b)
    return igraph.Graph(n=len(network.nodes), edges=edges)


def _best(graph: igraph.Graph, found: list[list[int]]) -> list[int]:
    return max(found, key=graph.modularity)


def communities(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    attribute: str = "kind",
    seeds: int = 20,
    draws: int = 100,
    seed: int = 2022,
) -> pd.DataFrame:
    """Modularity of the best partition by kind and wave, whether chance would reach it, and how steady it is.

    Leiden (Traag, Waltman and van Eck 2019) on ties in either direction, ``seeds`` times. ``estimate`` is the greatest
    modularity (-.5 to 1); ``chance_low``, ``chance_high`` and the one-sided ``p`` come from random networks in which
    everybody keeps its number of ties, for every network has some communities. ``stability`` is the mean adjusted Rand
    index between the partitions of the seeds (1: always the same), ``likeness`` that between the best one and the
    groups by ``attribute``.
    """
    labels = {}
    if organisations is not None and attribute in organisations:
        known = organisations.dropna(subset=[attribute])
        labels = dict(zip(known["organisation"].astype(str), known[attribute].astype(str), strict=True))
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        graph = _graph(network)
        row = {"kind": network.kind, "wave": network.wave, "n": len(network.nodes), "communities": 0}
        row |= {"unit": mark("modularity"), "method": METHOD, "note": NO_TIES}
        if graph.ecount():
            found = _partitions(graph, seeds, seed)
            best = _best(graph, found)
            value = graph.modularity(best)
            chance = _chance(graph, draws, seed)
            row |= {"communities": sum(1 for c in np.bincount(best) if c > 1), "estimate": value, "note": ""}
            if len(chance):
                row["chance_low"], row["chance_high"] = (
                    float(q) for q in np.quantile(chance, [0.025, 0.975])
                )
                row["p"] = float((1 + (chance >= value - 1e-12).sum()) / (1 + len(chance)))
            row["stability"] = _steady(found)
            row["likeness"] = _likeness(best, [labels.get(node, "") for node in network.nodes])
        rows.append(row)
    return pd.DataFrame(rows, columns=_FOUND)


def _chance(graph: igraph.Graph, draws: int, seed: int) -> np.ndarray:
    igraph.set_random_number_generator(random.Random(seed))
    values = []
    for _ in range(draws):
        drawn = graph.copy()
        drawn.rewire(n=10 * graph.ecount())
        values.append(drawn.community_leiden(objective_function="modularity", n_iterations=-1).modularity)
    return np.array(values)


def _steady(found: list[list[int]]) -> float:
    different = [list(p) for p in dict.fromkeys(map(tuple, found))]
    counts = [sum(1 for one in found if list(one) == p) for p in different]
    if len(found) < 2:
        return np.nan
    total = sum(
        2
        * counts[a]
        * counts[b]
        * igraph.compare_communities(different[a], different[b], method="adjusted_rand")
        for a, b in combinations(range(len(different)), 2)
    ) + sum(c * (c - 1) for c in counts)
    return float(total / (len(found) * (len(found) - 1)))


def _likeness(best: list[int], group: list[str]) -> float:
    placed = [i for i, value in enumerate(group) if value]
    codes = np.unique([group[i] for i in placed], return_inverse=True)[1].tolist() if placed else []
    if len(set(codes)) < 2:
        return np.nan
    return float(igraph.compare_communities([best[i] for i in placed], codes, method="adjusted_rand"))


def community_members(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    seeds: int = 20,
    seed: int = 2022,
) -> pd.DataFrame:
    """The community of each organisation (1 the largest; missing for an isolate), by kind and wave.

    ``steadiness`` is the share of seeds in which it stood with most of those it stands with here (0 to 1).
    """
    frames = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        graph = _graph(network)
        if not graph.ecount():
            continue
        found = np.array(_partitions(graph, seeds, seed))
        best = np.array(_best(graph, found.tolist()))
        alone = np.array(graph.degree()) == 0
        sizes = np.bincount(best)
        order = {int(c): k + 1 for k, c in enumerate(np.argsort(-sizes, kind="stable"))}
        together = best[:, None] == best[None, :]
        np.fill_diagonal(together, False)
        steady = [
            float(np.mean([(one[mates] == one[i]).mean() > 0.5 for one in found])) if mates.any() else np.nan
            for i, mates in enumerate(together)
        ]
        frame = pd.DataFrame({"organisation": network.nodes, "community": [order[int(c)] for c in best]})
        frame["community"] = frame["community"].astype("Int64").mask(alone)
        frame["steadiness"] = np.where(alone, np.nan, steady)
        frames.append(frame.assign(kind=network.kind, wave=network.wave, n=len(network.nodes))[_MEMBERS])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_MEMBERS)
