"""Correspondence analysis against published values and another library, and the map of words made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from hubanalysis.metrics.correspondence import correspondence, first_axes
from hubanalysis.metrics.word_map import word_map

#: Greenacre (1984), staff groups by smoking; R's ca gives these principal inertias.
SMOKE = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])


def test_the_inertias_of_the_smoke_data():
    found = correspondence(SMOKE)
    assert found.inertia == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    assert found.inertia.sum() * SMOKE.sum() == pytest.approx(
        16.4416, abs=1e-4
    )  # chi2, as R's chisq.test gives it
    assert found.share[0] == pytest.approx(0.8775, abs=1e-4)


def test_coordinates_contributions_and_cos2_are_those_of_prince():
    prince = pytest.importorskip("prince")
    frame = pd.DataFrame(SMOKE)
    oracle = prince.CA(n_components=3).fit(frame)
    found = correspondence(SMOKE)
    assert np.abs(found.rows) == pytest.approx(np.abs(oracle.row_coordinates(frame).to_numpy()), abs=1e-9)
    assert np.abs(found.columns) == pytest.approx(
        np.abs(oracle.column_coordinates(frame).to_numpy()), abs=1e-9
    )
    assert found.contributions("rows") == pytest.approx(oracle.row_contributions_.to_numpy(), abs=1e-9)
    assert found.cos2("rows") == pytest.approx(oracle.row_cosine_similarities(frame).to_numpy(), abs=1e-9)


def test_parts_sum_to_one_and_rows_are_projected_on_themselves():
    found = correspondence(SMOKE)
    for which in ("rows", "columns"):
        assert found.contributions(which).sum(axis=0) == pytest.approx(1)
        assert found.cos2(which).sum(axis=1) == pytest.approx(1)
    assert found.project(SMOKE) == pytest.approx(found.rows)


def test_the_same_table_gives_the_same_map_whatever_the_order_of_its_columns():
    order = [2, 0, 3, 1]
    assert correspondence(SMOKE[:, order]).rows == pytest.approx(correspondence(SMOKE).rows)


def test_an_empty_row_is_refused():
    with pytest.raises(ValueError, match="nothing in it"):
        correspondence(np.array([[1, 2], [0, 0]]))


def test_the_sparse_axes_are_the_dense_ones():
    rng = np.random.default_rng(4)
    table = (rng.random((60, 45)) < 0.2).astype(float)
    table[:, 0] = 1
    dense = correspondence(table).rows[:, :2]
    found = first_axes(sparse.csr_array(table), 2)
    for k in range(2):
        assert abs(np.corrcoef(found[:, k], dense[:, k])[0, 1]) == pytest.approx(1, abs=1e-6)


def words_of(groups: list[str], *, apart: bool, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tokens of an interview for each entry of ``groups``; where ``apart`` each group has ten words of its own."""
    rng = np.random.default_rng(seed)
    rows = []
    for i, group in enumerate(groups):
        own = [f"{group}{k}" for k in range(10)]
        pool = own + [f"all{k}" for k in range(20)] if apart else [f"all{k}" for k in range(30)]
        rows += [(f"I{i:02d}", word) for word in rng.choice(pool, 200)]
    tokens = pd.DataFrame(rows, columns=["interview", "lemma"]).assign(content=True)
    interviews = pd.DataFrame({"interview": [f"I{i:02d}" for i in range(len(groups))], "group": groups})
    return tokens, interviews


class TestMap:
    def test_groups_with_words_of_their_own_differ_more_than_by_lot(self):
        found = word_map(*words_of(["a", "b", "c"] * 5, apart=True))
        assert found.rows == "group" and found.test["p"].iloc[0] < 0.01
        assert found.shares.sum() == pytest.approx(1)
        assert (found.points["low"] < found.points["estimate"]).all() and (found.points["n"] == 5).all()
        towards = found.words.set_index("lemma")
        place = found.points.set_index(["point", "axis"])["estimate"]
        assert towards.loc["a0", "x"] * place["a", 1] + towards.loc["a0", "y"] * place["a", 2] > 0

    def test_groups_that_talk_alike_do_not(self):
        p = [
            word_map(*words_of(["a", "b", "c"] * 5, apart=False, seed=s)).test["p"].iloc[0] for s in range(6)
        ]
        assert sum(value < 0.05 for value in p) <= 1

    def test_two_groups_make_one_axis(self):
        found = word_map(*words_of(["a", "b"] * 5, apart=True))
        assert len(found.shares) == 1 and set(found.points["axis"]) == {1}

    def test_without_groups_the_interviews_are_the_points_and_have_no_interval(self):
        tokens, interviews = words_of(["a"] * 5, apart=False)
        found = word_map(tokens, interviews)
        assert found.rows == "interview" and found.points["low"].isna().all()
        assert (found.points["note"] != "").all() and found.points["point"].nunique() == 5

    def test_nothing_gives_nothing(self):
        tokens, interviews = words_of(["a"], apart=False)
        assert word_map(tokens, interviews).rows == ""
        assert word_map(tokens.iloc[:0], interviews.iloc[:0]).rows == ""
