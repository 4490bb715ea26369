"""SPSS and Stata files read in a process of their own, with a limit on its memory and time.

The library that knows these formats is written in C, and a damaged file makes it end the whole process; here that
is one refused file. This room is also the program of that process, so it imports nothing of the package.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__ = ["read_apart"]

MOST_MEMORY = 6 * 2**30
MOST_SECONDS = 300
_ABOUT = (
    "readstat_variable_types",
    "original_variable_types",
    "missing_ranges",
    "column_names_to_labels",
)


def read_apart(
    path: Path, encoding: str | None, most_cells: int, most_columns: int, most_bytes: int
) -> dict | str:
    """The columns of a .sav or .dta file and what it says about them; or why there are none: ``too large``,
    ``encoding`` or ``damaged``.

    Keys: ``columns`` (name -> values), ``value_labels`` (name -> list of value and label) and the attributes of
    the library's metadata that are needed. Raises RuntimeError where the reading process could not start.
    """
    task = {
        "path": str(path),
        "encoding": encoding,
        "cells": most_cells,
        "columns": most_columns,
        "bytes": most_bytes,
    }
    try:
        done = subprocess.run(
            # -P: the rooms beside this one must not stand in for modules of the same name
            [sys.executable, "-P", __file__],
            input=json.dumps(task).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "damaged"
    if done.returncode < 0 or done.returncode > 255:  # ended by the system
        return "damaged"
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip().splitlines()[-1])
    return json.loads(done.stdout)


def _read(task: dict) -> dict | str:
    import pyreadstat

    read = pyreadstat.read_dta if task["path"].casefold().endswith(".dta") else pyreadstat.read_sav
    options = {"encoding": task["encoding"], "output_format": "dict"}
    try:
        _, about = read(task["path"], metadataonly=True, **options)
        width = sum(about.variable_storage_width.values())
        number = len(about.column_names)
        most = min(task["cells"] // max(number, 1), task["bytes"] // max(width, 1))
        if number > task["columns"] or (about.number_rows or 0) > most:
            return "too large"
        # the number of rows that a file claims may lie: no more than the limit are ever read
        columns, about = read(
            task["path"], user_missing=True, disable_datetime_conversion=True, row_limit=most + 1, **options
        )
    except MemoryError:
        return "too large"
    except Exception as error:  # whatever a damaged file raises, it is the file's fault
        return "encoding" if isinstance(error, UnicodeError) or "encoding" in str(error) else "damaged"
    if any(len(values) > most for values in columns.values()):
        return "too large"
    return {
        "columns": {name: list(values) for name, values in columns.items()},
        "value_labels": {name: list(labels.items()) for name, labels in about.variable_value_labels.items()},
        **{name: getattr(about, name) for name in _ABOUT},
    }


def _main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no copy of personal data is left behind
    except (ImportError, ValueError, OSError):
        pass  # a system without such limits
    found = _read(json.loads(sys.stdin.buffer.read()))
    sys.stdout.write(json.dumps(found, default=str))


if __name__ == "__main__":
    _main()
