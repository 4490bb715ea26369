"""From an XLSForm, the hub's own or any other, to the blocks of a page to be filled in with a pen."""

from __future__ import annotations

import re
from itertools import groupby

from hubanalysis.instruments.page_words import WORDS

__all__ = ["form_language", "languages_of", "page_blocks"]

_GRID_ROWS, _GRID_CHOICES = 2, range(3, 8)
_MOST_PRINTED = 60
_CODES = {"italiano": "it", "italian": "it", "english": "en", "inglese": "en"}
_IS = re.compile(r"^\$\{([^}]+)\}\s*(!?=)\s*'([^']*)'$")
_SELECTED = re.compile(r"^selected\(\s*\$\{([^}]+)\}\s*,\s*'([^']*)'\s*\)$")
_LETTERS = re.compile(r"regex\(\.,\s*'\^\[A-Za-z\]\$'\)")
_DAY = re.compile(r"regex\(\.,\s*'\^\(0\[1-9\]")


def form_language(header: str) -> str:
    """The language of a column such as ``label::Italiano (it)``; "" of a plain ``label``."""
    name = re.split(r"::?", header, maxsplit=1)[1].strip() if ":" in header else ""
    code = re.search(r"\(([A-Za-z-]{2,})\)\s*$", name)
    return code[1].casefold().split("-")[0] if code else _CODES.get(name.casefold(), name.casefold())


def languages_of(sheets: dict[str, list[dict]], otherwise: str = "it") -> list[str]:
    """The languages, of Italian and English, in which every question of the form can be read.

    A form whose labels name no language is in its default language, or in ``otherwise``.
    """
    survey = sheets.get("survey", [])
    headers = [h for h in (survey[0] if survey else ()) if re.match(r"label(::?|$)", h.strip().casefold())]
    found = {
        form_language(h) or _default(sheets, otherwise) for h in headers if any(r.get(h) for r in survey)
    }
    return [language for language in ("it", "en") if language in found]


def _default(sheets: dict[str, list[dict]], otherwise: str) -> str:
    settings = sheets.get("settings") or [{}]
    named = settings[0].get("default_language", "")
    return form_language(f"label::{named}") if named else otherwise


class _Page:
    """One form in one language, row by row."""

    def __init__(self, sheets: dict[str, list[dict]], lang: str, wave: str, consent: str, otherwise: str):
        self.lang, self.wave, self.consent = lang, wave, consent
        self.default = _default(sheets, otherwise)
        self.words = WORDS[lang]
        self.rows = [row for row in sheets["survey"] if row.get("type")]
        self.choices: dict[str, list[tuple[str, str]]] = {}
        for row in sheets.get("choices", []):
            listed = row.get("list_name") or row.get("list name") or ""
            name = row.get("name") or row.get("value") or ""
            self.choices.setdefault(listed, []).append((name, self.text(row, "label") or name))
        self.numbers: dict[str, int] = {}
        self.asked_so_far = 0
        self.kinds: dict[str, str] = {}

    def text(self, row: dict, kind: str) -> str:
        fitting, plain = "", ""
        for header, value in row.items():
            key = header.strip().casefold()
            if not value or not (key == kind or re.match(rf"{kind}::?", key)):
                continue
            plain = plain or value
            if (form_language(key) or self.default) == self.lang:
                fitting = value
        return fitting or plain

    def only(self, condition: str) -> str | None:
        """When a question is asked, in words; "" where it always is (beside consent), None where not in this wave."""
        told = []
        for part in re.split(r"\s+and\s+", condition or ""):
            part = part.strip().strip("()").strip()
            if "${wave}" in part:
                waves = re.findall(r"'([^']*)'", part)
                if self.wave and self.wave not in waves:
                    return None
                continue
            match = _SELECTED.match(
                part + (")" if part.startswith("selected(") and not part.endswith(")") else "")
            )
            same = _IS.match(part)
            name, value = (match[1], match[2]) if match else (same[1], same[3]) if same else ("", "")
            if not name or name == self.consent or name not in self.numbers or not value:
                continue
            key = "only_not" if same and same[2] == "!=" else "only"
            told.append(self.words[key].format(n=self.numbers[name], answer=self.label(name, value)))
        return " ".join(told)

    def label(self, question: str, choice: str) -> str:
        return dict(self.choices.get(self.kinds.get(question, ""), ())).get(choice, choice)

    def blocks(self) -> list[dict]:
        found: list[dict] = []
        groups: list[str | None] = []  # what each open group says of when it is asked
        pending: list[dict] = []
        for row in self.rows:
            kind = row["type"].strip().replace("begin ", "begin_").replace("end ", "end_")
            if kind.startswith("begin_"):
                found += self.questions(pending)
                pending = []
                only = None if None in groups else self.only(row.get("relevant", ""))
                groups.append(only)
                title = self.text(row, "label")
                if only is not None and title:
                    found.append({"kind": "heading", "text": title, "only": only})
            elif kind.startswith("end_") and groups:
                found += self.questions(pending)
                pending = []
                groups.pop()
            elif None not in groups:
                pending.append({**row, "type": kind})
        return _without_empty_headings([*found, *self.questions(pending)])

    def questions(self, rows: list[dict]) -> list[dict]:
        """The questions of a group: statements that share their answers as one table, the others one by one."""
        if self.is_ranking(rows):
            return [self.ranking(rows)]
        found = []
        for (kind, relevant), same in groupby(rows, key=lambda r: (r["type"], r.get("relevant", ""))):
            run = list(same)
            only = self.only(relevant)
            if only is None:
                continue
            options = self.options(kind)
            one = kind.startswith(("select_one", "select one"))
            if one and len(run) >= _GRID_ROWS and len(options) in _GRID_CHOICES and not self.fixed(run[0]):
                found.append(self.grid(run, options, only))
            else:
                found += [block for row in run if (block := self.question(row, options, only))]
        return found

    def options(self, kind: str) -> list[tuple[str, str]]:
        words = kind.split()
        return next((self.choices[word] for word in words[1:] if word in self.choices), [])

    def number(self, row: dict) -> int:
        words = row["type"].split()
        self.kinds[row["name"]] = next((word for word in words[1:] if word in self.choices), "")
        self.asked_so_far += 1
        self.numbers[row["name"]] = self.asked_so_far
        return self.asked_so_far

    def fixed(self, row: dict) -> bool:
        return row.get("read_only", "").casefold() in ("yes", "true", "true()")

    def asked(self, row: dict) -> dict:
        return {"number": self.number(row), "text": self.text(row, "label"), "hint": self.text(row, "hint")}

    def grid(self, rows: list[dict], options: list, only: str) -> dict:
        return {
            "kind": "grid",
            "only": only,
            "columns": [label for _, label in options],
            "rows": [self.asked(row) for row in rows],
        }

    def question(self, row: dict, options: list, only: str) -> dict | None:
        kind = row["type"].split()[0]
        if kind == "note":
            return {"kind": "note", "text": self.text(row, "label"), "hint": self.text(row, "hint")}
        if self.fixed(row):
            return None  # the wave stands in the title
        if kind.startswith("select") and 0 < len(options) <= _MOST_PRINTED:
            several = "multiple" in row["type"]
            longest = max(len(label) for _, label in options)
            columns = 1 if longest > 46 or len(options) <= 3 else 2 if longest > 24 else 3
            return {
                "kind": "choice",
                "several": several,
                "only": only,
                "options": [label for _, label in options],
                "columns": columns,
                **self.asked(row),
            }
        if kind == "rank" and options:
            labels = [label for _, label in options]
            return {"kind": "ranking", "number": self.number(row), "options": labels, "places": len(labels)}
        if not self.text(row, "label"):
            return None  # what the program fills in by itself
        return {"kind": "line", "only": only, **self.asked(row), **self.space(row, kind)}

    def space(self, row: dict, kind: str) -> dict:
        """How much room the pen has: little boxes where the length is known, lines else."""
        constraint = row.get("constraint", "")
        if kind == "date":
            return {"boxes": [2, 2, 4], "lines": 0}
        if _LETTERS.search(constraint):
            return {"boxes": [1], "lines": 0}
        if _DAY.search(constraint):
            return {"boxes": [2], "lines": 0}
        if kind in ("integer", "decimal", "int"):
            digits = max((len(d) for d in re.findall(r"<=\s*(\d+)", constraint)), default=4)
            return {"boxes": [], "lines": 0, "short": 9 + 5 * digits}
        return {"boxes": [], "lines": 4 if "multiline" in row.get("appearance", "") else 1}

    def is_ranking(self, rows: list[dict]) -> bool:
        """Places of one ranking: the same choices, and none may be given twice."""
        apart = [row for row in rows if re.search(r"\.\s*!=\s*\$\{", row.get("constraint", ""))]
        return len(rows) >= 2 and len(apart) == len(rows) - 1 and len({row["type"] for row in rows}) == 1

    def ranking(self, rows: list[dict]) -> dict:
        number = self.number(rows[0])
        options = [label for _, label in self.options(rows[0]["type"])]
        return {"kind": "ranking", "number": number, "options": options, "places": len(rows)}


def _without_empty_headings(blocks: list[dict]) -> list[dict]:
    following = [*blocks[1:], {"kind": "heading"}]
    return [
        block
        for block, after in zip(blocks, following, strict=True)
        if block["kind"] != "heading" or after["kind"] != "heading"
    ]


def page_blocks(
    sheets: dict[str, list[dict]],
    lang: str,
    *,
    wave: str = "",
    consent: str = "consent",
    otherwise: str = "it",
) -> list[dict]:
    """The form ``sheets`` (rows of ``survey``, ``choices``, ``settings`` by header) as blocks of a printed page.

    Kinds of block: ``heading``, ``note``, ``choice`` (circles, or squares where ``several``), ``line`` (``boxes`` for
    single letters or digits, ``lines`` to write on), ``grid`` (statements in rows, answers in columns), ``ranking``.
    Questions are numbered from 1. ``only`` says in words when a question is asked; questions of other waves than
    ``wave`` are left out. ``consent`` is the question on which all others hang: that is not repeated at each.
    """
    return _Page(sheets, lang, wave, consent, otherwise).blocks()
