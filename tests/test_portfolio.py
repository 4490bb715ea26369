"""From needs to the next activities: scores by open weights, what turns them over, what one more activity brings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import hubanalysis as ha
from hubanalysis.findings.portfolio import (
    minority_sentences,
    portfolio_sentences,
    reached_sentences,
    weight_sentences,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.minority import against_the_others, minority_needs
from hubanalysis.metrics.need_change import change_of_reached, reached_by_group
from hubanalysis.metrics.portfolio import (
    CRITERIA,
    criteria_of_needs,
    kinds_by_need,
    kinds_by_score,
    need_scores,
    turning_points,
)
from hubanalysis.metrics.voter_groups import likeness_within_groups

EN = Translator("en")
LABELS = {"home": "Housing", "work": "Work", "care": "Care"}
EVEN = dict.fromkeys(CRITERIA, 1.0)


def criteria(**rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame([(need, *values) for need, values in rows.items()], columns=["need", *CRITERIA])


CLOSE = criteria(home=(1.0, 0.5, 0.2, 0.4), work=(0.4, 0.5, 0.9, 0.4), care=(0.0, 0.0, 0.0, 0.0))


def test_a_score_is_the_weighted_mean_of_the_criteria():
    scores = need_scores(CLOSE, EVEN).set_index("need")["score"]
    assert scores["home"] == pytest.approx((1.0 + 0.5 + 0.2 + 0.4) / 4)
    assert scores["work"] == pytest.approx((0.4 + 0.5 + 0.9 + 0.4) / 4)
    heavy = need_scores(CLOSE, {**EVEN, "importance": 3.0}).set_index("need")["score"]
    assert heavy["home"] == pytest.approx((3.0 + 0.5 + 0.2 + 0.4) / 6)


def test_a_first_place_that_hangs_on_the_weights_is_said_to():
    """work leads by .1 x 1; home overtakes where importance counts 1 + .1 / .6 times as much."""
    scores, turning = need_scores(CLOSE, EVEN), turning_points(CLOSE, EVEN)
    assert scores["need"].iloc[0] == "work" and 0.05 < scores["first"].iloc[0] < 0.95
    assert set(turning["need"]) == {"home"}
    factors = turning.set_index("criterion")["factor"]
    assert factors["gravity"] == pytest.approx(1 - 0.1 / 0.7)
    assert factors["importance"] == pytest.approx(1 + 0.1 / 0.6)
    for row in turning.to_dict("records"):  # at a little past the factor the other need is first indeed
        past = EVEN | {row["criterion"]: row["factor"] + (0.01 if row["factor"] > 1 else -0.01)}
        assert need_scores(CLOSE, past)["need"].iloc[0] == row["need"]
    said = weight_sentences(scores, turning, CLOSE, EVEN, EN, LABELS)
    assert "**Work** comes first" in said[0] and "hangs on the weights" in said[1] and "Housing" in said[1]


def test_a_firm_first_place_is_said_to_hold():
    firm = criteria(home=(1.0, 0.9, 0.1, 1.0), work=(0.1, 0.1, 1.0, 0.1), care=(0.0, 0.0, 0.0, 0.0))
    scores, turning = need_scores(firm, EVEN), turning_points(firm, EVEN)
    assert scores["first"].iloc[0] == 1.0 and scores["rank_high"].iloc[0] == 1
    said = weight_sentences(scores, turning, firm, EVEN, EN, LABELS)
    assert "holds under small changes" in said[1] and "counts 2.9 times" in said[1]  # (.9 + .8 + .9) / .9
    sure = criteria(home=(1.0, 1.0, 1.0, 1.0), work=(0.5, 0.5, 0.5, 0.5))
    told = weight_sentences(need_scores(sure, EVEN), turning_points(sure, EVEN), sure, EVEN, EN, LABELS)
    assert told[1] == "No change of a single weight gives the first place to another need."


def test_wrong_weights_are_refused():
    with pytest.raises(ValueError, match="not 'beauty'"):
        need_scores(CLOSE, {"beauty": 1.0})
    with pytest.raises(ValueError, match="0 or more"):
        need_scores(CLOSE, {**EVEN, "gravity": -1.0})
    with pytest.raises(ValueError, match="at least one"):
        need_scores(CLOSE, dict.fromkeys(CRITERIA, 0.0))


def test_a_criterion_without_data_counts_for_nothing():
    points = pd.DataFrame({"round": 1, "need": ["home", "work"], "estimate": [3.0, 1.0]})
    nothing = pd.DataFrame(columns=["round", "need", "measure", "estimate"])
    frame = criteria_of_needs(points, nothing, pd.DataFrame(columns=["need", "effort"]))
    assert frame[["urgency", "gravity", "neglect"]].isna().all().all()
    assert need_scores(frame, EVEN)["score"].tolist() == [1.0, 0.0]
    assert turning_points(frame, EVEN).empty, "one criterion alone has no weight that could change"
    said = weight_sentences(need_scores(frame, EVEN), turning_points(frame, EVEN), frame, EVEN, EN, LABELS)
    assert said[0] == "With these weights (place given by the voters 1.0) **Housing** comes first."
    assert said[1:] == [
        "Without data, and so counted for nothing: urgency, gravity and how little is done so far."
    ]
    assert criteria_of_needs(points.head(0), nothing, nothing).empty


def test_what_little_is_done_for_scores_high():
    points = pd.DataFrame({"round": 1, "need": ["home", "work"], "estimate": [1.0, 1.0]})
    covered = pd.DataFrame({"need": ["home", "work"], "effort": [0.0, 40.0]})
    frame = criteria_of_needs(points, pd.DataFrame(columns=["round", "need", "measure", "estimate"]), covered)
    assert frame.set_index("need")["neglect"].to_dict() == {"home": 1.0, "work": 0.0}
    assert frame["importance"].isna().all()  # both have the same points: it tells none apart


ACTIVITIES = pd.DataFrame(
    {"activity": ["t1", "t2", "e1", "e2"], "kind": ["talk", "talk", "experiment", "experiment"]}
)
LINKS = pd.DataFrame(
    {"need": ["home", "home", "work"], "activity": ["e1", "e2", "t1"], "strength": [0.5, 1.0, 0.2]}
)


def register(**came: int) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"p{i}", a) for a, n in came.items() for i in range(n)], columns=["person", "activity"]
    )


def test_one_more_activity_brings_what_those_of_its_kind_brought():
    brought = kinds_by_need(LINKS, ACTIVITIES, register(t1=20, t2=10, e1=30, e2=25), ["home", "work"])
    cell = brought.set_index(["kind", "need"])
    assert cell.at[("experiment", "home"), "estimate"] == pytest.approx((0.5 * 30 + 1.0 * 25) / 2)
    assert cell.at[("talk", "work"), "estimate"] == pytest.approx(0.2 * 20 / 2)
    assert np.isnan(cell.at[("talk", "home"), "low"]) and "so far" in cell.at[("talk", "home"), "note"]
    scores = pd.DataFrame({"need": ["home", "work"], "score": [1.0, 0.5]})
    kinds = kinds_by_score(LINKS, ACTIVITIES, register(t1=20, t2=10, e1=30, e2=25), scores)
    assert kinds["kind"].tolist() == ["experiment", "talk"]
    assert kinds["estimate"].tolist() == pytest.approx([20.0, 1.0])
    assert "one more experiment would bring most: 20.0" in portfolio_sentences(kinds, EN)[0]


def test_an_activity_without_a_register_is_not_one_nobody_came_to():
    brought = kinds_by_need(LINKS, ACTIVITIES, register(e1=30), ["home"]).set_index("kind")
    assert brought.at["experiment", "n"] == 1 and brought.at["experiment", "estimate"] == 15.0
    assert "talk" not in brought.index


def test_nothing_known_of_what_answers_what_is_said():
    nothing = LINKS.head(0)
    scores = pd.DataFrame({"need": ["home"], "score": [1.0]})
    kinds = kinds_by_score(nothing, ACTIVITIES, register(t1=3), scores)
    assert kinds.empty and "cannot be told" in portfolio_sentences(kinds, EN)[0]


def changes(reached: float, others: float, n: int = 30) -> pd.DataFrame:
    noise = np.linspace(-0.5, 0.5, n)
    change = np.concatenate([reached + noise, others + noise])
    ids = [f"p{i}" for i in range(2 * n)]
    return pd.DataFrame(
        {"id": ids, "area": "wellbeing", "scale": "well", "before": 0.0, "after": 0.0, "change": change}
    )


def test_those_reached_are_compared_and_never_called_an_effect():
    there = register(e2=30)
    frame = change_of_reached(
        LINKS, there, changes(1.0, 0.0), {"home": "wellbeing", "work": "wellbeing", "care": ""}
    )
    row = frame.set_index("need").loc["home"]
    assert row["estimate"] == pytest.approx(1.0) and row["reached"] == 30 and row["n"] == 60
    assert frame.set_index("need").at["work", "note"].startswith("fewer than 10")  # .2 is not strong
    assert frame.set_index("need").at["care", "note"].startswith("the need belongs")
    said = reached_sentences(frame, EN, LABELS, {"well": "Wellbeing"})
    assert "no proof that coming did it" in said[0] and "Not compared: “Work” and “Care”." in said[-1]
    flat = reached_sentences(
        change_of_reached(LINKS, there, changes(0.0, 0.0), {"home": "wellbeing"}), EN, LABELS, {}
    )
    assert flat[0].startswith("For none of the 1 needs")


def test_how_few_were_reached_is_not_told():
    frame = change_of_reached(LINKS, register(e2=3), changes(1.0, 0.0), {"home": "wellbeing"})
    assert frame["reached"].isna().all()


def test_for_whom_a_need_is_answered():
    attributes = pd.DataFrame(
        {"id": [f"p{i}" for i in range(30)], "attribute": "sex", "value": ["f"] * 20 + ["m"] * 10}
    )
    frame = reached_by_group(LINKS, register(e1=25, t2=30), attributes, ["home", "work"], "sex").set_index(
        "value"
    )
    assert set(frame["need"]) == {"home"}  # nothing answers work strongly
    assert frame.at["f", "estimate"] == 1.0 and frame.at["m", "estimate"] == 0.5 and frame.at["m", "n"] == 10


def votes(orders: list[list[str]], values: list[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [(1, f"v{i}", need, place) for i, own in enumerate(orders) for place, need in enumerate(own, 1)]
    groups = [(1, f"v{i}", "service", value) for i, value in enumerate(values)]
    return (
        pd.DataFrame(rows, columns=["round", "voter", "need", "rank"]),
        pd.DataFrame(groups, columns=["round", "voter", "group", "value"]),
    )


def test_who_stands_against_the_others_is_counted():
    rankings, _ = votes([["a", "b", "c", "d"]] * 8 + [["d", "c", "b", "a"]] * 2)
    row = against_the_others(rankings, ["a", "b", "c", "d"]).iloc[0]
    assert row["estimate"] == 0.2 and row["n"] == 10 and row["low"] < 0.2 < row["high"]
    minority = minority_needs(rankings, ["a", "b", "c", "d"], places=1)
    assert minority["need"].tolist() == ["d"] and minority["n"].tolist() == [2]
    said = minority_sentences(against_the_others(rankings, list("abcd")), minority, EN, {})
    assert "20%" in said[0] and "“d”" in said[1]
    assert against_the_others(*votes([["a", "b"]] * 3)[:1], ["a", "b"])["estimate"].isna().all()


def test_groups_that_see_it_alike_are_told_from_chance():
    apart = votes([["a", "b", "c", "d"]] * 6 + [["d", "c", "b", "a"]] * 6, ["x"] * 6 + ["y"] * 6)
    row = likeness_within_groups(*apart, list("abcd"), draws=499).iloc[0]
    assert row["estimate"] == pytest.approx(2.0) and row["p"] <= 0.01 and row["chance_high"] < 1
    mixed = votes([["a", "b", "c", "d"], ["d", "c", "b", "a"]] * 6, ["x"] * 6 + ["y"] * 6)
    assert likeness_within_groups(*mixed, list("abcd"), draws=499)["p"].iloc[0] > 0.3
    alone = votes([["a", "b", "c", "d"]] * 3, ["x", "y", "z"])
    assert likeness_within_groups(*alone, list("abcd"))["estimate"].isna().all()


def test_a_study_without_scores_has_no_waves_to_compare(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    (tmp_path / "study.yaml").write_text(
        "id: votes\ntitle: Votes\nedition: 2022\nsimulated: true\nprivacy: {key: demonstration}\n"
    )
    hub = ha.open_study(str(tmp_path), lang="en")
    assert hub.compared_waves("people") == ("", "")
