"""Classes of words: segments, Reinert's classification against a plain one, double classification, stability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from plain_reinert import plain_split, planted_talk, presence, table_chi2, two_sides
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from hubanalysis.metrics.class_profiles import (
    class_codes,
    class_groups,
    class_presence,
    class_words,
    typical_segments,
)
from hubanalysis.metrics.double_reinert import cross, double_classes, least_units, word_classes
from hubanalysis.metrics.reinert import partition_chi2, reinert
from hubanalysis.metrics.term_matrix import TermMatrix, term_matrix
from hubanalysis.metrics.topic_stability import adjusted_rand, topic_stability
from hubanalysis.metrics.vocabulary import word_tokens
from hubanalysis.metrics.word_segments import joined_segments, segment_texts, word_segments


def talk(*said: tuple[str, str, str]) -> pd.DataFrame:
    """Turns of (interview, speaker, text), one after the other in a plain text of the interview."""
    rows, at, number = [], {}, {}
    for interview, speaker, text in said:
        start = at.get(interview, 0)
        role = "interviewer" if speaker == "I" else "interviewee"
        rows.append((interview, number.get(interview, 0), speaker, role, text, start, start + len(text)))
        at[interview], number[interview] = start + len(text) + 1, number.get(interview, 0) + 1
    return pd.DataFrame(rows, columns=["interview", "turn", "speaker", "role", "text", "start", "end"])


@pytest.fixture(scope="module")
def planted():
    frame, topic, words, _ = planted_talk()
    table, terms = presence(words)
    return frame, topic, TermMatrix(sparse.csr_array(table), terms)


class TestSegments:
    def test_they_are_of_about_the_size_and_end_where_sentences_do(self):
        sentence = "Ieri siamo andati tutti insieme al circolo per cantare. "
        turns = talk(("I01", "P1", (sentence * 20).strip()))
        tokens = word_tokens(turns)
        frame, place = word_segments(tokens, turns, size=20)
        assert frame["words"].between(15, 30).all() and frame["words"].sum() == len(tokens) == len(place)
        assert all(text.endswith("cantare.") for text in segment_texts(frame, turns))

    def test_none_crosses_a_speaker_an_interview_or_a_question(self):
        turns = talk(
            ("I01", "P1", "Prima parlo io della casa."),
            ("I01", "P2", "Poi parlo io del lavoro."),
            ("I02", "P1", "Un'altra intervista sulla scuola."),
            ("I02", "I", "E che cosa pensava allora del vecchio mercato coperto?"),
            ("I02", "P1", "Il mercato era bello."),
        )
        frame, _ = word_segments(word_tokens(turns), turns)
        assert segment_texts(frame, turns) == list(turns.loc[[0, 1, 2, 4], "text"])

    def test_a_sign_of_listening_does_not_end_one(self):
        turns = talk(
            ("I01", "P1", "Abitavo al primo piano"), ("I01", "I", "mh mh"), ("I01", "P1", "in un condominio.")
        )
        frame, _ = word_segments(word_tokens(turns), turns)
        assert segment_texts(frame, turns) == ["Abitavo al primo piano […] in un condominio."]
        assert (frame["turn"][0], frame["last_turn"][0], frame["start"][0]) == (0, 2, 0)

    def test_short_ones_are_joined_with_neighbours_of_the_same_speaker_only(self):
        frame = pd.DataFrame({"interview": ["A"] * 5 + ["B"] * 2, "speaker": "P1"})
        unit = joined_segments(frame, np.array([4, 7, 12, 9, 2, 3, 3]), 10)
        # 4+7, 12, 9+2; B never reaches 10 and stays by itself
        assert unit.tolist() == [0, 0, 1, 2, 2, 3, 3]
        # a short end goes with the unit before it
        assert joined_segments(frame[:5], np.array([11, 12, 10, 3, 2]), 10).tolist() == [0, 1, 2, 2, 2]

    def test_the_matrix_leaves_out_rare_words_and_those_of_one_interview(self):
        turns = talk(
            *[("I01", "P1", "La bicicletta del maestro e la chitarra.")] * 3,
            *[("I02", "P1", "La bicicletta e il maestro.")] * 2,
        )
        tokens = word_tokens(turns)
        tokens["turn"] = range(len(tokens))  # a segment for each token would do: here one for each sentence
        place = np.repeat(np.arange(5), [8, 8, 8, 6, 6])[: len(tokens)]
        matrix = term_matrix(tokens, place, 5)
        assert list(matrix.terms) == ["bicicletta", "maestro"]
        assert set(matrix.present.data) == {1.0}


class TestClassification:
    def test_it_reports_the_chi2_of_its_own_partition(self, planted):
        _, _, matrix = planted
        tree = reinert(matrix.present, 10)
        table = matrix.present.toarray()
        assert len(tree.splits) > 3
        for split in tree.splits:
            left, right = (
                table[np.ix_(tree.members[side], split.terms)].sum(axis=0)
                for side in (split.left, split.right)
            )
            assert split.chi2 == pytest.approx(table_chi2(np.stack([left, right])), rel=1e-12)

    @pytest.mark.parametrize("own", [0.7, 0.35, 0.0])
    def test_every_split_reaches_what_the_plain_one_does(self, own):
        _, _, words, _ = planted_talk(own=own, interviews=6)
        table, _ = presence(words)
        tree = reinert(sparse.csr_array(table), 6, least_members=3)
        for split in tree.splits:
            rows = np.sort(np.concatenate([tree.members[split.left], tree.members[split.right]]))
            _, plain = plain_split(table[np.ix_(rows, split.terms)], least=3)
            assert split.chi2 >= plain * (1 - 1e-9)

    def test_no_single_change_of_side_would_raise_chi2(self, planted):
        _, _, matrix = planted
        split = (tree := reinert(matrix.present, 2)).splits[0]
        rows = np.concatenate([tree.members[split.left], tree.members[split.right]])
        side = np.arange(len(rows)) >= len(tree.members[split.left])
        table = matrix.present.toarray()[np.ix_(rows, split.terms)]
        for i in range(0, len(rows), 7):
            changed = side.copy()
            changed[i] = not changed[i]
            assert two_sides(table, changed) <= split.chi2 * (1 + 1e-9)

    def test_planted_topics_are_found(self, planted):
        _, topic, matrix = planted
        assert adjusted_rand_score(topic, reinert(matrix.present, 4).classes(4)) > 0.9

    def test_the_order_of_the_columns_does_not_matter(self, planted):
        _, _, matrix = planted
        order = np.random.default_rng(1).permutation(matrix.present.shape[1])
        shuffled = sparse.csr_array(matrix.present.tocsc()[:, order].tocsr())
        assert (reinert(matrix.present, 4).classes(4) == reinert(shuffled, 4).classes(4)).all()

    def test_terms_go_with_the_side_they_are_typical_of(self, planted):
        """Below the first cut a term said on one side alone stands on that side only."""
        _, _, matrix = planted
        tree = reinert(matrix.present, 3)
        first, second = tree.splits
        rows = tree.members[second.node]
        said = np.asarray(matrix.present[rows].sum(axis=0)).ravel()
        assert (said[second.terms] >= 3).all() and len(second.terms) < len(first.terms)

    def test_segments_without_words_have_no_class_and_small_classes_are_not_split(self):
        table = np.vstack([np.eye(4).repeat(4, axis=0), np.zeros((2, 4))])
        tree = reinert(sparse.csr_array(table), 10, least_members=4)
        assert (tree.classes(tree.most)[-2:] == 0).all()
        assert min(len(tree.members[leaf]) for leaf in tree.leaves(tree.most)) >= 4
        nothing = reinert(sparse.csr_array((3, 5)), 4)
        assert nothing.splits == () and nothing.classes(4).tolist() == [0, 0, 0]
        assert (tree.classes(1) == tree.classes(2)).all()

    def test_classes_are_nested_and_numbered_from_the_top_of_the_tree(self, planted):
        _, _, matrix = planted
        tree = reinert(matrix.present, 5)
        four, five = tree.classes(4), tree.classes(5)
        assert all(len(set(four[five == c]) - {0}) == 1 for c in range(1, 6))

    def test_partition_chi2_of_any_number_of_parts(self):
        table = np.array([[10.0, 0, 2], [0, 8, 1], [1, 1, 9]])
        assert partition_chi2(sparse.csr_array(table), np.array(["a", "b", "c"])) == pytest.approx(
            table_chi2(table)
        )


class TestDoubleClassification:
    def test_what_two_trees_agree_on_is_kept_and_the_rest_is_said(self):
        first = np.array(
            [[1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]], dtype=bool
        )
        second = np.array(
            [[1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]], dtype=bool
        )
        chi2, (one, other) = cross(first, second, least=3)[2]
        # 2 x 2 tables 5 0 / 1 6 and 6 0 / 1 5: chi2 = 12 (30)^2 / (6 6 5 7), both
        assert chi2 == pytest.approx(2 * 12 * 30**2 / (6 * 6 * 5 * 7))
        assert (one | other).sum() == 11 and not (one & other).any()

    def test_planted_topics_survive_the_crossing(self, planted):
        frame, topic, matrix = planted
        label, table = double_classes(matrix, frame, 4)
        kept = label > 0
        assert label.max() == 4 and kept.mean() > 0.6
        assert adjusted_rand_score(topic[kept], label[kept]) > 0.9
        row = table.set_index("classes").loc[4]
        assert row["pieces"] == kept.sum() and row["share"] == pytest.approx(kept.mean())

    def test_nothing_in_common_gives_no_class(self):
        assert cross(np.zeros((0, 5), bool), np.ones((1, 5), bool)) == {}
        assert least_units(40) == 5 and least_units(1000) == 50


class TestProfiles:
    def test_words_typical_of_a_class_are_those_planted(self, planted):
        frame, topic, matrix = planted
        label = topic + 1
        words = class_words(matrix, label, frame, most=10)
        assert all(
            w.startswith(f"t{int(c) - 1}") for c, w in zip(words["word_class"], words["lemma"], strict=True)
        )
        row = words.iloc[0]
        inside = matrix.present.toarray()[:, list(matrix.terms).index(row["lemma"])] > 0
        own = label == int(row["word_class"])
        table = np.array(
            [[(inside & own).sum(), (inside & ~own).sum()], [(~inside & own).sum(), (~inside & ~own).sum()]]
        )
        assert row["chi2"] == pytest.approx(table_chi2(table.astype(float)))
        assert row["n"] == frame["interview"][inside & own].nunique()

    def test_a_class_of_one_interview_is_said_to_be_so(self):
        frame = pd.DataFrame({"interview": ["A"] * 6 + ["B"] * 4 + ["C"] * 5})
        label = np.array([1] * 6 + [2] * 4 + [2, 2, 2, 2, 1])
        rows = class_presence(label, frame).set_index("word_class")
        assert rows.loc["1", "note"] and not rows.loc["2", "note"]
        assert (rows.loc["1", "interviews"], rows.loc["2", "interviews"]) == (
            1,
            2,
        )  # one segment alone is no presence
        assert rows.loc["1", "largest"] == pytest.approx(6 / 7)
        assert rows.loc["2", "low"] < rows.loc["2", "estimate"] < rows.loc["2", "high"]

    def test_interviews_of_one_person_are_one_voice(self):
        frame = pd.DataFrame({"interview": list("AABBCC"), "witness": [0, 0, 0, 0, 1, 1]})
        row = class_presence(np.ones(6, int), frame).iloc[0]
        assert (row["n"], row["interviews"]) == (2, 2) and row["largest"] == pytest.approx(4 / 6)

    def test_typical_segments_come_from_different_interviews_and_lead_back(self):
        turns = talk(
            *[
                (f"I{i}", "P1", f"La casa con il giardino e la cucina grande {'e il balcone' * (i % 2)}.")
                for i in range(4)
            ]
        )
        tokens = word_tokens(turns)
        frame, place = word_segments(tokens, turns)
        matrix = term_matrix(tokens, place, len(frame))
        found = typical_segments(matrix, np.array([1, 1, 2, 2]), frame, turns, shortest=3)
        assert found.groupby("word_class")["interview"].nunique().tolist() == [2, 2]
        first = found.iloc[0]
        own = turns[turns["interview"] == first["interview"]].iloc[0]
        assert own["text"][first["start"] : first["end"]] == first["quote"]

    def test_groups_are_shares_that_sum_to_one(self, planted):
        frame, topic, _ = planted
        interviews = pd.DataFrame({"interview": sorted(frame["interview"].unique())})
        interviews["group"] = ["a"] * 6 + ["b"] * 6
        rows = class_groups(topic + 1, frame, interviews)
        assert rows.groupby("group")["estimate"].sum().tolist() == pytest.approx([1, 1])
        assert (rows["low"] <= rows["estimate"]).all() and (rows["n"] == 6).all()
        assert class_groups(topic + 1, frame, interviews.assign(group="a")).empty

    def test_codes_are_set_beside_classes_by_what_they_touch(self):
        frame = pd.DataFrame(
            {"interview": ["A"] * 4, "start": [0, 100, 200, 300], "end": [90, 190, 290, 390]}
        )
        coded = pd.DataFrame(
            {"interview": ["A", "A"], "code": ["x", "x"], "start": [10, 150], "end": [20, 210]}
        )
        rows = class_codes(np.array([1, 1, 2, 0]), frame, coded).set_index("word_class")
        # the code touches the first three segments; moved round, the four places are equally likely
        assert rows["estimate"].to_dict() == pytest.approx({"1": 2 / 3, "2": 1 / 3})
        assert rows["expected"].to_dict() == pytest.approx({"1": 2 / 3, "2": 1 / 3}, abs=0.03)
        assert (rows["pieces"] == 3).all() and rows["low"].isna().all() and (rows["p_adjusted"] > 0.2).all()

    def test_a_code_that_follows_the_interview_and_not_the_words_is_no_match(self):
        """Both the code and the class fill one interview: moved along it they stay where they are."""
        frame = pd.DataFrame({"interview": ["A"] * 10 + ["B"] * 10, "start": [*range(0, 1000, 100)] * 2})
        frame["end"] = frame["start"] + 90
        coded = frame[frame["interview"] == "A"].assign(code="x")
        rows = class_codes(np.repeat([1, 2], 10), frame, coded)
        assert (rows["p_adjusted"] == 1).all() and rows["expected"].tolist() == rows["estimate"].tolist()


class TestStability:
    def test_the_adjusted_rand_index_is_the_known_one(self):
        rng = np.random.default_rng(5)
        one, other = rng.integers(0, 4, 200), rng.integers(0, 3, 200)
        assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))
        assert adjusted_rand(one, one) == 1 and np.isnan(adjusted_rand(one[:0], one[:0]))

    def test_planted_topics_are_stable_and_noise_is_not(self, planted):
        frame, _, matrix = planted
        rows, numbers = topic_stability(matrix, frame, 4, draws=5)
        assert (rows["estimate"] > 0.75).all() and (rows["note"] == "").all() and (rows["n"] == 12).all()
        assert numbers.set_index("classes").loc[4, "estimate"] > 0.8
        _, _, words, _ = planted_talk(own=0.0)
        table, terms = presence(words)
        noise, _ = topic_stability(TermMatrix(sparse.csr_array(table), terms), frame, 4, draws=5)
        assert (noise["estimate"] < 0.6).all() and (noise["note"] != "").all()

    def test_it_is_repeatable_and_silent_about_few_interviews(self, planted):
        frame, _, matrix = planted
        once, again = (topic_stability(matrix, frame, 3, draws=3)[0] for _ in range(2))
        pd.testing.assert_frame_equal(once, again)
        few = frame["interview"].isin(["I00", "I01", "I02"]).to_numpy()
        part = TermMatrix(matrix.present[np.flatnonzero(few)], matrix.terms)
        rows, _ = topic_stability(part, frame[few].reset_index(drop=True), 2)
        assert rows["estimate"].isna().all() and (rows["note"] != "").all()


def test_word_classes_are_the_same_twice(planted):
    frame, _, matrix = planted
    assert (word_classes(matrix, frame).of_segments(5) == word_classes(matrix, frame).of_segments(5)).all()
