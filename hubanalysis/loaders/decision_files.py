"""Files in which a person decides: names of organisations, pairs of answers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd

__all__ = ["write_decisions"]


def write_decisions(lines: pd.DataFrame, to: Path) -> None:
    """Write ``lines`` as the csv ``to`` that only its owner may read, in one step: a killed run leaves no half file."""
    to.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{to.name}-", dir=to.parent)  # readable by the owner alone
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            lines.to_csv(file, sep=";", index=False)
        os.replace(aside, to)
    finally:
        Path(aside).unlink(missing_ok=True)
