"""Is a tie short or long? The rule a study declares, read for every pair of organisations.

No formal definition of the long tie exists: the study declares one or more, and every result carries its rule
(definitions change results: Geys and Murdoch 2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["great_circle_km", "long_pairs"]

#: Mean radius of the Earth (IUGG).
_EARTH_KM = 6371.0088


def long_pairs(
    nodes: Iterable[str],
    organisations: pd.DataFrame,
    definition: Mapping[str, Any],
    places: pd.DataFrame | None = None,
) -> np.ndarray:
    """For each pair of ``nodes``: 1 a tie between them would be long, 0 short, NaN undecided (an end is undescribed).

    ``definition`` may hold ``either_reach`` (a list: at least one end has one of these reaches), ``kinds_differ``,
    ``municipality_differs`` and ``power_differs`` (true: the ends must differ; false: they must be alike), and
    ``farther_than_km``: the seats are farther from each other than that, as the crow flies
    (:func:`great_circle_km`). Conditions given together must all hold. Where a seat lies is taken from ``places``
    (municipality, latitude, longitude), else from the columns latitude and longitude of ``organisations``; where
    neither knows, the pair is undecided.

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
    limit = definition.get("farther_than_km")
    if limit is not None:
        latitude, longitude = _seats(table, places)
        distance = great_circle_km(latitude, longitude)
        conditions.append(np.where(np.isnan(distance), np.nan, distance > limit))
    if not conditions:
        raise ValueError(f"the definition {definition.get('id', '')!r} of the long tie gives no condition")
    pairs = np.minimum.reduce(conditions)  # NaN wins: one undescribed end leaves the pair undecided
    np.fill_diagonal(pairs, np.nan)
    return pairs


def great_circle_km(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Kilometres between every two points, by the haversine formula on a sphere of 6,371.0088 km; NaN where unknown.

    ``2 R arcsin sqrt(sin²((φ_j - φ_i) / 2) + cos φ_i cos φ_j sin²((λ_j - λ_i) / 2))`` (Sinnott 1984), ``latitude`` φ
    and ``longitude`` λ in degrees. Within .6 % of the distance on the ellipsoid. n x n, 0 to 20,015.
    """
    phi, lam = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(longitude, float))
    across = np.sin((phi[:, None] - phi[None, :]) / 2) ** 2
    along = np.sin((lam[:, None] - lam[None, :]) / 2) ** 2
    half = across + np.cos(phi)[:, None] * np.cos(phi)[None, :] * along
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def _seats(table: pd.DataFrame, places: pd.DataFrame | None) -> tuple[np.ndarray, np.ndarray]:
    if places is not None:
        known = places.assign(key=places["municipality"].astype("str").str.strip().str.casefold())
        known = known.drop_duplicates("key").set_index("key")
        keys = table["municipality"].astype("str").str.strip().str.casefold()
        return tuple(keys.map(known[axis]).to_numpy(float) for axis in ("latitude", "longitude"))
    unknown = pd.Series(np.nan, index=table.index)
    return tuple(table.get(axis, unknown).astype(float).to_numpy() for axis in ("latitude", "longitude"))


def _decided(holds: np.ndarray, column: pd.Series) -> np.ndarray:
    missing = column.isna().to_numpy()
    pairs = np.asarray(holds, dtype=bool).astype(float)
    pairs[missing, :] = np.nan
    pairs[:, missing] = np.nan
    return pairs
