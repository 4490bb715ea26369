"""The consultation of social workers, a form for each of its two rounds."""

from __future__ import annotations

from hubanalysis.instruments.material import Material
from hubanalysis.instruments.xlsform import read_form, token

__all__ = ["GROUPS", "ROUNDS", "collective_order", "consultation_form", "group_questions"]

ROUNDS = (1, 2)
#: What voters are told apart by where the study does not say.
GROUPS = ("service", "territory")
_MOST_PLACES = 10


def collective_order(material: Material, language: str) -> list[str]:
    """The order of round 1 as lines to be read, ties at the same place; empty where there is none."""
    return [f"{place}. {material.needs[need][language]}" for place, need in material.order]


def group_questions(material: Material) -> dict[str, dict]:
    """What voters are told apart by: the question of each group, with its ``choices`` where they are known.

    An earlier round's own answers come first; else this project's list; else the answer is written.
    """
    words = read_form("consultation")["groups"]
    found = {}
    for group in material.groups or dict.fromkeys(GROUPS, ()):
        known = words.get(group, {"name": token(group), "it": group, "en": group})
        given = {token(value): value for value in material.groups.get(group, ())}
        found[group] = {
            "name": known["name"],
            "it": known["it"],
            "en": known["en"],
            "choices": given or known.get("choices", {}),
        }
    return found


def consultation_form(material: Material, round_: int) -> dict:
    """One round: consent, code, groups; needs ranked (place by place, none twice), rated for urgency and gravity; an
    emergency and a need that is missing, in free text. The second shows the collective order of the first."""
    words = read_form("consultation")
    ask = words["questions"]
    needs = {token(name): {"it": need["it"], "en": need["en"]} for name, need in material.needs.items()}
    consented = "${consent} = 'yes'"
    code = {**ask["codice"], "constraint": "regex(., '^[A-Za-z0-9]{4,12}$')"}
    survey: list[dict] = [
        {"name": "start", "type": "start"},
        {"name": "end", "type": "end"},
        {"name": "consent", "type": "select_one yes_no", "required": True, **words["consent"]},
        {"name": "codice", "type": "text", "required": True, "relevant": consented, **code},
    ]
    choices = {**words["choices"], "need": needs}
    for group, question in group_questions(material).items():
        listed, asked = question["choices"], {k: question[k] for k in ("name", "it", "en")}
        if listed:
            choices[token(group)] = listed
        kind = f"select_one {token(group)}" if listed else "text"
        survey.append({**asked, "type": kind, "required": True, "relevant": consented})
    if round_ > 1 and material.order:
        told = {
            lang: "\n".join([words["order"][lang], *collective_order(material, lang)])
            for lang in ("it", "en")
        }
        survey.append({"name": "ordine", "type": "note", "relevant": consented, **told})
    survey.append(_ranking(ask, min(len(needs), _MOST_PLACES), consented))
    for name in ("urgenza", "gravita"):
        rated = [{"name": f"{name}_{need}", "appearance": "likert", **label} for need, label in needs.items()]
        survey.append(
            {
                "group": name,
                "type": "select_one mark",
                "relevant": consented,
                **ask[name],
                "questions": rated,
            }
        )
    for name in ("emergenza", "manca"):
        survey.append(
            {"name": name, "type": "text", "appearance": "multiline", "relevant": consented, **ask[name]}
        )
    opening = words["opening"][str(round_)]
    if round_ > 1 and not material.order:
        opening = {lang: _without_order(text) for lang, text in opening.items()}
    prefix = f"{token(material.id)}_" if material.id else ""
    title = {"it": f"{words['title']['it']}: giro {round_}", "en": f"{words['title']['en']}: round {round_}"}
    return {
        "id": f"{prefix}consultation_{round_}",
        "title": title,
        "version": words["version"],
        "opening": opening,
        "closing": words["closing"],
        "choices": choices,
        "survey": survey,
    }


def _ranking(ask: dict, places: int, consented: str) -> dict:
    questions = []
    for k in range(1, places + 1):
        label = {lang: ask["posto"][lang].format(k=k) for lang in ("it", "en")}
        question = {"name": f"posto_{k}", "appearance": "minimal", **label, "required": k <= min(3, places)}
        if k > 1:
            question |= {
                "relevant": f"${{posto_{k - 1}}} != ''",
                "constraint": " and ".join(f". != ${{posto_{j}}}" for j in range(1, k)),
                "message_it": ask["posto"]["message_it"],
                "message_en": ask["posto"]["message_en"],
            }
        questions.append(question)
    return {
        "group": "graduatoria",
        "type": "select_one need",
        "relevant": consented,
        **ask["graduatoria"],
        "questions": questions,
    }


def _without_order(text: str) -> str:
    """The opening of the second round where no order of the first is known: its first sentence."""
    return text.split(". ", 1)[0] + "."
