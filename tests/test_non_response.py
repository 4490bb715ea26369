"""What silence hides: bounds against every possible answer, and sums against the dense definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_networks import every_answer, high_tech, organisations_frame, respondents_frame, ties_frame

from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.change_bounds import cohesion_change_bounds
from hubanalysis.metrics.external_internal import differ, ei_index, external_internal
from hubanalysis.metrics.networks import (
    cohesion,
    density,
    reciprocity,
    transitivity_undirected,
    transitivity_weak,
)
from hubanalysis.metrics.non_response import ei_bounds, non_response_bounds
from hubanalysis.metrics.vertex_jackknife import LARGE, cohesion_sums, jackknife_error

NAMES = "abcde"
KINDS = organisations_frame(NAMES, kind=["x", "x", "y", "y", "y"])


@pytest.mark.parametrize("silent", ["e", "de"])
def test_the_bounds_are_the_ends_of_all_possible_answers(silent):
    ties = ties_frame([("a", "b"), ("b", "a"), ("a", "c"), ("c", "d"), ("b", "d"), ("a", "e")])
    asked = respondents_frame([x for x in NAMES if x not in silent], silent)
    answers = every_answer(networks_of(ties, None, asked)[0].matrix)
    bounds = non_response_bounds(ties, None, asked).set_index("metric")
    for name, measure in (("density", density), ("reciprocity", reciprocity)):
        values = [measure(one) for one in answers]
        assert bounds.loc[name, "low"] == pytest.approx(min(values))
        assert bounds.loc[name, "high"] == pytest.approx(max(values))
    outside = differ(np.array(["x", "x", "y", "y", "y"], dtype=object))
    values = [ei_index(one, outside) for one in answers]
    row = ei_bounds(ties, KINDS, asked).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((min(values), max(values)))
    assert bounds["missing"].eq(len(silent)).all()


def test_with_nobody_silent_the_bounds_are_the_estimate():
    bounds = non_response_bounds(*high_tech())
    for end in ("low", "high", "reconstructed"):
        assert (bounds[end] - bounds["estimate"]).abs().max() == pytest.approx(0)


def test_a_change_of_density_is_bounded_by_contrary_answers_in_both_waves():
    ties = pd.concat(
        [ties_frame([("a", "b")], wave="before"), ties_frame([("a", "b"), ("b", "a")], wave="after")]
    )
    asked = pd.concat(
        [respondents_frame("ab", "c", wave="before"), respondents_frame("abc", wave="after")],
        ignore_index=True,
    )
    row = cohesion_change_bounds(ties, None, asked).set_index("metric").loc["density"]
    assert row["estimate"] == pytest.approx(1 / 4)  # c's own two cells are unknown before
    assert (row["low"], row["high"]) == pytest.approx(((2 - 3) / 6, (2 - 1) / 6))
    assert (row["n"], row["missing"]) == (2, 1)


def test_sums_give_what_the_dense_definitions_give_and_the_jackknife_what_leaving_out_gives():
    random = np.random.default_rng(7)
    for trial in range(30):
        n, directed = int(random.integers(5, 12)), bool(trial % 2)
        names = [f"o{i:02}" for i in range(n)]
        silent = [x for x in names if random.random() < 0.3]
        answered = [x for x in names if x not in silent]
        pairs = [(a, b) for a in answered for b in names if a != b and random.random() < 0.3]
        measures = {"density": density, "transitivity_undirected": transitivity_undirected}
        measures |= {"reciprocity": reciprocity, "transitivity_weak": transitivity_weak} if directed else {}
        for network in networks_of(
            ties_frame(pairs), None, respondents_frame(answered, silent), directed=directed
        ):
            matrix, sums = network.matrix, cohesion_sums(network)
            assert set(sums) == set(measures)
            for name, measure in measures.items():
                assert sums[name].ratio == pytest.approx(measure(matrix), nan_ok=True)
                without = [measure(np.delete(np.delete(matrix, i, 0), i, 1)) for i in range(n)]
                if np.isfinite(without).all():
                    expected = np.sqrt((n - 2) / (2 * n) * ((without - np.mean(without)) ** 2).sum())
                    assert jackknife_error(sums[name]) == pytest.approx(expected)


def test_a_large_network_takes_the_jackknife_and_stays_sparse():
    random = np.random.default_rng(1)
    ends = random.integers(0, LARGE, size=(4 * LARGE, 2))
    ties = ties_frame([(f"o{a:04}", f"o{b:04}") for a, b in ends])
    kinds = organisations_frame(
        [f"o{i:04}" for i in range(LARGE)], kind=[("x", "y")[i % 2] for i in range(LARGE)]
    )
    levels = cohesion(ties, kinds)
    assert levels["method"].str.startswith("vertex jackknife").all()
    assert ((levels["low"] < levels["estimate"]) & (levels["estimate"] < levels["high"])).all()
    index = external_internal(ties, kinds, permutations=50).iloc[0]
    assert index["low"] < index["estimate"] < index["high"]


def test_whoever_names_somebody_has_answered():
    ties = ties_frame([("a", "b"), ("d", "a")])
    network = networks_of(ties, None, respondents_frame("abc", "d"))[0]
    assert network.answered.all()
    # in an undirected network nobody knows who told of a tie between two silent ones
    lone = networks_of(
        ties_frame([("c", "d"), ("a", "b")]), None, respondents_frame("ab", "cd"), directed=False
    )[0]
    assert lone.ties == 1 and np.isnan(lone.matrix[2, 3])
