"""Brokerage: whose contacts are not tied to each other, and between which groups they stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.quadratic_assignment import permutation_p

__all__ = ["ROLES", "broker_roles", "constraint", "effective_size", "structural_holes"]

_COLUMNS = ["kind", "wave", "organisation", "contacts", "constraint", "effective_size", "n"]
_ROLES = [
    "kind",
    "wave",
    "role",
    "estimate",
    "expected",
    "chance_low",
    "chance_high",
    "p",
    "n",
    "unit",
    "method",
    "note",
]

#: Gould and Fernandez's roles of j in i -> j -> k, told by the groups of the three.
ROLES = {
    "coordinator": mark("coordinator: all three of one kind"),
    "consultant": mark("consultant: stands between two of another kind"),
    "representative": mark("representative: passes on from its own kind to another"),
    "gatekeeper": mark("gatekeeper: lets in another kind to its own"),
    "liaison": mark("liaison: three different kinds"),
}
SHUFFLED = mark("count; range of 95 in 100 shuffles of the kinds over the organisations")
NO_PATH = mark("There is no open path of two ties, hence no broker.")


def _shares(weights: sparse.csr_array) -> tuple[sparse.csr_array, sparse.csr_array, np.ndarray]:
    """p_ij = share of i's relations that are with j (both directions), m_ij = relative to i's strongest, i's total."""
    both = (weights + weights.T).tocsr()
    total = np.asarray(both.sum(axis=1)).ravel()
    strongest = np.asarray(both.max(axis=1).todense()).ravel() if both.nnz else np.zeros(both.shape[0])
    with np.errstate(divide="ignore"):
        inverse, most = (np.where(v > 0, 1 / v, 0.0) for v in (total, strongest))
    return (
        (sparse.diags_array(inverse) @ both).tocsr(),
        (sparse.diags_array(most) @ both).tocsr(),
        total,
    )


def constraint(weights: sparse.csr_array) -> np.ndarray:
    """Burt's constraint of each vertex: ``c_i = sum_j (p_ij + sum_q p_iq p_qj)^2`` over its contacts j (Burt 1992).

    ``p_ij`` is the share of i's relations, in either direction, that it has with j. ``weights`` is n x n, sparse, with
    an empty diagonal. 0 (many contacts that do not know each other) to about 1.1; NaN for an isolate.
    """
    p, _, total = _shares(weights)
    contacts = (p > 0).astype(float)
    both_steps = (p + (p @ p).multiply(contacts)).tocsr()
    squares = np.asarray(both_steps.power(2).sum(axis=1)).ravel()
    return np.where(total > 0, squares, np.nan)


def effective_size(weights: sparse.csr_array) -> np.ndarray:
    """Burt's effective size of each vertex: contacts less redundancy, ``sum_j (1 - sum_q p_iq m_jq)``, q not i, j.

    ``p_iq`` as for :func:`constraint`; ``m_jq`` is j's relation with q over j's strongest relation. By the definition
    on directed and weighted networks too, where networkx 3.6's ``effective_size`` is wrong. 1 to the number of
    contacts; NaN for an isolate.
    """
    p, m, total = _shares(weights)
    contacts = (p > 0).astype(float)
    redundant = np.asarray((p @ m.T).multiply(contacts).sum(axis=1)).ravel()
    size = np.asarray(contacts.sum(axis=1)).ravel() - redundant
    return np.where(total > 0, size, np.nan)


def structural_holes(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Burt's constraint and effective size of each organisation, by kind and wave: the least constrained first.

    On the network of who names whom in either direction, unweighted. ``contacts`` is the number of organisations it is
    tied to, ``n`` those in the network. It describes this network and is no estimate of another: a silent organisation
    may look more of a broker than it is.
    """
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        either = network.either
        contacts = np.asarray(either.sum(axis=1)).ravel().astype(int)
        columns = (network.nodes, contacts, constraint(either), effective_size(either))
        found = pd.DataFrame(dict(zip(_COLUMNS[2:6], columns, strict=True)))
        found = found.assign(kind=network.kind, wave=network.wave, n=len(network.nodes))
        rows.append(found.sort_values(["constraint", "organisation"])[_COLUMNS])
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_COLUMNS)


def broker_roles(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    attribute: str = "kind",
    directed: bool = True,
    permutations: int = 1000,
    seed: int = 2022,
    nodes: bool = False,
) -> pd.DataFrame:
    """How often an organisation stands between two that are not tied, by role (Gould and Fernandez 1989).

    A path i -> j -> k counts for j where i does not name k; the role is told by which of the three share the group
    ``attribute``. ``expected``, ``chance_low``, ``chance_high`` are the mean and the 95 % range when the groups are
    shuffled over the organisations, ties held fixed (the moments that R's sna gives for the graph level are off); ``p``
    two-sided. With ``nodes`` there is a row for each organisation (column ``organisation``). Paths with an end of
    unknown group do not count. In an undirected network a path and its reverse are one, and representative and
    gatekeeper are then the same.
    """
    rows = []
    known = organisations.dropna(subset=[attribute])
    labels = dict(zip(known["organisation"].astype(str), known[attribute].astype(str), strict=True))
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        group = np.array([labels.get(node, "") for node in network.nodes], dtype=object)
        where = {"kind": network.kind, "wave": network.wave}
        rows += [where | row for row in _roles(network, group, permutations, seed, nodes)]
    return pd.DataFrame(rows, columns=["organisation", *_ROLES] if nodes else _ROLES)


def _roles(network: Network, group: np.ndarray, permutations: int, seed: int, nodes: bool) -> list[dict]:
    placed = np.flatnonzero(group != "")
    codes = np.unique(group[placed].astype(str), return_inverse=True)[1] if len(placed) else np.zeros(0, int)
    first, middle, last = _open_paths(network.named[placed][:, placed].tocsr())
    each = 1 if network.directed else 2
    size, kinds = len(placed), len(ROLES)

    def count(codes: np.ndarray) -> np.ndarray:
        role = _role(codes[first], codes[middle], codes[last])
        by_node = np.bincount(middle * kinds + role, minlength=size * kinds).reshape(size, kinds) / each
        return by_node if nodes else by_node.sum(axis=0)[None, :]

    own = count(codes)
    random = np.random.default_rng(seed)
    drawn = np.array([count(random.permutation(codes)) for _ in range(permutations if len(first) else 0)])
    rows = []
    for i in range(len(own)):
        for k, role in enumerate(ROLES):
            row = {"role": role, "estimate": float(own[i, k]), "n": len(network.nodes)}
            row |= {"unit": mark("paths"), "method": SHUFFLED, "note": "" if len(first) else NO_PATH}
            row |= dict.fromkeys(("expected", "chance_low", "chance_high", "p"), np.nan)
            if len(drawn):
                chance = drawn[:, i, k]
                low, high = np.quantile(chance, [0.025, 0.975])
                p = permutation_p(own[i, k], chance, about=float(chance.mean()))
                row |= {"expected": float(chance.mean()), "p": p}
                row |= {"chance_low": float(low), "chance_high": float(high)}
            rows.append(row | ({"organisation": network.nodes[placed[i]]} if nodes else {}))
    return rows


def _open_paths(named: sparse.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All i -> j -> k with i not k and no tie i -> k, as three arrays of positions."""
    backward = named.T.tocsr()
    found = []
    for j in range(named.shape[0]):
        sources = backward.indices[backward.indptr[j] : backward.indptr[j + 1]]
        targets = named.indices[named.indptr[j] : named.indptr[j + 1]]
        if len(sources) and len(targets):
            closed = named[sources][:, targets].toarray() > 0
            at_source, at_target = np.nonzero(~closed & (sources[:, None] != targets[None, :]))
            found.append((sources[at_source], np.full(len(at_source), j), targets[at_target]))
    if not found:
        return (np.zeros(0, int),) * 3
    return tuple(np.concatenate(part).astype(int) for part in zip(*found, strict=True))


def _role(first: np.ndarray, middle: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The number of the role in :data:`ROLES`."""
    before, after, ends = first == middle, middle == last, first == last
    return np.select([before & after, ends, before, after], [0, 1, 2, 3], 4)
