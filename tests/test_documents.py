"""Documents of word processors: the running text is read as a person sees it, and what stands elsewhere is counted."""

from __future__ import annotations

import random
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from odf import office
from odf.draw import Frame, TextBox
from odf.namespaces import TEXTNS
from odf.opendocument import OpenDocumentText
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableHeaderRows, TableRow
from odf.text import (
    ChangedRegion,
    ChangeStart,
    Deletion,
    H,
    Insertion,
    List,
    ListItem,
    Note,
    NoteBody,
    NoteCitation,
    P,
    Span,
    TrackedChanges,
)

from hubanalysis.errors import DataError
from hubanalysis.loaders.documents import read_document
from hubanalysis.loaders.paragraphs import BOXES, COMMENTS, DELETED, FOOTNOTES, HEADERS, HIDDEN_WORDS
from hubanalysis.loaders.transcripts import read_transcript


def texts(path, problems=None):
    return [line.text for line in read_document(path, [] if problems is None else problems).lines]


def left_out(path):
    return read_document(path, []).left_out


def changed(paragraph, kind, words, inner="w:t"):
    """A tracked change (ins, del, moveFrom, moveTo) at the end of a paragraph."""
    change, run, text = OxmlElement(f"w:{kind}"), OxmlElement("w:r"), OxmlElement(inner)
    text.text = words
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    change.append(run)
    paragraph._p.append(change)


def add_parts(path, **parts):
    """Parts that python-docx does not write, such as footnotes: the reader finds them by their names."""
    with zipfile.ZipFile(path, "a") as archive:
        for name, words in parts.items():
            archive.writestr(
                f"word/{name}.xml",
                f"<w:{name} {nsdecls('w')}><w:note><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:note></w:{name}>",
            )


def test_tracked_changes_of_word_are_accepted(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("P: Ero")
    changed(paragraph, "ins", " proprio")
    changed(paragraph, "del", " quasi forse", "w:delText")
    changed(paragraph, "moveFrom", " sola")
    paragraph.add_run(" felice")
    changed(paragraph, "moveTo", " sola")
    joined = document.add_paragraph("P: Non")  # the end of this paragraph is struck out
    joined._p.get_or_add_pPr().append(
        parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='1' w:author='x'/></w:rPr>")
    )
    document.add_paragraph(" ancora.")
    table = document.add_table(2, 2)
    for row, words in zip(table.rows, (("INT", "Sì?"), ("INT", "tolta")), strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')} w:id='2' w:author='x'/>"))
    document.save(tmp_path / "a.docx")
    assert texts(tmp_path / "a.docx") == ["P: Ero proprio felice sola", "P: Non ancora.", "INT Sì?"]
    assert left_out(tmp_path / "a.docx")[DELETED] == 2 + 1 + 2


def test_what_stands_outside_the_running_text_of_word_is_counted_and_left_out(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Intervista tre"
    paragraph = document.add_paragraph("INT: Come va?")
    box = (
        f"<w:r {nsdecls('w')}><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>nel riquadro</w:t></w:r></w:p></w:txbxContent></w:drawing>"
        "</mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>nel riquadro</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    paragraph._p.append(parse_xml(box))
    hidden = document.add_paragraph("P: Bene").add_run(" nascosto")
    hidden.font.hidden = True
    document.save(tmp_path / "a.docx")
    add_parts(tmp_path / "a.docx", footnotes="una nota a piede", comments="dubbio")
    assert texts(tmp_path / "a.docx") == ["INT: Come va?", "P: Bene"]
    expected = {BOXES: 2, HIDDEN_WORDS: 1, FOOTNOTES: 4, COMMENTS: 1, HEADERS: 2}
    assert left_out(tmp_path / "a.docx") == expected
    problems = []
    read_transcript(tmp_path / "a.docx", problems)
    assert [(p.severity, p.count) for p in problems] == [("warning", 2 + 1 + 4)]  # where somebody might speak


def test_fields_links_breaks_and_tables_within_tables_of_word_are_read(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("P: vedi ")
    field = f"<w:fldSimple {nsdecls('w')} w:instr='PAGE'><w:r><w:t>sette</w:t></w:r></w:fldSimple>"
    paragraph._p.append(parse_xml(field))
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:instrText>HYPERLINK x</w:instrText></w:r>"))
    paragraph._p.append(
        parse_xml(
            f"<w:hyperlink {nsdecls('w')}><w:r><w:t> qui</w:t><w:br/><w:t>sotto</w:t></w:r></w:hyperlink>"
        )
    )
    frame = document.add_table(1, 1).rows[0].cells[0]  # a whole talk in a frame
    frame.text = "INT: Uno?"
    frame.add_paragraph("P: Due.")
    inner = frame.add_table(1, 2)
    inner.rows[0].cells[0].text, inner.rows[0].cells[1].text = "INT", "Tre?"
    document.save(tmp_path / "a.docx")
    assert texts(tmp_path / "a.docx") == ["P: vedi sette qui", "sotto", "INT: Uno?", "P: Due.", "INT Tre?"]


def test_bold_of_word_is_known_by_run_and_by_style(tmp_path):
    document = docx.Document()
    document.add_paragraph().add_run("INT").bold = True
    document.add_paragraph("Come va?")
    document.add_heading("P1", 2)
    document.add_paragraph().add_run("Bene").bold = False
    mixed = document.add_paragraph("metà ")
    mixed.add_run("grassetto").bold = True
    document.save(tmp_path / "a.docx")
    assert [line.bold for line in read_document(tmp_path / "a.docx", []).lines] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_a_word_file_whose_text_has_another_name_is_read(tmp_path):
    document = docx.Document()
    document.add_paragraph("INT: sì?")
    document.save(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as old, zipfile.ZipFile(tmp_path / "b.docx", "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"word/document.xml", b"word/document2.xml")
            new.writestr(name.replace("document.xml", "document2.xml"), content)
    assert texts(tmp_path / "b.docx") == ["INT: sì?"]


def an_odt(path):
    document = OpenDocumentText()
    bold = Style(name="Grassetto", family="text")
    bold.addElement(TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    changes = TrackedChanges()
    for ident, kind in (("c1", Insertion()), ("c2", Deletion())):
        region = ChangedRegion(check_grammar=False)
        region.setAttrNS(TEXTNS, "id", ident)
        kind.addElement(office.ChangeInfo())
        if ident == "c2":
            kind.addElement(P(text="parole tolte"))
        region.addElement(kind)
        changes.addElement(region)
    document.text.addElement(changes)
    document.text.addElement(H(outlinelevel=1, text="INT: Primo?"))
    paragraph = P(text="P: Dico")
    paragraph.addElement(ChangeStart(changeid="c1"))
    paragraph.addText(" anche")
    note = Note(noteclass="footnote")
    note.addElement(NoteCitation(text="1"))
    body = NoteBody()
    body.addElement(P(text="nota in fondo"))
    note.addElement(body)
    paragraph.addElement(note)
    paragraph.addElement(Span(stylename=bold, text=" questo"))
    document.text.addElement(paragraph)
    frame, box = Frame(width="1cm"), TextBox()
    box.addElement(P(text="riquadro"))
    frame.addElement(box)
    holder = P()
    holder.addElement(frame)
    document.text.addElement(holder)
    table, head = Table(name="T"), TableHeaderRows()
    rows = [("Parlante", "Testo"), ("INT", "E poi?"), ("P", "Fine.")]
    for number, cells in enumerate(rows):
        row = TableRow()
        for words in cells:
            cell = TableCell()
            cell.addElement(P(text=words))
            row.addElement(cell)
        (head if number == 0 else table).addElement(row)
        if number == 0:
            table.addElement(head)
    document.text.addElement(table)
    listed, item = List(), ListItem()
    item.addElement(P(text="P: in elenco"))
    listed.addElement(item)
    document.text.addElement(listed)
    strong = P()
    strong.addElement(Span(stylename=bold, text="P:"))
    document.text.addElement(strong)
    document.save(path)
    return path


def test_an_odt_is_read_with_tracked_changes_tables_lists_and_without_notes(tmp_path):
    path = an_odt(tmp_path / "a.odt")
    expected = [
        "INT: Primo?",
        "P: Dico anche questo",
        "Parlante Testo",
        "INT E poi?",
        "P Fine.",
        "P: in elenco",
        "P:",
    ]
    assert texts(path) == expected
    assert left_out(path) == {DELETED: 2, FOOTNOTES: 3, BOXES: 1}
    assert [line.bold for line in read_document(path, []).lines] == [True, *[False] * 5, True]
    said = [(t.speaker, t.text) for t in read_transcript(path, []).turns]
    assert said == [
        ("INT", "Primo?"),
        ("P", "Dico anche questo"),
        ("INT", "E poi?"),
        ("P", "Fine."),
        ("P", "in elenco"),
    ]


def test_an_odt_under_a_password_is_refused_with_the_reason(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("content.xml", b"\x00\x01")
        archive.writestr("META-INF/manifest.xml", "<m><encryption-data/></m>")
    with pytest.raises(DataError, match="password"):
        texts(tmp_path / "a.odt")


def rtf(path, body, head="\\ansi\\ansicpg1252\\deff0"):
    path.write_bytes(("{\\rtf1" + head + body + "}").encode("latin-1"))
    return path


FONTS = "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\froman\\fcharset204{\\*\\falt Times} Tahoma;}}"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("INT: perch\\'e9 no?\\par P: cos\\'ec\\par", ["INT: perché no?", "P: così"]),
        (
            "P: \\u233?t\\u224\\'e0 \\uc2\\u8364 EUok\\par",
            ["P: étà €ok"],
        ),  # what stands for a sign is skipped
        ("P: {\\uc0\\u233 e}\\u233 ?fine", ["P: éeéfine"]),  # \\ucN holds within its group
        ("P: \\u-10179?\\u-8704? qui", ["P: 😀 qui"]),  # two UTF-16 units (U+1F600), as signed numbers
        ("P: \\emdash\\~\\lquote a\\rquote\\_\\-b\\{\\}\\\\", ["P: —\u00a0‘a’-b{}\\"]),
        (FONTS + "P: \\f1 \\'cf\\'f0\\'e8\\plain\\f0  ciao", ["P: При ciao"]),  # the code page of the font
        ("P: uno\\line due\\tab tre\nquattro", ["P: uno", "due\ttrequattro"]),
        ("{\\info{\\author Ada}}{\\stylesheet{\\s1 Normal;}}{\\pict 00ff}{\\*\\xyz no}P: s\\'ec", ["P: sì"]),
        ("P: {\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt legame}}{\\*\\bkmkstart a}!", ["P: legame!"]),
        ("{\\upr{no}{\\*\\ud{P: s\\u236 ?}}}", ["P: sì"]),
        ("P: a{\\deleted via}{\\revised  b}{\\v occulto}\\par", ["P: a b"]),
        ("P: a{\\deleted\\par}b\\par", ["P: ab"]),
        ("P: \\bin3 {}}dopo", ["P: dopo"]),
    ],
)
def test_rtf_is_read_as_the_specification_says(tmp_path, body, lines):
    path = rtf(tmp_path / "a.rtf", body)
    assert [t.replace(" ", "\u00a0") if "—" in t else t for t in texts(path)] == [
        t.replace(" ", "\u00a0") if "—" in t else t for t in lines
    ]


def test_rtf_tables_notes_and_bold(tmp_path):
    body = (
        "{\\header pagina tre}\\trowd\\intbl Parlante\\cell Testo\\cell\\row\\intbl INT\\cell Come{\\footnote nota qui}"
        "\\par va?\\cell\\row\\pard{\\b P: bene}{\\deleted tolto}\\par"
        "{\\shp{\\*\\shpinst\\shpleft0{\\sp{\\sn a}{\\sv 1}}{\\shptxt riquadro\\par}}}P: poi{\\*\\annotation dubbio}"
    )
    path = rtf(tmp_path / "a.rtf", body)
    document = read_document(path, [])
    assert [line.text for line in document.lines] == ["Parlante Testo", "INT Come va?", "P: bene", "P: poi"]
    assert [line.cells for line in document.lines[:2]] == [("Parlante", "Testo"), ("INT", "Come va?")]
    assert [line.bold for line in document.lines[2:]] == [True, False]
    assert (
        document.left_out[HEADERS] == 2
        and document.left_out[FOOTNOTES] == 2
        and document.left_out[DELETED] == 1
    )
    assert document.left_out[COMMENTS] == 1 and document.left_out[BOXES] >= 1


def test_a_broken_rtf_is_told(tmp_path):
    problems = []
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1\\ansi P: \\'81 bene {\\b ancora")
    assert texts(tmp_path / "a.rtf", problems) == ["P: \ufffd bene ancora"]
    assert len(problems) == 2 and all(p.file == "a.rtf" and p.severity == "warning" for p in problems)
    (tmp_path / "b.rtf").write_bytes(b"P: bene")
    with pytest.raises(DataError, match=r"b\.rtf"):
        texts(tmp_path / "b.rtf")
    (tmp_path / "c.rtf").write_bytes(b"{\\rtf1 " + b"{" * 200_000)  # depth is no danger: nothing calls itself
    assert texts(tmp_path / "c.rtf") == []


def test_several_voices_and_missing_blank_lines_of_subtitles(tmp_path):
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n<v Ada>Uno</v> <v Ugo>due\ntre\n"
        "2\n00:00:02,000 --> 00:00:03,000\n{\\an8}<v Ugo>a < b &amp; c\n\nfuori\n"
    )
    (tmp_path / "a.srt").write_text(text, encoding="utf-8")
    document = read_document(tmp_path / "a.srt", [])
    assert [(line.voice, line.text) for line in document.lines] == [
        ("Ada", "Uno"), ("Ugo", "due"), ("Ugo", "tre"), ("Ugo", "a < b & c"),
    ]  # fmt: skip
    assert sum(document.left_out.values()) == 1


def test_speakers_written_within_cues_are_found(tmp_path):
    cues = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{w}\n\n"
        for n, w in enumerate(["INT: Sì?", "P: No,", "mai."], 1)
    )
    (tmp_path / "a.srt").write_text(cues, encoding="utf-8")
    assert [(t.speaker, t.text) for t in read_transcript(tmp_path / "a.srt", []).turns] == [
        ("INT", "Sì?"),
        ("P", "No, mai."),
    ]


def write_docx(path, talk):
    document = docx.Document()
    for n, (who, words) in enumerate(talk):
        if n % 5 == 4:
            cells = document.add_table(1, 2).rows[0].cells
            cells[0].text, cells[1].text = who, words
        else:
            first, *rest = words.split(" ")
            paragraph = document.add_paragraph(f"{who}: {first}")
            for k, word in enumerate(rest):
                changed(paragraph, "ins" if k % 2 else "moveTo", f" {word}")
                changed(paragraph, "del", f" tolta{n}x{k}", "w:delText")
    document.save(path)


def write_odt(path, talk):
    document = OpenDocumentText()
    for who, words in talk:
        paragraph = P(text=f"{who}:")
        for word in words.split(" "):
            paragraph.addElement(Span(text=f" {word}"))
        document.text.addElement(paragraph)
    document.save(path)


def write_rtf(path, talk):
    body = "".join(
        f"{who}: " + " ".join(f"{{\\b {w}}}{{\\deleted no}}" for w in words.split(" ")) + "\\par\n"
        for who, words in talk
    )
    rtf(path, "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in body))


def write_vtt(path, talk):
    cues = [
        f"00:{n // 60:02d}:{n % 60:02d}.000 --> 00:{n // 60:02d}:{n % 60:02d}.900\n<v {who}>{words}</v>\n"
        for n, (who, words) in enumerate(talk)
    ]
    path.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")


def write_tsv(path, talk):
    path.write_text(
        "Parlante\tTesto\n" + "".join(f"{who}\t{words}\n" for who, words in talk), encoding="utf-8"
    )


@pytest.mark.parametrize(
    "write", [write_docx, write_odt, write_rtf, write_vtt, write_tsv], ids=lambda w: w.__name__[6:]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_word_of_the_running_text_is_in_exactly_one_turn(tmp_path, write, seed):
    draw = random.Random(seed)
    words = iter(f"parolà{n}" for n in range(5000))
    who = ["INT", "P1", "P2"]
    talk = [(who[n % 3], " ".join(next(words) for _ in range(draw.randint(1, 9)))) for n in range(40)]
    path = tmp_path / f"a.{write.__name__[6:]}"
    write(path, talk)
    turns = read_transcript(path, []).turns
    assert [(t.speaker, t.text) for t in turns] == talk


@pytest.mark.parametrize("attack", ["entity", "outside", "bomb", "twice", "link"])
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_hostile_document_is_refused(tmp_path, attack, kind):
    path, main = tmp_path / f"a.{kind}", {"docx": "word/document.xml", "odt": "content.xml"}[kind]
    entity = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]>' if attack == "entity" else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(main, b" " * (65 * 2**20) if attack == "bomb" else f"{entity}<x/>")
        if attack == "outside":
            archive.writestr("../x.xml", "x")
        if attack == "twice":
            archive.writestr(main.upper(), "x")
        if attack == "link":
            info = zipfile.ZipInfo("l.xml")
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/hostname")
    with pytest.raises(DataError, match=r"a\.(docx|odt)"):
        texts(path)


@pytest.mark.parametrize(
    "write", [write_docx, write_odt, write_rtf, write_vtt, write_tsv], ids=lambda w: w.__name__[6:]
)
def test_a_damaged_document_is_read_or_refused_never_worse(tmp_path, write):
    """Bytes changed, lost, doubled and put in by chance: the only error is one a person can read."""
    draw, path = random.Random(7), tmp_path / f"a.{write.__name__[6:]}"
    write(path, [("INT" if n % 2 else "P1", "parola parola") for n in range(12)])
    whole = path.read_bytes()
    signs = [
        b"{",
        b"}",
        b"\\par ",
        b"\\cell ",
        b"\\row ",
        b"\\u",
        b"\\'",
        b"\\bin5 ",
        b"{\\*\\x ",
        b"\x00",
        b"<v ",
        b"\t",
        b"-->",
    ]
    for _ in range(25):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 15)):
            at = draw.randrange(len(content))
            content[at : at + draw.randint(0, 20)] = draw.choice([*signs, bytes([draw.randrange(256)]), b""])
        path.write_bytes(bytes(content))
        try:
            assert read_transcript(path, []).turns
        except DataError as error:
            assert f"a{path.suffix}" in str(error)


@pytest.mark.parametrize(
    "line",
    ["P: a" + " " * 200_000 + "b", "-" * 200_000, "P: " + "a: " * 50_000, "00:01 " * 50_000, "[" * 100_000],
    ids=["blanks", "dashes", "colons", "times", "brackets"],
)
def test_a_line_without_end_is_read_in_no_time(tmp_path, line):
    (tmp_path / "a.txt").write_text(f"INT: a\n{line}\nP: c\n", encoding="utf-8")
    turns = read_transcript(tmp_path / "a.txt", []).turns
    assert turns[0].speaker == "INT" and turns[-1] == turns[-1]._replace(speaker="P", text="c")
