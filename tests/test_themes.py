"""Themes: in how many interviews, how much of the talk, where groups differ, which come together."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from hubanalysis.metrics.code_pairs import code_cooccurrence
from hubanalysis.metrics.code_saturation import saturation
from hubanalysis.metrics.codes import (
    _fisher,
    code_differences,
    code_extent,
    code_presence,
)

INTERVIEWS = pd.DataFrame({"interview": ["I1", "I2", "I3", "I4"], "group": ["a", "a", "b", None]})
CODES = pd.DataFrame({"code": ["x", "y", "z"], "area": ["wellbeing", None, None]})


def coded(*rows):
    return pd.DataFrame(list(rows), columns=["interview", "coder", "code", "start", "end"])


SEGMENTS = coded(
    ("I1", "A", "x", 10, 20), ("I1", "B", "x", 12, 30), ("I1", "A", "y", 40, 50),
    ("I2", "A", "x", 10, 20), ("I2", "B", "y", 10, 20), ("I3", "A", "y", 0, 10),
)  # fmt: skip


def test_presence_counts_interviews_with_wilsons_interval():
    table = code_presence(SEGMENTS, INTERVIEWS, CODES).set_index("code")
    assert table["n"].tolist() == [3, 3, 3]  # I4 is not coded
    assert table.loc["y", ["estimate", "present", "agreed", "segments"]].tolist() == [1.0, 3, 1, 3]
    assert table.loc["x", ["present", "agreed", "segments"]].tolist() == [2, 1, 3]
    assert (table.loc["x", "low"], table.loc["x", "high"]) == pytest.approx(
        proportion_confint(2, 3, method="wilson")
    )
    assert (
        table.loc["z", ["estimate", "present"]].tolist() == [0, 0] and table.loc["x", "area"] == "wellbeing"
    )
    assert table.index.tolist() == ["y", "x", "z"]


def test_presence_by_group_keeps_every_code_in_every_group():
    table = code_presence(SEGMENTS, INTERVIEWS, CODES, by="group").set_index(["code", "group"])
    assert len(table) == 6
    assert table.loc[("x", "a"), ["estimate", "n"]].tolist() == [1.0, 2]
    assert table.loc[("x", "b"), ["estimate", "n"]].tolist() == [0.0, 1]


def test_a_code_that_the_codebook_does_not_know_is_counted_too():
    table = code_presence(SEGMENTS.replace({"code": {"y": "new"}}), INTERVIEWS, CODES).set_index("code")
    assert table.loc["new", "present"] == 3 and table.loc["y", "present"] == 0


def test_extent_is_the_mean_over_coders_and_interviews_of_the_share_of_the_talk():
    turns = pd.DataFrame(
        {"interview": ["I1", "I1", "I2", "I3"], "role": ["interviewer", *["interviewee"] * 3]}
        | {"start": [0, 10, 0, 0], "end": [10, 60, 100, 100]}
    )
    table = code_extent(SEGMENTS, turns, INTERVIEWS, CODES).set_index("code")
    # I1: A 10 and B 18 of 50; I2: 10 of 100 by A, nothing by B; I3: nothing
    expected = np.mean([100 * (10 + 18) / 2 / 50, 100 * 10 / 2 / 100, 0])
    assert table.loc["x", "estimate"] == pytest.approx(expected) and table.loc["x", "n"] == 3
    assert (table["low"].dropna() >= 0).all()


def test_the_exact_test_is_fishers():
    two = np.array([[8, 2], [1, 5]])
    assert _fisher(two) == pytest.approx(stats.fisher_exact(two).pvalue)
    # 3 of 9 present, all three in one of three groups of 3: 3 such tables of 84 (hypergeometric, by hand)
    assert _fisher(np.array([[3, 0, 0], [0, 3, 3]])) == pytest.approx(3 / 84)
    assert _fisher(np.array([[0, 0], [4, 4]])) == 1
    many = np.array([[300, 200, 250], [100, 200, 150]])
    assert _fisher(many) == pytest.approx(stats.chi2_contingency(many, correction=False).pvalue)


def test_a_difference_between_groups_is_told_only_after_correction():
    interviews = pd.DataFrame(
        {"interview": [f"I{k:02d}" for k in range(40)], "group": ["a"] * 20 + ["b"] * 20}
    )
    rows = [(i, "A", "everywhere", 0, 5) for i in interviews["interview"]]
    rows += [(i, "A", "one", 6, 9) for i in interviews["interview"][:19]]
    rows += [(i, "A", "odd", 6, 9) for i in interviews["interview"][:5]]
    codes = pd.DataFrame({"code": ["everywhere", "one", "odd"], "area": None})
    table = code_differences(code_presence(coded(*rows), interviews, codes, by="group")).set_index("code")
    one, odd = table.loc["one"], table.loc["odd"]
    assert (one["estimate"], one["highest"], one["lowest"], one["n"]) == (0.95, "a", "b", 40)
    assert one["p_adjusted"] < 0.001 and one["low"] > 0.6
    assert (
        odd["p"] == pytest.approx(stats.fisher_exact([[5, 0], [15, 20]]).pvalue) and odd["p_adjusted"] > 0.05
    )
    assert table.loc["everywhere", "p"] == 1


def test_one_group_alone_cannot_differ():
    assert code_differences(code_presence(SEGMENTS, INTERVIEWS.assign(group="a"), CODES, by="group")).empty


def test_co_occurrence_counts_a_passage_once_whoever_coded_it():
    segments = coded(
        ("I1", "A", "x", 0, 10), ("I1", "B", "x", 5, 15), ("I1", "A", "y", 8, 12),  # one passage with both
        ("I1", "A", "x", 20, 30), ("I1", "A", "y", 30, 40),  # two: they touch and do not overlap
        ("I2", "A", "x", 0, 10), ("I2", "A", "y", 0, 10), ("I2", "A", "y", 50, 60),
    )  # fmt: skip
    table = code_cooccurrence(segments, least=1)
    # x: 3 passages, y: 4, both: 2 -> 2 / (3 + 4 - 2)
    assert table[["code", "other", "estimate", "passages", "n"]].values.tolist() == [["x", "y", 0.4, 2, 2]]
    assert code_cooccurrence(segments, least=3).empty


def test_co_occurrence_cannot_exceed_one():
    rows = [("I1", "A", "x", 0, 100)] + [("I1", "A", "y", k, k + 5) for k in range(0, 90, 10)]
    assert code_cooccurrence(coded(*rows), least=1).loc[0, "estimate"] == 1.0


def test_two_coders_who_name_the_same_words_differently_disagree_and_no_themes_meet():
    rows = [(i, c, code, 0, 10) for i in ("I1", "I2", "I3") for c, code in (("A", "x"), ("B", "y"))]
    assert code_cooccurrence(coded(*rows), least=1).empty


def test_saturation_rises_to_all_themes_and_begins_with_the_mean_of_one_interview():
    table = saturation(SEGMENTS)
    assert table["interviews"].tolist() == [1, 2, 3] and table["estimate"].iloc[-1] == 2
    assert table["estimate"].iloc[0] == pytest.approx((2 + 2 + 1) / 3, abs=0.1)
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()
    assert table["estimate"].is_monotonic_increasing


def test_from_no_segments_come_empty_tables_with_their_columns():
    nothing = coded().astype({"start": int, "end": int}).assign(text="")
    turns = pd.DataFrame({"interview": [], "role": [], "start": [], "end": []})
    tables = [
        code_presence(nothing, INTERVIEWS, CODES),
        code_presence(nothing, INTERVIEWS, CODES, by="group"),
        code_extent(nothing, turns, INTERVIEWS, CODES),
        code_cooccurrence(nothing),
        saturation(nothing),
    ]
    assert all(t.empty and {"estimate", "low", "high", "n", "method"} <= set(t.columns) for t in tables)
