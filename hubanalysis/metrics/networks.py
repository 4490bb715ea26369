"""The shape of a network by wave: size, density, reciprocity, transitivity, and their change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from hubanalysis.metrics.adjacency import comparable, consecutive, networks_of
from hubanalysis.metrics.dyadic_robust import dyadic_interval, influence
from hubanalysis.metrics.vertex_bootstrap import PAIRED_BOOTSTRAP, interval, standard_errors
from hubanalysis.metrics.vertex_jackknife import LARGE, VERTEX_JACKKNIFE, cohesion_sums, jackknife_error

__all__ = [
    "cohesion",
    "cohesion_change",
    "density",
    "network_size",
    "reciprocity",
    "transitivity_undirected",
    "transitivity_weak",
]

_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]
_SIZE = ["kind", "wave", "nodes", "answered", "response_rate", "ties", "isolates", "n"]


def density(matrix: np.ndarray) -> float:
    """Ties over possible ties, among those known: the mean of the known cells. 0 to 1, NaN where nothing is known."""
    known = ~np.isnan(matrix)
    return float(np.nansum(matrix) / known.sum()) if known.any() else np.nan


def reciprocity(matrix: np.ndarray) -> float:
    """Share of ties that are returned (edge-wise): sum of ``a_ij a_ji`` over sum of ``a_ij``, where both are known.

    0 to 1; NaN in a network without ties. The dyad-wise measure (mutual over non-empty pairs) is another one.
    """
    known = ~np.isnan(matrix) & ~np.isnan(matrix.T)
    ties = np.where(known, matrix, 0.0)
    total = ties.sum()
    return float((ties * ties.T).sum() / total) if total else np.nan


def transitivity_weak(matrix: np.ndarray) -> float:
    """Of the paths i -> j -> k, the share closed by i -> k: directed, weak (``gtrans`` of R's sna). 0 to 1.

    Paths whose closing tie is unknown are left out; NaN where there is no path.
    """
    known = ~np.isnan(matrix)
    ties = np.nan_to_num(matrix)
    paths = ties @ ties * known
    total = paths.sum()
    return float((paths * ties).sum() / total) if total else np.nan


def transitivity_undirected(matrix: np.ndarray) -> float:
    """Three times the triangles over the connected triples, directions set aside: either end's word counts. 0 to 1."""
    return transitivity_weak(np.fmax(matrix, matrix.T))


def _measures(directed: bool) -> dict[str, Callable[[np.ndarray], float]]:
    """The measures that say something: reciprocity and directed transitivity only where direction was asked."""
    if not directed:
        return {"density": density, "transitivity_undirected": transitivity_undirected}
    return {
        "density": density,
        "reciprocity": reciprocity,
        "transitivity_weak": transitivity_weak,
        "transitivity_undirected": transitivity_undirected,
    }


def network_size(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Organisations, respondents, ties and isolates by kind and wave: counts, not estimates.

    An isolate neither names nor is named; ``response_rate`` is respondents over organisations (0 to 1).
    """
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        size = len(network.nodes)
        isolates = int((np.asarray(network.either.sum(axis=1)) == 0).sum())
        answered = network.respondents
        rate = answered / size if size else np.nan
        rows.append((network.kind, network.wave, size, answered, rate, network.ties, isolates, size))
    return pd.DataFrame(rows, columns=_SIZE)


def cohesion(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Density, reciprocity and the two transitivities by kind and wave, with vertex-bootstrap intervals.

    The interval is the estimate ± 1.96 bootstrap standard errors (Snijders and Borgatti 1999), cut to 0..1; ``n`` is
    the number of organisations. From 400 organisations on, the jackknife takes the bootstrap's place. It says how far
    the value depends on which organisations happen to stand in the network. It does not say what the silent ones would
    have answered: see :mod:`hubanalysis.metrics.non_response`.
    """
    rows = []
    measures = _measures(directed)
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        where, n = {"kind": network.kind, "wave": network.wave}, len(network.nodes)
        if n >= LARGE:
            for name, sums in cohesion_sums(network).items():
                tail = interval(sums.ratio, jackknife_error(sums), n, method=VERTEX_JACKKNIFE)
                rows.append(where | {"metric": name} | tail)
            continue
        matrix = network.matrix
        errors = standard_errors((matrix,), measures, replicates=replicates, seed=seed)
        rows += [
            where | {"metric": name} | interval(measure(matrix), errors[name], n)
            for name, measure in measures.items()
        ]
    return pd.DataFrame(rows, columns=["kind", "wave", "metric", *_ESTIMATE])


def cohesion_change(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Change (later minus earlier) of each measure between consecutive waves, with a paired interval. -1 to 1.

    Only organisations that stand in both waves, and only pairs known in both, are compared. Density and reciprocity
    are shares of pairs: dyadic cluster-robust interval. Transitivity counts triples: paired vertex bootstrap (Snijders
    and Borgatti 1999), both waves resampled with the same organisations. Positive: it grew.
    """

    def later_minus_earlier(measure):
        return lambda before, after: measure(after) - measure(before)

    rows = []
    of_triples = {
        name: later_minus_earlier(measure)
        for name, measure in _measures(directed).items()
        if name.startswith("transitivity")
    }
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        both, before, after = comparable(first, second)
        where = {"kind": first.kind, "wave_from": first.wave, "wave_to": second.wave}
        of_pairs = {"density": _density_influence} | (
            {"reciprocity": _reciprocity_influence} if directed else {}
        )
        for name, of in of_pairs.items():
            change = later_minus_earlier(_measures(directed)[name])(before, after)
            rows.append(where | {"metric": name} | dyadic_interval(change, of(after) - of(before)))
        errors = standard_errors((before, after), of_triples, replicates=replicates, seed=seed)
        for name, change in of_triples.items():
            tail = interval(
                change(before, after), errors[name], len(both), least=-1.0, method=PAIRED_BOOTSTRAP
            )
            rows.append(where | {"metric": name} | tail)
    return pd.DataFrame(rows, columns=["kind", "wave_from", "wave_to", "metric", *_ESTIMATE])


def _density_influence(matrix: np.ndarray) -> np.ndarray:
    return influence(np.nan_to_num(matrix), (~np.isnan(matrix)).astype(float))


def _reciprocity_influence(matrix: np.ndarray) -> np.ndarray:
    ties = np.where(np.isnan(matrix) | np.isnan(matrix.T), 0.0, matrix)
    return influence(ties * ties.T, ties)
