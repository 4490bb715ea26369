"""The verb ``codings``: what is handed out to coders is redacted and whole, and what comes back is the same."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from loader_studies import HEAD, write
from lxml import etree

from hubanalysis import cli
from hubanalysis.errors import UsageError
from hubanalysis.hub import open_study
from hubanalysis.loaders.codebooks import read_codebook
from hubanalysis.loaders.refi_qda import read_project
from hubanalysis.qda_export import coded_project, tell_codings, write_codings

SHARED = Path(os.environ.get("HUBANALYSIS_SHARED", Path(__file__).parents[2] / "shared"))
SCHEMAS = SHARED / "refi-qda"
FILES = {
    "I01.txt": "INT: Come sta Ada Bini?\nADA: =Bene, perche\u0301 no 😀. Ho conosciuto Ugo, e Ugo canta.\n"
    "INT: E poi?\nADA: Bene.\n",
    "I02.txt": "INT: Allora?\nP: L'impatto c'è stato.\n",
    "names.csv": "interview;kind;text\nI01;person;Ada Bini\nI01;person;Ugo\n",
    "a.csv": "interview;code;quote;coder\nI01;ties;Ho conosciuto Ugo, e Ugo canta;A\nI01;=well;=Bene;A\n"
    "I02;well;L'impatto;B\nI01;ties;Come sta Ada;B\nI01;ties;Ugo canta;B\n",
}
BLOCK = """
interviews: {files: ["I*.txt"], interviewer: [INT], redactions: {file: names.csv}}
codings: %s
codebook:
  - {id: ties, label: {it: legami, en: ties}, area: networks}
  - {id: well, label: {it: stare bene, en: feeling well}, parent: ties}
  - {id: "=well", label: {it: bene, en: well}}
"""


def make(home: Path, name: str, codings: str, files: dict) -> str:
    folder = home / "data" / "raw" / name
    for file, content in (FILES | files).items():
        write(folder / file, content)
    (folder / "study.yaml").write_text(HEAD.replace("trial", name) + BLOCK % codings, encoding="utf-8")
    return name


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def hub(home):
    return open_study(make(home, "small", "[{file: a.csv}]", {}))


def test_a_project_handed_out_is_redacted_and_holds_texts_codes_and_passages(hub, home):
    path = home / "out" / "p.qdpx"
    assert write_codings(hub, path) == [path]
    sources, codes, segments = read_project(path)
    assert (
        sources["I01"].startswith("I: Come sta [nome]?\nP1: =Bene")
        and sources["I02"] == "I: Allora?\nP1: L'impatto c'è stato.\n"
    )
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert not any(name in everything for name in ("Ada", "Bini", "Ugo", "ADA"))
    assert codes.values.tolist() == [
        ["ties", "legami", "", "#56B4E9"],
        ["well", "stare bene", "ties", "#56B4E9"],
        ["=well", "bene", "", "#999999"],
    ]
    assert sorted(segments["coder"]) == ["A", "A", "B", "B", "B"]
    assert "Ho conosciuto [nome], e [nome] canta" in segments["text"].tolist()
    mine = hub.segments(kind=None)
    key = ["interview", "coder", "code", "start", "end", "text"]
    assert sorted(segments[key].values.tolist()) == sorted(mine[key].values.tolist())


def test_what_is_handed_out_is_valid_against_the_standards_own_schemas(hub, home):
    if not SCHEMAS.is_dir():
        pytest.skip("the schemas of REFI-QDA are not at hand")
    write_codings(hub, home / "all")
    with zipfile.ZipFile(home / "all" / "project.qdpx") as archive:
        etree.XMLSchema(etree.parse(SCHEMAS / "Project.xsd")).assertValid(
            etree.fromstring(archive.read("project.qde"))
        )
    etree.XMLSchema(etree.parse(SCHEMAS / "Codebook.xsd")).assertValid(
        etree.parse(home / "all" / "codebook.qdc")
    )


def test_a_folder_holds_each_form_and_the_same_study_gives_the_same_bytes(hub, home):
    written = write_codings(hub, home / "one")
    names = ["codebook.csv", "codebook.qdc", "passages.csv", "project.qdpx", "texts/I01.txt", "texts/I02.txt"]
    assert [p.relative_to(home / "one").as_posix() for p in written] == names
    write_codings(hub, home / "two")
    assert all((home / "one" / n).read_bytes() == (home / "two" / n).read_bytes() for n in names)
    texts, codes, _ = coded_project(hub)
    assert (home / "one/texts/I01.txt").read_text(encoding="utf-8") == texts["I01"]
    for name in ("codebook.csv", "codebook.qdc"):
        assert read_codebook(home / "one" / name, [])[["code", "label"]].equals(codes[["code", "label"]])
    table = pd.read_csv(home / "one/passages.csv", dtype="str", encoding="utf-8-sig")
    assert "'=Bene" in table["quote"].tolist()  # no spreadsheet calculates what somebody said


@pytest.mark.parametrize("file", ["project.qdpx", "passages.csv"])
def test_what_comes_back_from_coders_gives_the_same_tables(hub, home, file):
    write_codings(hub, home / "out")
    again = make(home, "again", f"[{{file: {file}}}]", {file: (home / "out" / file).read_bytes()})
    key = ["interview", "coder", "code", "start", "end", "turn", "text"]
    before = hub.segments(kind=None).sort_values(key).reset_index(drop=True)
    after = open_study(again)
    pd.testing.assert_frame_equal(
        after.segments(kind=None).sort_values(key).reset_index(drop=True), before, check_categorical=False
    )
    assert not after.problems()["what"].str.contains("not found|several places").any()


def test_whatever_could_not_be_placed_stands_among_the_problems_of_the_hub(home):
    table = "interview\tcode\tquote\nI01\tties\tMai detto\nI01\tties\tBene\nI02\tties\tL’impatto\nI9\tties\tBene\n"
    hub = open_study(make(home, "part", "[{file: t.tsv, coder: A}]", {"t.tsv": table}))
    assert hub.segments()["text"].tolist() == ["L'impatto"]
    told = hub.problems().set_index("row").loc[[2, 3, 5]]
    assert (told["file"] == "t.tsv").all() and told["value"].tolist() == ["I01", "I01", "I9"]
    assert [hub.text(what).split()[-1] for what in told["what"]] == ["intervista", "intervista", "interviste"]
    assert not told.astype(str).apply(lambda c: c.str.contains("Mai|Bene")).any(axis=None)


def test_one_coders_passages_or_one_kind_of_text_may_be_asked_for(hub):
    texts, codes, segments = coded_project(hub, coder="B")
    assert set(segments["coder"]) == {"B"} and len(codes) == 3 and len(texts) == 2
    with pytest.raises(UsageError, match="Nobody called 'C' coded: coders are A, B"):
        coded_project(hub, coder="C")
    with pytest.raises(UsageError, match="no text of this kind"):
        coded_project(hub, kinds=("note",))


def test_a_codebook_alone_is_not_said_to_hold_texts(hub, home, capsys):
    assert tell_codings(hub.study.model.id, str(home / "out.qdc"), None, []) == 0
    said = capsys.readouterr().out
    assert "3 codes are in" in said and "without texts" in said and "`codebook: {file: ...}`" in said


def test_nothing_is_written_over_nor_among_the_raw_files(hub, home):
    (home / "there.qdpx").write_text("a coder's work")
    for name, said in (
        ("there.qdpx", "is there already"),
        ("data/raw/small/new.qdpx", "raw files"),
        ("p.docx", "not as '.docx'"),
    ):
        with pytest.raises(UsageError, match=said):
            write_codings(hub, home / name)
    assert (home / "there.qdpx").read_text() == "a coder's work"
    assert not [p for p in home.iterdir() if p.name.startswith(".")]


def test_the_verb_says_what_it_wrote_and_what_it_refuses(hub, home, capsys):
    assert cli.main(["codings", "small", "--to", "codes.qdc"]) == 0
    assert cli.main(["codings", "small", "--to", "p.qdpx", "--coder", "A", "--kind", "interview"]) == 0
    assert "2 texts, 3 codes and 2 passages are in p.qdpx" in capsys.readouterr().out
    assert cli.main(["codings", "small", "--to", "p.qdpx"]) == UsageError.exit_code
    assert "already" in capsys.readouterr().err
    assert len(read_codebook(home / "codes.qdc", [])) == 3


def test_a_study_without_texts_or_codes_has_nothing_to_hand_out(home):
    folder = home / "data" / "raw" / "none"
    folder.mkdir()
    (folder / "study.yaml").write_text(HEAD.replace("trial", "none"))
    with pytest.raises(UsageError, match="no text"):
        write_codings(open_study("none"), home / "p.qdpx")
    (folder / "I01.txt").write_text("INT: Allora?\nP: Sì.\n")
    (folder / "study.yaml").write_text(HEAD.replace("trial", "none") + 'interviews: {files: ["*.txt"]}\n')
    hub = open_study("none")
    with pytest.raises(UsageError, match="no codes"):
        write_codings(hub, home / "c.qdc")
    names = [p.name for p in write_codings(hub, home / "out")]
    assert names == ["passages.csv", "project.qdpx", "I01.txt"]
    assert list(read_project(home / "out/project.qdpx")[0]) == ["I01"]
