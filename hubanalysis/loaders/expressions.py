"""The expressions of a form: when a question is asked (``relevant``) and which answers it takes
(``constraint``).

Understood: ``${name}`` and ``.``, texts and numbers, ``= != < <= > >=``, ``and or not( )``, ``selected(x,
'y')``, ``count-selected(x)``, ``true() false()``. Any other expression is not understood, and that is told,
not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from hubanalysis.loaders.typed import to_number

__all__ = ["NotUnderstoodError", "evaluate", "names_in"]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{\s*[^}\s]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)"
    r"|(?P<word>[A-Za-z][A-Za-z-]*)|(?P<self>\.))"
)
_NAME = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


class NotUnderstoodError(ValueError):
    """The expression goes beyond what is read here."""


def names_in(expression: str) -> list[str]:
    """The questions an expression refers to."""
    return _NAME.findall(expression)


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    expression = expression.translate(
        str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " "})
    ).strip()
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise NotUnderstoodError(expression)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def evaluate(
    expression: str, answers: Mapping[str, pd.Series], own: pd.Series | None = None, decimal: str = "."
) -> pd.Series:
    """Whether the expression holds, for each respondent.

    ``answers`` are the recorded codes as text, by question ("" = none; several choices joined by a space);
    ``own`` are the answers ``.`` stands for; ``decimal`` is the mark of the file. As in XPath, ``=`` compares as
    numbers where one side is a number, what is no number (``1E5``) compares with nothing, and a comparison of order
    with an empty answer is false. Raises NotUnderstoodError.
    """
    reading = _Reading(_tokens(expression), answers, own, decimal)
    value = reading.either()
    if reading.kind() is not None:
        raise NotUnderstoodError(expression)
    return reading.truth(value)


class _Reading:
    """Recursive descent over the tokens; a value is a Series (text, number or truth) or a constant."""

    def __init__(
        self,
        tokens: list[tuple[str, str]],
        answers: Mapping[str, pd.Series],
        own: pd.Series | None,
        decimal: str,
    ):
        self.decimal = decimal
        self.tokens, self.at, self.answers, self.own = tokens, 0, answers, own
        sample = own if own is not None else next(iter(answers.values()), pd.Series(dtype="str"))
        self.index = sample.index

    def kind(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def take(self, *wanted: str) -> str | None:
        """The next token if it is one of ``wanted``."""
        if self.at < len(self.tokens) and self.tokens[self.at][1] in wanted:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def need(self, token: str) -> None:
        if self.take(token) is None:
            raise NotUnderstoodError(token)

    def truth(self, value) -> pd.Series:
        if isinstance(value, pd.Series):
            return value if value.dtype == bool else value != ""
        return pd.Series(bool(value), index=self.index)

    def either(self):
        value = self.both()
        while self.take("or"):
            value = self.truth(value) | self.truth(self.both())
        return value

    def both(self):
        value = self.comparison()
        while self.take("and"):
            value = self.truth(value) & self.truth(self.comparison())
        return value

    def comparison(self):
        value = self.single()
        while sign := self.take("=", "!=", "<", "<=", ">", ">="):
            value = self.compare(sign, value, self.single())
        return value

    def compare(self, sign: str, left, right) -> pd.Series:
        numeric = sign not in ("=", "!=") or any(
            isinstance(side, float) or (isinstance(side, pd.Series) and side.dtype == float)
            for side in (left, right)
        )
        if numeric:
            left, right = self.number(left), self.number(right)
        operations: dict[str, Callable] = {
            "=": np.equal,
            "!=": np.not_equal,
            "<": np.less,
            "<=": np.less_equal,
            ">": np.greater,
            ">=": np.greater_equal,
        }
        left, right = (np.asarray(side, dtype=float if numeric else object) for side in (left, right))
        return pd.Series(
            np.broadcast_to(operations[sign](left, right), len(self.index)).astype(bool), index=self.index
        )

    def number(self, value):
        """A text as the loaders read numbers, digit by digit: an exponent or a unit makes none."""
        if isinstance(value, str):
            return to_number(pd.Series([value], dtype="str"))[0].iloc[0]
        if isinstance(value, pd.Series) and value.dtype not in (float, bool):
            return to_number(value.astype("str"), self.decimal)[0]
        return value

    def single(self):
        kind = self.kind()
        if kind is None:
            raise NotUnderstoodError("it ends too early")
        token = self.tokens[self.at][1]
        self.at += 1
        if kind == "text":
            return token[1:-1]
        if kind == "number":
            return float(token)
        if kind == "self":
            if self.own is None:
                raise NotUnderstoodError(".")
            return self.own
        if kind == "name":
            name = names_in(token)[0]
            if name not in self.answers:
                raise NotUnderstoodError(token)
            return self.answers[name]
        if token == "(":
            value = self.either()
            self.need(")")
            return value
        if kind == "word":
            return self.function(token)
        raise NotUnderstoodError(token)

    def function(self, name: str):
        if name not in ("not", "selected", "count-selected", "true", "false"):
            raise NotUnderstoodError(name)
        self.need("(")
        if name in ("true", "false"):
            self.need(")")
            return name == "true"
        value = self.either()
        if name == "selected":
            self.need(",")
            choice = self.either()
            if not isinstance(choice, str) or not isinstance(value, pd.Series):
                raise NotUnderstoodError(name)
            self.need(")")
            return (" " + value.astype(object) + " ").str.contains(f" {choice} ", regex=False).astype(bool)
        self.need(")")
        if name == "not":
            return ~self.truth(value)
        return value.str.split().str.len().astype(float)
