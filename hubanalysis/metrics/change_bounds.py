"""What the change of density, reciprocity, transitivity and the Jaccard index could be under non-response."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, consecutive, networks_of
from hubanalysis.metrics.networks import density, reciprocity, transitivity_undirected, transitivity_weak
from hubanalysis.metrics.non_response import THREE_FILLS, least_and_most_returned
from hubanalysis.metrics.tie_change import jaccard
from hubanalysis.metrics.vertex_bootstrap import UNDEFINED

__all__ = ["cohesion_change_bounds", "stability_bounds"]

_WHERE = ["kind", "wave_from", "wave_to"]
_TAIL = ["estimate", "low", "high", "n", "missing", "unit", "method", "note"]
CONTRARY_WAVES = mark("bounds: the answers of the silent that part the two waves most")
FEWEST_KEPT = mark("bounds: the silent keep all their ties, or none")


def cohesion_change_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What the change of each measure of cohesion could be, whatever the silent would have answered. -1 to 1.

    Over all pairs of the organisations in both waves; ``estimate`` is the change over the pairs known in both, as in
    :func:`hubanalysis.metrics.networks.cohesion_change`. Density and reciprocity: exact, the most of one wave against
    the least of the other. Transitivity: the range over three fillings of each wave, which is no bound, as ``method``
    says. ``missing`` those silent in either wave, ``n`` the others.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        both = sorted(set(first.nodes) & set(second.nodes))
        matrices = [network.on(both) for network in (first, second)]
        unknown = np.isnan(matrices[0]) | np.isnan(matrices[1])
        compared = [np.where(unknown, np.nan, matrix) for matrix in matrices]
        where = dict(zip(_WHERE, (first.kind, first.wave, second.wave), strict=True))
        for name, (measure, fill, method) in _measures(directed).items():
            ends = [[measure(filled) for filled in fill(matrix)] for matrix in matrices]
            changes = np.array([after - before for before, after in product(*ends)])
            changes = changes[np.isfinite(changes)]
            value = measure(compared[1]) - measure(compared[0])
            row = {"low": changes.min(), "high": changes.max()} if len(changes) else {}
            tail = row | _counts(first, second, both) | {"estimate": value, "method": method}
            tail |= {"unit": mark("percentage points"), "note": "" if np.isfinite(value) else UNDEFINED}
            rows.append(where | {"metric": name} | tail)
    return pd.DataFrame(rows, columns=[*_WHERE, "metric", *_TAIL])


def _measures(directed: bool) -> dict:
    measures = {"density": (density, _absent_present, CONTRARY_WAVES)}
    if directed:
        measures["reciprocity"] = (reciprocity, _returned, CONTRARY_WAVES)
        measures["transitivity_weak"] = (transitivity_weak, _three, THREE_FILLS)
    return measures | {"transitivity_undirected": (transitivity_undirected, _three, THREE_FILLS)}


def _unknown(matrix: np.ndarray) -> np.ndarray:
    return np.isnan(matrix) & ~np.eye(len(matrix), dtype=bool)


def _absent_present(matrix: np.ndarray) -> list[np.ndarray]:
    return [np.where(_unknown(matrix), fill, matrix) for fill in (0.0, 1.0)]


def _returned(matrix: np.ndarray) -> list[np.ndarray]:
    return list(least_and_most_returned(matrix, _unknown(matrix)))


def _three(matrix: np.ndarray) -> list[np.ndarray]:
    return [*_absent_present(matrix), np.where(_unknown(matrix), matrix.T, matrix)]


def stability_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What the Jaccard index of two waves could be, whatever the silent would have answered: exact bounds, 0 to 1.

    Over all pairs of the organisations in both waves. ``high``: a silent organisation repeats what it said in the wave
    in which it spoke; ``low``: it says the reverse, and of a pair unknown in both waves one tie stands in one of them.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        both = sorted(set(first.nodes) & set(second.nodes))
        before, after = first.on(both), second.on(both)
        gaps = [_unknown(matrix) for matrix in (before, after)]
        neither = gaps[0] & gaps[1]
        same = [
            np.where(neither, 1.0, np.where(gap, other, own))
            for own, other, gap in ((before, after, gaps[0]), (after, before, gaps[1]))
        ]
        reverse = [
            np.where(neither, fill, np.where(gap, 1 - other, own))
            for own, other, gap, fill in ((before, after, gaps[0], 1.0), (after, before, gaps[1], 0.0))
        ]
        compared = gaps[0] | gaps[1]
        value = jaccard(*(np.where(compared, np.nan, matrix) for matrix in (before, after)))
        low, high = jaccard(*reverse), jaccard(*same)
        high = low if np.isnan(high) else high  # a tie, if there is any, stands in one wave only
        where = dict(zip(_WHERE, (first.kind, first.wave, second.wave), strict=True))
        tail = {"estimate": value, "low": low, "high": high} | _counts(first, second, both)
        tail |= {
            "unit": mark("share"),
            "method": FEWEST_KEPT,
            "note": "" if np.isfinite(value) else UNDEFINED,
        }
        rows.append(where | tail)
    return pd.DataFrame(rows, columns=[*_WHERE, *_TAIL])


def _counts(first: Network, second: Network, both: list[str]) -> dict:
    spoke = first.answered[first.places(both)] & second.answered[second.places(both)]
    return {"n": int(spoke.sum()), "missing": int((~spoke).sum())}
