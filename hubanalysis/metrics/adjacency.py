"""From ties to matrices: who stands in a network, what was observed, and what a non-respondent leaves unknown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import sparse

__all__ = ["Network", "comparable", "consecutive", "networks_of"]


@dataclass(frozen=True)
class Network:
    """One network: one kind of tie in one wave.

    ``named`` is sparse, 1 where ``nodes[i]`` names ``nodes[j]``, symmetric in an undirected network; ``answered[i]``
    says whether ``nodes[i]`` did. What is unknown follows from it: the row of an organisation that did not answer; in
    an undirected network, a pair of which neither end answered.
    """

    kind: str
    wave: str
    nodes: tuple[str, ...]
    named: sparse.csr_array
    answered: np.ndarray
    directed: bool

    @property
    def matrix(self) -> np.ndarray:
        """Dense: 1 a tie, 0 none, NaN unknown (and on the diagonal). n x n numbers, made anew at every call."""
        matrix = self.named.toarray()
        matrix[~self.known] = np.nan
        return matrix

    @property
    def known(self) -> np.ndarray:
        """Dense: True where it is known whether there is a tie."""
        spoke = self.answered[:, None] | (False if self.directed else self.answered[None, :])
        known = np.repeat(spoke, len(self.nodes), axis=1) if self.directed else spoke
        np.fill_diagonal(known, False)
        return known

    @property
    def filled(self) -> np.ndarray:
        """Dense: the ties that were named, 0 elsewhere: an unknown tie is never counted as one."""
        return self.named.toarray()

    @property
    def either(self) -> sparse.csr_array:
        """Symmetric: 1 where either end names the other, so that a silent organisation is seen through the others."""
        return self.named.maximum(self.named.T).tocsr()

    @property
    def respondents(self) -> int:
        """How many organisations answered."""
        return int(self.answered.sum())

    @property
    def ties(self) -> int:
        """Ties named; a pair counts once in an undirected network."""
        return self.named.nnz if self.directed else self.named.nnz // 2

    def places(self, nodes: list[str]) -> list[int]:
        """Where each of ``nodes``, all of which stand in the network, has its row."""
        place = {node: i for i, node in enumerate(self.nodes)}
        return [place[node] for node in nodes]

    def on(self, nodes: list[str]) -> np.ndarray:
        """The dense matrix in the order of ``nodes``, all of which stand in the network."""
        index = self.places(nodes)
        return self.matrix[np.ix_(index, index)]


def networks_of(
    ties: pd.DataFrame,
    organisations: pd.DataFrame | None = None,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> list[Network]:
    """Every network in ``ties``, by kind and then by wave in the declared order.

    The roster of a network is who was asked (``tie_respondents``) and whoever is named. An organisation that is named
    but was never asked, or was asked and did not answer, has an unknown row; whoever names somebody has answered, and
    an undirected tie between two silent organisations was told by nobody and is left out. Where a study keeps no list
    of who was asked, the roster is the register of organisations with whoever is named, and all are taken to have
    answered. A tie of an organisation with itself is left out.
    """
    found = []
    asked = tie_respondents if tie_respondents is not None and len(tie_respondents) else None
    for kind in _values(ties, asked, "kind"):
        for wave in _values(ties, asked, "wave"):
            mine = _where(ties, kind, wave)
            called = _where(asked, kind, wave) if asked is not None else None
            if not len(mine) and (called is None or not len(called)):
                continue
            found.append(_network(str(kind), str(wave), mine, called, organisations, directed))
    return found


def _network(kind, wave, ties, called, organisations, directed) -> Network:
    ends = set(ties["source"].astype(str)) | set(ties["target"].astype(str))
    if called is not None and len(called):
        roster = ends | set(called["organisation"].astype(str))
        answered = set(called.loc[called["responded"].fillna(False).astype(bool), "organisation"].astype(str))
        answered |= set(ties["source"].astype(str)) if directed else set()  # who names somebody has answered
    else:
        register = set() if organisations is None else set(organisations["organisation"].astype(str))
        roster = ends | register
        answered = roster
    nodes = tuple(sorted(roster))
    place = {node: i for i, node in enumerate(nodes)}
    rows = ties["source"].astype(str).map(place).to_numpy(dtype="int64")
    columns = ties["target"].astype(str).map(place).to_numpy(dtype="int64")
    real = rows != columns
    rows, columns = rows[real], columns[real]
    if not directed:
        rows, columns = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    size = len(nodes)
    cells = np.unique(rows * size + columns)  # a tie told twice counts once
    named = sparse.csr_array((np.ones(len(cells)), np.divmod(cells, max(size, 1))), shape=(size, size))
    spoke = np.array([node in answered for node in nodes], bool)
    if not directed and not spoke.all():  # a tie between two silent ones was told by nobody
        silent = sparse.diags_array((~spoke).astype(float))
        named = (named - silent @ named @ silent).tocsr()
        named.eliminate_zeros()
    return Network(kind, wave, nodes, named, spoke, directed)


def _values(ties: pd.DataFrame, asked: pd.DataFrame | None, column: str) -> list:
    """The values of a column in declared order (of the categories) where there is one, else in order of appearance."""
    values = ties[column]
    present = pd.unique(values.dropna())
    if asked is not None:
        present = pd.unique(pd.Series([*present, *pd.unique(asked[column].dropna())], dtype=object))
    if isinstance(values.dtype, pd.CategoricalDtype):
        ordered = [v for v in values.cat.categories if v in set(present)]
        return ordered + [v for v in present if v not in set(ordered)]
    return list(present)


def _where(frame: pd.DataFrame, kind, wave) -> pd.DataFrame:
    return frame[(frame["kind"] == kind) & (frame["wave"] == wave)]


def consecutive(networks: list[Network]) -> list[tuple[Network, Network]]:
    """Pairs of networks of the same kind in one wave and the next one in which that kind was asked."""
    pairs = []
    for kind in dict.fromkeys(network.kind for network in networks):
        mine = [network for network in networks if network.kind == kind]
        pairs.extend(pairwise(mine))
    return pairs


def comparable(first: Network, second: Network) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Who stands in both networks, and both matrices on them, unknown wherever either is unknown.

    A tie named by an organisation that fell silent has not been dissolved: it is unknown, and is not compared.
    """
    both = sorted(set(first.nodes) & set(second.nodes))
    before, after = first.on(both), second.on(both)
    unknown = np.isnan(before) | np.isnan(after)
    return both, np.where(unknown, np.nan, before), np.where(unknown, np.nan, after)
