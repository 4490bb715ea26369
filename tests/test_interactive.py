"""The interactive network: a notebook gives data only, one script moves it, and who did not consent is not in it."""

from __future__ import annotations

import html
import json
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from door_pages import chapter_of, displayed, empty_study
from reference_networks import high_tech, organisations_frame, respondents_frame, ties_frame

import hubanalysis as ha
from hubanalysis.figures.interactive import interactive_network, read_interactive
from hubanalysis.figures.interactive_markup import interactive_in_words, interactive_markup
from hubanalysis.figures.interactive_picture import shape_of
from hubanalysis.figures.networks import MARKERS, drawn_ties, network_layout
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.tie_change import tie_states
from hubanalysis.reports.interactive import NETWORK_DATA, network_in_page, script, script_hash, sheet
from hubanalysis.reports.site import TEMPLATES

TEXT = Translator("en")
TIES, DEPARTMENTS = high_tech()
WAVES = TIES.assign(wave=TIES["kind"].map({"advice": "before", "friendship": "after"}), kind="advice")
HOSTILE = "</script><img src=x onerror=alert(1)>\"'<b>&amp;"
STUDY = """\
id: little
title: Little
edition: 2022
simulated: true
waves: [{id: before, label: {it: prima, en: before}}]
privacy: {key: demonstration, threshold: 10}
"""


def letters(rows, **facts):
    """Ties of (wave, source, target) and the organisations a to e."""
    ties = pd.concat(
        [ties_frame([(s, t) for w, s, t in rows if w == wave], wave=wave) for wave in ("before", "after")]
    )
    return ties.reset_index(drop=True), organisations_frame(list("abcde"), **facts)


def named(network):
    """Its ties as (source, target) -> (waves, states), by name."""
    who = [each[0] for each in network.data["organisations"]]
    return {(who[s], who[t]): (waves, states) for _kind, s, t, waves, states in network.data["ties"]}


def test_what_became_of_each_tie_is_that_of_the_analysis():
    network = interactive_network(WAVES, DEPARTMENTS)
    expected = tie_states(WAVES, DEPARTMENTS)
    got = {pair: states for pair, (_waves, states) in named(network).items()}
    letter = {"kept": "k", "formed": "f", "dissolved": "d", "not_compared": "n"}
    assert got == {(r.source, r.target): letter[r.state] for r in expected.itertuples()}
    assert network.data["pairs"] == [[0, 1]] and network.data["waves"] == ["before", "after"]


def test_a_silent_organisation_leaves_its_ties_unknown():
    ties, register = letters(
        [("before", "a", "b"), ("before", "b", "c"), ("after", "b", "c"), ("after", "c", "b")]
    )
    asked = pd.concat(
        [respondents_frame("abc"), respondents_frame("bc", silent="a", wave="after")], ignore_index=True
    )
    network = interactive_network(ties, register, asked)
    assert named(network) == {("a", "b"): ("1u", "n"), ("b", "c"): ("11", "k"), ("c", "b"): ("01", "f")}
    assert {each[0]: each[6] for each in network.data["organisations"]} == {"a": "01", "b": "00", "c": "00"}
    assert "no answer" in interactive_markup(network, TEXT)
    public = interactive_network(ties, register.assign(consent=True), asked, public=True)
    assert {each[6] for each in public.data["organisations"]} == {"00"}, (
        "who was silent is told to nobody else"
    )


def test_without_direction_a_pair_is_one_tie():
    ties, register = letters([("before", "a", "b"), ("after", "b", "a")])
    network = interactive_network(ties, register, directed=False)
    assert named(network) == {("a", "b"): ("11", "k")}
    assert "marker id" not in interactive_markup(network, TEXT)


def test_an_organisation_stands_where_the_static_map_has_it():
    more = pd.concat([WAVES, ties_frame([("m01", "new"), ("new", "m02")], kind="other")], ignore_index=True)
    who = sorted(set(more["source"]) | set(more["target"]))
    network = interactive_network(more, organisations_frame(who))
    places = {each[0]: (each[4], each[5]) for each in network.data["organisations"]}
    static = network_layout(drawn_ties(tie_states(WAVES), DEPARTMENTS))
    assert {node: pytest.approx(at, abs=1e-3) for node, at in static.items()} == {
        n: places[n] for n in static
    }
    assert len(set(places.values())) == len(places) and all(0 <= x <= 1 for at in places.values() for x in at)


def test_kinds_of_ties_are_kept_apart_and_an_unknown_one_is_refused():
    both = pd.concat([WAVES, TIES.assign(kind="other", wave="before")], ignore_index=True)
    network = interactive_network(both, DEPARTMENTS, kind="other")
    assert network.data["kinds"][network.data["first"]] == "other"
    assert {tie[0] for tie in network.data["ties"]} == {0, 1}
    with pytest.raises(ValueError, match="there are advice"):
        interactive_network(WAVES, DEPARTMENTS, kind="gossip")


def test_a_kind_that_only_others_named_is_shown_after_all():
    ties = pd.concat(
        [ties_frame([("a", "b")], kind="x"), ties_frame([("b", "c")], kind="y")], ignore_index=True
    )
    register = organisations_frame("abc", consent=[False, True, True], kind=["k1", "k2", "k1"])
    network = interactive_network(ties, register, kind="x", public=True)
    assert network.data["kinds"] == ["y"] and network.data["first"] == 0
    assert network.data["groups"] == ["k2", "k1"], "in the order of those drawn: the others leave no trace"


def test_each_kind_of_organisation_has_a_shape_of_its_own():
    shapes = {re.sub(r"r=\S+", "", shape_of(i, 5, "near")) for i in range(len(MARKERS))}
    assert len(shapes) == len(MARKERS)


def test_a_cloud_nobody_reads_is_cut_to_those_with_the_most_ties(monkeypatch):
    monkeypatch.setattr("hubanalysis.figures.interactive.MOST_ORGANISATIONS", 3)
    ties = ties_frame([("a", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("d", "e")])
    network = interactive_network(ties, organisations_frame("abcde"))
    assert [each[0] for each in network.data["organisations"]] == ["a", "b", "c"]
    assert "Only the 3 organisations with the most ties" in interactive_markup(network, TEXT)


# ---- nothing live, nothing but words ----


def hostile():
    ties, register = letters([("before", "a", "b"), ("after", "b", "c")])
    names = {"a": HOSTILE, "b": HOSTILE, "c": "C"}
    return interactive_network(ties, register, labels=lambda kind: names if kind == "organisations" else {})


def test_a_hostile_name_stays_text():
    page = interactive_markup(hostile(), TEXT, title=HOSTILE, note=HOSTILE)
    assert html.escape(HOSTILE) in page
    assert "<img" not in page and "<script" not in page and "<b>" not in page
    words = json.loads(html.unescape(re.search(r'data-words="([^"]*)"', page)[1]))
    assert all(isinstance(word, str) for word in words.values())


def test_the_markup_brings_no_handler_style_or_address():
    page = interactive_markup(interactive_network(WAVES, DEPARTMENTS), TEXT)
    assert not re.search(r"\son\w+=|\sstyle=|https?:|javascript:|<script|<style|<a\b|<form", page)


def test_the_script_asks_no_network_and_makes_no_markup():
    makes = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|srcdoc"
    asks = r"fetch|XMLHttp|WebSocket|import\s*\(|https?:|sendBeacon|localStorage|cookie"
    assert not re.search(f"{makes}|{asks}", script())
    assert not re.search(r"@import|url\(|https?:|expression", sheet())


def test_picture_list_and_words_hold_the_same_ties():
    network = interactive_network(WAVES, DEPARTMENTS)
    page = interactive_markup(network, TEXT)
    assert page.count("data-t=") == page.count("<tr><td>") == len(network.data["ties"])
    before = sum(tie[3][0] == "1" for tie in network.data["ties"])
    assert f"“before” {before}" in interactive_in_words(network, TEXT)
    assert html.escape(interactive_in_words(network, TEXT)) in page


def test_it_speaks_italian():
    page = interactive_markup(interactive_network(WAVES, DEPARTMENTS), Translator("it"))
    assert 'lang="it"' in page and "Ricominciare" in page and "Start again" not in page


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["ties"].append([0, 0, 99, "11", "k"]),
        lambda d: d["ties"].append([0, 0, 1, '"><', "k"]),
        lambda d: d["ties"][0].__setitem__(3, "1"),
        lambda d: d["organisations"][0].__setitem__(4, "<script>"),
        lambda d: d["organisations"][0].__setitem__(4, float("nan")),
        lambda d: d["organisations"][0].__setitem__(0, ["x"]),
        lambda d: d["waves"].__setitem__(0, 1),
        lambda d: d.__setitem__("version", 99),
        lambda d: d.__setitem__("public", "no"),
        lambda d: d.pop("groups"),
    ],
)
def test_stored_data_that_are_not_sound_are_refused(spoil):
    data = json.loads(json.dumps(interactive_network(WAVES, DEPARTMENTS).data))
    assert read_interactive(data).data == data
    spoil(data)
    with pytest.raises(ValueError, match="not the data"):
        read_interactive(data)
    assert network_in_page(data, TEXT, public=False) is None


@pytest.mark.parametrize("data", [None, [], "x", {}, 3])
def test_what_is_no_network_at_all_is_refused(data):
    assert network_in_page(data, TEXT, public=False) is None


# ---- through the door, into the page ----


@pytest.fixture
def opened(tmp_path, monkeypatch):
    return empty_study(tmp_path, monkeypatch, STUDY)


@pytest.fixture
def seen(monkeypatch):
    return displayed(monkeypatch)


def rendered(chapter):
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    shared = {
        "text": TEXT,
        "chapters": [],
        "chapter": chapter,
        "edition": 1,
        "day": pd.Timestamp("2022-01-01"),
    }
    return environment.get_template("chapter.html.j2").render(shared)


def test_the_page_runs_the_script_of_the_house_and_no_other(opened, seen, tmp_path):
    ha.show(opened(), hostile(), title=HOSTILE, about="organisations")
    bundle, metadata = seen[0]
    bundle["text/html"] += "<script>alert('from a notebook')</script>"
    page = rendered(chapter_of([(bundle, metadata)], tmp_path))
    assert re.findall(r"<script>(.*?)</script>", page, re.S) == [script()]
    assert f"script-src '{script_hash()}'" in page and "default-src 'none'" in page
    assert "from a notebook" not in page and "<img" not in page and "unsafe-eval" not in page
    assert "unsafe-inline" not in page.split("script-src")[1].split('"')[0]
    assert "<h3>" + html.escape(HOSTILE) in page, "its title stands in the order of the page's headings"


def test_in_a_notebook_no_name_can_end_the_script_that_holds_the_map(opened, seen):
    ha.show(opened(), hostile(), title=HOSTILE, about="organisations")
    shown = seen[0][0]["text/html"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", shown, re.S)
    assert [facts for facts, _ in scripts] == [' type="text/plain" class="hn-store"', ""]
    assert scripts[0][1].endswith("</section>") and html.escape(HOSTILE) in scripts[0][1]
    outside = re.sub(r"<(script|style).*?</\1>", "", shown, flags=re.S)
    assert "A map of 3 organisations" in outside and "<img" not in outside, (
        "an untrusted notebook shows words"
    )


def test_a_page_without_a_network_has_no_script(opened, seen, tmp_path):
    ha.show(opened(), "A sentence.")
    page = rendered(chapter_of(seen, tmp_path))
    assert "<script" not in page and "script-src" not in page


def test_unsound_data_leave_no_trace_in_the_page(opened, seen, tmp_path):
    ha.show(opened(), hostile(), about="organisations")
    bundle, metadata = seen[0]
    bundle[NETWORK_DATA]["organisations"][0][4] = "<script>"
    chapter = chapter_of([(bundle, metadata)], tmp_path)
    assert [part.kind for part in chapter.parts] == ["code"] and chapter.moving is None


def test_a_public_report_holds_no_name_or_id_of_who_did_not_consent(opened, seen, tmp_path):
    silent = {f"Hidden{i}": f"Nameless number {i}" for i in range(6)}
    agreed = {f"Open{i}": f"Named number {i}" for i in range(6)}
    who = [*silent, *agreed]
    pairs = [(a, b) for a in who for b in who if a != b and (hash_of(a, b) % 3 == 0)]
    register = organisations_frame(
        who, consent=[False] * 5 + [None] + [True] * 6, kind=["odd"] * 6 + ["plain"] * 6
    )
    network = interactive_network(
        ties_frame(pairs),
        register,
        public=True,
        labels=lambda kind: silent | agreed if kind == "organisations" else {},
    )
    ha.show(opened("public"), network, about="organisations", n=12)
    stored = json.dumps([bundle for bundle, _ in seen])
    page = rendered(chapter_of(seen, tmp_path, public=True))
    assert "Named number 3" in page and "Only organisations that agree" in page
    for out in (stored, page):
        assert "Nameless" not in out and "Hidden" not in out and "odd" not in network.data["groups"]
    kept = [(a, b) for a, b in pairs if a in agreed and b in agreed]
    alone = interactive_network(
        ties_frame(kept), register, public=True, labels=lambda kind: agreed if kind == "organisations" else {}
    )
    assert alone.data == network.data, "places and all else come from the ties of those who agree alone"


def hash_of(a: str, b: str) -> int:
    return sum(ord(c) * (i + 1) for i, c in enumerate(a + b))


def test_a_public_report_takes_only_a_network_made_for_it(opened, seen, tmp_path):
    ha.show(opened("public"), interactive_network(WAVES, DEPARTMENTS), about="organisations", n=21)
    public = interactive_network(WAVES, DEPARTMENTS.assign(consent=True), public=True)
    ha.show(opened("public"), public, about="organisations")
    ha.show(opened("public"), public, about="organisations", n=3)
    assert [metadata["hubanalysis"]["kind"] for _, metadata in seen] == ["withheld"] * 3
    ha.show(opened(), interactive_network(WAVES, DEPARTMENTS), about="organisations")
    assert chapter_of(seen[-1:], tmp_path, public=True).moving is None
    assert chapter_of(seen[-1:], tmp_path, public=False).moving is not None


def test_without_ties_one_sentence_says_so(opened, seen):
    ha.show(opened(), interactive_network(ties_frame([]), organisations_frame([])), about="organisations")
    assert seen[0][1]["hubanalysis"]["kind"] == "nothing"
    assert not plt.get_fignums()
