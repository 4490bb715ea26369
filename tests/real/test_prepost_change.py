"""The couples of Jacobson and others (1989), from the file as it came to the estimates of change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hubanalysis.loaders.tabular import load_tables
from hubanalysis.metrics.change import change_in_points, pair_waves
from hubanalysis.metrics.reliable_change import cut_off_c, reliable_change
from hubanalysis.metrics.scales import score_scales
from hubanalysis.study import read_study
from hubanalysis.study.scales import declared_scales

pytestmark = pytest.mark.accept


@pytest.fixture(scope="module")
def study():
    study = read_study(str(Path(__file__).parent / "prepost"))
    if not study.folder.is_dir():
        pytest.skip("the folder of real data is not here")
    return study


@pytest.fixture(scope="module")
def pairs(study):
    answers = load_tables(study, [], [])["answers"]
    declared = [wave.id for wave in study.model.waves]  # as the preparation orders them
    answers["wave"] = pd.Categorical(answers["wave"], declared, ordered=True)
    return pair_waves(score_scales(answers, declared_scales(study, "people")))


def test_the_mean_change_of_both_scales_is_that_of_the_paired_t_test(study, pairs):
    table = change_in_points(pairs, declared_scales(study, "people")).set_index("scale")
    for scale in ("das", "gds"):
        part = pairs[pairs["scale"] == scale]
        low, high = stats.ttest_rel(part["after"], part["before"]).confidence_interval()
        assert table.loc[scale, ["low", "high"]].tolist() == pytest.approx([low, high])
        assert table.loc[scale, "n"] == len(part)
    assert table.loc["das", "low"] > 0 > table.loc["gds", "high"]  # couples got on better, distress fell


def test_the_categories_of_clinical_significance(pairs):
    """R clinicalsignificance, its own tests: gds, reliability .80: 10 recovered, 4 improved, 12 unchanged, 0 worse; the
    cut-off c for a reference population of mean 60, standard deviation 7.5 is 65.047305."""
    gds = pairs[pairs["scale"] == "gds"]
    declared = {"id": "gds", "area": "wellbeing", "items": ["gds"], "range": (0, 100)}
    declared |= {"better": "lower", "reliability": 0.8}
    table = reliable_change(gds, [declared]).set_index("outcome")
    counts = (table["estimate"] * table["n"]).round().astype(int)
    assert counts.to_dict() == {"improved": 14, "no_reliable_change": 12, "worsened": 0}
    mean, sd = gds["before"].mean(), gds["before"].std(ddof=1)
    recovered = (gds["change"] < -table["threshold"].iloc[0]) & (gds["after"] < mean - 2 * sd)
    assert recovered.sum() == 10 and np.isclose(cut_off_c(mean, sd, 60, 7.5), 65.047305, atol=1e-6)
