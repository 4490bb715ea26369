"""Freeman centralisation: how far a network hangs on one organisation."""

from __future__ import annotations

import igraph
import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.vertex_bootstrap import interval, standard_errors
from hubanalysis.metrics.vertex_jackknife import LARGE

__all__ = [
    "betweenness_centralisation",
    "centralisation",
    "closeness_centralisation",
    "degree_centralisation",
    "indegree_centralisation",
]

_COLUMNS = ["kind", "wave", "metric", "estimate", "low", "high", "n", "unit", "method", "note"]

TOO_MANY = mark("No interval: so many organisations are not drawn again.")


def degree_centralisation(matrix: np.ndarray) -> float:
    """Sum of (largest degree - degree) over ``(n-1)(n-2)``, directions set aside (Freeman 1979). 0 (even) to 1 (star).

    Isolates count as vertices, and change the value. NaN under three vertices.
    """
    n = len(matrix)
    if n < 3:
        return np.nan
    degree = _either(matrix).sum(axis=1)
    return float((degree.max() - degree).sum() / ((n - 1) * (n - 2)))


def indegree_centralisation(matrix: np.ndarray) -> float:
    """Sum of (largest in-degree - in-degree) over ``(n-1)^2``: how far all name the same one (Freeman 1979). 0 to 1."""
    n = len(matrix)
    if n < 2:
        return np.nan
    degree = np.nansum(matrix, axis=0)
    return float((degree.max() - degree).sum() / (n - 1) ** 2)


def closeness_centralisation(matrix: np.ndarray) -> float:
    """Sum of (largest closeness - closeness) over ``(n-1)(n-2)/(2n-3)`` (Freeman 1979). 0 to 1.

    Directions set aside, and in the largest connected part only, since distance between parts is not defined.
    NaN where that part has fewer than three vertices.
    """
    graph = _graph(matrix)
    part = graph.connected_components().giant()
    n = part.vcount()
    if n < 3:
        return np.nan
    closeness = np.array(part.closeness())
    return float((closeness.max() - closeness).sum() * (2 * n - 3) / ((n - 1) * (n - 2)))


def betweenness_centralisation(matrix: np.ndarray) -> float:
    """Sum of (largest betweenness - betweenness) over ``(n-1)``, betweenness over its maximum (Freeman 1979). 0 to 1.

    Directions set aside; ties are not weighted, for a weight would be read as a distance. NaN under three vertices.
    """
    n = len(matrix)
    if n < 3:
        return np.nan
    betweenness = np.array(_graph(matrix).betweenness()) * 2 / ((n - 1) * (n - 2))
    return float((betweenness.max() - betweenness).sum() / (n - 1))


def _either(matrix: np.ndarray) -> np.ndarray:
    filled = np.nan_to_num(matrix)
    return np.maximum(filled, filled.T)


def _graph(matrix: np.ndarray) -> igraph.Graph:
    rows, columns = np.nonzero(np.triu(_either(matrix), k=1))
    return igraph.Graph(n=len(matrix), edges=list(zip(rows.tolist(), columns.tolist(), strict=True)))


def centralisation(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    replicates: int = 500,
    seed: int = 2022,
) -> pd.DataFrame:
    """Centralisation by degree, in-degree (directed networks), closeness and betweenness, by kind and wave. 0 to 1.

    A tie counts when either end names it, so that a silent organisation stands in through the others' answers (it
    may still look less central than it is). Interval: vertex bootstrap, estimate ± 1.96 standard errors, none from 400
    organisations on; ``n`` organisations.
    """
    measures = {
        "degree_centralisation": degree_centralisation,
        "closeness_centralisation": closeness_centralisation,
        "betweenness_centralisation": betweenness_centralisation,
    }
    if directed:
        measures["indegree_centralisation"] = indegree_centralisation
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        matrix, large = network.matrix, len(network.nodes) >= LARGE
        drawn = 0 if large else replicates
        errors = standard_errors((matrix,), measures, replicates=drawn, seed=seed) if drawn else {}
        for name, measure in measures.items():
            tail = interval(measure(matrix), errors.get(name, np.nan), len(network.nodes))
            tail |= {"note": TOO_MANY} if large and np.isfinite(tail["estimate"]) else {}
            rows.append({"kind": network.kind, "wave": network.wave, "metric": name} | tail)
    return pd.DataFrame(rows, columns=_COLUMNS)
