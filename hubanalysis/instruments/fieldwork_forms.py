"""The grid of observation, and the register of interviews that shows the guides."""

from __future__ import annotations

from hubanalysis.instruments.material import Material
from hubanalysis.instruments.xlsform import read_form, token

__all__ = ["interviews_form", "observation_form"]


def _id(material: Material, name: str) -> str:
    return f"{token(material.id)}_{name}" if material.id else name


def observation_form(material: Material) -> dict:
    """The grid with the study's own items and, where it has a register, its activities as choices.

    An item may be marked on whole numbers between the ends of its range; where these are not 1 and 5 the ends are said
    in the question.
    """
    form = read_form("observation")
    hints = {q["name"]: q for entry in form["survey"] for q in entry.get("questions", ())}
    choices, survey = dict(form["choices"]), []
    for entry in form["survey"]:
        if entry.get("name") == "activity" and material.activities:
            choices["activity"] = {token(name): label for name, label in material.activities.items()}
            entry = {**entry, "type": "select_one activity"}
        if entry.get("group") == "grid":
            entry = {**entry, "questions": [_item(item, hints, choices) for item in material.grid]}
        survey.append(entry)
    head = [{"name": "start", "type": "start"}, {"name": "end", "type": "end"}]
    return {**form, "id": _id(material, "observation"), "choices": choices, "survey": [*head, *survey]}


def _item(item: dict, hints: dict, choices: dict) -> dict:
    known = hints.get(item["name"], {})
    question = {"name": item["name"], "it": item["it"], "en": item["en"]}
    question |= {f"hint_{lang}": known.get(f"hint_{lang}", "") for lang in ("it", "en")}
    low, high = item["range"]
    if (low, high) == (1, 5):
        return {**question, "appearance": "likert"}
    listed = f"mark_{low:g}_{high:g}".replace(".", "_").replace("-", "minus")
    if float(low).is_integer() and float(high).is_integer() and high - low <= 10:
        choices[listed] = {str(k): str(k) for k in range(int(low), int(high) + 1)}
        return {**question, "type": f"select_one {listed}"}
    return {
        **question,
        "type": "decimal",
        "constraint": f". >= {low:g} and . <= {high:g}",
        "message_it": f"Un numero da {low:g} a {high:g}",
        "message_en": f"A number from {low:g} to {high:g}",
    }


def interviews_form(material: Material) -> dict:
    """The register of interviews: who (never the name), when, where, consent first; then the guide of the group, to
    be read on the screen. No answer is written into it: what is said stands in the transcript."""
    words = read_form("interviews")
    register = words["register"]
    consented = "${consent} = 'yes'"
    survey = [
        {"name": "start", "type": "start"},
        {"name": "end", "type": "end"},
        {"name": "group", "type": "select_one group", "required": True, **register["group"]},
    ]
    for group, guide in words["guides"].items():
        survey.append(
            {
                "name": f"read_{group}",
                "type": "note",
                "relevant": f"${{group}} = '{group}'",
                **guide["consent"],
            }
        )
    name = {"constraint": "regex(., '^[A-Za-z0-9_-]{1,20}$')", **register["interview"]}
    date = {"constraint": ". <= today()", **register["date"]}
    survey += [
        {"name": "consent", "type": "select_one yes_no", "required": True, **words["consent"]},
        {"name": "interview", "type": "text", "required": True, "relevant": consented, **name},
        {"name": "date", "type": "date", "required": True, "relevant": consented, **date},
        {"name": "municipality", "type": "text", "relevant": consented, **register["municipality"]},
    ]
    for group, guide in words["guides"].items():
        for s, section in enumerate(guide["sections"], start=1):
            notes = [
                {
                    "name": f"{group}_{s}_{q}",
                    "it": question["it"],
                    "en": question["en"],
                    **{f"hint_{lang}": " – ".join(question[f"probes_{lang}"]) for lang in ("it", "en")},
                }
                for q, question in enumerate(section["questions"], start=1)
            ]
            survey.append(
                {
                    "group": f"{group}_{s}",
                    "type": "note",
                    "relevant": f"${{group}} = '{group}' and {consented}",
                    **section["title"],
                    "questions": notes,
                }
            )
        survey.append(
            {
                "name": f"thanks_{group}",
                "type": "note",
                "relevant": f"${{group}} = '{group}' and {consented}",
                **guide["closing"],
            }
        )
    groups = {group: guide["choice"] for group, guide in words["guides"].items()}
    return {
        "id": _id(material, "interviews"),
        "title": words["title"],
        "version": words["version"],
        "choices": {**words["choices"], "group": groups},
        "survey": survey,
    }
