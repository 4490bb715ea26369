"""How an interval is read: one rule for every sentence of the report."""

from __future__ import annotations

__all__ = ["ALPHA", "spares_zero", "unknown"]

#: Adjusted p values above this do not carry a claim.
ALPHA = 0.05


def unknown(row) -> bool:
    """Whether a row of estimates has no estimate or no interval."""
    return bool(row["estimate"] != row["estimate"] or row["low"] != row["low"] or row["high"] != row["high"])


def spares_zero(row) -> bool:
    """Whether the interval lies wholly above or wholly below zero: only then a direction may be named."""
    return bool(row["low"] > 0 or row["high"] < 0)
