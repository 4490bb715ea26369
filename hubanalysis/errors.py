"""What can go wrong, told so that a person can mend it.

A :class:`Problem` is one thing found in a study: where it stands and how to mend it. A :class:`HubError` ends a command
with one message and an exit code; it carries every problem that was found, not the first one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

__all__ = ["DataError", "HubError", "LockedError", "Problem", "UsageError"]

HIDDEN = "(hidden: personal)"


@dataclass(frozen=True)
class Problem:
    """One problem: file, row (as a spreadsheet counts, header = 1), column, value, what is wrong, how to mend it.

    ``severity`` is ``"error"`` (the study does not pass ``check``) or ``"warning"`` (handled as declared, and told).
    ``count`` is how many places a problem stands for, where they are told together; then it names the first.
    ``value`` must already be safe to print: whoever makes a problem about a personal column passes :data:`HIDDEN`.
    """

    what: str
    fix: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    severity: str = "error"
    count: int = 1

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"column {self.column!r}" if self.column else "",
                f"value {self.value!r}" if self.value and self.value != HIDDEN else "",
            )
            if part
        )
        what = f"{self.what} ({self.count} times)" if self.count > 1 else self.what
        return f"{place}: {what} -> {self.fix}" if place else f"{what} -> {self.fix}"

    def as_dict(self) -> dict:
        return asdict(self)


class HubError(Exception):
    """An error a person caused and can mend. ``exit_code`` is what the command line ends with."""

    exit_code = 1

    def __init__(self, message: str, problems: Iterable[Problem] = ()):
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  - {p}" for p in self.problems)])

    def __reduce__(self):  # errors cross process borders in parallel runs
        return (type(self), (self.message, self.problems))


class UsageError(HubError):
    """Wrong use: an unknown option, parameter, study or name."""

    exit_code = 2


class DataError(HubError):
    """The study or its data do not pass ``check``."""

    exit_code = 3


class LockedError(HubError):
    """Another run of this study holds the lock."""

    exit_code = 75
