"""Reading an XLSForm, and the expressions in it."""

from __future__ import annotations

import pandas as pd
import pytest
from loader_studies import whats, write

from hubanalysis.loaders.expressions import NotUnderstoodError, evaluate
from hubanalysis.loaders.xlsform import read_form

SURVEY = [
    ["type", "name", "label::Italiano (it)", "label::English (en)", "relevant", "constraint", "required"],
    ["start", "start"],
    ["begin group", "about", "Di lei", None, "${consent} = 'yes'"],
    ["integer", "age", "Età", None, None, ". > 0 and . < 120", "yes"],
    ["select one places", "place", "Dove", "Where"],
    ["select_multiple why or_other", "reasons", "Perché", "Why", "${place} = 'siena'"],
    ["end group"],
    ["note", "thanks", "Grazie", "Thanks"],
    ["select_one nowhere", "lost", "Persa", "Lost"],
    ["begin repeat", "partners", "Partner"],
    ["text", "partner", "Nome", "Name"],
    ["end repeat"],
    ["calculate", "sum"],
]
CHOICES = [
    ["list name", "name", "label::Italiano (it)", "label::English (en)"],
    ["places", "siena", "Siena", "Siena"],
    ["places", 7, "Sette", "Seven"],
    ["why", "time", "Tempo", "Time"],
    ["why", "time", "Ancora", "Again"],
]


@pytest.fixture
def form(tmp_path):
    problems = []
    path = write(tmp_path / "form.xlsx", {"survey": SURVEY, "choices": CHOICES})
    return read_form(path, "form.xlsx", problems), problems


def test_questions_with_groups_labels_and_choices(form):
    form, _ = form
    assert [q.name for q in form.questions] == ["age", "place", "reasons", "reasons_other", "lost"]
    age, place, reasons = form.questions[:3]
    assert (age.type, age.groups, age.required, age.labels) == ("integer", ("about",), True, {"it": "Età"})
    assert place.choice_names == ("siena", "7")
    assert place.labels == {"it": "Dove", "en": "Where"}
    assert reasons.relevant == ("${consent} = 'yes'", "${place} = 'siena'")
    assert reasons.choice_names == ("time", "other")
    assert set(form.metadata) == {"start", "thanks", "sum"}


def test_what_the_form_gets_wrong_or_is_not_read_is_told(form):
    form, problems = form
    assert form.question("lost").type == "text"
    assert sorted((p.row, p.severity) for p in problems) == [(5, "warning"), (9, "warning")]


def test_a_repeated_group_stands_apart(form):
    form, _ = form
    assert form.question("partner") is None
    (partners,) = form.repeats
    assert (partners.name, partners.labels) == ("partners", {"it": "Partner"})
    assert [(q.name, q.groups) for q in partners.questions] == [("partner", ("partners",))]


def test_a_repeated_group_in_another_is_refused_with_its_row(tmp_path):
    problems = []
    rows = [
        ["type", "name"],
        ["begin_repeat", "visit"],
        ["text", "a"],
        ["begin_repeat", "child"],
        ["text", "b"],
    ]
    rows += [["end_repeat"], ["text", "c"], ["end_repeat"], ["text", "d"]]
    form = read_form(
        write(tmp_path / "form.xlsx", {"survey": rows, "choices": CHOICES}), "form.xlsx", problems
    )
    assert [(p.row, p.value) for p in problems if p.severity == "error"] == [(4, "child")]
    assert [q.name for q in form.repeats[0].questions] == ["a", "c"]
    assert [q.name for q in form.questions] == ["d"]


def test_or_other_asks_for_the_text_as_collecting_programs_do(form):
    form, _ = form
    assert form.question("reasons").other == "reasons_other"
    text = form.question("reasons_other")
    assert (text.type, text.groups) == ("text", ("about",))
    assert text.relevant[-1] == "selected(${reasons}, 'other')"


def test_two_questions_of_one_name_are_an_error(tmp_path):
    problems = []
    rows = [["type", "name"], ["text", "a"], ["text", "a"]]
    read_form(write(tmp_path / "form.xlsx", {"survey": rows, "choices": CHOICES}), "form.xlsx", problems)
    assert "the form gives this name to two questions" in whats(problems, "error")


def test_what_is_no_form_is_an_error(tmp_path):
    problems = []
    path = write(tmp_path / "form.xlsx", {"survey": [["a", "b"], ["1", "2"]], "choices": CHOICES})
    assert read_form(path, "form.xlsx", problems).questions == ()
    assert whats(problems, "error")


ANSWERS = {
    "x": pd.Series(["yes", "no", ""]),
    "m": pd.Series(["a bc", "b", "a"]),
    "n": pd.Series(["5", "", "07"]),
    "e": pd.Series(["1E5", "00E10", "2.5"]),
}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("${x} = 'yes'", [True, False, False]),
        ("${x} != 'yes'", [False, True, True]),
        ("selected(${m}, 'b')", [False, True, False]),
        ("selected(${m}, ‘a’)", [True, False, True]),
        ("${n} > 4", [True, False, True]),
        ("${n} = 7", [False, False, True]),
        ("${n} >= ${n}", [True, False, True]),
        ("not(${x} = 'no') and ${n} != 5", [False, False, True]),
        # `and` binds closer than `or`
        ("${x} = 'yes' or ${x} = 'no' and ${n} = 5", [True, False, False]),
        ("(${x} = 'yes' or ${x} = 'no') and ${n} = ''", [False, True, False]),
        ("count-selected(${m}) > 1", [True, False, False]),
        ("true() and ${x}", [True, True, False]),
        # no exponents, as in XPath: 1E5 is no number, 00E10 is not 0
        ("${e} > 1", [False, False, True]),
        ("${e} = 0", [False, False, False]),
        ("${e} = '1E5'", [True, False, False]),
    ],
)
def test_when_a_question_is_asked(expression, holds):
    assert evaluate(expression, ANSWERS).tolist() == holds


def test_numbers_in_conditions_have_the_decimal_mark_of_the_file():
    hours = {"h": pd.Series(["2,5", "0,5", ""])}
    assert evaluate("${h} >= 1", hours, decimal=",").tolist() == [True, False, False]
    assert evaluate("${h} >= 1", hours).tolist() == [False, False, False]


def test_a_constraint_on_the_answer_itself():
    own = pd.Series([0.0, 5, 10_000, 20_000_000])
    assert evaluate(".=0 or .>=9999  and .<= 10000000", {}, own).tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    "expression",
    [
        "regex(., 'a')",
        "${x} = 'yes",
        "${unknown} = 1",
        "${n} + 1 = 2",
        "${x} =",
        "selected(${m} 'a')",
        "${x} ${n}",
        ".",
    ],
)
def test_what_is_not_understood_is_said(expression):
    with pytest.raises(NotUnderstoodError):
        evaluate(expression, ANSWERS)
