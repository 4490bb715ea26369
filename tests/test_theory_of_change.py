"""The theory of change: what a study may declare, and what is read on each arrow."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from hubanalysis.figures.theory_of_change import alt_theory_of_change, plot_theory_of_change
from hubanalysis.findings.theory_of_change import (
    declared_arrows,
    declared_nodes,
    theory_sentences,
    theory_table,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.theory_of_change import arrow_evidence, arrow_results
from hubanalysis.study import read_study
from hubanalysis.study.theory_of_change import TheoryOfChange

TEXT = Translator("en")
SIENA = Path(__file__).parents[1] / "data" / "raw" / "siena-2022" / "study.yaml"
NODES = [
    {"id": "talks", "label": "Talks", "level": "activity"},
    {"id": "meet", "label": "People meet", "level": "output"},
    {"id": "well", "label": "People feel better", "level": "outcome"},
    {"id": "care", "label": "A territory that cares", "level": "impact"},
]


def result(id_, low=0.1, high=0.5, **more):
    return {
        "id": id_, "notebook": "03_people_change", "area": "wellbeing", "label": f"Change: {id_}",
        "estimate": 0.3, "low": low, "high": high, "n": 60, "unit": "points",
    } | more  # fmt: skip


def arrow(start="meet", end="well", evidence=("change:*",), **more):
    return {"start": start, "end": end, "because": "they talk", "evidence": list(evidence), **more}


@pytest.mark.parametrize(
    ("results", "evidence"),
    [
        ([], "none"),
        ([result("trend:a")], "none"),
        ([result("change:a")], "supports"),
        ([result("change:a", -0.5, -0.1)], "contradicts"),
        ([result("change:a", -0.1)], "unclear"),
        ([result("change:a", None, None)], "unclear"),
        ([result("change:a"), result("change:b", -0.1)], "supports"),
        ([result("change:a"), result("change:b", -0.5, -0.1)], "mixed"),
        ([result("change:a", 1.2, 1.9, unit="odds ratio")], "supports"),
        ([result("change:a", 0.3, 0.9, unit="odds ratio")], "contradicts"),
        ([result("change:a", 0.3, 0.9, unit="share")], "unclear"),
        ([result("change:a", bound_low=-0.2, bound_high=0.6)], "unclear"),
        ([result("change:a", bound_low=0.05, bound_high=0.6)], "supports"),
    ],
)
def test_what_stands_on_an_arrow(results, evidence):
    arrows = [arrow()]
    assert arrow_evidence(arrows, arrow_results(arrows, results))["evidence"].tolist() == [evidence]


def test_a_result_without_an_estimate_is_not_said_to_show_no_direction():
    arrows, results = [arrow()], [result("change:a"), result("change:b", None, None, estimate=None)]
    found = arrow_results(arrows, results)
    assert found["says"].tolist() == ["supports", "not_estimated"]
    found_on = arrow_evidence(arrows, found)
    assert found_on[["evidence", "undecided", "results"]].iloc[0].tolist() == ["supports", 1, 2]
    said = theory_sentences(found_on, found, NODES, TEXT)[1]
    assert "Could not be estimated: Change: change:b" in said and "Shows no direction" not in said


def test_expectations_and_scales_where_lower_is_better_turn_the_reading():
    less = [arrow(expects="less")]
    assert arrow_results(less, [result("change:wellbeing:alone")])["says"].tolist() == ["contradicts"]
    down = result("change:wellbeing:alone", -0.5, -0.1)
    assert arrow_results([arrow()], [down], {"alone"})["says"].tolist() == ["supports"]
    # the area of that name is no scale
    assert arrow_results([arrow()], [result("change:wellbeing:calm")], {"wellbeing"})["says"].tolist() == [
        "supports"
    ]


def test_sentences_count_name_and_say_what_silence_leaves_open():
    arrows = [arrow(), arrow("talks", "meet", ["trend:*"]), arrow("well", "care", [])]
    results = [
        result("change:a"),
        result("change:b", bound_low=-0.2, bound_high=0.9),
        result("trend:c", -0.5, -0.1),
    ]
    found = arrow_results(arrows, results)
    sentences = theory_sentences(arrow_evidence(arrows, found), found, NODES, TEXT)
    assert sentences[0].startswith(
        "Of 3 arrows 1 are supported by results, 1 contradicted, 0 both at once, 0 left open, and 1"
    )
    assert sentences[1].startswith("**2. Talks → People meet** (they talk): contradicted by 1 of 1 results.")
    assert "no evidence" in sentences[2]
    assert (
        "supported by 1 of 2 results" in sentences[3]
        and "the answers of the silent could turn" in sentences[3]
    )
    assert theory_table(found)["n"].tolist() == [60, 60, 60]


def test_the_figure_draws_each_arrow_with_its_sign_and_line():
    arrows = [
        arrow(),
        arrow("talks", "meet", ["trend:*"]),
        arrow("talks", "well", []),
        arrow("well", "care", []),
    ]
    found = arrow_results(arrows, [result("change:a"), result("trend:c", -0.5, -0.1)])
    evidence = arrow_evidence(arrows, found)
    axes = plot_theory_of_change(NODES, evidence, text=TEXT)
    words = {shown.get_text().replace("\n", " ") for shown in axes.texts}
    assert {"1 + 1/1", "2 − 1/1", "3", "4", "Talks", "A territory that cares", "activity", "impact"} <= words
    lines = [patch.get_linestyle() for patch in axes.patches if type(patch).__name__ == "FancyArrowPatch"]
    assert lines == ["solid", "solid", "dotted", "dotted"]
    said = alt_theory_of_change(NODES, evidence, text=TEXT)
    assert "2, from “Talks” to “People meet”: contradicted by 1 of 1 results" in said


def test_without_a_theory_it_is_said_and_nothing_drawn():
    found = arrow_results([], [result("change:a")])
    evidence = arrow_evidence([], found)
    assert "declares no theory" in theory_sentences(evidence, found, [], TEXT)[0]
    assert plot_theory_of_change([], evidence, text=TEXT).texts
    assert alt_theory_of_change([], evidence, text=TEXT)


def block() -> dict:
    return yaml.safe_load(SIENA.read_text(encoding="utf-8"))["theory_of_change"]


def test_the_shipped_study_declares_one_in_both_languages():
    study = read_study(str(SIENA))
    for lang in ("it", "en"):
        nodes, arrows = declared_nodes(study, lang), declared_arrows(study, lang)
        assert len(nodes) == 12 and len(arrows) == 11 and all(a["because"] for a in arrows)
    assert declared_nodes(study, "it")[0]["label"] != declared_nodes(study, "en")[0]["label"]
    assert [a for a in arrows if not a["evidence"]], "steps nobody can bear out yet are declared too"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda b: b["arrows"][0].update({"to": "nowhere"}), "nowhere"),
        (lambda b: b["nodes"].append(b["nodes"][0]), "more than once: talks"),
        (
            lambda b: b["arrows"].append({"from": "better", "to": "talks", "because": "x"}),
            "later one.*better to talks",
        ),
        (lambda b: b["arrows"].append(b["arrows"][0]), "drawn more than once: talks to taking_part"),
    ],
)
def test_a_theory_that_does_not_hold_together_is_refused(spoil, told):
    declared = block()
    spoil(declared)
    with pytest.raises(ValidationError, match=told):
        TheoryOfChange.model_validate(declared)
