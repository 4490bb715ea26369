"""Two-mode networks: who belongs to, or took part in, what. The mode of each end is stored, never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.affiliation import jackknife, robins_alexander
from hubanalysis.metrics.backbone import sdsm

__all__ = [
    "attendance_memberships",
    "backbone_counts",
    "hide_small_overlaps",
    "shared_beyond_chance",
    "shared_counts",
    "two_mode_cohesion",
    "two_mode_size",
]

_SIZE = ["kind", "wave", "source_mode", "target_mode", "first_mode", "second_mode", "ties", "n"]
_COHESION = ["kind", "wave", "metric", "estimate", "low", "high", "n", "unit", "method", "note"]
_SHARED = ["kind", "wave", "source", "target", "either", "n"]
_BEYOND = [
    "kind", "wave", "mode", "others", "source", "target", "source_n", "target_n", "n", "expected", "ratio", "z", "p",
    "p_adjusted", "found", "possible", "needed", "alpha", "correction",
]  # fmt: skip
_COUNTS = [
    "kind", "wave", "mode", "others", "n", "pairs", "found", "possible", "never", "expected", "needed", "alpha",
    "correction",
]  # fmt: skip
TOO_SMALL = mark("Fewer than four members in the first mode: no interval can be given.")
UNDEFINED = mark("Undefined: there is nothing of this kind to count.")


def attendance_memberships(attendance: pd.DataFrame, wave: str = "") -> pd.DataFrame:
    """The attendance register as a two-mode network of persons and activities (table ``memberships``)."""
    return pd.DataFrame(
        {
            "kind": "attendance",
            "wave": wave,
            "source": attendance["person"],
            "source_mode": "person",
            "target": attendance["activity"],
            "target_mode": "activity",
        }
    )


def _networks(memberships: pd.DataFrame):
    """kind, wave, modes and incidence (sorted ends) of each two-mode network, repeated ties counted once."""
    clean = memberships.dropna(subset=["source", "target"])
    keys = ["kind", "wave", "source_mode", "target_mode"]
    for (kind, wave, first, second), own in clean.groupby(keys, observed=True, sort=False):
        ties = own[["source", "target"]].astype(str).drop_duplicates()
        sources, targets = sorted(set(ties["source"])), sorted(set(ties["target"]))
        incidence = np.zeros((len(sources), len(targets)))
        incidence[
            pd.Categorical(ties["source"], categories=sources).codes,
            pd.Categorical(ties["target"], categories=targets).codes,
        ] = 1.0
        yield str(kind), str(wave), str(first), str(second), incidence, sources, targets


def two_mode_size(memberships: pd.DataFrame) -> pd.DataFrame:
    """Members of both modes and ties by kind and wave: counts. Who has no tie is not seen."""
    rows = [
        (kind, wave, first, second, *incidence.shape, int(incidence.sum()), incidence.shape[0])
        for kind, wave, first, second, incidence, _, _ in _networks(memberships)
    ]
    return pd.DataFrame(rows, columns=_SIZE)


def two_mode_cohesion(memberships: pd.DataFrame) -> pd.DataFrame:
    """Density, mean degree of either mode and Robins-Alexander clustering by kind and wave.

    ``mean_degree_first`` is the mean number of targets of a source, ``mean_degree_second`` of sources of a target;
    ``n`` members of the first mode. The interval is the estimate ± 1.96 jackknife standard errors over the first mode:
    a bootstrap would draw a member beside its own copy, which shares every target with it and feigns clustering.
    """
    measures = {
        "density": (lambda x: float(x.mean()), mark("share")),
        "mean_degree_first": (lambda x: float(x.sum() / x.shape[0]), mark("ties")),
        "mean_degree_second": (lambda x: float(x.sum() / x.shape[1]), mark("ties")),
        "two_mode_clustering": (robins_alexander, mark("share")),
    }
    rows = []
    for kind, wave, _, _, incidence, _, _ in _networks(memberships):
        for name, (measure, unit) in measures.items():
            most = 1.0 if unit == "share" else np.inf
            tail = _jackknifed(incidence, measure, most) | {"unit": unit}
            rows.append({"kind": kind, "wave": wave, "metric": name} | tail)
    return pd.DataFrame(rows, columns=_COHESION)


def _jackknifed(incidence: np.ndarray, measure, most: float) -> dict:
    n = len(incidence)
    value, low, high = jackknife(incidence, measure)
    row = {"estimate": value, "low": np.nan, "high": np.nan, "n": n}
    row |= {"method": mark("jackknife over the first mode, estimate ± 1.96 standard errors"), "note": ""}
    if not np.isfinite(value):
        return row | {"estimate": np.nan, "note": UNDEFINED}
    if n < 4:
        return row | {"note": TOO_SMALL}
    if not np.isfinite(low):
        return row | {"note": UNDEFINED}
    return row | {"low": max(0.0, low), "high": min(most, high)}


def shared_counts(memberships: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """The projection on the second mode: how many of the first mode each pair of targets shares, the most first.

    ``n`` is the number of sources in both targets, ``either`` in one or the other. ``most`` keeps the first so many
    pairs. Raw counts: big targets share more by their size alone.
    """
    rows = []
    for kind, wave, _, _, incidence, _, targets in _networks(memberships):
        shared = incidence.T @ incidence
        size = incidence.sum(axis=0)
        for i, j in zip(*np.triu_indices(len(targets), k=1), strict=True):
            if shared[i, j]:
                either = int(size[i] + size[j] - shared[i, j])
                rows.append((kind, wave, targets[i], targets[j], either, int(shared[i, j])))
    frame = pd.DataFrame(rows, columns=_SHARED)
    frame = frame.sort_values(["n", "source", "target"], ascending=[False, True, True], ignore_index=True)
    return (
        frame
        if most is None
        else frame.groupby(["kind", "wave"], sort=False).head(most).reset_index(drop=True)
    )


def shared_beyond_chance(
    memberships: pd.DataFrame, *, side: str | None = None, alpha: float = 0.05, correction: str = "holm"
) -> pd.DataFrame:
    """Every pair of organisations (or activities): what they share, and what the numbers of their ties explain.

    ``side``: the ends that are compared, ``source`` or ``target``; by default the organisations, or the activities
    where there are none: never people. ``n`` is what both share, ``source_n`` and ``target_n`` what either has,
    ``expected`` under the null that keeps both sets of numbers on average (``hubanalysis.metrics.backbone``), ``ratio``
    n / expected, ``z`` the difference in standard deviations of the null, ``p`` exact and one-sided (as much or more
    shared), ``p_adjusted`` for all pairs of the network (``correction``: holm, bh or none). ``found``: p_adjusted <
    ``alpha``. ``possible``: the pair could be found at all, if it shared all that its numbers allow; ``needed``: how
    many it must share to be found by itself.

    Raises ValueError for another side or correction.
    """
    if side not in (None, "source", "target"):
        raise ValueError(f"side is source, target or None, not {side!r}")
    frames = []
    for kind, wave, first, second, incidence, sources, targets in _networks(memberships):
        by_source = side == "source" or (side is None and first == "organisation" != second)
        table, names = (incidence, sources) if by_source else (incidence.T, targets)
        found, has = sdsm(table, correction, alpha=alpha), table.sum(axis=1).astype(int)
        names = np.array(names, dtype=object)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(found.expected > 0, found.shared / found.expected, np.nan)
            away = (found.shared - found.expected) / found.deviation
        own = {
            "kind": kind, "wave": wave, "mode": first if by_source else second,
            "others": second if by_source else first,
            "source": names[found.first], "target": names[found.second],
            "source_n": has[found.first], "target_n": has[found.second], "n": found.shared,
            "expected": found.expected, "ratio": ratio, "z": np.where(found.deviation > 1e-9, away, np.nan),
            "p": found.p, "p_adjusted": found.p_adjusted, "found": found.p_adjusted < alpha,
            "possible": found.least_p_adjusted < alpha, "needed": found.needed,
            "alpha": alpha, "correction": correction,
        }  # fmt: skip
        frames.append(pd.DataFrame(own))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_BEYOND)


def backbone_counts(beyond: pd.DataFrame) -> pd.DataFrame:
    """How many pairs share more than numbers explain, and how many could ``never`` be found, by network.

    ``beyond`` from :func:`shared_beyond_chance`; ``n`` organisations (or activities), ``pairs`` of them. ``never`` is
    the power warning: these pairs stay unfound whatever they share, so that nothing found there says nothing.
    ``expected`` and ``needed``: of the possible pair in the middle (medians), what its numbers explain and what it
    would have to share to be found by itself.
    """
    rows = []
    keys = ["kind", "wave", "mode", "others", "alpha", "correction"]
    for (kind, wave, mode, others, alpha, correction), own in beyond.groupby(keys, sort=False):
        members = len(set(own["source"]) | set(own["target"]))
        found, possible = int(own["found"].sum()), int(own["possible"].sum())
        never = len(own) - possible
        middle = own.loc[own["possible"], ["expected", "needed"]].median()
        sizes = (members, len(own), found, possible, never, *middle)
        rows.append((kind, wave, mode, others, *sizes, alpha, correction))
    return pd.DataFrame(rows, columns=_COUNTS)


def hide_small_overlaps(beyond: pd.DataFrame, least: int) -> pd.DataFrame:
    """``shared_beyond_chance`` for a public report: nothing on a pair from which a group under ``least`` could be read.

    Hidden (``n`` and all that tells it become missing) where those in both, or those in one and not in the other, are
    fewer than ``least``: the sizes are told elsewhere, and the rest is found by subtraction. Because the total of all
    pairs could be worked out from how often people came, hidden pairs of a network must be two or more and hold
    ``least`` together; else the smallest of the others are hidden too.
    """
    beyond = beyond.reset_index(drop=True)
    hidden = beyond.astype({"n": "Int64", "found": "boolean"})
    sizes = beyond[["source_n", "target_n"]].min(axis=1)
    small = ((beyond["n"] < least) | (sizes - beyond["n"] < least)).to_numpy(bool).copy()
    if least <= 1:
        return hidden
    for _, own in beyond.groupby(["kind", "wave"], sort=False):
        places = own.sort_values("n", kind="stable").index
        places = [*places[small[places]], *places[~small[places]]]
        count = int(small[places].sum())
        while count and count < len(places) and (count < 2 or beyond.loc[places[:count], "n"].sum() < least):
            count += 1
        small[places[:count]] = True
    hidden.loc[small, ["n", "found"]] = pd.NA
    hidden.loc[small, ["ratio", "z", "p", "p_adjusted"]] = np.nan
    return hidden
