"""Verdicts against chance, and whether they would stay if the silent had answered otherwise."""

from __future__ import annotations

import pandas as pd
from reference_networks import organisations_frame, respondents_frame, ties_frame

from hubanalysis.findings.filled_answers import verdict_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.filled_answers import beyond_chance, verdicts_over_fillings
from hubanalysis.metrics.robustness import without_group

OTHERS = [f"o{i:02}" for i in range(12)]
NAMES = ["hub", *OTHERS]
KINDS = organisations_frame(NAMES, kind=["h"] + ["s", "m"] * 6)
STAR = ties_frame([("hub", x) for x in OTHERS] + [(x, "hub") for x in OTHERS])


def test_a_row_outside_the_range_of_chance_is_more_or_less():
    frame = pd.DataFrame(
        {"estimate": [3.0, 0.0, 1.0], "chance_low": 0.5, "chance_high": 2.0, "p": [0.01, 0.01, 0.9]}
    )
    assert beyond_chance(frame).tolist() == ["more", "less", "unclear"]
    assert beyond_chance(frame, one_sided=True).tolist() == ["more", "more", "unclear"]


def test_a_verdict_that_rests_on_silence_is_said_not_to_be_certain():
    # without the hub nothing reaches anything; had the one silent organisation named all others, they would
    asked, told = (
        respondents_frame([n for n in NAMES if n != "o03"], silent=["o03"]),
        STAR[STAR["source"] != "o03"],
    )
    options = {"group": ["hub"], "draws": 50}
    observed = without_group(told, organisations=KINDS, tie_respondents=asked, **options)
    stays = verdicts_over_fillings(observed, without_group, told, KINDS, asked, by="metric", **options)
    reach = stays[stays["metric"] == "reachable_pairs"]
    assert reach["verdict"].tolist() == ["less"] and reach["staying"].tolist() == [2]
    said = verdict_sentences(reach, Translator("en"), by="metric")
    assert len(said) == 1 and "would not be certain" in said[0]
    assert verdict_sentences(reach, Translator("it"), by="metric")[0].startswith(
        "Questi valgono tra chi ha risposto"
    )
    steady = reach.assign(staying=3)  # every filling gives the same verdict: the sentence turns round
    assert "stay beyond chance" in verdict_sentences(steady, Translator("en"), by="metric")[0]


def test_with_nobody_silent_nothing_is_added():
    asked = respondents_frame(NAMES)
    observed = without_group(STAR, ["hub"], KINDS, asked, draws=50)
    stays = verdicts_over_fillings(
        observed, without_group, STAR, KINDS, asked, by="metric", group=["hub"], draws=50
    )
    assert stays.empty and verdict_sentences(stays, Translator("en")) == []
