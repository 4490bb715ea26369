"""The election of the Debian leader, 2002: 475 truncated ballots on four alternatives (PrefLib 00002)."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from hubanalysis.metrics.ballots import condorcet_winner, pairwise_margins
from hubanalysis.metrics.priorities import collective_rankings

REAL = Path(os.environ.get("HUBANALYSIS_REAL_DATA", Path(__file__).parents[3] / "shared" / "real"))
FILE = REAL / "rankings" / "debian_2002_leader.csv"
pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(not FILE.is_file(), reason="the folder of real data is not here"),
]
NEEDS = ["1", "2", "3", "4"]


@pytest.fixture(scope="module")
def rankings() -> pd.DataFrame:
    frame = pd.read_csv(FILE, dtype=str).rename(columns={"alternative": "need"})
    return frame.assign(round=1, rank=frame["rank"].astype(int))


def test_alternative_3_beats_the_others_by_the_known_margins(rankings):
    margins = pairwise_margins(rankings, NEEDS).query("need == '3'").set_index("other_need")["margin"]
    assert margins.to_dict() == {"1": 111, "2": 187, "4": 426}
    assert condorcet_winner(rankings, NEEDS).iloc[0]["need"] == "3"


@pytest.mark.parametrize("rule", ["borda", "schulze", "kemeny"])
def test_alternative_3_wins_by_every_rule(rankings, rule):
    first = collective_rankings(rankings, NEEDS, rule=rule, replicates=200).iloc[0]
    assert (first["need"], first["estimate"], first["low"], first["high"], first["n"]) == ("3", 1, 1, 1, 475)
