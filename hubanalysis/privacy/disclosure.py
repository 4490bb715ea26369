"""The disclosure gate: what of a table may be seen in a public report.

A group below the study's threshold is withheld: its row keeps its name and loses every number that could tell about one
person. This is primary suppression with nothing that adds up beside it: the door never prints margins in a public run,
because a hidden cell is found again by subtraction from a total (Willenborg & de Waal 2001, ch. 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hubanalysis.locale import mark

__all__ = [
    "ABOUT",
    "PERSONAL",
    "PROTECTED",
    "TOO_SMALL",
    "UNSIGNED",
    "WHOLE_TEXTS",
    "WITHHELD",
    "Gate",
    "withhold_small_groups",
]

#: What a thing may be about. The first three are about persons and pass the gate; the others tell of no person.
ABOUT = ("people", "organisations", "words", "programme", "data")
PROTECTED = ("people", "organisations", "words")

WITHHELD = mark("withheld: fewer than {threshold}")
NO_COUNT = mark("Withheld from the public report: the size of the groups behind it is not stated.")
TOO_SMALL = mark("Withheld from the public report: a group in it has fewer than {threshold}.")
PERSONAL = mark("Withheld from the public report: it shows single persons or organisations.")
LINES = mark(
    "Withheld from the public report: lines from what people said or wrote are read by the team alone."
)
WHOLE_TEXTS = mark("Withheld from the public report: whole interviews are read by the team alone.")
UNSIGNED = mark(
    "Quotations are withheld from the public report until a person has signed off their redaction."
)

#: Numbers that name a row instead of telling how much.
IDENTIFYING = ("round",)
#: Columns that point at one person or one organisation.
PERSONAL_COLUMNS = frozenset({"person", "voter", "observer", "speaker", "id", "marks_given"})


@dataclass(frozen=True)
class Gate:
    """The rule of one report: ``public`` or not, the threshold, and whether quotations were signed off."""

    public: bool
    threshold: int
    quotes_signed_off: bool

    def refuses(self, about: str, *, n: int | None = None, frame: pd.DataFrame | None = None) -> str | None:
        """The sentence that says why a thing is withheld, or None where it may pass."""
        if about not in ABOUT:
            raise ValueError(f"about is one of {', '.join(ABOUT)}, not {about!r}")
        if not self.public or about not in PROTECTED:
            return None
        if frame is not None:
            if "quote" in frame.columns:
                return None if self.quotes_signed_off else UNSIGNED
            if PERSONAL_COLUMNS & set(frame.columns):
                return PERSONAL
            if "n" in frame.columns:
                return None  # row by row: withhold_small_groups
        if n is None:
            return LINES if frame is not None and "keyword" in frame.columns else NO_COUNT
        return TOO_SMALL if n < self.threshold else None


def withhold_small_groups(frame: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Blank the numbers of each row whose ``n`` lies from 1 to ``threshold`` - 1.

    The words that name the row stay, ``n`` becomes missing and ``note`` says why. A share near 0 or 1 within a large
    group passes: the group is large. Rows with n = 0 tell of nobody and stay.
    """
    n = pd.to_numeric(frame["n"], errors="coerce")
    small = n.lt(threshold) & n.gt(0) | n.isna() & frame.get("estimate", pd.Series(index=frame.index)).notna()
    if not small.any():
        return frame
    frame = frame.copy()
    for column in frame.columns:
        if column not in IDENTIFYING and pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].astype("Float64").mask(small)
    if "note" not in frame.columns:
        frame["note"] = ""
    frame["note"] = frame["note"].astype("object").where(~small, WITHHELD)
    return frame
