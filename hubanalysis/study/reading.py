"""Find study.yaml, read it, and tell every mistake in it at once, each with its line."""

from __future__ import annotations

import copy
import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubanalysis.errors import DataError, Problem, UsageError
from hubanalysis.study.yaml_lines import Lines, load_with_lines

if TYPE_CHECKING:
    from hubanalysis.study.model import StudyModel

__all__ = ["Study", "find_study", "home", "read_study"]

_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?::-([^}]*))?\}")


def home() -> Path:
    """The folder with data/, notebooks/, reports/: HUBANALYSIS_HOME, or the nearest one above with data/raw."""
    declared = os.environ.get("HUBANALYSIS_HOME")
    if declared:
        return Path(declared).resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "raw").is_dir():
            return folder
    return here


def find_study(name: str) -> Path:
    """The study.yaml of STUDY: a name under data/raw, or a path to a folder with study.yaml (or to the file itself)."""
    raw = home() / "data" / "raw"
    for candidate in (Path(name) / "study.yaml", raw / name / "study.yaml", home() / name / "study.yaml"):
        if candidate.is_file():
            return candidate.resolve()
    if Path(name).is_file() and Path(name).suffix in (".yaml", ".yml"):
        return Path(name).resolve()
    known = sorted(p.parent.name for p in raw.glob("*/study.yaml"))
    close = difflib.get_close_matches(Path(name).name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"studies here: {', '.join(known) or 'none'}."
    raise UsageError(
        f"There is no study {name!r}: {hint} A study is a name under data/raw or a folder with study.yaml."
    )


@dataclass(frozen=True)
class Study:
    """A study as its study.yaml says it, with where its files stand and on which line each thing is declared."""

    path: Path
    model: StudyModel
    lines: Lines

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.model, name)

    @property
    def folder(self) -> Path:
        """Where the raw files stand. ``folder`` in study.yaml may use ``${NAME:-default}`` from the environment."""

        def value(match: re.Match) -> str:
            return os.environ.get(match[1]) or match[2] or ""

        return (self.path.parent / _VARIABLE.sub(value, self.model.folder)).resolve()

    @property
    def processed(self) -> Path:
        """Where the tidy tables of this study stand."""
        return home() / "data" / "processed" / self.model.id

    def file(self, name: str) -> Path:
        """A raw file of the study by the name study.yaml gives it."""
        return (self.folder / name).resolve()

    def line(self, *path: Any) -> int | None:
        """The line of study.yaml where ``path`` (keys and positions) is declared; the nearest one above if absent."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None

    def label(self, label: dict[str, str] | None, lang: str, otherwise: str = "") -> str:
        """A declared label in ``lang``, in the other language where the first is missing, else ``otherwise``."""
        label = label or {}
        return label.get(lang) or next((text for text in label.values() if text), otherwise)


_FIXES = {
    "missing": "add it; docs/data.md says what it means",
    "extra_forbidden": "remove it, or correct its spelling",
    "literal_error": "use one of the words above",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
}


def _known_keys(model, location: tuple) -> list[str]:
    """The keys allowed beside the unknown one at ``location``, found by walking the model's own fields."""
    from typing import get_args

    from pydantic import BaseModel

    for step in location[:-1]:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step)
        if field is None:
            return []
        stack, found = [field.annotation], None
        while stack:
            kind = stack.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found = kind
                break
            stack.extend(get_args(kind))
        if found is None:
            return []
        model = found
    return [field.alias or name for name, field in model.model_fields.items()]


def _from_pydantic(error: Any, lines: Lines, file: str, model) -> list[Problem]:
    problems = []
    for item in error.errors(include_url=False):
        location = tuple(item["loc"])
        kind = item["type"]
        shown = [str(part + 1) if isinstance(part, int) else str(part) for part in location]
        what = {
            "missing": f"{shown[-1] if shown else ''} is missing",
            "extra_forbidden": f"unknown key {shown[-1] if shown else ''!r}",
        }.get(kind, item["msg"].removeprefix("Value error, "))
        fix = _FIXES.get(kind, "correct it; docs/data.md says what may stand here")
        if kind == "extra_forbidden":
            close = difflib.get_close_matches(str(location[-1]), _known_keys(model, location), n=1)
            if close:
                fix = f"did you mean {close[0]!r}?"
        line = next(
            (lines[location[:k]] for k in range(len(location), -1, -1) if location[:k] in lines), None
        )
        problems.append(Problem(what=what, fix=fix, file=file, row=line, column=" > ".join(shown)))
    return problems


def _what_stands(value: dict, error: Any, model):
    """The study without its faulty parts, so that checks across blocks are told in the same go; None if too little."""
    from pydantic import ValidationError

    value = copy.deepcopy(value)
    for _ in range(50):
        for location in {tuple(item["loc"]) for item in error.errors()}:
            steps = [s for s in location if not (isinstance(s, str) and s.startswith("["))]
            _drop(value, steps)
        try:
            return model.model_validate(value)
        except ValidationError as again:
            if {tuple(i["loc"]) for i in again.errors()} == {tuple(i["loc"]) for i in error.errors()}:
                return None
            error = again
    return None


def _drop(value: Any, steps: list) -> None:
    """Take out the part at ``steps``; where it is not there (a missing key), the block that lacks it."""
    parents = [value]
    for step in steps:
        try:
            parents.append(parents[-1][step])
        except (KeyError, IndexError, TypeError):
            break
    reached = len(parents) - 1
    if reached == 0:
        return
    holder, step = parents[reached - 1], steps[reached - 1]
    if isinstance(holder, list):
        holder[step] = None  # keep the positions of its neighbours, and so their lines
    else:
        holder.pop(step, None)


def read_study(name: str) -> Study:
    """Read and validate STUDY.

    Raises UsageError where there is no such study, and DataError that lists every mistake of study.yaml with its line.
    """
    from pydantic import ValidationError

    from hubanalysis.study.cross_checks import cross_check
    from hubanalysis.study.model import StudyModel

    path = find_study(name)
    shown = f"{path.parent.name}/study.yaml"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "study.yaml cannot be read.",
            [
                Problem(
                    what="the file is not UTF-8",
                    fix="save it again with the encoding UTF-8",
                    file=shown,
                    row=1,
                )
            ],
        ) from error
    value, lines, problems = load_with_lines(text, shown)
    model = None
    if isinstance(value, dict):
        try:
            model = StudyModel.model_validate(value)
        except ValidationError as error:
            problems += _from_pydantic(error, lines, shown, StudyModel)
            model = _what_stands(value, error, StudyModel)
    elif not problems:
        problems.append(
            Problem(
                what="the file is empty or not a mapping",
                fix="start from `hubanalysis new`",
                file=shown,
                row=1,
            )
        )
    if model is not None:
        study = Study(path, model, lines)
        problems += cross_check(study, shown)
        if not problems:
            return study
    problems.sort(key=lambda p: p.row or 0)
    raise DataError(f"study.yaml has {len(problems)} mistake(s).", problems)
