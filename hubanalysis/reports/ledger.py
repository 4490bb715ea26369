"""The ledger of a run: manifest.json, written by the runner alone, from what it saw itself.

It is replaced whole after each change of state, so that a run killed anywhere leaves a ledger that can be read, and
``hubanalysis resume`` can go on from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import threading
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from hubanalysis.errors import UsageError

__all__ = ["Ledger", "code_hash", "digest", "now", "sha256", "versions", "write_json"]

FORMAT = 1
#: The packages whose version can change a number or a picture of a report.
PACKAGES = (
    "hubanalysis", "pandas", "numpy", "scipy", "statsmodels", "seaborn", "matplotlib", "networkx", "igraph", "nltk",
    "simplemma", "krippendorff", "papermill", "nbclient", "ipykernel",
)  # fmt: skip


def now() -> str:
    """This moment, in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(parts: dict[str, str]) -> str:
    """One SHA-256 for a mapping of names to hashes, whatever its order."""
    return hashlib.sha256("\n".join(f"{k}={v}" for k, v in sorted(parts.items())).encode()).hexdigest()


def code_hash() -> str:
    """One SHA-256 for the code and the translations of the package: when it changes, old notebooks are not kept."""
    package = Path(__file__).parents[1]
    files = [f for kind in ("*.py", "*.po", "*.typ") for f in package.rglob(kind)]
    return digest({f.relative_to(package).as_posix(): sha256(f) for f in files})


def versions() -> dict[str, str]:
    """Version of Python and of each package that matters and is there."""
    found = {"python": platform.python_version(), "system": platform.system()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def write_json(path: Path, value: Any) -> None:
    """Write JSON so that a reader sees the old file or the new one, never half of one."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        aside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


class Ledger:
    """manifest.json of one run: its state, and the state of each notebook."""

    def __init__(self, folder: Path, content: dict[str, Any]):
        self.folder = folder
        self.content = content
        self._lock = threading.Lock()

    @classmethod
    def create(cls, folder: Path, **head: Any) -> Ledger:
        """A new ledger in ``folder``; ``head`` is what is known before anything runs."""
        ledger = cls(
            folder,
            {
                "format": FORMAT,
                **head,
                "state": "planned",
                "created": now(),
                "finished": None,
                "notebooks": {},
            },
        )
        ledger.save()
        return ledger

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """The ledger of an earlier run. Raises UsageError where there is none that can be read."""
        try:
            content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            if content.get("format") != FORMAT:
                raise ValueError("format")
        except (OSError, ValueError, AttributeError) as error:
            raise UsageError(
                f"{folder.name} holds no manifest.json of a run of this version: start a new report."
            ) from error
        return cls(folder, content)

    @property
    def state(self) -> str:
        """planned, running, done or failed."""
        return self.content["state"]

    @property
    def notebooks(self) -> dict[str, dict[str, Any]]:
        """Name of each notebook and what is known of it, in the order of the report."""
        return self.content["notebooks"]

    def named(self, state: str) -> list[str]:
        """The notebooks in ``state``."""
        return [name for name, entry in self.notebooks.items() if entry["state"] == state]

    def save(self) -> None:
        """Put the ledger as it is now on disk, in one step."""
        write_json(self.folder / "manifest.json", self.content)

    def set(self, **facts: Any) -> None:
        """Change facts of the run, and save."""
        with self._lock:
            self.content.update(facts)
            self.save()

    def note(self, name: str, state: str, **facts: Any) -> None:
        """Change the state of a notebook; facts of an earlier state are forgotten."""
        with self._lock:
            self.notebooks[name] = {"state": state, **facts}
            self.save()

    def finish(self, state: str) -> None:
        """Close the run: done or failed."""
        self.set(state=state, finished=now())
