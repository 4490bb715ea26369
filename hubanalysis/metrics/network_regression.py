"""Why do ties exist? Regression of one network on others, with the p of the multiple regression QAP (MRQAP).

Ordinary errors take pairs for independent; they are not, for pairs share organisations. The p here comes from double
semi-partialling (Dekker, Krackhardt and Snijders 2007, Psychometrika 72, 563-581): a predictor is freed from the other
predictors, what is left of it is renumbered over the organisations, and the pivotal statistic of the model is found
again. It holds its 5 % where predictors are correlated and ties are clustered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from hubanalysis.locale import mark
from hubanalysis.metrics.dyadic_robust import dyadic_error
from hubanalysis.metrics.quadratic_assignment import permutation_p, relabellings
from hubanalysis.metrics.vertex_bootstrap import TOO_SMALL

__all__ = ["MODELS", "network_regression"]

#: The models: their name, what one unit of an estimate is.
MODELS = {"linear": mark("points of tie probability"), "logit": mark("odds ratio")}
CONSTANT = "constant"
_COLUMNS = [
    "term",
    "estimate",
    "low",
    "high",
    "n",
    "pairs_compared",
    "statistic",
    "p",
    "unit",
    "method",
    "note",
]
LINEAR = mark(
    "linear regression over pairs, dyadic cluster-robust t interval, p by MRQAP (double semi-partialling)"
)
LOGIT = mark(
    "logit over pairs, dyadic cluster-robust interval, p by MRQAP (double semi-partialling, score statistic)"
)
STILL = mark("Every pair that counts is alike: there is nothing to explain.")
SAME = mark("This predictor does not vary, or the others make it up: nothing can be said of it.")
FEW = mark("Too few pairs for so many predictors.")
APART = mark("The predictors tell tied and untied pairs wholly apart: no finite estimate exists.")


@dataclass(frozen=True)
class _Design:
    """Cells that count, the response in them, and the predictors (with the constant first) as columns.

    ``described`` are the pairs of which every predictor is known, whether or not the response is.
    """

    cells: np.ndarray
    described: np.ndarray
    y: np.ndarray
    x: np.ndarray
    n: int


def network_regression(
    response: np.ndarray,
    predictors: Mapping[str, np.ndarray],
    *,
    model: str = "linear",
    directed: bool = True,
    within: np.ndarray | None = None,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Regress the pairs of ``response`` on those of each of ``predictors``: one row a term, the constant first.

    ``response`` and predictors are n x n, NaN where unknown or not at risk: such cells, and the diagonal, are left out.
    ``within`` labels organisations that may change places with each other (those that answered, those that did not).
    ``linear`` is least squares; ``logit`` needs a response of 0 and 1, and its estimates are odds
    ratios. In an undirected network each pair counts once. Interval: dyadic cluster-robust (Aronow, Samii and
    Assenova 2015). ``statistic`` is the ordinary t or z, as R's ``sna`` prints it; ``p`` two-sided over
    ``permutations`` renumberings, the observed one counted. ``n`` organisations, ``pairs_compared`` cells.

    Raises ValueError for an unknown model, matrices of unlike size, or a logit response other than 0 and 1.
    """
    if model not in MODELS:
        raise ValueError(f"model is one of {', '.join(MODELS)}, not {model!r}")
    design = _design(response, predictors, directed, model)
    names = [CONSTANT, *predictors]
    rows = [
        {"term": name, "estimate": np.nan, "low": np.nan, "high": np.nan, "n": design.n}
        | {"pairs_compared": len(design.y), "statistic": np.nan, "p": np.nan, "unit": MODELS[model]}
        | {"method": LINEAR if model == "linear" else LOGIT, "note": ""}
        for name in names
    ]
    lost = _made_up_by_others(design.x)
    few = len(design.y) <= len(names)
    if few or np.ptp(design.y) == 0:
        for row in rows:
            row["note"] = FEW if few else STILL
        return pd.DataFrame(rows, columns=_COLUMNS)
    kept = [k for k in range(len(names)) if k not in lost]
    fitted = (
        _least_squares(design.x[:, kept], design.y)
        if model == "linear"
        else _logit(design.x[:, kept], design.y)
    )
    for k in lost:
        rows[k]["note"] = SAME
    if fitted is None:
        for k in kept:
            rows[k]["note"] = APART
        return pd.DataFrame(rows, columns=_COLUMNS)
    beta, ordinary, bread, residual = fitted
    orders = list(relabellings(design.n, permutations, seed, within))
    for place, k in enumerate(kept):
        error = _robust_error(design, design.x[:, kept] @ bread[place], residual)
        half = stats.t.ppf(0.975, max(design.n - 1, 1)) * error
        bounds = np.array([beta[place], beta[place] - half, beta[place] + half])
        with np.errstate(over="ignore"):
            bounds = np.exp(bounds) if model == "logit" else bounds
        rows[k] |= dict(zip(("estimate", "low", "high"), map(float, bounds), strict=True))
        if ordinary[place] > 0:
            rows[k]["statistic"] = float(beta[place] / ordinary[place])
        if not np.isfinite(error):
            rows[k]["note"] = TOO_SMALL
        if names[k] != CONSTANT:
            others = [other for other in kept if other != k]
            matrices = [np.asarray(predictors[names[o]], float) for o in others if names[o] != CONSTANT]
            rows[k]["p"] = _permuted_p(
                design, np.asarray(predictors[names[k]], float), matrices, others, orders, model, directed
            )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _design(response, predictors, directed: bool, model: str) -> _Design:
    y = np.asarray(response, float)
    n = len(y)
    matrices = [np.asarray(m, float) for m in predictors.values()]
    if y.shape != (n, n) or any(m.shape != (n, n) for m in matrices):
        raise ValueError("the response and every predictor are square matrices of one size")
    described = _pairs(n, directed)
    for matrix in matrices:
        described &= ~np.isnan(matrix)
    cells = np.flatnonzero((described & ~np.isnan(y)).ravel())
    values = y.ravel()[cells]
    if model == "logit" and not np.isin(values, (0.0, 1.0)).all():
        raise ValueError("a logit needs a response of 0 and 1")
    x = np.column_stack([np.ones(len(cells)), *(m.ravel()[cells] for m in matrices)])
    return _Design(cells, described, values, x, n)


def _pairs(n: int, directed: bool) -> np.ndarray:
    return ~np.eye(n, dtype=bool) if directed else np.tri(n, k=-1, dtype=bool)


def _made_up_by_others(x: np.ndarray) -> list[int]:
    """Columns that add nothing to those before them (a predictor that never varies counts as the constant)."""
    lost, basis = [], np.empty((len(x), 0))
    for k in range(x.shape[1]):
        left = x[:, k] - basis @ (basis.T @ x[:, k])
        size = np.linalg.norm(left)
        if size <= 1e-8 * max(np.linalg.norm(x[:, k]), 1e-300) or not len(x):
            lost.append(k)
        else:
            basis = np.column_stack([basis, left / size])
    return lost


def _least_squares(x: np.ndarray, y: np.ndarray):
    """Coefficients, ordinary standard errors, the bread (X'X)^-1 and the residuals."""
    q, r = np.linalg.qr(x)
    inverse = np.linalg.inv(r)
    beta = inverse @ (q.T @ y)
    residual = y - x @ beta
    bread = inverse @ inverse.T
    spread = residual @ residual / (len(y) - x.shape[1])
    return beta, np.sqrt(spread * np.diag(bread)), bread, residual


def _logit(x: np.ndarray, y: np.ndarray):
    """Maximum likelihood by Newton's steps; None where it runs away (tied and untied pairs are wholly apart)."""
    beta, converged = np.zeros(x.shape[1]), False
    for _ in range(50):
        mean = special.expit(x @ beta)
        weight = mean * (1 - mean)
        information = (x * weight[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (y - mean))
        except np.linalg.LinAlgError:
            return None
        beta = beta + np.clip(step, -5, 5)
        if not np.isfinite(step).all():
            return None
        if converged := bool(np.abs(step).max() < 1e-10):
            break
    if not converged or np.abs(x @ beta).max() > 30:
        return None
    mean = special.expit(x @ beta)
    bread = np.linalg.inv((x * (mean * (1 - mean))[:, None]).T @ x)
    return beta, np.sqrt(np.diag(bread)), bread, y - mean


def _robust_error(design: _Design, leverage: np.ndarray, residual: np.ndarray) -> float:
    influences = np.zeros(design.n * design.n)
    influences[design.cells] = leverage * residual
    return dyadic_error(influences.reshape(design.n, design.n))


def _permuted_p(design: _Design, matrix, others, columns, orders: list, model: str, directed: bool) -> float:
    """What is left of the predictor is renumbered; its t (linear) or score z (logit) is found beside the others.

    Frisch, Waugh and Lovell: with the other predictors taken out of both sides, each draw needs a few inner products.
    """
    n, here = design.n, design.described
    basis, _ = np.linalg.qr(np.column_stack([np.ones(here.sum()), *(m[here] for m in others)]))
    left = np.zeros((n, n))  # an undescribed pair has nothing left: it pulls neither way
    left[here] = matrix[here] - basis @ (basis.T @ matrix[here])
    if not directed:
        left = left + left.T
    x = design.x[:, columns]
    if model == "linear":
        q, _ = np.linalg.qr(x)
        target = design.y - q @ (q.T @ design.y)
        weight = None
    else:
        fitted = _logit(x, design.y)
        if fitted is None:
            return np.nan
        target, mean = fitted[3], special.expit(x @ fitted[0])
        weight = mean * (1 - mean)
        q, _ = np.linalg.qr(x * np.sqrt(weight)[:, None])
        q = q * np.sqrt(weight)[:, None]
    # outside the cells that count every column is 0, so that whole matrices can be multiplied, row after row
    looked_up = np.zeros((n * n, 1 + q.shape[1]))
    looked_up[design.cells] = np.column_stack([target, q])
    square = np.zeros(n * n)
    square[design.cells] = 1.0 if weight is None else weight
    # where every pair counts alike, renumbering does not move the sum of squares
    whole = weight is None and len(design.y) == _pairs(n, directed).sum()
    size = (left**2).ravel() @ square if whole else None
    looked_up = np.ascontiguousarray(looked_up.T)
    products, sizes = np.empty((len(orders) + 1, len(looked_up))), np.empty(len(orders) + 1)
    permuted = left.copy()
    for at, order in enumerate([None, *orders]):
        if order is not None:  # clip spares numpy a check of every index
            np.take(left.take(order, axis=0), order, axis=1, out=permuted, mode="clip")
        flat = permuted.ravel()
        products[at] = looked_up @ flat
        sizes[at] = flat**2 @ square if size is None else size
    drawn = _statistics(products, sizes, target, len(design.y) - x.shape[1] - 1, model)
    return permutation_p(drawn[0], drawn[1:]) if len(orders) else np.nan


def _statistics(products, sizes, target, freedom: int, model: str) -> np.ndarray:
    """The statistic of each draw: t of least squares, or the score's z of the logit.

    ``products`` are those with what is left of the response, then with the basis of the other predictors.
    """
    along, alone = products[:, 0], sizes - (products[:, 1:] ** 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if model == "logit":
            return along / np.sqrt(alone)
        slope = along / alone
        left_over = (target @ target - slope * along) / freedom
        return slope / np.sqrt(left_over / alone)
