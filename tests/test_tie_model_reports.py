"""What is said and drawn of models of ties: never more than interval and test together show, never a cause."""

from __future__ import annotations

import pandas as pd
import pytest
from reference_networks import high_tech, organisations_frame, respondents_frame, ties_frame

from hubanalysis.figures.nothing import NOTHING_DRAWN
from hubanalysis.figures.tie_models import alt_tie_models, association, plot_tie_models, term_words
from hubanalysis.findings.tie_models import (
    change_model_sentences,
    formula_for,
    meeting_sentences,
    overlap_sentences,
    tie_model_sentences,
    worded_terms,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.multiplexity import multiplex_counts, multiplex_overlap
from hubanalysis.metrics.tie_models import UNTOLD, tie_formation, why_ties

TEXT = Translator("en")
REACH = {"id": "reach", "label": {"en": "far"}, "either_reach": ["national"], "kinds_differ": None}


def row(term, estimate, low, high, p, unit="odds ratio", note="", **more) -> dict:
    base = {
        "kind": "work",
        "wave": "before",
        "term": term,
        "estimate": estimate,
        "low": low,
        "high": high,
        "n": 30,
    }
    return base | {"pairs_compared": 870, "p": p, "unit": unit, "method": "", "note": note} | more


MODEL = pd.DataFrame(
    [
        row("constant", 0.1, 0.05, 0.2, None),
        row("same(kind)", 2.0, 1.2, 3.3, 0.004),
        row("differ(municipality)", 0.5, 0.3, 0.8, 0.01),
        row("distance(power)", 1.4, 1.05, 1.9, 0.2),
        row("long(reach)", 30.0, 0.5, 90.0, 0.03),
        row("met", None, None, None, None, note=UNTOLD),
    ]
)


class TestAssociation:
    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ((2.0, 1.2, 3.3, 0.01), "more"),
            ((0.5, 0.3, 0.8, 0.01), "less"),
            ((2.0, 1.2, 3.3, 0.2), "unclear"),  # the test does not agree
            ((2.0, 0.9, 4.0, 0.01), "unclear"),  # the interval does not agree
            ((2.0, float("nan"), float("nan"), 0.01), "unclear"),
            ((2.0, 1.2, 3.3, float("nan")), "unclear"),
        ],
    )
    def test_interval_and_test_must_agree(self, values, said):
        assert association(row("met", *values)) == said

    def test_points_are_held_against_nought(self):
        assert association(row("met", 0.2, 0.1, 0.3, 0.01, unit="points of tie probability")) == "more"


class TestWhyTies:
    def test_what_is_shown_is_told_with_its_numbers(self):
        sentences = tie_model_sentences(MODEL, TEXT)
        assert (
            "more often with “alike in: kind of organisation” (odds ratio 2.00, interval 1.20 to 3.30, p = 0.004)"
            in (sentences[0])
        )
        assert "n = 30 organisations, 870 pairs" in sentences[0]
        assert "less often with “different in: municipality”" in sentences[1]

    def test_what_is_not_shown_is_not_denied(self):
        unclear = tie_model_sentences(MODEL, TEXT)[2]
        assert (
            "no association could be shown for “each step of distance in: level of power” and “reach”"
            in unclear
        )
        assert "too few" in unclear

    def test_what_was_not_recorded_is_said(self):
        assert (
            "nothing can be said of “took part in the same activity”" in tie_model_sentences(MODEL, TEXT)[3]
        )

    def test_no_sentence_speaks_of_causes_but_to_deny_them(self):
        sentences = tie_model_sentences(MODEL, TEXT)
        assert "not causes" in sentences[-1]
        assert not any(word in " ".join(sentences[:-1]) for word in ("because", "effect", "cause"))

    def test_a_study_without_ties_says_so(self):
        ties, register = high_tech()
        empty = why_ties("tie ~ met", ties.iloc[:0], register)
        assert "no ties" in tie_model_sentences(empty, TEXT)[0]

    def test_terms_are_in_words_in_the_table(self):
        words = worded_terms(MODEL, TEXT)["term"].tolist()
        assert words[1] == "alike in: kind of organisation"
        assert not any("(" in word for word in words)
        assert (
            term_words("sender(kind = school)", TEXT)
            == "of the one that names: kind of organisation “school”"
        )


class TestFormula:
    def test_it_takes_what_the_study_tells_apart(self):
        ties, register = high_tech()
        assert formula_for(ties, register, [REACH]) == "advice ~ friendship + same(kind)"
        assert formula_for(ties, register, [], kind="friendship", change=True) == (
            "friendship ~ returned + shared_partners + same(kind) + met"
        )
        assert "returned" not in formula_for(ties, register, [], change=True, directed=False)

    def test_a_long_tie_of_several_conditions_is_not_taken(self):
        ties, register = high_tech()
        register["reach"] = ["local", "national", *["local"] * 19]
        both = REACH | {"id": "both", "kinds_differ": True}
        assert formula_for(ties, register, [both, REACH, REACH | {"id": "second"}]).endswith("+ long(reach)")

    def test_it_is_a_formula_where_nothing_is_told(self):
        ties = ties_frame([])
        found = why_ties(formula_for(ties, organisations_frame([]), []), ties, organisations_frame([]))
        assert found.empty


class TestChange:
    def test_events_and_pairs_are_told(self):
        own = MODEL.rename(columns={"wave": "wave_to"}).assign(wave_from="first", events=40)
        sentences = change_model_sentences(own, own.iloc[:0], TEXT)
        assert "of 870 pairs without a tie 40 formed one: more often with" in sentences[0]
        ended = change_model_sentences(own.iloc[:0], own, TEXT)
        assert "of 870 ties 40 ended: more often with" in ended[0]

    def test_one_wave_is_not_enough(self):
        ties, register = high_tech()
        none = tie_formation("advice ~ friendship", ties, register)
        assert "two waves are needed" in change_model_sentences(none, none, TEXT)[0]


class TestOverlap:
    def test_counts_chance_and_test_are_told(self):
        network = high_tech()
        overlap = multiplex_overlap(*network, permutations=199, replicates=50)
        sentence = overlap_sentences(overlap, multiplex_counts(*network), TEXT)[0]
        assert "46.1 would be by chance" in sentence  # 190 x 102 / 420
        assert "r = 0.15" in sentence

    def test_networks_that_do_not_vary_are_not_compared(self):
        ties, register = high_tech()
        ties = ties[ties["kind"] == "advice"]
        asked = pd.concat(
            [respondents_frame(register["organisation"], kind=k) for k in ("advice", "friendship")]
        )
        network = (ties, register, asked)
        overlap = multiplex_overlap(*network, permutations=9, replicates=20)
        assert "cannot be compared" in overlap_sentences(overlap, multiplex_counts(*network), TEXT)[0]

    def test_one_kind_is_said_not_to_be_enough(self):
        ties, register = high_tech()
        ties = ties[ties["kind"] == "advice"]
        counts = multiplex_counts(ties, register)
        assert "Two kinds of tie" in overlap_sentences(multiplex_overlap(ties, register), counts, TEXT)[0]


class TestMeeting:
    def rows(self, *values):
        more = {"unit": "points of tie probability", "wave_from": "before", "wave_to": "after"}
        return pd.DataFrame([row("constant", 0.1, 0.05, 0.15, None, **more), row("met", *values, **more)])

    def test_both_shares_and_the_difference_are_told_and_no_cause(self):
        sentence = meeting_sentences(self.rows(0.2, 0.1, 0.3, 0.01), TEXT)[0]
        assert "30.0% of the untied pairs that met and 10.0% of those that did not" in sentence
        assert "from 10.0 to 30.0 percentage points" in sentence
        assert "that meeting made ties is not shown" in sentence

    def test_no_difference_is_not_no_effect(self):
        assert "No difference could be shown" in meeting_sentences(self.rows(0.2, -0.1, 0.3, 0.1), TEXT)[0]

    def test_without_records_it_cannot_be_told(self):
        assert "cannot be told" in meeting_sentences(self.rows(None, None, None, None), TEXT)[0]
        assert "cannot be told" in meeting_sentences(MODEL.iloc[:0], TEXT)[0]


class TestFigure:
    def test_a_dot_is_hollow_where_nothing_is_shown_and_an_arrow_leaves_the_picture(self):
        axes = plot_tie_models(MODEL, text=TEXT).axes[0]
        assert [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()] == [
            term_words(term, TEXT) for term in MODEL["term"][1:5]
        ]
        dots = {line.get_ydata()[0]: line for line in axes.lines if line.get_marker() == "o"}
        assert [dots[y].get_markerfacecolor() == "white" for y in (0, 1, 2)] == [False, False, True]
        assert 3 not in dots  # its estimate lies beyond the edge
        assert ">" in [line.get_marker() for line in axes.lines]

    def test_the_words_hold_every_number_of_the_picture(self):
        words = alt_tie_models(MODEL, text=TEXT)
        for number in ("2.00 [1.20 to 3.30], p 0.004", "30.00 [0.50 to 90.00], p 0.030"):
            assert number in words

    def test_nothing_to_draw(self):
        assert plot_tie_models(MODEL.iloc[:1], text=TEXT).get_label() == NOTHING_DRAWN
