"""What is said and drawn of classes of words, of words near each other and of the map of words."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from plain_reinert import planted_talk, presence
from scipy import sparse
from test_correspondence import words_of

from hubanalysis.figures.correspondence import alt_word_map, plot_word_map
from hubanalysis.figures.dendrogram import alt_dendrogram, plot_dendrogram
from hubanalysis.figures.word_network import alt_word_network, plot_word_network
from hubanalysis.findings.word_classes import (
    class_code_findings,
    class_findings,
    class_group_findings,
    class_quotes,
    double_findings,
    stability_findings,
)
from hubanalysis.findings.word_ties import (
    map_quotes_shown,
    strongest_tie_lines,
    tie_findings,
    word_map_findings,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.class_profiles import class_codes, class_groups, class_presence, class_words
from hubanalysis.metrics.double_reinert import word_classes
from hubanalysis.metrics.term_matrix import TermMatrix
from hubanalysis.metrics.word_map import map_quotes, word_map
from hubanalysis.privacy.disclosure import Gate, withhold_small_groups

EN, IT = Translator("en"), Translator("it")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def made():
    frame, topic, words, _ = planted_talk()
    table, terms = presence(words)
    matrix = TermMatrix(sparse.csr_array(table), terms)
    found = word_classes(matrix, frame)
    label = found.of_segments(4)
    return frame, topic, matrix, found, class_presence(label, frame), class_words(matrix, label, frame)


def steady(*values: float) -> pd.DataFrame:
    rows = [
        (str(k + 1), v, v - 0.1, min(v + 0.1, 1), 12, "m", "class_jaccard", "") for k, v in enumerate(values)
    ]
    columns = ["word_class", "estimate", "low", "high", "n", "method", "unit", "note"]
    return pd.DataFrame(rows, columns=columns)


def ties(*rows: tuple[str, str, float, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["word", "with_word", "g2", "n"])
    return frame.assign(npmi=0.5, said=frame["n"] + 1)


TIES = ties(
    ("casa", "cucina", 40, 5), ("casa", "stanza", 30, 2), ("cucina", "stanza", 20, 3), ("bici", "piede", 15, 4),
    ("bici", "treno", 14, 3), ("bici", "macchina", 12, 3), ("pane", "burro", 11, 6),
)  # fmt: skip


def words_drawn(figure) -> list:
    """The texts of a figure that are not empty."""
    return [
        t for axes in figure.axes for t in (*axes.texts, axes.title) if t.get_text() and t.get_visible()
    ]  # fmt: skip


def covering(figure) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes share more than a hair."""
    figure.draw_without_rendering()
    boxes = [(t.get_text(), t.get_window_extent()) for t in words_drawn(figure)]
    return [
        (a, b)
        for i, (a, one) in enumerate(boxes)
        for b, two in boxes[i + 1 :]
        if min(one.x1, two.x1) - max(one.x0, two.x0) > 2 and min(one.y1, two.y1) - max(one.y0, two.y0) > 4
    ]


class TestClasses:
    def test_a_class_is_said_to_be_a_vocabulary_and_no_theme(self, made):
        *_, spread, words = made
        said = " ".join(class_findings(spread, words, steady(0.9, 0.9, 0.9, 0.9), EN))
        assert "not a theme" in said and "n = 12 interviews" in said
        assert "stable" not in said  # nothing weak, nothing to warn of

    def test_instability_is_said_and_never_softened(self, made):
        *_, spread, words = made
        all_weak = " ".join(class_findings(spread, words, steady(0.2, 0.3, 0.4, 0.5), EN))
        assert "None of the 4 classes of words is stable" in all_weak and "0.20 to 0.50" in all_weak
        assert all_weak.index("is stable") < all_weak.index("largest"), "before what the classes are"
        assert stability_findings(steady(0.2, 0.3), pd.DataFrame(), EN) == [], "said once"
        one_weak = " ".join(class_findings(spread, words, steady(0.9, 0.3, 0.8, 0.8), EN))
        assert "not to be relied on: class 2." in one_weak
        assert "too few" in " ".join(class_findings(spread, words, steady(np.nan), EN))

    def test_likeness_is_read_by_the_declared_bounds(self):
        numbers = pd.DataFrame(
            {"classes": [2, 3], "estimate": [0.3, 0.5], "low": [0.1, 0.2], "high": [0.4, 0.8]}
        )
        said = stability_findings(steady(0.8, 0.7, 0.5), numbers, EN)
        assert ["is stable" in said[0], "found again in part" in said[1], "is unstable" in said[2]] == [
            True
        ] * 3
        assert "3 change least" in said[3]

    def test_one_interviews_class_is_named(self, made):
        *_, words = made
        frame = pd.DataFrame({"interview": ["A"] * 6 + ["B"] * 4 + ["C"] * 5})
        spread = class_presence(np.array([1] * 6 + [2] * 4 + [2] * 4 + [1]), frame)
        said = " ".join(class_findings(spread, words, steady(0.9, 0.9), EN))
        assert "Class 1 is above all one interview's: 86%" in said and "Class 2 is above all" not in said

    def test_groups_differ_only_where_the_test_says_so(self, made):
        """Intervals of class 2 lie apart here by chance alone: with six interviews a group they are too narrow."""
        frame, topic, _, _, spread, _ = made
        interviews = pd.DataFrame({"interview": sorted(frame["interview"].unique()), "group": ["a", "b"] * 6})
        same = class_group_findings(spread, class_groups(topic + 1, frame, interviews), EN)
        assert len(same) == 1 and same[0].startswith("No class could be shown") and "n = 12" in same[0]
        of_a = frame["interview"].isin(interviews.loc[interviews["group"] == "a", "interview"]).to_numpy()
        moved = class_group_findings(spread, class_groups(np.where(of_a, 1, 2), frame, interviews), EN)
        assert moved[0].startswith("Class 1 takes more of the talk of a (100%") and "n = 6" in moved[0]

    def test_codes_are_said_with_what_chance_gives(self, made):
        frame, topic, _, _, spread, _ = made
        coded = frame[topic == 1].assign(code="x")[["interview", "code", "start", "end"]]
        said = class_code_findings(spread, class_codes(topic + 1, frame, coded), EN, {"x": "loneliness"})
        assert "loneliness in class 2 (100% of its segments" in said[0]
        assert "by chance" in said[0] and "adjusted p = 0.002" in said[0]
        shuffled = np.random.default_rng(4).permutation(topic)
        apart = class_code_findings(spread, class_codes(shuffled + 1, frame, coded), EN, {"x": "loneliness"})
        assert apart[0].startswith("No theme of the coders could be shown")
        assert (
            "not coded"
            in class_code_findings(spread, class_codes(topic + 1, frame, coded.iloc[:0]), EN, {})[0]
        )

    def test_without_classes_nothing_is_said_of_groups_or_codes(self, made):
        *_, spread, words = made
        none = spread.iloc[:0]
        told = [
            class_findings(none, words, steady(), EN),
            class_group_findings(
                none,
                class_groups(
                    np.array([], int),
                    words.assign(interview="A")[:0],
                    words.assign(interview="A", group="a")[:0],
                ),
                EN,
            ),
            class_code_findings(none, pd.DataFrame(), EN, {}),
        ]
        assert told == [["Too little was said for classes of words to be told apart."]] * 3

    def test_what_two_classifications_leave_out_is_said(self):
        said = double_findings(np.array([1, 1, 2, 0]), EN)
        assert "2 classes and on 75% of the segments (n = 4 segments)" in said[0]
        assert "agree on no class" in double_findings(np.zeros(5, int), EN)[0]

    def test_quotes_carry_their_class_in_words(self):
        frame = pd.DataFrame(
            {"word_class": ["2"], "interview": ["A"], "quote": ["q"], "rule_value": [3.0], "n": [4]}
        )
        assert class_quotes(frame, IT)["rule"].tolist() == ["classe 2"]
        # no n: the door would read it as "the theme stands in n interviews", and a class is no theme
        assert "n" not in class_quotes(frame, IT)

    @pytest.mark.parametrize("text", [EN, IT], ids=["en", "it"])
    def test_the_tree_shows_every_class_with_its_words_and_none_over_another(self, made, text):
        _, _, _, found, spread, words = made
        figure = plot_dendrogram(found.tree, 4, spread, words, text=text)
        written = " ".join(t.get_text() for t in words_drawn(figure)).replace("\n", " ")
        for number in "1234":
            first = words.loc[words["word_class"] == number, "lemma"].iloc[0]
            assert first in written and first in alt_dendrogram(found.tree, 4, spread, words, text=text)
        assert covering(figure) == []

    def test_the_tree_joins_last_what_was_parted_last(self, made):
        _, _, _, found, spread, words = made
        alt = alt_dendrogram(found.tree, 4, spread, words, text=EN)
        cuts = alt.split("cuts in order: ")[1].split(".")[0].split("; ")
        assert len(cuts) == 3 and all("+" not in side for side in cuts[2].split(" parted from "))


class TestTies:
    def test_the_sentences_count_interviews(self):
        nine = pd.DataFrame({"interview": [f"I{k}" for k in range(9)]})
        said = tie_findings(TIES, nine, 2, EN)
        assert "casa** and **cucina**" in said[0] and "in 5 of 9 interviews" in said[0]
        assert "pane** and **burro**, in 6 of 9" in said[1]
        assert "Pairs shown: 7; of these, from two interviews only: 1." in said[2]

    def test_the_picture_names_every_word_once_and_pairs_below(self):
        figure = plot_word_network(TIES, text=IT)
        written = [t.get_text() for t in words_drawn(figure)]
        for word in ("casa", "cucina", "stanza", "bici", "piede", "treno", "macchina"):
            assert written.count(word) == 1
        assert any("burro" in t and "pane" in t for t in written)
        assert covering(figure) == []
        assert "casa" in alt_word_network(TIES, text=IT)

    def test_pairs_alone_and_nothing_are_drawn_too(self):
        assert "pane" in words_drawn(plot_word_network(TIES.tail(1), text=EN))[0].get_text()
        assert "Nothing to draw" in alt_word_network(TIES.iloc[:0], text=EN)
        assert (
            "in 10 interviews or more"
            in tie_findings(TIES.iloc[:0], pd.DataFrame({"interview": []}), 10, EN)[0]
        )
        assert strongest_tie_lines(TIES.iloc[:0], pd.DataFrame(), pd.DataFrame()).empty


class TestMap:
    def test_a_map_that_chance_could_have_made_is_said_to_be_so(self):
        apart = word_map_findings(word_map(*words_of(["a", "b", "c"] * 5, apart=True)), EN)
        assert "**differ more**" in apart[0] and "n = 15 interviews" in apart[0]
        alike = word_map_findings(word_map(*words_of(["a", "b", "c"] * 5, apart=False, seed=2)), EN)
        assert "could not be shown to differ more" in alike[0]

    def test_two_groups_are_drawn_on_one_line_and_three_on_a_map(self):
        two = word_map(*words_of(["a", "b"] * 5, apart=True))
        assert word_map_findings(two, EN)[1].startswith("One axis")
        assert [t.get_text() for t in plot_word_map(two, text=EN).axes[0].get_yticklabels()][:2] in (
            ["A", "B"],
            ["B", "A"],
        )
        three = word_map(*words_of(["a", "b", "c"] * 5, apart=True))
        figure = plot_word_map(three, text=EN)
        assert {"A", "B", "C"} <= {t.get_text() for t in words_drawn(figure)}
        assert covering(figure) == []
        assert "a:" in alt_word_map(three, text=EN)

    def test_single_interviews_are_withheld_from_everyone(self):
        tokens, interviews = words_of(["a"] * 5, apart=False)
        found = word_map(tokens, interviews)
        assert "no interval" in word_map_findings(found, EN)[0]
        assert Gate(True, 10, False).refuses("words", n=int(found.points["n"].min()))

    def test_quotes_of_the_map_are_of_the_point_itself(self, made):
        frame, _, matrix, *_ = made
        interviews = pd.DataFrame({"interview": sorted(frame["interview"].unique()), "group": ["a", "b"] * 6})
        rows = np.repeat(frame["interview"].to_numpy(), np.diff(matrix.present.indptr))
        tokens = pd.DataFrame(
            {"interview": rows, "lemma": matrix.terms[matrix.present.indices], "content": True}
        )
        turns = frame.assign(text="x" * 90, role="interviewee")
        shown = map_quotes_shown(
            map_quotes(word_map(tokens, interviews), matrix, frame, turns, interviews, shortest=5)
        )
        owner = interviews.set_index("interview")["group"]
        assert (
            sorted(shown["group"]) == ["a", "b"] and (shown["interview"].map(owner) == shown["group"]).all()
        )


def test_in_public_words_of_few_interviews_lose_their_numbers(made):
    *_, words = made
    few = withhold_small_groups(words.assign(n=3), 10)
    assert few["chi2"].isna().all() and few["lemma"].notna().all()
