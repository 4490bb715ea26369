"""From text cells to numbers, days and yes or no, strictly: what does not fit is told, never bent into
shape."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["to_date", "to_flag", "to_moment", "to_number"]

_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s*(?:Z|[+-]\d{2}:?\d{2}|(?:GMT|UTC|CES?T)(?:[+-]\d{1,2})?))?)?"
)
_YEAR_FIRST = rf"^(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_TIME}$"
_DAY_FIRST = rf"^(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}}){_TIME}$"
_MONTH_FIRST = rf"^(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[-/.](?P<year>\d{{4}}){_TIME}$"
_PATTERNS = {"iso": (), "day_first": (_DAY_FIRST,), "month_first": (_MONTH_FIRST,)}

_YES = {"1", "yes", "y", "true", "si", "sì", "s", "x", "vero", "ok"}
_NO = {"0", "no", "n", "false", "falso"}


def to_number(cells: pd.Series, decimal: str = ".", whole: bool = False) -> tuple[pd.Series, pd.Series]:
    """Text cells as numbers, and a flag for each cell that is no number.

    Only digits, a sign and ``decimal`` are read: ``1.500`` with a decimal comma is neither 1.5 nor 1500,
    ``3.4`` is not 34, ``1E5`` and ``12 anni`` are no numbers. With ``whole``, 3.0 is 3 and 3.7 does not fit.
    Empty cells are missing and fit.
    """
    text = cells.str.replace("−", "-", regex=False)
    mark = "," if decimal == "," else r"\."
    fits = text.str.fullmatch(rf"[+-]?[0-9]+(?:{mark}[0-9]+)?").astype(bool)
    values = pd.Series(np.nan, index=cells.index)
    values[fits] = text[fits].str.replace(",", ".", regex=False).astype("float64")
    if whole:
        fits &= values.isna() | (values % 1 == 0)
        values = values.where(fits)
    return values, ~fits & (cells != "")


def to_moment(cells: pd.Series, order: str = "iso") -> tuple[pd.Series, pd.Series]:
    """Text cells as points in time (wall clock, time zone left out), and a flag for each that is none.

    The year comes first with four digits, or ``order`` says what comes first (``day_first``,
    ``month_first``). Years of two digits and days that do not exist do not fit. Empty cells are missing and
    fit.
    """
    moments = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    for pattern in (_YEAR_FIRST, *_PATTERNS[order]):
        parts = cells.str.extract(pattern)
        found = parts["year"].notna() & moments.isna()
        if not found.any():
            continue
        numbers = (
            parts.loc[found, ["year", "month", "day", "hour", "minute", "second"]].fillna("0").astype("int64")
        )
        half = parts.loc[found, "half"].str.lower()
        numbers.loc[(half == "p") & (numbers["hour"] < 12), "hour"] += 12
        numbers.loc[(half == "a") & (numbers["hour"] == 12), "hour"] = 0
        sound = numbers["hour"].lt(24) & numbers["minute"].lt(60) & numbers["second"].lt(60)
        made = pd.to_datetime(numbers[["year", "month", "day", "hour", "minute", "second"]], errors="coerce")
        moments[found] = made.where(sound).astype("datetime64[s]")
    return moments, moments.isna() & (cells != "")


def to_date(cells: pd.Series, order: str = "iso") -> tuple[pd.Series, pd.Series]:
    """Text cells as days, and a flag for each that is none; as :func:`to_moment`, without the time of the
    day."""
    moments, misfits = to_moment(cells, order)
    return moments.dt.normalize(), misfits


def to_flag(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Text cells as yes (True), no (False) or missing, in Italian and English, and a flag for each that is
    neither."""
    text = cells.str.casefold()
    yes, no = text.isin(_YES), text.isin(_NO)
    values = pd.Series(pd.NA, index=cells.index, dtype="boolean")
    values[yes], values[no] = True, False
    return values, ~yes & ~no & (cells != "")
