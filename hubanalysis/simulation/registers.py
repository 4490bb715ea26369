"""The hub's registers (activities, attendance, organisations, what answers which need) and organisations' answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hubanalysis.instruments.workbook import write_workbook
from hubanalysis.simulation import answers as model
from hubanalysis.simulation.population import near_twin
from hubanalysis.simulation.questionnaires import Answered, Form, scale_answers, uuid_of, write_kobo

__all__ = ["Organisation", "organisations_of", "write_organisations", "write_registers"]

_ITEMS = {
    "wellbeing": "owb",
    "networks": "one",
    "management": "oma",
    "competences": "oco",
    "audience": "oau",
    "offer": "oof",
}


@dataclass(frozen=True)
class Organisation:
    short: str
    name: str
    kind: str
    municipality: str
    reach: str
    power: int
    steering: bool


def organisations_of(programme: dict, scale: int) -> list[Organisation]:
    """The programme's organisations, ``scale`` times over, each with a name of its own; one steering group only."""
    result = []
    for turn in range(scale):
        for short, name, kind, municipality, reach, power, steering in programme["organisations"]:
            if turn:
                short, name, steering = f"{short}{turn + 1}", f"{name} {turn + 1}", False
            result.append(Organisation(short, name, kind, municipality, reach, power, steering))
    return result


def write_registers(
    folder: Path, rng: np.random.Generator, programme: dict, organisations: list[Organisation], people: dict
) -> dict:
    """Write the registers; return what was planted in them."""
    places, activities = programme["municipalities"], programme["activities"]
    rows = [["codice", "tipo", "titolo", "data", "comune", "area"]]
    for a in activities:
        place = places[a["municipality"]]["name"]
        rows.append([a["id"], a["kind"], a["title"], a["date"], place, a["area"]])
    write_workbook(
        folder / "registers/activities.xlsx", {"attività": rows}, widths={"attività": (9, 12, 60, 12, 26, 14)}
    )

    came, own = people["came"], people["codes"]
    known = set(own)
    attendances = []
    for j, activity in enumerate(activities):
        present = np.flatnonzero(came[:, j])
        attendances += [(activity["id"], own[i]) for i in rng.permutation(present)]
    order = rng.permutation(len(attendances))
    wrong, twice = set(order[:5].tolist()), set(order[5:8].tolist())
    rows = [["codice personale", "codice incontro", "firma"]]
    for k, (activity, code) in enumerate(attendances):
        if k in wrong:
            code = near_twin(rng, code, avoid=known - {code})
        text = "-".join(code)
        rows += [[text.lower() if rng.random() < 0.05 else text, activity, "x"]] * (2 if k in twice else 1)
    write_workbook(folder / "registers/attendance.xlsx", {"presenze": rows}, widths={"presenze": (20, 16, 8)})

    rows = [["sigla", "nome", "tipo", "comune", "raggio", "livello", "cabina di regia", "consenso"]]
    consents = rng.random(len(organisations)) < 0.8
    for o, consents_too in zip(organisations, consents, strict=True):
        yes = "sì" if consents_too or o.steering else "no"
        steering = "sì" if o.steering else "no"
        rows.append([o.short, o.name, o.kind, o.municipality, o.reach, o.power, steering, yes])
    write_workbook(
        folder / "registers/organisations.xlsx",
        {"organizzazioni": rows},
        widths={"organizzazioni": (12, 40, 22, 24, 12, 9, 16, 10)},
    )
    _write_places(folder / "registers/places.csv", programme["places"])
    rows = [["bisogno", "codice incontro", "quanto"]]
    for need, strengths in programme["needs_activities"].items():
        rows += [[need, activity, strength] for activity, strength in sorted((strengths or {}).items())]
    write_workbook(folder / "registers/needs_activities.xlsx", {"bisogni": rows})
    return {
        "attendances": len(attendances),
        "attendance_codes_mistyped": len(wrong),
        "attendance_rows_twice": len(twice),
        "people_never_present": int((came.sum(axis=1) == 0).sum()),
    }


def _write_places(path: Path, places: dict[str, list[float]]) -> None:
    """Where the towns lie: the one register in which nothing is drawn or invented."""
    lines = [f"{name};{north:.4f};{east:.4f}" for name, (north, east) in places.items()]
    path.write_text("\n".join(["comune;latitudine;longitudine", *lines, ""]), encoding="utf-8", newline="")


def write_organisations(
    folder: Path, rng: np.random.Generator, organisations: list[Organisation], words: dict
) -> dict:
    """Write the organisations' questionnaires of both waves; return how many answered."""
    form = Form("organisations")
    n = len(organisations)
    traits = rng.normal(0, 0.3, size=(n, 1)) + rng.normal(0, 0.52, size=(n, 6))
    ticked = {"before": model.draw_items(rng, traits, "organisations", 3)}
    ticked["after"] = model.draw_items(rng, model.organisation_shift(rng, traits), "organisations", 3)
    size = {"association": 3.2, "partner": 3.4, "school": 2.6, "university": 3.6}
    level = np.array([size.get(o.kind, 2.0) for o in organisations]) + rng.normal(0, 0.7, size=n)
    events = np.maximum(1, np.rint(np.exp(rng.normal(2.3, 0.6, size=n))))
    drawn: dict = {}
    opens = {"before": datetime.datetime(2022, 2, 10, 9), "after": datetime.datetime(2022, 11, 9, 9)}
    for wave, silent in (("before", 3), ("after", 8)):
        answering = np.sort(rng.permutation(n)[silent * n // 52 :])
        scales = scale_answers(rng, ticked[wave][answering], _ITEMS, skipped=0.025)
        texts = words[f"org_change_{wave}"]
        writers = dict(zip(rng.permutation(len(answering)).tolist(), texts, strict=False))
        submissions = []
        for k, i in enumerate(answering):
            growth = 1.0 if wave == "before" else rng.lognormal(0.12, 0.2)
            held = int(max(0, rng.poisson(events[i] * growth)))
            start = opens[wave] + datetime.timedelta(
                days=int(rng.integers(0, 30)),
                seconds=int(rng.integers(0, 30000)),
                milliseconds=int(rng.integers(1000)),
            )
            answered = {
                "organisation": organisations[i].short,
                "role": str(
                    rng.choice(["president", "coordinator", "staff", "volunteer"], p=[0.35, 0.35, 0.2, 0.1])
                ),
                "volunteers": str(int(np.exp(level[i] + rng.normal(0, 0.1)))),
                "events_year": str(held),
                "audience_year": str(int(held * np.exp(rng.normal(3.3, 0.3)))),
                **scales[k],
                "open_change": writers.get(k, ""),
            }
            end = start + datetime.timedelta(seconds=int(rng.integers(400, 1600)))
            submissions.append(Answered(start, end, answered, uuid_of(rng)))
        submissions.sort(key=lambda one: one.end)
        write_kobo(folder / f"questionnaires/organisations_{wave}.xlsx", form, submissions, 204731100)
        drawn[wave] = answering
    both = set(drawn["before"].tolist()) & set(drawn["after"].tolist())
    return {"asked": n, "before": len(drawn["before"]), "after": len(drawn["after"]), "both": len(both)}
