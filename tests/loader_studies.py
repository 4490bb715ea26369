"""Small studies made on the spot for the tests of the loaders."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl

from hubanalysis.errors import Problem
from hubanalysis.loaders.cells import read_cells
from hubanalysis.study import Study, read_study
from hubanalysis.study.model import Source

HEAD = """
id: trial
title: Trial
edition: 2022
simulated: true
waves:
  - {id: before, label: before}
  - {id: after, label: after}
privacy: {key: demonstration}
"""


def make_study(folder: Path, blocks: str, files: dict[str, str | bytes | dict] | None = None) -> Study:
    """A study of ``blocks`` of study.yaml; ``files`` are texts, bytes, or workbooks as sheet -> rows."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yaml").write_text(HEAD + blocks, encoding="utf-8")
    for name, content in (files or {}).items():
        write(folder / name, content)
    return read_study(str(folder))


def write(path: Path, content: str | bytes | dict) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in content.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_bytes(content.encode("utf-8"))
    return path


def cells_of(path: Path, **source):
    """The cells of a file and the problems told about it."""
    problems: list[Problem] = []
    return read_cells(path, Source(file=path.name, **source), path.name, problems), problems


def swap_member(path: Path, name: str, change) -> None:
    """Rewrite one member of a zip file: ``change`` takes and gives its bytes."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members[name] = change(members[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)


def whats(problems: list[Problem], severity: str | None = None) -> list[str]:
    return [p.what for p in problems if severity in (None, p.severity)]


def steps(account: list[dict], table: str) -> dict[str, tuple[int, int]]:
    """reason -> (rows in, kept) for one table."""
    return {row["reason"]: (row["rows_in"], row["kept"]) for row in account if row["table"] == table}
