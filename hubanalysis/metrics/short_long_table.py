"""The short/long table: all that a study can say of its short and long ties, by kind of tie, definition and wave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.short_long import (
    long_counts,
    long_share,
    long_share_change,
    long_share_change_resampled,
)
from hubanalysis.metrics.short_long_bounds import long_share_bounds, long_share_change_bounds, with_bounds
from hubanalysis.metrics.tie_chance import long_share_by_chance

__all__ = ["short_long_changes", "short_long_shares"]

_SHARES = [
    "kind",
    "definition",
    "wave",
    "ties",
    "long",
    "estimate",
    "low",
    "high",
    "expected",
    "p",
    "p_adjusted",
]
_SHARES += ["bound_low", "bound_high", "missing", "n", "unit", "method", "note"]
_CHANGES = ["kind", "definition", "wave_from", "wave_to", "estimate", "low", "high"]
_CHANGES += ["drawn_low", "drawn_high", "bound_low", "bound_high", "missing", "n", "unit", "method", "note"]


def short_long_shares(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
    replicates: int = 1000,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Each wave by itself: a row a kind of tie, definition and wave. Shares, 0 to 1.

    ``ties`` that the definition decides and the ``long`` among them; their share with its interval
    (:func:`~hubanalysis.metrics.short_long.long_share`); ``expected`` by chance, its two-sided ``p`` (attributes
    shuffled, :func:`~hubanalysis.metrics.tie_chance.long_share_by_chance`) and ``p_adjusted``, Benjamini-Hochberg's
    over all rows, which explore; ``bound_low`` and ``bound_high`` whatever the ``missing`` silent ones would have
    answered (:func:`~hubanalysis.metrics.short_long_bounds.long_share_bounds`); ``n`` organisations.
    """
    network, definitions = (ties, organisations, tie_respondents), list(definitions)
    frame = long_share(*network, definitions, directed=directed, replicates=replicates, seed=seed)
    keys = ["kind", "definition", "wave"]
    counts = long_counts(*network, definitions, directed=directed)
    counts["ties"] = counts["long"] + counts["short"]
    chance = long_share_by_chance(
        *network, definitions, directed=directed, permutations=permutations, seed=seed
    )
    frame = frame.merge(counts[[*keys, "ties", "long"]], on=keys, how="left", validate="1:1")
    frame = frame.merge(chance[[*keys, "expected", "p"]], on=keys, how="left", validate="1:1")
    frame = with_bounds(frame, long_share_bounds(*network, definitions, directed=directed))
    return frame.assign(p_adjusted=adjust_p(frame["p"], "fdr_bh"))[_SHARES]


def short_long_changes(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    definitions: Iterable[Mapping[str, Any]],
    *,
    directed: bool = True,
    replicates: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """From wave to wave: a row a kind of tie, definition and pair of consecutive waves. Fractions of 1, -1 to 1.

    The paired change with its interval (:func:`~hubanalysis.metrics.short_long.long_share_change`), ``drawn_low`` and
    ``drawn_high`` the wider interval of the paired vertex bootstrap (none for all kinds together), ``bound_low`` and
    ``bound_high`` whatever the silent would have answered
    (:func:`~hubanalysis.metrics.short_long_bounds.long_share_change_bounds`); ``n`` organisations in both waves.
    """
    network, definitions = (ties, organisations, tie_respondents), list(definitions)
    frame = long_share_change(*network, definitions, directed=directed)
    drawn = long_share_change_resampled(
        *network, definitions, directed=directed, replicates=replicates, seed=seed
    ).rename(columns={"low": "drawn_low", "high": "drawn_high"})
    keys = ["kind", "definition", "wave_from", "wave_to"]
    frame = frame.merge(drawn[[*keys, "drawn_low", "drawn_high"]], on=keys, how="left", validate="1:1")
    bounds = long_share_change_bounds(*network, definitions, directed=directed)
    return with_bounds(frame, bounds)[_CHANGES]
