"""Few organisations: Hodges-Lehmann, sign flips, what so few can show."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from test_effect_sizes import VISIT_1, VISIT_2

from hubanalysis.metrics.organisations import (
    change_of_organisations,
    hodges_lehmann,
    organisation_paths,
    organisations_by,
    sign_flip_interval,
    sign_flip_p,
    smallest_p,
    typical_change_of_organisations,
)

DEPRESSION = np.array(VISIT_2) - np.array(VISIT_1)


def test_hodges_lehmann_against_hollander_and_wolfe():
    # Hollander & Wolfe 1973, examples 3.2 and 3.3: estimate -.46, 96.1 % interval (-.786, -.010)
    assert hodges_lehmann(DEPRESSION) == pytest.approx((-0.46, -0.786, -0.010), abs=5e-4)


def test_six_pairs_are_the_fewest_with_a_95_percent_interval():
    # R qsignrank: 2 / 2^6 = .03125 is the first to pass .05, and the interval is then the whole range
    assert hodges_lehmann([1, 2, 3, 4, 5, 6.5])[1:] == (1, 6.5)
    assert np.isnan(hodges_lehmann([1, 2, 3, 4, 5])[1:]).all() and hodges_lehmann([1, 2, 3, 4, 5])[0] == 3


def test_sign_flips_are_counted_exactly():
    means = np.array([np.mean(DEPRESSION * signs) for signs in product([1, -1], repeat=9)])
    exact = (np.abs(means) >= abs(DEPRESSION.mean()) - 1e-12).mean()
    assert sign_flip_p(DEPRESSION) == pytest.approx(exact)


def test_sign_flip_of_one_direction_reaches_the_smallest_p():
    for n in (3, 6, 10):
        assert sign_flip_p(np.arange(1, n + 1)) == pytest.approx(smallest_p(n)) == 2 / 2**n


def test_the_interval_of_the_mean_holds_what_the_sign_flips_do_not_refuse():
    # Hartigan (1969) by hand: the means of the 7 subsets of 0, 1, 4 are 0, 1/2, 1, 5/3, 2, 5/2, 4
    assert sign_flip_interval([0, 1, 4], level=0.5) == pytest.approx((5 / 3, 0.5, 2.5))
    rng = np.random.default_rng(2)
    for n in (6, 9, 12, 20):
        for _ in range(25):
            change = rng.integers(-3, 6, n) / 4
            _, low, high = sign_flip_interval(change, resamples=999)
            if change.std() > 0:
                spares_zero = low > 0 or high < 0
                assert spares_zero == (sign_flip_p(change, resamples=999) <= 0.05)
    for m in (*sign_flip_interval(DEPRESSION)[1:],):
        assert sign_flip_p(DEPRESSION - m * 0.999) > 0.05 or sign_flip_p(DEPRESSION - m * 1.001) > 0.05


def test_under_six_pairs_or_without_spread_the_mean_has_no_interval():
    assert sign_flip_interval([1, 2, 3, 4, 5, 6.5])[1:] == (1, 6.5)
    assert (
        sign_flip_interval([1, 2, 3, 4, 5])[0] == 3
        and np.isnan(sign_flip_interval([1, 2, 3, 4, 5])[1:]).all()
    )
    assert np.isnan(sign_flip_interval([1.0] * 8)[1:]).all()


def test_no_change_at_all_has_p_one_and_no_pair_none():
    assert sign_flip_p([0, 0, 0]) == 1 and np.isnan(sign_flip_p([]))
    assert np.isnan(hodges_lehmann([])).all()


def test_many_pairs_are_sampled_with_a_seed():
    change = np.random.default_rng(0).normal(0.4, 1, 30)
    assert sign_flip_p(change) == sign_flip_p(change) and 0 < sign_flip_p(change) < 0.2


def test_change_by_scale_tells_too_few_and_adjusts_by_holm():
    rows = [("o1", "s1", c) for c in (1.0, 2, 1, 2, 1, 2, 3)] + [("o2", "s2", c) for c in (1.0, -1, 0.5)]
    pairs = pd.DataFrame(rows, columns=["id", "scale", "change"]).assign(area="offer")
    table = change_of_organisations(pairs).set_index("scale")
    assert table["n"].tolist() == [7, 3] and table.loc["s2", "note"] and not table.loc["s1", "note"]
    assert table.loc["s1", "p_adjusted"] == pytest.approx(2 * table.loc["s1", "p"])
    assert table.loc["s1", "estimate"] == pytest.approx(12 / 7)
    typical = typical_change_of_organisations(pairs).set_index("scale")
    assert typical.loc["s1", "estimate"] == 1.5 and typical.loc["s2", "note"]  # the 3 pulls only the mean
    assert change_of_organisations(pairs.head(0)).empty


def test_counts_keep_the_declared_order_and_tell_the_unstated():
    reach = pd.Categorical(
        ["national", "local", None], categories=["local", "regional", "national"], ordered=True
    )
    table = organisations_by(
        pd.DataFrame({"kind": ["school", "school", "museum"], "reach": reach}), "kind", "reach"
    )
    assert table.columns.tolist() == ["kind", "local", "national", "not_stated", "n"]
    assert table.to_numpy().tolist() == [["museum", 0, 0, 1, 1], ["school", 1, 1, 0, 2]]
    assert organisations_by(pd.DataFrame({"kind": [], "reach": []}), "kind", "reach").empty


def test_paths_have_a_row_an_organisation_and_a_column_an_area():
    rows = [("o1", "offer", 1.0), ("o2", "offer", -1.0), ("o1", "networks", 0.5), ("o1", "networks", 1.5)]
    table = organisation_paths(pd.DataFrame(rows, columns=["id", "area", "change"]))
    assert table.columns.tolist() == ["organisation", "offer", "networks"]
    assert table.loc[0].tolist() == ["o1", 1.0, 1.0] and np.isnan(table.loc[1, "networks"])
    assert organisation_paths(pd.DataFrame(columns=["id", "area", "change"])).empty
