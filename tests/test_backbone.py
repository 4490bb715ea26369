"""The exact backbone of two-mode networks: null model, distribution of what pairs share, correction, power."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from reference_networks import southern_women

from hubanalysis.metrics.affiliation import incidence_matrix
from hubanalysis.metrics.backbone import adjusted, bicm, sdsm, shared_distribution

WOMEN = incidence_matrix(southern_women())


def test_null_model_of_three_by_three():
    # the reference of the package backbone (Neal 2022): bicm(rbind(c(0,0,1), c(0,1,0), c(1,0,1)))
    known = [[0.216, 0.216, 0.568], [0.216, 0.216, 0.568], [0.568, 0.568, 0.863]]
    assert bicm(np.array([[0, 0, 1], [0, 1, 0], [1, 0, 1]])) == pytest.approx(np.array(known), abs=5e-4)


def test_the_null_keeps_every_sum():
    assert WOMEN.shape == (18, 14) and WOMEN.sum() == 89
    chance = bicm(WOMEN)
    assert chance.sum(axis=1) == pytest.approx(WOMEN.sum(axis=1), abs=1e-10)
    assert chance.sum(axis=0) == pytest.approx(WOMEN.sum(axis=0), abs=1e-10)
    odds = np.log(chance / (1 - chance))  # rows and columns add up: the form of greatest entropy
    assert odds - odds[:1] - odds[:, :1] + odds[0, 0] == pytest.approx(np.zeros(odds.shape), abs=1e-9)


def test_the_null_of_a_large_uneven_table_keeps_every_sum():
    rng = np.random.default_rng(5)
    table = (rng.random((400, 30)) < rng.beta(1, 6, 400)[:, None] * rng.beta(2, 2, 30) * 2).astype(float)
    chance = bicm(table)
    assert np.abs(chance.sum(axis=1) - table.sum(axis=1)).max() < 1e-9
    assert np.abs(chance.sum(axis=0) - table.sum(axis=0)).max() < 1e-9


def test_full_and_empty_rows_and_columns_are_certain():
    table = np.array([[1, 1, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0]])
    half = [[1, 1, 1, 0], [0, 0, 0, 0], [1, 0.5, 0.5, 0], [1, 0.5, 0.5, 0]]
    assert bicm(table) == pytest.approx(np.array(half))
    assert bicm(np.array([[1, 1], [1, 0]])).tolist() == [[1, 1], [1, 0]]  # nested: nothing is free
    assert bicm(np.zeros((0, 0))).shape == (0, 0)


def test_blocks_that_the_sums_force_are_certain():
    # no row or column is full or empty, but every table with these sums has the ones at the upper left
    table = np.array([[1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]])
    known = [[1, 1, 0.5, 0.5], [1, 1, 0.5, 0.5], [0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0]]
    assert bicm(table) == pytest.approx(np.array(known))
    assert bicm(table[::-1, ::-1]) == pytest.approx(np.array(known)[::-1, ::-1])


def test_only_zeros_and_ones():
    with pytest.raises(ValueError, match="0 and 1"):
        bicm(np.array([[2, 0], [0, 1]]))
    with pytest.raises(ValueError, match="holm"):
        sdsm(WOMEN, "bonferoni")


def test_distribution_of_what_is_shared_against_all_outcomes():
    rng = np.random.default_rng(3)
    first, second = rng.random((2, 6)), rng.random((2, 6))
    known = np.zeros((2, 7))
    for pair, outcome in itertools.product(range(2), itertools.product((0, 1), repeat=6)):
        q = first[pair] * second[pair]
        known[pair, sum(outcome)] += np.prod(np.where(outcome, q, 1 - q))
    assert shared_distribution(first, second) == pytest.approx(known, abs=1e-15)
    gathered = np.column_stack([known[:, :3], known[:, 3:].sum(axis=1)])
    assert shared_distribution(first, second, 3) == pytest.approx(gathered, abs=1e-15)


def test_small_tails_keep_their_digits():
    q = np.full((1, 20), 1e-2)
    assert shared_distribution(q, q)[0, 20] == pytest.approx(1e-80, rel=1e-9)


def test_every_pair_against_a_plain_convolution():
    found, chance = sdsm(WOMEN, "none"), bicm(WOMEN)
    assert found.p.size == 18 * 17 / 2
    for k, (i, j) in enumerate(itertools.combinations(range(18), 2)):
        q, mass = chance[i] * chance[j], np.ones(1)
        for one in q:
            mass = np.convolve(mass, [1 - one, one])
        shared = int(WOMEN[i] @ WOMEN[j])
        assert (found.first[k], found.second[k], found.shared[k]) == (i, j, shared)
        assert found.p[k] == pytest.approx(mass[shared:].sum(), abs=1e-12)
        assert found.least_p[k] == pytest.approx(
            mass[int(min(WOMEN[i].sum(), WOMEN[j].sum())) :].sum(), abs=1e-12
        )
        assert found.expected[k] == pytest.approx(q.sum())
        assert found.deviation[k] == pytest.approx(np.sqrt((q * (1 - q)).sum()))


def test_both_tails_hold_the_observed_number():
    up, down = sdsm(WOMEN, "none"), sdsm(WOMEN, "none", tail="lower")
    chance = bicm(WOMEN)
    mass = shared_distribution(chance[up.first], chance[up.second])
    at = mass[np.arange(up.p.size), up.shared]
    assert up.p + down.p == pytest.approx(1 + at)
    assert sdsm(WOMEN, "none", tail="two").p == pytest.approx(np.minimum(1, 2 * np.minimum(up.p, down.p)))


@pytest.mark.parametrize("correction", ["none", "holm", "bh"])
def test_southern_women_have_no_backbone_and_could_have_none(correction):
    # published: no SDSM edge at .05; the least p of any pair, uncorrected and one-sided, is .088. But no pair could
    # have reached .05 either, had it shared all it could: the empty backbone says nothing
    found = sdsm(WOMEN, correction)
    assert not (found.p_adjusted < 0.05).any()
    assert found.p.min() == pytest.approx(0.0884, abs=5e-5)
    assert not (found.least_p_adjusted < 0.05).any()


def test_two_who_always_meet_are_found():
    rng = np.random.default_rng(8)
    table = (rng.random((30, 60)) < 0.25).astype(float)
    table[1] = table[0]
    found = sdsm(table, "holm")
    told = found.p_adjusted < 0.05
    assert [(found.first[k], found.second[k]) for k in np.flatnonzero(told)] == [(0, 1)]
    assert (found.least_p_adjusted < 0.05)[told].all()


@pytest.mark.parametrize("correction", ["none", "holm"])
def test_what_a_pair_would_need_to_share_to_be_found_by_itself(correction):
    table = (np.random.default_rng(8).random((12, 60)) < 0.25).astype(float)
    found, chance = sdsm(table, correction), bicm(table)
    mass = shared_distribution(chance[found.first], chance[found.second])
    strict = 0.05 if correction == "none" else 0.05 / 66
    for k, needed in enumerate(found.needed):
        assert mass[k, needed:].sum() < strict <= mass[k, needed - 1 :].sum()


def test_who_has_no_tie_is_no_pair():
    found = sdsm(np.array([[1, 0, 1], [0, 0, 0], [1, 1, 0]]))
    assert list(zip(found.first, found.second, strict=True)) == [(0, 2)]
    assert sdsm(np.zeros((3, 4))).p.size == 0
    assert (sdsm(np.ones((3, 4))).p == 1).all()  # all is forced: nothing can be more than explained


def test_corrections_for_many_pairs():
    # Holm: 4 * .01, 3 * .02, then never less than before; BH: 4/1 * .01 and 4/3 * .03 pulled down by 4/4 * .035
    p = np.array([0.03, 0.01, 0.035, 0.02])
    assert adjusted(p, "holm") == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert adjusted(p, "bh") == pytest.approx([0.035, 0.035, 0.035, 0.035])
    assert adjusted(p, "none") == pytest.approx(p)
    assert adjusted(np.array([]), "holm").size == 0


@pytest.mark.parametrize("correction", ["holm", "bh"])
def test_a_pair_that_can_never_be_found_is_not_found_when_the_others_are_at_their_best(correction):
    rng = np.random.default_rng(1)
    least = rng.random(200) ** 4
    p = least + (1 - least) * rng.random(200)
    never = adjusted(least, correction) >= 0.05
    assert never.any() and not never.all()
    assert not (adjusted(p, correction) < 0.05)[never].any()
    alone = np.where(np.arange(200) == np.flatnonzero(never)[0], least, p)
    assert not (adjusted(alone, correction) < 0.05)[never].any()


def test_a_thousand_people_at_fifty_activities_are_half_a_million_exact_tests():
    rng = np.random.default_rng(2)
    table = (rng.random((1000, 50)) < rng.beta(1, 6, 1000)[:, None]).astype(float)
    found = sdsm(table)
    tied = int((table.sum(axis=1) > 0).sum())
    assert found.p.size == tied * (tied - 1) // 2
    assert ((found.p >= found.least_p) & (found.p <= 1)).all()
