"""Instruments as XLSForm workbooks, which KoboToolbox, ODK and their kin read (the standard: xlsform.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hubanalysis.instruments import FORMS

__all__ = ["LANGUAGES", "WIDTHS", "build_instruments", "form_rows", "read_form", "records", "token"]

#: The languages of every form, as KoboToolbox calls them.
LANGUAGES = {"it": "Italiano (it)", "en": "English (en)"}
_SURVEY = (
    "type",
    "name",
    *(f"label::{language}" for language in LANGUAGES.values()),
    *(f"hint::{language}" for language in LANGUAGES.values()),
    "required",
    "relevant",
    "constraint",
    *(f"constraint_message::{language}" for language in LANGUAGES.values()),
    "appearance",
    "default",
    "read_only",
)
_CHOICES = ("list_name", "name", *(f"label::{language}" for language in LANGUAGES.values()))
_SETTINGS = ("form_title", "form_id", "version", "default_language")
WIDTHS = {
    "survey": (26, 24, 70, 70, 40, 40, 9, 30, 40, 30, 30, 12, 12, 10),
    "choices": (16, 28, 44, 44),
}
#: With more choices than this a question opens as a list to search in.
_MANY_CHOICES = 10
_METADATA = ("start", "end")


def read_form(name: str) -> dict:
    """The definition of the form ``name``: ``id, title, version, choices, survey``, as its YAML file has it."""
    from hubanalysis.study.yaml_lines import load_with_lines

    path = Path(__file__).with_name(f"{name}.yaml")
    value, _, problems = load_with_lines(path.read_text(encoding="utf-8"), path.name)
    if problems:
        raise ValueError("; ".join(map(str, problems)))
    return value


def token(text: str) -> str:
    """``text`` as the name of a choice or part of a question's name: no blanks, no accents, no signs but _ and -."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_") or "x"


def _row(question: dict, kind: str, choices: dict) -> list[str]:
    listed = kind.split()[1] if kind.startswith("select") else ""
    long_list = kind.startswith("select_one") and len(choices.get(listed, ())) > _MANY_CHOICES
    return [
        kind,
        question["name"],
        *(question.get(language, "") for language in LANGUAGES),
        *(question.get(f"hint_{language}", "") for language in LANGUAGES),
        "yes" if question.get("required") else "",
        question.get("relevant", ""),
        question.get("constraint", ""),
        *(question.get(f"message_{language}", "") for language in LANGUAGES),
        question.get("appearance") or ("minimal" if long_list else ""),
        question.get("default", ""),
        "yes" if question.get("read_only") else "",
    ]


def _survey(entries: list[dict], choices: dict) -> Iterator[list[str]]:
    for entry in entries:
        block = next((kind for kind in ("group", "repeat") if kind in entry), None)
        if block is None:
            yield _row(entry, entry["type"], choices)
            continue
        yield _row({**entry, "name": entry[block]}, f"begin_{block}", choices)
        for question in entry["questions"]:
            yield _row(question, question.get("type") or entry["type"], choices)
        yield _row({"name": entry[block]}, f"end_{block}", choices)


def _with_notes(form: dict) -> list[dict]:
    """The survey with what is told before the first question and after the last."""
    survey = list(form["survey"])
    first = next((k for k, entry in enumerate(survey) if entry.get("type") not in _METADATA), len(survey))
    opening, closing = form.get("opening"), form.get("closing")
    if opening:
        survey.insert(first, {"name": "information", "type": "note", **opening})
    if closing:
        survey.append({"name": "thanks", "type": "note", **closing})
    return survey


def form_rows(form: dict) -> dict[str, list[list[str]]]:
    """The three sheets of an XLSForm, each a list of rows of text with its header first."""
    choices = [
        [
            listed,
            name,
            *(label if isinstance(label, str) else label[language] for language in LANGUAGES),
        ]
        for listed, names in form["choices"].items()
        for name, label in names.items()
    ]
    settings = [form["title"]["it"], form["id"], form["version"], LANGUAGES["it"]]
    survey = [list(_SURVEY), *_survey(_with_notes(form), form["choices"])]
    used = [k for k, header in enumerate(_SURVEY) if k < 2 or any(row[k] for row in survey[1:])]
    return {
        "survey": [[row[k] for k in used] for row in survey],
        "choices": [list(_CHOICES), *choices],
        "settings": [list(_SETTINGS), settings],
    }


def records(sheets: dict[str, list[list[str]]]) -> dict[str, list[dict[str, str]]]:
    """The rows of each sheet by the names in its header."""
    return {name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for name, rows in sheets.items()}


def build_instruments(folder: str | Path) -> list[Path]:
    """Write the questionnaires of the simulated study as ``<id>.xlsx`` into ``folder``; the same bytes each time.

    Returns the files written. The whole set, with printable pages, is made by :mod:`hubanalysis.field_kit`.
    """
    from hubanalysis.instruments.workbook import write_workbook

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FORMS:
        form = read_form(name)
        path = folder / f"{form['id']}.xlsx"
        write_workbook(path, form_rows(form), widths=WIDTHS)
        written.append(path)
    return written
