"""What of HTML may stand in a page: text, tables, pictures within the page. No script, nothing to load."""

from __future__ import annotations

import re

import nh3

__all__ = ["clean_html"]

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl",
    "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol",
    "p", "pre", "q", "s", "section", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"class", "lang"},
    "a": {"href"},
    "h2": {"id"},
    "img": {"alt", "src"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if _PICTURE.fullmatch(value) else None
    if attribute == "href":
        return None if value.strip().lower().startswith("data:") else value
    return value


def clean_html(html: str) -> str:
    """``html`` with nothing live in it: scripts, handlers, frames, forms, styles and remote pictures are gone."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "noscript"},
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )
