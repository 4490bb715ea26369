"""Saturation: would another interview like these bring a new theme?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hubanalysis.locale import mark

__all__ = ["new_information", "saturation"]

#: Guest, Namey & Chen 2020: interviews that make the base, interviews in a run, and what a run may bring at most.
BASE, RUN, THRESHOLD = 4, 2, 0.05
_CURVE = mark("themes known, over shuffled orders")
_RUNS = mark("new themes in a run over themes of the base, over shuffled orders")


def _present(segments: pd.DataFrame, coded: Sequence[str] | None) -> np.ndarray:
    """interviews x themes; ``coded`` also names interviews without any passage."""
    table = pd.crosstab(segments["interview"].astype("str"), segments["code"].astype("str")) > 0
    return table.reindex(sorted({*table.index, *(coded or ())}), fill_value=False).to_numpy()


def _orders(interviews: int, draws: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([rng.permutation(interviews) for _ in range(draws)])


def saturation(
    segments: pd.DataFrame, coded: Sequence[str] | None = None, draws: int = 499, seed: int = 2022
) -> pd.DataFrame:
    """How many different themes are known after 1, 2, ... interviews, over shuffled orders of the interviews.

    Columns ``interviews, estimate`` (mean over orders)``, low, high`` (the middle 95 % of orders), ``n`` (all coded
    interviews), ``new`` (themes the next interview added, on average), ``method, unit, note``. A curve that no longer
    rises says that another interview like these would hardly bring a new theme (Guest, Bunce & Johnson 2006).
    """
    columns = ["interviews", "estimate", "low", "high", "n", "new", "method", "unit", "note"]
    if not len(segments):
        return pd.DataFrame(columns=columns)
    present = _present(segments, coded)
    known = (np.cumsum(present[_orders(len(present), draws, seed)], axis=1) > 0).sum(axis=2)
    mean = known.mean(axis=0)
    low, high = np.quantile(known, [0.025, 0.975], axis=0)
    frame = pd.DataFrame(
        {"interviews": np.arange(1, len(present) + 1), "estimate": mean, "low": low, "high": high}
    )
    frame["n"], frame["new"] = len(present), np.diff(mean, prepend=0.0)
    return frame.assign(method=_CURVE, unit="themes", note="")[columns]


def new_information(
    segments: pd.DataFrame,
    coded: Sequence[str] | None = None,
    base: int = BASE,
    run: int = RUN,
    threshold: float = THRESHOLD,
    draws: int = 499,
    seed: int = 2022,
) -> pd.DataFrame:
    """After how many interviews a run of them brought next to nothing new (Guest, Namey & Chen 2020).

    The themes of the first ``base`` interviews are the measure. A run is the next ``run`` interviews; runs overlap by
    moving on one interview at a time. What a run brought is its new themes over the themes of the base; saturation is
    reached with the first run that brought ``threshold`` (5 %) or less, that is after the interviews before it. One
    row: ``estimate``, the median of that number over shuffled orders, ``low`` and ``high`` its middle 95 % (orders that
    never got there count as one more than all interviews: NaN then), ``reached`` (share of orders in which it was
    reached at all), ``last`` (what the last run brought, mean over orders, a share), ``n`` (interviews), ``base, run,
    threshold``. NaN and a note with fewer than ``base + run`` interviews.
    """
    columns = ["estimate", "low", "high", "n", "reached", "last", "base", "run", "threshold"]
    columns += ["method", "unit", "note"]
    if not len(segments):
        return pd.DataFrame(columns=columns)
    present = _present(segments, coded)
    n = len(present)
    rule = {"n": n, "base": base, "run": run, "threshold": threshold, "method": _RUNS, "unit": "interviews"}
    if n < base + run:
        few = {"estimate": np.nan, "low": np.nan, "high": np.nan, "reached": np.nan, "last": np.nan}
        return pd.DataFrame([few | rule | {"note": mark("too few interviews for a base and a run")}])[columns]
    known = (np.cumsum(present[_orders(n, draws, seed)], axis=1) > 0).sum(axis=2)  # draws x interviews
    brought = known[:, base + run - 1 :] - known[:, base - 1 : n - run]  # draws x runs
    brought = brought / np.maximum(known[:, [base - 1]], 1)
    still = brought <= threshold
    first = np.where(still.any(axis=1), base + still.argmax(axis=1), n + 1)
    low, middle, high = np.quantile(first, [0.025, 0.5, 0.975], method="inverted_cdf").astype(float)
    told = {
        name: value if value <= n else np.nan
        for name, value in (("estimate", middle), ("low", low), ("high", high))
    }
    told |= {"reached": float(still.any(axis=1).mean()), "last": float(brought[:, -1].mean())}
    note = "" if told["high"] == told["high"] else mark("not reached in some orders of the interviews")
    return pd.DataFrame([told | rule | {"note": note}])[columns]
