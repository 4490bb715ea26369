"""Groups: the interaction tested and read twice, small ones refused, two compared with an interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from hubanalysis.findings.for_whom import group_findings, in_both_readings, two_groups_in_words
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.groups import (
    change_by_group,
    difference_of_two_groups,
    differences_between_groups,
    refused_groups,
)

EN = Translator("en")


def two_groups(effect=0.0, start=0.0, regress=0.0, n=60, seed=4):
    """Half of n people start ``start`` higher and change by ``effect`` more; who starts low rises by ``regress``."""
    rng = np.random.default_rng(seed)
    second = np.arange(2 * n) % 2 == 1
    before = rng.normal(3, 1, 2 * n) + start * second
    change = effect * second - regress * (before - 3) + rng.normal(0, 0.5, 2 * n)
    ids = [f"p{k:03}" for k in range(2 * n)]
    pairs = pd.DataFrame({"id": ids, "area": "offer", "scale": "s", "before": before, "change": change})
    attributes = pd.DataFrame({"id": ids, "attribute": "group", "value": np.where(second, "b", "a")})
    return pairs.assign(after=before + change), attributes


def sentences(pairs, attributes, least=10):
    arguments = pairs, attributes, ["group"], least
    return group_findings(
        differences_between_groups(*arguments),
        change_by_group(*arguments),
        EN,
        {"s": "Offer"},
        {},
        least=least,
        contrasts=difference_of_two_groups(*arguments),
        refused=refused_groups(*arguments),
    )


def test_the_second_reading_is_the_robust_test_of_group_beside_the_first_score():
    pairs, attributes = two_groups(0.2, 0.5, 0.3)
    pairs.loc[pairs.index % 3 == 0, "change"] *= 2
    row = differences_between_groups(pairs, attributes, ["group"]).iloc[0]
    data = pairs.assign(group=attributes["value"].to_numpy())
    fit = smf.ols("change ~ C(group) + before", data).fit(cov_type="HC3", use_t=True)
    assert row["p_equal_start"] == pytest.approx(fit.pvalues["C(group)[T.b]"])
    assert row["f_equal_start"] == pytest.approx(fit.tvalues["C(group)[T.b]"] ** 2)
    assert row["p_equal_start_adjusted"] == row["p_equal_start"]  # one test only
    both = in_both_readings(differences_between_groups(pairs, attributes, ["group"])).set_index("reading")
    assert both["p"].to_dict() == {"as_they_stand": row["p"], "equal_first_score": row["p_equal_start"]}


def test_a_group_that_starts_lower_and_rises_by_itself_is_told_as_such():
    said = sentences(*two_groups(start=1.0, regress=0.4))
    assert "did not change alike" in said[0] and "no longer shown" in said[0]
    assert "Tests made: 1" in said[1]


def test_a_change_alike_from_different_heights_is_told_as_such():
    said = sentences(*two_groups(effect=0.4, start=1.0, regress=0.4))
    assert (
        "No difference between groups" in said[0]
        and "with the first score held equal there is one" in said[1]
    )


def test_a_difference_of_two_groups_has_an_interval_and_a_size():
    pairs, attributes = two_groups(0.5)
    row = difference_of_two_groups(pairs, attributes, ["group"]).iloc[0]
    first, second = (pairs.loc[attributes["value"] == v, "change"] for v in "ab")
    welch = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    assert (row["low"], row["high"]) == (pytest.approx(welch.low), pytest.approx(welch.high))
    assert (row["n"], row["smaller"]) == (120, 60)
    pooled = np.sqrt(np.mean([pairs.loc[attributes["value"] == v, "before"].var() for v in "ab"]))
    assert row["standardised"] == pytest.approx(row["estimate"] / pooled * (1 - 3 / (4 * 118 - 1)))
    words = two_groups_in_words(
        difference_of_two_groups(pairs, attributes, ["group"]), {"group/a": "Alone"}, EN
    )
    assert words.loc[0, ["first", "second"]].tolist() == ["Alone", EN.term("b")]
    said = sentences(pairs, attributes)
    assert "The difference is +" in said[0]  # from the lesser to the greater change
    attributes.loc[:29, "value"] = "c"
    assert difference_of_two_groups(pairs, attributes, ["group"]).empty


def test_small_groups_are_refused_and_counted_but_not_named():
    pairs, attributes = two_groups(0.5)
    attributes.loc[:4, "value"], attributes.loc[5:13, "value"] = "rare", "seldom"
    refused = refused_groups(pairs, attributes, ["group"], 10)
    assert refused.iloc[0].tolist() == ["group", 2, 4]
    row = differences_between_groups(pairs, attributes, ["group"], 10).iloc[0]
    assert row["groups"] == 2 and row["n"] == 106
    said = " ".join(sentences(pairs, attributes))
    assert (
        "fewer than 10 people" in said and "(2 of 4)" in said and "rare" not in said and "seldom" not in said
    )


def test_groups_without_any_difference_in_their_first_score_are_still_compared():
    pairs, attributes = two_groups(0.5)
    row = differences_between_groups(pairs.assign(before=3.0), attributes, ["group"]).iloc[0]
    assert row["p_equal_start"] < 0.01
    assert np.isnan(
        difference_of_two_groups(pairs.assign(before=3.0), attributes, ["group"])["standardised"].iloc[0]
    )
