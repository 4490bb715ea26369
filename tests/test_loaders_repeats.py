"""Repeated groups as KoboToolbox and ODK Central write them: each entry reaches its person, nothing is lost unsaid."""

from __future__ import annotations

import pytest
from loader_studies import make_study, steps, whats

from hubanalysis.hub import open_study
from hubanalysis.loaders.tabular import load_tables
from hubanalysis.metrics.repeats import repeated_entries
from hubanalysis.prepare import read_study_data
from hubanalysis.tables import TABLES

FORM = {
    "survey": [
        ["type", "name", "label::Italiano (it)", "label::English (en)", "relevant"],
        ["text", "code", "Codice", "Code"],
        ["select_one yes_no", "has", "Ha figli?", "Children?"],
        ["begin_repeat", "child", "Figlio", "Child", "${has} = 'yes'"],
        ["integer", "age", "Età", "Age"],
        ["select_one yes_no", "school", "Va a scuola?", "At school?", "${age} >= 3"],
        ["text", "says", "Che cosa dice?", "What does it say?"],
        ["end_repeat"],
    ],
    "choices": [
        ["list_name", "name", "label::Italiano (it)", "label::English (en)"],
        ["yes_no", "yes", "Sì", "Yes"],
        ["yes_no", "no", "No", "No"],
    ],
}
BLOCK = """
instruments:
  - id: people
    about: people
    form: form.xlsx
    code: [code]
    missing: {"99": not_answered}
    exports: [%s]
"""
KOBO = {
    "Indagine 2022": [
        ["code", "has", "_id", "_uuid", "_submission_time", "_index"],
        ["A1", "yes", 501, "aaa", "2022-03-15T10:00:00", 1],
        ["B2", "no", 502, "bbb", "2022-03-15T11:00:00", 2],
        ["C3", "yes", 503, "ccc", "2022-03-15T12:00:00", 3],
    ],
    "child": [
        ["child/age", "child/school", "child/says", "_index", "_parent_table_name", "_parent_index",
         "_submission__id", "_submission__uuid"],
        [7, "yes", "scrive a gino@example.org", 1, "Indagine 2022", 1, 501, "aaa"],
        [2, None, None, 2, "Indagine 2022", 1, 501, "aaa"],
        [99, "no", None, 3, "Indagine 2022", 3, 503, "ccc"],
    ],
}  # fmt: skip


def load(folder, export, files):
    study = make_study(folder, BLOCK % export, {"form.xlsx": FORM, **files})
    problems, account = [], []
    return load_tables(study, problems, account), problems, account


def entries(tables, item):
    frame = tables["repeats"]
    return frame[frame["item"] == item][["id", "entry", "value", "status"]].values.tolist()


def test_a_sheet_with_the_name_of_the_group_is_found_by_itself(tmp_path):
    tables, problems, account = load(tmp_path, "{wave: before, file: k.xlsx}", {"k.xlsx": KOBO})
    assert whats(problems) == ["the workbook has several sheets; the first one was read"]
    assert list(tables["repeats"].columns) == list(TABLES["repeats"].columns)
    assert entries(tables, "age") == [
        ["A1", 1, "7", "answered"], ["A1", 2, "2", "answered"], ["C3", 1, "", "not_answered"],
    ]  # fmt: skip
    assert entries(tables, "school")[1] == ["A1", 2, "", "not_asked"]
    assert set(tables["repeats"]["group"]) == {"child"} and set(tables["repeats"]["wave"]) == {"before"}
    assert not {"age", "school", "says"} & set(tables["answers"]["item"])
    assert steps(account, "repeats") == {"entries read": (3, 3)}


def test_the_labels_of_a_group_name_its_sheet_and_its_columns(tmp_path):
    book = {
        "Indagine": [["Codice", "Ha figli?", "_index"], ["A1", "Sì", 1]],
        "Figlio": [
            ["Età", "Va a scuola?", "Che cosa dice?", "_index", "_parent_index"],
            [7, "Sì", "ciao", 1, 1],
        ],
    }
    export = "{wave: before, file: k.xlsx, sheet: Indagine, headers: labels, language: it}"
    tables, problems, _ = load(tmp_path, export, {"k.xlsx": book})
    assert problems == []
    assert entries(tables, "school") == [["A1", 1, "yes", "answered"]]


CENTRAL = (
    "SubmissionDate,code,has,meta-instanceID,KEY\n"
    "2022-03-15T10:00:00.000Z,A1,yes,uuid:aaa,uuid:aaa\n"
    "2022-03-15T11:00:00.000Z,B2,no,uuid:bbb,uuid:bbb\n"
    "2022-03-15T12:00:00.000Z,C3,yes,uuid:ccc,uuid:ccc\n"
)
CENTRAL_CHILD = (
    "age,school,says,PARENT_KEY,KEY\n"
    '7,yes,"dice: ""ciao, nonna""",uuid:aaa,uuid:aaa/child[1]\n'
    "2,,,uuid:aaa,uuid:aaa/child[2]\n"
    "9,no,,uuid:ccc,uuid:ccc/child[1]\n"
)
CENTRAL_EXPORT = "{wave: before, file: f.csv, repeats: [{group: child, file: f-child.csv}]}"


def test_a_table_of_its_own_is_declared(tmp_path):
    files = {"f.csv": CENTRAL, "f-child.csv": CENTRAL_CHILD}
    tables, problems, _ = load(tmp_path, CENTRAL_EXPORT, files)
    assert problems == []
    assert [e[:3] for e in entries(tables, "age")] == [["A1", 1, "7"], ["A1", 2, "2"], ["C3", 1, "9"]]
    assert entries(tables, "says")[0][2] == 'dice: "ciao, nonna"'


def test_entries_without_their_questionnaire_are_told_and_counted(tmp_path):
    files = {
        "f.csv": CENTRAL
        + "2022-03-16T10:00:00.000Z,C3,yes,uuid:ddd,uuid:ddd\n",  # C3 again: the last one counts
        "f-child.csv": CENTRAL_CHILD
        + "4,yes,,uuid:ddd,uuid:ddd/child[1]\n5,no,,uuid:zzz,uuid:zzz/child[1]\n",
    }
    tables, problems, account = load(tmp_path, CENTRAL_EXPORT, files)
    assert [e[2] for e in entries(tables, "age")] == ["7", "2", "4"]
    told = {p.what: (p.row, p.count) for p in problems}
    assert told["the entry belongs to no questionnaire of the export; it is left out"] == (6, 1)
    found = steps(account, "repeats")
    assert found["their questionnaire is not there"] == (5, 4)
    assert found["their questionnaire does not count"] == (4, 3)


def test_a_submission_in_two_exports_brings_its_entries_once(tmp_path):
    second = "{wave: before, file: g.csv, submission_id: KEY, repeats: [{group: child, file: g-child.csv}]}"
    first = CENTRAL_EXPORT.replace("{wave: before,", "{wave: before, submission_id: KEY,", 1)
    files = {"f.csv": CENTRAL, "f-child.csv": CENTRAL_CHILD, "g.csv": CENTRAL, "g-child.csv": CENTRAL_CHILD}
    tables, _, _ = load(tmp_path, f"{first}, {second}", files)
    assert [e[:3] for e in entries(tables, "age")] == [["A1", 1, "7"], ["A1", 2, "2"], ["C3", 1, "9"]]


def test_misfits_in_an_entry_are_told_with_the_row_of_its_file(tmp_path):
    child = CENTRAL_CHILD.replace("\n9,no", "\n1E5,forse")
    _, problems, _ = load(tmp_path, CENTRAL_EXPORT, {"f.csv": CENTRAL, "f-child.csv": child})
    assert {(p.severity, p.file, p.row, p.column, p.value) for p in problems} == {
        ("error", "f-child.csv", 4, "age", "1E5"), ("error", "f-child.csv", 4, "school", "forse"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("export", "child", "what"),
    [
        ("{wave: before, file: f.csv}", CENTRAL_CHILD,
         "the entries of a repeated group of the form are not in this export; they are left out"),
        (CENTRAL_EXPORT, "age,school,says\n7,yes,\n",
         "nothing says to which questionnaire an entry of the repeated group belongs"),
    ],
)  # fmt: skip
def test_what_cannot_be_tied_is_told(tmp_path, export, child, what):
    tables, problems, _ = load(tmp_path, export, {"f.csv": CENTRAL, "f-child.csv": child})
    assert what in whats(problems)
    assert tables["repeats"].empty


def test_ids_become_pseudonyms_and_free_text_is_redacted(tmp_path):
    study = make_study(tmp_path, BLOCK % "{wave: before, file: k.xlsx}", {"form.xlsx": FORM, "k.xlsx": KOBO})
    tables = read_study_data(study).tables
    repeats = tables["repeats"]
    assert set(repeats["id"]) < set(tables["respondents"]["id"])
    assert (
        not repeats.astype("object")
        .fillna("")
        .astype("str")
        .map(lambda cell: "gino" in cell or cell in ("A1", "C3"))
        .any(axis=None)
    )


def test_the_hub_hands_out_the_entries_and_counts_them(tmp_path, monkeypatch):
    make_study(tmp_path / "raw", BLOCK % "{wave: before, file: k.xlsx}", {"form.xlsx": FORM, "k.xlsx": KOBO})
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    hub = open_study(str(tmp_path / "raw"))
    found = repeated_entries(hub.repeats("people"))
    assert found.astype(str).values.tolist() == [["people", "before", "child", "2", "3"]]
    assert hub.labels("items")["child"] == "Figlio" and hub.labels("items")["age"] == "Età"
    assert repeated_entries(hub.repeats("organisations")).empty
