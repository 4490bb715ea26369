"""The questionnaires for people and for organisations, wave by wave."""

from __future__ import annotations

from hubanalysis.instruments.material import Material, WaveOf
from hubanalysis.instruments.xlsform import read_form, token

__all__ = ["ABOUT", "scales_of", "wave_form"]

#: Who the questionnaires of this project are about.
ABOUT = ("people", "organisations")
_LATER = ("after", "follow_up")


def wave_form(about: str, material: Material, wave: WaveOf) -> dict:
    """The questionnaire of one wave. All waves have the same questions, so that one reading serves them all; those of
    a later moment are asked only then: the wave stands in the form, filled in and not to be changed."""
    form, later = read_form(about), read_form(f"{about}_later")
    choices = {
        **form["choices"],
        **later["choices"],
        "wave": {token(w.id): w.label for w in material.waves},
    }
    head = [entry for entry in form["survey"] if entry.get("type") in ("start", "end")]
    body = [entry for entry in form["survey"] if entry not in head]
    asked = {
        "name": "wave",
        "type": "select_one wave",
        "it": "Rilevazione",
        "en": "Wave",
        "default": token(wave.id),
        "read_only": True,
    }
    if "consent" in later:
        body = [later["consent"], *(_if(entry, "${consent} = 'yes'") for entry in body)]
    if about == "organisations" and material.organisations:
        choices["organisation"] = {
            token(name): f"{label} ({name})" for name, label in material.organisations.items()
        }
        body = [_with_register(entry) for entry in body]
    modules = []
    for moment in _LATER:
        waves = [w for w in material.waves if w.moment == moment]
        condition = " or ".join(f"${{wave}} = '{token(w.id)}'" for w in waves)
        if len(waves) > 1:
            condition = f"({condition})"
        condition = f"${{consent}} = 'yes' and {condition}"
        modules += [_if(entry, condition) for entry in later[moment]] if waves else []
    return {
        **form,
        "id": "_".join(filter(None, (token(material.id) if material.id else "", about, token(wave.id)))),
        "title": {lang: f"{form['title'][lang]}: {wave.label[lang]}" for lang in ("it", "en")},
        "version": "2026.1",
        "choices": choices,
        "survey": [*head, asked, *body[:-1], *modules, body[-1]],
    }


def _if(entry: dict, condition: str) -> dict:
    own = entry.get("relevant", "")
    return {**entry, "relevant": f"({condition}) and ({own})" if own else condition}


def _with_register(entry: dict) -> dict:
    """The question for the organisation, as a choice from the register."""
    if entry.get("group") != "identity":
        return entry
    asked = {
        "name": "organisation",
        "type": "select_one organisation",
        "it": "Qual è la vostra organizzazione?",
        "en": "Which is your organisation?",
        "required": True,
    }
    rest = [question for question in entry["questions"] if question["name"] != "organisation"]
    return {**entry, "questions": [asked, *rest]}


def scales_of(about: str) -> list[dict]:
    """The scales of this project's questionnaire, as study.yaml declares them: one for each of the six areas."""
    form = read_form(about)
    groups = {entry["group"]: entry for entry in form["survey"] if "group" in entry}
    return [
        {
            "id": name,
            "label": {"it": scale["it"], "en": scale["en"]},
            "area": scale.get("area", name),
            "items": [question["name"] for question in groups[name]["questions"]],
            **({"reversed": scale["reversed"]} if scale.get("reversed") else {}),
            "range": [1, 5],
            "least": form["least"],
            "primary": True,
        }
        for name, scale in form["scales"].items()
    ]
