"""Acceptance: a field team's raw answers with its cleaning log give its clean file, but for what is counted here.

The counts stand in docs/kobo_cleaning.md. Data: package cleaningtools (IMPACT Initiatives, MIT).
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from hubanalysis.loaders.cells import read_cells
from hubanalysis.loaders.choices import NONE_CHOSEN, chosen_split
from hubanalysis.loaders.corrections import same_value
from hubanalysis.loaders.questionnaires import load_questionnaires
from hubanalysis.loaders.reader import Reader, load_corrections
from hubanalysis.loaders.xlsform import Choice, Question
from hubanalysis.study import read_study
from hubanalysis.study.model import Source

HERE = Path(__file__).parent
REAL = Path(os.environ.get("HUBANALYSIS_REAL_DATA", Path(__file__).parents[3] / "shared" / "real"))
pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real data is not here"),
]
ID = "X_uuid"
YES_NO = ["TRUE", "FALSE"]


@pytest.fixture(scope="module")
def told():
    """The raw and the corrected cells, the problems and the account."""
    study = read_study(str(HERE / "kobo_cleaned"))
    problems, account = [], []
    reader = Reader(study, problems, account)
    load_corrections(study, problems, account, reader)
    export = study.model.instruments[0].exports[0]
    raw = reader.raw(export)
    corrected = reader.mended(export, table="respondents", id_column=ID)
    return raw.set_index(ID), corrected.set_index(ID), problems, account


@pytest.fixture(scope="module")
def clean():
    problems = []
    cells = read_cells(REAL / "kobo" / "clean_data.csv", Source(file="clean_data.csv"), "", problems)
    assert problems == []
    return cells.set_index(ID)


def compared(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """The cells that are not letter by letter the same: column, kind of difference."""
    theirs = theirs.loc[ours.index, ours.columns]
    rows = []
    for row, column in (ours != theirs).stack().loc[lambda differs: differs].index:
        one, other = ours.at[row, column], theirs.at[row, column]
        kind = "different"
        if same_value(one, other):
            kind = "yes or no" if one in YES_NO or other in YES_NO else "number"
        rows.append((column, kind))
    return pd.DataFrame(rows, columns=["column", "kind"])


def test_every_line_of_the_log_is_accounted_for(told):
    raw, corrected, problems, account = told
    steps = [(r["step"], r["rows_in"], r["kept"]) for r in account]
    # 620 of 726 lines ask for nothing; 3 of the others repeat an earlier one; 54 surveys go
    assert steps == [
        ("cleaning_log.csv", 726, 106),
        ("raw_data.csv", 106, 103),
        ("raw_data.csv", 632, 578),
    ]
    assert [(p.severity, p.row, p.count, p.value) for p in problems if p.file == "cleaning_log.csv"] == [
        ("warning", 13, 51, ""),  # without a reason
        ("warning", 13, 3, "rows 13-14, 680"),  # said twice
        ("warning", 690, 38, "rows 690-727"),  # no old value: not checked
        ("warning", 9, 2, "rows 9-10"),  # 0 for FALSE
    ]
    # of the 49 cells that were changed 2 belong to surveys that were taken out
    assert len(raw) - len(corrected) == 54
    assert int((raw.loc[corrected.index] != corrected).sum().sum()) == 47


def test_the_corrected_answers_are_the_clean_file(told, clean):
    _, corrected, _, _ = told
    assert set(corrected.index) == set(clean.index)
    assert [c for c in clean.columns if c not in corrected] == ["socio_eco_division", "water_sector"]
    assert [c for c in corrected if c not in clean.columns] == []
    found = compared(corrected, clean)
    cells = corrected.size + len(corrected)  # the id is a column too
    assert (cells, cells - len(found)) == (201_144, 200_811)
    assert found.value_counts(sort=False).to_dict() == {
        ("connection_fees_amount", "number"): 4,
        ("spend_tap", "yes or no"): 8,
        ("tot_expenses", "number"): 317,
        ("treat_drink_water_how.expose_sunlight", "yes or no"): 1,
        ("treat_drink_water_how.filter", "yes or no"): 1,
        ("water_sources.borehole", "yes or no"): 2,
    }


def test_without_the_log_the_clean_file_differs_in_47_cells(told, clean):
    raw, corrected, _, _ = told
    found = compared(raw.loc[corrected.index], clean)
    assert found["kind"].value_counts().to_dict() == {"number": 321, "different": 47, "yes or no": 8}


def test_the_team_mended_choices_and_left_the_joined_answers(told, clean):
    raw, corrected, _, _ = told
    questions = sorted({c.partition(".")[0] for c in raw if c.partition(".")[0] in raw and "." in c})
    assert len(questions) == 19  # of the 24 of the form; the others have no column of choices here
    odd = {"raw": {}, "corrected": {}, "clean": {}}
    for name, cells in (("raw", raw), ("corrected", corrected), ("clean", clean)):
        for question in questions:
            names = [c.partition(".")[2] for c in cells if c.startswith(f"{question}.")]
            form = Question(question, "select_multiple", choices=tuple(Choice(n) for n in names))
            split, misfits = chosen_split({n: cells[f"{question}.{n}"] for n in names}, form, None)
            given = (split != "") & ~misfits
            chosen = split[given].str.split().map(lambda found: set(found) - {NONE_CHOSEN})
            joined = cells.loc[given, question].str.split().map(set)
            if count := int((joined != chosen).sum()):
                odd[name][question] = count
    mended = {"treat_drink_water_how": 2, "water_sources": 2}
    assert odd == {"raw": {}, "corrected": mended, "clean": mended}
    still = clean["treat_drink_water"].eq("never_treat") & clean["treat_drink_water_how"].ne("")
    assert int(still.sum()) == 2


def test_changes_of_single_choices_do_not_reach_the_answers_and_this_is_told(told):
    _, corrected, _, _ = told
    problems = []
    tables = load_questionnaires(read_study(str(HERE / "kobo_cleaned")), problems, [])
    differ = {p.column: p.count for p in problems if p.what.startswith("the joined answer")}
    assert differ == {"treat_drink_water_how": 2, "water_sources": 2}
    chosen = tables.answers.query("item == 'water_sources/borehole'")["number"]
    joined = corrected["water_sources"].str.split().map(lambda names: "borehole" in names)
    assert (len(chosen), int(chosen.sum()), int(joined.sum())) == (578, 66, 66)
    assert int(corrected["water_sources.borehole"].isin(["TRUE", "1"]).sum()) == 68
