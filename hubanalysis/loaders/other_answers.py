""" "Other, please say": a text in place of the choices, where the question asks for one."""

from __future__ import annotations

import re

import pandas as pd

from hubanalysis.loaders.cells import header_key
from hubanalysis.loaders.form import OTHER, Question

__all__ = ["other_answers"]

#: What LimeSurvey writes for the choice; the text stands in a column of its own.
_WITHOUT_TEXT = "-oth-"


def other_answers(
    cells: pd.Series,
    codes: pd.Series,
    misfits: pd.Series,
    question: Question,
    language: str | None,
    own_column: bool,
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """``codes`` and ``misfits`` of a question that declares ``other``, and the texts given in place of a choice.

    Only cells that fit no choice are looked at. Of several choices in one cell the text is what is left when the
    choices before it (with ``;``: all others) are taken away; where it cannot be told apart in one way, or the
    texts have a column of their own (``own_column``), the cell stays a misfit.
    """
    codes, misfits = codes.copy(), misfits.copy()
    texts = pd.Series("", index=cells.index, dtype=object)
    order = {name: place for place, name in enumerate(question.choice_names)}
    labels = _labels(question, language)
    for row in misfits.index[misfits]:
        cell = cells.at[row]
        if cell == _WITHOUT_TEXT:
            codes.at[row], misfits.at[row] = OTHER, False
            continue
        if own_column:
            continue
        found = ([], cell) if question.type == "select_one" else _apart(cell, labels)
        if found is not None:
            names, texts.at[row] = found
            codes.at[row] = " ".join(sorted({*names, OTHER}, key=order.__getitem__))
            misfits.at[row] = False
    return codes, misfits, texts.astype("str")


def _labels(question: Question, language: str | None) -> dict[str, str]:
    """Label, as it is compared, -> choice; labels that mean two choices are left out."""
    found: dict[str, set[str]] = {}
    for choice in question.choices:
        own = choice.labels
        for label in [own[language]] if language in own else [choice.name, *own.values()]:
            found.setdefault(header_key(label), set()).add(choice.name)
    return {label: next(iter(names)) for label, names in found.items() if len(names) == 1}


def _apart(cell: str, labels: dict[str, str]) -> tuple[list[str], str] | None:
    """The choices and the text of a cell; None where they cannot be told apart in exactly one way."""
    if ";" in cell:
        parts = [part.strip() for part in cell.split(";") if part.strip()]
        known = [labels.get(header_key(part)) for part in parts]
        unknown = [part for part, name in zip(parts, known, strict=True) if name is None]
        return ([name for name in known if name], unknown[0]) if len(unknown) == 1 else None
    ways = {}
    open_ways: list[tuple[tuple[str, ...], str]] = [((), " ".join(cell.split()))]
    while open_ways and len(open_ways) < 1000:
        names, rest = open_ways.pop()
        further = [
            ((*names, name), rest[len(written) :].lstrip(" ,"))
            for label, name in labels.items()
            if name not in names and (written := _starts(rest, label)) is not None
        ]
        further = [(more, left) for more, left in further if left]
        open_ways += further
        if not further:
            ways[rest] = list(names)
    if len(ways) != 1:
        return None
    rest, names = ways.popitem()
    parts = re.split(r"\s*,\s*", rest)
    # a choice behind the text: the cell was not written as the form writes it
    if any(
        header_key(", ".join(parts[at:])) in labels or header_key(parts[at]) in labels
        for at in range(1, len(parts))
    ):
        return None
    return names, rest


def _starts(text: str, label: str) -> str | None:
    """The beginning of ``text`` that is this label, followed by a comma; None where there is none."""
    for end in (match.start() for match in re.finditer(",", text)):
        if header_key(text[:end]) == label:
            return text[:end]
    return None
