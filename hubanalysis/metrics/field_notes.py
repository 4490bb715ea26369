"""Observers' notes chosen by rule: those of the visits that were marked highest and lowest."""

from __future__ import annotations

import pandas as pd

__all__ = ["notes_at_the_ends"]

COLUMNS = ["visits", "activity", "quote", "mean_mark"]
LEAST_WORDS = 5


def notes_at_the_ends(observations: pd.DataFrame, notes: pd.DataFrame, most: int = 3) -> pd.DataFrame:
    """The notes of the ``most`` visits with the highest mean mark, and of the ``most`` with the lowest.

    Columns ``visits`` ("highest_marks" or "lowest_marks")``, activity, quote, mean_mark`` (mean over items and
    observers, in points of the grid). Notes under five words are left out; ties go by the observation's id, and no
    visit stands at both ends. Empty where nothing was noted.
    """
    said = notes[notes["text"].fillna("").str.split().str.len() >= LEAST_WORDS] if len(notes) else notes
    marks = observations.groupby("observation", observed=True)["value"].mean().dropna()
    marks = marks[marks.index.isin(set(said["observation"]))].sort_index()
    if not len(marks):
        return pd.DataFrame(columns=COLUMNS)
    order = marks.sort_values(ascending=False, kind="stable").index
    most = min(most, len(order) // 2) if len(order) > 1 else 1
    ends = [("highest_marks", v) for v in order[:most]]
    ends += [("lowest_marks", v) for v in reversed(order[-most:]) if v not in set(order[:most])]
    first = said.drop_duplicates("observation").set_index("observation")
    rows = [(end, first.at[v, "activity"], first.at[v, "text"], float(marks[v])) for end, v in ends]
    return pd.DataFrame(rows, columns=COLUMNS)
