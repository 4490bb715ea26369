"""Codings: every passage stands where its words are, before and after names are taken out."""

import unicodedata

import pandas as pd
import pytest
from loader_studies import make_study

from hubanalysis.loaders.coders import coder_labels
from hubanalysis.loaders.codings import load_segments
from hubanalysis.loaders.passage_places import find_quote
from hubanalysis.loaders.refi_writing import write_project
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
    assert frame.empty and {p.severity for p in problems} == {"error"} and said in problems[0].what


def test_a_project_of_several_coders_gives_each_her_own_part(tmp_path):
    block = 'interviews: {files: ["*.txt"]}\ncodings: [{coder: A, file: t.qdpx}, {coder: B, file: t.qdpx}]\n'
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"]})
    team_project(tmp_path, "A", "B")
    frame, _ = load_segments(study, {"I01": RAW["I01"]}, [], [])
    assert frame[["coder", "start"]].values.tolist() == [
        ["A", RAW["I01"].index("Bene")],
        ["B", RAW["I01"].index("canta")],
    ]


def team_project(folder, first, second):
    codes = pd.DataFrame({"code": ["x"], "label": ["x"], "parent": [""]})
    rows = segments(("I01", first, "x", *place("I01", "Bene")), ("I01", second, "x", *place("I01", "canta")))
    return write_project(folder / "t.qdpx", {"I01": RAW["I01"]}, codes, rows, "2022-11-20")


@pytest.mark.parametrize(
    ("coding", "coders", "told"),
    [
        ("{file: t.qdpx}", ["anna", "ugo"], None),
        ("{file: t.qdpx, coders: {anna: A}}", ["A", "ugo"], None),
        ("{file: t.qdpx, coder: C}", ["C", "C"], "several coders"),
    ],
)
def test_one_file_of_the_whole_team_may_serve_all_coders(tmp_path, coding, coders, told):
    block = f'interviews: {{files: ["*.txt"]}}\ncodings: [{coding}]\ncodebook: [{{id: x, label: x}}]\n'
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"]})
    team_project(tmp_path, "anna", "ugo")
    problems = []
    frame, _ = load_segments(study, {"I01": RAW["I01"]}, problems, [])
    assert frame["coder"].tolist() == coders
    assert [told in p.what for p in problems] == ([True] if told else [])


def test_a_file_that_names_nobody_needs_the_coder_in_the_study(tmp_path):
    block = 'interviews: {files: ["*.txt"]}\ncodings: [{file: t.qdpx}]\ncodebook: [{id: x, label: x}]\n'
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"]})
    team_project(tmp_path, "", "ugo")
    problems, account = [], []
    frame, _ = load_segments(study, {"I01": RAW["I01"]}, problems, account)
    assert frame["coder"].tolist() == ["ugo"]
    assert [(p.severity, p.count, p.row) for p in problems] == [("error", 1, None)]


def test_the_labels_of_all_who_coded_are_those_of_the_study_and_of_the_files(tmp_path):
    block = (
        'interviews: {files: ["*.txt"]}\n'
        "codings: [{coder: A, file: a.csv}, {file: t.csv, coders: {Ugo: B}}, {file: none.csv}]\n"
    )
    table = "interview,code,coder,quote\nI01,x,Ugo,uno\nI01,x,Ada,due\nI01,x,,tre\n"
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"], "t.csv": table})
    assert coder_labels(study) == ["A", "B", "Ada"]


def test_a_line_of_a_table_without_coder_is_told_with_its_row(tmp_path):
    table = "interview,code,coder,quote\nI01,x,Ugo,E poi?\nI01,x,,Bene\n"
    block = 'interviews: {files: ["*.txt"]}\ncodings: [{file: t.csv}]\ncodebook: [{id: x, label: x}]\n'
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"], "t.csv": table})
    problems = []
    load_segments(study, {"I01": RAW["I01"]}, problems, [])
    assert [(p.file, p.row) for p in problems if p.severity == "error"] == [("t.csv", 3)]


TALK = {
    "I01": "INT: E poi?\nP: Bene. L'ho detto: «perché no»… e poi Benedetta è venuta, insomma, a cena da noi.\n"
    "INT: E poi?\nP: Bene, bene così.\nINT: E poi?\nP: Mah, è finita lì.\n"
}


def coded_table(folder, rows, header="interview,code,quote", coding="", texts=TALK, redacted=None):
    """What a table of quotations gives: the passages' places, and the problems but for unknown codes."""
    text = "\n".join([header, *rows]) + "\n"
    block = f"codings: [{{coder: A, file: t.csv{coding}}}]\ncodebook: [{{id: x, label: x}}]\n"
    block = 'interviews: {files: ["*.txt"]}\n' + block
    study = make_study(folder, block, {"I01.txt": TALK["I01"], "t.csv": text})
    problems = []
    frame, _ = load_segments(study, texts, problems, [], redacted)
    return frame, problems


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("L’ho detto: “perché no”...", "L'ho detto: «perché no»…"),  # typographic marks
        ("perche\u0301\u00a0no", "perché no"),  # accents apart, a blank that does not break
        ("per ché  no", "perché no"),  # a program that puts a blank between two letters of which one is bold
        ("\ufeffL'ho \u200bdetto", "L'ho detto"),  # marks nobody sees
        ("Bene. L'ho", "Bene. L'ho"),
        ("Benedetta", "Benedetta"),
        ("e poi Benedetta è venuta [...] a cena da noi", "e poi Benedetta è venuta, insomma, a cena da noi"),
        ("e poi Benedetta è ve…", "e poi Benedetta è ve"),  # cut by a program
        ("noi.\r\nINT: E poi?\r\nP: Bene, bene", "noi.\nINT: E poi?\nP: Bene, bene"),
        ("Mai detto", None),
        ("E poi?", None),  # three times
        ("Perche no", None),  # another word
        ("...", None),
        ("Mah…", None),  # too short to tell where it went on
    ],
)
def test_a_quote_is_found_by_its_marks_alone(tmp_path, quote, found):
    frame, problems = coded_table(tmp_path, [f'I01,x,"{quote}"'])
    assert [TALK["I01"][s:e] for s, e in zip(frame["start"], frame["end"], strict=True)] == (
        [found] if found else []
    )
    refused = [p for p in problems if "cut" not in p.what]
    assert [(p.row, p.value, p.severity) for p in refused] == ([] if found else [(2, "I01", "warning")])


def nth(n, words="E poi?"):
    start = -1
    for _ in range(n):
        start = TALK["I01"].index(words, start + 1)
    return start


def test_words_that_stand_in_several_places_are_told_apart_by_their_declared_place_in_any_counting(tmp_path):
    text, at = TALK["I01"], nth(2)
    for start in (at, at + text[:at].count("\n"), len(text[:at].encode())):
        frame, problems = coded_table(
            tmp_path, [f"I01,x,E poi?,{start},{start + 6}"], "interview,code,quote,start,end"
        )
        assert frame["start"].tolist() == [at]
        assert ["found again" in p.what for p in problems] == [True] * (start != at)
    frame, problems = coded_table(tmp_path, ["I01,x,E poi?,3,9"], "interview,code,quote,start,end")
    assert frame.empty and "several places" in problems[0].what and problems[0].value == "I01 3"


def test_words_that_stand_in_several_places_are_told_apart_by_the_order_of_the_rows(tmp_path):
    # as often in the table as in the interview
    frame, _ = coded_table(tmp_path, ["I01,x,E poi?"] * 3)
    assert frame["start"].tolist() == [nth(1), nth(2), nth(3)]
    # an export in the order of the text: the neighbours tell; rows of one id are one passage
    rows = ["7,I01,x,Benedetta", "8,I01,x,E poi?", "8,I01,y,E poi?", "9,I01,x,bene così"]
    frame, _ = coded_table(tmp_path, rows, "id,document,tag,content")
    assert frame["start"].tolist()[1:3] == [nth(2), nth(2)]
    # rows in another order tell nothing
    frame, problems = coded_table(
        tmp_path, ["7,I01,x,bene così", "8,I01,x,E poi?", "9,I01,x,Benedetta"], "id,document,tag,content"
    )
    assert len(frame) == 2 and "several places" in problems[0].what and problems[0].row == 3


def test_columns_of_another_name_are_declared_and_what_lacks_is_told_at_once(tmp_path):
    header, rows = "Dove;Cosa;Frase;Chi", ["I01;x;Benedetta;anna", "I01;;bene così;anna", "I01;x;;anna"]
    declared = ", columns: {interview: Dove, code: Cosa, quote: Frase, coder: Chi}"
    frame, problems = coded_table(tmp_path, rows, header, declared)
    assert frame["coder"].tolist() == ["A"]
    assert [(p.row, p.severity) for p in problems] == [(4, "warning"), (3, "warning")]
    _, problems = coded_table(tmp_path, rows, header, ", columns: {interview: Dove, code: Codice}")
    assert [p.severity for p in problems] == ["error", "error"]
    assert {p.what for p in problems} == {"a column is missing: Codice", "a column is missing: quote"}


def test_a_passage_with_line_ends_and_commas_swallows_no_rows(tmp_path):
    rows = ['1,I01,x,"Bene, bene così.\nINT: E poi?\nP: Mah, è finita lì, no, no"', "2,I01,x,Benedetta"]
    frame, problems = coded_table(tmp_path, rows, "id,document,tag,content")
    assert len(frame) == 1 and [p.row for p in problems] == [2]


def test_passages_of_a_text_we_redacted_count_over_it_whatever_its_source_is_called(tmp_path):
    raw = {"I01": RAW["I01"], "I02": RAW["I02"]}
    redacted = {
        "I01": "I: Come sta [nome]?\nP1: Bene. Ho conosciuto [nome], e [nome] canta 😀.\nI: E poi?\nP1: Bene.\n",
        "I02": RAW["I02"],
    }
    block = 'interviews: {files: ["*.txt"]}\ncodings: [{file: t.qdpx}]\ncodebook: [{id: x, label: x}]\n'
    study = make_study(tmp_path, block, {"I01.txt": RAW["I01"], "I02.txt": RAW["I02"]})
    text = redacted["I01"]
    spans = [
        (text.index("[nome], e"), text.index("canta") + 5),
        (text.rindex("Bene"), text.rindex("Bene") + 4),
    ]
    for name in ("I01", "Prima intervista"):
        rows = segments(*((name, "A", "x", *span) for span in spans))
        codes = pd.DataFrame({"code": ["x"], "label": ["x"], "parent": [""]})
        write_project(tmp_path / "t.qdpx", {name: text}, codes, rows, "2022-11-20")
        problems = []
        frame, _ = load_segments(study, raw, problems, [], redacted)
        assert frame[["interview", "start", "end", "over"]].values.tolist() == [
            ["I01", *span, "redacted"] for span in spans
        ]
        assert problems == []


def test_a_source_with_other_accents_line_ends_and_a_title_leads_to_the_same_places(tmp_path):
    """Words that stand three times keep their own place, for the two texts are one but for how they are written."""
    text = TALK["I01"]
    copy = "Intervista 1, E poi?\n\n" + unicodedata.normalize("NFD", text.replace("'", "’")).replace(
        "\n", "\n\n"
    )
    for number in (1, 2, 3):
        start = -1
        for _ in range(number + 1):  # the first stands in the title
            start = copy.index("E poi?", start + 1)
        assert find_quote(text, "E poi?", start, copy) == (nth(number), nth(number) + 6)
    assert find_quote(text, "E poi?", copy.index("E poi?"), copy) is None  # what stands in the title alone


def test_in_a_text_that_was_changed_the_words_around_tell_which_of_several_places_it_is():
    text = TALK["I01"]
    copy = text.replace("insomma, ", "").replace(
        "INT: E poi?\nP: Bene. ", "P: Bene. "
    )  # words taken out, one question less
    start = copy.rindex("E poi?")
    assert find_quote(text, "E poi?", start, copy) == (nth(3), nth(3) + 6)


def test_a_study_without_interviews_gives_empty_tables_with_their_columns(tmp_path):
    tables = load_qualitative(make_study(tmp_path, ""), [], [])
    assert all(frame.empty for frame in tables.values())
    assert {"interview", "words"} <= set(tables["interviews"].columns)
    assert {"start", "text"} <= set(tables["turns"].columns) & set(tables["segments"].columns)


COPY = TALK["I01"].replace("INT:", "Giulia -").replace("P:", "[00:12] Ada -").replace("insomma", "insommma")


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("noi.\nGiulia - E poi?\n[00:12] Ada - Bene, bene", "noi.\nINT: E poi?\nP: Bene, bene"),
        (
            "«perché no»… e poi Benedetta è venuta, insommma, a cena",
            "«perché no»… e poi Benedetta è venuta, insomma, a cena",
        ),
        ("è finita lì.", "è finita lì."),
        ("insommma", None),  # the one word that was corrected
        ("[00:12]", None),  # what the transcript has not
    ],
)
def test_a_copy_with_other_labels_and_corrected_words_leads_to_the_same_places(passage, found):
    start = COPY.index(passage)
    place = find_quote(TALK["I01"], passage, start, COPY)
    assert (place and TALK["I01"][slice(*place)]) == found


def test_a_passage_of_another_text_is_found_nowhere():
    other = "INT: Buongiorno.\nP: Buongiorno, E poi? No, niente affatto, non saprei che cosa dire.\n"
    assert find_quote(TALK["I01"], "niente affatto", other.index("niente"), other) is None
    assert (
        find_quote(TALK["I01"], "E poi?", other.index("E poi?"), other) is None
    )  # three places, none likelier
