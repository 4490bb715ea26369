"""Ties as people collect them: layouts, weights with a meaning, and every handling told."""

from __future__ import annotations

import pandas as pd
import pytest
from loader_studies import HEAD, make_study, steps, whats, write

from hubanalysis.errors import DataError
from hubanalysis.hub import open_study
from hubanalysis.loaders.tabular import load_tables
from hubanalysis.loaders.ties import load_ties
from hubanalysis.metrics.adjacency import networks_of

REGISTER = pd.DataFrame({"organisation": ["A", "B", "C", "D"], "name": ["Alfa", "Beta", "Gamma", "Delta"]})


def loaded(folder, block, files):
    problems, account = [], []
    study = make_study(folder, block, files)
    ties, asked = load_ties(study, problems, account, organisations=REGISTER)
    return ties, asked, problems, account


def triples(ties: pd.DataFrame) -> list[list]:
    return ties[["source", "target", "weight"]].values.tolist()


def flags(asked: pd.DataFrame) -> dict[str, bool | None]:
    pairs = zip(asked["organisation"], asked["responded"], strict=True)
    return {name: None if pd.isna(flag) else bool(flag) for name, flag in pairs}


MATRIX = """
networks:
  directed: %s
  ties:
    - {kind: help, wave: before, layout: matrix, file: m.xlsx%s}
"""
ROSTER = [
    [None, "A", "B", "C", "D"],  # the first cell of a roster is often empty
    ["A", "-", 1, 0, "x"],
    ["B", None, "-", 3, None],
    ["C", None, None, "-", None],  # answered nothing
    ["D", 0, 0, 0, 0],  # answered: nobody
]


def test_a_roster_matrix(tmp_path):
    ties, asked, problems, account = loaded(tmp_path, MATRIX % ("true", ""), {"m.xlsx": {"s": ROSTER}})
    assert triples(ties) == [["A", "B", 1.0], ["A", "D", 1.0], ["B", "C", 3.0]]
    assert flags(asked) == {"A": True, "B": True, "C": False, "D": True}
    (silent,) = problems
    assert (silent.severity, silent.row, silent.value) == ("warning", 4, "C")
    assert steps(account, "ties") == {"cells filled in": (11, 11), "weight 0: no tie": (11, 3)}


def test_an_empty_row_may_be_declared_to_mean_no_ties(tmp_path):
    block = MATRIX % ("true", ", empty_rows: no_ties")
    _, asked, problems, _ = loaded(tmp_path, block, {"m.xlsx": {"s": ROSTER}})
    assert flags(asked)["C"] is True
    assert "count as having answered" in problems[0].what


def test_the_diagonal_is_left_out_and_counted_and_makes_nobody_a_respondent(tmp_path):
    rows = [["chi", "A", "B"], ["A", 1, 1], ["B", 1, None]]
    ties, asked, _, account = loaded(
        tmp_path, MATRIX % ("true", ""), {"m.xlsx": {"s": [*rows[:2], ["B", None, 1]]}}
    )
    assert triples(ties) == [["A", "B", 1.0]]
    assert flags(asked) == {"A": True, "B": False}
    assert steps(account, "ties")["ties of an organisation to itself"] == (3, 1)


def test_rows_and_columns_of_a_roster_may_differ(tmp_path):
    rows = [["chi", "B", "D"], ["A", 1, None], ["C", None, 1]]
    ties, asked, problems, _ = loaded(tmp_path, MATRIX % ("true", ""), {"m.xlsx": {"s": rows}})
    assert (triples(ties), problems) == ([["A", "B", 1.0], ["C", "D", 1.0]], [])
    assert flags(asked) == {"A": True, "C": True, "B": False, "D": False}
    (network,) = networks_of(ties.astype({"weight": float}), REGISTER, asked)
    assert network.nodes == ("A", "B", "C", "D") and network.respondents == 2


def test_what_is_no_cell_of_a_roster_is_told_with_its_place(tmp_path):
    rows = [["chi", "A", "B", "E"], ["A", None, "spesso", None], ["B", -1, None, None], ["Z", 1, None, None]]
    _, _, problems, _ = loaded(tmp_path, MATRIX % ("true", ""), {"m.xlsx": {"s": rows}})
    places = {(p.row, p.column) for p in problems if p.severity == "error"}
    assert places == {(2, "B"), (3, "A"), (4, "source"), (1, "")}
    assert len(problems) == 4  # each once, however many cells it touches


def test_a_matrix_in_a_text_file_with_several_waves(tmp_path):
    block = """
networks:
  ties:
    - {kind: help, wave: before, where: {quando: prima}, %s}
    - {kind: help, wave: after, where: {quando: dopo}, %s}
""" % (('layout: matrix, file: m.csv, decimal: ",", columns: {source: chi}',) * 2)
    text = "quando;chi;A;B\nprima;A;;1,5\nprima;B;X;\ndopo;A;;0\ndopo;B;no;\n"
    ties, asked, problems, _ = loaded(tmp_path, block, {"m.csv": text})
    assert ties[["wave", "source", "target", "weight"]].values.tolist() == [
        ["before", "A", "B", 1.5],
        ["before", "B", "A", 1.0],
    ]
    assert (problems, asked["responded"].all()) == ([], True)


def test_undirected_matrix(tmp_path):
    rows = [["chi", "A", "B", "C"], ["A", None, 1, 0], ["B", 1, None, 2], ["C", 0, 1, None]]
    ties, asked, problems, account = loaded(tmp_path, MATRIX % ("false", ""), {"m.xlsx": {"s": rows}})
    assert triples(ties) == [["A", "B", 1.0], ["B", "C", 2.0]]
    assert steps(account, "ties")["ties told from the other end too"] == (4, 2)
    assert whats(problems) == ["the same tie stands with different weights; the greatest counts"]
    assert all(flags(asked).values())


NAMES = """
networks:
  directed: true
  ties:
    - {kind: help, wave: before, layout: names, file: n.csv, columns: {source: chi}%s}
"""


def test_a_name_generator_in_the_order_of_the_numbers(tmp_path):
    block = NAMES % ", named: nome_, named_weights: quanto_"
    text = (
        "chi;nome_2;nome_10;nome_1;quanto_10;quanto_1;quanto_2;nome_note\n"
        "A;Gamma;Delta;beta;;5;3;x\nB;;;;;;2;x\nC;;;C;;1;;x\n"
    )
    ties, asked, problems, account = loaded(tmp_path, block, {"n.csv": text})
    assert triples(ties) == [["A", "B", 5.0], ["A", "C", 3.0], ["A", "D", 1.0]]
    assert flags(asked) == {"A": True, "B": True, "C": True, "D": False}
    assert whats(problems) == [
        "weights beside which no name stands are left out",
        "ties without a weight; they count as 1",
        "empty rows: these organisations count as having answered that they have no ties",
    ]
    assert steps(account, "ties") == {
        "names written": (4, 4),
        "ties of an organisation to itself": (4, 3),
    }


def test_the_columns_of_a_name_generator_may_be_listed(tmp_path):
    ties, _, _, _ = loaded(
        tmp_path, NAMES % ", named: [primo, secondo]", {"n.csv": "chi;secondo;primo\nA;C;B\n"}
    )
    assert triples(ties) == [["A", "B", 1.0], ["A", "C", 1.0]]


@pytest.mark.parametrize("more", ["", ", named: [primo, terzo]", ", named: primo, named_weights: peso_"])
def test_columns_of_names_that_are_not_there_are_an_error(tmp_path, more):
    _, _, problems, _ = loaded(tmp_path, NAMES % more, {"n.csv": "chi;primo;primo1\nA;B;C\n"})
    assert whats(problems, "error") == ["the columns of the names, or of their weights, are not all there"]


def test_an_organisation_in_two_rows_is_told_and_put_together(tmp_path):
    text = "chi;name_1\nA;B\nA;C\nA;B\n"
    ties, _, problems, account = loaded(tmp_path, NAMES % "", {"n.csv": text})
    assert triples(ties) == [["A", "B", 1.0], ["A", "C", 1.0]]
    assert whats(problems) == ["an organisation answers in more than one row; its ties are put together"]
    assert steps(account, "tie_respondents")["the same thing written twice"] == (3, 1)
    assert steps(account, "ties")["the same thing written twice"] == (3, 2)


WEIGHTS = """
networks:
  directed: true
  ties:
    - kind: help
      wave: before
      file: t.csv
      weights: {meaning: {it: quanto spesso, en: how often}%s}
"""


def test_weights_of_which_1_is_the_strongest_are_turned(tmp_path):
    text = "source,target,weight\nA,B,1\nA,C,4\nB,A,5\nB,C,\nC,A,0\nA,B,3\n"
    block = WEIGHTS % ", strongest: low, range: [1, 5]"
    ties, _, problems, account = loaded(tmp_path, block, {"t.csv": text})
    assert triples(ties) == [["A", "B", 5.0], ["A", "C", 2.0], ["B", "A", 1.0], ["B", "C", 1.0]]
    assert whats(problems) == [
        "ties without a weight; they count as the weakest",
        "the same tie stands with different weights; the greatest counts",
    ]
    assert steps(account, "ties")["weight 0: no tie"] == (6, 5)


def test_weights_outside_their_range_are_errors(tmp_path):
    text = "source,target,weight\nA,B,6\nA,C,0.5\nB,A,2\n"
    ties, _, problems, _ = loaded(tmp_path, WEIGHTS % ", range: [1, 5]", {"t.csv": text})
    assert triples(ties) == [["B", "A", 2.0]]
    assert [(p.row, p.column, p.value) for p in problems] == [(2, "weight", "6"), (3, "weight", "0.5")]


@pytest.mark.parametrize("more", [", strongest: low", ", range: [0, 4], strongest: low", ", range: [5, 1]"])
def test_weights_that_cannot_be_turned_are_a_mistake_of_the_study(tmp_path, more):
    with pytest.raises(DataError):
        make_study(tmp_path, WEIGHTS % more)


@pytest.mark.parametrize(
    "more",
    [
        ", layout: edges, empty_rows: silent",
        ", named: nome_",
        ", layout: names, named: [a], named_weights: b_",
    ],
)
def test_keys_of_another_layout_are_a_mistake_of_the_study(tmp_path, more):
    with pytest.raises(DataError):
        make_study(tmp_path, f"networks: {{ties: [{{kind: k, wave: before, file: t.csv{more}}}]}}")


THREE_WAVES = """
organisations: {file: o.csv}
networks:
  directed: %s
  ties:
"""


@pytest.mark.parametrize("directed", ["true", "false"])
def test_three_waves_and_two_kinds_each_handled_and_counted(tmp_path, directed, monkeypatch):
    """Every wave and kind has a loop, a copy, a reversed tie, a zero; D is an isolate, C does not answer."""
    blocks, rows = [], ["kind,wave,source,target,weight"]
    for kind in ("help", "news"):
        for wave in ("before", "after", "later"):
            blocks.append(
                f"    - {{kind: {kind}, wave: {wave}, file: t.csv, where: {{kind: {kind}, wave: {wave}}}, "
                "respondents: {file: r.csv}}"
            )
            for tie in ("A,A,1", "A,B,2", "A,B,2", "B,A,3", "A,C,1", "B,D,0"):
                rows.append(f"{kind},{wave},{tie}")
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data/raw/trial"
    files = {
        "t.csv": "\n".join(rows) + "\n",
        "r.csv": "organisation,responded\nA,yes\nB,yes\nC,no\nD,yes\n",
        "o.csv": "organisation\nA\nB\nC\nD\n",
    }
    waves = HEAD.replace("privacy:", "  - {id: later, label: later}\nprivacy:")
    write(folder / "study.yaml", waves + THREE_WAVES % directed + "\n".join(blocks) + "\n")
    for name, content in files.items():
        write(folder / name, content)
    hub = open_study("trial")
    ties, asked = hub.ties(), hub.tie_respondents()
    account = hub.account().query("table == 'ties'")
    each = account.groupby("step").agg(dropped=("dropped", "sum"))
    each = each[each.index.str.startswith("t.csv")]
    assert len(each) == 6
    found = networks_of(ties, hub.organisations(), asked, directed=directed == "true")
    assert [(n.kind, n.wave) for n in found] == [
        (kind, wave) for kind in ("help", "news") for wave in ("before", "after", "later")
    ]
    for network in found:
        assert network.nodes == ("A", "B", "C", "D") and network.respondents == 3
    reasons = account[account["dropped"] > 0].groupby("reason")["dropped"].sum().to_dict()
    reasons.pop("rows asked for by `where`")
    expected = {
        "ties of an organisation to itself": 6,
        "the same thing written twice": 6,
        "weight 0: no tie": 6,
    }
    if directed == "false":
        expected["ties told from the other end too"] = 6
    assert reasons == expected
    first = ties[(ties["kind"] == "help") & (ties["wave"] == "later")]
    pairs = [["A", "B", 2.0], ["B", "A", 3.0], ["A", "C", 1.0]]
    assert triples(first) == (pairs if directed == "true" else [["A", "B", 3.0], ["A", "C", 1.0]])


CONTRADICTION = """
networks:
  directed: %s
  ties:
    - {kind: k, wave: before, file: t.csv%s, respondents: {file: r.csv}}
"""


def test_a_list_of_who_answered_that_contradicts_the_ties_is_told(tmp_path):
    files = {"t.csv": "source,target\nA,B\nC,D\n", "r.csv": "organisation,responded\nA,no\nB,yes\nD,no\n"}
    _, asked, problems, _ = loaded(tmp_path / "directed", CONTRADICTION % ("true", ""), files)
    assert {p.what: p.value for p in problems} == {
        "organisations said not to have answered name ties all the same": "A",
        "organisations that name ties are not in the list of who was asked; they count as asked": "C",
    }
    assert flags(asked) == {"A": False, "B": True, "D": False, "C": True}

    files["r.csv"] = "organisation,responded\nA,no\nB,yes\nC,no\nD,no\n"
    _, asked, problems, _ = loaded(tmp_path / "undirected", CONTRADICTION % ("false", ""), files)
    (problem,) = problems  # A and B: one of them answered
    assert (problem.value, problem.count) == ("C, D", 2)
    assert flags(asked) == {"A": False, "B": True, "C": False, "D": False}


@pytest.mark.parametrize("directed", ["true", "false"])
def test_a_list_that_contradicts_the_rows_of_a_matrix_is_told(tmp_path, directed):
    files = {
        "t.csv": "chi,A,B,C,D\nA,,1,,\nB,,,,\nC,1,,,\n",
        "r.csv": "organisation,responded\nA,yes\nB,yes\nC,no\nD,yes\n",
    }
    block = CONTRADICTION % (directed, ", layout: matrix")
    _, asked, problems, _ = loaded(tmp_path, block, files)
    told = {p.what: p.value for p in problems}
    assert told["organisations said not to have answered name ties all the same"] == "C"
    told = [value for what, value in told.items() if what.startswith("organisations said to have answered")]
    assert told == ["B, D"]
    assert flags(asked) == {"A": True, "B": True, "C": False, "D": True}  # the list is honoured


ATTENDANCE = """
instruments:
  - id: people
    about: people
    code: [a, b, c]
    questions: [{id: q, label: Q}]
    exports: [{file: p.csv, wave: before}]
activities: {file: a.csv}
attendance: {file: came.csv}
networks:
  memberships:
    - {kind: members, wave: before, file: m.csv, source_mode: person, target_mode: organisation}
    - {kind: present, wave: after, from: attendance}
    - {kind: sent, wave: after, from: attendance, through: members}
"""
PRESENCES = {
    "p.csv": "a,b,c,q\nA,1,X,1\nB,2,Y,1\nC,3,Z,1\n",
    "a.csv": "activity\nT1\nT2\n",
    "came.csv": "person,activity\nA-1-X,T1\nB-2-Y,T1\nB-2-Y,T2\nC-3-Z,T2\n",
    "m.csv": "source,target\nA-1-X,ARCI\nB-2-Y,ARCI\nB-2-Y,CORO\n",
}


def test_memberships_are_made_of_the_attendance(tmp_path):
    study = make_study(tmp_path, ATTENDANCE, PRESENCES)
    problems, account = [], []
    tables = load_tables(study, problems, account)
    found = tables["memberships"]
    present, sent = (found[found["kind"] == kind] for kind in ("present", "sent"))
    assert present[["source", "target"]].values.tolist() == tables["attendance"].values.tolist()
    assert set(present["source_mode"] + present["target_mode"]) == {"personactivity"}
    assert sorted(sent[["source", "target"]].values.tolist()) == [
        ["ARCI", "T1"], ["ARCI", "T2"], ["CORO", "T1"], ["CORO", "T2"],
    ]  # fmt: skip
    assert set(sent["source_mode"]) == {"organisation"}
    assert "persons of more than one organisation count for each of them" in whats(problems, "warning")
    assert steps(account, "memberships")["persons without an organisation"] == (4, 3)


def test_persons_of_such_memberships_have_the_pseudonyms_of_the_attendance(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data/raw/trial"
    write(folder / "study.yaml", HEAD + ATTENDANCE)
    for name, content in PRESENCES.items():
        write(folder / name, content)
    hub = open_study("trial")
    present = hub.memberships().query("kind == 'present'")
    assert present["source"].tolist() == hub.attendance()["person"].tolist()
    assert present["source"].str.startswith("p-").all()
    members = hub.memberships().query("kind == 'members'")
    assert set(members["source"]) < set(present["source"])


@pytest.mark.parametrize(
    "more",
    [
        "{kind: k, wave: after, from: attendance}",  # no attendance declared
        "{kind: k, wave: after, from: attendance, through: members}",
        "{kind: k, wave: after, from: attendance, file: m.csv}",
        "{kind: k, wave: after}",
        "{kind: k, wave: after, file: m.csv}",
        "{kind: k, wave: after, from: attendance, source_mode: organisation}",
    ],
)
def test_memberships_that_come_from_nowhere_are_a_mistake_of_the_study(tmp_path, more):
    with pytest.raises(DataError):
        make_study(tmp_path, f"networks: {{memberships: [{more}]}}")
