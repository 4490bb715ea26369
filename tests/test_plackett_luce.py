"""Plackett-Luce against choix and by hand; truncated and tied rankings; the bootstrap."""

from __future__ import annotations

from itertools import permutations

import choix
import numpy as np
import pandas as pd
import pytest

from hubanalysis.metrics.best_worst import best_minus_worst
from hubanalysis.metrics.plackett_luce import chances_of_first, plackett_luce
from hubanalysis.metrics.priorities import RULES, collective_rankings, rules_side_by_side


def drawn(voters: int, worth: np.ndarray, seed: int = 3) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [np.argsort(-(np.log(worth) + rng.gumbel(size=len(worth)))) for _ in range(voters)]


def as_ranks(orders: list[np.ndarray], places: int | None = None) -> np.ndarray:
    ranks = np.array([np.argsort(order) + 1 for order in orders], dtype=float)
    ranks[ranks > (places or ranks.shape[1])] = np.nan
    return ranks


def shares(logs: np.ndarray) -> np.ndarray:
    return np.exp(logs) / np.exp(logs).sum()


@pytest.mark.parametrize("places", [None, 3])
def test_whole_and_truncated_rankings_give_the_worths_of_choix(places):
    """choix 0.4, iterative Luce spectral ranking (Maystre & Grossglauser 2015), on the same choices."""
    orders = drawn(60, np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.04]))
    choices = []
    for order in orders:
        left = [int(x) for x in order]
        for _ in range(places or len(left) - 1):
            choices.append((left[0], left[1:]))
            left = left[1:]
    ours = plackett_luce(as_ranks(orders, places), pseudo=0)[0]
    assert ours == pytest.approx(shares(choix.ilsr_top1(6, choices)), abs=1e-7)


def test_two_needs_are_a_share_of_votes():
    ranks = np.array([[1, 2]] * 3 + [[2, 1]], dtype=float)
    assert plackett_luce(ranks, pseudo=0)[0] == pytest.approx([0.75, 0.25])


def test_ties_stand_between_the_orders_they_may_have_been():
    """Efron's approximation lies near the mean likelihood over all orders of the tied (here exact, by enumeration)."""
    ranks = np.array([[1, 1, 3, 4], [1, 2, 3, 4], [2, 1, 4, 3], [1, 3, 2, 4], [4, 1, 2, 3]], dtype=float)
    tied = plackett_luce(ranks)[0]
    both = [plackett_luce(np.vstack([row, ranks[1:]]))[0] for row in ([1, 2, 3, 4], [2, 1, 3, 4])]
    low, high = np.min(both, axis=0), np.max(both, axis=0)
    assert (tied >= low - 0.01).all() and (tied <= high + 0.01).all()
    alike = plackett_luce(np.ones((4, 3)))[0]
    assert alike == pytest.approx([1 / 3] * 3)


def test_a_need_that_is_always_first_has_a_finite_worth_and_one_never_ranked_too():
    ranks = np.array([[1, 2, np.nan]] * 5, dtype=float)
    worth = plackett_luce(ranks)[0]
    assert (
        np.isfinite(worth).all() and worth.argsort().tolist() == [2, 1, 0] and worth.sum() == pytest.approx(1)
    )


def test_weights_are_voters_counted_again():
    ranks = as_ranks(drawn(8, np.array([0.5, 0.3, 0.2])))
    twice = np.vstack([ranks, ranks[:1]])
    weights = np.ones((2, 8))
    weights[1, 0] = 2
    assert plackett_luce(ranks, weights)[1] == pytest.approx(plackett_luce(twice)[0], abs=1e-6)


def test_the_order_of_voters_and_needs_does_not_matter():
    ranks = as_ranks(drawn(12, np.array([0.4, 0.3, 0.2, 0.1])))
    whole = plackett_luce(ranks)[0]
    for order in list(permutations(range(4)))[:5]:
        assert plackett_luce(ranks[::-1][:, order])[0] == pytest.approx(whole[list(order)], abs=1e-6)


def table(ranks: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    needs = [f"n{j}" for j in range(ranks.shape[1])]
    rows = [
        (1, f"v{i}", needs[j], int(r)) for i, row in enumerate(ranks) for j, r in enumerate(row) if r == r
    ]
    return pd.DataFrame(rows, columns=["round", "voter", "need", "rank"]), needs


def test_chances_come_with_an_interval_over_voters_and_add_up():
    rankings, needs = table(as_ranks(drawn(40, np.array([0.5, 0.3, 0.2]))))
    frame = chances_of_first(rankings, needs, replicates=200)
    assert frame["estimate"].sum() == pytest.approx(1) and frame["estimate"].is_monotonic_decreasing
    assert ((frame["low"] < frame["estimate"]) & (frame["estimate"] < frame["high"])).all()
    assert (frame["n"] == 40).all()
    few = chances_of_first(*table(as_ranks(drawn(2, np.array([0.5, 0.3, 0.2])))))
    assert few["low"].isna().all() and (few["note"] != "").all()


def test_all_four_rules_stand_side_by_side():
    rankings, needs = table(as_ranks(drawn(30, np.array([0.5, 0.3, 0.15, 0.05]))))
    rules = rules_side_by_side(rankings, needs)
    assert list(RULES) == ["borda", "schulze", "kemeny", "plackett_luce"] and set(RULES) <= set(rules.columns)
    firm = collective_rankings(rankings, needs, rule="plackett_luce", replicates=100)
    assert firm["need"].iloc[0] == "n0" and firm["low"].iloc[0] == 1


def test_no_voter_no_worth():
    assert chances_of_first(pd.DataFrame(columns=["round", "voter", "need", "rank"]), ["a", "b"]).empty


def test_best_minus_worst_counts_first_and_last_places_of_whole_orders():
    """By hand: of 4 whole orders a is first 3 times and last once, c first once and last 3 times."""
    ranks = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [3, 2, 1], [1, np.nan, np.nan]])
    frame = best_minus_worst(*table(ranks)).set_index("need")
    assert frame["estimate"].to_dict() == {"n0": 0.5, "n1": 0.0, "n2": -0.5}
    assert frame.loc["n0", ["put_first", "put_last"]].tolist() == [0.75, 0.25] and (frame["n"] == 4).all()
    assert frame.at["n0", "low"] < 0.5 < frame.at["n0", "high"]
    assert best_minus_worst(*table(ranks[[0, 4, 4, 4]])).empty, "of one whole order nothing is told"
