"""Store the printed results in each notebook's last cell, which `make test` compares (nbval). Run: make store

Only the cells that begin with NBVAL_CHECK_OUTPUT keep an output; a diff of the notebooks then shows every number
that a change of the code moved.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def store(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    done = NotebookClient(nbformat.from_dict(notebook), timeout=600, kernel_name="python3")
    done.nb = nbformat.reads(nbformat.writes(notebook), as_version=4)
    done.execute(cwd=str(NOTEBOOKS))
    for cell, ran in zip(notebook.cells, done.nb.cells, strict=True):
        if cell.cell_type != "code":
            continue
        checked = "NBVAL_CHECK_OUTPUT" in cell.source
        cell.execution_count = ran.execution_count if checked else None  # nbval compares only cells that ran
        cell.outputs = [o for o in ran.outputs if o.output_type == "stream"] if checked else []
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    os.environ.pop("HUBANALYSIS_RUN", None)
    names = sys.argv[1:] or [p.stem for p in sorted(NOTEBOOKS.glob("0*.ipynb"))]
    for name in names:
        store(NOTEBOOKS / f"{name}.ipynb")
        print(name)
