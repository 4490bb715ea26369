"""What a network could be if those who did not answer had answered: bounds, not sampling intervals.

Silence is not sampled: no interval covers it. Where the most contrary answers can be worked out, ``low`` and ``high``
hold whatever the silent ones would have said (Manski 2003). Where they cannot (triples, centralisation), the range over
three ways of filling the unknown ties is shown, and the method says that it is no bound: none of them, all of them, or
the other end's word (Stork and Richards 1992).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.centralisation import (
    betweenness_centralisation,
    closeness_centralisation,
    degree_centralisation,
    indegree_centralisation,
)
from hubanalysis.metrics.external_internal import differ, ei_index, networks_with_groups
from hubanalysis.metrics.networks import density, reciprocity, transitivity_undirected, transitivity_weak
from hubanalysis.metrics.vertex_bootstrap import UNDEFINED

__all__ = ["ei_bounds", "least_and_most_returned", "non_response_bounds"]

_TAIL = ["estimate", "low", "high", "reconstructed", "n", "missing", "unit", "method", "note"]
ABSENT_PRESENT = mark("bounds: every unknown tie absent, or present")
RETURNED = mark("bounds: unknown ties returned wherever they can be, or nowhere")
THREE_FILLS = mark("range over three fillings of the unknown ties, no bound: other answers may lie beyond it")
EVERY_UNKNOWN = mark("bounds: every unknown tie within the group, or between groups")


def non_response_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What each metric could be, whatever the silent organisations would have answered, by kind and wave. 0 to 1.

    ``estimate`` is the metric among the known pairs; ``reconstructed`` takes the other end's word for an unknown tie;
    ``n`` respondents, ``missing`` the silent. Density and reciprocity have true bounds; transitivity and centralisation
    the range over three fillings, as ``method`` says. With nobody silent all of them are the estimate.
    """
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        where = {"kind": network.kind, "wave": network.wave}
        rows += [where | row for row in _metrics(network)]
    return pd.DataFrame(rows, columns=["kind", "wave", "metric", *_TAIL])


def _metrics(network: Network) -> list[dict]:
    matrix = network.matrix
    unknown = np.isnan(matrix) & ~np.eye(len(matrix), dtype=bool)
    fills = [np.where(unknown, fill, matrix) for fill in (0.0, 1.0, matrix.T)]
    rows = [_row(network, "density", density, matrix, fills, fills[:2], ABSENT_PRESENT)]
    if network.directed:
        least, most = least_and_most_returned(matrix, unknown)
        rows.append(_row(network, "reciprocity", reciprocity, matrix, fills, [least, most], RETURNED))
    measures: dict[str, Callable[[np.ndarray], float]] = {
        "transitivity_weak": transitivity_weak,
        "transitivity_undirected": transitivity_undirected,
        "degree_centralisation": degree_centralisation,
        "indegree_centralisation": indegree_centralisation,
        "closeness_centralisation": closeness_centralisation,
        "betweenness_centralisation": betweenness_centralisation,
    }
    directional = ("transitivity_weak", "indegree_centralisation")
    rows += [
        _row(network, name, measure, matrix, fills, fills, THREE_FILLS)
        for name, measure in measures.items()
        if network.directed or name not in directional
    ]
    return rows


def _row(network: Network, name: str, measure, matrix, fills, extremes, method: str) -> dict:
    value = measure(matrix)
    ends = np.array([measure(filled) for filled in extremes])
    ends = ends[np.isfinite(ends)]
    return {
        "metric": name,
        "estimate": value,
        "low": float(ends.min()) if len(ends) else np.nan,
        "high": float(ends.max()) if len(ends) else np.nan,
        "reconstructed": measure(fills[2]),
        "n": network.respondents,
        "missing": len(network.nodes) - network.respondents,
        "unit": mark("share"),
        "method": method,
        "note": "" if np.isfinite(value) else UNDEFINED,
    }


def least_and_most_returned(matrix: np.ndarray, unknown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The answers of the silent that leave the fewest, and the most, of all ties returned.

    To an organisation that answered, a silent one either returns all its ties and adds none, or returns none and names
    all the others. Between two silent ones, one tie of a pair is never returned, both are.
    """
    word = np.nan_to_num(matrix.T)
    both = unknown & unknown.T
    one_way = np.triu(np.ones_like(matrix), k=1)
    least = np.where(unknown, np.where(both, one_way, 1 - word), matrix)
    most = np.where(unknown, np.where(both, 1.0, word), matrix)
    return least, most


def ei_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
) -> pd.DataFrame:
    """What the E-I index could be, whatever the silent organisations would have answered, by kind and wave. -1 to 1.

    ``low``: the silent name all of their own group and nobody else; ``high``: all others and none of their own.
    """
    rows = []
    for network, group, _sums in networks_with_groups(
        ties, organisations, tie_respondents, attribute, directed
    ):
        matrix, outside = network.matrix, differ(group)
        unknown = np.isnan(matrix)
        value = ei_index(matrix, outside)
        rows.append(
            {"kind": network.kind, "wave": network.wave, "metric": "ei", "estimate": value}
            | {"low": ei_index(np.where(unknown, outside == 0, matrix), outside)}
            | {"high": ei_index(np.where(unknown, outside == 1, matrix), outside)}
            | {"reconstructed": ei_index(np.where(unknown, matrix.T, matrix), outside)}
            | {"n": network.respondents, "missing": len(network.nodes) - network.respondents}
            | {"unit": mark("E-I index"), "method": EVERY_UNKNOWN}
            | {"note": "" if np.isfinite(value) else UNDEFINED}
        )
    return pd.DataFrame(rows, columns=["kind", "wave", "metric", *_TAIL])
