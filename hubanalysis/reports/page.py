"""A chapter: an executed notebook as a page that a person reads. Text first, code folded away.

Nothing live comes out of a notebook; an interactive network and the interviews to read are made anew from their checked
data, and moved by the scripts of the house.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mistune

from hubanalysis.locale.translator import Translator
from hubanalysis.reports.cleaning import clean_html
from hubanalysis.reports.interactive import (
    NETWORK_DATA,
    READING_DATA,
    moving,
    network_in_page,
    reading_in_page,
)
from hubanalysis.reports.public_copy import made_by_the_door

__all__ = ["Chapter", "Part", "link_results", "read_chapter"]

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ANCHOR = re.compile(r'<h2 id="(s\d+)">')
_H4 = re.compile(r"(</?)h4\b")
_RECORD = re.compile(r"\brecord=\"(\w+)\"")
_CELL = re.compile(r"(<td(?: class=\"[^\"]*\")?>)([^<>]+)(</td>)")


@dataclass
class Part:
    """A piece of a page, HTML; ``kind``: prose, finding, output, network, reading, nothing, code or printed."""

    kind: str
    html: str = ""
    role: str = ""  # of the section it stands in: finding, claim, limits, results


@dataclass
class Chapter:
    """What a page is made of, and what the index tells of it."""

    name: str
    title: str = ""
    question: str = ""
    findings: list[str] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    recorded: dict[str, str] = field(default_factory=dict)  # start of a result's id -> anchor of its section

    @property
    def moving(self) -> dict[str, str] | None:
        """Script, its hash and style sheet, for a page with an interactive network or interviews to read; else None."""
        return moving(part.kind for part in self.parts)


def read_chapter(path: Path, text: Translator, public: bool) -> Chapter:
    """Read an executed notebook. In a public report code, prints and whatever did not pass the door are left out."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    chapter = Chapter(path.stem, title=path.stem)
    role, waiting = "", []

    def fold_code() -> None:
        if waiting:
            chapter.parts.append(Part("code", "\n\n".join(waiting)))
            waiting.clear()

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            fold_code()
            role = cell.metadata.get("hubanalysis", {}).get("role", role)
            _prose(chapter, cell.source, role)
        elif cell.cell_type == "code":
            if not public and cell.source.strip():
                waiting.append(_highlighted(cell.source).strip())
            shown = [o for o in cell.get("outputs", []) if made_by_the_door(o) or not public]
            parts = [p for p in (_output(output, role, text, public) for output in shown) if p is not None]
            if role == "finding":
                for output in shown:
                    chapter.findings += output.get("metadata", {}).get("hubanalysis", {}).get("sentences", [])
            chapter.parts += parts
            if chapter.sections:
                chapter.recorded |= dict.fromkeys(_RECORD.findall(cell.source), chapter.sections[-1][0])
            if parts:
                fold_code()  # below what it made: the reader comes for that
    fold_code()
    _gather_empty_sections(chapter, text)
    return chapter


def link_results(chapters: list[Chapter], results: Iterable[dict]) -> None:
    """Where a table names a result by its id, lead the reader to the section that recorded it."""
    pages = {chapter.name: chapter for chapter in chapters}
    places = {}
    for result in results:
        page = pages.get(result["notebook"])
        if page is not None:
            anchor = page.recorded.get(result["id"].split(":")[0])
            anchor = anchor if anchor in dict(page.sections) else None
            places[html.escape(result["id"])] = f"{page.name}.html" + (f"#{anchor}" if anchor else "")

    def linked(match: re.Match) -> str:
        place = places.get(match[2])
        if place is None:
            return match[0]
        return f'{match[1]}<a class="result" href="{html.escape(place)}">{match[2]}</a>{match[3]}'

    for chapter in chapters:
        for part in chapter.parts:
            if part.kind == "output":
                part.html = _CELL.sub(linked, part.html)


def _gather_empty_sections(chapter: Chapter, text: Translator) -> None:
    """Sections in which there is nothing to show stand in one list, so that a reader is not led from void to void."""
    sections: list[list[Part]] = [[]]
    for part in chapter.parts:
        if part.kind == "prose" and _ANCHOR.search(part.html):
            sections.append([])
        sections[-1].append(part)
    kept: list[list[Part]] = []
    empty: list[str] = []
    names = dict(chapter.sections)
    for parts in sections:
        shown = {part.kind for part in parts} - {"prose", "code"}
        if parts and shown <= {"nothing"} and parts[0].role == "claim":
            empty.append(names.pop(_ANCHOR.search(parts[0].html)[1]))
        else:
            kept.append(parts)
    if not empty:
        return
    title = text("What this study has no data for")
    items = "".join(f"<li>{html.escape(name)}</li>" for name in empty)
    listed = [Part("prose", f'<h2 id="none">{html.escape(title)}</h2><ul>{items}</ul>')]
    at = max(len(kept) - 2, 1)  # before the limits and the recorded results
    kept.insert(at, listed)
    order = [(a, n) for a, n in chapter.sections if a in names]
    order.insert(min(at - 1, len(order)), ("none", title))
    chapter.sections = order
    chapter.parts = [part for parts in kept for part in parts]


class _Prose(mistune.HTMLRenderer):
    """Markdown to HTML, with an anchor on each section and a note of it."""

    def __init__(self, chapter: Chapter):
        super().__init__(escape=True)
        self.chapter = chapter

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        if level != 2:
            return f"<h{level}>{text}</h{level}>\n"
        plain = html.unescape(re.sub(r"<[^>]+>", "", text))
        anchor = f"s{len(self.chapter.sections) + 1}"
        self.chapter.sections.append((anchor, plain))
        return f'<h2 id="{anchor}">{text}</h2>\n'


def _prose(chapter: Chapter, source: str, role: str) -> None:
    if role == "title":
        lines = source.strip().splitlines()
        chapter.title = lines[0].lstrip("# ").strip()
        chapter.question = _as_html(chapter, "\n".join(lines[1:]))
    else:
        chapter.parts.append(Part("prose", _as_html(chapter, source), role))


def _as_html(chapter: Chapter, source: str) -> str:
    markdown = mistune.create_markdown(renderer=_Prose(chapter), plugins=["table"])
    return clean_html(str(markdown(source)))


def _highlighted(source: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True, classprefix="py-"))


def _output(output: Any, role: str, text: Translator, public: bool) -> Part | None:
    if output.output_type == "stream":
        if output.name != "stdout" or not output.text.strip():
            return None  # warnings are for who wrote the notebook, not for who reads the report
        return Part("printed", html.escape(_ANSI.sub("", output.text)))
    if output.output_type == "error":
        return None
    data = output.get("data", {})
    if NETWORK_DATA in data:
        network = network_in_page(data[NETWORK_DATA], text, public)
        return Part("network", _H4.sub(r"\1h3", network)) if network else None
    if READING_DATA in data:
        reading = reading_in_page(data[READING_DATA], text, public)
        return Part("reading", _H4.sub(r"\1h3", reading, count=2)) if reading else None
    if "text/html" in data:
        inner = _H4.sub(r"\1h3", clean_html(data["text/html"]))
        # a wide table scrolls in its own frame, which a keyboard must be able to reach
        inner = inner.replace('<div class="hub-table"', '<div tabindex="0" class="hub-table"')
        kind = output.get("metadata", {}).get("hubanalysis", {}).get("kind")
        if kind == "nothing":
            return Part("nothing", inner)
        return Part("finding" if role == "finding" and kind == "sentences" else "output", inner)
    if "image/png" in data:
        alt = html.escape(text("A figure without a description."))
        picture = clean_html(f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}">')
        return Part("output", picture)
    if "text/markdown" in data:
        return Part("output", clean_html(str(mistune.html(data["text/markdown"]))))
    if "text/plain" in data:
        return Part("printed", html.escape(data["text/plain"]))
    return None
