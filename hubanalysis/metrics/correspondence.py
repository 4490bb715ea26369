"""Correspondence analysis: a table of counts drawn as a map of its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, svds

__all__ = ["Correspondence", "correspondence", "first_axes"]

#: Below this a principal inertia is the rounding of zero.
NOTHING = 1e-12


@dataclass(frozen=True)
class Correspondence:
    """The axes of a table. ``inertia``: principal inertias, greatest first; their sum is chi2 / N.

    ``rows, columns``: principal coordinates (points x axes). ``row_masses, column_masses``: shares of the table.
    """

    inertia: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    row_masses: np.ndarray
    column_masses: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Share of the whole inertia on each axis, 0 to 1."""
        return self.inertia / self.inertia.sum() if len(self.inertia) else self.inertia

    def contributions(self, which: str = "columns") -> np.ndarray:
        """Points x axes: the part of an axis' inertia a point makes, mass x coordinate^2 / inertia (sum 1)."""
        points, masses = self._of(which)
        return masses[:, None] * points**2 / self.inertia

    def cos2(self, which: str = "columns") -> np.ndarray:
        """Points x axes: the part of a point's distance from the average that an axis shows; rows sum to 1."""
        points, _ = self._of(which)
        squares = points**2
        whole = squares.sum(axis=1, keepdims=True)
        return np.divide(squares, whole, out=np.zeros_like(squares), where=whole > 0)

    def project(self, table: np.ndarray) -> np.ndarray:
        """Where rows of counts over the same columns fall on these axes (supplementary rows): profile @ column axes."""
        table = np.asarray(table, dtype=float)
        profile = table / np.maximum(table.sum(axis=-1, keepdims=True), 1e-300)
        return profile @ (self.columns / np.sqrt(self.inertia))

    def _of(self, which: str) -> tuple[np.ndarray, np.ndarray]:
        return (self.rows, self.row_masses) if which == "rows" else (self.columns, self.column_masses)


def correspondence(table: np.ndarray) -> Correspondence:
    """Simple correspondence analysis of a table of counts (Greenacre 2017, appendix A).

    Singular values of D_r^-1/2 (P - r c') D_c^-1/2; principal coordinates. An axis points to where its most outlying
    row is positive, so that the same table gives the same map. Raises ValueError for an empty row or column.
    """
    table = np.asarray(table, dtype=float)
    if table.size == 0 or not (table.sum(axis=0) > 0).all() or not (table.sum(axis=1) > 0).all():
        raise ValueError("a row or a column of the table has nothing in it")
    shares = table / table.sum()
    r, c = shares.sum(axis=1), shares.sum(axis=0)
    left, values, right = np.linalg.svd(
        (shares - np.outer(r, c)) / np.sqrt(np.outer(r, c)), full_matrices=False
    )
    kept = values**2 > NOTHING
    left, values, right = left[:, kept], values[kept], right[kept]
    rows = left * values / np.sqrt(r)[:, None]
    columns = right.T * values / np.sqrt(c)[:, None]
    signs = np.sign(rows[np.abs(rows).argmax(axis=0), np.arange(len(values))]) if len(values) else 1.0
    return Correspondence(values**2, rows * signs, columns * signs, r, c)


def first_axes(table: sparse.csr_array, axes: int = 1) -> np.ndarray:
    """Coordinates of the rows of a sparse table on the first ``axes`` axes of its correspondence analysis.

    Rows x axes, each up to a factor, the strongest first; by Lanczos from a fixed start, without ever filling the
    table. Rows and columns must not be empty. Fewer axes where the table has no more.
    """
    r, c = np.asarray(table.sum(axis=1)).ravel(), np.asarray(table.sum(axis=0)).ravel()
    total, root_r, root_c = r.sum(), np.sqrt(r), np.sqrt(c)
    axes = min(axes, min(table.shape) - 1)
    if min(table.shape) <= 30:
        dense = (table.toarray() - np.outer(r, c) / total) / np.outer(root_r, root_c)
        vectors = np.linalg.svd(dense, full_matrices=False)[0][:, :axes]
    else:
        scaled = sparse.csr_array(sparse.diags_array(1 / root_r) @ table @ sparse.diags_array(1 / root_c))
        turned = sparse.csr_array(scaled.T)
        operator = LinearOperator(
            table.shape,
            matvec=lambda v: scaled @ v.ravel() - root_r * (root_c @ v.ravel()) / total,
            rmatvec=lambda u: turned @ u.ravel() - root_c * (root_r @ u.ravel()) / total,
            dtype=float,
        )
        start = np.cos(np.arange(1, min(table.shape) + 1))
        left, values, _ = svds(operator, k=axes, v0=start, tol=1e-7)
        vectors = left[:, np.argsort(-values, kind="stable")]
    coordinates = vectors / root_r[:, None]
    signs = np.sign(coordinates[np.abs(coordinates).argmax(axis=0), np.arange(coordinates.shape[1])])
    return coordinates * signs
