"""Is a tie short or long? The rule a study declares, read for every pair of organisations.

No formal definition of the long tie exists: the study declares one or more, and every result carries its rule
(definitions change results: Geys and Murdoch 2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["long_pairs"]


def long_pairs(
    nodes: Iterable[str], organisations: pd.DataFrame, definition: Mapping[str, Any]
) -> np.ndarray:
    """For each pair of ``nodes``: 1 a tie between them would be long, 0 short, NaN undecided (an end is undescribed).

    ``definition`` may hold ``either_reach`` (a list: at least one end has one of these reaches), ``kinds_differ``,
    ``municipality_differs`` and ``power_differs`` (true: the ends must differ; false: they must be alike). Conditions
    given together must all hold.

    Raises
    ------
    ValueError
        If the definition gives no condition.
    """
    nodes = list(nodes)
    table = organisations.drop_duplicates("organisation").set_index("organisation").reindex(nodes)
    conditions = []
    reaches = list(definition.get("either_reach") or [])
    if reaches:
        wide = table["reach"].astype(object).isin(reaches).to_numpy()
        conditions.append(_decided(wide[:, None] | wide[None, :], table["reach"]))
    for key, column in (
        ("kinds_differ", "kind"),
        ("municipality_differs", "municipality"),
        ("power_differs", "power"),
    ):
        wanted = definition.get(key)
        if wanted is not None:
            value = table[column].astype(object).to_numpy()
            differ = value[:, None] != value[None, :]
            conditions.append(_decided(differ == bool(wanted), table[column]))
    if not conditions:
        raise ValueError(f"the definition {definition.get('id', '')!r} of the long tie gives no condition")
    pairs = np.minimum.reduce(conditions)  # NaN wins: one undescribed end leaves the pair undecided
    np.fill_diagonal(pairs, np.nan)
    return pairs


def _decided(holds: np.ndarray, column: pd.Series) -> np.ndarray:
    missing = column.isna().to_numpy()
    pairs = np.asarray(holds, dtype=bool).astype(float)
    pairs[missing, :] = np.nan
    pairs[:, missing] = np.nan
    return pairs
