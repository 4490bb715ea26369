"""Sentences and figures on networks: they say no more than the interval, and name nobody who did not consent."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from reference_networks import high_tech, organisations_frame, ties_frame

from hubanalysis.figures.label_places import free_place
from hubanalysis.figures.networks import alt_network, drawn_ties, network_layout, plot_network
from hubanalysis.figures.short_long import alt_long_shares, plot_long_changes, plot_long_shares
from hubanalysis.findings.brokerage import named_constraint
from hubanalysis.findings.networks import (
    declared_networks,
    definition_sentences,
    least_organisations,
    network_limits,
    network_sentences,
    verdict,
)
from hubanalysis.findings.two_mode import two_mode_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.brokerage import constraint
from hubanalysis.metrics.networks import cohesion_change, network_size
from hubanalysis.metrics.short_long import long_counts, long_share, long_share_bounds, long_share_change
from hubanalysis.metrics.tie_change import composition, tie_states
from hubanalysis.metrics.two_mode import two_mode_cohesion, two_mode_size

TEXT = Translator("en")
KINDS = {"id": "kinds", "kinds_differ": True}
TIES, DEPARTMENTS = high_tech()
WAVES = TIES.assign(wave=TIES["kind"].map({"advice": "before", "friendship": "after"}), kind="advice")
NETWORK = (WAVES, DEPARTMENTS, None)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def sentences(changes: pd.DataFrame | None = None) -> str:
    changes = long_share_change(*NETWORK, [KINDS]) if changes is None else changes
    shares = long_share(*NETWORK, [KINDS], replicates=5)
    denser = cohesion_change(*NETWORK, replicates=5)
    return " ".join(
        network_sentences(network_size(*NETWORK), composition(*NETWORK), shares, changes, denser, TEXT)
    )


def change(low: float, high: float) -> pd.DataFrame:
    row = {"kind": "advice", "definition": "kinds", "wave_from": "before", "wave_to": "after", "n": 21}
    return pd.DataFrame([row | {"estimate": (low + high) / 2, "low": low, "high": high}])


@pytest.mark.parametrize(
    ("low", "high", "word", "said"),
    [
        (
            0.1,
            0.3,
            "rises",
            "the share of long ties grew, by +20 percentage points (interval +10 to +30, n = 21",
        ),
        (
            -0.3,
            -0.1,
            "falls",
            "the share of long ties shrank, by −20 percentage points (interval −30 to −10, n = 21",
        ),
        (-0.1, 0.3, "unclear", "no change in the share of long ties could be shown: +10 percentage points"),
        (np.nan, np.nan, "unclear", "cannot be computed"),
    ],
)
def test_a_change_is_named_only_where_the_interval_spares_zero(low, high, word, said):
    assert verdict({"low": low, "high": high}) == word
    assert said in sentences(change(low, high))


def test_sentences_tell_levels_by_wave_and_the_rule():
    said = sentences()
    assert "76% were long in the wave “before” and 63% in the wave “after”" in said
    assert "“kinds”" in said and "21 organisations stayed in the network, 0 joined and 0 left" in said


def test_definitions_that_disagree_are_said_to():
    both = pd.concat([change(0.1, 0.3), change(-0.1, 0.1).assign(definition="other")])
    assert "The answer hangs on the rule." in definition_sentences(both, TEXT)[0]
    assert "by none of the 2 rules" in definition_sentences(both.assign(low=-1.0), TEXT)[0]


def test_without_ties_one_sentence_says_so_and_figures_draw_nothing():
    nothing = (ties_frame([]), organisations_frame([]), None)
    size = network_size(*nothing)
    said = network_sentences(
        size, composition(*nothing), long_share(*nothing, [KINDS]), long_share_change(*nothing, [KINDS]),
        cohesion_change(*nothing), TEXT,
    )  # fmt: skip
    assert len(said) == 1 and "no ties" in said[0]
    assert least_organisations(size) is None
    assert (
        network_limits(size, long_share_bounds(*nothing, [KINDS]), long_counts(*nothing, [KINDS]), TEXT) == []
    )
    for figure in (
        plot_network(drawn_ties(tie_states(*nothing), nothing[1]), nothing[1], text=TEXT),
        plot_long_shares(long_share(*nothing, [KINDS]), long_counts(*nothing, [KINDS]), text=TEXT),
        plot_long_changes(long_share_change(*nothing, [KINDS]), text=TEXT),
    ):
        assert "Nothing to draw" in figure.axes[0].texts[0].get_text()


def test_a_study_without_networks_declares_no_rule():
    class Bare:
        networks = None

    assert declared_networks(Bare()) == ([], True)


def test_one_place_for_an_organisation_whatever_the_order_of_the_rows():
    states = tie_states(*NETWORK)
    assert network_layout(states) == network_layout(states.sample(frac=1, random_state=1))


def test_the_map_tells_ties_apart_by_line_and_counts_them_in_words():
    states = drawn_ties(tie_states(*NETWORK), DEPARTMENTS)
    figure = plot_network(states, DEPARTMENTS, text=TEXT)
    axes = figure.axes[0]
    styles = {line.get_linestyle() for line in axes.lines if len(line.get_xdata()) == 2}
    assert {"-", "--"} <= styles
    assert len([line for line in axes.lines if len(line.get_xdata()) == 2]) == len(states)
    kept = (states["state"] == "kept").sum()
    assert f"{kept} ties kept" in alt_network(states, text=TEXT)
    assert "21 organisations" in alt_network(states, text=TEXT)


def test_in_public_only_those_that_consent_are_drawn_and_named():
    consent = DEPARTMENTS.assign(consent=[True] * 10 + [False] * 10 + [None])
    named = set(consent["organisation"].head(10))
    drawn = drawn_ties(tie_states(*NETWORK), consent, public=True)
    assert set(drawn["source"]) | set(drawn["target"]) <= named and len(drawn)
    brokers = named_constraint(constraint(*NETWORK), consent, public=True)
    assert set(brokers["organisation"]) <= named and len(brokers)
    assert len(named_constraint(constraint(*NETWORK), consent, most=21)) > len(brokers)


def test_an_unknown_kind_of_tie_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="there are advice"):
        drawn_ties(tie_states(*NETWORK), DEPARTMENTS, kind="gossip")


def test_shares_by_rule_and_wave_have_a_dot_each_and_words():
    shares, counts = long_share(*NETWORK, [KINDS], replicates=5), long_counts(*NETWORK, [KINDS])
    figure = plot_long_shares(shares, counts, text=TEXT)
    assert sum(line.get_marker() == "o" for line in figure.axes[0].lines) == 2
    assert "kinds, before: 76%" in alt_long_shares(shares, text=TEXT)
    assert len(plot_long_changes(long_share_change(*NETWORK, [KINDS]), text=TEXT).axes) == 1


def test_a_name_goes_where_it_covers_least():
    right, *_ = free_place((0, 0), 30, [])
    assert right[0] > 0
    left, _, (across, _up) = free_place((0, 0), 30, [(4, -10, 60, 10), (-3, 4, 3, 20), (-3, -20, 3, -4)])
    assert across == "right" and left[2] < 0
    assert free_place((0, 0), 30, [], corners_first=True)[1] == (5, 4)


def test_memberships_are_told_with_interval_and_n():
    members = pd.DataFrame(
        {"kind": "board", "wave": "before", "source": list("aabbccdd"), "source_mode": "person",
         "target": list("xyxyxzyz"), "target_mode": "organisation"}
    )  # fmt: skip
    said = two_mode_sentences(two_mode_size(members), two_mode_cohesion(members), TEXT)[0]
    assert "4 people hold 8 ties to 3 organisations, on average 2.00 each" in said and "n = 4" in said
