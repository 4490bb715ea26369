"""What became of the ties between two waves, and of the organisations that hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.metrics.adjacency import Network, comparable, consecutive, networks_of
from hubanalysis.metrics.dyadic_robust import dyadic_interval, influence

__all__ = ["composition", "jaccard", "tie_change", "tie_stability", "tie_states"]

_CHANGE = [
    *(
        "kind",
        "wave_from",
        "wave_to",
        "ties_kept",
        "ties_formed",
        "ties_dissolved",
        "hamming",
        "ties_not_compared",
        "n",
    ),
]
_STABILITY = ["kind", "wave_from", "wave_to", "estimate", "low", "high", "n", "unit", "method", "note"]
_COMPOSITION = [
    "kind",
    "wave_from",
    "wave_to",
    "organisations_stayed",
    "organisations_joined",
    "organisations_left",
    "answered_both",
    "n",
]
_STATES = ["kind", "wave_from", "wave_to", "source", "target", "state"]


def jaccard(before: np.ndarray, after: np.ndarray) -> float:
    """Ties kept over ties that stand in either wave: kept / (kept + formed + dissolved). 0 to 1, NaN without ties."""
    kept = np.nansum(before * after)
    either = np.nansum(np.fmax(before, after))
    return float(kept / either) if either else np.nan


def tie_change(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Ties kept, formed and dissolved between consecutive waves, by kind: counts.

    Only pairs known in both waves are compared: who is new, gone or silent is told by :func:`composition`, and a tie
    of theirs is neither formed nor dissolved but stands in ``ties_not_compared``. ``hamming`` is formed + dissolved,
    ``n`` the organisations in both waves.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        both, before, after = comparable(first, second)
        each = 1 if directed else 2
        kept = int(np.nansum(before * after)) // each
        formed = int(np.nansum((1 - before) * after)) // each
        dissolved = int(np.nansum(before * (1 - after))) // each
        counts = (
            kept,
            formed,
            dissolved,
            formed + dissolved,
            _not_compared(first, second) // each,
            len(both),
        )
        rows.append((first.kind, first.wave, second.wave, *counts))
    return pd.DataFrame(rows, columns=_CHANGE)


def tie_stability(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Jaccard index of the ties of consecutive waves (see :func:`jaccard`), dyadic cluster-robust interval. 0 to 1.

    On the pairs known in both waves; ``n`` organisations in both. Snijders, van de Bunt and Steglich (2010, Social
    Networks 32, 44-60) ask for .3 or more before change is modelled.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        _both, before, after = comparable(first, second)
        kept, either = np.nan_to_num(before * after), np.nan_to_num(np.fmax(before, after))
        tail = dyadic_interval(jaccard(before, after), influence(kept, either), least=0.0)
        rows.append({"kind": first.kind, "wave_from": first.wave, "wave_to": second.wave} | tail)
    return pd.DataFrame(rows, columns=_STABILITY)


def composition(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Organisations that stayed, joined and left between consecutive waves, by kind of tie: counts.

    ``answered_both`` are the stayers that answered in both waves; ``n`` all the organisations seen.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        old, new = set(first.nodes), set(second.nodes)
        silent = {
            node
            for network in (first, second)
            for node, answered in zip(network.nodes, network.answered, strict=True)
            if not answered
        }
        stayers = old & new
        counts = (len(stayers), len(new - old), len(old - new), len(stayers - silent), len(old | new))
        rows.append((first.kind, first.wave, second.wave, *counts))
    return pd.DataFrame(rows, columns=_COMPOSITION)


def tie_states(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Each tie named in one of two consecutive waves, and what became of it.

    ``state`` is kept, formed or dissolved, or not_compared where it is unknown in one of the waves (an end is new,
    gone or silent). In an undirected network a pair has one row.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        everyone = sorted(set(first.nodes) | set(second.nodes))
        before, after = (_spread(network, everyone) for network in (first, second))
        for i, j in zip(*np.nonzero((before == 1) | (after == 1)), strict=True):
            if not directed and i > j:
                continue
            old, new = before[i, j], after[i, j]
            if np.isnan(old) or np.isnan(new):
                state = "not_compared"
            else:
                state = "kept" if old == new else ("formed" if new else "dissolved")
            rows.append((first.kind, first.wave, second.wave, everyone[i], everyone[j], state))
    return pd.DataFrame(rows, columns=_STATES)


def _not_compared(first: Network, second: Network) -> int:
    everyone = sorted(set(first.nodes) | set(second.nodes))
    before, after = _spread(first, everyone), _spread(second, everyone)
    named = (before == 1) | (after == 1)
    return int((named & (np.isnan(before) | np.isnan(after))).sum())


def _spread(network: Network, everyone: list[str]) -> np.ndarray:
    """The network's matrix on a wider roster; whoever does not stand in it is unknown."""
    place = {node: i for i, node in enumerate(everyone)}
    index = [place[node] for node in network.nodes]
    wide = np.full((len(everyone), len(everyone)), np.nan)
    wide[np.ix_(index, index)] = network.matrix
    return wide
