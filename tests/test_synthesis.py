"""The synthesis: which results count, what each source says, and the judgement by the declared rule."""

from __future__ import annotations

import pandas as pd
import pytest

from hubanalysis.figures.synthesis import alt_joint, plot_joint
from hubanalysis.findings.synthesis import joint_table, synthesis_limits, synthesis_sentences, without_own
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.synthesis import judgement_counts, judgements, main_results, source_readings

TEXT = Translator("en")
NOTEBOOKS = {
    "change": "03_people_change",
    "org_change": "04_organisations",
    "long_share_change": "05_networks",
    "trend": "07_observations",
    "themes": "06_interviews",
    "asked": "08_priorities",
}


def result(id_: str, area: str | None, estimate=0.3, low=0.1, high=0.5, n=60, **more) -> dict:
    return {
        "id": id_, "notebook": NOTEBOOKS.get(id_.split(":")[0], "02_participation"), "area": area, "label": id_,
        "estimate": estimate, "low": low, "high": high, "n": n, "unit": "points", "method": "m", "note": None,
    } | more  # fmt: skip


def judged(*results: dict, areas=("wellbeing",)) -> pd.DataFrame:
    return judgements(main_results(results), areas).set_index("area")


def test_only_declared_results_with_an_area_count():
    main = main_results(
        [
            result("change:a", "wellbeing"),
            result("effect:a", "wellbeing"),
            result("change:b", None),
            result("mean:a", "offer"),
        ]
    )
    assert main["result"].tolist() == ["change:a"]
    assert main["source"].tolist() == ["people"]


def test_direction_is_named_only_where_the_interval_spares_zero():
    main = main_results(
        [
            result("change:a", "wellbeing"),
            result("change:b", "wellbeing", -0.3, -0.5, -0.1),
            result("change:c", "wellbeing", 0.3, 0.0, 0.6),
            result("change:d", "wellbeing", None, None, None),
            result("themes:e", "wellbeing", 0.9, 0.8, 1.0),
        ]
    )
    assert main["direction"].tolist() == ["rises", "falls", "unclear", "unclear", "mention"]


def test_where_lower_is_better_a_fall_is_for_the_better():
    main = main_results(
        [result("change:wellbeing:loneliness", "wellbeing", -0.3, -0.5, -0.1)], {"loneliness"}
    )
    assert main["direction"].tolist() == ["rises"]


def test_of_the_ties_the_first_declared_result_counts():
    main = main_results(
        [result("long_share_change:x", "networks"), result("long_share_change:y", "networks", -1, -2, -0.5)]
    )
    assert main["result"].tolist() == ["long_share_change:x"]


def test_opposite_directions_diverge_and_come_first():
    frame = judgements(
        main_results(
            [
                result("change:a", "wellbeing"),
                result("org_change:a", "wellbeing"),
                result("change:b", "audience"),
                result("trend:b", "audience", -0.3, -0.5, -0.1),
            ]
        ),
        ["wellbeing", "audience"],
    )
    assert frame["area"].tolist() == ["audience", "wellbeing"]
    assert frame["judgement"].tolist() == ["diverge", "converge"]
    assert frame.iloc[0][["speaking", "rises", "falls", "n"]].tolist() == [2, 1, 1, 2]


def test_a_source_at_odds_with_itself_is_mixed_and_diverges():
    results = [result("change:a", "wellbeing"), result("change:b", "wellbeing", -0.3, -0.5, -0.1)]
    assert source_readings(main_results(results))["direction"].tolist() == ["mixed"]
    assert judged(*results).loc["wellbeing", "judgement"] == "diverge"


@pytest.mark.parametrize(
    ("results", "judgement", "because"),
    [
        ([], "silent", "no_source"),
        ([result("change:a", "wellbeing")], "silent", "one_source"),
        ([result("change:a", "wellbeing"), result("themes:b", "wellbeing")], "complement", "one_direction"),
        (
            [result("change:a", "wellbeing", 0.1, -0.1, 0.3), result("themes:b", "wellbeing")],
            "silent",
            "no_direction",
        ),
        ([result("change:a", "wellbeing"), result("asked:b", "wellbeing")], "silent", "one_source"),
    ],
)
def test_rule_for_areas_without_two_directions(results, judgement, because):
    assert judged(*results).loc["wellbeing", ["judgement", "because"]].tolist() == [judgement, because]


def test_counts_are_results_without_a_feigned_interval():
    counts = judgement_counts(judgements(main_results([result("change:a", "wellbeing")]), ["wellbeing"]))
    assert counts.set_index("measure")["estimate"].to_dict() == {
        "speaking": 1,
        "rises": 1,
        "falls": 0,
        "unclear": 0,
    }
    assert counts["low"].isna().all() and counts["note"].str.len().gt(0).all() and counts["n"].eq(1).all()


def test_a_former_synthesis_is_not_read_again():
    assert without_own([result("change:a", "wellbeing"), result("x", None, notebook="09_synthesis")]) == [
        result("change:a", "wellbeing")
    ]


RESULTS = [
    result("change:a", "audience"),
    result("trend:b", "audience", -0.3, -0.5, -0.1, n=12),
    result("themes:c", "audience", 0.5, 0.3, 0.7, unit="share", n=16),
    result("retention:leavers", None, 0.25, 0.2, 0.3, unit="share", n=200),
]


def test_sentences_give_estimate_interval_n_and_direction():
    main = main_results(RESULTS)
    sentence = synthesis_sentences(judgements(main, ["audience"]), main, TEXT, {"audience": "Audience"})[0]
    assert sentence.startswith(
        "**Audience**: the sources diverge. For the better: people +0.30 (interval +0.10 to +0.50, n = 60)."
    )
    assert "For the worse: observations −0.30 (interval −0.50 to −0.10, n = 12)." in sentence
    assert "50% of 16 interviews" in sentence


def test_limits_name_counterfactual_leavers_chance_and_small_numbers():
    said = " ".join(synthesis_limits(main_results(RESULTS), RESULTS, TEXT, simulated=True))
    for words in (
        "simulated",
        "did not take part",
        "25% did not answer",
        "2 main estimates",
        "12 at the least",
    ):
        assert words in said
    assert "simulated" not in " ".join(synthesis_limits(main_results(RESULTS), RESULTS, TEXT))


def test_nothing_recorded_is_said_plainly_and_drawn_as_nothing():
    main = main_results([])
    empty = judgements(main, ["audience"])
    assert len(synthesis_sentences(empty, main, TEXT, {})) == 1
    assert joint_table(main).empty
    assert plot_joint(main, empty, text=TEXT).texts


def test_joint_display_has_a_cell_a_source_and_tells_it_in_words():
    main = main_results(RESULTS)
    axes = plot_joint(main, judgements(main, ["audience"]), text=TEXT)
    assert len(axes.patches) == 3
    words = {shown.get_text() for shown in axes.texts}
    assert {"▲ +0.30", "▼ −0.30", "50%", "diverge"} <= words
    assert "audience: diverge (people: for the better, observations: for the worse" in alt_joint(
        main, judgements(main, ["audience"]), text=TEXT
    )
