"""Which column of an export answers which question of the form: by the question's name, or by its label in a
language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hubanalysis.errors import filled
from hubanalysis.loaders.cells import find_header, header_key
from hubanalysis.loaders.form import OTHER, Form, Question
from hubanalysis.loaders.platforms import adds, respondent_columns
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark
from hubanalysis.study.model import Export

__all__ = ["Columns", "match_headers", "tell_unmatched"]

_AGAIN = re.compile(r" \[(\d+)\]$")
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]$")

Target = tuple[str, str | None]


@dataclass
class Columns:
    """The header for each question, and for each choice of a question whose choices have columns of their
    own."""

    answers: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)

    def has(self, question: str) -> bool:
        return question in self.answers or question in self.choices

    def header(self, question: str) -> str:
        """The header to name in a message about this question."""
        return self.answers.get(question) or next(iter(self.choices.get(question, {}).values()), question)


def _path_key(text: str) -> str:
    """A name with its groups, whatever separates them: ``group/name``, ``group.name``, ``group-name``,
    ``group:name``."""
    return re.sub(r"[./:-]", "/", header_key(text))


def _label_texts(labels: dict[str, str], language: str | None) -> set[str]:
    wanted = [labels[language]] if language in labels else list(labels.values())
    return {text for text in wanted if text}


def _names(question: Question, form: Form) -> Iterator[tuple[str, Target]]:
    several = question.choice_names if question.type == "select_multiple" else ()
    for start in range(len(question.groups) + 1):
        path = "/".join([*question.groups[start:], question.name])
        yield _path_key(path), (question.name, None)
        for choice in several:
            yield _path_key(f"{path}/{choice}"), (question.name, choice)
    # LimeSurvey: code[SQ001] for what its other exports call code_SQ001, code[other] for the text; Qualtrics: Q5_1
    for choice in several:
        if choice != OTHER or not question.other:
            yield _path_key(f"{question.name}[{choice}]"), (question.name, choice)
        if form.question(f"{question.name}_{choice}") is None:
            yield _path_key(f"{question.name}_{choice}"), (question.name, choice)
    if question.other:
        yield _path_key(f"{question.name}[{OTHER}]"), (question.other, None)
    head, _, row = question.name.rpartition("_")
    if head and form.question(head) is None:
        yield _path_key(f"{head}[{row}]"), (question.name, None)


def _labels(question: Question, form: Form, language: str | None) -> Iterator[tuple[str, Target]]:
    prefixes = {
        text for group in question.groups for text in _label_texts(form.group_labels.get(group, {}), language)
    }
    for label in _label_texts(question.labels, language):
        written = [label, *(f"{p}/{label}" for p in prefixes), *(f"{p} [{label}]" for p in prefixes)]
        for text in written:
            yield header_key(text), (question.name, None)
            for choice in question.choices if question.type == "select_multiple" else ():
                for option in _label_texts(choice.labels, language):
                    yield header_key(f"{text}/{option}"), (question.name, choice.name)
                    if choice.name != OTHER or not question.other:
                        yield header_key(f"{text} [{option}]"), (question.name, choice.name)
            for word in ("Other", "Altro") if question.other else ():
                yield header_key(f"{text} [{word}]"), (question.other, None)


def match_headers(headers: list[str], form: Form, export: Export, shown: str, telling: Telling) -> Columns:
    """The columns of one export.

    Names match with or without the groups they stand in, labels in the export's language (in any where none
    is declared), both whatever a program did to byte order mark, case, spaces and separators. Where two
    questions have the same label and as many columns have it, they are taken in the order of the form, and
    that is told. Whatever else fits twice is an error; what fits nothing is left in ``strangers``.
    """
    by_name: dict[str, list[Target]] = {}
    by_label: dict[str, list[Target]] = {}
    for question in form.questions:
        for key, target in _names(question, form):
            _add(by_name, key, target)
        if export.headers == "labels":
            for key, target in _labels(question, form, export.language):
                _add(by_label, key, target)

    columns = Columns()
    declared: set[str] = set()
    for ours, theirs in export.columns.items():
        found = find_header(theirs, headers)
        name, _, choice = ours.partition("/")
        question = form.question(ours) or form.question(name)
        if found is None or question is None:
            continue  # a missing column is told where `columns` is read; others name columns that are no questions
        _put(columns, (question.name, choice or None), found)
        declared.add(found)

    who = respondent_columns(headers)  # names and addresses of those who answered are nobody's answer
    free = [header for header in headers if header not in declared and header not in who]
    groups: dict[tuple[str, str], list[str]] = {}
    for header in free:
        base = _AGAIN.sub("", header)
        base = base if base in headers else header
        if export.headers == "labels" and header_key(base) in by_label:
            groups.setdefault(("label", header_key(base)), []).append(header)
        elif _path_key(base) in by_name:
            groups.setdefault(("name", _path_key(base)), []).append(header)
        else:
            columns.strangers.append(header)
    for (kind, key), same in groups.items():
        targets = (by_label if kind == "label" else by_name)[key]
        exact = [target for target in targets if target == (same[0], None)]
        if kind == "name" and exact and len(same) == 1:
            targets = exact
        if len(targets) != len(same):
            telling.error(
                mark("it cannot be told which question this column answers"),
                mark("name the column of each of these questions under `columns` of the export"),
                file=shown,
                column=same[0],
                value=", ".join(sorted({question for question, _ in targets})),
            )
            continue
        if len(targets) > 1:
            telling.warning(
                mark("several questions have this label; their columns are taken in the order of the form"),
                mark("check it, or name the columns under `columns` of the export"),
                file=shown,
                column=same[0],
                value=", ".join(question for question, _ in targets),
            )
        for target, header in zip(targets, same, strict=True):
            taken = _put(columns, target, header)
            if taken:
                telling.error(
                    mark("two columns answer the same question"),
                    filled(
                        mark("the other one is {column}; name the right one under `columns` of the export"),
                        column=repr(taken),
                    ),
                    file=shown,
                    column=header,
                    value=target[0],
                )
    if export.headers == "labels":
        _match_rows_of_grids(columns, form, export.language)
    for question in form.questions:
        # the choice "other" without a column of its own is taken where its text is given
        if question.other in columns.answers and question.name in columns.choices:
            columns.choices[question.name].setdefault(OTHER, columns.answers[question.other])
    return columns


def _match_rows_of_grids(columns: Columns, form: Form, language: str | None) -> None:
    """``Question [Row]``, as Google Forms and LimeSurvey write grids, answers the question labelled ``Row``, where
    one column and one question have this row."""
    rows: dict[str, list[str]] = {}
    for header in columns.strangers:
        if (found := _IN_BRACKETS.search(header)) is not None:
            rows.setdefault(header_key(found[1]), []).append(header)
    questions: dict[str, list[str]] = {}
    for question in form.questions:
        for label in {header_key(text) for text in _label_texts(question.labels, language)}:
            questions.setdefault(label, []).append(question.name)
    for row, same in rows.items():
        names = questions.get(row, [])
        if len(same) == len(names) == 1 and not columns.has(names[0]):
            _put(columns, (names[0], None), same[0])
            columns.strangers.remove(same[0])


def _add(index: dict[str, list[Target]], key: str, target: Target) -> None:
    targets = index.setdefault(key, [])
    if target not in targets:
        targets.append(target)


def _put(columns: Columns, target: Target, header: str) -> str | None:
    """Note the column; the one that was there before, if any."""
    question, choice = target
    place = columns.answers if choice is None else columns.choices.setdefault(question, {})
    key = question if choice is None else choice
    before = place.get(key)
    place.setdefault(key, header)
    return before


def tell_unmatched(
    columns: Columns, form: Form, needed: set[str], known: set[str], shown: str, telling: Telling
) -> None:
    """Tell the columns that answer no question, and the questions without a column; ``needed`` ones are
    errors.

    ``known`` are headers used for something else (the code, the time of sending, the wave).
    """
    texts = {
        question.other for question in form.questions if columns.has(question.name)
    }  # may stand in its column
    missing = [q.name for q in form.questions if not columns.has(q.name) and q.name not in texts]
    metadata = {_path_key(name) for name in form.metadata}
    strangers = [
        header
        for header in columns.strangers
        if header not in known
        and not adds(header)
        and not {_path_key(header), _path_key(header).rsplit("/")[-1]} & metadata
    ]
    labels = {name: _label_texts(form.question(name).labels, None) for name in missing}
    for header in strangers:
        by_text = {text: name for name, texts in labels.items() for text in (name, *texts)}
        close = nearest(header, by_text)
        telling.warning(
            mark("the column answers no question of the form and is left out"),
            filled(
                mark("if it is {question}, say so under `columns` of the export"),
                question=repr(by_text[close]),
            )
            if close
            else mark("nothing, if it does not matter; else name it under `columns` of the export"),
            file=shown,
            column=header,
        )
    for name in missing:
        if name not in needed:
            continue
        texts = {header: header for header in strangers}
        close = next((c for text in (name, *labels[name]) if (c := nearest(text, texts))), None)
        telling.error(
            mark("no column answers this question, and the study needs it"),
            filled(
                mark("the nearest header is {close}; name it under `columns` of the export"),
                close=repr(close),
            )
            if close
            else mark("export it too, or name its column under `columns` of the export"),
            file=shown,
            column=name,
        )
    others = [name for name in missing if name not in needed]
    if others:
        telling.warning(
            mark("questions of the form have no column; they count as not asked"),
            mark("nothing, if they were not in the questionnaire of this wave"),
            file=shown,
            count=len(others),
            value=", ".join(others[:5]) + (" ..." if len(others) > 5 else ""),
        )
