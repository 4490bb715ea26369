"""Words of the interviews: cut, brought to their dictionary form, counted, read in their place."""

import pandas as pd
import pytest

from hubanalysis.metrics.dispersion import gries_dp, juilland_d, word_dispersion
from hubanalysis.metrics.keyword_in_context import keyword_in_context
from hubanalysis.metrics.tokens import lemmatise, stop_words, tokenise
from hubanalysis.metrics.vocabulary import interview_sizes, main_language, word_rates, word_tokens


def turns_of(*texts, interviews=None, role="interviewee"):
    """One turn a text, each in an interview of its own unless said otherwise."""
    interviews = interviews or [f"I{k:02d}" for k in range(len(texts))]
    return pd.DataFrame(
        {
            "interview": interviews,
            "turn": range(len(texts)),
            "speaker": "P1",
            "role": role,
            "text": texts,
            "start": [4] * len(texts),
            "end": [4 + len(t) for t in texts],
        }
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("l'impatto dell'arte c'è", ["l'", "impatto", "dell'", "arte", "c'", "è"]),
        ("l’università, un’altra", ["l'", "università", "un'", "altra"]),
        ("E' cosi' perche' c'e' piu' liberta'", ["È", "così", "perché", "c'", "è", "più", "libertà"]),
        ("un po' di vita, va' là", ["un", "po'", "di", "vita", "va'", "là"]),
        ("'sta cosa e 'sti tempi", ["'sta", "cosa", "e", "'sti", "tempi"]),
        ("dice 'ciao' e 'di vita'", ["dice", "ciao", "e", "di", "vita"]),
        ("sí perchè c'é piú", ["sì", "perché", "c'", "è", "più"]),
        ("alle 17:30, 1.200 euro socio-culturali", ["alle", "17:30", "1.200", "euro", "socio-culturali"]),
        ("la [nome] ha un'esp~ un'esperienza xxx", ["la", "ha", "un'", "un'", "esperienza"]),
        ("", []),
    ],
)
def test_italian_is_cut_at_the_elision_and_apostrophes_are_read_as_accents(text, tokens):
    assert tokenise(text) == tokens


def test_english_contractions_stay_whole():
    assert tokenise("I don't know, it's the group's idea", "en") == [
        "I",
        "don't",
        "know",
        "it's",
        "the",
        "group's",
        "idea",
    ]


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("so", "sapere"),
        ("detto", "dire"),
        ("vai", "andare"),
        ("stato", "stato"),
        ("persone", "persona"),
        ("conosciuto", "conoscere"),
    ],
)
def test_forms_are_brought_to_the_dictionary_form(form, lemma):
    assert lemmatise(form) == lemma


def test_stop_words_keep_what_people_talk_about():
    kept = [
        "città",
        "paese",
        "gruppo",
        "insieme",
        "persone",
        "persona",
        "vita",
        "tempo",
        "mondo",
        "bene",
        "casa",
        "lavoro",
        "gente",
    ]
    assert stop_words("it").isdisjoint(kept)
    assert {"il", "dell'", "c'", "è", "non", "po'", "diciamo"} <= stop_words("it")
    assert {"the", "don't"} <= stop_words("en") and "people" not in stop_words("en")


def test_a_name_is_its_own_lemma_wherever_it_stands():
    tokens = word_tokens(
        turns_of("Parlo con Rossi e Rossi ride. Rossi torna. Rosso di sera, rosso di mattina.")
    )
    lemmas = tokens.groupby("token")["lemma"].agg(set)
    assert lemmas["Rossi"] == {"Rossi"} and lemmas["Rosso"] == lemmas["rosso"] == {"rosso"}


def test_tokens_know_their_place_and_their_role():
    turns = pd.concat([turns_of("Sto bene"), turns_of("E la casa?", role="interviewer")])
    tokens = word_tokens(turns)
    assert tokens["token"].tolist() == ["Sto", "bene"] and tokens["content"].tolist() == [False, True]
    assert tokens[["start", "end"]].values.tolist() == [[4, 7], [8, 12]]
    assert len(word_tokens(turns, role=None)) == 5


def test_rates_count_all_words_and_their_interval_counts_interviews():
    everybody = ["casa mia", "casa tua", "casa sua", "casa nostra"]
    one = ["casa casa casa casa", "mia mia", "tua tua", "sua sua"]
    shared, single = word_rates(word_tokens(turns_of(*everybody))), word_rates(word_tokens(turns_of(*one)))
    row = shared.iloc[0]
    assert (row["lemma"], row["estimate"], row["n"], row["said"]) == ("casa", 500.0, 4, 4)
    assert row["low"] == row["high"] == 500.0
    assert single.iloc[0]["low"] == 0 and single.iloc[0]["high"] > 500 and single.iloc[0]["n"] == 1


def test_with_few_interviews_a_rate_has_no_interval_and_says_why():
    row = word_rates(word_tokens(turns_of("casa mia", "casa tua"))).iloc[0]
    assert row["estimate"] == 500 and pd.isna(row["low"]) and row["note"]


def test_interviews_are_measured_by_group():
    frame = pd.DataFrame(
        {"interview": list("abc"), "group": ["x", "x", None], "words": [10, 20, 60], "turns": [1, 2, 3]}
    )
    sizes = interview_sizes(frame).set_index("group")
    assert sizes.loc["all_interviews", ["estimate", "n", "words"]].tolist() == [30, 3, 90]
    assert sizes.loc["x", "estimate"] == 15 and sizes.loc["", "n"] == 1 and sizes.loc["", "note"]


def test_the_language_is_that_of_most_interviews():
    assert main_language(pd.DataFrame({"language": ["en", "it", "en"]})) == "en"
    assert main_language(pd.DataFrame({"language": []})) == "it"


def test_dispersion_of_the_published_example():
    """Gries 2008: parts of 9, 10, 10, 10, 11 words, the word 1, 2, 3, 4, 5 times; Juilland's D on relative
    frequencies.
    """
    counts, sizes = [1, 2, 3, 4, 5], [9, 10, 10, 10, 11]
    assert gries_dp(counts, sizes) == pytest.approx(0.18, abs=1e-12)
    assert gries_dp(counts, sizes, normed=True) == pytest.approx(0.2195, abs=5e-5)
    assert juilland_d(counts, sizes) == pytest.approx(0.7852, abs=5e-5)


def test_dispersion_tells_everybodys_word_from_one_persons():
    words = word_tokens(turns_of("casa pane", "casa sole", "casa sole", "casa sole"))
    frame = word_dispersion(words, least=1).set_index("lemma")
    assert frame["dp"].to_dict() == pytest.approx({"casa": 0, "sole": 1 / 3, "pane": 1})
    assert frame["n"].to_dict() == {"casa": 4, "sole": 3, "pane": 1}
    assert pd.isna(gries_dp([0, 0], [5, 5])) and pd.isna(juilland_d([3], [9]))


def test_a_word_is_found_by_form_lemma_and_beginning_with_its_context():
    turns = turns_of("Ho conosciuto gente e si conosce la solitudine", "I soli restano soli")
    tokens = word_tokens(turns)
    by_lemma = keyword_in_context(tokens, turns, "Conoscere", width=12)
    assert by_lemma["keyword"].tolist() == ["conosciuto", "conosce"]
    assert by_lemma.loc[0, ["left", "right"]].tolist() == ["Ho", "gente e si"]
    assert keyword_in_context(tokens, turns, "sol*")["keyword"].tolist() == ["solitudine", "soli", "soli"]
    for row in by_lemma.itertuples():
        text = turns.loc[turns["interview"] == row.interview, "text"].iloc[0]
        assert text[row.start - 4 :].startswith(row.keyword)
    assert keyword_in_context(tokens, turns, "*").empty and keyword_in_context(tokens, turns, "treno").empty


def test_without_words_every_table_is_empty_with_its_columns():
    turns = turns_of().astype({"text": "str"})
    tokens = word_tokens(turns)
    assert tokens.empty and list(tokens.columns)[:3] == ["interview", "speaker", "turn"]
    for frame in (word_rates(tokens), word_dispersion(tokens), keyword_in_context(tokens, turns, "casa")):
        assert frame.empty and len(frame.columns) > 3
    assert interview_sizes(pd.DataFrame({"group": [], "words": [], "turns": []})).empty
