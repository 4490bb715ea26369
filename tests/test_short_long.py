"""The share of long ties by competing definitions, its change and its bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_networks import high_tech, organisations_frame, respondents_frame, ties_frame

from hubanalysis.metrics.short_long import (
    ALL_KINDS,
    long_counts,
    long_share,
    long_share_bounds,
    long_share_change,
    long_share_change_resampled,
)
from hubanalysis.metrics.tie_length import long_pairs

REACH = {"id": "reach", "either_reach": ["national", "european"]}
KINDS = {"id": "kinds", "kinds_differ": True}
BOTH = {"id": "both", "either_reach": ["national"], "kinds_differ": True}

ORGANISATIONS = organisations_frame(
    "abcd",
    kind=["school", "school", "museum", None],
    reach=["local", "national", "local", "local"],
    power=[1, 2, 2, 1],
)
TIES = ties_frame([("a", "b"), ("a", "c"), ("c", "a"), ("a", "d")])


def test_reach_makes_a_tie_long_when_either_end_has_it():
    long = long_pairs("abcd", ORGANISATIONS, REACH)
    assert long[0].tolist()[1:] == [1, 0, 0]
    assert np.isnan(np.diag(long)).all()


def test_an_undescribed_end_leaves_a_pair_undecided():
    long = long_pairs("abcd", ORGANISATIONS, KINDS)
    assert long[0, 1] == 0 and long[0, 2] == 1
    assert np.isnan(long[0, 3]) and np.isnan(long[3, 2])


def test_conditions_given_together_must_all_hold():
    long = long_pairs("abcd", ORGANISATIONS, BOTH)
    assert long[0, 1] == 0  # national, but both schools
    assert long[1, 2] == 1  # national, school and museum
    assert long[0, 2] == 0  # kinds differ, nobody national


def test_a_condition_may_ask_for_likeness():
    long = long_pairs("abcd", ORGANISATIONS, {"id": "x", "power_differs": False})
    assert long[0, 3] == 1 and long[0, 1] == 0


def test_a_definition_without_condition_is_refused():
    with pytest.raises(ValueError, match="no condition"):
        long_pairs("ab", ORGANISATIONS, {"id": "empty"})


def test_definitions_stand_side_by_side_with_their_counts():
    counts = long_counts(TIES, ORGANISATIONS, None, [REACH, KINDS])
    assert counts["definition"].tolist() == ["reach", "kinds"]
    assert counts[["long", "short", "undecided"]].to_numpy().tolist() == [[1, 3, 0], [2, 1, 1]]
    shares = long_share(TIES, ORGANISATIONS, None, [REACH, KINDS], replicates=5)
    assert shares["estimate"].tolist() == pytest.approx([1 / 4, 2 / 3])
    assert shares["n"].tolist() == [4, 4]


def test_the_share_among_possible_pairs_is_the_yardstick():
    row = long_counts(TIES, ORGANISATIONS, None, [REACH]).iloc[0]
    assert row.possible == pytest.approx(3 / 6)  # b with a, c, d, of six pairs


def test_change_is_later_minus_earlier_on_what_both_waves_know():
    ties = pd.concat(
        [
            ties_frame([("a", "c"), ("c", "a"), ("a", "b"), ("d", "a")], wave="before"),
            ties_frame([("a", "c"), ("c", "b"), ("a", "b")], wave="after"),
        ]
    )
    asked = pd.concat(
        [respondents_frame("abcd", wave="before"), respondents_frame("abc", silent="d", wave="after")]
    )
    row = long_share_change(ties, ORGANISATIONS, asked, [REACH]).iloc[0]
    assert row.estimate == pytest.approx(2 / 3 - 1 / 3)  # d -> a is left out: d is silent after
    assert (row.wave_from, row.wave_to, row.n) == ("before", "after", 4)


def test_change_of_the_high_tech_managers_by_department():
    # friendship (64 of 102 ties between departments) taken as what became of advice (144 of 190)
    ties, departments = high_tech()
    waves = ties.assign(wave=ties["kind"].map({"advice": "before", "friendship": "after"}), kind="x")
    row = long_share_change(waves, departments, None, [KINDS]).iloc[0]
    assert row.estimate == pytest.approx(64 / 102 - 144 / 190)
    assert row.low < row.estimate < row.high < 0.1
    assert row.n == 21
    resampled = long_share_change_resampled(waves, departments, None, [KINDS], replicates=200).iloc[0]
    assert resampled.estimate == row.estimate
    assert resampled.low < row.low and row.high < resampled.high


def test_kinds_put_together_count_each_tie_of_each_kind():
    one = [ties_frame([("a", "b"), ("a", "c")], wave="before"), ties_frame([("a", "b")], wave="after")]
    other = [
        ties_frame([("a", "c")], kind="x", wave="before"),
        ties_frame([("b", "c")], kind="x", wave="after"),
    ]
    frame = long_share_change(pd.concat([*one, *other]), ORGANISATIONS, None, [REACH]).set_index("kind")
    assert frame.index.tolist() == [ALL_KINDS, "collaboration", "x"]
    assert frame.loc[ALL_KINDS, "estimate"] == pytest.approx(2 / 2 - 1 / 3)
    assert frame.loc["x", "estimate"] == 1


def test_bounds_take_the_silent_at_their_shortest_and_longest():
    row = long_share_bounds(
        ties_frame([("a", "b"), ("a", "c")]), ORGANISATIONS, respondents_frame("acd", silent="b"), [REACH]
    ).iloc[0]
    # b's three possible ties are all long
    assert (row.low, row.estimate, row.high) == pytest.approx((1 / 2, 1 / 2, 4 / 5))
    assert row.reconstructed == pytest.approx(2 / 3)


def test_no_definitions_or_no_ties_give_empty_frames():
    assert long_share(TIES, ORGANISATIONS, None, []).empty
    assert long_share_change(ties_frame([]), ORGANISATIONS, None, [REACH]).columns[1] == "definition"
