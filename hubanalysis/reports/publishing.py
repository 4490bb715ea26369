"""Where runs stand: names, the lock, the folder built aside, and the one step in which a run appears.

``reports/<study>/.building-<run>/`` is a run being made, ``reports/<study>/<run>/`` one that ended, and ``latest`` the
last good one. Whoever reads a run's folder sees it whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hubanalysis.errors import LockedError, UsageError

__all__ = ["Shelf", "find_run"]

BUILDING = ".building-"
LATEST = "latest"


class Shelf:
    """The runs of one study, under ``reports/<study>``."""

    def __init__(self, folder: Path):
        self.folder = folder

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of this study. Raises LockedError at once where another process holds it."""
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            busy = ", ".join(p.name.removeprefix(BUILDING) for p in self.unfinished())
            raise LockedError(
                f"Another run of {self.folder.name} is going on{f' ({busy})' if busy else ''}: "
                "wait for its end, then try again."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def unfinished(self) -> list[Path]:
        """Runs that were begun and did not come to their end, oldest first."""
        return sorted(self.folder.glob(f"{BUILDING}*/"))

    def new_run(self, lang: str, audience: str) -> str:
        """A name no run has: the moment in UTC, the language, the audience."""
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{lang}-{audience}"
        name, count = stem, 1
        while self.place(name).exists() or self.building(name).exists():
            count += 1
            name = f"{stem}-{count}"
        return name

    def place(self, run: str) -> Path:
        """Where a run stands once it has ended."""
        return self.folder / run

    def building(self, run: str) -> Path:
        """Where a run is made."""
        return self.folder / f"{BUILDING}{run}"

    def reopen(self, run: str) -> Path:
        """The folder in which to go on with ``run``: the one it was being made in, or a copy of a run that failed."""
        building, place = self.building(run), self.place(run)
        if not building.is_dir():
            aside = self.folder / f".copying-{run}"
            shutil.rmtree(aside, ignore_errors=True)
            shutil.copytree(place, aside)
            os.replace(aside, building)
        return building

    def appear(self, run: str) -> Path:
        """Give a run its final name, in one step; a failed run of the same name makes way first."""
        building, place = self.building(run), self.place(run)
        if place.exists():
            old = self.folder / f".old-{run}"
            shutil.rmtree(old, ignore_errors=True)
            os.replace(place, old)
            os.replace(building, place)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(building, place)
        return place

    def latest(self) -> Path | None:
        """The last good run, if there is one."""
        link = self.folder / LATEST
        if link.is_symlink() or link.is_dir():
            target = link.resolve()
        elif link.is_file():  # where the system grants no links
            target = self.folder / link.read_text(encoding="utf-8").strip()
        else:
            return None
        return target if target.is_dir() else None

    def point_latest(self, run: str) -> None:
        """Let ``latest`` point to ``run``, in one step."""
        aside = self.folder / f".latest-{os.getpid()}"
        aside.unlink(missing_ok=True)
        try:
            aside.symlink_to(run, target_is_directory=True)
        except OSError:
            aside.write_text(run + "\n", encoding="utf-8")
        os.replace(aside, self.folder / LATEST)


def find_run(word: str) -> tuple[Shelf, str]:
    """The run a person means: its name, its folder, or a study, which means its latest run.

    Raises UsageError where there is none, or where several studies have a run of that name.
    """
    from hubanalysis.study import home

    reports = home() / "reports"
    path = Path(word)
    if path.is_dir() and (path / "manifest.json").is_file():
        path = path.resolve()
        return Shelf(path.parent), path.name.removeprefix(BUILDING)
    name = path.name.removeprefix(BUILDING)
    found = [
        Shelf(study)
        for study in sorted(reports.glob("*/"))
        if (study / name / "manifest.json").is_file()
        or (study / f"{BUILDING}{name}" / "manifest.json").is_file()
    ]
    if len(found) == 1 and name != LATEST:
        return found[0], name
    shelf = Shelf(reports / word)
    latest = shelf.latest()
    if latest is not None:
        return shelf, latest.name
    if len(found) > 1:
        studies = ", ".join(s.folder.name for s in found)
        raise UsageError(f"Several studies have a run {name!r} ({studies}): give the run's folder.")
    recent = sorted((p.parent.name for p in reports.glob("*/2*/manifest.json")), reverse=True)[:3]
    unfinished = [p.parent.name.removeprefix(BUILDING) for p in reports.glob(f"*/{BUILDING}*/manifest.json")]
    hint = (
        f"the last ones are: {', '.join([*unfinished, *recent])}"
        if recent or unfinished
        else "there are none"
    )
    raise UsageError(f"There is no run {word!r}: {hint}.")


def read_results(folder: Path) -> list[dict]:
    """The results of a run's folder. Raises UsageError where it has none that can be read."""
    try:
        return json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder.name} has no results.json: it did not come to its end.") from error
