"""Keyness: the words one group uses more than the others, and how sure one can be.

The usual statistics take every word for an independent witness; yet one person who likes a word says it forty times. So
beside them stands a permutation of whole interviews between the groups, and the interval of the log ratio comes from
drawing interviews again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark

__all__ = ["chi_square", "keyness", "log_likelihood", "log_ratio"]

_WHICH = ["group", "lemma"]
_COUNTS = ["said", "n_others", "said_others", "g2"]
COLUMNS = [*_WHICH, "estimate", "low", "high", "n", *_COUNTS, "p", "p_adjusted", "method", "unit", "note"]
_METHOD = mark("log ratio, bootstrap over interviews; p by permuting interviews")
FEW = mark("too few interviews in a group for an interval")
LEAST_INTERVIEWS = 3


def _expected(a, b, c, d):
    n = a + b + c + d
    rows, columns = (a + b, c + d), (a + c, b + d)
    return n, (
        rows[0] * columns[0] / n,
        rows[0] * columns[1] / n,
        rows[1] * columns[0] / n,
        rows[1] * columns[1] / n,
    )


def chi_square(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike, yates: bool = False) -> np.ndarray:
    """Pearson's chi-square of 2 x 2 tables [[a, b], [c, d]], signed: below 0 where a is less than expected.

    a and b count the word in the group and among the others, c and d all other words. ``yates`` takes one half off each
    deviation, down to 0 (Yates 1934).
    """
    a, b, c, d = (np.asarray(x, dtype=float) for x in (a, b, c, d))
    _, expected = _expected(a, b, c, d)
    value = np.zeros(np.broadcast(a, b, c, d).shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for seen, e in zip((a, b, c, d), expected, strict=True):
            gap = np.abs(seen - e)
            value = value + np.where(e > 0, (np.maximum(gap - 0.5, 0) if yates else gap) ** 2 / e, 0)
    return np.where(a >= expected[0], value, -value)


def log_likelihood(
    a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike, williams: bool = False
) -> np.ndarray:
    """The log-likelihood ratio G2 = 2 sum O ln(O / E) of 2 x 2 tables, signed as :func:`chi_square` (Dunning 1993).

    ``williams`` divides by q = 1 + (n/r1 + n/r2 - 1)(n/c1 + n/c2 - 1) / 6n (Williams 1976).
    """
    a, b, c, d = (np.asarray(x, dtype=float) for x in (a, b, c, d))
    n, expected = _expected(a, b, c, d)
    value = np.zeros(np.broadcast(a, b, c, d).shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for seen, e in zip((a, b, c, d), expected, strict=True):
            value = value + np.where(seen > 0, 2 * seen * np.log(seen / e), 0)
        if williams:
            value = value / (1 + (n / (a + b) + n / (c + d) - 1) * (n / (a + c) + n / (b + d) - 1) / (6 * n))
    return np.where(a >= expected[0], value, -value)


def log_ratio(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> np.ndarray:
    """How many times the word's relative frequency doubles from the others to the group: log2((a/(a+c)) / (b/(b+d))).

    1 is twice as often, 2 four times, -1 half (Hardie 2014). One half is put for a count of 0.
    """
    a, b, c, d = (np.asarray(x, dtype=float) for x in (a, b, c, d))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(np.where(a > 0, a, 0.5) / (a + c)) - np.log2(np.where(b > 0, b, 0.5) / (b + d))


def keyness(
    tokens: pd.DataFrame,
    interviews: pd.DataFrame,
    least: int = 5,
    least_interviews: int = 2,
    draws: int = 999,
    seed: int = 2022,
) -> pd.DataFrame:
    """For each group and lemma of content: how much more the group says it than all the others together.

    ``interviews`` gives each interview its ``group``; those without one are left out. Lemmas said fewer than ``least``
    times, or in fewer than ``least_interviews`` interviews of the group, are left out. The estimate is the
    :func:`log_ratio`; ``n`` is the interviews of the group in which the word is said, ``said`` how often; ``g2`` the
    signed log-likelihood. ``p`` is how often a shuffling of interviews between groups gives a mean frequency in the
    group as high (every interview counts once, however long: a word of one person cannot come below the group's share
    of interviews); ``p_adjusted`` the same after Benjamini-Hochberg over all words of all groups. Highest G2 first
    within a group. Empty where there are fewer than two groups.
    """
    known = interviews[interviews["group"].notna()]
    groups = dict(zip(known["interview"].astype("object"), known["group"].astype("object"), strict=True))
    tokens = tokens[tokens["interview"].isin(groups)] if len(tokens) else tokens
    names = sorted({groups[i] for i in tokens["interview"].unique()} if len(tokens) else ())
    if len(names) < 2:
        return pd.DataFrame(columns=COLUMNS)
    named = sorted(tokens["interview"].unique())
    content = tokens[tokens["content"]]
    counts = (
        content.groupby(["interview", "lemma"], observed=True).size().unstack(fill_value=0).reindex(named)
    )
    counts = counts.fillna(0)
    counts = counts.loc[:, counts.sum() >= least]
    words, lemmas = counts.to_numpy(dtype=float), counts.columns.to_numpy()
    sizes = tokens.groupby("interview", observed=True).size().reindex(named).to_numpy(dtype=float)
    member = np.array([groups[i] for i in named])
    rng = np.random.default_rng(seed)
    shuffled = np.array([rng.permutation(len(named)) for _ in range(draws)])
    parts = []
    for name in names:
        inside = member == name
        keep = (words[inside] > 0).sum(axis=0) >= least_interviews
        if not keep.any():
            continue
        own = words[:, keep]
        table = _table(inside.astype(float), own, sizes)
        g2, ratio = log_likelihood(*table), log_ratio(*table)
        rates = own / sizes[:, None]
        chance, seen = inside[shuffled].astype(float) @ rates, inside.astype(float) @ rates
        part = pd.DataFrame({"group": name, "lemma": lemmas[keep], "estimate": ratio})
        part["low"], part["high"], part["note"] = _interval(inside, own, sizes, draws, rng)
        part["n"], part["said"] = (own[inside] > 0).sum(axis=0), own[inside].sum(axis=0).astype(int)
        part["n_others"] = (own[~inside] > 0).sum(axis=0)
        part["said_others"] = own[~inside].sum(axis=0).astype(int)
        part["g2"], part["p"] = g2, (1 + (chance >= seen - 1e-12).sum(axis=0)) / (draws + 1)
        parts.append(part.sort_values(["g2", "lemma"], ascending=[False, True], kind="stable"))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.concat(parts, ignore_index=True)
    frame["p_adjusted"] = multipletests(frame["p"], method="fdr_bh")[1]
    return frame.assign(method=_METHOD, unit="doublings")[COLUMNS]


def _table(weights: np.ndarray, words: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, ...]:
    """a, b, c, d of every word; ``weights`` (... x interviews) says how much of each interview is in the group."""
    a = weights @ words
    b = words.sum(axis=0) - a
    inside = (weights @ sizes)[..., None]
    return a, b, inside - a, sizes.sum() - inside - b


def _interval(inside, words, sizes, draws, rng) -> tuple[np.ndarray, np.ndarray, str]:
    """95 % percentile bounds of the log ratio, interviews drawn again within the group and within the others."""
    if min(inside.sum(), (~inside).sum()) < LEAST_INTERVIEWS:
        nothing = np.full(words.shape[1], np.nan)
        return nothing, nothing, FEW
    drawn = []
    for part in (inside, ~inside):
        k = int(part.sum())
        weights = rng.multinomial(k, np.full(k, 1 / k), size=draws).astype(float)
        said, all_words = weights @ words[part], (weights @ sizes[part])[:, None]
        drawn.append((said, all_words - said))
    (a, c), (b, d) = drawn
    low, high = np.quantile(log_ratio(a, b, c, d), [0.025, 0.975], axis=0)
    return low, high, ""
