"""Run one notebook through papermill and tell, from what was seen happening, whether it really ran to its end.

papermill's own word is not enough: after a killed kernel or a time-out it marks cells that never ran as completed, and
a ``sys.exit(0)`` in a cell passes for success. Here a notebook is done only if each of its code cells was seen to
reply ``ok`` and to leave no error behind.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CELL_TIMEOUT", "Failure", "execute"]

#: Seconds a cell may take before its notebook is given up.
CELL_TIMEOUT = 1800
#: Seconds a kernel may take to answer first.
START_TIMEOUT = 120
_KEPT_LINES = 5
_INJECTED = "injected-parameters"


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not run to its end.

    ``kind`` is error, killed, timeout, stopped, unfinished, start or results; ``cell`` counts code cells from 1;
    ``error`` is the error in one line.
    """

    kind: str
    cell: int | None
    source: str
    error: str

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "cell": self.cell, "source": self.source, "error": self.error}


class _Witness:
    """What nbclient's hooks saw: which cells began, and how each one's reply was."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.replied: dict[int, str] = {}

    def began(self, cell: Any, cell_index: int) -> None:
        self.begun.append(cell_index)

    def ended(self, cell: Any, cell_index: int, execute_reply: Mapping) -> None:
        self.replied[cell_index] = execute_reply["content"]["status"]


def execute(
    notebook: Any,
    target: Path,
    parameters: Mapping[str, Any],
    *,
    manager_class: type,
    cwd: Path,
    timeout: int = CELL_TIMEOUT,
) -> Failure | None:
    """Execute ``notebook`` (as nbformat holds it) with ``parameters`` and write it to ``target``.

    What was executed is written even where it failed, without papermill's marks, which hold paths and times: a notebook
    that runs twice on the same data is the same file. Returns None where all went well.
    """
    import nbformat
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what went wrong is told once, by the runner
    aside = target.with_name(f".{target.stem}.running.ipynb")
    witness = _Witness()
    trouble: Exception | None = None
    try:
        try:
            execute_notebook(
                notebook,
                aside,
                dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                start_timeout=START_TIMEOUT,
                execution_timeout=timeout,
                autosave_cell_every=0,
                kernel_manager_class=manager_class,
                resources={"metadata": {"path": str(cwd)}},
                shutdown_kernel="immediate",
                record_timing=False,
                on_cell_execute=witness.began,
                on_cell_executed=witness.ended,
            )
        except PapermillExecutionError:
            pass  # the outputs of the cell say it all
        except Exception as error:
            trouble = error
        executed = nbformat.read(aside, as_version=4) if aside.is_file() else notebook
    finally:
        aside.unlink(missing_ok=True)
    _remove_marks(executed)
    failure = _judge(executed, witness, trouble, timeout)
    part = target.with_name(f".{target.name}.part")
    nbformat.write(executed, part)
    os.replace(part, target)
    return failure


def _remove_marks(notebook: Any) -> None:
    """Take papermill's marks out, and the cells it adds at an error."""
    notebook.metadata.pop("papermill", None)
    notebook.cells = [
        c for c in notebook.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])
    ]
    for cell in notebook.cells:
        if _INJECTED in cell.metadata.get("tags", []):
            cell["id"] = _INJECTED  # papermill draws one at random
        for mark in ("papermill", "execution"):
            cell.metadata.pop(mark, None)


def _judge(notebook: Any, witness: _Witness, trouble: Exception | None, timeout: int) -> Failure | None:
    numbers, due = {}, []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source.strip():
            due.append(index)
            if _INJECTED not in cell.metadata.get(
                "tags", []
            ):  # a person counts the cells of the notebook as written
                numbers[index] = len(numbers) + 1

    def failure(kind: str, index: int | None, error: str) -> Failure:
        source = _trimmed(notebook.cells[index].source) if index is not None else ""
        return Failure(kind, numbers.get(index), source, error)

    for index in due:
        for output in notebook.cells[index].get("outputs", []):
            if output.output_type == "error":
                if output.ename == "SystemExit":
                    return failure("stopped", index, "the cell ended the notebook (sys.exit)")
                return failure("error", index, _last_line(f"{output.ename}: {output.evalue}"))
    at = witness.begun[-1] if witness.begun else None
    if trouble is not None:
        name = type(trouble).__name__
        if name == "DeadKernelError":
            return failure("killed", at, "the kernel died while the cell ran (out of memory, or killed)")
        if name == "CellTimeoutError":
            return failure("timeout", at, f"the cell took longer than {timeout} seconds")
        kind = "unfinished" if witness.begun else "start"
        return failure(kind, at, _last_line(f"{name}: {trouble}"))
    for index in due:
        if witness.replied.get(index) != "ok":
            return failure("unfinished", index, "the cell did not run to its end")
    return None


def _trimmed(source: str) -> str:
    """The first and the last lines of a cell, as an error message shows them."""
    lines = source.strip().splitlines()
    if len(lines) <= 2 * _KEPT_LINES:
        return "\n".join(lines)
    return "\n".join([*lines[:_KEPT_LINES], "...", *lines[-_KEPT_LINES:]])


def _last_line(error: str) -> str:
    """The error in one line of readable length."""
    lines = [line.strip() for line in error.strip().splitlines() if line.strip()]
    first = lines[0] if lines else "unknown error"
    return first if len(first) <= 300 else first[:297] + "..."
