"""The people's questionnaires as the field hands them in: a KoboToolbox workbook before, a Google Forms CSV after.

Everything that goes wrong in the field goes wrong here, in numbers that ``faults`` tells.
"""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hubanalysis.instruments import read_form
from hubanalysis.instruments.workbook import write_workbook
from hubanalysis.simulation.answers import AREAS

__all__ = ["Answered", "Form", "corrections_csv", "kobo_time", "write_google", "write_kobo"]

ITEMS = {
    "wellbeing": "wb",
    "networks": "ne",
    "management": "ma",
    "competences": "co",
    "audience": "au",
    "offer": "of",
}


class Form:
    """A form as the exports need it: names with their groups, types, and labels in Italian."""

    def __init__(self, name: str, definition: dict | None = None):
        form = definition or read_form(name)
        self.types, self.groups, self.labels = {}, {}, {}
        for entry in form["survey"]:
            group = entry.get("group", "")
            for question in entry["questions"] if group else [entry]:
                kind = question.get("type") or entry["type"]
                if kind in ("start", "end"):
                    continue
                self.types[question["name"]] = kind
                self.groups[question["name"]] = group
                self.labels[question["name"]] = question["it"]
        self.choices = {
            name: {
                choice: label if isinstance(label, str) else label["it"] for choice, label in listed.items()
            }
            for name, listed in form["choices"].items()
        }
        self.version = form["version"]

    def path(self, name: str) -> str:
        return f"{self.groups[name]}/{name}" if self.groups[name] else name

    def choices_of(self, name: str) -> dict[str, str]:
        kind = self.types[name]
        return self.choices[kind.split()[1]] if kind.startswith("select") else {}


@dataclass
class Answered:
    """One submission: when it began and ended, and the answers by item (text, as the form's own codes)."""

    start: datetime.datetime
    end: datetime.datetime
    answers: dict[str, str]
    uuid: str = ""
    faults: list[str] = field(default_factory=list)


def uuid_of(rng: np.random.Generator) -> str:
    digits = rng.bytes(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def kobo_time(moment: datetime.datetime) -> str:
    """A moment as Kobo writes it: ISO, milliseconds, Rome's winter offset."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+01:00"


def _kobo_cell(kind: str, value: str):
    if value and kind == "integer":
        return int(value)
    if value and kind == "decimal":
        return float(value)
    return value


def write_kobo(path: Path, form: Form, submissions: list[Answered], first_id: int) -> list[str]:
    """Write submissions as KoboToolbox exports them (names as headers, groups before them). Returns the header."""
    header = ["start", "end"]
    for name, kind in form.types.items():
        header.append(form.path(name))
        if kind.startswith("select_multiple"):
            header += [f"{form.path(name)}/{choice}" for choice in form.choices_of(name)]
    header += ["_id", "_uuid", "_submission_time", "_validation_status", "_status", "__version__", "_index"]
    rows = [header]
    ids: dict[str, int] = {}
    for index, one in enumerate(submissions, start=1):
        row = [kobo_time(one.start), kobo_time(one.end)]
        for name, kind in form.types.items():
            value = one.answers.get(name, "")
            row.append(_kobo_cell(kind, value))
            if kind.startswith("select_multiple"):
                chosen = value.split()
                row += [int(choice in chosen) if value else "" for choice in form.choices_of(name)]
        number = ids.setdefault(one.uuid, first_id + 3 * len(ids))
        sent = one.end - datetime.timedelta(hours=1)  # the server keeps UTC
        row += [
            number,
            one.uuid,
            sent.strftime("%Y-%m-%dT%H:%M:%S"),
            "",
            "submitted_via_web",
            form.version,
            index,
        ]
        rows.append(row)
    write_workbook(path, {form_sheet(path): rows})
    return header


def form_sheet(path: Path) -> str:
    return path.stem[:31]


def write_google(path: Path, form: Form, submissions: list[Answered]) -> list[str]:
    """Write submissions as a Google Forms sheet saved by an Italian spreadsheet program. Returns the header."""
    header = ["Informazioni cronologiche", *form.labels.values()]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    for one in submissions:
        row = [one.end.strftime("%d/%m/%Y %H:%M:%S")]
        for name, kind in form.types.items():
            value = one.answers.get(name, "")
            labels = form.choices_of(name)
            if kind.startswith("select_multiple"):
                value = ", ".join(labels[choice] for choice in value.split())
            elif kind.startswith("select_one"):
                value = labels.get(value, value)
            elif kind == "decimal":
                value = value.replace(".", ",")
            row.append(value)
        writer.writerow(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue().encode("cp1252"))
    return header


def corrections_csv(path: Path, corrections: list[dict[str, str]]) -> None:
    """The cleaning log: file;row;column;old;new;reason, a row a change."""
    buffer = io.StringIO(newline="")
    columns = ["file", "row", "column", "old", "new", "reason"]
    writer = csv.DictWriter(buffer, columns, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(corrections)
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")


def scale_answers(
    rng: np.random.Generator, ticked: np.ndarray, prefixes: dict[str, str], *, skipped: float
) -> list[dict[str, str]]:
    """Answers of the scales as text, by item; a share ``skipped`` is left blank, ticked 99 or ticked 98."""
    fate = rng.random(ticked.shape)
    result = []
    for person, fates in zip(ticked, fate, strict=True):
        answers = {}
        for k, area in enumerate(AREAS):
            for j in range(ticked.shape[2]):
                value, luck = str(person[k, j]), fates[k, j] / skipped
                if luck < 0.45:
                    value = ""
                elif luck < 0.85:
                    value = "99"
                elif luck < 1:
                    value = "98"
                answers[f"{prefixes[area]}_{j + 1}"] = value
        result.append(answers)
    return result
