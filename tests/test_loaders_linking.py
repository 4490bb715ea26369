"""Joining waves by self-generated codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hubanalysis.loaders.linking import link_waves
from hubanalysis.loaders.person_keys import code_elements, split_code


def coded(crowd=True, **waves: list[str]) -> pd.DataFrame:
    """Codes of each wave, rows named wave and number; in every wave answers a crowd of 60 as well, whose codes nobody
    else comes near: what is rare in a crowd tells people apart."""
    rows = []
    for wave, codes in waves.items():
        width = codes[0].count("-") + 1
        others = ["-".join(f"{c}{k}" for k in range(width)) for c in range(60)] if crowd else []
        for n, code in enumerate([*codes, *others]):
            elements = {f"e{k}": element for k, element in enumerate(code.split("-"))}
            rows.append(
                {"row": f"{wave}{n}" if n < len(codes) else f"{wave} crowd {n}", "wave": wave, **elements}
            )
    return pd.DataFrame(rows)


def linked(crowd=True, same=(), different=(), **waves: list[str]) -> pd.DataFrame:
    table = link_waves(coded(crowd, **waves), same=same, different=different).rows.set_index("row")
    return table[~table.index.str.contains("crowd")]


def pairs(same=(), different=(), **waves: list[str]) -> list[tuple]:
    """The pairs to look at: left, right, element, proposal."""
    return list(
        link_waves(coded(**waves), same=same, different=different).pairs.itertuples(index=False, name=None)
    )


def test_the_same_code_is_the_same_person():
    table = linked(before=["A-1-B", "C-2-D"], after=["A-1-B", "Z-9-Z"])
    assert table["link"].to_dict() == {
        "before0": "exact",
        "before1": "single",
        "after0": "exact",
        "after1": "single",
    }
    assert table.at["after0", "person_key"] == "A-1-B" == table.at["before0", "person_key"]


def test_one_different_element_joins_where_nothing_else_is_possible_and_keeps_the_first_code():
    table = linked(before=["A-1-B-4", "C-2-D-4"], after=["A-1-X-4"])
    assert table.loc["after0"].tolist() == ["A-1-B-4", "near"]
    assert table.at["before0", "link"] == "near"


def test_two_different_elements_never_join():
    assert set(linked(before=["A-1-B-4"], after=["A-2-X-4"])["link"]) == {"single"}


def test_what_is_not_unique_on_either_side_is_listed_and_never_joined():
    table = linked(before=["A-1-B", "A-1-C"], after=["A-1-D"])
    assert set(table["link"]) == {"ambiguous"}
    assert table["person_key"].nunique() == 3
    table = linked(before=["A-1-B"], after=["A-1-D", "A-1-E"])
    assert set(table["link"]) == {"ambiguous"}


def test_an_exact_match_is_no_candidate_for_others():
    table = linked(before=["A-1-B", "A-1-C"], after=["A-1-B", "A-1-D"])
    assert table.at["after0", "link"] == "exact"
    assert table.loc["after1"].tolist() == ["A-1-C", "near"]


def test_a_missing_element_counts_as_the_one_that_differs():
    table = linked(before=["A-1-B", "--Z"], after=["A--B", "--Z"])
    assert table.at["after0", "link"] == "near"
    assert table.loc[["before1", "after1"], "link"].tolist() == ["single", "single"]
    assert table["person_key"].nunique() == 3


def test_three_waves_join_through_any_code_the_person_used():
    table = linked(one=["A-1-B"], two=["A-1-X"], three=["A-1-X"])
    assert table["person_key"].tolist() == ["A-1-B"] * 3
    assert set(table["link"]) == {"near"}


def test_exact_only():
    codes = pd.DataFrame({"row": [0, 1], "wave": ["a", "b"], "e1": ["A", "A"], "e2": ["1", "2"]})
    assert set(link_waves(codes, tolerant=False).rows["link"]) == {"single"}


def test_no_rows():
    empty = link_waves(pd.DataFrame({"row": [], "wave": [], "e1": []}, dtype="str"))
    assert list(empty.rows.columns) == ["row", "person_key", "link"]
    assert empty.rows.empty and empty.pairs.empty


@pytest.mark.parametrize("seed", [1, 2])
def test_recall_and_wrong_links_with_errors_in_the_codes(seed):
    """6 elements and 5 % error in each, 180 pairs: recall about .91, about 0.1 wrong links (METHODS, simulated)."""
    rng = np.random.default_rng(seed)
    sizes = [20, 31, 21, 5, 6, 12]
    before = np.column_stack([rng.integers(0, size, 250) for size in sizes])
    after = before[:180].copy()
    wrong = rng.random(after.shape) < 0.05
    after[wrong] = np.column_stack([rng.integers(0, size, 180) for size in sizes])[wrong]
    frame = pd.DataFrame(np.vstack([before, after]).astype(str), columns=[f"e{k}" for k in range(6)])
    frame = frame.assign(row=range(430), wave=["before"] * 250 + ["after"] * 180)
    keys = link_waves(frame).rows["person_key"].to_numpy()
    owner = {key: row for row, key in enumerate(keys[:250])}
    found = np.array([owner.get(key, -1) for key in keys[250:]])
    assert (found == np.arange(180)).mean() > 0.85
    assert ((found != np.arange(180)) & (found >= 0)).sum() <= 1


def test_a_pair_to_look_at_names_the_rows_the_element_and_what_is_proposed():
    assert pairs(before=["A-1-B-4", "Q-7-R-8"], after=["A-1-X-4", "Q-7-R-9"]) == [
        ("before0", "after0", "e2", "near"),
        ("before1", "after1", "e3", "near"),
    ]
    assert pairs(before=["A-1-B"], after=["A-1-D", "A-1-E"]) == [
        ("before0", "after0", "e2", "ambiguous"),
        ("before0", "after1", "e2", "ambiguous"),
    ]
    assert pairs(before=["A-1-B"], after=["A-1-B"]) == []


def test_what_many_share_joins_nobody():
    """Two elements that everybody has and one that is rare: a stranger would fit as well."""
    crowd = [f"A-1-{n}" for n in range(60)]
    table = linked(crowd=False, before=[*crowd, "A-1-B"], after=[*crowd, "A-1-X"])
    assert table.loc[["before60", "after60"], "link"].tolist() == ["ambiguous", "ambiguous"]
    assert table.at["before60", "person_key"] != table.at["after60", "person_key"]
    rare = linked(crowd=False, before=[*crowd, "Q-7-B"], after=[*crowd, "Q-7-X"])
    assert rare.at["after60", "link"] == "near"


def test_the_bound_counts_the_strangers_expected_among_those_not_found_yet():
    """20 of 40 others share element 0, 10 of 40 element 1: (20.5 / 41) (10.5 / 41) x 1 not found yet = .128."""
    values = [(f"{n % 2}", "x" if n < 10 else "y", f"{n}") for n in range(40)]
    rows = [{"wave": wave, "e0": a, "e1": b, "e2": c} for wave in ("b", "a") for a, b, c in values]
    rows += [{"wave": "b", "e0": "0", "e1": "x", "e2": "p"}, {"wave": "a", "e0": "0", "e1": "x", "e2": "q"}]
    codes = pd.DataFrame(rows).sort_values("wave", ascending=False, kind="stable")
    codes.insert(0, "row", range(len(codes)))
    # 42 people; the two of the pair are taken out; two values an element add 2/2 to the denominator
    expected = 1 * (20 + 0.5) / (40 + 1) * (10 + 0.5) / (40 + 1)
    assert link_waves(codes, strangers=expected + 1e-9).pairs["proposal"].tolist() == ["near"]
    assert link_waves(codes, strangers=expected - 1e-9).pairs["proposal"].tolist() == ["chance"]


def test_two_codes_of_one_person_that_are_both_there_again_are_not_joined():
    """Three waves: whoever used X and then Y cannot be both people who use X and Y in the third."""
    table = linked(one=["A-1-B-4"], two=["A-1-X-4"], three=["A-1-B-4", "A-1-X-4"])
    assert table.at["two0", "person_key"] == table.at["one0", "person_key"]
    assert table.loc[["three0", "three1"], "link"].tolist() == ["ambiguous", "ambiguous"]
    assert table["person_key"].nunique() == 3


def test_a_decision_joins_what_no_rule_would():
    table = linked(same=[("before0", "after0")], before=["A-1-B-4"], after=["Z-9-Y-7"])
    assert set(table["link"]) == {"decided"}
    assert table["person_key"].tolist() == ["A-1-B-4", "A-1-B-4"]


def test_a_decision_goes_before_the_same_code_and_two_people_keep_two_keys():
    table = linked(different=[("before0", "after0")], before=["A-1-B"], after=["A-1-B"])
    assert table["link"].tolist() == ["single", "single"]
    assert table["person_key"].nunique() == 2
    table = linked(same=[("before0", "after0")], before=["A-1-B"], after=["Z-9-Y", "A-1-B"])
    assert table["link"].tolist() == ["decided", "decided", "single"]
    assert table["person_key"].nunique() == 2


def test_saying_who_it_is_not_leaves_the_only_other_one():
    waves = {"before": ["A-1-B-4", "A-1-C-4"], "after": ["A-1-D-4"]}
    assert set(linked(**waves)["link"]) == {"ambiguous"}
    table = linked(different=[("before0", "after0")], **waves)
    assert table["link"].to_dict() == {"before0": "single", "before1": "near", "after0": "near"}
    assert pairs(different=[("before0", "after0")], **waves) == [("before1", "after0", "e2", "near")]


def test_a_decision_reaches_through_the_waves():
    """What is said of two rows holds for all rows of both people."""
    waves = {"one": ["A-1-B-4"], "two": ["A-1-B-4"], "three": ["Z-9-Y-7"]}
    assert linked(same=[("two0", "three0")], **waves)["person_key"].nunique() == 1
    apart = linked(same=[("two0", "three0")], different=[("one0", "three0")], **waves)
    assert (
        apart["person_key"].tolist()[1] == apart["person_key"].tolist()[2] != apart["person_key"].tolist()[0]
    )
    # both are decided to be somebody in the third wave: the same code cannot make them one
    waves = {"one": ["A-1-B-4"], "two": ["A-1-B-4"], "three": ["Z-9-Y-7", "M-8-N-5"]}
    table = linked(same=[("one0", "three0"), ("two0", "three1")], **waves)
    assert table["person_key"].nunique() == 2 and set(table["link"]) == {"decided"}


def test_elements_are_compared_without_case_accents_spaces_and_leading_zeros():
    cells = pd.DataFrame({"a": ["è", "E "], "b": ["05", "5"], "c": ["Val d'Orcia", "VAL DORCIA"]})
    keys = code_elements(cells)
    assert keys.iloc[0].tolist() == keys.iloc[1].tolist() == ["E", "5", "VALDORCIA"]
    assert split_code("a-12-S-01-à-05", 6) == "A-12-S-1-A-5"
    assert split_code("A 12 S 1 A 5", 6) == "A-12-S-1-A-5"
    assert split_code("A-12-S", 6) == "A-12-S"


def test_a_code_of_one_element_is_an_identifier_and_keeps_its_zeros_and_signs():
    assert code_elements(pd.DataFrame({"id": ["007"]})).iloc[0, 0] == "007"
    assert split_code("p-102", 1) == "P-102"
