"""Sentences and figures on interviews and observations say what the numbers allow, and no more."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from test_keyness import INTERVIEWS as TWO_GROUPS
from test_keyness import TEXTS
from test_observations import a_programme, observed
from test_words import turns_of

from hubanalysis.figures.agreement import alt_agreement, plot_agreement
from hubanalysis.figures.interviews import (
    alt_saturation,
    alt_themes,
    plot_saturation,
    plot_themes,
)
from hubanalysis.figures.observations import alt_grid, alt_trend, plot_grid, plot_trend
from hubanalysis.figures.words import alt_keyness, plot_keyness
from hubanalysis.findings.agreement import agreement_reading
from hubanalysis.findings.interviews import (
    agreement_findings,
    group_findings,
    interview_findings,
    interview_limits,
    theme_findings,
)
from hubanalysis.findings.observations import (
    grid_findings,
    grid_range,
    observation_findings,
    observation_limits,
    observer_findings,
    trend_findings,
)
from hubanalysis.findings.words import word_findings
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.code_saturation import saturation
from hubanalysis.metrics.coder_agreement import agreement_by_code
from hubanalysis.metrics.codes import code_differences, code_extent, code_presence
from hubanalysis.metrics.keyness import keyness
from hubanalysis.metrics.observations import (
    grid_marks,
    grid_means,
    grid_trend,
    observed_visits,
    observer_agreement,
)
from hubanalysis.metrics.vocabulary import interview_sizes, word_tokens

EN, IT = Translator("en"), Translator("it")
LABELS = {"x": "loneliness", "y": "new ties", "calm": "People are at ease", "voice": "Everyone speaks"}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def an_alpha(estimate, low, high):
    return {"estimate": estimate, "low": low, "high": high}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.82, 0.9, "as much as is usually asked for"),
        (0.70, 0.9, "enough for tentative conclusions"),
        (0.50, 0.9, "reaches below"),
        (0.20, 0.6, "less than even tentative"),
        (float("nan"), float("nan"), "cannot be told"),
    ],
)
def test_agreement_is_read_from_the_low_end_of_its_interval(low, high, said):
    assert said in agreement_reading(an_alpha(0.85, low, high), EN)


def coded_study(groups=("a", "a", "a", "b", "b", "b")):
    """Six interviews of ten turns, two coders; "x" in all, "y" in half of them; B misses every third x."""
    names = [f"I{k}" for k in range(6)]
    turns = pd.DataFrame(
        [(i, k, "interviewee", 20 * k, 20 * k + 19) for i in names for k in range(10)],
        columns=["interview", "turn", "role", "start", "end"],
    )
    rows = []
    for n, i in enumerate(names):
        for k in range(6):
            rows.append((i, "A", "x", 20 * k, 20 * k + 10))
            if (k + n) % 3:
                rows.append((i, "B", "x", 20 * k, 20 * k + 12))
        if n < 3:
            rows += [(i, c, "y", 150, 160) for c in "AB"]
    segments = pd.DataFrame(rows, columns=["interview", "coder", "code", "start", "end"])
    interviews = pd.DataFrame({"interview": names, "group": groups, "words": 1000, "turns": 10})
    codes = pd.DataFrame({"code": ["x", "y"], "area": ["wellbeing", "networks"]})
    return segments, turns, interviews, codes


def test_the_findings_name_themes_with_share_interval_and_n():
    segments, turns, interviews, codes = coded_study()
    presence, extent = (
        code_presence(segments, interviews, codes),
        code_extent(segments, turns, interviews, codes),
    )
    first, last, talk = theme_findings(presence, extent, EN, LABELS)
    assert "**loneliness**, 100% of them (61% to 100%, n = 6)" in first
    assert "**new ties**, 50% (19% to 81%)" in last
    assert "**loneliness**" in talk and "%" in talk
    said = interview_findings(interview_sizes(interviews), presence, EN)
    assert "**6 interviews**" in said[0] and "6,000 words" in said[0] and "a 3 and b 3" in said[1]


def test_no_difference_is_claimed_that_the_test_does_not_carry():
    segments, _, interviews, codes = coded_study()
    weak = code_differences(code_presence(segments, interviews, codes, by="group"))
    assert "**no theme**" in group_findings(weak, EN, LABELS)[0]  # 3 of 3 against 0 of 3: p = .1
    strong = weak.assign(p_adjusted=[1.0, 0.01])
    said = group_findings(strong, EN, LABELS)
    assert "**new ties** comes up more often among a than among b" in said[0] and "p = 0.010" in said[0]
    assert "no difference" in said[1]


def test_weak_agreement_is_named_theme_by_theme():
    segments, turns, *_ = coded_study()
    table = agreement_by_code(segments, turns)
    said = agreement_findings(table, EN, LABELS)
    assert "alpha = **" in said[0] and "60 turns in 6 interviews" in said[0]
    weak = table.assign(estimate=[0.8, 0.5, 0.9])
    assert "loneliness 0.50" in agreement_findings(weak, EN, LABELS)[1]
    alone = agreement_by_code(segments[segments["coder"] == "A"], turns)
    assert "one person only" in agreement_findings(alone, EN, LABELS)[0]


def test_words_are_results_only_beyond_chance():
    frame = keyness(word_tokens(turns_of(*TEXTS)), TWO_GROUPS)
    assert "treno (" in word_findings(frame, EN)[0] and "in 6 interviews" in word_findings(frame, EN)[0]
    assert "**none**" in word_findings(frame.assign(p_adjusted=0.5), EN)[0]


def test_limits_tell_what_is_missing():
    segments, _, interviews, _ = coded_study(groups=("a", None, "a", "b", "b", "b"))
    account = pd.DataFrame({"table": ["segments", "turns"], "dropped": [4, 9]})
    said = " ".join(
        interview_limits(
            interviews, segments[segments["interview"] != "I5"], account, saturation(segments), EN
        )
    )
    assert "1 interviews have no group" in said and "1 interviews are not coded" in said
    assert "4 coded passages" in said and "hardly bring a new one" in said


def test_without_data_the_sentences_say_so_and_the_limits_are_silent():
    segments, turns, interviews, codes = (frame.iloc[:0] for frame in coded_study())
    presence = code_presence(segments, interviews, codes)
    assert interview_findings(interview_sizes(interviews), presence, EN) == ["This study has no interviews."]
    assert theme_findings(presence, code_extent(segments, turns, interviews, codes), EN, LABELS) == []
    assert "cannot be compared" in group_findings(code_differences(presence.assign(group="")), EN, LABELS)[0]
    assert "not coded" in agreement_findings(agreement_by_code(segments, turns), EN, LABELS)[0]
    assert interview_limits(interviews, segments, pd.DataFrame(), saturation(segments), EN) == []
    nothing = observed()
    visits, means, trend = (
        observed_visits(nothing),
        grid_means(nothing, ["item"]),
        grid_trend(nothing, ["item"]),
    )
    assert observation_findings(visits, nothing, EN) == ["This study has no field observations."]
    assert grid_findings(means, EN, LABELS) == trend_findings(trend, EN, LABELS) == []
    assert observer_findings(observer_agreement(nothing), EN, LABELS) == []
    assert (
        observation_limits(visits, pd.DataFrame({"activity": []}), nothing, EN) == []
        and grid_range(None) is None
    )


def test_a_rise_is_named_with_its_size_and_what_does_not_move_is_not():
    said = trend_findings(grid_trend(a_programme(slope=0.2, noise=0.1), ["item"]), EN, LABELS)
    assert said[0].startswith("**People are at ease** rose over the programme; points a month: +0.")
    assert "n = 12" in said[0] and "no change over time" in said[1]
    fell = trend_findings(grid_trend(a_programme(slope=-0.2, noise=0.1), ["item"]), EN, LABELS)
    assert "fell over the programme; points a month: −0." in fell[0]
    still = trend_findings(grid_trend(a_programme(noise=0.5), ["item"]), EN, LABELS)
    assert len(still) == 1 and "**no item**" in still[0]


def test_an_order_of_items_is_claimed_only_where_intervals_do_not_meet():
    apart = grid_means(a_programme(slope=0.3, noise=0.1), ["item"])
    assert "do not meet" in grid_findings(apart, EN, LABELS)[2]
    assert "cannot be told" in grid_findings(grid_means(a_programme(noise=0.5), ["item"]), EN, LABELS)[2]


def test_what_was_observed_and_what_was_not():
    frame = a_programme(noise=0.2)
    visits = observed_visits(frame)
    assert (
        "**12 visits** to 12 activities were observed by 2 observers; at 12"
        in observation_findings(visits, frame, EN)[0]
    )
    activities = pd.DataFrame({"activity": [f"A{k:02d}" for k in range(14)]})
    said = " ".join(observation_limits(visits, activities, frame, EN))
    assert "2 activities of the programme were never observed" in said and "10 January 2022" in said
    assert "alpha = **1.00**" in observer_findings(observer_agreement(frame), EN, LABELS)[0]
    assert (
        "Every mark was the same"
        in observer_findings(observer_agreement(frame.assign(value=3.0)), EN, LABELS)[0]
    )


@pytest.mark.parametrize("text", [EN, IT])
def test_figures_draw_every_row_and_their_words_hold_every_number(text):
    segments, turns, interviews, codes = coded_study()
    presence = code_presence(segments, interviews, codes)
    by_group = code_presence(segments, interviews, codes, by="group")
    figure = plot_themes(presence, by_group, axis_label="share", text=text, labels=LABELS)
    assert len(figure.axes) == 3
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["loneliness", "new ties"]
    words = alt_themes(presence, by_group, text=text, labels=LABELS)
    assert "loneliness 100%" in words and "new ties 50%" in words and "b 0%" in words

    agreement = agreement_by_code(segments, turns)
    axes = plot_agreement(agreement, text=text, labels=LABELS)
    assert len(axes.get_yticklabels()) == 3 and axes.get_xlim()[1] > 1
    assert text.number(agreement.loc[0, "estimate"]) in alt_agreement(agreement, text=text, labels=LABELS)

    typical = keyness(word_tokens(turns_of(*TEXTS)), TWO_GROUPS)
    assert (
        len(plot_keyness(typical, most=3, text=text).axes)
        == typical.loc[typical["g2"] > 0, "group"].nunique()
    )
    assert "treno" in alt_keyness(typical, text=text)

    curve = saturation(segments)
    assert plot_saturation(curve, text=text).lines[0].get_xdata().tolist() == [1, 2, 3, 4, 5, 6]
    assert text.number(2.0, 1) in alt_saturation(curve, text=text)

    frame = a_programme(slope=0.2, noise=0.1)
    means, trend = grid_means(frame, ["item"]), grid_trend(frame, ["item"])
    axes = plot_grid(means, scale=(1, 5), text=text, labels=LABELS)
    assert axes.get_xlim() == pytest.approx((0.9, 5.1)) and len(axes.get_yticks()) == 2
    assert text.number(means.loc[0, "estimate"]) in alt_grid(means, text=text, labels=LABELS)
    figure = plot_trend(
        grid_marks(frame, ["item", "area"], "visit"), trend, scale=(1, 5), text=text, labels=LABELS
    )
    assert [len(ax.lines) for ax in figure.axes if ax.get_visible()] == [2, 2]
    assert [ax.lines[1].get_linestyle() for ax in figure.axes] == [
        "-",
        "--",
    ]  # broken where no slope could be shown
    assert "People are at ease +" in alt_trend(trend, text=text, labels=LABELS)


def test_figures_of_nothing_say_so():
    segments, turns, interviews, codes = (frame.iloc[:0] for frame in coded_study())
    presence, curve = code_presence(segments, interviews, codes), saturation(segments)
    nothing = observed()
    means, trend = grid_means(nothing, ["item"]), grid_trend(nothing, ["item"])
    typical = keyness(word_tokens(turns_of().astype({"text": "str"})), TWO_GROUPS)
    figures = [
        plot_themes(presence, presence, text=EN),
        plot_agreement(agreement_by_code(segments, turns), text=EN),
        plot_keyness(typical, text=EN),
        plot_saturation(curve, text=EN),
        plot_grid(means, text=EN),
        plot_trend(grid_marks(nothing, ["item", "area"], "visit"), trend, text=EN),
    ]
    assert all("Nothing to draw" in figure.figure.axes[0].texts[0].get_text() for figure in figures)
    alts = [
        alt_themes(presence, presence, text=EN),
        alt_agreement(agreement_by_code(segments, turns), text=EN),
        alt_keyness(typical, text=EN),
        alt_saturation(curve, text=EN),
        alt_grid(means, text=EN),
        alt_trend(trend, text=EN),
    ]
    assert set(alts) == {"Nothing to draw: this study has no such data."}


def test_a_small_group_is_named_without_its_number_where_everyone_reads():
    sizes = pd.DataFrame({"group": ["all_interviews", "worker", "citizen"], "n": [15, 12, 3], "words": 100})
    sizes = sizes.assign(estimate=10.0, low=9.0, high=11.0)
    said = interview_findings(sizes, pd.DataFrame({"code": ["x"]}), Translator("en"), least=10)
    assert "12" in said[1] and "3" not in said[1]
    assert "3" in interview_findings(sizes, pd.DataFrame({"code": ["x"]}), Translator("en"))[1]
