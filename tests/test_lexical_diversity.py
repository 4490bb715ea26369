"""Lexical diversity: the values a published implementation gives for its own example, and what it cannot tell."""

import numpy as np
import pandas as pd
import pytest
from test_words import turns_of

from hubanalysis.metrics.lexical_diversity import diversity_means, hd_d, lexical_diversity, mattr, mtld
from hubanalysis.metrics.vocabulary import word_tokens

# The example of the package lexicalrichness 0.5.1 (Shen 2022), 57 words, as it cuts them.
EXAMPLE = (
    "measure of textual lexical diversity computed as the mean length of sequential words in a text that maintains a "
    "minimum threshold ttr score iterates over words until ttr scores falls below a threshold then increase factor "
    "counter by 1 and start over mccarthy and jarvis pg recommends a factor threshold in the range of mccarthy "
    "mccarthy and jarvis"
).replace(" 1 ", " ")


def test_values_of_the_published_example():
    """lexicalrichness 0.5.1 documents mtld .72 46.7923, mattr 25 .8352, hdd 42 .7469 for it."""
    words = EXAMPLE.split()
    assert len(words) == 57
    assert mtld(words, 0.72) == pytest.approx(46.79226361031519, abs=1e-9)
    assert mattr(words, 25) == pytest.approx(0.8351515151515151, abs=1e-12)
    assert hd_d(words, 42) == pytest.approx(0.7468703323966486, abs=1e-9)


def test_the_moving_average_is_that_of_all_windows():
    words = np.random.default_rng(3).choice(list("abcdefgh"), 90).tolist()
    plain = np.mean([len(set(words[k : k + 20])) / 20 for k in range(len(words) - 19)])
    assert mattr(words, 20) == pytest.approx(plain)


def test_hd_d_is_the_mean_over_samples():
    words = list("aabbbcdeefghij" * 4)
    rng = np.random.default_rng(5)
    drawn = np.mean([len(set(rng.choice(words, 42, replace=False))) / 42 for _ in range(3000)])
    assert hd_d(words) == pytest.approx(drawn, abs=0.003)


def test_repeating_oneself_is_less_varied_and_short_texts_have_no_value():
    varied, poor = [f"w{k}" for k in range(120)], ["a", "b"] * 60
    assert mtld(varied) == 120 and mtld(poor) < 4
    assert hd_d(varied) == pytest.approx(1) and hd_d(poor) == pytest.approx(2 / 42)
    assert np.isnan(mattr(poor[:10])) and np.isnan(hd_d(poor[:10])) and np.isnan(mtld([]))


def test_each_interviewee_and_the_means_of_groups():
    texts = [
        " ".join(f"{w}{'aeiou'[k % 5]}" for k, w in enumerate(["cas", "pan", "vin"] * 50)) for _ in range(4)
    ]
    turns = turns_of(*texts, "troppo breve")
    interviews = pd.DataFrame({"interview": [f"I{k:02d}" for k in range(5)], "group": list("aabbb")})
    frame = lexical_diversity(word_tokens(turns), interviews)
    assert frame["words"].tolist() == [150, 150, 150, 150, 2]
    assert frame["mtld"].notna().tolist() == [True] * 4 + [False] and frame["note"].iloc[4]
    means = diversity_means(frame).set_index(["group", "measure"])
    assert means.loc[("all_interviews", "mtld"), "n"] == 4 and means.loc[("b", "hd_d"), "n"] == 2
    assert means.loc[("all_interviews", "mtld"), "estimate"] == pytest.approx(frame["mtld"].mean())


def test_interviews_of_one_person_are_one():
    turns = turns_of("pane e vino " * 20, "acqua e sole " * 20).assign(person="anna")
    interviews = pd.DataFrame({"interview": ["I00", "I01"], "group": ["a", "a"]})
    assert lexical_diversity(word_tokens(turns), interviews)["words"].tolist() == [120]


def test_without_words_there_is_nothing():
    frame = lexical_diversity(
        word_tokens(turns_of().astype({"text": "str"})), pd.DataFrame({"interview": []})
    )
    assert frame.empty and diversity_means(frame).empty
