"""Networks by size: permutation tests against R's sna on the same machine, and descriptive measures of large networks.

R's `netlm` (double semi-partialling) and `qaptest` run where `Rscript` with the package sna is found; else the values
frozen below stand for them, and the line says so. Each large size runs in a process of its own, whose peak of memory
(imports included) is measured. ``--quick`` takes the smallest sizes only.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from measure import median_seconds, report

from hubanalysis.metrics.brokerage import structural_holes
from hubanalysis.metrics.centralisation import centralisation
from hubanalysis.metrics.external_internal import external_internal
from hubanalysis.metrics.network_regression import network_regression
from hubanalysis.metrics.networks import cohesion, network_size
from hubanalysis.metrics.quadratic_assignment import qap_correlation

#: Organisations and permutations compared with R (a thousand at 200 take R four minutes).
COMPARED = ((60, 1000), (200, 50))
GROWTH = (60, 200, 1000)
R_SCRIPT = """
suppressMessages(library(sna)); a <- commandArgs(TRUE); setwd(a[1]); reps <- as.integer(a[2])
rd <- function(f) as.matrix(read.csv(f, header = FALSE)); y <- rd("y.csv"); n <- nrow(y)
x <- array(0, c(3, n, n)); for (k in 1:3) x[k,,] <- rd(paste0("x", k - 1, ".csv"))
g <- array(0, c(2, n, n)); g[1,,] <- y; g[2,,] <- x[1,,]; set.seed(1)
s <- system.time(f <- netlm(y, x, nullhyp = "qapspp", reps = reps))[["elapsed"]]
q <- system.time(t <- qaptest(g, gcor, g1 = 1, g2 = 2, reps = reps))[["elapsed"]]
cat(sprintf('{"netlm":%f,"qaptest":%f,"b":[%s],"t":[%s],"p":[%s],"r":%.15g}', s, q,
  paste(sprintf("%.15g", f$coefficients), collapse = ","), paste(sprintf("%.15g", f$tstat), collapse = ","),
  paste(f$pgreqabs, collapse = ","), t$testval))
"""
#: The same of R 4.5 with sna 2.7-1, measured on 2 cores; the networks are drawn from the seed that is their size.
FROZEN: dict[int, dict] = {
    60: {
        "netlm": 14.23,
        "qaptest": 0.300,
        "b": [0.105535712781477, 0.149459715295827, 0.0111819343323777, 0.0210524192754159],
        "t": [15.0513591155989, 9.66225353488504, 0.711661097444881, 1.28811578885954],
        "p": [0.0, 0.0, 0.476, 0.181],
        "r": 0.16059009445204,
    },
    200: {
        "netlm": 7.71,
        "qaptest": 0.173,
        "b": [0.0976031063618085, 0.130998084924776, 0.0313601023316324, 0.000635598963098361],
        "t": [50.1453181295003, 27.5773707118905, 6.7308918768747, 0.133424768067964],
        "p": [0.0, 0.0, 0.0, 0.94],
        "r": 0.137283288375804,
    },
}


def networks(n: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """A network that depends on two of three others; all are clustered by who names and who is named."""
    rng = np.random.default_rng(n)
    active = rng.standard_normal((3, n))
    made = [active[k][:, None] + active[(k + 1) % 3][None, :] for k in range(3)]
    predictors = [(rng.random((n, n)) < 1 / (1 + np.exp(2 - 0.5 * m))).astype(float) for m in made]
    log_odds = -2.2 + 0.8 * predictors[0] + 0.3 * predictors[1] + 0.4 * active[0][:, None]
    response = (rng.random((n, n)) < 1 / (1 + np.exp(-log_odds))).astype(float)
    for matrix in (response, *predictors):
        np.fill_diagonal(matrix, 0.0)
    return response, predictors


def in_r(n: int, permutations: int) -> tuple[dict | None, str]:
    """What R finds and how long it takes, and where that comes from."""
    script = shutil.which("Rscript")
    if script and not subprocess.run([script, "-e", "library(sna)"], capture_output=True).returncode:
        with tempfile.TemporaryDirectory() as folder:
            response, predictors = networks(n)
            for name, matrix in {"y": response, **{f"x{k}": m for k, m in enumerate(predictors)}}.items():
                np.savetxt(Path(folder, f"{name}.csv"), matrix, delimiter=",", fmt="%d")
            Path(folder, "sna.R").write_text(R_SCRIPT, encoding="utf-8")
            command = [script, str(Path(folder, "sna.R")), folder, str(permutations)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout), "R measured here"
    return FROZEN.get(n), "frozen R value"


def against_r(n: int, permutations: int) -> None:
    response, matrices = networks(n)
    predictors = dict(zip("abc", matrices, strict=True))
    regress = functools.partial(network_regression, response, predictors, permutations=permutations)
    correlate = functools.partial(qap_correlation, response, matrices[0], permutations=permutations)
    there, source = in_r(n, permutations)
    of = f"{n} organisations, {permutations} permutations"
    seconds, quick = median_seconds(regress), median_seconds(correlate)
    report(f"MRQAP, 3 predictors, {of}", there["netlm"] / seconds, f"times faster than netlm ({source})", ">= 100",
           there["netlm"] / seconds >= 100)  # fmt: skip
    report(f"QAP correlation, {of}", there["qaptest"] / quick, f"times faster than qaptest ({source})", ">= 15",
           there["qaptest"] / quick >= 15)  # fmt: skip
    rows = regress()
    b = np.abs(rows["estimate"] - there["b"]).max()
    t = np.abs(rows["statistic"] - there["t"]).max()
    apart = abs(correlate()[0] - there["r"])
    report(
        f"largest difference of coefficients and t, {of}",
        max(b, t) * 1e10,
        "1e-10",
        "<= 1",
        max(b, t) <= 1e-10,
    )
    report(f"difference of the QAP correlation, {of}", apart * 1e10, "1e-10", "<= 1", apart <= 1e-10)
    p, other = rows["p"].to_numpy()[1:], np.array(there["p"][1:])
    middle = np.clip((p + other) / 2, 1 / permutations, 1)
    errors = np.abs(p - other - 1 / (1 + permutations)) / np.sqrt(
        2 * middle * (1 - middle + 1e-9) / permutations
    )
    report(f"largest difference of p, {of}", errors.max(), "Monte Carlo errors", "<= 3", errors.max() <= 3)


def permuted(n: int) -> dict:
    """Seconds of 1,000 permutations of each test at one size."""
    response, matrices = networks(n)
    predictors, seconds = dict(zip("abc", matrices, strict=True)), {}
    small, others = networks(12)
    network_regression(
        small, {"a": others[0]}, permutations=9
    )  # what is loaded at the first call is not timed
    for name, work in {
        "QAP": lambda: qap_correlation(response, matrices[0]),
        "MRQAP linear, 3 predictors": lambda: network_regression(response, predictors),
        "MRQAP logit, 3 predictors": lambda: network_regression(response, predictors, model="logit"),
    }.items():
        start = time.perf_counter()
        work()
        seconds[name] = time.perf_counter() - start
    return seconds


def described(n: int) -> dict:
    """Seconds of each descriptive measure, as the report asks for it, on ``n`` organisations with ten ties each."""
    rng = np.random.default_rng(n)
    pairs = pd.DataFrame({"source": rng.integers(0, n, 10 * n), "target": rng.integers(0, n, 10 * n)})
    pairs = pairs[pairs["source"] != pairs["target"]].drop_duplicates().astype(str)
    ties = pairs.assign(kind="collaboration", wave="before", weight=1.0)
    kinds = rng.choice(["school", "museum", "association"], n)
    organisations = pd.DataFrame({"organisation": [str(i) for i in range(n)], "kind": kinds})
    seconds = {}
    for measure in (network_size, cohesion, centralisation, external_internal, structural_holes):
        start = time.perf_counter()
        measure(ties, organisations)
        seconds[measure.__name__] = time.perf_counter() - start
    return seconds


WORK = {"permuted": permuted, "described": described}


def in_a_process(what: str, n: int, patience: float) -> tuple[dict | None, float]:
    """Seconds of each measure and the peak of memory in GB; None where it took longer than ``patience`` seconds."""
    command = [sys.executable, __file__, "--work", what, str(n)]
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=patience, env=os.environ | threads
        )
    except subprocess.TimeoutExpired:
        return None, np.nan
    found = json.loads(done.stdout.splitlines()[-1])
    return found["seconds"], found["memory"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the smallest sizes only")
    parser.add_argument("--work", nargs=2, metavar=("WHAT", "SIZE"), help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=["r", *WORK], help="one part")
    arguments = parser.parse_args()
    if arguments.work:
        seconds = WORK[arguments.work[0]](int(arguments.work[1]))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps({"seconds": seconds, "memory": memory}))
        return
    if arguments.only in (None, "r"):
        for n, permutations in COMPARED[:1] if arguments.quick else COMPARED:
            against_r(n, permutations)
    if arguments.only in (None, "permuted"):
        for n in GROWTH[:1] if arguments.quick else GROWTH:
            seconds, memory = in_a_process("permuted", n, 600)
            for name, taken in (seconds or {"permutation tests": np.nan}).items():
                report(f"{name}, {n} organisations, 1000 permutations", taken, "s", "growth shown", None)
            report(
                f"peak memory of the permutation tests, {n} organisations",
                memory,
                "GB",
                "< 1.5",
                memory < 1.5,
            )
    if arguments.only in (None, "described"):
        for n in (500,) if arguments.quick else (500, 5000):
            seconds, memory = in_a_process("described", n, 300)
            for name, taken in (seconds or {}).items():
                report(f"{name}, {n} organisations, {10 * n} ties", taken, "s", "shown", None)
            whole = sum(seconds.values()) if seconds else np.nan
            met = None if n < 5000 else bool(whole < 60)
            report(
                f"all descriptive measures, {n} organisations, {10 * n} ties", whole, "s", "< 60 at 5000", met
            )
            report(f"peak memory of the descriptive measures, {n} organisations", memory, "GB", "shown", None)


if __name__ == "__main__":
    main()
