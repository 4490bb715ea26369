"""Instruments as XLSForm workbooks, which KoboToolbox, ODK and their kin read (the standard: xlsform.org)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hubanalysis.instruments import FORMS

__all__ = ["build_instruments", "form_rows", "read_form"]

_LANGUAGES = {"it": "Italiano (it)", "en": "English (en)"}
_SURVEY = (
    "type",
    "name",
    *(f"label::{language}" for language in _LANGUAGES.values()),
    *(f"hint::{language}" for language in _LANGUAGES.values()),
    "required",
    "relevant",
    "constraint",
    *(f"constraint_message::{language}" for language in _LANGUAGES.values()),
)
_CHOICES = ("list_name", "name", *(f"label::{language}" for language in _LANGUAGES.values()))
_SETTINGS = ("form_title", "form_id", "version", "default_language")


def read_form(name: str) -> dict:
    """The definition of the form ``name``: ``id, title, version, choices, survey``, as its YAML file has it."""
    from hubanalysis.study.yaml_lines import load_with_lines

    path = Path(__file__).with_name(f"{name}.yaml")
    value, _, problems = load_with_lines(path.read_text(encoding="utf-8"), path.name)
    if problems:
        raise ValueError("; ".join(map(str, problems)))
    return value


def _row(question: dict, kind: str) -> list[str]:
    return [
        kind,
        question["name"],
        *(question.get(language, "") for language in _LANGUAGES),
        *(question.get(f"hint_{language}", "") for language in _LANGUAGES),
        "yes" if question.get("required") else "",
        question.get("relevant", ""),
        question.get("constraint", ""),
        *(question.get(f"message_{language}", "") for language in _LANGUAGES),
    ]


def _survey(entries: list[dict]) -> Iterator[list[str]]:
    for entry in entries:
        block = next((kind for kind in ("group", "repeat") if kind in entry), None)
        if block is None:
            yield _row(entry, entry["type"])
            continue
        yield _row({**entry, "name": entry[block]}, f"begin_{block}")
        for question in entry["questions"]:
            yield _row(question, question.get("type") or entry["type"])
        yield _row({"name": entry[block]}, f"end_{block}")


def form_rows(form: dict) -> dict[str, list[list[str]]]:
    """The three sheets of an XLSForm, each a list of rows of text with its header first."""
    choices = [
        [
            listed,
            name,
            *(label if isinstance(label, str) else label[language] for language in _LANGUAGES),
        ]
        for listed, names in form["choices"].items()
        for name, label in names.items()
    ]
    settings = [form["title"]["it"], form["id"], form["version"], _LANGUAGES["it"]]
    return {
        "survey": [list(_SURVEY), *_survey(form["survey"])],
        "choices": [list(_CHOICES), *choices],
        "settings": [list(_SETTINGS), settings],
    }


def build_instruments(folder: str | Path) -> list[Path]:
    """Write every instrument as ``<id>.xlsx`` into ``folder``; the same bytes each time. Returns the files written."""
    from hubanalysis.instruments.workbook import write_workbook

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FORMS:
        form = read_form(name)
        path = folder / f"{form['id']}.xlsx"
        sheets = form_rows(form)
        write_workbook(
            path,
            sheets,
            widths={"survey": (26, 24, 70, 70, 40, 40, 9, 30, 40, 30, 30), "choices": (16, 28, 44, 44)},
        )
        written.append(path)
    return written
