"""Cohesion, centralisation, E-I index, brokerage and change of networks, against published values."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from reference_networks import (
    florentine,
    high_tech,
    organisations_frame,
    respondents_frame,
    sampson,
    ties_frame,
)

from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.brokerage import structural_holes
from hubanalysis.metrics.centralisation import centralisation
from hubanalysis.metrics.external_internal import (
    ei_by_group,
    ei_by_organisation,
    external_internal,
    external_internal_counts,
)
from hubanalysis.metrics.networks import (
    cohesion,
    cohesion_change,
    network_size,
)
from hubanalysis.metrics.non_response import non_response_bounds
from hubanalysis.metrics.tie_change import composition, tie_change, tie_stability, tie_states


def value(frame: pd.DataFrame, **where) -> pd.Series:
    """The one row of ``frame`` where the columns have these values."""
    for column, wanted in where.items():
        frame = frame[frame[column].astype(str) == wanted]
    assert len(frame) == 1
    return frame.iloc[0]


def test_cohesion_of_the_high_tech_managers_is_as_published():
    # edge-wise reciprocity and gtrans (weak) of R's sna; undirected transitivity of igraph
    frame = cohesion(*high_tech(), replicates=20)
    assert value(frame, kind="advice", metric="reciprocity").estimate == pytest.approx(0.47368, abs=5e-6)
    friends = frame[frame["kind"] == "friendship"].set_index("metric")["estimate"]
    assert friends["reciprocity"] == pytest.approx(0.45098, abs=5e-6)
    assert friends["transitivity_weak"] == pytest.approx(0.4611, abs=5e-5)
    assert friends["transitivity_undirected"] == pytest.approx(0.4715, abs=5e-5)
    assert friends["density"] == pytest.approx(102 / 420)


def test_vertex_bootstrap_gives_the_same_interval_for_the_same_seed_and_holds_the_estimate():
    first, second = (cohesion(*high_tech(), replicates=60, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert ((first["low"] < first["estimate"]) & (first["estimate"] < first["high"])).all()
    assert first["n"].eq(21).all()


def test_standard_error_of_density_follows_snijders_and_borgatti():
    # The paper's other standard error is the delete-one jackknife; the bootstrap's is somewhat larger, never smaller.
    ties, organisations = high_tech()
    ties = ties[ties["kind"] == "friendship"]
    row = value(cohesion(ties, organisations, replicates=400), metric="density")
    matrix = np.nan_to_num(networks_of(ties, organisations)[0].matrix)
    n = len(matrix)
    without = [np.delete(np.delete(matrix, i, 0), i, 1).sum() / ((n - 1) * (n - 2)) for i in range(n)]
    jackknife = math.sqrt((n - 2) / (2 * n) * ((np.array(without) - np.mean(without)) ** 2).sum())
    assert jackknife < (row.high - row.low) / (2 * 1.96) < 1.7 * jackknife


def test_freeman_centralisation_of_the_florentine_marriages():
    # Published: degree with the isolated Pucci, closeness and betweenness without them.
    with_isolate = centralisation(*florentine(True), directed=False, replicates=5)
    connected = centralisation(*florentine(False), directed=False, replicates=5)
    assert value(with_isolate, metric="degree_centralisation").estimate == pytest.approx(0.26667, abs=5e-6)
    assert value(connected, metric="closeness_centralisation").estimate == pytest.approx(0.32245, abs=5e-6)
    assert value(connected, metric="betweenness_centralisation").estimate == pytest.approx(0.43681, abs=5e-6)


def test_a_star_is_wholly_centralised_and_a_ring_not_at_all():
    star = centralisation(ties_frame([("a", x) for x in "bcde"]), directed=False, replicates=5)
    ring = centralisation(ties_frame(zip("abcde", "bcdea", strict=True)), directed=False, replicates=5)
    assert star["estimate"].tolist() == pytest.approx([1, 1, 1])
    assert ring["estimate"].tolist() == pytest.approx([0, 0, 0])


def test_indegree_centralisation_sees_direction():
    named = centralisation(ties_frame([(x, "a") for x in "bcde"]), replicates=5)
    naming = centralisation(ties_frame([("a", x) for x in "bcde"]), replicates=5)
    assert value(named, metric="indegree_centralisation").estimate == pytest.approx(1)
    assert value(naming, metric="indegree_centralisation").estimate == pytest.approx(1 / 16)


def test_ei_index_of_the_high_tech_managers_by_department():
    # UCINET: advice 144 external, 46 internal; friendship 64 and 38.
    ties, departments = high_tech()
    index = external_internal(ties, departments, permutations=200, replicates=10)
    counts = external_internal_counts(ties, departments, permutations=200)
    assert value(index, kind="advice").estimate == pytest.approx(0.51579, abs=5e-6)
    assert value(index, kind="friendship").estimate == pytest.approx(0.25490, abs=5e-6)
    assert counts[["external", "internal"]].to_numpy().tolist() == [[144, 46], [64, 38]]
    # friends stand within departments more than chance would have it; advice does not
    assert value(index, kind="friendship").p < 0.05 < value(index, kind="advice").p


def test_ei_counts_by_group_add_up_to_the_ties():
    ties, departments = high_tech()
    groups = ei_by_group(ties, departments)
    advice = groups[groups["kind"] == "advice"]
    assert advice[["external", "internal"]].to_numpy().sum() == 190
    assert advice["external"].sum() == 144
    assert dict(zip(advice["value"], advice["n"], strict=True)) == {
        "d0": 1,
        "d1": 5,
        "d2": 8,
        "d3": 3,
        "d4": 4,
    }


def test_ei_by_organisation_adds_up_to_the_index_of_the_network():
    ties, departments = high_tech()
    actors = ei_by_organisation(ties, departments)
    advice = actors[actors["kind"] == "advice"]
    assert advice[["external", "internal"]].sum().tolist() == [144, 46]
    first = advice.set_index("organisation").loc["6"]  # 6 asks 21 alone, of the same department
    assert (first["external"], first["internal"], first["ei"]) == (0, 1, -1)


def test_a_tie_to_an_undescribed_organisation_is_undecided_not_external():
    ties = ties_frame([("a", "b"), ("a", "c"), ("b", "c"), ("a", "x")])
    known = organisations_frame("abc", kind=["school", "school", "museum"])
    row = external_internal_counts(ties, known, permutations=50).iloc[0]
    assert (row.external, row.internal, row.undecided) == (2, 1, 1)


def test_constraint_of_the_medici():
    frame = structural_holes(*florentine(True), directed=False)
    medici = value(frame, organisation="Medici")
    assert medici.constraint == pytest.approx(0.20988, abs=5e-6)
    assert medici.contacts == 6
    assert math.isnan(value(frame, organisation="Pucci").constraint)
    assert frame.iloc[0]["organisation"] == "Medici"  # the least constrained comes first


def test_a_silent_organisation_leaves_unknown_cells_and_never_a_tie_nor_a_zero():
    ties = ties_frame([("a", "b"), ("b", "a"), ("a", "d")])
    network = networks_of(ties, None, respondents_frame("abc", silent="d"))[0]
    assert network.nodes == ("a", "b", "c", "d")
    assert np.isnan(network.matrix[3]).all()
    assert network.respondents == 3
    # density among the 9 known cells
    assert value(
        cohesion(ties, None, respondents_frame("abc", silent="d"), replicates=5), metric="density"
    ).estimate == pytest.approx(3 / 9)


def test_density_bounds_fill_the_unknown_with_none_all_or_the_others_word():
    ties = ties_frame([("a", "b"), ("b", "a"), ("a", "d")])
    row = non_response_bounds(ties, None, respondents_frame("abc", silent="d")).iloc[0]
    assert (row.low, row.high) == pytest.approx((3 / 12, 6 / 12))
    assert row.reconstructed == pytest.approx(4 / 12)  # d -> a from a -> d
    assert (row.n, row.missing) == (3, 1)


def test_who_was_never_asked_counts_as_silent():
    network = networks_of(ties_frame([("a", "z")]), None, respondents_frame("ab"))[0]
    assert network.nodes == ("a", "b", "z")
    assert network.respondents == 2


def test_size_counts_isolates_and_the_answer_rate():
    row = network_size(ties_frame([("a", "b")]), None, respondents_frame("abc", silent="d")).iloc[0]
    assert (row.nodes, row.answered, row.ties, row.isolates) == (4, 3, 1, 2)
    assert row.response_rate == pytest.approx(0.75)


TWO_WAVES = pd.concat(
    [
        ties_frame([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")], wave="before"),
        ties_frame([("a", "b"), ("b", "c"), ("a", "c"), ("e", "a")], wave="after"),
    ]
)
ASKED = pd.concat(
    [respondents_frame("abcd", wave="before"), respondents_frame("abe", silent="c", wave="after")]
)


def test_change_compares_only_pairs_known_in_both_waves():
    # a, b, c stand in both waves; c is silent after: c -> a is unknown, not dissolved. d left, e joined.
    row = tie_change(TWO_WAVES, None, ASKED).iloc[0]
    assert (row.ties_kept, row.ties_formed, row.ties_dissolved, row.ties_not_compared) == (2, 1, 0, 3)
    assert row.hamming == 1
    assert tie_stability(TWO_WAVES, None, ASKED).iloc[0].estimate == pytest.approx(2 / 3)


def test_three_waves_of_liking_among_the_novices_change_as_published():
    # Sampson's liking 1-2-3: ties 55, 57, 56; Jaccard .45455, .54795; formed and dissolved 22 and 20, 16 and 17
    ties = sampson()
    assert network_size(ties)["ties"].tolist() == [55, 57, 56]
    assert tie_stability(ties)["estimate"].tolist() == pytest.approx([0.45455, 0.54795], abs=5e-6)
    change = tie_change(ties)
    assert change[["ties_formed", "ties_dissolved"]].to_numpy().tolist() == [[22, 20], [16, 17]]
    assert change["hamming"].tolist() == [42, 33]


def test_states_tell_each_tie_apart():
    states = tie_states(TWO_WAVES, None, ASKED).set_index(["source", "target"])["state"].to_dict()
    assert states == {
        ("a", "b"): "kept",
        ("b", "c"): "kept",
        ("a", "c"): "formed",
        ("c", "a"): "not_compared",
        ("d", "a"): "not_compared",
        ("e", "a"): "not_compared",
    }


def test_composition_tells_stayers_joiners_and_leavers():
    row = composition(TWO_WAVES, None, ASKED).iloc[0]
    assert (
        row.organisations_stayed,
        row.organisations_joined,
        row.organisations_left,
        row.answered_both,
        row.n,
    ) == (3, 1, 1, 2, 5)


def test_an_undirected_pair_counts_once_whoever_names_it():
    both_ways = ties_frame([("a", "b"), ("b", "a"), ("b", "c")])
    row = network_size(both_ways, directed=False).iloc[0]
    assert row.ties == 2
    assert cohesion(both_ways, directed=False, replicates=5)["metric"].tolist() == [
        "density",
        "transitivity_undirected",
    ]


def test_paired_change_is_later_minus_earlier_and_narrower_than_unpaired():
    ties, organisations = high_tech()
    before = ties[ties["kind"] == "friendship"].assign(kind="x", wave="before")
    gained = ties_frame([(2, 3), (3, 2), (7, 1), (9, 1)], kind="x", wave="after")
    after = pd.concat([before.assign(wave="after"), gained])
    change = value(
        cohesion_change(pd.concat([before, after]), organisations, replicates=100), metric="density"
    )
    assert change.estimate == pytest.approx(4 / 420)
    level = value(cohesion(before, organisations, replicates=100), metric="density")
    assert change.high - change.low < (level.high - level.low) / 2


def test_no_ties_give_empty_frames_with_their_columns():
    nothing = ties_frame([])
    for metric in (
        network_size,
        cohesion,
        cohesion_change,
        centralisation,
        tie_change,
        tie_states,
        structural_holes,
    ):
        frame = metric(nothing)
        assert frame.empty and "kind" in frame.columns


def test_a_network_without_ties_has_a_note_and_no_zero_reciprocity():
    frame = cohesion(ties_frame([]), None, respondents_frame("abcde"), replicates=5)
    assert value(frame, metric="density").estimate == 0
    row = value(frame, metric="reciprocity")
    assert math.isnan(row.estimate) and row.note
