"""Several hubs or editions compared from their results.json alone: nobody's data are needed, nor shared.

A results.json of another hub is somebody else's file: it is checked whole before anything is made of it, and whatever
of it reaches the page is escaped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hubanalysis.errors import DataError, Problem, UsageError

__all__ = ["Recorded", "add_arguments", "compare_hubs", "read_recorded", "run"]

#: What the command line says of the verb.
WORDS = "combine the results of several hubs or editions, without their data"
LARGEST = 50_000_000  # bytes; a results.json of a large study has well under a million
_NUMBERS = ("estimate", "low", "high", "n", "p_adjusted", "bound_low", "bound_high")
_WORDS = ("label", "unit", "method", "note", "area", "definition")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Recorded:
    """The results of one hub or edition, with what is known of their origin; ``simulated`` None where nothing is."""

    name: str
    results: list[dict[str, Any]]
    sha256: str
    study: str | None = None
    run: str | None = None
    lang: str | None = None
    simulated: bool | None = None


def read_recorded(word: str) -> Recorded:
    """``NAME=PATH`` or ``PATH``: a results.json, or the folder of a run. Without a name the study's, or the file's.

    Raises UsageError where there is no such file, DataError with all problems where it is no results.json. Methods are
    given back in English, whatever the language of the report.
    """
    name, equals, path_word = word.partition("=")
    path = Path(path_word if equals else word)
    file = path / "results.json" if path.is_dir() else path
    if not file.is_file():
        raise UsageError(f"There is no {file}: give a results.json, or the folder of a run that has one.")
    if file.stat().st_size > LARGEST:
        raise UsageError(f"{file} is too large to be a results.json.")
    raw = file.read_bytes()
    try:
        content = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON that can be read: is it a results.json?") from error
    problems = _problems(content, file.name)
    if problems:
        raise DataError(f"{file} is not a results.json.", problems)
    manifest = _manifest(file.with_name("manifest.json"))
    named = (
        name
        if equals
        else manifest.get("study") or (file.parent.name if file.stem == "results" else file.stem)
    )
    return Recorded(
        named,
        [_in_english(result) for result in content],
        hashlib.sha256(raw).hexdigest(),
        **{key: manifest.get(key) for key in ("study", "run", "lang", "simulated")},
    )


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _problems(content: Any, file: str) -> list[Problem]:
    if not isinstance(content, list):
        return [Problem("it does not hold a list of results", "give the results.json of a run", file)]
    found, seen = [], set()
    for row, result in enumerate(content, 1):
        if not isinstance(result, dict) or not isinstance(result.get("id"), str):
            found.append(Problem("a result has no id", "give the results.json of a run", file, row))
            continue
        if result["id"] in seen:
            found.append(Problem("the id of a result is given twice", "give each its own", file, row, "id"))
        seen.add(result["id"])
        for key in _NUMBERS:
            value = result.get(key)
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            if value is not None and not number:
                found.append(Problem("this is no number", "write a number, or null", file, row, key))
        found += [
            Problem("this is no text", "write a text, or null", file, row, key)
            for key in _WORDS
            if not isinstance(result.get(key), (str, type(None)))
        ]
    return found


def _manifest(path: Path) -> dict[str, Any]:
    """What the run's manifest says of the study, where the file stands beside the results and can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _in_english(result: dict[str, Any]) -> dict[str, Any]:
    from hubanalysis.locale.translator import LANGUAGES, catalogue

    method = result.get("method")
    for lang in LANGUAGES:
        for message, translated in catalogue(lang).items():
            if translated == method:
                return {**result, "method": message}
    return result


def compare_hubs(
    words: Sequence[str], *, lang: str = "it", patterns: Sequence[str] = (), to: str | None = None
) -> Path:
    """Combine the results of ``words`` (:func:`read_recorded`); returns the page that was written.

    ``patterns`` choose the ids (those of ``metrics.hubs_together.COMPARED`` by default). ``to`` is a folder that does
    not exist yet, reports/compared/<moment> by default: it gets index.html and comparison.json, whole or not at all.
    Where each name holds a year, the editions are also compared over time. Raises UsageError for fewer than two
    files, two of the same name or content, or a folder that exists.
    """
    recorded = [read_recorded(word) for word in words]
    _check(recorded)
    from hubanalysis.reports.comparison_page import compared
    from hubanalysis.study import home

    folder = (
        Path(to) if to else home() / "reports" / "compared" / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    )
    if folder.exists():
        raise UsageError(f"{folder} exists: give a folder that does not, nothing is written over.")
    page, content = compared(recorded, _years([one.name for one in recorded]), lang, tuple(patterns))
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    (aside / "index.html").write_text(page, encoding="utf-8")
    written = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (aside / "comparison.json").write_text(written, encoding="utf-8")
    os.replace(aside, folder)
    return folder / "index.html"


def _check(recorded: list[Recorded]) -> None:
    if len(recorded) < 2:
        raise UsageError("Give the results of at least two hubs or editions.")
    names = [one.name for one in recorded]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise UsageError(f"Two results are called {twice[0]!r}: name them, as in 2021=PATH 2022=PATH.")
    if len({one.sha256 for one in recorded}) < len(recorded):
        raise UsageError("The same results are given twice: they would count double.")


def _years(names: Sequence[str]) -> dict[str, float]:
    found = {name: _YEAR.findall(name) for name in names}
    each_one = all(len(years) == 1 for years in found.values())
    return {name: float(years[0]) for name, years in found.items()} if each_one else {}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb ``compare`` takes."""
    parser.add_argument(
        "results",
        metavar="[NAME=]PATH",
        nargs="+",
        help="a results.json, or a run's folder; names with a year (2021=PATH) make editions",
    )
    parser.add_argument("--lang", choices=("it", "en"), default="it", help="language of the page (it)")
    parser.add_argument(
        "--only",
        metavar="ID",
        nargs="+",
        action="extend",
        default=[],
        help="these results only; * stands for anything",
    )
    parser.add_argument(
        "--to", metavar="FOLDER", help="where; a new folder under reports/compared without it"
    )


def run(options: argparse.Namespace) -> int:
    """The verb ``compare``: write the page and tell where it is."""
    print(compare_hubs(options.results, lang=options.lang, patterns=options.only, to=options.to))
    return 0
