"""Rows of the models: attendance when people who met share what happened, and the same scale before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from calibrated.mechanism import ITEMS, NAMES, NOBODY, SHIFT, draw, shift_for
from calibrated.rows import seeded
from calibrated.tally import Tally
from hubanalysis.metrics.dose import dose_response, dose_table
from hubanalysis.metrics.invariance import LEAST_PAIRS, invariance, item_shifts

ACTIVITIES = 24
SHOCK = 0.1  # what one activity adds for everybody who came: its standard deviation in points


def attendance(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """Nobody changes by coming; activities share nothing, or move all who came: false alarms with and without it."""
    rng = np.random.default_rng(seeded("dose", n, shape))
    first, second = draw(rng, replicates, n, shape, 0.0)
    ids = [f"p{k}" for k in range(n)]
    for before, after in zip(first[:, :, 0].mean(axis=-1), second[:, :, 0].mean(axis=-1), strict=True):
        often, liked = rng.gamma(2, 0.5, n), rng.dirichlet(np.full(ACTIVITIES, 2.0))
        there = rng.random((n, ACTIVITIES)) < np.clip(3.6 * np.outer(often, liked), 0, 0.95)
        person, activity = np.nonzero(there)
        came = pd.DataFrame({"person": [ids[k] for k in person], "activity": [f"a{k}" for k in activity]})
        for scenario, shock in (("activities alike", 0.0), ("activities share shocks", SHOCK)):
            moved = there @ rng.normal(0, shock, ACTIVITIES)
            pairs = pd.DataFrame({"id": ids, "area": "a", "scale": "a", "before": before})
            table = dose_table(pairs.assign(change=after + moved - before), came["person"].value_counts())
            key = (n, shape, NOBODY, scenario)
            p = dose_response(table, came)["p"].iloc[0]
            if np.isfinite(p):
                tally.add(("false alarms", *key, "dose, mixed model"), p <= 0.05)
                tally.add(("compared", *key, "dose, HC3 alone"), dose_response(table)["p"].iloc[0] <= 0.05)


def same_before_and_after(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """The trait moves and the questions stay as they were; then one question moves alone, by half a point."""
    rng = np.random.default_rng(seeded("same", n, shape))
    first, second = draw(rng, replicates, n, shape, shift_for(shape, SHIFT))
    for before, after in zip(first[:, :, 0], second[:, :, 0], strict=True):
        answers, scales = asked_twice(before, after)
        alone = item_shifts(answers, scales)["p_adjusted"] <= 0.05
        tally.add(("false alarms", n, shape, NOBODY, "one area", "question moved alone (Holm)"), alone.any())
        if n < LEAST_PAIRS:
            continue
        verdict = invariance(answers, scales)["verdict"].iloc[0]
        key = (n, shape, NOBODY, "one area")
        tally.add(("false alarms", *key, "scale called not comparable"), verdict == "not_comparable")
        tally.add(("compared", *key, "scale called comparable, rightly"), verdict == "comparable")
        down = after.copy()
        down[:, 0] = np.maximum(down[:, 0] - (rng.random(n) < 0.5), 1)
        verdict = invariance(*asked_twice(before, down))["verdict"].iloc[0]
        key = (n, shape, NOBODY, "one question fell half a point")
        tally.add(("compared", *key, "scale called not comparable, rightly"), verdict == "not_comparable")
        tally.add(("compared", *key, "scale called comparable, wrongly"), verdict == "comparable")


def asked_twice(before: np.ndarray, after: np.ndarray) -> tuple[pd.DataFrame, list[dict]]:
    """The table ``answers`` of one scale, n x items, every item asked in both waves, and the scale."""
    n = len(before)
    frame = pd.DataFrame(
        {"id": np.tile(np.arange(n), 2 * ITEMS), "item": np.tile(np.repeat(NAMES, n), 2)}
        | {"wave": np.repeat(["before", "after"], n * ITEMS)}
        | {"number": np.concatenate([before.T.ravel(), after.T.ravel()]).astype(float)}
    ).assign(about="people", instrument="q", status="answered")
    frame["wave"] = pd.Categorical(frame["wave"], ["before", "after"], ordered=True)
    return frame, [{"id": "s", "area": "s", "items": NAMES, "range": (1, 5)}]
