"""A known mechanism that fills in questionnaires of six areas, four 5-point items each, and its true values."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from hubanalysis.metrics.change import EFFECT_SIZES
from hubanalysis.metrics.items import odds_of_a_higher_answer
from hubanalysis.metrics.reliability import cronbach_alpha, omega_total
from hubanalysis.metrics.reliable_change import smallest_reliable_change

AREAS = ["wellbeing", "networks", "management", "competences", "audience", "offer"]
ITEMS = 4
NAMES = [f"i{k}" for k in range(ITEMS)]
#: Where the latent answer passes from one point to the next; skewed: a third of the answers are the highest.
THRESHOLDS = {"symmetric": (-1.5, -0.5, 0.5, 1.5), "skewed": (-2.2, -1.4, -0.6, 0.4)}
SHIFT = 0.3  # the change that is planted, in standard deviations of the first score
#: Who leaves: nobody, rather those with low first scores, or anybody.
NOBODY, LOW, ANYBODY = "", "drop-out", "drop-out at random"


class Size:
    """How many respondents stand for the population; --quick makes it smaller."""

    large = 200_000


def draw(rng, replicates: int, n: int, shape: str, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Answers in both waves, replicates x n x areas x items; the first area's second wave is shifted.

    Traits of two areas correlate 0.3, of two waves 0.7; an item shares 56 % of its latent variance with its trait.
    """

    def traits():
        common = rng.standard_normal((replicates, n, 1))
        return np.sqrt(0.3) * common + np.sqrt(0.7) * rng.standard_normal((replicates, n, len(AREAS)))

    first = traits()
    second = 0.7 * first + np.sqrt(1 - 0.7**2) * traits()
    second[..., 0] += shift
    waves = []
    for trait in (first, second):
        noise = rng.standard_normal((*trait.shape, ITEMS))
        waves.append(1 + np.searchsorted(THRESHOLDS[shape], 0.75 * trait[..., None] + 0.66 * noise))
    return waves[0], waves[1]


def stays(rng, scores: np.ndarray, shape: str, leaving: str) -> np.ndarray:
    """Who answers again: all, or about seven in ten; with ``LOW`` rather those of high first scores."""
    if leaving == NOBODY:
        return np.ones(scores.shape[:-1], bool)
    centre, spread = moments(shape)
    z = (scores.mean(axis=-1) - centre) / spread if leaving == LOW else 0 * scores.mean(axis=-1)
    chance = 1 / (1 + np.exp(-(0.95 + z)))
    return rng.random(chance.shape) < chance


@cache
def moments(shape: str) -> tuple[float, float]:
    first, _ = draw(np.random.default_rng(1), 1, Size.large // 2, shape, 0.0)
    means = first.mean(axis=(-1, -2))
    return float(means.mean()), float(means.std())


@cache
def first_area(shape: str) -> tuple[np.ndarray, np.ndarray]:
    """Latent answers of the first area of a large sample, to find the shift that makes a wanted mean change."""
    rng, half = np.random.default_rng(2), Size.large // 2
    trait = rng.standard_normal(half)
    later = 0.7 * trait + np.sqrt(1 - 0.7**2) * rng.standard_normal(half)
    noise = 0.66 * rng.standard_normal((2, half, ITEMS))
    return 0.75 * trait[:, None] + noise[0], 0.75 * later[:, None] + noise[1]


@cache
def shift_for(shape: str, wanted: float, unit: str = "first") -> float:
    """The shift of the trait at which mean(change) / SD is ``wanted``; SD of the first score, the change, or d_av."""
    first, second = first_area(shape)
    before = np.searchsorted(THRESHOLDS[shape], first).mean(axis=1)

    def miss(shift: float) -> float:
        after = np.searchsorted(THRESHOLDS[shape], second + 0.75 * shift).mean(axis=1)
        average = np.sqrt((before.var() + after.var()) / 2)
        sd = {"first": before.std(), "change": (after - before).std(), "average": average}[unit]
        return (after - before).mean() / sd - wanted

    return brentq(miss, -0.2, 3, xtol=1e-3)


@cache
def population(shape: str, changed: bool) -> tuple[np.ndarray, np.ndarray]:
    shift = shift_for(shape, SHIFT) if changed else 0.0
    first, second = draw(np.random.default_rng(3), 1, Size.large, shape, shift)
    return first[0], second[0]


@cache
def truth(shape: str, changed: bool, leaving: str = NOBODY) -> dict[str, float]:
    """The true values, from a very large sample; with drop-out those of the respondents who stay."""
    first, second = population(shape, changed)
    x, y = first.mean(axis=-1), second.mean(axis=-1)
    stayed = stays(np.random.default_rng(4), x, shape, leaving)
    before, after = x[stayed, 0], y[stayed, 0]
    values = {name: function(before, after)[0] for name, (function, _) in EFFECT_SIZES.items()}
    values["mean"] = values["group"] = values["sign_flip"] = (after - before).mean()
    values["hodges_lehmann"] = median_of_walsh(after - before)
    values["risen"] = (after > before).mean()
    values["stayed"] = stayed.mean()
    values["leavers"] = before.mean() - x[~stayed, 0].mean() if leaving else np.nan
    values["pairs"] = values["weighted"] = values["standardised"] = (y[:, 0] - x[:, 0]).mean()
    values["wave mean"], values["ceiling"] = before.mean(), (before > 5 - 1e-9).mean()
    return values


@cache
def truth_of_items(shape: str) -> dict[str, float]:
    """What is told of a scale and its questions; the first area is unchanged but for ``odds``, where it moved."""
    first, second = (v[:, 0] for v in population(shape, False))
    alpha, sd = cronbach_alpha(first)[0], first.mean(axis=1).std()
    gain = second.mean(axis=1) - first.mean(axis=1)
    rest = np.corrcoef(first[:, 0], first[:, 1:].sum(axis=1))[0, 1]
    moved = [v[: Size.large // 10] for v in population(shape, True)]
    odds = odds_of_a_higher_answer(*as_answers(*(v[:, 0] for v in moved)), "before", "after")
    return {
        "alpha": alpha,
        "omega": omega_total(first[: Size.large // 4])[0],
        "improved": (gain > smallest_reliable_change(sd, alpha)).mean(),
        "threshold": smallest_reliable_change(sd, alpha),
        "item rest": rest,
        "odds": odds["estimate"].iloc[0],
    }


def median_of_walsh(change: np.ndarray) -> float:
    """The population's Hodges-Lehmann value: the median of the mean of two independent changes, from their shares."""
    values, counts = np.unique(change, return_counts=True)
    shares = np.outer(counts, counts).ravel() / len(change) ** 2
    walsh = np.add.outer(values, values).ravel() / 2
    order = np.argsort(walsh)
    return float(walsh[order][np.searchsorted(np.cumsum(shares[order]), 0.5)])


def as_scores(before: np.ndarray, after: np.ndarray, names: list[str]) -> pd.DataFrame:
    """The table ``scores`` of samples n x scales; a missing second score is NaN."""
    n, k = before.shape
    columns = {"id": np.tile(np.arange(n), 2 * k), "wave": np.repeat(["before", "after"], n * k)}
    columns["scale"] = np.tile(np.repeat(names, n), 2)
    columns["score"] = np.concatenate([before.T.ravel(), after.T.ravel()])
    frame = pd.DataFrame(columns).assign(area=lambda f: f["scale"])
    return frame.assign(wave=pd.Categorical(frame["wave"], ["before", "after"], ordered=True))


def as_answers(before: np.ndarray, after: np.ndarray) -> tuple[pd.DataFrame, list[dict]]:
    """The table ``answers`` of one scale, n x items, and the scale; only its first item is asked twice."""
    n = len(before)
    parts = [(NAMES[k], "before", before[:, k]) for k in range(ITEMS)] + [(NAMES[0], "after", after[:, 0])]
    frame = pd.concat(
        pd.DataFrame({"id": np.arange(n), "item": item, "wave": wave, "number": values.astype(float)})
        for item, wave, values in parts
    ).assign(about="people", instrument="q", status="answered")
    frame["wave"] = pd.Categorical(frame["wave"], ["before", "after"], ordered=True)
    return frame, [{"id": "s", "area": "s", "items": NAMES, "range": (1, 5)}]
