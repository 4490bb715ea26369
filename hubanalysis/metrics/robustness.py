"""Does the network hold without some of its organisations, and who holds it together?"""

from __future__ import annotations

from collections.abc import Iterable

import igraph
import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.quadratic_assignment import permutation_p

__all__ = ["holders", "reachable_share", "without_group"]

_WITHOUT = ["kind", "wave", "metric", "before", "estimate", "expected", "chance_low", "chance_high", "p"]
_WITHOUT += ["removed", "n", "unit", "method", "note"]
_HOLDERS = ["kind", "wave", "organisation", "contacts", "cut_off", "lost_paths", "holds_together", "n"]
METHOD = mark("what remains; range of 95 in 100 draws of as many other organisations taken away")
NOBODY = mark("None of these organisations stands in the network.")


def reachable_share(graph: igraph.Graph) -> float:
    """Share of pairs of vertices that some path joins: ``sum s (s - 1) / (n (n - 1))`` over components of size s."""
    n = graph.vcount()
    sizes = np.array(graph.connected_components().sizes(), float)
    return float((sizes * (sizes - 1)).sum() / (n * (n - 1))) if n > 1 else np.nan


def _shape(graph: igraph.Graph) -> dict[str, float]:
    """What is left of a network: ties, pairs that reach each other, size of the largest part, isolates."""
    n = graph.vcount()
    degree = np.array(graph.degree())
    return {
        "mean_contacts": float(degree.mean()) if n else np.nan,
        "reachable_pairs": reachable_share(graph),
        "largest_part": max(graph.connected_components().sizes(), default=0) / n if n else np.nan,
        "without_ties": float((degree == 0).mean()) if n else np.nan,
    }


_UNITS = {
    "mean_contacts": mark("contacts"),
    "reachable_pairs": mark("share"),
    "largest_part": mark("share"),
    "without_ties": mark("share"),
}


def without_group(
    ties: pd.DataFrame,
    group: Iterable[str],
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    draws: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """What remains of each network when the organisations of ``group`` go away, by kind and wave.

    ``metric``: mean contacts of the others, share of their pairs that some path joins, share of them in the largest
    part, share of them without ties. ``before`` is the value with the group, over the same others; ``estimate``
    without. ``expected``, ``chance_low``, ``chance_high`` and the two-sided ``p`` compare with as many other
    organisations taken away at random, since any loss costs ties. ``removed`` how many go, ``n`` who remains.
    Directions are set aside.
    """
    leaving = {str(one) for one in group}
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        graph = _graph(network.either)
        gone = [i for i, node in enumerate(network.nodes) if node in leaving]
        stay = [i for i in range(len(network.nodes)) if i not in set(gone)]
        whole, left = _seen_by(graph, stay), _shape(graph.induced_subgraph(stay))
        random = np.random.default_rng(seed)
        chance = [
            _shape(graph.induced_subgraph(sorted(set(range(graph.vcount())) - set(lost.tolist()))))
            for lost in (
                random.choice(stay, size=len(gone), replace=False)
                for _ in range(draws if gone and len(stay) > len(gone) else 0)
            )
        ]
        for metric in left:
            row = {"kind": network.kind, "wave": network.wave, "metric": metric, "before": whole[metric]}
            row |= {"estimate": left[metric] if gone else np.nan, "removed": len(gone), "n": len(stay)}
            row |= {"unit": _UNITS[metric], "method": METHOD, "note": "" if gone else NOBODY}
            row |= dict.fromkeys(("expected", "chance_low", "chance_high", "p"), np.nan)
            if chance:
                drawn = np.array([one[metric] for one in chance])
                low, high = np.quantile(drawn, [0.025, 0.975])
                row |= {"expected": float(drawn.mean()), "chance_low": float(low), "chance_high": float(high)}
                row["p"] = permutation_p(left[metric], drawn, about=float(drawn.mean()))
            rows.append(row)
    return pd.DataFrame(rows, columns=_WITHOUT)


def _seen_by(graph: igraph.Graph, stay: list[int]) -> dict[str, float]:
    """The shape of the whole network as those who stay live it: their contacts and paths, through whom it may be."""
    n = len(stay)
    degree = np.array(graph.degree())[stay]
    part = np.array(graph.connected_components().membership)[stay]
    sizes = np.bincount(part).astype(float) if n else np.zeros(1)
    return {
        "mean_contacts": float(degree.mean()) if n else np.nan,
        "reachable_pairs": float((sizes * (sizes - 1)).sum() / (n * (n - 1))) if n > 1 else np.nan,
        "largest_part": float(sizes.max() / n) if n else np.nan,
        "without_ties": float((degree == 0).mean()) if n else np.nan,
    }


def holders(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Who holds each network together: what would be lost if this one organisation went away, the most first.

    ``cut_off`` organisations would lose all paths to the largest part, ``lost_paths`` is the share of the pairs among
    the others that would no longer reach each other, ``holds_together`` says whether there are any such pairs (a cut
    vertex). ``n`` organisations in the network. A description of this network: a silent organisation's ties are only
    those that others named.
    """
    frames = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        graph = _graph(network.either)
        n = graph.vcount()
        cut, rows = set(graph.articulation_points()), []
        for i, node in enumerate(network.nodes):
            cut_off, lost = _loss(graph, i) if i in cut else (0, 0.0)
            rows.append((network.kind, network.wave, node, graph.degree(i), cut_off, lost, i in cut, n))
        frame = pd.DataFrame(rows, columns=_HOLDERS)
        order = ["lost_paths", "contacts", "organisation"]
        frames.append(frame.sort_values(order, ascending=[False, False, True]))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_HOLDERS)


def _loss(graph: igraph.Graph, i: int) -> tuple[int, float]:
    others = [j for j in range(graph.vcount()) if j != i]
    before = _seen_by(graph, others)["reachable_pairs"]
    left = graph.induced_subgraph(others)
    own = set(graph.subcomponent(i)) - {i}
    place = {j: at for at, j in enumerate(others)}
    membership = np.array(left.connected_components().membership)[[place[j] for j in own]]
    return len(own) - int(np.bincount(membership).max()), before - reachable_share(left)


def _graph(either) -> igraph.Graph:
    rows, columns = either.nonzero()
    upper = rows < columns
    edges = np.column_stack([rows[upper], columns[upper]])
    return igraph.Graph(n=either.shape[0], edges=edges.tolist())
