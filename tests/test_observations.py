"""Observation: activities are the unit, observers are compared on the same visit, slopes are told with their doubt."""

import krippendorff
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hubanalysis.metrics.field_notes import notes_at_the_ends
from hubanalysis.metrics.observations import (
    ALL_ITEMS,
    grid_marks,
    grid_means,
    grid_trend,
    observed_visits,
    observer_agreement,
)


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


def test_from_no_observations_come_empty_tables_with_their_columns():
    nothing = observed()
    for table in (grid_means(nothing, ["item"]), grid_trend(nothing, ["item"]), observer_agreement(nothing)):
        assert table.empty and {"item", "estimate", "low", "high", "n", "method"} <= set(table.columns)
    assert observed_visits(nothing).empty and grid_marks(nothing, ["item"]).empty
    assert notes_at_the_ends(nothing, pd.DataFrame({"observation": [], "activity": [], "text": []})).empty
