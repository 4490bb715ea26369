"""Where no change was shown: too small to count, or undecided. An absence of evidence is not called no effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.change import change_in_points
from hubanalysis.metrics.intervals import Interval, mean_interval
from hubanalysis.metrics.scales import field

__all__ = ["CONVENTION", "equivalence", "equivalence_p", "smallest_change_that_counts"]

#: Share of the average standard deviation taken where nothing is known of a scale: what is usually called small.
CONVENTION = 0.2
#: The change on the WHO-5 that counts, of 100 points (Topp et al. 2015).
WHO5 = 10.0

NO_INTERVAL = mark("too few pairs, or all changed alike: it cannot be told")
PAIRED = mark("two one-sided paired t tests, 90% interval")
SIGN_FLIP = mark("two one-sided sign-flip tests, 90% interval")


def equivalence_p(change: ArrayLike, bound: float) -> float:
    """p of the two one-sided paired t tests that the mean change lies between -``bound`` and ``bound``.

    The larger of P(T > (-bound - m) / se) turned round and P(T < (m - bound) / se), T with n - 1 degrees of freedom
    (Schuirmann 1987). At most 0.05 exactly where the 90 % t interval lies within the bounds. ``change`` in points,
    without missing values; NaN for fewer than two values or values all alike.
    """
    x = np.asarray(change, dtype=float)
    if len(x) < 2 or np.isclose(x.std(), 0):
        return np.nan
    error = x.std(ddof=1) / np.sqrt(len(x))
    return float(stats.t.sf((bound - abs(x.mean())) / error, len(x) - 1))


def smallest_change_that_counts(scale: Any, part: pd.DataFrame) -> tuple[float, str]:
    """The bound of a scale in its points and where it comes from: declared, published or convention.

    ``declared`` is the scale's ``smallest_change``; ``published`` the 10 points of the WHO-5; ``convention`` is 0.2
    times sqrt((s_before^2 + s_after^2) / 2) of these pairs, a d_av of 0.2: no knowledge of what counts for people.
    ``part`` holds the pairs of the scale (before, after); NaN where they have no spread.
    """
    declared = field(scale, "smallest_change", None) if scale is not None else None
    if declared is not None:
        return float(declared), "declared"
    if scale is not None and field(scale, "score", "mean") == "who5":
        return WHO5, "published"
    spread = np.sqrt((part["before"].var(ddof=1) + part["after"].var(ddof=1)) / 2) if len(part) > 1 else 0.0
    return (CONVENTION * float(spread) if spread > 1e-9 else np.nan), "convention"


def equivalence(
    pairs: pd.DataFrame,
    scales: Iterable[Any] = (),
    *,
    change: pd.DataFrame | None = None,
    interval: Callable[..., Interval] | None = None,
) -> pd.DataFrame:
    """For each scale whether its change is shown, shown to be too small to count, or undecided.

    ``change`` says which changes are shown (interval without zero and adjusted p at most 0.05; the house's own
    :func:`change_in_points` where none is given). ``low`` and ``high`` are the 90 % interval; where it lies within
    ± ``bound`` the change is smaller than what counts, at 5 % (Schuirmann 1987; Lakens 2017). ``verdict`` is
    ``changed``; ``changed_too_little`` (shown, and smaller than what counts); ``no_change_that_counts`` (not shown,
    and smaller); ``left_open`` (neither). ``interval``, for few organisations, is a function of the changes and
    ``level`` in place of the t interval (:func:`hubanalysis.metrics.organisations.sign_flip_interval`); ``p`` is then
    missing. Each scale is judged on its own, without adjustment for their number. Columns ``area, scale``, the
    estimate, ``bound, bound_from, p, verdict``.
    """
    known = {field(s, "id"): s for s in scales}
    change = change_in_points(pairs, known.values()) if change is None else change
    rows = []
    for found in change.to_dict("records"):
        part = pairs[pairs["scale"] == found["scale"]]
        values = part["change"].to_numpy(float)
        bound, source = smallest_change_that_counts(known.get(found["scale"]), part)
        estimate, low, high = (interval or mean_interval)(values, level=0.9)
        told = np.isfinite([low, high, bound]).all() and not np.isclose(values.std(), 0)
        row = {"area": found["area"], "scale": found["scale"], "estimate": estimate, "n": len(values)}
        row |= {"low": low, "high": high} if told else {"low": np.nan, "high": np.nan}
        row |= {"unit": found["unit"], "method": PAIRED if interval is None else SIGN_FLIP}
        row |= {"note": "" if told else NO_INTERVAL, "bound": bound, "bound_from": source}
        row["p"] = equivalence_p(values, bound) if told and interval is None else np.nan
        rows.append(row | {"verdict": _verdict(found, row, bound) if told else ""})
    columns = ["area", "scale", "estimate", "low", "high", "n", "unit", "method", "note"]
    return pd.DataFrame(rows, columns=[*columns, "bound", "bound_from", "p", "verdict"])


def _verdict(found: dict, row: dict, bound: float) -> str:
    adjusted = found.get("p_adjusted", 0.0)
    shown = (found["low"] > 0 or found["high"] < 0) and not adjusted > 0.05
    within = -bound < row["low"] and row["high"] < bound
    if shown:
        return "changed_too_little" if within else "changed"
    return "no_change_that_counts" if within else "left_open"
