"""The cleaning log: every change checked against the old value, every line that fits nothing an error."""

from __future__ import annotations

import pytest
from loader_studies import make_study, steps, whats

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.corrections import same_value
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


FIELD_LOG = (
    "columns: {id: uuid, column: question, old: old_value, new: new_value, reason: reason, action: action}, "
    "actions: {change: change, empty: blank, remove: drop, none: none}"
)


def field_log(folder, *lines, cells=("A;4e+05;u1", "B;33;u2", "C;TRUE;u3"), block="", submission="_uuid"):
    """A log in the style of field teams: lines of uuid;question;old;new;action over the answers to one question."""
    questionnaire = QUESTIONNAIRE.replace(", range: [1, 5]", "")
    files = {
        "a.csv": "\n".join(["Codice;Come sta?;_uuid", *cells]) + "\n",
        "log.csv": "uuid;question;old_value;new_value;action;reason\n"
        + "".join(f"{line};x\n" for line in lines),
    }
    declared = f", submission_id: {submission}" if submission else ""
    study = make_study(folder, questionnaire % (declared, f", {FIELD_LOG}{block}"), files)
    problems, account = [], []
    reader = Reader(study, problems, account)
    load_corrections(study, problems, account, reader)
    export = study.model.instruments[0].exports[0]
    mended = reader.mended(export, table="respondents", aliases={"q": "Come sta?"}, id_column="_uuid")
    return dict(zip(mended["_uuid"], mended["Come sta?"], strict=True)), problems, account


def test_actions_change_blank_drop_and_leave_alone(tmp_path):
    cells, problems, account = field_log(
        tmp_path, "u1;q;4e+05;5;change", "u2;q;33;;empty", "u3;;18.5 min;;remove", "u2;q;33;;none"
    )
    assert problems == []
    assert cells == {"u1": "5", "u2": ""}
    assert [(r["step"], r["rows_in"], r["kept"]) for r in account] == [
        ("log.csv", 4, 3),
        ("a.csv", 3, 3),
        ("a.csv", 3, 2),
    ]


def test_old_values_are_compared_as_numbers_and_this_is_told(tmp_path):
    cells, problems, _ = field_log(tmp_path, "u1;q;400000;4;change", "u2;q;33.0;3;change", "u3;q;1;2;change")
    assert cells == {"u1": "4", "u2": "3", "u3": "2"}
    assert [(p.severity, p.row, p.count, p.value) for p in problems] == [("warning", 2, 3, "rows 2-4")]


@pytest.mark.parametrize(
    ("one", "other", "decimals", "same"),
    [
        ("4e+05", "400000", "..", True),
        ("1500.0", "1500", "..", True),
        ("1,5", "1.5", ",.", True),
        ("1.500", "1500", "..", False),  # never a thousand: 1.500 is one and a half
        ("1.500", "1500", ",.", False),  # the other decimal mark: refused, not guessed
        ("950,000.00", "950000", "..", False),
        ("007", "7", "..", False),
        ("+39", "39", "..", False),
        ("9007199254740993", "9007199254740992", "..", False),  # equal as floats
        ("FALSE", "0", "..", True),
        ("FALSE", "", "..", False),
        ("NA", "nan", "..", False),
    ],
)
def test_the_same_value_written_in_two_ways(one, other, decimals, same):
    assert same_value(one, other, tuple(decimals)) is same
    assert same_value(other, one, tuple(decimals[::-1])) is same


def test_lines_that_fit_nothing_are_told_together_for_each_reason(tmp_path):
    lines = (
        "u1;q;9;1;change",
        "u2;q;;1;change",
        "u8;q;9;1;change",
        "u9;;;;remove",
        "u1;qq;9;1;change",
    )
    for block, severity in (("", "error"), (", unmatched: tell", "warning")):
        cells, problems, _ = field_log(tmp_path / severity, *lines, block=block)
        assert cells == {"u1": "4e+05", "u2": "33", "u3": "TRUE"}
        assert sorted((p.severity, p.row, p.count, p.value) for p in problems) == [
            (severity, 2, 2, "rows 2-3"),  # not the old value
            (severity, 4, 2, "rows 4-5"),  # no such submission
            (severity, 6, 1, HIDDEN),  # no such column
        ]


def test_an_old_value_nobody_wrote_down_is_declared_and_counted(tmp_path):
    cells, problems, _ = field_log(
        tmp_path, "u1;q;;4;change", "u2;q;99;3;change", block=", empty_old: not_recorded"
    )
    assert cells == {"u1": "4", "u2": "33", "u3": "TRUE"}
    assert [(p.severity, p.row) for p in problems] == [("error", 3), ("warning", 2)]


def test_the_same_line_twice_is_made_once_and_told(tmp_path):
    cells, problems, _ = field_log(
        tmp_path, "u2;q;33;3;change", "u2;q;33;3;change", "u1;;;;remove", "u1;;;;remove"
    )
    assert cells == {"u2": "3", "u3": "TRUE"}
    assert [(p.severity, p.count, p.value) for p in problems] == [("warning", 2, "rows 3, 5")]


@pytest.mark.parametrize("line", ["u2;q;33;3;chang", "u2;q;33;3;empty", "u2;q;33;;change", "u2;q;33;3;"])
def test_an_action_at_odds_with_its_line_is_an_error_and_changes_nothing(tmp_path, line):
    cells, problems, _ = field_log(tmp_path, line)
    assert cells["u2"] == "33"
    assert [(p.severity, p.file, p.row, p.column) for p in problems] == [("error", "log.csv", 2, "action")]


def test_a_log_of_submissions_needs_exports_that_tell_them_apart(tmp_path):
    _, problems, _ = field_log(tmp_path, "u2;q;33;3;none", "u2;q;33;3;change", submission="")
    assert [p.severity for p in problems] == ["error"]
    assert "submission_id" in problems[0].fix
