"""Two-mode networks: who belongs to, or took part in, what. The mode of each end is stored, never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.affiliation import robins_alexander

__all__ = [
    "attendance_memberships",
    "shared_counts",
    "two_mode_cohesion",
    "two_mode_size",
]

_SIZE = ["kind", "wave", "source_mode", "target_mode", "first_mode", "second_mode", "ties", "n"]
_COHESION = ["kind", "wave", "metric", "estimate", "low", "high", "n", "unit", "method", "note"]
_SHARED = ["kind", "wave", "source", "target", "either", "n"]
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
        yield str(kind), str(wave), str(first), str(second), incidence, targets


def two_mode_size(memberships: pd.DataFrame) -> pd.DataFrame:
    """Members of both modes and ties by kind and wave: counts. Who has no tie is not seen."""
    rows = [
        (kind, wave, first, second, *incidence.shape, int(incidence.sum()), incidence.shape[0])
        for kind, wave, first, second, incidence, _ in _networks(memberships)
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
    for kind, wave, _, _, incidence, _ in _networks(memberships):
        for name, (measure, unit) in measures.items():
            most = 1.0 if unit == "share" else np.inf
            tail = _jackknifed(incidence, measure, most) | {"unit": unit}
            rows.append({"kind": kind, "wave": wave, "metric": name} | tail)
    return pd.DataFrame(rows, columns=_COHESION)


def _jackknifed(incidence: np.ndarray, measure, most: float) -> dict:
    n = len(incidence)
    value = measure(incidence)
    row = {"estimate": value, "low": np.nan, "high": np.nan, "n": n}
    row |= {"method": mark("jackknife over the first mode, estimate ± 1.96 standard errors"), "note": ""}
    if not np.isfinite(value):
        return row | {"estimate": np.nan, "note": UNDEFINED}
    if n < 4:
        return row | {"note": TOO_SMALL}
    without = np.array([measure(np.delete(incidence, i, axis=0)) for i in range(n)])
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    if not np.isfinite(error):
        return row | {"note": UNDEFINED}
    return row | {"low": max(0.0, value - 1.96 * error), "high": min(most, value + 1.96 * error)}


def shared_counts(memberships: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """The projection on the second mode: how many of the first mode each pair of targets shares, the most first.

    ``n`` is the number of sources in both targets, ``either`` in one or the other. ``most`` keeps the first so many
    pairs. Raw counts: big targets share more by their size alone.
    """
    rows = []
    for kind, wave, _, _, incidence, targets in _networks(memberships):
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
