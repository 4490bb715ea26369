"""Files written aside and renamed, and never over what a person has changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["MEMORY", "Written"]

#: What was last written, by name of the file: its hash.
MEMORY = ".written.json"


@dataclass
class Written:
    """The files of one folder as they are written: which are new, the same as before, or a person's own by now.

    A file that is no longer what was written into it, or that was there before, is kept; the new one stands beside it
    as ``NAME.new.EXT``.
    """

    folder: Path
    new: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def __post_init__(self):
        memory = self.folder / MEMORY
        self.memory = json.loads(memory.read_text(encoding="utf-8")) if memory.is_file() else {}

    def path(self, name: str) -> Path:
        """Where ``name`` stands."""
        return self.folder / name

    def write(self, name: str, content: bytes) -> Path:
        """Write ``content`` as ``name``, or beside it where a person's own file has that name; return the path."""
        path = self.path(name)
        fresh = hashlib.sha256(content).hexdigest()
        now = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        if now == fresh:
            self.same.append(name)
        elif now and now != self.memory.get(name):
            path = path.with_name(f"{path.stem}.new{path.suffix}")
            self.kept.append(name)
            self._put(path, content)
            return path
        else:
            self._put(path, content)
            self.new.append(name)
        self.memory[name] = fresh
        return path

    def close(self) -> None:
        """Remember what was written, for the next time."""
        content = json.dumps(self.memory, indent=1, sort_keys=True) + "\n"
        self._put(self.folder / MEMORY, content.encode())

    def _put(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            aside.write_bytes(content)
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)
