"""The cleaning log: what a person mended in the raw answers, one line a change. The raw files stay as they
came.

A line names file, row, column, old value, new value and reason. An empty ``new`` means that there is no
answer; the column ``*`` with the new value ``DROP`` takes the row out. Where the log names a submission
(column ``id``) in place of file and row, the change goes to that submission in every export that has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import pandas as pd

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.cells import find_header
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark

__all__ = ["COLUMNS", "DROP", "EVERY_COLUMN", "apply_corrections", "check_corrections", "same_file"]

COLUMNS = ["file", "row", "column", "old", "new", "reason"]
EVERY_COLUMN = "*"
DROP = "DROP"


def same_file(logged: str, declared: str, all_declared: Iterable[str]) -> bool:
    """Whether the log means this file: by its whole name, or by its last part where only one file is so
    called."""
    logged = logged.strip().replace("\\", "/").removeprefix("./")
    if logged == declared.removeprefix("./"):
        return True
    names = Counter(PurePosixPath(name).name for name in set(all_declared))
    return "/" not in logged and PurePosixPath(declared).name == logged and names[logged] == 1


def check_corrections(log: pd.DataFrame, shown: str, files: list[str], telling: Telling) -> None:
    """Tell the mistakes of the log itself: files the study does not know, rows that are no numbers, missing
    reasons."""
    if "row" in log:
        for line, file in log["file"].items():
            if not any(same_file(file, declared, files) for declared in files):
                close = nearest(file, files)
                telling.error(
                    mark("the cleaning log names a file that it cannot mend"),
                    f"did you mean {close!r}?"
                    if close
                    else mark(
                        "write the file as study.yaml names it; interviews and codings are mended apart"
                    ),
                    file=shown,
                    row=line,
                    column="file",
                    value=file,
                )
        for line, row in log["row"].items():
            if not row.isdecimal():
                telling.error(
                    mark("the row is no whole number"),
                    mark("write the row as a spreadsheet counts it; the header is row 1"),
                    file=shown,
                    row=line,
                    column="row",
                )
    silent = log.index[log["reason"] == ""]
    if len(silent):
        telling.warning(
            mark("changes without a reason"),
            mark("write why it was changed"),
            file=shown,
            row=int(silent[0]),
            column="reason",
            count=len(silent),
        )


def _lines_for(log: pd.DataFrame, cells: pd.DataFrame, file: str, files: list[str], id_column: str | None):
    """The lines of the log for this file, each with the rows of the file it means."""
    if "row" in log:
        for line in log.itertuples():
            if same_file(line.file, file, files) and line.row.isdecimal():
                yield line, [int(line.row)]
        return
    if id_column is None:
        return
    where = {key: list(index) for key, index in cells.groupby(id_column).groups.items() if key}
    for line in log.itertuples():
        if line.id in where:
            yield line, where[line.id]


def apply_corrections(
    cells: pd.DataFrame,
    log: pd.DataFrame,
    file: str,
    files: list[str],
    telling: Telling,
    *,
    table: str = "",
    shown_log: str = "",
    aliases: Mapping[str, str] | None = None,
    id_column: str | None = None,
) -> pd.DataFrame:
    """``cells`` of ``file`` as the log mends them, before anything is typed.

    Every change is checked against the old value; a line that fits nothing is an error. ``aliases`` are other
    names of the columns (the question's name for its label). Values are never shown: they may be personal.
    """
    aliases = aliases or {}
    headers = list(cells.columns)
    cells = cells.copy()
    dropped: set[int] = set()
    applied = lines = 0

    def misfit(line, what: str, fix: str) -> None:
        telling.error(what, fix, file=shown_log, row=line.Index, column=line.column, value=HIDDEN)

    for line, rows in _lines_for(log, cells, file, files, id_column):
        lines += 1
        missing = [row for row in rows if row not in cells.index]
        if missing:
            misfit(
                line,
                mark("the file has no such row"),
                mark("count rows as a spreadsheet does; the header is row 1"),
            )
            continue
        if line.column == EVERY_COLUMN:
            if line.new != DROP:
                misfit(
                    line,
                    mark("the column * takes only DROP"),
                    mark("name the column, or write DROP as new value"),
                )
                continue
            dropped.update(rows)
            applied += 1
            continue
        header = find_header(aliases.get(line.column, line.column), headers)
        if header is None:
            close = nearest(line.column, [*headers, *aliases])
            misfit(
                line,
                mark("the file has no such column"),
                f"did you mean {close!r}?" if close else mark("write the header as it stands in the file"),
            )
            continue
        wrong = [row for row in rows if cells.at[row, header] != line.old]
        if wrong:
            misfit(
                line,
                mark("the old value is not the one that stands in the file"),
                mark("look at the row in the raw file and correct the log"),
            )
            continue
        for row in rows:
            cells.at[row, header] = line.new
        applied += 1
    if lines:
        telling.count("corrections", file, lines, applied, mark("changes of the cleaning log that were made"))
    if dropped:
        telling.count(
            table or "corrections",
            file,
            len(cells),
            len(cells) - len(dropped),
            mark("rows taken out by the cleaning log"),
        )
        cells = cells.drop(index=sorted(dropped))
    return cells
