"""Agreement: Krippendorff's alpha, Cohen's kappa and alpha for unitising against published values."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from hubanalysis.metrics.agreement import (
    alpha_from_coincidences,
    cohen_kappa,
    coincidences,
    krippendorff_alpha,
    resampled,
    unit_counts,
)
from hubanalysis.metrics.coder_agreement import ALL_CODES, agreement_by_code, character_kappa
from hubanalysis.metrics.unitising import unitising_alpha

NAN = np.nan
#: Krippendorff 2011, 4 observers and 12 units.
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
#: The example of the encyclopaedia: 3 coders and 15 units.
THREE = [
    [NAN, NAN, NAN, NAN, NAN, 3, 4, 1, 2, 1, 1, 3, 3, NAN, 3],
    [1, NAN, 2, 1, 3, 3, 4, 3, NAN, NAN, NAN, NAN, NAN, NAN, NAN],
    [NAN, NAN, 2, 1, 3, 4, 4, NAN, 2, 1, 1, 3, 3, NAN, 4],
]


def counted(data):
    data = np.array(data, dtype=float)
    values = np.unique(data[~np.isnan(data)])
    return np.array([(column[:, None] == values).sum(axis=0) for column in data.T]), values


@pytest.mark.parametrize(
    ("data", "level", "value"),
    [
        (FOUR, "nominal", 0.7434),
        (FOUR, "ordinal", 0.8154),
        (FOUR, "interval", 0.8491),
        (THREE, "nominal", 0.6914),
        (THREE, "interval", 0.8108),
    ],
)
def test_alpha_of_the_published_examples(data, level, value):
    counts, values = counted(data)
    alpha = alpha_from_coincidences(coincidences(counts).sum(axis=0), values, level)
    assert alpha == pytest.approx(value, abs=5e-5)
    assert alpha == pytest.approx(
        krippendorff.alpha(reliability_data=data, level_of_measurement=level), abs=1e-12
    )


def test_alpha_of_random_marks_is_that_of_the_library():
    data = np.random.default_rng(1).integers(1, 6, size=(3, 40)).astype(float)
    data[0, ::5] = NAN
    counts, values = counted(data)
    for level in ("nominal", "ordinal", "interval"):
        ours = alpha_from_coincidences(coincidences(counts).sum(axis=0), values, level)
        assert ours == pytest.approx(krippendorff.alpha(data, level_of_measurement=level), abs=1e-12)


def test_where_all_values_are_the_same_alpha_is_not_defined():
    assert np.isnan(alpha_from_coincidences(np.diag([10.0, 0.0]), np.arange(2)))
    with pytest.raises(ValueError, match="ratio"):
        alpha_from_coincidences(np.eye(2), np.arange(2), "ratio")


def test_the_interval_comes_from_clusters_and_needs_four_of_them():
    rng = np.random.default_rng(3)
    first = rng.integers(0, 2, 200)
    second = np.where(rng.random(200) < 0.85, first, 1 - first)
    ratings = pd.DataFrame({"unit": np.tile(np.arange(200), 2), "value": np.concatenate([first, second])})
    counts = unit_counts(ratings, ["unit"], "value", [0, 1])
    estimate, low, high, units = krippendorff_alpha(counts, pd.Series(np.arange(200) // 10))
    assert units == 200 and low < estimate < high and 0.55 < estimate < 0.85 and high - low < 0.3
    assert np.isnan(krippendorff_alpha(counts, pd.Series(np.arange(200) // 80))[1])


def test_bounds_are_told_only_where_the_draws_are_defined():
    clusters = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0], [1.0, 1.0], [0.0, 0.0]])
    low, high = resampled(clusters, lambda t: t[..., 0] / (t[..., 0] + t[..., 1]))
    assert 0 <= low < 4 / 9 < high <= 1
    low, _ = resampled(clusters[:, :1] * 0 + 1, lambda t: np.full(t.shape[0], np.nan))
    assert np.isnan(low)


def test_kappa_over_characters_is_cohens():
    """Two coders who mark independently 600 of 1000 (360 shared) have 0; 50 each, 25 shared: .4737 (QualCoder:
    .2987).
    """
    tables = np.array([[360, 240, 240, 160], [25, 25, 25, 925]])
    assert cohen_kappa(tables) == pytest.approx([0.0, 0.4737], abs=5e-5)
    assert np.isnan(cohen_kappa(np.array([0, 0, 0, 50])))


def test_alpha_for_unitising_of_the_published_example():
    """Krippendorff 2004, code c: (225,70),(370,30) against (220,80),(355,20),(400,20), length 300 from 150."""
    spans = [[(225, 295), (370, 400)], [(220, 300), (355, 375), (400, 420)]]
    found = unitising_alpha(spans, begin=150, length=300)
    assert found.observed == pytest.approx(0.0144, abs=5e-5)
    assert found.expected == pytest.approx(0.0532, abs=5e-5)
    assert found.alpha == pytest.approx(0.7286, abs=5e-5)


def test_the_same_units_agree_fully_and_none_at_all_tell_nothing():
    assert unitising_alpha([[(3, 8)], [(3, 8)]], 0, 50).alpha == pytest.approx(1)
    assert np.isnan(unitising_alpha([[], []], 0, 50).alpha) and np.isnan(
        unitising_alpha([[(1, 2)]], 0, 9).alpha
    )


def coded(*rows):
    return pd.DataFrame(list(rows), columns=["interview", "coder", "code", "start", "end"])


def ten_turns(*interviews):
    """Ten turns of 10 characters each, every other one the interviewer's."""
    return pd.DataFrame(
        [
            (i, k, "interviewee" if k % 2 else "interviewer", 10 * k, 10 * k + 9)
            for i in interviews
            for k in range(10)
        ],
        columns=["interview", "turn", "role", "start", "end"],
    )


def test_coders_agree_where_their_passages_touch_the_same_turn():
    segments = coded(
        ("I1", "A", "x", 11, 14), ("I1", "B", "x", 15, 18),  # the same turn, other words
        ("I1", "A", "x", 31, 33), ("I1", "B", "y", 52, 58),
        ("I2", "A", "x", 11, 14),  # coded by one: left out
    )  # fmt: skip
    table = agreement_by_code(segments, ten_turns("I1", "I2")).set_index("code")
    yes = np.array([[0, 1, 1, 0, 0], [0, 1, 0, 0, 0]])[:, [1, 2, 0, 3, 4]]
    expected = krippendorff.alpha(yes, level_of_measurement="nominal")
    assert table.loc["x", "estimate"] == pytest.approx(expected)
    assert table.loc["x", ["n", "units", "used"]].tolist() == [1, 5, 2]
    both = np.hstack([yes, [[0, 0, 0, 0, 0], [0, 0, 1, 0, 0]]])
    assert table.loc[ALL_CODES, "estimate"] == pytest.approx(
        krippendorff.alpha(both, level_of_measurement="nominal")
    )
    assert np.isnan(table.loc["x", "low"]) and table.loc["x", "note"]


def test_with_one_coder_there_is_no_agreement_and_the_note_says_so():
    table = agreement_by_code(coded(("I1", "A", "x", 11, 14)), ten_turns("I1"))
    assert table["estimate"].isna().all() and table["note"].all() and table["n"].tolist() == [0]


def test_character_kappa_counts_characters_of_both_coders():
    segments = coded(("I1", "A", "x", 0, 50), ("I1", "B", "x", 25, 75))
    turns = pd.DataFrame(
        {"interview": ["I1"], "turn": [0], "role": ["interviewee"], "start": [0], "end": [1000]}
    )
    table = character_kappa(segments, turns).set_index("code")
    assert table.loc["x", "estimate"] == pytest.approx(0.4737, abs=5e-5)
    assert table.loc["x", "coders"] == "A – B" and table.loc["x", "n"] == 1


def test_from_no_segments_come_empty_tables():
    nothing = coded().astype({"start": int, "end": int})
    assert (
        agreement_by_code(nothing, ten_turns("I1")).empty and character_kappa(nothing, ten_turns("I1")).empty
    )
