"""Field observations, and the consultation of the social workers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from hubanalysis.instruments.workbook import write_workbook

__all__ = ["write_consultation", "write_observations"]

_OBSERVERS = ("Bandini R.", "Cioni M.", "Lorenzetti A.", "Peruzzi G.", "Salvadori E.")
_GRID = ("serenity", "mixing", "voice", "newcomers", "roles", "fit")
# Level at the start, change over the eight months of the programme, and how an experiment differs.
_LEVEL = (3.1, 2.5, 2.3, 3.6, 3.4, 3.1)
_TREND = (0.8, 1.2, 1.0, -0.9, 0.0, 0.5)
_EXPERIMENT = (0.4, 0.5, 0.5, -0.2, -0.2, 0.4)
_VISIT_SD, _OBSERVER_SD = 0.95, 0.50  # agreement of observers near .7

_NEEDS = ("n01", "n02", "n03", "n04", "n05", "n06", "n07", "n08", "n09", "n10")
# True worth (log odds of being put first), mean urgency and gravity of each need.
_WORTH = (1.5, 1.9, 1.1, 1.3, 0.6, 0.2, 0.9, 0.0, -0.3, -0.6)
_URGENCY = (3.7, 4.4, 3.6, 3.9, 3.2, 2.8, 3.7, 2.9, 2.8, 2.6)
_GRAVITY = (3.4, 4.1, 3.7, 4.0, 2.4, 2.9, 4.1, 2.9, 3.1, 4.8)
_GRAVE = "n10"
_SERVICES = ("Adulti", "Anziani", "Minori", "Salute mentale", "Segretariato")
_TERRITORIES = ("Senese", "Val d'Elsa", "Val di Chiana", "Amiata")
_VOTERS, _SECOND_ROUND = 24, 22


def write_observations(folder: Path, rng: np.random.Generator, programme: dict, words: dict) -> dict:
    """Write the observation forms: forty visits, twelve of them seen by two observers."""
    visits = []
    notes = {kind: iter(words[f"notes_{kind}"]) for kind in ("talk", "incursion", "experiment")}
    for activity in programme["activities"]:
        for session, date in enumerate((activity["date"], *activity.get("sessions", ())), start=1):
            told = [next(notes[activity["kind"]]), words["notes_second"].get(f"{activity['id']}.{session}")]
            visits.append((date, activity, [note for note in told if note]))
    visits.sort(key=lambda visit: (visit[0], visit[1]["id"]))
    begin, end = visits[0][0], visits[-1][0]
    rows = [["scheda", "codice incontro", "osservatore", "data", *_GRID, "note"]]
    for k, (date, activity, told) in enumerate(visits):
        time = (date - begin).days / (end - begin).days
        centre = np.array(_LEVEL) + time * np.array(_TREND) + rng.normal(0, _VISIT_SD, size=6)
        if activity["kind"] == "experiment":
            centre += np.array(_EXPERIMENT)
        observers = rng.permutation(len(_OBSERVERS))
        for observer, note in zip(observers, told, strict=False):
            marks = np.clip(np.rint(centre + rng.normal(0, _OBSERVER_SD, size=6)), 1, 5).astype(int)
            cells = [int(mark) if rng.random() > 0.01 else "" for mark in marks]
            rows.append(
                [
                    f"O{k + 1:02d}",
                    activity["id"],
                    _OBSERVERS[observer],
                    date.strftime("%d/%m/%Y"),
                    *cells,
                    note,
                ]
            )
    write_workbook(
        folder / "observations/observations.xlsx",
        {"schede": rows},
        widths={"schede": (8, 15, 16, 12, 10, 10, 10, 10, 10, 10, 90)},
    )
    return {
        "visits": len(visits),
        "visits_by_two_observers": len(words["notes_second"]),
        "rows": len(rows) - 1,
        "trend_over_the_programme": dict(zip(_GRID, _TREND, strict=True)),
        "standard_deviation": {"visit": _VISIT_SD, "observer": _OBSERVER_SD},
    }


def _ranking(rng: np.random.Generator, worth: np.ndarray, places: int) -> list[str]:
    """A ranking drawn from the Plackett-Luce model, cut after ``places``."""
    order = np.argsort(-(worth + rng.gumbel(size=len(worth))))
    return [_NEEDS[k] for k in order[:places]]


def write_consultation(folder: Path, rng: np.random.Generator, words: dict) -> dict:
    """Write the two rounds of the consultation; return the true order and the emergency that rises."""
    voters = [
        (f"AS{k + 1:02d}", _SERVICES[int(rng.integers(5))], _TERRITORIES[int(rng.integers(4))])
        for k in range(_VOTERS)
    ]
    opinion = rng.normal(0, 0.7, size=(_VOTERS, 10))
    own_urgency, own_gravity = rng.normal(0, 0.55, size=(2, _VOTERS, 10))
    grave, other = words["emergency_grave"], words["emergency_other"]
    named: dict[str, int] = {}
    for number, present, nearer, grave_ones, other_ones in (
        (1, _VOTERS, 1.0, grave[:2], other[:5]),
        (2, _SECOND_ROUND, 0.6, grave, other[5:]),
    ):
        who = np.sort(rng.permutation(_VOTERS)[:present])
        speakers = rng.permutation(present)[: len(grave_ones) + len(other_ones)]
        said = dict(zip(speakers.tolist(), [*grave_ones, *other_ones], strict=True))
        worth = np.array(_WORTH, dtype=float)
        gravity = np.array(_GRAVITY)
        if number == 2:
            worth[-1] += 0.5
        rows = [
            [
                "codice",
                "servizio",
                "territorio",
                *(f"posto_{k}" for k in range(1, 11)),
                *(f"urgenza_{n}" for n in _NEEDS),
                *(f"gravita_{n}" for n in _NEEDS),
                "emergenza",
            ]
        ]
        for k, v in enumerate(who):
            ranked = _ranking(rng, 1.6 * (worth + nearer * opinion[v]), int(rng.integers(3, 8)))
            urgency = np.array(_URGENCY) + (0.4 * (np.array(_NEEDS) == _GRAVE) if number == 2 else 0)
            marks = [
                np.clip(np.rint(centre + nearer * own[v] + rng.normal(0, 0.45, size=10)), 1, 5).astype(int)
                for centre, own in ((urgency, own_urgency), (gravity, own_gravity))
            ]
            cells = ["" if rng.random() < 0.02 else str(mark) for part in marks for mark in part]
            rows.append([*voters[v], *ranked, *[""] * (10 - len(ranked)), *cells, said.get(k, "")])
        named[f"round_{number}"] = len(grave_ones)
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=";", lineterminator="\n").writerows(rows)
        path = folder / f"consultation/round_{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    order = [_NEEDS[k] for k in np.argsort(-np.array(_WORTH))]
    return {
        "true_order": order,
        "true_worth": dict(zip(_NEEDS, _WORTH, strict=True)),
        "voters": {"round_1": _VOTERS, "round_2": _SECOND_ROUND},
        "rare_and_grave": {"need": _GRAVE, "named_in_free_text": named, "gravity": _GRAVITY[-1]},
    }
