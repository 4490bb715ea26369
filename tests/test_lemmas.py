"""Lemmas: the table before the dictionary, the rules after it."""

import pytest

from hubanalysis.metrics.lemmas import lemmatise, lemmatise_all


@pytest.mark.parametrize(
    ("forms", "lemma"),
    [
        (["so", "sa", "saprei"], "sapere"),
        (["detto", "detta", "dicevo"], "dire"),
        (["vai", "vado", "andate"], "andare"),
        (["stato"], "stato"),
        (["vivo", "vivi", "vive"], "vivere"),
        (["conosciuto", "conosciuta", "conosciuti", "conosciute"], "conoscere"),
        (["percorso", "percorsi"], "percorso"),
        (["bellissimo", "bellissime", "bel"], "bello"),
        (["pochissimi", "po'"], "poco"),
        (["parlarne", "parlargliene", "parlandone", "parlarmi"], "parlare"),
        (["farcela", "farci", "farlo"], "fare"),
        (["porlo", "proporsi"][:1], "porre"),
        (["malati", "malata", "malato"], "malato"),
        (["città"], "città"),
    ],
)
def test_forms_of_a_word_have_one_lemma(forms, lemma):
    assert lemmatise_all(forms) == [lemma] * len(forms)


def test_a_word_that_only_looks_like_one_with_a_pronoun_stays():
    assert [lemmatise(w) for w in ("carne", "parla", "mondo")] == ["carne", "parlare", "mondo"]


def test_english_has_its_own_dictionary():
    assert [lemmatise(w, "en") for w in ("people", "went", "Neighbours")] == ["people", "go", "neighbour"]


def test_an_unknown_form_is_its_own_lemma_in_small_letters():
    assert lemmatise("Xyzzypq") == "xyzzypq"
