"""Paired change, reliable change, groups: directions, adjustments, reference values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests
from test_effect_sizes import DRUG_1, DRUG_2

from hubanalysis.metrics.change import (
    adjust_p,
    change_in_points,
    detectable_change,
    effect_sizes_of_change,
    pair_waves,
    scale_facts,
    wave_means,
)
from hubanalysis.metrics.groups import (
    change_by_group,
    differences_between_groups,
    fold_small_groups,
    smallest_group,
)
from hubanalysis.metrics.reliable_change import cut_off_c, reliable_change, smallest_reliable_change
from hubanalysis.metrics.standardised_change import change_standardised_to_all, standardised_mean

# Jacobson et al. (1989), marital distress (gds) of the 26 complete pairs, from R clinicalsignificance.
# fmt: off
GDS_BEFORE = [68, 74.5, 58.5, 73.5, 78.5, 76, 76.5, 63, 70, 75, 63.5, 73.5, 71.5,
              63.5, 57, 75, 63, 75, 71.5, 68, 75.5, 67.5, 62.5, 69.5, 61, 67]
GDS_AFTER = [62.5, 56, 58, 71, 60.5, 77, 58.5, 52, 65.5, 73, 64, 55.5, 53,
             55, 50, 78, 65.5, 62, 60.5, 51, 50, 44, 55.5, 56, 60.5, 47.5]
# fmt: on


def a_scale(scale, area="wellbeing", **more):
    return {"id": scale, "area": area, "items": ["a", "b"], "range": (1, 5), **more}


def make_scores(scale, area="wellbeing", **waves):
    """Scores of one scale: a list of values for each wave, person by position, None where missing."""
    rows = [
        {
            "about": "people",
            "id": f"p{i:03}",
            "wave": wave,
            "instrument": "q",
            "scale": scale,
            "area": area,
            "score": v,
        }
        for wave, values in waves.items()
        for i, v in enumerate(values)
        if v is not None
    ]
    frame = pd.DataFrame(rows)
    frame["wave"] = pd.Categorical(frame["wave"], categories=["before", "after", "later"], ordered=True)
    return frame


def test_pairs_keep_only_who_has_both_scores_and_change_is_after_minus_before():
    scores = make_scores("s", before=[1, 2, 3, None, np.nan], after=[2.5, None, 1, 4, 5])
    pairs = pair_waves(scores)
    assert pairs["id"].tolist() == ["p000", "p002"]
    assert pairs["change"].tolist() == [1.5, -2.0]


def test_waves_can_be_named_and_an_unknown_one_is_refused():
    scores = make_scores("s", before=[1, 1], after=[2, 2], later=[4, 5])
    assert pair_waves(scores)["change"].tolist() == [3, 4]
    assert pair_waves(scores, "before", "after")["change"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="no score in the wave 'never'"):
        pair_waves(scores, last="never")


def test_change_in_points_against_the_paired_t_test():
    row = change_in_points(pair_waves(make_scores("sleep", before=DRUG_1, after=DRUG_2))).iloc[0]
    # R: with(sleep, t.test(extra[group == 2], extra[group == 1], paired = TRUE)): t = 4.0621, df = 9, p = .002833
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx([1.58, 0.7001142, 2.4598858], abs=1e-6)
    assert row["p"] == pytest.approx(0.002833, abs=1e-6) and row["n"] == 10


def test_holm_over_the_primary_scales_and_benjamini_hochberg_over_the_rest():
    rng = np.random.default_rng(5)
    scores = pd.concat(
        [make_scores(s, before=rng.normal(0, 1, 40), after=rng.normal(d, 1, 40)) for s, d in
         [("p1", 0.9), ("p2", 0.5), ("p3", 0.3), ("x1", 0.6), ("x2", 0.4)]]
    )  # fmt: skip
    scales = [a_scale(s, primary=s.startswith("p")) for s in ("p1", "p2", "p3", "x1", "x2")]
    table = change_in_points(pair_waves(scores), scales).set_index("scale")
    p = table["p"]
    first = sorted(["p1", "p2", "p3"], key=p.get)
    assert table.loc[first[0], "p_adjusted"] == pytest.approx(min(1, 3 * p[first[0]]))
    other = sorted(["x1", "x2"], key=p.get)
    assert table.loc[other[1], "p_adjusted"] == pytest.approx(p[other[1]])
    assert table.loc[other[0], "p_adjusted"] == pytest.approx(min(2 * p[other[0]], p[other[1]]))


def test_adjusted_p_values_by_hand_and_by_statsmodels():
    # by hand from Holm (1979) and Benjamini & Hochberg (1995); a missing p does not count among them
    p = pd.Series([0.04, 0.01, np.nan, 0.03, 0.02, 0.9])
    holm, bh = adjust_p(p, "holm"), adjust_p(p, "fdr_bh")
    assert holm == pytest.approx([0.09, 0.05, np.nan, 0.09, 0.08, 0.9], nan_ok=True)
    assert bh == pytest.approx([0.05, 0.05, np.nan, 0.05, 0.05, 0.9], nan_ok=True)
    assert adjust_p(pd.Series([0.9, 0.8]), "holm").tolist() == [1.0, 1.0]
    drawn = pd.Series(np.random.default_rng(1).uniform(0, 0.2, 40))
    for how in ("holm", "fdr_bh"):
        assert adjust_p(drawn, how) == pytest.approx(multipletests(drawn, method=how)[1])
    assert p.tolist()[:2] == [0.04, 0.01]  # what was given stays as it was
    with pytest.raises(ValueError, match="bonferroni"):
        adjust_p(p, "bonferroni")


def test_too_little_data_gives_a_row_with_a_note_and_no_data_an_empty_frame():
    one = change_in_points(pair_waves(make_scores("s", before=[1.0], after=[2.0])))
    assert one.loc[0, "estimate"] == 1 and np.isnan(one.loc[0, "low"]) and one.loc[0, "note"]
    still = change_in_points(pair_waves(make_scores("s", before=[1.0, 2.0], after=[2.0, 3.0])))
    assert np.isnan(still.loc[0, "low"]) and still.loc[0, "note"]
    nothing = pair_waves(make_scores("s", before=[1.0, 2.0]))
    for frame in (change_in_points(nothing), effect_sizes_of_change(nothing), detectable_change(nothing)):
        assert frame.empty and "scale" in frame


def test_effect_sizes_have_one_row_a_measure_with_the_sign_of_the_change():
    table = effect_sizes_of_change(pair_waves(make_scores("gds", before=GDS_BEFORE, after=GDS_AFTER)))
    assert table["measure"].tolist() == ["d_av", "d_rm", "d_z", "rank_biserial", "superiority"]
    assert (table["estimate"].iloc[:4] < 0).all() and table["estimate"].iloc[4] < 0.5


@pytest.mark.parametrize(("n", "d"), [(60, 0.368), (180, 0.210)])
def test_detectable_change_of_the_paired_t_test(n, d):
    # METHODS: d_z .368 at n = 60, .210 at n = 180 (80 %, 5 %), statsmodels TTestPower
    change = np.resize([-1.0, 1.0], n)
    table = detectable_change(pair_waves(make_scores("s", before=np.zeros(n), after=change)))
    assert table.loc[0, "smallest_d_z"] == pytest.approx(d, abs=5e-4)
    assert table.loc[0, "smallest_points"] == pytest.approx(d * change.std(ddof=1), abs=1e-3)


def those_who_started_low_leave(n=400, change=0.0, seed=3):
    """Two loosely tied scores of n people; the lower the first, the likelier that the second is missing."""
    rng = np.random.default_rng(seed)
    before = rng.normal(3, 1, n)
    after = 3 + 0.5 * (before - 3) + rng.normal(change, 0.8, n)
    after[rng.random(n) > 1 / (1 + np.exp(-1 - 1.5 * (before - 3)))] = np.nan
    return before, after


def test_what_falls_of_itself_is_no_change_for_people_who_start_like_all():
    before, after = those_who_started_low_leave()
    scores = make_scores("s", before=before, after=after)
    pairs = change_in_points(pair_waves(scores)).iloc[0]
    everybody = change_standardised_to_all(scores).iloc[0]
    assert pairs["high"] < 0 and everybody["low"] < 0 < everybody["high"]
    assert (
        everybody["of_itself"] == pytest.approx(pairs["estimate"] - everybody["estimate"])
        and everybody["n"] == 400
    )
    before, after = those_who_started_low_leave(change=0.4)
    everybody = change_standardised_to_all(make_scores("s", before=before, after=after)).iloc[0]
    assert everybody["low"] < 0.4 < everybody["high"] and everybody["low"] > 0


def test_the_standardised_change_against_the_regression_of_statsmodels():
    before, after = those_who_started_low_leave(80)
    known, other = ~np.isnan(after), np.random.default_rng(1).normal(size=80)
    covariates = np.column_stack([before, other])
    fit = sm.OLS((after - before)[known], sm.add_constant(covariates[known])).fit(cov_type="HC2")
    predicted = fit.t_test(np.append(1, covariates.mean(axis=0)))
    se = np.hypot(predicted.sd.item(), (covariates @ fit.params[1:]).std(ddof=1) / np.sqrt(80))
    (estimate, low, high), p = standardised_mean(after - before, covariates)
    half = stats.t.ppf(0.975, known.sum() - 3) * se
    assert (estimate, low, high) == pytest.approx((predicted.effect.item(), estimate - half, estimate + half))
    assert p == pytest.approx(2 * stats.t.sf(abs(estimate) / se, known.sum() - 3))


def test_where_nobody_left_or_too_few_stayed_nothing_is_standardised():
    stayed = make_scores("s", before=[1.0, 2, 3, 5], after=[2.0, 2, 3, 4])
    assert change_standardised_to_all(stayed).empty
    few = change_standardised_to_all(make_scores("s", before=[1.0, 2, 3, 5], after=[2.0, 2, None, None]))
    assert np.isnan(few.loc[0, "low"]) and few.loc[0, "note"]
    one_wave = change_standardised_to_all(make_scores("s", before=[1.0, 2, 3]))
    assert one_wave.empty and "p_adjusted" in one_wave


def test_wave_means_count_everyone_of_each_wave():
    table = wave_means(make_scores("s", before=[1, 2, 3], after=[4, None, None])).set_index("wave")
    assert table["n"].tolist() == [3, 1] and table.loc["before", "estimate"] == 2


def test_range_of_a_score_follows_how_it_is_made():
    facts = scale_facts([a_scale("m"), a_scale("t", score="sum"), a_scale("w", score="who5", range=(0, 5))])
    assert facts.loc["m", ["lo", "hi"]].tolist() == [1, 5]
    assert facts.loc["t", ["lo", "hi"]].tolist() == [2, 10]
    assert facts.loc["w", ["lo", "hi"]].tolist() == [0, 40]  # two items of the five


def test_smallest_reliable_change_and_cut_off():
    # Jacobson & Truax 1991, p. 14: s = 7.5, r = .80 give an S_diff of 4.74, and RC = 15 / 4.74 = 3.16
    assert 15 / (smallest_reliable_change(7.5, 0.80) / 1.959964) == pytest.approx(3.16, abs=5e-3)
    assert np.isnan(smallest_reliable_change(7.5, 1.0)) and np.isnan(smallest_reliable_change(0.0, 0.8))
    # R clinicalsignificance, tests of get_cutoff: type c with m = 60, s = 7.5 gives 65.047305
    mean, sd = np.mean(GDS_BEFORE), np.std(GDS_BEFORE, ddof=1)
    assert cut_off_c(mean, sd, 60, 7.5) == pytest.approx(65.047305, abs=1e-6)


def test_reliable_change_knows_which_way_is_better():
    pairs = pair_waves(make_scores("gds", before=GDS_BEFORE, after=GDS_AFTER))
    lower = reliable_change(pairs, [a_scale("gds", better="lower", reliability=0.8)]).set_index("outcome")
    higher = reliable_change(pairs, [a_scale("gds", reliability=0.8)]).set_index("outcome")
    threshold = 1.959964 * np.std(GDS_BEFORE, ddof=1) * np.sqrt(0.4)
    improved = (np.array(GDS_BEFORE) - np.array(GDS_AFTER) > threshold).mean()
    assert lower.loc["improved", "estimate"] == pytest.approx(improved) == higher.loc["worsened", "estimate"]
    assert lower["estimate"].sum() == pytest.approx(1) and lower.loc[
        "improved", "threshold"
    ] == pytest.approx(threshold)


def test_reliable_change_without_reliability_is_missing_with_its_reason():
    pairs = pair_waves(make_scores("gds", before=GDS_BEFORE, after=GDS_AFTER))
    table = reliable_change(pairs, [a_scale("gds")])
    assert table["estimate"].isna().all() and (table["note"] != "").all()
    measured = pd.DataFrame({"scale": ["gds"], "wave": ["before"], "measure": ["alpha"], "estimate": [0.9]})
    assert reliable_change(pairs, [a_scale("gds")], measured)["reliability"].eq(0.9).all()


def attributes_of(values):
    return pd.DataFrame(
        {"id": [f"p{i:03}" for i in range(len(values))], "attribute": "group", "value": values}
    )


def test_groups_are_compared_by_one_test_not_by_which_interval_spares_zero():
    rng = np.random.default_rng(8)
    before = np.zeros(60)
    pairs = pair_waves(
        make_scores("s", before=before, after=np.r_[rng.normal(1, 1, 30), rng.normal(0, 1, 30)])
    )
    attributes = attributes_of(["a"] * 30 + ["b"] * 28 + ["c"] * 2)
    cells = change_by_group(pairs, attributes, ["group"]).set_index("value")
    assert cells["n"].tolist() == [30, 28, 2] and cells.loc["c", "note"] and not cells.loc["a", "note"]
    test = differences_between_groups(pairs, attributes, ["group"]).iloc[0]
    assert test["groups"] == 2 and test["n"] == 58  # the group of two is left out
    # two groups: Welch's F is the square of Welch's t
    a, b = (pairs["change"].iloc[:30], pairs["change"].iloc[30:58])
    t = stats.ttest_ind(a, b, equal_var=False)
    assert test["f"] == pytest.approx(t.statistic**2) and test["p"] == pytest.approx(t.pvalue)


def test_no_attribute_gives_empty_tables():
    pairs = pair_waves(make_scores("s", before=[1.0, 2.0], after=[2.0, 2.0]))
    nothing = pd.DataFrame({"id": [], "attribute": [], "value": []}, dtype=str)
    assert change_by_group(pairs, nothing, ["group"]).empty
    assert differences_between_groups(pairs, nothing, ["group"]).empty


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"a": 30, "b": 12, "c": 4, "d": 7}, {"a": 30, "b": 12, "smaller_groups": 11}),
        (
            {"a": 30, "b": 12, "c": 4},
            {"a": 30, "smaller_groups": 16},
        ),  # 4 alone could be subtracted from the total
        ({"a": 30, "b": 12}, {"a": 30, "b": 12}),
        ({"c": 4}, {"smaller_groups": 4}),
    ],
)
def test_small_groups_go_together_so_that_none_can_be_subtracted(sizes, expected):
    values = pd.Series([name for name, n in sizes.items() for _ in range(n)])
    assert fold_small_groups(values, 10).value_counts().to_dict() == expected


def test_the_smallest_group_is_the_smallest_that_is_not_empty():
    assert smallest_group([30, 0, 12], [None, np.nan, 40]) == 12
    assert smallest_group([]) == 0
