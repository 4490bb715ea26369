"""What is printed of each instrument: the data the page templates take."""

from __future__ import annotations

from hubanalysis.instruments.material import Material, OwnForm
from hubanalysis.instruments.page_words import WORDS
from hubanalysis.instruments.printable import page_blocks
from hubanalysis.instruments.roster import kind_question
from hubanalysis.instruments.xlsform import read_form

__all__ = ["card_page", "form_page", "guide_page", "own_page", "roster_page"]

#: More kinds of tie than this do not fit side by side on a page.
_KINDS_ABREAST = 4


def _page(material: Material, lang: str, title: str, blocks: list[dict], subtitle: str = "") -> dict:
    study = material.title[lang]
    return {
        "title": title,
        "subtitle": subtitle,
        "study": study,
        "foot": f"{title} · {study}" if study not in title else title,
        "lang": lang,
        "words": WORDS[lang],
        "blocks": blocks,
    }


def form_page(
    material: Material,
    lang: str,
    title: str,
    sheets: dict[str, list[dict]],
    *,
    wave: str = "",
    consent: str = "consent",
) -> dict:
    """A form as it is filled in on paper; see :func:`hubanalysis.instruments.printable.page_blocks`."""
    blocks = page_blocks(sheets, lang, wave=wave, consent=consent, otherwise=material.language)
    return _page(material, lang, title, blocks)


def own_page(material: Material, lang: str, own: OwnForm) -> dict:
    """A questionnaire of the study's own on paper; the wave is ticked by who hands it out."""
    title = read_form(own.about)["title"][lang]
    blocks = page_blocks(own.sheets, lang, consent=own.consent, otherwise=material.language)
    waves = {
        "kind": "waves",
        "text": WORDS[lang]["wave"],
        "items": [wave.label[lang] for wave in material.waves],
    }
    return _page(material, lang, title, [*([waves] if len(material.waves) > 1 else []), *blocks])


def roster_page(material: Material, lang: str, title: str, sheets: dict[str, list[dict]]) -> dict:
    """The roster on paper: one line an organisation, for each kind of tie the strength to be marked.

    The questions on whom one has to do with, and on each of these, are one table here.
    """
    words = read_form("network")
    survey, inside = [], False
    for row in sheets["survey"]:
        inside = inside or row["type"] == "begin_group"
        if row["name"] == "organisation":
            row = {**row, "type": "text"}  # the table below has them all
        if row["name"] != "partners" and not inside:
            survey.append(row)
        inside = inside and row["type"] != "end_group"
    blocks = page_blocks({**sheets, "survey": survey}, lang)
    asked = [kind_question(kind, label, short=True)[lang] for kind, label in material.kinds.items()]
    tables = [
        {
            "kind": "roster",
            "text": words["table"][lang],
            "columns": asked[k : k + _KINDS_ABREAST],
            "marks": list(words["choices"]["strength"]),
            "rows": list(material.organisations.values()),
        }
        for k in range(0, len(asked), _KINDS_ABREAST)
    ]
    last = blocks.pop() if blocks and blocks[-1]["kind"] == "note" else None
    return _page(material, lang, title, [*blocks, *tables, *([last] if last else [])])


def guide_page(material: Material, lang: str, group: str) -> dict:
    """The guide of one group of interviewees: what to do before, words of consent, questions with probes, closing."""
    words, say = read_form("interviews"), WORDS[lang]
    guide = words["guides"][group]
    before, after = words["before_you_begin"], words["after_you_end"]
    blocks: list[dict] = [
        {"kind": "facts", "items": [say["interview"], say["date"]]},
        {"kind": "list", "text": before["title"][lang], "items": before[lang]},
        {"kind": "boxed", "text": say["consent"], "paragraphs": [guide["consent"][lang]], "tick": say["yes"]},
    ]
    for section in guide["sections"]:
        questions = [{"text": q[lang], "probes": q[f"probes_{lang}"]} for q in section["questions"]]
        blocks.append({"kind": "section", "text": section["title"][lang], "questions": questions})
    blocks += [
        {"kind": "boxed", "text": say["closing"], "paragraphs": [guide["closing"][lang]]},
        {"kind": "list", "text": after["title"][lang], "items": after[lang]},
    ]
    subtitle = say["minutes"].format(n=guide["minutes"])
    return _page(material, lang, guide["title"][lang], blocks, subtitle[0].upper() + subtitle[1:])


def card_page(material: Material, lang: str) -> dict:
    """The dialogue cards: how to use them, then four on a sheet, fronts and backs."""
    words = read_form("cards")
    cards = [{key: card[key][lang] for key in ("theme", "front", "back")} for card in words["cards"]]
    return {**_page(material, lang, words["title"][lang], []), "how": words["how"][lang], "cards": cards}
