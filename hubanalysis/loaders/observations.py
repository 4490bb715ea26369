"""Field observations: the marks of the grid and the observers' notes."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import HIDDEN, Problem, filled
from hubanalysis.instruments.xlsform import token
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import activity_column, day_column, empty_table
from hubanalysis.loaders.telling import Telling, safe_to_show
from hubanalysis.loaders.typed import to_number
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import GridItem, Observations
from hubanalysis.tables import TABLES

__all__ = ["load_observations"]


def load_observations(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    activities: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``observations`` (a row for each item marked) and ``notes``; observers' names are left for
    pseudonyms.

    Columns of the file: ``observation, activity, observer``; ``date`` and ``note`` where there are any; a
    column for each item of the grid. A mark must be a number within the item's declared range; an empty one
    has no row.
    """
    source = study.observations
    if source is None:
        return empty_table("observations"), empty_table("notes")
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    need = ("observation", "activity", "observer", *(item.id for item in source.grid))
    cells = reader.table(source, ("observations",), need, "observations")
    cells = _complete(cells, source.file, telling)
    if (
        source.form and activities is not None
    ):  # a form names an activity by what may stand in the name of a choice
        named = {token(name): name for name in activities["activity"]}
        cells = cells.assign(activity=cells["activity"].replace(named))
    activity = activity_column(cells["activity"], activities, source.file, telling)
    dates = day_column(cells, source, telling)
    visits = cells.assign(activity=activity, date=dates)[activity.notna()]
    marks = [_marks(visits, item, source, telling) for item in source.grid]
    notes = empty_table("notes")
    if "note" in visits:
        notes = visits[visits["note"] != ""].rename(columns={"note": "text"})[list(TABLES["notes"].columns)]
    return pd.concat(marks, ignore_index=True), notes.reset_index(drop=True)


def _complete(cells: pd.DataFrame, file: str, telling: Telling) -> pd.DataFrame:
    """Visits with an id and an observer, each once."""
    lacking = (cells["observation"] == "") | (cells["observer"] == "")
    again = cells.duplicated(["observation", "observer"]) & ~lacking
    for faulty, what in (
        (lacking, mark("a visit without its id or its observer")),
        (again, mark("the same observer has two sheets for one visit")),
    ):
        for row in faulty.index[faulty]:
            telling.error(what, mark("correct it in the cleaning log"), file=file, row=int(row), value=HIDDEN)
    return cells[~lacking & ~again]


def _marks(visits: pd.DataFrame, item: GridItem, source: Observations, telling: Telling) -> pd.DataFrame:
    text = visits[item.id]
    values, misfits = to_number(text, source.decimal)
    low, high = item.range
    misfits |= values.notna() & ~values.between(low, high)
    for row in misfits.index[misfits]:
        telling.error(
            mark("the mark lies outside the range of the grid"),
            filled(
                mark("write a number from {low} to {high}, or correct it in the cleaning log"),
                low=f"{low:g}",
                high=f"{high:g}",
            ),
            file=source.file,
            row=int(row),
            column=item.id,
            value=safe_to_show(text.at[row]),
        )
    given = values.notna() & ~misfits
    found = visits[given].assign(item=item.id, area=item.area, value=values[given])
    return found[list(TABLES["observations"].columns)]
