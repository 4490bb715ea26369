"""The E-I index: do ties cross the border between kinds of organisation, or stay within it?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.quadratic_assignment import permutation_p, relabellings
from hubanalysis.metrics.vertex_bootstrap import interval, standard_errors
from hubanalysis.metrics.vertex_jackknife import LARGE, Sums, jackknife_error

__all__ = [
    "differ",
    "ei_by_group",
    "ei_by_organisation",
    "ei_index",
    "external_internal",
    "external_internal_counts",
    "networks_with_groups",
]

_COLUMNS = ["kind", "wave", "attribute", "estimate", "low", "high", "n", "unit", "p", "method", "note"]
_COUNTS = ["kind", "wave", "attribute", "external", "internal", "undecided", "expected", "rescaled", "n"]
_ACTORS = ["kind", "wave", "attribute", "organisation", "external", "internal", "ei", "n"]
_GROUPS = ["kind", "wave", "attribute", "value", "external", "internal", "ei", "n"]


def ei_index(matrix: np.ndarray, outside: np.ndarray) -> float:
    """(E - I) / (E + I) of Krackhardt and Stern (1988): -1 all ties within a group, 1 all between groups.

    ``outside`` is 1 where the two ends belong to different groups, 0 to the same, NaN where a group is missing: such a
    tie does not count. NaN without a tie that counts.
    """
    counted = np.where(np.isnan(outside), 0.0, np.nan_to_num(matrix))
    total = counted.sum()
    external = (counted * np.nan_to_num(outside)).sum()
    return float((2 * external - total) / total) if total else np.nan


def external_internal(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
    permutations: int = 2000,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """E-I index by kind of tie and wave, for groups told apart by ``attribute`` of the organisations. -1 to 1.

    ``p`` (two-sided, with +1) comes from shuffling the groups over the organisations, ties held fixed: groups of
    different size make external ties likely by themselves, so that the index alone says little. Interval: vertex
    bootstrap (jackknife from 400 organisations on); ``n`` organisations.
    """
    rows = []
    for network, group, sums in networks_with_groups(
        ties, organisations, tie_respondents, attribute, directed
    ):
        if len(network.nodes) >= LARGE:
            error = jackknife_error(sums)
        else:
            matrices = (network.matrix, differ(group))
            error = standard_errors(matrices, {"ei": ei_index}, replicates=replicates, seed=seed)["ei"]
        value = sums.ratio
        _, p = _permuted(network, group, value, permutations, seed)
        method = mark("vertex bootstrap; p by shuffling the groups")
        tail = interval(value, error, len(network.nodes), least=-1.0, unit=mark("E-I index"), method=method)
        rows.append({"kind": network.kind, "wave": network.wave, "attribute": attribute, "p": p} | tail)
    return pd.DataFrame(rows, columns=_COLUMNS)


def external_internal_counts(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
    permutations: int = 2000,
    seed: int = 2022,
) -> pd.DataFrame:
    """External and internal ties, and what chance alone would give.

    ``expected`` is the mean index when the groups are shuffled over the organisations; ``rescaled`` runs from -1 to 1
    between the least and the most external ties that this number of ties allows (UCINET). ``undecided`` ties have an
    end whose group is not known.
    """
    rows = []
    each = 1 if directed else 2
    for network, group, sums in networks_with_groups(
        ties, organisations, tie_respondents, attribute, directed
    ):
        internal = int(sums.base - sums.counted) // 2 // each
        external = int(sums.base) // each - internal
        undecided = network.ties - external - internal
        expected, _ = _permuted(network, group, sums.ratio, permutations, seed)
        rescaled = _rescaled(network, group, external, internal)
        counts = (external, internal, undecided, expected, rescaled, len(network.nodes))
        rows.append((network.kind, network.wave, attribute, *counts))
    return pd.DataFrame(rows, columns=_COUNTS)


def networks_with_groups(ties, organisations, tie_respondents, attribute, directed):
    """Each network with the group of its nodes ("" unknown), and its index as sums over its ties."""
    known = organisations.dropna(subset=[attribute])
    labels = dict(zip(known["organisation"].astype(str), known[attribute].astype(str), strict=True))
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        group = np.array([labels.get(node, "") for node in network.nodes], dtype=object)
        sources, targets = network.named.nonzero()
        counts = (group[sources] != "") & (group[targets] != "")
        sources, targets = sources[counts], targets[counts]
        sign = np.where(group[sources] != group[targets], 1.0, -1.0)
        n = len(group)
        at = [
            np.bincount(sources, weights, minlength=n) + np.bincount(targets, weights, minlength=n)
            for weights in (sign, np.ones_like(sign))
        ]
        yield network, group, Sums(float(sign.sum()), float(len(sign)), *at)


def ei_by_group(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
) -> pd.DataFrame:
    """External and internal ties of each group, and its E-I index (``ei``); ``n`` organisations in the group.

    A tie counts for the group of the organisation that names (for both ends in an undirected network).
    """
    rows = []
    for network, group, _sums in networks_with_groups(
        ties, organisations, tie_respondents, attribute, directed
    ):
        sources, targets = network.named.nonzero()
        for value in sorted({label for label in group if label}):
            mine = group == value
            other = group[targets[mine[sources]]]
            external, internal = int(((other != value) & (other != "")).sum()), int((other == value).sum())
            total = external + internal
            index = (external - internal) / total if total else np.nan
            rows.append(
                (network.kind, network.wave, attribute, value, external, internal, index, int(mine.sum()))
            )
    return pd.DataFrame(rows, columns=_GROUPS)


def ei_by_organisation(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
) -> pd.DataFrame:
    """External and internal ties that each organisation names, and its E-I index (``ei``), by kind of tie and wave.

    Missing ``ei`` where it names nobody whose group is known; ``n`` organisations in the network. A description: of an
    organisation that did not answer nothing is known.
    """
    frames = []
    for network, group, _sums in networks_with_groups(
        ties, organisations, tie_respondents, attribute, directed
    ):
        sources, targets = network.named.nonzero()
        known = (group[sources] != "") & (group[targets] != "")
        outside = (group[sources] != group[targets])[known].astype(float)
        size = len(group)
        external = np.bincount(sources[known], outside, minlength=size)
        internal = np.bincount(sources[known], 1 - outside, minlength=size)
        with np.errstate(invalid="ignore"):
            index = (external - internal) / (external + internal)
        frame = pd.DataFrame(
            {"organisation": network.nodes, "external": external, "internal": internal, "ei": index}
        )
        frame = frame.astype({"external": int, "internal": int})[network.answered]
        frame = frame.assign(kind=network.kind, wave=network.wave, attribute=attribute, n=size)
        frames.append(frame[_ACTORS].sort_values(["ei", "organisation"], ascending=[False, True]))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_ACTORS)


def differ(group: np.ndarray) -> np.ndarray:
    """For each pair 1 if the groups differ, 0 if they are one, NaN where a group is missing ("")."""
    missing = group == ""
    pairs = (group[:, None] != group[None, :]).astype(float)
    pairs[missing, :] = np.nan
    pairs[:, missing] = np.nan
    np.fill_diagonal(pairs, np.nan)
    return pairs


def _permuted(network: Network, group: np.ndarray, value: float, permutations: int, seed: int):
    """Mean of the index, and two-sided p, when known groups are shuffled, those of the silent among themselves."""
    placed = np.flatnonzero(group != "")
    if not np.isfinite(value) or len(placed) < 3:
        return np.nan, np.nan
    codes = np.unique(group[placed].astype(str), return_inverse=True)[1]
    sources, targets = network.named[placed][:, placed].nonzero()
    draws = np.empty(permutations)
    orders = relabellings(len(placed), permutations, seed, within=network.answered[placed])
    for r, order in enumerate(orders):
        shuffled = codes[order]
        draws[r] = 2 * (shuffled[sources] != shuffled[targets]).mean() - 1
    return float(draws.mean()), permutation_p(value, draws, about=float(draws.mean()))


def _rescaled(network: Network, group: np.ndarray, external: int, internal: int) -> float:
    """Between the least and the most external ties that so many ties could have among the pairs that are known."""
    placed = group != ""
    codes = np.unique(group[placed].astype(str), return_inverse=True)[1]
    like = np.bincount(codes)[codes] if len(codes) else np.zeros(0)
    spoke = network.answered[placed]
    if network.directed:
        most_internal, pairs = int((like - 1)[spoke].sum()), int(spoke.sum()) * (len(codes) - 1)
    else:  # a pair is known unless both ends are silent
        mute = np.bincount(codes[~spoke], minlength=len(like)) if len(codes) else np.zeros(0)
        alike = int((like - 1).sum() - (mute * (mute - 1)).sum()) if len(codes) else 0
        silent = int((~spoke).sum())
        pairs = (len(codes) * (len(codes) - 1) - silent * (silent - 1)) // 2
        most_internal = alike // 2
    total = external + internal
    most = min(total, pairs - most_internal)
    least = total - min(total, most_internal)
    return 2 * (external - least) / (most - least) - 1 if most > least else np.nan
