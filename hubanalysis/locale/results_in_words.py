"""A recorded result in short, as sentences and figures of the synthesis write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed

__all__ = ["label_words", "result_in_a_cell", "result_words"]

SHARES = ("share", "percentage points")


def label_words(label: object) -> str:
    """A recorded label without a part said twice: an area and its scale often bear one name."""
    title, _, rest = str(label).partition(": ")
    return ": ".join(part for part in (title, " · ".join(dict.fromkeys(rest.split(" · ")))) if part)


def result_words(row: Mapping[str, Any], text: Translator) -> str:
    """A main result in a sentence: estimate, interval, n; a change of a share in percentage points."""
    if row["estimate"] != row["estimate"]:
        return text("no estimate")
    low, high = _written(row, "low", text), _written(row, "high", text)
    values = {
        "estimate": _written(row, "estimate", text),
        "interval": text("no interval")
        if row["low"] != row["low"]
        else text("{low} to {high}", low=low, high=high),
        "n": text.number(row["n"], 0),
    }
    if row["unit"] == "percentage points":
        return text("{estimate} percentage points (interval {interval}, n = {n})", **values)
    return text("{estimate} (interval {interval}, n = {n})", **values)


def result_in_a_cell(row: Mapping[str, Any], text: Translator) -> tuple[str, str]:
    """A main result where there is little room: the estimate, and its interval in brackets (empty without one)."""
    if row["estimate"] != row["estimate"]:
        return "–", ""
    sign = "%" if row["unit"] in SHARES else ""
    low, high = _written(row, "low", text), _written(row, "high", text)
    return _written(row, "estimate", text) + sign, f"[{low}; {high}]" if row["low"] == row["low"] else ""


def _written(row: Mapping[str, Any], which: str, text: Translator) -> str:
    value, digits = (100 * row[which], 0) if row["unit"] in SHARES else (row[which], 2)
    return signed(text, value, digits) if row["reading"] == "direction" else text.number(value, digits)
