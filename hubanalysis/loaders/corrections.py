"""The cleaning log: what a person mended in the raw answers, one line a change. The raw files stay as they
came.

A line names file, row, column, old value, new value and reason. An empty ``new`` means that there is no
answer; the column ``*`` with the new value ``DROP`` takes the row out. Where the log names a submission
(column ``id``) in place of file and row, the change goes to that submission in every export that has it.
Where it has a column of actions, study.yaml says which of them change, blank, drop, or ask for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from hubanalysis.errors import filled
from hubanalysis.loaders.cells import find_header
from hubanalysis.loaders.cleaning_log import DROP, EVERY_COLUMN, same_file, tell_lines
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark

__all__ = ["apply_corrections", "same_value"]

#: No leading zero and no plus sign: 007 and +39 are codes, and a code is not a number.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:[.,]\d+)?(?:[eE][+-]?\d{1,2})?")
_TRUTH = {"true": Decimal(1), "vero": Decimal(1), "false": Decimal(0), "falso": Decimal(0)}


def _value(text: str, decimal: str) -> Decimal | None:
    """What a cell says where it is a number, or yes or no; None for every other text."""
    if text.casefold() in _TRUTH:
        return _TRUTH[text.casefold()]
    other = "," if decimal == "." else "."
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) and other not in text else None


def same_value(one: str, other: str, decimals: tuple[str, str] = (".", ".")) -> bool:
    """Whether two cells say the same: letter by letter, as numbers (``4e+05`` is 400000), or as yes and no
    (``TRUE`` is 1). ``decimals`` are the decimal marks of the two files."""
    if one == other:
        return True
    values = _value(one, decimals[0]), _value(other, decimals[1])
    return None not in values and values[0] == values[1]


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
    decimals: tuple[str, str] = (".", "."),
    empty_old: str = "no_answer",
    unmatched: str = "stop",
) -> pd.DataFrame:
    """``cells`` of ``file`` as the log mends them, before anything is typed.

    Every change is checked against the old value, numbers as numbers (``decimals``: the marks of file and
    log), which is told. Lines that fit nothing change nothing and are told together, reason by reason: as
    errors, or as warnings where ``unmatched`` is ``tell``. Where an empty old value was ``not_recorded``
    (``empty_old``), the change is made unchecked and told. ``aliases`` are other names of the columns (the
    question's name for its label). Values are never shown: they may be personal.
    """
    aliases = aliases or {}
    headers = list(cells.columns)
    cells = cells.copy()
    dropped: set[int] = set()
    applied = lines = 0
    misfits: dict[tuple[str, str], dict[int, str]] = {}
    unchecked: dict[int, str] = {}
    reworded: dict[int, str] = {}
    repeated: dict[int, str] = {}
    made: set[tuple] = set()

    def misfit(line, what: str, fix: str) -> None:
        misfits.setdefault((what, fix), {})[line.Index] = line.column

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
            if dropped.issuperset(rows):
                repeated[line.Index] = line.column
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
                filled(mark("did you mean {close}?"), close=repr(close))
                if close
                else mark("write the header as it stands in the file"),
            )
            continue
        change = (*rows, header, line.old, line.new)
        if change in made and all(cells.at[row, header] == line.new for row in rows):
            repeated[line.Index] = line.column
            continue
        standing = [cells.at[row, header] for row in rows]
        unknown = line.old == "" and empty_old == "not_recorded"
        if not unknown and not all(same_value(stands, line.old, decimals) for stands in standing):
            misfit(
                line,
                mark("the old value is not the one that stands in the file"),
                mark("look at the row in the raw file and correct the log"),
            )
            continue
        if any(stands != line.old for stands in standing):
            (unchecked if unknown else reworded)[line.Index] = line.column
        for row in rows:
            cells.at[row, header] = line.new
        made.add(change)
        applied += 1
    for (what, fix), places in misfits.items():
        tell_lines(telling.error if unmatched == "stop" else telling.warning, what, fix, places, shown_log)
    tell_lines(
        telling.warning,
        mark("the cleaning log asks for the same change again; it is made once"),
        mark("take out the second line"),
        repeated,
        shown_log,
    )
    tell_lines(
        telling.warning,
        mark("changes that could not be checked: the log gives no old value"),
        mark("write in the log what stood in the cell"),
        unchecked,
        shown_log,
    )
    tell_lines(
        telling.warning,
        mark(
            "old values that the file writes in another way (as numbers, or as yes and no, they are the same)"
        ),
        mark("nothing, if the raw file was saved by another program since"),
        reworded,
        shown_log,
    )
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
