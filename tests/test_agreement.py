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
from hubanalysis.metrics.code_sets import agreement_on_sets
from hubanalysis.metrics.coder_agreement import ALL_CODES, agreement_by_code, character_kappa
from hubanalysis.metrics.unitising import agreement_on_spans, unitising_alpha

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
        (FOUR, "ratio", 0.7974),
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
    with pytest.raises(ValueError, match="polar"):
        alpha_from_coincidences(np.eye(2), np.arange(2), "polar")


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


def spans_study(interviews=6, seed=4):
    rng = np.random.default_rng(seed)
    rows, turns = [], []
    for n in range(interviews):
        length = int(rng.integers(300, 600))
        turns.append((f"I{n}", 0, "interviewee", 0, length))
        for code in "xy":
            for start in range(10, length - 60, 70):
                rows.append((f"I{n}", "A", code, start, start + int(rng.integers(15, 40))))
                if rng.random() < 0.7:
                    shift = int(rng.integers(-8, 8))
                    rows.append(
                        (f"I{n}", "B", code, start + shift, start + shift + int(rng.integers(15, 40)))
                    )
    return coded(*rows), pd.DataFrame(turns, columns=["interview", "turn", "role", "start", "end"])


def test_of_one_interview_agreement_on_spans_is_the_published_formula():
    rows = [("I1", "A", "c", 75, 145), ("I1", "A", "c", 220, 250)]
    rows += [("I1", "B", "c", 70, 150), ("I1", "B", "c", 205, 225), ("I1", "B", "c", 250, 270)]
    turns = pd.DataFrame(
        [("I1", 0, "interviewee", 0, 300)], columns=["interview", "turn", "role", "start", "end"]
    )
    table = agreement_on_spans(coded(*rows), turns)
    assert table["estimate"].to_numpy() == pytest.approx([0.7286, 0.7286], abs=5e-5)
    assert table["note"].all() and table["passages"].tolist() == [5, 5]


def test_interviews_lie_on_one_continuum_whose_borders_no_gap_crosses():
    """D_o and D_e of two interviews by the formula written out with sums over units and gaps."""
    segments, turns = spans_study(interviews=2)
    own = segments[segments["code"] == "x"]
    lengths = turns.set_index("interview")["end"]
    observed, sizes, gaps = 0.0, [], []
    for name, part in own.groupby("interview"):
        one, two = (
            [(s, e) for s, e in part.loc[part["coder"] == c, ["start", "end"]].to_numpy()] for c in "AB"
        )
        for mine, others in ((one, two), (two, one)):
            at = 0
            for s, e in sorted(mine):
                gaps.append(s - at)
                at = e
                sizes.append(e - s)
                meet = [(b, f) for b, f in others if b < e and s < f]
                observed += sum((s - b) ** 2 + (e - f) ** 2 for b, f in meet)
                observed += 0 if meet else 2 * (e - s) ** 2  # once for each order of the two coders
            gaps.append(lengths[name] - at)
    total = int(lengths.sum())
    expected = sum(
        (len(sizes) - 1) / 3 * (2 * b**3 - 3 * b**2 + b) + b**2 * sum(g - b + 1 for g in gaps if g >= b)
        for b in sizes
    )
    expected *= 2 / total / (2 * total * (2 * total - 1) - sum(b * (b - 1) for b in sizes))
    table = agreement_on_spans(segments, turns).set_index("code")
    assert table.loc["x", "estimate"] == pytest.approx(1 - observed / (2 * total**2) / expected)


def test_agreement_on_spans_has_an_interval_from_interviews_and_falls_to_chance():
    segments, turns = spans_study()
    table = agreement_on_spans(segments, turns)
    assert table["code"].tolist() == [ALL_CODES, "x", "y"] and table["n"].unique().tolist() == [6]
    assert (table["low"] < table["estimate"]).all() and (table["estimate"] < table["high"]).all()
    pd.testing.assert_frame_equal(table, agreement_on_spans(segments.iloc[::-1], turns))
    same = segments[segments["coder"] == "A"]
    both = pd.concat([same, same.assign(coder="B"), same.assign(coder="C")])
    assert agreement_on_spans(both, turns)["estimate"].to_numpy() == pytest.approx([1, 1, 1])
    assert agreement_on_spans(same, turns)["note"].str.contains("one person").all()
    assert agreement_on_spans(same.iloc[:0], turns).empty


def test_marks_at_random_places_agree_no_better_than_chance():
    rng = np.random.default_rng(5)
    rows = [
        (f"I{n}", coder, "x", s, s + 30)
        for n in range(30) for coder in "AB" for s in rng.choice(60, 8, replace=False) * 50
    ]  # fmt: skip
    turns = pd.DataFrame(
        [(f"I{n}", 0, "interviewee", 0, 3000) for n in range(30)],
        columns=["interview", "turn", "role", "start", "end"],
    )
    whole = agreement_on_spans(coded(*rows), turns).iloc[0]
    assert abs(whole["estimate"]) < 0.1 and whole["low"] < 0 < whole["high"]


def test_alpha_of_sets_is_krippendorffs_with_that_distance():
    segments = coded(
        ("I1", "A", "x", 11, 14), ("I1", "A", "y", 11, 14), ("I1", "B", "x", 12, 15),
        ("I1", "A", "x", 31, 34), ("I1", "B", "y", 31, 34), ("I1", "B", "x", 51, 54), ("I1", "A", "x", 52, 54),
    )  # fmt: skip
    table = agreement_on_sets(segments, ten_turns("I1")).set_index("difference")
    none, x, y, xy = range(4)
    data = np.array([[xy, x, x, none, none], [x, y, x, none, none]], dtype=float)
    sets = [set(), {"x"}, {"y"}, {"x", "y"}]

    def jaccard(v1, v2, i1, i2, n_v, dtype=np.float64):
        pairs = [[(sets[int(a)], sets[int(b)]) for b in v2.ravel()] for a in v1.ravel()]
        apart = [[len(a ^ b) / max(len(a | b), 1) for a, b in row] for row in pairs]
        return np.array(apart, dtype=dtype)

    expected = krippendorff.alpha(data, level_of_measurement=jaccard)
    assert table.loc["codes_in_common", "estimate"] == pytest.approx(expected)
    assert table.loc["same_codes", "estimate"] == pytest.approx(
        krippendorff.alpha(data, level_of_measurement="nominal")
    )
    assert table["units"].tolist() == [5, 5] and table["note"].all()  # one interview: no interval
    assert agreement_on_sets(segments.iloc[:0], ten_turns("I1")).empty
