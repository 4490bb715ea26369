"""The rows: samples of the mechanism go through the functions of the report, and what they say is held to the truth."""

from __future__ import annotations

import inspect
import zlib

import numpy as np
import pandas as pd
from scipy import stats

from calibrated.mechanism import (
    ANYBODY,
    AREAS,
    ITEMS,
    LOW,
    NOBODY,
    SHIFT,
    as_scores,
    draw,
    shift_for,
    stays,
    truth,
)
from calibrated.tally import Tally
from hubanalysis.findings.change import verdicts
from hubanalysis.metrics.attrition import change_under_attrition
from hubanalysis.metrics.change import adjust_p, change_in_points, effect_sizes_of_change, pair_waves
from hubanalysis.metrics.effect_sizes import d_av, d_rm, rank_biserial
from hubanalysis.metrics.intervals import difference_interval, mean_interval, share_interval
from hubanalysis.metrics.organisations import hodges_lehmann
from hubanalysis.metrics.standardised_change import standardised_mean

#: Whether the weighted change needs a bootstrap: then it has fewer samples.
BOOTSTRAPPED = "draws" in inspect.signature(change_under_attrition).parameters
#: Published intervals that the house does not take, for comparison.
PUBLISHED = {
    "d_av, published normal interval": lambda x, y: d_av(x, y, adjust=True, interval="normal"),
    "d_rm, published normal interval": lambda x, y: d_rm(x, y, adjust=True, interval="normal"),
    "rank-biserial, published Fisher interval": lambda x, y: rank_biserial(x, y, interval="fisher"),
}


def seeded(*words) -> int:
    return zlib.crc32(" ".join(map(str, words)).encode())


def estimates(tally: Tally, n: int, shape: str, leaving: str, replicates: int) -> None:
    """Change, effect sizes, Holm: the first area unchanged and shifted, with the same random numbers otherwise."""
    seed, shift = seeded(n, shape, leaving), shift_for(shape, SHIFT)
    true = {changed: truth(shape, changed, leaving) for changed in (False, True)}
    for chunk in range(replicates // 20):
        first, second = draw(np.random.default_rng([seed, chunk]), 20, n, shape, 0.0)
        _, shifted = draw(np.random.default_rng([seed, chunk]), 20, n, shape, shift)
        x, y, z = first.mean(axis=-1), second.mean(axis=-1), shifted[:, :, 0].mean(axis=-1)
        stayed = stays(np.random.default_rng([seed, chunk, 1]), x, shape, leaving)
        others = [stats.ttest_1samp((y - x)[k, stayed[k], 1:], 0).pvalue for k in range(20)]
        before = x[:, :, [0, 0]]
        after = np.where(stayed[:, :, None], np.stack([y[:, :, 0], z], axis=2), np.nan)
        names = [f"{area} {k}" for k in range(20) for area in ("still", "shifted")]
        own = pair_waves(as_scores(*(np.moveaxis(v, 0, 1).reshape(n, -1) for v in (before, after)), names))
        points = change_in_points(own).set_index("scale")
        sizes = dict(tuple(effect_sizes_of_change(own).groupby("scale")))
        for scale, part in own.groupby("scale"):
            changed, k = scale.startswith("shifted"), int(scale.split()[1])
            scenario, values = "one area" if changed else "nothing", true[changed]

            def key(quantity, kind="coverage", scenario=scenario):
                return kind, n, shape, leaving, scenario, quantity

            mean = points.loc[scale, ["estimate", "low", "high"]]
            change = part["change"].to_numpy()
            if leaving != NOBODY:
                tally.holds(key("pairs"), values["pairs"], mean)
            alarms = adjust_p(pd.Series([points.at[scale, "p"], *others[k]]), "holm") <= 0.05
            alarm = alarms[1:].any() or (alarms[0] and not changed)
            tally.add(key("holm of pairs" if leaving == LOW else "holm", "family-wise error"), alarm)
            if leaving == ANYBODY:  # drawn only to see what the misses with the other drop-out come of
                continue
            tally.holds(key("mean"), values["mean"], mean)
            for size in sizes[scale].itertuples():
                tally.holds(key(size.measure), values[size.measure], (size.estimate, size.low, size.high))
            tally.holds(key("hodges_lehmann"), values["hodges_lehmann"], hodges_lehmann(change))
            risen = share_interval(int((change > 0).sum()), len(change))
            tally.holds(key("risen"), values["risen"], risen)
            if leaving == NOBODY:
                for name, function in PUBLISHED.items():
                    measure = "rank_biserial" if "rank" in name else name[:4]
                    interval = function(part["before"], part["after"])
                    tally.holds(key(name, "compared"), values[measure], interval)


def drop_out(tally: Tally, n: int, shape: str, replicates: int, weighings: int) -> None:
    """Who stays, how leavers differ; the change standardised to all or weighted, and what the finding then says."""
    rng, shift = np.random.default_rng(seeded("leave", n, shape)), shift_for(shape, SHIFT)
    true = {changed: truth(shape, changed, LOW) for changed in (False, True)}
    scales = [{"id": a, "area": a, "items": range(ITEMS), "range": (1, 5)} for a in AREAS]
    nobody = pd.DataFrame(columns=["id", "attribute", "value"])
    for k in range(replicates):
        changed = bool(k % 2)
        values, part = true[changed], (n, shape, LOW, "one area" if changed else "nothing")
        first, second = draw(rng, 1, n, shape, shift if changed else 0.0)
        x, y = first[0].mean(axis=-1), second[0].mean(axis=-1)
        stayed = stays(rng, x, shape, LOW)
        y[~stayed] = np.nan
        tally.holds(("coverage", *part, "stayed"), values["stayed"], share_interval(int(stayed.sum()), n))
        gone = difference_interval(x[stayed, 0], x[~stayed, 0])
        tally.holds(("coverage", *part, "leavers"), values["leavers"], gone)
        everybody = both_ways(x, y)
        tally.holds(("coverage", *part, "standardised"), values["standardised"], everybody.iloc[0, 1:4])
        silent = everybody["scale"].isin(AREAS[1:] if changed else AREAS)
        alarm = (silent & (everybody["p_adjusted"] <= 0.05)).any()
        tally.add(("family-wise error", *part, "holm standardised"), alarm)
        verdict = verdicts(paired(x[stayed], y[stayed]), standardised=everybody)["verdict"]
        tally.add(("family-wise error", *part, "finding"), (silent & (verdict == "shown")).any())
        if k >= weighings:
            continue
        scores = as_scores(x, y, AREAS).dropna(subset="score")
        table = change_under_attrition(scores, nobody, scales, **({"draws": 200} if BOOTSTRAPPED else {}))
        table = table[(table["assumption"] == "weighted") & (table["scale"] == AREAS[0])]
        for row in table.itertuples():
            if not np.isnan(row.low):  # under ten leavers the house gives no weighted change
                interval = row.estimate, row.low, row.high
                tally.holds(("coverage", *part, "weighted"), values["weighted"], interval)


def both_ways(x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """What ``change_standardised_to_all`` tells of n x areas first and second scores, without its tables."""
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    rows = []
    for k, area in enumerate(AREAS):
        others = np.delete(z, k, axis=1).mean(axis=1)
        interval, p = standardised_mean(y[:, k] - x[:, k], np.column_stack([x[:, k], others]))
        rows.append((area, *interval, p))
    frame = pd.DataFrame(rows, columns=["scale", "estimate", "low", "high", "p"])
    return frame.assign(p_adjusted=adjust_p(frame["p"], "holm"))


def paired(x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """What ``change_in_points`` tells of the same, without its tables."""
    change = y - x
    low_high = [mean_interval(change[:, k]) for k in range(len(AREAS))]
    frame = pd.DataFrame(low_high, columns=["estimate", "low", "high"]).assign(scale=AREAS)
    p = stats.ttest_1samp(change, 0).pvalue
    return frame.assign(p_adjusted=adjust_p(pd.Series(p), "holm"))


def coarse(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """Hodges-Lehmann where the scores do not move in steps: each is moved by up to half a step, else all is alike."""
    rng, shift = np.random.default_rng(seeded("coarse", n, shape)), shift_for(shape, SHIFT)
    spread = np.random.default_rng(9)
    first, second = draw(spread, 1, 100_000, shape, shift)
    change = (second - first)[0, :, 0].mean(axis=-1)
    change = change + spread.uniform(-0.125, 0.125, (2, len(change))).sum(axis=0)
    true = np.median([np.median((change + np.roll(change, k)) / 2) for k in range(1, 30)])
    for _ in range(replicates):
        first, second = draw(rng, 1, n, shape, shift)
        change = (second - first)[0, :, 0].mean(axis=-1) + rng.uniform(-0.125, 0.125, (2, n)).sum(axis=0)
        key = ("coverage", n, shape, NOBODY, "one area", "hodges_lehmann without steps")
        tally.holds(key, true, hodges_lehmann(change))
