"""Proportional odds on a table of counts: against R, against statsmodels, against closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from hubanalysis.metrics.proportional_odds import paired_odds_ratio, proportional_odds

# R's MASS::housing (Madsen 1976): tenants by contact (low, high), type of home (tower, apartment, atrium, terrace),
# influence (low, medium, high) and satisfaction (low, medium, high; innermost).
# fmt: off
HOUSING = [21, 21, 28, 34, 22, 36, 10, 11, 36, 61, 23, 17, 43, 35, 40, 26, 18, 54, 13, 9, 10, 8, 8, 12, 6, 7, 9,
           18, 6, 7, 15, 13, 13, 7, 5, 11, 14, 19, 37, 17, 23, 40, 3, 5, 23, 78, 46, 43, 48, 45, 86, 15, 25, 62,
           20, 23, 20, 10, 22, 24, 7, 10, 21, 57, 23, 13, 31, 21, 13, 5, 6, 13]
# fmt: on
TIMES = [[0.0], [1.0]]


def errors(fit):
    return np.sqrt(np.diag(fit.covariance))


def test_against_r_polr():
    contact, home, influence = np.unravel_index(np.arange(24), (2, 4, 3))
    dummies = [influence == 1, influence == 2, home == 1, home == 2, home == 3, contact == 1]
    fit = proportional_odds(np.reshape(HOUSING, (24, 3)), np.column_stack(dummies))
    # R MASS: polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing), Venables & Ripley 2002, p. 204
    assert fit.coefficients == pytest.approx([0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=1e-4)
    assert errors(fit)[:6] == pytest.approx([0.1047, 0.1272, 0.1192, 0.1552, 0.1515, 0.0955], abs=1e-4)
    assert fit.thresholds == pytest.approx([-0.4961, 0.6907], abs=1e-4)


@pytest.mark.parametrize("counts", [[[12, 30, 41, 25, 9], [8, 17, 38, 33, 21]], [[90, 5, 1], [60, 30, 6]]])
def test_against_statsmodels(counts):
    counts = np.array(counts)
    levels = np.concatenate([np.repeat(np.arange(counts.shape[1]), row) for row in counts])
    wave = np.repeat([0.0, 1.0], counts.sum(axis=1))
    model = OrderedModel(pd.Series(pd.Categorical(levels, ordered=True)), wave[:, None], distr="logit")
    reference = model.fit(method="newton", disp=0, tol=1e-12)
    fit = proportional_odds(counts, TIMES)
    assert fit.coefficients[0] == pytest.approx(reference.params.iloc[0], abs=1e-6)
    thresholds = model.transform_threshold_params(reference.params.to_numpy())[1:-1]
    assert fit.thresholds == pytest.approx(thresholds, abs=1e-6)
    assert errors(fit)[0] == pytest.approx(reference.bse.iloc[0], abs=1e-4)


def test_two_levels_give_the_odds_ratio_of_the_table():
    fit = proportional_odds([[30, 10], [15, 25]], TIMES)
    # two by two: log(30 * 25 / (10 * 15)), SE = sqrt of the sum of reciprocals (Woolf 1955)
    assert fit.coefficients[0] == pytest.approx(np.log(5), abs=1e-9)
    assert errors(fit)[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 10 + 1 / 15 + 1 / 25), abs=1e-9)


def test_with_equal_shares_the_slope_is_nought_and_thresholds_are_logits_of_cumulated_shares():
    fit = proportional_odds([[30, 50, 20], [15, 25, 10]], TIMES)
    shares = np.array([0.3, 0.8])
    assert fit.coefficients[0] == pytest.approx(0, abs=1e-9)
    assert fit.thresholds == pytest.approx(np.log(shares / (1 - shares)), abs=1e-9)


def test_separated_levels_do_not_converge_and_have_no_odds_ratio():
    with pytest.raises(ValueError, match="does not converge"):
        proportional_odds([[30, 0], [0, 25]], TIMES)
    assert np.isnan(paired_odds_ratio([[0, 30], [0, 0]])).all()
    assert np.isnan(paired_odds_ratio([[30, 0], [0, 0]])).all()  # all answered alike


def test_two_levels_of_pairs_have_the_closed_sandwich():
    """For two levels b = logit q1 - logit q0, and the delta method on paired shares gives its variance."""
    pairs = np.array([[30, 14], [6, 25]])
    n = pairs.sum()
    q0, q1, both = pairs[1].sum() / n, pairs[:, 1].sum() / n, pairs[1, 1] / n
    v0, v1 = q0 * (1 - q0), q1 * (1 - q1)
    variance = (1 / v0 + 1 / v1 - 2 * (both - q0 * q1) / (v0 * v1)) / (n - 1)
    estimate, low, high = paired_odds_ratio(pairs)
    assert np.log(estimate) == pytest.approx(np.log(q1 / (1 - q1) * (1 - q0) / q0), abs=1e-9)
    t = 1.992543  # R: qt(.975, 74)
    assert np.log([low, high]) == pytest.approx(
        np.log(estimate) + np.array([-t, t]) * np.sqrt(variance), abs=1e-6
    )


def test_the_paired_error_is_smaller_than_the_unpaired_where_people_resemble_themselves():
    table = np.array([[25, 8, 0, 0], [2, 30, 9, 0], [0, 2, 28, 10], [0, 0, 1, 35]])
    estimate, low, high = paired_odds_ratio(table)
    unpaired = errors(proportional_odds([table.sum(axis=1), table.sum(axis=0)], TIMES))[0]
    assert estimate > 1 and np.log(high / low) / 4 < unpaired / 2
    turned = paired_odds_ratio(table[::-1, ::-1])  # the other way round: the reciprocal
    assert turned == pytest.approx((1 / estimate, 1 / high, 1 / low))
