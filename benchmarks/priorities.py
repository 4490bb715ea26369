"""Orders of needs: 10 needs, 500 voters, and 2,000 drawings of the voters. Peer for Plackett-Luce: choix, one fit.

Restitution: one page set by Typst.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import choix
import numpy as np
import pandas as pd
from measure import median_seconds, report

from hubanalysis.metrics.plackett_luce import plackett_luce
from hubanalysis.metrics.priorities import RULES, collective_rankings
from hubanalysis.printing.typesetting import typeset

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true")
quick = parser.parse_args().quick
voters, replicates, times = (100, 200, 1) if quick else (500, 2000, 3)

rng = np.random.default_rng(2022)
needs = [f"n{j}" for j in range(10)]
worth = rng.dirichlet(np.full(10, 2.0))
orders = [np.argsort(-(np.log(worth) + rng.gumbel(size=10))) for _ in range(voters)]
ranks = np.array([np.argsort(order) + 1 for order in orders], dtype=float)
rows = [(1, f"v{v}", need, ranks[v, j]) for v in range(voters) for j, need in enumerate(needs)]
rankings = pd.DataFrame(rows, columns=["round", "voter", "need", "rank"])

for rule in RULES:
    once = median_seconds(
        lambda rule=rule: collective_rankings(rankings, needs, rule=rule, replicates=0), times
    )
    drawn = median_seconds(
        lambda rule=rule: collective_rankings(rankings, needs, rule=rule, replicates=replicates), times
    )
    target = 1.0 if rule == "kemeny" else None
    report(f"{rule}, {voters} voters", once, "s", "< 1" if target else "", once < target if target else None)
    report(f"{rule}, {replicates} drawings of {voters} voters", drawn, "s", "< 10", drawn < 10)

lists = [[int(x) for x in order] for order in orders]
peer = median_seconds(lambda: choix.ilsr_rankings(10, lists), times)
ours = median_seconds(lambda: plackett_luce(ranks, pseudo=0), times)
report("plackett_luce, one fit: choix takes so many times as long", peer / ours, "ratio", "> 1", peer > ours)

page = {
    "title": "A", "lang": "it", "study": "S", "edition": "1", "said": [[{"t": "x"}]], "everybody": [[{"t": "y"}]],
    "plans": [], "bars": [], "bars_title": "", "bars_alt": "", "contact": "", "simulated": "",
    "words": {"said": "a", "everybody": "b", "plans": "c", "open": "d", "foot": "e"},
}  # fmt: skip
with tempfile.TemporaryDirectory() as folder:
    seconds = median_seconds(lambda: typeset("restitution", page, Path(folder) / "page.pdf"), 5)
report("a page to give back, set as PDF", seconds, "s", "", None)
