"""Terms of several words (assistente sociale, centro diurno, casa di riposo), found by how they keep together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from nltk.metrics.association import BigramAssocMeasures

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import resampled
from hubanalysis.metrics.word_counts import unit_codes, witnesses

__all__ = ["collocations"]

COLUMNS = ["phrase", "estimate", "low", "high", "n", "said", "g2", "method", "unit", "note"]
#: Words that may stand between the two words of a term.
LINKS = {
    "it": ["di", "del", "dello", "della", "dell'", "dei", "degli", "delle", "a", "al", "alla", "da", "per"],
    "en": ["of", "for", "to"],
}
#: 3.84 for p = .05 says little where thousands of pairs are looked at; 15.13 is p = .0001.
LEAST_G2 = 15.13
_METHOD = mark("pointwise mutual information, bootstrap over interviews")
FEW = mark("too few interviews for an interval")


def collocations(
    tokens: pd.DataFrame,
    language: str = "it",
    least: int = 4,
    least_witnesses: int = 2,
    most: int = 30,
    seed: int = 2022,
) -> pd.DataFrame:
    """Pairs of words of content that stand together more often than their frequencies would bring about.

    Pairs are counted by lemma, within a turn: side by side (``centro diurno``), or with one linking word between
    (``casa di riposo``, each linking word for itself). Kept are those said ``least`` times or more, by
    ``least_witnesses`` or more, with a log-likelihood G2 above 15.13 (p = .0001; Dunning 1993).
    ``phrase`` is the most usual wording, ``said`` how often, ``n`` the witnesses (interviews, or all interviews of one
    person); the estimate is the pointwise mutual information log2(O / E) in doublings (Church & Hanks 1990), with O the
    count and E what two independent words would give, its interval a bootstrap over witnesses. Highest G2 first.
    """
    if not len(tokens):
        return pd.DataFrame(columns=COLUMNS)
    lemma = tokens["lemma"].astype("category")
    code, content = lemma.cat.codes.to_numpy().astype(np.int64), tokens["content"].to_numpy(dtype=bool)
    interview, number = pd.factorize(tokens["interview"])[0], tokens["turn"].to_numpy()
    turn = np.cumsum(np.append(True, (interview[1:] != interview[:-1]) | (number[1:] != number[:-1])))
    witness = unit_codes(tokens, witnesses(tokens))
    form = tokens["token"].astype("category")
    low_form = np.array([str(f).lower() for f in form.cat.categories], dtype=object)
    link_of = {word: k for k, word in enumerate(LINKS.get(language, LINKS["it"]), start=1)}
    link = np.array([link_of.get(f, 0) for f in low_form], dtype=np.int64)[form.cat.codes.to_numpy()]
    verb = language == "it"
    verbs = [verb and str(name).endswith(("are", "ere", "ire", "rre")) for name in lemma.cat.categories]
    parts = []
    for gap in (1, 2):
        first = np.flatnonzero(turn[:-gap] == turn[gap:])
        kind = np.zeros(len(first), dtype=np.int64)
        if gap == 2:
            kind = link[first + 1]
        parts.append(_pairs(first, first + gap, kind, code, content, verbs, witness, least, least_witnesses))
    found = [part for part in parts if len(part)]
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.concat(found, ignore_index=True)
    frame = frame[frame["g2"] >= LEAST_G2].sort_values(["g2", "at"], ascending=[False, True]).head(most)
    words = low_form[form.cat.codes.to_numpy()]
    frame["phrase"] = [
        _wording(words, rows, gap) for rows, gap in zip(frame["rows"], frame["gap"], strict=True)
    ]
    if len(frame):
        low, high = resampled(np.stack(frame["cells"].to_list(), axis=1), _information, seed=seed)
        frame["low"], frame["high"] = low, high
        frame["note"] = np.where(np.isnan(low), FEW, "")
    else:
        frame["low"], frame["high"], frame["note"] = np.nan, np.nan, ""
    return frame.assign(method=_METHOD, unit="doublings").reset_index(drop=True)[COLUMNS]


def _pairs(first, second, kind, code, content, verbs, witness, least, least_witnesses) -> pd.DataFrame:
    """The pairs at one distance said often enough, with their G2, their places and their counts by witness."""
    size = int(code.max()) + 1
    pairs, mine = (kind * size + code[first]) * size + code[second], witness[first]
    columns = ["estimate", "n", "said", "g2", "rows", "gap", "at", "cells"]
    # The same word twice is a stammer. What is expected comes from both words' frequencies over all places at this
    # distance, whatever stands between.
    meant = content[first] & content[second] & (code[first] != code[second])
    if len(first) and second[0] - first[0] == 2:
        meant &= (kind > 0) & ~np.asarray(verbs, dtype=bool)[code[first]]  # riuscire a fare is grammar
    different, count = np.unique(pairs[meant], return_counts=True)
    kept = different[count >= least]
    if not len(kept):
        return pd.DataFrame(columns=columns)
    place = np.flatnonzero(meant)
    pair = np.searchsorted(kept, pairs[place])
    pair[pair == len(kept)] = 0
    here = kept[pair] == pairs[place]
    place, pair = place[here], pair[here]
    number = int(witness.max()) + 1
    cells = np.stack(
        [
            _by_witness(pair, mine[place], len(kept), number),
            _of(kept // size % size, code[first], mine, number),
            _of(kept % size, code[second], mine, number),
            np.broadcast_to(np.bincount(mine, minlength=number), (len(kept), number)),
        ],
        axis=2,
    )
    said, n = cells[:, :, 0].sum(axis=1), (cells[:, :, 0] > 0).sum(axis=1)
    order = np.argsort(pair, kind="stable")
    own = np.split(first[place[order]], np.cumsum(np.bincount(pair, minlength=len(kept)))[:-1])
    gap = int(second[0] - first[0])
    rows = []
    for k in np.flatnonzero(n >= least_witnesses):
        o, row, column, total = cells[k].sum(axis=0).tolist()
        if o * total <= row * column:
            continue
        g2 = BigramAssocMeasures.likelihood_ratio(o, (row, column), total)
        value = BigramAssocMeasures.pmi(o, (row, column), total)
        rows.append((value, int(n[k]), int(said[k]), g2, own[k], gap, int(own[k][0]), cells[k]))
    return pd.DataFrame(rows, columns=columns)


def _by_witness(which: np.ndarray, witness: np.ndarray, rows: int, number: int) -> np.ndarray:
    return np.bincount(which * number + witness, minlength=rows * number).reshape(rows, number).astype(float)


def _of(wanted: np.ndarray, values: np.ndarray, witness: np.ndarray, number: int) -> np.ndarray:
    """How often each of ``wanted`` stands in ``values``, by witness."""
    different, back = np.unique(wanted, return_inverse=True)
    place = np.minimum(np.searchsorted(different, values), len(different) - 1)
    hit = different[place] == values
    return _by_witness(place[hit], witness[hit], len(different), number)[back]


def _information(cells: np.ndarray) -> np.ndarray:
    """log2 of observed by expected, for draws x pairs x (pair, first, second, all)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log2(cells[..., 0] * cells[..., 3] / (cells[..., 1] * cells[..., 2]))
    return np.where(np.isfinite(value), value, np.nan)


def _wording(words: np.ndarray, rows: np.ndarray, gap: int) -> str:
    said = pd.Series([" ".join(words[r : r + gap + 1]) for r in rows[:1000]]).value_counts()
    top = said[said == said.max()].index
    return min(top).replace("' ", "'")
