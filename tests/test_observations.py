"""Observation: activities are the unit, observers are compared on the same visit, slopes are told with their doubt."""

import krippendorff
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hubanalysis.figures.observations import alt_seen, plot_seen
from hubanalysis.findings.observers import (
    area_findings,
    disagreement_findings,
    observer_effect_findings,
    same_mark_findings,
    seen_findings,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.field_notes import notes_at_the_ends
from hubanalysis.metrics.observations import (
    ALL_ITEMS,
    grid_marks,
    grid_means,
    grid_trend,
    observed_visits,
    observer_agreement,
)
from hubanalysis.metrics.observed_programme import (
    areas_of_several_items,
    marks_by_activity,
    seen_by_kind,
    visits_by_observer,
)
from hubanalysis.metrics.observer_effect import observer_differences, observer_disagreements, same_marks

TEXT = Translator("en")


def observed(*rows):
    """observation, activity, observer, date, item, value"""
    columns = ["observation", "activity", "observer", "date", "item", "value"]
    frame = pd.DataFrame(list(rows), columns=columns).astype({"value": float})
    return frame.assign(date=pd.to_datetime(frame["date"]), area="wellbeing")


def a_programme(slope=0.0, activities=12, noise=0.0):
    """One visit a month to each activity by two observers; both mark alike."""
    rng = np.random.default_rng(5)
    rows = []
    for k in range(activities):
        date = pd.Timestamp("2022-01-10") + pd.Timedelta(days=30.4375 * k)
        for item in ("calm", "voice"):
            value = 2 + (slope * k if item == "calm" else 0) + noise * rng.normal()
            rows += [(f"O{k}", f"A{k:02d}", who, date, item, value) for who in ("p", "q")]
    return observed(*rows)


def test_observers_are_averaged_before_activities():
    frame = observed(
        ("O1", "A1", "p", "2022-03-01", "calm", 1), ("O1", "A1", "q", "2022-03-01", "calm", 3),
        ("O2", "A1", "p", "2022-04-01", "calm", 1), ("O3", "A2", "p", "2022-05-01", "calm", 4),
        ("O3", "A2", "q", "2022-05-01", "calm", None),
    )  # fmt: skip
    table = grid_means(frame, ["item"])
    # A1: p marks 1 (twice), q marks 3 -> 2; A2: 4
    assert table.loc[0, ["estimate", "n", "marks", "lowest", "highest"]].tolist() == [3, 2, 4, 2, 4]
    interval = stats.t.interval(0.95, 1, loc=3, scale=stats.sem([2, 4]))
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(list(interval))
    assert grid_marks(frame, ["item"], unit="visit")["value"].tolist() == [2, 1, 4]


def test_one_activity_alone_has_no_interval_and_says_why():
    row = grid_means(observed(("O1", "A1", "p", "2022-03-01", "calm", 3)), ["item"]).iloc[0]
    assert row["estimate"] == 3 and np.isnan(row["low"]) and row["note"]


def test_a_visit_without_activity_stands_for_itself():
    frame = observed(("O1", None, "p", "2022-03-01", "calm", 3), ("O2", None, "p", "2022-03-01", "calm", 1))
    assert grid_means(frame, ["item"]).loc[0, "n"] == 2


def test_a_slope_is_found_in_points_a_month_and_none_is_made_up():
    table = grid_trend(a_programme(slope=0.2, noise=0.1), ["item"]).set_index("item")
    calm, voice = table.loc["calm"], table.loc["voice"]
    assert calm["low"] < 0.2 < calm["high"] and calm["low"] > 0 and calm["p_adjusted"] < 0.001
    assert voice["low"] < 0 < voice["high"] and voice["p_adjusted"] > 0.05
    assert calm["n"] == 12 and calm["visits"] == 12


def test_several_visits_of_one_activity_do_not_pass_for_several_activities():
    frame = a_programme(slope=0.2, noise=0.4)
    again = pd.concat(
        [
            frame,
            frame.assign(observation=frame["observation"] + "b", date=frame["date"] + pd.Timedelta(days=1)),
        ]
    )
    once, twice = (grid_trend(f, ["item"]).set_index("item").loc["calm"] for f in (frame, again))
    assert twice["visits"] == 2 * once["visits"] and twice["n"] == once["n"]
    assert (twice["high"] - twice["low"]) > 0.9 * (once["high"] - once["low"])


def test_with_too_few_dates_there_is_no_trend_and_the_note_says_so():
    row = grid_trend(a_programme(activities=3), ["item"]).iloc[0]
    assert np.isnan(row["estimate"]) and row["note"] and row["n"] == 3


def test_observers_of_the_same_visit_are_compared_by_krippendorff():
    marks = [[1, 2, 3, 4, 5, 2, 3, 1], [1, 2, 3, 5, 5, 1, 3, 2]]
    rows = [
        (f"O{k}", f"A{k}", who, "2022-03-01", "calm", own[k])
        for who, own in zip("pq", marks, strict=True)
        for k in range(8)
    ]
    rows.append(("O9", "A9", "p", "2022-03-09", "calm", 5))  # seen by one: not compared
    for level in ("ordinal", "interval"):
        row = observer_agreement(observed(*rows), level).set_index("item").loc["calm"]
        assert row["estimate"] == pytest.approx(krippendorff.alpha(marks, level_of_measurement=level))
        assert row["low"] < row["estimate"] < row["high"] and row["n"] == row["units"] == 8


def test_two_observers_on_different_days_are_not_compared():
    rows = [
        (f"O{k}{who}", f"A{k}", who, f"2022-0{3 + (who == 'q')}-01", "calm", k)
        for k in range(5)
        for who in "pq"
    ]
    table = observer_agreement(observed(*rows))
    assert table["estimate"].isna().all() and table["n"].tolist() == [0, 0] and table["note"].all()
    together = observed(*[(o, a, who, "2022-03-01", i, v) for o, a, who, _, i, v in rows])
    assert observer_agreement(together).set_index("item").loc[ALL_ITEMS, "estimate"] == 1
    assert observed_visits(together)["observers"].tolist() == [2] * 5


def test_perfect_agreement_has_no_interval_to_tell():
    row = observer_agreement(a_programme(slope=0.1)).set_index("item").loc["calm"]
    assert row["estimate"] == 1 and np.isnan(row["low"]) and row["note"]


def test_notes_are_those_of_the_visits_at_the_ends():
    frame = a_programme(slope=0.3, activities=6)
    notes = pd.DataFrame(
        {"observation": [f"O{k}" for k in range(6)], "activity": [f"A{k:02d}" for k in range(6)]}
        | {"text": [f"la nota della visita numero {k}" for k in range(5)] + ["corta"]}
    )
    table = notes_at_the_ends(frame, notes, most=2)
    assert table["activity"].tolist() == ["A04", "A03", "A00", "A01"]
    assert table["visits"].tolist() == ["highest_marks"] * 2 + ["lowest_marks"] * 2
    assert notes_at_the_ends(frame, notes.iloc[:1], most=2)["activity"].tolist() == ["A00"]


def test_no_observer_is_quoted_twice_at_one_end_as_long_as_others_wrote():
    frame = a_programme(slope=0.3, activities=6)
    notes = pd.DataFrame(
        {"observation": [f"O{k}" for k in range(6)], "activity": [f"A{k:02d}" for k in range(6)]}
        | {"observer": ["p", "p", "q", "q", "p", "p"]}
        | {"text": [f"la nota della visita numero {k}" for k in range(6)]}
    )
    table = notes_at_the_ends(frame, notes, most=2)
    assert table["activity"].tolist() == ["A05", "A03", "A00", "A02"], "A04 and A01 are by p as well"
    alone = notes_at_the_ends(frame, notes.assign(observer="p"), most=2)
    assert alone["activity"].tolist() == ["A05", "A04", "A00", "A01"], "nobody else wrote"


# ---- who observed ----


def shared(gaps, who=("p", "q")):
    """Each activity once, by both observers, item by item; ``gaps`` is how much higher the second marks."""
    rows = []
    for k, gap in enumerate(gaps):
        for item in ("calm", "voice"):
            rows += [(f"O{k}", f"A{k:02d}", who[0], f"2022-03-{k + 1:02d}", item, 2)]
            rows += [(f"O{k}", f"A{k:02d}", who[1], f"2022-03-{k + 1:02d}", item, 2 + gap)]
    return observed(*rows)


def test_an_observer_is_compared_with_the_others_at_the_same_visits():
    gaps = [1, 0, 1, 2, 1, 1, 0, 2]
    frame = shared(gaps)
    alone = observed(*[(f"X{k}", f"X{k}", "q", "2022-05-01", "calm", 5) for k in range(9)])
    table = observer_differences(pd.concat([frame, alone])).set_index("observer")
    interval = stats.t.interval(0.95, 7, loc=1, scale=stats.sem(gaps))
    assert table.loc["q", ["estimate", "low", "high"]].tolist() == pytest.approx([1, *interval])
    assert table.loc["p", "estimate"] == -1 and table["n"].tolist() == [8, 8], (
        "visits of one alone do not count"
    )
    p = stats.ttest_1samp(gaps, 0).pvalue
    assert table["p"].tolist() == pytest.approx([p, p]) and table["p_adjusted"].tolist() == pytest.approx(
        [2 * p] * 2
    )
    said = observer_effect_findings(table.reset_index(), TEXT)
    assert len(said) == 2 and "**q** marks higher" in said[1] and "**p** marks lower" in said[0]


def test_with_three_observers_each_is_set_against_the_mean_of_the_others():
    rows = [
        (f"O{k}", f"A{k}", who, "2022-03-01", "calm", mark)
        for k in range(3)
        for who, mark in zip("pqr", (1, 2, 6), strict=True)
    ]
    table = observer_differences(observed(*rows)).set_index("observer")["estimate"]
    assert table.to_dict() == {"p": 1 - 4, "q": 2 - 3.5, "r": 6 - 1.5}


def test_a_difference_that_could_not_be_shown_is_not_told_as_none():
    said = observer_effect_findings(observer_differences(shared([1, -1, 1, -1, 0])), TEXT)
    assert len(said) == 1 and "no observer" in said[0] and "may have gone unseen" in said[0]
    few = observer_differences(shared([1, 1]))
    assert (
        few["low"].isna().all() and few["note"].all() and "too few" in observer_effect_findings(few, TEXT)[0]
    )
    assert "No visit" in observer_effect_findings(observer_differences(observed()), TEXT)[0]


def test_marks_far_apart_are_listed_for_the_observers():
    table = observer_disagreements(shared([0, 3, 2, 1]))
    assert (
        table["points_apart"].tolist() == [3, 3, 2, 2]
        and table["activity"].tolist() == ["A01"] * 2 + ["A02"] * 2
    )
    assert table.loc[0, "marks_given"] == "p 2, q 5" and table["item"].tolist() == ["calm", "voice"] * 2
    assert (
        "At 2 visits" in disagreement_findings(table, TEXT)[0]
        and "4 times" in disagreement_findings(table, TEXT)[0]
    )
    assert disagreement_findings(observer_disagreements(shared([0, 1])), TEXT)[0].startswith(
        "No two observers"
    )


def test_the_same_mark_is_counted_over_pairs_of_observers():
    table = same_marks(shared([0, 1, 2, 0])).set_index("item")
    assert table.loc["calm"].tolist() == [0.5, 0.75, 4, 4]
    three = [
        ("O1", "A1", who, "2022-03-01", "calm", value) for who, value in zip("pqr", (1, 1, 3), strict=True)
    ]
    assert same_marks(observed(*three)).loc[0, ["same_mark", "within_one", "comparisons"]].tolist() == [
        1 / 3,
        1 / 3,
        3,
    ]
    assert "50%" in same_mark_findings(table.reset_index(), TEXT)[0]


# ---- what was seen ----

PROGRAMME = pd.DataFrame(
    {"activity": ["A00", "A01", "A02", "A09"], "kind": ["talk", "talk", "walk", "feast"]}
    | {"date": pd.to_datetime(["2022-03-01", "2022-03-02", "2022-03-03", "2022-03-02"])}
)


def test_what_was_not_observed_is_told_by_kind():
    frame = shared([0, 1])
    table = seen_by_kind(observed_visits(frame), PROGRAMME).set_index("kind_of_activity")
    assert table.loc["talk"].tolist() == [2, 2, 0, 2] and table.loc["walk"].tolist() == [1, 0, 1, 0]
    assert table.loc["every_kind"].tolist() == [4, 2, 2, 2]
    said = seen_findings(table.reset_index(), TEXT)
    assert "feast 1 of 1" in said[0] and "talk" not in said[0] and "nothing at all" in said[1]
    seen = seen_by_kind(observed_visits(frame), PROGRAMME.head(2))
    assert seen_findings(seen, TEXT) == ["Every activity of the programme was observed at least once."]
    assert "no register" in seen_findings(seen_by_kind(observed_visits(frame), PROGRAMME.head(0)), TEXT)[0]


def test_an_activity_nobody_saw_is_blank_in_the_table():
    table = marks_by_activity(shared([0, 1]), PROGRAMME)
    assert list(dict.fromkeys(table["activity"])) == ["A00", "A01", "A09", "A02"], "by date"
    wide = table.pivot(index="activity", columns="item", values="value")
    assert wide.loc["A01", "calm"] == 2.5 and wide.loc[["A02", "A09"]].isna().all(axis=None)
    assert table.set_index("activity")["marks"].to_dict() == {"A00": 2, "A01": 2, "A09": 0, "A02": 0}
    figure = plot_seen(table, scale=(1, 5), text=TEXT)
    plt.close(figure)
    axes = figure.axes[0]
    written = [t.get_text() for t in axes.texts]
    assert written.count("2.5") == 2 and sum(p.get_hatch() is not None for p in axes.patches) == 4
    assert "2 activities without any mark" in alt_seen(table, text=TEXT)


def test_areas_of_one_item_are_not_told_twice():
    frame = shared([0, 1])
    assert len(areas_of_several_items(frame)) == len(frame)
    single = frame.assign(area=frame["item"])
    several = areas_of_several_items(single)
    assert several.empty and grid_means(several, ["area"]).empty and grid_trend(several, ["area"]).empty
    assert len(area_findings(single, several, TEXT)) == 1 and not area_findings(frame, frame, TEXT)
    means = grid_means(frame, ["area"])
    assert means.loc[0, ["area", "estimate", "n"]].tolist() == ["wellbeing", 2.25, 2]


def test_each_observers_visits_are_counted():
    table = visits_by_observer(
        pd.concat([shared([0, 1]), observed(("X", "A7", "q", "2022-04-01", "calm", 4))])
    )
    assert table["observer"].tolist() == ["q", "p"] and table["sheets"].tolist() == [3, 2]
    assert table["mean_mark"].tolist() == pytest.approx([(2 + 2 + 3 + 3 + 4) / 5, 2])


def test_from_no_observations_come_empty_tables_with_their_columns():
    nothing = observed()
    for table in (grid_means(nothing, ["item"]), grid_trend(nothing, ["item"]), observer_agreement(nothing)):
        assert table.empty and {"item", "estimate", "low", "high", "n", "method"} <= set(table.columns)
    assert observed_visits(nothing).empty and grid_marks(nothing, ["item"]).empty
    assert notes_at_the_ends(nothing, pd.DataFrame({"observation": [], "activity": [], "text": []})).empty
    for table in (observer_differences(nothing), observer_disagreements(nothing), same_marks(nothing)):
        assert table.empty
    assert visits_by_observer(nothing).empty and marks_by_activity(nothing, PROGRAMME).empty
    assert seen_by_kind(observed_visits(nothing), PROGRAMME)["observed"].tolist() == [0] * 4
