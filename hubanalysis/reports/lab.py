"""``hubanalysis lab``: a student's own copies of the notebooks, in the student's language, in JupyterLab.

A copy that its owner has changed is never written over: what was written is remembered by its hash, and only a copy
that is still exactly that is renewed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from hubanalysis.locale.translator import Translator
from hubanalysis.reports.ledger import sha256, write_json
from hubanalysis.reports.plan import notebooks_folder
from hubanalysis.reports.translation import translated

__all__ = ["copy_notebooks", "open_lab"]

#: What was last written, by name of the copy: its hash.
MEMORY = ".copies.json"
_LANGUAGE = re.compile(r'^(lang\s*(?::\s*str)?\s*=\s*)(["\']).*?\2', re.MULTILINE)


def copy_notebooks(lang: str) -> tuple[Path, list[str]]:
    """Bring the copies under lab/<lang> up to date; return that folder and what a person should know, line by line."""
    import nbformat

    from hubanalysis.study import home

    originals, folder = notebooks_folder(), home() / "lab" / lang
    folder.mkdir(parents=True, exist_ok=True)
    memory_file = folder / MEMORY
    memory = json.loads(memory_file.read_text(encoding="utf-8")) if memory_file.is_file() else {}
    text = Translator(lang)
    kept, written = [], 0
    for path in sorted(originals.rglob("*.ipynb")):
        if any(part.startswith(".") for part in path.relative_to(originals).parts):
            continue
        name = path.relative_to(originals).as_posix()
        copy = folder / name
        notebook = translated(path, text)
        for cell in notebook.cells:
            if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
                cell.source = _LANGUAGE.sub(rf"\1\2{lang}\2", cell.source)
        content = nbformat.writes(notebook) + "\n"
        fresh = hashlib.sha256(content.encode()).hexdigest()
        if copy.is_file():
            now = sha256(copy)
            if now == fresh:
                memory[name] = fresh
                continue
            if now != memory.get(name):
                kept.append(name)
                continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(content, encoding="utf-8")
        memory[name] = fresh
        written += 1
    write_json(memory_file, memory)
    told = [f"Your notebooks are in {folder}: {written} written."]
    if kept:
        told.append(
            f"Kept as you changed them: {', '.join(kept)}. To start one afresh, rename or delete it and run this again."
        )
    return folder, told


def open_lab(folder: Path, browser: bool = True) -> int:
    """Start JupyterLab on ``folder`` with this environment's kernel; return its exit code when it ends."""
    from hubanalysis.study import home

    command = [sys.executable, "-m", "jupyterlab", str(folder)]
    if not browser:
        command.append("--no-browser")
    environment = os.environ | {"HUBANALYSIS_HOME": str(home()), "JUPYTER_PREFER_ENV_PATH": "1"}
    with subprocess.Popen(command, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # JupyterLab was asked too, and asks back: its answer counts
