"""Pages for paper: what is set, what is refused, and that equal data give equal bytes."""

from __future__ import annotations

import base64
import io
import re

import pytest

from hubanalysis.printing.typesetting import TypesettingError, typeset
from hubanalysis.reports.page import Chapter, Part
from hubanalysis.reports.paper_blocks import HIGHEST, WIDEST, chapter_blocks


def png(wide: int, high: int) -> bytes:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    buffer = io.BytesIO()
    figure = plt.figure(figsize=(wide / 50, high / 50), dpi=50)
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return buffer.getvalue()


def words(**changed):
    page = {
        "title": "To: the library",
        "lang": "en",
        "study": "A hub",
        "edition": "edition 2022",
        "said": [[{"t": "**not** bold, #panic() and $x$ stay as they are"}]],
        "everybody": [[{"t": "All", "b": True}, {"t": " of them."}]],
        "plans": [],
        "bars": [{"label": "Housing", "share": 1.0, "words": "place 1"}],
        "bars_title": "Needs",
        "bars_alt": "Needs. Housing: place 1.",
        "contact": "",
        "simulated": "",
        "words": {"said": "said", "everybody": "all", "plans": "plans", "open": "open", "foot": "foot"},
    }
    return page | changed


def test_a_page_is_a_tagged_pdf_in_its_language_and_the_same_whenever_it_is_made(tmp_path):
    first = typeset("restitution", words(), tmp_path / "a.pdf").read_bytes()
    again = typeset("restitution", words(), tmp_path / "b.pdf").read_bytes()
    assert first == again and first.startswith(b"%PDF")
    assert b"/Lang(en)" in first and b"/MarkInfo" in first and b"<pdfuaid:part>1<" in first
    assert not list(tmp_path.glob(".*"))


def test_text_is_never_markup(tmp_path):
    """A name such as #panic() would stop Typst if it were read as its language."""
    for nasty in ("#panic()", "$x", "*a", "`", "\\", '#import "/x"', "<a>", "@b", "= h"):
        typeset("restitution", words(said=[[{"t": nasty}]], title=nasty), tmp_path / "page.pdf")


def test_what_does_not_fit_one_page_is_refused_and_the_old_page_stands(tmp_path):
    path = typeset("restitution", words(), tmp_path / "page.pdf")
    before = path.read_bytes()
    endless = [[{"t": "A sentence that goes on for quite a while. " * 12}] for _ in range(20)]
    with pytest.raises(TypesettingError, match="shorten the decisions"):
        typeset("restitution", words(plans=endless), path)
    assert path.read_bytes() == before


def test_an_unknown_template_is_told(tmp_path):
    with pytest.raises(ValueError, match="no template 'letter'"):
        typeset("letter", {}, tmp_path / "x.pdf")


def chapter(*parts: Part) -> Chapter:
    return Chapter(
        "03_people", title="3. People", question="<p>What <strong>changed</strong>?</p>", parts=list(parts)
    )


TABLE = (
    '<div class="hub-table"><table><caption>Change</caption><thead><tr><th scope="col">scale</th>'
    '<th scope="col" class="number">n</th></tr></thead><tbody><tr><td>Wellbeing &lt;b&gt;</td>'
    '<td class="number">183</td></tr><tr><td>Networks</td><td class="number">–</td></tr></tbody></table>'
    '<p class="hub-note">Method: <em>t</em>.</p></div>'
)


def test_a_chapter_becomes_blocks_in_its_order():
    blocks = chapter_blocks(
        chapter(
            Part("prose", '<h2 id="s1">The finding</h2><ul><li>one</li><li>two</li></ul>', "finding"),
            Part("finding", '<div class="hub-finding"><p>It <strong>rose</strong>.</p></div>', "finding"),
            Part("output", TABLE, "claim"),
            Part("code", "x = 1"),
            Part("network", "<div>moving</div>", "claim"),
            Part("reading", "<div><script>[all the texts]</script></div>", "claim"),
            Part("output", "<section><blockquote><p>Bello!</p><footer>I01</footer></blockquote></section>"),
            Part("prose", '<h2 id="s9">Recorded results</h2>', "results"),
        ),
        {},
        {"network": "a map stands on the screen", "reading": "search on the screen"},
    )
    assert [b["kind"] for b in blocks] == [
        "p",
        "h",
        "list",
        "finding",
        "table",
        "note",
        "note",
        "note",
        "quote",
    ]
    assert blocks[0]["text"] == [{"t": "What "}, {"t": "changed", "b": True}, {"t": "?"}]
    table = blocks[4]
    assert (table["caption"], table["head"], table["numbers"]) == ("Change", ["scale", "n"], [1])
    assert table["rows"] == [["Wellbeing <b>", "183"], ["Networks", "–"]]
    assert [b["text"] for b in blocks[6:8]] == ["a map stands on the screen", "search on the screen"]


@pytest.mark.parametrize(("wide", "high"), [(400, 300), (3000, 500), (500, 3000)])
def test_a_picture_stands_as_it_was_drawn_or_as_large_as_the_page_lets_it(wide, high):
    content = png(wide, high)
    source = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    figure = (
        f'<figure class="hub-figure"><img alt="dots" src="{source}"><figcaption>Title</figcaption></figure>'
    )
    pictures: dict[str, bytes] = {}
    blocks = chapter_blocks(chapter(Part("output", figure)), pictures)
    picture = blocks[-1]
    assert (picture["alt"], picture["caption"]) == ("dots", "Title")
    assert pictures == {picture["name"]: content}
    assert picture["width"] <= WIDEST and picture["width"] * high / wide <= HIGHEST + 0.1
    if (wide, high) == (400, 300):
        assert picture["width"] == pytest.approx(400 / 150 * 25.4, abs=0.1)


def test_code_and_what_it_printed_stay_off_the_paper():
    parts = [Part("code", "secret = 1"), Part("printed", "/a/path"), Part("output", "<p>seen</p>")]
    assert chapter_blocks(chapter(*parts), {})[1:] == [{"kind": "p", "text": [{"t": "seen"}]}]


def test_the_whole_report_is_set_with_its_pictures_and_contents(tmp_path):
    source = f"data:image/png;base64,{base64.b64encode(png(300, 200)).decode()}"
    part = Part("output", f'<figure class="hub-figure"><img alt="dots" src="{source}"></figure>')
    pictures: dict[str, bytes] = {}
    blocks = chapter_blocks(
        chapter(Part("prose", '<h2 id="s1">A claim</h2>'), part, Part("output", TABLE)), pictures
    )
    data = {
        "title": "A hub",
        "lang": "it",
        "subtitle": "",
        "facts": [{"name": "Edizione", "value": "2022"}],
        "warnings": ["Dati simulati."],
        "summary": [{"head": "Benessere", "text": [{"t": "Una frase."}], "to": "03_people:s1"}],
        "words": {"contents": "Indice", "summary": "In breve", "page": "p."},
        "foot": "A hub",
        "chapters": [{"name": "03_people", "title": "3. Persone", "blocks": blocks}],
    }
    content = typeset("report", data, tmp_path / "report.pdf", pictures=pictures).read_bytes()
    assert len(re.findall(rb"/Subtype ?/Image", content)) >= 1
    assert b"/Lang(it)" in content
    blocks[1]["alt"] = ""
    next(b for b in blocks if b["kind"] == "picture")["alt"] = None
    with pytest.raises(TypesettingError):  # a picture nobody describes does not go to print
        typeset("report", data, tmp_path / "report.pdf", pictures=pictures)
