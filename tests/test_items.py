"""Items level by level, and proportional odds against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_scales import SCALE, answers

from hubanalysis.metrics.items import (
    _paired_log_odds,
    item_levels,
    levels_in_words,
    odds_of_a_higher_answer,
    proportional_odds,
)

# R's MASS::housing (Madsen 1976): tenants by contact (low, high), type of home (tower, apartment, atrium, terrace),
# influence (low, medium, high) and satisfaction (low, medium, high; innermost).
# fmt: off
HOUSING = [21, 21, 28, 34, 22, 36, 10, 11, 36, 61, 23, 17, 43, 35, 40, 26, 18, 54, 13, 9, 10, 8, 8, 12, 6, 7, 9,
           18, 6, 7, 15, 13, 13, 7, 5, 11, 14, 19, 37, 17, 23, 40, 3, 5, 23, 78, 46, 43, 48, 45, 86, 15, 25, 62,
           20, 23, 20, 10, 22, 24, 7, 10, 21, 57, 23, 13, 31, 21, 13, 5, 6, 13]
# fmt: on


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


def test_proportional_odds_against_r_polr():
    contact, home, influence, satisfaction = np.unravel_index(np.arange(72), (2, 4, 3, 3))
    dummies = [influence == 1, influence == 2, home == 1, home == 2, home == 3, contact == 1]
    predictors = np.repeat(np.column_stack(dummies).astype(float), HOUSING, axis=0)
    b, se, thresholds = proportional_odds(np.repeat(satisfaction, HOUSING), predictors)
    # R MASS: polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing), Venables & Ripley 2002, p. 204
    assert b == pytest.approx([0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=1e-3)
    assert se == pytest.approx([0.1047, 0.1272, 0.1192, 0.1552, 0.1515, 0.0955], abs=1e-3)
    assert thresholds == pytest.approx([-0.4961, 0.6907], abs=1e-3)


def test_proportional_odds_has_its_maximum_where_the_likelihood_says():
    """The thresholds are those of the logit: at b = 0 they are the logits of the cumulated shares (closed form)."""
    counts = np.array([30, 50, 20])
    levels = np.repeat([1, 2, 3], counts)
    balanced = np.tile([0.0, 1.0], 50)  # the same shares in both halves: the slope is nought
    b, se, thresholds = proportional_odds(levels, balanced[:, None])
    shares = np.cumsum(counts)[:-1] / 100
    assert b[0] == pytest.approx(0, abs=1e-3)
    assert thresholds == pytest.approx(np.log(shares / (1 - shares)), abs=1e-3)
    assert se[0] > 0


def test_two_levels_give_the_odds_ratio_of_the_table():
    levels = np.repeat([0, 1, 0, 1], [30, 10, 15, 25])
    x = np.repeat([0.0, 1.0], 40)
    b, se, _thresholds = proportional_odds(levels, x[:, None])
    # two by two: log(30 * 25 / (10 * 15)), SE = sqrt of the sum of reciprocals (Woolf 1955)
    assert b[0] == pytest.approx(np.log(5), abs=1e-4)
    assert se[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 10 + 1 / 15 + 1 / 25), abs=1e-4)


def test_the_paired_error_is_smaller_than_the_unpaired_where_people_resemble_themselves():
    rng = np.random.default_rng(2)
    trait = rng.normal(0, 2, 150)
    before = np.clip(np.round(3 + trait + rng.normal(0, 0.4, 150)), 1, 5)
    after = np.clip(np.round(3.4 + trait + rng.normal(0, 0.4, 150)), 1, 5)
    slope, spread = _paired_log_odds(np.column_stack([before, after]))
    _b, se, _t = proportional_odds(np.r_[before, after], np.repeat([0.0, 1.0], 150)[:, None])
    assert slope > 0 and spread < se[0] / 2


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
