"""Words of the interviews: cut, brought to their dictionary form, counted, read in their place."""

import pandas as pd
import pytest

from hubanalysis.metrics.dispersion import gries_dp, juilland_d, word_dispersion
from hubanalysis.metrics.keyword_in_context import keyword_in_context, lines_of, lines_of_groups
from hubanalysis.metrics.tokens import lemmatise, places_of_all, stop_words, token_places, tokenise
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


def test_many_texts_are_cut_as_each_alone():
    texts = ["E' l'impatto", "dell", "", "'arte di po'", "l'", "impatto [nome] @nomepaese xx par~ 3.5"]
    tokens, number, start, end = places_of_all(texts)
    together = list(zip(number.tolist(), tokens, start.tolist(), end.tolist(), strict=True))
    alone = [(k, *place) for k, text in enumerate(texts) for place in token_places(text, "it")]
    assert together == alone


def test_a_word_after_a_title_is_a_name_where_nobody_writes_capitals():
    tokens = word_tokens(turns_of("parlo con il professor rossi dei muri rossi e con la dottoressa che ride"))
    lemmas = list(zip(tokens["token"], tokens["lemma"], strict=True))
    assert ("rossi", "rossi") in lemmas and ("rossi", "rosso") in lemmas and ("che", "che") in lemmas


def test_alone_and_neighbours_are_content_though_only_and_near_are_not():
    tokens = word_tokens(turns_of("solo i vecchi soli parlano ai vicini che stanno vicino"))
    assert tokens.loc[tokens["content"], "token"].tolist() == ["vecchi", "soli", "parlano", "vicini"]


def test_words_know_who_said_them():
    turns = turns_of("pane", "vino").assign(person=["anna", None])
    assert word_tokens(turns)["person"].tolist() == ["anna", "I01·P1"]
    assert word_tokens(turns_of("pane"))["person"].tolist() == ["I00·P1"]


def test_rates_of_a_person_with_two_interviews_count_one_witness():
    turns = turns_of("casa mia", "casa tua", "pane mio").assign(person=["anna", "anna", "bea"])
    assert word_rates(word_tokens(turns)).set_index("lemma")["n"].to_dict() == {"casa": 1, "pane": 1}


def test_several_words_and_wildcards_are_found_within_a_turn():
    turns = turns_of(
        "Le assistenti sociali e l'assistente sociale", "assistente", "sociale la casa di riposo"
    )
    tokens = word_tokens(turns)
    found = keyword_in_context(tokens, turns, "Assistente sociale")
    assert found["keyword"].tolist() == ["assistenti sociali", "assistente sociale"]
    assert keyword_in_context(tokens, turns, "casa di *")["keyword"].tolist() == ["casa di riposo"]
    assert keyword_in_context(tokens, turns, "s?cial*")["keyword"].tolist() == [
        "sociali",
        "sociale",
        "sociale",
    ]
    assert keyword_in_context(tokens, turns, "* *").empty


def test_example_lines_come_one_an_interview_and_from_the_group_they_are_typical_of():
    turns = turns_of(
        "la casa", "una casa molto grande con la casa accanto", "casa", "vicino a casa, dai vicini"
    )
    tokens = word_tokens(turns)
    lines = lines_of(tokens, turns, ["casa", "treno", "vicino"], each=2)
    assert lines["word"].tolist() == ["casa", "casa", "vicino"]
    assert lines["interview"].tolist() == ["I01", "I03", "I03"] and lines["keyword"].iloc[2] == "vicini"
    interviews = pd.DataFrame({"interview": ["I00", "I01", "I02", "I03"], "group": list("aabb")})
    typical = pd.DataFrame({"group": ["a", "b"], "lemma": ["casa", "casa"]})
    found = lines_of_groups(tokens, turns, typical, interviews, each=5)
    assert list(zip(found["group"], found["interview"], strict=True)) == [
        ("a", "I00"),
        ("a", "I01"),
        ("b", "I02"),
        ("b", "I03"),
    ]
    assert lines_of_groups(tokens, turns, typical.iloc[:0], interviews).empty


def test_english_words_have_lemmas_names_and_stop_words():
    tokens = word_tokens(
        turns_of("I don't know, the neighbours helped Anna. They were lonely; Anna wasn't."), "en"
    )
    content = tokens[tokens["content"]]
    assert list(zip(content["token"], content["lemma"], strict=True))[:3] == [
        ("neighbours", "neighbour"),
        ("helped", "help"),
        ("Anna", "Anna"),
    ]
    assert "lonely" in set(content["lemma"]) and not {"i", "they", "don't"} & set(content["lemma"])
