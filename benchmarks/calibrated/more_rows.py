"""More rows: the reliability of scales, single questions, groups, comparison groups, organisations, and power."""

from __future__ import annotations

import numpy as np
import pandas as pd

from calibrated.mechanism import (
    NOBODY,
    SHIFT,
    as_answers,
    as_scores,
    draw,
    shift_for,
    truth,
    truth_of_items,
)
from calibrated.rows import seeded
from calibrated.tally import Tally
from hubanalysis.metrics.change import (
    EFFECT_SIZES,
    change_in_points,
    detectable_change,
    pair_waves,
    wave_means,
)
from hubanalysis.metrics.comparison import difference_in_differences
from hubanalysis.metrics.equivalence import equivalence
from hubanalysis.metrics.groups import change_by_group, difference_of_two_groups, differences_between_groups
from hubanalysis.metrics.intervals import share_interval
from hubanalysis.metrics.items import odds_of_a_higher_answer
from hubanalysis.metrics.organisations import hodges_lehmann, sign_flip_interval, sign_flip_p
from hubanalysis.metrics.reliability import cronbach_alpha, item_analysis, omega_total
from hubanalysis.metrics.reliable_change import reliable_change


def three(row) -> tuple[float, float, float]:
    return row.estimate, row.low, row.high


def in_fifties(first: np.ndarray, second: np.ndarray):
    """Pairs of the first area, fifty samples a frame, each sample a scale."""
    for start in range(0, len(first), 50):
        chosen = slice(start, start + 50)
        names = [f"s{k}" for k in range(start, start + len(first[chosen]))]
        wide = (v[chosen, :, 0].mean(axis=-1).T for v in (first, second))
        scores = as_scores(*wide, names)
        yield start, names, scores, pair_waves(scores)


def measurement(tally: Tally, n: int, shape: str, replicates: int, grouped: int, fits: int) -> None:
    """The first area's scale, its questions, who changed beyond error, and groups of people who do not differ."""
    rng = np.random.default_rng(seeded("measure", n, shape))
    true, scale = truth(shape, False), truth_of_items(shape)
    first, second = draw(rng, replicates, n, shape, 0.0)
    part, alarm = ("coverage", n, shape, NOBODY, "nothing"), ("false alarms", n, shape, NOBODY, "nothing")
    alphas = {}
    for k in range(replicates):
        alpha = cronbach_alpha(first[k, :, 0])
        alphas[f"s{k}"] = alpha[0]
        tally.holds((*part, "alpha"), scale["alpha"], alpha)
        if k < fits:
            tally.holds((*part, "omega"), scale["omega"], omega_total(first[k, :, 0]))
            answers, scales = as_answers(first[k, :, 0], second[k, :, 0])
            items = item_analysis(answers, scales).iloc[0]
            tally.holds((*part, "item rest"), scale["item rest"], three(items))
        gain = second[k, :, 0].mean(axis=-1) - first[k, :, 0].mean(axis=-1)
        risen = share_interval(int((gain > scale["threshold"]).sum()), n)
        tally.holds((*part, "improved, threshold known"), scale["improved"], risen)
        ceiling = int((first[k, :, 0].mean(axis=-1) > 5 - 1e-9).sum())
        tally.holds((*part, "ceiling"), true["ceiling"], share_interval(ceiling, n))
    values = np.where(np.arange(n) < 0.3 * n, "few", "many")
    attributes = pd.DataFrame({"id": np.arange(n), "attribute": "group", "value": values})
    for _, names, scores, pairs in in_fifties(first[:grouped], second[:grouped]):
        for row in change_by_group(pairs, attributes, ["group"]).itertuples():
            if row.value == "few":
                tally.holds((*part, "group"), true["mean"], three(row))
        tests = differences_between_groups(pairs, attributes, ["group"])
        for name, column in (("groups, change (Welch)", "p"), ("groups, first score equal", "p_equal_start")):
            for p in tests[column]:
                tally.add((*alarm, name), p <= 0.05)
        for row in difference_of_two_groups(pairs, attributes, ["group"]).itertuples():
            tally.holds((*part, "two groups"), 0.0, three(row))
        means = wave_means(scores)
        for row in means[means["wave"] == "before"].itertuples():
            tally.holds((*part, "wave mean"), true["wave mean"], three(row))
        measured = pd.DataFrame({"scale": names, "wave": "before", "measure": "alpha"})
        measured["estimate"] = [alphas[s] for s in names]
        declared = [{"id": s, "area": s, "items": range(4), "range": (1, 5)} for s in names]
        shares = reliable_change(pairs, declared, measured)
        for row in shares[shares["outcome"] == "improved"].itertuples():
            tally.holds((*part, "improved"), scale["improved"], three(row))


def questions(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """The odds of a more favourable answer to one question, in the area that moved."""
    rng = np.random.default_rng(seeded("odds", n, shape))
    first, second = draw(rng, replicates, n, shape, shift_for(shape, SHIFT))
    key = ("coverage", n, shape, NOBODY, "one area", "odds")
    for k in range(replicates):
        answers, scales = as_answers(first[k, :, 0], second[k, :, 0])
        scales[0]["items"] = scales[0]["items"][:1]
        row = odds_of_a_higher_answer(answers, scales, "before", "after").iloc[0]
        tally.holds(key, truth_of_items(shape)["odds"], three(row))


def comparison(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """A comparison group of the same size that did not change: the difference in differences, and its false alarms."""
    rng, shift = np.random.default_rng(seeded("compare", n, shape)), shift_for(shape, SHIFT)
    added = truth(shape, True)["mean"] - truth(shape, False)["mean"]
    ours = in_fifties(*draw(rng, replicates, n, shape, shift))
    theirs = in_fifties(*draw(rng, replicates, n, shape, 0.0))
    none = in_fifties(*draw(rng, replicates, n, shape, 0.0))
    for (*_, programme), (*_, compared), (*_, still) in zip(ours, theirs, none, strict=True):
        table = difference_in_differences(programme, compared)
        for row in table[table["reading"] != "first_score"].itertuples():
            key = ("coverage", n, shape, NOBODY, "one area", row.reading)
            # both groups are drawn alike: what holds the first score equal has the same true value
            tally.holds(key, added, three(row))
        table = difference_in_differences(still, compared)
        for row in table[table["reading"] != "first_score"].itertuples():
            tally.add(
                ("false alarms", n, shape, NOBODY, "nothing", f"{row.reading}, two arms"), row.p <= 0.05
            )


def too_small_to_count(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """A change just as large as what counts: how often is it called smaller? The bound declared, or the convention."""
    for source, wanted in (("declared", SHIFT), ("convention", 0.2)):
        rng = np.random.default_rng(seeded("equal", n, shape, source))
        shift = shift_for(shape, wanted, "first" if source == "declared" else "average")
        first, second = draw(rng, replicates, n, shape, shift)
        bound = truth(shape, True)["mean"] if source == "declared" else None
        key = ("false alarms", n, shape, NOBODY, "change as large as counts", f"equivalence, bound {source}")
        for _, names, _, pairs in in_fifties(first, second):
            scales = [{"id": s, "area": s, "items": range(4), "range": (1, 5)} for s in names]
            scales = [s | {"smallest_change": bound} if bound else s for s in scales]
            for row in equivalence(pairs, scales).itertuples():
                tally.add(key, row.verdict in ("no_change_that_counts", "changed_too_little"))


def organisations(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """Few pairs: the sign-flip interval and test, Hodges-Lehmann, and the effect sizes that notebook 04 shows."""
    for changed in (False, True):
        rng, scenario = np.random.default_rng(seeded("few", n, shape)), "one area" if changed else "nothing"
        true = truth(shape, changed)
        first, second = draw(rng, replicates, n, shape, shift_for(shape, SHIFT) if changed else 0.0)
        part = ("coverage", n, shape, NOBODY, scenario)
        for before, after in zip(first[:, :, 0].mean(axis=-1), second[:, :, 0].mean(axis=-1), strict=True):
            change = after - before
            tally.holds((*part, "sign_flip"), true["mean"], sign_flip_interval(change, resamples=1999))
            if not changed:
                p = sign_flip_p(change, resamples=1999)
                key = ("false alarms", n, shape, NOBODY, scenario, "sign-flip test")
                tally.add(key, p <= 0.05)
            if n in (20, 60, 180):
                continue  # these have their rows among the people
            tally.holds((*part, "hodges_lehmann"), true["hodges_lehmann"], hodges_lehmann(change))
            for name in ("d_av", "rank_biserial", "superiority"):
                options = {"adjust": True} if name == "d_av" else {}
                tally.holds((*part, name), true[name], EFFECT_SIZES[name][0](before, after, **options))


def power(tally: Tally, n: int, shape: str, replicates: int) -> None:
    """The paired t test's power where the true change is the smallest detectable one as the house states it."""
    design = pd.DataFrame({"area": "a", "scale": "a", "change": np.arange(n) * 1.0})
    smallest = detectable_change(design)["smallest_d_z"].iloc[0]
    rng = np.random.default_rng(seeded("power", n, shape))
    first, second = draw(rng, replicates, n, shape, shift_for(shape, smallest, "change"))
    for *_, pairs in in_fifties(first, second):
        for p in change_in_points(pairs)["p"]:
            tally.add(("power", n, shape, NOBODY, "smallest detectable change", "paired t test"), p <= 0.05)
