"""Repeated groups of questions: how many respondents answered them, and how often."""

from __future__ import annotations

import pandas as pd

__all__ = ["repeated_entries"]


def repeated_entries(repeats: pd.DataFrame) -> pd.DataFrame:
    """How many respondents have entries in each repeated group, and how many entries they have together.

    Parameters: the table ``repeats``. Returns about, wave, group, n (respondents with at least one entry), entries
    (counts), by wave and group; empty for an empty table. Respondents without any entry have no row in the table and
    are not counted.
    """
    columns = ["about", "wave", "group", "n", "entries"]
    if repeats.empty:
        return pd.DataFrame(columns=columns)
    entries = repeats.drop_duplicates(["about", "wave", "instrument", "group", "id", "entry"])
    groups = entries.groupby(["about", "wave", "group"], observed=True)["id"]
    return groups.agg(n="nunique", entries="size").reset_index()[columns]
