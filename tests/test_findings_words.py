"""Sentences and figures on words say what the numbers allow, and count people before mentions."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from test_collocations import TEXTS as WITH_TERMS
from test_keyness import FILLER, INTERVIEWS, TEXTS, waves
from test_words import turns_of

from hubanalysis.figures.words import alt_keyness, alt_rates, plot_keyness, plot_rates
from hubanalysis.findings.words import (
    diversity_findings,
    term_findings,
    used_findings,
    wave_word_findings,
    word_findings,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.collocations import collocations
from hubanalysis.metrics.dispersion import word_dispersion
from hubanalysis.metrics.keyness import keyness
from hubanalysis.metrics.lexical_diversity import diversity_means, lexical_diversity
from hubanalysis.metrics.vocabulary import word_rates, word_tokens

EN, IT = Translator("en"), Translator("it")
NOTHING = word_tokens(turns_of().astype({"text": "str"}))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_the_most_said_words_come_with_rate_interval_and_interviews():
    tokens = word_tokens(turns_of(*TEXTS))
    first, alone = used_findings(word_rates(tokens), word_dispersion(tokens), EN)
    assert "in 1,000 words" in first and "12 interviews" in first
    assert alone.startswith("1 words are said five times or more by one person alone")  # muro, thirty times


def test_terms_are_named_with_how_often_and_by_how_many():
    (said,) = term_findings(collocations(word_tokens(turns_of(*WITH_TERMS))), EN)
    assert "“assistente sociale” (10 times, in 5 interviews)" in said
    assert "No two words" in term_findings(collocations(NOTHING), EN)[0]


def test_waves_are_named_as_the_study_names_them_and_nothing_is_claimed_by_chance():
    before = [FILLER] * 10
    frame = keyness(*waves(before, [text + " vicini" for text in before]), by="wave")
    said = wave_word_findings(frame, EN, {"after": "After the programme"})[0]
    assert (
        said.startswith("Said more in After the programme")
        and "vicino (" in said
        and "in 10 interviews" in said
    )
    assert "**none**" in wave_word_findings(frame.assign(p_adjusted=0.3), EN, {})[0]
    assert "not two waves" in wave_word_findings(frame.iloc[:0], EN, {})[0]


def test_groups_differ_in_diversity_only_where_their_intervals_do_not_meet():
    def means(low, high):
        rows = [("all_interviews", 40, 30, 50), ("a", 30, 25, low), ("b", 50, high, 60)]
        frame = pd.DataFrame(rows, columns=["group", "estimate", "low", "high"])
        return frame.assign(measure="mtld", n=6)

    assert "no difference between groups" in diversity_findings(means(42, 41), EN)[1]
    assert "do not meet" in diversity_findings(means(39, 41), EN)[1]
    assert "not what one can" in diversity_findings(means(39, 41), EN)[-1]
    assert "100 words" in diversity_findings(diversity_means(lexical_diversity(NOTHING, INTERVIEWS)), EN)[0]


@pytest.mark.parametrize("text", [EN, IT], ids=["en", "it"])
def test_figures_draw_what_their_text_says(text):
    tokens = word_tokens(turns_of(*TEXTS))
    rates = word_rates(tokens, most=4)
    axes = plot_rates(rates, text=text).axes[0]
    assert axes.get_yticklabels()[0].get_text() == "muro (1)"  # thirty times, by one
    assert all(word in alt_rates(rates, text=text) for word in rates["lemma"])
    frame = keyness(tokens, INTERVIEWS, least_witnesses=1)
    figure = plot_keyness(frame, most=3, text=text, labels={"a": "first group"})
    assert sorted(axes.get_title(loc="left") for axes in figure.axes) == ["b", "first group"]
    assert "first group: treno" in alt_keyness(frame, text=text, labels={"a": "first group"})


def test_beyond_chance_is_a_full_dot_and_the_rest_hollow():
    frame = keyness(word_tokens(turns_of(*TEXTS)), INTERVIEWS, least_witnesses=1)
    only = frame[frame["lemma"].isin(["treno", "muro"]) & (frame["g2"] > 0)]
    hollow = [
        len(line.get_xdata())
        for axes in plot_keyness(only).axes
        for line in axes.get_lines()
        if line.get_color() == "white"
    ]
    assert hollow == [1, 0] or hollow == [0, 1]


def test_without_words_there_is_nothing_to_say_or_draw():
    rates = word_rates(NOTHING)
    assert len(used_findings(rates, word_dispersion(NOTHING), EN)) == 1
    assert "not two groups" in word_findings(keyness(NOTHING, INTERVIEWS), EN)[0]
    assert "Nothing to draw" in alt_rates(rates, text=EN) and plot_rates(rates, text=EN).get_label()
