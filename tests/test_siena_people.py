"""The shipped study: what was planted in it comes out again, within its interval."""

from __future__ import annotations

import json

import pytest

import hubanalysis as ha
from hubanalysis.metrics.attrition import baseline_of_leavers, change_under_attrition, retention
from hubanalysis.metrics.change import change_in_points, pair_waves
from hubanalysis.metrics.dose import dose_response, dose_table
from hubanalysis.metrics.organisations import change_of_organisations
from hubanalysis.metrics.participation import attendance_counts, reach_counts
from hubanalysis.study.scales import declared_scales


@pytest.fixture(scope="module")
def hub():
    return ha.open_study("siena-2022", lang="en")


@pytest.fixture(scope="module")
def truth(hub):
    return json.loads(hub.study.file("truth.json").read_text(encoding="utf-8"))


def holds(table, planted, key="area"):
    return [row[key] for row in table.to_dict("records") if row["low"] <= planted[row[key]] <= row["high"]]


def test_the_six_changes_of_people_lie_within_their_intervals(hub, truth):
    change = change_in_points(pair_waves(hub.scores("people")), declared_scales(hub.study, "people"))
    assert len(holds(change, truth["change"]["people"]["those_who_stay"])) == 6
    assert change["n"].between(175, 190).all()


def test_the_weighted_changes_lie_near_those_of_everybody(hub, truth):
    table = change_under_attrition(
        hub.scores("people"),
        hub.attributes("people"),
        declared_scales(hub.study, "people"),
        hub.study.model.subgroups,
        counts=attendance_counts(hub.attendance()),
    )
    weighted = table[table["assumption"] == "weighted"]
    assert len(holds(weighted, truth["change"]["people"]["everybody"])) >= 5


def test_those_who_left_felt_worse_before_as_planted(hub, truth):
    people = truth["change"]["people"]
    kept = people["share_who_stay"]
    everybody, stayed = people["mean_before"]["wellbeing"], people["mean_before_those_who_stay"]["wellbeing"]
    planted = (stayed - everybody) / (1 - kept)  # everybody is the weighted mean of both
    row = baseline_of_leavers(hub.scores("people")).set_index("scale").loc["wellbeing"]
    assert 0 < row["low"] < planted < row["high"]


def test_the_dose_of_wellbeing_and_networks_lies_within_its_interval(hub, truth):
    table = dose_table(pair_waves(hub.scores("people")), attendance_counts(hub.attendance()))
    dose = dose_response(table)
    found = holds(dose[dose["model"] == "attended"], truth["change"]["people"]["for_one_more_activity"])
    assert {"wellbeing", "networks", "management", "offer"} <= set(found)


def test_the_changes_of_organisations_lie_within_their_intervals(hub, truth):
    change = change_of_organisations(pair_waves(hub.scores("organisations")))
    assert len(holds(change, truth["change"]["organisations"]["everybody"])) >= 5
    assert (change["n"] == truth["organisations"]["both"]).all()


def test_people_are_followed_as_planted(hub, truth):
    count = retention(hub.respondents("people")).set_index("presence")["count"]
    ambiguous = len(truth["faults"]["ambiguous_codes"])
    assert count["stayers"] == truth["drawn"]["stay"] - ambiguous
    assert count["joiners"] == truth["drawn"]["newcomers"] + ambiguous
    reached = reach_counts(hub.attendance(), hub.activities()).set_index("quantity")["n"]
    assert reached["attendances"] == truth["registers"]["attendances"]
