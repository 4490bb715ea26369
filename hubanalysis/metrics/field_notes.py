"""Observers' notes chosen by rule: those of the visits that were marked highest and lowest."""

from __future__ import annotations

import pandas as pd

__all__ = ["notes_at_the_ends"]

COLUMNS = ["visits", "activity", "quote", "mean_mark", "chosen_from", "note"]
LEAST_WORDS = 5


def notes_at_the_ends(observations: pd.DataFrame, notes: pd.DataFrame, most: int = 3) -> pd.DataFrame:
    """The notes of the ``most`` visits with the highest mean mark, and of the ``most`` with the lowest.

    Columns ``visits`` ("highest_marks" or "lowest_marks")``, activity, quote, mean_mark`` (mean over items and
    observers, in points of the grid)``, chosen_from`` (visits with a note)``, note`` (empty: none is withheld here).
    Notes under five words are left out; ties go by the observation's id, no visit stands at both ends, and no observer
    is quoted twice at one end as long as others wrote. Empty where nothing was noted.
    """
    said = notes[notes["text"].fillna("").str.split().str.len() >= LEAST_WORDS] if len(notes) else notes
    marks = observations.groupby("observation", observed=True)["value"].mean().dropna()
    marks = marks[marks.index.isin(set(said["observation"]))].sort_index()
    if not len(marks):
        return pd.DataFrame(columns=COLUMNS)
    order = list(marks.sort_values(ascending=False, kind="stable").index)
    most = min(most, len(order) // 2) if len(order) > 1 else 1
    written = dict(list(said.groupby("observation", observed=True)))
    rows: list[tuple] = []
    taken: set[str] = set()
    for end, visits in (("highest_marks", order), ("lowest_marks", order[::-1])):
        left = [visit for visit in visits if visit not in taken]
        for visit, text in _each_observer_once(left, written, most):
            taken.add(visit)
            activity = written[visit]["activity"].iloc[0]
            rows.append((end, activity, text, float(marks[visit]), len(order), ""))
    return pd.DataFrame(rows, columns=COLUMNS)


def _each_observer_once(
    visits: list[str], written: dict[str, pd.DataFrame], most: int
) -> list[tuple[str, str]]:
    """The first ``most`` visits with a note of an observer not quoted yet; then those passed over, if there is room."""
    quoted: set[str] = set()
    chosen, passed = [], []
    for visit in visits:
        part = written[visit]
        who = part["observer"] if "observer" in part else part["observation"]
        free = part[~who.isin(quoted)]
        if len(free) and len(chosen) < most:
            quoted.add(who[free.index[0]])
            chosen.append((visit, free["text"].iloc[0]))
        else:
            passed.append((visit, part["text"].iloc[0]))
    return chosen + passed[: most - len(chosen)]
