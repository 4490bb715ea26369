"""Do self-made codes find the same people again? Waves of invented people whose true links are known.

250 people answer once; 28 % do not come back, 40 newcomers do. In the second wave each element of a code is wrong with
a probability of 5 %. Elements are drawn as in Italy: few letters begin a mother's name or end one's own, most people
were born in a few municipalities, most have no older sibling or one. Two people of one wave who share a code cannot be
told apart: the last one counts, as in a real study, and the other is lost to recall. Beside it stands what the same
codes would do if every value of an element were equally likely: the spread decides how many wrong links there are.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from measure import report

from hubanalysis.loaders.linking import link_waves

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true", help="40 runs instead of 200")
runs = 40 if parser.parse_args().quick else 200

PEOPLE, LEAVE, NEWCOMERS, ERROR = 250, 0.28, 40, 0.05

#: Element of the code, as in the shipped questionnaire -> value: weight (about as frequent as in Italy; round figures).
ELEMENTS: dict[str, dict[str, float]] = {
    "mother": dict(
        zip("MAGLRCSFPEDIVNTBO", (20, 17, 10, 8, 7, 8, 6, 5, 4, 4, 3, 3, 3, 2, 2, 2, 1), strict=True)
    ),
    "day": {str(day): 7 if day == 31 else 12 for day in range(1, 32)},
    "born": dict(zip("SMPCAFRGTNLBVIE", (35, 11, 11, 9, 6, 7, 5, 3, 3, 3, 2, 2, 1, 1, 1), strict=True)),
    "siblings": dict(zip("012345", (47, 31, 13, 6, 2, 1), strict=True)),
    "own": dict(zip("AOEINLRS", (47, 34, 11, 4, 1, 1, 1, 1), strict=True)),
    "month": dict(zip("123456789ABC", (9, 8, 8, 8, 8, 8, 9, 9, 9, 8, 8, 8), strict=True)),
}


#: The same elements if every value of them were as likely as the others.
EVEN = {element: dict.fromkeys(weights, 1.0) for element, weights in ELEMENTS.items()}


def draw(chance: np.random.Generator, weights_of: dict[str, float], n: int) -> np.ndarray:
    weights = np.array(list(weights_of.values()), float)
    return chance.choice(list(weights_of), size=n, p=weights / weights.sum())


def with_errors(chance: np.random.Generator, weights_of: dict[str, float], values: np.ndarray) -> np.ndarray:
    """The element as written later: some write another value, as likely as it is among the others."""
    wrong = chance.random(len(values)) < ERROR
    found = values.copy()
    while (same := wrong & (found == values)).any():
        found[same] = draw(chance, weights_of, int(same.sum()))
    return found


def two_waves(chance: np.random.Generator, elements: dict[str, dict[str, float]]) -> tuple[pd.DataFrame, int]:
    """The codes of both waves (row = wave and person) and the number of people who answered twice."""
    everybody = pd.DataFrame(
        {e: draw(chance, weights, PEOPLE + NEWCOMERS) for e, weights in elements.items()}
    )
    stays = chance.permutation(PEOPLE)[: round(PEOPLE * (1 - LEAVE))]
    later = everybody.loc[chance.permutation([*stays, *range(PEOPLE, PEOPLE + NEWCOMERS)])]
    later = pd.DataFrame(
        {e: with_errors(chance, weights, later[e].to_numpy(dtype=object)) for e, weights in elements.items()},
        index=later.index,
    )
    waves = []
    for wave, frame in (("before", everybody[:PEOPLE]), ("after", later)):
        frame = frame.astype(str).drop_duplicates(keep="last")
        waves.append(frame.assign(wave=wave, row=[f"{wave} {person}" for person in frame.index]))
    return pd.concat(waves, ignore_index=True), len(stays)


def right_and_wrong(codes: pd.DataFrame, tolerant: bool) -> tuple[int, int]:
    """Pairs of rows that are one person and were joined, and pairs that are two people and were."""
    links = link_waves(codes, tolerant=tolerant)
    parts = links["row"].str.split(" ", expand=True)
    links = links.assign(wave=parts[0], who=parts[1])
    sides = [links[links["wave"] == wave] for wave in ("before", "after")]
    joined = sides[0].merge(sides[1], on="person_key")
    right = int((joined["who_x"] == joined["who_y"]).sum())
    return right, len(joined) - right


chance = np.random.default_rng(20220315)
for elements, tolerant, way, judged in (
    (ELEMENTS, True, "one element may differ", True),
    (ELEMENTS, False, "the same code only", False),
    (EVEN, True, "one element may differ, values evenly spread", False),
):
    results = []
    for _ in range(runs):
        codes, stayers = two_waves(chance, elements)
        right, wrong = right_and_wrong(codes, tolerant)
        results.append((right / stayers, wrong))
    recall, wrong = np.mean(results, axis=0)
    found, links = f"people found again, {way}, {runs} runs", f"wrong links a run, {way}, {runs} runs"
    report(found, recall, "share", ">= 0.9" if judged else "", recall >= 0.9 if judged else None)
    report(links, wrong, "links", "<= 1" if judged else "", wrong <= 1 if judged else None)
