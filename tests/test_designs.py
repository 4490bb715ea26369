"""Editions, a follow-up wave, a comparison group and questions that look back: the estimates and their sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hubanalysis.findings.comparison import comparison_findings, comparison_limits
from hubanalysis.findings.designs import edition_findings, follow_up_findings, looking_back_findings
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.change import pair_waves
from hubanalysis.metrics.comparison import (
    difference_in_differences,
    means_in_both_arms,
    pairs_of_comparison,
    without_crossers,
)
from hubanalysis.metrics.editions import (
    change_by_edition,
    differences_between_editions,
    people_in_several_editions,
)
from hubanalysis.metrics.later_waves import change_at_follow_up, means_over_waves, presence_at_follow_up
from hubanalysis.metrics.then_items import change_looking_back, then_scores

EN = Translator("en")
MOMENTS = {"before": ["t1"], "after": ["t2"], "follow_up": ["t3"]}
NAMES = {"s": "Wellbeing"}


def pairs(before, after, prefix: str = "p", scale: str = "s") -> pd.DataFrame:
    before, after = np.asarray(before, float), np.asarray(after, float)
    ids = [f"{prefix}{k}" for k in range(len(before))]
    return pd.DataFrame(
        {"id": ids, "area": "wellbeing", "scale": scale, "before": before, "after": after}
    ).assign(change=after - before)


def scores(waves: dict, scale: str = "s") -> pd.DataFrame:
    """``waves``: wave -> {id: score}."""
    rows = [
        {"id": who, "wave": wave, "area": "wellbeing", "scale": scale, "score": score}
        for wave, given in waves.items()
        for who, score in given.items()
    ]
    frame = pd.DataFrame(rows, columns=["id", "wave", "area", "scale", "score"])
    return frame.astype({"wave": pd.CategoricalDtype(list(waves), ordered=True)})


def drawn(n: int, mean: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 0.6, size=n)


@pytest.fixture(scope="module")
def arms() -> tuple[pd.DataFrame, pd.DataFrame]:
    start, other = drawn(40, 3.0, 1), drawn(25, 3.1, 2)
    ours = pairs(start, start + drawn(40, 0.6, 3))
    return ours, pairs(other, other + drawn(25, 0.0, 4), prefix="c")


def reading(frame: pd.DataFrame, name: str, column: str = "reading") -> pd.Series:
    return frame[frame[column] == name].iloc[0]


# --- difference in differences


def test_difference_in_differences_is_welchs_test_of_the_changes(arms):
    row = reading(difference_in_differences(*arms), "difference_in_differences")
    known = stats.ttest_ind(arms[0]["change"], arms[1]["change"], equal_var=False)
    interval = known.confidence_interval()
    assert row["estimate"] == pytest.approx(arms[0]["change"].mean() - arms[1]["change"].mean())
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))
    assert row["p"] == pytest.approx(known.pvalue)
    assert (row["n"], row["in_programme"], row["in_comparison"]) == (25, 40, 25)


def test_the_second_reading_is_the_regression_with_hc3_errors_made_by_hand(arms):
    row = reading(difference_in_differences(*arms), "first_score_equal")
    both = pd.concat([arms[0].assign(arm=1.0), arms[1].assign(arm=0.0)])
    x = np.column_stack([np.ones(len(both)), both["arm"], both["before"]])
    y = both["after"].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    weights = ((y - x @ b) / (1 - leverage)) ** 2  # MacKinnon & White 1985, HC3
    error = np.sqrt((inverse @ (x.T * weights) @ x @ inverse)[1, 1])
    half = stats.t.ppf(0.975, len(y) - 3) * error
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx((b[1], b[1] - half, b[1] + half))


def test_a_fall_that_everybody_had_is_no_difference():
    start = drawn(60, 3.0, 5)
    ours, theirs = (
        pairs(start, start - 0.4 + drawn(60, 0, 6) / 6),
        pairs(start, start - 0.4 + drawn(60, 0, 8) / 6, "c"),
    )
    frame = difference_in_differences(ours, theirs)
    row = reading(frame, "difference_in_differences")
    assert row["low"] < 0 < row["high"]
    said = " ".join(comparison_findings(frame, EN, NAMES))
    assert "no difference between the change of the two groups could be shown" in said and "no proof" in said


def test_groups_that_start_apart_are_said_to():
    ours, theirs = (
        pairs(drawn(40, 2.5, 1), drawn(40, 3.0, 2)),
        pairs(drawn(40, 3.6, 3), drawn(40, 3.6, 4), "c"),
    )
    said = comparison_findings(difference_in_differences(ours, theirs), EN, NAMES)
    assert any("already differed in Wellbeing" in s for s in said)


def test_one_person_in_the_comparison_group_is_no_comparison(arms):
    frame = difference_in_differences(arms[0], pairs([3.0], [3.2], "c"))
    row = reading(frame, "difference_in_differences")
    assert np.isnan(row["estimate"]) and "fewer than two pairs" in row["note"]
    assert "too few" in " ".join(comparison_findings(frame, EN, NAMES))
    assert comparison_limits(frame, EN) == [
        "There is no comparison group: what would have changed without the programme is not known."
    ]


def test_without_a_comparison_group_everything_is_empty_and_one_sentence_says_so(arms):
    none = pairs_of_comparison(scores({"t1": {"a": 3.0}}), "t1", "t2")
    frame = difference_in_differences(arms[0], none)
    assert frame.empty and means_in_both_arms(arms[0], none).empty
    (sentence,) = comparison_findings(frame, EN, NAMES)
    assert sentence.startswith("There is no comparison group")


def test_who_stands_in_both_groups_is_left_out_and_counted(arms):
    twice = pd.concat([arms[1], arms[0].head(3)])
    ours, theirs, crossers = without_crossers(arms[0], twice)
    assert (crossers, len(ours), len(theirs)) == (3, 37, 25)
    said = comparison_findings(difference_in_differences(ours, theirs), EN, NAMES, crossers=crossers)
    assert any(s.startswith("3 people stood in both groups") for s in said)


def test_holm_runs_over_the_primary_scales_of_each_reading(arms):
    two = [pd.concat([frame, frame.assign(scale="other")]) for frame in arms]
    frame = difference_in_differences(*two)
    main = frame[frame["reading"] == "difference_in_differences"]
    assert main["p_adjusted"].tolist() == pytest.approx([min(2 * p, 1) for p in main["p"]])
    assert frame.loc[frame["reading"] == "first_score", "p_adjusted"].isna().all()


# --- follow-up


def test_the_steps_to_the_follow_up_add_up_and_count_only_who_answered_three_times():
    people = [f"p{k}" for k in range(12)]
    t1, t2, t3 = (dict(zip(people, drawn(12, m, s), strict=True)) for m, s in ((3, 1), (3.6, 2), (3.2, 3)))
    frame = change_at_follow_up(
        scores({"t1": t1, "t2": {**t2, "new": 5.0}, "t3": dict(list(t3.items())[:9])}), MOMENTS
    )
    steps = frame.set_index("step")
    assert set(frame["n"]) == {9}
    total = steps.at["start_to_end", "estimate"] + steps.at["end_to_follow_up", "estimate"]
    assert steps.at["start_to_follow_up", "estimate"] == pytest.approx(total)
    known = stats.ttest_rel([t3[p] for p in people[:9]], [t2[p] for p in people[:9]])
    interval = known.confidence_interval()
    row = steps.loc["end_to_follow_up"]
    assert (row["low"], row["high"], row["p"]) == pytest.approx((interval.low, interval.high, known.pvalue))


def test_a_gain_that_is_lost_is_said_to_have_fallen_since_the_end():
    people = [f"p{k}" for k in range(40)]
    start = drawn(40, 3, 1)
    waves = {w: dict(zip(people, start + m + drawn(40, 0, s) / 4, strict=True)) for w, m, s in
             (("t1", 0, 2), ("t2", 0.6, 3), ("t3", 0, 4))}  # fmt: skip
    frame = change_at_follow_up(scores(waves), MOMENTS)
    respondents = scores(waves)[["id", "wave"]]
    present = presence_at_follow_up(
        respondents[~respondents["id"].isin(people[30:]) | (respondents["wave"] != "t3")], MOMENTS
    )
    assert present.set_index("presence")["count"].to_dict() == {
        "all_three": 30,
        "gone": 10,
        "of_the_first": 30,
    }
    said = follow_up_findings(frame, present, EN, NAMES, {"t3": "a year later"})
    assert "30 answered again at “a year later”" in said[0] and "75%" in said[0]
    assert "no change could be shown" in said[1] and "Since the end it fell" in said[1]


def test_a_study_without_a_follow_up_says_so():
    waves = {"t1": {"a": 3.0, "b": 2.0}, "t2": {"a": 4.0, "b": 3.0}}
    moments = {"before": ["t1"], "after": ["t2"], "follow_up": []}
    frame = change_at_follow_up(scores(waves), moments)
    assert frame.empty and means_over_waves(scores(waves), moments).empty
    (sentence,) = follow_up_findings(frame, presence_at_follow_up(scores(waves), moments), EN, NAMES, {})
    assert sentence.startswith("There is no later wave")


def test_nobody_in_all_three_waves_is_told_in_a_note():
    frame = change_at_follow_up(scores({"t1": {"a": 3.0}, "t2": {"b": 3.0}, "t3": {"a": 4.0}}), MOMENTS)
    assert frame["estimate"].isna().all() and (frame["n"] == 0).all() and frame["note"].ne("").all()


# --- looking back

THEN = {
    "id": "s",
    "area": "wellbeing",
    "items": ["a", "b"],
    "then": ["then_a", "then_b"],
    "reversed": ["b"],
    "range": (1, 5),
}


def answered(values: dict) -> pd.DataFrame:
    rows = [
        {
            "about": "people",
            "id": who,
            "wave": "t2",
            "instrument": "q",
            "item": item,
            "number": float(v),
            "status": "answered",
        }
        for who, items in values.items()
        for item, v in items.items()
    ]
    return pd.DataFrame(rows)


def test_then_questions_are_scored_as_the_items_they_stand_for():
    frame = then_scores(answered({"x": {"then_a": 2, "then_b": 5, "a": 5, "b": 1}}), [THEN])
    assert frame["score"].tolist() == [1.5]  # (2 + (6 - 5)) / 2: the ordinary answers do not count
    assert frame["wave"].tolist() == ["t2"]


def test_looking_back_is_now_minus_then_and_the_shift_then_minus_before():
    now, start, back = drawn(20, 3.6, 1), drawn(20, 3.2, 2), drawn(20, 2.7, 3)
    people = [f"p{k}" for k in range(20)]
    ordinary = scores(
        {"t1": dict(zip(people[:15], start, strict=False)), "t2": dict(zip(people, now, strict=True))}
    )
    then = scores({"t1": {}, "t2": dict(zip(people, back, strict=True))})
    frame = change_looking_back(ordinary, then, "t1")
    seen, shift = reading(frame, "looking_back"), reading(frame, "response_shift")
    assert (seen["n"], shift["n"]) == (20, 15)
    assert seen["estimate"] == pytest.approx((now - back).mean())
    assert shift["p"] == pytest.approx(stats.ttest_rel(back[:15], start[:15]).pvalue)
    said = " ".join(looking_back_findings(frame, EN, NAMES))
    assert "looking back, people see a rise" in said and "lower than they did at the time" in said
    assert "after" not in said.split("This is how")[0].replace("afterwards", "")


def test_without_then_questions_there_is_nothing_to_look_back_on():
    back = change_looking_back(
        scores({"t1": {"a": 3.0}}),
        then_scores(answered({"x": {"a": 2, "b": 4}}), [{**THEN, "then": []}]),
        "t1",
    )
    (sentence,) = looking_back_findings(back, EN, NAMES)
    assert back.empty and sentence.startswith("Nobody was asked")


# --- editions

EDITIONS = {
    "2021": {"before": ["b1"], "after": ["a1"], "follow_up": []},
    "2022": {"before": ["b2"], "after": ["a2"], "follow_up": []},
}


def two_editions(gain_1: float, gain_2: float, returning: int = 5) -> pd.DataFrame:
    first = [f"p{k}" for k in range(30)]
    second = [*first[:returning], *(f"q{k}" for k in range(40 - returning))]
    b1, b2 = drawn(30, 3, 1), drawn(40, 3, 2)
    return scores(
        {
            "b1": dict(zip(first, b1, strict=True)),
            "a1": dict(zip(first, b1 + gain_1 + drawn(30, 0, 3) / 2, strict=True)),
            "b2": dict(zip(second, b2, strict=True)),
            "a2": dict(zip(second, b2 + gain_2 + drawn(40, 0, 4) / 2, strict=True)),
        }
    )


def test_editions_are_tested_on_people_counted_once():
    frame = two_editions(0.0, 0.7)
    change, test = change_by_edition(frame, EDITIONS), differences_between_editions(frame, EDITIONS)
    assert change["n"].tolist() == [30, 40]
    first, second = pair_waves(frame, "b1", "a1"), pair_waves(frame, "b2", "a2")
    fresh = second[~second["id"].isin(first["id"])]
    known = stats.ttest_ind(
        first["change"], fresh["change"], equal_var=False
    )  # Welch's F of two groups is t squared
    assert test["f"].iloc[0] == pytest.approx(known.statistic**2)
    assert (test["p"].iloc[0], test["n"].iloc[0]) == (pytest.approx(known.pvalue), 30)
    returning = people_in_several_editions(frame, EDITIONS)
    assert returning["count"].tolist() == [5, 5] and returning["n"].tolist() == [30, 40]
    said = edition_findings(change, test, returning, EN, NAMES)
    assert any("did not change alike in all editions" in s for s in said)
    assert any("2021: 5 of 30; 2022: 5 of 40" in s for s in said)


def test_alike_editions_are_not_said_to_be_the_same():
    frame = two_editions(0.4, 0.4, returning=0)
    said = edition_findings(
        change_by_edition(frame, EDITIONS),
        differences_between_editions(frame, EDITIONS),
        people_in_several_editions(frame, EDITIONS),
        EN,
        NAMES,
    )
    assert any("no difference between editions could be shown; small differences" in s for s in said)
    assert "Nobody could be recognised in more than one edition." in said


def test_one_edition_cannot_be_compared():
    frame = scores({"t1": {"a": 3.0, "b": 2.0}, "t2": {"a": 4.0, "b": 3.5}})
    one = {"2022": {"before": ["t1"], "after": ["t2"], "follow_up": []}}
    change, test = change_by_edition(frame, one), differences_between_editions(frame, one)
    returning = people_in_several_editions(frame, one)
    assert change.empty and test.empty and returning.empty
    (sentence,) = edition_findings(change, test, returning, EN, NAMES)
    assert sentence.startswith("There is one edition")


def test_an_adjustment_that_undoes_the_difference_is_told():
    """The same gain, but from a higher start: a regression to the mean looks like a programme that failed."""
    start, other = drawn(200, 3.6, 1), drawn(200, 2.8, 2)
    level = 3.2
    ours = pairs(start, level + 0.5 * (start - level) + drawn(200, 0, 3) / 2)
    theirs = pairs(other, level + 0.5 * (other - level) + drawn(200, 0, 4) / 2, "c")
    frame = difference_in_differences(ours, theirs)
    assert reading(frame, "difference_in_differences")["high"] < 0
    assert any("does not stand" in s for s in comparison_findings(frame, EN, NAMES))


def test_a_difference_that_only_the_second_reading_shows_is_told_as_a_disagreement():
    start, other = drawn(200, 2.9, 1), drawn(200, 3.1, 2)
    ours = pairs(start, 3.0 + 0.2 + 0.9 * (start - 3.0) + drawn(200, 0, 3) / 2)
    theirs = pairs(other, 3.0 + 0.9 * (other - 3.0) + drawn(200, 0, 4) / 2, "c")
    frame = difference_in_differences(ours, theirs)
    frame.loc[frame["reading"] == "difference_in_differences", "low"] = -0.01  # just not shown
    said = comparison_findings(frame, EN, NAMES)
    assert any("With the first score held equal one is shown" in s and "neither" in s for s in said)
    assert not any(s.startswith("For Wellbeing") for s in said)
