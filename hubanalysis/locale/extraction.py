"""Find every message of the package, its templates and the notebooks, and bring the Italian catalogue up to date.

``python -m hubanalysis.locale.extraction`` rewrites hubanalysis/locale/it/LC_MESSAGES/hubanalysis.po in place:
translations are kept, new messages stand empty, those no longer used are dropped. ``--check`` only tells.
"""

from __future__ import annotations

import ast
import json
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hubanalysis.locale.blocks import COMMENT, markdown_blocks
from hubanalysis.locale.translator import LANGUAGES, catalogue_path

__all__ = [
    "find_messages",
    "main",
    "messages_in_code",
    "messages_in_notebook",
    "placeholders",
    "shortcomings",
]

#: Calls whose first argument is a message: _("..."), text("..."), mark("..."), hub.text("...").
CALLS = ("_", "text", "mark")
PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE.parent
_SOURCE_LANGUAGE = "en"


def messages_in_code(source: str) -> Iterator[str]:
    """The literal messages of Python code, as they come. Both sides of ``a if condition else b`` count."""
    calls = [
        n
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.Call) and n.args and _name(n.func) in CALLS
    ]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        yield from _literals(call.args[0])


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _literals(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _literals(argument.body)
        yield from _literals(argument.orelse)


def messages_in_notebook(path: Path) -> Iterator[str]:
    """The messages of a notebook: those of its code, each block of its markdown, what its parameters are."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from (message for _, message in markdown_blocks(source) if message)
        elif cell["cell_type"] == "code":
            yield from messages_in_code(_without_magics(source))
            if "parameters" in cell.get("metadata", {}).get("tags", []):
                yield from COMMENT.findall(source)


def _without_magics(source: str) -> str:
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())


def _messages_in_template(path: Path) -> Iterator[str]:
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for _, _, message in extract_from_ast(tree, gettext_functions=CALLS, babel_style=False):
        parts = message if isinstance(message, tuple) else (message,)
        if parts and isinstance(parts[0], str):
            yield parts[0]


def find_messages(root: Path = ROOT) -> dict[str, list[str]]:
    """Every message and the files it stands in, sorted by first file and then as they come."""
    found: dict[str, list[str]] = {}
    package = root / "hubanalysis"
    for path in sorted(
        [*package.rglob("*.py"), *package.rglob("*.j2"), *(root / "notebooks").rglob("*.ipynb")]
    ):
        if ".ipynb_checkpoints" in path.parts:
            continue
        if path.suffix == ".py":
            messages = messages_in_code(path.read_text(encoding="utf-8"))
        else:
            messages = messages_in_notebook(path) if path.suffix == ".ipynb" else _messages_in_template(path)
        place = path.relative_to(root).as_posix()
        for message in messages:
            places = found.setdefault(message, [])
            if place not in places:
                places.append(place)
    return found


def placeholders(message: str) -> set[str]:
    """The names in braces of a message: ``"{n} people"`` has ``{"n"}``. Raises ValueError for unpaired braces."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def _translations(path: Path) -> dict[str, tuple[str, bool]]:
    from babel.messages.pofile import read_po

    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {m.id: (m.string or "", m.fuzzy) for m in read_po(file) if m.id}


def shortcomings(lang: str, found: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """What the catalogue of ``lang`` lacks: ``missing``, ``fuzzy``, ``obsolete``, and ``differing`` placeholders."""
    found = find_messages() if found is None else found
    translated = _translations(catalogue_path(lang))
    return {
        "missing": [m for m in found if not translated.get(m, ("", False))[0]],
        "fuzzy": [m for m, (_, fuzzy) in translated.items() if fuzzy],
        "obsolete": [m for m in translated if m not in found],
        "differing": [m for m, (t, _) in translated.items() if t and m in found and not _same_fields(m, t)],
    }


def _same_fields(message: str, translation: str) -> bool:
    try:
        return placeholders(message) == placeholders(translation)
    except ValueError:  # a brace that is no field: such a message is never formatted
        return message.count("{") == translation.count("{")


def update(lang: str) -> None:
    """Rewrite the catalogue of ``lang``: no dates, no line numbers, so that only real changes show."""
    from babel.messages import Catalog
    from babel.messages.pofile import write_po

    path = catalogue_path(lang)
    old = _translations(path)
    fixed = datetime(2022, 1, 1, tzinfo=UTC)
    catalog = Catalog(
        locale=lang, project="hubanalysis", fuzzy=False, creation_date=fixed, revision_date=fixed,
        header_comment="# What a reader of a report sees. Kept up by python -m hubanalysis.locale.extraction.",
    )  # fmt: skip
    for message, places in find_messages().items():
        text, fuzzy = old.get(message, ("", False))
        entry = catalog.add(message, text, locations=[(place, None) for place in places])
        entry.flags = {"fuzzy"} if fuzzy else set()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False)


def main(arguments: list[str] | None = None) -> int:
    """Update the catalogues, or with ``--check`` only tell; 1 where a translation is missing, fuzzy or differs."""
    arguments = sys.argv[1:] if arguments is None else arguments
    bad = 0
    for lang in (lang for lang in LANGUAGES if lang != _SOURCE_LANGUAGE):
        if "--check" not in arguments:
            update(lang)
        lacking = shortcomings(lang)
        print(f"{lang}: " + ", ".join(f"{len(messages)} {kind}" for kind, messages in lacking.items()))
        bad += sum(map(len, lacking.values()))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
