"""How loaders tell what they found: problems collected in one list, rows counted in another."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from hubanalysis.errors import HIDDEN, Problem

__all__ = ["Telling", "nearest", "safe_to_show"]

_COUNTS = any(field.name == "count" for field in dataclasses.fields(Problem))
_CONTACT = re.compile(r"@|(?:\d\D{0,2}){7}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest in spelling to ``word``; None where none is close."""
    known = [name for name in known if name]
    folded = [name.casefold() for name in known]
    found = process.extractOne(word.casefold(), folded, scorer=fuzz.ratio, score_cutoff=60)
    return known[found[2]] if found else None


def safe_to_show(value: str) -> str:
    """A misfitting answer to a closed question, or HIDDEN where it may be a sentence or tell who somebody
    is."""
    one_word = len(value.split()) == 1 or value[:1].isdecimal()
    return value if one_word and len(value) <= 24 and not _CONTACT.search(value) else HIDDEN


class Telling:
    """Appends to the caller's lists: problems to ``problems``, counted rows to ``account``."""

    def __init__(self, problems: list[Problem], account: list[dict]):
        self.problems = problems
        self.rows = account
        self._told = set(problems)

    def error(self, what: str, fix: str, **place) -> None:
        self._problem(what, fix, "error", place)

    def warning(self, what: str, fix: str, **place) -> None:
        self._problem(what, fix, "warning", place)

    def _problem(self, what: str, fix: str, severity: str, place: dict) -> None:
        count = place.pop("count", 1)
        if _COUNTS:
            place["count"] = count
        elif count > 1:
            what = f"{what} ({count} times)"
        problem = Problem(what=what, fix=fix, severity=severity, **place)
        if problem not in self._told:  # a file read for several tables tells its faults once
            self._told.add(problem)
            self.problems.append(problem)

    def count(self, table: str, step: str, rows_in: int, kept: int, reason: str) -> None:
        """A step of the account: of ``rows_in`` rows ``kept`` went on, for this reason."""
        row = {
            "table": table,
            "step": step,
            "rows_in": int(rows_in),
            "kept": int(kept),
            "dropped": int(rows_in) - int(kept),
            "reason": reason,
        }
        if row not in self.rows:
            self.rows.append(row)
