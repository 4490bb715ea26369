"""The dyadic cluster-robust error, against its definition spelt out and against what it must hold in samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hubanalysis.metrics.dyadic_robust import dyadic_error, dyadic_interval, influence


def test_error_is_the_sum_of_products_over_pairs_that_share_an_end():
    # Aronow, Samii and Assenova (2015), equation spelt out over unordered pairs
    random = np.random.default_rng(3)
    psi = random.normal(size=(6, 6))
    np.fill_diagonal(psi, 0)
    pairs = {(i, j): psi[i, j] + psi[j, i] for i in range(6) for j in range(i + 1, 6)}
    product = sum(x * y for a, x in pairs.items() for b, y in pairs.items() if set(a) & set(b))
    alone = sum(x * x for x in pairs.values())
    assert dyadic_error(psi) == pytest.approx(math.sqrt(max(product, alone) * 6 / 5))


def test_influences_sum_to_nothing_and_are_the_derivative_of_the_ratio():
    counted, base = np.array([[0, 1.0], [0, 0]]), np.array([[0, 1.0], [1, 0]])
    psi = influence(counted, base)
    assert psi.sum() == pytest.approx(0)
    step = 1e-6
    moved = (counted.sum() + step) / (base.sum() + step)  # one more tie that counts
    assert psi[0, 1] == pytest.approx((moved - 0.5) / step, rel=1e-5)


def test_the_error_of_a_density_of_independent_ties_is_that_of_a_share():
    random = np.random.default_rng(8)
    errors = []
    for _ in range(40):
        ties = (random.random((40, 40)) < 0.2).astype(float)
        known = 1 - np.eye(40)
        errors.append(dyadic_error(influence(ties * known, known)))
    assert np.mean(errors) == pytest.approx(math.sqrt(0.2 * 0.8 / (40 * 39)), rel=0.15)


def test_ties_that_hang_on_the_sender_have_a_larger_error():
    random = np.random.default_rng(8)
    sends = (random.random(40) < 0.5).astype(float)
    known = 1 - np.eye(40)
    ties = sends[:, None] * known
    independent = math.sqrt(0.25 / (40 * 39))
    assert dyadic_error(influence(ties, known)) > 4 * independent


def test_no_interval_for_a_handful_or_where_nothing_moved():
    few = dyadic_interval(0.1, np.ones((3, 3)))
    still = dyadic_interval(0.0, np.zeros((9, 9)))
    assert math.isnan(few["low"]) and few["note"] and math.isnan(still["low"]) and still["note"]
    assert few["note"] != still["note"]


def test_interval_is_cut_to_what_is_possible():
    psi = np.random.default_rng(1).normal(size=(8, 8))
    assert dyadic_interval(0.5, psi, least=0.0)["low"] == 0 and dyadic_interval(0.5, psi)["high"] == 1
