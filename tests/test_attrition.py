"""Who left, and whether the change would stand if they had stayed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_change import a_scale, make_scores

from hubanalysis.metrics.attrition import (
    baseline_of_leavers,
    change_under_attrition,
    retention,
    stay_by_group,
    tipping_points,
)

NOBODY = pd.DataFrame({"id": [], "attribute": [], "value": []}, dtype=str)


def respondents(before, after):
    rows = [(i, "before") for i in before] + [(i, "after") for i in after]
    frame = pd.DataFrame(rows, columns=["id", "wave"])
    frame["wave"] = pd.Categorical(frame["wave"], categories=["before", "after"], ordered=True)
    return frame


def test_retention_counts_stayers_leavers_and_joiners_on_their_own_base():
    table = retention(respondents("abcde", "abcx")).set_index("presence")
    assert table["count"].tolist() == [3, 2, 1] and table["n"].tolist() == [5, 5, 4]
    assert table["estimate"].tolist() == [0.6, 0.4, 0.25]


def test_retention_of_a_single_wave_is_nobody_stayed_not_everybody():
    assert retention(respondents("abc", "")).set_index("presence").loc["stayers", "count"] == 0
    assert retention(respondents("", "")).empty


def test_baseline_compares_those_who_stayed_with_those_who_left():
    scores = make_scores("s", before=[4, 5, 4, 1, 2, 1], after=[4, 4, 4])
    row = baseline_of_leavers(scores).iloc[0]
    assert row["estimate"] == pytest.approx(13 / 3 - 4 / 3) and row["low"] > 0
    assert (row["stayers"], row["leavers"], row["n"]) == (3, 3, 6)


def test_stay_by_group_takes_each_person_once():
    attributes = pd.DataFrame({"id": list("aabcd"), "attribute": "g", "value": ["x", "x", "x", "y", "y"]})
    table = stay_by_group(respondents("abcd", "ac"), attributes, ["g"]).set_index("value")
    assert table["n"].tolist() == [2, 2] and table["estimate"].tolist() == [0.5, 0.5]


def simulated(n=400, seed=4):
    """Change falls with the first score, and low scorers leave: the pairs alone understate the change (true: 0.5)."""
    rng = np.random.default_rng(seed)
    before = rng.normal(3, 0.5, n).clip(1, 5)
    change = 0.5 - 0.6 * (before - 3) + rng.normal(0, 0.2, n)
    stays = rng.random(n) < 1 / (1 + np.exp(-2 * (before - 3)))
    after = [a if s else None for a, s in zip(before + change, stays, strict=True)]
    return make_scores("s", before=before, after=after)


def test_weights_undo_attrition_that_depends_on_the_first_score():
    table = change_under_attrition(simulated(), NOBODY, [a_scale("s")]).set_index("assumption")
    assert table.loc["pairs", "high"] < 0.5 - 0.02
    assert abs(table.loc["weighted", "estimate"] - 0.5) < 0.06
    assert table.loc["weighted", "low"] < 0.5 < table.loc["weighted", "high"]


def test_bounds_enclose_and_the_tipping_point_brings_the_change_to_nought():
    scores = simulated(120)
    table = change_under_attrition(scores, NOBODY, [a_scale("s")]).set_index("assumption")
    estimate = table["estimate"]
    assert estimate["worst"] < estimate["unchanged"] < estimate["best"]
    assert estimate["worst"] < estimate["weighted"] < estimate["best"]
    lost = table.loc["unchanged", "n"] - table.loc["pairs", "n"]
    tipping = table.loc["pairs", "tipping"]
    assert estimate["pairs"] * table.loc["pairs", "n"] + tipping * lost == pytest.approx(0)
    points = tipping_points(table.reset_index()).iloc[0]
    assert points[["tipping", "leavers", "stayed"]].tolist() == pytest.approx(
        [tipping, lost, estimate["pairs"]]
    )


def test_where_lower_is_better_the_worst_end_is_the_highest():
    scores = make_scores("s", before=[2, 3, 2, 3], after=[1, 2])
    lower = change_under_attrition(scores, NOBODY, [a_scale("s", better="lower")]).set_index("assumption")
    # the two who left at 5 (worst) or at 1 (best)
    assert lower.loc["worst", "estimate"] == (-1 - 1 + 3 + 2) / 4
    assert lower.loc["best", "estimate"] == (-1 - 1 - 1 - 2) / 4


def test_the_weighted_change_is_missing_with_a_note_where_too_few_left():
    few = make_scores("s", before=[2.0] * 15, after=[3.0] * 14)
    table = change_under_attrition(few, NOBODY, [a_scale("s")]).set_index("assumption")
    assert np.isnan(table.loc["weighted", "estimate"]) and table.loc["weighted", "note"]


def test_one_wave_gives_an_empty_frame():
    assert change_under_attrition(make_scores("s", before=[1, 2]), NOBODY, [a_scale("s")]).empty


def test_attributes_and_attendance_enter_the_weights():
    """Leaving depends on the group alone, and so does the change: only the weights that know the group are right."""
    rng = np.random.default_rng(6)
    n = 300
    old = np.arange(n) % 2 == 0
    before = rng.normal(3, 0.4, n)
    after = before + np.where(old, 0.8, 0.0) + rng.normal(0, 0.1, n)
    stays = rng.random(n) < np.where(old, 0.9, 0.3)
    scores = make_scores(
        "s", before=before, after=[a if s else None for a, s in zip(after, stays, strict=True)]
    )
    ids = [f"p{i:03}" for i in range(n)]
    attributes = pd.DataFrame({"id": ids, "attribute": "age", "value": np.where(old, "old", "young")})
    counts = pd.Series(np.where(old, 5, 1), index=ids)

    def weighted(attributes=NOBODY, names=(), counts=None):
        table = change_under_attrition(scores, attributes, [a_scale("s")], names, counts=counts)
        return table.set_index("assumption").loc["weighted", "estimate"]

    assert weighted() > 0.5
    assert weighted(attributes, ["age"]) == pytest.approx(0.4, abs=0.05)
    assert weighted(counts=counts) == pytest.approx(0.4, abs=0.05)
