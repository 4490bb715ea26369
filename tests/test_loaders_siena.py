"""The shipped study is read without an error, and what was planted in it is found again (its truth.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loader_studies import steps

from hubanalysis.loaders.tabular import load_tables
from hubanalysis.study import read_study

FOLDER = Path(__file__).parents[1] / "data" / "raw" / "siena-2022"


@pytest.fixture(scope="module")
def siena():
    study = read_study(str(FOLDER))
    problems, account = [], []
    frames = load_tables(study, problems, account)
    return frames, problems, account, json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))


def test_there_is_no_error_and_each_fault_is_told(siena):
    _, problems, account, truth = siena
    assert [str(p) for p in problems if p.severity == "error"] == []
    made = sum(row["kept"] for row in account if row["table"] == "corrections")
    assert made == truth["faults"]["corrections"]


def test_as_many_people_as_were_drawn(siena):
    frames, _, _, truth = siena
    people = frames["respondents"].query("about == 'people'")
    for wave in ("before", "after"):
        faults = truth["faults"][wave]
        mine = people[people["wave"] == wave]
        assert len(mine) == faults["people"]
        assert mine["late"].sum() == faults["late"]


def test_the_waves_are_joined_as_they_were_planted(siena):
    frames, _, _, truth = siena
    people = frames["respondents"].query("about == 'people'")
    links = people.groupby("link")["id"].nunique()
    assert links["exact"] == truth["links"]["exact"]
    assert links["near"] == truth["links"]["near"]
    ambiguous = people[people["link"] == "ambiguous"].groupby("wave").size()
    assert ambiguous.to_dict() == truth["links"]["ambiguous"]


def test_attendance_is_joined_to_those_who_answered(siena):
    frames, _, account, truth = siena
    attendance = frames["attendance"]
    assert len(attendance) == truth["registers"]["attendances"]
    people = set(frames["respondents"].query("about == 'people'")["id"])
    assert (~attendance["person"].isin(people)).sum() == truth["registers"]["attendance_codes_mistyped"]
    rows, kept = steps(account, "attendance")["the same thing written twice"]
    assert rows - kept == truth["registers"]["attendance_rows_twice"]


def test_every_answer_to_a_scale_is_a_number_in_its_range(siena):
    frames, _, _, _ = siena
    answers = frames["answers"]
    assert set(answers["status"]) <= {"answered", "not_answered", "not_asked", "does_not_apply"}
    items = answers[
        answers["item"].str.fullmatch("(wb|ne|ma|co|au|of)_[1-4]") & answers["status"].eq("answered")
    ]
    assert items["number"].between(1, 5).all()
    assert items.groupby("item").size().min() > 300


def test_ties_and_ballots(siena):
    frames, _, _, truth = siena
    asked = frames["tie_respondents"].query("kind == 'referral'")
    for wave, number in truth["ties"]["did_not_answer"].items():
        assert (~asked[asked["wave"] == wave]["responded"]).sum() == number
    assert frames["voters"].groupby("round")["voter"].nunique().to_dict() == {
        int(name[-1]): number for name, number in truth["consultation"]["voters"].items()
    }


def test_the_same_files_give_the_same_tables(siena):
    frames, _, _, _ = siena
    again = load_tables(read_study(str(FOLDER)), [], [])
    assert all(frames[name].equals(again[name]) for name in frames)
