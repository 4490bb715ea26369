"""Taguette: a project made with Taguette's own code, its exports, and what its database may hold besides."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import io
import sqlite3
import sys
import types
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from loader_studies import make_study

from hubanalysis.errors import DataError
from hubanalysis.loaders.codebooks import read_codebook
from hubanalysis.loaders.codings import load_segments
from hubanalysis.loaders.taguette import read_taguette, text_of_html

RAW = {
    "I01": "INT: Come è andata?\nP: Bene 😀, l'impatto c'è stato; perché sì.\nINT: E poi?\nP: Bene. Poi è finita.\n",
    "I02": "INT: Sì?\nP: L'Università, forse.\n",
}
#: The same interviews as a word processor hands them over: Windows line ends, paragraphs, entities, half a word bold.
PAGES = {
    name: "<html><head><meta charset='utf-8'></head><body>\r\n"
    + "".join(f"<p>{line}</p>\r\n" for line in text.replace("'", "&#8217;").splitlines())
    .replace("perché", "<b>per</b>ch&eacute;")
    .replace("è", "e\u0300")
    + "</body></html>"
    for name, text in RAW.items()
}
#: Taguette lives with an older SQLAlchemy and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*", "ignore:Deprecated API")
BLOCK = 'interviews: {files: ["*.txt"]}\n'


@pytest.fixture(scope="module")
def taguette():
    """Taguette's own modules."""
    if importlib.util.find_spec("taguette") is None:
        pytest.skip("taguette is not installed")
    if importlib.util.find_spec("pkg_resources") is None:
        # an old dependency of Taguette still asks for this part of setuptools, which is gone
        gone = types.ModuleType("pkg_resources")
        gone.iter_entry_points = lambda group, name=None: (
            entry for entry in importlib.metadata.entry_points(group=group) if name in (None, entry.name)
        )
        sys.modules["pkg_resources"] = gone
    from taguette import convert, database, export, extract, import_codebook

    return SimpleNamespace(
        convert=convert, database=database, export=export, extract=extract, import_codebook=import_codebook
    )


@pytest.fixture(scope="module")
def made(taguette, tmp_path_factory):
    """A workspace with the project of two coders and another project; with what was coded, told by Taguette."""
    import bs4

    folder = tmp_path_factory.mktemp("taguette")
    db, extract = taguette.database, taguette.extract
    session = db.connect(f"sqlite:///{folder / 'taguette.sqlite3'}")()
    session.add_all([db.User(login="anna"), db.User(login="ugo")])
    project = db.Project(name="Siena", description="")
    other = db.Project(name="Prova", description="")
    session.add_all([project, other])
    session.flush()
    documents, tags = {}, {}
    for name, page in PAGES.items():
        contents = asyncio.run(taguette.convert.to_html(page.encode(), "text/html", f"{name}.html", {}))
        documents[name] = db.Document(
            name=name, description="", filename=f"{name}.html", project=project,
            text_direction=db.TextDirection.LEFT_TO_RIGHT, contents=contents,
        )  # fmt: skip
        session.add(documents[name])
    for path, words in (("legami", "Legami"), ("legami.nuovi", ""), ("bene", "x" * 200), ("vecchio", "")):
        tags[path] = db.Tag(project=project, path=path, description=words)
        session.add(tags[path])
    session.flush()

    def highlight(user, name, quote, paths, nth=0):
        """As Taguette's page and server do it: bytes over the text of the page, the words cut out by the server."""
        text = bs4.BeautifulSoup(documents[name].contents, "html5lib").get_text()
        start = -1
        for _ in range(nth + 1):
            start = text.index(quote, start + 1)
        span = (len(text[:start].encode()), len(text[: start + len(quote)].encode()))
        made = db.Highlight(
            document=documents[name], start_offset=span[0], end_offset=span[1],
            snippet=extract.extract(documents[name].contents, *span),
        )  # fmt: skip
        session.add(made)
        session.flush()
        change(user, made, paths)
        return made

    def change(user, made, paths):
        session.execute(db.highlight_tags.delete(db.highlight_tags.c.highlight_id == made.id))
        ids = sorted(tags[path].id for path in paths)
        session.execute(db.highlight_tags.insert(), [{"highlight_id": made.id, "tag_id": i} for i in ids])
        session.add(db.Command.highlight_add(user, made.document, made, ids))
        session.flush()

    first = highlight("anna", "I01", "Bene 😀, l’impatto", ["bene", "legami"])
    highlight("ugo", "I01", "perch\u00e9 s\u00ec", ["legami.nuovi"])
    second = highlight("ugo", "I01", "Bene", ["vecchio"], nth=1)
    highlight("anna", "I01", "E poi?\n", ["bene"])
    highlight("anna", "I02", "L’Università", ["legami"])
    change("ugo", first, ["bene", "legami", "legami.nuovi"])  # ugo adds a tag to what anna marked
    gone = highlight("anna", "I02", "forse", ["bene"])
    session.add(db.Command.highlight_delete("anna", documents["I02"], gone.id))
    session.delete(gone)
    session.execute(
        db.highlight_tags.update()
        .where(db.highlight_tags.c.tag_id == tags["vecchio"].id)
        .values(tag_id=tags["bene"].id)
    )
    session.add(db.Command.tag_merge("anna", project.id, tags["vecchio"].id, tags["bene"].id))
    session.flush()
    session.delete(tags["vecchio"])
    session.commit()
    assert second.id
    yield SimpleNamespace(
        path=folder / "taguette.sqlite3", folder=folder, session=session, project=project, other=other
    )
    session.close()


EXPECTED = {
    ("I01", "anna", "bene", "Bene 😀, l'impatto"),
    ("I01", "anna", "legami", "Bene 😀, l'impatto"),
    ("I01", "ugo", "legami.nuovi", "Bene 😀, l'impatto"),
    ("I01", "ugo", "legami.nuovi", "perché sì"),
    ("I01", "ugo", "bene", "Bene"),
    ("I01", "anna", "bene", "E poi?"),
    ("I02", "anna", "legami", "L'Università"),
}


def passages(frame):
    return {(s.interview, s.coder, s.code, RAW[s.interview][s.start : s.end]) for s in frame.itertuples()}


def loaded(tmp_path, codings, files):
    study = make_study(
        tmp_path, f"{BLOCK}codings: {codings}\n", {f"{k}.txt": v for k, v in RAW.items()} | files
    )
    problems = []
    frame, strangers = load_segments(study, RAW, problems, [])
    return frame, strangers, problems


def test_a_project_of_taguette_gives_back_what_each_coder_marked(made, tmp_path):
    frame, strangers, problems = loaded(
        tmp_path, "[{file: t.sqlite3, project: Siena}]", {"t.sqlite3": made.path.read_bytes()}
    )
    assert passages(frame) == EXPECTED and len(frame) == len(EXPECTED)
    # of the two "Bene" ugo marked the second
    assert frame.loc[(frame["end"] - frame["start"]) == 4, "start"].tolist() == [RAW["I01"].rindex("Bene")]
    assert set(strangers) == {"bene", "legami", "legami.nuovi"}
    assert {p.column for p in problems} == {"code"}  # nothing but codes that no codebook declares


def test_coders_have_the_labels_the_study_gives_them(made, tmp_path):
    given = "[{file: t.sqlite3, project: '1', coders: {anna: A, hugo: B}}]"
    frame, _, problems = loaded(tmp_path, given, {"t.sqlite3": made.path.read_bytes()})
    assert set(frame["coder"]) == {"A", "ugo"}
    assert any("called 'hugo'" in p.what for p in problems)


def test_the_database_is_read_without_leaving_a_trace(made, tmp_path):
    path = tmp_path / "t.sqlite3"
    path.write_bytes(made.path.read_bytes())
    before = path.read_bytes()
    sources, codes, segments = read_taguette(path, "Siena", [])
    assert list(tmp_path.iterdir()) == [path] and path.read_bytes() == before
    assert sorted(sources) == ["I01", "I02"] and "\r" not in sources["I01"]
    assert codes[["code", "label", "parent"]].values.tolist() == [
        ["legami", "Legami", ""],
        ["legami.nuovi", "legami.nuovi", "legami"],
        ["bene", "bene", ""],  # a description that is no label
    ]
    assert [sources[s.interview][s.start : s.end] for s in segments.itertuples()] == segments["text"].tolist()


@pytest.mark.parametrize(
    ("project", "said"),
    [("", "several projects"), ("Arezzo", "no project 'Arezzo'"), ("Prova", None)],
)
def test_which_project_is_asked_for_by_its_name(made, project, said):
    if said is None:
        assert read_taguette(made.path, project, [])[2].empty
        return
    with pytest.raises(DataError, match=said) as caught:
        read_taguette(made.path, project, [])
    assert "'Siena' (1), 'Prova' (2)" in caught.value.problems[0].fix


def test_a_project_that_taguette_exported_names_one_user_and_the_study_tells_who_coded(
    made, taguette, tmp_path
):
    target = tmp_path / "export.sqlite3"
    session = taguette.database.connect(f"sqlite:///{target}")()
    session.add(taguette.database.User(login="admin"))
    session.commit()
    taguette.database.copy_project(made.session, session, made.project.id, "admin")
    session.close()
    frame, _, _ = loaded(tmp_path / "s", "[{coder: A, file: t.sqlite3}]", {"t.sqlite3": target.read_bytes()})
    assert passages(frame) == {(i, "A", code, words) for i, _, code, words in EXPECTED}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_highlights_that_taguette_exports_as_a_table_are_found_in_the_interviews(
    made, taguette, tmp_path, kind
):
    if kind == "csv":
        out = io.StringIO()
        taguette.export.highlights_csv(made.session, made.project.id, "", out)
        content = out.getvalue().encode()
    else:
        taguette.export.highlights_xslx(made.session, made.project.id, "", str(tmp_path / "h.xlsx"))
        content = (tmp_path / "h.xlsx").read_bytes()
    frame, _, problems = loaded(tmp_path / "s", f"[{{coder: A, file: h.{kind}}}]", {f"h.{kind}": content})
    assert passages(frame) == {(i, "A", code, words) for i, _, code, words in EXPECTED}
    # "Bene" stands twice in the interview: the highlights before and after tell which it is
    assert frame.loc[(frame["end"] - frame["start"]) == 4, "start"].tolist() == [RAW["I01"].rindex("Bene")]
    assert {p.column for p in problems} == {"code"}


def test_the_codebooks_that_taguette_exports_are_read(made, taguette, tmp_path):
    tags = list(made.project.tags)
    with (tmp_path / "c.csv").open("w", newline="", encoding="utf-8") as file:
        taguette.export.codebook_csv(tags, file)
    taguette.export.codebook_xml(tags, str(tmp_path / "c.qdc"))
    taguette.export.codebook_xlsx(tags, str(tmp_path / "c.xlsx"))
    of_project = read_taguette(made.path, "Siena", [])[1]
    for name in ("c.csv", "c.qdc", "c.xlsx"):
        problems = []
        # its .qdc leaves the descriptions out
        wanted = of_project.assign(label=of_project["code"]) if name == "c.qdc" else of_project
        pd.testing.assert_frame_equal(read_codebook(tmp_path / name, problems), wanted, check_dtype=False)
        assert problems == []


def test_taguette_imports_the_codebook_handed_out(taguette, tmp_path):
    """Taguette 1.5 imports codebooks as tables, not as .qdc; the folder handed out holds such a table."""
    from hubanalysis.qda_export import _table

    tags = pd.DataFrame({"tag": ["legami", "perché"], "description": ['più, "forti"', "😀"]})
    _table(tmp_path / "codebook.csv", tags)
    with (tmp_path / "codebook.csv").open("rb") as file:
        read = taguette.import_codebook.list_tags(file)
    assert [(t["path"], t["description"]) for t in read] == list(tags.itertuples(index=False, name=None))


def test_offsets_that_fit_no_words_are_repaired_by_the_words_or_told_with_their_place(made, tmp_path):
    path = tmp_path / "t.sqlite3"
    path.write_bytes(made.path.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE highlights SET start_offset = start_offset + 7, end_offset = end_offset + 7"
        )
        connection.execute(
            "UPDATE highlights SET snippet = '<p>Mai detto</p>' WHERE snippet LIKE '%Universit%'"
        )
    connection.close()
    problems = []
    _, _, segments = read_taguette(path, "Siena", problems)
    assert "perché sì" in segments["text"].tolist() and "I02" not in set(segments["interview"])
    repaired, refused = sorted(problems, key=lambda p: p.column)
    assert repaired.count == 6 and refused.column == "I02" and refused.severity == "warning"
    assert "Mai" not in str(refused) and "Universit" not in str(refused)


def spoilt(made, folder, *changes):
    path = folder / "t.sqlite3"
    path.write_bytes(made.path.read_bytes())
    with sqlite3.connect(path) as connection:
        for change in changes:
            connection.execute(f"UPDATE {change}")
    connection.close()
    return path


def test_cells_that_hold_what_they_should_not_are_told_and_break_nothing(made, tmp_path):
    path = spoilt(
        made,
        tmp_path,
        "highlights SET snippet = x'6d6d', start_offset = 'first' WHERE id = 1",
        "documents SET contents = '<p>a < b <!-- <![CDATA[ &#xD800; &nope' WHERE name = 'I02'",
        "commands SET payload = '[1, {' WHERE id = 2",
        "tags SET description = 3.5 WHERE path = 'legami'",
    )
    problems = []
    _, codes, segments = read_taguette(path, "Siena", problems)
    assert codes["label"][0] == "3.5" and set(segments["interview"]) == {"I01"}
    # three tags on the first highlight, one highlight in the document that is no page any more
    assert [p.severity for p in problems] == ["warning"] * 4


def test_text_that_is_no_text_is_refused(made, tmp_path):
    path = spoilt(made, tmp_path, "documents SET contents = CAST(x'00ff' AS TEXT)")
    with pytest.raises(DataError, match="not a project of Taguette"):
        read_taguette(path, "Siena", [])


def _not_taguette(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        for table in ("projects", "documents", "highlights", "tags", "highlight_tags"):
            connection.execute(f"CREATE TABLE {table} (id)")
        connection.execute("CREATE VIEW commands AS SELECT randomblob(100000000)")
    connection.close()
    return path


def test_what_is_no_project_of_taguette_is_refused_with_its_name(made, tmp_path):
    (tmp_path / "text.sqlite3").write_text("no database")
    (tmp_path / "cut.sqlite3").write_bytes(made.path.read_bytes()[:9000])
    (tmp_path / "open.sqlite3").write_bytes(made.path.read_bytes())
    (tmp_path / "open.sqlite3-wal").write_bytes(b"changes")
    _not_taguette(tmp_path / "view.sqlite3")
    for name, said in (
        ("text", "not a project of Taguette"),
        ("cut", "not a project of Taguette"),
        ("view", "not a project of Taguette"),
        ("open", "while Taguette was at work"),
        ("none", "missing"),
    ):
        with pytest.raises(DataError, match=said) as caught:
            read_taguette(tmp_path / f"{name}.sqlite3", "", [])
        assert caught.value.problems[0].file == f"{name}.sqlite3"


def test_the_text_of_a_page_is_what_stands_between_its_tags():
    assert text_of_html("<h1>T</h1>\n<p>1 &lt; 2 &amp; c&#39;&egrave;<br/>x</p>") == "T\n1 < 2 & c'èx"
    assert text_of_html("a < b, <3") == "a < b, <3"
