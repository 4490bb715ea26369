"""What can go wrong, told so that a person can mend it.

A :class:`Problem` is one thing found in a study: where it stands and how to mend it. A :class:`HubError` ends a command
with one message and an exit code; it carries every problem that was found, not the first one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

__all__ = ["DataError", "Filled", "HubError", "LockedError", "Problem", "UsageError", "filled"]

HIDDEN = "(hidden: personal)"


class Filled(str):
    """A sentence with its fields filled in, which still knows its message: so it can be said in another language."""

    message: str
    fields: dict[str, str]

    def __new__(cls, message: str, fields: dict[str, str]):
        sentence = super().__new__(cls, message.format(**fields))
        sentence.message, sentence.fields = message, fields
        return sentence

    def __getnewargs__(self):  # copies and other processes make it anew
        return self.message, self.fields

    def parts(self) -> list:
        """Message and fields, as JSON keeps them; a field that is such a sentence itself is taken apart too."""
        return [self.message, {k: v.parts() if isinstance(v, Filled) else v for k, v in self.fields.items()}]


def filled(message: str, **fields: str) -> Filled:
    """``filled(mark("did you mean {close}?"), close="'age'")``: the sentence for a :class:`Problem`'s what or fix."""
    return Filled(message, fields)


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
        """The fields by name; ``said`` keeps message and fields of what and fix where they were :func:`filled`."""
        said = {
            name: sentence.parts()
            for name, sentence in (("what", self.what), ("fix", self.fix))
            if isinstance(sentence, Filled)
        }
        return {**asdict(self), **({"said": said} if said else {})}


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
