"""Attendance, newcomers and returns, the two-mode network, dose."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from hubanalysis.metrics.affiliation import (
    _curveball,
    affiliation_measures,
    clustering_beyond_chance,
    incidence_matrix,
    robins_alexander,
)
from hubanalysis.metrics.dose import dose_response, dose_table
from hubanalysis.metrics.participation import (
    activities_per_person,
    attendance_by_activity,
    attendance_by_kind,
    attendance_by_place,
    attendance_counts,
    attendance_shares,
    hide_small_parts,
    newcomers_by_third,
    reach_by_group,
    reach_counts,
    register_overlap,
)


def came(**activities):
    """``came(a1="xyz")``: persons x, y and z were at a1."""
    rows = [(person, activity) for activity, people in activities.items() for person in people]
    return pd.DataFrame(rows, columns=["person", "activity"])


def held(dates=None, **activities):
    rows = [(a, kind, (dates or {}).get(a), "Siena") for a, kind in activities.items()]
    frame = pd.DataFrame(rows, columns=["activity", "kind", "date", "municipality"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


NOTHING = came()
ATTENDANCE = came(a1="xyz", a2="xyw", a3="xv")
ACTIVITIES = held(
    {"a1": "2022-03-01", "a2": "2022-04-01", "a3": "2022-05-01"}, a1="talk", a2="talk", a3="experiment"
)


@pytest.fixture(scope="module")
def davis():
    graph = nx.davis_southern_women_graph()
    women = graph.graph["top"]
    return pd.DataFrame([(w, e) for w in women for e in graph[w]], columns=["person", "activity"])


def test_new_and_returning_follow_the_dates_and_not_the_order_of_rows():
    for attendance in (ATTENDANCE, ATTENDANCE.sample(frac=1, random_state=3)):
        table = attendance_by_activity(attendance, ACTIVITIES).set_index("activity")
        assert table["n"].tolist() == [3, 3, 2]
        assert table["new"].tolist() == [3, 1, 1] and table["returning"].tolist() == [0, 2, 1]
        assert table["estimate"].tolist() == pytest.approx([1, 1 / 3, 1 / 2])
        assert table["came_later"].tolist() == pytest.approx([2 / 3, 1 / 3, 0])


def test_two_activities_on_one_day_do_not_make_each_other_s_people_return():
    activities = held(
        {"a1": "2022-03-01", "a2": "2022-03-01", "a3": "2022-05-01"}, a1="talk", a2="talk", a3="talk"
    )
    assert attendance_by_activity(ATTENDANCE, activities)["new"].tolist() == [3, 3, 1]


def test_without_dates_the_numbers_stay_and_newcomers_are_missing_with_a_note():
    table = attendance_by_activity(ATTENDANCE, held())
    assert table["n"].tolist() == [3, 3, 2]
    assert table["new"].isna().all() and (table["note"] != "").all()


def test_a_person_written_twice_counts_once():
    twice = pd.concat([ATTENDANCE, ATTENDANCE])
    assert attendance_counts(twice)["x"] == 3
    assert attendance_by_activity(twice, ACTIVITIES)["n"].tolist() == [3, 3, 2]


def test_shares_of_people_who_came_again():
    table = attendance_shares(ATTENDANCE).set_index("measure")
    assert table.loc["came_twice_or_more", "estimate"] == pytest.approx(2 / 5)
    assert table.loc["came_once", "estimate"] == pytest.approx(3 / 5)
    assert table.loc["activities_per_person", "estimate"] == pytest.approx(8 / 5)
    assert table.loc["people_per_activity", "n"] == 3
    assert (table["low"] <= table["estimate"]).all()


def test_counts_of_the_programme_and_where_registers_and_answers_do_not_meet():
    table = reach_counts(ATTENDANCE, pd.concat([ACTIVITIES, held(a4="talk")])).set_index("quantity")["n"]
    assert table.tolist() == [5, 8, 4, 1]
    overlap = register_overlap(ATTENDANCE, pd.DataFrame({"id": ["x", "y", "q"]})).set_index("quantity")[
        "count"
    ]
    assert overlap.to_dict() == {
        "reached_and_answered": 2,
        "reached_not_answered": 3,
        "answered_not_in_registers": 1,
    }
    assert register_overlap(ATTENDANCE, pd.DataFrame({"id": []})).empty


def test_a_public_table_does_not_tell_who_was_new_where_a_part_is_small():
    table = hide_small_parts(attendance_by_activity(ATTENDANCE, ACTIVITIES), 2)
    assert table["new"].isna().tolist() == [False, True, True]  # 3 new; 1 new; 1 and 1
    assert table["n"].tolist() == [3, 3, 2] and table["estimate"].isna().tolist() == [False, True, True]
    assert table["came_later"].isna().all()  # of the first three, one never came again
    whole = attendance_by_activity(ATTENDANCE, ACTIVITIES)
    pd.testing.assert_frame_equal(hide_small_parts(whole, 0), whole)


def test_newcomers_by_third_and_the_interval_of_their_difference():
    by_activity = pd.DataFrame({"new": [70, 56, 48], "n": [100, 70, 80]})
    table = newcomers_by_third(by_activity).set_index("period")
    assert table["estimate"].tolist()[:3] == [0.7, 0.8, 0.6]
    # Newcombe 1998, table II, method 10, 56/70 against 48/80: .2000 [.0524, .3339]
    row = table.loc["last_minus_middle"]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx([-0.2, -0.3339, -0.0524], abs=5e-5)
    assert newcomers_by_third(by_activity.head(2)).empty


def test_bands_of_times_cover_everybody_and_keep_the_empty_ones():
    table = activities_per_person(ATTENDANCE)
    assert table["times"].tolist() == ["1", "2", "3–4", "5–7", "8+"]
    assert table["n"].tolist() == [3, 1, 1, 0, 0] and table["share"].sum() == pytest.approx(1)


def test_kinds_places_and_groups():
    kinds = attendance_by_kind(ATTENDANCE, ACTIVITIES).set_index("kind")
    assert kinds.loc["talk", "n"] == 4 and kinds.loc["talk", "estimate"] == 3
    assert np.isnan(kinds.loc["experiment", "low"])  # a single activity has no interval
    places = attendance_by_place(ATTENDANCE, ACTIVITIES)
    assert places.loc[0, ["activities", "attendances", "n"]].tolist() == [3, 8, 5]
    attributes = pd.DataFrame({"id": list("xyw"), "attribute": "gender", "value": ["f", "f", "m"]})
    groups = reach_by_group(ATTENDANCE, attributes, ["gender"]).set_index("value")
    assert groups["n"].tolist() == [2, 1] and groups["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert groups.loc["f", "estimate"] == 2.5
    together = reach_by_group(ATTENDANCE, attributes, ["gender"], least=2)
    assert together["value"].tolist() == ["smaller_groups"] and together["n"].tolist() == [3]


@pytest.mark.parametrize(
    "make",
    [
        lambda: attendance_by_activity(NOTHING, held()),
        lambda: attendance_by_kind(NOTHING, held()),
        lambda: attendance_by_place(NOTHING, held()),
        lambda: attendance_shares(NOTHING),
        lambda: activities_per_person(NOTHING),
        lambda: reach_counts(NOTHING, held()),
        lambda: affiliation_measures(NOTHING),
        lambda: clustering_beyond_chance(NOTHING),
    ],
)
def test_no_attendance_gives_empty_tables(make):
    assert make().empty


def test_clustering_of_the_southern_women(davis):
    # Robins & Alexander 2004 via METHODS: Davis 18 x 14, 89 ties, .46776
    incidence = incidence_matrix(davis)
    assert incidence.shape == (18, 14) and incidence.sum() == 89
    assert robins_alexander(incidence) == pytest.approx(0.46776, abs=5e-6)
    table = affiliation_measures(davis).set_index("measure")
    assert table.loc["density", "estimate"] == pytest.approx(89 / 252)
    assert (table["low"] < table["estimate"]).all() and (table["n"] == 18).all()


def test_the_women_cluster_more_than_their_numbers_and_chance_tables_keep_the_margins(davis):
    incidence = incidence_matrix(davis)
    traded = _curveball(incidence, np.random.default_rng(1), 200)
    for axis in (0, 1):
        assert (traded.sum(axis=axis) == incidence.sum(axis=axis)).all()
    assert (traded != incidence).any()
    row = clustering_beyond_chance(davis, draws=120).iloc[0]
    assert 0 < row["low"] < row["estimate"] < row["high"] and row["p"] < 0.06
    again = [clustering_beyond_chance(davis, draws=20) for _ in range(2)]
    pd.testing.assert_frame_equal(*again)


def test_clustering_without_any_path_is_undefined_with_its_reason():
    assert np.isnan(robins_alexander(incidence_matrix(came(a1="x", a2="y"))))
    assert clustering_beyond_chance(came(a1="x", a2="y")).loc[0, "note"]


def dose_data(slope, n=80, seed=2):
    rng = np.random.default_rng(seed)
    ids = [f"p{i:02}" for i in range(n)]
    attended = rng.integers(0, 9, n)
    pairs = pd.DataFrame({"id": ids, "area": "offer", "scale": "s", "before": rng.normal(3, 1, n)})
    pairs["change"] = slope * attended + rng.normal(0, 0.3, n)
    return pairs, pd.Series(attended, index=ids)[lambda s: s > 0]


def test_dose_finds_the_slope_and_gives_the_standard_errors_it_names():
    pairs, counts = dose_data(0.1)
    table = dose_table(pairs, counts)
    assert (table["attended"] == 0).any()  # who is in no register attended 0
    row = dose_response(table).set_index("model").loc["attended"]
    assert row["low"] < 0.1 < row["high"] and row["n"] == 80
    fit = sm.OLS(table["change"], sm.add_constant(table["attended"])).fit()
    half = fit.HC3_se["attended"] * 1.990847  # t, 78 degrees of freedom
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=1e-5)
    assert (dose_response(dose_table(dose_data(0.0)[0], counts))["low"] < 0).all()


def test_incomplete_registers_leave_people_out_instead_of_counting_them_as_absent():
    pairs, counts = dose_data(0.1)
    assert len(dose_table(pairs, counts, in_registers=False)) == len(counts) < len(pairs)


def test_too_little_data_for_a_dose_is_told():
    pairs, counts = dose_data(0.1)
    short = dose_response(dose_table(pairs, counts).head(10))
    assert short["estimate"].isna().all() and (short["note"] != "").all()
