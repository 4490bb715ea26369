"""Sentences never say more than the interval does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_change import a_scale
from test_participation import ACTIVITIES, ATTENDANCE

from hubanalysis.findings.attrition import attrition_findings
from hubanalysis.findings.change import (
    change_findings,
    reliability_findings,
    reliable_change_findings,
    verdicts,
)
from hubanalysis.findings.for_whom import dose_findings, group_findings
from hubanalysis.findings.naming import group_names, in_group_names
from hubanalysis.findings.organisations import (
    organisation_change_findings,
    organisation_limits,
    who_findings,
)
from hubanalysis.findings.participation import (
    meeting_findings,
    newcomer_findings,
    participation_findings,
    participation_limits,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.affiliation import affiliation_measures, clustering_beyond_chance
from hubanalysis.metrics.participation import (
    attendance_shares,
    newcomers_by_third,
    reach_counts,
    register_overlap,
)

EN = Translator("en")
NAMES = {"s": "Wellbeing", "t": "Offer"}


def a_change(estimate=0.3, low=0.1, high=0.5, *, scale="s", n=180, p_adjusted=0.001):
    row = {"area": "wellbeing", "scale": scale, "estimate": estimate, "low": low, "high": high, "n": n}
    return pd.DataFrame([row | {"p_adjusted": p_adjusted}])


def the_bounds(estimate, low, high, *, scale="s", tipping=-0.8):
    rows = [
        ("pairs", 0.3, 0.1, 0.5),
        ("weighted", estimate, low, high),
        ("worst", -0.4, -0.6, -0.2),
        ("best", 0.9, 0.7, 1.1),
    ]
    frame = pd.DataFrame(rows, columns=["assumption", "estimate", "low", "high"])
    return frame.assign(scale=scale, area="wellbeing", n=180, tipping=tipping)


def the_retention(stay=180, leave=70):
    n = stay + leave
    rows = [("stayers", stay, stay / n, 0.66, 0.77, n), ("leavers", leave, leave / n, 0.23, 0.34, n)]
    return pd.DataFrame(rows, columns=["presence", "count", "estimate", "low", "high", "n"])


@pytest.mark.parametrize(
    ("change", "better", "expected"),
    [
        (a_change(), "higher", "rose, for the better: +0.30 points (interval +0.10 to +0.50, n = 180)"),
        (
            a_change(-0.3, -0.5, -0.1),
            "higher",
            "fell, for the worse: −0.30 points (interval −0.50 to −0.10, n = 180)",
        ),
        (a_change(), "lower", "rose, for the worse"),
        (a_change(-0.3, -0.5, -0.1), "lower", "fell, for the better"),
        (a_change(0.05, -0.1, 0.2), "higher", "no change could be shown"),
        (a_change(0.3, np.nan, np.nan, n=1), "higher", "too few answered twice"),
    ],
)
def test_direction_and_favour_are_said_only_where_the_interval_spares_zero(change, better, expected):
    (sentence,) = change_findings(change, EN, NAMES, scales=[a_scale("s", better=better)])
    assert expected in sentence and "Wellbeing" in sentence
    if "no change" in expected:
        assert (
            "rose" not in sentence
            and "better" not in sentence
            and "+0.05 points (interval −0.10 to +0.20" in sentence
        )


def test_no_change_is_not_said_to_be_proof_of_none():
    smallest = pd.DataFrame({"scale": ["s"], "smallest_points": [0.21]})
    (sentence,) = change_findings(a_change(0.05, -0.1, 0.2), EN, NAMES, detectable=smallest)
    assert "does not prove" in sentence and "0.21 points" in sentence


def test_a_change_that_does_not_outlive_the_other_tests_says_so():
    (sentence,) = change_findings(a_change(0.2, 0.01, 0.4, p_adjusted=0.12), EN, NAMES)
    assert "no longer shown" in sentence and "0.120" in sentence


def test_a_change_that_does_not_stand_when_those_who_left_count_says_so():
    stands, falls = the_bounds(0.25, 0.05, 0.45), the_bounds(0.1, -0.1, 0.3)
    assert verdicts(a_change(), bounds=stands)["verdict"].tolist() == ["shown"]
    assert verdicts(a_change(), bounds=falls)["verdict"].tolist() == ["fragile"]
    assert "does not stand" not in change_findings(a_change(), EN, NAMES, bounds=stands)[0]
    assert "does not stand" in change_findings(a_change(), EN, NAMES, bounds=falls)[0]


def test_changes_shown_come_first_and_the_worse_ones_are_not_hidden():
    change = pd.concat([a_change(0.0, -0.1, 0.1, scale="t"), a_change(-0.3, -0.5, -0.1)])
    said = change_findings(change, EN, NAMES, retention=the_retention())
    assert "180 answered in the last one too" in said[0] and "the limits say" in said[0]
    assert "for the worse" in said[1] and "no change" in said[2]


def test_the_sentence_on_those_who_left_follows_what_is_assumed_of_them():
    arguments = (the_retention(), pd.DataFrame(columns=["scale", "estimate", "low", "high", "n"]), a_change())
    stands = attrition_findings(*arguments, the_bounds(0.25, 0.05, 0.45), EN, NAMES)
    falls = attrition_findings(*arguments, the_bounds(0.1, -0.1, 0.3), EN, NAMES)
    assert any("changes no conclusion" in s for s in stands) and not any("**changes" in s for s in stands)
    assert any("**changes the conclusion** for Wellbeing" in s for s in falls)
    assert any("each of the changes shown could have either sign" in s for s in stands)
    assert any("changed by −0.80 points on average; those who stayed changed by +0.30" in s for s in stands)
    assert "28%" in stands[0]


def test_those_who_left_having_started_lower_is_said_with_its_direction():
    baseline = a_change(0.31, 0.1, 0.5).assign(stayers=180, leavers=70)  # stayers minus leavers
    said = attrition_findings(the_retention(), baseline, a_change(), the_bounds(0.25, 0.05, 0.45), EN, NAMES)
    assert "**lower** in Wellbeing" in said[1] and "−0.31 points (interval −0.50 to −0.10" in said[1]
    none = attrition_findings(
        the_retention(), a_change(0.1, -0.1, 0.3), a_change(), the_bounds(0.25, 0.05, 0.45), EN, NAMES
    )
    assert "does not prove" in none[1]


def the_standardised(estimate, low, high, p_adjusted=0.001):
    return a_change(estimate, low, high, n=250, p_adjusted=p_adjusted).assign(of_itself=-0.1)


STARTED_LOWER, STARTED_HIGHER = a_change(0.31, 0.1, 0.5), a_change(-0.31, -0.5, -0.1)  # stayers minus leavers


@pytest.mark.parametrize(
    ("change", "everybody", "verdict", "words"),
    [
        (a_change(), the_standardised(0.25, 0.1, 0.4), "shown", None),
        (
            a_change(),
            the_standardised(0.1, -0.1, 0.3, 0.4),
            "fragile",
            "It does not stand once the first scores",
        ),
        (
            a_change(),
            the_standardised(0.2, 0.02, 0.4, 0.09),
            "fragile",
            "It does not stand once the first scores",
        ),
        (
            a_change(),
            the_standardised(-0.2, -0.4, -0.02),
            "fragile",
            "It does not stand once the first scores",
        ),
        (a_change(0.1, -0.1, 0.3), the_standardised(0.3, 0.1, 0.5), "not_shown", "a change is shown"),
        (a_change(0.1, -0.1, 0.3), the_standardised(0.1, -0.1, 0.3, 0.4), "not_shown", None),
        (a_change(), the_standardised(np.nan, np.nan, np.nan), "shown", None),
    ],
)
def test_the_sentence_changes_where_those_who_left_started_elsewhere(change, everybody, verdict, words):
    assert verdicts(change, standardised=everybody)["verdict"].tolist() == [verdict]
    for baseline, start in (
        (None, None),
        (STARTED_LOWER, "started lower"),
        (STARTED_HIGHER, "started higher"),
    ):
        (sentence,) = change_findings(change, EN, NAMES, baseline=baseline, standardised=everybody)
        known = np.isfinite(everybody["estimate"].iloc[0])
        assert ("of itself" in sentence) == (baseline is not None and known)
        assert start is None or not known or start in sentence
        assert (words is None) == ("It does not stand" not in sentence and "is shown" not in sentence)
        assert words is None or (words in sentence and sentence.count("n = 250") == 1)


def test_alike_first_scores_are_no_reason_to_speak_of_those_who_left():
    arguments = {"baseline": a_change(0.1, -0.1, 0.3), "standardised": the_standardised(0.28, 0.1, 0.46)}
    assert change_findings(a_change(), EN, NAMES, **arguments) == change_findings(a_change(), EN, NAMES)


def test_the_chapter_on_those_who_left_names_the_conclusions_their_first_scores_change():
    arguments = (the_retention(), STARTED_LOWER, a_change(), the_bounds(0.25, 0.05, 0.45), EN, NAMES)
    said = attrition_findings(*arguments, standardised=the_standardised(0.1, -0.1, 0.3, 0.4))
    assert any("**the conclusion changes** for Wellbeing" in s for s in said)
    said = attrition_findings(*arguments, standardised=the_standardised(0.3, 0.1, 0.5))
    assert not any("the conclusion changes" in s for s in said)


def test_improved_is_never_said_without_worsened():
    rows = [
        ("improved", 0.2, 0.15, 0.26),
        ("no_reliable_change", 0.7, 0.6, 0.8),
        ("worsened", 0.1, 0.06, 0.15),
    ]
    shares = pd.DataFrame(rows, columns=["outcome", "estimate", "low", "high"]).assign(
        scale="s", n=180, threshold=0.9
    )
    said = reliable_change_findings(shares, EN, NAMES)
    assert "20% improved (15% to 26%) and 10% worsened (6% to 15%) by more than 0.90 points" in said[0]
    assert "2.5%" in said[1]
    assert "cannot be told" in reliable_change_findings(shares.assign(estimate=np.nan), EN, NAMES)[0]


def test_loose_scales_are_named():
    rows = [("s", "omega", 0.55, 0.4, 0.66), ("t", "omega", 0.82, 0.78, 0.86)]
    table = pd.DataFrame(rows, columns=["scale", "measure", "estimate", "low", "high"]).assign(n=250)
    said = reliability_findings(table, EN, NAMES)
    assert "Wellbeing** measures loosely" in said[0] and "1 of 2 scales" in said[1]


def test_groups_are_named_only_where_the_test_of_all_shows_a_difference_and_they_are_large_enough():
    cells = pd.DataFrame(
        {"scale": "s", "attribute": "age_band", "value": ["a", "b", "c"], "estimate": [0.1, 0.6, 2.0]}
        | {"low": [0, 0.4, 1], "high": [0.2, 0.8, 3], "n": [60, 40, 4]}
    )
    test = pd.DataFrame({"scale": ["s"], "attribute": ["age_band"], "p_adjusted": [0.004], "n": [100]})
    said, family = group_findings(test, cells, EN, NAMES, {"age_band/b": "65 or older"})
    assert "Tests made: 1" in family
    assert "“65 or older”" in said and "2.00" not in said  # the group of four stays unnamed
    (silent,) = group_findings(test.assign(p_adjusted=0.4), cells, EN, NAMES, {})
    assert "No difference between groups" in silent


def test_dose_is_never_said_as_a_cause():
    row = {
        "area": "wellbeing",
        "scale": "s",
        "estimate": 0.04,
        "low": 0.01,
        "high": 0.07,
        "n": 180,
        "p_adjusted": 0.01,
    }
    dose = pd.DataFrame(
        [row | {"model": "attended"}, row | {"model": "attended_and_first_score", "low": -0.01}]
    )
    said = dose_findings(dose, EN, NAMES)
    assert (
        "goes with a change of +0.04 points" in said[0]
        and "does not stand with the first score held equal" in said[0]
    )
    assert "no proof" in said[-1]
    nothing = dose_findings(dose.assign(low=-0.1), EN, NAMES)
    assert "no such tie could be shown" in nothing[0]


def test_participation_sentences_count_people_once():
    said = participation_findings(reach_counts(ATTENDANCE, ACTIVITIES), attendance_shares(ATTENDANCE), EN)
    assert "**5 people** were reached by 3 activities, with 8 attendances" in said[0]
    assert "1.6" in said[1] and "40%" in said[2]
    overlap = register_overlap(ATTENDANCE, pd.DataFrame({"id": ["x", "q"]}))
    limits = participation_limits(overlap, pd.DataFrame(), EN)
    assert limits[0].startswith("4 people") and limits[1].startswith("1 people")
    public = participation_limits(overlap, pd.DataFrame(), EN, least=10)
    assert all(s.startswith("Fewer than 10") for s in public)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [((-0.1, -0.15, -0.05), "fewer"), ((0.1, 0.05, 0.15), "more"), ((0.0, -0.05, 0.05), "no change")],
)
def test_the_flow_of_newcomers_is_named_only_where_the_interval_of_its_change_spares_zero(moved, expected):
    rows = [("first_third", 0.9, 0.8, 0.95), ("middle_third", 0.5, 0.42, 0.58), ("last_third", 0.4, 0.3, 0.5)]
    thirds = pd.DataFrame(
        [*rows, ("last_minus_middle", *moved)], columns=["period", "estimate", "low", "high"]
    )
    said = newcomer_findings(thirds.assign(n=100), EN)
    assert expected in said[1] and "90%" in said[0] and "30% to 50%, 100 attendances" in said[0]


def test_meeting_again_is_told_against_chance():
    measures, chance = affiliation_measures(ATTENDANCE), clustering_beyond_chance(ATTENDANCE, draws=20)
    chance[["estimate", "low", "high"]] = [0.1, -0.1, 0.2]
    assert "no more and no less" in meeting_findings(measures, chance, EN)[1]
    chance[["estimate", "low", "high"]] = [0.1, 0.05, 0.2]
    assert "meet again" in meeting_findings(measures, chance, EN)[1]


def test_organisations_say_what_so_few_can_carry():
    change = a_change(0.4, 0.1, 0.7, n=5)
    detectable = pd.DataFrame({"smallest_points": [0.9]})
    limits = organisation_limits(change, detectable, EN)
    assert "With 5 organisations no change, however large" in limits[0] and "0.062" in limits[0]
    assert "no change could be shown" in organisation_change_findings(a_change(0.1, -0.1, 0.4), EN, NAMES)[0]
    assert "for the worse" in organisation_change_findings(a_change(-0.4, -0.7, -0.1), EN, NAMES)[0]
    lower = organisation_change_findings(a_change(), EN, NAMES, scales=[a_scale("s", better="lower")])
    assert "rose, for the worse" in lower[0]
    adjusted = organisation_change_findings(a_change(p_adjusted=0.2), EN, NAMES)[0]
    assert "no change could be shown" in adjusted and "tested together" in adjusted


def test_nothing_is_told_plainly_where_there_is_nothing():
    none = pd.DataFrame()
    assert "cannot be told" in change_findings(none, EN, {})[0]
    assert "cannot be told" in participation_findings(none, none, EN)[0]
    assert (
        "cannot be told" in newcomer_findings(newcomers_by_third(pd.DataFrame({"new": [], "n": []})), EN)[0]
    )
    assert "cannot be told" in organisation_change_findings(none, EN, {})[0]
    assert "cannot be told" in who_findings(none, none, EN)[0]
    assert "cannot be told" in attrition_findings(none, none, none, none, EN, {})[0]


def test_group_values_get_their_words():
    attributes = pd.DataFrame({"attribute": ["gender", "gender"], "value": ["female", "zz"]})
    names = group_names(attributes, {"gender/female": "Woman"}, EN)
    assert names == {"female": "Woman", "zz": "zz"}
    assert in_group_names(attributes, {"gender/female": "Woman"}, EN)["value"].tolist() == ["Woman", "zz"]
