"""The markup of the interactive network: a picture, its controls and the same ties as a list. Nothing live in it.

Every word that comes from data is escaped here. What moves it is one script of the house, the same for every network
(reports/templates/interactive.js); without it the picture and the list stand as they are.
"""

from __future__ import annotations

import hashlib
import html
import json

from hubanalysis.figures.interactive import STATES, InteractiveNetwork
from hubanalysis.figures.interactive_picture import picture, shape_of
from hubanalysis.locale.translator import Translator

__all__ = ["interactive_in_words", "interactive_markup"]


def interactive_in_words(network: InteractiveNetwork, text: Translator) -> str:
    """How many organisations and ties are drawn, by kind and wave: the alternative text."""
    data = network.data
    said = [text("A map of {n} organisations and their ties.", n=len(data["organisations"]))]
    for k, kind in enumerate(data["kinds"]):
        own = [tie for tie in data["ties"] if tie[0] == k]
        counts = ", ".join(
            text("“{wave}” {n}", wave=wave, n=sum(tie[3][w] == "1" for tie in own))
            for w, wave in enumerate(data["waves"])
        )
        said.append(text("Ties of the kind “{kind}”: {counts}.", kind=kind, counts=counts))
    return " ".join(said)


def interactive_markup(
    network: InteractiveNetwork, text: Translator, *, title: str = "", note: str = ""
) -> str:
    """HTML of the network, in the reader's language; ``title`` and ``note`` are plain text."""
    data = network.data
    key = "hn-" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:8]
    notes = [note] if note else []
    if data["public"]:
        notes.append(
            text("Only organisations that agree to be named are drawn, and only the ties between them.")
        )
    if data["cut"]:
        notes.append(
            text("Only the {n} organisations with the most ties are drawn.", n=len(data["organisations"]))
        )
    heading = f"<h4>{html.escape(title)}</h4>" if title else ""
    below = "".join(f'<p class="hub-note">{html.escape(each)}</p>' for each in notes)
    return (
        f'<section class="hub-network" lang="{text.lang}" aria-label="{_safe(title or text("Map of the ties"))}" '
        f'data-words="{_safe(json.dumps(_words(data, text), ensure_ascii=False))}">{heading}'
        f"{_controls(data, key, text)}"
        f'<p class="hub-note hn-shown">{html.escape(_shown(data, text))}</p>'
        f'<div class="hn-body"><div class="hn-map">{picture(data, key, interactive_in_words(network, text))}</div>'
        f'<div class="hn-side" aria-live="polite" hidden></div></div>'
        f"{_legend(data, text)}{below}{_list(data, text)}</section>"
    )


def _safe(value: str) -> str:
    return html.escape(value, quote=True)


def _words(data: dict, text: Translator) -> dict[str, str]:
    """What the script says, in the reader's language; {n} and the like are filled by it."""
    return {
        "help": text(
            "Point at, tap or search for an organisation to see its ties. In the map, the arrow keys go from one "
            "organisation to the next, Enter holds it, Escape lets it go."
        ),
        "map": text("Map: choose an organisation with the arrow keys"),
        "status": text("Ties shown: {ties}; organisations with ties: {organisations}."),
        "found": text("Organisations found: {n}."),
        "ties": text("Ties shown: {n}"),
        "silent": text("It gave no answer: only what others say of it is known."),
        "out": text("It names") if data["directed"] else text("Tied to"),
        "in": text("It is named by"),
        "list": text("The ties shown, as a list ({n})"),
        "f": text("tie formed"),
        "k": text("tie kept"),
        "d": text("tie dissolved"),
        "n": text("known in one wave only"),
    }


def _controls(data: dict, key: str, text: Translator) -> str:
    views = [(f"s{i}", _pair_name(data, pair, text)) for i, pair in enumerate(data["pairs"])]
    views += [(f"w{i}", wave) for i, wave in enumerate(data["waves"])]
    last = f"s{len(data['pairs']) - 1}" if data["pairs"] else f"w{len(data['waves']) - 1}"
    kinds = [(str(i), kind) for i, kind in enumerate(data["kinds"])]
    groups = [(str(i), group) for i, group in enumerate(data["groups"])]
    every_tie, everyone = ("", text("all kinds of tie")), ("", text("all kinds of organisation"))
    names = "".join(f'<option value="{_safe(each[0])}"></option>' for each in data["organisations"])
    return (
        f'<div class="hn-controls" role="group" aria-label="{_safe(text("Choose what the map shows"))}" hidden>'
        + _select("view", text("What is shown"), views, last)
        + _select("kind", text("Kind of tie"), [*kinds, every_tie], str(data["first"]))
        + _select("group", text("Kind of organisation"), [everyone, *groups], "")
        + f"<label>{html.escape(text('Search for an organisation'))}"
        f'<input type="search" data-part="search" list="{key}-names" autocomplete="off"></label>'
        f'<datalist id="{key}-names">{names}</datalist>'
        f'<button type="button" data-part="reset">{html.escape(text("Start again"))}</button>'
        '<p class="hn-status" role="status"></p></div>'
    )


def _shown(data: dict, text: Translator) -> str:
    """What the picture shows until somebody chooses: the last two waves compared, every kind of tie."""
    view = _pair_name(data, data["pairs"][-1], text) if data["pairs"] else data["waves"][-1]
    return f"{view} · {text('all kinds of tie')}"


def _pair_name(data: dict, pair: list[int], text: Translator) -> str:
    before, after = (data["waves"][i] for i in pair)
    return text("what changed: {before} – {after}", before=before, after=after)


def _select(part: str, label: str, options: list[tuple[str, str]], chosen: str) -> str:
    made = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{html.escape(name)}</option>'
        for value, name in options
    )
    return f'<label>{html.escape(label)}<select data-part="{part}">{made}</select></label>'


def _legend(data: dict, text: Translator) -> str:
    names = {
        "formed": text("tie formed"),
        "kept": text("tie kept"),
        "dissolved": text("tie dissolved"),
        "not_compared": text("known in one wave only"),
    }
    present = [STATES[s] for s in STATES if any(s in tie[4] for tie in data["ties"])]
    line = '<svg viewBox="0 0 34 10" aria-hidden="true"><line x1="1" y1="5" x2="33" y2="5" class="{}"/></svg>'
    items = [(f"hn-change {s}", line.format(s), names[s]) for s in present]
    items.append(("hn-wave", line.format("plain"), text("tie")))
    dot = '<svg viewBox="-9 -9 18 18" aria-hidden="true">{}</svg>'
    items += [("", dot.format(shape_of(i, 6, "near")), group) for i, group in enumerate(data["groups"])]
    items.append(("", dot.format(shape_of(0, 6, "near")), text("local or provincial reach")))
    items.append(("", dot.format(shape_of(0, 6, "far")), text("regional reach or farther")))
    if any("1" in each[6] for each in data["organisations"]):
        ring = '<circle class="ring" r="8"/>' + shape_of(0, 5, "near")
        items.append(("silent", dot.format(ring), text("no answer: its own ties are unknown")))
    made = "".join(f'<li class="{css}">{icon} {html.escape(name)}</li>' for css, icon, name in items)
    state = " hn-compared" if data["pairs"] else ""
    return f'<ul class="hn-legend{state}">{made}</ul>'


def _list(data: dict, text: Translator) -> str:
    """The same ties as a table: for who cannot see the map, and for who looks one up."""
    names = [html.escape(each[0]) for each in data["organisations"]]
    kinds = [html.escape(kind) for kind in data["kinds"]]
    held = {
        c: html.escape(word)
        for c, word in zip("10u", (text("yes"), text("no"), text("unknown")), strict=True)
    }
    words = _words(data, text)
    state = {c: html.escape(words.get(c, "–")) for c in [*STATES, "-"]}
    head = [
        text("kind of tie"),
        text("organisation"),
        text("it names") if data["directed"] else text("tied to"),
        *data["waves"],
        *(_pair_name(data, pair, text) for pair in data["pairs"]),
    ]
    top = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in head)
    rows = "".join(
        f"<tr><td>{kinds[kind]}<td>{names[source]}<td>{names[target]}"
        + "".join(f"<td>{held[c]}" for c in waves)
        + "".join(f"<td>{state[c]}" for c in states)
        for kind, source, target, waves, states in data["ties"]
    )
    count = words["list"].replace("{n}", text.number(len(data["ties"]), 0))
    return (
        f'<details class="hn-list"><summary>{html.escape(count)}</summary><div class="hn-scroll" tabindex="0" '
        f'role="region" aria-label="{_safe(text("List of the ties"))}">'
        f"<table><thead><tr>{top}</thead><tbody>{rows}</tbody></table></div></details>"
    )
