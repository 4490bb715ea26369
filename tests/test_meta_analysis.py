"""Several hubs together: published meta-analyses, standard errors given back, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from hubanalysis.figures.meta_analysis import alt_forest, plot_forest
from hubanalysis.findings.meta_analysis import (
    over_time_sentences,
    pooled_sentences,
    refusal_sentences,
    together_limits,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.hubs_together import hubs_over_time, hubs_together, standard_error
from hubanalysis.metrics.intervals import mean_interval, share_interval
from hubanalysis.metrics.meta_analysis import combine_estimates, difference_between_two, trend_over_years

TEXT = Translator("en")
#: Colditz et al. 1994 (JAMA 271, 698-702), as in R metadat's dat.bcg: cases and others, vaccinated and not, latitude.
BCG = np.array(
    [
        (4, 119, 11, 128, 44), (6, 300, 29, 274, 55), (3, 228, 11, 209, 42), (62, 13536, 248, 12619, 52),
        (33, 5036, 47, 5761, 13), (180, 1361, 372, 1079, 44), (8, 2537, 10, 619, 19), (505, 87886, 499, 87892, 13),
        (29, 7470, 45, 7232, 27), (17, 1699, 65, 1600, 42), (186, 50448, 141, 27197, 18), (5, 2493, 3, 2338, 33),
        (27, 16886, 29, 17825, 33),
    ], dtype=float,
)  # fmt: skip


def log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d, _ = BCG.T
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return np.log(a / (a + b) / (c / (c + d))), np.sqrt(variance)


def smoothed_errors() -> np.ndarray:
    """The sampling errors as Berkey et al. 1995 (Statistics in Medicine 14, 395-411) smooth them, page 399."""
    a, b, c, d, _ = BCG.T
    return np.sqrt(np.mean(b / a) / (a + b) + np.mean(d / c) / (c + d))


def test_bcg_vaccine_against_the_published_values():
    """Berkey et al. 1995, page 408 (empirical Bayes, which solves Paule and Mandel's equation):
    log risk ratio -.5429, SE .1842, tau2 .2682. R metafor, rma(yi, vi, data=dat.bcg): Q(12) = 152.2330."""
    y, se = log_risk_ratios()
    found = combine_estimates(y, smoothed_errors())
    assert found.estimate == pytest.approx(-0.5429, abs=5e-5)
    assert found.tau2 == pytest.approx(0.2682, abs=5e-5)
    half = stats.t.ppf(0.975, 12) * 0.1842
    assert (found.low, found.high) == pytest.approx((-0.5429 - half, -0.5429 + half), abs=2e-4)
    assert found.predict_low < found.low and found.predict_high > found.high
    raw = combine_estimates(y, se)
    assert raw.q == pytest.approx(152.2330, abs=5e-5)
    assert raw.i2 == pytest.approx(1 - 12 / 152.2330, abs=1e-6)
    assert sum(raw.weights) == pytest.approx(1)


def test_tau2_solves_its_equation():
    """Paule & Mandel 1982: the weighted sum of squares at tau2 is k - 1."""
    y, se = log_risk_ratios()
    found = combine_estimates(y, se)
    weights = 1 / (se**2 + found.tau2)
    assert weights @ (y - found.estimate) ** 2 == pytest.approx(12, abs=1e-4)


def test_alike_hubs_have_no_negative_variance_and_no_interval_narrower_than_their_errors():
    """The library gives I2 -570 and a scale of .002 here: the interval would be 20 times too narrow."""
    y, se = np.array([0.10, 0.11, 0.105]), np.sqrt([0.01, 0.02, 0.01])
    found = combine_estimates(y, se)
    assert found.tau2 == 0 and found.i2 == 0
    raw = combine_effects(y, se**2, method_re="pm", use_t=True)
    assert raw.i2 < 0 and raw.conf_int()[3][1] - raw.conf_int()[3][0] < 0.1
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, 2) / np.sqrt((1 / se**2).sum()))


def test_two_hubs_are_honest():
    found = combine_estimates([0.2, 0.4], [0.1, 0.1])
    assert found.high - found.low > 2 * stats.t.ppf(0.975, 1) * 0.1 / np.sqrt(2) - 1e-9
    assert np.isnan(found.predict_low)
    assert difference_between_two([0.2, 0.4], [0.1, 0.1]) == pytest.approx((0.2, -0.0772, 0.4772), abs=1e-4)
    for wrong in ([0.2], [0.1]), ([0.2, 0.3], [0.1, 0.0]), ([0.2, np.nan], [0.1, 0.1]):
        with pytest.raises(ValueError):
            combine_estimates(*wrong)


@pytest.mark.parametrize("tau", [0.0, 0.15])
def test_the_interval_holds_the_truth_as_often_as_it_says(tau):
    """5 hubs of unequal size, 800 simulations: the normal interval of DerSimonian and Laird misses far too often
    where hubs differ (IntHout et al. 2014, 10.1186/1471-2288-14-25)."""
    rng = np.random.default_rng(11)
    se = np.array([0.05, 0.06, 0.08, 0.12, 0.2])
    truth = 0.3
    held = []
    for _ in range(800):
        y = rng.normal(rng.normal(truth, tau, 5), se)
        found = combine_estimates(y, se)
        held.append(found.low <= truth <= found.high)
    assert 0.93 <= np.mean(held) <= (1.0 if tau == 0 else 0.975)


def test_trend_against_the_published_slope_on_latitude():
    """Berkey et al. 1995 (as R metafor gives it, rma(yi, vi, mods = ~ I(ablat - 33.46), method="EB")): slope -.0268 a
    degree of latitude, SE .0110."""
    y, se = log_risk_ratios()
    slope, low, high = trend_over_years(BCG[:, 4], y, smoothed_errors())
    assert slope == pytest.approx(-0.0268, abs=5e-5)
    assert (high - low) / 2 / stats.t.ppf(0.975, 11) == pytest.approx(0.0110, abs=5e-5)
    assert np.isnan(trend_over_years([2021, 2022], y[:2], se[:2])).all()
    line = trend_over_years([2020, 2021, 2022], [0.1, 0.2, 0.3], [0.05, 0.05, 0.05])
    assert line[0] == pytest.approx(0.1) and line[1] < 0 < line[2]


def recorded(estimate=0.3, low=0.1, high=0.5, n=60, **more) -> dict:
    return {
        "id": "change:wellbeing:wellbeing", "notebook": "03_people_change", "area": "wellbeing", "label": "Wellbeing",
        "estimate": estimate, "low": low, "high": high, "n": n, "unit": "points", "method": "paired t interval",
        "note": None, "definition": "mean of a, b; 1 to 5",
    } | more  # fmt: skip


def test_standard_errors_are_those_of_the_data():
    values = np.random.default_rng(3).normal(0.3, 1, 40)
    estimate, low, high = mean_interval(values)
    effect, error, scale = standard_error(recorded(estimate, low, high, 40))
    assert (effect, scale) == (estimate, "as_recorded")
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(40))
    estimate, low, high = share_interval(12, 40)
    share = recorded(estimate, low, high, 40, unit="share", method="share, Wilson interval")
    assert standard_error(share) == (
        pytest.approx(np.log(12 / 28)),
        pytest.approx(np.sqrt(1 / 12 + 1 / 28)),
        "logit",
    )
    odds = recorded(2.0, 2 / np.exp(0.392), 2 * np.exp(0.392), unit="odds ratio",
                    method="proportional odds, errors clustered by person")  # fmt: skip
    assert standard_error(odds) == (pytest.approx(np.log(2)), pytest.approx(0.2, abs=1e-4), "log")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"estimate": None}, "no estimate"),
        ({"low": None}, "no interval"),
        ({"method": "mean change, sign-flip interval"}, "method does not allow"),
        ({"high": 0.9}, "evenly"),
        ({"low": 0.3, "high": 0.3}, "nought"),
        ({"method": "difference of means, Welch's interval", "n": 12}, "too few"),
    ],
)
def test_what_gives_no_standard_error_is_refused(more, reason):
    with pytest.raises(ValueError, match=reason):
        standard_error(recorded(**more))


def test_hubs_are_combined_with_their_weights():
    found = hubs_together({"Siena": [recorded()], "Pisa": [recorded(0.2, 0.1, 0.3)]})
    row = found.pooled.iloc[0]
    assert found.refused.empty and row["hubs"] == 2 and row["n"] == 120 and "Two only" in row["note"]
    weights = found.parts.set_index("hub")["weight"]
    assert weights["Pisa"] == pytest.approx(4 * weights["Siena"])
    assert row["estimate"] == pytest.approx(0.22)


def test_shares_are_combined_on_the_log_odds_and_stay_shares():
    def share(count, n):
        estimate, low, high = share_interval(count, n)
        return [
            recorded(
                estimate, low, high, n, id="retention:leavers", unit="share", method="share, Wilson interval"
            )
        ]

    row = hubs_together({"a": share(0, 30), "b": share(9, 30), "c": share(12, 30)}).pooled.iloc[0]
    assert row["on_scale"] == "logit" and 0 < row["low"] < row["estimate"] < row["high"] < 1
    assert 0 < row["predict_low"] < row["predict_high"] < 1


@pytest.mark.parametrize(
    ("more", "reason", "detail"),
    [
        ({"unit": "standard deviations"}, "units differ", "Siena: points; Pisa: standard deviations"),
        ({"method": "mean, t interval"}, "methods differ", "mean, t interval"),
        ({"definition": "mean of a, b; 0 to 10"}, "definitions differ", "0 to 10"),
        ({"definition": None}, "earlier version", "Pisa: –"),
        ({"estimate": None}, "no estimate", ""),
    ],
)
def test_what_is_not_the_same_is_not_combined(more, reason, detail):
    found = hubs_together({"Siena": [recorded()], "Pisa": [recorded(**more)]})
    assert found.pooled.empty and found.parts.empty
    assert any(
        reason in row["reason"] and detail in row["detail"] for row in found.refused.to_dict("records")
    )


def test_over_time_two_editions_differ_and_three_have_a_slope():
    editions = {"e1": [recorded()], "e2": [recorded(0.5, 0.3, 0.7)], "e3": [recorded(0.7, 0.5, 0.9)]}
    two = hubs_over_time({k: editions[k] for k in ("e2", "e1")}, {"e1": 2021, "e2": 2022}).iloc[0]
    assert two["reading"] == "difference" and two["estimate"] == pytest.approx(0.2)
    error = standard_error(recorded())[1]
    assert two["high"] - two["estimate"] == pytest.approx(1.959964 * np.sqrt(2) * error)
    three = hubs_over_time(editions, {"e1": 2021, "e2": 2022, "e3": 2023}).iloc[0]
    assert three["reading"] == "slope" and three["estimate"] == pytest.approx(0.2)
    assert hubs_over_time(editions, {"e1": 2021}).empty
    share = {"id": "retention:leavers", "unit": "share", "method": "share, Wilson interval", "n": 100}
    shares = {"a": [recorded(0.2, 0.1, 0.3, **share)], "b": [recorded(0.4, 0.3, 0.5, **share)]}
    ratio = hubs_over_time(shares, {"a": 2021, "b": 2022}).iloc[0]
    assert ratio["unit"] == "odds ratio" and ratio["estimate"] == pytest.approx((0.4 / 0.6) / (0.2 / 0.8))


def together_of(*rows):
    return hubs_together({f"hub {i}": [row] for i, row in enumerate(rows)})


def test_sentences_say_direction_interval_and_how_far_hubs_differ():
    alike = pooled_sentences(together_of(recorded(), recorded(0.28, 0.08, 0.48)), TEXT)[0]
    assert "2 together show no change for certain" in alike, "two hubs leave a wide interval"
    assert "could not be shown (I² 0%)" in alike and "A further one" not in alike
    three = [recorded(), recorded(0.28, 0.08, 0.48), recorded(0.31, 0.11, 0.51)]
    said = pooled_sentences(together_of(*three), TEXT)[0]
    assert said.startswith(
        "**Wellbeing**: 3 together show a rise, +0.30 points (interval +0.05 to +0.54, n = 180)."
    )
    assert "A further one may lie anywhere from" in said
    apart = pooled_sentences(together_of(recorded(), recorded(-0.5, -0.7, -0.3)), TEXT)[0]
    assert "They differ by more than chance (I² 9" in apart
    assert pooled_sentences(together_of(recorded(), recorded(unit="share")), TEXT) == [
        "Nothing could be combined: below it is said why."
    ]


def test_sentences_over_time_name_what_moved_and_gather_the_rest():
    still = recorded(0.35, 0.15, 0.55)
    moved = hubs_over_time({"a": [recorded()], "b": [recorded(0.9, 0.7, 1.1)]}, {"a": 2021, "b": 2022})
    assert over_time_sentences(moved, TEXT)[0].startswith(
        "**Wellbeing**: higher in the later edition, +0.60 points"
    )
    quiet = hubs_over_time({"a": [recorded()], "b": [still]}, {"a": 2021, "b": 2022})
    assert over_time_sentences(quiet, TEXT)[0].startswith(
        "No difference between the editions could be shown for: Well"
    )


def test_refusals_are_gathered_by_reason():
    refused = together_of(recorded(), recorded(unit="share")).refused
    assert refusal_sentences(refused, TEXT) == [
        "Not combined, because the units differ (hub 0: points; hub 1: share): change:wellbeing:wellbeing."
    ]


def test_limits_tell_of_simulation_shared_people_and_each_note_once():
    said = together_limits(["a", "b"], ["a"], True, ["Fewer than five", "Fewer than five", ""], TEXT)
    words = " ".join(said)
    assert "Simulated data: a." in words and "counts several times" in words
    assert said.count("Fewer than five") == 1


def test_the_forest_has_a_square_a_hub_and_a_diamond_for_the_mean():
    found = together_of(recorded(), recorded(0.28, 0.08, 0.48), recorded(0.31, 0.11, 0.51))
    axes = plot_forest(found.parts, found.pooled, text=TEXT)
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    assert len(squares) == 3 and len(axes.patches) == 1
    assert "together +0.30; hub 0 +0.30" in alt_forest(found.parts, found.pooled, text=TEXT)
    nothing = together_of(recorded(), recorded(unit="share"))
    assert plot_forest(nothing.parts, nothing.pooled, text=TEXT).texts
    assert alt_forest(nothing.parts, nothing.pooled, text=TEXT)
