"""Is there a core? Borgatti and Everett's discrete core-periphery model."""

from __future__ import annotations

import random

import igraph
import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of

__all__ = ["core_fit", "core_members", "core_periphery", "fit_core"]

_FIT = [
    "kind",
    "wave",
    "core",
    "restarts",
    "found",
    "estimate",
    "chance_low",
    "chance_high",
    "p",
    "n",
    "unit",
    "method",
    "note",
]
_MEMBERS = ["kind", "wave", "organisation", "core", "n"]
METHOD = mark(
    "correlation with an ideal core; range of 95 in 100 random networks with the same degrees, best of restarts"
)
NO_TIES = mark("There are no ties, hence no core.")


def core_fit(matrix: np.ndarray, core: np.ndarray) -> float:
    """Correlation of the ties with the ideal: every pair with an end in the core is tied, no other is. -1 to 1.

    Borgatti and Everett (1999, Social Networks 21, 375-395), equation 1. ``matrix`` is symmetric, 0 and 1; ``core`` a
    boolean for each vertex. NaN where everybody or nobody is in the core, or the network is empty or complete.
    """
    n, size = len(matrix), int(core.sum())
    pairs = n * (n - 1)
    ideal = pairs - (n - size) * (n - size - 1)
    ties = matrix.sum()
    touched = ties - matrix[np.ix_(~core, ~core)].sum()
    spread = ties * (pairs - ties) * ideal * (pairs - ideal)
    return float((pairs * touched - ties * ideal) / np.sqrt(spread)) if spread > 0 else np.nan


def fit_core(matrix: np.ndarray, *, restarts: int = 20, seed: int = 2022) -> tuple[np.ndarray, float, int]:
    """The core of the best fit, its fit, and how many restarts came to it.

    Hill climbing from random cores: the vertex whose change of side raises the fit most changes, until none does. The
    same network gives the same core for the same seed. A search, not a proof: ``found`` of ``restarts`` says how sure.
    """
    chance = np.random.default_rng(seed)
    n = len(matrix)
    degree = matrix.sum(axis=1)
    best, value, found = np.zeros(n, bool), -np.inf, 0
    for start in range(restarts):
        core = np.zeros(n, bool)
        size = max(1, n // 5) if start == 0 else int(chance.integers(1, max(2, n // 2)))
        core[np.argsort(-degree, kind="stable")[:size] if start == 0 else chance.permutation(n)[:size]] = True
        core, fit = _climb(matrix, degree, core)
        if fit > value + 1e-12:
            best, value, found = core, fit, 1
        elif abs(fit - value) <= 1e-12:
            found += 1
    return best, value if np.isfinite(value) else np.nan, found


def _climb(matrix: np.ndarray, degree: np.ndarray, core: np.ndarray) -> tuple[np.ndarray, float]:
    n = len(matrix)
    pairs, ties = n * (n - 1), degree.sum()
    outside = matrix @ (~core).astype(float)  # ties of each vertex with the periphery
    size, untouched = int(core.sum()), float(((~core) * outside).sum())
    fit = core_fit(matrix, core)
    while True:
        # who enters the core takes its ties with the periphery out of the untouched, who leaves adds them
        later = untouched + np.where(core, 2 * outside, -2 * outside)
        sizes = size + np.where(core, -1, 1)
        ideal = pairs - (n - sizes) * (n - sizes - 1)
        spread = ties * (pairs - ties) * ideal * (pairs - ideal)
        with np.errstate(divide="ignore", invalid="ignore"):
            fits = np.where(
                spread > 0,
                (pairs * (ties - later) - ties * ideal) / np.sqrt(np.maximum(spread, 1e-300)),
                -np.inf,
            )
        move = int(np.argmax(fits))
        if not fits[move] > (fit if np.isfinite(fit) else -np.inf) + 1e-12:
            return core, fit if np.isfinite(fit) else -np.inf
        sign = 1 if core[move] else -1
        core, fit, size, untouched = core.copy(), float(fits[move]), int(sizes[move]), float(later[move])
        core[move] = not core[move]
        outside = outside + sign * matrix[move]


def core_periphery(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    restarts: int = 20,
    draws: int = 100,
    seed: int = 2022,
) -> pd.DataFrame:
    """How well a core with a periphery describes each network, by kind and wave: the fit of :func:`fit_core`.

    ``core`` organisations are in it; ``found`` of ``restarts`` searches ended there. Some core fits any network with
    unequal degrees, so ``chance_low`` and ``chance_high`` are the 95 % range of the fit in random networks in which
    every organisation keeps its number of ties, and ``p`` (one-sided) how often such a network fits as well.
    Directions are set aside.
    """
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        matrix = network.either.toarray()
        core, fit, found = fit_core(matrix, restarts=restarts, seed=seed)
        row = {"kind": network.kind, "wave": network.wave, "core": int(core.sum()), "restarts": restarts}
        row |= {"found": found, "estimate": fit}
        row |= dict.fromkeys(("chance_low", "chance_high", "p"), np.nan)
        row |= {"n": len(network.nodes), "unit": mark("correlation"), "method": METHOD}
        row |= {"note": "" if np.isfinite(fit) else NO_TIES}
        if np.isfinite(fit) and draws:
            graph = igraph.Graph.Adjacency(matrix, mode="undirected")
            igraph.set_random_number_generator(random.Random(seed))
            chance = np.array([fit_core(_rewired(graph), restarts=3, seed=seed)[1] for _ in range(draws)])
            row["chance_low"], row["chance_high"] = (float(q) for q in np.quantile(chance, [0.025, 0.975]))
            row["p"] = float((1 + (chance >= fit - 1e-12).sum()) / (1 + draws))
        rows.append(row)
    return pd.DataFrame(rows, columns=_FIT)


def _rewired(graph: igraph.Graph) -> np.ndarray:
    """The same number of ties for each vertex, with other partners: ten swaps of ends a tie."""
    drawn = graph.copy()
    drawn.rewire(n=10 * graph.ecount())
    return np.array(drawn.get_adjacency().data, float)


def core_members(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    restarts: int = 20,
    seed: int = 2022,
) -> pd.DataFrame:
    """Who is in the core of each network: one row an organisation x kind x wave, ``core`` true or false."""
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        core, _, _ = fit_core(network.either.toarray(), restarts=restarts, seed=seed)
        rows.append(_named(network, core))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_MEMBERS)


def _named(network: Network, core: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"kind": network.kind, "wave": network.wave, "organisation": network.nodes, "core": core}
    ).assign(n=len(network.nodes))[_MEMBERS]
