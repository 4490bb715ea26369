"""Several exports of one wave, one under the other: every submission counts once, every person once."""

from __future__ import annotations

import pytest
from loader_studies import make_study, steps, whats

from hubanalysis.loaders.questionnaires import load_questionnaires

BLOCK = """
instruments:
  - id: people
    about: people
    code: [code]
    duplicates: %s
    questions:
      - {id: code, label: Code, type: text}
      - {id: q1, label: Well, type: integer}
    exports:
      - {wave: before, file: march.csv%s}
      - {wave: before, file: april.csv%s}
"""
MARCH = "id,sent,code,q1\n1,2022-03-01,A1,1\n2,2022-03-02,B2,2\n"
BY_ID = ", submission_id: id, submitted: sent"


def load(folder, april, more=BY_ID, duplicates="last"):
    files = {"march.csv": MARCH, "april.csv": april}
    study = make_study(folder, BLOCK % (duplicates, more, more), files)
    problems, account = [], []
    tables = load_questionnaires(study, problems, account)
    answers = tables.answers.astype("str")
    given = dict(answers.loc[answers["item"] == "q1", ["id", "value"]].itertuples(index=False))
    assert len(tables.respondents) == len(given)
    return given, problems, account


def test_a_later_export_that_holds_the_earlier_one_counts_nobody_twice(tmp_path):
    given, problems, account = load(tmp_path, MARCH + "3,2022-04-01,C3,3\n")
    assert given == {"A1": "1", "B2": "2", "C3": "3"}
    (problem,) = problems
    assert (problem.what, problem.count) == ("the same submission twice; one counts, as declared", 2)
    assert steps(account, "respondents")[problem.what] == (2, 0)  # of the first file's two rows none goes on


@pytest.mark.parametrize(("duplicates", "value"), [("last", "5"), ("first", "1")])
def test_a_person_twice_under_two_ids_counts_once_and_is_told(tmp_path, duplicates, value):
    given, problems, account = load(tmp_path, "id,sent,code,q1\n7,2022-04-01,A1,5\n", duplicates=duplicates)
    assert given == {"A1": value, "B2": "2"}
    (problem,) = problems
    assert problem.what == "two submissions with one personal code in a wave; one counts, as declared"
    dropped = [row["dropped"] for row in account if row["reason"] == problem.what]
    assert dropped == [1]


def test_two_people_under_one_id_are_not_made_one(tmp_path):
    _, problems, _ = load(tmp_path, "id,sent,code,q1\n1,2022-04-01,D4,4\n")
    what = "one submission id stands for two personal codes in a wave: these may be two people"
    assert {(p.severity, p.file, p.row) for p in problems if p.what == what} == {
        ("error", "march.csv", 2), ("error", "april.csv", 2),
    }  # fmt: skip


def test_without_ids_the_code_alone_tells_who_is_there_twice(tmp_path):
    given, problems, _ = load(tmp_path, MARCH + "9,,C3,3\n", more="")
    assert given == {"A1": "1", "B2": "2", "C3": "3"}
    assert whats(problems, "error") == []


def test_one_id_in_two_waves_is_two_submissions(tmp_path):
    block = (BLOCK % ("last", BY_ID, BY_ID)).replace("wave: before, file: april", "wave: after, file: april")
    study = make_study(tmp_path, block, {"march.csv": MARCH, "april.csv": MARCH.replace("A1,1", "A1,4")})
    problems = []
    tables = load_questionnaires(study, problems, [])
    assert problems == [] and len(tables.respondents) == 4
