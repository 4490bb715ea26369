"""Who stands between: Burt's measures by definition, Gould and Fernandez's roles, the core, who holds together."""

from __future__ import annotations

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from reference_networks import florentine, high_tech, organisations_frame, respondents_frame, ties_frame
from scipy import sparse

from hubanalysis.metrics.brokerage import broker_roles, constraint, effective_size, structural_holes
from hubanalysis.metrics.communities import communities, community_members
from hubanalysis.metrics.core_periphery import core_fit, core_members, core_periphery
from hubanalysis.metrics.robustness import holders, reachable_share, without_group


def by_definition(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Burt (1992), chapter 2, word for word, with loops."""
    n, both = len(weights), weights + weights.T
    share, strength = np.zeros((n, n)), np.zeros((n, n))
    constrained, size = np.full(n, np.nan), np.full(n, np.nan)
    for i in range(n):
        if both[i].any():
            share[i], strength[i] = both[i] / both[i].sum(), both[i] / both[i].max()
    for i in range(n):
        contacts = np.flatnonzero(both[i])
        if len(contacts):
            others = {j: [q for q in range(n) if q not in (i, j)] for j in contacts}
            constrained[i] = sum(
                (share[i, j] + sum(share[i, q] * share[q, j] for q in others[j])) ** 2 for j in contacts
            )
            size[i] = sum(1 - sum(share[i, q] * strength[j, q] for q in others[j]) for j in contacts)
    return constrained, size


def test_constraint_and_effective_size_follow_the_definition_on_500_directed_weighted_graphs():
    random = np.random.default_rng(2022)
    for _ in range(500):
        n = int(random.integers(2, 8))
        weights = random.random((n, n)) * (random.random((n, n)) < 0.4)
        np.fill_diagonal(weights, 0)
        constrained, size = by_definition(weights)
        np.testing.assert_allclose(constraint(sparse.csr_array(weights)), constrained)
        np.testing.assert_allclose(effective_size(sparse.csr_array(weights)), size)


def test_the_medici_have_the_published_constraint_and_effective_size():
    first = structural_holes(*florentine(True), directed=False).iloc[0]
    assert first["organisation"] == "Medici"
    assert (first["constraint"], first["effective_size"]) == pytest.approx((0.20988, 5.66667), abs=5e-6)


def test_broker_roles_of_the_high_tech_advice_by_department_are_as_published():
    # R's sna, brokerage(): w_I 28, w_O 69, b_IO 95, b_OI 62, b_O 246
    ties, departments = high_tech()
    frame = broker_roles(ties, departments, permutations=50)
    advice = frame[frame["kind"] == "advice"].set_index("role")["estimate"]
    assert advice.to_dict() == {
        "coordinator": 28,
        "consultant": 69,
        "representative": 95,
        "gatekeeper": 62,
        "liaison": 246,
    }


def test_roles_of_the_organisations_add_up_to_those_of_the_network():
    ties, departments = high_tech()
    whole = broker_roles(ties, departments, permutations=0)
    each = broker_roles(ties, departments, permutations=0, nodes=True)
    assert len(each) == 2 * 21 * 5
    sums = each.groupby(["kind", "role"])["estimate"].sum()
    assert (whole.set_index(["kind", "role"])["estimate"] - sums).abs().max() == 0


def test_an_undirected_path_is_one_path_and_unknown_kinds_do_not_count():
    ties = ties_frame([("a", "b"), ("b", "c"), ("b", "x")])
    kinds = organisations_frame("abc", kind=["school", "museum", "school"])
    roles = broker_roles(ties, kinds, directed=False, permutations=0).set_index("role")["estimate"]
    assert roles["consultant"] == 1 and roles.sum() == 1


def test_shuffled_kinds_find_brokerage_that_is_there():
    # a hub of one kind between all pairs of schools and museums: liaison far beyond chance
    schools, museums = [f"s{i}" for i in range(8)], [f"m{i}" for i in range(8)]
    ties = ties_frame([(s, "hub") for s in schools] + [("hub", m) for m in museums])
    kinds = organisations_frame([*schools, *museums, "hub"], kind=["s"] * 8 + ["m"] * 8 + ["h"])
    roles = broker_roles(ties, kinds, permutations=400).set_index("role")
    assert roles.loc["liaison", "estimate"] == 64 and roles.loc["liaison", "p"] < 0.05


def test_the_core_of_the_florentine_marriages_is_as_published():
    # Borgatti and Everett's discrete model: r .32985, core Medici, Strozzi, Guadagni
    row = core_periphery(*florentine(False), directed=False, draws=20).iloc[0]
    members = core_members(*florentine(False), directed=False)
    assert row["estimate"] == pytest.approx(0.32985, abs=5e-6)
    assert set(members.loc[members["core"], "organisation"]) == {"Medici", "Strozzi", "Guadagni"}
    assert 1 <= row["found"] <= row["restarts"]


def test_the_fit_is_a_plain_correlation_over_the_pairs():
    matrix = nx.to_numpy_array(nx.gnp_random_graph(12, 0.3, seed=3))
    core = np.arange(12) < 4
    ideal = (core[:, None] | core[None, :]).astype(float)
    off = ~np.eye(12, dtype=bool)
    assert core_fit(matrix, core) == pytest.approx(np.corrcoef(matrix[off], ideal[off])[0, 1])


def test_an_ideal_core_is_found_and_chance_does_not_reach_it():
    ties = ties_frame([(a, b) for a in "abc" for b in "abcdefghijkl" if a < b])
    row = core_periphery(ties, directed=False, draws=50).iloc[0]
    assert row["estimate"] == pytest.approx(1) and row["core"] == 3
    assert core_periphery(ties_frame([]), None, respondents_frame("abc"), draws=5).iloc[0]["note"]


def test_without_the_hub_of_a_star_nothing_reaches_anything():
    star = ties_frame([("hub", x) for x in "abcdefgh"])
    frame = without_group(star, ["hub"], directed=False, draws=50).set_index("metric")
    assert frame.loc["reachable_pairs", "before"] == 1
    assert frame.loc["reachable_pairs", "estimate"] == 0
    assert frame.loc["without_ties", "estimate"] == 1
    assert frame.loc["reachable_pairs", "p"] < 0.05
    assert frame["removed"].eq(1).all() and frame["n"].eq(8).all()


def test_a_group_that_is_not_there_leaves_a_note():
    frame = without_group(ties_frame([("a", "b")]), ["z"])
    assert frame["note"].ne("").all() and frame["estimate"].isna().all()


def test_who_holds_two_parts_together_comes_first():
    ties = ties_frame([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "d")])
    frame = holders(ties, directed=False).set_index("organisation")
    assert set(frame.index[frame["holds_together"]]) == {"c", "d"}
    assert frame.loc["c", "cut_off"] == 2
    # of the 10 pairs of the other five, the 6 between {a, b} and {d, e, f} are lost
    assert frame.loc["c", "lost_paths"] == pytest.approx(0.6)


def test_reachable_share_counts_pairs_within_components():
    assert reachable_share(igraph.Graph(n=4, edges=[(0, 1), (2, 3)])) == pytest.approx(2 / 6)


def test_two_cliques_are_two_communities_whatever_the_order_of_the_rows():
    pairs = [(a, b) for part in ("abcde", "vwxyz") for a in part for b in part if a < b] + [("e", "v")]
    ties = ties_frame(pairs)
    kinds = organisations_frame("abcdevwxyz", kind=["school"] * 5 + ["museum"] * 5)
    row = communities(ties, kinds, directed=False, draws=30).iloc[0]
    assert (row["communities"], row["stability"], row["likeness"]) == (2, 1, 1)
    assert row["p"] < 0.05
    turned = community_members(ties.iloc[::-1], kinds, directed=False)
    pd.testing.assert_frame_equal(turned, community_members(ties, kinds, directed=False))
    assert turned["steadiness"].eq(1).all()
