"""Files of SPSS and Stata: codes stay codes, labels are there where asked for, missing values keep their meaning."""

from __future__ import annotations

import datetime
import subprocess

import pandas as pd
import pyreadstat
import pytest
from loader_studies import cells_of, make_study

from hubanalysis.errors import Problem
from hubanalysis.loaders import readstat, statistical
from hubanalysis.loaders.cells import read_cells
from hubanalysis.loaders.questionnaires import load_questionnaires
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.statistical import keep_declared_missing, read_statistical
from hubanalysis.study.model import Export

DAY, MOMENT = datetime.date(2022, 3, 15), datetime.datetime(2022, 3, 15, 9, 30)
PEOPLE = pd.DataFrame(
    {
        "id": ["007", "NA", "12"],
        "q1": [1.0, 99.0, 2.0],
        "q2": [2.5, -8.0, 97.0],
        "day": [DAY, None, DAY],
        "sent": [MOMENT, None, MOMENT],
        "span": [datetime.time(9, 5), None, datetime.time(0, 0, 7)],
        "area": ["n", "ZZ", "s"],
    }
)
LABELS = {"q1": "Come sta?", "area": "Dove?"}
IN_WORDS = {
    "q1": {1: "Bene", 2: "Male", 99: "Non so"},
    "q2": {97: "Rifiuta"},
    "area": {"n": "Nord", "s": "Sud"},
}


@pytest.fixture
def sav(tmp_path):
    path = tmp_path / "people.sav"
    pyreadstat.write_sav(
        PEOPLE,
        path,
        column_labels=LABELS,
        variable_value_labels=IN_WORDS,
        missing_ranges={"q1": [99], "q2": [{"lo": -9, "hi": -1}, 97], "area": ["ZZ"]},
    )
    return path


@pytest.fixture
def dta(tmp_path):
    path = tmp_path / "people.dta"
    frame = PEOPLE.drop(columns="span").assign(q1=[1, "a", 2], q2=[2.5, None, "b"])
    pyreadstat.write_dta(
        frame,
        path,
        column_labels=LABELS,
        variable_value_labels={"q1": {1: "Bene", 2: "Male", "a": "Non so"}},
        missing_user_values={"q1": ["a"], "q2": ["b"]},
    )
    return path


def test_spss_codes_days_and_missing_values(sav):
    table = read_statistical(sav)
    assert table.cells.to_dict("list") == {
        "id": ["007", "NA", "12"],
        "q1": ["1", "", "2"],
        "q2": ["2.5", "", ""],
        "day": ["2022-03-15", "", "2022-03-15"],
        "sent": ["2022-03-15T09:30:00", "", "2022-03-15T09:30:00"],
        "span": ["09:05:00", "", "00:00:07"],
        "area": ["n", "", "s"],
    }
    assert table.cells.index.tolist() == [2, 3, 4]
    assert table.user_missing == {"q1": {3: "99"}, "q2": {3: "-8", 4: "97"}, "area": {3: "ZZ"}}
    assert table.labels == LABELS
    assert table.value_labels["q1"] == {"1": "Bene", "2": "Male", "99": "Non so"}
    assert read_statistical(sav, decimal=",").cells.at[2, "q2"] == "2,5"


def test_stata_codes_days_and_missing_values(dta):
    table = read_statistical(dta)
    assert table.cells["q1"].tolist() == ["1", "", "2"]
    assert table.cells["q2"].tolist() == ["2.5", "", ""]  # the second is missing for the system: no code
    assert table.cells["day"].tolist() == ["2022-03-15", "", "2022-03-15"]
    assert table.cells["sent"].tolist() == ["2022-03-15T09:30:00", "", "2022-03-15T09:30:00"]
    assert table.user_missing == {"q1": {3: ".a"}, "q2": {4: ".b"}}
    assert table.value_labels["q1"] == {"1": "Bene", "2": "Male", ".a": "Non so"}


@pytest.mark.parametrize(("style", "text"), [("%tm", "2022-03"), ("%td", "1962-01-16"), ("%9.0g", "746")])
def test_what_a_stata_number_means_is_told_by_its_format(tmp_path, style, text):
    path = tmp_path / "a.dta"
    pyreadstat.write_dta(pd.DataFrame({"x": [746]}), path, variable_format={"x": style})
    assert read_statistical(path).cells["x"].tolist() == [text]


def test_a_day_beyond_the_calendar_stays_a_number(tmp_path):
    path = tmp_path / "a.dta"
    pyreadstat.write_dta(pd.DataFrame({"x": [9e9]}), path, variable_format={"x": "%td"})
    assert read_statistical(path).cells["x"].tolist() == ["9000000000"]


def test_a_declared_missing_value_keeps_its_code_and_any_other_is_empty(sav):
    cells, problems = cells_of(sav)
    assert problems == []
    assert cells["q2"].tolist() == ["2.5", "", ""]
    mended = cells.drop(index=4).copy()  # the cleaning log and `where` hand on what the file declared
    assert keep_declared_missing(mended, {"-8", "97"})["q2"].tolist() == ["2.5", "-8"]
    kept = keep_declared_missing(cells, {"97": "does_not_apply", "99": "not_answered"})
    assert kept["q2"].tolist() == ["2.5", "", "97"]
    assert kept["q1"].tolist() == ["1", "99", "2"]
    assert cells["q1"].tolist() == ["1", "", "2"]
    cells.at[3, "q1"] = "2"
    assert keep_declared_missing(cells, {"99"})["q1"].tolist() == ["1", "2", "2"]


def test_tables_of_other_files_have_no_missing_values_of_their_own():
    cells = pd.DataFrame({"q1": ["", "99"]})
    assert keep_declared_missing(cells, {"99"}) is cells


@pytest.mark.parametrize("name", ["sav", "dta"])
def test_labels_stand_for_variables_and_values_where_the_export_says_so(name, request):
    path = request.getfixturevalue(name)
    problems: list[Problem] = []
    export = Export(file=path.name, wave="before", headers="labels")
    cells = read_cells(path, export, path.name, problems)
    assert problems == []
    assert list(cells.columns)[:3] == ["id", "Come sta?", "q2"]
    assert cells["Come sta?"].tolist() == ["Bene", "", "Male"]
    assert cells["q2"].tolist() == ["2.5", "", ""]  # a value without a label: the variable stays in codes
    assert keep_declared_missing(cells, {"99", ".a"}).at[3, "Come sta?"] in ("99", ".a")


def test_one_file_read_in_codes_and_in_labels_is_read_twice(sav, tmp_path):
    reader = Reader(make_study(tmp_path / "study", "", {"people.sav": sav.read_bytes()}), [], [])
    codes, labels = (
        reader.raw(Export(file="people.sav", wave="before", headers=headers))
        for headers in ("names", "labels")
    )
    assert (codes.columns[1], labels.columns[1]) == ("q1", "Come sta?")


def test_two_values_of_one_label_stay_two(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 2.0]}), path, variable_value_labels={"q": {1: "Altro", 2: "Altro"}}
    )
    assert read_statistical(path).in_words("q").tolist() == ["1", "2"]


def test_variables_of_one_label_are_both_kept(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": ["x"], "b": ["y"]}), path, column_labels={"a": "Q", "b": "Q"})
    cells = read_cells(path, Export(file="a.sav", wave="before", headers="labels"), "a.sav", [])
    assert cells.loc[2].to_dict() == {"Q": "x", "Q [2]": "y"}


def test_digits_that_a_number_cannot_keep_are_told(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"id": [2.0**53, 2.0**53 + 2, 1e15]}), path)
    cells, problems = cells_of(path)
    assert cells["id"].tolist() == ["9007199254740992", "9007199254740994", "1000000000000000"]
    assert [(p.severity, p.row, p.column, p.count) for p in problems] == [("warning", 3, "id", 1)]


def test_single_precision_is_written_as_it_was_typed_and_told_where_it_lost_digits(tmp_path):
    """Written by pandas, not by the library that reads it."""
    path = tmp_path / "a.dta"
    frame = pd.DataFrame({"x": [0.1, 2.5, 3.0], "id": [123456789.0, 1.0, 2.0]}).astype("float32")
    frame.assign(n=pd.Series([7, 8, 9], dtype="int8")).to_stata(path, write_index=False)
    cells, problems = cells_of(path)
    assert cells["x"].tolist() == ["0.1", "2.5", "3"]
    assert cells["id"].tolist() == ["123456792", "1", "2"]  # the nearest that four bytes can hold
    assert cells["n"].tolist() == ["7", "8", "9"]
    assert [(p.row, p.column) for p in problems] == [(2, "id")]


def test_empty_rows_keep_the_numbers_of_the_others(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": ["x", "", "y"], "b": [1.0, None, 2.0]}), path)
    assert cells_of(path)[0].index.tolist() == [2, 4]


@pytest.mark.parametrize("name", ["a.sav", "a.dta"])
@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"$FL2" + b"x" * 300])
def test_a_file_that_is_none_of_its_kind_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    cells, problems = cells_of(path)
    assert cells is None
    assert [(p.severity, p.file) for p in problems] == [("error", name)]


def test_a_cut_file_is_refused(sav):
    sav.write_bytes(sav.read_bytes()[:-40])
    assert cells_of(sav)[0] is None


@pytest.mark.parametrize("code", [-11, 0xC0000005])
def test_a_file_that_ends_the_reading_process_is_refused_and_nothing_else_ends(sav, monkeypatch, code):
    died = subprocess.CompletedProcess([], code, stdout=b"", stderr=b"")
    monkeypatch.setattr(readstat.subprocess, "run", lambda *args, **kwargs: died)
    cells, problems = cells_of(sav)
    assert cells is None
    assert [(p.severity, p.file) for p in problems] == [("error", "people.sav")]


def test_a_reading_process_that_cannot_start_is_no_fault_of_the_file(sav, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, stdout=b"", stderr=b"ModuleNotFoundError: no such module")
    monkeypatch.setattr(readstat.subprocess, "run", lambda *args, **kwargs: failed)
    with pytest.raises(RuntimeError, match="no such module"):
        cells_of(sav)


@pytest.mark.parametrize("limit", ["MOST_CELLS", "LARGEST_TABLE", "LARGEST_FILE", "MOST_COLUMNS"])
def test_a_table_too_large_is_refused_before_it_is_read(sav, monkeypatch, limit):
    monkeypatch.setattr(statistical, limit, 5)
    cells, problems = cells_of(sav)
    assert cells is None
    assert problems[0].what == "the file is too large"


BLOCK = """
instruments:
  - id: people
    about: people
    code: [id]
    missing: {{"99": not_answered, "97": does_not_apply, ".a": not_answered, ".b": does_not_apply}}
    questions:
      - {{id: q1, label: "Come sta?", type: select_one, choices: {choices}}}
      - {{id: q2, label: Q2, range: [0, 10]}}
      - {{id: day, label: Day, type: date}}
      - {{id: area, label: "Dove?", type: text}}
    exports: [{{file: {file}, wave: before, submitted: sent, headers: {headers}}}]
"""


@pytest.mark.parametrize("name", ["sav", "dta"])
@pytest.mark.parametrize(
    ("headers", "choices", "codes"),
    [
        ("names", '{"1": Well, "2": Badly}', ["1", "", "2"]),
        ("labels", "{good: Bene, bad: Male}", ["good", "", "bad"]),
    ],
)
def test_an_export_is_read_like_any_table(tmp_path, request, name, headers, choices, codes):
    path = request.getfixturevalue(name)
    study = make_study(tmp_path, BLOCK.format(file=path.name, headers=headers, choices=choices))
    problems: list[Problem] = []
    tables = load_questionnaires(study, problems, [])
    assert [p for p in problems if p.severity == "error"] == []
    assert tables.respondents["id"].tolist() == ["007", "NA", "12"]
    assert tables.respondents["submitted"].dt.strftime("%Y-%m-%d").tolist()[0] == "2022-03-15"
    found = dict(list(tables.answers.groupby("item")))
    assert found["q1"]["value"].tolist() == codes
    assert found["q1"]["status"].tolist() == ["answered", "not_answered", "answered"]
    assert found["q2"]["number"].tolist()[0] == 2.5
    assert found["q2"]["status"].tolist()[1] == "not_answered"
    assert found["day"]["value"].tolist() == ["2022-03-15", "", "2022-03-15"]


@pytest.mark.parametrize("name", ["sav", "dta"])
def test_what_the_instrument_declares_of_a_missing_value_is_told_apart(tmp_path, request, name):
    path = request.getfixturevalue(name)
    block = BLOCK.format(file=path.name, headers="names", choices='{"1": Well, "2": Badly}')
    log = (
        f"file;row;column;old;new;reason\n{path.name};2;q1;1;2;typed wrong\n{path.name};3;q1;;2;asked again\n"
    )
    study = make_study(tmp_path, block + "\ncorrections: {file: log.csv}\n", {"log.csv": log})
    problems: list[Problem] = []
    tables = load_questionnaires(study, problems, [])
    assert [p for p in problems if p.severity == "error"] == []
    found = {item: rows["status"].tolist() for item, rows in tables.answers.groupby("item")}
    assert found["q1"] == ["answered"] * 3
    assert found["q2"] == ["answered", "not_answered", "does_not_apply"]
