"""Are the intervals right as often as they say? Questionnaires from a known mechanism, measured by the house's metrics.

Six areas, one scale each of four 5-point items, two waves. The true value of every quantity is taken from a very large
sample of the same mechanism. Coverage is the share of 95 % intervals that hold the true value. The full run also
writes docs/calibration.md; ``--quick`` only prints.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from calibrated import model_rows, more_rows, rows
from calibrated.mechanism import ANYBODY, LOW, NOBODY, THRESHOLDS, Size
from calibrated.page import page, words
from calibrated.tally import Tally, judged, pooled
from measure import report

SIZES = (20, 60, 180)
FEW = (8, 12, 20, 50)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument(
    "--quick", action="store_true", help="few samples, and docs/calibration.md stays as it is"
)
parser.add_argument(
    "--samples", type=int, default=1000, help="samples a row; costly rows have a half or a tenth"
)
options = parser.parse_args()
quick, many = options.quick, 40 if options.quick else options.samples
some, few = many // 2, many // 10
Size.large = 20_000 if quick else 200_000
tally, start = Tally(), time.perf_counter()


def told(what: str) -> None:
    print(f"{time.perf_counter() - start:6.0f} s  {what}", file=sys.stderr, flush=True)


for shape in THRESHOLDS:
    for n in SIZES:
        for leaving in (NOBODY, LOW, ANYBODY):  # the last only to show what a miss comes from
            rows.estimates(tally, n, shape, leaving, some if leaving == ANYBODY else many)
        told(f"estimates {n} {shape}")
        rows.drop_out(tally, n, shape, 2 * many, few if rows.BOOTSTRAPPED else 2 * some)
        told(f"drop-out {n} {shape}")
        more_rows.measurement(tally, n, shape, many, some, few)
        told(f"measurement {n} {shape}")
        more_rows.questions(tally, n, shape, few)
        told(f"questions {n} {shape}")
        model_rows.attendance(tally, n, shape, few)
        model_rows.same_before_and_after(tally, n, shape, few)
        told(f"models {n} {shape}")
        more_rows.comparison(tally, n, shape, some)
        more_rows.too_small_to_count(tally, n, shape, some)
        more_rows.power(tally, n, shape, 3 * many)
        rows.coarse(tally, n, shape, many)
        told(f"the rest {n} {shape}")
    for n in FEW:
        more_rows.organisations(tally, n, shape, many)
    told(f"organisations {shape}")
table = judged(tally.table())
if not quick:
    file = Path(__file__).resolve().parents[1] / "docs" / "calibration.md"
    file.write_text(page(table), encoding="utf-8")
for row in judged(pooled(table)).itertuples():
    met = {"yes": True, "no": False}.get(row.met)
    label = words(row.quantity, row.kind) + (", coverage" if row.kind == "coverage" else "")
    report(f"{label}, n of {row.n}", row.share, "share", row.target, met)
