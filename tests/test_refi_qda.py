"""REFI-QDA projects: written as the standard says, read as programs really write them."""

import os
import random
import re
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree

from hubanalysis.errors import DataError
from hubanalysis.loaders.qda_positions import positions_in_text
from hubanalysis.loaders.refi_qda import read_project
from hubanalysis.loaders.refi_writing import write_project

SHARED = Path(os.environ.get("HUBANALYSIS_SHARED", Path(__file__).parents[2] / "shared"))
SCHEMA = SHARED / "refi-qda" / "Project.xsd"
NAMESPACE = "{urn:QDA-XML:project:1.0}"
TEXT = "INT: Come è andata?\nP: Bene 😀, l'impatto c'è stato.\nINT: E poi?\nP: Mah, poco.\n"
SOURCES = {"I01": TEXT, "I02": "INT: Sì?\nP: No.\n"}
CODES = pd.DataFrame(
    {
        "code": ["well", "ties", "new_ties"],
        "label": ["stare bene", "legami", "nuovi"],
        "parent": ["", "", "ties"],
        "color": ["", "#E69F00", ""],
    }
)


def _segment(quote, coder="A", code="well", text=TEXT, interview="I01"):
    start = text.index(quote)
    return (interview, coder, code, start, start + len(quote))


SEGMENTS = pd.DataFrame(
    [_segment("Bene 😀"), _segment("l'impatto c'è stato", "B", "new_ties"), _segment("Mah, poco", "B")],
    columns=["interview", "coder", "code", "start", "end"],
)


def _written(folder, **changes):
    arguments = {"sources": SOURCES, "codes": CODES, "segments": SEGMENTS, "when": "2022-11-20"} | changes
    return write_project(folder / "p.qdpx", **arguments)


def _archive(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _project(start, end, path="internal://a.txt", extra="", name=""):
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="x">{extra}<CodeBook><Codes>'
        '<Code guid="{AAAAAAAA-0000-4000-8000-000000000001}" name="well" isCodable="true"/></Codes></CodeBook>'
        "<Sources>"
        f'<TextSource guid="aaaaaaaa-0000-4000-8000-000000000002" name="I01" plainTextPath="{path}">'
        f'<PlainTextSelection guid="aaaaaaaa-0000-4000-8000-000000000003" name="{name}" '
        f'startPosition="{start}" endPosition="{end}"><Coding guid="aaaaaaaa-0000-4000-8000-000000000004">'
        '<CodeRef targetGUID="aaaaaaaa-0000-4000-8000-000000000001"/></Coding></PlainTextSelection>'
        "</TextSource></Sources></Project>"
    )


def test_what_is_written_is_read_again(tmp_path):
    sources, codes, segments = read_project(_written(tmp_path))
    assert sources == SOURCES
    assert codes.to_dict("list") == CODES.to_dict("list")
    assert list(segments["text"]) == ["Bene 😀", "l'impatto c'è stato", "Mah, poco"]
    assert list(segments["coder"]) == ["A", "B", "B"]
    assert list(segments["code"]) == ["well", "new_ties", "well"]


def test_the_same_project_gives_the_same_bytes(tmp_path):
    (tmp_path / "one").mkdir()
    assert _written(tmp_path).read_bytes() == _written(tmp_path / "one").read_bytes()


def test_a_written_project_keeps_the_order_and_the_references_of_the_standard(tmp_path):
    with zipfile.ZipFile(_written(tmp_path)) as archive:
        root = etree.fromstring(archive.read("project.qde"))
        members = archive.namelist()
    assert [child.tag for child in root] == [NAMESPACE + part for part in ("Users", "CodeBook", "Sources")]
    guids = [node.get("guid") for node in root.iter() if node.get("guid")]
    assert len(guids) == len(set(guids)) and all(
        re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", g) for g in guids
    )
    for reference in ("targetGUID", "creatingUser"):
        assert {node.get(reference) for node in root.iter() if node.get(reference)} <= set(guids)
    codes = list(root.iter(NAMESPACE + "Code"))
    assert all(code[0].tag == NAMESPACE + "Description" and code.get("isCodable") == "true" for code in codes)
    assert (
        codes[1].get("color") == "#E69F00"
        and codes[2].getparent() is codes[1]
        and codes[0].get("color") is None
    )
    paths = {s.get("plainTextPath") for s in root.iter(NAMESPACE + "TextSource")}
    assert {f"sources/{p.removeprefix('internal://')}" for p in paths} == set(members) - {"project.qde"}


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of REFI-QDA is not at hand")
def test_a_written_project_is_valid_against_the_schema(tmp_path):
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    with zipfile.ZipFile(_written(tmp_path)) as archive:
        schema.assertValid(etree.fromstring(archive.read("project.qde")))
    empty = _written(tmp_path, sources={}, codes=CODES.iloc[:0], segments=SEGMENTS.iloc[:0])
    with zipfile.ZipFile(empty) as archive:
        schema.assertValid(etree.fromstring(archive.read("project.qde")))


def test_an_empty_project_gives_empty_tables_with_their_columns(tmp_path):
    sources, codes, segments = read_project(
        _written(tmp_path, sources={}, codes=CODES.iloc[:0], segments=SEGMENTS.iloc[:0])
    )
    assert sources == {} and list(codes.columns) == ["code", "label", "parent", "color"]
    assert list(segments.columns) == ["interview", "coder", "code", "start", "end", "text"] and segments.empty


def test_a_segment_outside_its_text_is_not_written(tmp_path):
    outside = SEGMENTS.assign(end=10_000)
    with pytest.raises(ValueError, match="does not fit"):
        _written(tmp_path, segments=outside)


@pytest.mark.parametrize(
    ("text", "folder", "path"),
    [
        (TEXT, "sources", "internal://a.txt"),
        (TEXT.replace("\n", "\r\n"), "Sources", "internal://a.txt"),  # NVivo: folder and line ends
        (TEXT, "sources", "C:\\Users\\x\\sources\\a.txt"),  # a path that is not internal://
        ("\ufeff" + TEXT, "sources", "relative:///a.txt"),
    ],
)
def test_what_programs_deviate_in_is_read(tmp_path, text, folder, path):
    start = TEXT.index("Mah, poco")
    file = _archive(
        tmp_path / "p.qdpx",
        [(f"{folder}/a.txt", text.encode()), ("ATLAS name.qde", _project(start, start + 9, path))],
    )
    sources, _, segments = read_project(file)
    assert sources["I01"] == TEXT
    assert segments["text"].tolist() == ["Mah, poco"] and segments["start"].tolist() == [start]


def test_positions_that_count_line_ends_or_emoji_twice_are_brought_to_code_points():
    start, end = TEXT.index("Mah, poco"), TEXT.index("Mah, poco") + len("Mah, poco")
    lines = TEXT[:start].count("\n")
    assert positions_in_text(TEXT, [(start, end)], ["Mah, poco"]) == [(start, end)]
    assert positions_in_text(TEXT, [(start + lines, end + lines)], ["Mah, poco"]) == [(start, end)]
    assert positions_in_text(TEXT, [(start + lines + 1, end + lines + 1)], ["Mah, poco"]) == [(start, end)]
    # without names the ends of the words tell
    assert positions_in_text(TEXT, [(start + lines + 1, end + lines + 1)]) == [(start, end)]
    assert positions_in_text(TEXT, [(5, 5), (-1, 3), (0, 10**6)]) == [None, None, None]


def test_one_passage_marked_carelessly_moves_no_other():
    text = "😀 INT: Sì?\nP: Prima frase. Seconda frase, lunga. Terza frase.\n"
    whole = [
        (text.index(q), text.index(q) + len(q))
        for q in ("Prima frase.", "Seconda frase, lunga.", "Terza frase.")
    ]
    careless = (text.index("rima"), text.index(" frase, lunga") + 4)
    assert positions_in_text(text, [*whole, careless]) == [*whole, careless]
    # and where a program does count the emoji as two, sentences tell it without names
    assert positions_in_text(text, [(s + 1, e + 1) for s, e in whole]) == whole


def test_a_selection_outside_its_text_is_told_and_left_out(tmp_path):
    problems = []
    file = _archive(tmp_path / "p.qdpx", [("sources/a.txt", TEXT), ("p.qde", _project(500, 510))])
    _, _, segments = read_project(file, problems)
    assert segments.empty
    assert [p.severity for p in problems] == ["warning"] and "500-510" in problems[0].what
    assert problems[0].what.message and problems[0].column == "I01"  # can be said in Italian, with its place


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("../p.qde", "x")], "outside"),
        ([("/etc/p.qde", "x")], "outside"),
        ([("C:/p.qde", "x")], "outside"),
        ([("p.qde", "x"), ("sources/A.txt", ""), ("sources/a.txt", "")], "twice"),
        ([("sources/a.txt", "x")], "no REFI-QDA project"),
        ([("p.qde", "x"), ("q.qde", "x")], "2 .qde"),
        ([("p.qde", "<Project")], "damaged"),
        ([("p.qde", "<CodeBook/>")], "codebook"),
        ([("p.qde", '<!DOCTYPE a [<!ENTITY b "c">]><Project>&b;</Project>')], "document type"),
        ([("p.qde", _project(0, 3))], "missing"),
    ],
)
def test_an_unsafe_or_damaged_project_is_refused_with_its_name(tmp_path, members, said):
    with pytest.raises(DataError) as caught:
        read_project(_archive(tmp_path / "strange.qdpx", members))
    assert said in str(caught.value) and "strange.qdpx" in str(caught.value)


def test_a_link_in_a_project_is_refused(tmp_path):
    info = zipfile.ZipInfo("sources/a.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(DataError, match="outside"):
        read_project(_archive(tmp_path / "p.qdpx", [(info, "/etc/passwd"), ("p.qde", _project(0, 3))]))


def test_a_text_larger_than_any_interview_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.qde", _project(0, 3))
        archive.writestr("sources/a.txt", b"a" * (17 * 2**20))
    with pytest.raises(DataError, match="too large"):
        read_project(path)


def test_a_file_that_is_no_zip_or_is_missing_is_told(tmp_path):
    (tmp_path / "p.qdpx").write_text("no zip")
    with pytest.raises(DataError, match="not a file of the kind"):
        read_project(tmp_path / "p.qdpx")
    with pytest.raises(DataError, match="missing"):
        read_project(tmp_path / "q.qdpx")


# What the programs write, by what their exports look like: NVivo for Windows 12.6 (names empty, richTextPath beside
# plainTextPath, folder Sources, CRLF), ATLAS.ti 23 (CRLF in the text that counts as one), MAXQDA 24 (passages named by
# their positions, memos as selections without coding, sources of one name), QualCoder 3 (marks of byte order, the whole
# passage as name), Quirkos (variables and cases).


def _of_program(sources, extra="", users="", root='name="x"', namespace="urn:QDA-XML:project:1.0"):
    """A project of one code, ``ties`` with ``new`` below; ``sources`` is the XML inside Sources."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{namespace}" {root}><Users>{users}</Users><CodeBook>'
        '<Codes><Code guid="AAAAAAAA-0000-4000-8000-000000000001" name="ties" isCodable="false">'
        '<Code guid="AAAAAAAA-0000-4000-8000-000000000002" name="new" isCodable="true" color="#00AA00"/></Code></Codes>'
        f"</CodeBook>{extra}<Sources>{sources}</Sources></Project>"
    )


def _selection(start, end, name="", coding="", user="", code="aaaaaaaa-0000-4000-8000-000000000002"):
    coding = coding or f'<Coding guid="0-0"{user}><CodeRef targetGUID="{code}"/></Coding>'
    place = f'name="{name}" startPosition="{start}" endPosition="{end}"'
    return f'<PlainTextSelection guid="0" {place}>{coding}</PlainTextSelection>'


QUOTES = ("Bene 😀", "l'impatto c'è stato", "E poi?", "Mah, poco")


def _positions(counted_text, quotes=QUOTES):
    return [
        (counted_text(TEXT[: TEXT.index(q)]), counted_text(TEXT[: TEXT.index(q) + len(q)])) for q in quotes
    ]


@pytest.mark.parametrize(
    ("counted_text", "named", "content"),
    [
        (lambda t: len(t) + t.count("\n"), False, TEXT.replace("\n", "\r\n").encode()),  # NVivo
        (len, False, TEXT.replace("\n", "\r\n").encode()),  # ATLAS.ti
        (lambda t: len(t.encode("utf-16-le")) // 2, True, TEXT.encode("utf-16")),
        (lambda t: len(t.encode("utf-16-le")) // 2 + t.count("\n"), False, TEXT.encode()),
        (lambda t: len(t.encode()), True, TEXT.encode()),
        (lambda t: len(t) + 1, True, b"\xef\xbb\xbf" + TEXT.encode()),  # the mark of byte order counts
    ],
)
def test_whatever_way_a_program_counts_the_passages_are_the_same(tmp_path, counted_text, named, content):
    marked = "".join(
        _selection(start, end, quote.replace("'", "&apos;") if named else "")
        for quote, (start, end) in zip(QUOTES, _positions(counted_text), strict=True)
    )
    xml = _of_program(
        f'<TextSource guid="1" name="I01" plainTextPath="internal://a.txt">{marked}</TextSource>'
    )
    path = _archive(tmp_path / "p.qdpx", [("x.qde", "\ufeff" + xml), ("Sources/a.txt", content)])
    sources, codes, segments = read_project(path)
    assert sources == {"I01": TEXT} and tuple(segments["text"]) == QUOTES
    assert codes["parent"].tolist() == ["", "ties"] and codes["color"].tolist() == ["", "#00AA00"]


def test_each_coding_has_its_own_coder_wherever_the_program_names_her(tmp_path):
    users = '<User guid="{B0}" name="Anna"/><User guid="b1" id="Ugo"/>'
    two = "".join(
        f'<Coding guid="0"{user}><CodeRef targetGUID="AAAAAAAA-0000-4000-8000-000000000001"/></Coding>'
        for user in (' creatingUser="B0"', ' creatingUser="{B1}"', "")
    )
    start, end = _positions(len)[0]
    selection = _selection(start, end, coding=two).replace(
        'guid="0" name', 'guid="0" modifyingUser="b1" name'
    )
    xml = _of_program(
        f'<TextSource guid="1" name="I01" plainTextPath="internal://a.txt">{selection}</TextSource>',
        users=users,
    )
    _, _, segments = read_project(_archive(tmp_path / "p.qdpx", [("x.qde", xml), ("sources/a.txt", TEXT)]))
    assert segments["coder"].tolist() == ["Anna", "Ugo", "Ugo"]
    assert segments["code"].tolist() == ["ties"] * 3


def test_names_that_are_positions_or_titles_move_nothing_and_names_that_are_words_do(tmp_path):
    (start, end), wrong = _positions(len)[1], (2, 5)
    for name, given, found in (
        (f"{start},{end}", (start, end), "l'impatto c'è stato"),  # MAXQDA
        ("1:1 ¶ 2 in I01", (start, end), "l'impatto c'è stato"),  # ATLAS.ti, without words
        ("l’impatto c’è stato", wrong, "l'impatto c'è stato"),  # the positions lead elsewhere
        ("l’impatto c’è stato", (9_000, 9_019), "l'impatto c'è stato"),  # or nowhere
        ("l’impatto c’è...", (start, end), "l'impatto c'è stato"),  # cut, the positions say where it ends
    ):
        xml = _of_program(
            f'<TextSource guid="1" name="I01"><PlainTextContent>{TEXT}</PlainTextContent>'
            f"{_selection(*given, name)}</TextSource>"
        )
        problems = []
        _, _, segments = read_project(_archive(tmp_path / "p.qdpx", [("x.qde", xml)]), problems)
        assert segments["text"].tolist() == [found]
        assert [p.column for p in problems] == (["I01"] if given != (start, end) else [])


def test_what_is_not_read_is_said_once_and_what_lacks_is_told_all_at_once(tmp_path):
    start, end = _positions(len)[0]
    code = "aaaaaaaa-0000-4000-8000-000000000002"
    memo = _selection(start, end, coding="<Description>m</Description>")
    given = f'<Coding guid="0"><CodeRef targetGUID="{code}"/></Coding>'
    photo = (
        f'<PictureSource guid="5" name="photo"><PictureSelection>{given}</PictureSelection></PictureSource>'
    )
    page = f'<Representation guid="7" plainTextPath="internal://e.txt">{_selection(0, 5)}</Representation>'
    talk = f"<PlainTextContent>Bene, dai.</PlainTextContent>{_selection(0, 4)}"
    sources = (
        '<TextSource guid="1" name="I01" plainTextPath="relative:///Interviste/a.txt">'
        + _selection(start, end)
        + memo
        + _selection(start, end, code="cccccccc-0000-4000-8000-000000000001")
        + _selection(start, end, coding='<Coding guid="0"/>')
        + f"{given}</TextSource>"
        + f'<TextSource guid="2" name="I02" plainTextPath="internal://b.txt">{_selection(0, 3)}</TextSource>'
        + f'<TextSource guid="3" name="I03" plainTextPath="internal://c.txt">{_selection(0, 3)}</TextSource>'
        + '<TextSource guid="4" name="never coded" plainTextPath="internal://d.txt"/>'
        + photo
        + f'<PDFSource guid="6" name="I06.pdf">{page}</PDFSource>'
        + f'<AudioSource guid="8" name="I08"><Transcript guid="9">{talk}</Transcript></AudioSource>'
    )
    extra = (
        '<Variables><Variable/></Variables><Cases><Case guid="cccccccc-0000-4000-8000-000000000001"/></Cases>'
    )
    xml = _of_program(sources, extra=extra).replace(
        "</Sources>", "</Sources><Notes><Note/><Note/></Notes><Sets><Set/></Sets>"
    )
    problems = []
    path = _archive(
        tmp_path / "p.qdpx",
        [
            ("x.qde", xml),
            ("sources/Interviste/a.txt", TEXT),
            ("sources/e.txt", "Testo del PDF."),
            ("sources/c.txt", b"\xff\x00"),
        ],
    )
    read, _, segments = read_project(path, problems)
    assert list(read) == ["I01", "I06.pdf", "I08"]
    assert segments[["interview", "text"]].values.tolist() == [
        ["I01", "Bene 😀"],
        ["I06.pdf", "Testo"],
        ["I08", "Bene"],
    ]
    errors = [p.what for p in problems if p.severity == "error"]
    assert len(errors) == 2 and "'I02' is missing" in errors[0] and "'I03' is not UTF-8" in errors[1]
    told = {p.what: p.count for p in problems if p.severity == "warning"}
    assert told == {
        "cases of the project are left out": 1,
        "variables of the project are left out": 1,
        "memos and notes of the project are left out": 2,
        "sets and groups of the project are left out": 1,
        "a source of kind PictureSource is left out": 1,
        "a code given to a whole text is left out": 1,
        "a passage given to a case, not to a code, is left out": 1,
        "a coding names no code": 1,
    }


def test_sources_of_one_name_and_codes_of_one_name_or_none_stay_apart(tmp_path):
    one = '<TextSource guid="1" name="Risposte"><PlainTextContent>Bene, grazie.</PlainTextContent>{}</TextSource>'
    sources = one.format(_selection(0, 4)) + one.format(_selection(6, 12)).replace("Bene, ", "Bello ")
    codes = (
        '<Code guid="AAAAAAAA-0000-4000-8000-000000000003" name="before" isCodable="true">'
        '<Code guid="AAAAAAAA-0000-4000-8000-000000000004" name="new" isCodable="true"/></Code>'
        '<Code guid="DDDDDDDD-0000-4000-8000-000000000004" name="" isCodable="true"/></Codes>'
    )
    problems = []
    xml = _of_program(sources, namespace="urn:QDA-XML:project:0:4").replace("</Codes>", codes, 1)
    read, codes, segments = read_project(_archive(tmp_path / "p.qdpx", [("x.qde", xml)]), problems)
    assert read == {"Risposte": "Bene, grazie.", "Risposte [2]": "Bello grazie."}
    assert segments["text"].tolist() == ["Bene", "grazie"]
    assert codes["code"].tolist() == ["ties", "new", "before", "before/new", "code-dddddddd"]
    assert codes["parent"].tolist() == ["", "ties", "", "before", ""]
    assert len(problems) == 2


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_and_read_and_written_again_loses_nothing(tmp_path, seed):
    """Random texts with emoji, composed and decomposed accents, both line ends, overlaps, and empty parts."""
    draw = random.Random(seed)
    letters = "aà’e\u0300'😀👩‍👩‍👧 \u00a0.…«»\n\n\t\u2028\u0085漢z"
    texts = {
        name: "".join(draw.choice(letters) for _ in range(draw.choice((0, 1, 60))))
        for name in ("I01", "I 02", 'I"<&>03', "")
    }
    codes = pd.DataFrame(
        [
            ("ties", "legami & <altro>", "", "#123456"),
            ("sub/ties", "", "ties", ""),
            ("è", "e'", "sub/ties", "#fff"),
        ],
        columns=["code", "label", "parent", "color"],
    )
    rows = []
    for name, text in texts.items():
        for _ in range(8 if text else 0):
            start = draw.randrange(len(text))
            end = draw.randint(start + 1, len(text))
            rows.append((name, draw.choice("AB"), draw.choice(codes["code"]), start, end))
    segments = pd.DataFrame(rows, columns=["interview", "coder", "code", "start", "end"])
    given, typed = segments, texts
    if seed % 2:  # typed on Windows
        typed = {name: text.replace("\n", "\r\n") for name, text in texts.items()}
        given = segments.copy()
        for end in ("start", "end"):
            given[end] = [
                p + texts[i].count("\n", 0, p) for i, p in zip(given["interview"], given[end], strict=True)
            ]
    first = read_project(write_project(tmp_path / "1.qdpx", typed, codes, given, "2022-11-20"))
    second = read_project(write_project(tmp_path / "2.qdpx", *first, "2022-11-20"))
    third = write_project(tmp_path / "3.qdpx", *second, "2022-11-20")
    assert first[0] == second[0] == texts
    assert first[1]["label"].tolist() == ["legami & <altro>", "sub/ties", "e'"]
    pd.testing.assert_frame_equal(
        first[1].drop(columns="label"), codes.drop(columns="label"), check_dtype=False
    )
    pd.testing.assert_frame_equal(first[1], second[1])
    pd.testing.assert_frame_equal(first[2], second[2])
    found = sorted(first[2].drop(columns="text").itertuples(index=False, name=None))
    assert found == sorted(segments.itertuples(index=False, name=None))
    assert third.read_bytes() == (tmp_path / "2.qdpx").read_bytes()
