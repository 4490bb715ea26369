"""Joining waves by self-generated codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hubanalysis.loaders.linking import link_waves
from hubanalysis.loaders.person_keys import code_elements, split_code


def linked(**waves: list[str]) -> pd.DataFrame:
    rows = [
        {"row": f"{wave}{n}", "wave": wave, **{f"e{k}": e for k, e in enumerate(code.split("-"))}}
        for wave, codes in waves.items()
        for n, code in enumerate(codes)
    ]
    return link_waves(pd.DataFrame(rows)).set_index("row")


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
    assert set(link_waves(codes, tolerant=False)["link"]) == {"single"}


def test_no_rows():
    empty = link_waves(pd.DataFrame({"row": [], "wave": [], "e1": []}, dtype="str"))
    assert list(empty.columns) == ["row", "person_key", "link"]
    assert empty.empty


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
    keys = link_waves(frame)["person_key"].to_numpy()
    owner = {key: row for row, key in enumerate(keys[:250])}
    found = np.array([owner.get(key, -1) for key in keys[250:]])
    assert (found == np.arange(180)).mean() > 0.85
    assert ((found != np.arange(180)) & (found >= 0)).sum() <= 1


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
