"""A study of full design from study.yaml to the hub: moments and editions, arms, and what was planted in it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import hubanalysis as ha
from hubanalysis.errors import DataError, UsageError
from hubanalysis.loaders.arms import settled_arms
from hubanalysis.loaders.telling import Telling
from hubanalysis.metrics.change import pair_waves
from hubanalysis.metrics.comparison import difference_in_differences, pairs_of_comparison, without_crossers
from hubanalysis.metrics.editions import change_by_edition, people_in_several_editions
from hubanalysis.metrics.later_waves import change_at_follow_up, presence_at_follow_up
from hubanalysis.metrics.then_items import change_looking_back, then_scores
from hubanalysis.simulation import simulate
from hubanalysis.study import read_study
from hubanalysis.study.scales import declared_scales
from hubanalysis.study.waves import placed_waves

SHIPPED = Path(__file__).parents[1] / "data/raw/siena-2022"
HEAD = """
id: small
title: Small
edition: 2022
simulated: true
waves:
  - {id: t0, label: t0, edition: 2021}
  - {id: t1, label: t1}
  - {id: t2, label: t2}
  - {id: t3, label: t3}
instruments:
  - id: q
    about: people
    questions:
      - {id: who, label: who, type: text}
      - {id: here, label: here, type: text}
      - {id: a, label: a, type: integer, range: [1, 5]}
      - {id: b, label: b, type: integer, range: [1, 5]}
      - {id: then_a, label: then a, type: integer, range: [1, 5]}
      - {id: then_b, label: then b, type: integer, range: [1, 5]}
    code: [who]
    exports:
      - {wave: t1, file: t1.csv}
    scales:
      - {id: s, label: S, area: wellbeing, items: [a, b], then: [then_a, then_b], range: [1, 5]}
privacy: {key: demonstration}
"""


def written(folder, text: str = HEAD, **files: str):
    folder = folder / "small"
    folder.mkdir()
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def mistakes(folder) -> dict[str, int]:
    """What is wrong -> the line it is told at."""
    with pytest.raises(DataError) as told:
        read_study(str(folder))
    return {p.what: p.row for p in told.value.problems}


def test_moments_go_by_the_place_of_a_wave_in_its_edition(tmp_path):
    waves = placed_waves(read_study(str(written(tmp_path))).model)
    assert [tuple(w) for w in waves] == [
        ("t0", "2021", "before"),
        ("t1", "2022", "before"),
        ("t2", "2022", "after"),
        ("t3", "2022", "follow_up"),
    ]


GROUP = "    comparison: {item: her, value: no}\n    code: [who]"


@pytest.mark.parametrize(
    ("old", "new", "what", "where"),
    [
        ("{id: t2, label: t2}", "{id: t2, label: t2, moment: before}", "are both 'before'", "id: t2"),
        (
            "{id: t3, label: t3}",
            "{id: t3, label: t3, moment: before}",
            "stands behind a later moment",
            "id: t3",
        ),
        (
            "edition: 2022",
            "edition: 2021",
            "no wave belongs to the study's own edition '2025'",
            "edition: 2025",
        ),
        ("then: [then_a, then_b]", "then: [then_a]", "then has 1 questions and items 2", "id: s"),
        ("then: [then_a, then_b]", "then: [then_a, a]", "its own question", "id: s"),
        ("then: [then_a, then_b]", "then: [then_a, then_c]", "the item 'then_c' is not declared", "id: s"),
        ("t1.csv}", "t1.csv, arm: control}", "Input should be 'programme' or 'comparison'", "arm: control"),
        ("    code: [who]", GROUP, "the item 'her' is not declared", "comparison:"),
        (
            "people",
            "organisations\n    comparison: {item: here, value: no}",
            "only people have",
            "comparison:",
        ),
    ],
)
def test_a_mistake_in_the_design_is_told_at_its_line(tmp_path, old, new, what, where):
    text = HEAD.replace(old, new, 1)
    if "own edition" in what:
        text = HEAD.replace("edition: 2022", "edition: 2025")
        text = re.sub(r"label: (t[123])\}", r"label: \1, edition: 2022}", text)
    found = mistakes(written(tmp_path, text))
    line = next(row for told, row in found.items() if what in told)
    assert where in text.splitlines()[line - 1]


def test_arms_told_twice_are_a_mistake(tmp_path):
    text = HEAD.replace("    code: [who]", "    comparison: {item: here, value: no}\n    code: [who]")
    text = text.replace("file: t1.csv}", "file: t1.csv, arm: comparison}")
    assert any("told twice" in what for what in mistakes(written(tmp_path, text)))


def test_an_answer_tells_the_arm_also_in_the_wave_that_did_not_ask(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    text = HEAD.replace("    code: [who]", '    comparison: {item: here, value: "no"}\n    code: [who]')
    text = text.replace("file: t1.csv}", "file: t1.csv}\n      - {wave: t2, file: t2.csv}")
    first = "who,here,a,b\nann,yes,2,3\nbob,no,2,2\ncat,,3,3\n"
    folder = written(tmp_path, text, t1=first, t2="who,a,b\nann,4,5\nbob,2,3\ncat,3,4\n")
    hub = ha.open_study(str(folder), lang="en")
    assert len(hub.respondents("people")) == 2 and len(hub.respondents("people", arm="comparison")) == 2
    assert hub.scores("people")["score"].tolist() == [2.5, 4.5]
    assert len(hub.scores("people", arm=None)) == 6  # who never said is in neither arm, and told
    assert hub.problems()["what"].str.contains("whether the person took part is not known").any()
    assert hub.compared_waves() == ("t1", "t2")
    with pytest.raises(ValueError, match="arm must be"):
        hub.scores("people", arm="control")
    with pytest.raises(ValueError, match="no wave belongs"):
        hub.scores("people", edition="1999")


def test_a_person_found_in_both_arms_is_told():
    kept = pd.DataFrame(
        {"id": ["a", "a", "b"], "arm": ["programme", "comparison", "programme"], "file": "f.csv"}
    )
    telling = Telling([], [])
    assert settled_arms(kept, telling).tolist() == kept["arm"].tolist()
    assert [p.count for p in telling.problems] == [1]


# --- what was planted is found again


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A study of full design, simulated and read once: the hub and the truth."""
    with pytest.MonkeyPatch.context() as patch:
        project = tmp_path_factory.mktemp("full")
        patch.setenv("HUBANALYSIS_HOME", str(project))
        folder = project / "data/raw/full-design"
        simulate(folder, design="full")
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["designs"]
        hub = ha.open_study("full-design", lang="en")
        for table in ("respondents", "scores", "answers"):
            getattr(hub, table)("people")
    yield hub, truth  # outside the patched home, so that no other module is opened there


def near(frame: pd.DataFrame, truth: dict) -> None:
    """Each estimate lies within two half widths of what was planted (a 95% interval misses one time in twenty)."""
    assert sorted(frame["scale"]) == sorted(truth)
    for row in frame.to_dict("records"):
        half = (row["high"] - row["low"]) / 2
        assert abs(row["estimate"] - truth[row["scale"]]) < 2 * half, row


def test_the_main_comparison_is_before_and_after_of_the_own_edition(full):
    hub, _truth = full
    assert hub.compared_waves() == ("before", "after")
    assert hub.compared_waves("people", "", "follow_up") == ("before", "follow_up")
    assert set(hub.respondents("people")["wave"].astype("str")) == {"before", "after", "follow_up"}
    assert set(hub.respondents("people", edition="2021")["wave"].astype("str")) == {
        "before_2021",
        "after_2021",
    }
    assert hub.moments()["follow_up"] == ["follow_up"]


def test_the_difference_that_was_planted_is_found(full):
    hub, truth = full
    ours = pair_waves(hub.scores("people"), *hub.compared_waves())
    theirs = pairs_of_comparison(hub.scores("people", arm="comparison"), *hub.compared_waves())
    ours, theirs, crossers = without_crossers(ours, theirs)
    frame = difference_in_differences(ours, theirs, declared_scales(hub.study, "people"))
    main = frame[frame["reading"] == "difference_in_differences"]
    near(main, truth["comparison"]["difference_in_differences"])
    assert crossers == 0 and main["in_comparison"].max() == truth["answered"]["comparison_after"]
    # the fall in management came without the programme too; what networks gained did not
    rows = main.set_index("scale")
    assert rows.at["management", "low"] < 0 < rows.at["management", "high"] and rows.at["networks", "low"] > 0


def test_what_lasted_and_what_did_not_is_found(full):
    hub, truth = full
    frame = change_at_follow_up(hub.scores("people"), hub.moments())
    for step in ("start_to_follow_up", "end_to_follow_up"):
        near(frame[frame["step"] == step], truth["follow_up"][step])
    lost = frame[(frame["scale"] == "audience") & (frame["step"] == "end_to_follow_up")].iloc[0]
    assert lost["high"] < 0
    present = presence_at_follow_up(hub.respondents("people"), hub.moments()).set_index("presence")
    assert present.at["all_three", "count"] == pytest.approx(truth["answered"]["follow_up"], abs=4)


def test_the_yardstick_that_moved_is_found(full):
    hub, truth = full
    then = then_scores(hub.answers("people"), declared_scales(hub.study, "people"))
    frame = change_looking_back(hub.scores("people"), then, "before")
    for name in ("looking_back", "response_shift"):
        near(frame[frame["reading"] == name], truth["looking_back"][name])
    shift = frame[frame["reading"] == "response_shift"].set_index("scale")
    assert shift.at["competences", "high"] < 0 < shift.at["wellbeing", "high"]


def test_each_edition_has_its_planted_change_and_who_returned_is_recognised(full):
    hub, truth = full
    frame = change_by_edition(hub.scores("people", edition=None), hub.waves_of_editions())
    for edition, planted in truth["editions"].items():
        near(frame[frame["edition"] == edition], planted)
    people = people_in_several_editions(hub.respondents("people", edition=None), hub.waves_of_editions())
    assert people["count"].tolist() == pytest.approx([truth["answered"]["returning"]] * 2, abs=4)


def test_the_full_design_leaves_what_the_plain_study_has_as_it_is(full):
    hub, _truth = full
    for name in (
        "questionnaires/people_before.xlsx",
        "questionnaires/organisations_after.xlsx",
        "registers/attendance.xlsx",
    ):
        with zipfile.ZipFile(hub.study.folder / name) as ours, zipfile.ZipFile(SHIPPED / name) as shipped:
            assert ours.namelist() == shipped.namelist()
            assert all(ours.read(member) == shipped.read(member) for member in ours.namelist())


def test_an_unknown_design_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no design 'half'"):
        simulate(tmp_path / "study", design="half")
