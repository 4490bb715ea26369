"""Effect sizes of a paired change against published values."""

from __future__ import annotations

import numpy as np
import pytest

from hubanalysis.metrics.effect_sizes import (
    d_av,
    d_becker,
    d_rm,
    d_z,
    hedges_correction,
    rank_biserial,
    superiority,
)
from hubanalysis.metrics.intervals import difference_interval, mean_interval, share_interval

# Student's sleep data (1908), as in R's data(sleep): hours of extra sleep under two drugs.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

# Hollander & Wolfe (1973, p. 29): depression scale of nine patients at two visits, as in R's
# example(wilcox.test).
VISIT_1 = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
VISIT_2 = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]

# Ten pairs with equal variances, from the tests of R effectsize (test-rm_d.R): d_rm = d_av = d_b there.
V1 = [-0.32150435528124, -4.02978032779713, 0.159645811226589, 1.95179927058772, 0.168527299289471]
V1 += [3.4499229496418, -1.87888939495506, 0.431333839911973, -0.26004200470096, 0.328986912076835]
V2 = [2.50107579495566, -0.32926747002329, 4.01118960037018, 1.44969284040984, -1.46241877172319]
V2 += [1.25068499614667, 0.028928469929524, 3.05532100575796, -1.67014771817319, 3.16494125234984]


def pairs_with_d_z(d, n):
    """n pairs whose change has exactly mean d and standard deviation 1."""
    change = np.linspace(-1, 1, n)
    change = (change - change.mean()) / change.std(ddof=1) + d
    return np.zeros(n), change


def test_d_z_and_its_noncentral_t_interval():
    # METHODS: 8 rows, 0.9989 [0.115, 1.839]; the interval depends on d and n alone.
    assert d_z(*pairs_with_d_z(0.9989, 8)) == pytest.approx((0.9989, 0.115, 1.839), abs=6e-4)
    # R effectsize, cohens_d(sleep, paired): 1.28 [0.41, 2.12]
    assert d_z(DRUG_1, DRUG_2) == pytest.approx((1.28, 0.41, 2.12), abs=5e-3)


def test_the_direction_is_after_minus_before():
    for measure in (d_z, d_av, d_rm, d_becker, rank_biserial):
        one, other = measure(VISIT_2, VISIT_1), measure(VISIT_1, VISIT_2)
        assert one[0] > 0 > other[0]
        assert one[1] < one[0] < one[2]
    assert superiority(DRUG_1, DRUG_2)[0] == pytest.approx(0.95)  # nine higher, one tie


def test_d_rm_d_av_and_becker_agree_where_the_variances_are_equal():
    assert d_rm(V1, V2)[0] == pytest.approx(d_av(V1, V2)[0]) == pytest.approx(d_becker(V1, V2)[0])


def test_standard_errors_follow_the_cited_formulas():
    x, y = np.array(DRUG_1), np.array(DRUG_2)
    n, change, r = len(x), y - x, np.corrcoef(x, y)[0, 1]
    z = 1.959964
    s = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
    estimate, _, high = d_av(x, y, interval="normal")
    assert high - estimate == pytest.approx(z * change.std(ddof=1) / np.sqrt(n) / s, rel=1e-6)
    d = change.mean() / (change.std(ddof=1) / np.sqrt(2 * (1 - r)))
    assert d_rm(x, y)[0] == pytest.approx(d)
    half = d_rm(x, y, interval="normal")[2] - d
    assert half == pytest.approx(z * np.sqrt((1 / n + d**2 / (2 * n)) * 2 * (1 - r)), rel=1e-6)
    b = change.mean() / x.std(ddof=1)
    assert d_becker(x, y)[0] == pytest.approx(b)
    assert d_becker(x, y)[2] - b == pytest.approx(z * np.sqrt(2 * (1 - r) / n + b**2 / (2 * n)), rel=1e-6)


def test_hedges_correction_shrinks_estimate_and_bounds():
    # Hedges 1981, table 1: J(9) = .9139 (exact); the usual 1 - 3/(4 df - 1) gives .9143.
    assert hedges_correction(9) == pytest.approx(0.9139, abs=2e-4)
    plain, adjusted = d_z(DRUG_1, DRUG_2), d_z(DRUG_1, DRUG_2, adjust=True)
    assert np.array(adjusted) / np.array(plain) == pytest.approx([hedges_correction(9)] * 3)


def test_matched_rank_biserial_against_the_published_value():
    # R effectsize: rank_biserial(x, y, paired = TRUE) = .777 [.295, .944]
    published = (0.777, 0.2953631, 0.9441559)
    assert rank_biserial(VISIT_2, VISIT_1, interval="fisher") == pytest.approx(published, abs=1e-3)
    estimate, low, high = rank_biserial(VISIT_2, VISIT_1)
    assert estimate == pytest.approx(7 / 9) and low < published[1] and high > published[2]


def test_rank_biserial_of_a_change_in_one_direction_has_a_one_sided_bound():
    # ranks 1, 2, 3: v = 14 / 36; (1 - rho)^2 = z^2 v (1 - rho^2) at rho = (1 - z^2 v) / (1 + z^2 v)
    k = 1.959964**2 * 14 / 36
    assert rank_biserial([1, 2, 3], [2, 4, 6]) == pytest.approx((1, (1 - k) / (1 + k), 1))
    assert rank_biserial([2, 4, 6], [1, 2, 3]) == pytest.approx((-1, -1, -(1 - k) / (1 + k)))
    assert rank_biserial(np.zeros(20), np.ones(20))[1] > 0.6  # twenty of twenty say more than three of three
    assert np.isnan(rank_biserial([1, 2, 3], [2, 4, 6], interval="fisher")[1:]).all()


def test_rank_biserial_among_many_comes_to_the_jackknife():
    rng = np.random.default_rng(4)
    change = rng.integers(-4, 7, 1500).astype(float)  # steps: many ties, many without change
    zero = np.zeros(len(change))
    moved = change[change != 0]
    m = len(moved)
    without = [
        rank_biserial(zero[1:m], np.delete(moved, i))[0] for i in range(0, m, 3)
    ]  # a third of them will do
    error = (m - 1) * np.std(without) / np.sqrt(m)
    _, low, high = rank_biserial(zero, change)
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.03)


@pytest.mark.parametrize("measure", [d_av, d_rm])
def test_robust_intervals_count_the_spread_as_estimated_too(measure):
    rng = np.random.default_rng(7)
    x = rng.normal(size=400)
    y = 0.6 * x + rng.exponential(size=400)  # skewed: no formula for the bell curve would do
    without = np.array([measure(np.delete(x, i), np.delete(y, i))[0] for i in range(400)])
    error = np.sqrt(399 / 400 * ((without - without.mean()) ** 2).sum())
    _, low, high = measure(x, y)
    assert (high - low) / 2 == pytest.approx(1.966 * error, rel=0.01)  # t(399)
    normal = np.ptp(measure(x, y, interval="normal")[1:]) / 2
    assert normal != pytest.approx(1.96 * error, rel=0.05)


def test_superiority_is_wilsons_interval_without_ties_and_narrower_with_them():
    change = np.array([1.0] * 14 + [-1.0] * 6)
    assert superiority(np.zeros(20), change) == pytest.approx(share_interval(14, 20))
    tied = np.array([1.0] * 8 + [0.0] * 12)
    assert superiority(np.zeros(20), tied)[0] == pytest.approx(0.7)
    assert np.ptp(superiority(np.zeros(20), tied)[1:]) < np.ptp(share_interval(14, 20)[1:])
    # nobody changed: still not certain
    assert 0.4 < superiority(np.zeros(20), np.zeros(20))[1] < 0.5


def test_an_unknown_interval_is_refused():
    with pytest.raises(ValueError, match="robust or normal"):
        d_av(DRUG_1, DRUG_2, interval="fisher")
    with pytest.raises(ValueError, match="score or fisher"):
        rank_biserial(DRUG_1, DRUG_2, interval="robust")


@pytest.mark.parametrize("measure", [d_z, d_av, d_rm, d_becker, rank_biserial])
def test_no_variation_or_too_few_pairs_give_nan_not_an_error(measure):
    for before, after in (([], []), ([1.0], [2.0]), ([2.0, 2.0, 2.0], [2.0, 2.0, 2.0])):
        assert np.isnan(measure(before, after)).all()


def test_unpaired_or_missing_values_are_refused():
    with pytest.raises(ValueError, match="paired"):
        d_z([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="missing"):
        d_av([1, np.nan], [1, 2])


def test_intervals_against_known_values():
    # R t.test(sleep$extra[11:20]): 2.33 [0.897, 3.763]
    assert mean_interval([*DRUG_2, np.nan]) == pytest.approx((2.33, 0.8976775, 3.7623225), abs=1e-6)
    # R t.test(extra ~ group, data = sleep), Welch: difference -1.58 [-3.3654832, 0.2054832]
    assert difference_interval(DRUG_1, DRUG_2) == pytest.approx((-1.58, -3.3654832, 0.2054832), abs=1e-6)
    # Newcombe 1998, table I: 81 of 263 and 0 of 20, Wilson without continuity correction
    assert share_interval(81, 263) == pytest.approx((0.3080, 0.2553, 0.3662), abs=5e-5)
    assert share_interval(0, 20) == pytest.approx((0, 0, 0.1611), abs=5e-5)


def test_intervals_of_too_little_data_are_missing():
    assert np.isnan(mean_interval([])).all() and np.isnan(share_interval(0, 0)).all()
    assert mean_interval([3.0])[0] == 3.0 and np.isnan(mean_interval([3.0])[1])
    assert np.isnan(difference_interval([1.0], [2.0, 3.0])).all()
