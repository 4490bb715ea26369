"""Answers typed from the instrument: a number, a day, a choice; or why there is none."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from hubanalysis.errors import filled
from hubanalysis.loaders.choices import chosen_many, chosen_one, chosen_split
from hubanalysis.loaders.expressions import NotUnderstoodError, evaluate, names_in
from hubanalysis.loaders.form import Form, Question
from hubanalysis.loaders.headers import Columns
from hubanalysis.loaders.misfits import tell_misfits, tell_split_differs
from hubanalysis.loaders.other_answers import other_answers
from hubanalysis.loaders.telling import Telling
from hubanalysis.loaders.typed import to_date, to_number
from hubanalysis.locale import mark
from hubanalysis.study.model import Export, Instrument
from hubanalysis.tables import STATUSES

__all__ = ["ANSWER_COLUMNS", "record_answers", "type_answers"]

ANSWER_COLUMNS = ["row", "item", "type", "value", "number", "status"]


def record_answers(
    cells: pd.DataFrame, columns: Columns, questions: list[Question], instrument: Instrument, export: Export
) -> tuple[dict[str, pd.Series], dict[str, pd.Series]]:
    """The recorded answer to each question as a code or as its text ("" = none), and a flag for each
    misfit."""
    known = set(instrument.missing)
    labels_first = export.headers == "labels"
    codes: dict[str, pd.Series] = {}
    misfits: dict[str, pd.Series] = {}
    for question in questions:
        name = question.name
        if not columns.has(name):
            continue
        if question.type == "select_one":
            found = chosen_one(cells[columns.answers[name]], question, labels_first, export.language, known)
        elif question.type == "select_multiple" and name in columns.answers:
            found = chosen_many(cells[columns.answers[name]], question, labels_first, export.language, known)
        elif question.type == "select_multiple":
            split = {choice: cells[header] for choice, header in columns.choices[name].items()}
            found = chosen_split(split, question, export.language, known)
        else:
            found = cells[columns.answers[name]], pd.Series(False, index=cells.index)
        codes[name], misfits[name] = found
        if question.other and name in columns.answers and misfits[name].any():
            own = columns.has(question.other)
            codes[name], misfits[name], texts = other_answers(
                cells[columns.answers[name]], *found, question, export.language, own
            )
            if not own:
                codes[question.other], misfits[question.other] = texts, pd.Series(False, index=cells.index)
    return codes, misfits


def _asked(
    question: Question, codes: Mapping[str, pd.Series], index: pd.Index, export: Export, telling: Telling
):
    """Whether each respondent was asked; a condition that is not understood is told once and taken as met."""
    asked = pd.Series(True, index=index)
    for expression in question.relevant:
        try:
            asked &= evaluate(expression, codes, decimal=export.decimal)
        except NotUnderstoodError:
            unknown = [name for name in names_in(expression) if name not in codes]
            telling.warning(
                mark("when this question is asked is not understood; it counts as asked of everyone"),
                filled(mark("the export has no column for {questions}"), questions=", ".join(unknown))
                if unknown
                else mark("nothing, if everyone was asked; else simplify `relevant` in the form"),
                file=export.file,
                column=question.name,
            )
    return asked


def _outside(question: Question, numbers: pd.Series, scale_range: tuple[float, float] | None) -> pd.Series:
    """Numbers outside the declared range of the question, of its scale, or of a constraint on the number
    alone."""
    outside = pd.Series(False, index=numbers.index)
    for bounds in (question.range, scale_range):
        if bounds is not None:
            outside |= (numbers < bounds[0]) | (numbers > bounds[1])
    if question.constraint and question.type in ("integer", "decimal") and not names_in(question.constraint):
        # one that is not understood was checked by the collecting program; nothing is claimed about it here
        with contextlib.suppress(NotUnderstoodError):
            outside |= ~evaluate(question.constraint, {}, numbers)
    return outside & numbers.notna()


def type_answers(
    codes: dict[str, pd.Series],
    misfits: dict[str, pd.Series],
    cells: pd.DataFrame,
    columns: Columns,
    form: Form,
    leave_out: set[str],
    instrument: Instrument,
    export: Export,
    telling: Telling,
) -> pd.DataFrame:
    """The answers of one export, long: ``row, item, type, value, number, status``.

    A code of ``missing`` becomes the state it is declared as; an empty answer is ``not_asked`` where the
    form's condition is not met, else ``not_answered``; a misfit is ``invalid`` and told as the instrument
    says (``stop``: an error each, ``set_aside``: a warning for each column). A question with several choices
    gives a row for each, 1 or 0.
    """
    ranges = {item: scale.range for scale in instrument.scales for item in scale.items}
    index = cells.index
    pieces = []
    for question in form.questions:
        if question.name in leave_out:
            continue
        if question.name not in codes:
            pieces += [
                _piece(index, item, question.type, "", np.nan, "not_asked") for item in _items(question)
            ]
            continue
        text = codes[question.name]
        header = columns.header(question.name)
        asked = _asked(question, codes, index, export, telling)
        missing = text.map(instrument.missing).astype(object)
        values, numbers, misfit = _values(
            question, text.where(missing.isna(), ""), misfits[question.name], export
        )
        tell_misfits(question.type, misfit, text, header, instrument, export, telling)
        outside = _outside(question, numbers, ranges.get(question.name)) & ~misfit
        tell_misfits("range", outside, text, header, instrument, export, telling)
        _tell_missing_in_range(question, text, instrument, export, header, telling)
        status = np.select(
            [misfit | outside, missing.notna(), (text != ""), ~asked],
            ["invalid", missing.fillna("").to_numpy(dtype=object), "answered", "not_asked"],
            "not_answered",
        ).astype(object)
        given = status == "answered"
        _tell_unasked(pd.Series(given, index=index) & ~asked, header, export, telling)
        if question.type == "select_multiple":
            tell_split_differs(question, text.where(given, ""), cells, columns, export, telling)
            pieces += _choice_pieces(question, text, status, columns)
        else:
            values, numbers = values.where(given, ""), numbers.where(given)
            pieces.append(_piece(index, question.name, question.type, values, numbers, status))
    return _stack(pieces)


def _values(
    question: Question, text: pd.Series, misfit: pd.Series, export: Export
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The answers as canonical text, as numbers where they are any, and a flag for those that do not fit."""
    misfit = misfit & (text != "")
    if question.type in ("integer", "decimal"):
        numbers, misfit = to_number(text, export.decimal, whole=question.type == "integer")
        return _canonical(numbers), numbers, misfit
    if question.type == "date":
        days, misfit = to_date(text, export.dates)
        return (
            days.dt.strftime("%Y-%m-%d").fillna("").astype(str),
            pd.Series(np.nan, index=text.index),
            misfit,
        )
    if question.type == "select_one":
        numbers, no_number = to_number(text)
        return text, numbers.mask(no_number | misfit), misfit
    return text, pd.Series(np.nan, index=text.index), misfit


def _choice_pieces(question: Question, text: pd.Series, status: np.ndarray, columns: Columns) -> list[dict]:
    """A piece for each choice: 1 where it was taken, 0 where others were; a choice without its column was not asked."""
    pieces = []
    padded = " " + text + " "
    for choice in question.choice_names:
        own = status
        if question.name not in columns.answers and choice not in columns.choices[question.name]:
            own = np.where(status == "answered", "not_asked", status)
        taken = padded.str.contains(f" {choice} ", regex=False)
        here = own == "answered"
        value = taken.map({True: "1", False: "0"}).where(here, "")
        item = f"{question.name}/{choice}"
        pieces.append(_piece(text.index, item, question.type, value, taken.astype(float).where(here), own))
    return pieces


def _tell_unasked(unasked: pd.Series, header: str, export: Export, telling: Telling) -> None:
    if unasked.any():
        telling.warning(
            mark("answers to a question that the form would not have asked; they are kept"),
            mark("look at these rows: an earlier answer may have been changed later"),
            file=export.file,
            column=header,
            row=int(unasked.index[unasked][0]),
            count=int(unasked.sum()),
        )


def _items(question: Question) -> list[str]:
    if question.type != "select_multiple":
        return [question.name]
    return [f"{question.name}/{choice}" for choice in question.choice_names]


def _canonical(numbers: pd.Series) -> pd.Series:
    """Numbers as text: ``3`` and not ``3.0``."""
    whole = numbers % 1 == 0
    text = numbers.map(repr).astype(object)
    text[whole] = numbers[whole].astype("int64").astype(str)
    return text.where(numbers.notna(), "").astype(str)


def _piece(index: pd.Index, item: str, kind: str, values, numbers, status) -> dict:
    n = len(index)
    return {
        "row": index.to_numpy(),
        "item": item,
        "type": kind,
        "value": pd.Series(values, index=index if np.isscalar(values) else None, dtype="str"),
        "number": np.broadcast_to(np.asarray(numbers, dtype=float), n),
        "status": pd.Categorical(np.broadcast_to(np.asarray(status, dtype=object), n), categories=STATUSES),
    }


def _stack(pieces: list[dict]) -> pd.DataFrame:
    """The pieces one under another. Words that come again in every row are kept as categories: a number each."""
    if not pieces:
        return pd.DataFrame(columns=ANSWER_COLUMNS)
    lengths = [len(piece["row"]) for piece in pieces]
    columns = {
        "row": np.concatenate([piece["row"] for piece in pieces]),
        "value": pd.concat([piece["value"] for piece in pieces], ignore_index=True),
        "number": np.concatenate([piece["number"] for piece in pieces]),
        "status": pd.Categorical.from_codes(
            np.concatenate([piece["status"].codes for piece in pieces]), categories=STATUSES
        ),
    }
    for name in ("item", "type"):
        words = {word: place for place, word in enumerate(dict.fromkeys(piece[name] for piece in pieces))}
        places = np.repeat([words[piece[name]] for piece in pieces], lengths)
        columns[name] = pd.Categorical.from_codes(places, categories=list(words))
    return pd.DataFrame(columns)[ANSWER_COLUMNS]


def _tell_missing_in_range(question, text: pd.Series, instrument, export, header: str, telling) -> None:
    """A declared code of a missing answer that the question would take as a number is told: it may have been
    one."""
    if question.type not in ("integer", "decimal") or not (question.constraint or question.range):
        return
    for code in instrument.missing:
        number, bad = to_number(pd.Series([code], dtype="str"))
        count = int((text == code).sum())
        if not count or bad.any() or _outside(question, number, None).any():
            continue
        telling.warning(
            mark("the code of a missing answer is also a possible answer here; it was read as missing"),
            mark("give missing answers a code that no question allows"),
            file=export.file,
            column=header,
            value=code,
            count=count,
        )
