"""Items level by level, and the odds of a higher answer later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_scales import SCALE, answers

from hubanalysis.metrics.items import item_levels, levels_in_words, odds_of_a_higher_answer


def test_levels_nobody_chose_have_a_row_and_unanswered_do_not_count():
    table = item_levels(answers((1, 2, 5, 4), (1, None, 4, 4)), [SCALE])
    item = table[table["item"] == "a"]
    assert item["level"].tolist() == [1, 2, 3, 4, 5] and item["estimate"].tolist() == [1, 0, 0, 0, 0]
    assert table.loc[table["item"] == "b", "n"].tolist() == [1] * 5
    reversed_item = table[table["item"] == "c"]
    assert reversed_item["reversed"].all() and reversed_item["count"].tolist() == [0, 0, 0, 1, 1]  # as asked
    wide = levels_in_words(table)
    assert wide.columns.tolist() == ["scale", "item", "wave", *[f"level_{k}" for k in range(1, 6)], "n"]
    assert len(wide) == 4
    assert item_levels(answers((1, 2, 5, 4)), [{**SCALE, "range": (0, 100)}]).empty
    assert item_levels(answers(), [SCALE]).empty and levels_in_words(item_levels(answers(), [SCALE])).empty


def test_odds_turn_reversed_items_and_tell_too_few_pairs():
    rng = np.random.default_rng(7)
    first = [tuple(rng.integers(1, 4, 4)) for _ in range(60)]
    last = [(a + 1, b, c - 0 if c == 1 else c - 1, d) for a, b, c, d in first]
    frame = pd.concat([answers(*first), answers(*last, wave="after")])
    frame["wave"] = pd.Categorical(frame["wave"], categories=["before", "after"], ordered=True)
    table = odds_of_a_higher_answer(frame, [SCALE], "before", "after").set_index("item")
    assert table.loc["a", "low"] > 1 and table.loc["c", "low"] > 1  # c fell, which is its favourable way
    assert table.loc["b", "estimate"] == pytest.approx(1, abs=1e-3)
    lower = odds_of_a_higher_answer(frame, [{**SCALE, "better": "lower"}], "before", "after").set_index(
        "item"
    )
    assert lower.loc["a", "estimate"] == pytest.approx(1 / table.loc["a", "estimate"], rel=1e-3)
    few = odds_of_a_higher_answer(frame[frame["id"].isin(["p1", "p2"])], [SCALE], "before", "after")
    assert few["estimate"].isna().all() and (few["note"] != "").all()
    assert odds_of_a_higher_answer(answers(), [SCALE], "before", "after")["estimate"].isna().all()


def test_odds_of_answers_that_all_rose_have_no_bound_and_say_so():
    before, after = [(1, 2, 3, 2)] * 15 + [(2, 2, 3, 2)] * 15, [(3, 2, 2, 2)] * 15 + [(2, 3, 2, 2)] * 15
    frame = pd.concat([answers(*before), answers(*after, wave="after")])
    row = odds_of_a_higher_answer(frame, [SCALE], "before", "after").set_index("item").loc["a"]
    assert np.isnan(row["estimate"]) and "no bound" in row["note"] and row["n"] == 30


def test_answers_outside_the_declared_range_are_refused_by_the_odds():
    frame = pd.concat([answers((1, 2, 3, 9)), answers((1, 2, 3, 4), wave="after")])
    with pytest.raises(ValueError, match="outside its declared range 1 to 5"):
        odds_of_a_higher_answer(frame, [SCALE], "before", "after")


def test_an_item_asked_in_two_instruments_counts_for_the_scale_of_its_own():
    one, other = answers((1, 2, 3, 4), (2, 2, 3, 4)), answers((5, 5, 5, 5)).assign(instrument="r")
    table = item_levels(pd.concat([one, other]), [{**SCALE, "instrument": "q"}])
    assert (table["n"] == 2).all() and table.loc[table["level"] == 5, "count"].sum() == 0
