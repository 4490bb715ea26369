"""Registers, attendance, ties, memberships, observations and the consultation."""

from __future__ import annotations

import pandas as pd
from loader_studies import make_study, steps, whats

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.consultation import load_consultation
from hubanalysis.loaders.memberships import load_memberships
from hubanalysis.loaders.observations import load_observations
from hubanalysis.loaders.registers import (
    load_activities,
    load_attendance,
    load_needs_activities,
    load_organisations,
)
from hubanalysis.loaders.tabular import load_tables
from hubanalysis.loaders.ties import load_ties
from hubanalysis.tables import TABLES


def loaded(load, folder, block, files, **given):
    study = make_study(folder, block, files)
    problems, account = [], []
    return load(study, problems, account, **given), problems, account


ORGANISATIONS = pd.DataFrame({"organisation": ["RIBO", "ARCA", "COOP"]})
ACTIVITIES = pd.DataFrame({"activity": ["T01", "E01"]})


def test_a_study_without_files_gives_every_table_empty(tmp_path):
    frames, problems, account = loaded(load_tables, tmp_path, "", {})
    assert (problems, account) == ([], [])
    assert frames.pop("person_codes").empty  # on its way to the transcripts, never a table
    assert all(list(frame.columns) == list(TABLES[name].columns) for name, frame in frames.items())
    assert all(frame.empty for frame in frames.values())


def test_activities(tmp_path):
    block = "activities: {file: a.csv, dates: day_first, columns: {activity: codice, date: data, area: area}}"
    text = (
        "codice;data;area\nT01;03/04/2022;networks\nT02;31/04/2022;network\nT02;01/05/2022;\n;01/05/2022;\n"
    )
    table, problems, account = loaded(load_activities, tmp_path, block, {"a.csv": text})
    assert table["activity"].tolist() == ["T01", "T02"]
    assert table["title"].tolist() == ["T01", "T02"]
    assert table["date"][0] == pd.Timestamp("2022-04-03") and pd.isna(table["date"][1])
    assert {(p.row, p.column) for p in problems if p.severity == "error"} == {
        (3, "date"), (3, "area"), (4, "activity"),
    }  # fmt: skip
    assert steps(account, "activities")["rows without an id"] == (4, 3)


def test_organisations(tmp_path):
    block = (
        "organisations: {file: a.csv, columns: {organisation: sigla, reach: raggio, power: livello, "
        "steering: cabina, consent: consenso}}"
    )
    header = "sigla;raggio;livello;cabina;consenso\n"
    text = header + "RIBO;regionale;2;sì;no\nARCA;european;3;no;\nCOOP;mondiale;4;forse;sì\n"
    table, problems, _ = loaded(load_organisations, tmp_path, block, {"a.csv": text})
    assert table["reach"].tolist()[:2] == ["regional", "european"]
    assert table["power"].tolist()[:2] == [2, 3]
    assert table["steering"].tolist()[:2] == [True, False]
    assert table["consent"].isna().tolist() == [False, True, False]
    assert {(p.row, p.column, p.value) for p in problems} == {
        (4, "reach", "mondiale"), (4, "power", "4"), (4, "steering", "forse"),
    }  # fmt: skip


PEOPLE = """
instruments:
  - id: people
    about: people
    code: [a, b, c]
    questions: [{id: q, label: Q}]
    exports: [{file: p.csv, wave: before}]
"""
ATTENDANCE = PEOPLE + "attendance: {file: a.csv, columns: {person: codice, activity: incontro}}"


def test_attendance_meets_the_questionnaires_under_one_key(tmp_path):
    text = "codice;incontro\na-05-È;T01\nA-5-E;t01\nA 6 E;E01\nZZZ;T01\nA-5-E;T011\n"
    codes = pd.DataFrame({"code": ["A-5-E", "A-6-E"], "person": ["A-5-E", "A-5-E"]})
    table, problems, account = loaded(
        load_attendance, tmp_path, ATTENDANCE, {"a.csv": text}, codes=codes, activities=ACTIVITIES
    )
    assert table.values.tolist() == [["A-5-E", "T01"], ["A-5-E", "E01"], ["ZZZ", "T01"]]
    error, warning = problems
    assert (error.row, error.value, "'T01'" in error.fix) == (6, "T011", True)
    assert (warning.severity, warning.value) == ("warning", HIDDEN)
    assert not any("ZZZ" in str(p) or "A-5" in str(p) for p in problems)
    assert steps(account, "attendance")["the same thing written twice"] == (4, 3)


def test_needs_and_activities(tmp_path):
    block = """
consultation:
  needs: [{id: n1, label: N}, {id: n2, label: M}]
  rounds: [{round: 1, file: r.csv}]
needs_activities: {file: a.csv}
"""
    text = "need,activity,strength\nn1,T01,0.5\nn3,T01,0.5\nn2,T01,1.5\nn2,E01,\n"
    table, problems, _ = loaded(
        load_needs_activities, tmp_path, block, {"a.csv": text}, activities=ACTIVITIES
    )
    assert table.values.tolist() == [["n1", "T01", 0.5]]
    assert sorted((p.row, p.column) for p in problems) == [(3, "need"), (4, "strength"), (5, "strength")]


TIES = """
networks:
  directed: %s
  ties:
    - kind: collaboration
      wave: before
      file: t.csv
      where: {tipo: coll}
      columns: {source: da, target: a, weight: peso}
      respondents: {file: r.csv, columns: {organisation: sigla, responded: risposto}}
"""
TIE_ROWS = (
    "tipo;da;a;peso\ncoll;RIBO;ARCA;2\ncoll;ribo;ARCA;3\ncoll;ARCA;RIBO;1\ncoll;RIBO;RIBO;1\n"
    "coll;RIBO;ARKA;1\ncoll;ARCA;COOP;0\ncoll;ARCA;COOP;\nother;COOP;RIBO;1\n"
)
ASKED = "sigla;risposto\nRIBO;sì\nARCA;no\nCOOP;no\n"


def test_ties(tmp_path):
    files = {"t.csv": TIE_ROWS, "r.csv": ASKED}
    (ties, asked), problems, account = loaded(
        load_ties, tmp_path, TIES % "true", files, organisations=ORGANISATIONS
    )
    assert ties[["source", "target", "weight"]].values.tolist() == [
        ["RIBO", "ARCA", 3.0], ["ARCA", "RIBO", 1.0], ["ARCA", "COOP", 1.0],
    ]  # fmt: skip
    assert asked["responded"].tolist() == [True, False, False]
    assert [(p.row, p.value, "'ARCA'" in p.fix) for p in problems if p.severity == "error"] == [
        (6, "ARKA", True)
    ]
    assert whats(problems, "warning") == [
        "ties without a weight; they count as 1",
        "the same tie stands with different weights; the greatest counts",
        "organisations said not to have answered name ties all the same",
    ]
    assert {row["reason"]: row["dropped"] for row in account if row["table"] == "ties"} == {
        "rows asked for by `where`": 1,
        "ends that are not known": 1,
        "weight 0: no tie": 1,
        "ties of an organisation to itself": 1,
        "the same thing written twice": 1,
    }


def test_undirected_ties_are_written_once(tmp_path):
    files = {"t.csv": TIE_ROWS, "r.csv": ASKED}
    (ties, _), _, _ = loaded(load_ties, tmp_path, TIES % "false", files, organisations=ORGANISATIONS)
    assert ties[["source", "target", "weight"]].values.tolist() == [
        ["ARCA", "RIBO", 3.0],
        ["ARCA", "COOP", 1.0],
    ]


def test_who_did_not_answer_is_not_known_where_the_study_does_not_say(tmp_path):
    block = "networks: {ties: [{kind: k, wave: before, file: t.csv}]}"
    files = {"t.csv": "source,target\nRIBO,ARCA\n"}
    (ties, asked), problems, _ = loaded(load_ties, tmp_path, block, files, organisations=ORGANISATIONS)
    assert (problems, ties["weight"].tolist()) == ([], [1.0])
    assert asked["organisation"].tolist() == ["RIBO", "ARCA", "COOP"]
    assert asked["responded"].isna().tolist() == [False, True, True]
    assert asked["responded"][0]


def test_memberships_keep_the_key_of_persons(tmp_path):
    block = PEOPLE + (
        "networks: {memberships: [{kind: member, wave: before, source_mode: person, target_mode: organisation, "
        "file: m.csv, columns: {source: chi, target: dove}}]}"
    )
    codes = pd.DataFrame({"code": ["A-5-E"], "person": ["A-4-E"]})
    files = {"m.csv": "chi,dove\nA-05-e,RIBO\nA-5-E,RIBO\nB-1-C,ribbo\n"}
    table, problems, _ = loaded(
        load_memberships, tmp_path, block, files, codes=codes, organisations=ORGANISATIONS
    )
    assert table[["source", "target"]].values.tolist() == [["A-4-E", "RIBO"]]
    assert [p.severity for p in problems] == ["warning", "error"]


def test_observations(tmp_path):
    block = """
observations:
  file: o.csv
  dates: day_first
  columns: {observation: scheda, activity: incontro, observer: chi, date: data, note: note}
  grid:
    - {id: calm, label: C, area: wellbeing, range: [1, 5]}
    - {id: mix, label: M, area: networks, range: [1, 5]}
"""
    text = (
        "scheda;incontro;chi;data;calm;mix;note\nO1;T01;Anna;01/03/2022;4;;Bene\nO1;T01;Bruno;01/03/2022;5;2;\n"
        "O1;T01;Anna;01/03/2022;1;1;\nO2;T01;Anna;;6;molto;\nO3;T77;Anna;01/03/2022;1;1;x\n"
    )
    (marks, notes), problems, _ = loaded(
        load_observations, tmp_path, block, {"o.csv": text}, activities=ACTIVITIES
    )
    assert marks[["observation", "observer", "item", "area", "value"]].values.tolist() == [
        ["O1", "Anna", "calm", "wellbeing", 4.0],
        ["O1", "Bruno", "calm", "wellbeing", 5.0],
        ["O1", "Bruno", "mix", "networks", 2.0],
    ]
    assert notes[["observation", "text"]].values.tolist() == [["O1", "Bene"]]
    assert sorted((p.row, p.column) for p in problems) == [(4, ""), (5, "calm"), (5, "mix"), (6, "activity")]
    assert not any("Anna" in str(p.as_dict()) for p in problems)


NEEDS = """
consultation:
  needs: [{id: n1, label: {it: Casa, en: Home}}, {id: n2, label: {it: Lavoro, en: Work}}, {id: n3, label: Bus}]
  rounds:
    - {round: 1, file: r.csv, voter: codice, groups: {service: servizio}%s}
"""


def test_ballots_with_places(tmp_path):
    block = NEEDS % ", rank_prefix: posto_, urgency_prefix: urg_, emergency: altro"
    text = (
        "codice;servizio;posto_1;posto_2;posto_3;urg_n1;urg_n2;altro\nA1;adulti;n2;Casa;;4;5;manca un letto\n"
        "A2;minori;n1;n1;n9;x;;\nA1;adulti;n1;;;;;\nA3;;;;;;;\n"
    )
    tables, problems, _ = loaded(load_consultation, tmp_path, block, {"r.csv": text})
    assert tables.needs["label_it"].tolist() == ["Casa", "Lavoro", "Bus"]
    assert tables.rankings.values.tolist() == [[1, "A1", "n2", 1], [1, "A1", "n1", 2], [1, "A2", "n1", 1]]
    assert tables.ratings[["voter", "need", "urgency"]].values.tolist() == [
        ["A1", "n1", 4.0],
        ["A1", "n2", 5.0],
    ]
    assert tables.voters["value"].fillna("?").tolist() == ["adulti", "minori", "?"]
    assert tables.emergencies[["voter", "text"]].values.tolist() == [["A1", "manca un letto"]]
    assert {(p.row, p.column) for p in problems} == {
        (3, "posto_2"), (3, "posto_3"), (3, "urg_n1"), (4, "codice"),
    }  # fmt: skip
    assert not any("A1" in str(p) for p in problems)


def test_ballots_with_ranks_may_tie(tmp_path):
    text = "codice;servizio;r_n1;r_n2;r_n3\nA1;x;1;1;2\nA2;x;2;primo;0\n"
    tables, problems, _ = loaded(load_consultation, tmp_path, NEEDS % ", rank_prefix: r_", {"r.csv": text})
    assert tables.rankings[["voter", "need", "rank"]].values.tolist() == [
        ["A1", "n1", 1], ["A1", "n2", 1], ["A1", "n3", 2], ["A2", "n1", 2],
    ]  # fmt: skip
    assert [(p.row, p.column) for p in problems] == [(3, "r_n2"), (3, "r_n3")]


def test_ballots_in_long_form(tmp_path):
    text = "codice,servizio,bisogno,rank,urgency\nA1,x,n1,1,5\nA1,x,Bus,1,\nA1,x,n1,3,\nA2,y,n2,,3\n"
    block = NEEDS % ", layout: long, columns: {need: bisogno}"
    tables, problems, _ = loaded(load_consultation, tmp_path, block, {"r.csv": text})
    assert tables.rankings[["voter", "need", "rank"]].values.tolist() == [["A1", "n1", 1], ["A1", "n3", 1]]
    assert tables.ratings[["voter", "need", "urgency"]].values.tolist() == [
        ["A1", "n1", 5.0],
        ["A2", "n2", 3.0],
    ]
    assert len(tables.voters) == 2
    assert [(p.row, p.value) for p in problems] == [(4, "n1")]
