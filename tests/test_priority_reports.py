"""Sentences and figures on priorities: a first place is called firm only where its interval is."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from hubanalysis.figures.need_planes import (
    alt_importance_urgency,
    alt_urgency_gravity,
    plot_importance_urgency,
    plot_urgency_gravity,
)
from hubanalysis.figures.priorities import alt_priority_effort, alt_ranks, plot_priority_effort, plot_ranks
from hubanalysis.findings.coverage import coverage_sentences
from hubanalysis.findings.emergencies import emergency_words, signal_sentences
from hubanalysis.findings.priorities import (
    fewest_voters,
    needs_in_words,
    priority_limits,
    priority_sentences,
    whole_ranks,
)
from hubanalysis.findings.voter_groups import group_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.ballots import condorcet_winner
from hubanalysis.metrics.concordance import consensus, points_change, stability
from hubanalysis.metrics.priorities import borda_scores, collective_rankings, rules_side_by_side
from hubanalysis.metrics.urgency import asked_by_area, emergency_signals, named_emergencies, ratings_by_need
from hubanalysis.metrics.voter_groups import group_differences

TEXT = Translator("en")
NEEDS = ["a", "b", "c"]
LABELS = {"a": "Housing", "b": "Care", "c": "Buses"}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def votes(*ballots: str) -> pd.DataFrame:
    rows = [
        (1, f"v{v}", need, rank)
        for v, ballot in enumerate(ballots)
        for rank, need in enumerate(ballot, start=1)
    ]
    return pd.DataFrame(rows, columns=["round", "voter", "need", "rank"])


def finding(frame: pd.DataFrame) -> str:
    return " ".join(
        priority_sentences(
            collective_rankings(frame, NEEDS, replicates=100), rules_side_by_side(frame, NEEDS),
            condorcet_winner(frame, NEEDS), consensus(frame, NEEDS), stability(frame, NEEDS), TEXT, LABELS,
        )
    )  # fmt: skip


def test_a_first_place_all_agree_on_is_firm():
    said = finding(votes(*["abc"] * 12))
    assert "**Housing** comes first, and firmly" in said and "n = 12 voters" in said
    assert "Surely among the first three" in said
    assert "agreement among the voters is strong" in said and "one round only" in said


def test_a_first_place_voters_divide_on_is_not():
    said = finding(votes(*["abc", "bac"] * 6, "abc"))
    assert "its place is not certain: interval of rank 1 to 2, n = 13 voters" in said
    assert "could as well be that of “Housing” and “Care”" in said


def test_rules_that_disagree_and_a_cycle_are_told():
    assert "The rules put different needs first" in finding(votes(*["abc"] * 3, *["bca"] * 2))
    assert "No need wins against all the others" in finding(votes("abc", "bca", "cab"))


def test_no_consultation_is_one_plain_sentence():
    nothing = votes()
    assert finding(nothing).startswith("This study has no consultation")
    assert fewest_voters(pd.DataFrame(columns=["round", "voter"])) is None
    assert coverage_sentences(pd.DataFrame(), TEXT, LABELS) and group_sentences(pd.DataFrame(), TEXT, LABELS)
    for draw in (plot_ranks, plot_priority_effort):
        assert "Nothing to draw" in draw(collective_rankings(nothing, NEEDS), text=TEXT).texts[0].get_text()
    rated, points = ratings_by_need(RATINGS.head(0)), borda_scores(nothing, NEEDS)
    for axes in (plot_urgency_gravity(rated, text=TEXT), plot_importance_urgency(points, rated, text=TEXT)):
        assert "Nothing to draw" in axes.texts[0].get_text()


RATINGS = pd.DataFrame(
    [(1, f"v{v}", need, urgency + v % 2, gravity + v % 2) for v in range(12)
     for need, urgency, gravity in (("a", 4, 3), ("b", 3, 2), ("c", 1, 4))],
    columns=["round", "voter", "need", "urgency", "gravity"],
)  # fmt: skip
VOTERS = pd.DataFrame(
    {"round": 1, "voter": [f"v{v}" for v in range(12)], "group": "service", "value": ["x"] * 9 + ["y"] * 3}
)


def test_rare_but_grave_is_said_with_its_numbers():
    frame = votes(*["abc"] * 12)
    signals = emergency_signals(frame, RATINGS, NEEDS, places=1)
    words = pd.DataFrame({"round": [1, 1], "voter": ["v1", "v2"], "text": ["night shelter", " "]})
    named = named_emergencies(words, VOTERS)
    said = " ".join(signal_sentences(signals, points_change(frame, NEEDS), named, TEXT, LABELS))
    assert "**Buses**: rare but grave. None of 12 voters" in said and "gravity of 4.50" in said
    assert "8% of the voters named an emergency" in said
    assert emergency_words(words)["in_words"].tolist() == ["night shelter"]


def test_small_groups_are_counted_not_told():
    said = group_sentences(group_differences(votes(*["abc"] * 12), VOTERS, NEEDS), TEXT, LABELS)
    assert said == ["2 groups are too small to be shown, or would give a small one away."]


def test_groups_that_differ_are_told_with_interval_and_n():
    frame = votes(*["abc"] * 10, *["abc", "bac", "bca"] * 10)
    groups = VOTERS.iloc[[0] * 40].assign(voter=[f"v{v}" for v in range(40)], value=["x"] * 10 + ["y"] * 30)
    said = group_sentences(group_differences(frame, groups, NEEDS), TEXT, LABELS)
    assert any("“x” gives “Housing” +1.0 points" in s and "n = 10" in s for s in said)


GAPS = pd.DataFrame(
    {"need": NEEDS, "rank": [1, 2, 3], "priority_share": [0.5, 0.3, 0.2], "effort_share": [0.2, 0.8, 0.0],
     "gap": [0.3, -0.5, 0.2], "reading": ["under", "over", "uncovered"]}
)  # fmt: skip


def test_coverage_names_the_uncovered_first():
    said = coverage_sentences(GAPS, TEXT, LABELS)
    assert said == [
        "No activity answers “Buses”.",
        "Less is done than their priority would ask: “Housing”.",
        "More is done than their priority would ask: “Care”.",
    ]
    assert coverage_sentences(GAPS.assign(reading="in_line"), TEXT, LABELS)[0].startswith(
        "Effort and priority are in line"
    )


def test_limits_count_the_voters_of_each_round():
    ranks = collective_rankings(votes("abc", "abc"), NEEDS)
    assert "In round 1, 12 people voted." in priority_limits(VOTERS, ranks, TEXT)


def test_ranks_are_read_as_whole_numbers_and_stay_missing():
    ranks = whole_ranks(collective_rankings(votes("abc", "abc"), NEEDS))
    assert ranks["estimate"].tolist() == [1, 2, 3] and ranks["low"].isna().all()
    closest = needs_in_words(condorcet_winner(votes("abc"), NEEDS), LABELS)
    assert closest["closest_need"].tolist() == ["Care"]


def test_an_area_is_asked_for_once_however_many_of_its_needs_stand_first():
    needs = pd.DataFrame({"need": NEEDS, "area": ["wellbeing", "wellbeing", None]})
    row = asked_by_area(votes("abc", "cab", "cba"), needs, 1).iloc[0]
    assert (row.area, row.estimate, row.n) == ("wellbeing", pytest.approx(1 / 3), 3)


def test_figures_hold_every_need_and_their_words_the_numbers():
    ranks = collective_rankings(votes(*["abc"] * 5), NEEDS, replicates=20)
    names = [label.get_text() for label in plot_ranks(ranks, text=TEXT, labels=LABELS).get_yticklabels()]
    assert names == ["Housing", "Care", "Buses"]
    assert "1. Housing (1 to 1)" in alt_ranks(ranks, text=TEXT, labels=LABELS)
    rated = ratings_by_need(RATINGS)
    drawn = {shown.get_text() for shown in plot_urgency_gravity(rated, text=TEXT, labels=LABELS).texts}
    assert set(LABELS.values()) <= drawn
    assert "Buses: urgency 1.50, gravity 4.50 (n = 12)" in alt_urgency_gravity(
        rated, text=TEXT, labels=LABELS
    )
    points = borda_scores(votes(*["abc"] * 5), NEEDS, replicates=20)
    plane = plot_importance_urgency(points, rated, text=TEXT, labels=LABELS)
    assert set(LABELS.values()) <= {shown.get_text() for shown in plane.texts}
    assert "Housing: importance 2.00, urgency 4.50 (n = 5)" in alt_importance_urgency(
        points, rated, text=TEXT, labels=LABELS
    )
    axes = plot_priority_effort(GAPS, text=TEXT, labels=LABELS)
    assert np.isclose(axes.lines[2].get_xdata()[0], 0.2)  # the diamond of the first need: its effort
    assert "Housing: priority 50%, effort 20%" in alt_priority_effort(GAPS, text=TEXT, labels=LABELS)
