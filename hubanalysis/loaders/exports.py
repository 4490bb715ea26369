"""One export of an instrument: columns matched to the form, rows told apart by wave, code and time of sending."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from hubanalysis.errors import filled
from hubanalysis.loaders.answers import record_answers
from hubanalysis.loaders.cells import find_header
from hubanalysis.loaders.declared_columns import select_rows
from hubanalysis.loaders.headers import Columns, match_headers, tell_unmatched
from hubanalysis.loaders.person_keys import code_elements, person_keys
from hubanalysis.loaders.platforms import without_heading_rows
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.statistical import keep_declared_missing
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.loaders.typed import to_moment
from hubanalysis.loaders.xlsform import Form
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Export, Instrument

__all__ = ["ExportData", "load_export"]


class ExportData(NamedTuple):
    export: Export
    cells: pd.DataFrame
    columns: Columns
    codes: dict[str, pd.Series]
    misfits: dict[str, pd.Series]
    submissions: pd.DataFrame


def load_export(
    study: Study, instrument: Instrument, form: Form, export: Export, where: tuple, reader: Reader
) -> ExportData | None:
    """One export read, mended, matched to the form and cut down to its rows; None where it cannot be used.

    ``where`` is its place in study.yaml.
    """
    telling = reader.telling
    raw = reader.raw(export, *where)
    if raw is None:
        return None
    columns = match_headers(list(raw.columns), form, export, export.file, telling)
    id_column = _other_column(raw, export.submission_id, export, telling)
    cells = reader.mended(export, *where, table="respondents", aliases=columns.answers, id_column=id_column)
    cells = without_heading_rows(keep_declared_missing(cells, instrument.missing))
    by_where = export.model_copy(update={"columns": {}})  # the questions' columns were matched above
    cells = select_rows(cells, by_where, export.file, telling, table="respondents", line=study.line(*where))
    if not export.where:
        telling.count("respondents", export.file, len(cells), len(cells), mark("rows read"))

    declared = {
        name: _other_column(cells, theirs, export, telling) for name, theirs in export.columns.items()
    }
    submitted = _other_column(cells, export.submitted, export, telling)
    wave = _other_column(cells, export.wave_column, export, telling)
    elements = _code_columns(cells, instrument, form, columns, declared, export, telling)
    used = {id_column, submitted, wave, *declared.values(), *elements.values()}
    tell_unmatched(columns, form, _needed(instrument), used, export.file, telling)
    if any(element not in elements and not columns.has(element) for element in instrument.code):
        return None  # without its code nobody can be told apart; it was told as an error

    codes, misfits = record_answers(cells, columns, list(form.questions), instrument, export)
    written = pd.DataFrame({e: cells[elements[e]] if e in elements else codes[e] for e in instrument.code})
    if len(instrument.code) > 1:
        written = written.mask(written.isin(list(instrument.missing)), "")
    keys = code_elements(written) if instrument.about == "people" else written
    complete = (keys != "").all(axis=1)
    moments = _moments(cells, submitted, export, telling)
    ids = cells[id_column] if id_column else pd.Series("", index=cells.index, dtype="str")
    # two empty codes sent at no known time may be two persons who answered alike
    identified = complete | (ids != "") | moments.notna()
    consent = instrument.consent.item if instrument.consent else None
    consents = codes[consent] == instrument.consent.value if consent in codes else consent is None
    submissions = pd.DataFrame(
        {
            "uid": [f"{where[-1]}:{export.file}:{row}" for row in cells.index],
            "file": export.file,
            "row": cells.index,
            "wave": _waves(cells, wave, export, study, telling),
            "submitted": moments,
            "submission_id": ids,
            "key": person_keys(keys).where(complete, "") if len(keys) else "",
            "late": _late(moments, export),
            "drop_late": export.late == "drop",
            "copy": cells.duplicated() & identified,
            "consents": consents,
        },
        index=cells.index,
    ).join(keys.add_prefix("element "))
    return ExportData(export, cells, columns, codes, misfits, submissions[submissions["wave"].notna()])


def _needed(instrument: Instrument) -> set[str]:
    """The questions without which the study cannot say what it declares."""
    needed = {*instrument.code, *instrument.attributes, *(i for s in instrument.scales for i in s.items)}
    return needed | ({instrument.consent.item} if instrument.consent else set())


def _code_columns(
    cells: pd.DataFrame,
    instrument: Instrument,
    form: Form,
    columns: Columns,
    declared: dict[str, str | None],
    export: Export,
    telling: Telling,
) -> dict[str, str]:
    """The headers of those elements of the personal code that are no questions of the form."""
    found = {}
    for element in instrument.code:
        if form.question(element) and columns.has(element):
            continue
        header = declared.get(element)
        if header is None and not form.question(element):
            header = _other_column(cells, element, export, telling)
        if header is not None:
            found[element] = header
    return found


def _moments(cells: pd.DataFrame, column: str | None, export: Export, telling: Telling) -> pd.Series:
    """When each answer was sent; missing where the export does not say."""
    if column is None:
        return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    moments, odd = to_moment(cells[column], export.dates)
    if odd.any():
        telling.error(
            mark("the time of sending is no date"),
            mark("declare the order of day and month under `dates`"),
            file=export.file,
            column=column,
            row=int(odd.index[odd][0]),
            count=int(odd.sum()),
        )
    return moments


def _late(moments: pd.Series, export: Export) -> pd.Series:
    """Whether each answer was sent after the closing day; missing where either is not known."""
    if export.closes is None:
        return pd.Series(pd.NA, index=moments.index, dtype="boolean")
    late = moments.dt.normalize() > pd.Timestamp(export.closes)
    return late.astype("boolean").mask(moments.isna(), pd.NA)


def _other_column(cells: pd.DataFrame, wanted: str | None, export: Export, telling: Telling) -> str | None:
    """A declared column that answers no question (time, id, wave, code); told where it is not there."""
    if wanted is None:
        return None
    found = find_header(wanted, list(cells.columns))
    if found is None:
        close = nearest(wanted, cells.columns)
        telling.error(
            mark("the file has no such column"),
            filled(mark("did you mean {close}? Correct it in {place}"), close=repr(close), place="study.yaml")
            if close
            else mark("correct it in study.yaml"),
            file=export.file,
            column=wanted,
        )
    return found


def _waves(cells: pd.DataFrame, column: str | None, export: Export, study: Study, telling: Telling):
    if export.wave is not None:
        return export.wave
    if column is None:
        return None
    values = export.wave_values or {wave.id: wave.id for wave in study.waves}
    waves = cells[column].map(values).astype(object)
    for value, rows in cells[waves.isna()].groupby(column, sort=False).groups.items():
        telling.error(
            mark("the value names no wave; its rows are left out"),
            mark("add it to `wave_values` of the export, or leave its rows out with `where`"),
            file=export.file,
            column=column,
            value=value,
            row=int(rows[0]),
            count=len(rows),
        )
    return waves.where(waves.notna(), None)
