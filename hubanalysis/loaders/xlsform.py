"""The instrument behind a file: an XLSForm (xlsform.org) or the questions declared in study.yaml."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pandas as pd

from hubanalysis.errors import Problem, filled
from hubanalysis.loaders.cells import read_cells
from hubanalysis.loaders.form import Choice, Form, Question, Repeat, with_other
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Instrument, Source

__all__ = ["ANSWERED_TYPES", "Choice", "Form", "Question", "instrument_form", "read_form"]

#: Types of question whose answers are data; all others (notes, calculations, places, pictures, device) are not read.
ANSWERED_TYPES = ("integer", "decimal", "text", "date", "select_one", "select_multiple")
_TYPES = {
    "int": "integer",
    "string": "text",
    "range": "decimal",
    "time": "text",
    "datetime": "text",
    "select1": "select_one",
    "select": "select_multiple",
    "acknowledge": "select_one",
}
_LANGUAGES = {"italiano": "it", "italian": "it", "english": "en", "inglese": "en"}


def _language(header: str, default: str) -> str:
    """The language of a column ``label::Italiano (it)``; of a plain ``label``, the form's default."""
    name = re.split(r"::?", header, maxsplit=1)[1].strip() if ":" in header else default
    code = re.search(r"\(([A-Za-z-]{2,})\)\s*$", name)
    if code:
        return code[1].casefold().split("-")[0]
    name = name.casefold()
    return _LANGUAGES.get(name, name)


def _sheet(path: Path, sheet: str, shown: str, problems: list[Problem]) -> pd.DataFrame | None:
    cells = read_cells(path, Source(file=path.name, sheet=sheet), shown, problems)
    if cells is None:
        return None
    return cells.rename(columns=lambda header: header.strip().casefold().replace("list name", "list_name"))


def _labels(row: pd.Series, default: str) -> dict[str, str]:
    labels = {}
    for header, text in row.items():
        if text and (header == "label" or re.match(r"label::?", header)):
            labels[_language(header, default)] = text
    return labels


def _choices(path: Path, shown: str, default: str, problems: list[Problem]) -> dict[str, tuple[Choice, ...]]:
    table = _sheet(path, "choices", shown, problems)
    if table is None or "list_name" not in table or not {"name", "value"} & set(table):
        return {}
    telling = Telling(problems, [])
    code = "name" if "name" in table else "value"
    found: dict[str, dict[str, Choice]] = {}
    for number, row in zip(table.index, table.to_dict("records"), strict=True):
        listed, name = row["list_name"], row[code]
        if not listed or not name:
            continue
        if name in found.setdefault(listed, {}):
            telling.warning(
                mark("the form gives this choice twice; the first one counts"),
                mark("keep one of the two in the form"),
                file=shown,
                row=number,
                column=listed,
                value=name,
            )
            continue
        found[listed][name] = Choice(name, _labels(pd.Series(row), default))
    return {listed: tuple(choices.values()) for listed, choices in found.items()}


def _default_language(path: Path, shown: str) -> str:
    settings = _sheet(path, "settings", shown, [])
    if settings is None or settings.empty or "default_language" not in settings:
        return ""
    return _language(f"label::{settings['default_language'].iloc[0]}", "")


def read_form(path: Path, shown: str, problems: list[Problem]) -> Form:
    """Read an XLSForm: its questions with their groups, labels in every language, choices, relevance and
    constraints.

    Languages that miss a label are tolerated. A repeat inside a repeat is not read: that is an error.
    """
    telling = Telling(problems, [])
    survey = _sheet(path, "survey", shown, problems)
    if survey is None:
        return Form()
    if not {"type", "name"} <= set(survey):
        telling.error(
            mark("the sheet `survey` has no columns type and name"),
            mark("this is no XLSForm"),
            file=shown,
            row=1,
        )
        return Form()
    default = _default_language(path, shown)
    choices = _choices(path, shown, default, problems)
    questions: dict[str, Question] = {}
    repeats: dict[str, Repeat] = {}
    inside: dict[str, str] = {}  # question -> the repeat it stands in
    metadata: list[str] = []
    group_labels: dict[str, dict[str, str]] = {}
    groups: list[tuple[str, str]] = []  # name and relevance of the groups that are open
    open_repeats: list[str] = []
    for number, row in zip(survey.index, survey.to_dict("records"), strict=True):
        words = row["type"].casefold().replace("begin ", "begin_", 1).replace("end ", "end_", 1)
        words = re.sub(r"^select[ _](one|1|multiple|all that apply)\b(?!_from)", _select, words).split()
        kind, name = (words or [""])[0], row["name"]
        if kind in ("begin_group", "begin_repeat"):
            groups.append((name, row.get("relevant", "")))
            group_labels[name] = _labels(pd.Series(row), default)
            if kind == "begin_repeat":
                open_repeats.append(name)
                repeats[name] = Repeat(name, group_labels[name])
            if len(open_repeats) > 1 and kind == "begin_repeat":
                telling.error(
                    mark("a repeated group inside a repeated group is not read"),
                    mark("ask it in a form of its own, or leave this group out of the form that is read"),
                    file=shown,
                    row=number,
                    value=name,
                )
        elif kind in ("end_group", "end_repeat") and groups:
            groups.pop()
            if kind == "end_repeat" and open_repeats:
                open_repeats.pop()
        elif kind and len(open_repeats) < 2:
            kind = _TYPES.get(kind, kind)
            if kind not in ANSWERED_TYPES:
                metadata.append(name)
                continue
            if name in questions:
                telling.error(
                    mark("the form gives this name to two questions"),
                    mark("give each question its own name"),
                    file=shown,
                    row=number,
                    value=name,
                )
                continue
            found = _question(row, kind, groups, choices, default, shown, number, telling)
            for question in found:
                questions[question.name] = question
                if open_repeats:
                    inside[question.name] = open_repeats[0]
    apart = [
        dataclasses.replace(r, questions=tuple(q for n, q in questions.items() if inside.get(n) == r.name))
        for r in repeats.values()
    ]
    return Form(
        tuple(question for name, question in questions.items() if name not in inside),
        tuple(metadata),
        group_labels,
        tuple(repeat for repeat in apart if repeat.questions),
    )


def _question(
    row: dict[str, str],
    kind: str,
    groups: list[tuple[str, str]],
    choices: dict[str, tuple[Choice, ...]],
    default: str,
    shown: str,
    number: int,
    telling: Telling,
) -> tuple[Question, ...]:
    """The question of one row of the form; with ``or_other`` also the one that takes the text."""
    listed = _list_name(row["type"], choices) if kind.startswith("select") else ""
    options = choices.get(listed, ())
    or_other = row["type"].split()[-1] == "or_other"
    acknowledge = "acknowledge" in row["type"]
    if kind.startswith("select") and not (options or or_other or acknowledge):
        close = nearest(listed, choices)
        telling.warning(
            mark("the choices of this question are not in the form; its answers are read as text"),
            filled(mark("did you mean the list {close}?"), close=repr(close))
            if close
            else mark("add its list to the sheet `choices`"),
            file=shown,
            row=number,
            value=row["name"],
        )
        kind = "text"
    question = Question(
        name=row["name"],
        type=kind,
        groups=tuple(g for g, _ in groups),
        labels=_labels(pd.Series(row), default),
        choices=(Choice("OK"),) if acknowledge else options,
        relevant=tuple(r for r in (*(r for _, r in groups), row.get("relevant", "")) if r),
        constraint=row.get("constraint", ""),
        required=row.get("required", "").casefold() in ("yes", "true", "true()", "1", "si", "sì"),
    )
    return with_other(question) if or_other else (question,)


def _select(match: re.Match) -> str:
    return "select_multiple" if match[1] in ("multiple", "all that apply") else "select_one"


def _list_name(declared: str, choices: dict[str, tuple[Choice, ...]]) -> str:
    """The list of a ``select_one LIST``: the word that names one, else the last that is no keyword."""
    words = [word for word in declared.split() if word.casefold() != "or_other"]
    return next((word for word in words[1:] if word in choices), words[-1])


def instrument_form(study: Study, instrument: Instrument, problems: list[Problem]) -> Form:
    """The form of an instrument of the study: its XLSForm, or the questions that study.yaml declares.

    A form that does not exist is a problem, and an empty form is returned.
    """
    if instrument.form is None:
        declared = [
            (
                Question(
                    name=q.id,
                    type=q.type,
                    labels=dict(q.label),
                    choices=tuple(Choice(name, dict(label)) for name, label in q.choices.items()),
                    range=q.range,
                ),
                q.other,
            )
            for q in instrument.questions
        ]
        return Form(tuple(part for q, other in declared for part in (with_other(q) if other else (q,))))
    path = study.file(instrument.form)
    position = study.instruments.index(instrument)
    if not path.is_file():
        Telling(problems, []).error(
            mark("the form does not exist"),
            mark("put it there, or correct `form` in study.yaml"),
            file=f"{study.path.parent.name}/study.yaml",
            row=study.line("instruments", position, "form"),
            value=instrument.form,
        )
        return Form()
    return read_form(path, Path(instrument.form).name, problems)
