"""Bonding, bridging and linking ties, and shares of long ties against chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_networks import high_tech, organisations_frame, respondents_frame, ties_frame

from hubanalysis.metrics.external_internal import external_internal
from hubanalysis.metrics.social_capital import (
    form_change,
    form_change_bounds,
    form_of_pairs,
    form_share_bounds,
    form_shares,
)
from hubanalysis.metrics.tie_chance import long_share_by_chance

NAMES = "abcdef"
DESCRIBED = organisations_frame(NAMES, kind=["s", "s", "m", "m", "s", None], power=[1, 1, 1, 2, 2, 1])


def test_power_makes_a_link_whatever_the_kinds_and_kinds_tell_bonds_from_bridges():
    forms = form_of_pairs(NAMES, DESCRIBED)
    assert (forms[0, 1], forms[0, 2], forms[0, 3], forms[0, 4]) == (0, 1, 2, 2)
    assert np.isnan(forms[0, 5]) and np.isnan(forms[0, 0])


def test_the_three_shares_make_one_and_undescribed_ties_do_not_count():
    ties = ties_frame([("a", "b"), ("a", "c"), ("a", "d"), ("b", "e"), ("a", "f")])
    shares = form_shares(ties, DESCRIBED, replicates=20, permutations=20).set_index("form")
    assert shares["ties"].to_dict() == {"bonding": 1, "bridging": 1, "linking": 2}
    assert shares["estimate"].sum() == pytest.approx(1)
    assert shares.loc["linking", "estimate"] == 0.5


def test_change_is_later_minus_earlier():
    ties = pd.concat(
        [
            ties_frame([("a", "b"), ("b", "a"), ("a", "c")], wave="before"),
            ties_frame([("a", "b"), ("a", "c"), ("a", "d"), ("c", "d")], wave="after"),
        ]
    )
    change = form_change(ties, DESCRIBED).set_index("form")["estimate"]
    assert change["bonding"] == pytest.approx(1 / 4 - 2 / 3)
    assert change["linking"] == pytest.approx(2 / 4)
    assert change.sum() == pytest.approx(0)


def test_chance_is_that_of_the_external_internal_index():
    # the share of ties between kinds and the E-I index are one quantity: p and expectation agree
    ties, departments = high_tech()
    rule = [{"id": "kinds", "kinds_differ": True}]
    shares = long_share_by_chance(ties, departments, None, rule, permutations=1000).set_index("kind")
    index = external_internal(ties, departments, permutations=1000, replicates=5).set_index("kind")
    for kind in ("advice", "friendship"):
        assert shares.loc[kind, "estimate"] == pytest.approx((index.loc[kind, "estimate"] + 1) / 2)
        assert shares.loc[kind, "p"] == pytest.approx(index.loc[kind, "p"], abs=0.03)
        assert shares.loc[kind, "chance_low"] < shares.loc[kind, "expected"] < shares.loc[kind, "chance_high"]


def test_nothing_to_count_has_a_note():
    row = long_share_by_chance(
        ties_frame([("x", "y")]), DESCRIBED, None, [{"id": "k", "kinds_differ": True}]
    ).iloc[0]
    assert np.isnan(row["estimate"]) and row["note"]


def test_bounds_of_a_form_take_the_silent_at_their_most_contrary():
    ties = pd.concat(
        [
            ties_frame([("a", "b"), ("b", "a"), ("a", "c")], wave="before"),
            ties_frame([("a", "b"), ("a", "c"), ("a", "d")], wave="after"),
        ]
    )
    asked = pd.concat(
        [respondents_frame("abcde", wave="before"), respondents_frame("abcd", "e", wave="after")]
    )
    levels = form_share_bounds(ties, DESCRIBED, asked).set_index(["wave", "form"])
    # e (a school of power 2) could name d as a bridge, and a, b, c as links; it is like nobody
    low, high = levels.loc[("after", "linking"), ["low", "high"]]
    assert (low, high) == pytest.approx((1 / 4, (1 + 3) / (3 + 3)))
    assert (
        levels.loc[("before", "bonding"), "low"]
        == levels.loc[("before", "bonding"), "high"]
        == pytest.approx(2 / 3)
    )
    change = form_change_bounds(ties, DESCRIBED, asked).set_index("form")
    assert (change.loc["linking", "low"], change.loc["linking", "high"]) == pytest.approx((1 / 4, 4 / 6))
    assert change.loc["bonding", "high"] == pytest.approx(1 / 3 - 2 / 3)


def test_p_is_corrected_for_the_number_of_forms():
    ties = ties_frame([("a", "b"), ("b", "a"), ("a", "c"), ("d", "e")])
    shares = form_shares(ties, DESCRIBED, replicates=5, permutations=50)
    assert (shares["p_adjusted"] >= shares["p"]).all()
