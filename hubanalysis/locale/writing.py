"""Small forms of writing that sentences, figures and their alternative texts share."""

from __future__ import annotations

from collections.abc import Sequence

from hubanalysis.locale.translator import Translator

__all__ = ["amount", "estimate_words", "interval_words", "listed", "shares_words", "signed"]


def signed(text: Translator, value: float, digits: int = 2) -> str:
    """``0.31`` as "+0.31": a change shows its direction; nought has no sign."""
    written = text.number(value, digits)
    return f"+{written}" if value == value and round(value, digits) > 0 else written


def amount(text: Translator, value: float, unit: str | None, digits: int = 2) -> str:
    """A value as its unit is written: a share in per cent (below 10 % with a decimal), a difference of shares in
    percentage points with its sign, anything else with ``digits`` decimals."""
    if unit == "percentage points":
        return signed(text, 100 * value, 0 if abs(value) >= 0.095 or round(100 * value) == 100 * value else 1)
    if unit == "share":
        return text.percent(value, 1 if 0 < round(value, 3) < 0.1 else 0)
    return text.number(value, digits)


def listed(text: Translator, words: Sequence[str]) -> str:
    """``a, b and c`` as the reader's language lists things."""
    if len(words) < 2:
        return "".join(words)
    return text("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])


def interval_words(text: Translator, row, *, digits: int = 2, sign: bool = False) -> str:
    """``from low to high`` of a row of estimates; a plain word where there is no interval."""
    low, high = row["low"], row["high"]
    if low != low or high != high:
        return text("no interval")
    if sign:
        return text("{low} to {high}", low=signed(text, low, digits), high=signed(text, high, digits))
    return text.interval(low, high, digits)


def shares_words(text: Translator, row, digits: int = 0) -> str:
    """The interval of a share, in per cent."""
    if row["low"] != row["low"]:
        return text("no interval")
    return text(
        "{low} to {high}", low=text.percent(row["low"], digits), high=text.percent(row["high"], digits)
    )


def estimate_words(text: Translator, row, *, unit: str = "", sign: bool = True, digits: int = 2) -> str:
    """``+0.31 points (interval +0.12 to +0.50, n = 178)``: an estimate is never said without these."""
    estimate = signed(text, row["estimate"], digits) if sign else text.number(row["estimate"], digits)
    return text(
        "{estimate} (interval {interval}, n = {n})",
        estimate=f"{estimate} {unit}" if unit else estimate,
        interval=interval_words(text, row, sign=sign, digits=digits),
        n=text.number(row["n"], 0),
    )
