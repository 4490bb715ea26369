"""What every benchmark prints: one line of JSON a measure, with its target and whether it is met."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

__all__ = ["median_seconds", "median_seconds_of_command", "report"]


def report(measure: str, value: float, unit: str, target: str, met: bool | None) -> None:
    """Print one measure. ``met`` is None where the figure is shown without a target."""
    line = {"measure": measure, "value": round(float(value), 4), "unit": unit, "target": target}
    print(json.dumps(line | {"met": None if met is None else bool(met)}), flush=True)


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    """The median wall time of ``work`` over ``times`` calls."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def median_seconds_of_command(command: list[str], times: int = 5) -> float:
    """The median wall time of a command; its output is thrown away, a failure raises."""
    return median_seconds(lambda: subprocess.run(command, check=True, capture_output=True), times)


if __name__ == "__main__":
    sys.exit("measure.py holds what the benchmarks share; run one of the others")
