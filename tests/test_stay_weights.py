"""Weights for those who left: closed forms, statsmodels' logistic model, the jackknife."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from hubanalysis.metrics.stay_weights import stay_design, weighted_means


def two_groups(n=120, seed=1):
    """Half are old; nine in ten of the old stay and rose by 0.8, four in ten of the young, who rose by nothing."""
    rng = np.random.default_rng(seed)
    old = np.arange(n) % 2 == 0
    stayed = np.where(old, np.arange(n) % 20 != 0, np.arange(n) % 5 < 2)
    change = np.where(old, 0.8, 0.0) + rng.normal(0, 0.3, n)
    return np.where(stayed, change, np.nan)[:, None], stayed, np.column_stack([np.ones(n), old])


def test_with_one_group_of_people_it_is_the_mean_of_each_group_weighted_by_its_size():
    values, stayed, design = two_groups()
    estimate, low, high = weighted_means(values, stayed, design)[0]
    old = design[:, 1] == 1
    means = [np.nanmean(values[group]) for group in (old, ~old)]
    # 1/P is the same for all of a group: poststratified
    assert estimate == pytest.approx(np.mean(means), abs=1e-9)
    assert low < 0.4 < high
    # its error: that of each group's mean, and nothing for the known sizes of the groups but their own sampling
    variance = sum(0.25 * np.nanvar(values[g]) / stayed[g].sum() for g in (old, ~old))
    variance += 0.25 * (means[0] - means[1]) ** 2 / len(values)
    assert (high - low) / 4 == pytest.approx(np.sqrt(variance), rel=0.06)


def test_weights_are_those_of_the_logistic_model_and_cut_at_the_99th_percentile():
    rng = np.random.default_rng(8)
    x = sm.add_constant(rng.normal(size=(150, 3)))
    stayed = rng.random(150) < 1 / (1 + np.exp(-(x @ [0.8, 0.7, -0.5, 0.2])))
    values = np.where(stayed, rng.normal(size=150) + x[:, 1], np.nan)
    chance = sm.Logit(stayed.astype(float), x).fit(disp=0).predict()
    weights = 1 / np.clip(chance[stayed], 0.02, 1)
    weights = np.minimum(weights, np.quantile(weights, 0.99))
    expected = np.average(values[stayed], weights=weights)
    assert weighted_means(values[:, None], stayed, x)[0][0] == pytest.approx(expected, abs=1e-8)


def test_the_interval_is_near_that_of_a_jackknife_that_fits_the_model_anew():
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(200), rng.normal(size=(200, 2))])
    stayed = rng.random(200) < 1 / (1 + np.exp(-(1 + x[:, 1])))
    values = np.where(stayed, 0.5 * x[:, 1] + rng.normal(0, 0.7, 200), np.nan)[:, None]
    estimate, low, high = weighted_means(values, stayed, x)[0]
    rest = ~np.eye(200, dtype=bool)
    left_out = [weighted_means(values[keep], stayed[keep], x[keep])[0][0] for keep in rest]
    error = np.sqrt(199 / 200 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2))
    assert (high - low) / 2 / 1.98 == pytest.approx(error, rel=0.1)
    assert estimate == pytest.approx((low + high) / 2)


def test_two_dummies_that_say_the_same_and_groups_that_all_stayed_do_no_harm():
    values, stayed, design = two_groups()
    twice = weighted_means(values, stayed, np.column_stack([design, design[:, 1]]))
    assert twice[0] == pytest.approx(weighted_means(values, stayed, design)[0], abs=1e-6)
    parted = np.column_stack(
        [np.ones(len(stayed)), stayed]
    )  # the design knows who stayed: nobody stands for others
    assert weighted_means(values, stayed, parted)[0][0] == pytest.approx(np.nanmean(values), abs=1e-3)


def test_too_few_who_left_and_a_column_that_nobody_answered_are_nan():
    values, stayed, design = two_groups()
    assert np.isnan(weighted_means(values, np.arange(len(stayed)) > 8, design)[0]).all()
    assert np.isnan(weighted_means(values * np.nan, stayed, design)[0]).all()


def test_the_design_standardises_scores_and_puts_rare_values_together():
    start = pd.DataFrame({"s": [1.0, 2.0, 3.0, np.nan] * 10}, index=[f"p{k}" for k in range(40)])
    value = ["x"] * 20 + ["y"] * 15 + ["rare"] * 3 + ["other"] * 2
    attributes = pd.DataFrame({"id": start.index, "attribute": "g", "value": value})
    design = stay_design(start, attributes, ["g"], pd.Series({"p0": 4}))
    assert design.shape == (40, 5)  # constant, score, attendance, x and y against the rare ones
    assert (design[:, 0] == 1).all() and design[3, 1] == 0 and design[:, 1].mean() == pytest.approx(0)
    assert design[:, 3].sum() == 20 and design[:, 4].sum() == 15
