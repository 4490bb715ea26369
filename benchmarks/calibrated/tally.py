"""Counting hits: what share of the intervals held, and how sure that share is."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

COLUMNS = ["kind", "n", "shape", "leaving", "scenario", "quantity"]


class Tally:
    """What was counted in each row of the table: hits of those intervals that could be given."""

    def __init__(self) -> None:
        self.hits: dict[tuple, list[float]] = defaultdict(list)

    def holds(self, key: tuple, true: float, interval) -> None:
        _, low, high = interval
        self.hits[key].append(np.nan if np.isnan(low) else float(low - 1e-9 <= true <= high + 1e-9))

    def add(self, key: tuple, hit: float) -> None:
        self.hits[key].append(float(hit))

    def table(self) -> pd.DataFrame:
        rows = []
        for key, hits in self.hits.items():
            known = np.array(hits)[~np.isnan(hits)]
            share = known.mean() if len(known) else np.nan
            likely = (np.sum(known) + 2) / (len(known) + 4)  # so that 80 hits of 80 do not look certain
            error = np.sqrt(likely * (1 - likely) / max(len(known), 1))
            rows.append((*key, share, error, len(known), len(hits)))
        return pd.DataFrame(rows, columns=[*COLUMNS, "share", "error", "given", "of"])


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Target and verdict: yes within it; no outside by over 1.96 Monte Carlo errors; else unclear."""
    low = table["kind"].map({"coverage": 0.93, "power": 0.78}).fillna(0.0)
    high = table["kind"].map({"coverage": 0.97, "power": 0.82}).fillna(0.05)
    share, error = table["share"], 1.96 * table["error"]
    inside = share.between(low, high)
    outside = (share + error < low) | (share - error > high)
    met = np.select([table["kind"] == "compared", inside, outside], ["", "yes", "no"], "unclear")
    target = table["kind"].map({"coverage": "93 to 97 %", "power": "78 to 82 %", "compared": ""})
    return table.assign(target=target.fillna("at most 5 %"), met=met)


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each quantity and n, over all scenarios; their samples count alike."""
    by = ["kind", "quantity", "n"]  # variance twice: nothing and one area share their samples
    weights = table["given"].where(table["share"].notna(), 0)
    sums = table.assign(hits=table["share"].fillna(0) * weights, variance=(table["error"] * weights) ** 2)
    sums = sums.groupby(by, sort=False)[["hits", "variance", "given", "of"]].sum().reset_index()
    return sums.assign(
        share=sums["hits"] / sums["given"], error=np.sqrt(2 * sums["variance"]) / sums["given"]
    )
