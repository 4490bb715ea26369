"""The cleaning log: every change checked against the old value, every line that fits nothing an error."""

from __future__ import annotations

import pytest
from loader_studies import make_study, steps, whats

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.questionnaires import load_questionnaires
from hubanalysis.loaders.reader import Reader, load_corrections
from hubanalysis.loaders.registers import load_activities

BLOCK = """
corrections: {file: log.csv, separator: ";"%s}
activities: {file: registers/activities.csv, columns: {activity: codice, kind: tipo}}
"""
ACTIVITIES = "codice;tipo\nT1;talk\nT2;talkk\nT3;talk\n"
LOG = "file;row;column;old;new;reason\n"


def corrected(folder, *lines, block=BLOCK % "", header=LOG):
    study = make_study(
        folder, block, {"registers/activities.csv": ACTIVITIES, "log.csv": header + "\n".join(lines)}
    )
    problems, account = [], []
    reader = Reader(study, problems, account)
    load_corrections(study, problems, account, reader)
    return load_activities(study, problems, account, reader), problems, account


def test_cells_are_mended_and_rows_dropped_with_account(tmp_path):
    table, problems, account = corrected(
        tmp_path,
        "registers/activities.csv;3;tipo;talkk;talk;typing error",
        "activities.csv;4;*;;DROP;a test of the form",
        "registers/activities.csv;2;kind;talk;;not known",
    )
    assert problems == []
    assert table["activity"].tolist() == ["T1", "T2"]
    assert table["kind"].tolist()[1] == "talk" and table["kind"].isna().tolist() == [True, False]
    assert steps(account, "corrections") == {"changes of the cleaning log that were made": (3, 3)}
    assert steps(account, "activities")["rows taken out by the cleaning log"] == (3, 2)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("registers/activities.csv;3;tipo;talk;incursion;wrong old value", "tipo"),
        ("registers/activities.csv;9;tipo;talk;incursion;no such row", "tipo"),
        ("registers/activities.csv;3;tippo;talkk;talk;no such column", "tippo"),
        ("registers/activities.csv;3;*;;;not a drop", "*"),
        ("registers/activities.csv;three;tipo;talkk;talk;no number", "row"),
        ("registers/activitis.csv;3;tipo;talkk;talk;no such file", "file"),
    ],
)
def test_a_line_that_fits_nothing_is_an_error_and_changes_nothing(tmp_path, line, column):
    table, problems, _ = corrected(tmp_path, line)
    assert [(p.severity, p.file, p.row, p.column) for p in problems] == [("error", "log.csv", 2, column)]
    assert table["kind"].tolist() == ["talk", "talkk", "talk"]
    assert problems[0].value in (HIDDEN, "registers/activitis.csv", "")


def test_a_second_change_of_a_cell_sees_the_first(tmp_path):
    table, problems, _ = corrected(
        tmp_path, "activities.csv;3;tipo;talkk;talks;first", "activities.csv;3;tipo;talks;talk;second"
    )
    assert (problems, table["kind"][1]) == ([], "talk")


def test_changes_without_a_reason_are_told(tmp_path):
    _, problems, _ = corrected(tmp_path, "activities.csv;3;tipo;talkk;talk;")
    assert whats(problems, "warning") == ["changes without a reason"]


def test_a_log_that_is_not_there_is_told_once(tmp_path):
    study = make_study(tmp_path, BLOCK % "", {"registers/activities.csv": ACTIVITIES})
    problems = []
    reader = Reader(study, problems, [])
    load_corrections(study, problems, [], reader)
    load_activities(study, problems, [], reader)
    assert [p.value for p in problems] == ["log.csv"]


QUESTIONNAIRE = """
instruments:
  - id: people
    about: people
    code: [who]
    questions: [{id: q, label: "Come sta?", range: [1, 5]}]
    exports: [{file: a.csv, wave: before, headers: labels, columns: {who: Codice}%s}]
corrections: {file: log.csv, separator: ";"%s}
"""


def test_a_question_may_be_named_by_its_name_or_its_label(tmp_path):
    files = {
        "a.csv": "Codice;Come sta?\nA;55\nB;33\n",
        "log.csv": LOG + "a.csv;2;q;55;5;x\na.csv;3;Come sta?;33;3;x\n",
    }
    study = make_study(tmp_path, QUESTIONNAIRE % ("", ""), files)
    problems = []
    tables = load_questionnaires(study, problems, [])
    assert (problems, tables.answers["number"].tolist()) == ([], [5, 3])


def test_a_log_may_name_submissions_in_place_of_rows(tmp_path):
    files = {
        "a.csv": "Codice;Come sta?;_uuid\nA;55;u1\nB;33;u2\n",
        "log.csv": "uuid;question;old_value;new_value;reason;action\n"
        "u2;q;33;3;typing error;change\nu1;q;55;5;typing error;change\nu1;q;99;1;never mind;none\n",
    }
    columns = (
        ", columns: {id: uuid, column: question, old: old_value, new: new_value}, where: {action: change}"
    )
    study = make_study(tmp_path, QUESTIONNAIRE % (", submission_id: _uuid", columns), files)
    problems = []
    load_corrections(study, problems, [])
    tables = load_questionnaires(study, problems, [])
    assert (problems, tables.answers["number"].tolist()) == ([], [5, 3])
