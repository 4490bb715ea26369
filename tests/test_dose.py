"""Change against attendance: people who met at the same activities are not independent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.regression.mixed_linear_model import VCSpec

from hubanalysis.metrics.dose import dose_response, dose_table, shared_activities_fit


def a_programme(seed, *, people=90, activities=12, shared=0.3, slope=0.0):
    rng = np.random.default_rng(seed)
    there = (rng.random((people, activities)) < rng.uniform(0.05, 0.6, people)[:, None]).astype(float)
    change = there @ rng.normal(slope, shared, activities) + rng.normal(0, 0.5, people)
    ids = np.array([f"p{i:03}" for i in range(people)])
    pairs = pd.DataFrame({"id": ids, "area": "offer", "scale": "s", "before": rng.normal(3, 1, people)})
    who, what = np.nonzero(there)
    attendance = pd.DataFrame({"person": ids[who], "activity": [f"a{k}" for k in what]})
    counts = attendance["person"].value_counts()
    return dose_table(pairs.assign(change=change), counts), attendance, there


def test_the_fit_is_that_of_a_mixed_model_with_crossed_effects():
    table, _, there = a_programme(3)
    design = sm.add_constant(there.sum(axis=1))
    b, covariance, ratio = shared_activities_fit(table["change"].to_numpy(), design, there)
    names = [f"a{k}" for k in range(there.shape[1])]
    effects = VCSpec(["activity"], [[names]], [[there]])  # statsmodels' MixedLM, everybody one group
    theirs = sm.MixedLM(table["change"].to_numpy(), design, np.ones(len(table)), exog_vc=effects).fit()
    assert b == pytest.approx(theirs.fe_params, rel=1e-3)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(theirs.bse_fe, rel=1e-3)
    assert ratio == pytest.approx(theirs.vcomp[0] / theirs.scale, rel=1e-2)


def test_without_anything_in_common_the_fit_is_least_squares():
    table, _, there = a_programme(2, shared=0.0)
    design = sm.add_constant(there.sum(axis=1))
    b, covariance, ratio = shared_activities_fit(table["change"].to_numpy(), design, there)
    fit = sm.OLS(table["change"].to_numpy(), design).fit()
    assert ratio == 0 and b == pytest.approx(fit.params) and np.diag(covariance) == pytest.approx(fit.bse**2)


def test_what_activities_have_in_common_widens_the_interval_and_is_never_narrower_than_without():
    for seed in range(4):
        table, attendance, _ = a_programme(seed)
        alone, shared = (dose_response(table, a).iloc[0] for a in (None, attendance))
        assert shared["high"] - shared["low"] > 1.5 * (alone["high"] - alone["low"])
        assert (shared["p"] <= 0.05) == (shared["low"] > 0 or shared["high"] < 0)
    table, attendance, _ = a_programme(1, shared=0.0)
    alone, shared = (dose_response(table, a).iloc[0] for a in (None, attendance))
    assert shared["high"] - shared["low"] >= alone["high"] - alone["low"]


def test_the_mean_effect_of_an_activity_is_found():
    table, attendance, _ = a_programme(2, people=180, activities=24, shared=0.05, slope=0.1)
    row = dose_response(table, attendance).set_index("model").loc["attended"]
    assert row["low"] < 0.1 < row["high"] and row["low"] > 0 and "mixed" in row["method"]


def test_few_activities_are_told_and_hardly_any_are_not_modelled():
    table, attendance, _ = a_programme(5, activities=6)
    assert (dose_response(table, attendance)["note"] != "").all()
    hardly = attendance[attendance["activity"].isin(["a0", "a1"])]
    told = dose_response(table, hardly)
    assert told["method"].str.contains("HC3").all() and told["estimate"].notna().all()
    assert dose_response(table.assign(change=0.5), attendance)["note"].ne("").all()
