"""The simulated people of a hub: who they are, the code they write, what they come to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["People", "attend", "codes", "draw_people", "near_twin"]

GROUPS = {"citizen": 0.38, "student": 0.24, "worker": 0.23, "volunteer": 0.15}
AGES = ("14_17", "18_29", "30_44", "45_64", "65_plus")
# share of each age band within a group
_AGE_OF = {
    "citizen": (0.0, 0.10, 0.22, 0.34, 0.34),
    "student": (0.36, 0.58, 0.05, 0.01, 0.0),
    "worker": (0.0, 0.14, 0.45, 0.40, 0.01),
    "volunteer": (0.02, 0.16, 0.14, 0.30, 0.38),
}
_GENDERS = {"female": 0.58, "male": 0.37, "other": 0.02, "no_answer": 0.03}

# First letters of women's names and of municipalities in Tuscany, last letters of first names, older siblings.
_MOTHER = dict(
    zip("AMLGSRCPFEDBVNTOIZ", (14, 16, 9, 10, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 2, 1, 2, 1), strict=True)
)
_TOWN = dict(zip("SPCMFAGRTNBLVKOE", (28, 13, 12, 10, 10, 7, 3, 4, 3, 3, 2, 2, 1, 0.5, 0.5, 1), strict=True))
_LAST = {
    "female": {"A": 80, "E": 12, "I": 3, "H": 1, "N": 2, "L": 2},
    "male": {"O": 58, "E": 18, "A": 14, "L": 4, "N": 3, "K": 3},
}
_SIBLINGS = (0.46, 0.31, 0.14, 0.06, 0.03)

# How far a group and an age band come to a kind of activity (log odds), and the pull of nearness.
_COMES = {
    "talk": {"citizen": -0.2, "student": 0.5, "worker": 0.5, "volunteer": 0.2},
    "incursion": {"citizen": 0.2, "student": -0.1, "worker": -0.5, "volunteer": 0.4},
    "experiment": {"citizen": 0.3, "student": -0.2, "worker": -0.2, "volunteer": 0.5},
}
_AGE_COMES = {"14_17": -0.5, "18_29": -0.1, "30_44": -0.4, "45_64": 0.1, "65_plus": 0.5}
_BASE, _SAME_PLACE, _SAME_ZONE, _OWN = -2.15, 1.3, 0.8, 0.75


@dataclass
class People:
    """People as arrays of the same length; ``traits`` has a column for each of the six areas."""

    gender: np.ndarray
    age_band: np.ndarray
    group: np.ndarray
    municipality: np.ndarray
    zone: np.ndarray
    traits: np.ndarray

    def __len__(self) -> int:
        return len(self.gender)


def _choose(rng: np.random.Generator, weights: dict, size: int) -> np.ndarray:
    share = np.array(list(weights.values()), dtype=float)
    return np.array(list(weights))[rng.choice(len(share), size=size, p=share / share.sum())]


def draw_people(rng: np.random.Generator, n: int, municipalities: dict) -> People:
    """``n`` people; their six traits share one factor, so that the areas correlate at about .3."""
    group = _choose(rng, GROUPS, n)
    age_band = np.empty(n, dtype="U8")
    for name, shares in _AGE_OF.items():
        here = group == name
        age_band[here] = _choose(rng, dict(zip(AGES, shares, strict=True)), int(here.sum()))
    gender = _choose(rng, _GENDERS, n)
    municipality = _choose(rng, {name: place["weight"] for name, place in municipalities.items()}, n)
    zone = np.array([municipalities[name]["zone"] for name in municipalities])[
        np.searchsorted(np.array(sorted(municipalities)), municipality)
    ]
    common = rng.normal(0, 0.40, size=(n, 1))
    traits = common + rng.normal(0, 0.62, size=(n, 6))
    return People(gender, age_band, group, municipality, zone, traits)


def attend(
    rng: np.random.Generator, people: People, activities: list[dict], municipalities: dict
) -> np.ndarray:
    """Who comes to what: a boolean array, people x activities."""
    own = rng.normal(0, _OWN, size=len(people)) + np.vectorize(_AGE_COMES.get)(people.age_band)
    odds = np.empty((len(people), len(activities)))
    for j, activity in enumerate(activities):
        place = activity["municipality"]
        odds[:, j] = _BASE + activity["draw"] + np.vectorize(_COMES[activity["kind"]].get)(people.group)
        odds[:, j] += np.where(
            people.municipality == place,
            _SAME_PLACE,
            np.where(people.zone == municipalities[place]["zone"], _SAME_ZONE, 0.0),
        )
    return rng.random(odds.shape) < 1 / (1 + np.exp(-(odds + own[:, None])))


def codes(rng: np.random.Generator, gender: np.ndarray, *, taken: set[tuple] = frozenset()) -> list[tuple]:
    """A personal code of six elements for each person, each different from every other and from ``taken``."""
    seen, result = set(taken), []
    for kind in gender:
        while True:
            last = _LAST[str(kind) if kind in _LAST else ("female", "male")[int(rng.random() < 0.5)]]
            code = (
                str(_choose(rng, _MOTHER, 1)[0]),
                f"{rng.integers(1, 32):02d}",
                str(_choose(rng, _TOWN, 1)[0]),
                str(rng.choice(5, p=_SIBLINGS)),
                str(_choose(rng, last, 1)[0]),
                f"{rng.integers(1, 13):02d}",
            )
            if code not in seen:
                break
        seen.add(code)
        result.append(code)
    return result


def near_twin(
    rng: np.random.Generator, code: tuple, *, element: int | None = None, avoid: set[tuple] = frozenset()
) -> tuple:
    """``code`` with one element written wrong, two or more elements away from each code of ``avoid``."""
    while True:
        i = int(rng.integers(6)) if element is None else element
        wrong = {
            0: str(rng.choice(list("AMLGSRCPFED"))),
            1: f"{rng.integers(1, 32):02d}",
            2: str(rng.choice(list("SPCMFAGRT"))),
            3: str(rng.integers(0, 5)),
            4: str(rng.choice(list("AOEI"))),
            5: f"{rng.integers(1, 13):02d}",
        }[i]
        new = (*code[:i], wrong, *code[i + 1 :])
        if new != code and all(sum(a != b for a, b in zip(new, other, strict=True)) > 1 for other in avoid):
            return new
