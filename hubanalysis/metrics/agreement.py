"""Agreement: how far people who judge the same things judge alike.

Krippendorff's alpha with an interval, which the library does not give: whole clusters of units (interviews, activities)
are drawn again, because what is judged within one is alike. Alpha needs only the table of coincidences, and those of
clusters add up, so a thousand draws cost one matrix product.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = [
    "alpha_from_coincidences",
    "cluster_weights",
    "cohen_kappa",
    "coincidences",
    "krippendorff_alpha",
    "percentile_bounds",
    "resampled",
    "unit_counts",
]

DRAWS = 999
LEAST_CLUSTERS = 4


def unit_counts(ratings: pd.DataFrame, unit: list[str], value: str, values: list) -> pd.DataFrame:
    """How many gave each value to each unit: one row a unit, one column a value of ``values``."""
    counts = ratings.groupby([*unit, value], observed=True).size().unstack(fill_value=0)
    return counts.reindex(columns=values, fill_value=0)


def coincidences(counts: np.ndarray) -> np.ndarray:
    """Coincidence matrices of units: ``counts`` (units x values) to (units x values x values).

    A unit with m values adds n_c n_k / (m - 1), or n_c (n_c - 1) / (m - 1) on the diagonal; one that a single person
    judged adds nothing (Krippendorff 2011, Computing Krippendorff's alpha-reliability).
    """
    counts = np.asarray(counts, dtype=float)
    m = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])
    return pairs / np.where(m > 1, m - 1, 1)[:, None, None] * (m > 1)[:, None, None]


def alpha_from_coincidences(table: np.ndarray, values: np.ndarray, level: str = "nominal") -> np.ndarray:
    """Krippendorff's alpha of coincidence matrices (... x values x values): 1 - D_o / D_e.

    D_o = sum o_ck delta_ck^2 / n, D_e = sum n_c n_k delta_ck^2 / (n (n - 1)). ``level`` is nominal (delta 0 or 1),
    ordinal (the values between, by how often they were given), interval (the squared distance) or ratio (the distance
    over the sum, squared; values not below 0). From -1 over 0 (chance) to 1; NaN where all values are the same, since
    then there is nothing to agree on.
    """
    table = np.asarray(table, dtype=float)
    totals = table.sum(axis=-1)
    n = totals.sum(axis=-1)
    if level == "nominal":
        distance = 1.0 - np.eye(table.shape[-1])
    elif level == "interval":
        x = np.asarray(values, dtype=float)
        distance = (x[:, None] - x[None, :]) ** 2
    elif level == "ratio":
        x = np.asarray(values, dtype=float)
        total = x[:, None] + x[None, :]
        distance = ((x[:, None] - x[None, :]) / np.where(total > 0, total, 1)) ** 2
    elif level == "ordinal":
        # (sum of n_g from c to k, less half the two ends)^2, by cumulated totals
        middle = np.cumsum(totals, axis=-1) - totals / 2
        distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    else:
        raise ValueError(f"level is nominal, ordinal, interval or ratio, not {level!r}")
    observed = (table * distance).sum(axis=(-1, -2))
    expected = (totals[..., :, None] * totals[..., None, :] * distance).sum(axis=(-1, -2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)


def krippendorff_alpha(
    counts: pd.DataFrame, cluster: pd.Series, level: str = "nominal", draws: int = DRAWS, seed: int = 2022
) -> tuple[float, float, float, int]:
    """Alpha with the 95 % percentile interval of a bootstrap over clusters, and the number of units judged twice.

    ``counts`` as from :func:`unit_counts`, its columns the values in order; ``cluster`` says of each unit where it
    belongs. The interval is NaN with fewer than four clusters.
    """
    table = coincidences(counts.to_numpy())
    values = np.asarray(counts.columns) if level in ("interval", "ratio") else np.arange(counts.shape[1])
    names, places = np.unique(cluster.astype("str").to_numpy(), return_inverse=True)
    per_cluster = np.zeros((len(names), *table.shape[1:]))
    np.add.at(per_cluster, places, table)
    judged = int((counts.sum(axis=1) > 1).sum())
    estimate = alpha_from_coincidences(per_cluster.sum(axis=0), values, level)
    low, high = resampled(per_cluster, lambda t: alpha_from_coincidences(t, values, level), draws, seed)
    return float(estimate), float(low), float(high), judged


def resampled(
    per_cluster: np.ndarray, statistic, draws: int = DRAWS, seed: int = 2022
) -> tuple[np.ndarray, np.ndarray]:
    """95 % percentile bounds of ``statistic`` of the sum over clusters, when clusters are drawn again.

    ``per_cluster`` is clusters x anything that adds up; ``statistic`` takes draws x the same. Clusters that hold
    nothing are not drawn. NaN with fewer than four of them, or where more than a tenth of the draws is undefined.
    """
    filled = (
        per_cluster[per_cluster.reshape(len(per_cluster), -1).any(axis=1)]
        if len(per_cluster)
        else per_cluster
    )
    shape = np.shape(statistic(per_cluster.sum(axis=0)[None]))[1:]
    if len(filled) < LEAST_CLUSTERS:
        return np.full(shape, np.nan), np.full(shape, np.nan)
    weights = cluster_weights(len(filled), draws, seed)
    bounds = percentile_bounds(statistic(np.tensordot(weights, filled, axes=1)))
    return bounds[0], bounds[1]


def cluster_weights(clusters: int, draws: int = DRAWS, seed: int = 2022) -> np.ndarray:
    """How often each of ``clusters`` comes up in each draw with replacement: draws x clusters."""
    return np.random.default_rng(seed).multinomial(clusters, np.full(clusters, 1 / clusters), size=draws)


def percentile_bounds(values: np.ndarray) -> np.ndarray:
    """The middle 95 % of what the draws (first axis) gave: 2 x the rest; NaN where more than a tenth is undefined."""
    values = np.asarray(values, dtype=float)
    defined = ~np.isnan(values)
    with np.errstate(all="ignore"):
        found = np.nanquantile(np.where(defined.any(axis=0), values, 0.0), [0.025, 0.975], axis=0)
    return np.where(defined.mean(axis=0) >= 0.9, found, np.nan)


def cohen_kappa(tables: np.ndarray) -> np.ndarray:
    """Cohen's kappa of 2 x 2 tables (... x [both, first alone, second alone, neither]): (p_o - p_e) / (1 - p_e).

    With p_e from each coder's own share (Cohen 1960). NaN where both gave the same to everything.
    """
    tables = np.asarray(tables, dtype=float)
    both, first, second, neither = (tables[..., i] for i in range(4))
    n = tables.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (both + neither) / n
        one, two = (both + first) / n, (both + second) / n
        expected = one * two + (1 - one) * (1 - two)
        return np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
