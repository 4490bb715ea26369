"""Two-mode networks, against the Southern women."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from hubanalysis.metrics.two_mode import (
    attendance_memberships,
    shared_counts,
    two_mode_cohesion,
    two_mode_size,
)


def davis() -> pd.DataFrame:
    """Davis, Gardner and Gardner (1941): 18 women at 14 events, 89 attendances."""
    graph = nx.davis_southern_women_graph()
    women = {node for node, data in graph.nodes(data=True) if data["bipartite"] == 0}
    pairs = [(a, b) if a in women else (b, a) for a, b in graph.edges]
    return attendance_memberships(pd.DataFrame(pairs, columns=["person", "activity"]))


def test_size_of_the_southern_women():
    row = two_mode_size(davis()).iloc[0]
    assert (row.first_mode, row.second_mode, row.ties) == (18, 14, 89)


def test_robins_alexander_clustering_of_the_southern_women():
    # published: .46776
    frame = two_mode_cohesion(davis()).set_index("metric")
    assert frame.loc["two_mode_clustering", "estimate"] == pytest.approx(0.46776, abs=5e-6)
    assert frame.loc["density", "estimate"] == pytest.approx(89 / (18 * 14))
    assert frame.loc["mean_degree_first", "estimate"] == pytest.approx(89 / 18)
    assert frame.loc["mean_degree_second", "estimate"] == pytest.approx(89 / 14)
    assert ((frame["low"] < frame["estimate"]) & (frame["estimate"] < frame["high"])).all()
    assert frame["n"].eq(18).all()


def test_the_interval_of_mean_degree_is_that_of_a_mean():
    # the jackknife of a mean is its own standard error
    degrees = davis().groupby("source").size()
    row = two_mode_cohesion(davis()).set_index("metric").loc["mean_degree_first"]
    assert (row.high - row.low) / 2 / 1.96 == pytest.approx(degrees.std() / np.sqrt(18))


def test_a_tie_told_twice_counts_once():
    twice = pd.concat([davis(), davis()])
    pd.testing.assert_frame_equal(two_mode_size(twice), two_mode_size(davis()))


def test_projection_counts_who_two_targets_share():
    first = shared_counts(davis(), most=1).iloc[0]
    graph = nx.davis_southern_women_graph()
    assert first.n == len(set(graph[first["source"]]) & set(graph[first["target"]])) == 9


def test_nothing_gives_empty_frames():
    nothing = davis().head(0)
    assert two_mode_size(nothing).empty and two_mode_cohesion(nothing).empty and shared_counts(nothing).empty
