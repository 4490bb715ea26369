"""Do the same organisations share several kinds of tie? Overlap of the networks of one wave, kind by kind."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.quadratic_assignment import qap_correlation
from hubanalysis.metrics.tie_change import jaccard
from hubanalysis.metrics.vertex_bootstrap import VERTEX_BOOTSTRAP, interval, standard_errors

__all__ = ["multiplex_counts", "multiplex_overlap"]

_COUNTS = [
    "wave",
    "kind",
    "other",
    "ties_of_both",
    "only_first",
    "only_other",
    "both_by_chance",
    "n",
    "pairs_compared",
]
_OVERLAP = ["wave", "kind", "other", "metric", "estimate", "low", "high", "n", "unit", "p", "method", "note"]
QAP = mark("correlation over the pairs, p by QAP (organisations renumbered)")
STILL = mark("Undefined: one of the two networks does not vary.")


def multiplex_counts(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """For two kinds of tie in a wave: ``ties_of_both``, ties of one only, over the pairs known of both. Counts.

    ``both_by_chance``: ties of both kinds if the two networks had nothing to do with each other (product of the two
    numbers of ties over the pairs). ``n`` organisations in both networks.
    """
    rows = []
    for first, second, nodes, x, y in _pairs(ties, organisations, tie_respondents, directed):
        each = 1 if directed else 2
        pairs = int((~np.isnan(x)).sum()) // each
        of_first, of_second, both = (int(np.nansum(m)) // each for m in (x, y, x * y))
        expected = of_first * of_second / pairs if pairs else np.nan
        counts = (both, of_first - both, of_second - both, expected, len(nodes), pairs)
        rows.append((first.wave, first.kind, second.kind, *counts))
    return pd.DataFrame(rows, columns=_COUNTS)


def multiplex_overlap(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    permutations: int = 1000,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """For two kinds of tie in a wave: how far they join the same pairs; four rows by ``metric``.

    ``jaccard`` both / either, 0 to 1; ``first_in_other`` the share of the ties of ``kind`` that are ties of ``other``
    too, and ``other_in_first`` the reverse, 0 to 1, with vertex bootstrap intervals (Snijders and Borgatti 1999; both
    networks resampled together); ``correlation`` -1 to 1 with two-sided QAP p (organisations that answered change
    places with each other), no interval. ``n`` organisations in both networks.
    """
    rows = []
    for first, second, nodes, x, y in _pairs(ties, organisations, tie_respondents, directed):
        base = {"wave": first.wave, "kind": first.kind, "other": second.kind, "p": np.nan}
        measures = {"jaccard": jaccard, "first_in_other": _share, "other_in_first": lambda a, b: _share(b, a)}
        errors = standard_errors((x, y), measures, replicates=replicates, seed=seed)
        for metric, measure in measures.items():
            tail = interval(
                measure(x, y), errors[metric], len(nodes), unit=mark("share"), method=VERTEX_BOOTSTRAP
            )
            rows.append(base | {"metric": metric} | tail)
        answered = [
            "".join(str(int(node in _answering(network))) for network in (first, second)) for node in nodes
        ]
        r, p, _ = qap_correlation(x, y, within=np.array(answered), permutations=permutations, seed=seed)
        tail = {
            "estimate": r,
            "low": np.nan,
            "high": np.nan,
            "n": len(nodes),
            "unit": mark("correlation"),
            "p": p,
        }
        note = "" if np.isfinite(r) else STILL
        rows.append(base | {"metric": "correlation"} | tail | {"method": QAP, "note": note})
    return pd.DataFrame(rows, columns=_OVERLAP)


def _share(x: np.ndarray, y: np.ndarray) -> float:
    """Of the ties in ``x``, the share that are in ``y`` too; NaN without ties."""
    total = np.nansum(x)
    return float(np.nansum(x * y) / total) if total else np.nan


def _answering(network: Network) -> set[str]:
    return {node for node, answered in zip(network.nodes, network.answered, strict=True) if answered}


def _pairs(ties, organisations, tie_respondents, directed: bool):
    """Two networks of a wave, who stands in both, and both matrices, unknown wherever either is."""
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    for wave in dict.fromkeys(network.wave for network in networks):
        for first, second in combinations([one for one in networks if one.wave == wave], 2):
            nodes = sorted(set(first.nodes) & set(second.nodes))
            x, y = first.on(nodes), second.on(nodes)
            unknown = np.isnan(x) | np.isnan(y)
            yield first, second, nodes, np.where(unknown, np.nan, x), np.where(unknown, np.nan, y)
