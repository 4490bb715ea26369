"""Two people's coding: the list of what they read differently, the merge, and the file in which they decide."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from loader_studies import make_study

from hubanalysis import cli
from hubanalysis.findings.coding import (
    agreed_theme_findings,
    comparison_findings,
    disagreement_findings,
    first_of_each,
    reading_findings,
)
from hubanalysis.hub import open_study
from hubanalysis.loaders.decided_codings import TO_DECIDE, load_coding_decisions
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.code_merge import merge_account, read_codings
from hubanalysis.metrics.code_readings import presence_by_reading
from hubanalysis.metrics.disagreements import EXTENT, NOT_ALL, OTHER_CODE, disagreements

EN = Translator("en")
WORDS = {
    "I1": [
        "Come va?",
        "Vado al coro ogni sera. Lì ho conosciuto Ada.",
        "E poi?",
        "La domanda era di sei pagine.",
    ],
    "I2": ["Come va?", "Sono sola, sempre sola."],
}


def turns_of(words=WORDS):
    rows = []
    for interview, texts in words.items():
        at = 0
        for k, text in enumerate(texts):
            speaker, role = ("P1", "interviewee") if k % 2 else ("I", "interviewer")
            at += len(speaker) + 2
            rows.append((interview, k, speaker, role, text, at, at + len(text)))
            at += len(text) + 1
    return pd.DataFrame(rows, columns=["interview", "turn", "speaker", "role", "text", "start", "end"])


TURNS = turns_of()


def coded(*rows, turns=TURNS):
    """(interview, coder, code, words) as segments at the place of the words."""
    found = []
    for interview, coder, code, words in rows:
        for t in turns[turns["interview"] == interview].itertuples():
            if words in t.text:
                start = t.start + t.text.index(words)
                found.append((interview, coder, code, start, start + len(words), t.turn, words))
    return pd.DataFrame(found, columns=["interview", "coder", "code", "start", "end", "turn", "text"])


SEGMENTS = coded(
    ("I1", "A", "ties", "Vado al coro ogni sera."), ("I1", "B", "ties", "Vado al coro ogni sera"),  # a full stop
    ("I1", "A", "ties", "ho conosciuto Ada"), ("I1", "B", "ties", "Lì ho conosciuto"),  # other extents
    ("I1", "A", "forms", "La domanda era di sei pagine"), ("I1", "B", "office", "sei pagine"),
    ("I2", "B", "lonely", "sempre sola"), ("I2", "A", "ties", "Sono"), ("I2", "B", "ties", "Sono"),
)  # fmt: skip


def listed(segments=SEGMENTS, turns=TURNS):
    return disagreements(segments, turns, {"ties": "legami"})


def test_every_disagreement_is_listed_once_with_its_kind_its_words_and_who_marked_what():
    table = listed()
    assert table[["code", "other", "interview", "turn", "speaker", "kind"]].values.tolist() == [
        ["forms", "office", "I1", 3, "P1", OTHER_CODE],
        ["lonely", "", "I2", 1, "P1", NOT_ALL],
        ["ties", "", "I1", 1, "P1", EXTENT],
    ]
    assert table["marked"].tolist() == [
        "A: forms; B: office", "B: lonely", "A: legami «ho conosciuto Ada»; B: legami «Lì ho conosciuto»",
    ]  # fmt: skip
    assert table["passage"].tolist() == [
        "La domanda era di sei pagine",
        "sempre sola",
        "Lì ho conosciuto Ada",
    ]


def test_a_passage_over_two_turns_shows_both_and_no_speakers_label():
    segments = SEGMENTS.iloc[[0]].assign(end=TURNS.loc[2, "end"], code="long")
    both = pd.concat([segments, SEGMENTS[SEGMENTS["coder"] == "B"]])
    passages = listed(both).set_index("code")["passage"]
    assert passages["long"] == "Vado al coro ogni sera. Lì ho conosciuto Ada. / E poi?"


def test_the_list_does_not_depend_on_the_order_of_rows_and_is_empty_with_one_coder():
    pd.testing.assert_frame_equal(listed(), listed(SEGMENTS.iloc[::-1]))
    assert listed(SEGMENTS[SEGMENTS["coder"] == "A"]).empty and listed(SEGMENTS.iloc[:0]).empty


def test_of_three_coders_two_who_agree_are_still_not_all():
    third = SEGMENTS[SEGMENTS["code"] == "ties"].assign(coder="C")
    table = listed(pd.concat([SEGMENTS, third]))
    assert table.set_index("code")["kind"].to_dict()["lonely"] == NOT_ALL
    assert read_codings(pd.concat([SEGMENTS, third]), TURNS, None, "agreed").segments["code"].unique() == [
        "ties"
    ]


def spans(read):
    return read.segments[["interview", "code", "text"]].values.tolist()


def test_what_all_coders_agree_on_stands_with_the_words_declared():
    shared = read_codings(SEGMENTS, TURNS, None, "agreed", "shared")
    assert spans(shared) == [
        ["I1", "ties", "Vado al coro ogni sera"],
        ["I1", "ties", "ho conosciuto"],
        ["I2", "ties", "Sono"],
    ]
    whole = read_codings(SEGMENTS, TURNS, None, "agreed", "whole")
    assert spans(whole)[:2] == [
        ["I1", "ties", "Vado al coro ogni sera."],
        ["I1", "ties", "Lì ho conosciuto Ada"],
    ]
    assert shared.segments["coder"].unique() == ["agreed"] and shared.coded == ["I1", "I2"]
    pd.testing.assert_frame_equal(read_codings(SEGMENTS, TURNS).segments, SEGMENTS)
    for wrong in ({"reading": "mine"}, {"extent": "half"}):
        with pytest.raises(ValueError, match="not '"):
            read_codings(SEGMENTS, TURNS, **wrong)


def decisions(**words):
    """The list, decided by code."""
    table = listed()
    return table.assign(decision=table["code"].map(words).fillna(""))


@pytest.mark.parametrize(
    ("words", "added"),
    [
        ({"forms": "A"}, [["I1", "forms", "La domanda era di sei pagine"]]),
        ({"forms": "B"}, [["I1", "office", "sei pagine"]]),
        ({"forms": "all"}, [["I1", "forms", "La domanda era di sei pagine"], ["I1", "office", "sei pagine"]]),
        ({"forms": "none"}, []),
        ({"lonely": "B"}, [["I2", "lonely", "sempre sola"]]),
        ({"lonely": "A"}, []),  # she marked nothing there: nothing stands
    ],
)
def test_a_decided_disagreement_stands_as_decided_and_an_open_one_waits(words, added):
    read = read_codings(SEGMENTS, TURNS, decisions(**words), "merged")
    agreed = spans(read_codings(SEGMENTS, TURNS, None, "agreed"))
    assert sorted(spans(read)) == sorted(agreed + added)
    assert sum(map(bool, read.decided)) == 1 and read.lost == 0


def test_the_extent_can_be_decided_too():
    read = read_codings(SEGMENTS, TURNS, decisions(ties="B"), "merged")
    assert ["I1", "ties", "Lì ho conosciuto"] in spans(read)
    read = read_codings(SEGMENTS, TURNS, decisions(ties="all"), "merged")
    assert ["I1", "ties", "Lì ho conosciuto Ada"] in spans(read)


def test_interviews_of_one_coder_stand_as_they_are_in_the_merge_and_not_in_what_all_agree_on():
    alone = pd.concat([SEGMENTS, SEGMENTS.iloc[[0]].assign(interview="I3")], ignore_index=True)
    turns = pd.concat([TURNS, TURNS[TURNS["interview"] == "I1"].assign(interview="I3")], ignore_index=True)
    merged, agreed = (read_codings(alone, turns, None, r) for r in ("merged", "agreed"))
    assert merged.coded == ["I1", "I2", "I3"] and "I3" in set(merged.segments["interview"])
    assert agreed.coded == ["I1", "I2"] and "I3" not in set(agreed.segments["interview"])


def test_a_decision_is_found_again_where_the_text_before_it_has_changed_and_told_where_it_is_gone():
    longer = turns_of({"I1": ["Allora, come va oggi?", *WORDS["I1"][1:]], "I2": WORDS["I2"]})
    moved = coded(*SEGMENTS[["interview", "coder", "code", "text"]].values.tolist(), turns=longer)
    decided = decisions(forms="A", ties="B")
    read = read_codings(moved, longer, decided, "merged")
    assert read.lost == 0 and sum(map(bool, read.decided)) == 2
    gone = read_codings(moved[moved["code"] != "office"], longer, decided, "merged")
    assert gone.lost == 1 and sum(map(bool, gone.decided)) == 1
    stranger = read_codings(moved, longer, decided.replace({"decision": {"A": "Z"}}), "merged")
    assert stranger.lost == 1  # nobody of that name coded this interview


def test_the_account_tells_what_became_of_each_marked_place():
    read = read_codings(SEGMENTS, TURNS, decisions(lonely="B"), "merged")
    table = merge_account(SEGMENTS, TURNS, read.decided).set_index("code")
    assert table.loc["ties"].to_dict() == {
        "places": 3, "agreed": 3, EXTENT: 1, NOT_ALL: 0, OTHER_CODE: 0, "decided": 0, "open": 1,
    }  # fmt: skip
    assert table.loc["lonely", ["agreed", NOT_ALL, "decided", "open"]].tolist() == [0, 1, 1, 0]
    assert table.loc[["forms", "office"], OTHER_CODE].tolist() == [1, 1]


def test_themes_are_counted_side_by_side_under_each_reading():
    interviews = pd.DataFrame({"interview": ["I1", "I2"], "group": ["a", "a"]})
    codes = pd.DataFrame({"code": ["ties", "forms", "office", "lonely"], "area": None})
    table = presence_by_reading(SEGMENTS, TURNS, interviews, codes, decisions(lonely="B"))
    assert table["reading"].unique().tolist() == ["any", "agreed", "merged"]
    present = table.set_index(["reading", "code"])["present"]
    assert present["any"].to_dict() == {"ties": 2, "forms": 1, "office": 1, "lonely": 1}
    assert present["agreed"].to_dict() == {"ties": 2, "forms": 0, "office": 0, "lonely": 0}
    assert present["merged"]["lonely"] == 1 and present["merged"]["forms"] == 0
    said = " ".join(comparison_findings(table, EN, {}))
    assert "3 of 4 themes are found in fewer interviews" in said and "from 1 to 0 of 2" in said
    assert "never agree" in said
    (sure,) = agreed_theme_findings(table, EN, {})
    assert "must agree** (n = 2): ties 100%" in sure and "this leaves" not in sure
    assert agreed_theme_findings(table.iloc[:0], EN, {}) == []
    alone = presence_by_reading(SEGMENTS[SEGMENTS["coder"] == "A"], TURNS, interviews, codes)
    assert alone.empty and "cannot be told" in comparison_findings(alone, EN, {})[0]


def test_the_sentences_count_disagreements_and_begin_with_the_theme_most_are_open_on():
    table, decided = listed(), ["", "B", ""]
    account = merge_account(SEGMENTS, TURNS, decided)
    said = disagreement_findings(table, account, decided, 2, EN, {})
    assert "**3 disagreements**: 1 that only some marked, 1 with another code" in said[0]
    assert said[1] == "1 of them are decided, 2 are open." and "no disagreement there is now: 2." in said[-1]
    first = first_of_each(table, account, decided)
    assert sorted(first["code"]) == ["forms", "ties"]  # what is decided is not shown
    one = SEGMENTS[SEGMENTS["coder"] == "A"]
    assert "no two readings" in disagreement_findings(
        listed(one), merge_account(one, TURNS, []), [], 0, EN, {}
    )[0]  # fmt: skip
    assert "all coders agree" in reading_findings("agreed", "shared", 2, EN)[0]
    assert "nothing is left" in reading_findings("agreed", "shared", 0, EN)[0]
    assert reading_findings("any", "shared", 0, EN) == []


BLOCK = """
interviews: {files: ["*.txt"], interviewer: [INT]}
codings:
  - {coder: A, file: a.csv}
  - {coder: B, file: b.csv}
codebook:
  - {id: ties, label: {it: legami, en: ties}}
  - {id: forms, label: {it: moduli, en: forms}}
"""
FILES = {
    "I1.txt": "INT: Come va?\nPAR: Vado al coro ogni sera.\nINT: E poi?\nPAR: La domanda era di sei pagine.\n",
    "a.csv": "interview;code;quote\nI1;ties;Vado al coro\nI1;forms;sei pagine\n",
    "b.csv": "interview;code;quote\nI1;ties;Vado al coro\n",
}


def test_from_the_list_to_the_decision_to_the_merged_reading(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data" / "raw" / "trial"
    study = make_study(folder, BLOCK, FILES)
    assert cli.main(["disagreements", "trial"]) == 0
    assert "1 passages" in capsys.readouterr().out
    target = folder / "decided.csv"
    assert cli.main(["disagreements", "trial", "--to", str(target)]) == 0
    assert "codings_decided" in capsys.readouterr().out
    with target.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file, delimiter=";")
    assert list(line) == TO_DECIDE
    assert (line["passage"], line["marked"], line["decision"]) == ("«sei pagine»", "A: moduli", "")
    assert cli.main(["disagreements", "trial", "--to", str(target)]) == 2  # never written over
    text = io.StringIO()
    writer = csv.DictWriter(text, TO_DECIDE, delimiter=";")
    writer.writeheader()
    writer.writerow(line | {"decision": "tutto", "who": "Anna", "why": "sono moduli"})
    target.write_text(text.getvalue(), encoding="utf-8")
    study.path.write_text(study.path.read_text() + "codings_decided: {file: decided.csv}\n")
    hub = open_study("trial", lang="en")
    read = read_codings(hub.segments(), hub.turns(), hub.coding_decisions(), "merged")
    assert sorted(read.segments["code"]) == ["forms", "ties"] and read.decided == ["all"]
    again = tmp_path / "again.csv"
    assert cli.main(["disagreements", "trial", "--to", str(again)]) == 0
    with again.open(encoding="utf-8-sig", newline="") as file:
        (kept,) = csv.DictReader(file, delimiter=";")
    assert (kept["decision"], kept["who"], kept["why"]) == ("all", "Anna", "sono moduli")
    assert "sono moduli" not in hub.coding_decisions().to_csv()  # reasons may name people


HEAD = "interview;code;other;start;end;check;decision;who;why"


def loaded(tmp_path, *lines):
    study = make_study(
        tmp_path,
        BLOCK + "codings_decided: {file: decided.csv}\n",
        FILES | {"decided.csv": "\n".join([HEAD, *lines]) + "\n"},
    )
    problems = []
    frame = load_coding_decisions(study, problems, [])
    return frame, [(p.severity, p.row, p.column) for p in problems]


def test_decisions_are_coders_or_words_and_what_is_wrong_is_told_with_its_line(tmp_path):
    frame, told = loaded(
        tmp_path,
        "I1;forms;;10;20;x;a;Anna;sì",  # a coder's label, small
        "I1;ties;;1;5;x;;;",  # open
        "I1;ties;;30;40;x;forse;Anna;boh",
        "I1;ties;;x;40;x;none;Anna;no",
        "I1;forms;;50;60;x;Entrambi;;",  # not signed
        "I1;forms;;10;20;x;nessuno;Ugo;no",
    )
    assert frame["decision"].tolist() == ["A", "all", "none"]
    assert told == [
        ("error", 4, "decision"), ("error", 5, "start"), ("warning", 6, ""),
        ("error", 2, "decision"), ("error", 7, "decision"),
    ]  # fmt: skip


def test_coders_of_a_file_of_the_whole_team_can_be_named_in_decisions(tmp_path):
    block = (
        'interviews: {files: ["*.txt"]}\ncodings: [{file: t.csv, coders: {Ugo Bini: B}}]\n'
        "codings_decided: {file: decided.csv}\n"
    )
    table = "interview,code,coder,quote\nI1,x,Ugo Bini,Bene\nI1,x,Ada,Bene\n"
    decided = "\n".join(
        [HEAD, "I1;x;;1;5;x;ada;Ada;no", "I1;x;;6;9;x;B;Ada;no", "I1;x;;7;9;x;Ugo Bini;Ada;no"]
    )
    study = make_study(
        tmp_path, block, {"I1.txt": "INT: E?\nP: Bene.\n", "t.csv": table, "decided.csv": decided}
    )
    problems = []
    assert load_coding_decisions(study, problems, [])["decision"].tolist() == ["Ada", "B"]
    assert [(p.row, "Ada, B" in p.fix) for p in problems if p.severity == "error"] == [(4, True)]


def test_without_a_file_nothing_is_decided(tmp_path):
    assert load_coding_decisions(make_study(tmp_path, BLOCK, FILES), [], []).empty
