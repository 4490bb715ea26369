"""What a finding says of those who did not answer: would it stand, whatever they had answered?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed

__all__ = ["if_all_had_answered", "silent_and_unclear", "standing"]


def standing(row: Mapping[str, Any]) -> str:
    """How a change stands against the answers that were not given.

    ``certain``: its interval spares 0 and its bounds (``bound_low``, ``bound_high``) lie on the same side of 0;
    ``answered``: its interval spares 0 but not its bounds, or they lie on the other side; ``unclear``: its interval
    holds 0 or is missing; ``complete``: nobody was silent; ``unknown``: no bounds were worked out.
    """
    low, high, missing = (row.get(key) for key in ("bound_low", "bound_high", "missing"))
    if missing == 0:
        return "complete"
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return "unknown"
    if not (row["low"] > 0 or row["high"] < 0):
        return "unclear"
    return "certain" if (row["low"] > 0 and low > 0) or (row["high"] < 0 and high < 0) else "answered"


def if_all_had_answered(row: Mapping[str, Any], text: Translator, digits: int = 0) -> str:
    """The sentence that follows a shown change, by its :func:`standing`; nothing where no change was shown.

    ``row`` is a change of a share as a fraction, written in percentage points.
    """
    found = standing(row)
    if found not in ("certain", "answered"):
        return ""
    low, high = (signed(text, 100 * row[side], digits) for side in ("bound_low", "bound_high"))
    values = {"missing": int(row["missing"]), "low": low, "high": high}
    if found == "certain":
        return text(
            "It would stand whatever the {missing} organisations silent in one of the waves had answered: the change "
            "would then lie between {low} and {high} points.",
            **values,
        )
    return text(
        "This holds among those that answered. It would not be certain if the {missing} organisations silent in one of "
        "the waves had answered too: the change could then be anything from {low} to {high} points.",
        **values,
    )


def silent_and_unclear(changes: pd.DataFrame, text: Translator) -> str:
    """One sentence for all changes that could not be shown: could the silent have moved them? Empty without any."""
    rows = [row for row in changes.to_dict("records") if standing(row) == "unclear"]
    if not rows:
        return ""
    missing = int(max(row["missing"] for row in rows))
    if all(row["bound_low"] <= 0 <= row["bound_high"] for row in rows):
        return text(
            "That no change was shown says nothing of the {missing} organisations silent in one of the waves: their "
            "answers could have moved it to either side.",
            missing=missing,
        )
    return text(
        "That no change was shown hangs on the {missing} organisations silent in one of the waves: with any answers of "
        "theirs, at least one of these changes would lie on one side of 0.",
        missing=missing,
    )
