"""REFI-QDA projects: written as the standard says, read as programs really write them."""

import os
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree

from hubanalysis.errors import DataError
from hubanalysis.loaders.qda_positions import positions_in_text
from hubanalysis.loaders.refi_qda import read_project, write_project

SCHEMA = Path(os.environ.get("HUBANALYSIS_SHARED", "shared")) / "refi-qda" / "Project.xsd"
TEXT = "INT: Come è andata?\nP: Bene 😀, l'impatto c'è stato.\nINT: E poi?\nP: Mah, poco.\n"
SOURCES = {"I01": TEXT, "I02": "INT: Sì?\nP: No.\n"}
CODES = pd.DataFrame(
    {
        "code": ["well", "ties", "new_ties"],
        "label": ["stare bene", "legami", "nuovi"],
        "parent": ["", "", "ties"],
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
    assert sources == {} and list(codes.columns) == ["code", "label", "parent"]
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


def test_a_selection_outside_its_text_is_told_and_left_out(tmp_path):
    problems = []
    file = _archive(tmp_path / "p.qdpx", [("sources/a.txt", TEXT), ("p.qde", _project(500, 510))])
    _, _, segments = read_project(file, problems)
    assert segments.empty
    assert [p.severity for p in problems] == ["warning"] and "500-510" in problems[0].what


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("../p.qde", "x")], "outside"),
        ([("/etc/p.qde", "x")], "outside"),
        ([("C:/p.qde", "x")], "outside"),
        ([("p.qde", "x"), ("sources/A.txt", ""), ("sources/a.txt", "")], "twice"),
        ([("sources/a.txt", "x")], "0 .qde"),
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
