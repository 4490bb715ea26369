"""Reinert's classification written plainly on a dense table, after rainette's description of it: the tests' measure."""

from __future__ import annotations

import numpy as np
import pandas as pd


def table_chi2(table: np.ndarray) -> float:
    """Chi-square of a table of counts, cell by cell."""
    table = table[:, table.sum(axis=0) > 0]
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())


def two_sides(rows: np.ndarray, side: np.ndarray) -> float:
    """Chi-square of the two sums of rows."""
    return table_chi2(np.stack([rows[~side].sum(axis=0), rows[side].sum(axis=0)]))


def plain_split(rows: np.ndarray, least: int = 1) -> tuple[np.ndarray, float]:
    """Rows in the order of the first axis, the best cut of it, then single changes of side while chi-square rises."""
    shares = rows / rows.sum()
    r, c = shares.sum(axis=1), shares.sum(axis=0)
    residuals = (shares - np.outer(r, c)) / np.sqrt(np.outer(r, c))
    order = np.argsort(np.linalg.svd(residuals, full_matrices=False)[0][:, 0] / np.sqrt(r), kind="stable")
    n, total, count = len(rows), rows.sum(), rows.sum(axis=0)

    def value(held: np.ndarray) -> float:
        # the chi-square of two sides by the sums of one of them: the same number, without the whole table
        a = held.sum()
        return total**2 / (a * (total - a)) * ((held**2 / count).sum() - a * a / total)

    cuts = [value(rows[order[:k]].sum(axis=0)) for k in range(least, n - least + 1)]
    side = np.ones(n, dtype=bool)
    side[order[: least + int(np.argmax(cuts))]] = False
    held = rows[side].sum(axis=0)
    best, moved = value(held), True
    while moved:
        moved = False
        for i in range(n):
            if (side.sum() if side[i] else n - side.sum()) <= least:
                continue
            other = held - rows[i] if side[i] else held + rows[i]
            if value(other) > best * (1 + 1e-12):
                held, best, moved = other, value(other), True
                side[i] = not side[i]
    return side, two_sides(rows, side)


def planted_talk(
    topics: int = 4, interviews: int = 12, segments: int = 30, seed: int = 3, own: float = 0.7
) -> tuple[pd.DataFrame, np.ndarray, list[list[str]], np.ndarray]:
    """Segments with a planted topic each: their frame, the topic, their words, and which interview they are of.

    A segment has 12 words, each with the chance ``own`` from the 25 words of its topic, else from 60 words of all.
    """
    rng = np.random.default_rng(seed)
    n = interviews * segments
    topic, interview = rng.integers(0, topics, n), np.repeat(np.arange(interviews), segments)
    words = [
        [
            f"t{topic[i]}w{rng.integers(25):02d}" if rng.random() < own else f"common{rng.integers(60):02d}"
            for _ in range(12)
        ]
        for i in range(n)
    ]
    frame = pd.DataFrame(
        {
            "interview": [f"I{i:02d}" for i in interview],
            "speaker": "P1",
            "turn": np.arange(n) % segments,
            "last_turn": np.arange(n) % segments,
            "start": 100 * (np.arange(n) % segments),
            "end": 100 * (np.arange(n) % segments) + 90,
            "words": 12,
            "content": 12,
        }
    )
    return frame, topic, words, interview


def presence(words: list[list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Segments x words (0 or 1), and the words."""
    terms = sorted({w for own in words for w in own})
    place = {w: k for k, w in enumerate(terms)}
    table = np.zeros((len(words), len(terms)))
    for i, own in enumerate(words):
        table[i, [place[w] for w in own]] = 1
    return table, np.array(terms, dtype=object)
