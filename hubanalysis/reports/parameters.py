"""Parameters of the notebooks: what each one takes, read without running it, and what was asked for, checked by type.

papermill passes ``-p flag false`` as the text "false" and only warns of a name no notebook has. Here every parameter is
checked before a kernel starts, and every mistake is told at once.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hubanalysis.errors import Problem, UsageError

__all__ = ["RESERVED", "Parameter", "assign", "convert", "read_parameters", "split_assignments"]

#: Given by options of the command line, never by -p.
RESERVED = {"study": "the first argument of `report`", "lang": "--lang", "audience": "--audience"}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a notebook: its name, its type as written, its default and what its comment says."""

    name: str
    type: str
    default: Any
    comment: str = ""


def read_parameters(notebook: Mapping) -> dict[str, Parameter]:
    """The parameters of a notebook (as nbformat holds it): the assignments of its cell tagged ``parameters``."""
    found: dict[str, Parameter] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in cell.get("metadata", {}).get("tags", []):
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            found |= _from_source(source)
    return found


def _from_source(source: str) -> dict[str, Parameter]:
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    found = {}
    for statement in ast.parse(source).body:
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.value
        ):
            name, kind = statement.target.id, ast.unparse(statement.annotation)
        elif (
            isinstance(statement, ast.Assign)
            and len(statement.targets) == 1
            and isinstance(statement.targets[0], ast.Name)
        ):
            name, kind = statement.targets[0].id, ""
        else:
            continue
        try:
            default = ast.literal_eval(statement.value)
        except ValueError:
            continue  # computed, so not a parameter
        kind = kind or type(default).__name__
        found[name] = Parameter(name, kind, default, comments.get(statement.end_lineno or 0, ""))
    return found


def convert(parameter: Parameter, written: str) -> Any:
    """The value a person wrote, in the parameter's type. Raises ValueError with words for that person."""
    return _convert(ast.parse(parameter.type, mode="eval").body, written)


def _convert(kind: ast.expr, written: str) -> Any:
    if isinstance(kind, ast.BinOp) and isinstance(kind.op, ast.BitOr):  # X | None
        sides = [kind.left, kind.right]
        if written.lower() == "none" and any(_is_none(s) for s in sides):
            return None
        return _convert(next(s for s in sides if not _is_none(s)), written)
    if isinstance(kind, ast.Subscript) and isinstance(kind.value, ast.Name):
        if kind.value.id in ("list", "tuple"):
            inner = kind.slice.elts[0] if isinstance(kind.slice, ast.Tuple) else kind.slice
            return [_convert(inner, part.strip()) for part in written.split(",") if part.strip()]
        if kind.value.id == "Literal":
            choices = ast.literal_eval(kind.slice)
            choices = choices if isinstance(choices, tuple) else (choices,)
            for choice in choices:
                if str(choice) == written:
                    return choice
            raise ValueError(f"write one of: {', '.join(map(str, choices))}")
    name = kind.id if isinstance(kind, ast.Name) else "str"
    if name == "bool":
        if written.lower() not in ("true", "false"):
            raise ValueError("write true or false")
        return written.lower() == "true"
    if name == "int":
        if not re.fullmatch(r"[+-]?\d+", written):
            raise ValueError("write a whole number, such as 10")
        return int(written)
    if name == "float":
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", written):
            raise ValueError("write a number with a point, such as 0.5")
        return float(written)
    if name == "list":
        return [part.strip() for part in written.split(",") if part.strip()]
    return written


def _is_none(kind: ast.expr) -> bool:
    return isinstance(kind, ast.Constant) and kind.value is None


def split_assignments(written: Iterable[str]) -> dict[str, str]:
    """``["threshold=0.5"]`` as ``{"threshold": "0.5"}``. Raises UsageError with everything that is not NAME=VALUE."""
    given: dict[str, str] = {}
    problems = []
    for assignment in written:
        name, equals, value = assignment.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            problems.append(Problem(what=f"-p {assignment} is not NAME=VALUE", fix="write, say, -p least=5"))
        elif name in given:
            problems.append(Problem(what=f"the parameter {name!r} is given twice", fix="keep one of the two"))
        given[name] = value
    if problems:
        raise UsageError("Wrong parameters.", problems)
    return given


def assign(
    given: Mapping[str, str],
    chosen: Mapping[str, Mapping[str, Parameter]],
    others: Mapping[str, Mapping[str, Parameter]] | None = None,
) -> dict[str, dict[str, Any]]:
    """Which values go to which notebook: those it has a parameter for, in its type.

    ``chosen`` maps each notebook of the run to its parameters; ``others`` are notebooks outside the run, looked at only
    to say where a parameter belongs. Raises UsageError with every mistake at once.
    """
    problems: list[Problem] = []
    values: dict[str, dict[str, Any]] = {notebook: {} for notebook in chosen}
    known = sorted({name for parameters in chosen.values() for name in parameters} - set(RESERVED))
    for name, written in given.items():
        if name in RESERVED:
            problems.append(
                Problem(what=f"{name!r} is not given by -p", fix=f"it is given by {RESERVED[name]}")
            )
            continue
        takers = [notebook for notebook, parameters in chosen.items() if name in parameters]
        if not takers:
            problems.append(Problem(what=f"no notebook of this run has the parameter {name!r}",
                                    fix=_hint(name, known, others or {})))  # fmt: skip
        wrong: dict[str, list[str]] = {}
        for notebook in takers:
            parameter = chosen[notebook][name]
            try:
                values[notebook][name] = convert(parameter, written)
            except ValueError as error:
                wrong.setdefault(f"it is {parameter.type}: {error}", []).append(notebook)
        for fix, notebooks in wrong.items():
            problems.append(
                Problem(what=f"{written!r} does not fit {name!r} of {', '.join(notebooks)}", fix=fix)
            )
    if problems:
        raise UsageError("Wrong parameters.", problems)
    return values


def _hint(name: str, known: list[str], others: Mapping[str, Mapping[str, Parameter]]) -> str:
    elsewhere = [notebook for notebook, parameters in others.items() if name in parameters]
    if elsewhere:
        return f"it belongs to {', '.join(elsewhere)}, which is not part of this run"
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known) or 'none'}"
