"""Equivalence: smaller than what counts, or undecided; never "no effect" for want of evidence."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.weightstats import ttost_paired
from test_change import a_scale, make_scores

from hubanalysis.figures.equivalence import alt_equivalence, plot_equivalence
from hubanalysis.findings.equivalence import equivalence_findings
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.change import pair_waves
from hubanalysis.metrics.equivalence import equivalence, equivalence_p
from hubanalysis.metrics.organisations import change_of_organisations, sign_flip_interval
from hubanalysis.study.model import Scale

EN = Translator("en")
RNG = np.random.default_rng(5)
BEFORE = RNG.normal(3, 1, 80).round(2)
NOISE = RNG.normal(0, 0.4, 80).round(2)


def the_pairs(shift, noise=NOISE):
    return pair_waves(make_scores("s", before=BEFORE, after=BEFORE + noise - noise.mean() + shift))


@pytest.mark.parametrize(("shift", "bound"), [(0.0, 0.1), (0.05, 0.12), (-0.3, 0.25)])
def test_p_is_that_of_two_one_sided_tests(shift, bound):
    pairs = the_pairs(shift)
    published, _, _ = ttost_paired(
        pairs["after"].to_numpy(), pairs["before"].to_numpy(), -bound, bound
    )  # statsmodels 0.14
    assert equivalence_p(pairs["change"], bound) == pytest.approx(published, rel=1e-9)


def test_the_90_percent_interval_and_p_agree():
    for bound in (0.05, 0.07, 0.075, 0.08, 0.1):
        row = equivalence(the_pairs(0.0), [a_scale("s", smallest_change=bound)]).iloc[0]
        assert (row["p"] <= 0.05) == (-bound <= row["low"] and row["high"] <= bound)
    # Student's sleep, R: t.test(d, conf.level = .9): 0.8669947 to 2.2930053 (t 1.833113, se 0.3889587)
    extra = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    row = equivalence(pair_waves(make_scores("s", before=[0.0] * 10, after=extra))).iloc[0]
    assert (row["low"], row["high"]) == (pytest.approx(0.86699, abs=1e-4), pytest.approx(2.29301, abs=1e-4))


@pytest.mark.parametrize(
    ("shift", "bound", "verdict"),
    [
        (0.0, 0.2, "no_change_that_counts"),
        (0.0, 0.03, "left_open"),
        (0.13, 0.5, "changed_too_little"),
        (0.4, 0.2, "changed"),
    ],
)
def test_the_verdict_tells_evidence_of_absence_from_absence_of_evidence(shift, bound, verdict):
    table = equivalence(the_pairs(shift), [a_scale("s", smallest_change=bound)])
    assert table.loc[0, ["verdict", "bound", "bound_from"]].tolist() == [verdict, bound, "declared"]
    said = " ".join(equivalence_findings(table, EN, {"s": "Wellbeing"}))
    assert ("can be ruled out" in said) == (verdict == "no_change_that_counts")
    assert ("Neither a change nor its absence" in said) == (verdict == "left_open")
    assert ("smaller than what counts" in said) == (verdict == "changed_too_little")
    assert (said == "") == (verdict == "changed") and "convention" not in said


def test_a_change_undone_by_the_adjustment_for_several_scales_is_not_shown():
    change = pd.DataFrame(
        {"area": ["wellbeing"], "scale": ["s"], "estimate": [0.1], "low": [0.01], "high": [0.19]}
    )
    change = change.assign(unit="points", p_adjusted=0.2)
    scales = [a_scale("s", smallest_change=0.1)]
    assert equivalence(the_pairs(0.1), scales, change=change)["verdict"].tolist() == ["left_open"]


def test_where_nothing_is_declared_the_bound_is_named_a_convention_and_of_the_who5_the_published_one():
    pairs = the_pairs(0.0)
    row = equivalence(pairs, [a_scale("s")]).iloc[0]
    spread = np.sqrt((pairs["before"].var(ddof=1) + pairs["after"].var(ddof=1)) / 2)
    assert row["bound"] == pytest.approx(0.2 * spread) and row["bound_from"] == "convention"
    said = equivalence_findings(equivalence(pairs), EN, {})
    assert "does not declare" in said[-1] and "0.2 standard deviations" in said[-1]
    assert equivalence(pairs, [a_scale("s", score="who5")]).loc[0, "bound"] == 10


def test_too_few_or_all_alike_is_told_and_never_equivalent():
    for before, after in (([3.0], [3.0]), ([3.0, 2.0, 4.0], [3.0, 2.0, 4.0])):
        row = equivalence(pair_waves(make_scores("s", before=before, after=after))).iloc[0]
        assert np.isnan(row["low"]) and row["note"] and row["verdict"] == ""
    assert equivalence(pd.DataFrame(columns=["id", "area", "scale", "before", "after", "change"])).empty


def test_few_organisations_are_judged_by_turning_signs():
    pairs = the_pairs(0.0).head(14)
    table = equivalence(
        pairs,
        [a_scale("s", smallest_change=1.0)],
        change=change_of_organisations(pairs),
        interval=sign_flip_interval,
    )
    assert (table.loc[0, "low"], table.loc[0, "high"]) == sign_flip_interval(pairs["change"], level=0.9)[1:]
    assert table.loc[0, "verdict"] == "no_change_that_counts" and "sign-flip" in table.loc[0, "method"]


def test_the_smallest_change_of_a_scale_is_above_nought():
    declared = {"id": "s", "label": "S", "area": "wellbeing", "items": ["a"], "range": (1, 5)}
    assert Scale(**declared, smallest_change=0.3).smallest_change == 0.3
    with pytest.raises(ValueError, match="greater than 0"):
        Scale(**declared, smallest_change=-0.3)


def test_the_figure_draws_the_zone_of_each_scale_and_says_so_in_words():
    table = equivalence(the_pairs(0.0), [a_scale("s", smallest_change=0.2)])
    axes = plot_equivalence(table, text=EN, labels={"s": "Wellbeing"})
    zone = axes.collections[0].get_paths()[0].get_extents()
    assert (zone.xmin, zone.xmax) == (pytest.approx(-0.2), pytest.approx(0.2))
    plt.close(axes.figure)
    words = alt_equivalence(table, text=EN, labels={"s": "Wellbeing"})
    assert "Wellbeing" in words and "zone ±0.20" in words and "smaller than the bound" in words
    assert "Nothing to draw" in alt_equivalence(table.head(0), text=EN)
