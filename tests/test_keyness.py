"""Keyness: the published values, and the difference between a group's word and one person's."""

import numpy as np
import pandas as pd
import pytest
from test_words import turns_of

from hubanalysis.metrics.keyness import chi_square, keyness, keyness_of_all, log_likelihood, log_ratio
from hubanalysis.metrics.vocabulary import word_tokens


def test_values_for_a_known_table():
    """[[7, 3], [2, 7]]: chi-square, Yates, G2 and Williams' G2 as R's chisq.test and DescTools::GTest give them."""
    table = (7, 3, 2, 7)
    assert chi_square(*table) == pytest.approx(4.337160, abs=1e-6)
    assert chi_square(*table, yates=True) == pytest.approx(2.632438, abs=1e-6)
    assert log_likelihood(*table) == pytest.approx(4.534939, abs=1e-6)
    assert log_likelihood(*table, williams=True) == pytest.approx(4.200833, abs=1e-6)


def test_dunnings_example():
    """Dunning 1993: (10, 0, 3, 31764) has a log-likelihood of 167.23."""
    assert log_likelihood(10, 0, 3, 31764) == pytest.approx(167.23, abs=0.005)


def test_the_sign_tells_too_much_from_too_little():
    assert log_likelihood(2, 7, 7, 3) == pytest.approx(-4.534939, abs=1e-6)
    assert chi_square(2, 7, 7, 3) < 0 < chi_square(7, 3, 2, 7)
    assert log_likelihood(np.array([5, 0]), np.array([5, 0]), 95, 95).tolist() == [0, 0]


def test_the_log_ratio_counts_doublings():
    assert log_ratio(8, 2, 92, 98) == pytest.approx(2)
    assert log_ratio(0, 4, 100, 96) == pytest.approx(np.log2(0.5 / 4))


FILLER = "strada pane vino acqua sole luna prato fiume ponte monte "
TEXTS = ["treno treno " + FILLER * 2] * 6 + ["muro " * 30 + FILLER * 2] + [FILLER * 2] * 5
NAMES = [f"I{k:02d}" for k in range(12)]
INTERVIEWS = pd.DataFrame({"interview": NAMES, "group": ["a"] * 6 + ["b"] * 6})


def test_a_word_all_of_a_group_say_stands_out_and_one_that_one_person_repeats_does_not():
    frame = keyness(word_tokens(turns_of(*TEXTS)), INTERVIEWS, least_witnesses=1).set_index(
        ["group", "lemma"]
    )
    shared, single = frame.loc[("a", "treno")], frame.loc[("b", "muro")]
    assert single["g2"] > shared["g2"] > 10  # by words alone the repeated one would stand first
    assert shared["p_adjusted"] < 0.05 < single["p_adjusted"]
    assert (shared["n"], shared["said"], shared["n_others"], shared["said_others"]) == (6, 12, 0, 0)
    assert single["low"] < 0.2 < shared["low"]  # draws without her know nothing of the word


def test_a_word_of_too_few_interviews_is_left_out():
    frame = keyness(word_tokens(turns_of(*TEXTS)), INTERVIEWS, least_witnesses=2)
    assert "muro" not in set(frame["lemma"]) and "treno" in set(frame["lemma"])


def test_in_a_small_group_there_is_no_interval_and_the_note_says_why():
    frame = keyness(word_tokens(turns_of(*TEXTS)), INTERVIEWS.assign(group=["a"] * 2 + ["b"] * 10))
    assert frame.loc[frame["group"] == "a", "low"].isna().all() and frame["note"].iloc[0]


def test_the_same_words_give_the_same_table():
    tokens = word_tokens(turns_of(*TEXTS))
    pd.testing.assert_frame_equal(keyness(tokens, INTERVIEWS), keyness(tokens, INTERVIEWS))


@pytest.mark.parametrize("groups", [["a"] * 12, [None] * 12, ["a"] * 6 + [None] * 6])
def test_without_two_groups_there_is_nothing_to_compare(groups):
    frame = keyness(word_tokens(turns_of(*TEXTS)), INTERVIEWS.assign(group=groups))
    assert frame.empty and {"group", "lemma", "estimate", "n"} <= set(frame.columns)


def test_all_words_at_once_have_the_same_statistics():
    tokens = word_tokens(turns_of(*TEXTS))
    every = keyness_of_all(tokens, INTERVIEWS).set_index(["group", "lemma"])
    tested = keyness(tokens, INTERVIEWS, least_witnesses=1).set_index(["group", "lemma"])
    for column in ("g2", "estimate", "said", "said_others"):
        assert every.loc[tested.index, column].tolist() == pytest.approx(tested[column].tolist())
    assert keyness_of_all(tokens, INTERVIEWS.assign(group="a")).empty


def test_one_person_with_many_interviews_is_one_witness():
    """Six interviews say muro, all of them hers: by interview it would stand out as treno does."""
    texts = ["treno treno " + FILLER * 2] * 6 + ["muro muro " + FILLER * 2] * 6 + [FILLER * 2] * 6
    names = [f"I{k:02d}" for k in range(18)]
    interviews = pd.DataFrame({"interview": names, "group": ["a"] * 6 + ["b"] * 6 + ["c"] * 6})
    turns = turns_of(*texts)
    persons = [f"p{k}" for k in range(6)] + ["anna"] * 6 + [f"q{k}" for k in range(6)]
    by_interview = keyness(word_tokens(turns), interviews).set_index("lemma")
    by_person = keyness(word_tokens(turns.assign(person=persons)), interviews, least_witnesses=1)
    by_person = by_person.set_index("lemma")
    assert by_interview.loc["muro", "p"] < 0.01 and by_interview.loc["muro", "n"] == 6
    assert by_person.loc["muro", "p"] > 0.05 and by_person.loc["muro", "n"] == 1
    assert by_person.loc["treno", "p"] < 0.01 and by_person.loc["treno", "dispersion"] == pytest.approx(0)


def waves(before, after):
    """The same ten people before and after."""
    turns = turns_of(*before, *after).assign(person=[f"p{k}" for k in range(10)] * 2)
    interviews = pd.DataFrame({"interview": turns["interview"], "wave": ["before"] * 10 + ["after"] * 10})
    return word_tokens(turns), interviews


def test_between_waves_each_person_is_compared_with_herself():
    """Two in ten love trains, before and after alike; all ten speak of neighbours only after."""
    plain = [("treno " * 20 if k < 2 else "") + FILLER for k in range(10)]
    tokens, interviews = waves(plain, [text + " vicini" for text in plain])
    frame = keyness(tokens, interviews, by="wave").set_index(["wave", "lemma"])
    assert frame.loc[("after", "vicino"), "p_adjusted"] < 0.05
    assert frame.loc[("after", "vicino"), ["n", "n_others"]].tolist() == [10, 0]
    assert frame.loc[("before", "treno"), "p"] > 0.2
    assert abs(frame.loc[("before", "treno"), "estimate"]) < 0.2


def test_shuffling_within_persons_keeps_its_level():
    """Nothing changes between the waves: p below .05 about one time in twenty, over 60 words."""
    rng = np.random.default_rng(7)
    lexicon = [f"{a}{b}{c}ino" for a in "bcdf" for b in "aeiou" for c in "lmn"]
    loved = rng.dirichlet(np.ones(60) / 4, size=10)
    said = [" ".join(rng.choice(lexicon, 80, p=loved[k % 10])) for k in range(20)]
    tokens, interviews = waves(said[:10], said[10:])
    frame = keyness(tokens, interviews, by="wave", draws=499)
    assert 0 <= (frame["p"] < 0.05).mean() < 0.12 and frame["p_adjusted"].min() > 0.05
