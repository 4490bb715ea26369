"""Short and long networks: the share of ties that are long, by declared rules that stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, comparable, consecutive, networks_of
from hubanalysis.metrics.dyadic_robust import dyadic_interval, influence
from hubanalysis.metrics.tie_length import long_pairs
from hubanalysis.metrics.vertex_bootstrap import PAIRED_BOOTSTRAP, UNDEFINED, interval, standard_errors

__all__ = [
    "ALL_KINDS",
    "long_counts",
    "long_share",
    "long_share_bounds",
    "long_share_change",
    "long_share_change_resampled",
    "share_of_long",
]

#: The kind under which the ties of all kinds are put together.
ALL_KINDS = "all_kinds"

_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]
_SHARE = ["kind", "definition", "wave", *_ESTIMATE]
_COUNTS = ["kind", "definition", "wave", "long", "short", "undecided", "possible", "n"]
_CHANGE = ["kind", "definition", "wave_from", "wave_to", *_ESTIMATE]
_BOUNDS = [
    "kind",
    "definition",
    "wave",
    "estimate",
    "low",
    "high",
    "reconstructed",
    "n",
    "missing",
    "unit",
    "method",
    "note",
]


def share_of_long(matrix: np.ndarray, long: np.ndarray) -> float:
    """Long ties over the ties that the rule decides: ``sum a_ij long_ij / sum a_ij [long_ij known]``. 0 to 1."""
    ties = np.where(np.isnan(long), 0.0, np.nan_to_num(matrix))
    total = ties.sum()
    return float((ties * np.nan_to_num(long)).sum() / total) if total else np.nan


def long_share(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Share of long ties by kind, definition and wave, vertex-bootstrap interval; ``n`` organisations. 0 to 1."""
    rows = []
    definitions = list(definitions)
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        for definition in definitions:
            matrices = (network.matrix, long_pairs(network.nodes, organisations, definition))
            error = standard_errors(matrices, {"share": share_of_long}, replicates=replicates, seed=seed)[
                "share"
            ]
            where = {"kind": network.kind, "definition": definition["id"], "wave": network.wave}
            rows.append(where | interval(share_of_long(*matrices), error, len(network.nodes)))
    return _by_definition(pd.DataFrame(rows, columns=_SHARE), definitions)


def long_counts(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Long, short and undecided ties by kind, definition and wave: counts.

    ``possible`` is the share of long pairs among all the pairs of the roster: what the share of long ties would be if
    ties fell at random. ``undecided`` ties have an end that the register does not describe; ``n`` organisations.
    """
    rows = []
    definitions = list(definitions)
    each = 1 if directed else 2
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        for definition in definitions:
            long = long_pairs(network.nodes, organisations, definition)
            off = ~np.eye(len(long), dtype=bool)
            counts = (
                int(network.filled[where].sum()) // each
                for where in (long == 1, long == 0, np.isnan(long) & off)
            )
            possible = float(np.nanmean(long)) if np.isfinite(long).any() else np.nan
            rows.append((network.kind, definition["id"], network.wave, *counts, possible, len(network.nodes)))
    return _by_definition(pd.DataFrame(rows, columns=_COUNTS), definitions)


def _by_definition(frame: pd.DataFrame, definitions: list) -> pd.DataFrame:
    """Rows by kind, then definition as declared, then wave as it came."""
    place = {definition["id"]: i for i, definition in enumerate(definitions)}
    kinds = {kind: i for i, kind in enumerate(dict.fromkeys(frame["kind"]))}
    order = sorted(
        range(len(frame)), key=lambda i: (kinds[frame["kind"].iloc[i]], place[frame["definition"].iloc[i]], i)
    )
    return frame.iloc[order].reset_index(drop=True)


def long_share_change(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Change of the share of long ties between consecutive waves (later minus earlier), paired interval. -1 to 1.

    Both shares are of the organisations in both waves and the pairs known in both, so that they may differ from
    :func:`long_share`. Where several kinds of tie were asked, ``all_kinds`` comes first: their ties put together.
    Dyadic cluster-robust interval (:mod:`hubanalysis.metrics.dyadic_robust`); ``n`` organisations. Positive: the
    network grew longer.
    """
    rows = []
    definitions = list(definitions)
    pairs = consecutive(networks_of(ties, organisations, tie_respondents, directed=directed))
    for waves in dict.fromkeys((first.wave, second.wave) for first, second in pairs):
        own = [pair for pair in pairs if (pair[0].wave, pair[1].wave) == waves]
        for definition in definitions:
            counted = {
                first.kind: _counted(first, second, organisations, definition) for first, second in own
            }
            if len(counted) > 1:
                counted = {ALL_KINDS: _together(list(counted.values()))} | counted
            for kind, (_nodes, matrices) in counted.items():
                where = {
                    "kind": kind,
                    "definition": definition["id"],
                    "wave_from": waves[0],
                    "wave_to": waves[1],
                }
                rows.append(where | _change(*matrices))
    return _by_definition(pd.DataFrame(rows, columns=_CHANGE), definitions)


def _counted(
    first: Network, second: Network, organisations, definition
) -> tuple[list[str], list[np.ndarray]]:
    """The organisations in both waves, and for their pairs: long ties and all decided ties, before and after."""
    both, before, after = comparable(first, second)
    long = long_pairs(both, organisations, definition)
    old, new = (np.where(np.isnan(long), 0.0, np.nan_to_num(matrix)) for matrix in (before, after))
    length = np.nan_to_num(long)
    return both, [old * length, old, new * length, new]


def _together(kinds: list[tuple[list[str], list[np.ndarray]]]) -> tuple[list[str], list[np.ndarray]]:
    """Several kinds of tie put together: a pair counts once for each kind that ties it."""
    everyone = sorted({node for nodes, _ in kinds for node in nodes})
    place = {node: i for i, node in enumerate(everyone)}
    summed = [np.zeros((len(everyone), len(everyone))) for _ in range(4)]
    for nodes, matrices in kinds:
        index = np.ix_([place[node] for node in nodes], [place[node] for node in nodes])
        for total, matrix in zip(summed, matrices, strict=True):
            total[index] += matrix
    return everyone, summed


def _change(old_long, old, new_long, new) -> dict:
    totals = [matrix.sum() for matrix in (old_long, old, new_long, new)]
    change = totals[2] / totals[3] - totals[0] / totals[1] if totals[1] and totals[3] else np.nan
    return dyadic_interval(change, influence(new_long, new) - influence(old_long, old))


def long_share_change_resampled(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """The change of :func:`long_share_change` with the paired vertex bootstrap of Snijders and Borgatti (1999).

    Both waves are resampled with the same organisations. A check that leans on fewer assumptions, and too wide: in
    simulations of such changes its errors are some two thirds too large.
    """

    def change(before, after, long):
        return share_of_long(after, long) - share_of_long(before, long)

    rows = []
    definitions = list(definitions)
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        both, before, after = comparable(first, second)
        for definition in definitions:
            matrices = (before, after, long_pairs(both, organisations, definition))
            error = standard_errors(matrices, {"change": change}, replicates=replicates, seed=seed)["change"]
            tail = interval(change(*matrices), error, len(both), least=-1.0, method=PAIRED_BOOTSTRAP)
            where = {"kind": first.kind, "definition": definition["id"], "wave_from": first.wave}
            rows.append(where | {"wave_to": second.wave} | tail)
    return _by_definition(pd.DataFrame(rows, columns=_CHANGE), definitions)


def long_share_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What the share of long ties could be, whatever the silent organisations would have answered. 0 to 1.

    ``low``: every unknown tie that would be short is present, and no unknown long one; ``high`` the reverse;
    ``reconstructed``: the other end's word is taken for an unknown tie (Stork and Richards 1992). ``n`` respondents,
    ``missing`` the silent. Bounds, not a sampling interval.
    """
    rows = []
    definitions = list(definitions)
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        for definition in definitions:
            long = long_pairs(network.nodes, organisations, definition)
            where = {"kind": network.kind, "definition": definition["id"], "wave": network.wave}
            rows.append(where | _share_bounds(network, long))
    return _by_definition(pd.DataFrame(rows, columns=_BOUNDS), definitions)


def _share_bounds(network: Network, long: np.ndarray) -> dict:
    matrix = network.matrix
    unknown = np.isnan(matrix)
    value = share_of_long(matrix, long)
    return {
        "estimate": value,
        "low": share_of_long(np.where(unknown, long == 0, matrix), long),
        "high": share_of_long(np.where(unknown, long == 1, matrix), long),
        "reconstructed": share_of_long(np.where(unknown, matrix.T, matrix), long),
        "n": network.respondents,
        "missing": len(network.nodes) - network.respondents,
        "unit": mark("share"),
        "method": mark("bounds: every unknown tie short, or long"),
        "note": "" if np.isfinite(value) else UNDEFINED,
    }
