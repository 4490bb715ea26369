"""Repeated groups: one row an entry (a child, a visit), tied to the questionnaire it stands in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hubanalysis.errors import filled
from hubanalysis.loaders.answers import record_answers, type_answers
from hubanalysis.loaders.cells import find_header
from hubanalysis.loaders.declared_columns import select_rows
from hubanalysis.loaders.exports import ExportData
from hubanalysis.loaders.form import Form, Repeat
from hubanalysis.loaders.headers import match_headers, tell_unmatched
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.spreadsheets import sheet_names
from hubanalysis.loaders.telling import nearest
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Export, Instrument
from hubanalysis.study.model import Repeat as Declared
from hubanalysis.tables import TABLES

__all__ = ["load_repeats"]

#: How the collecting programs tie an entry to its questionnaire: column of the export, column of the group's table.
_TIES = (("KEY", "PARENT_KEY"), ("_index", "_parent_index"), ("_uuid", "_submission__uuid"))
#: A spreadsheet cuts the names of its sheets.
_SHEET_NAME = 31


def load_repeats(
    study: Study, position: int, exports: list[ExportData], kept: pd.DataFrame, form: Form, reader: Reader
) -> pd.DataFrame:
    """The entries of every repeated group of an instrument, as the table ``repeats``; ids are raw codes still.

    ``position`` is the instrument's place in study.yaml; ``kept`` are the submissions that count (``uid, file, row,
    id, wave``). A group's table is the one declared under ``repeats`` of the export, or a sheet of the same workbook
    that has the group's name or label. An entry whose questionnaire does not count, or is not there, is left out and
    counted; one that names no questionnaire of the file is told besides.
    """
    instrument = study.instruments[position]
    parts = []
    for data in exports:
        place = instrument.exports.index(data.export)
        for repeat in form.repeats:
            where = ("instruments", position, "exports", place)
            found = _table_of(study, repeat, data.export, where, reader)
            if found is not None:
                parts.append(_entries(repeat, data, found, where, kept, form, instrument, reader))
    columns = list(TABLES["repeats"].columns)
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=columns)
    order = {wave.id: number for number, wave in enumerate(study.waves)}
    table = pd.concat(parts, ignore_index=True).sort_values(
        "wave", key=lambda waves: waves.map(order), kind="stable"
    )
    return table.assign(about=instrument.about, instrument=instrument.id)[columns].reset_index(drop=True)


def _table_of(
    study: Study, repeat: Repeat, export: Export, where: tuple, reader: Reader
) -> tuple[Declared, tuple] | None:
    """Where the group's entries stand, and its place in study.yaml; None, and told, where nothing says so."""
    for number, declared in enumerate(export.repeats):
        if declared.group == repeat.name:
            return declared, (*where, "repeats", number)
    path = Path(study.file(export.file))
    wanted = {name[:_SHEET_NAME].strip().casefold() for name in (repeat.name, *repeat.labels.values())}
    sheets = (
        [name for name in sheet_names(path) if name.strip().casefold() in wanted] if path.is_file() else []
    )
    if len(sheets) == 1:
        shared = {name: getattr(export, name) for name in ("file", "decimal", "dates")}
        return Declared(group=repeat.name, sheet=sheets[0], **shared), where
    reader.telling.warning(
        mark("the entries of a repeated group of the form are not in this export; they are left out"),
        mark("if they were exported, declare their table under `repeats` of the export"),
        file=export.file,
        value=repeat.name,
    )
    return None


def _entries(
    repeat: Repeat,
    data: ExportData,
    found: tuple[Declared, tuple],
    where: tuple,
    kept: pd.DataFrame,
    form: Form,
    instrument: Instrument,
    reader: Reader,
) -> pd.DataFrame:
    telling = reader.telling
    declared, line = found
    written = declared.model_dump(exclude={"group", "key", "parent"})
    export = data.export.model_copy(update={**written, "repeats": []})
    shown = declared.file if declared.file != data.export.file else f"{declared.file} ({declared.sheet})"
    if declared.file == data.export.file:
        # rows of the cleaning log are those of the first table; they say nothing about another sheet
        cells = reader.raw(export, *line)
    else:
        cells = reader.mended(export, *line, table="repeats")
    if cells is None:
        return pd.DataFrame()
    own = Form(repeat.questions, form.metadata, form.group_labels)
    columns = match_headers(list(cells.columns), own, export, shown, telling)
    by_where = export.model_copy(update={"columns": {}})
    cells = select_rows(cells, by_where, shown, telling, table="repeats")
    tie = _tie(declared, data, cells, shown, reader)
    if tie is None:
        return pd.DataFrame()
    key, parent = tie
    tell_unmatched(columns, own, set(), {parent, key}, shown, telling)

    telling.count("repeats", shown, len(cells), len(cells), mark("entries read"))
    mine = kept[kept["uid"].isin(data.submissions["uid"])]
    keys = data.cells.loc[mine["row"], key]
    if keys[keys != ""].duplicated().any():
        telling.error(
            mark("two rows of the export have the same key; it cannot be told to which one an entry belongs"),
            mark("declare `key` and `parent` of the group under `repeats` of the export"),
            file=data.export.file,
            column=key,
            row=int(keys.index[keys.duplicated()][0]),
        )
        return pd.DataFrame()
    # as the file came: a questionnaire that the cleaning log or `where` takes out is there, and does not count
    known = cells[parent].isin(set(reader.raw(data.export, *where)[key]) - {""})
    if not known.all():
        telling.warning(
            mark("the entry belongs to no questionnaire of the export; it is left out"),
            mark("export the questionnaires and the groups at the same moment"),
            file=shown,
            column=parent,
            row=int(cells.index[~known][0]),
            count=int((~known).sum()),
        )
        telling.count(
            "repeats", shown, len(cells), int(known.sum()), mark("their questionnaire is not there")
        )
    rows = cells.loc[known, parent].map(dict(zip(keys, keys.index, strict=True)))
    counts = rows.notna()
    if not counts.all():
        reason = mark("their questionnaire does not count")
        telling.count("repeats", shown, len(counts), int(counts.sum()), reason)
    rows = rows[counts].astype("int64")
    cells = cells.loc[rows.index]
    if cells.empty:
        return pd.DataFrame()

    codes, misfits = record_answers(cells, columns, list(repeat.questions), instrument, export)
    above = {
        name: pd.Series(text.loc[rows].to_numpy(), index=rows.index, dtype="str")
        for name, text in data.codes.items()
    }
    told = export.model_copy(update={"file": shown})
    typed = type_answers({**above, **codes}, misfits, cells, columns, own, set(), instrument, told, telling)
    people = mine.set_index("row")
    entry = rows.groupby(rows).cumcount() + 1
    at = rows.loc[typed["row"]]
    return typed.assign(
        group=repeat.name,
        entry=entry.loc[typed["row"]].to_numpy(),
        id=people.loc[at, "id"].to_numpy(),
        wave=people.loc[at, "wave"].to_numpy(),
    ).astype({"item": "str", "type": "str", "status": "str"})


def _tie(
    declared: Declared, data: ExportData, cells: pd.DataFrame, shown: str, reader: Reader
) -> tuple[str, str] | None:
    """The column of the export and the column of the group's table that tie the two; None, and told, where
    there are none."""
    for key, parent in [(declared.key or k, declared.parent or p) for k, p in _TIES]:
        tie = find_header(key, list(data.cells.columns)), find_header(parent, list(cells.columns))
        if None not in tie:
            return tie
    wanted = declared.parent or "PARENT_KEY"
    close = nearest(wanted, cells.columns)
    reader.telling.error(
        mark("nothing says to which questionnaire an entry of the repeated group belongs"),
        filled(
            mark("the nearest column is {close}; declare `key` and `parent` under `repeats` of the export"),
            close=repr(close),
        )
        if close
        else mark("declare `key` and `parent` of the group under `repeats` of the export"),
        file=shown,
        column=wanted,
    )
    return None
