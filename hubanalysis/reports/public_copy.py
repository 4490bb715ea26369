"""What of an executed notebook may be published: what the one door showed, and the text around it. Nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

__all__ = ["made_by_the_door", "make_public"]


def made_by_the_door(output: Any) -> bool:
    """Whether an output went through ``show``, and so through the gate of the audience."""
    return "hubanalysis" in output.get("metadata", {})


def make_public(path: Path, study_id: str) -> None:
    """Rewrite an executed notebook without what did not pass the door: prints, warnings, errors, stray displays.

    The study's name stands in place of the folder it was read from, which is nobody's business.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if made_by_the_door(output)]
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(
                f"study = {study_id!r}" if line.startswith("study = ") else line
                for line in cell.source.splitlines()
            )
    part = path.with_name(f".{path.name}.part")
    nbformat.write(notebook, part)
    os.replace(part, path)
