"""Quotations: chosen by rule and nothing else, one a person, signed off word by word before anyone else reads them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import hubanalysis as ha
from hubanalysis.errors import DataError, UsageError
from hubanalysis.findings.quotes import quote_findings
from hubanalysis.hub import Hub
from hubanalysis.loaders.decided_quotes import quote_mark
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.passages import denied_shares, likeness, own_words, passages_of
from hubanalysis.metrics.quotes import (
    NO_CONTRARY,
    NONE_FIT,
    ONE_PERSON,
    QUOTED,
    area_quotes,
    contrary_quotes,
    quotes_by_rule,
    rare_quotes,
    typical_quotes,
)
from hubanalysis.privacy.quotations import QUOTE_WITHHELD, quotes_for_everyone
from hubanalysis.study import read_study
from hubanalysis.tables import TABLES
from hubanalysis.undecided import chosen_quotes, tell_quotes, write_quotes

TEXT = Translator("en")


def coded(*rows):
    """interview, coder, code, text; one turn an interview, passages one after the other"""
    frame = pd.DataFrame(list(rows), columns=["interview", "coder", "code", "text"])
    return frame.assign(start=[1000 * k for k in range(len(rows))], turn=0).assign(
        end=lambda f: f["start"] + f["text"].str.len()
    )


SING = (
    "La sera andiamo al coro insieme alle vicine, cantiamo nel coro del paese e torniamo contente verso casa",
    "Al coro del paese cantiamo insieme ogni sera con le vicine e poi torniamo a casa contente",
    "Il coro era pieno di vicine che cantano, la sera si canta insieme e si torna a casa",
)
NEVER = (
    "Al coro non ci cantava nessuno, le vicine non le ho mai viste, la sera io rimanevo da sola con la radio"
)
HOUSE = (
    "Lo sfratto è arrivato di lunedì con la posta, e abbiamo lasciato le stanze in una settimana di pioggia"
)
PASSAGES = coded(
    ("I1", "A", "ties", SING[0]),
    ("I2", "A", "ties", SING[1]),
    ("I3", "A", "ties", SING[2]),
    ("I4", "A", "ties", NEVER),
    ("I5", "A", "ties", "Troppo corto"),
    ("I1", "A", "rare", HOUSE),
)


def test_the_typical_passage_speaks_as_other_people_do():
    row = typical_quotes(PASSAGES, most=1).iloc[0]
    assert row["code"] == "ties" and row["quote"] in SING and row["n"] == 5
    assert row["chosen_from"] == 4, "what is too short was not there to be chosen"
    passages = passages_of(PASSAGES)
    assert row["rule_value"] == pytest.approx(np.nanmax(likeness(passages)))


def test_likeness_is_the_mean_cosine_with_the_passages_of_others():
    words = [["a", "b"], ["a", "c"], ["d", "e"]]
    frame = pd.DataFrame({"code": "x", "person": ["p", "q", "r"], "lemmas": words})
    # idf = log(4 / (1 + documents)): a stands in 2 of 3, the others in 1
    a, b = np.log(4 / 3), np.log(2)
    expected = a * a / (a * a + b * b)
    assert likeness(frame).tolist() == pytest.approx([expected / 2, expected / 2, 0])


def test_what_one_person_repeats_makes_nothing_typical():
    again = coded(*[("I9", "A", "ties", f"{HOUSE} numero {w}") for w in ("uno", "due", "tre", "otto")])
    frame = pd.concat([PASSAGES, again.assign(start=again["start"] + 90_000, end=again["end"] + 90_000)])
    assert typical_quotes(frame, most=1).loc[0, "quote"] in SING


def test_the_contrary_passage_denies_in_the_words_of_the_theme():
    row = contrary_quotes(PASSAGES, most=1).iloc[0]
    assert row["quote"] == NEVER and row["rule_value"] >= 0.25
    own = own_words(passages_of(PASSAGES), "ties")
    assert {"coro", "sera"} <= own
    # of its clauses with a word of the theme (al coro ..., la sera ...) the first denies
    assert denied_shares(passages_of(PASSAGES.iloc[:4]), own).tolist() == [0, 0, 0, 0.5]


def test_a_passage_that_denies_other_things_is_not_contrary():
    elsewhere = (
        "Non ho mai capito niente di moduli, nessuno me li ha spiegati e non avevo mai nemmeno la firma"
    )
    frame = PASSAGES.assign(text=PASSAGES["text"].replace({NEVER: elsewhere}))
    row = contrary_quotes(frame, most=1).iloc[0]
    assert pd.isna(row["quote"]) and row["note"] == NO_CONTRARY and np.isnan(row["rule_value"])


def test_where_a_theme_tells_of_what_is_lacking_the_word_denies_nothing():
    lack = (
        "Mancavano i genitori, mancavano le famiglie e mancavano pure i ragazzi della scuola quel giorno {}"
    )
    frame = coded(
        *[(f"I{k}", "A", "lack", lack.format(w)) for k, w in enumerate(("prima", "dopo", "sempre"))]
    )
    passages = passages_of(frame)
    own = own_words(passages, "lack")
    assert "mancare" in own and denied_shares(passages, own).tolist() == [0, 0, 0]
    only = passages.assign(quote="non solo i genitori, ma tutte le famiglie")
    assert denied_shares(only, own).tolist() == [0, 0, 0], "not only denies nothing"


def test_rare_is_a_theme_of_less_than_half_of_the_interviews():
    table = rare_quotes(PASSAGES)
    assert table[["code", "quote", "interview", "n"]].values.tolist() == [["rare", HOUSE, "I1", 1]]
    common = PASSAGES[PASSAGES["code"] == "ties"]
    assert rare_quotes(common).empty
    quotes = quotes_by_rule(common)
    assert any("No theme is rare" in s for s in quote_findings(quotes, passages_of(common), TEXT))


def test_a_passage_two_coders_marked_is_one_and_comes_before_others():
    second = PASSAGES.iloc[[3]].assign(coder="B", end=PASSAGES["end"].iloc[3] + 5)
    row = typical_quotes(pd.concat([PASSAGES, second]), most=1).iloc[0]
    assert row["interview"] == "I4" and row["chosen_from"] == 4


def test_nobody_is_quoted_twice_in_one_table():
    other = PASSAGES.assign(code=PASSAGES["code"].replace({"ties": "also"}), start=lambda f: f["start"] + 1)
    table = typical_quotes(pd.concat([PASSAGES, other]), most=2)
    assert table["interview"].nunique() == 2 and table["quote"].notna().all()
    turns = pd.DataFrame({"interview": ["I1", "I2", "I3", "I4"], "turn": 0, "person": "the same one"})
    same = typical_quotes(pd.concat([PASSAGES, other]), most=2, turns=turns)
    assert same["note"].tolist() == [ONE_PERSON] * 2, "four interviews with one person are one person"
    turns["person"] = ["p", "q", "q", "q"]
    same = typical_quotes(pd.concat([PASSAGES, other, other.assign(code="third")]), most=3, turns=turns)
    assert same["quote"].notna().tolist() == [True, True, False] and same["note"].iloc[2] == QUOTED


def test_a_theme_without_a_fit_passage_says_why():
    frame = pd.concat([PASSAGES, coded(("I1", "A", "short", "poche parole"))])
    notes = rare_quotes(frame).set_index("code")["note"]
    assert notes["short"] == NONE_FIT and notes["rare"] == ""


def test_quotes_do_not_depend_on_the_order_of_the_rows():
    for choose in (typical_quotes, contrary_quotes, rare_quotes, quotes_by_rule):
        pd.testing.assert_frame_equal(choose(PASSAGES), choose(PASSAGES.iloc[::-1]))


def test_from_no_segments_come_empty_tables():
    nothing = PASSAGES.iloc[:0]
    assert quotes_by_rule(nothing).empty and passages_of(nothing).empty
    assert quote_findings(quotes_by_rule(nothing), passages_of(nothing), TEXT) == [
        "No passage was coded: there is nothing to quote."
    ]


# ---- what leaves ----


def decisions(**signed):
    rows = [(quote_mark(quote), value) for quote, value in signed.items()]
    return pd.DataFrame(rows, columns=["quote", "signed_off"])


QUOTES = pd.DataFrame(
    {"quote": ["yes", "no", "unread"], "code": ["a", "b", "c"], "interview": ["I1", "I2", "I3"]}
    | {"group": ["large", "small", "large"], "n": [12, 12, 3], "chosen_from": [40, 40, 5], "note": ""}
    | {"start": 1, "activity": "T01", "rule_value": 0.1}
)
SIZES = {"large": 12, "small": 4}


def everyone(all_signed):
    signed = decisions(yes=True, no=False)
    return quotes_for_everyone(QUOTES, signed, all_signed=all_signed, threshold=10, group_sizes=SIZES)


def test_only_what_was_signed_off_leaves_and_nothing_takes_its_place():
    shown = everyone(False)
    assert shown["quote"].tolist() == ["yes", None, None] and len(shown) == len(QUOTES)
    assert shown["note"].tolist() == ["", QUOTE_WITHHELD, QUOTE_WITHHELD]
    assert everyone(True)["quote"].tolist() == ["yes", None, "unread"], "a refusal holds against the whole"


def test_it_is_not_told_from_whom_a_quotation_comes():
    shown = everyone(True)
    assert not {"interview", "start", "activity"} & set(shown.columns)
    assert shown["group"].tolist() == ["large", None, "large"]
    assert shown["n"].tolist()[:2] == [12, 12] and shown.loc[2, ["n", "chosen_from"]].isna().all()


def test_a_mark_stands_for_the_words_and_nothing_else():
    assert quote_mark("perché no") == quote_mark(" perche\u0301  no\n") != quote_mark("perché sì")


STUDY = """\
id: little
title: Little
edition: 2022
simulated: true
interviews: {files: ["*.txt"], interviewer: [INT]}
codings: [{coder: A, file: codings.csv}]
codebook: [{id: ties, label: {it: legami, en: ties}}]
privacy: {key: demonstration, threshold: 3, quotes: {file: signed.csv}}
"""


@pytest.fixture
def little(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "raw" / "little"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    lines = ["interview;code;quote"]
    for k, said in enumerate((*SING, NEVER), 1):
        (folder / f"I{k}.txt").write_text(f"INT: Mi dica.\nP1: {said}.\n", encoding="utf-8")
        lines.append(f'I{k};ties;"{said}"')
    (folder / "codings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def signed_lines(file):
    return pd.read_csv(file, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")


def sign(file, **answers):
    """Decide on the quotations that begin so (_ for a blank): (yes or no, by, why)."""
    lines = signed_lines(file)
    for quote, (word, by, why) in answers.items():
        lines.loc[lines["quote"].str.startswith(quote.replace("_", " ")), ["signed_off", "by", "why"]] = [
            word,
            by,
            why,
        ]
    lines.to_csv(file, sep=";", index=False, encoding="utf-8-sig")


def test_quotations_are_listed_signed_and_shown(little, monkeypatch, capsys):
    file = little / "signed.csv"
    assert tell_quotes("little", str(file)) == 0
    assert "3 still to be read" in capsys.readouterr().out
    assert file.stat().st_mode & 0o077 == 0, "only its owner may read it"
    sign(file, Al_coro_non=("no", "Ada", "names a place"))
    sign(file, **{signed_lines(file)["quote"][0][:12].replace(" ", "_"): ("sì", "Ada", "")})
    hub = ha.open_study("little", lang="en", audience="public")
    assert hub.quote_decisions()["signed_off"].tolist() == [True, False, False]
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, metadata, raw: shown.append(bundle))
    quotes = quotes_by_rule(hub.segments(), "it", hub.turns())
    ha.show(hub, quotes, about="words")
    page = shown[0]["text/html"]
    assert quotes["quote"][0][:40] in page and "Al coro non" not in page and QUOTE_WITHHELD in page
    assert "I1" not in page and "I4" not in page
    assert tell_quotes("little", str(file)) == 0, "written again, decisions stay"
    assert sorted(signed_lines(file)["signed_off"]) == ["no", "no", "sì"]
    assert "mappa delle parole" in set(signed_lines(file)["rule"]), "what is counted is signed one by one too"


def test_changed_words_lose_their_sign_off(little):
    file = little / "signed.csv"
    write_quotes(ha.open_study("little"), file)
    sign(file, Al_coro_non=("yes", "Ada", ""))
    for name in ("I4.txt", "codings.csv"):
        said = (little / name).read_text(encoding="utf-8")
        (little / name).write_text(said.replace("con la radio", "con la tele"), encoding="utf-8")
    hub = ha.open_study("little")
    signed = hub.quote_decisions()
    chosen = chosen_quotes(hub)
    assert chosen["quote"].str.contains("tele").any()
    assert not set(chosen.loc[chosen["quote"].str.contains("tele"), "id"]) & set(signed["quote"])
    kept = write_quotes(hub, file)
    assert kept.loc[kept["quote"].str.contains("radio"), "signed_off"].eq("yes").all(), "the trace stays"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("signed_off", "perhaps", "neither yes nor no"),
        ("quote", "Nicer words", "not those it was listed with"),
    ],
)
def test_a_line_that_cannot_hold_stops_the_study(little, column, value, said):
    file = little / "signed.csv"
    write_quotes(ha.open_study("little"), file)
    sign(file, Al_coro_non=("yes", "Ada", ""))
    lines = signed_lines(file)
    lines.loc[lines["signed_off"] == "yes", column] = value
    lines.to_csv(file, sep=";", index=False, encoding="utf-8-sig")
    with pytest.raises(DataError) as stopped:
        ha.open_study("little")
    told = str(stopped.value.problems[0])
    assert said in told and value not in told


def test_a_file_that_is_not_the_studys_own_is_left_alone(little, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="stays as it is"):
        write_quotes(ha.open_study("little"), other)
    assert other.read_text(encoding="utf-8") == "mine"


def test_without_any_sign_off_the_whole_is_withheld(tmp_path, monkeypatch):
    (tmp_path / "study.yaml").write_text(
        "id: x\ntitle: X\nedition: 2022\nsimulated: true\nprivacy: {key: demonstration}\n", encoding="utf-8"
    )
    hub = Hub(read_study(str(tmp_path)), TEXT, "public")
    hub._tables = {name: pd.DataFrame(columns=list(t.columns)) for name, t in TABLES.items()}
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, metadata, raw: shown.append(metadata))
    monkeypatch.setattr(Hub, "manifest", {"item_labels": {}})
    ha.show(hub, QUOTES, about="words")
    ha.show(hub, QUOTES, about="programme")
    assert [m["hubanalysis"]["kind"] for m in shown] == ["withheld"] * 2


def test_each_area_gets_the_passage_of_its_most_present_theme():
    codes = pd.DataFrame({"code": ["rare", "ties", "no_area"], "area": ["networks", "networks", None]})
    found = area_quotes(PASSAGES, codes)
    assert found[["code", "area"]].to_dict("records") == [{"code": "ties", "area": "networks"}]
    assert found["quote"].iloc[0] in SING
    assert area_quotes(PASSAGES, codes.assign(area=None)).empty and area_quotes(PASSAGES.head(0), codes).empty


def test_what_the_synthesis_quotes_is_listed_for_sign_off():
    hub = ha.open_study("siena-2022")
    areas = area_quotes(hub.segments(), hub.codes(), "it", hub.turns())
    assert len(areas) == 6 and set(areas["quote"]) <= set(chosen_quotes(hub)["quote"])
