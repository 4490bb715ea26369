"""How answers that do not fit are told: an error each, or one warning for a column, as the instrument declares."""

from __future__ import annotations

import pandas as pd

from hubanalysis.loaders.choices import NONE_CHOSEN, chosen_split
from hubanalysis.loaders.headers import Columns
from hubanalysis.loaders.telling import Telling, safe_to_show
from hubanalysis.loaders.xlsform import Question
from hubanalysis.locale import mark
from hubanalysis.study.model import Export, Instrument

__all__ = ["tell_misfits", "tell_split_differs"]

#: Misfits told one by one in a column; the others are counted.
MOST_TOLD = 20
_DAY = r"\d{4}-\d{2}-\d{2}"

_EXPECTED = {
    "integer": (
        mark("a whole number was expected"),
        mark("write digits only, or correct it in the cleaning log"),
    ),
    "decimal": (
        mark("a number was expected"),
        mark("write digits and the declared decimal mark only, or correct it in the cleaning log"),
    ),
    "date": (
        mark("a day was expected"),
        mark("declare the order of day and month under `dates`, or correct it in the cleaning log"),
    ),
    "select_one": (
        mark("the answer is none of the choices of the form"),
        mark("add the choice to the form, or correct it in the cleaning log"),
    ),
    "select_multiple": (
        mark("the answer is no list of choices of the form"),
        mark("add the choice to the form, or correct it in the cleaning log"),
    ),
    "range": (
        mark("the number lies outside what the instrument allows"),
        mark("look at the questionnaire and correct it in the cleaning log, or correct the declared range"),
    ),
}


def tell_misfits(
    kind: str,
    misfit: pd.Series,
    text: pd.Series,
    header: str,
    instrument: Instrument,
    export: Export,
    telling: Telling,
) -> None:
    """Tell the answers of one column that do not fit; ``kind`` says what was expected of them."""
    if not misfit.any():
        return
    what, fix = _EXPECTED[kind]
    if kind in ("integer", "decimal", "select_one") and text[misfit].str.match(_DAY).any():
        fix = mark(
            "a spreadsheet has turned answers into dates: export as .csv, or correct them in the cleaning log"
        )
    rows = misfit.index[misfit]
    if instrument.invalid == "set_aside":
        telling.warning(what, fix, file=export.file, column=header, row=int(rows[0]), count=len(rows))
        return
    for row in rows[:MOST_TOLD]:
        telling.error(
            what, fix, file=export.file, row=int(row), column=header, value=safe_to_show(str(text.at[row]))
        )
    if len(rows) > MOST_TOLD:
        telling.error(
            what, fix, file=export.file, row=int(rows[MOST_TOLD]), column=header, count=len(rows) - MOST_TOLD
        )


def tell_split_differs(
    question: Question,
    text: pd.Series,
    cells: pd.DataFrame,
    columns: Columns,
    export: Export,
    telling: Telling,
) -> None:
    """Where a question is exported twice, joined and by choice, tell the rows in which the two differ."""
    split = columns.choices.get(question.name)
    if not split or question.name not in columns.answers:
        return
    given = text != ""
    other, odd = chosen_split({c: cells.loc[given, h] for c, h in split.items()}, question, export.language)
    here = text[given].str.split().map(lambda names: {name for name in names if name in split})
    there = other.str.split().map(lambda names: {name for name in names if name != NONE_CHOSEN})
    differs = (here != there) & (other != "") & ~odd
    if differs.any():
        telling.warning(
            mark("the joined answer and the columns of the choices differ; the joined answer counts"),
            mark("look at these rows and correct both in the cleaning log"),
            file=export.file,
            column=columns.answers[question.name],
            row=int(differs.index[differs][0]),
            count=int(differs.sum()),
        )
