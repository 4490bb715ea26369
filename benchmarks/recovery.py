"""Does the report recover what was planted? Studies simulated from other seeds, read and prepared like a hub's own.

For each area, the interval of the mean change is right if it holds the true change of those who stayed (truth.json).
Coverage is the share of right intervals; with 100 seeds and six areas its own standard error is about one point.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from measure import report

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true", help="10 seeds instead of 100")
seeds = range(1, 11 if parser.parse_args().quick else 101)

right: dict[str, list[bool]] = {"people": [], "organisations": []}
with tempfile.TemporaryDirectory() as folder:
    os.environ["HUBANALYSIS_HOME"] = folder  # before the package looks for it
    from hubanalysis.metrics.change import change_in_points, pair_waves
    from hubanalysis.prepare import read_study_data
    from hubanalysis.simulation import simulate
    from hubanalysis.study import read_study

    for seed in seeds:
        path = Path(folder) / f"seed-{seed}"
        truth = simulate(path, seed=seed)["change"]
        scores = read_study_data(read_study(str(path))).tables["scores"]
        for about, hits in right.items():
            planted = truth[about].get("those_who_stay", truth[about]["everybody"])
            for row in change_in_points(pair_waves(scores[scores["about"] == about])).to_dict("records"):
                hits.append(row["low"] <= planted[row["area"]] <= row["high"])

for about, hits in right.items():
    covered = sum(hits) / len(hits)
    error = 1.96 * (0.95 * 0.05 / len(hits)) ** 0.5
    met = abs(covered - 0.95) <= error
    report(
        f"coverage of the 95 % interval, {about}, {len(hits)} intervals",
        covered,
        "share",
        f"0.95 +- {error:.3f}",
        met,
    )
