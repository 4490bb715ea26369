"""Who stands between others, told only of organisations that may be named."""

from __future__ import annotations

import pandas as pd

__all__ = ["named_constraint"]


def named_constraint(
    brokers: pd.DataFrame, organisations: pd.DataFrame, *, public: bool = False, most: int = 10
) -> pd.DataFrame:
    """The ``most`` least constrained organisations of the last wave, by kind of tie; from ``constraint``.

    Organisations with a single contact are left out: their constraint is 1 by definition. In a public report those that
    do not consent to be named are left out too, for a row is known again by its numbers.
    """
    found = brokers[brokers["contacts"] > 1]
    if public:
        consent = organisations["consent"].fillna(False).astype(bool)
        found = found[found["organisation"].isin(organisations.loc[consent, "organisation"])]
    last = found.groupby("kind", sort=False)["wave"].transform("last")
    found = found[found["wave"] == last]
    first = found.groupby("kind", sort=False).head(most)
    return first[["kind", "organisation", "contacts", "constraint", "n"]].reset_index(drop=True)
