"""Brokerage: whose contacts are not tied to each other."""

from __future__ import annotations

import networkx as nx
import pandas as pd

from hubanalysis.metrics.adjacency import networks_of

__all__ = ["constraint"]

_COLUMNS = ["kind", "wave", "organisation", "contacts", "constraint", "n"]


def constraint(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Burt's constraint of each organisation, by kind and wave: the lower, the more it stands between others.

    ``c_i = sum_j (p_ij + sum_q p_iq p_qj)^2`` over contacts j, p the shares of i's ties (Burt 1992), on the network of
    who names whom in either direction, unweighted. 0 to about 1.1; NaN for an isolate, which has no contacts to be
    constrained by. ``contacts`` is the number of organisations it is tied to, ``n`` those in the network. It describes
    this network and is no estimate of another: a silent organisation may look more of a broker than it is.
    """
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        graph = nx.from_numpy_array(network.either)
        values = nx.constraint(
            graph
        )  # for all nodes at once: asked for some, networkx is thousands of times slower
        for i, node in enumerate(network.nodes):
            rows.append((network.kind, network.wave, node, graph.degree(i), values[i], len(network.nodes)))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    by = ["constraint", "organisation"]
    groups = [part.sort_values(by) for _, part in frame.groupby(["kind", "wave"], sort=False)]
    return pd.concat(groups, ignore_index=True) if groups else frame
