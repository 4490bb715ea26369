"""Questionnaires: exports matched to the form, answers typed from it, submissions and statuses accounted for."""

from __future__ import annotations

import pytest
from loader_studies import make_study, steps, whats

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.questionnaires import load_questionnaires

FORM = {
    "survey": [
        ["type", "name", "label::Italiano (it)", "label::English (en)", "relevant", "constraint"],
        ["select_one yes_no", "consent", "Accetta?", "Do you agree?"],
        ["begin_group", "code", "Il codice", "The code"],
        ["text", "c1", "Prima lettera", "First letter"],
        ["integer", "c2", "Giorno", "Day"],
        ["end_group"],
        ["begin_group", "about", "Di lei", "About you"],
        ["select_one gender", "gender", "Genere", "Gender"],
        ["select_one yes_no", "children", "Figli?", "Children?"],
        ["integer", "hours", "Quante ore?", "How many hours?", "${children} = 'yes'", ". >= 0 and . <= 90"],
        ["decimal", "weight", "Quanto?", "How much?"],
        ["select_multiple why", "why", "Perché?", "Why?"],
        ["select_one agree", "q1", "Sto bene", "I am well"],
        ["date", "when", "Quando?", "When?"],
        ["text", "open", "Dica", "Say"],
        ["end_group"],
    ],
    "choices": [
        ["list_name", "name", "label::Italiano (it)", "label::English (en)"],
        ["yes_no", "yes", "Sì", "Yes"],
        ["yes_no", "no", "No", "No"],
        ["gender", "f", "Donna", "Woman"],
        ["gender", "m", "Uomo", "Man"],
        ["why", "far", "È lontano, e non ho l'auto", "It is far, and I have no car"],
        ["why", "time", "Non ho tempo", "No time"],
        ["why", "other", "Altro", "Other"],
        *[["agree", str(n), f"Grado {n}", f"Degree {n}"] for n in range(1, 6)],
        ["agree", "98", "Non mi riguarda", "Does not apply"],
    ],
}
BLOCK = """
instruments:
  - id: people
    about: people
    form: form.xlsx
    code: [c1, c2]
    link: {link}
    consent: {{item: consent, value: "yes"}}
    attributes: [gender]
    missing: {{"99": not_answered, "98": does_not_apply}}
    invalid: {invalid}
    duplicates: {duplicates}
    exports:
      - {export}
    scales:
      - {{id: s, label: S, area: wellbeing, items: [q1], range: [1, 5]}}
"""
NAMES = "wave: before, file: before.csv"
HEADER = "consent;c1;c2;gender;children;hours;weight;why;q1;when;open"


def form_with(name, row):
    """The form with another row for the question ``name``."""
    return {**FORM, "survey": [row if name in r[1:2] else r for r in FORM["survey"]]}


def load(folder, text, export=NAMES, invalid="stop", duplicates="last", link="exact", form=FORM):
    block = BLOCK.format(export="{" + export + "}", invalid=invalid, duplicates=duplicates, link=link)
    files = {"form.xlsx": form, "before.csv": text}
    study = make_study(folder, block, files)
    problems, account = [], []
    return load_questionnaires(study, problems, account), problems, account


def answer(tables, item, column="value"):
    return tables.answers[tables.answers["item"] == item][column].tolist()


def test_answers_are_typed_from_the_form(tmp_path):
    row = "yes;A;07;f;yes;3;12.5;far other;4;2022-03-04;ciao"
    tables, problems, _ = load(tmp_path, f"{HEADER}\n{row}\n")
    assert problems == []
    found = tables.answers.set_index("item")
    assert list(found.columns) == ["about", "id", "wave", "instrument", "type", "value", "number", "status"]
    assert set(found["status"]) == {"answered"}
    assert found["value"].to_dict() == {
        "gender": "f", "children": "yes", "hours": "3", "weight": "12.5", "why/far": "1", "why/time": "0",
        "why/other": "1", "q1": "4", "when": "2022-03-04", "open": "ciao",
    }  # fmt: skip
    assert found["number"].dropna().to_dict() == {
        "hours": 3, "weight": 12.5, "why/far": 1, "why/time": 0, "why/other": 1, "q1": 4,
    }  # fmt: skip
    assert tables.attributes[["attribute", "value"]].values.tolist() == [["gender", "f"]]
    assert tables.respondents["id"].tolist() == ["A-7"]


def test_neither_the_code_nor_the_consent_is_among_the_answers(tmp_path):
    tables, _, _ = load(tmp_path, f"{HEADER}\nyes;A;7;f;no;;;;1;;\n")
    assert not {"c1", "c2", "consent"} & set(tables.answers["item"])


def test_what_can_have_become_of_an_answer(tmp_path):
    rows = ["yes;A;1;f;no;;;;98;;", "yes;B;2;f;yes;;;time;99;;", "yes;C;3;f;yes;99;;;;;"]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER, *rows]))
    assert problems == []
    assert answer(tables, "hours", "status") == ["not_asked", "not_answered", "not_answered"]
    assert answer(tables, "q1", "status") == ["does_not_apply", "not_answered", "not_answered"]
    assert answer(tables, "why/time", "status") == ["not_answered", "answered", "not_answered"]
    left = tables.answers[tables.answers["status"] != "answered"]
    assert set(left["value"]) == {""} and left["number"].isna().all()


def test_misfits_are_errors_with_row_column_and_value(tmp_path):
    rows = ["yes;A;1;x;yes;3,5;2,5;far never;7;04/03/2022;", "yes;B;2;f;yes;91;1E5;;1;;"]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER, *rows]))
    assert {(p.row, p.column, p.value) for p in problems} == {
        (2, "gender", "x"), (2, "hours", "3,5"), (2, "weight", "2,5"), (2, "why", HIDDEN), (2, "q1", "7"),
        (2, "when", HIDDEN), (3, "hours", "91"), (3, "weight", "1E5"),
    }  # fmt: skip
    assert {p.severity for p in problems} == {"error"}
    assert answer(tables, "hours", "status") == ["invalid", "invalid"]
    assert answer(tables, "hours") == ["", ""]


def test_misfits_set_aside_are_one_warning_a_column(tmp_path):
    rows = [f"yes;A;{n};x;no;;;;1;;" for n in range(1, 31)]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER, *rows]), invalid="set_aside")
    assert [(p.severity, p.column) for p in problems] == [("warning", "gender")]
    assert answer(tables, "gender", "status") == ["invalid"] * 30
    assert tables.attributes.empty


def test_the_range_of_a_scale_holds_for_its_items(tmp_path):
    block_form = form_with("q1", ["integer", "q1", "Sto bene"])
    rows = ["yes;A;1;f;no;;;;6;;", "yes;B;2;f;no;;;;5;;"]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER, *rows]), form=block_form)
    assert [(p.row, p.column, p.value) for p in problems] == [(2, "q1", "6")]
    assert answer(tables, "q1", "status") == ["invalid", "answered"]


def test_a_code_of_missing_that_is_also_a_possible_number_is_told(tmp_path):
    form = form_with("hours", ["integer", "hours", "Quante ore?", "How many?", None, ". >= 0 and . <= 120"])
    _, problems, _ = load(tmp_path, f"{HEADER}\nyes;A;1;f;yes;99;;;1;;\n", form=form)
    assert [(p.severity, p.column, p.value) for p in problems] == [("warning", "hours", "99")]


def test_headers_with_groups_damage_and_choices_in_columns_of_their_own(tmp_path):
    header = (
        "X.U.FEFF.consent,code.c1,code.c2,about/gender,about/children,hours,about/weight,why,"
        "about.why.far,about/why/time,why/other,about/q1,about/when,about/open,_uuid"
    )
    rows = ["yes,A,1,f,no,,,far time,1,1,0,3,,,u1", "yes,B,2,m,no,,,far,1,TRUE,0,3,,,u2"]
    tables, problems, _ = load(tmp_path, "\n".join([header, *rows]), NAMES + ", submission_id: _uuid")
    assert answer(tables, "why/time") == ["1", "0"]
    assert [(p.severity, p.row) for p in problems] == [("warning", 3)]
    assert "the joined answer counts" in problems[0].what


def test_only_columns_of_choices(tmp_path):
    header = HEADER.replace("why", "why/far;why/time")
    rows = ["yes;A;1;f;no;;;1;0;1;;", "yes;B;2;f;no;;;0;0;1;;", "yes;C;3;f;no;;;;;1;;"]
    tables, problems, _ = load(tmp_path, "\n".join([header, *rows]))
    assert problems == []
    assert answer(tables, "why/far") == ["1", "0", ""]
    assert answer(tables, "why/far", "status") == ["answered", "answered", "not_answered"]
    assert answer(tables, "why/other", "status") == ["not_asked", "not_asked", "not_answered"]


LABELS = (
    "Inviata;Accetta?;Prima lettera;Giorno;Genere;Figli?;Quante ore?;Quanto?;Perché?;Sto bene;Quando?;Dica"
)
BY_LABEL = (
    "wave: before, file: before.csv, headers: labels, language: it, decimal: ',', dates: day_first, "
    "submitted: Inviata"
)


def test_labels_in_a_language_with_commas_inside_them(tmp_path):
    row = "07/11/2022 09.32.38;Sì;a;07;Donna;No;;12,5;È lontano, e non ho l’auto, Altro;Non mi riguarda;04/03/2022;ok"
    tables, problems, _ = load(tmp_path, f"{LABELS}\n{row}\n", BY_LABEL)
    assert problems == []
    assert [answer(tables, f"why/{c}")[0] for c in ("far", "time", "other")] == ["1", "0", "1"]
    assert answer(tables, "q1", "status") == ["does_not_apply"]
    assert answer(tables, "weight", "number") == [12.5]
    assert answer(tables, "when") == ["2022-03-04"]
    assert tables.respondents["submitted"].dt.strftime("%Y-%m-%d").tolist() == ["2022-11-07"]
    assert tables.respondents["id"].tolist() == ["A-7"]


def test_a_label_that_is_no_choice_is_told_never_guessed(tmp_path):
    row = "07/11/2022;Sì;a;07;Donn;No;;;Lontano;Grado 3;;"
    _, problems, _ = load(tmp_path, f"{LABELS}\n{row}\n", BY_LABEL)
    assert [(p.column, p.severity) for p in problems] == [("Genere", "error"), ("Perché?", "error")]


def test_codes_are_not_read_as_labels_that_look_like_other_codes(tmp_path):
    shifted = [["agree", str(n), str(n + 1)] for n in range(5)]
    form = {**FORM, "choices": [r for r in FORM["choices"] if r[0] != "agree"] + shifted}
    export = BY_LABEL
    rows = [f"07/11/2022;Sì;a;{n};Donna;No;;;;{n};;" for n in (1, 3, 5)]
    tables, problems, _ = load(tmp_path / "labels", "\n".join([LABELS, *rows]), export, form=form)
    assert answer(tables, "q1") == ["", "2", "4"]  # the label 1 is the code 0: outside the scale's 1 to 5
    rows = [f"yes;A;{n};f;no;;;;{n};;" for n in (1, 3, 5)]
    tables, problems, _ = load(tmp_path / "names", "\n".join([HEADER, *rows]), form=form)
    assert answer(tables, "q1") == ["1", "3", ""]
    assert [(p.row, p.column) for p in problems] == [(4, "q1")]


def test_several_questions_with_one_label_are_taken_in_order_if_the_columns_are_as_many(tmp_path):
    form = form_with("weight", ["decimal", "weight", "Dica"])
    header = LABELS.replace("Quanto?", "Dica")
    tables, problems, _ = load(
        tmp_path / "a", f"{header}\n07/11/2022;Sì;a;7;Donna;No;;2,5;;Grado 1;;sì\n", BY_LABEL, form=form
    )
    assert (answer(tables, "weight"), answer(tables, "open")) == (["2.5"], ["sì"])
    assert [p.severity for p in problems] == ["warning"]
    header = LABELS.replace("Quanto?;", "")
    _, problems, _ = load(
        tmp_path / "b", f"{header}\n07/11/2022;Sì;a;7;Donna;No;;;Grado 1;;sì\n", BY_LABEL, form=form
    )
    assert "it cannot be told which question this column answers" in whats(problems, "error")


def test_columns_and_questions_that_do_not_meet_are_told(tmp_path):
    header = HEADER.replace("q1", "qu1").replace("weight", "peso")
    _, problems, _ = load(tmp_path, f"{header};_id\nyes;A;1;f;no;;;;1;;;5\n")
    told = {(p.severity, p.column): p for p in problems}
    assert "'qu1'" in told["error", "q1"].fix  # needed by the scale
    assert {column for severity, column in told if severity == "warning"} >= {"qu1", "peso"}
    assert ("warning", "_id") not in told


def test_columns_may_be_named_in_the_export(tmp_path):
    header = HEADER.replace("q1", "stato").replace("c2", "day")
    tables, problems, _ = load(
        tmp_path, f"{header}\nyes;A;1;f;no;;;;4;;\n", NAMES + ", columns: {q1: stato, c2: day}"
    )
    assert (problems, answer(tables, "q1")) == ([], ["4"])


def test_a_condition_that_is_not_understood_is_told_once_and_everyone_counts_as_asked(tmp_path):
    form = form_with("hours", ["integer", "hours", "Ore?", "Hours?", "jr:choice-name(${children}) = 1"])
    rows = ["yes;A;1;f;no;;;;1;;", "yes;B;2;f;no;;;;1;;"]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER, *rows]), form=form)
    assert [(p.severity, p.column) for p in problems] == [("warning", "hours")]
    assert answer(tables, "hours", "status") == ["not_answered"] * 2


def test_answers_to_a_question_that_was_not_to_be_asked_are_kept_and_told(tmp_path):
    tables, problems, _ = load(tmp_path, f"{HEADER}\nyes;A;1;f;no;5;;;1;;\n")
    assert answer(tables, "hours") == ["5"]
    assert [(p.severity, p.column) for p in problems] == [("warning", "hours")]


TIMED = HEADER + ";sent;uuid"
SENT = NAMES + ", submitted: sent, submission_id: uuid, closes: 2022-03-15, late: {late}"
SUBMISSIONS = [
    "yes;A;1;f;no;;;;1;;;2022-03-01T10:00:00;u1",
    "yes;A;1;f;no;;;;1;;;2022-03-01T10:00:00;u1",  # an exact copy
    "yes;B;2;f;no;;;;1;;;2022-03-01T10:00:00;u2",
    "yes;B;2;f;no;;;;2;;;2022-03-01T11:00:00;u2",  # the same submission, edited
    "yes;C;3;f;no;;;;1;;;2022-03-05T10:00:00;u3",
    "yes;c;03;f;no;;;;2;;;2022-03-04T10:00:00;u4",  # the same code, sent before
    "no;;;;;;;;;;;2022-03-04T10:00:00;u5",
    "yes;D;4;f;no;;;;5;;;2022-03-15T23:00:00;u6",
    "yes;E;5;f;no;;;;5;;;2022-03-16T00:00:00;u7",  # late
]


@pytest.mark.parametrize(("duplicates", "scores"), [("first", ["1", "1", "2"]), ("last", ["1", "2", "1"])])
def test_which_submissions_count(tmp_path, duplicates, scores):
    text = "\n".join([TIMED, *SUBMISSIONS])
    tables, problems, account = load(tmp_path, text, SENT.format(late="drop"), duplicates=duplicates)
    by_id = tables.answers[tables.answers["item"] == "q1"].set_index("id")["value"]
    assert [by_id[person] for person in ("A-1", "B-2", "C-3")] == scores
    assert sorted(tables.respondents["id"]) == ["A-1", "B-2", "C-3", "D-4"]
    assert list(steps(account, "respondents").values()) == [(9, 9), (9, 8), (8, 7), (7, 6), (6, 5), (5, 4)]
    assert whats(problems, "error") == []


def test_late_answers_are_kept_and_marked_where_so_declared(tmp_path):
    tables, _, _ = load(tmp_path, "\n".join([TIMED, *SUBMISSIONS]), SENT.format(late="keep"))
    late = tables.respondents.set_index("id")["late"]
    assert (late["E-5"], late["D-4"]) == (True, False)


def test_a_later_refusal_undoes_an_earlier_consent(tmp_path):
    rows = ["yes;A;1;f;no;;;;1;;;2022-03-01;u1", "no;A;1;;;;;;;;;2022-03-02;u2"]
    tables, _, _ = load(tmp_path, "\n".join([TIMED, *rows]), SENT.format(late="keep"))
    assert tables.respondents.empty and tables.answers.empty


def test_two_people_without_a_code_stay_two(tmp_path):
    rows = ["yes;;;f;no;;;;1;;", "yes;;;f;no;;;;1;;"]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER, *rows]))
    assert tables.respondents["id"].nunique() == 2
    assert [p.severity for p in problems] == ["warning"]
    assert tables.codes.empty


def test_waves_in_one_file_are_told_apart_and_joined(tmp_path):
    export = "file: before.csv, wave_column: quando, wave_values: {prima: before, dopo: after}"
    rows = ["yes;A;1;f;no;;;;1;;;dopo", "yes;A;1;m;no;;;;2;;;prima", "yes;B;1;f;no;;;;2;;;poi"]
    tables, problems, _ = load(tmp_path, "\n".join([HEADER + ";quando", *rows]), export)
    assert tables.respondents[["wave", "link"]].values.tolist() == [["before", "exact"], ["after", "exact"]]
    assert tables.attributes["value"].tolist() == ["m"]  # as first answered, in the order of the waves
    assert [(p.row, p.value) for p in problems if p.severity == "error"] == [(4, "poi")]


def test_a_near_link_gives_both_codes_to_one_person(tmp_path):
    export = "file: before.csv, wave_column: w"
    crowd = [f"yes;C{n};1;f;no;;;;1;;;{wave}" for wave in ("before", "after") for n in range(40)]
    rows = ["yes;A;1;f;no;;;;1;;;before", "yes;A;2;f;no;;;;2;;;after", *crowd]
    tables, _, account = load(tmp_path, "\n".join([HEADER + ";w", *rows]), export, link="tolerant")
    near = tables.respondents[tables.respondents["link"] == "near"]
    assert near["id"].tolist() == ["A-1", "A-1"]
    assert [pair for pair in tables.codes.values.tolist() if pair[1] == "A-1"] == [
        ["A-1", "A-1"],
        ["A-2", "A-1"],
    ]
    counted = {row["reason"]: row["kept"] for row in account if row["table"] == "links"}
    assert counted == {
        "people joined between waves by the same code": 40,
        "people joined between waves by a code in which one element differs": 1,
    }


def test_no_message_shows_a_personal_code(tmp_path):
    rows = ["yes;QXJ;17;z;no;;;;1;;;2022-03-01;u1", "yes;QXJ;17;f;no;;;;9;;;2022-03-02;u2"]
    _, problems, account = load(tmp_path, "\n".join([TIMED, *rows]), SENT.format(late="keep"))
    assert problems
    assert not any("QXJ" in str(thing) for thing in [*problems, *(p.as_dict() for p in problems), *account])


def test_a_free_text_in_a_closed_question_is_not_shown(tmp_path):
    _, problems, _ = load(tmp_path, f"{HEADER}\nyes;A;1;chiedere a Rossi;yes;33339876543;;;1;;\n")
    assert {p.value for p in problems} == {HIDDEN}


def test_a_missing_file_is_told_with_its_line_and_the_nearest_name(tmp_path):
    tables, problems, _ = load(tmp_path, f"{HEADER}\n", "wave: before, file: befor.csv")
    assert tables.respondents.empty
    assert list(tables.answers.columns)[:4] == ["about", "id", "wave", "instrument"]
    lines = (tmp_path / "study.yaml").read_text().splitlines()
    assert "befor.csv" in lines[problems[0].row - 1]
    assert "'before.csv'" in problems[0].fix


def test_questions_declared_in_the_study(tmp_path):
    block = """
instruments:
  - id: scores
    about: people
    code: [subject]
    questions:
      - {id: das, label: D, range: [0, 151]}
      - {id: area, label: A, type: select_one, choices: {n: Nord, s: Sud}}
    exports:
      - {file: a.csv, wave_column: time, wave_values: {pre: before, post: after}}
"""
    text = "subject,time,das,area\n007,pre,90.5,Nord\n7,pre,152,s\n007,post,,e\n"
    study = make_study(tmp_path, block, {"a.csv": text})
    problems = []
    tables = load_questionnaires(study, problems, [])
    assert tables.respondents["id"].tolist() == ["007", "7", "007"]
    assert answer(tables, "das", "status") == ["answered", "invalid", "not_answered"]
    assert answer(tables, "area") == ["n", "s", ""]
    assert [(p.row, p.column) for p in problems] == [(3, "das"), (4, "area")]


def test_organisations_answer_under_the_id_of_the_register(tmp_path):
    import pandas as pd

    block = """
instruments:
  - id: orgs
    about: organisations
    code: [org]
    questions: [{id: q, label: Q, range: [1, 5]}]
    exports: [{file: a.csv, wave: before}]
"""
    study = make_study(tmp_path, block, {"a.csv": "org,q\nribo,3\nRIBBO,4\n"})
    problems = []
    register = pd.DataFrame({"organisation": ["RIBO", "ARCA"]})
    tables = load_questionnaires(study, problems, [], organisations=register)
    assert tables.respondents[["about", "id"]].values.tolist() == [
        ["organisations", "RIBO"],
        ["organisations", "RIBBO"],
    ]
    assert [(p.row, p.value) for p in problems] == [(3, "RIBBO")]
    assert "'RIBO'" in problems[0].fix
