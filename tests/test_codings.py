"""Codings: every passage stands where its words are, before and after names are taken out."""

import pandas as pd
import pytest
from loader_studies import make_study

from hubanalysis.loaders.codings import find_quote, load_segments
from hubanalysis.loaders.refi_qda import write_project
from hubanalysis.loaders.transcripts import Turn
from hubanalysis.privacy.interviews import load_qualitative, neutral_speakers, redact_interviews

RAW = {
    "I01": "INT: Come sta Ada Bini?\nP: Bene. Ho conosciuto Ugo, e Ugo canta 😀.\nINT: E poi?\nP: Bene.\n",
    "I02": "INT: Allora?\nP: L'impatto c'è stato.\n",
}
BLOCK = """
interviews:
  files: ["*.txt"]
  interviewer: [INT]
  redactions: {file: names.csv}
codings:
  - {coder: A, file: a.qdpx}
  - {coder: B, file: b.csv}
codebook:
  - {id: ties, label: {it: legami, en: ties}, area: networks}
  - {id: well, label: {it: stare bene, en: feeling well}}
"""
NAMES = "interview;kind;text\nI01;person;Ada Bini\nI01;person;Ugo\n"
QUOTES = (
    "document,tag,content\n"
    'I01,Legami,"Ho conosciuto Ugo, e Ugo  canta"\n'  # blanks differ, the label stands for the code
    "I01,well,Bene.\n"  # twice in the interview
    "I02.txt,WELL,L'impatto c'è stato\n"
    "I07,well,Bene.\n"
    "I02,new,Allora?\n"
)


def segments(*rows):
    return pd.DataFrame(list(rows), columns=["interview", "coder", "code", "start", "end"])


def place(interview, quote, text=RAW):
    start = text[interview].index(quote)
    return start, start + len(quote)


@pytest.fixture
def study(tmp_path):
    study = make_study(
        tmp_path, BLOCK, {f"{k}.txt": v for k, v in RAW.items()} | {"names.csv": NAMES, "b.csv": QUOTES}
    )
    codes = pd.DataFrame({"code": ["ties", "well"], "label": ["legami", "stare bene"], "parent": ["", ""]})
    # coder A worked on a copy with a title above it and other line ends
    copies = {k: "Titolo\n" + v for k, v in RAW.items()}
    rows = segments(
        ("I01", "Anna", "ties", *place("I01", "Ugo, e Ugo canta", copies)),
        ("I01", "Anna", "well", copies["I01"].rindex("Bene."), copies["I01"].rindex("Bene.") + 5),
        ("I02", "Anna", "well", *place("I02", "Titolo", copies)),
    )
    write_project(tmp_path / "a.qdpx", copies, codes, rows, "2022-11-20")
    return study


def test_places_are_repaired_by_their_words_and_what_is_not_found_is_refused_with_its_place(study):
    problems, account = [], []
    frame, strangers = load_segments(study, RAW, problems, account)
    found = [(s.interview, s.coder, s.code, RAW[s.interview][s.start : s.end]) for s in frame.itertuples()]
    assert found == [
        ("I01", "A", "ties", "Ugo, e Ugo canta"),
        ("I01", "A", "well", "Bene."),
        ("I01", "B", "ties", "Ho conosciuto Ugo, e Ugo canta"),
        ("I02", "B", "well", "L'impatto c'è stato"),
        ("I02", "B", "new", "Allora?"),
    ]
    # of two places with the same words the one that comes second there comes second here
    assert frame.loc[1, "start"] == RAW["I01"].rindex("Bene.")
    assert strangers == ["new"]
    told = {(p.file, p.row, p.severity) for p in problems}
    assert told == {
        ("a.qdpx", None, "warning"),
        ("b.csv", 3, "warning"),
        ("b.csv", 5, "warning"),
        ("b.csv", 6, "warning"),
    }
    assert [(a["step"], a["rows_in"], a["dropped"]) for a in account] == [("a.qdpx", 3, 1), ("b.csv", 5, 2)]


def test_no_problem_tells_what_was_said(study):
    problems = []
    load_qualitative(study, problems, [])
    words = " ".join(map(str, problems))
    assert not any(said in words for said in ("Bene", "Ugo", "impatto", "Allora?"))


def test_the_tables_are_redacted_and_every_passage_stands_in_its_new_place(study):
    account = []
    tables = load_qualitative(study, [], account)
    turns = tables["turns"]
    text = {
        i: "".join(f"{t.speaker}: {t.text}\n" for t in g.itertuples()) for i, g in turns.groupby("interview")
    }
    assert (
        text["I01"]
        == "I: Come sta [nome]?\nP1: Bene. Ho conosciuto [nome], e [nome] canta 😀.\nI: E poi?\nP1: Bene.\n"
    )
    for row in [*turns.itertuples(), *tables["segments"].itertuples()]:
        assert text[row.interview][row.start : row.end] == row.text
    assert tables["segments"]["text"].tolist()[:2] == ["[nome], e [nome] canta", "Bene."]
    assert tables["segments"]["turn"].tolist()[:2] == [1, 3]
    assert tables["interviews"][["words", "turns"]].values.tolist() == [[8, 4], [3, 2]]
    assert tables["codes"]["code"].tolist() == ["ties", "well", "new"]
    assert account[-1]["reason"] == "person 3"


def test_speakers_become_neutral_in_the_order_of_speaking():
    labels = neutral_speakers(["Ada", "INT", "Ugo", "int2", "Ada"], ["int", "INT2"])
    assert labels == {
        "Ada": ("P1", "interviewee"),
        "INT": ("I", "interviewer"),
        "Ugo": ("P2", "interviewee"),
        "int2": ("I2", "interviewer"),
    }


@pytest.mark.parametrize(
    ("start", "end", "passage", "turn"),
    [
        (0, 8, "Sì?", 0),  # from the speaker's label on
        (5, 12, "Sì?", 0),  # over the line end into the next label
        (5, 17, "Sì?\nP1: No.", 0),  # over two turns
        (8, 17, "No.", 1),  # from the line end on
        (9, 11, None, None),  # within a label
    ],
)
def test_a_passage_that_begins_or_ends_outside_the_words_is_cut_to_them(start, end, passage, turn):
    transcripts = {"I01": [Turn("INT", "Sì?", 1), Turn("ADA", "No.", 2)]}  # "INT: Sì?\nADA: No.\n"
    interviews = pd.DataFrame({"interview": ["I01"], "language": ["it"]})
    given = segments(("I01", "A", "x", start, end))
    found = redact_interviews(interviews, transcripts, given, [], ["INT"], [])["segments"]
    assert found[["text", "turn"]].values.tolist() == ([[passage, turn]] if passage else [])


def test_a_quote_is_found_over_line_ends_and_composed_accents():
    text = "P: Perché no?\nP: Così."
    assert find_quote(text, "no?\r\nP: Così") == (text.index("no?"), len(text) - 1)
    assert find_quote(text, "Perche\u0301  no") == (3, 12)
    assert (
        find_quote(text, "P:") is None and find_quote(text, " ") is None and find_quote(text, "Mai") is None
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a;b\nx;y\n", "column is missing"),
        ('interview;code;quote\n"I01;x\n', "quotation mark"),
        (None, "missing"),
    ],
)
def test_a_table_of_quotations_that_cannot_be_read_is_an_error(tmp_path, content, said):
    files = {"I01.txt": RAW["I01"]} | ({"b.csv": content} if content else {})
    block = 'interviews: {files: ["*.txt"]}\ncodings: [{coder: B, file: b.csv}]\n'
    problems = []
    frame, _ = load_segments(make_study(tmp_path, block, files), {"I01": RAW["I01"]}, problems, [])
    assert frame.empty and [p.severity for p in problems] == ["error"] and said in problems[0].what


def test_a_project_of_several_coders_gives_each_her_own_part(tmp_path):
    block = 'interviews: {files: ["*.txt"]}\ncodings: [{coder: A, file: t.qdpx}, {coder: B, file: t.qdpx}]\n'
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"]})
    codes = pd.DataFrame({"code": ["x"], "label": ["x"], "parent": [""]})
    rows = segments(("I01", "A", "x", *place("I01", "Bene")), ("I01", "B", "x", *place("I01", "canta")))
    write_project(tmp_path / "t.qdpx", {"I01": RAW["I01"]}, codes, rows, "2022-11-20")
    frame, _ = load_segments(study, {"I01": RAW["I01"]}, [], [])
    assert frame[["coder", "start"]].values.tolist() == [
        ["A", RAW["I01"].index("Bene")],
        ["B", RAW["I01"].index("canta")],
    ]


def test_a_study_without_interviews_gives_empty_tables_with_their_columns(tmp_path):
    tables = load_qualitative(make_study(tmp_path, ""), [], [])
    assert all(frame.empty for frame in tables.values())
    assert {"interview", "words"} <= set(tables["interviews"].columns)
    assert {"start", "text"} <= set(tables["turns"].columns) & set(tables["segments"].columns)
