"""Bounds of the change of cohesion and of the Jaccard index: the ends of every possible answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_networks import every_answer, respondents_frame, ties_frame

from hubanalysis.findings.filled_answers import filled_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.change_bounds import cohesion_change_bounds, stability_bounds
from hubanalysis.metrics.filled_answers import FILLS, filled_answers, range_over_fillings
from hubanalysis.metrics.networks import cohesion, cohesion_change, density, reciprocity
from hubanalysis.metrics.non_response import non_response_bounds
from hubanalysis.metrics.short_long_bounds import with_bounds
from hubanalysis.metrics.tie_change import jaccard, tie_stability

TIES = {
    "before": [("a", "b"), ("b", "a"), ("a", "c"), ("c", "d"), ("d", "a")],
    "after": [("a", "b"), ("c", "a"), ("a", "c"), ("b", "d")],
}


def study(silent_before: str, silent_after: str) -> tuple[pd.DataFrame, None, pd.DataFrame]:
    silent = {"before": silent_before, "after": silent_after}
    named = [
        ties_frame([(a, b) for a, b in pairs if a not in silent[wave]], wave=wave)
        for wave, pairs in TIES.items()
    ]
    asked = [
        respondents_frame([x for x in "abcd" if x not in silent[wave]], silent[wave], wave=wave)
        for wave in TIES
    ]
    return pd.concat(named, ignore_index=True), None, pd.concat(asked, ignore_index=True)


@pytest.mark.parametrize("silences", [("d", ""), ("d", "a"), ("b", "bd"), ("c", "c")])
def test_bounds_are_the_ends_of_all_possible_answers_in_both_waves(silences):
    network = study(*silences)
    before, after = (every_answer(one.on(list("abcd"))) for one in networks_of(*network))
    bounds = cohesion_change_bounds(*network).set_index("metric")
    for name, measure in (("density", density), ("reciprocity", reciprocity)):
        ends = [
            [value for one in answers if np.isfinite(value := measure(one))] for answers in (before, after)
        ]
        least, most = min(ends[1]) - max(ends[0]), max(ends[1]) - min(ends[0])
        assert (bounds.loc[name, "low"], bounds.loc[name, "high"]) == pytest.approx((least, most))
    kept = [jaccard(old, new) for old in before for new in after]
    row = stability_bounds(*network).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((min(kept), max(kept)))
    assert row["missing"] == len(set("".join(silences)))


def test_with_nobody_silent_the_bounds_are_the_estimates():
    network = study("", "")
    bounds = cohesion_change_bounds(*network).set_index("metric")
    told = cohesion_change(*network, replicates=2).set_index("metric")["estimate"]
    for end in ("low", "high", "estimate"):
        assert bounds[end].to_dict() == pytest.approx(told.to_dict())
    row = stability_bounds(*network).iloc[0]
    assert row["low"] == row["high"] == row["estimate"] == tie_stability(*network)["estimate"].iloc[0]


def test_the_estimates_are_those_of_the_pairs_known_in_both():
    network = study("d", "b")
    bounds = cohesion_change_bounds(*network).set_index("metric")["estimate"]
    told = cohesion_change(*network, replicates=2).set_index("metric")["estimate"]
    assert bounds.to_dict() == pytest.approx(told.to_dict(), nan_ok=True)
    assert stability_bounds(*network)["estimate"].iloc[0] == tie_stability(*network)["estimate"].iloc[0]


def test_transitivity_says_that_its_range_is_no_bound():
    bounds = cohesion_change_bounds(*study("d", "")).set_index("metric")
    assert "no bound" in bounds.loc["transitivity_undirected", "method"]
    assert "reciprocity" not in set(cohesion_change_bounds(*study("d", ""), directed=False)["metric"])


def test_the_three_fillings_name_nobody_everybody_or_those_who_name():
    network = study("d", "")
    filled = {fill: filled_answers(*network, fill) for fill in FILLS}
    named = {
        fill: set(ties.loc[(ties["wave"] == "before") & (ties["source"] == "d"), "target"])
        for fill, (ties, _organisations, _asked) in filled.items()
    }
    assert named == {"nobody": set(), "everybody": set("abc"), "returned": {"c"}}
    assert all(asked["responded"].all() for _ties, _organisations, asked in filled.values())
    with pytest.raises(ValueError, match="nobody, everybody, returned"):
        filled_answers(*network, "guess")


def test_a_range_over_fillings_is_that_of_the_three_networks():
    network = study("d", "a")
    found = range_over_fillings(cohesion, *network, replicates=2)
    possible = non_response_bounds(*network)
    own = possible[possible["metric"] == "transitivity_undirected"].set_index("wave")
    theirs = found[found["metric"] == "transitivity_undirected"].set_index("wave")
    for end in ("low", "high"):
        assert theirs[end].to_dict() == pytest.approx(own[end].to_dict())
    assert found["missing"].eq(2).all() and found["method"].str.contains("no bound").all()


def test_a_range_that_is_no_bound_stands_in_columns_of_its_own():
    network = study("d", "a")
    joined = with_bounds(cohesion(*network, replicates=2), non_response_bounds(*network)).set_index("metric")
    assert (
        joined.loc["density", "bound_low"].notna().all() and joined.loc["density", "filled_low"].isna().all()
    )
    closed = joined.loc["transitivity_weak"]
    assert closed["bound_low"].isna().all() and closed["filled_low"].notna().all()


def test_a_shown_term_is_said_to_hang_on_the_silent_where_a_filling_turns_it():
    row = {"term": "returned", "kind": "x", "wave": "before", "unit": "odds ratio", "p": 0.01, "missing": 2}
    row |= {"estimate": 3.0, "low": 2.0, "high": 4.0}
    turned = filled_sentences(pd.DataFrame([row | {"filled_low": 0.5, "filled_high": 4.0}]), Translator("en"))
    kept = filled_sentences(pd.DataFrame([row | {"filled_low": 1.5, "filled_high": 4.0}]), Translator("en"))
    assert "would not be certain if the silent had answered too" in turned[0]
    assert "these keep their direction" in kept[0] and "Other answers may lie beyond" in kept[0]
    shy = pd.DataFrame([row | {"p": 0.3, "filled_low": 0.5, "filled_high": 4.0}])
    assert filled_sentences(shy, Translator("en")) == []
