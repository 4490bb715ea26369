"""Questionnaires by size: two waves of 120 questions, read, joined, prepared, and every estimate of notebook 03.

People carry self-made codes of six elements, joined with tolerance; 28 % do not come back, 5 % of the elements are
written differently, 2 % of the answers are left out. Each size runs in a process of its own, whose peak of memory
(imports included) is measured; writing the invented files and importing the libraries is not timed. Growth is told as
the power of the number of people: 1 is linear, below 1 there are costs that do not grow.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from measure import report

SIZES = (1_000, 5_000, 10_000, 25_000)
ITEMS, SCALES = 120, 20
AREAS = ("wellbeing", "networks", "management", "competences", "audience", "offer")
CODE = ("c_letter", "c_day", "c_town", "c_siblings", "c_last", "c_month")
GROUPS = {"gender": ("f", "m", "o"), "age": ("a", "b", "c", "d"), "role": ("citizen", "student", "worker")}


def write_study(folder: Path, people: int) -> None:
    """study.yaml and a csv a wave. Letters are spread evenly: no questionnaire tells 25,000 people apart by six
    elements of which most people share two, and they would be left out as doubles instead of being worked on.
    """
    chance = np.random.default_rng(people)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), dtype=object)
    values = {
        "c_letter": letters,
        "c_day": np.array([f"{day:02}" for day in range(1, 32)], dtype=object),
        "c_town": letters,
        "c_siblings": np.array(list("01234"), dtype=object),
        "c_last": letters,
        "c_month": np.array([f"{month:02}" for month in range(1, 13)], dtype=object),
    }
    who = pd.DataFrame({name: chance.choice(values[name], people) for name in CODE})
    for name, choices in GROUPS.items():
        who[name] = chance.choice(np.array(choices, dtype=object), people)
    level = chance.normal(3.2, 0.6, (people, SCALES))
    for wave, shift in (("before", 0.0), ("after", 0.15)):
        here = np.arange(people) if wave == "before" else np.flatnonzero(chance.random(people) > 0.28)
        cells = who.iloc[here].reset_index(drop=True)
        if wave == "after":
            for name in CODE:
                wrong = chance.random(len(here)) < 0.05
                cells.loc[wrong, name] = chance.choice(values[name], int(wrong.sum()))
        own = np.repeat(level[here] + shift, ITEMS // SCALES, axis=1)
        drawn = np.clip(np.rint(own + chance.normal(0, 0.8, own.shape)), 1, 5).astype(int)
        answers = drawn.astype(str).astype(object)
        answers[chance.random(own.shape) < 0.02] = ""
        items = pd.DataFrame(answers, columns=[f"q{n}" for n in range(1, ITEMS + 1)])
        pd.concat([cells, items], axis=1).to_csv(folder / f"{wave}.csv", index=False)

    choices = {str(n): f"level {n}" for n in range(1, 6)}
    per_scale = ITEMS // SCALES
    questions = [{"id": name, "label": name, "type": "text"} for name in CODE]
    questions += [
        {"id": name, "label": name, "type": "select_one", "choices": {c: c for c in choices_of}}
        for name, choices_of in GROUPS.items()
    ]
    questions += [
        {"id": f"q{n}", "label": f"Question {n}", "type": "select_one", "choices": choices}
        for n in range(1, ITEMS + 1)
    ]
    scales = [
        {
            "id": f"s{n + 1}",
            "label": f"Scale {n + 1}",
            "area": AREAS[n % len(AREAS)],
            "items": [f"q{n * per_scale + k}" for k in range(1, per_scale + 1)],
            "range": [1, 5],
            "primary": n < len(AREAS),
        }
        for n in range(SCALES)
    ]
    study = {
        "id": "many",
        "title": "Many people",
        "edition": 2022,
        "simulated": True,
        "waves": [{"id": "before", "label": "before"}, {"id": "after", "label": "after"}],
        "instruments": [
            {
                "id": "people",
                "about": "people",
                "questions": questions,
                "code": list(CODE),
                "link": "tolerant",
                "attributes": list(GROUPS),
                "exports": [
                    {"wave": wave, "file": f"{wave}.csv", "separator": ","} for wave in ("before", "after")
                ],
                "scales": scales,
            }
        ],
        "subgroups": list(GROUPS),
        "privacy": {"key": "demonstration"},
    }
    (folder / "study.yaml").write_text(json.dumps(study, indent=1), encoding="utf-8")  # JSON is YAML


def measure(folder: str) -> dict[str, float]:
    """Seconds to prepare and to estimate, and the peak of memory of this process in GB."""
    from hubanalysis.metrics import (
        attrition,
        change,
        equivalence,
        groups,
        invariance,
        items,
        reliability,
        reliable_change,
        standardised_change,
    )
    from hubanalysis.metrics.participation import attendance_counts
    from hubanalysis.prepare import read_study_data
    from hubanalysis.study import read_study
    from hubanalysis.study.scales import declared_scales

    start = time.perf_counter()
    study = read_study(folder)
    prepared = read_study_data(study)
    if prepared.errors:
        raise SystemExit(str(prepared.errors[:3]))
    between = time.perf_counter()
    tables, scales, subgroups = prepared.tables, declared_scales(study, "people"), study.model.subgroups
    scores, attributes, answers = tables["scores"], tables["attributes"], tables["answers"]
    respondents, threshold = tables["respondents"], study.model.privacy.threshold
    pairs = change.pair_waves(scores)
    changed = change.change_in_points(pairs, scales)
    equivalence.equivalence(pairs, scales, change=changed)
    standardised_change.change_standardised_to_all(scores, scales, "", "")
    attrition.retention(respondents, "", "")
    bounds = attrition.change_under_attrition(
        scores,
        attributes,
        scales,
        subgroups,
        counts=attendance_counts(tables["attendance"]),
        first="",
        last="",
    )
    change.detectable_change(pairs)
    change.wave_means(scores)
    change.effect_sizes_of_change(pairs, ["d_av", "rank_biserial", "superiority"])
    measured = reliability.reliability(answers, scales)
    reliable_change.reliable_change(pairs, scales, measured)
    items.item_levels(answers, scales)
    items.odds_of_a_higher_answer(answers, scales, "", "")
    groups.change_by_group(pairs, attributes, subgroups, threshold)
    groups.differences_between_groups(pairs, attributes, subgroups, threshold)
    groups.difference_of_two_groups(pairs, attributes, subgroups, threshold)
    groups.refused_groups(pairs, attributes, subgroups, threshold)
    attrition.baseline_of_leavers(scores, "", "")
    attrition.stay_by_group(respondents, attributes, subgroups, "", "", least=threshold)
    attrition.tipping_points(bounds)
    reliability.item_analysis(answers, scales)
    reliability.floor_and_ceiling(scores, scales)
    invariance.invariance(answers, scales, "", "")
    invariance.item_shifts(answers, scales, "", "")
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes on Linux, bytes on macOS
    gigabytes = peak / (1e9 if sys.platform == "darwin" else 1e6)
    return {"prepare": between - start, "estimates": end - between, "peak": gigabytes, "pairs": len(pairs)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 people only")
    parser.add_argument("--one", metavar="FOLDER", help="measure one study, in this process")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    taken: dict[int, float] = {}
    for people in SIZES[:1] if options.quick else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["HUBANALYSIS_HOME"] = folder
            write_study(Path(folder), people)
            command = [sys.executable, __file__, "--one", folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found = json.loads(done.stdout.splitlines()[-1])
        seconds = taken[people] = found["prepare"] + found["estimates"]
        most, peak = people == SIZES[-1], found["peak"]
        name = f"{people:,} people x {ITEMS} questions x 2 waves"
        report(f"{name}: read, joined, prepared", found["prepare"], "s", "", None)
        report(f"{name}: estimates of notebook 03", found["estimates"], "s", "", None)
        report(f"{name}: all", seconds, "s", "< 30" if most else "", seconds < 30 if most else None)
        report(f"{name}: peak of memory", peak, "GB", "< 2" if most else "", peak < 2 if most else None)
    if len(taken) > 1:
        for small, large in pairwise(taken):
            growth = np.log(taken[large] / taken[small]) / np.log(large / small)
            name = f"growth from {small:,} to {large:,} people: all is as people to the power of"
            target = "<= 1.1" if large == SIZES[-1] else ""
            report(name, growth, "", target, growth <= 1.1 if target else None)


if __name__ == "__main__":
    main()
