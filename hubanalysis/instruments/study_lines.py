"""The lines of study.yaml that read back what the instruments collect, ready to paste."""

from __future__ import annotations

from collections.abc import Callable

from hubanalysis.instruments.consultation import ROUNDS, group_questions
from hubanalysis.instruments.material import Material
from hubanalysis.instruments.questionnaires import ABOUT, scales_of
from hubanalysis.instruments.roster import tie_prefix
from hubanalysis.instruments.xlsform import read_form, token

__all__ = ["study_lines"]

_MISSING = {"99": "not_answered", "98": "does_not_apply"}
_CONSENTED = {"consent": "yes"}
_HEAD = """\
# What to paste into study.yaml so that the exports of these forms are read. Export from KoboToolbox as XLS, with XML
# values and headers (labels are understood too), and save each file under the name given here, beside study.yaml.
# Where study.yaml has a block of this name already, put what is new into it. docs/instruments.md goes through it.
# Che cosa incollare in study.yaml perché le esportazioni di questi moduli siano lette. Da KoboToolbox si esporta in
# XLS, con valori e intestazioni XML (anche le etichette sono capite); ogni file si salva con il nome scritto qui,
# accanto a study.yaml. Se study.yaml ha già un blocco con questo nome, vi si aggiunge quello che è nuovo.
"""


def study_lines(material: Material, form: Callable[[str], str]) -> str:
    """The blocks ``instruments``, ``networks``, ``interviews``, ``observations`` and ``consultation`` as YAML.

    ``form`` gives, for the name of a form, its path as seen from the study's folder. A questionnaire that the study
    has already is not repeated.
    """
    own = {one.about for one in material.own}
    blocks: dict[str, object] = {}
    instruments = [_instrument(about, material, form) for about in ABOUT if about not in own]
    if instruments:
        blocks["instruments"] = instruments
    blocks["networks"] = {"directed": True, "ties": _ties(material, form("network"))}
    blocks["interviews"] = {
        "files": [f"interviews/*.{ending}" for ending in ("docx", "odt", "txt", "vtt")],
        "interviewer": ["INT"],
        "metadata": {"file": "interviews/register.xlsx", "where": _CONSENTED},
    }
    blocks["observations"] = {
        "file": "observations/observations.xlsx",
        "form": form("observation"),
        "grid": [
            {"id": item["name"], "label": _label(item), "area": item["area"], "range": list(item["range"])}
            for item in material.grid
        ],
    }
    blocks["consultation"] = {
        "needs": [
            {"id": name, "label": _label(need), **({"area": need["area"]} if need.get("area") else {})}
            for name, need in material.needs.items()
        ],
        "rounds": [_round(number, material, form(f"consultation_{number}")) for number in ROUNDS],
    }
    return "\n".join([_HEAD, *(_yaml({name: block}) for name, block in blocks.items())])


def _yaml(block: dict) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data):
            return True  # who pastes one block must not need another

    return yaml.dump(
        block, Dumper=Plain, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None
    )


def _label(words: dict) -> dict[str, str]:
    return {lang: words[lang] for lang in ("it", "en")}


def _instrument(about: str, material: Material, form: Callable[[str], str]) -> dict:
    exports = [
        {
            "wave": wave.id,
            "file": f"questionnaires/{about}_{token(wave.id)}.xlsx",
            "submitted": "_submission_time",
            "submission_id": "_uuid",
        }
        for wave in material.waves
    ]
    people = about == "people"
    code = [
        q["name"]
        for g in read_form("people")["survey"]
        if g.get("group") == "your_code"
        for q in g["questions"]
    ]
    return {
        "id": about,
        "about": about,
        "form": form(f"{about}_{token(material.waves[0].id)}"),
        "code": code if people else ["organisation"],
        **({"link": "tolerant"} if people else {}),
        "consent": {"item": "consent", "value": "yes"},
        **({"attributes": ["gender", "age_band", "municipality", "group"]} if people else {}),
        "missing": _MISSING,
        "exports": exports,
        "scales": scales_of(about),
    }


def _ties(material: Material, form: str) -> list[dict]:
    meaning = {"it": "quanto spesso, da 1 di rado a 3 spesso", "en": "how often, from 1 seldom to 3 often"}
    return [
        {
            "kind": kind,
            "wave": wave.id,
            "label": _label(label),
            "layout": "matrix",
            "file": f"networks/network_{token(wave.id)}.xlsx",
            "form": form,
            "prefix": tie_prefix(kind),
            "columns": {"source": "organisation"},
            "where": _CONSENTED,
            "empty_rows": "no_ties",
            "weights": {"meaning": meaning, "range": [1, 3]},
        }
        for kind, label in material.kinds.items()
        for wave in material.waves
    ]


def _round(number: int, material: Material, form: str) -> dict:
    return {
        "round": number,
        "file": f"consultation/round_{number}.xlsx",
        "form": form,
        "where": _CONSENTED,
        "voter": "codice",
        "groups": {group: question["name"] for group, question in group_questions(material).items()},
        "rank_prefix": "posto_",
        "urgency_prefix": "urgenza_",
        "gravity_prefix": "gravita_",
        "emergency": "emergenza",
        "missing": "manca",
    }
