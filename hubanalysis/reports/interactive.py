"""How an interactive network stands in a page: markup made anew from checked data, and the one script of the house.

No output of a notebook brings a script into a page. The page's Content-Security-Policy names the script by its hash, so
that a browser runs this one and no other.
"""

from __future__ import annotations

import base64
import hashlib
import html
from functools import cache
from pathlib import Path
from typing import Any

from hubanalysis.figures.interactive import InteractiveNetwork, read_interactive
from hubanalysis.figures.interactive_markup import interactive_in_words, interactive_markup
from hubanalysis.locale.translator import Translator

__all__ = ["NETWORK_DATA", "network_in_notebook", "network_in_page", "script", "script_hash", "sheet"]

#: The media type under which a notebook stores the data of an interactive network.
NETWORK_DATA = "application/vnd.hubanalysis.network+json"
#: In JupyterLab: the map takes the place of the words that stand for it. Not in the page of a report.
_UNFOLD = """document.querySelectorAll("script.hn-store").forEach((store) => {
  const made = new DOMParser().parseFromString(store.textContent, "text/html").body;
  store.previousElementSibling.remove();
  store.replaceWith(...made.children);
});
"""
_TEMPLATES = Path(__file__).parent / "templates"


@cache
def script() -> str:
    """The script that moves every interactive network: asks no network, writes text only as text."""
    return (_TEMPLATES / "interactive.js").read_text(encoding="utf-8")


@cache
def sheet() -> str:
    """Its style sheet."""
    return (_TEMPLATES / "interactive.css").read_text(encoding="utf-8")


@cache
def script_hash() -> str:
    """The script as a Content-Security-Policy names it: ``sha256-`` and the hash in base64."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script().encode("utf-8")).digest()).decode("ascii")


def network_in_notebook(network: InteractiveNetwork, text: Translator, title: str, note: str) -> str:
    """What JupyterLab shows: the map where it lets scripts run, which it does in cells run there; else it in words.

    A notebook that was run elsewhere is not trusted: JupyterLab takes scripts, styles and pictures out of it, and what
    is left must make sense.
    """
    page = interactive_markup(network, text, title=title, note=note)
    heading = f"<h4>{html.escape(title)}</h4>" if title else ""
    live = text("The map that can be moved appears once the cells of this notebook have been run here.")
    words = f"<p>{html.escape(interactive_in_words(network, text))}</p><p>{html.escape(live)}</p>"
    return (
        f'<style>{sheet()}</style><div lang="{text.lang}">{heading}{words}</div>'
        f'<script type="text/plain" class="hn-store">{page}</script><script>{_UNFOLD}{script()}</script>'
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
