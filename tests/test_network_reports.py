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
from hubanalysis.figures.social_capital import alt_forms, plot_forms
from hubanalysis.findings.brokerage import named_constraint
from hubanalysis.findings.networks import (
    declared_networks,
    least_organisations,
    network_limits,
    network_sentences,
    verdict,
)
from hubanalysis.findings.short_long import chance_sentences, composition_sentences, definition_sentences
from hubanalysis.findings.silence import silent_and_unclear, standing
from hubanalysis.findings.social_capital import form_sentences
from hubanalysis.findings.two_mode import two_mode_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.brokerage import structural_holes
from hubanalysis.metrics.networks import cohesion_change, network_size
from hubanalysis.metrics.share_composition import long_share_composition
from hubanalysis.metrics.short_long import long_counts, long_share, long_share_change
from hubanalysis.metrics.short_long_bounds import with_bounds
from hubanalysis.metrics.short_long_table import short_long_changes, short_long_shares
from hubanalysis.metrics.social_capital import form_change, form_change_bounds, form_share_bounds, form_shares
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
        network_limits(size, short_long_shares(*nothing, [KINDS]), long_counts(*nothing, [KINDS]), TEXT) == []
    )
    for figure in (
        plot_network(drawn_ties(tie_states(*nothing), nothing[1]), nothing[1], text=TEXT),
        plot_long_shares(short_long_shares(*nothing, [KINDS]), text=TEXT),
        plot_long_changes(short_long_changes(*nothing, [KINDS]), text=TEXT),
        plot_forms(form_shares(*nothing), text=TEXT),
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
    brokers = named_constraint(structural_holes(*NETWORK), consent, public=True)
    assert set(brokers["organisation"]) <= named and len(brokers)
    assert len(named_constraint(structural_holes(*NETWORK), consent, most=21)) > len(brokers)


def test_an_unknown_kind_of_tie_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="there are advice"):
        drawn_ties(tie_states(*NETWORK), DEPARTMENTS, kind="gossip")


def test_shares_by_rule_and_wave_have_a_dot_each_and_words():
    shares = short_long_shares(*NETWORK, [KINDS], replicates=5, permutations=20)
    figure = plot_long_shares(shares, text=TEXT)
    assert sum(line.get_marker() == "o" for line in figure.axes[0].lines) == 2
    assert "kinds, before: 76%" in alt_long_shares(shares, text=TEXT)
    assert len(plot_long_changes(short_long_changes(*NETWORK, [KINDS], replicates=5), text=TEXT).axes) == 1


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


def bounded(low: float, high: float, bound_low: float, bound_high: float, missing: int = 3) -> pd.DataFrame:
    return change(low, high).assign(bound_low=bound_low, bound_high=bound_high, missing=missing)


def test_a_shown_change_is_said_to_stand_only_if_no_answer_of_the_silent_could_undo_it():
    stands = sentences(bounded(0.1, 0.3, 0.05, 0.4))
    assert "It would stand whatever the 3 organisations silent in one of the waves had answered" in stands
    hangs = sentences(bounded(0.1, 0.3, -0.2, 0.4))
    assert "This holds among those that answered. It would not be certain if the 3 organisations" in hangs
    assert "anything from −20 to +40 points" in hangs and "It would stand" not in hangs
    contrary = sentences(bounded(0.1, 0.3, -0.4, -0.1))
    assert "It would not be certain" in contrary
    fallen = sentences(bounded(-0.3, -0.1, -0.5, -0.01))
    assert "It would stand" in fallen
    for silent in (sentences(bounded(0.1, 0.3, 0.2, 0.2, missing=0)), sentences(change(0.1, 0.3))):
        assert "silent" not in silent


def test_the_italian_sentence_changes_with_the_bounds_too():
    italian = Translator("it")
    said = [definition_sentences(bounded(0.1, 0.3, low, 0.4), italian)[0] for low in (0.05, -0.2)]
    assert said[0] != said[1] and all("whatever" not in one and "answered" not in one for one in said)


def test_how_a_change_stands_against_silence():
    assert standing({"low": 0.1, "high": 0.2}) == "unknown"
    assert (
        standing({"low": 0.1, "high": 0.2, "bound_low": 0.1, "bound_high": 0.2, "missing": 0}) == "complete"
    )
    assert (
        standing({"low": -0.1, "high": 0.2, "bound_low": 0.1, "bound_high": 0.2, "missing": 2}) == "unclear"
    )


def test_a_change_that_was_not_shown_is_said_to_hang_on_the_silent():
    either = silent_and_unclear(bounded(-0.1, 0.3, -0.5, 0.5), TEXT)
    assert "could have moved it to either side" in either
    one_side = silent_and_unclear(bounded(-0.1, 0.3, 0.05, 0.5), TEXT)
    assert "would lie on one side of 0" in one_side
    assert silent_and_unclear(bounded(0.1, 0.3, -0.5, 0.5), TEXT) == ""


def test_rules_that_point_in_opposite_directions_are_said_to_contradict_each_other():
    both = pd.concat([change(0.1, 0.3), change(-0.3, -0.1).assign(definition="other")])
    assert "The rules contradict each other" in definition_sentences(both, TEXT)[0]
    unclear = pd.concat([change(-0.1, 0.3), change(-0.3, 0.1).assign(definition="other")])
    assert "do not even agree on the direction" in definition_sentences(unclear, TEXT)[0]


def test_the_overall_change_is_told_in_its_parts():
    said = composition_sentences(long_share_composition(*NETWORK, [KINDS]), TEXT)[0]
    # high-tech: 144 of 190 ties between departments before, 64 of 102 after, the same 21 managers in both
    assert "moved by −13.0 percentage points. −13.0 come from pairs known in both waves, 0.0 from" in said


def test_what_differs_from_chance_is_told_after_the_correction():
    shares = short_long_shares(*NETWORK, [KINDS], replicates=5, permutations=20)
    said = chance_sentences(shares.assign(p_adjusted=0.2), TEXT)[0]
    assert "by none of 1 rules is the share of long ties told from chance" in said
    said = chance_sentences(shares.assign(p_adjusted=0.01, expected=0.8), TEXT)[0]
    assert "differs from chance by 1 of 1 rules: “kinds” (63%, by chance 80%)" in said


def test_forms_of_tie_have_a_bar_each_and_a_sentence_that_hangs_on_the_silent():
    described = DEPARTMENTS.assign(power=[1, 2] * 10 + [1])
    network = (WAVES, described, None)
    shares = with_bounds(form_shares(*network, replicates=5, permutations=20), form_share_bounds(*network))
    moves = with_bounds(form_change(*network), form_change_bounds(*network))
    figure = plot_forms(shares, text=TEXT)
    assert len(figure.axes[0].patches) == 6
    assert "advice, before, bonding" in alt_forms(shares, text=TEXT)
    moved = moves.assign(low=0.1, high=0.3, bound_low=-0.2, bound_high=0.4, missing=2)
    assert "It would not be certain if the 2" in form_sentences(shares, moved, TEXT)[0]
    assert "It would stand whatever the 2" in form_sentences(shares, moved.assign(bound_low=0.05), TEXT)[0]
    still = form_sentences(shares, moves.assign(low=-1.0, high=1.0), TEXT)[0]
    assert "No change in any of the three could be shown." in still
