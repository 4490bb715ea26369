"""A notebook in the reader's language: its markdown translated by block, its sections still known by their role."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hubanalysis.locale.blocks import COMMENT
from hubanalysis.locale.translator import Translator

__all__ = ["ROLES", "title_of", "translated"]

#: Headings that every notebook has, and the role of the section below, which survives translation.
ROLES = {"The finding": "finding", "Limits": "limits", "Recorded results": "results"}
_FIRST_HEADING = re.compile(r"#{1,6} +(.*\S)")


def translated(path: Path, text: Translator) -> Any:
    """The notebook at ``path`` with its markdown, and what its parameters are, in the language of ``text``.

    Each markdown cell keeps in its metadata the role of the section it opens: title, finding, limits, results, claim.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    first = True
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = COMMENT.sub(lambda found: text(found[1]), cell.source)
        if cell.cell_type != "markdown":
            continue
        heading = _FIRST_HEADING.match(cell.source.strip())
        if heading:
            role = "title" if first else ROLES.get(heading[1], "claim")
            cell.metadata["hubanalysis"] = {"role": role}
            first = False
        cell.source = text.block(cell.source)
    return notebook


def title_of(path: Path, text: Translator) -> str:
    """The first heading of the notebook at ``path``, in the language of ``text``; its file name where it has none."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            heading = _FIRST_HEADING.match(source.strip())
            return text(heading[1]) if heading else path.stem
    return path.stem
