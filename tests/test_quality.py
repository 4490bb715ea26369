"""What became of the answers, who was found again: counts by hand on small tables."""

from __future__ import annotations

import pandas as pd
import pytest

from hubanalysis.metrics.quality import answer_statuses, item_gaps, links_between_waves, respondents_by_wave
from hubanalysis.tables import STATUSES


def answers(rows):
    frame = pd.DataFrame(rows, columns=["id", "item", "status"])
    frame["about"], frame["wave"], frame["type"] = "people", "before", "integer"
    return frame.astype({"status": pd.CategoricalDtype(list(STATUSES))})


def test_the_share_of_gaps_is_the_ratio_over_respondents():
    # three people, two answers each: 0, 1 and 2 gaps -> r = 3/6; residuals -1, 0, 1 -> SE = sqrt(3/2 * 2)/6
    gaps = {"a": [], "b": ["y"], "c": ["x", "y"]}
    statuses = [
        (who, item, "not_answered" if item in gaps[who] else "answered") for who in "abc" for item in "xy"
    ]
    frame = answers(statuses)
    row = answer_statuses(frame).set_index("status").loc["not_answered"]
    assert row["estimate"] == pytest.approx(0.5)
    assert row["n"] == 3
    assert (row["low"], row["high"]) == (0.0, 1.0), (
        "t(2) * .2887 is wider than the scale, so the interval is cut"
    )


def test_one_respondent_gives_no_interval_and_says_so():
    row = answer_statuses(answers([("a", "x", "answered")])).iloc[0]
    assert pd.isna(row["low"]) and row["note"]


def test_not_asked_is_no_gap():
    frame = answers([("a", "x", "not_asked"), ("b", "x", "answered"), ("c", "x", "not_answered")])
    row = item_gaps(frame).iloc[0]
    assert (row["estimate"], row["n"]) == (0.5, 2)


def test_an_open_question_left_empty_is_no_gap():
    frame = answers([("a", "x", "answered"), ("a", "say", "not_answered")])
    frame.loc[frame["item"] == "say", "type"] = "text"
    assert item_gaps(frame).empty
    assert answer_statuses(frame)["estimate"].tolist() == [1.0]


def test_links_are_shares_of_all_respondents():
    frame = pd.DataFrame(
        {
            "about": "people",
            "id": ["a", "a", "b", "b", "c", "d"],
            "wave": ["before", "after", "before", "after", "before", "after"],
            "link": ["exact", "exact", "near", "near", "single", "ambiguous"],
            "late": [False, True, False, False, False, pd.NA],
        }
    )
    links = links_between_waves(frame).set_index("link")
    assert links["estimate"].tolist() == [0.25] * 4 and set(links["n"]) == {4}
    # Wilson interval of 1 in 4 at 95 %: Wilson (1927)
    assert links.loc["exact", "low"] == pytest.approx(0.0456, abs=5e-4)
    assert links.loc["exact", "high"] == pytest.approx(0.6994, abs=5e-4)
    waves = respondents_by_wave(frame).set_index("wave")
    assert waves.loc["after", "late"] == 1 and waves.loc["before", "n"] == 3


def test_empty_tables_give_empty_estimates():
    frame = answers([])
    assert answer_statuses(frame).empty and item_gaps(frame).empty
    columns = ["about", "id", "wave", "link", "late"]
    assert links_between_waves(pd.DataFrame(columns=columns)).empty
    assert respondents_by_wave(pd.DataFrame(columns=columns)).empty
