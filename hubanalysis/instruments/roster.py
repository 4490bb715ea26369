"""The network roster: the organisations of the study as choices, a strength for each kind of tie."""

from __future__ import annotations

from hubanalysis.instruments.material import Material
from hubanalysis.instruments.xlsform import read_form, token

__all__ = ["kind_question", "network_form", "tie_prefix"]


def tie_prefix(kind: str) -> str:
    """What the columns of one kind of tie begin with; the rest is the organisation that is named."""
    return f"{token(kind)}__"


def kind_question(kind: str, label: dict[str, str], short: bool = False) -> dict[str, str]:
    """How often there is a tie of this kind, as a question in both languages; ``short`` for the head of a column."""
    words = read_form("network")
    known = words["kinds"].get(kind)
    if short:
        return {lang: known[f"short_{lang}"] if known else label[lang] for lang in ("it", "en")}
    if known:
        return {lang: known[lang] for lang in ("it", "en")}
    return {lang: words["otherwise"][lang].format(kind=label[lang]) for lang in ("it", "en")}


def network_form(material: Material) -> dict:
    """The roster as a form: who answers, whom it has to do with, and for each of those how often, kind by kind.

    The strength of a tie is the answer to ``<kind>__<organisation>``, 1 to 3; who was not ticked has no tie.
    """
    words = read_form("network")
    listed = {token(name): f"{label} ({name})" for name, label in material.organisations.items()}
    consented = "${consent} = 'yes'"
    survey = [
        {"name": "start", "type": "start"},
        {"name": "end", "type": "end"},
        {"name": "consent", "type": "select_one yes_no", "required": True, **words["consent"]},
        {
            "name": "organisation",
            "type": "select_one organisation",
            "required": True,
            "relevant": consented,
            **words["organisation"],
        },
        {
            "name": "partners",
            "type": "select_multiple organisation",
            "relevant": consented,
            "constraint": "not(selected(., ${organisation}))",
            **words["partners"],
        },
    ]
    for kind, label in material.kinds.items():
        questions = [
            {
                "name": f"{tie_prefix(kind)}{name}",
                "it": text,
                "en": text,
                "relevant": f"selected(${{partners}}, '{name}')",
            }
            for name, text in listed.items()
        ]
        survey.append(
            {
                "group": f"ties_{token(kind)}",
                "type": "select_one strength_of_tie",
                "relevant": "${partners} != ''",
                **kind_question(kind, label),
                "questions": questions,
            }
        )
    strength = {"0": words["never"], **words["choices"]["strength"]}
    return {
        **{key: words[key] for key in ("title", "version", "opening", "closing")},
        "id": f"{token(material.id)}_network" if material.id else "network",
        "choices": {
            "yes_no": words["choices"]["yes_no"],
            "organisation": listed,
            "strength_of_tie": strength,
        },
        "survey": survey,
    }
