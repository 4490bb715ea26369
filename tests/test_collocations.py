"""Terms of several words: what keeps together, by nltk's and by our own log-likelihood, and never one person's."""

import numpy as np
import pandas as pd
import pytest
from test_words import turns_of

from hubanalysis.metrics.collocations import collocations
from hubanalysis.metrics.keyness import log_likelihood
from hubanalysis.metrics.vocabulary import word_tokens

FILLER = "pane vino acqua luna prato fiume ponte monte gatto cane libro penna"


def texts_with(*terms, seed=1):
    """Filler words in any order with each term set twice into it."""
    rng = np.random.default_rng(seed)
    words = rng.permutation(FILLER.split() * 3).tolist()
    for term in terms:
        for at in rng.choice(len(words), 2, replace=False):
            words.insert(int(at), term)
    return " ".join(words)


TEXTS = [texts_with("assistente sociale", "casa di riposo", seed=k) for k in range(5)]


def test_words_that_keep_together_are_found_with_what_stands_between():
    frame = collocations(word_tokens(turns_of(*TEXTS))).set_index("phrase")
    assert {"assistente sociale", "casa di riposo"} == set(frame.index)
    assert frame.loc["assistente sociale", ["said", "n"]].tolist() == [10, 5]
    assert (frame["low"] <= frame["estimate"]).all() and (frame["estimate"] <= frame["high"]).all()


def test_forms_of_a_term_are_counted_together_and_the_usual_one_is_shown():
    texts = [texts_with("assistenti sociali", seed=k) for k in range(3)]
    texts += [texts_with("assistente sociale", seed=k) for k in range(3, 5)]
    frame = collocations(word_tokens(turns_of(*texts)))
    assert frame["phrase"].tolist() == ["assistenti sociali"] and frame["said"].iloc[0] == 10


def test_the_log_likelihood_is_that_of_the_two_by_two_table():
    tokens = word_tokens(turns_of(*TEXTS))
    row = collocations(tokens).set_index("phrase").loc["assistente sociale"]
    same = tokens["turn"].to_numpy()[1:] == tokens["turn"].to_numpy()[:-1]
    first, second = tokens["lemma"].to_numpy()[:-1][same], tokens["lemma"].to_numpy()[1:][same]
    a, b = first == "assistente", second == "sociale"
    table = ((a & b).sum(), (~a & b).sum(), (a & ~b).sum(), (~a & ~b).sum())
    assert row["g2"] == pytest.approx(float(log_likelihood(*table)), abs=1e-6)
    assert row["estimate"] == pytest.approx(np.log2(table[0] * same.sum() / (a.sum() * b.sum())))


def test_what_one_person_repeats_and_a_stammer_are_no_terms():
    texts = [texts_with(seed=k) for k in range(4)] + [texts_with(*["ponte levatoio"] * 6, seed=9)]
    texts[0] += " casa casa" * 5
    texts[1] += " casa casa" * 5
    assert collocations(word_tokens(turns_of(*texts))).empty
    assert "ponte levatoio" in set(collocations(word_tokens(turns_of(*texts)), least_witnesses=1)["phrase"])


def test_in_two_interviews_a_term_has_no_interval_and_says_why():
    row = collocations(word_tokens(turns_of(*TEXTS[:2])), least=3).iloc[0]
    assert pd.isna(row["low"]) and row["note"]


def test_english_terms():
    texts = [f"{texts_with(seed=k)} point of view {texts_with(seed=k + 9)} point of view" for k in range(4)]
    assert "point of view" in set(collocations(word_tokens(turns_of(*texts), "en"), "en")["phrase"])


def test_without_words_there_are_no_terms():
    assert collocations(word_tokens(turns_of().astype({"text": "str"}))).empty
