"""Transcripts as people make them: every format gives the same turns."""

import io
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from loader_studies import make_study
from odf.opendocument import OpenDocumentText
from odf.text import LineBreak, P, S

from hubanalysis.errors import DataError
from hubanalysis.loaders.transcripts import listed_names, load_interviews, read_transcript


def said(path, problems=None, **how):
    turns = read_transcript(path, [] if problems is None else problems, interviewer=("INT",), **how).turns
    return [(t.speaker, t.text) for t in turns]


def text_file(folder, text, name="I01.txt", encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def test_turns_go_on_until_the_next_speaker_and_times_and_tipo_are_words(tmp_path):
    text = "INT: Quando?\r\nP1: Alle 17:30, tipo: sempre.\r\n17:45: era tardi\r\ntipo: così\r\n\r\nP1 (00:03): Sì.\r\n"
    assert said(text_file(tmp_path, text)) == [
        ("INT", "Quando?"),
        ("P1", "Alle 17:30, tipo: sempre. 17:45: era tardi tipo: così"),
        ("P1", "Sì."),
    ]


def test_a_named_speaker_counts_when_it_comes_back_and_a_word_that_does_not_is_told(tmp_path):
    problems = []
    path = text_file(tmp_path, "INT: Allora?\nMaria: Bene.\nLaura: ecco.\nMaria: Già.\n")
    assert said(path, problems) == [("INT", "Allora?"), ("Maria", "Bene. Laura: ecco."), ("Maria", "Già.")]
    assert [(p.severity, p.row) for p in problems] == [("warning", 3)]
    assert "Laura" not in str(problems[0])  # it could be somebody's name


def test_what_stands_before_the_first_speaker_is_left_out_and_told(tmp_path):
    problems = []
    assert said(text_file(tmp_path, "Intervista 3\nSiena\nINT: Sì?\n"), problems) == [("INT", "Sì?")]
    assert "before the first speaker" in problems[0].what


def test_a_text_without_speakers_is_refused_with_its_name(tmp_path):
    with pytest.raises(DataError) as caught:
        said(text_file(tmp_path, "solo parole\n"))
    assert "no speaker" in str(caught.value) and "I01.txt" in str(caught.value)


@pytest.mark.parametrize("words", ["", " \n\n"])
def test_an_empty_transcript_is_said_to_be_empty(tmp_path, words):
    with pytest.raises(DataError) as caught:
        said(text_file(tmp_path, words))
    assert "no words" in str(caught.value) and "I01.txt" in str(caught.value)


@pytest.mark.parametrize("declared", ["", "interviewer: [INT], "])
def test_two_numbered_speakers_of_whom_nobody_asks_are_told(tmp_path, declared):
    talk = "Speaker 1  0:01\nCome va?\n\nSpeaker 2  0:07\nBene.\n\nSpeaker 1  0:09\nE poi?\n"
    block = f'interviews: {{{declared}files: ["*.txt"]}}\n'
    problems = []
    load_interviews(make_study(tmp_path, block, {"I01.txt": talk}), problems, [])
    assert [p.what.split(":")[0] for p in problems] == ["it cannot be told who asks"]


@pytest.mark.parametrize(("encoding", "warned"), [("utf-8-sig", 0), ("utf-16", 0), ("cp1252", 1)])
def test_encodings_are_told_apart(tmp_path, encoding, warned):
    problems = []
    assert said(text_file(tmp_path, "P: così è\n", encoding=encoding), problems) == [("P", "così è")]
    assert len(problems) == warned


def test_accents_apart_are_composed(tmp_path):
    assert said(text_file(tmp_path, "P: perche\u0301\n")) == [("P", "perché")]


def test_a_tab_separates_speaker_and_words_and_lines_of_one_speaker_are_one_turn(tmp_path):
    path = text_file(tmp_path, "BO049\tciao\nBO051\tecco\nBO051\tcosì\nBO049\tsì\n")
    assert said(path, layout="tab") == [("BO049", "ciao"), ("BO051", "ecco così"), ("BO049", "sì")]


def test_cues_of_one_voice_that_follow_one_another_are_one_turn(tmp_path):
    text = (
        "WEBVTT - titolo\n\nNOTE una nota\nlunga\n\nSTYLE\n::cue {}\n\n"
        "1\n00:00.000 --> 00:02.000 line:0\n<v INT>Come <i>va</i>?\n\n"
        "00:01:02.000 --> 00:01:03.000\n<v.loud Ada>Bene &amp;\nmale</v>\n\n"
        "00:01:03.000 --> 00:01:04.000\n<v Ada>cioè\n\n00:01:05.000 --> 00:01:06.000\nAda: mah\n"
    )
    assert said(text_file(tmp_path, text, "I01.vtt")) == [
        ("INT", "Come va?"),
        ("Ada", "Bene & male cioè mah"),
    ]


def a_docx(path):
    document = docx.Document()
    document.add_paragraph("INT: Come va?")
    paragraph = document.add_paragraph("P: Bene,")
    for outer, inner, words in (("w:ins", "w:t", " anzi"), ("w:del", "w:delText", " male")):
        change, run, text = (OxmlElement(tag) for tag in (outer, "w:r", inner))
        text.text = words
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    table = document.add_table(1, 3)
    for cell, words in zip(table.rows[0].cells, ("00:12", "INT", "E poi?"), strict=True):
        cell.text = words
    document.add_paragraph("P: Niente").add_run().add_break()
    document.save(path)
    return path


def test_a_docx_is_read_with_tables_and_insertions_and_without_deletions(tmp_path):
    assert said(a_docx(tmp_path / "I01.docx")) == [
        ("INT", "Come va?"),
        ("P", "Bene, anzi"),
        ("INT", "E poi?"),
        ("P", "Niente"),
    ]


def test_an_odt_is_read_with_its_blanks_and_line_breaks(tmp_path):
    document = OpenDocumentText()
    document.text.addElement(P(text="INT: Come va?"))
    answer = P(text="P: Bene")
    answer.addElement(S(c=2))
    answer.addText("così")
    answer.addElement(LineBreak())
    answer.addText("INT: Ah.")
    document.text.addElement(answer)
    document.save(tmp_path / "I01.odt")
    assert said(tmp_path / "I01.odt") == [("INT", "Come va?"), ("P", "Bene così"), ("INT", "Ah.")]


@pytest.mark.parametrize("attack", ["entity", "outside", "bomb"])
def test_a_hostile_docx_is_refused(tmp_path, attack):
    path = tmp_path / "I01.docx"
    entity = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    xml = f'{entity}<w:document xmlns:w="x"><w:body>&e;</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if attack == "bomb":
            archive.writestr("word/document.xml", io.BytesIO(b" " * (65 * 2**20)).getvalue())
        else:
            archive.writestr("word/document.xml", xml)
        if attack == "outside":
            archive.writestr("../x.xml", "x")
    with pytest.raises(DataError, match="I01"):
        said(path)


@pytest.mark.parametrize("name", ["I01.pdf", "I01.docx", "I01.odt"])
def test_what_is_no_transcript_is_refused(tmp_path, name):
    with pytest.raises(DataError, match="I01"):
        said(text_file(tmp_path, "INT: sì\n", name))


BLOCK = """
interviews:
  files: ["int/*.txt", "int/*.vtt"]
  interviewer: [INT]
  metadata: {file: int/register.csv, dates: day_first, columns: {interview: id, group: gruppo, date: data}}
  redactions: {file: int/names.csv}
"""
FILES = {
    "int/I01.txt": "INT: Sì?\nP: No.\n",
    "int/I02.txt": "INT: Sì?\nP: No.\n",
    "int/register.csv": "id;gruppo;data\nI01.txt;participant;05/07/2022\ni02;;2022-13-45\nI09;participant;\n",
    "int/names.csv": "interview;kind;text\nI01;person;Ada Bini\nI01;Phone;0577 1\nI02;strange;Ugo\n",
}


def test_metadata_are_joined_and_what_does_not_fit_is_told(tmp_path):
    problems, account = [], []
    frame, turns = load_interviews(make_study(tmp_path, BLOCK, FILES), problems, account)
    assert list(frame["interview"]) == ["I01", "I02"] and list(turns) == ["I01", "I02"]
    assert frame.loc[0, "group"] == "participant" and str(frame.loc[0, "date"])[:10] == "2022-07-05"
    assert frame["group"].isna().tolist() == [False, True] and frame["date"].isna().tolist() == [False, True]
    assert {(p.row, p.column, p.severity) for p in problems} == {
        (3, "data", "warning"),
        (4, "interview", "warning"),
    }
    assert account[0]["rows_in"] == account[0]["kept"] == 2


def test_names_to_redact_are_listed_with_their_kind(tmp_path):
    study = make_study(tmp_path, BLOCK, FILES)
    assert listed_names(study, []) == {"Ada Bini": "person", "0577 1": "phone", "Ugo": "person"}


def test_two_transcripts_of_one_name_are_both_refused(tmp_path):
    problems = []
    files = FILES | {"int/I02.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v INT>Sì?\n"}
    frame, _ = load_interviews(make_study(tmp_path, BLOCK, files), problems, [])
    assert list(frame["interview"]) == ["I01"]
    assert [p.file for p in problems if p.severity == "error"] == ["int/I02.txt", "int/I02.vtt"]


def test_a_missing_transcript_and_a_missing_register_are_errors_with_their_place(tmp_path):
    problems = []
    block = BLOCK.replace('files: ["int/*.txt", "int/*.vtt"]', "files: [int/I01.txt, int/I07.txt]")
    files = {k: v for k, v in FILES.items() if "register" not in k}
    load_interviews(make_study(tmp_path, block, files), problems, [])
    errors = [p for p in problems if p.severity == "error"]
    assert [(p.file, p.value) for p in errors] == [("study.yaml", "int/I07.txt"), ("int/register.csv", "")]
    assert errors[0].row is not None


def test_a_study_without_interviews_gives_empty_tables(tmp_path):
    frame, turns = load_interviews(make_study(tmp_path, ""), [], [])
    assert frame.empty and turns == {} and "interview" in frame.columns
