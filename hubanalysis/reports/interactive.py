"""How an interactive network, or the interviews to read, stand in a page: markup made anew from checked data, and the
scripts of the house.

No output of a notebook brings a script into a page. The page's Content-Security-Policy names the script by its hash, so
that a browser runs this one and no other.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from hubanalysis.figures.interactive import InteractiveNetwork, read_interactive
from hubanalysis.figures.interactive_markup import interactive_in_words, interactive_markup
from hubanalysis.figures.reading_browser import ReadingBrowser, read_reading
from hubanalysis.figures.reading_markup import reading_in_words, reading_markup
from hubanalysis.locale.translator import Translator

__all__ = [
    "NETWORK_DATA",
    "READING_DATA",
    "moving",
    "network_in_notebook",
    "network_in_page",
    "reading_in_notebook",
    "reading_in_page",
    "script",
    "script_hash",
    "sheet",
]

#: The media type under which a notebook stores the data of an interactive network.
NETWORK_DATA = "application/vnd.hubanalysis.network+json"
#: And that of interviews to read.
READING_DATA = "application/vnd.hubanalysis.reading+json"
_FILES = {"network": "interactive", "reading": "reading"}
#: In JupyterLab: the map (or the texts) takes the place of the words that stand for it. Not in the page of a report.
_UNFOLD = """document.querySelectorAll("script.hn-store").forEach((store) => {
  const made = new DOMParser().parseFromString(store.textContent, "text/html").body;
  store.previousElementSibling.remove();
  store.replaceWith(...made.children);
});
"""
_TEMPLATES = Path(__file__).parent / "templates"


@cache
def script(kind: str = "network") -> str:
    """The script that moves every interactive ``network``, or searches the interviews to read (``reading``): it asks
    no network and writes text only as text."""
    return (_TEMPLATES / f"{_FILES[kind]}.js").read_text(encoding="utf-8")


@cache
def sheet(kind: str = "network") -> str:
    """Its style sheet."""
    return (_TEMPLATES / f"{_FILES[kind]}.css").read_text(encoding="utf-8")


@cache
def script_hash(kind: str = "network") -> str:
    """The script as a Content-Security-Policy names it: ``sha256-`` and the hash in base64."""
    return _hash(script(kind))


def _hash(code: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")


def moving(kinds: Iterable[str]) -> dict[str, str] | None:
    """Script, its hash and style sheet for a page that holds these kinds of part; None where none of them moves."""
    held = set(kinds)
    present = [kind for kind in _FILES if kind in held]
    if not present:
        return None
    code = "\n".join(script(kind) for kind in present)
    return {"script": code, "hash": _hash(code), "sheet": "\n".join(sheet(kind) for kind in present)}


def network_in_notebook(network: InteractiveNetwork, text: Translator, title: str, note: str) -> str:
    """What JupyterLab shows: the map where it lets scripts run, which it does in cells run there; else it in words.

    A notebook that was run elsewhere is not trusted: JupyterLab takes scripts, styles and pictures out of it, and what
    is left must make sense.
    """
    page = interactive_markup(network, text, title=title, note=note)
    live = text("The map that can be moved appears once the cells of this notebook have been run here.")
    return _in_notebook("network", page, title, [interactive_in_words(network, text), live], text)


def reading_in_notebook(reading: ReadingBrowser, text: Translator, title: str, note: str) -> str:
    """What JupyterLab shows of interviews to read, as :func:`network_in_notebook`."""
    page = reading_markup(reading, text, title=title, note=note)
    live = text("The texts can be searched once the cells of this notebook have been run here.")
    return _in_notebook("reading", page, title, [reading_in_words(reading, text), live], text)


def _in_notebook(kind: str, page: str, title: str, said: list[str], text: Translator) -> str:
    heading = f"<h4>{html.escape(title)}</h4>" if title else ""
    words = "".join(f"<p>{html.escape(each)}</p>" for each in said)
    return (
        f'<style>{sheet(kind)}</style><div lang="{text.lang}">{heading}{words}</div>'
        f'<script type="text/plain" class="hn-store">{page}</script><script>{_UNFOLD}{script(kind)}</script>'
    )


def network_in_page(stored: Any, text: Translator, public: bool) -> str | None:
    """The markup of stored data, or None where they are not sound, or not made for everyone in a public report."""
    try:
        network = read_interactive(stored)
        title, note = (stored.get(word, "") for word in ("title", "note"))
    except ValueError:
        return None
    if not (isinstance(title, str) and isinstance(note, str)) or (public and not network.public):
        return None
    return interactive_markup(InteractiveNetwork(network.data), text, title=title, note=note)


def reading_in_page(stored: Any, text: Translator, public: bool) -> str | None:
    """The markup of stored texts, or None where they are not sound; whole interviews are in no public report."""
    try:
        reading = read_reading(stored)
        title, note = (stored.get(word, "") for word in ("title", "note"))
    except ValueError:
        return None
    if public or not (isinstance(title, str) and isinstance(note, str)):
        return None
    data = {k: v for k, v in reading.data.items() if k not in ("title", "note")}
    return reading_markup(ReadingBrowser(data), text, title=title, note=note)
