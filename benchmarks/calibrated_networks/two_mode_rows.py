"""False alarms of the two-mode backbone: people and activities that share by their numbers alone.

Tables are drawn from the null itself (a probability a person x activity, some people and activities with many ties),
and the model is fitted again to each, as on data. ``two_mode`` has the form of the tests of network_calibration.py.
"""

from __future__ import annotations

import numpy as np

from hubanalysis.metrics.backbone import sdsm

ALPHA = 0.05


def chances(rng: np.random.Generator, people: int, activities: int) -> np.ndarray:
    """Uneven probabilities of attendance, about one in five on average."""
    log_odds = (
        -1.6 + 0.9 * rng.standard_normal(people)[:, None] + 0.6 * rng.standard_normal(activities)[None, :]
    )
    return 1 / (1 + np.exp(-log_odds))


def two_mode(rng: np.random.Generator, n: int, seed: int) -> dict:
    """Verdicts for ``n`` activities of 10 n people: share of pairs with p <= .05, and whether Holm calls any.

    Uncorrected, each pair's p should be at most .05 in 5 of 100 tables; corrected, any pair at all. Beside it stands
    the test that looks at the activities' sizes alone (hypergeometric, as in counting co-attendance by hand).
    """
    from scipy.stats import hypergeom

    drawn = (rng.random((10 * n, n)) < chances(rng, 10 * n, n)).astype(float)
    found = sdsm(drawn.T, "holm")
    sizes = drawn.sum(axis=0)
    by_size = hypergeom.sf(found.shared - 1, 10 * n, sizes[found.first], sizes[found.second])
    bonferroni = by_size * by_size.size
    return {
        "two-mode backbone, a single pair": (np.mean(found.p <= ALPHA), np.mean(by_size <= ALPHA), np.nan),
        "two-mode backbone, any pair (Holm)": (
            (found.p_adjusted <= ALPHA).any(),
            (bonferroni <= ALPHA).any(),
            np.nan,
        ),
    }
