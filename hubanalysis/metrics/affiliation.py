"""The two-mode network of people and activities: density, mean numbers, and whether the same people meet again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import Interval

__all__ = [
    "affiliation_measures",
    "clustering_beyond_chance",
    "incidence_matrix",
    "jackknife",
    "robins_alexander",
    "robins_alexander_without_each",
]

NO_PATH = mark("no two people share an activity and go on to others: undefined")
_COLUMNS = ["measure", "estimate", "low", "high", "n", "method", "note"]


def incidence_matrix(attendance: pd.DataFrame) -> np.ndarray:
    """People x activities, 1 where the person came; rows and columns sorted by id."""
    table = attendance[["person", "activity"]].dropna().drop_duplicates().assign(one=1)
    if table.empty:
        return np.zeros((0, 0))
    return (
        table.pivot(index="person", columns="activity", values="one").fillna(0).sort_index().to_numpy(float)
    )


def robins_alexander(incidence: np.ndarray) -> float:
    """Two-mode clustering, 4 C4 / L3: closed four-cycles over paths of three ties (Robins & Alexander 2004).

    Two people who met at one activity, one of whom goes to another: how often does the other come there too? From 0
    to 1, NaN where there is no path of three ties. ``incidence``: people x activities, 0 and 1.
    """
    people, activities = incidence.sum(axis=1), incidence.sum(axis=0)
    paths = (incidence * np.outer(people - 1, activities - 1)).sum()  # other ties of each tie's two ends
    shared = incidence @ incidence.T
    pairs = shared[np.triu_indices(len(shared), 1)]
    cycles = (pairs * (pairs - 1) / 2).sum()
    return float(4 * cycles / paths) if paths else np.nan


def robins_alexander_without_each(incidence: np.ndarray) -> np.ndarray:
    """:func:`robins_alexander` of the table without each person in turn, from one table of what pairs share."""
    further, others = incidence.sum(axis=1) - 1, incidence.sum(axis=0) - 1
    shared = incidence @ incidence.T
    np.fill_diagonal(shared, 0.0)
    paths = further * (incidence @ others)
    pairs = shared * (shared - 1) / 2
    # without a person her own paths go, and every activity she was at has one person fewer for those she met
    left = paths.sum() - paths - shared @ further
    cycles = pairs.sum() / 2 - pairs.sum(axis=1)
    return np.divide(4 * cycles, left, out=np.full(len(left), np.nan), where=left > 0)


def affiliation_measures(attendance: pd.DataFrame) -> pd.DataFrame:
    """Density, mean activities per person and two-mode clustering: ``measure`` and the estimate, n = people.

    density is the share of all possible person x activity ties that exist. Intervals by the jackknife over people
    (Snijders & Borgatti 1999): the programme's activities are given, its people could have been others.
    """
    x = incidence_matrix(attendance)
    if not x.size:
        return pd.DataFrame(columns=_COLUMNS)
    rows = []
    for measure, function in (("density", np.mean), ("robins_alexander", robins_alexander)):
        estimate, low, high = jackknife(x, function)
        rows.append(
            {"measure": measure, "estimate": estimate, "low": low, "high": high, "n": len(x)}
            | {"method": mark("jackknife over people"), "note": NO_PATH if np.isnan(estimate) else ""}
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def clustering_beyond_chance(attendance: pd.DataFrame, draws: int = 200, seed: int = 2022) -> pd.DataFrame:
    """Clustering observed minus what chance gives when each person and each activity keeps its number.

    Chance is a seeded sample of tables with the same margins (curveball trades, Strona et al. 2014). The interval is
    that of the difference from single random tables (2.5 % to 97.5 %); ``p`` is two-sided with +1 in both parts.
    Above 0: the same people meet again at several activities more than numbers alone bring about.
    """
    x = incidence_matrix(attendance)
    observed = robins_alexander(x) if x.size else np.nan
    columns = [*_COLUMNS[:-1], "p", "note"]
    if not x.size:
        return pd.DataFrame(columns=columns)
    row = {
        "measure": "clustering_beyond_chance",
        "n": len(x),
        "method": mark("same margins, curveball sample"),
    }
    if np.isnan(observed):
        return pd.DataFrame([row | {"note": NO_PATH}], columns=columns)
    rng = np.random.default_rng(seed)
    random = _curveball(x, rng, trades=5 * len(x))
    values = np.empty(draws)
    for k in range(draws):
        random = _curveball(random, rng, trades=len(x))
        values[k] = robins_alexander(random)
    extreme = min((values >= observed).sum(), (values <= observed).sum())
    low, high = np.quantile(values, [0.975, 0.025])
    row |= {"estimate": observed - values.mean(), "low": observed - low, "high": observed - high}
    row |= {"p": min(1.0, 2 * (extreme + 1) / (draws + 1)), "note": ""}
    return pd.DataFrame([row], columns=columns)


def jackknife(incidence: np.ndarray, measure: Callable[[np.ndarray], float]) -> Interval:
    """The measure of a people x activities table, ± 1.96 jackknife standard errors over the people.

    Snijders & Borgatti (1999). A bootstrap would draw a person beside her own copy, which shares every activity with
    her and feigns clustering. No interval (NaN) with fewer than three people or where a measure is undefined.
    """
    estimate, n = float(measure(incidence)), len(incidence)
    if np.isnan(estimate) or n < 3:
        return estimate, np.nan, np.nan
    if measure is robins_alexander:
        left_out = robins_alexander_without_each(incidence)
    else:
        left_out = np.array([measure(np.delete(incidence, k, axis=0)) for k in range(n)])
    se = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    return estimate, estimate - 1.959964 * se, estimate + 1.959964 * se


def _curveball(x: np.ndarray, rng: np.random.Generator, trades: int) -> np.ndarray:
    """``trades`` random swaps between two people of the activities only one of them attended."""
    lists = [set(np.flatnonzero(row)) for row in x]
    for _ in range(trades if len(lists) > 1 else 0):
        a, b = rng.choice(len(lists), 2, replace=False)
        only_a, only_b = lists[a] - lists[b], lists[b] - lists[a]
        if not only_a or not only_b:
            continue
        pool = rng.permutation(sorted(only_a | only_b))
        common = lists[a] & lists[b]
        lists[a], lists[b] = common | set(pool[: len(only_a)]), common | set(pool[len(only_a) :])
    traded = np.zeros_like(x)
    for k, row in enumerate(lists):
        traded[k, list(row)] = 1
    return traded
