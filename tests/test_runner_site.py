"""The pages of a report: nothing live in them, text first, and in a public report only what passed the door."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from hubanalysis.locale.translator import Translator
from hubanalysis.reports.cleaning import clean_html
from hubanalysis.reports.page import link_results, read_chapter
from hubanalysis.reports.public_copy import make_public

PIXEL = "iVBORw0KGgo="


@pytest.mark.parametrize(
    "live",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="https://example.org/track.png">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        "<iframe src='https://example.org'></iframe>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>">x</a>',
        '<p style="background:url(https://example.org)">x</p>',
        "<svg><script>alert(1)</script></svg>",
        '<form action="https://example.org"><input></form>',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        "<style>@import url(https://example.org)</style>",
        '<meta http-equiv="refresh" content="0;url=https://example.org">',
    ],
)
def test_nothing_live_or_remote_is_left(live):
    cleaned = clean_html(f"<p>before</p>{live}<p>after</p>")
    assert "before" in cleaned and "after" in cleaned
    for trace in ("script", "alert", "onerror", "example.org", "svg", "style", "form", "iframe", "data:text"):
        assert trace not in cleaned


def test_tables_and_pictures_within_the_page_stay():
    html = (
        f'<figure class="hub-figure"><img alt="Bars." src="data:image/png;base64,{PIXEL}"></figure>'
        '<table><caption>T</caption><tr><th scope="col">a</th><td class="number" colspan="2">1</td></tr></table>'
    )
    cleaned = clean_html(html)
    for kept in (
        'alt="Bars."',
        f"base64,{PIXEL}",
        'scope="col"',
        'class="number"',
        "<caption>",
        'colspan="2"',
    ):
        assert kept in cleaned


def door(html: str, **facts) -> dict:
    data = {"text/html": html, "text/plain": "plain"}
    return new_output("display_data", data=data, metadata={"hubanalysis": facts})


FINDING = door('<div class="hub-finding"><p>It grew.</p></div>', kind="sentences", sentences=["It grew."])


@pytest.fixture
def executed(tmp_path):
    cells = [
        new_markdown_cell("# 3. A <b>title</b>\n\nA question?", metadata={"hubanalysis": {"role": "title"}}),
        new_code_cell("study = 'x'", metadata={"tags": ["parameters"]}),
        new_code_cell("study = '/secret/place'\nlang = 'en'", metadata={"tags": ["injected-parameters"]}),
        new_code_cell("import this"),
        new_markdown_cell("## Il risultato", metadata={"hubanalysis": {"role": "finding"}}),
        new_code_cell("ha.show()", outputs=[FINDING]),
        new_markdown_cell("## A claim <script>alert(1)</script>", metadata={"hubanalysis": {"role": "claim"}}),
        new_code_cell(
            "print()",
            outputs=[
                door('<div class="hub-table"><h4>T</h4><table><tr><td>1</td></tr></table></div>', kind="table"),
                new_output("stream", name="stdout", text="a print \x1b[31mred\x1b[0m"),
                new_output("stream", name="stderr", text="a warning"),
                new_output("display_data", data={"image/png": PIXEL}),
                new_output("error", ename="E", evalue="boom", traceback=["secret trace"]),
            ],
        ),
    ]  # fmt: skip
    path = tmp_path / "03_x.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_a_page_is_text_first_with_its_code_folded_below(executed):
    chapter = read_chapter(executed, Translator("en"), public=False)
    assert chapter.title == "3. A <b>title</b>"  # escaped by the template
    assert chapter.findings == ["It grew."]
    assert [title for _, title in chapter.sections] == ["Il risultato", "A claim <script>alert(1)</script>"]
    kinds = [part.kind for part in chapter.parts]
    assert kinds == ["code", "prose", "finding", "code", "prose", "output", "printed", "output", "code"]
    everything = "".join(part.html for part in chapter.parts)
    assert "<h3>T</h3>" in everything and 'tabindex="0" class="hub-table"' in everything
    assert "a print red" in everything and "A figure without a description." in everything
    for absent in ("<script", "a warning", "secret trace", "boom"):
        assert absent not in everything


def test_a_public_page_holds_only_what_passed_the_door(executed):
    chapter = read_chapter(executed, Translator("en"), public=True)
    assert [part.kind for part in chapter.parts] == ["prose", "finding", "prose", "output"]
    assert "a print" not in "".join(part.html for part in chapter.parts)


def test_a_public_notebook_holds_only_what_passed_the_door(executed):
    make_public(executed, "siena")
    text = executed.read_text()
    for absent in ("/secret/place", "a print", "a warning", "boom", "secret trace", PIXEL):
        assert absent not in text
    assert "study = 'siena'" in text and "It grew." in text


def test_sections_without_data_stand_in_one_list(executed):
    notebook = nbformat.read(executed, as_version=4)
    nothing = door('<div class="hub-nothing"><p>Nothing.</p></div>', kind="nothing")
    notebook.cells += [
        cell
        for title, role in (("Ties", "claim"), ("Maps", "claim"), ("Limits", "limits"))
        for cell in (
            new_markdown_cell(f"## {title}\n\nWhat is looked at.", metadata={"hubanalysis": {"role": role}}),
            new_code_cell("ha.show()", outputs=[nothing, nothing]),
        )
    ]
    nbformat.write(notebook, executed)
    chapter = read_chapter(executed, Translator("en"), public=False)
    titles = [title for _, title in chapter.sections]
    assert "Ties" not in titles and "Maps" not in titles
    assert "Limits" in titles and "What this study has no data for" in titles
    (listed,) = [part.html for part in chapter.parts if 'id="none"' in part.html]
    assert "<li>Ties</li><li>Maps</li>" in listed
    assert sum(part.kind == "nothing" for part in chapter.parts) == 2, "those of the limits alone"


def test_a_table_that_names_a_result_leads_to_the_section_that_recorded_it(tmp_path):
    def cell(source, output=None):
        made = (
            [new_output("display_data", data=output, metadata={"hubanalysis": {"kind": "table"}})]
            if output
            else []
        )
        return new_code_cell(source, outputs=made)

    def chapter(name, *cells):
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=list(cells)), path)
        return read_chapter(path, Translator("en"), public=False)

    made = chapter(
        "03_people_change",
        new_markdown_cell("## First"),
        new_markdown_cell("## What changed"),
        cell(
            'ha.show(hub, change, record="change")',
            {"text/html": "<table><tr><td>change:a</td></tr></table>"},
        ),
    )
    table = "<table><tr><td>change:a</td><td>change:b</td><td>mean:a</td></tr></table>"
    told = chapter(
        "09_synthesis", new_markdown_cell("## Summary"), cell("ha.show(hub, summary)", {"text/html": table})
    )
    results = [
        {"id": "change:a", "notebook": "03_people_change"},
        {"id": "mean:a", "notebook": "03_people_change"},
        {"id": "change:b", "notebook": "04_organisations"},
    ]
    link_results([made, told], results)
    page = "".join(part.html for part in told.parts)
    assert '<td><a class="result" href="03_people_change.html#s2">change:a</a></td>' in page
    assert '<td><a class="result" href="03_people_change.html">mean:a</a></td>' in page, (
        "no section recorded it"
    )
    assert "<td>change:b</td>" in page, "that chapter has no page"
