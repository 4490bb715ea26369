"""Redaction: what names a person goes, what does not stays, and every character can be found again."""

import pandas as pd
import pytest

from hubanalysis.privacy.redaction import redact, redact_column, redact_with_map


@pytest.mark.parametrize(
    ("text", "redacted", "kinds"),
    [
        ("scriva a ada.bini+x@example.org, grazie", "scriva a [email], grazie", ["email"]),
        ("allo 0577 123456 o +39 333 1234567", "allo [telefono] o [telefono]", ["phone", "phone"]),
        ("il codice RSSMRA80A01H501U", "il codice [codice fiscale]", ["fiscal_code"]),
        ("in omocodia RSSMRAULALMH5LMU", "in omocodia [codice fiscale]", ["fiscal_code"]),
        ("rss mra 80a01 h501u, ecco", "[codice fiscale], ecco", ["fiscal_code"]),
        ("partita IVA 00743110157", "partita IVA [partita iva]", ["vat"]),
        ("IT60 X054 2811 1010 0000 0123 456", "[iban]", ["iban"]),
        ("su instagram.com/ada.bini", "su [profilo]", ["profile"]),
        ("sono @ada_bini lì", "sono [profilo] lì", ["profile"]),
    ],
)
def test_identifiers_are_found_by_their_form(text, redacted, kinds):
    assert redact(text) == (redacted, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "alle 17:30 del 12/10/2022",
        "dal 2019 al 2022, 1.200 euro e 350 persone",
        "il sito www.comune.siena.it",
        "l'articolo 12345678901 no",  # eleven digits whose check digit is wrong
        "c'è un po' di tutto: tipo: niente",
    ],
)
def test_what_names_nobody_stays(text):
    assert redact(text) == (text, [])


def test_names_are_whole_words_with_their_capitals_the_longest_first():
    names = ["Ada", "Ada Bini", "Rosa"]
    text = "l'Ada e Ada Bini, dell'Ada; Adamo, rosa, ADA e la Rosa"
    assert redact(text, names)[0] == "l'[nome] e [nome], dell'[nome]; Adamo, rosa, ADA e la [nome]"


def test_the_parts_of_a_full_name_are_found_alone_but_not_its_particles():
    assert redact("la Bini, Del Vecchio, del resto", ["Ada Bini", "Ugo Del Vecchio"])[0] == (
        "la [nome], Del [nome], del resto"
    )


def test_apostrophes_blanks_and_composed_accents_do_not_hide_a_name():
    names = ["Niccolò D'Angelo"]
    assert redact("Niccolò D’Angelo e Niccolo\u0300\n D'Angelo", names)[0] == "[nome] e [nome]"


def test_a_place_named_after_a_saint_is_no_person():
    assert redact("ad Abbadia San Salvatore da Salvatore", ["Salvatore"])[0] == (
        "ad Abbadia San Salvatore da [nome]"
    )


def test_the_kind_listed_decides_the_placeholder_and_the_language_its_words():
    names = {"0577 000 1274": "phone", "Villa Ada": "other", "Ugo": "person"}
    assert redact("Ugo, Villa Ada, 0577 000 1274", names)[0] == "[nome], [omissis], [telefono]"
    assert redact("Ugo, Villa Ada, 0577 000 1274", names, lang="en")[0] == "[name], [removed], [telephone]"


def test_of_overlapping_finds_nothing_is_given_back():
    redacted, _ = redact("la Ada Bini Conti", ["Ada Bini", "Bini Conti"])
    assert "Ada" not in redacted and "Bini" not in redacted and "Conti" not in redacted


def test_every_place_of_the_raw_text_is_found_in_the_redacted_one():
    raw = "Ero con Ada Bini e Ugo, poi 0577 123456."
    new, kinds, places = redact_with_map(raw, ["Ada Bini", "Ugo"])
    assert new == "Ero con [nome] e [nome], poi [telefono]." and kinds == ["person", "person", "phone"]
    for word in ("Ero", "con", " e ", ", poi ", "."):
        start = raw.index(word)
        assert new[places.start(start) : places.end(start + len(word))] == word
    whole = raw.index("Ada Bini")
    assert new[places.start(whole) : places.end(whole + 8)] == "[nome]"
    # a passage that begins or ends inside a name takes the whole placeholder with it
    assert new[places.start(whole + 4) : places.end(raw.index("Ugo") + 1)] == "[nome] e [nome]"
    assert new[places.start(0) : places.end(len(raw))] == new


def test_a_column_is_redacted_and_what_is_missing_stays_missing():
    column = pd.Series(["da Ugo", None, "a x@example.org"], index=[3, 5, 7])
    result = redact_column(column, ["Ugo"])
    assert result[3] == "da [nome]" and pd.isna(result[5]) and result[7] == "a [email]"
    assert list(result.index) == [3, 5, 7]
