"""Keyness: the words one group, wave or kind of text uses more than the others, and how sure one can be.

The usual statistics take every word for an independent witness; yet one person who likes a word says it forty times. So
beside them stands a permutation of whole witnesses (an interview, or all that one person gave) between the groups, the
interval of the log ratio comes from drawing witnesses again, and the word's dispersion in the group is told.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.dispersion import dispersion_of_all
from hubanalysis.metrics.word_counts import count_table, unit_codes, witnesses

__all__ = ["chi_square", "keyness", "keyness_of_all", "log_likelihood", "log_ratio"]

_ESTIMATE = ["lemma", "estimate", "low", "high", "n"]
_COUNTS = ["said", "n_others", "said_others", "g2", "dispersion"]
COLUMNS = [*_ESTIMATE, *_COUNTS, "p", "p_adjusted", "method", "unit", "note"]
_METHOD = mark("log ratio, bootstrap over interviews; p by permuting interviews")
FEW = mark("too few interviews in a group for an interval")
LEAST_WITNESSES = 3


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


def _cells(tokens: pd.DataFrame, interviews: pd.DataFrame, by: str):
    """Tokens of the interviews whose ``by`` is known; their cell (witness x group); witness and group of each cell."""
    known = interviews[interviews[by].notna()] if by in interviews else interviews.iloc[:0]
    group = pd.Series(known[by].astype("object").to_numpy(), index=known["interview"].astype("object"))
    if len(tokens):
        inside = tokens["interview"].isin(group.index)
        tokens = tokens if inside.all() else tokens[inside]
    if not len(tokens):
        return tokens, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    witness = witnesses(tokens)
    pairs = pd.DataFrame({"witness": witness, "group": group.reindex(witness.index)})
    cells = pairs.drop_duplicates().sort_values(["group", "witness"], ignore_index=True)
    place = pd.MultiIndex.from_frame(cells).get_indexer(pd.MultiIndex.from_frame(pairs))
    cell = unit_codes(tokens, pd.Series(place, index=pairs.index))
    return tokens, cell, cells["witness"].to_numpy(), cells["group"].to_numpy(dtype=object)


def keyness_of_all(tokens: pd.DataFrame, interviews: pd.DataFrame, by: str = "group") -> pd.DataFrame:
    """G2 and log ratio of every lemma of content in every group, without interval or test.

    Columns: ``by``, ``lemma, said, said_others, g2, estimate`` (:func:`log_ratio`). For a first look; a result needs
    :func:`keyness`.
    """
    tokens, cell, _, member = _cells(tokens, interviews, by)
    columns = [by, "lemma", "said", "said_others", "g2", "estimate"]
    groups, own = np.unique(member.astype(str), return_inverse=True) if len(member) else ([], None)
    if len(groups) < 2:
        return pd.DataFrame(columns=columns)
    words, lemmas, sizes = count_table(own[cell], tokens)
    table = _table(np.eye(len(groups)), words, sizes)
    frame = pd.DataFrame({by: np.repeat(groups, len(lemmas)), "lemma": np.tile(lemmas, len(groups))})
    frame["said"], frame["said_others"] = table[0].ravel().astype(int), table[1].ravel().astype(int)
    frame["g2"], frame["estimate"] = log_likelihood(*table).ravel(), log_ratio(*table).ravel()
    return frame[columns]


def keyness(
    tokens: pd.DataFrame,
    interviews: pd.DataFrame,
    by: str = "group",
    least: int = 5,
    least_witnesses: int = 2,
    draws: int = 999,
    seed: int = 2022,
) -> pd.DataFrame:
    """For each group and lemma of content: how much more the group says it than all the others together.

    ``interviews`` gives each interview its ``by`` (``group``, ``wave`` or ``kind``), which names the first column;
    those without one are left out. Lemmas said fewer than ``least`` times, or by fewer than ``least_witnesses`` in the
    group, are left out. A witness is an interview, or all interviews of a person who gave several
    (:func:`hubanalysis.metrics.word_counts.witnesses`). The estimate is the :func:`log_ratio`, its interval a bootstrap
    over witnesses; ``n`` is the witnesses of the group that say the word, ``said`` how often; ``g2`` the signed
    log-likelihood; ``dispersion`` the normed deviation of proportions over the group's witnesses (near 1: one
    person's). ``p`` is how often a shuffling gives a mean frequency in the group as high: whole witnesses are shuffled
    between groups, and the texts of a person who stands in several (before and after) within that person. Every witness
    counts once, however long: a word of one person cannot come below the group's share of witnesses. ``p_adjusted`` is
    the same after Benjamini-Hochberg over all words of all groups. Highest G2 first within a group. Empty where there
    are fewer than two groups.
    """
    tokens, cell, witness, member = _cells(tokens, interviews, by)
    names = sorted(set(member))
    if len(names) < 2:
        return pd.DataFrame(columns=[by, *COLUMNS])
    words, lemmas, sizes = count_table(cell, tokens)
    enough = words.sum(axis=0) >= least
    words, lemmas = words[:, enough], lemmas[enough]
    rng = np.random.default_rng(seed)
    shuffled = member[_shuffles(witness, draws, rng)]
    parts = []
    for name in names:
        inside = member == name
        keep = (words[inside] > 0).sum(axis=0) >= least_witnesses
        if not keep.any():
            continue
        own = words[:, keep]
        table = _table(inside.astype(float), own, sizes)
        rates = own / sizes[:, None]
        chance, seen = (shuffled == name).astype(float) @ rates, inside.astype(float) @ rates
        part = pd.DataFrame({by: name, "lemma": lemmas[keep], "estimate": log_ratio(*table)})
        part["low"], part["high"], part["note"] = _interval(inside, witness, own, sizes, draws, rng)
        part["n"], part["said"] = (own[inside] > 0).sum(axis=0), own[inside].sum(axis=0).astype(int)
        part["n_others"] = (own[~inside] > 0).sum(axis=0)
        part["said_others"] = own[~inside].sum(axis=0).astype(int)
        part["g2"], part["p"] = (
            log_likelihood(*table),
            (1 + (chance >= seen - 1e-12).sum(axis=0)) / (draws + 1),
        )
        part["dispersion"] = dispersion_of_all(own[inside], sizes[inside])
        parts.append(part.sort_values(["g2", "lemma"], ascending=[False, True], kind="stable"))
    if not parts:
        return pd.DataFrame(columns=[by, *COLUMNS])
    frame = pd.concat(parts, ignore_index=True)
    frame["p_adjusted"] = multipletests(frame["p"], method="fdr_bh")[1]
    return frame.assign(method=_METHOD, unit="doublings")[[by, *COLUMNS]]


def _table(weights: np.ndarray, words: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, ...]:
    """a, b, c, d of every word; ``weights`` (... x cells) says how much of each cell is in the group."""
    a = weights @ words
    b = words.sum(axis=0) - a
    inside = (weights @ sizes)[..., None]
    return a, b, inside - a, sizes.sum() - inside - b


def _shuffles(witness: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """For each draw, which cell's group each cell takes: within a witness of several groups, else among the others."""
    several = np.bincount(witness)[witness] > 1
    block = np.where(several, witness + 1, 0)
    place = np.lexsort((np.arange(len(block)), block))
    order = np.argsort(block[None, :] + rng.random((draws, len(block))), axis=1)
    shuffled = np.empty_like(order)
    shuffled[:, place] = order
    return shuffled


def _interval(inside, witness, words, sizes, draws, rng) -> tuple[np.ndarray, np.ndarray, str]:
    """95 % percentile bounds of the log ratio, witnesses drawn again: those of the group alone, those of the others
    alone and those of both apart.
    """
    if min(inside.sum(), (~inside).sum()) < LEAST_WITNESSES:
        nothing = np.full(words.shape[1], np.nan)
        return nothing, nothing, FEW
    number = witness.max() + 1
    side = np.bincount(witness[inside], minlength=number) > 0
    other = np.bincount(witness[~inside], minlength=number) > 0
    weights = np.zeros((draws, number))
    for stratum in (side & ~other, ~side & other, side & other):
        k = int(stratum.sum())
        if k:
            weights[:, stratum] = rng.multinomial(k, np.full(k, 1 / k), size=draws)
    drawn = []
    for part in (inside, ~inside):
        own = weights[:, witness[part]]
        said, all_words = own @ words[part], (own @ sizes[part])[:, None]
        drawn.append((said, all_words - said))
    (a, c), (b, d) = drawn
    ratios = log_ratio(a, b, c, d)
    # a side of which nothing was drawn has no ratio; looking for that is slow, and rare
    quantile = np.nanquantile if np.isnan(ratios).any() else np.quantile
    low, high = quantile(ratios, [0.025, 0.975], axis=0)
    return low, high, ""
