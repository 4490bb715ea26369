"""What is told can be said in the reader's language, also where names stand in it."""

from __future__ import annotations

import copy
import json
import pickle

from loader_studies import make_study

from hubanalysis.errors import Problem, filled
from hubanalysis.hub import open_study
from hubanalysis.locale import mark

BLOCK = """
instruments:
  - id: people
    about: people
    code: [code]
    questions: [{id: code, label: Code, type: text}, {id: hours, label: Hours, type: integer}]
    exports: [{wave: before, file: a.csv}]
"""


def test_a_filled_sentence_is_a_text_that_keeps_its_message():
    fix = filled(mark("did you mean {close}?"), close="'age'")
    problem = Problem("what", fix)
    assert str(problem).endswith("did you mean 'age'?")
    assert json.loads(json.dumps(problem.as_dict()))["said"] == {
        "fix": ["did you mean {close}?", {"close": "'age'"}]
    }
    for again in (pickle.loads(pickle.dumps(problem)), copy.deepcopy(problem)):
        assert again == problem and again.fix.fields == {"close": "'age'"}
    assert "said" not in Problem("what", "fix").as_dict()


def test_braces_in_a_name_are_no_fields():
    assert filled(mark("did you mean {close}?"), close="{0}") == "did you mean {0}?"


def test_a_field_may_be_a_sentence_itself():
    fix = filled(
        mark("add it to {register}, or correct it in the cleaning log"), register=filled("the register")
    )
    parts = Problem("what", fix).as_dict()["said"]["fix"]
    assert parts == [
        "add it to {register}, or correct it in the cleaning log",
        {"register": ["the register", {}]},
    ]


def test_problems_come_in_the_language_of_the_report(tmp_path, monkeypatch):
    make_study(tmp_path / "raw", BLOCK, {"a.csv": "code,hour\nA1,3\n"})
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    fixes = {
        lang: list(open_study(str(tmp_path / "raw"), lang=lang).problems()["fix"]) for lang in ("en", "it")
    }
    assert "if it is 'hours', say so under `columns` of the export" in fixes["en"]
    assert "se è 'hours', scriverlo sotto `columns` dell'esportazione" in fixes["it"]
