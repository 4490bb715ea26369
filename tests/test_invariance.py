"""Invariance before and after: the fit against closed forms, the verdicts against answers whose making is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hubanalysis.findings.invariance import invariance_findings, invariance_in_steps, item_shift_findings
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.factor_models import MODELS, baseline_chi2, fit_waves, scaled_difference
from hubanalysis.metrics.invariance import invariance, item_shifts

EN = Translator("en")
LOADINGS = np.array([0.8, 0.7, 0.75, 0.65])
SCALE = {"id": "s", "area": "wellbeing", "items": ["a", "b", "c", "d"], "range": (1, 5)}


def two_waves(n=180, *, seed=1, moved=0.4, shift=0.0, load=0.0, k=4):
    """n people x 2k normal items: trait moved by ``moved``; the first item's intercept and loading by the rest."""
    rng = np.random.default_rng(seed)
    first = rng.standard_normal(n)
    last = 0.7 * first + np.sqrt(0.51) * rng.standard_normal(n) + moved
    lasting = 0.3 * rng.standard_normal((n, k))
    early = np.outer(first, LOADINGS[:k]) + lasting + 0.6 * rng.standard_normal((n, k))
    late = np.outer(last, LOADINGS[:k]) + lasting + 0.6 * rng.standard_normal((n, k))
    late[:, 0] += shift - load * last
    return np.hstack([early, late])


def answered(x, scale=SCALE):
    """The table of answers, five points, from two_waves."""
    points = np.clip(np.round(3 + x), 1, 5)
    rows = [
        ("people", f"p{i:03}", wave, "q", item, points[i, w * 4 + j], "answered")
        for i in range(len(x))
        for w, wave in enumerate(("before", "after"))
        for j, item in enumerate(scale["items"])
    ]
    columns = ["about", "id", "wave", "instrument", "item", "number", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(wave=pd.Categorical(frame["wave"], ["before", "after"], ordered=True))


def test_a_model_that_is_true_of_the_moments_has_chi_square_nought_and_its_parameters_are_found():
    k, theta = 4, np.r_[LOADINGS, np.full(8, 0.4), np.full(4, 0.1), 0.6, 1.3, [3, 3.1, 2.9, 2.5], 0.4]
    pattern = np.zeros((8, 2))
    pattern[:4, 0] = pattern[4:, 1] = LOADINGS
    sigma = pattern @ [[1, 0.6], [0.6, 1.3]] @ pattern.T + np.diag(np.full(8, 0.4))
    sigma += 0.1 * (np.eye(8, k=4) + np.eye(8, k=-4))
    mu = np.tile(theta[-5:-1], 2) + np.r_[np.zeros(k), 0.4 * LOADINGS]
    raw = np.random.default_rng(0).standard_normal((60, 8))
    raw -= raw.mean(axis=0)
    # people whose covariance and means are exactly these
    x = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / 60)).T @ np.linalg.cholesky(sigma).T + mu
    for model, df in zip(MODELS, (15, 18, 21), strict=True):
        fit = fit_waves(x, model)
        assert fit.converged and fit.df == df and fit.chi2 == pytest.approx(0, abs=1e-6)
    assert fit.theta == pytest.approx(theta, abs=1e-4)
    # the model of unrelated items: -n log|R| (Bartlett 1951), k(k-1)/2 degrees of freedom
    assert baseline_chi2(x) == (pytest.approx(-60 * np.log(np.linalg.det(np.corrcoef(x.T)))), 28)


def test_the_fit_is_the_highest_likelihood_of_normal_answers():
    x = two_waves(shift=0.3)
    fits = [fit_waves(x, model) for model in MODELS]
    assert fits[0].chi2 < fits[1].chi2 < fits[2].chi2
    best = stats.multivariate_normal(x.mean(axis=0), np.cov(x.T, bias=True)).logpdf(x).sum()
    theta = fits[0].theta  # loadings 8, errors 8, shared 4, correlation, means 8
    pattern = np.zeros((8, 2))
    pattern[:4, 0], pattern[4:, 1] = theta[:4], theta[4:8]
    sigma = pattern @ [[1, theta[20]], [theta[20], 1]] @ pattern.T + np.diag(theta[8:16])
    sigma += np.diag(theta[16:20], 4) + np.diag(theta[16:20], -4)
    own = stats.multivariate_normal(theta[21:], sigma).logpdf(x).sum()
    assert fits[0].chi2 == pytest.approx(2 * (best - own), rel=1e-8)


def test_units_of_the_items_do_not_matter_and_reversing_all_changes_nothing():
    x = two_waves(shift=0.2)
    plain = [fit_waves(x, model) for model in MODELS]
    turned = [fit_waves(5 - 2 * x, model) for model in MODELS]
    assert [f.chi2 for f in turned] == pytest.approx([f.chi2 for f in plain], rel=1e-5)
    assert scaled_difference(5 - 2 * x, *turned[1:])[2] == pytest.approx(
        scaled_difference(x, *plain[1:])[2], rel=1e-4
    )


def test_with_normal_answers_the_scaling_does_next_to_nothing():
    x = two_waves(4000)
    fits = [fit_waves(x, model) for model in MODELS]
    scaled, df, p = scaled_difference(x, fits[1], fits[2])
    assert df == 3 and scaled == pytest.approx(fits[2].chi2 - fits[1].chi2, rel=0.1)
    assert p == pytest.approx(stats.chi2.sf(scaled, 3))


@pytest.mark.parametrize(
    ("how", "verdict", "said"),
    [
        ({}, "comparable", "as far as these numbers can tell"),
        ({"shift": -0.6}, "not_comparable", "**Not comparable before and after**"),
        ({"load": 0.6}, "not_comparable", "**Not comparable before and after**"),
    ],
)
def test_the_verdict_follows_how_the_answers_were_made(how, verdict, said):
    table = invariance(answered(two_waves(250, **how)), [SCALE])
    assert table.loc[0, "verdict"] == verdict and table.loc[0, "n"] == 250
    assert said in invariance_findings(table, EN, {"s": "Wellbeing"})[0]
    steps = invariance_in_steps(table, EN).set_index("held_equal")
    assert steps["p"].tolist() == table.loc[0, ["p_loadings", "p_intercepts"]].tolist()
    assert float(steps.loc["loadings", "cfi"]) == pytest.approx(table.loc[0, "cfi"], abs=6e-4)


def test_questions_that_are_not_one_thing_are_not_called_comparable():
    x = two_waves(200)
    pair = [0, 1, 4, 5]  # two things, loosely related
    x[:, pair] = 0.3 * x[:, pair] + two_waves(200, seed=9)[:, pair]
    table = invariance(answered(x), [SCALE])
    assert table.loc[0, "verdict"] == "not_one_factor"
    assert "do not hold together" in invariance_findings(table, EN, {})[0]


def test_too_few_people_or_questions_are_told_with_their_numbers():
    answers = answered(two_waves(60))
    table = invariance(answers, [SCALE])
    assert table.loc[0, "verdict"] == "" and np.isnan(table.loc[0, "cfi"]) and table.loc[0, "note"]
    (said,) = invariance_findings(table, EN, {"s": "Wellbeing"})
    assert "100 people" in said and "there are 60" in said
    rows = invariance_in_steps(table, EN)
    assert len(rows) == 1 and rows.loc[0, "note"] and rows.loc[0, "cfi"] == ""
    short = invariance(answers, [SCALE | {"items": ["a", "b"]}], least=50)
    assert "fewer than three questions" in invariance_findings(short, EN, {})[0]
    once = answers[answers["wave"] == "before"]
    assert invariance(once, [SCALE]).loc[0, "n"] == 0 and item_shifts(once, [SCALE])["estimate"].isna().all()
    assert "cannot be looked at" in item_shift_findings(item_shifts(once, [SCALE]), EN, {}, {})[0]
    assert "cannot be told" in invariance_findings(invariance(answers, []), EN, {})[0]


def test_a_question_that_moves_alone_is_named_and_the_others_are_not():
    answers = answered(two_waves(150, moved=0.3, shift=-0.8))
    shifts = item_shifts(answers, [SCALE]).set_index("item")
    wide = answers.pivot(index="id", columns=["wave", "item"], values="number")
    change = wide["after"] - wide["before"]
    apart = change["a"] - change[["b", "c", "d"]].mean(axis=1)
    interval = stats.ttest_1samp(apart, 0).confidence_interval()
    assert (shifts.loc["a", "low"], shifts.loc["a", "high"]) == (
        pytest.approx(interval.low),
        pytest.approx(interval.high),
    )
    said = item_shift_findings(shifts.reset_index(), EN, {"s": "Wellbeing"}, {"a": "I feel well"})
    assert "“I feel well” fell against the other questions" in said[0]
    quiet = item_shifts(answered(two_waves(150, moved=0.3)), [SCALE])
    assert "small shifts go unseen" in item_shift_findings(quiet, EN, {}, {})[0]


def test_a_reversed_question_is_turned_round_and_gaps_leave_a_person_out():
    x = two_waves(120)
    x[:, [3, 7]] *= -1
    scale = SCALE | {"reversed": ["d"]}
    answers = answered(x, scale)
    answers.loc[[0, 9], "status"] = "not_answered"  # an item of the first person and one of the second
    table = invariance(answers, [scale])
    assert table.loc[0, "verdict"] in ("comparable", "left_open") and table.loc[0, "n"] == 118
