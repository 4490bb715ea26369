"""Short and long networks: the share of ties that are long, by declared rules that stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.metrics.adjacency import Network, comparable, consecutive, networks_of
from hubanalysis.metrics.dyadic_robust import dyadic_interval, influence
from hubanalysis.metrics.short_long_bounds import ALL_KINDS, by_definition
from hubanalysis.metrics.tie_length import long_pairs
from hubanalysis.metrics.vertex_bootstrap import PAIRED_BOOTSTRAP, VERTEX_BOOTSTRAP, interval, standard_errors
from hubanalysis.metrics.vertex_jackknife import LARGE, VERTEX_JACKKNIFE, Sums, jackknife_error

__all__ = [
    "long_counts",
    "long_share",
    "long_share_change",
    "long_share_change_resampled",
    "share_of_long",
]

_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]
_SHARE = ["kind", "definition", "wave", *_ESTIMATE]
_COUNTS = ["kind", "definition", "wave", "long", "short", "undecided", "possible", "n"]
_CHANGE = ["kind", "definition", "wave_from", "wave_to", *_ESTIMATE]


def share_of_long(matrix: np.ndarray, long: np.ndarray) -> float:
    """Long ties over the ties that the rule decides: ``sum a_ij long_ij / sum a_ij [long_ij known]``. 0 to 1."""
    return _ratio(*_decided(matrix, long))


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
    """Share of long ties by kind, definition and wave, vertex-bootstrap interval; ``n`` organisations. 0 to 1.

    The definitions are read from the same drawn networks. From 400 organisations on, the vertex jackknife.
    """
    rows = []
    definitions = list(definitions)
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        counted = {
            definition["id"]: _decided(network.filled, long_pairs(network.nodes, organisations, definition))
            for definition in definitions
        }
        large = len(network.nodes) >= LARGE
        errors = (
            {key: jackknife_error(_sums(*pair)) for key, pair in counted.items()}
            if large
            else _errors(counted, replicates=replicates, seed=seed)
        )
        for key, pair in counted.items():
            where = {"kind": network.kind, "definition": key, "wave": network.wave}
            method = VERTEX_JACKKNIFE if large else VERTEX_BOOTSTRAP
            rows.append(where | interval(_ratio(*pair), errors[key], len(network.nodes), method=method))
    return by_definition(pd.DataFrame(rows, columns=_SHARE), definitions)


def _decided(matrix: np.ndarray, length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The long ties, and all ties that the rule decides: two matrices without gaps."""
    ties = np.where(np.isnan(length), 0.0, np.nan_to_num(matrix))
    return ties * np.nan_to_num(length), ties


def _ratio(counted: np.ndarray, base: np.ndarray) -> float:
    total = base.sum()
    return float(counted.sum() / total) if total else np.nan


def _sums(counted: np.ndarray, base: np.ndarray) -> Sums:
    at = [m.sum(axis=0) + m.sum(axis=1) for m in (counted, base)]
    return Sums(float(counted.sum()), float(base.sum()), *at)


def _errors(counted: dict[str, tuple], *, replicates: int, seed: int) -> dict[str, float]:
    """Bootstrap errors of several ratios (or, of four matrices each, of their changes) from the same draws."""

    def of(k: int, width: int):
        def value(*matrices):
            own = matrices[k * width : (k + 1) * width]
            return _ratio(*own[-2:]) - (_ratio(*own[:2]) if width == 4 else 0.0)

        return value

    flat = tuple(matrix for own in counted.values() for matrix in own)
    statistics = {key: of(k, len(own)) for k, (key, own) in enumerate(counted.items())}
    return standard_errors(flat, statistics, replicates=replicates, seed=seed) if flat else {}


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
    return by_definition(pd.DataFrame(rows, columns=_COUNTS), definitions)


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
    return by_definition(pd.DataFrame(rows, columns=_CHANGE), definitions)


def _counted(
    first: Network, second: Network, organisations, definition
) -> tuple[list[str], list[np.ndarray]]:
    """The organisations in both waves, and for their pairs: long ties and all decided ties, before and after."""
    both, before, after = comparable(first, second)
    length = long_pairs(both, organisations, definition)
    return both, [*_decided(before, length), *_decided(after, length)]


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
    change = _ratio(new_long, new) - _ratio(old_long, old)
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

    rows = []
    definitions = list(definitions)
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        counted = {d["id"]: _counted(first, second, organisations, d)[1] for d in definitions}
        errors = _errors(counted, replicates=replicates, seed=seed)
        for key, (old_long, old, new_long, new) in counted.items():
            change = _ratio(new_long, new) - _ratio(old_long, old)
            tail = interval(change, errors[key], len(old), least=-1.0, method=PAIRED_BOOTSTRAP)
            where = {"kind": first.kind, "definition": key, "wave_from": first.wave}
            rows.append(where | {"wave_to": second.wave} | tail)
    return by_definition(pd.DataFrame(rows, columns=_CHANGE), definitions)
