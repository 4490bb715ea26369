"""Codes: by person, by area, up the hierarchy, from wave to wave, and whether the interviews were enough."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from hubanalysis.figures.code_map import alt_area_map, plot_area_map
from hubanalysis.figures.code_pairs import alt_code_pairs, plot_code_pairs
from hubanalysis.figures.code_tree import alt_code_tree, plot_code_tree
from hubanalysis.findings.codes import (
    area_findings,
    change_findings,
    pair_findings,
    people_findings,
    saturation_findings,
    tree_findings,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.code_areas import area_map, areas_of_codes
from hubanalysis.metrics.code_hierarchy import code_tree, families, has_levels
from hubanalysis.metrics.code_pairs import code_cooccurrence
from hubanalysis.metrics.code_people import code_change, code_people, people_and_codes
from hubanalysis.metrics.code_saturation import new_information, saturation
from hubanalysis.metrics.codes import code_presence, flat_codes

EN, IT = Translator("en"), Translator("it")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


#: I1 is a group of two people, I2 and I3 are of one person at two waves.
TURNS = pd.DataFrame(
    [
        ("I1", "interviewer", "I1·I", 0, 10),
        ("I1", "interviewee", "ada", 10, 50),
        ("I1", "interviewee", "ugo", 50, 90),
        ("I1", "interviewee", "ada", 90, 99),
        ("I2", "interviewee", "eva", 0, 50),
        ("I3", "interviewee", "eva", 0, 50),
    ],
    columns=["interview", "role", "person", "start", "end"],
)
INTERVIEWS = pd.DataFrame(
    {"interview": ["I1", "I2", "I3"], "group": ["a", "b", "b"]}
    | {"wave": pd.Categorical([None, "before", "after"], ["before", "after"], ordered=True)}
)
CODES = pd.DataFrame(
    {"code": ["ties", "new_ties", "choir", "well", "alone"], "parent": [None, "ties", "new_ties", None, None]}
    | {"area": ["networks", None, None, "wellbeing", None]}
)


def coded(*rows):
    return pd.DataFrame(list(rows), columns=["interview", "coder", "code", "start", "end"])


SEGMENTS = coded(
    ("I1", "A", "choir", 20, 30), ("I1", "B", "choir", 22, 40), ("I1", "A", "choir", 92, 95),  # ada, twice
    ("I1", "A", "well", 40, 60),  # across ada's and ugo's turns
    ("I1", "A", "alone", 2, 8),  # the interviewer's words
    ("I2", "A", "well", 0, 5), ("I3", "A", "choir", 0, 5),
)  # fmt: skip


def test_a_person_counts_once_however_often_the_theme_came_back():
    said = people_and_codes(SEGMENTS, TURNS).set_index(["interview", "person", "code"])["mentions"]
    assert said.to_dict() == {
        ("I1", "ada", "choir"): 2, ("I1", "ada", "well"): 1, ("I1", "ugo", "well"): 1,
        ("I2", "eva", "well"): 1, ("I3", "eva", "choir"): 1,
    }  # fmt: skip
    table = code_people(SEGMENTS, TURNS, INTERVIEWS, CODES).set_index("code")
    assert table.loc["choir", ["present", "n", "mentions"]].tolist() == [2, 3, 3]
    assert (table.loc["choir", "low"], table.loc["choir", "high"]) == pytest.approx(
        proportion_confint(2, 3, method="wilson")
    )
    assert table.loc["alone", ["present", "n"]].tolist() == [0, 3]  # nobody interviewed said it
    assert table.index[0] == "well" and "ties" not in table.index  # a heading nobody gave is no theme


def test_people_by_group_and_those_without_any_theme_are_counted():
    only = SEGMENTS[SEGMENTS["interview"] == "I1"]
    table = code_people(only, TURNS, INTERVIEWS, CODES, by="group", coded=["I1", "I2"])
    well = table[table["code"] == "well"].set_index("group")
    assert well.loc["a", ["present", "n"]].tolist() == [2, 2]
    assert well.loc["b", ["present", "n"]].tolist() == [0, 1]


def test_presence_by_wave_comes_in_the_declared_order_of_waves():
    table = code_presence(SEGMENTS, INTERVIEWS, CODES, by="wave")
    assert table.loc[table["code"] == "well", "wave"].tolist() == ["before", "after", ""]
    assert table.loc[table["code"] == "well", "present"].tolist() == [1, 0, 1]


def test_coded_interviews_without_any_passage_stay_in_the_denominator():
    only = SEGMENTS[SEGMENTS["interview"] == "I2"]
    table = code_presence(only, INTERVIEWS, CODES, coded=["I1", "I2", "I3"]).set_index("code")
    assert table.loc["well", ["present", "n"]].tolist() == [1, 3]
    assert saturation(only, ["I1", "I2", "I3"])["n"].unique().tolist() == [3]


def twice(came: int, went: int, stayed: int):
    """People with the theme only the second time, only the first, both times."""
    people = [(True, True)] * stayed + [(False, True)] * came + [(True, False)] * went
    turns, interviews, rows = [], [], []
    for k, marks in enumerate(people):
        for wave, marked in zip(("before", "after"), marks, strict=True):
            name = f"{wave}{k}"
            turns.append((name, "interviewee", f"p{k}", 0, 50))
            interviews.append((name, "a", wave))
            rows += [(name, "A", "x", 0, 5)] * marked + [(name, "A", "always", 6, 9)]
    frame = pd.DataFrame(interviews, columns=["interview", "group", "wave"])
    frame["wave"] = pd.Categorical(frame["wave"], ["before", "after"], ordered=True)
    codes = pd.DataFrame({"code": ["x", "always"], "area": None, "parent": None})
    return coded(*rows), pd.DataFrame(turns, columns=TURNS.columns), frame, codes


def test_people_interviewed_twice_are_compared_with_themselves():
    """Exact McNemar is the binomial of the changes; the interval Bonett & Price 2012: 12 and 1 of 20 changed."""
    table = code_change(*twice(came=12, went=1, stayed=7)).set_index("code")
    x = table.loc["x"]
    assert x["p"] == pytest.approx(stats.binomtest(12, 13).pvalue) and x["n"] == 20
    one, two = 13 / 22, 2 / 22
    half = stats.norm.ppf(0.975) * np.sqrt((one + two - (one - two) ** 2) / 22)
    assert (x["estimate"], x["low"], x["high"]) == pytest.approx((0.55, one - two - half, one - two + half))
    assert table.loc["always", "p"] == 1
    assert "**x**: +55 percentage points" in change_findings(table.reset_index(), EN, {})[0]
    none = code_change(*twice(came=2, went=2, stayed=9))
    assert "**no theme**" in change_findings(none, EN, {})[0]
    once = code_change(SEGMENTS, TURNS, INTERVIEWS.drop(columns="wave"), CODES)
    assert once.empty and "Nobody was interviewed in two waves" in change_findings(once, EN, {})[0]


def test_a_code_is_present_where_one_below_it_is():
    tree = code_tree(SEGMENTS, INTERVIEWS, CODES)
    assert tree[["code", "depth", "present", "itself", "below"]].values.tolist() == [
        ["ties", 0, 2, 0, 1], ["new_ties", 1, 2, 0, 1], ["choir", 2, 2, 2, 0],
        ["well", 0, 2, 2, 0], ["alone", 0, 1, 1, 0],
    ]  # fmt: skip
    assert (
        tree["n"].unique().tolist() == [3] and has_levels(CODES) and not has_levels(CODES.assign(parent=None))
    )
    assert families(CODES)["ties"] == {"ties", "new_ties", "choir"}
    said = tree_findings(tree, EN, {"ties": "legami"})
    assert said == [
        "**legami** with the codes under it comes up in 67% of the interviews (21% to 94%, n = 3)."
    ]
    assert "levels" in tree_findings(code_tree(SEGMENTS, INTERVIEWS, CODES.assign(parent=None)), EN, {})[0]


def test_codes_that_stand_under_each_other_are_no_endless_tree():
    circle = CODES.assign(parent=["choir", "ties", "new_ties", None, None])
    tree = code_tree(SEGMENTS, INTERVIEWS, circle)
    assert sorted(tree["code"]) == sorted(CODES["code"])


def test_an_area_comes_up_where_any_of_its_themes_does_and_children_inherit_it():
    assert areas_of_codes(CODES) == {
        "ties": "networks", "new_ties": "networks", "choir": "networks", "well": "wellbeing",
    }  # fmt: skip
    table = area_map(SEGMENTS, TURNS, INTERVIEWS, CODES, ["wellbeing", "networks", "offer"])
    own = table[table["code"] == ""].set_index(["area", "whose"])
    assert own.loc[("networks", "all_interviews"), ["present", "n"]].tolist() == [2, 3]
    assert own.loc[("networks", "all_people"), ["present", "n"]].tolist() == [2, 3]
    assert own.loc[("no_area", "all_interviews"), "present"] == 1
    assert own.loc[("no_area", "all_people"), "present"] == 0
    assert own.loc[("wellbeing", "b"), ["present", "n"]].tolist() == [1, 2]
    offer = own.loc["offer"]
    assert offer["estimate"].isna().all() and offer["note"].str.contains("no theme").all()
    assert set(area_map(SEGMENTS, TURNS, INTERVIEWS, CODES, [], least=2)["whose"]) == {
        "all_interviews", "all_people",
    }  # fmt: skip
    said = area_findings(table, EN, {"offer": "Cultural offer"})
    assert (
        "in as many interviews: 67%" in said[0] and "**no theme** of these areas: Cultural offer" in said[1]
    )


def test_the_rule_of_base_run_and_threshold():
    """By hand, the rule of Guest, Namey & Chen 2020."""
    per_interview = ["a", "b", "c", "a", "b", "c"]
    segments = coded(*((f"I{k}", "A", code, 0, 5) for k, code in enumerate(per_interview)))
    # each theme is in two interviews: whatever the order, the first five of six know all three
    row = new_information(segments, base=5, run=1).iloc[0]
    assert (row["estimate"], row["low"], row["high"], row["reached"], row["last"]) == (5, 5, 5, 1.0, 0.0)
    alone = coded(*((f"I{k}", "A", f"c{k}", 0, 5) for k in range(8)))  # each interview brings its own theme
    row = new_information(alone).iloc[0]
    assert row["reached"] == 0 and np.isnan(row["estimate"]) and row["last"] == pytest.approx(2 / 4)
    assert "more interviews may bring more themes" in " ".join(saturation_findings(pd.DataFrame([row]), EN))
    few = new_information(alone[:5])
    assert few["estimate"].isna().all() and few["note"].all()
    assert "5 are coded" in saturation_findings(few, EN)[0]
    same = coded(*((f"I{k}", "A", "a", 0, 5) for k in range(8)))
    assert "**after 4 interviews** (4 to 4" in saturation_findings(new_information(same), EN)[1]
    assert new_information(same.iloc[:0]).empty


def test_the_theme_people_come_back_to_most_is_named_with_passages_and_people():
    people = code_people(SEGMENTS, TURNS, INTERVIEWS, CODES)
    said = people_findings(code_presence(SEGMENTS, INTERVIEWS, CODES), people, EN, {"choir": "coro"})
    assert "3 coded interviews are with 3 people" in said[0]
    assert "come back to most is **coro**: 3 passages of 2 people" in said[1]


def test_the_pictures_name_every_theme_and_say_their_numbers_in_words():
    chart = area_map(SEGMENTS, TURNS, INTERVIEWS, CODES, ["wellbeing", "networks", "offer"])
    axes = plot_area_map(chart, text=IT, areas={"offer": "Offerta culturale"}, labels={"choir": "coro"})
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert len(names) == len(chart.drop_duplicates(["area", "code"])) and {
        "coro",
        "Offerta culturale",
    } <= set(names)
    assert "Cultural: no theme" in alt_area_map(chart, text=EN, areas={"offer": "Cultural"})
    tree = code_tree(SEGMENTS, INTERVIEWS, CODES)
    long = {"choir": "relazioni con tutte le altre organizzazioni del territorio"}
    shown = [t.get_text().replace("\n", " ") for t in plot_code_tree(tree, text=IT, labels=long).texts]
    assert long["choir"] in shown  # wrapped, never cut
    assert "choir 67%" in alt_code_tree(tree, text=EN) and "under new" in alt_code_tree(tree, text=EN)
    rows = [(i, "A", code, 0, 10) for i in ("I1", "I2", "I3") for code in ("x", "y")]
    pairs = code_cooccurrence(coded(*rows))
    assert plot_code_pairs(pairs, text=IT).get_yticklabels()[0].get_text() == "x + y"
    assert "x + y 100%" in alt_code_pairs(pairs, text=EN)
    assert "**x** and **y** come together most: 100%" in pair_findings(pairs, EN, {})[0]
    assert "none can be said" in pair_findings(pairs.iloc[:0], EN, {})[0]


def test_from_nothing_come_empty_tables_and_plain_sentences():
    none, nobody = SEGMENTS.iloc[:0], TURNS.iloc[:0]
    tables = [
        code_people(none, nobody, INTERVIEWS, CODES),
        code_tree(none, INTERVIEWS, CODES),
        area_map(none, nobody, INTERVIEWS, CODES, ["offer"]),
        code_change(none, nobody, INTERVIEWS, CODES),
    ]
    assert all(t.empty and {"estimate", "low", "high", "n", "method"} <= set(t.columns) for t in tables)
    assert flat_codes(none, CODES) == ["choir", "well", "alone"]
    assert "not coded" in area_findings(tables[2], EN, {})[0]
    assert "not coded" in saturation_findings(new_information(none), EN)[0]
    assert alt_area_map(tables[2], text=EN) and alt_code_tree(tables[1], text=EN)
