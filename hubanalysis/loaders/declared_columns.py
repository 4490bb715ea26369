"""The rows and columns of a file that study.yaml asks for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hubanalysis.errors import Problem, filled
from hubanalysis.loaders.cells import find_header, read_cells
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark
from hubanalysis.study.model import Source

__all__ = ["read_source", "select_rows"]


def select_rows(
    cells: pd.DataFrame,
    source: Source,
    shown: str,
    telling: Telling,
    table: str = "",
    need: tuple[str, ...] = (),
    line: int | None = None,
    step: str = "",
) -> pd.DataFrame:
    """The rows that ``where`` asks for, with the columns named as ``columns`` says.

    A declared column that is not there is an error with the nearest header; so is a column of ``need`` that
    is neither declared nor there.
    """
    headers = list(cells.columns)
    place = f"study.yaml:{line}" if line else "study.yaml"
    taken: dict[str, str] = {}

    def locate(wanted: str) -> str | None:
        found = find_header(wanted, headers)
        if found is not None and f"{found} [2]" in headers:
            telling.error(
                mark("two columns have this header"),
                mark("rename one in the export"),
                file=shown,
                column=wanted,
            )
        if found is None:
            close = nearest(wanted, headers)
            telling.error(
                mark("the file has no such column"),
                filled(mark("did you mean {close}? Correct it in {place}"), close=repr(close), place=place)
                if close
                else filled(mark("correct it in {place}"), place=place),
                file=shown,
                column=wanted,
            )
        return found

    for ours, theirs in source.columns.items():
        found = locate(theirs)
        if found is not None:
            taken[found] = ours
    for ours in need:
        if ours not in source.columns:
            found = locate(ours)
            if found is not None:
                taken[found] = ours
    keep = pd.Series(True, index=cells.index)
    for name, values in source.where.items():
        found = locate(source.columns.get(name, name))
        if found is not None:
            wanted = {value.strip().casefold() for value in values}
            keep &= cells[found].str.casefold().isin(wanted)
    if source.where and table:
        telling.count(table, step or shown, len(cells), int(keep.sum()), mark("rows asked for by `where`"))
        if len(cells) and not keep.any():
            telling.warning(
                mark("no row is as `where` asks"),
                filled(mark("correct `where` in {place}"), place=place),
                file=shown,
            )
    strangers = [header for header in headers if header not in taken and header in taken.values()]
    return cells[keep].drop(columns=strangers).rename(columns=taken)


def read_source(
    path: Path, source: Source, shown: str, problems: list[Problem], need: tuple[str, ...] = ()
) -> pd.DataFrame | None:
    """The table of one file: its cells as text, the rows of ``where``, the columns named as ``columns`` says.

    None where the file cannot be read. What is wrong is added to ``problems``.
    """
    cells = read_cells(path, source, shown, problems)
    return None if cells is None else select_rows(cells, source, shown, Telling(problems, []), need=need)
