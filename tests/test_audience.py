"""Who comes again: the product-limit estimate against published values, and the end of the programme."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight
from test_participation import ACTIVITIES, ATTENDANCE, NOTHING, came, held

from hubanalysis.figures.audience import alt_coming_again, plot_coming_again
from hubanalysis.findings.audience import coming_again_findings
from hubanalysis.findings.participation import newcomer_findings
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.audience import (
    coarse_numbers,
    coarse_steps,
    coming_again,
    coming_again_by_attendance,
    coming_again_by_group,
    half_of_the_programme,
    product_limit,
    still_coming,
    waits,
)
from hubanalysis.metrics.participation import (
    attendance_by_activity,
    newcomers_by_third,
    newcomers_within_kinds,
)

EN = Translator("en")

# Weeks of remission under 6-mercaptopurine, + censored (Freireich et al. 1963): 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+
# 20+ 22 23 25+ 32+ 32+ 34+ 35+
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSE = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def programme(days):
    dates = pd.date_range("2022-03-01", periods=days, freq="7D").strftime("%Y-%m-%d")
    return held(
        {f"a{d}": date for d, date in enumerate(dates, 1)}, **{f"a{d}": "talk" for d in range(1, days + 1)}
    )


def steady(people, days, chance, seed=1):
    """Everybody starts on a day of their own and from then on comes to each later day with the same chance."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        start = rng.integers(1, days + 1)
        rows += [(f"p{person}", f"a{start}")]
        rows += [(f"p{person}", f"a{d}") for d in range(start + 1, days + 1) if rng.random() < chance]
    return pd.DataFrame(rows, columns=["person", "activity"])


def test_the_product_limit_estimate_of_remission_under_6_mp():
    table = product_limit(WEEKS, RELAPSE)
    steps = table[table["events"] > 0].set_index("time")
    # Kaplan-Meier values printed in every textbook of the field, e.g. Kalbfleisch & Prentice 1980, Klein & Moeschberger
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert steps["estimate"].round(3).to_dict() == published
    assert steps["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    # R survfit(..., conf.type = "log-log") at 6 and 23 weeks: .620 to .952 and .188 to .680
    assert steps.loc[6, ["low", "high"]].tolist() == pytest.approx([0.620, 0.952], abs=5e-4)
    assert steps.loc[23, ["low", "high"]].tolist() == pytest.approx([0.188, 0.680], abs=5e-4)


def test_the_product_limit_estimate_agrees_with_another_implementation():
    rng = np.random.default_rng(4)
    time, event = rng.integers(1, 9, 60), rng.random(60) < 0.6
    ours, other = product_limit(time, event), SurvfuncRight(time, event)
    steps = ours[ours["events"] > 0]
    assert steps["estimate"].tolist() == pytest.approx(list(other.surv_prob))
    # half the interval on the scale of log(-log S) is z SE(S) / (S abs(log S))
    inside = steps["estimate"].between(0.001, 0.999).to_numpy()
    s, se = other.surv_prob[inside], other.surv_prob_se[inside]
    width = np.log(-np.log(steps["low"][inside])) - np.log(-np.log(steps["high"][inside]))
    assert width.to_numpy() / 2 == pytest.approx(1.959964 * se / (s * -np.log(s)), rel=1e-5)


def test_without_censoring_it_is_the_plain_share_and_the_ends_have_no_interval():
    table = product_limit([1, 1, 2, 4], [True] * 4)
    assert table["estimate"].tolist() == [0.5, 0.25, 0.0] and np.isnan(table["low"].iloc[-1])
    assert np.isnan(product_limit([3, 5], [False, False])["low"]).all()
    with pytest.raises(ValueError, match="same length"):
        product_limit([1, 2], [True])


def test_waits_count_days_of_activity_and_cut_at_the_programme_s_end():
    table = waits(ATTENDANCE, ACTIVITIES).set_index(["person", "attendance"])
    assert table.loc[("x", 1), ["wait", "again"]].tolist() == [1, True]
    assert table.loc[("y", 2), ["wait", "again"]].tolist() == [1, False]  # one more day, without y
    assert table.loc[("v", 1), ["wait", "again"]].tolist() == [0, False]  # came on the last day: no future
    same_day = held(dict.fromkeys(("a1", "a2", "a3"), "2022-03-01"), a1="talk", a2="talk", a3="talk")
    assert not waits(ATTENDANCE, same_day)["again"].any()


def test_activities_without_a_date_are_left_out_and_counted():
    activities = held({"a1": "2022-03-01", "a3": "2022-05-01"}, a1="talk", a2="talk", a3="talk")
    table = waits(ATTENDANCE, activities)
    assert table.attrs["undated"] == 3 and "w" not in set(table["person"])
    none = waits(ATTENDANCE, held())
    assert none.empty and half_of_the_programme(none) == 0
    assert coming_again_by_attendance(none, 0).empty and still_coming(none, 0).empty


def test_who_came_first_at_the_end_is_not_counted_as_lost():
    """Everybody comes again with the same chance: the naive share is far too low, the estimate is right."""
    spells = waits(steady(600, 20, 0.3), programme(20))
    true = 1 - 0.7**5  # within five days
    first = spells[spells["attendance"] == 1]
    naive = (first["again"] & (first["wait"] <= 5)).mean()
    row = coming_again_by_attendance(spells, 5).iloc[0]
    assert naive < true - 0.08
    assert row["low"] < true < row["high"] and row["n"] == 600
    curve = coming_again(spells).set_index("days")
    inside = [curve.loc[d, "low"] < 1 - 0.7**d < curve.loc[d, "high"] for d in range(1, 11)]
    assert sum(inside) >= 9
    assert curve["estimate"].is_monotonic_increasing


def test_the_curve_by_number_multiplies_the_shares_and_starts_like_the_first():
    spells = waits(steady(400, 20, 0.3, seed=6), programme(20))
    each, kept = coming_again_by_attendance(spells, 5, most=3), still_coming(spells, 5, most=4)
    assert kept["times"].tolist() == [2, 3, 4]
    assert kept["estimate"].tolist() == pytest.approx(each["estimate"].cumprod().tolist())
    columns = ["estimate", "low", "high"]
    assert kept.loc[0, columns].tolist() == pytest.approx(each.loc[0, columns].tolist())
    assert (kept["low"] < kept["estimate"]).all() and (kept["high"] > kept["estimate"]).all()


def test_too_few_who_could_be_watched_for_so_long_are_not_estimated():
    early, late = [(f"p{k}", "a1") for k in range(15)], [(f"q{k}", "a9") for k in range(40)]
    attendance = pd.DataFrame([*early, *late, *[(f"p{k}", "a4") for k in range(15)], ("z", "a10")])
    spells = waits(attendance.set_axis(["person", "activity"], axis=1), programme(10))
    row = coming_again_by_attendance(spells, 2).iloc[0]  # 56 people, but only 15 early enough
    assert row["n"] == 56 and np.isnan(row["estimate"]) and "20 people" in row["note"]
    assert still_coming(spells, 2).empty
    assert (
        "Too few people"
        in coming_again_findings(coming_again_by_attendance(spells, 2), still_coming(spells, 2), 2, 0, EN)[0]
    )


def test_groups_are_estimated_where_they_are_large_enough():
    spells = waits(steady(300, 20, 0.3), programme(20))
    values = ["a"] * 150 + ["b"] * 140 + ["c"] * 10
    attributes = pd.DataFrame({"id": [f"p{k}" for k in range(300)], "attribute": "gender", "value": values})
    table = coming_again_by_group(spells, attributes, ["gender"], 5).set_index("value")
    assert table["n"].to_dict() == {"a": 150, "b": 140, "c": 10}
    assert np.isnan(table.loc["c", "estimate"]) and (table.loc[["a", "b"], "low"] > 0.5).all()
    assert coming_again_by_group(spells, attributes.iloc[:0], ["gender"], 5).empty


def test_no_step_of_a_public_curve_is_a_single_person():
    spells = waits(steady(120, 12, 0.4), programme(12))
    curve = coming_again(spells)
    assert curve["events"].min() < 10
    public = coarse_steps(curve, 10)
    people = np.diff(np.r_[0, public["estimate"]]) * 120
    assert (
        people.min() >= 8
    )  # ten or more of those watched; whole per cents and the censored take off a little
    assert "at_risk" not in public and "events" not in public
    pd.testing.assert_frame_equal(coarse_steps(curve, 0), curve)
    kept = pd.DataFrame({"times": [2, 3, 4, 5], "n": [100, 97, 85, 85]})
    assert coarse_numbers(kept, 10)["n"].tolist() == [100, 85, 85]
    assert len(coarse_numbers(kept, 0)) == 4


def test_the_sentences_give_share_interval_and_number():
    spells = waits(steady(400, 20, 0.3), programme(20))
    again, kept = coming_again_by_attendance(spells, 5), still_coming(spells, 5)
    said = coming_again_findings(again, kept, 5, 7, EN)
    share = EN.percent(again["estimate"].iloc[0])
    assert f"**{share}** came again within the next 5 days" in said[0] and "400 people" in said[0]
    assert "go on to come 5 times or more" in said[1] and said[2].startswith("7 attendances")
    assert "cannot be told" in coming_again_findings(again.iloc[:0], kept.iloc[:0], 0, 0, EN)[0]


def test_the_figure_shows_the_numbers_at_risk_and_survives_nothing():
    spells = waits(steady(200, 12, 0.4), programme(12))
    curve, kept = coming_again(spells), still_coming(spells, 6)
    figure = plot_coming_again(curve, kept)
    written = " ".join(t.get_text() for t in figure.findobj(plt.Text))
    assert str(curve["at_risk"].iloc[0]) in written and str(kept["n"].iloc[0]) in written
    assert "after 1 days" in alt_coming_again(curve, kept, text=EN)
    empty = waits(NOTHING, held())
    assert "Nothing to draw" in alt_coming_again(coming_again(empty), still_coming(empty, 0), text=EN)
    plot_coming_again(coming_again(empty), still_coming(empty, 0))
    plt.close("all")


def fifteen(kinds):
    """Fifteen activities of twenty people; experiments bring new people, talks do not."""
    new = [15 if kind == "experiment" else 4 for kind in kinds]
    return pd.DataFrame({"kind": kinds, "new": new, "n": 20}).astype({"new": "Int64"})


def test_a_fall_of_newcomers_that_comes_from_the_kinds_is_not_told_as_one_of_time():
    by_activity = fifteen(["talk"] * 5 + ["experiment"] * 4 + ["talk"] + ["talk"] * 4 + ["experiment"])
    thirds, within = newcomers_by_third(by_activity), newcomers_within_kinds(by_activity)
    assert within.loc[0, "estimate"] == pytest.approx(0) and within.loc[0, "kinds"] == 2
    said = newcomer_findings(thirds, EN, within)
    assert "fewer new people" in said[1] and "may come from the kinds" in said[2]
    apart = fifteen(["talk"] * 5 + ["experiment"] * 5 + ["talk"] * 5)
    said = newcomer_findings(newcomers_by_third(apart), EN, newcomers_within_kinds(apart))
    assert "whether the time or the kind" in said[2]


def test_the_difference_within_kinds_is_that_of_mantel_and_haenszel():
    rows = [("talk", 0, 1)] * 2 + [("a", 30, 100), ("b", 20, 50)] + [("a", 10, 50), ("b", 30, 150)]
    by_activity = pd.DataFrame(rows, columns=["kind", "new", "n"]).astype({"new": "Int64"})
    assert newcomers_within_kinds(
        by_activity
    ).empty  # the same kinds in the same proportions: nothing to hold equal
    by_activity = pd.concat([by_activity, by_activity.tail(1).assign(new=30, n=150)], ignore_index=True)
    row = newcomers_within_kinds(by_activity).iloc[0]  # middle: a, b; last: a, b, b -- thirds of 7: 3, 2, 2
    assert row["kinds"] == 1  # the last two are b and b, the middle two b and a
    w, before, after = 50 * 300 / 350, 20 / 50, 60 / 300
    assert w > 0 and row["estimate"] == pytest.approx(after - before)


def test_a_move_that_shows_within_the_kinds_too_is_told_so():
    by_activity = fifteen(["talk"] * 5 + ["experiment"] * 5 + ["talk"] + ["experiment"] * 4)
    by_activity.loc[11:, "new"] = 1
    said = newcomer_findings(newcomers_by_third(by_activity), EN, newcomers_within_kinds(by_activity))
    assert "fewer new people" in said[1] and "does not come only from other kinds" in said[2]
    assert len(newcomer_findings(newcomers_by_third(by_activity), EN)) == 2


def test_the_same_people_as_in_the_table_of_activities():
    spells, table = waits(ATTENDANCE, ACTIVITIES), attendance_by_activity(ATTENDANCE, ACTIVITIES)
    assert (spells["attendance"] == 1).sum() == table["new"].sum() and len(spells) == table["n"].sum()
    assert waits(came(a1="xx", a2="x"), ACTIVITIES)["attendance"].tolist() == [1, 2]
