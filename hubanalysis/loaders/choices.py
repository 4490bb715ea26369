"""Chosen answers as codes: from codes or labels, one or several, in one cell or in a column for each
choice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from hubanalysis.loaders.cells import header_key
from hubanalysis.loaders.form import OTHER, Question

__all__ = ["NONE_CHOSEN", "chosen_many", "chosen_one", "chosen_split"]

#: Asked, answered, and none of the choices taken.
NONE_CHOSEN = "-"

_NUMBER = re.compile(r"-?\d+(?:[.,]0+)?$")
_YES = {"1", "true", "yes", "y", "sì", "si", "x", "vero", "checked", "selected"}
_NO = {"0", "false", "no", "n", "falso", "", "unchecked"}


def _number(text: str) -> int | None:
    return int(re.split("[.,]", text)[0]) if _NUMBER.match(text) else None


class _Vocabulary:
    """Two readings of a cell: as a choice's code, or as its label."""

    def __init__(self, question: Question, language: str | None):
        self.names = set(question.choice_names)
        self.numbers: dict[int, set[str]] = {}
        for name in self.names:
            if (number := _number(name)) is not None:
                self.numbers.setdefault(number, set()).add(name)
        self.labels: dict[str, set[str]] = {}
        for choice in question.choices:
            labels = choice.labels
            texts = [labels[language]] if language in labels else labels.values()
            for text in texts:
                self.labels.setdefault(header_key(text), set()).add(choice.name)

    def as_name(self, text: str) -> str | None:
        """The choice with this code; ``3.0`` is 3, and 7 is 07 where there is no other seven."""
        if text in self.names:
            return text
        same = self.numbers.get(_number(text), ())
        return next(iter(same)) if len(same) == 1 else None

    def as_label(self, text: str) -> str | None:
        same = self.labels.get(header_key(text), ())
        return next(iter(same)) if len(same) == 1 else None


def _readings(vocabulary: _Vocabulary, labels_first: bool):
    readings = [vocabulary.as_name, vocabulary.as_label]
    return readings[::-1] if labels_first else readings


def chosen_one(
    cells: pd.Series, question: Question, labels_first: bool, language: str | None, known: set[str]
) -> tuple[pd.Series, pd.Series]:
    """The code of the one choice in each cell ("" = none), and a flag for each cell that is no choice.

    Cells are read as codes (``labels_first``: as labels). The other way counts too, unless some text means one
    choice as a code and another as a label: then only the declared way is safe. ``known`` are codes of missing
    answers, which pass as they stand.
    """
    vocabulary = _Vocabulary(question, language)
    first, second = _readings(vocabulary, labels_first)
    texts = [*question.choice_names, *vocabulary.labels]
    disjoint = not any(first(t) and second(t) and first(t) != second(t) for t in texts)
    codes = {value: value for value in known} | {"": ""}
    for value in cells.unique():
        if value not in codes:
            code = first(value)
            codes[value] = second(value) if code is None and disjoint else code
    found = cells.map(codes).astype(object)
    misfits = found.isna()
    return found.where(~misfits, cells).astype(str), misfits.astype(bool)


def chosen_many(
    cells: pd.Series, question: Question, labels_first: bool, language: str | None, known: set[str]
) -> tuple[pd.Series, pd.Series]:
    """The codes of all choices in each cell, joined by a space in the order of the form, and a flag for cells
    that do not fit.

    Codes are joined by spaces, commas or semicolons; labels by anything, and may hold commas themselves: a
    cell fits where it can be cut into labels in exactly one way.
    """
    vocabulary = _Vocabulary(question, language)
    order = {name: position for position, name in enumerate(question.choice_names)}
    labels = tuple(
        (label, next(iter(names))) for label, names in vocabulary.labels.items() if len(names) == 1
    )

    def by_names(text: str) -> list[str] | None:
        for parts in (text.split(), re.split(r"\s*[,;|]\s*", text)):
            codes = [vocabulary.as_name(part) for part in parts if part]
            if codes and None not in codes:
                return codes
        return None

    def by_labels(text: str) -> list[str] | None:
        return _cut(
            header_key(text).rstrip("; "), labels
        )  # Microsoft Forms ends each answer with a semicolon

    ways = (by_labels, by_names) if labels_first else (by_names, by_labels)
    codes: dict[str, str | None] = {"": ""} | {value: value for value in known}
    for value in cells.unique():
        if value not in codes:
            found = next((codes_found for way in ways if (codes_found := way(value))), None)
            codes[value] = None if found is None else " ".join(sorted(set(found), key=order.__getitem__))
    found = cells.map(codes).astype(object)
    misfits = found.isna()
    return found.where(~misfits, cells).astype(str), misfits.astype(bool)


def _cut(text: str, labels: tuple[tuple[str, str], ...]) -> list[str] | None:
    """The one way to cut ``text`` into labels; None where there is none, or more than one."""

    @cache
    def ways(rest: str) -> tuple[tuple[str, ...], ...]:
        found = []
        for label, name in labels:
            if not rest.startswith(label):
                continue
            after = rest[len(label) :]
            if not after:
                found.append((name,))
                continue
            gap = re.match(r"\s*[,;|/]\s*|\s+", after)
            if gap and len(found) < 3:
                found += [(name, *more) for more in ways(after[gap.end() :]) if name not in more]
        return tuple(found[:3])

    found = {tuple(sorted(way)) for way in ways(text)}
    return list(found.pop()) if len(found) == 1 else None


def chosen_split(
    cells: dict[str, pd.Series], question: Question, language: str | None, known: Iterable[str] = ()
) -> tuple[pd.Series, pd.Series]:
    """As :func:`chosen_many`, from a column for each choice; all columns empty is no answer.

    A code of a missing answer in all filled columns is this code. The choice ``other`` is also taken by its text,
    where the question declares one.
    """
    missing = {header_key(code): code for code in known if header_key(code) not in _YES | _NO}
    labels = {
        choice.name: {header_key(text) for text in choice.labels.values()} for choice in question.choices
    }
    index = next(iter(cells.values())).index
    codes = pd.Series("", index=index, dtype=object)
    filled = pd.Series(False, index=index)
    misfits = pd.Series(False, index=index)
    absent = pd.Series("", index=index, dtype=object)
    for choice in question.choice_names:
        if choice not in cells:
            continue
        text = cells[choice].map(header_key)
        gone = text.isin(list(missing))
        absent = absent.where(~gone, text.map(missing))
        text = text.where(~gone, "")
        yes = text.isin(_YES | labels[choice] | {header_key(choice)})
        if choice == OTHER and question.other:
            yes |= ~text.isin(_NO)
        codes += pd.Series(f"{choice} ", index=index).where(yes, "")
        filled |= text != ""
        misfits |= ~yes & ~text.isin(_NO)
    codes = codes.str.strip().where(filled & ~misfits, "")
    # asked and answered with "none of these": told apart from no answer
    codes = codes.mask(filled & ~misfits & (codes == ""), NONE_CHOSEN)
    return codes.mask(~filled, absent).astype(str), misfits
