"""Which kinds of organisation are tied to which: the mixing matrix of a network, against kinds that fell at random."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.quadratic_assignment import permutation_p

__all__ = ["kind_mixing"]

_COLUMNS = [
    "kind",
    "wave",
    "from_kind",
    "to_kind",
    "pairs",
    "estimate",
    "expected",
    "chance_low",
    "chance_high",
]
_COLUMNS += ["p", "n", "unit", "method", "note"]
METHOD = mark(
    "count of ties; range of 95 in 100 shuffles of the kinds, those who answered and the silent apart"
)
NO_PAIR = mark("No pair of organisations of these kinds could be asked about.")


def kind_mixing(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Ties from one kind of organisation to another, by kind of tie and wave (the mixing matrix, Newman 2003).

    ``estimate`` ties named, of ``pairs`` about which somebody answered; ``expected``, ``chance_low``, ``chance_high``
    the mean and the 95 % range when kinds are shuffled over the organisations with the ties held fixed, ``p``
    two-sided. Kinds are shuffled among those who answered and among the silent apart, for a silent organisation names
    nobody whatever its kind. ``n`` organisations in the smaller of the two kinds: fewer than a study's threshold must
    not be published. An undirected network has one row for a pair of kinds.
    """
    known = organisations.dropna(subset=[attribute])
    label = dict(zip(known["organisation"].astype(str), known[attribute].astype(str), strict=True))
    values = known[attribute]
    declared = (
        list(values.cat.categories) if isinstance(values.dtype, pd.CategoricalDtype) else sorted(set(values))
    )
    rows: list[dict] = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        placed = np.array([i for i, node in enumerate(network.nodes) if node in label], int)
        groups = [g for g in declared if g in {label[network.nodes[i]] for i in placed}]
        if not groups:
            continue
        code = np.array([groups.index(label[network.nodes[i]]) for i in placed])
        spoke = network.answered[placed]
        sources, targets = network.named[placed][:, placed].nonzero()
        observed = _table(code, sources, targets, len(groups))
        random, drawn = np.random.default_rng(seed), []
        for _ in range(permutations):
            shuffled = code.copy()
            for part in (spoke, ~spoke):
                shuffled[part] = random.permutation(code[part])
            drawn.append(_table(shuffled, sources, targets, len(groups)))
        chance = np.array(drawn).reshape(-1, len(groups), len(groups))
        told = (spoke[:, None] if directed else spoke[:, None] | spoke[None, :]) & ~np.eye(
            len(placed), dtype=bool
        )
        member = np.eye(len(groups))[code]
        pairs, sizes = member.T @ told @ member, member.sum(axis=0)
        where = {"kind": network.kind, "wave": network.wave}
        for a in range(len(groups)):
            for b in range(0 if directed else a, len(groups)):
                half = 2 if not directed and a == b else 1  # within a kind each undirected pair stands twice
                row = where | {
                    "from_kind": groups[a],
                    "to_kind": groups[b],
                    "pairs": int(pairs[a, b]) // half,
                }
                row |= {"estimate": observed[a, b] / half, "n": int(min(sizes[a], sizes[b]))}
                row |= dict.fromkeys(("expected", "chance_low", "chance_high", "p"), np.nan)
                row |= {"unit": mark("ties"), "method": METHOD, "note": "" if pairs[a, b] else NO_PAIR}
                if len(chance) and pairs[a, b]:
                    own = chance[:, a, b] / half
                    low, high = np.quantile(own, [0.025, 0.975])
                    row |= {
                        "expected": float(own.mean()),
                        "chance_low": float(low),
                        "chance_high": float(high),
                    }
                    row["p"] = permutation_p(row["estimate"], own, about=float(own.mean()))
                rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _table(code: np.ndarray, sources: np.ndarray, targets: np.ndarray, size: int) -> np.ndarray:
    cells = np.bincount(code[sources] * size + code[targets], minlength=size * size)
    return cells.reshape(size, size).astype(float)
