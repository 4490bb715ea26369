"""Are the ties longer, or more bridging, than chance would make them? Attributes shuffled over the organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.quadratic_assignment import permutation_p, relabellings
from hubanalysis.metrics.tie_length import long_pairs
from hubanalysis.metrics.vertex_bootstrap import UNDEFINED

__all__ = ["chance_of_share", "long_share_by_chance"]

_COLUMNS = ["kind", "definition", "wave", "estimate", "expected", "chance_low", "chance_high", "p", "n"]
_COLUMNS += ["unit", "method", "note"]
SHUFFLED = mark(
    "share of long ties; range of 95 in 100 shuffles of the organisations' attributes, ties held fixed"
)


def long_share_by_chance(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """The share of long ties against what chance gives, by kind, definition and wave. 0 to 1.

    The described organisations exchange all their attributes at once (kind, reach, place, power), the ties stay: a
    network among many kinds has many long ties by itself. ``expected`` is the mean share, ``chance_low`` and
    ``chance_high`` its 95 % range, ``p`` two-sided with the observed one counted. ``n`` organisations.
    """
    rows = []
    definitions = list(definitions)
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        for definition in definitions:
            long = long_pairs(network.nodes, organisations, definition)
            where = {"kind": network.kind, "definition": definition["id"], "wave": network.wave}
            rows.append(where | chance_of_share(network, long, permutations=permutations, seed=seed))
    return pd.DataFrame(rows, columns=_COLUMNS)


def chance_of_share(network: Network, length: np.ndarray, *, permutations: int, seed: int) -> dict:
    """The mean of ``length`` over the ties that it decides, and the same when its organisations change places.

    ``length`` is n x n, NaN where undecided. Only organisations that it describes are shuffled, the silent among
    themselves.
    """
    described = np.flatnonzero(
        np.isfinite(np.where(np.eye(len(length), dtype=bool), np.nan, length)).any(axis=1)
    )
    sources, targets = network.named[described][:, described].nonzero()
    inner = length[np.ix_(described, described)]
    row = {"estimate": np.nan, "expected": np.nan, "chance_low": np.nan, "chance_high": np.nan, "p": np.nan}
    row |= {"n": len(network.nodes), "unit": mark("share"), "method": SHUFFLED, "note": UNDEFINED}
    if not len(sources) or not np.isfinite(inner[sources, targets]).any():
        return row
    value = float(np.nanmean(inner[sources, targets]))
    size, flat = len(described), np.ascontiguousarray(inner).ravel()
    drawn = np.array(
        [
            np.nanmean(flat[order[sources] * size + order[targets]])
            for order in relabellings(size, permutations, seed, within=network.answered[described])
        ]
    )
    drawn = drawn[np.isfinite(drawn)]
    row |= {"estimate": value, "note": ""}
    if len(drawn):
        low, high = np.quantile(drawn, [0.025, 0.975])
        row |= {"expected": float(drawn.mean()), "chance_low": float(low), "chance_high": float(high)}
        row["p"] = permutation_p(value, drawn, about=float(drawn.mean()))
    return row
