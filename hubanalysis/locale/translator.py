"""The translator: English sentence in, the reader's sentence out, with numbers and dates as that reader writes them."""

from __future__ import annotations

import datetime
import math
from functools import lru_cache
from pathlib import Path
from typing import Any

from hubanalysis.errors import UsageError

__all__ = ["LANGUAGES", "Translator", "catalogue", "catalogue_path"]

LANGUAGES = ("it", "en")


def catalogue_path(lang: str) -> Path:
    """Where the translations into ``lang`` stand."""
    return Path(__file__).parent / lang / "LC_MESSAGES" / "hubanalysis.po"


@lru_cache(maxsize=4)
def catalogue(lang: str) -> dict[str, str]:
    """Message to translation, for ``lang``. English needs none: the messages are English."""
    from babel.messages.pofile import read_po

    path = catalogue_path(lang)
    if lang == "en" or not path.is_file():
        return {}
    with path.open("rb") as file:
        return {m.id: m.string for m in read_po(file, locale=lang) if m.id and m.string and not m.fuzzy}


class Translator:
    """``text("{n} people answered", n=250)`` in the reader's language.

    Values that are numbers are written as the language writes them (floats with two decimals); pass a string to decide
    the form yourself, with :meth:`number`, :meth:`percent`, :meth:`interval` or :meth:`date`.
    """

    def __init__(self, lang: str = "it"):
        if lang not in LANGUAGES:
            raise UsageError(f"There is no language {lang!r}: write {' or '.join(LANGUAGES)}.")
        self.lang = lang

    def __call__(self, message: str, **values: Any) -> str:
        translated = catalogue(self.lang).get(message, message)
        if not values:
            return translated
        return translated.format(**{name: self._written(value) for name, value in values.items()})

    def _written(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, (datetime.date, datetime.datetime)):
            return self.date(value)
        if hasattr(value, "item"):  # numpy scalars
            value = value.item()
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.number(value, 0 if isinstance(value, int) else 2)
        return str(value)

    def number(self, value: float | None, digits: int = 2) -> str:
        """``0.314`` as "0,31" or "0.31"; a missing value as a dash. Minus is the true minus sign."""
        from babel.numbers import format_decimal

        if value is None or (isinstance(value, float) and not math.isfinite(value)) or value != value:
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round(float(value), digits)
        written = format_decimal(rounded + 0.0, format=pattern, locale=self.lang)
        return written.replace("-", "−")

    def percent(self, value: float | None, digits: int = 0) -> str:
        """``0.31`` as "31%"."""
        return "–" if value is None or value != value else f"{self.number(100 * value, digits)}%"

    def interval(self, low: float | None, high: float | None, digits: int = 2) -> str:
        """``(0.12, 0.5)`` as "da 0,12 a 0,50" or "0.12 to 0.50"."""
        return self("{low} to {high}", low=self.number(low, digits), high=self.number(high, digits))

    def date(self, value: Any) -> str:
        """A day, written out: "4 marzo 2022" or "4 March 2022"."""
        from babel.dates import format_date

        if value is None or value != value:
            return "–"
        return format_date(value, "d MMMM y", locale=self.lang)

    def term(self, word: Any) -> str:
        """A machine's word (a column's name, a category) as a reader says it; the word itself where it is no term."""
        from hubanalysis.locale.terms import TERMS

        word = str(word)
        return self(TERMS[word]) if word in TERMS else catalogue(self.lang).get(word, word)

    def block(self, markdown: str) -> str:
        """A markdown cell in the reader's language, block by block."""
        from hubanalysis.locale.blocks import markdown_blocks

        return "\n\n".join(
            prefix + (self(message) if message else "") for prefix, message in markdown_blocks(markdown)
        )
