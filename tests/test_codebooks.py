"""Codebooks kept in a file: as REFI-QDA says, as programs write them, and what comes of them in a study."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from loader_studies import make_study, write
from lxml import etree

from hubanalysis.errors import DataError
from hubanalysis.loaders.codebooks import read_codebook
from hubanalysis.loaders.codings import load_codes, load_segments
from hubanalysis.loaders.refi_writing import write_codebook, write_project
from hubanalysis.study import read_study

SHARED = Path(os.environ.get("HUBANALYSIS_SHARED", Path(__file__).parents[2] / "shared"))
SCHEMA = SHARED / "refi-qda" / "Codebook.xsd"
CODES = pd.DataFrame(
    [
        ("ties", "legami & <reti>", "", "#56B4E9"),
        ("new", "nuovi", "ties", ""),
        ("newest", "newest", "new", "#abc"),
        ("well", "stare bene 😀", "", ""),
    ],
    columns=["code", "label", "parent", "color"],
)
#: As ATLAS.ti 23 writes it: another version in the namespace, groups of codes; a long comment is no label.
ATLAS = (
    '\ufeff<?xml version="1.0" encoding="utf-8"?>'
    '<CodeBook xmlns="urn:QDA-XML:codebook:0:4" origin="ATLAS.ti Win 23.4.0">'
    '<Codes><Code guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name=" rete " color="#46AA00" isCodable="true">'
    f"<Description>{'quando si parla di altri ' * 8}</Description></Code>"
    '<Code guid="{2FF58B12-6F6F-4B0C-8BE5-BBDC91F55294}" name="cura" isCodable="false">'
    '<Code guid="3FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="casa" isCodable="true"><Description>a casa</Description>'
    '</Code></Code></Codes><Sets><Set guid="E" name="g"><MemberCode guid="1"/></Set></Sets></CodeBook>'
)


def test_a_codebook_is_read_as_it_was_written(tmp_path):
    problems = []
    read = read_codebook(write_codebook(tmp_path / "c.qdc", CODES), problems)
    pd.testing.assert_frame_equal(read, CODES, check_dtype=False)
    write_codebook(tmp_path / "again.qdc", read)
    assert (tmp_path / "again.qdc").read_bytes() == (tmp_path / "c.qdc").read_bytes()
    assert problems == []


def test_a_written_codebook_keeps_the_rules_of_the_standard(tmp_path):
    root = etree.parse(write_codebook(tmp_path / "c.qdc", CODES)).getroot()
    space = "{urn:QDA-XML:codebook:1.0}"
    assert root.tag == f"{space}CodeBook" and [part.tag for part in root] == [f"{space}Codes"]
    codes = list(root.iter(f"{space}Code"))
    assert all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", c.get("guid")) for c in codes)
    assert len({c.get("guid") for c in codes}) == len(codes)
    assert all(set(c.attrib) >= {"guid", "name", "isCodable"} for c in codes)
    for code in codes:  # the description before the codes below
        assert [part.tag for part in code][:1] == [f"{space}Description"]
    if SCHEMA.exists():
        etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root.getroottree())


def test_a_codebook_without_codes_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="without codes"):
        write_codebook(tmp_path / "c.qdc", CODES.iloc[:0])


def test_codes_that_lie_below_each_other_are_written_all_the_same(tmp_path):
    circle = CODES.assign(parent=["newest", "ties", "new", "well"])
    read = read_codebook(write_codebook(tmp_path / "c.qdc", circle), [])
    assert sorted(read["code"]) == sorted(CODES["code"])


def test_the_codebook_of_another_program_is_read_with_what_it_adds(tmp_path):
    problems = []
    read = read_codebook(write(tmp_path / "c.qdc", ATLAS), problems)
    assert read.values.tolist() == [
        ["rete", "rete", "", "#46AA00"],
        ["cura", "cura", "", ""],
        ["casa", "a casa", "cura", ""],
    ]
    assert [(p.what, p.severity) for p in problems] == [("groups of codes are left out", "warning")]


def test_a_table_of_codes_is_read_with_its_hierarchy(tmp_path):
    rows = [
        ["Codice", "Descrizione", "Parent"],
        ["ties", "legami", ""],
        ["new", "", "ties"],
        ["new", "x", ""],
    ]
    problems = []
    read = read_codebook(write(tmp_path / "c.xlsx", {"codes": rows}), problems)
    assert read[["code", "label", "parent"]].values.tolist() == [
        ["ties", "legami", ""],
        ["new", "new", "ties"],
    ]
    assert [(p.row, p.severity) for p in problems] == [(4, "warning")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.qdc", "<CodeBook", "damaged"),
        ("c.qdc", "<Project/>", "no REFI-QDA codebook"),
        ("c.qdc", '<!DOCTYPE a [<!ENTITY b "c">]><CodeBook>&b;</CodeBook>', "document type"),
        ("c.qdc", None, "missing"),
        ("c.csv", "a;b\n1;2\n", "column is missing"),
        ("c.csv", None, "missing"),
        ("c.qdpx", "no zip", "not a file of the kind"),
    ],
)
def test_a_codebook_that_cannot_be_read_is_told_with_its_name(tmp_path, name, content, said):
    if content is not None:
        write(tmp_path / name, content)
    with pytest.raises(DataError) as caught:
        read_codebook(tmp_path / name, [])
    assert said in caught.value.problems[0].what and caught.value.problems[0].file == name


STUDY = """
interviews: {files: ["*.txt"]}
codings: [{coder: A, file: a.csv}]
codebook:
  file: codes.qdc
  areas: {ties: networks, wel: wellbeing}
"""


def test_a_study_may_keep_its_codebook_in_a_file(tmp_path):
    write_codebook(tmp_path / "codes.qdc", CODES)
    table = "interview,code,quote\nI01,STARE BENE 😀,Bene\nI01,nuovi,Bene\nI01,altro,Bene\n"
    study = make_study(tmp_path, STUDY, {"I01.txt": "P: Bene.", "a.csv": table})
    problems = []
    frame, strangers = load_segments(study, {"I01": "P: Bene.\n"}, problems, [])
    assert frame["code"].tolist() == ["well", "new", "altro"] and strangers == ["altro"]
    codes = load_codes(study, strangers)
    assert codes["code"].tolist() == ["ties", "new", "newest", "well", "altro"]
    assert codes["label_it"].tolist() == codes["label_en"].tolist()
    assert codes["area"].fillna("").tolist() == ["networks", "", "", "", ""]
    assert codes["parent"].fillna("").tolist() == ["", "ties", "new", "", ""]
    told = [(p.what, p.row is not None) for p in problems if "wel" in p.what]
    assert told == [("the code 'wel' is not in the codebook", True)]


def test_a_project_may_serve_as_the_codebook(tmp_path):
    segments = pd.DataFrame(columns=["interview", "coder", "code", "start", "end"])
    write_project(tmp_path / "team.qdpx", {}, CODES, segments, "2022-11-20")
    study = make_study(tmp_path, "codebook: {file: team.qdpx}\n")
    assert load_codes(study)["code"].tolist() == CODES["code"].tolist()


def test_a_codebook_that_is_missing_is_an_error_of_the_study(tmp_path):
    study = make_study(tmp_path, "codebook: {file: codes.qdc}\n")
    problems = []
    load_segments(study, {}, problems, [])
    assert [(p.file, p.severity) for p in problems] == [("codes.qdc", "error")]
    assert load_codes(study).empty


def test_codes_that_lie_below_themselves_are_told_and_stand_at_the_top(tmp_path):
    block = "codebook:\n" + "".join(
        f"  - {{id: {code}, label: {code}, parent: {above}}}\n"
        for code, above in (("a", "b"), ("b", "a"), ("c", "a"))
    )
    problems = []
    study = make_study(tmp_path, block)
    load_segments(study, {}, problems, [])
    assert [p.what for p in problems] == ["the code 'a' lies below itself", "the code 'b' lies below itself"]
    assert load_codes(study)["parent"].fillna("").tolist() == ["", "", "a"]


def test_mistakes_in_the_block_are_told_with_their_line(tmp_path):
    for block, said in (
        ("codebook: {fil: codes.qdc}\n", "file is missing"),
        ("codebook: {file: c.qdc, areas: {x: nowhere}}\n", "wellbeing"),
        ("codebook_file: {file: c.qdc}\n", "unknown key"),
        ("interviews: {files: [a]}\ncodings: [{file: a.qdpx, coder: A, coders: {x: B}}]\n", "either `coder`"),
        ("interviews: {files: [a]}\ncodings: [{file: a.qdpx}, {file: a.qdpx}]\n", "given 2 times"),
    ):
        with pytest.raises(DataError) as caught:
            make_study(tmp_path, block)
        assert any(said in p.what and p.row >= 10 for p in caught.value.problems), str(caught.value)
    make_study(
        tmp_path, "interviews: {files: [a]}\ncodings: [{file: a.qdpx}, {file: b.sqlite3, project: 3}]\n"
    )
    assert read_study(str(tmp_path)).model.codings[1].project == "3"
