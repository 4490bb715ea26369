"""A map of who says which words: correspondence analysis of groups (or interviews) and lemmas."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.correspondence import Correspondence, correspondence
from hubanalysis.metrics.term_matrix import TermMatrix
from hubanalysis.metrics.word_counts import witnesses
from hubanalysis.metrics.word_segments import segment_texts

__all__ = ["WordMap", "map_quotes", "word_map"]

METHOD = mark("correspondence analysis; interviews of each group drawn again, on the same axes")
ALONE = mark("one interview: no interval")
FEW = mark("too few interviews for an interval")
TEST = mark("inertia of the table of groups and words; range of 95 in 100 divisions of the interviews by lot")
LEAST_IN_GROUP = 2
LEAST_DRAWN = 4
DRAWS = 499
POINTS = ["point", "axis", "estimate", "low", "high", "n", "method", "unit", "note"]
WORDS = ["lemma", "x", "y", "contribution", "cos2", "said", "n"]


@dataclass(frozen=True)
class WordMap:
    """What the map shows. ``rows`` says what its points are: "group", "interview", or "" where there is no map.

    ``points``: where each row stands on each axis, with its interval; ``words``: where each lemma stands, the part of
    the plane's inertia it makes (``contribution``), how well the plane shows it (``cos2``), in how many interviews it
    is said; ``shares`` of the inertia by axis; ``spread``: 2 x 2 covariance of each point when interviews are drawn
    again; ``test``: whether groups differ more than interviews divided by lot.
    """

    rows: str
    points: pd.DataFrame
    words: pd.DataFrame
    shares: np.ndarray
    spread: dict[str, np.ndarray] = field(default_factory=dict)
    test: pd.DataFrame = field(default_factory=pd.DataFrame)
    axes: Correspondence | None = None


def _nothing() -> WordMap:
    return WordMap("", pd.DataFrame(columns=POINTS), pd.DataFrame(columns=WORDS), np.empty(0))


def word_map(
    tokens: pd.DataFrame,
    interviews: pd.DataFrame,
    least: int = 5,
    least_interviews: int = 3,
    seed: int = 2022,
) -> WordMap:
    """Correspondence analysis of groups x lemmas of content; of interviews x lemmas where there are no two groups.

    Groups of one interview are left out; so are lemmas said fewer than ``least`` times or in fewer than
    ``least_interviews``. A group's interval and spread come from drawing its interviews again (499 times) and putting
    the result on the same axes. Since axes are laid where the groups differ most, such intervals lie apart even where
    chance alone divides: ``test`` compares the inertia with that of interviews divided into groups of the same sizes by
    lot (one-sided p).
    """
    counts, owner = _counts(tokens, interviews, least, least_interviews)
    if min(counts.shape) < 2:
        return _nothing()
    sizes = pd.Series(owner).value_counts()
    groups = sorted(g for g in sizes.index if g and sizes[g] >= LEAST_IN_GROUP)
    table = counts.to_numpy(dtype=float)
    names, rows = (groups, "group") if len(groups) > 1 else (list(counts.index), "interview")
    if rows == "group":
        used = np.isin(owner, groups)
        # the interviews of one person are one witness: summed, and moved and drawn together
        unit = witnesses(tokens).reindex(counts.index).to_numpy()[used]
        summed = pd.DataFrame(table[used]).groupby([unit, owner[used]]).sum()
        table, owner = summed.to_numpy(), summed.index.get_level_values(1).to_numpy(dtype=object)
    else:
        owner = np.array(names, dtype=object)
    said = table.sum(axis=0) > 0
    table, terms = table[:, said], counts.columns.to_numpy(dtype=object)[said]
    member = np.array([owner == name for name in names], dtype=float)
    summed = member @ table
    names, member = (
        [n for n, s in zip(names, summed.sum(axis=1), strict=True) if s],
        member[summed.sum(axis=1) > 0],
    )
    axes = correspondence(member @ table)
    if not len(axes.inertia):
        return _nothing()
    shown = min(2, len(axes.inertia))
    rng = np.random.default_rng(seed)
    points, spread = [], {}
    for name, inside, place in zip(names, member, axes.rows, strict=True):
        own, n = table[inside > 0], int(inside.sum())
        low = high = np.full(shown, np.nan)
        note = ALONE if rows == "interview" else FEW
        if n >= LEAST_DRAWN:
            weights = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)
            drawn = axes.project(weights @ own)[:, :shown]
            low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
            spread[name], note = np.atleast_2d(np.cov(drawn.T)), ""
        for axis in range(shown):
            points.append((name, axis + 1, place[axis], low[axis], high[axis], n, METHOD, "coordinate", note))
    contributions = (axes.contributions()[:, :shown] * axes.inertia[:shown]).sum(axis=1)
    words = pd.DataFrame(
        {
            "lemma": terms,
            "x": axes.columns[:, 0],
            "y": axes.columns[:, 1] if shown > 1 else 0.0,
            "contribution": contributions / axes.inertia[:shown].sum(),
            "cos2": axes.cos2()[:, :shown].sum(axis=1),
            "said": table.sum(axis=0).astype(int),
            "n": (table > 0).sum(axis=0),
        }
    ).sort_values(["contribution", "lemma"], ascending=[False, True], ignore_index=True)
    test = _against_lot(table, member, rng) if rows == "group" else pd.DataFrame()
    return WordMap(rows, pd.DataFrame(points, columns=POINTS), words, axes.share[:shown], spread, test, axes)


def _counts(tokens, interviews, least, least_interviews) -> tuple[pd.DataFrame, np.ndarray]:
    """Interviews x lemmas, and the group of each interview ("" where it has none)."""
    content = tokens[tokens["content"].astype("bool")] if len(tokens) else tokens
    if not len(content):
        return pd.DataFrame(), np.empty(0, dtype=object)
    counts = pd.crosstab(content["interview"].astype("str").to_numpy(), content["lemma"].to_numpy())
    kept = (counts.sum() >= least) & ((counts > 0).sum() >= min(least_interviews, len(counts)))
    known = interviews.dropna(subset=["group"])
    group = dict(zip(known["interview"].astype("str"), known["group"].astype("str"), strict=True))
    counts = counts.loc[:, kept]
    counts = counts[counts.sum(axis=1) > 0]
    return counts, np.array([group.get(i, "") for i in counts.index], dtype=object)


def _inertia(table: np.ndarray) -> float:
    """Total inertia of a table, chi2 / N."""
    table = table[:, table.sum(axis=0) > 0]
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(((table - expected) ** 2 / expected).sum() / table.sum())


def _against_lot(table: np.ndarray, member: np.ndarray, rng) -> pd.DataFrame:
    observed = _inertia(member @ table)
    drawn = np.array([_inertia(member[:, rng.permutation(len(table))] @ table) for _ in range(DRAWS)])
    low, high = np.quantile(drawn, [0.025, 0.975])
    p = (1 + (drawn >= observed - 1e-12).sum()) / (1 + DRAWS)
    columns = ["estimate", "chance_low", "chance_high", "p", "n", "method", "unit"]
    return pd.DataFrame([(observed, low, high, p, len(table), TEST, "inertia")], columns=columns)


def map_quotes(
    found: WordMap,
    matrix: TermMatrix,
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    most: int = 4,
    shortest: int = 20,
) -> pd.DataFrame:
    """For the ``most`` points farthest from the middle the segment of its own whose words lean most its way.

    The sum, over the words of the map said in it, of the word's coordinates along the direction of the point, weighted
    with how well the map shows the word (cos2). Columns ``point, interview, quote, n`` (interviews of the point)``,
    rule_value, turn, start, end``.
    """
    columns = ["point", "interview", "quote", "n", "rule_value", "turn", "start", "end"]
    if not found.rows or not len(segments):
        return pd.DataFrame(columns=columns)
    place = pd.Series(np.arange(len(matrix.terms)), index=matrix.terms)
    words = found.words[found.words["lemma"].isin(place.index)]
    leaning = matrix.present[:, place[words["lemma"]].to_numpy()]
    towards = words[["x", "y"]].to_numpy() * words["cos2"].to_numpy()[:, None]
    group = dict(zip(interviews["interview"].astype("str"), interviews["group"].astype("str"), strict=True))
    owner = segments["interview"].astype("str")
    owner = owner.map(group) if found.rows == "group" else owner
    rows = []
    far = (found.points["estimate"] ** 2).groupby(found.points["point"]).sum()
    for point in far.sort_index().sort_values(ascending=False, kind="stable").index[:most]:
        own = found.points[found.points["point"] == point]
        direction = np.zeros(2)
        direction[: len(own)] = own["estimate"].to_numpy()
        value = leaning @ (towards @ (direction / (np.linalg.norm(direction) or 1.0)))
        part = segments.assign(rule_value=value, point=point, n=int(own["n"].iloc[0]))
        part = part[(owner == point).to_numpy() & (part["words"] >= shortest).to_numpy()]
        rows.append(part.sort_values("rule_value", ascending=False, kind="stable").head(1))
    frame = pd.concat(rows, ignore_index=True)
    return frame.assign(quote=segment_texts(frame, turns))[columns]
