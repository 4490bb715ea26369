"""Do the intervals of a network's level and change hold the truth? Organisations drawn from a known population.

Each organisation has a kind and two leanings, to name and to be named; a tie's chance follows from them. The true value
of density, reciprocity, transitivity and E-I index is that of a network of 1,500, larger than any simulated one;
centralisation depends on size, so its truth is the mean over the simulated networks of that size.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.metrics.centralisation import centralisation
from hubanalysis.metrics.external_internal import external_internal
from hubanalysis.metrics.networks import cohesion, cohesion_change

REPLICATES = 200
LARGE_N = 1500


def drawn(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two waves of ties and the kinds of ``n`` organisations; in the second wave ties are somewhat likelier."""
    out, inward = 0.5 * rng.standard_normal((2, n))
    kind = rng.integers(0, 3, n)
    pair = rng.standard_normal((n, n))
    both = (pair + pair.T) / np.sqrt(2)
    score = -2.0 + out[:, None] + inward[None, :] + 0.6 * (kind[:, None] == kind[None, :]) + 0.7 * both
    waves = []
    noise = rng.logistic(size=(n, n))
    for k, shift in enumerate((0.0, 0.4)):
        fresh = rng.logistic(size=(n, n)) if k else noise
        mixed = np.where(rng.random((n, n)) < 0.6, noise, fresh) if k else noise
        tie = (score + shift + mixed > 0).astype(float)
        np.fill_diagonal(tie, 0)
        waves.append(tie)
    return waves[0], waves[1], kind


def tables(before: np.ndarray, after: np.ndarray, kind: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``ties`` and ``organisations``."""
    names = np.array([f"o{i:05}" for i in range(len(kind))])
    parts = []
    for wave, tie in (("1", before), ("2", after)):
        rows, columns = np.nonzero(tie)
        parts.append(
            pd.DataFrame(
                {"kind": "c", "wave": wave, "source": names[rows], "target": names[columns], "weight": 1.0}
            )
        )
    return pd.concat(parts, ignore_index=True), pd.DataFrame(
        {"organisation": names, "kind": kind.astype(str)}
    )


def estimates(ties: pd.DataFrame, organisations: pd.DataFrame, seed: int) -> dict[str, tuple]:
    """Estimate, low and high of each quantity: levels of the first wave, changes to the second."""
    first = ties[ties["wave"] == "1"]
    levels = [cohesion(first, organisations, replicates=REPLICATES, seed=seed)]
    if len(organisations) < LARGE_N:
        levels.append(centralisation(first, organisations, replicates=REPLICATES, seed=seed))
    index = external_internal(first, organisations, permutations=1, replicates=REPLICATES, seed=seed)
    few = 1 if len(organisations) >= LARGE_N else REPLICATES  # of the large network only the value is needed
    change = cohesion_change(ties, organisations, replicates=few, seed=seed)
    found = {f"{r.metric}, level": (r.estimate, r.low, r.high) for f in levels for r in f.itertuples()}
    found |= {"E-I index, level": tuple(index[["estimate", "low", "high"]].iloc[0])}
    return found | {f"{r.metric}, change": (r.estimate, r.low, r.high) for r in change.itertuples()}


def coverage(simulations: int, n: int, seed: int = 2022) -> pd.DataFrame:
    """A row a quantity: share of intervals that hold the truth, their mean width over the true spread's 95 % range."""
    truth = {
        name: value[0]
        for name, value in estimates(*tables(*drawn(np.random.default_rng(seed), LARGE_N)), seed).items()
    }
    found: dict[str, list] = {}
    for s in range(simulations):
        for name, value in estimates(*tables(*drawn(np.random.default_rng([n, s]), n)), s).items():
            found.setdefault(name, []).append(value)
    rows = []
    for name, values in found.items():
        value, low, high = np.array(values, float).T
        given = np.isfinite(low)
        true = truth.get(name, np.nanmean(value))
        held = ((low <= true) & (true <= high))[given].mean() if given.any() else np.nan
        wide = np.nanmean(high - low) / (2 * 1.96 * np.nanstd(value))
        rows.append((name, n, given.mean(), held, np.sqrt(held * (1 - held) / max(given.sum(), 1)), wide))
    return pd.DataFrame(rows, columns=["quantity", "n", "given", "held", "error", "width"])
