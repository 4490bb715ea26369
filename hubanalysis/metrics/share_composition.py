"""The change of the share of long ties, apart: who stayed, who joined, who left, and who fell silent or spoke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, consecutive, networks_of
from hubanalysis.metrics.short_long_bounds import by_definition
from hubanalysis.metrics.tie_length import long_pairs
from hubanalysis.metrics.vertex_bootstrap import UNDEFINED

__all__ = ["PARTS", "long_share_composition"]

#: The parts of the overall change, in the order of the table; they add up to the last one.
PARTS = ("part_stayers", "part_joiners", "part_leavers", "part_silence", "part_all")
_COLUMNS = [
    *("kind", "definition", "wave_from", "wave_to", "part", "ties_before", "long_before", "ties_after"),
    *("long_after", "estimate", "n", "unit", "method", "note"),
]
METHOD = mark(
    "parts of the overall change, which add up; an account of these ties without a sampling interval"
)


def long_share_composition(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What the overall change of the share of long ties is made of, by kind, definition and waves. Fractions of 1.

    The overall change is later minus earlier over all the ties named in either wave. With ``s0`` and ``s1`` the shares
    among the pairs known in both waves, it is exactly ``(s1 - s0) + sum_g w_g (s_g - s1) - sum_h w_h (s_h - s0)``, over
    the groups g of later ties and h of earlier ties outside those pairs, each with its share ``s`` of long ties and its
    share ``w`` of all the ties of that wave (the decomposition of Melitz and Polanec 2015, RAND Journal of Economics
    46, 362-375). A tie belongs to the joiners (or leavers) where an end does not stand in the other wave's roster; to
    silence where both ends do but the tie is unknown in the other wave. ``ties_before`` to ``long_after`` count each
    part's ties (once a pair where undirected), ``n`` organisations in either wave. NaN with a note where the pairs
    known in both have no tie in one of the waves.
    """
    rows = []
    definitions = list(definitions)
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        everyone = sorted(set(first.nodes) | set(second.nodes))
        groups = _groups(first, second, everyone)
        for definition in definitions:
            length = long_pairs(everyone, organisations, definition)
            where = {"kind": first.kind, "definition": definition["id"]}
            where |= {"wave_from": first.wave, "wave_to": second.wave}
            rows += [where | row for row in _parts(groups, length, 1 if directed else 2, len(everyone))]
    return by_definition(pd.DataFrame(rows, columns=_COLUMNS), definitions)


def _groups(first: Network, second: Network, everyone: list[str]) -> dict[str, list[np.ndarray]]:
    """For each part the ends (sources, targets) of its ties before and after, on the roster of both waves."""
    place = {node: i for i, node in enumerate(everyone)}
    stands = [np.isin(everyone, network.nodes) for network in (first, second)]
    spoke = []
    for network in (first, second):
        answered = np.zeros(len(everyone), bool)
        answered[[place[node] for node in network.nodes]] = network.answered
        spoke.append(answered)
    both = stands[0] & stands[1]
    found: dict[str, list] = {part: [None, None] for part in PARTS}
    for wave, network in enumerate((first, second)):
        index = np.array([place[node] for node in network.nodes], dtype="int64")
        ends = np.vstack([index[end] for end in network.named.nonzero()])
        source, target = ends
        inside = both[source] & both[target]
        heard = spoke[1 - wave]
        known = heard[source] if network.directed else heard[source] | heard[target]
        own = {"part_stayers": inside & known, "part_silence": inside & ~known}
        own |= {("part_leavers", "part_joiners")[wave]: ~inside, "part_all": np.ones(len(source), bool)}
        for part in PARTS:
            found[part][wave] = ends[:, own.get(part, np.zeros(len(source), bool))]
    return found


def _parts(groups: dict[str, list[np.ndarray]], length: np.ndarray, each: int, n: int) -> list[dict]:
    counts = {
        part: [(np.isfinite(length[tuple(ends)]).sum(), np.nansum(length[tuple(ends)])) for ends in waves]
        for part, waves in groups.items()
    }
    totals = [counts["part_all"][wave][0] for wave in (0, 1)]
    known = counts["part_stayers"]
    shares = [long / ties if ties else np.nan for ties, long in known]

    def weighed(part: str, wave: int) -> float:
        """How far the ties of a part move the share of its wave away from that of the pairs known in both."""
        ties, long = counts[part][wave]
        return (long - shares[wave] * ties) / totals[wave] if ties else 0.0

    value = {
        "part_stayers": shares[1] - shares[0],
        "part_joiners": weighed("part_joiners", 1),
        "part_leavers": 0.0 - weighed("part_leavers", 0),
        "part_silence": weighed("part_silence", 1) - weighed("part_silence", 0),
    }
    (old, old_long), (new, new_long) = counts["part_all"]
    value["part_all"] = new_long / new - old_long / old if old and new else np.nan
    if not np.isfinite(shares).all():
        value |= {part: np.nan for part in value if part != "part_all"}
    return [
        {"part": part, "estimate": value[part], "n": n, "unit": mark("percentage points"), "method": METHOD}
        | {"ties_before": int(counts[part][0][0]) // each, "long_before": int(counts[part][0][1]) // each}
        | {"ties_after": int(counts[part][1][0]) // each, "long_after": int(counts[part][1][1]) // each}
        | {"note": "" if np.isfinite(value[part]) else UNDEFINED}
        for part in PARTS
    ]
