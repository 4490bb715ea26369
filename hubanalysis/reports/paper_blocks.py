"""A chapter's page as blocks for paper: headings, paragraphs, tables, pictures and quotations as plain data.

What comes in has passed :func:`hubanalysis.reports.cleaning.clean_html`: it is small and holds nothing live.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from hubanalysis.reports.page import Chapter, Part

__all__ = ["MOVING", "chapter_blocks"]

#: Parts of a page that paper has no use for: code and what it printed belong to the notebook.
_LEFT_OUT = ("code", "printed")
#: Parts that a reader moves or searches: on paper they would be their data, page after page.
MOVING = ("network", "reading")
#: The room on an A4 page between its margins, in mm, and how fine the door draws its figures.
WIDEST, HIGHEST = 170.0, 215.0
DOTS_PER_INCH = 150
_SPACE = re.compile(r"\s+")
_GAP = re.compile("[\\s\u200b]+")
_JOINT = re.compile(r"(?<=\w)[:_](?=\w)")
_STRONG = ("strong", "b", "th")
_EMPHASIS = ("em", "i", "cite")


def chapter_blocks(
    chapter: Chapter, pictures: dict[str, bytes], moving: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The blocks of ``chapter``, without its recorded results; its pictures are put into ``pictures`` by name.

    ``moving`` gives for each kind of part that lives on the screen alone (:data:`MOVING`) the sentence in its place.
    """
    blocks: list[dict[str, Any]] = []
    for element in _elements(Part("prose", chapter.question)):
        blocks += _block(element, chapter.name, pictures)
    for part in chapter.parts:
        if part.kind in _LEFT_OUT or part.role == "results":
            continue
        if part.kind in MOVING:
            if moving:
                blocks.append({"kind": "note", "text": moving[part.kind]})
            continue
        for element in _elements(part):
            blocks += _block(element, chapter.name, pictures)
    return blocks


def _elements(part: Part) -> list[etree._Element]:
    if not part.html.strip():
        return []
    return list(lxml_html.fragment_fromstring(part.html, create_parent="div"))


def _block(element: etree._Element, name: str, pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    tag, classes = element.tag, (element.get("class") or "").split()
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        level = min(int(tag[1]), 3)
        heading: dict[str, Any] = {"kind": "h", "level": max(level, 2), "text": _runs(element)}
        if element.get("id"):
            heading["anchor"] = f"{name}:{element.get('id')}"
        return [heading]
    if tag == "p":
        return [{"kind": "note" if "hub-note" in classes else "p", "text": _runs(element)}]
    if tag in ("ul", "ol"):
        return [{"kind": "list", "items": [_runs(item) for item in element.iterfind("li")]}]
    if tag == "blockquote":
        foot = element.find("footer")
        words = element.find("p")
        return [
            {
                "kind": "quote",
                "text": _runs(words if words is not None else element),
                "source": _runs(foot) if foot is not None else "",
            }
        ]
    if tag == "table":
        return [_table(element)]
    if tag == "figure":
        return _figure(element, name, pictures)
    if tag == "img":
        return _picture(element, "", name, pictures)
    if "hub-finding" in classes:
        heading = element.find("h3")
        blocks = [{"kind": "h", "level": 3, "text": _runs(heading)}] if heading is not None else []
        return [*blocks, {"kind": "finding", "text": [_runs(p) for p in element.iterfind("p")]}]
    found: list[dict[str, Any]] = []
    if (element.text or "").strip():
        found.append({"kind": "p", "text": [{"t": element.text.strip()}]})
    for child in element:
        found += _block(child, name, pictures)
    return found


def _figure(element: etree._Element, name: str, pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    caption = element.find("figcaption")
    below, title = [], ""
    if caption is not None:
        below = [{"kind": "note", "text": _runs(note)} for note in caption.iterfind("p")]
        for note in caption.findall("p"):
            caption.remove(note)
        title = _plain(caption)
    image = element.find(".//img")
    return [*(_picture(image, title, name, pictures) if image is not None else []), *below]


def _picture(
    image: etree._Element, caption: str, name: str, pictures: dict[str, bytes]
) -> list[dict[str, Any]]:
    match = re.match(r"data:image/(png|jpeg|gif|webp);base64,(.*)", image.get("src") or "", re.S)
    if match is None:
        return []
    content = base64.b64decode(match[2])
    file = f"{name}-{len(pictures) + 1}.{match[1]}"
    pictures[file] = content
    alt = image.get("alt") or caption or name
    return [{"kind": "picture", "name": file, "alt": alt, "caption": caption, "width": _width(content)}]


def _width(content: bytes) -> float:
    """How wide a PNG stands on paper, in mm: as it was drawn, unless the page is narrower or shorter."""
    if content[12:16] != b"IHDR":
        return WIDEST
    wide, high = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    return round(min(wide / DOTS_PER_INCH * 25.4, WIDEST, HIGHEST * wide / high), 1)


def _table(element: etree._Element) -> dict[str, Any]:
    caption = element.find("caption")
    head = element.findall(".//thead//th") or element.findall(".//tr[1]/th")
    rows = [row.findall("td") + row.findall("th") for row in element.iterfind(".//tbody/tr")]
    numbers = [i for i, cell in enumerate(head) if "number" in (cell.get("class") or "").split()]
    width = len(head)
    cells = [([_breakable(_plain(cell)) for cell in row] + [""] * width)[:width] for row in rows]
    names = [_plain(cell) for cell in head]
    return {
        "kind": "table",
        "caption": _plain(caption) if caption is not None else "",
        "head": names,
        "rows": cells,
        "numbers": numbers,
        "shares": [_share(name, [row[i] for row in cells], i in numbers) for i, name in enumerate(names)],
    }


def _breakable(cell: str) -> str:
    """An id may break after a colon or an underscore: unbroken it would run into the next column."""
    return _JOINT.sub("\\g<0>\u200b", cell)


def _share(name: str, cells: list[str], number: bool) -> float:
    """How many letters wide a column asks to be: numbers unbroken, words in two lines, no word broken."""
    longest = max((len(word) for cell in [name, *cells] for word in _GAP.split(cell)), default=1)
    whole = max(map(len, cells), default=1)
    return float(min(max(longest, whole if number else whole / 2, 4), 40))


def _plain(element: etree._Element) -> str:
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


def _runs(element: etree._Element, strong: bool = False, emphasis: bool = False) -> list[dict[str, Any]]:
    """The words of an element as runs of one look each."""
    pieces: list[dict[str, Any]] = []

    def add(words: str | None, b: bool, i: bool, code: bool = False) -> None:
        words = _SPACE.sub(" ", words or "")
        if not words:
            return
        run: dict[str, Any] = {"t": words}
        run |= {key: True for key, on in (("b", b), ("i", i), ("code", code)) if on}
        pieces.append(run)

    add(element.text, strong, emphasis, element.tag == "code")
    for child in element:
        if child.tag == "br":
            pieces.append({"t": "", "br": True})
        else:
            pieces += _runs(child, strong or child.tag in _STRONG, emphasis or child.tag in _EMPHASIS)
        add(child.tail, strong, emphasis)
    return pieces
