"""Answers to an XLSForm, and the workbook or csv KoboToolbox exports of them: names or labels, groups or none."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from uuid import UUID

import numpy as np
import openpyxl
import pandas as pd

from hubanalysis.loaders.expressions import evaluate

DAY = datetime.date(2022, 3, 1)
METADATA = ("start", "end")
LANGUAGE = {"it": "Italiano (it)", "en": "English (en)"}


class KoboForm:
    """The questions of a form as KoboToolbox sees them: each with its groups, condition, choices and labels."""

    def __init__(self, path: Path):
        sheets = {
            sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)
        }
        rows = {
            name: [
                dict(zip(body[0], ("" if c is None else str(c) for c in row), strict=True))
                for row in body[1:]
            ]
            for name, body in sheets.items()
        }
        self.choices: dict[str, dict[str, dict]] = {}
        for row in rows["choices"]:
            self.choices.setdefault(row["list_name"], {})[row["name"]] = row
        self.questions, self.groups, open_groups = [], {}, []
        for row in rows["survey"]:
            kind = row["type"]
            if kind == "begin_group":
                open_groups.append(row)
                self.groups[row["name"]] = row
            elif kind == "end_group":
                open_groups.pop()
            elif kind != "note":
                conditions = [r.get("relevant", "") for r in (*open_groups, row)]
                path = [g["name"] for g in open_groups]
                self.questions.append({**row, "path": path, "conditions": [c for c in conditions if c]})

    def options(self, question: dict) -> dict[str, dict]:
        words = question["type"].split()
        return self.choices[words[1]] if words[0].startswith("select") else {}

    def answers(self, given: dict[str, str], seed: int = 0) -> dict[str, str]:
        """A submission: what is ``given``, else a choice drawn, in the order of the form and only where it is asked."""
        rng, found, known = np.random.default_rng(seed), {}, {}
        for question in self.questions:
            name, kind = question["name"], question["type"].split()[0]
            known |= {n: pd.Series([v]) for n, v in found.items() if n not in known}
            if not all(evaluate(condition, known).iloc[0] for condition in question["conditions"]):
                found[name] = ""
            elif name in given:
                found[name] = given[name]
            elif kind in METADATA:
                found[name] = "2022-03-01T10:00:00.000+01:00"
            elif question.get("default"):
                found[name] = question["default"]
            elif kind == "select_one":
                found[name] = str(rng.choice(list(self.options(question))))
            elif kind == "select_multiple":
                found[name] = str(rng.choice([c for c in self.options(question) if c != "nothing"]))
            elif kind in ("integer", "decimal"):
                found[name] = str(rng.integers(0, 9))
            elif kind == "date":
                found[name] = DAY.isoformat()
            else:
                found[name] = ""
        return found

    def export(
        self, submissions: list[dict[str, str]], labels: str = "", groups: bool = False
    ) -> list[list[str]]:
        """The rows of an export: ``labels`` is a language, or "" for names and XML values."""
        columns = []
        for question in self.questions:
            head = self._header(question, labels, groups)
            columns.append((head, question, None))
            if question["type"].startswith("select_multiple"):
                for code, row in self.options(question).items():
                    said = row[f"label::{LANGUAGE[labels]}"] if labels else code
                    columns.append((f"{head}/{said}", question, code))
        rows = [[head for head, _, _ in columns] + ["_id", "_uuid", "_submission_time", "_index"]]
        for k, one in enumerate(submissions, start=1):
            cells = [
                self._cell(question, code, one[question["name"]], labels) for _, question, code in columns
            ]
            rows.append([*cells, str(100 + k), str(UUID(int=k)), f"2022-03-01T1{k % 10}:00:00", str(k)])
        return rows

    def _header(self, question: dict, labels: str, groups: bool) -> str:
        if not labels:
            return "/".join([*(question["path"] if groups else []), question["name"]])
        column = f"label::{LANGUAGE[labels]}"
        above = [self.groups[name][column] for name in question["path"]] if groups else []
        return "/".join([*above, question.get(column) or question["name"]])

    def _cell(self, question: dict, code: str | None, answer: str, labels: str) -> str:
        options = self.options(question)
        if code is not None:
            return "" if not answer else str(int(code in answer.split()))
        if not labels or not options or not answer:
            return answer
        return " ".join(options[part][f"label::{LANGUAGE[labels]}"] for part in answer.split())


def as_csv(rows: list[list[str]]) -> str:
    """The rows as KoboToolbox writes a csv: semicolons, every cell in quotation marks."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()
