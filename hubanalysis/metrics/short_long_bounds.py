"""What the share of long ties, and its change, could be if the silent organisations had answered: exact bounds.

A share ``long / (long + short)`` rises with every long tie and falls with every short one. Its most contrary answers
are therefore plain: all unknown long ties and no unknown short one, or the reverse (Manski 2003). What is unknown
before and what is unknown after are answered separately, so that a change is bounded by the most contrary answers of
both waves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, consecutive, networks_of
from hubanalysis.metrics.non_response import THREE_FILLS
from hubanalysis.metrics.tie_length import long_pairs
from hubanalysis.metrics.vertex_bootstrap import UNDEFINED

__all__ = [
    "ALL_KINDS",
    "Tally",
    "by_definition",
    "change_bounds_of",
    "long_share_bounds",
    "long_share_change_bounds",
    "share_bounds_of",
    "with_bounds",
]

#: The kind under which the ties of all kinds are put together.
ALL_KINDS = "all_kinds"

_TAIL = ["estimate", "low", "high", "reconstructed", "n", "missing", "unit", "method", "note"]
_SHARE = ["kind", "definition", "wave", *_TAIL]
_CHANGE = ["kind", "definition", "wave_from", "wave_to", *_TAIL]
#: Columns that may name a row.
_NAMING = (
    "kind",
    "other",
    "definition",
    "wave",
    "wave_from",
    "wave_to",
    "metric",
    "form",
    "term",
    "attribute",
)
SHORT_OR_LONG = mark("bounds: every unknown tie short, or long")
CONTRARY = mark("bounds: the unknown ties all short before and all long after, or the reverse")


class Tally:
    """Ties that a rule decides, counted: known long and short ones, and pairs of either length that are unknown.

    ``matrix`` has 1 a tie, 0 none, NaN unknown; ``length`` 1 a pair that would be long, 0 short, NaN undecided (such a
    pair never counts). Tallies add up. In an undirected network every pair is counted twice, which no share feels.
    """

    def __init__(self, matrix: np.ndarray, length: np.ndarray) -> None:
        ties, unknown = np.nan_to_num(matrix), np.isnan(matrix)
        self.counts = np.array(
            [(where * (length == value)).sum() for where in (ties, unknown) for value in (1, 0)], dtype=float
        )

    def __add__(self, other: Tally) -> Tally:
        total = object.__new__(Tally)
        total.counts = self.counts + other.counts
        return total

    @property
    def share(self) -> float:
        """Share of the known ties that are long: 0 to 1, NaN without any."""
        long, short, *_unknown = self.counts
        return long / (long + short) if long + short else np.nan

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that the share could be, among the answers that leave any tie. NaN if none does."""
        long, short, unknown_long, unknown_short = self.counts
        if not self.counts.any():
            return np.nan, np.nan
        low = long / (long + short + unknown_short) if long + short + unknown_short else 1.0
        high = (long + unknown_long) / (long + unknown_long + short) if long + unknown_long + short else 0.0
        return low, high


def share_bounds_of(network: Network, length: np.ndarray) -> dict:
    """The tail of a row: bounds of the share of ``length`` among the ties of ``network``."""
    matrix = network.matrix
    tally = Tally(matrix, length)
    low, high = tally.ends
    return {
        "estimate": tally.share,
        "low": low,
        "high": high,
        "reconstructed": Tally(_other_word(matrix), length).share,
        "n": network.respondents,
        "missing": len(network.nodes) - network.respondents,
        "unit": mark("share"),
        "method": SHORT_OR_LONG,
        "note": "" if np.isfinite(tally.share) else UNDEFINED,
    }


def change_bounds_of(pairs: list[tuple[Network, Network, np.ndarray]]) -> dict:
    """The tail of a row: bounds of the change of a share, over networks ``(before, after, length)`` put together.

    ``length`` is over the organisations in both waves, in the order of their names. ``estimate`` is the change over the
    pairs known in both waves; the bounds are over all pairs of these organisations, known or not.
    """
    sums, compared, words, everyone, silent = None, None, None, set(), set()
    for first, second, length in pairs:
        both = sorted(set(first.nodes) & set(second.nodes))
        before, after = first.on(both), second.on(both)
        unknown = np.isnan(before) | np.isnan(after)
        own = [Tally(m, length) for m in (before, after)]
        same = [Tally(np.where(unknown, 0.0, m), length) for m in (before, after)]
        told = [_other_word(m) for m in (before, after)]
        missing = np.isnan(told[0]) | np.isnan(told[1])
        filled = [Tally(np.where(missing, 0.0, m), length) for m in told]
        sums, compared, words = (
            new if old is None else [a + b for a, b in zip(old, new, strict=True)]
            for old, new in ((sums, own), (compared, same), (words, filled))
        )
        spoke = first.answered[first.places(both)] & second.answered[second.places(both)]
        everyone |= set(both)
        silent |= {node for node, both_times in zip(both, spoke, strict=True) if not both_times}
    (least_before, most_before), (least_after, most_after) = (tally.ends for tally in sums)
    value = compared[1].share - compared[0].share
    return {
        "estimate": value,
        "low": least_after - most_before,
        "high": most_after - least_before,
        "reconstructed": words[1].share - words[0].share,
        "n": len(everyone) - len(silent),
        "missing": len(silent),
        "unit": mark("percentage points"),
        "method": CONTRARY,
        "note": "" if np.isfinite(value) else UNDEFINED,
    }


def _other_word(matrix: np.ndarray) -> np.ndarray:
    """An unknown tie as the other end tells it (Stork and Richards 1992); unknown still where both are silent."""
    return np.where(np.isnan(matrix), matrix.T, matrix)


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
            length = long_pairs(network.nodes, organisations, definition)
            where = {"kind": network.kind, "definition": definition["id"], "wave": network.wave}
            rows.append(where | share_bounds_of(network, length))
    return by_definition(pd.DataFrame(rows, columns=_SHARE), definitions)


def long_share_change_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What the change of the share of long ties could be, whatever the silent ones would have answered. -1 to 1.

    Over all pairs of the organisations that stand in both waves, known or not; exact: ``low`` and ``high`` are reached
    by some answers and passed by none. ``estimate`` is that of
    :func:`hubanalysis.metrics.short_long.long_share_change` (``all_kinds`` first, where several were asked), over the
    pairs known in both waves; it may lie outside the bounds where one wave knows much that the other does not.
    ``missing`` counts those silent in either wave. Bounds on both sides of 0: the direction rests on who answered.
    """
    pairs = consecutive(networks_of(ties, organisations, tie_respondents, directed=directed))
    rows = []
    definitions = list(definitions)
    for waves in dict.fromkeys((first.wave, second.wave) for first, second in pairs):
        own = [pair for pair in pairs if (pair[0].wave, pair[1].wave) == waves]
        for definition in definitions:
            counted = {
                first.kind: [(first, second, _length(first, second, organisations, definition))]
                for first, second in own
            }
            if len(counted) > 1:
                counted = {ALL_KINDS: [one for each in counted.values() for one in each]} | counted
            where = {"definition": definition["id"], "wave_from": waves[0], "wave_to": waves[1]}
            rows += [{"kind": kind} | where | change_bounds_of(several) for kind, several in counted.items()]
    return by_definition(pd.DataFrame(rows, columns=_CHANGE), definitions)


def _length(first: Network, second: Network, organisations: pd.DataFrame, definition) -> np.ndarray:
    return long_pairs(sorted(set(first.nodes) & set(second.nodes)), organisations, definition)


def by_definition(frame: pd.DataFrame, definitions: list) -> pd.DataFrame:
    """Rows by kind, then definition as declared, then wave as it came."""
    place = {definition["id"]: i for i, definition in enumerate(definitions)}
    kinds = {kind: i for i, kind in enumerate(dict.fromkeys(frame["kind"]))}
    order = sorted(
        range(len(frame)), key=lambda i: (kinds[frame["kind"].iloc[i]], place[frame["definition"].iloc[i]], i)
    )
    return frame.iloc[order].reset_index(drop=True)


def with_bounds(estimates: pd.DataFrame, bounds: pd.DataFrame) -> pd.DataFrame:
    """``estimates`` with what the silent leave open, from the rows of ``bounds`` that are named alike.

    Adds ``bound_low`` and ``bound_high`` (true bounds), or ``filled_low`` and ``filled_high`` where the method of
    ``bounds`` says that it is a range over three fillings and no bound; ``missing`` is how many were silent. NaN where
    ``bounds`` has no such row.
    """
    keys = [column for column in _NAMING if column in estimates and column in bounds]
    filled = (bounds["method"] == THREE_FILLS) if "method" in bounds else pd.Series(False, index=bounds.index)
    own = bounds[[*keys, "missing"]].copy()
    for name, where in (("bound", ~filled), ("filled", filled)):
        if where.any() or (name == "bound" and not len(bounds)):
            own[f"{name}_low"], own[f"{name}_high"] = bounds["low"].where(where), bounds["high"].where(where)
    extra = [column for column in own.columns if column not in (*keys, "missing")] + ["missing"]
    joined = estimates.merge(own, on=keys, how="left", validate="m:1")
    place = list(estimates.columns).index("n") if "n" in estimates else len(estimates.columns)
    return joined[[*estimates.columns[:place], *extra, *estimates.columns[place:]]]
