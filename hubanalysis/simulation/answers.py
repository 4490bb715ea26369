"""What people and organisations answer: latent traits, items of five points, a planted change, and who leaves.

An answer is a trait plus the item's own level plus noise, rounded to the nearest of the five points. Between the waves
the trait shifts; how far, on average, on the scale that the questionnaire observes, is the truth of the study. It is
computed with the same functions on a population far larger than the study (``expected_change``).
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "AREAS",
    "SHIFTS",
    "draw_items",
    "expected_change",
    "organisation_shift",
    "shifted",
    "stay_probability",
]

AREAS = ("wellbeing", "networks", "management", "competences", "audience", "offer")

# Levels of the six areas before, and the latent shifts that give the planted change on the observed scale.
LEVELS = {"people": (3.35, 2.85, 3.30, 3.20, 3.10, 2.95), "organisations": (3.5, 3.0, 3.2, 3.1, 2.9, 3.2)}
SHIFTS = {
    "people": (0.346, 0.442, -0.270, 0.338, 0.222, 0.0),
    "organisations": (0.228, 0.427, 0.0, 0.321, 0.265, -0.211),
}
_OFFSETS = (-0.15, 0.10, 0.20, -0.15)
_NOISE = 0.85
_OWN_CHANGE = 0.35

# The shift grows with the activities attended (a share of itself for each standard deviation) in four areas.
_DOSE = np.array([0.35, 0.35, 0.0, 0.35, 0.35, 0.0])
DOSE_MEAN, DOSE_SD = 4.7, 3.2
# People of 65 and more gain more in wellbeing, the others a little less, so that the mean stays.
_OLDER_GAIN = 0.22

_AGE_STAYS = {"14_17": -0.65, "18_29": -0.35, "30_44": 0.0, "45_64": 0.15, "65_plus": 0.25}
_STAYS, _STAYS_WELL, _STAYS_DOSE = 1.2, 0.60, 0.16


def draw_items(
    rng: np.random.Generator, traits: np.ndarray, about: str, items: int, reversed_items: tuple[int, ...] = ()
) -> np.ndarray:
    """Answers 1 to 5: an array respondents x areas x items (integers). Reversed items are as ticked, not turned."""
    centre = traits[:, :, None] + np.array(LEVELS[about])[None, :, None] + np.array(_OFFSETS[:items])
    answers = np.clip(np.rint(centre + rng.normal(0, _NOISE, size=centre.shape)), 1, 5).astype(np.int8)
    for j in reversed_items:
        answers[:, :, j] = 6 - answers[:, :, j]
    return answers


def score(answers: np.ndarray, reversed_items: tuple[int, ...] = ()) -> np.ndarray:
    """Mean score of each area: respondents x areas."""
    right = answers.astype(float)
    for j in reversed_items:
        right[:, :, j] = 6 - right[:, :, j]
    return right.mean(axis=2)


def shifted(
    rng: np.random.Generator, traits: np.ndarray, dose: np.ndarray, age_band: np.ndarray
) -> np.ndarray:
    """People's traits after the programme: planted shift, more of it for who came more, and each one's own change."""
    z = (np.minimum(dose, 12) - DOSE_MEAN) / DOSE_SD
    shift = np.array(SHIFTS["people"]) * (1 + _DOSE * z[:, None])
    older = age_band == "65_plus"
    share = 0.19  # of people of 65 and more in the population drawn
    shift[:, 0] += np.where(older, _OLDER_GAIN * (1 - share), -_OLDER_GAIN * share)
    return traits + shift + rng.normal(0, _OWN_CHANGE, size=traits.shape)


def organisation_shift(rng: np.random.Generator, traits: np.ndarray) -> np.ndarray:
    """Organisations' traits after the programme."""
    return traits + np.array(SHIFTS["organisations"]) + rng.normal(0, 0.25, size=traits.shape)


def stay_probability(wellbeing: np.ndarray, age_band: np.ndarray, dose: np.ndarray) -> np.ndarray:
    """Probability of answering after, too: higher for who felt better before, is older, came more."""
    odds = (
        _STAYS
        + _STAYS_WELL * (wellbeing - 3.35)
        + np.vectorize(_AGE_STAYS.get)(age_band)
        + _STAYS_DOSE * (np.minimum(dose, 12) - DOSE_MEAN)
    )
    return 1 / (1 + np.exp(-odds))


def expected_change(
    rng: np.random.Generator, municipalities: dict, activities: list[dict], n: int = 100_000
) -> dict:
    """The truth of the planted change on the observed scale (1 to 5), from ``n`` people and ``n`` organisations.

    Returns for each area the mean change of everybody, of those who stay, the standard deviation of the change, and for
    people the change by age band (wellbeing differs there by design). The error of simulation is about .002.
    """
    from hubanalysis.simulation.population import AGES, attend, draw_people

    people = draw_people(rng, n, municipalities)
    dose = attend(rng, people, activities, municipalities).sum(axis=1)
    before = score(draw_items(rng, people.traits, "people", 4))
    after = score(draw_items(rng, shifted(rng, people.traits, dose, people.age_band), "people", 4))
    change = after - before
    stays = stay_probability(before[:, 0], people.age_band, dose)
    units = rng.normal(0, 0.6, size=(n, 6))
    units_change = score(draw_items(rng, organisation_shift(rng, units), "organisations", 3)) - score(
        draw_items(rng, units, "organisations", 3)
    )

    def rounded(values: np.ndarray) -> dict[str, float]:
        return {area: round(float(value), 4) for area, value in zip(AREAS, values, strict=True)}

    return {
        "people": {
            "everybody": rounded(change.mean(axis=0)),
            "those_who_stay": rounded(np.average(change, axis=0, weights=stays)),
            "standard_deviation_of_change": rounded(change.std(axis=0)),
            "mean_before": rounded(before.mean(axis=0)),
            "mean_before_those_who_stay": rounded(np.average(before, axis=0, weights=stays)),
            "by_age_band": {age: rounded(change[people.age_band == age].mean(axis=0)) for age in AGES},
            "for_one_more_activity": rounded(
                [np.polyfit(dose, change[:, k], 1)[0] for k in range(len(AREAS))]
            ),
            "share_who_stay": round(float(stays.mean()), 4),
            "activities_attended": {"mean": round(float(dose.mean()), 3), "sd": round(float(dose.std()), 3)},
        },
        "organisations": {
            "everybody": rounded(units_change.mean(axis=0)),
            "standard_deviation_of_change": rounded(units_change.std(axis=0)),
        },
    }
