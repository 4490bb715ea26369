"""What a model or an overlap of networks would be with the silent organisations' answers filled in three ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.non_response import THREE_FILLS

__all__ = ["FILLS", "filled_answers", "range_over_fillings"]

#: The silent name nobody; name everybody; name those who name them.
FILLS = ("nobody", "everybody", "returned")
_NAMING = ("kind", "other", "definition", "wave", "wave_from", "wave_to", "metric", "term")
_TAIL = ["low", "high", "missing", "method"]


def filled_answers(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None,
    tie_respondents: pd.DataFrame | None,
    fill: str,
    *,
    directed: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame | None, pd.DataFrame]:
    """The three tables as if everybody had answered: the silent ones as ``fill`` says (one of :data:`FILLS`).

    In an undirected network only pairs of two silent ones are unknown: ``returned`` then leaves them without a tie.
    Raises ValueError for another ``fill``.
    """
    if fill not in FILLS:
        raise ValueError(f"fill is one of {', '.join(FILLS)}, not {fill!r}")
    named, asked = [], []
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    for network in networks:
        matrix = network.filled
        unknown = ~network.known & ~np.eye(len(matrix), dtype=bool)
        word = {"nobody": 0.0, "everybody": 1.0, "returned": matrix.T}[fill]
        matrix = np.where(unknown, word, matrix)
        nodes = np.array(network.nodes, dtype=object)
        rows, columns = np.nonzero(matrix if directed else np.triu(matrix))
        where = {"kind": network.kind, "wave": network.wave}
        named.append(pd.DataFrame(where | {"source": nodes[rows], "target": nodes[columns], "weight": 1.0}))
        asked.append(pd.DataFrame(where | {"organisation": nodes, "responded": True}))
    if not networks:
        return ties, organisations, tie_respondents
    answers = pd.concat(named, ignore_index=True)
    waves = pd.CategoricalDtype(list(dict.fromkeys(network.wave for network in networks)))
    return answers.astype({"wave": waves}), organisations, pd.concat(asked, ignore_index=True)


def range_over_fillings(
    measure: Callable[..., pd.DataFrame],
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None,
    tie_respondents: pd.DataFrame | None,
    *,
    formula: str = "",
    directed: bool = True,
    **options: Any,
) -> pd.DataFrame:
    """The lowest and highest ``estimate`` of ``measure`` over the three :data:`FILLS`, in its units, a row for each of
    its rows. No bound: other answers may lie beyond (Stork and Richards 1992 for the third one).

    ``measure(formula, ties, organisations, tie_respondents, directed=, **options)``, the tables by name if there is no
    formula: only its estimates are used, so that few permutations will do. ``missing``: silent in any of the
    networks. Rows are named as :func:`hubanalysis.metrics.short_long_bounds.with_bounds` joins them.
    """
    frames = []
    for fill in FILLS:
        tables = filled_answers(ties, organisations, tie_respondents, fill, directed=directed)
        named = dict(zip(("ties", "organisations", "tie_respondents"), tables, strict=True))
        frames.append(
            measure(formula, *tables, directed=directed, **options)
            if formula
            else measure(**named, directed=directed, **options)
        )
    together = pd.concat(frames, ignore_index=True)
    keys = [column for column in _NAMING if column in together]
    grouped = together.groupby(keys, sort=False, dropna=False)["estimate"]
    found = grouped.agg(low="min", high="max").reset_index()
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    silent = {
        node for one in networks for node, spoke in zip(one.nodes, one.answered, strict=True) if not spoke
    }
    return found.assign(missing=len(silent), method=THREE_FILLS)[[*keys, *_TAIL]]
