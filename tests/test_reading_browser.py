"""Interviews to read: every word, lemma and passage is that of the analyses, nothing live, nothing for everyone."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pandas as pd
import pytest
from door_pages import chapter_of, displayed, empty_study

import hubanalysis as ha
from hubanalysis.figures.reading_browser import read_reading, reading_browser, written_words
from hubanalysis.figures.reading_markup import reading_in_words, reading_markup
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.keyword_in_context import keyword_in_context
from hubanalysis.metrics.quotes import quotes_by_rule
from hubanalysis.metrics.vocabulary import word_tokens
from hubanalysis.reports.interactive import moving, reading_in_page, script, script_hash, sheet
from hubanalysis.reports.site import TEMPLATES

TEXT = Translator("en")
HOSTILE = "</script><img src=x onerror=alert(1)>\"'<b>&amp;</div>"
SAID = {
    "I1": [
        ("interviewer", "Mi parli della solitudine, se vuole."),
        (
            "interviewee",
            "Ero sola, e la solitudine pesava. L'inverno e' lungo: un po' di città, e poi niente.",
        ),
        ("interviewee", "Siamo andati al coro insieme. Sono andata anche da sola."),
    ],
    "I2": [
        ("interviewer", "E Lei?"),
        ("interviewee", f"Sole 🌞 e amici: {HOSTILE} andiamo insieme, io da sola mai."),
    ],
    "N1": [("interviewee", "Insieme al mercato, vento.")],
}
KIND = {"I1": "interview", "I2": "interview", "N1": "note"}


def tables():
    rows = []
    for name, turns in SAID.items():
        at = 0
        for k, (role, said) in enumerate(turns):
            rows.append(
                (
                    name,
                    k,
                    "I" if role == "interviewer" else "P1",
                    role,
                    f"{name}·P1",
                    said,
                    at,
                    at + len(said),
                )
            )
            at += len(said) + 1
    columns = ["interview", "turn", "speaker", "role", "person", "text", "start", "end"]
    turns = pd.DataFrame(rows, columns=columns)
    interviews = pd.DataFrame(
        {"interview": list(SAID), "kind": [KIND[i] for i in SAID], "group": ["people", "staff", None]}
        | {"wave": [None] * 3, "language": "it"}
    )
    second = turns[(turns["interview"] == "I1") & (turns["turn"] == 1)].iloc[0]
    sunny = turns[(turns["interview"] == "I2") & (turns["turn"] == 1)].iloc[0]
    friends = sunny["start"] + sunny["text"].index("amici")
    segments = pd.DataFrame(
        [
            ("I1", "A", "alone", second["start"], second["end"] + 20, 1, "over the end of the turn"),
            ("I1", "B", "alone", second["start"] + 9, second["end"], 1, "x"),
            ("I2", "A", HOSTILE, friends, friends + 5, 1, "amici"),
        ],
        columns=["interview", "coder", "code", "start", "end", "turn", "text"],
    )
    return interviews, turns, segments


def browser(**more):
    interviews, turns, segments = tables()
    return reading_browser(
        interviews, turns, segments, quotes_by_rule(segments, "it", turns), text=TEXT, **more
    )


def unfolded(data):
    """The words of each turn as the script reads them: (form, lemma, start, end), places in UTF-16 units."""
    turns = []
    for *_, own, _said in data["turns"]:
        at, words = 0, []
        for word in own.split():
            head = re.fullmatch(r"([0-9a-z]+)(?:\.(\d+))?(?::(\d+))?", word)
            form, _, lemma = data["forms"][int(head[1], 36)].partition(" ")
            start = at + int(head[2] or 1)
            at = start + int(head[3] or len(form))
            words.append((form, lemma or form, start, at))
        turns.append(words)
    return turns


def found(data, query):
    """Places of ``query`` by the rule of the script: a row of words, each a form or a lemma, * and ? as wild cards."""
    patterns = [re.compile(re.escape(w).replace(r"\*", ".*").replace(r"\?", ".")) for w in query.split()]
    hits = []
    for turn, words in enumerate(unfolded(data)):
        for k in range(len(words) - len(patterns) + 1):
            pairs = zip(patterns, words[k:], strict=False)
            if all(p.fullmatch(w[0]) or p.fullmatch(w[1]) for p, w in pairs):
                hits.append((turn, words[k][2], words[k + len(patterns) - 1][3]))
    return hits


def in_units(said, place):
    return len(said[:place].encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "query", ["solo", "sola", "solit*", "andare", "insieme", "da solo", "coro *", "è", "s?la", "x"]
)
def test_every_line_is_one_of_the_concordance(query):
    _, turns, _ = tables()
    data = browser().data
    lines = keyword_in_context(word_tokens(turns, "it", role=None), turns, query)
    expected = []
    for line in lines.itertuples():
        row = turns[(turns["interview"] == line.interview) & (turns["turn"] == line.turn)]
        said, start = row["text"].iloc[0], line.start - row["start"].iloc[0]
        ends = (in_units(said, start), in_units(said, start + len(line.keyword)))
        expected.append((int(row.index[0]), *ends))
    assert found(data, query) == expected
    assert (query == "x") == (not expected)


def test_places_are_those_of_a_browser_also_after_signs_of_two_units():
    data = browser().data
    said = data["turns"][4][4].encode("utf-16-le")
    for form, _lemma, start, end in unfolded(data)[4]:
        word = said[2 * start : 2 * end].decode("utf-16-le")
        assert form == word.casefold()
    (code, coder, (turn, start, end)) = data["passages"][2]
    assert said[2 * start : 2 * end].decode("utf-16-le") == "amici" and (turn, coder) == (4, 0)
    assert data["codes"][code] == HOSTILE


def test_words_are_stored_short():
    assert written_words([(0, 0, 2, 2), (1, 3, 9, 6), (40, 11, 14, 4)]) == "0.0 1 14.2:3"
    assert written_words([]) == ""


def test_a_passage_that_goes_on_in_the_next_turn_is_marked_in_both():
    data = browser().data
    alone = data["passages"][0]
    assert [spot[0] for spot in alone[2:]] == [1, 2] and alone[3][1:] == [0, 19]
    assert [data["coders"][p[1]] for p in data["passages"]] == ["A", "B", "A"]


def test_texts_keep_kind_and_group():
    data = browser(labels=lambda kind: {"alone": "being alone"} if kind == "codes" else {}).data
    assert [t[:3] for t in data["texts"]] == [["I1", 0, 0], ["I2", 0, 1], ["N1", 2, None]]
    assert data["groups"] == ["people", "staff"] and "being alone" in data["codes"]
    page = reading_markup(browser(), TEXT)
    assert 'data-part="kind"' in page and 'data-part="coder"' in page and 'data-part="wave"' not in page


def test_a_quotation_leads_to_its_place():
    interviews, turns, segments = tables()
    said = turns.iloc[1]["text"]
    quotes = pd.DataFrame(
        {
            "rule": ["typical", "contrary"],
            "code": ["alone", "alone"],
            "quote": [said, None],
            "interview": ["I1", None],
        }
        | {"n": [2, 2], "chosen_from": [3, 3], "rule_value": [0.2, np.nan], "note": ["", "no passage fits"]}
        | {"start": [turns.iloc[1]["start"], None], "end": [turns.iloc[1]["end"], None]}
    )
    data = reading_browser(interviews, turns, segments, quotes, text=TEXT).data
    assert data["quotes"][0][4:] == [1, 0, len(said)] and data["quotes"][1][2:] == [
        "",
        data["quotes"][1][3],
        -1,
        0,
        0,
    ]
    page = reading_markup(reading_browser(interviews, turns, segments, quotes, text=TEXT), TEXT)
    assert "no passage fits" in page and page.count('class="hr-where"') == 1
    assert "1 quotations by rule" in page


def test_a_hundred_thousand_words_stay_under_two_megabytes():
    said = " ".join(SAID["I1"][1][1].split() * 50)
    turns = pd.DataFrame(
        {"interview": "I1", "turn": range(125), "speaker": "P1", "role": "interviewee", "text": said}
    )
    turns["start"] = turns["turn"] * (len(said) + 1)
    turns["end"] = turns["start"] + len(said)
    interviews, _, segments = tables()
    made = reading_browser(interviews, turns, segments.iloc[:0], text=TEXT)
    assert sum(len(t) for t in unfolded(made.data)) > 100_000
    assert len(reading_markup(made, TEXT).encode()) < 2_000_000


def test_more_than_a_page_can_hold_is_cut_and_told(monkeypatch):
    monkeypatch.setattr("hubanalysis.figures.reading_browser.MOST_SIGNS", 200)
    made = browser()
    assert [t[0] for t in made.data["texts"]] == ["I1"] and made.data["cut"] == 2
    assert "2 texts are left out" in reading_markup(made, TEXT)


# ---- nothing live, nothing for everyone ----


def test_hostile_words_stay_text():
    page = reading_markup(browser(), TEXT, title=HOSTILE, note=HOSTILE)
    assert "<img" not in page and "<script" not in page and "<b>" not in page and html.escape(HOSTILE) in page
    store = re.search(r'<div class="hr-store" hidden>(.*?)</div>', page, re.S)[1]
    assert json.loads(html.unescape(store)) == browser().data
    live = r"\son\w+=|\sstyle=|https?:|javascript:|<style|<a\b|<form"
    assert not re.search(live, page.replace("onerror=alert(1)", ""))


def test_the_script_asks_no_network_and_makes_no_markup():
    makes = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|srcdoc"
    asks = r"fetch|XMLHttp|WebSocket|import\s*\(|https?:|sendBeacon|localStorage|cookie"
    assert not re.search(f"{makes}|{asks}", script("reading"))
    assert not re.search(r"@import|url\(|https?:|expression", sheet("reading"))


def test_it_can_be_used_by_keyboard_and_is_named():
    page = reading_markup(browser(), TEXT, title="Interviews")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    for name in re.findall(r'aria-(?:controls|labelledby|describedby)="([^"]+)"', page):
        assert name in ids
    assert page.count("<select") == len(re.findall(r"<label>[^<]+<select", page))
    assert 'role="status"' in page and 'role="tablist"' in page and "data-lm-suppress-shortcuts" in page
    assert "focus-visible" in sheet("reading")


def test_it_speaks_italian():
    page = reading_markup(browser(), Translator("it"))
    assert 'lang="it"' in page and "Cercare nei testi" in page and "Search the texts" not in page


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["passages"].append([0, 0]),
        lambda d: d["passages"].append([0, 0, [99, 0, 1]]),
        lambda d: d["passages"].append([9, 0, [0, 0, 1]]),
        lambda d: d["turns"][0].__setitem__(4, 7),
        lambda d: d["turns"][0].__setitem__(0, 99),
        lambda d: d["texts"][0].__setitem__(1, 5),
        lambda d: d["forms"].append(3),
        lambda d: d["quotes"].append(["a", "b", "c", "d", 0, 0, 10**6]),
        lambda d: d.__setitem__("version", 9),
        lambda d: d.pop("coders"),
    ],
)
def test_stored_data_that_are_not_sound_are_refused(spoil):
    data = json.loads(json.dumps(browser().data))
    assert read_reading(data).data == data
    spoil(data)
    with pytest.raises(ValueError, match="not the data"):
        read_reading(data)
    assert reading_in_page(data, TEXT, public=False) is None


STUDY = "id: x\ntitle: X\nedition: 2022\nsimulated: true\nprivacy: {key: demonstration, quotes_signed_off: true}\n"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    return empty_study(tmp_path, monkeypatch, STUDY)


@pytest.fixture
def seen(monkeypatch):
    return displayed(monkeypatch)


def test_the_page_runs_the_script_of_the_house_and_no_other(opened, seen, tmp_path):
    from jinja2 import Environment, FileSystemLoader

    ha.show(opened(), browser(), about="words", title="Interviews")
    bundle, metadata = seen[0]
    bundle["text/html"] += "<script>alert('from a notebook')</script>"
    chapter = chapter_of([(bundle, metadata)], tmp_path)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    facts = {
        "text": TEXT,
        "chapters": [],
        "chapter": chapter,
        "edition": 1,
        "day": pd.Timestamp("2022-01-01"),
    }
    page = environment.get_template("chapter.html.j2").render(facts)
    assert re.findall(r"<script>(.*?)</script>", page, re.S) == [script("reading")]
    assert f"script-src '{script_hash('reading')}'" in page and "from a notebook" not in page
    assert "<h3>Interviews</h3>" in page


def test_a_page_with_both_kinds_has_one_script_of_both():
    both = moving(["prose", "reading", "network"])
    assert script("network") in both["script"] and script("reading") in both["script"]
    assert moving(["prose"]) is None and moving(["network"])["hash"] == script_hash()


def test_in_a_notebook_no_word_can_end_the_script_that_holds_the_texts(opened, seen):
    ha.show(opened(), browser(), about="words")
    shown = seen[0][0]["text/html"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", shown, re.S)
    assert [facts for facts, _ in scripts] == [' type="text/plain" class="hn-store"', ""]
    outside = re.sub(r"<(script|style).*?</\1>", "", shown, flags=re.S)
    assert reading_in_words(browser(), TEXT) in html.unescape(outside) and "coro" not in outside


def test_whole_interviews_are_in_no_public_report(opened, seen, tmp_path):
    ha.show(opened("public"), browser(), about="words", n=100)
    ha.show(opened("public"), browser(), about="programme")
    assert [metadata["hubanalysis"]["kind"] for _, metadata in seen] == ["withheld"] * 2
    assert "coro" not in json.dumps([bundle for bundle, _ in seen])
    ha.show(opened(), browser(), about="words")
    assert chapter_of(seen[-1:], tmp_path, public=True).moving is None
    assert chapter_of(seen[-1:], tmp_path).moving is not None


def test_without_texts_one_sentence_says_so(opened, seen):
    interviews, turns, segments = tables()
    ha.show(opened(), reading_browser(interviews.iloc[:0], turns.iloc[:0], segments.iloc[:0]), about="words")
    assert seen[0][1]["hubanalysis"]["kind"] == "nothing"


def test_groups_have_the_words_of_the_questionnaire_where_we_have_none():
    interviews, turns, segments, *_rest = tables()
    interviews = interviews.assign(group=["student", "experiment", "unheard"])
    labels = {"items": {"group/student": "studente", "group/experiment": "esperimento", "role/x": "y"}}
    made = reading_browser(
        interviews, turns, segments, text=Translator("it"), labels=lambda kind: labels.get(kind, {})
    )
    assert made.data["groups"] == ["sperimentazione", "studente", "unheard"]
