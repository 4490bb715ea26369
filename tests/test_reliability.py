"""Alpha, omega and item statistics against values computed with R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_scales import SCALE, answers

from hubanalysis.metrics.reliability import (
    cronbach_alpha,
    floor_and_ceiling,
    item_analysis,
    omega_total,
    reliability,
)
from hubanalysis.metrics.scales import score_scales

# R's data(attitude): 30 departments, 7 items (Chatterjee & Price 1977), one line an item.
# fmt: off
ATTITUDE = np.array([
    [43,63,71,61,81,43,58,71,72,67,64,67,69,68,77,81,74,65,65,50,50,64,53,40,63,66,78,48,85,82],
    [51,64,70,63,78,55,67,75,82,61,53,60,62,83,77,90,85,60,70,58,40,61,66,37,54,77,75,57,85,82],
    [30,51,68,45,56,49,42,50,72,45,53,47,57,83,54,50,64,65,46,68,33,52,52,42,42,66,58,44,71,39],
    [39,54,69,47,66,44,56,55,67,47,58,39,42,45,72,72,69,75,57,54,34,62,50,58,48,63,74,45,71,59],
    [61,63,76,54,71,54,66,70,71,62,58,59,55,59,79,60,79,55,75,64,43,66,63,50,66,88,80,51,77,64],
    [92,73,86,84,83,49,68,66,83,80,67,74,63,77,77,54,79,80,85,78,64,80,80,57,75,76,78,83,74,78],
    [45,47,48,35,47,34,35,41,31,41,34,41,25,35,46,36,63,60,46,52,33,41,37,49,33,72,49,38,55,39],
]).T
# fmt: on


def as_answers(matrix):
    return answers(*matrix.tolist(), items=tuple(f"i{k}" for k in range(matrix.shape[1])))


def a_scale(items=7, high=100):
    return {"id": "s", "area": "offer", "items": [f"i{k}" for k in range(items)], "range": (0, high)}


def test_alpha_of_attitude():
    # R psych::alpha(attitude): raw_alpha 0.84, Feldt interval 0.74 to 0.92
    assert cronbach_alpha(ATTITUDE) == pytest.approx((0.84, 0.74, 0.92), abs=6e-3)


def test_omega_of_attitude():
    # R MBESS::ci.reliability(attitude, type = "omega"): 0.8563268
    assert omega_total(ATTITUDE)[0] == pytest.approx(0.8563268, abs=1e-5)


def test_omega_recovers_the_loadings_a_matrix_was_made_of():
    loadings, n = np.array([0.9, 0.7, 0.5, 0.3]), 60
    wanted = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    raw = np.random.default_rng(1).normal(size=(n, 4))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    exact = white @ np.linalg.cholesky(wanted).T  # its sample covariances are `wanted` to the last digit
    omega = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    estimate, low, high = omega_total(exact)
    assert estimate == pytest.approx(omega, abs=1e-5)
    assert low < omega < high


def test_the_interval_of_omega_is_near_that_of_a_bootstrap_and_within_0_and_1():
    rng = np.random.default_rng(5)
    trait = rng.normal(size=(250, 1))
    items = np.clip(np.round(3 + trait * [0.9, 0.8, 0.7, 0.6] + rng.normal(0, 0.7, (250, 4))), 1, 5)
    estimate, low, high = omega_total(items)
    resampled = [omega_total(items[rng.integers(0, 250, 250)])[0] for _ in range(150)]
    assert high - low == pytest.approx(2 * 1.97 * np.std(resampled), rel=0.15)
    assert estimate - low > high - estimate  # longer downwards, as omega ends at 1
    assert omega_total(items[:, [0, 0, 1]] + rng.normal(0, 0.01, (250, 3)))[2] <= 1


def test_omega_of_too_few_people_or_an_item_without_variation_is_nan():
    assert np.isnan(omega_total(ATTITUDE[:13])).all()
    assert np.isnan(omega_total(np.column_stack([ATTITUDE[:, :3], np.ones(30)]))).all()
    assert np.isnan(omega_total(ATTITUDE[:, :2])).all()


def test_item_analysis_of_attitude():
    table = item_analysis(as_answers(ATTITUDE), [a_scale()])
    # R psych::alpha(attitude): r.drop and raw_alpha if an item is dropped
    assert table["estimate"].round(2).tolist() == [0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46]
    assert table["alpha_without"].round(2).tolist() == [0.81, 0.80, 0.83, 0.80, 0.80, 0.86, 0.84]
    assert (table["n"] == 30).all()


def test_reliability_uses_turned_items_and_complete_answers():
    rng = np.random.default_rng(3)
    trait = rng.integers(1, 6, 40)
    people = [(t, t, 6 - t, min(5, t + 1)) for t in trait] + [(1, None, 3, 4)]
    table = reliability(answers(*people), [SCALE])
    assert table["measure"].tolist() == ["alpha", "omega"]
    assert (table["n"] == 40).all()
    assert table["estimate"].min() > 0.9  # without turning item c it would be far lower


def test_too_little_data_gives_nan_and_a_note():
    table = reliability(answers((1, 2, 3, 4), (2, 2, 3, 4)), [SCALE])
    assert table["estimate"].isna().all() and (table["note"] != "").all()
    assert reliability(answers(), [SCALE]).empty and item_analysis(answers(), [SCALE]).empty


def test_floor_and_ceiling_are_the_ends_of_the_declared_range():
    scores = score_scales(answers((5, 5, 1, 5), (5, 5, 1, 5), (1, 1, 5, 1), (3, 3, 3, 3)), [SCALE])
    table = floor_and_ceiling(scores, [SCALE]).set_index("end")
    assert table.loc["ceiling", "estimate"] == 0.5 and table.loc["floor", "estimate"] == 0.25
    assert (table["n"] == 4).all() and (table["low"] < table["estimate"]).all()


def test_floor_and_ceiling_of_a_sum_lie_at_items_times_the_range():
    scale = {**SCALE, "score": "sum"}
    scores = score_scales(answers((5, 5, 1, 5), (3, 3, 3, 3)), [scale])
    assert pd.Series(floor_and_ceiling(scores, [scale])["estimate"]).tolist() == [0.0, 0.5]
