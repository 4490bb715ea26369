"""The cleaning log itself: what its lines ask for, and its own mistakes told, before anything is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

import pandas as pd

from hubanalysis.errors import HIDDEN, filled
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark
from hubanalysis.study.model import Corrections

__all__ = [
    "COLUMNS",
    "DROP",
    "EVERY_COLUMN",
    "check_corrections",
    "follow_actions",
    "same_file",
    "tell_lines",
    "tell_unknown_ids",
]

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
                    filled(mark("did you mean {close}?"), close=repr(close))
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


def follow_actions(log: pd.DataFrame, source: Corrections, telling: Telling) -> pd.DataFrame:
    """The lines that ask for something, in the log's plain form: a drop is column ``*`` with ``DROP``, a
    blank has an empty ``new``.

    Actions that study.yaml does not name are errors, and so are lines at odds with themselves.
    """
    if not source.actions:
        return log
    asked = log["action"].map(source.actions)
    blanks = "blank" in source.actions.values()
    wrong = {
        mark("the cleaning log has an action that study.yaml does not name"): (
            asked.isna(),
            mark("say under `actions` what it asks for: change, blank, drop or none"),
        ),
        mark("a line that blanks a cell has a new value"): (
            (asked == "blank") & (log["new"] != ""),
            mark("make it a change, or leave the new value empty"),
        ),
        mark("a change has no new value"): (
            (asked == "change") & (log["new"] == "") & blanks,
            mark("write the new value, or make it a line that blanks the cell"),
        ),
    }
    for what, (lines, fix) in wrong.items():
        if lines.any():
            telling.error(
                what, fix, file=source.file, column="action", **places(list(log.index[lines]), HIDDEN)
            )
    odd = pd.concat([lines for lines, _ in wrong.values()], axis=1).any(axis=1)
    kept = log[~odd & (asked != "none")].drop(columns="action")
    drops = asked[kept.index] == "drop"
    kept = kept.assign(column=kept["column"].mask(drops, EVERY_COLUMN), new=kept["new"].mask(drops, DROP))
    telling.count(
        "corrections",
        source.file,
        len(log),
        len(kept),
        mark("lines of the cleaning log that ask for a change"),
    )
    return kept


def tell_unknown_ids(
    log: pd.DataFrame, known: set[str], shown: str, telling: Telling, *, stop: bool = True
) -> None:
    """Tell the lines whose submission stands in no export."""
    lines = list(log.index[~log["id"].isin(known)])
    if lines:
        (telling.error if stop else telling.warning)(
            mark("no export has the submission that the cleaning log names"),
            mark("look up the submission in the raw file and correct the log"),
            file=shown,
            column="id",
            **places(lines, HIDDEN),
        )


def places(lines: list[int], value: str) -> dict:
    """First row, count and, where there are several, all rows of the log that one message stands for."""
    lines = sorted(int(line) for line in lines)
    if len(lines) == 1:
        return {"row": lines[0], "value": value}
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    shown = ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
    return {"row": lines[0], "count": len(lines), "value": f"rows {shown}"}


def tell_lines(tell: Callable, what: str, fix: str, columns: dict[int, str], shown: str) -> None:
    """One message for all lines of the log (row -> column) of which the same is to be said."""
    if columns:
        names = set(columns.values())
        tell(
            what,
            fix,
            file=shown,
            column=names.pop() if len(names) == 1 else "",
            **places(list(columns), HIDDEN),
        )
