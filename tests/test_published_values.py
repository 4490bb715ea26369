"""Values that R packages and papers print, for the methods of the questionnaires (docs/methods_proof.md lists all)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from test_change import GDS_AFTER, GDS_BEFORE, make_scores
from test_scales import answers

from hubanalysis.metrics.change import pair_waves
from hubanalysis.metrics.effect_sizes import d_av, d_becker, d_rm, d_z
from hubanalysis.metrics.reliability import cronbach_alpha, item_analysis
from hubanalysis.metrics.reliable_change import reliable_change
from hubanalysis.metrics.scales import score_scales

# R psych, data(bfi), A1 to A5 with A1 turned round (2800 people): the pairwise covariances, from the data set itself.
AGREEABLENESS = np.array(
    [
        [1.9817, 0.5602, 0.4858, 0.3051, 0.3212],
        [0.5602, 1.3736, 0.7416, 0.5821, 0.5761],
        [0.4858, 0.7416, 1.6948, 0.6961, 0.8280],
        [0.3051, 0.5821, 0.6961, 2.1893, 0.5737],
        [0.3212, 0.5761, 0.8280, 0.5737, 1.5839],
    ]
)

#: Raw 7 to 35 of the short Warwick-Edinburgh scale to its metric score (Stewart-Brown et al. 2009, table).
SWEMWBS = """7.00 9.51 11.25 12.40 13.33 14.08 14.75 15.32 15.84 16.36 16.88 17.43 17.98 18.59 19.25 19.98 20.73 21.54
22.35 23.21 24.11 25.03 26.02 27.03 28.13 29.31 30.70 32.55 35.00"""


def with_covariances(wanted, n, seed=1):
    """n rows whose sample covariances are ``wanted`` to the last digit."""
    raw = np.random.default_rng(seed).normal(size=(n, len(wanted)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    return white @ np.linalg.cholesky(wanted).T


def in_order(scores):
    """The scores in the order in which the people were written down (p0, p1, ...)."""
    return scores.sort_values("id", key=lambda ids: ids.str[1:].astype(int))["score"].tolist()


def preferences():
    """489 pairs with the moments of R effectsize's data(preferences2025), in standard deviations of ``before``.

    The manual prints d_b = 5.17, d_av = 5.57, d_z = 3.56 (all times J = .9985): they fix the mean difference, the
    standard deviation of ``after`` and the correlation; nothing is left free for the intervals or for d_rm.
    """
    j = 1 - 3 / (4 * 488 - 1)
    mean, average, change = 5.17 / j, 5.17 / 5.57, 5.17 / 3.56
    variance = 2 * average**2 - 1
    covariance = (1 + variance - change**2) / 2
    before, after = with_covariances(np.array([[1, covariance], [covariance, variance]]), 489).T
    return before, after + mean


@pytest.mark.parametrize(
    ("measure", "estimate", "low", "high"),
    [(d_rm, 5.58, 5.01, 6.15), (d_av, 5.57, 5.43, 5.71), (d_becker, 5.17, 4.82, 5.53)],
)
def test_standardised_mean_differences_of_repeated_measures_in_r_effectsize(measure, estimate, low, high):
    # R effectsize 1.0, example(repeated_measures_d): rm, av and b, adjusted for small samples, normal intervals
    asked = {} if measure is d_becker else {"interval": "normal"}
    assert measure(*preferences(), adjust=True, **asked) == pytest.approx((estimate, low, high), abs=0.012)


def test_d_z_of_the_same_example():
    # R effectsize, example(repeated_measures_d): cohens_d(chocolate - poop) = 3.56 [3.32, 3.80]
    assert d_z(*preferences()) == pytest.approx((3.56, 3.32, 3.80), abs=0.012)


def test_alpha_and_items_of_the_agreeableness_scale_in_r_psych():
    # R psych prints raw_alpha 0.7 for alpha(bfi[1:5], check.keys = TRUE); the third digit is from the data set
    assert cronbach_alpha(with_covariances(AGREEABLENESS, 2800))[0] == pytest.approx(0.703, abs=5e-4)
    # forty people with the same covariances, moved up into a range that holds them all: neither changes a value
    moved = answers(*(with_covariances(AGREEABLENESS, 40) + 50).tolist(), items=tuple("abcde"))
    scale = {"id": "s", "area": "offer", "items": list("abcde"), "range": (0, 100)}
    table = item_analysis(moved, [scale])
    # from the same covariances by the definitions: alpha of the other four, correlation with their sum
    assert table["alpha_without"].round(2).tolist() == [0.72, 0.62, 0.60, 0.69, 0.64]
    assert table["estimate"].round(2).tolist() == [0.31, 0.56, 0.59, 0.39, 0.49]


def test_reliable_change_of_the_jacobson_data_in_r_clinicalsignificance():
    """R clinicalsignificance, its own tests: gds, reliability .80, Jacobson-Truax: 10 recovered, 4 improved, 12
    unchanged, none worse, of 26 couples with both scores (cut-off a: two standard deviations below the first mean)."""
    pairs = pair_waves(make_scores("gds", before=GDS_BEFORE, after=GDS_AFTER))
    scale = {
        "id": "gds",
        "area": "wellbeing",
        "items": ["gds"],
        "range": (0, 100),
        "better": "lower",
        "reliability": 0.8,
    }
    table = reliable_change(pairs, [scale]).set_index("outcome")
    counts = (table["estimate"] * table["n"]).round().astype(int)
    assert counts.to_dict() == {"improved": 14, "no_reliable_change": 12, "worsened": 0}
    threshold, before = table["threshold"].iloc[0], pairs["before"]
    reliably = pairs["change"] < -threshold
    cut_off_a = before.mean() - 2 * before.std(ddof=1)
    assert int((reliably & (pairs["after"] < cut_off_a)).sum()) == 10


def test_every_raw_score_of_swemwbs_has_its_published_metric_score():
    items = [f"w{k}" for k in range(7)]
    scale = {"id": "w", "area": "wellbeing", "items": items, "range": (1, 5), "score": "swemwbs"}
    rows = [tuple(1 + raw // 7 + (k < raw % 7) for k in range(7)) for raw in range(29)]  # raw scores 7 to 35
    scores = in_order(score_scales(answers(*rows, items=items), [scale]))
    assert scores == [float(value) for value in SWEMWBS.split()]


def test_every_raw_score_of_who5_is_four_times_itself():
    items = [f"w{k}" for k in range(5)]
    scale = {"id": "w", "area": "wellbeing", "items": items, "range": (0, 5), "score": "who5"}
    rows = [tuple(raw // 5 + (k < raw % 5) for k in range(5)) for raw in range(26)]
    scores = in_order(score_scales(answers(*rows, items=items), [scale]))
    # Topp et al. 2015: percentage score 0 to 100; a raw score under 13 (below 50) is poor wellbeing
    assert scores == [4.0 * raw for raw in range(26)]
    assert sum(score < 50 for score in scores) == 13


def test_every_test_the_list_of_proofs_names_exists():
    root = Path(__file__).parents[1]
    named = re.findall(
        r"`(tests/[\w/]+\.py)::(test_\w+)`", (root / "docs/methods_proof.md").read_text(encoding="utf-8")
    )
    assert len(named) > 40
    files = {file: (root / file).read_text(encoding="utf-8") for file, _test in named}
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in files[file]] == []
