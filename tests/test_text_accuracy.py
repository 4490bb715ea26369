"""The scorer of tokens and lemmas: it reads annotated text as it stands and counts what is missed."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def scorer():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        spec = importlib.util.spec_from_file_location("text_accuracy", BENCHMARKS / "text_accuracy.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCHMARKS))
    return module


CONLLU = """# text = l'arte parlarmi.
1\tl'\til\tDET\t_\t_\t2\tdet\t_\tSpaceAfter=No
2\tarte\tarte\tNOUN\t_\t_\t0\troot\t_\t_
3-4\tparlarmi\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
3\tparlar\tparlare\tVERB\t_\t_\t2\tacl\t_\t_
4\tmi\tmi\tPRON\t_\t_\t3\tiobj\t_\t_
5\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_
"""


def test_both_formats_give_the_same_sentence(scorer):
    words = [("l'", 0, None), ("arte", 2, "arte"), ("parlarmi", 7, "parlare")]
    assert scorer.read_conllu(CONLLU) == [("l'arte parlarmi.", words)]
    assert scorer.read_marked("l'|arte/= parlarmi/parlare.") == [("l'arte parlarmi.", words)]


def test_words_cut_otherwise_and_wrong_lemmas_are_counted(scorer):
    sentences = scorer.read_marked("l'|arte/= so~ x vedi v\\. case/casa\ncasa/capanna")
    assert scorer.token_counts(sentences, True).tolist() == [[7, 5, 4], [1, 1, 1]]
    assert scorer.token_counts(sentences, False).tolist() == [[5, 5, 4], [1, 1, 1]]
    assert scorer.f1(np.array([5.0, 5.0, 4.0])) == pytest.approx(0.8)
    counts, errors = scorer.lemma_counts(sentences, lambda form: {"case": "casa"}.get(form, form))
    assert counts.tolist() == [[2, 2], [1, 0]] and list(errors) == [("casa", "casa", "capanna")]


def test_the_interval_draws_sentences_again(scorer):
    low, high = scorer.bounds(np.array([[10.0, 9.0]] * 30 + [[10.0, 7.0]] * 30), scorer.accuracy)
    assert 0.75 < low < 0.8 < high < 0.85
