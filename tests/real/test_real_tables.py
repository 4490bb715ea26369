"""The loaders on real exports, as they came."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubanalysis.loaders.tabular import load_tables
from hubanalysis.study import read_study

pytestmark = pytest.mark.accept
HERE = Path(__file__).parent


def load(name):
    study = read_study(str(HERE / name))
    if not study.folder.is_dir():
        pytest.skip("the folder of real data is not here")
    problems, account = [], []
    frames = load_tables(study, problems, account)
    assert [str(p) for p in problems if p.severity == "error"] == []
    return frames, problems, account


def test_a_survey_with_damaged_headers():
    frames, problems, account = load("kobo")
    answers = frames["answers"]
    assert len(frames["respondents"]) == account[0]["rows_in"] == 632
    assert frames["respondents"]["link"].eq("single").all()
    misfits = answers[answers["status"] == "invalid"].groupby("item").size()
    # places were renamed before publication; numbers came as 6e+05 from a statistics program
    assert misfits["neighbourhood"] == 632
    assert misfits["tot_expenses"] == 347
    assert {p.column for p in problems if "number" in p.what} >= {"tot_expenses", "inc_employment_pension"}
    # the 54 columns `question.choice` and the joined column say the same: nothing is told about a difference
    assert not [p for p in problems if "joined" in p.what]
    piped = answers[answers["item"] == "water_sources/piped"]
    assert piped["number"].notna().all()
    assert answers.query("item == 'displace_status_returnee'")["status"].eq("not_asked").any()


def test_two_scales_in_one_file():
    frames, problems, _ = load("prepost")
    assert problems == []
    assert frames["respondents"].groupby("id").size().eq(2).all()
    das = frames["answers"].query("item == 'das' and status == 'answered'").groupby("wave")["number"].size()
    assert das["before"] == 30


def test_bristol_has_its_known_numbers_of_ties():
    """Person-event 939, person-organisation 304, organisation-event 253 (Diani and others, mpn_bristol)."""
    frames, problems, _ = load("bristol")
    assert problems == []
    assert len(frames["attendance"]) == 939
    assert frames["memberships"].groupby("kind").size().to_dict() == {"member": 304, "present": 253}
    assert (len(frames["activities"]), len(frames["organisations"])) == (17, 97)
    persons = {*frames["attendance"]["person"], *frames["memberships"].query("kind == 'member'")["source"]}
    assert len(persons) == 150


def test_475_ballots():
    frames, problems, _ = load("rankings")
    assert problems == []
    assert frames["rankings"]["voter"].nunique() == len(frames["voters"]) == 475
    first = frames["rankings"].query("rank == 1").groupby("need").size()
    assert first.sum() == 475
