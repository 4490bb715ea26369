"""The reader of a study's files: each is read once, the cleaning log is applied, what is missing is told with
its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from hubanalysis.errors import Problem, filled
from hubanalysis.loaders.cells import find_header, read_cells
from hubanalysis.loaders.cleaning_log import (
    COLUMNS,
    check_corrections,
    follow_actions,
    tell_unknown_ids,
)
from hubanalysis.loaders.corrections import apply_corrections
from hubanalysis.loaders.declared_columns import read_source, select_rows
from hubanalysis.loaders.form_cells import collected_with
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Block, Source

__all__ = ["Reader", "declared_files", "load_corrections"]


def _sources(block: Block) -> Iterator[Source]:
    for name in type(block).model_fields:
        value = getattr(block, name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Source):
                yield part
            if isinstance(part, Block):
                yield from _sources(part)


def declared_files(study: Study) -> list[str]:
    """The files whose cells the cleaning log may mend, each once: all tables but itself and those of interviews."""
    apart = {study.corrections.file} if study.corrections else set()
    if study.interviews:
        apart |= {source.file for source in _sources(study.interviews)}
    return sorted({source.file for source in _sources(study.model) if source.file} - apart)


class Reader:
    """Hands out the tables of a study's files as text cells, mended by the cleaning log.

    Problems and counted rows are appended to the caller's lists, each once. ``keyed`` makes of a text a mark that
    nobody without the study's key can try out; None where there is no key.
    """

    def __init__(
        self,
        study: Study,
        problems: list[Problem],
        account: list[dict],
        keyed: Callable[[str], str] | None = None,
    ):
        self.study = study
        self.keyed = keyed
        self.telling = Telling(problems, account)
        self.files = declared_files(study)
        self._raw: dict[tuple, pd.DataFrame | None] = {}
        self._log: pd.DataFrame | None = None

    def path(self, name: str, *where) -> Path | None:
        """A raw file by its name in study.yaml; where it does not exist, a problem with its line and the
        nearest name."""
        path = self.study.file(name)
        if path.is_file():
            return path
        folder = path.parent if path.parent.is_dir() else self.study.folder
        close = nearest(path.name, sorted(p.name for p in folder.iterdir())) if folder.is_dir() else None
        self.telling.error(
            mark("the file does not exist"),
            filled(mark("the nearest there is: {close}; correct its name in study.yaml"), close=repr(close))
            if close
            else mark("put it there, or correct its name in study.yaml"),
            file=f"{self.study.path.parent.name}/study.yaml",
            row=self.study.line(*where),
            column=" > ".join(str(p + 1) if isinstance(p, int) else p for p in where),
            value=name,
        )
        return None

    @property
    def log(self) -> pd.DataFrame:
        """The cleaning log, empty where the study has none; its own mistakes are told by
        :func:`load_corrections`."""
        if self._log is None:
            self._log = _read_log(self.study, Telling([], []))
        return self._log

    def raw(self, source: Source, *where) -> pd.DataFrame | None:
        """All cells of a file as they came; None where it cannot be read."""
        key = (
            source.file,
            source.sheet,
            source.header_row,
            source.encoding,
            source.separator,
            source.decimal,
            getattr(source, "headers", None),  # .sav and .dta hand out labels in place of names and codes
        )
        if key not in self._raw:
            path = self.path(source.file, *where, "file")
            self._raw[key] = (
                None if path is None else read_cells(path, source, source.file, self.telling.problems)
            )
        return self._raw[key]

    def mended(
        self,
        source: Source,
        *where,
        table: str = "",
        aliases: Mapping[str, str] | None = None,
        id_column: str | None = None,
    ) -> pd.DataFrame | None:
        """All cells of a file after the cleaning log, named as its ``form`` names them where it declares one; None
        where it cannot be read."""
        cells = self.raw(source, *where)
        if cells is None:
            return None
        collected = collected_with(self.study, source, where, list(cells.columns), self.telling)
        if collected is not None:
            cells = self._logged(cells, source, table, {**collected.columns.answers}, id_column)
            return collected.in_names(cells)
        return self._logged(cells, source, table, aliases, id_column)

    def _logged(
        self,
        cells: pd.DataFrame,
        source: Source,
        table: str,
        aliases: Mapping[str, str] | None,
        id_column: str | None,
    ) -> pd.DataFrame:
        if self.log.empty:
            return cells
        return apply_corrections(
            cells,
            self.log,
            source.file,
            self.files,
            self.telling,
            table=table,
            shown_log=self.study.corrections.file,
            aliases={**source.columns, **(aliases or {})},
            id_column=id_column,
            decimals=(source.decimal, self.study.corrections.decimal),
            empty_old=self.study.corrections.empty_old,
            unmatched=self.study.corrections.unmatched,
        )

    def submissions(self) -> set[str] | None:
        """All submissions that a log may name; None where an export cannot be read, which is told elsewhere."""
        known: set[str] = set()
        for i, instrument in enumerate(self.study.model.instruments):
            for j, export in enumerate(instrument.exports):
                if export.submission_id is None:
                    continue
                cells = self.raw(export, "instruments", i, "exports", j)
                header = None if cells is None else find_header(export.submission_id, list(cells.columns))
                if header is None:
                    return None
                known |= set(cells[header])
        return known - {""}

    def table(
        self, source: Source, path: tuple = (), need: tuple[str, ...] = (), table: str = "", step: str = ""
    ) -> pd.DataFrame:
        """The rows and columns a source declares, as text cells.

        The index is the row in the file. Empty, with the columns of ``need``, where the file cannot be read
        or one of them is missing. ``table`` and ``step`` (the file) name the rows of the account.
        """
        cells = self.mended(source, *path, table=table)
        empty = pd.DataFrame({name: pd.Series(dtype="str") for name in need})
        if cells is None:
            return empty
        line = self.study.line(*path) if path else None
        chosen = select_rows(
            cells, source, source.file, self.telling, table=table, need=need, line=line, step=step
        )
        if any(name not in chosen for name in need):
            return empty
        if table and not source.where:
            self.telling.count(table, step or source.file, len(chosen), len(chosen), mark("rows read"))
        return chosen


def _read_log(study: Study, telling: Telling) -> pd.DataFrame:
    empty = pd.DataFrame(columns=COLUMNS, dtype="str")
    source = study.corrections
    if source is None or not study.file(source.file).is_file():
        return empty
    by_id = "id" in source.columns
    need = ("id", "column", "old", "new", "reason") if by_id else tuple(COLUMNS)
    if source.actions:
        need = (*need, "action")
    log = read_source(study.file(source.file), source, source.file, telling.problems, need=need)
    if log is None or any(name not in log for name in need):
        return empty
    return follow_actions(log[list(need)], source, telling)


def load_corrections(
    study: Study, problems: list[Problem], account: list[dict], reader: Reader | None = None
) -> pd.DataFrame:
    """The cleaning log, its own mistakes told: ``file, row, column, old, new, reason`` (or ``id`` for file
    and row).

    What it changes is counted where it is applied, by the loader of each file.
    """
    reader = reader or Reader(study, problems, account)
    if study.corrections is None or reader.path(study.corrections.file, "corrections", "file") is None:
        return reader.log
    source = study.corrections
    log = _read_log(study, reader.telling)
    check_corrections(log, source.file, reader.files, reader.telling)
    if "id" not in log:
        return log
    if not any(export.submission_id for part in study.model.instruments for export in part.exports):
        reader.telling.error(
            mark("the cleaning log names submissions, and no export says which column tells them apart"),
            mark("declare `submission_id` of the exports in study.yaml"),
            file=source.file,
        )
        return log
    known = reader.submissions()
    if known is not None:
        tell_unknown_ids(log, known, source.file, reader.telling, stop=source.unmatched == "stop")
    return log
