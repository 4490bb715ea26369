"""Scores: reversal by the declared range, prorating, least number of answers, published scorings."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hubanalysis.metrics.scales import SWEMWBS_METRIC, out_of_range, score_scales
from hubanalysis.tables import TABLES

ITEMS = ("a", "b", "c", "d")
SCALE = {"id": "s", "area": "wellbeing", "items": [*ITEMS], "reversed": ["c"], "range": (1, 5), "least": 3}


def answers(*people, wave="before", items=ITEMS):
    """One tuple of numbers a person; None = not answered, "skip" = not asked."""
    rows = [
        {
            "about": "people",
            "id": f"p{i}",
            "wave": wave,
            "instrument": "q",
            "item": item,
            "type": "integer",
            "value": "" if value in (None, "skip") else str(value),
            "number": np.nan if value in (None, "skip") else float(value),
            "status": {None: "not_answered", "skip": "not_asked"}.get(value, "answered"),
        }
        for i, person in enumerate(people)
        for item, value in zip(items, person, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(TABLES["answers"].columns))
    frame["wave"] = pd.Categorical(frame["wave"], categories=["before", "after"], ordered=True)
    return frame


def test_reversal_uses_the_declared_range_not_the_observed_one():
    scores = score_scales(answers((2, 2, 2, 2), (3, 3, 3, 3)), [SCALE])
    assert scores["score"].tolist() == [(2 + 2 + 4 + 2) / 4, 3.0]


def test_a_partial_answer_is_prorated_and_never_summed_as_zero():
    scale = {**SCALE, "reversed": [], "score": "sum"}
    scores = score_scales(answers((4, 4, None, 4), (4, 4, "skip", 4)), [scale])
    assert scores["score"].tolist() == [16.0, 16.0]
    assert scores["answered"].tolist() == [3, 3]


def test_under_the_least_number_the_score_is_missing_but_the_row_stays():
    scores = score_scales(answers((4, None, None, 4)), [SCALE])
    assert scores["score"].isna().all()
    assert scores[["answered", "items"]].iloc[0].tolist() == [2, 4]


def test_without_a_declared_least_half_of_the_items_are_needed():
    scale = {k: v for k, v in SCALE.items() if k != "least"}
    scores = score_scales(answers((4, None, None, 4), (4, None, None, None)), [scale])
    assert scores["score"].notna().tolist() == [True, False]


def test_objects_and_mappings_give_the_same_table_in_the_contract_s_columns():
    frame = answers((1, 2, 3, 4))
    one, other = score_scales(frame, [SCALE]), score_scales(frame, [SimpleNamespace(**SCALE)])
    pd.testing.assert_frame_equal(one, other)
    assert list(one.columns) == list(TABLES["scores"].columns)
    assert one["wave"].cat.ordered and list(one["wave"].cat.categories) == ["before", "after"]


def test_status_decides_not_the_number():
    frame = answers((5, 5, 1, 5))
    frame.loc[frame["item"] == "a", "status"] = "invalid"
    assert score_scales(frame, [SCALE])["answered"].tolist() == [3]


def test_a_number_outside_the_declared_range_is_refused_without_its_value():
    frame = answers((6, 2, 3, 4))
    assert out_of_range(frame, [SCALE])[["item", "lo", "hi"]].to_numpy().tolist() == [["a", 1.0, 5.0]]
    with pytest.raises(ValueError, match="outside its declared range 1 to 5"):
        score_scales(frame, [SCALE])


def test_no_scale_or_no_answer_gives_an_empty_table_with_the_right_columns():
    for frame in (score_scales(answers(), [SCALE]), score_scales(answers((1, 1, 1, 1)), [])):
        assert list(frame.columns) == list(TABLES["scores"].columns) and frame.empty


def test_swemwbs_needs_all_seven_answers_and_gives_the_metric_score():
    items = [f"w{i}" for i in range(7)]
    scale = {"id": "w", "area": "wellbeing", "items": items, "range": (1, 5), "score": "swemwbs"}
    frame = answers((1,) * 7, (3, 3, 3, 3, 3, 3, 4), (5,) * 7, (5,) * 6 + (None,), items=items)
    # Stewart-Brown et al. 2009: raw 7 -> 7.00, raw 22 -> 19.98, raw 35 -> 35.00
    assert score_scales(frame, [scale])["score"].tolist()[:3] == [7.0, 19.98, 35.0]
    assert np.isnan(score_scales(frame, [scale])["score"].iloc[3])
    assert len(SWEMWBS_METRIC) == 29 and list(SWEMWBS_METRIC) == sorted(SWEMWBS_METRIC)


def test_who5_is_the_sum_times_four_and_refuses_a_coding_from_one_to_six():
    items = [f"w{i}" for i in range(5)]
    scale = {"id": "w", "area": "wellbeing", "items": items, "range": (0, 5), "score": "who5"}
    # Topp et al. 2015: raw 13 -> 52, the lowest score that is not poor wellbeing
    assert score_scales(answers((3, 3, 3, 2, 2), items=items), [scale])["score"].tolist() == [52.0]
    with pytest.raises(ValueError, match="from 0 to 5"):
        score_scales(answers((3, 3, 3, 2, 2), items=items), [{**scale, "range": (1, 6)}])
