"""The markup of the interviews to read: controls, the quotations by rule, and the texts as data. Nothing live in it.

Every word that comes from data is escaped here. What searches it is one script of the house, the same for every study
(reports/templates/reading.js); without it the quotations stand as they are.
"""

from __future__ import annotations

import hashlib
import html
import json

from hubanalysis.figures.reading_browser import KINDS, ReadingBrowser
from hubanalysis.locale.translator import Translator

__all__ = ["reading_in_words", "reading_markup"]


def reading_in_words(reading: ReadingBrowser, text: Translator) -> str:
    """What there is to read, in one sentence: the text for who cannot search it."""
    data = reading.data
    return text(
        "{texts} texts to search, with {words} words, {passages} coded passages and {quotes} quotations by rule.",
        texts=len(data["texts"]),
        words=text.number(sum(turn[3].count(" ") + bool(turn[3]) for turn in data["turns"]), 0),
        passages=len(data["passages"]),
        quotes=sum(bool(each[2]) for each in data["quotes"]),
    )


def reading_markup(reading: ReadingBrowser, text: Translator, *, title: str = "", note: str = "") -> str:
    """HTML of the browser, in the reader's language; ``title`` and ``note`` are plain text."""
    data = reading.data
    stored = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    key = "hr-" + hashlib.sha256(stored.encode()).hexdigest()[:8]
    heading = f"<h4>{html.escape(title)}</h4>" if title else ""
    notes = [note] if note else []
    if data["cut"]:
        notes.append(text("{n} texts are left out: a page cannot hold so many.", n=data["cut"]))
    below = "".join(f'<p class="hub-note">{html.escape(each)}</p>' for each in notes)
    label = _safe(title or text("Interviews to read"))
    words = _safe(json.dumps(_words(text), ensure_ascii=False))
    still = (
        f"{reading_in_words(reading, text)} {text('To search them, open this page where scripts may run.')}"
    )
    many = sum(bool(each[2]) for each in data["quotes"])
    return (
        f'<section class="hub-reading" lang="{text.lang}" aria-label="{label}" data-lm-suppress-shortcuts="true" '
        f'data-words="{words}">{heading}<p class="hub-note hr-still">{html.escape(still)}</p>'
        f"{_tabs(key, text, many)}{_search(data, key, text)}{_quotes(data, key, text)}{below}"
        f'<div class="hr-store" hidden>{html.escape(stored, quote=False)}</div></section>'
    )


def _safe(value: str) -> str:
    return html.escape(value, quote=True)


def _words(text: Translator) -> dict[str, str]:
    """What the script says, in the reader's language; {n} and the like are filled by it."""
    return {
        "begin": text("Write a word above, or choose a theme, to read where it stands."),
        "found": text("Lines found: {lines}, in {n} of {all} interviews."),
        "found_texts": text("Lines found: {lines}, in {n} of {all} texts."),
        "passages": text("Coded passages: {lines}, in {n} of {all} interviews."),
        "passages_texts": text("Coded passages: {lines}, in {n} of {all} texts."),
        "none": text("Not found in any of the {all} interviews or texts chosen."),
        "groups": text("By group:"),
        "of": text("{name} {n} of {all}"),
        "more": text("Show {n} more of {all} lines"),
        "around": text("Show more before and after"),
        "coded": text("{code}, coder {coder}"),
        "line": text("Open the whole turn"),
        "file": text("lines_found.csv"),
        "head": "\t".join(
            (
                text("interview or text"),
                text("kind of text"),
                text("group"),
                text("wave"),
                text("turn"),
                text("speaker"),
                text("words before"),
                text("word found"),
                text("words after"),
                text("themes marked there"),
            )
        ),
        "kinds": "\t".join(_kinds(text)),
    }


def _kinds(text: Translator) -> list[str]:
    return [text("interview"), text("open answer"), text("observer's note")]


def _tabs(key: str, text: Translator, many: int) -> str:
    names = [text("Search the texts"), text("Quotations chosen by rule ({n})", n=many)]
    made = "".join(
        f'<button type="button" role="tab" id="{key}-t{k}" aria-controls="{key}-p{k}" '
        f'aria-selected="{"true" if k == 0 else "false"}" tabindex="{0 if k == 0 else -1}">{html.escape(name)}</button>'
        for k, name in enumerate(names)
    )
    return (
        f'<div class="hr-tabs" role="tablist" aria-label="{_safe(text("Ways to read"))}" hidden>{made}</div>'
    )


def _search(data: dict, key: str, text: Translator) -> str:
    """The search box and the filters; a filter with nothing to choose from is left out."""
    present = [k for k in range(len(KINDS)) if any(each[1] == k for each in data["texts"])]
    kinds = [(str(k), _kinds(text)[k]) for k in present]
    numbered = {
        part: [(str(k), v) for k, v in enumerate(data[part])] for part in ("groups", "waves", "codes")
    }
    coders = [(str(k), text("coder {name}", name=v)) for k, v in enumerate(data["coders"])]
    asked = any(turn[1] for turn in data["turns"])
    roles = [("0", text("those who answer")), ("1", text("those who ask"))] if asked else []
    everything = text("all")
    first = {"role": "0", "kind": str(present[0]) if present else ""}  # interviews, and those interviewed
    filters = [
        ("kind", text("Kind of text"), kinds if len(kinds) > 1 else []),
        ("group", text("Group"), numbered["groups"] if len(data["groups"]) > 1 else []),
        ("wave", text("Wave"), numbered["waves"]),
        ("role", text("Who speaks"), roles),
        ("code", text("Theme marked there"), numbered["codes"]),
        ("coder", text("Coder"), coders if len(coders) > 1 else []),
    ]
    selects = "".join(
        _select(part, label, [("", everything), *options], first.get(part, ""))
        for part, label, options in filters
        if options
    )
    how = [("lemma", text("in all its forms")), ("form", text("just as written"))]
    order = [
        ("", text("as in the interviews")),
        ("right", text("by the word after")),
        ("left", text("by the word before")),
    ]
    return (
        f'<div class="hr-panel" role="tabpanel" id="{key}-p0" aria-labelledby="{key}-t0" hidden>'
        f'<div class="hr-controls" role="group" aria-label="{_safe(text("Choose what is searched"))}">'
        f'<label class="hr-word">{html.escape(text("Word or words"))}'
        f'<input type="search" data-part="word" autocomplete="off" spellcheck="false" aria-describedby="{key}-help">'
        f"</label>{_select('how', text('The word is meant'), how, 'lemma')}{selects}"
        f"{_select('order', text('Order of the lines'), order, '')}"
        f'<button type="button" data-part="reset">{html.escape(text("Start again"))}</button>'
        f'<button type="button" data-part="save" disabled>{html.escape(text("Save the lines (CSV)"))}</button>'
        f'</div><p class="hub-note" id="{key}-help">'
        + html.escape(
            text(
                "A star stands for any letters: solit* finds solitude and solitary alike. Words one after the other "
                "are looked for side by side; with a comma between them, either is found."
            )
        )
        + '</p><p class="hr-status" role="status"></p><p class="hub-note hr-groups"></p><ol class="hr-lines"></ol>'
        '<button type="button" class="hr-more" hidden></button></div>'
    )


def _select(part: str, label: str, options: list[tuple[str, str]], chosen: str) -> str:
    made = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{html.escape(name)}</option>'
        for value, name in options
    )
    return f'<label>{html.escape(label)}<select data-part="{part}">{made}</select></label>'


def _quotes(data: dict, key: str, text: Translator) -> str:
    """The quotations by rule: they can be read without the script."""
    made = []
    last = None
    for k, (rule, code, quote, about, at, _start, _end) in enumerate(data["quotes"]):
        if rule != last:
            made.append(f'<p class="hr-rule">{html.escape(rule)}</p>')
            last = rule
        where = (
            f'<button type="button" class="hr-where" data-quote="{k}" aria-expanded="false" hidden>'
            f"{html.escape(text('Read it where it was said'))}</button>"
            if at >= 0
            else ""
        )
        said = f"<p>{html.escape(quote)}</p>" if quote else ""
        made.append(
            f"<blockquote>{said}<footer><strong>{html.escape(code)}</strong> · {html.escape(about)}</footer>"
            f"{where}</blockquote>"
        )
    nothing = text("There are no coded passages to choose quotations from.")
    body = "".join(made) or f'<p class="hub-note">{html.escape(nothing)}</p>'
    return f'<div class="hr-panel hr-quotes" role="tabpanel" id="{key}-p1" aria-labelledby="{key}-t1">{body}</div>'
