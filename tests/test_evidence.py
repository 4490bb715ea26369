"""The weight of the evidence by declared criteria, and whether a judgement would turn."""

from __future__ import annotations

import pytest
from scipy import stats

from hubanalysis.figures.synthesis import plot_joint
from hubanalysis.findings.evidence import (
    declared_main,
    evidence_sentences,
    evidence_table,
    sensitivity_sentences,
    tie_reasons,
)
from hubanalysis.findings.synthesis import joint_table, synthesis_limits, synthesis_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.evidence import at_level, judgement_sensitivity, weigh_evidence
from hubanalysis.metrics.synthesis import judgements, main_results, source_readings
from hubanalysis.study import read_study

TEXT = Translator("en")
NOTEBOOKS = {
    "change": "03_people_change", "compared": "03_people_change", "follow_up": "03_people_change",
    "org_change": "04_organisations", "long_share_change": "05_networks", "trend": "07_observations",
    "themes": "06_interviews", "asked": "08_priorities",
}  # fmt: skip


def result(id_, area="wellbeing", low=0.1, high=0.5, **more):
    return {
        "id": id_, "notebook": NOTEBOOKS.get(id_.split(":")[0], "x"), "area": area, "label": f"Title: {id_}",
        "estimate": (low + high) / 2 if low is not None else None, "low": low, "high": high, "n": 60,
        "unit": "points", "method": "paired t interval", "note": None,
    } | more  # fmt: skip


CHANGE = result("change:wellbeing:calm")
PEOPLE = [
    CHANGE,
    result("effect:wellbeing:calm:d_av", low=0.1, high=0.49, unit="standard deviations"),
    result("compared:wellbeing:calm:difference_in_differences"),
    result("retention:leavers", None, low=0.1, high=0.2, unit="share"),
    result("reliability:calm:before:alpha", None, low=0.7, high=0.8),
    result("reliability:calm:after:alpha", None, low=0.72, high=0.84),
]


def criteria(results, declared=("calm",), of="change:wellbeing:calm"):
    return weigh_evidence(main_results(results), results, declared).set_index("result").loc[of]


def test_all_criteria_met_is_strong():
    row = criteria(PEOPLE)
    assert (row["criteria_met"], row["criteria_asked"], row["weight"]) == (6, 6, "strong")


@pytest.mark.parametrize(
    ("criterion", "spoil", "word"),
    [
        ("design", lambda r: [x for x in r if not x["id"].startswith("compared")], "not_fulfilled"),
        ("number", lambda r: [{**CHANGE, "n": 29}, *r[1:]], "not_fulfilled"),
        ("precision", lambda r: [r[0], {**r[1], "high": 0.52}, *r[2:]], "not_fulfilled"),
        ("precision", lambda r: [r[0], *r[2:]], "not_told"),
        ("missing_data", lambda r: [*r[:3], {**r[3], "estimate": 0.21}, *r[4:]], "not_fulfilled"),
        ("missing_data", lambda r: [x for x in r if x["id"] != "retention:leavers"], "not_told"),
        ("agreement", lambda r: [*r[:-1], {**r[-1], "estimate": 0.69}], "not_fulfilled"),
        ("agreement", lambda r: r[:-2], "not_told"),
    ],
)  # fmt: skip
def test_each_criterion_by_itself(criterion, spoil, word):
    row = criteria(spoil(PEOPLE))
    assert row[criterion] == word
    assert (row["criteria_met"], row["weight"]) == (5, "fair")


def test_what_was_not_declared_before_is_not_called_so():
    assert criteria(PEOPLE, declared=())["declared_before"] == "not_fulfilled"
    # an area's name is not a scale's
    assert criteria(PEOPLE, declared=("wellbeing",))["declared_before"] == "not_fulfilled"


def test_many_left_but_the_direction_stands_without_them():
    left = [x | {"estimate": 0.4} if x["id"] == "retention:leavers" else x for x in PEOPLE]
    sure = [result(f"attrition:calm:{how}", None) for how in ("weighted", "unchanged")]
    assert criteria([*left, *sure])["missing_data"] == "fulfilled"
    assert criteria([*left, sure[0], {**sure[1], "low": -0.1}])["missing_data"] == "not_fulfilled"


def test_words_and_needs_are_weighed_by_what_applies():
    theme = result("themes:alone:wellbeing", low=0.5, high=0.9, n=16, unit="share")
    row = criteria([theme, result("agreement:alone", None, low=0.6, high=0.8)], of="themes:alone:wellbeing")
    assert row["design"] == row["declared_before"] == "does_not_apply"
    assert (row["agreement"], row["number"], row["weight"]) == ("fulfilled", "not_fulfilled", "weak")


def test_silence_that_could_turn_a_result_takes_its_direction():
    ties = {"unit": "percentage points", "method": "dyadic cluster-robust t interval"}
    open_ = result("long_share_change:x", "networks", **ties, bound_low=-0.3, bound_high=0.6)
    firm = {**open_, "bound_low": 0.05}
    assert main_results([open_])[["direction", "silence"]].iloc[0].tolist() == ["unclear", "could_turn"]
    assert main_results([firm])[["direction", "silence"]].iloc[0].tolist() == ["rises", "holds"]
    assert criteria([open_], of="long_share_change:x")["missing_data"] == "not_fulfilled"
    assert criteria([firm], of="long_share_change:x")["missing_data"] == "fulfilled"
    main = main_results([open_, CHANGE])
    sentence = synthesis_sentences(judgements(main, ["networks"]), main, TEXT, {})[0]
    assert "which the answers of the silent could turn" in sentence
    assert any("would turn what 1 results show" in s for s in synthesis_limits(main, [open_], TEXT))


def test_the_same_people_are_one_voice():
    lasting = result("follow_up:wellbeing:calm:later:start_to_follow_up")
    main = main_results([CHANGE, PEOPLE[2], lasting])
    assert main["source"].tolist() == ["people", "beside_others", "at_follow_up"]
    assert source_readings(main)["source"].tolist() == ["people"]
    assert judgements(main, ["wellbeing"])["judgement"].tolist() == ["silent"], (
        "one voice cannot agree with itself"
    )
    less = result("compared:wellbeing:calm:difference_in_differences", low=-0.5, high=-0.1)
    assert judgements(main_results([CHANGE, less]), ["wellbeing"])["judgement"].tolist() == ["diverge"]


def test_intervals_at_another_level():
    main = main_results([CHANGE, result("org_change:wellbeing:x", method="mean change, sign-flip interval")])
    half = (at_level(main, 0.99)["high"] - at_level(main, 0.99)["estimate"]).tolist()
    student = 0.2 * stats.t.ppf(0.995, 59) / stats.t.ppf(0.975, 59)
    assert half == pytest.approx([student, 0.2 * 2.575829 / 1.959964], rel=1e-6)
    # the ends of a mention stay
    theme = main_results([result("themes:alone:wellbeing", low=0.5, high=0.9, unit="share")])
    assert at_level(theme, 0.99)["high"].tolist() == [0.9]


def test_a_direction_that_does_not_outlast_the_correction_for_many_questions_is_said_to():
    for adjusted, becomes, told in ((0.2, "complement", True), (0.01, "converge", False)):
        main = main_results([CHANGE, result("org_change:wellbeing:x", p_adjusted=adjusted)])
        frame = judgement_sensitivity(main, weigh_evidence(main, []), ["wellbeing"]).set_index("variation")
        assert frame.loc["corrected", ["judgement", "becomes"]].tolist() == ["converge", becomes]
        sentence = synthesis_sentences(judgements(main, ["wellbeing"]), main, TEXT, {})[0]
        assert ("no longer certain once corrected for the number of questions" in sentence) is told


def test_a_label_does_not_say_one_name_twice():
    main = main_results([result("change:wellbeing:calm", label="Change: Networks · Networks"), CHANGE])
    assert joint_table(main)["label"].tolist() == ["Change: Networks", "Title: change:wellbeing:calm"]


def test_a_judgement_that_turns_is_said_to():
    results = [
        CHANGE,
        result("org_change:wellbeing:x", low=0.01, high=0.4),
        result("themes:a:wellbeing", low=0.5, high=0.9),
    ]
    main = main_results(results)
    frame = judgement_sensitivity(main, weigh_evidence(main, results), ["wellbeing", "offer"])
    turned = frame[frame["would_turn"]].set_index("left_out")["becomes"].to_dict()
    assert turned["people"] == turned["organisations"] == "complement" and "interviews" not in turned
    by = frame.set_index("variation")
    assert by.loc["level_99", "becomes"] == "complement" and by.loc["level_90", "becomes"] == "converge"
    assert by.loc["without_weak", "becomes"] == "silent"
    said = sensitivity_sentences(frame, TEXT, {"wellbeing": "Wellbeing"})
    assert len(said) == 1 and "would turn: without the source “people”: complement" in said[0]
    steady = frame[frame["left_out"] == "interviews"]
    assert "stands whichever source" in sensitivity_sentences(steady, TEXT, {})[0]


def test_sentences_and_tables_count_the_weights():
    weighed = weigh_evidence(main_results(PEOPLE), PEOPLE, ["calm"])
    assert evidence_sentences(weighed, TEXT)[0] == (
        "Of 2 main results 2 stand on strong evidence, 0 on fair and 0 on weak evidence."
    )
    assert "result" not in evidence_table(weighed) and len(evidence_table(weighed)) == 2
    assert evidence_sentences(weighed.iloc[:0], TEXT) == []
    main = main_results(PEOPLE)
    axes = plot_joint(main, judgements(main, ["wellbeing"]), weighed, text=TEXT)
    assert [t.get_text() for t in axes.texts].count("●●●") == 2


def test_why_ties_exist_is_told_where_the_odds_spare_one():
    def reason(term, low, high, wave="after"):
        odds = {"unit": "odds ratio", "estimate": (low + high) / 2}
        named = f"Why: collaboration · {wave} · {term}"
        return result(f"why_ties:collaboration:{wave}:{term}", "networks", low, high, **odds) | {
            "label": named
        }

    told = tie_reasons(
        [
            reason("far", 0.2, 0.6),
            reason("kind", 0.8, 1.4),
            reason("old", 2, 3, "before"),
            reason("constant", 2, 3),
        ][:2],
        TEXT,
    )
    assert "far (collaboration): 0.40 (interval 0.20 to 0.60, n = 60)" in told[0] and "kind" not in told[0]
    assert "of 1 reasons looked at none" in tie_reasons([reason("kind", 0.8, 1.4)], TEXT)[0]
    assert "Nothing was recorded" in tie_reasons([reason("constant", 2, 3)], TEXT)[0]


def test_limits_speak_of_the_comparison_and_of_disagreement():
    coders = [
        result(f"agreement:{c}", None, low=a - 0.1, high=a + 0.1)
        for c, a in (("a", 0.5), ("b", 0.9), ("all_codes", 0.4))
    ]
    said = " ".join(synthesis_limits(main_results(PEOPLE), [*PEOPLE, *coders], TEXT))
    assert "1 of 1 comparisons show a difference" in said and "Nobody was compared" not in said
    assert "On 1 of 2 themes the coders agree too little" in said


def test_what_the_study_named_before_are_primary_scales_and_single_marks():
    study = read_study("siena-2022")
    named = declared_main(study)
    assert {"wellbeing", "org_offer", "serenity"} <= named and "loneliness" not in named
