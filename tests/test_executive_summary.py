"""The summary in sentences: each says one result, and changes with it, direction and certainty included."""

from __future__ import annotations

import pytest

from hubanalysis.findings.executive_summary import executive_summary, summary_table
from hubanalysis.locale.translator import Translator

AREAS = {"wellbeing": "Social wellbeing", "networks": "Short and long networks"}
TEXT = Translator("en")


def result(id_: str, notebook: str, label: str, area: str | None = None, **more) -> dict:
    return {
        "id": id_, "notebook": notebook, "area": area, "label": label, "estimate": 0.3, "low": 0.1, "high": 0.5,
        "n": 60, "unit": "points", "method": "paired t interval", "note": None,
    } | more  # fmt: skip


SHARE = {"estimate": 0.25, "low": 0.2, "high": 0.31, "unit": "share"}
RESULTS = [
    result("retention:leavers", "03_people_change", "Who answered when: left", n=250, **SHARE),
    result("change:wellbeing:calm", "03_people_change", "Mean change in points: Social wellbeing · Calm", "wellbeing"),
    result(
        "compared:wellbeing:calm:difference_in_differences", "03_people_change",
        "Beside others: Social wellbeing · Calm · change of those who took part", "wellbeing",
    ),
    result(
        "follow_up:wellbeing:calm:later:start_to_follow_up", "03_people_change",
        "Change up to the later wave: Social wellbeing · Calm · a year later · from the start", "wellbeing",
    ),
    result("org_change:wellbeing:org_calm", "04_organisations", "Mean change: Social wellbeing · Calm", "wellbeing"),
    result("trend:serenity:wellbeing", "07_observations", "Change: People are at ease · Social wellbeing", "wellbeing"),
    result("themes:alone:wellbeing", "06_interviews", "Interviews: loneliness · Wellbeing", "wellbeing", **SHARE),
    result(
        "long_share_change:all:reach:before:after", "05_networks", "Change: all · long: far · before · after",
        "networks", estimate=0.08, low=0.02, high=0.14, unit="percentage points",
    ),
    result("agreement:all_codes", "06_interviews", "Agreement: all", estimate=0.74, unit="krippendorff_alpha"),
    result("rank:1:n1", "08_priorities", "Rank: 1 · Housing", estimate=2.0, low=1.0, high=3.0),
    result("rank:2:n2", "08_priorities", "Rank: 2 · Loneliness", estimate=1.0, low=1.0, high=2.0),
    result("named_emergency:2", "08_priorities", "Share: 2", n=22, **SHARE),
]  # fmt: skip


def said(results=RESULTS) -> dict[str, str]:
    return {line.result: line.sentence for line in executive_summary(results, TEXT, AREAS)}


def with_changed(id_: str, **more) -> list[dict]:
    return [r | more if r["id"] == id_ else r for r in RESULTS]


def test_every_sentence_is_traced_to_one_result():
    lines = executive_summary(RESULTS, TEXT, AREAS)
    by_id = {r["id"]: r for r in RESULTS}
    traced = [line for line in lines if line.result]
    assert len({line.result for line in traced}) == len(traced)
    for line in traced:
        assert line.notebook == by_id[line.result]["notebook"]
        without = [r for r in RESULTS if r["id"] != line.result]
        assert line.sentence not in [one.sentence for one in executive_summary(without, TEXT, AREAS)]
    assert {r["id"] for r in RESULTS} - set(said()) == {"rank:1:n1"}, "the last round tells what is put first"
    table = summary_table(lines)
    assert list(table) == ["sentence", "result"] and len(table) == len(lines)


MOVED = [
    ("change:wellbeing:calm", "rose by 0.30 points", "fell by 0.30 points", "no change"),
    ("org_change:wellbeing:org_calm", "Organisations: “Calm” rose", "Organisations: “Calm” fell", "no change"),
    ("compared:wellbeing:calm:difference_in_differences", "more in the", "less in the", "No difference"),
    ("follow_up:wellbeing:calm:later:start_to_follow_up", "above the start", "below the start", "No difference"),
    ("trend:serenity:wellbeing", "rose by", "fell by", "no trend"),
    ("long_share_change:all:reach:before:after", "rose by", "fell by", "no change"),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "up", "down", "unclear"), MOVED)
def test_a_changed_result_changes_its_sentence(id_, up, down, unclear):
    assert up in said()[id_]
    assert down in said(with_changed(id_, estimate=-0.3, low=-0.5, high=-0.1))[id_]
    open_ = said(with_changed(id_, low=-0.1))[id_]
    assert unclear in open_ and ("−0.10" in open_ or "−10" in open_)
    others = set(said().items()) ^ set(said(with_changed(id_, low=-0.1)).items())
    assert {key for key, _ in others} == {id_}, "no other sentence may move"


@pytest.mark.parametrize(
    "id_", [row[0] for row in MOVED] + ["retention:leavers", "named_emergency:2", "agreement:all_codes"]
)
def test_what_could_not_be_estimated_is_said_with_its_reason(id_):
    nothing = {"estimate": None, "low": None, "high": None, "n": None, "note": "fewer than two pairs"}
    sentence = said(with_changed(id_, **nothing))[id_]
    assert "could not be estimated: fewer than two pairs." in sentence


def test_certainty_is_lowered_by_many_questions_few_answers_and_silence():
    id_ = "change:wellbeing:calm"
    assert "no longer certain" in said(with_changed(id_, p_adjusted=0.06))[id_]
    assert "no longer certain" not in said(with_changed(id_, p_adjusted=0.04))[id_]
    assert "Few stand behind it" in said(with_changed(id_, n=12))[id_]
    assert (
        "lower score is the better" in said(with_changed(id_, definition="mean of a; lower is better"))[id_]
    )
    ties = "long_share_change:all:reach:before:after"
    assert "could turn it" in said(with_changed(ties, bound_low=-0.2, bound_high=0.4))[ties]
    assert "could turn it" not in said(with_changed(ties, bound_low=0.01, bound_high=0.4))[ties]
    coders = "agreement:all_codes"
    assert "tentative" in said()[coders] and "too low" in said(with_changed(coders, estimate=0.5))[coders]
    assert "reliable" in said(with_changed(coders, estimate=0.85))[coders]


def test_absent_sources_are_said_without_an_id():
    lines = executive_summary([], TEXT, AREAS)
    assert lines and all(line.result == "" for line in lines)
    words = " ".join(line.sentence for line in lines)
    assert "Nobody was compared" in words and "interviews" in words and "ties" in words
    full = [line.sentence for line in executive_summary(RESULTS, TEXT, AREAS) if not line.result]
    assert full == ["No result was recorded of this source: consultation of the social workers."]


def test_it_speaks_italian():
    lines = {line.result: line.sentence for line in executive_summary(RESULTS, Translator("it"), AREAS)}
    assert lines["change:wellbeing:calm"].startswith(
        "Persone: aumento di 0,30 punti per «Calm» (intervallo da"
    )
    assert all(lines[key] != sentence for key, sentence in said().items() if key)
