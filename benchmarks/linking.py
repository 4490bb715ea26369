"""Do self-made codes find the same people again? Waves of invented people whose true links are known.

People answer once; 28 % do not come back, newcomers do (40 to 250). In the second wave each element of a code is
wrong with a probability of 5 %. Elements are drawn as in Italy: few letters begin a mother's name or end one's own,
most people were born in a few municipalities, most have no older sibling or one. Two people of one wave who share a
code cannot be told apart: the last one counts, as in a real study, and the other is lost to recall. Beside it stands
what the same codes would do if every value of an element were equally likely: the spread decides how many wrong links
there are. The full run writes docs/linking.md; ``--quick`` only prints.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from measure import median_seconds, report

from hubanalysis.loaders.linking import STRANGERS, link_waves

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true", help="40 runs, and docs/linking.md stays as it is")
quick = parser.parse_args().quick
RUNS = 40 if quick else 300

LEAVE, NEWCOMERS, ERROR = 0.28, 0.16, 0.05

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


def two_waves(
    chance: np.random.Generator, elements: dict[str, dict[str, float]], people: int
) -> tuple[pd.DataFrame, int]:
    """The codes of both waves (row = wave and person) and the number of people who answered twice."""
    both = people + round(people * NEWCOMERS)
    everybody = pd.DataFrame({e: draw(chance, weights, both) for e, weights in elements.items()})
    stays = chance.permutation(people)[: round(people * (1 - LEAVE))]
    later = everybody.loc[chance.permutation([*stays, *range(people, both)])]
    later = pd.DataFrame(
        {e: with_errors(chance, weights, later[e].to_numpy(dtype=object)) for e, weights in elements.items()},
        index=later.index,
    )
    waves = []
    for wave, frame in (("before", everybody[:people]), ("after", later)):
        frame = frame.astype(str).drop_duplicates(keep="last")
        waves.append(frame.assign(wave=wave, row=[f"{wave} {person}" for person in frame.index]))
    return pd.concat(waves, ignore_index=True), len(stays)


class Found(NamedTuple):
    """Of one run: the share of people found again, wrong links, wrong ones among those of the same code, pairs left."""

    recall: float
    wrong: int
    wrong_same: int
    left: int


def judged(codes: pd.DataFrame, stayers: int, **rule) -> Found:
    links = link_waves(codes, **rule)
    parts = links.rows["row"].str.split(" ", expand=True)
    rows = links.rows.assign(wave=parts[0], who=parts[1])
    sides = [rows[rows["wave"] == wave] for wave in ("before", "after")]
    joined = sides[0].merge(sides[1], on="person_key")
    wrong = joined[joined["who_x"] != joined["who_y"]]
    left = int((links.pairs["proposal"] != "near").sum())
    return Found(
        (len(joined) - len(wrong)) / stayers, len(wrong), int((wrong["link_x"] == "exact").sum()), left
    )


#: How codes are compared: words -> what link_waves is told.
RULES = {
    "as the tool does": {},
    "one element may differ, however common the rest": {"strangers": math.inf},
    "the same code only": {"tolerant": False},
}
THREE = {name: ELEMENTS[name] for name in ("mother", "day", "month")}
SPREADS = {"as in Italy": ELEMENTS, "even": EVEN, "three elements, as in Italy": THREE}


def simulated() -> pd.DataFrame:
    """A row a spread x size x rule: means over the runs, with their standard errors."""
    rows = []
    for spread, elements in SPREADS.items():
        for people in (60, 250, 1000) if elements is not THREE else (250,):
            chance = np.random.default_rng(20220315)
            found: dict[str, list[Found]] = {rule: [] for rule in RULES}
            for _ in range(RUNS if people < 1000 else RUNS // 3):
                codes, stayers = two_waves(chance, elements, people)
                for rule, options in RULES.items():
                    found[rule].append(judged(codes, stayers, **options))
            for rule, runs in found.items():
                values = np.array(runs, dtype=float)
                error = values.std(axis=0, ddof=1) / math.sqrt(len(runs))
                row = {"spread": spread, "people": people, "rule": rule, "runs": len(runs)}
                row |= dict(zip(Found._fields, values.mean(axis=0), strict=True))
                rows.append(row | {"recall_se": error[0], "wrong_se": error[1]})
    return pd.DataFrame(rows)


def page(table: pd.DataFrame) -> str:
    main = table[(table["rule"] == "as the tool does") & (table["spread"] != "three elements, as in Italy")]
    at = main.set_index(["spread", "people"])
    reached = at.loc[[("as in Italy", 250), ("even", 250)]]
    met = (
        "reached" if (reached["recall"] >= 0.9).all() and (reached["wrong"] <= 1).all() else "**not reached**"
    )
    small, large = at.loc[("as in Italy", 250)], at.loc[("as in Italy", 1000)]
    rules = table[(table["spread"] == "as in Italy") & (table["people"] == 250)].set_index("rule")
    unbound = rules.loc["one element may differ, however common the rest"]
    text = f"""# Do self-made codes find the same people again?

Written by `benchmarks/linking.py`: waves of invented people, whose true links are known. A code has six elements (first
letter of the mother's name, day of birth, first letter of the birthplace, older siblings, last letter of the own name,
month of birth). {LEAVE * 100:.0f} % do not come back, {NEWCOMERS * 100:.0f} % newcomers arrive, and {ERROR * 100:.0f} %
of all elements are written wrongly in the second wave. *Spread*: how often each value occurs, about as in Italy, or
every value alike.

The rule of the tool: the same code; else a code that differs in one element, where each is the only candidate of the
other, and where at most {STRANGERS:g} of the people not found yet are expected to share the other elements by chance
(the product of how common they are). What fits without being certain is left to a person: `hubanalysis links`.

The aim, at least 90 % found again with at most one wrong link a run of 250 people, is {met}.

| spread | people | rule | found again, % | wrong links a run | of these, same code | pairs left to a person | runs |
|---|---|---|---|---|---|---|---|
"""
    for row in table.itertuples():
        text += (
            f"| {row.spread} | {row.people} | {row.rule} | {row.recall * 100:.1f} ± {row.recall_se * 100:.1f} "
            f"| {row.wrong:.2f} ± {row.wrong_se:.2f} | {row.wrong_same:.2f} | {row.left:.1f} | {row.runs} |\n"
        )
    return (
        text
        + f"""
± is the standard error of the mean over the runs. What the table says, and what it does not:

- Where values are spread as in Italy, most wrong links are between people whose true partner is not there, and who by
  chance agree in all elements but one. The bound on chance takes wrong links from {unbound["wrong"]:.2f} to
  {small["wrong"]:.2f} a run of 250, and costs {(unbound["recall"] - small["recall"]) * 100:.1f} points of those found.
- It is no cure for many people: with 1000 there still are {large["wrong"]:.1f} wrong links a run,
  {large["wrong_same"]:.1f} of them between two people with the very same code, and {large["recall"] * 100:.0f} % are
  found again. So many people need more elements.
- Three elements are too few: two people with the same code are frequent, and no rule tells them apart.
- Errors are taken as independent of each other and of who answers, and people as unrelated. Twins and siblings share
  more than chance. In a real study nobody knows how many links are wrong.
- Two people of one wave who share a code are counted as one (the last submission), as in real studies.
"""
    )


table = simulated()
if not quick:
    (Path(__file__).resolve().parents[1] / "docs" / "linking.md").write_text(page(table), encoding="utf-8")
for row in table[table["people"] == 250].itertuples():
    aim = row.rule == "as the tool does" and row.spread in ("as in Italy", "even")
    words = f"{row.rule}, spread {row.spread}, {row.runs} runs of 250"
    report(
        f"found again: {words}",
        row.recall,
        "share",
        ">= 0.9" if aim else "",
        row.recall >= 0.9 if aim else None,
    )
    report(
        f"wrong links a run: {words}",
        row.wrong,
        "links",
        "<= 1" if aim else "",
        row.wrong <= 1 if aim else None,
    )
seconds = {}
for people in (12_500, 25_000):
    codes, _ = two_waves(np.random.default_rng(1), ELEMENTS, people)
    seconds[people] = median_seconds(lambda codes=codes: link_waves(codes), 3)
report("25,000 people x 2 waves joined", seconds[25_000], "s", "< 2", seconds[25_000] < 2)
ratio = seconds[25_000] / seconds[12_500]
report("25,000 people joined, times 12,500", ratio, "ratio", "< 2.5", ratio < 2.5)
