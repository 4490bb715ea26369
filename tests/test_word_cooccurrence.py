"""Words said near each other: counted within turns, weighed against chance, led back to their sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hubanalysis.figures.word_network import word_groups
from hubanalysis.metrics.keyness import log_likelihood
from hubanalysis.metrics.vocabulary import word_tokens
from hubanalysis.metrics.word_cooccurrence import strongest_ties, tie_lines, word_cooccurrence


def tokens_of(*turns: tuple[str, str]) -> pd.DataFrame:
    """Tokens of turns (interview, words of content)."""
    rows = [(i, t, w) for t, (i, words) in enumerate(turns) for w in words.split()]
    frame = pd.DataFrame(rows, columns=["interview", "turn", "lemma"])
    return frame.assign(content=True, token=frame["lemma"], start=0, end=0)


def counted_by_hand(tokens: pd.DataFrame, window: int) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for _, own in tokens.groupby(["interview", "turn"]):
        words = own["lemma"].tolist()
        for i, a in enumerate(words):
            for b in words[i + 1 : i + 1 + window]:
                if a != b:
                    pair = (min(a, b), max(a, b))
                    counts[pair] = counts.get(pair, 0) + 1
    return counts


@pytest.fixture(scope="module")
def drawn() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    words = [f"w{k:02d}" for k in range(12)]
    return tokens_of(*[(f"I{k % 5}", " ".join(rng.choice(words, rng.integers(1, 12)))) for k in range(60)])


def test_pairs_are_counted_as_by_hand(drawn):
    for window in (1, 5):
        found = word_cooccurrence(drawn, window, least=1, least_interviews=1)
        got = {(a, b): n for a, b, n in zip(found["word"], found["with_word"], found["said"], strict=True)}
        assert got == counted_by_hand(drawn, window)


def test_no_pair_crosses_a_turn_or_an_interview():
    tokens = tokens_of(("A", "casa orto"), ("A", "scuola"), ("B", "banco"))
    found = word_cooccurrence(tokens, least=1, least_interviews=1)
    assert found[["word", "with_word"]].to_numpy().tolist() == [["casa", "orto"]]


def test_words_that_only_carry_grammar_neither_meet_nor_count_as_distance():
    tokens = tokens_of(("A", "casa a b c d e f orto"))
    tokens["content"] = tokens["lemma"].isin(["casa", "orto"])
    assert word_cooccurrence(tokens, least=1, least_interviews=1)["said"].tolist() == [1]


def test_log_likelihood_and_npmi_are_those_of_the_table_of_pairs(drawn):
    found = word_cooccurrence(drawn, least=1, least_interviews=1)
    counts = counted_by_hand(drawn, 5)
    n = 2 * sum(counts.values())
    row = found.iloc[3]
    ends = {w: sum(c for pair, c in counts.items() if w in pair) for w in (row["word"], row["with_word"])}
    a, b, c = row["said"], ends[row["word"]], ends[row["with_word"]]
    # Dunning's G2 as the house computes it for words: rows (first or not), columns (second or not)
    expected = log_likelihood(a, c - a, b - a, n - b - c + a)
    assert abs(row["g2"]) == pytest.approx(abs(float(expected)), rel=1e-9)
    assert row["npmi"] == pytest.approx(np.log(a * n / (b * c)) / -np.log(a / n))


def test_one_persons_pair_is_no_tie():
    tokens = tokens_of(
        *[("A", "gatto nero")] * 20,
        *[(i, "pane burro") for i in "ABCD"],
        *[("B", f"x{k} y{k}") for k in range(40)],
    )
    ties = strongest_ties(word_cooccurrence(tokens), least_interviews=3)
    assert ties[["word", "with_word", "n"]].to_numpy().tolist() == [["burro", "pane", 4]]


def test_two_interviews_of_one_person_are_one_witness():
    turns = [(i, "pane burro") for i in "ABCD"] + [("B", f"x{k} y{k}") for k in range(40)]
    tokens = tokens_of(*turns)
    tokens["person"] = tokens["interview"].replace({"B": "A"})
    assert strongest_ties(word_cooccurrence(tokens), least_interviews=3)["n"].tolist() == [3]


def test_every_tie_leads_back_to_its_sentences():
    text = (
        "Ogni sera porto il cane al parco vicino alla vecchia stazione, poi il cane torna stanco dal parco."
    )
    turns = pd.DataFrame(
        {
            "interview": ["A"],
            "turn": [3],
            "speaker": ["P1"],
            "role": ["interviewee"],
            "text": [text],
            "start": [100],
        }
    )
    tokens = word_tokens(turns)
    lines = tie_lines(tokens, turns, "cane", "parco")
    pairs = word_cooccurrence(tokens, least=1, least_interviews=1).set_index(["word", "with_word"])
    assert len(lines) == pairs.loc[("cane", "parco"), "said"]
    assert all("cane" in q and "parco" in q and q in text for q in lines["quote"])
    assert (lines["start"] - 100).map(lambda s: text[s:].startswith(("cane", "parco"))).all()


def test_groups_of_words_do_not_depend_on_the_order_of_the_ties():
    ties = pd.DataFrame({"word": list("aabdde"), "with_word": list("bccefg")})
    ties = ties.assign(g2=20.0, n=3)
    pd.testing.assert_frame_equal(word_groups(ties), word_groups(ties[::-1].reset_index(drop=True)))
    groups = word_groups(ties).set_index("lemma")["group"]
    assert groups["a"] == groups["b"] == groups["c"] != groups["d"]


def test_nothing_gives_nothing():
    assert word_cooccurrence(tokens_of()).empty
    assert word_cooccurrence(tokens_of(("A", "solo"))).empty
