"""What a model or an overlap of networks would be with the silent organisations' answers filled in three ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.non_response import THREE_FILLS

__all__ = ["FILLS", "beyond_chance", "filled_answers", "range_over_fillings", "verdicts_over_fillings"]

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


def beyond_chance(frame: pd.DataFrame, *, one_sided: bool = False) -> pd.Series:
    """Each row's verdict: ``more`` or ``less`` than chance gives, else ``unclear``.

    Outside ``chance_low`` to ``chance_high``; with ``one_sided`` ``more`` where ``p`` is at most .05.
    """
    if one_sided:
        return pd.Series(np.where(frame["p"] <= 0.05, "more", "unclear"), index=frame.index)
    outside = [frame["estimate"] > frame["chance_high"], frame["estimate"] < frame["chance_low"]]
    return pd.Series(np.select(outside, ["more", "less"], "unclear"), index=frame.index)


def verdicts_over_fillings(
    observed: pd.DataFrame,
    measure: Callable[..., pd.DataFrame],
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None,
    tie_respondents: pd.DataFrame | None,
    *,
    by: str = "",
    one_sided: bool = False,
    directed: bool = True,
    **options: Any,
) -> pd.DataFrame:
    """Of the rows of ``observed`` (a frame of ``measure``) that are beyond chance: in how many fillings they stay so.

    ``by`` is the column that tells the rows of a network apart (a role, a metric), if there is one. Returns ``kind,
    wave``, ``by``, ``verdict``, ``staying`` (0 to 3 of the :data:`FILLS` give the same verdict) and ``missing``; empty
    where nobody was silent. No bound, as in :func:`range_over_fillings`.
    """
    keys = ["kind", "wave", *([by] if by else [])]
    told = observed.assign(verdict=beyond_chance(observed, one_sided=one_sided))
    told = told[told["verdict"] != "unclear"].astype(dict.fromkeys(["kind", "wave"], str))
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    silent = {
        node for one in networks for node, spoke in zip(one.nodes, one.answered, strict=True) if not spoke
    }
    found = told[[*keys, "verdict"]].assign(staying=0, missing=len(silent)).reset_index(drop=True)
    if not silent or found.empty:
        return found.iloc[:0]
    for fill in FILLS:
        tables = filled_answers(ties, organisations, tie_respondents, fill, directed=directed)
        named = dict(zip(("ties", "organisations", "tie_respondents"), tables, strict=True))
        again = measure(**named, directed=directed, **options)
        again = again.assign(again=beyond_chance(again, one_sided=one_sided))
        again = again.astype(dict.fromkeys(["kind", "wave"], str))[[*keys, "again"]]
        same = found[keys].merge(again, on=keys, how="left")["again"].to_numpy()
        found["staying"] += (same == found["verdict"].to_numpy()).astype(int)
    return found
