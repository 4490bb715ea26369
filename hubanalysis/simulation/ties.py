"""The ties among organisations in two waves: what is true, and what those who answer tell of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from hubanalysis.simulation.registers import Organisation

__all__ = ["write_ties"]

_FAR = ("regional", "national", "european")
# How ready a kind of tie is to exist (log odds), how seldom who has one tells it not, and how many break.
_KINDS = {
    "collaboration": (-3.15, 0.12, 0.22),
    "information": (-2.9, 0.20, 0.25),
    "referral": (-4.9, 0.08, 0.18),
}
# Log odds of a new tie in the year of the programme: far ends gain more than near ones.
_FORMS_SHORT, _FORMS_LONG = 0.05, 0.65
_RECEIVES = ("social_services", "public_administration", "association")


def _log_odds(organisations: list[Organisation], own: np.ndarray) -> np.ndarray:
    kind = np.array([o.kind for o in organisations])
    place = np.array([o.municipality for o in organisations])
    steering = np.array([o.steering for o in organisations])
    far = np.array([o.reach in _FAR for o in organisations])
    partner = kind == "partner"
    odds = own[:, None] + own[None, :]
    odds += 0.5 * (kind[:, None] == kind[None, :]) * ~(partner[:, None] & partner[None, :])
    odds += 1.2 * (place[:, None] == place[None, :])
    odds += 0.8 * (steering[:, None].astype(int) + steering[None, :])
    odds -= 0.7 * (far[:, None] | far[None, :])
    odds -= 0.5 * (partner[:, None] & partner[None, :])
    return odds


def write_ties(folder: Path, rng: np.random.Generator, organisations: list[Organisation], scale: int) -> dict:
    """Write the ties of both waves and who answered; return the true ties and what was planted."""
    n = len(organisations)
    short = [o.short for o in organisations]
    far = np.array([o.reach in _FAR for o in organisations])
    long = far[:, None] | far[None, :]
    odds = _log_odds(organisations, rng.normal(0, 0.45, size=n)) - np.log(scale)
    receives = np.array([o.kind in _RECEIVES for o in organisations])
    helps = np.array([o.kind in ("social_services", "association") for o in organisations])
    truth: dict = {"definition": "long: at least one end reaches the region or farther"}
    told: dict[str, list[list]] = {"before": [], "after": []}
    missing = {
        wave: np.sort(rng.choice(n, size=k * scale, replace=False))
        for wave, k in (("before", 8), ("after", 9))
    }
    for kind, (base, silent, breaks) in _KINDS.items():
        extra = 1.6 * (receives[None, :] & helps[:, None]) - 1.5 * far[None, :] if kind == "referral" else 0.0
        chance = 1 / (1 + np.exp(-(odds + base + extra)))
        draw = rng.random((n, n))
        if kind == "collaboration":  # is of both sides; each side may forget to tell
            draw = np.triu(draw) + np.triu(draw, 1).T
        before = draw < chance
        gain = np.where(long, _FORMS_LONG, _FORMS_SHORT)
        forming = 1 / (1 + np.exp(-(odds + base + extra - 1.1 + gain)))
        fate = rng.random((2, n, n))
        if kind == "collaboration":
            fate = np.triu(fate) + np.transpose(np.triu(fate, 1), (0, 2, 1))
        kept = before & (fate[0] > breaks)
        after = kept | (~before & (fate[1] < forming))
        ties = {"before": before, "after": after}
        off = ~np.eye(n, dtype=bool)
        truth[kind] = {
            "before": {"ties": int((before & off).sum()), "long": int((before & long & off).sum())},
            "after": {"ties": int((after & off).sum()), "long": int((after & long & off).sum())},
            "formed": {
                "short": int((after & ~before & ~long & off).sum()),
                "long": int((after & ~before & long & off).sum()),
            },
            "dissolved": {
                "short": int((before & ~after & ~long & off).sum()),
                "long": int((before & ~after & long & off).sum()),
            },
        }
        strength = rng.choice([1, 2, 3], size=(n, n), p=[0.3, 0.45, 0.25])
        for wave, matrix in ties.items():
            heard = matrix & off & (rng.random((n, n)) > silent)
            heard[missing[wave]] = False
            told[wave] += [[kind, short[i], short[j], int(strength[i, j])] for i, j in np.argwhere(heard)]
    for wave, rows in told.items():
        loop = rows[int(rng.integers(len(rows)))]
        rows.insert(len(rows) // 3, [loop[0], loop[1], loop[1], loop[3]])
        for k in rng.choice(len(rows), size=2, replace=False):
            if rows[k][1] != rows[k][2]:
                rows.append(list(rows[k]))
        _write(folder / f"networks/ties_{wave}.csv", [["tipo", "da", "a", "intensita"], *rows])
    answered = [["rilevazione", "sigla", "ha risposto"]]
    for wave, silent_ones in missing.items():
        answered += [[wave, name, "no" if i in silent_ones else "sì"] for i, name in enumerate(short)]
    _write(folder / "networks/respondents.csv", answered)
    truth["did_not_answer"] = {wave: len(silent_ones) for wave, silent_ones in missing.items()}
    truth["self_loops_planted"] = {wave: sum(r[1] == r[2] for r in rows) for wave, rows in told.items()}
    truth["duplicates_planted"] = {
        wave: len(rows) - len({tuple(r[:3]) for r in rows}) for wave, rows in told.items()
    }
    return truth


def _write(path: Path, rows: list[list]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\n").writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
