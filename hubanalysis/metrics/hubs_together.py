"""Results of several hubs or editions, from their results.json alone: which may be combined, and what they then say.

Nobody's data are shared: an estimate, its interval, its n and the name of its method are enough to give back its
standard error, where the method is one of those below. Whatever differs in unit, method or definition is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.meta_analysis import combine_estimates, difference_between_two, trend_over_years

__all__ = ["COMPARED", "Together", "hubs_over_time", "hubs_together", "standard_error"]

Results = Sequence[Mapping[str, Any]]

#: The results that are combined unless others are asked for: one question, one estimate for each hub.
COMPARED = (
    "change:*",
    "compared:*:difference_in_differences",
    "follow_up:*",
    "org_effect:*:d_av",
    "long_share_change:all_kinds:*",
    "themes:*",
    "retention:leavers",
    "org_retention:leavers",
)
#: Method -> how its interval was made: Student's t with n - 1, the normal, on the log, or a share out of n.
_MADE = {
    "paired t interval": "t",
    "mean, t interval": "t",
    "d_av, robust t interval, Hedges correction": "t",
    "dyadic cluster-robust t interval over the pairs known in both waves": "t",
    "difference of mean changes, Welch's interval": "normal",
    "difference of means, Welch's interval": "normal",
    "vertex bootstrap, estimate ± 1.96 standard errors": "normal",
    "proportional odds, errors clustered by person": "log",
    "share, Wilson interval": "logit",
    "share of interviews, Wilson interval": "logit",
    "share of voters, Wilson interval": "logit",
    "share of participants, Wilson interval": "logit",
}
_BACK = {"log": np.exp, "logit": lambda v: 1 / (1 + np.exp(-v))}
#: Welch's degrees of freedom are not recorded: from this n on the normal is near enough.
_NEAR_NORMAL = 20

NO_ESTIMATE = mark("it has no estimate")
NO_INTERVAL = mark("it has no interval")
METHOD_UNKNOWN = mark("its method does not allow to tell its standard error")
UNEVEN = mark("its interval does not lie evenly about the estimate")
NO_ERROR = mark("its standard error is nought")
FEW_FOR_NORMAL = mark("too few stand behind it to tell its standard error")
ONE_HUB = mark("only one hub has it")
UNITS = mark("the units differ")
METHODS = mark("the methods differ")
DEFINITIONS = mark("the definitions differ")
UNDEFINED = mark("a hub does not record how it is defined: its report was made by an earlier version")
TWO = mark("Two only: the interval of their mean is wide, because two hardly tell how much hubs differ.")
FEW_HUBS = mark("Fewer than five: how much hubs differ is hardly known.")
APART = mark("They differ by more than chance: the mean hides that.")
METHOD = mark("random effects (Paule-Mandel), Hartung-Knapp interval")

_PARTS = ["result", "label", "area", "hub", "estimate", "low", "high", "n", "weight", "unit"]
_POOLED = ["result", "label", "area", "hubs", "estimate", "low", "high", "n", "unit", "method", "note"]
_POOLED += ["tau2", "i2", "q", "q_p", "predict_low", "predict_high", "on_scale"]
_REFUSED = ["result", "hub", "reason", "detail"]
_TIME = ["result", "label", "area", "reading", "estimate", "low", "high", "n", "unit", "method", "note"]


@dataclass(frozen=True)
class Together:
    """``parts`` what each hub says (``weight`` its share in the mean), ``pooled`` what they say together, ``refused``
    what was not combined and why (``hub`` empty where it concerns all)."""

    parts: pd.DataFrame
    pooled: pd.DataFrame
    refused: pd.DataFrame


def standard_error(result: Mapping[str, Any]) -> tuple[float, float, str]:
    """The estimate and its standard error on the scale on which they can be combined, and that scale's name.

    Interval / (2 t(n - 1)) or / (2 z) by method; odds ratios on the log; shares as log odds with error
    sqrt(1/x + 1/(n - x)) from the count x = share n (half is added to both where one is 0). Scale ``as_recorded``,
    ``log`` or ``logit``. Raises ValueError with the reason where the method does not allow it.
    """
    estimate, low, high, n = (result.get(key) for key in ("estimate", "low", "high", "n"))
    if estimate is None:
        raise ValueError(NO_ESTIMATE)
    made = _MADE.get(str(result.get("method")))
    if made is None:
        raise ValueError(METHOD_UNKNOWN)
    if made == "logit":
        if not n:
            raise ValueError(METHOD_UNKNOWN)
        more = 0.5 if round(estimate * n) in (0, n) else 0.0
        yes, no = estimate * n + more, (1 - estimate) * n + more
        return float(np.log(yes / no)), float(np.sqrt(1 / yes + 1 / no)), "logit"
    if low is None or high is None:
        raise ValueError(NO_INTERVAL)
    if made == "log":
        if min(estimate, low) <= 0:
            raise ValueError(UNEVEN)
        estimate, low, high = np.log([estimate, low, high])
    if made == "normal" and "Welch" in str(result["method"]) and (n or 0) < _NEAR_NORMAL:
        raise ValueError(FEW_FOR_NORMAL)
    if made == "t" and (n or 0) < 2:
        raise ValueError(FEW_FOR_NORMAL)
    if not high - low > 1e-12:
        raise ValueError(NO_ERROR)
    if abs((low + high) / 2 - estimate) > 0.05 * (high - low):
        raise ValueError(UNEVEN)
    quantile = stats.t.ppf(0.975, n - 1) if made == "t" else stats.norm.ppf(0.975)
    scale = "log" if made == "log" else "as_recorded"
    return float(estimate), float((high - low) / 2 / quantile), scale


def hubs_together(
    hubs: Mapping[str, Results], patterns: Sequence[str] = COMPARED, level: float = 0.95
) -> Together:
    """Combine what several hubs recorded under the same id, where unit, method and definition are the same.

    ``hubs``: name -> results as results.json holds them, their ``method`` in English. ``patterns`` choose the ids
    (``*`` for anything). Shares and odds ratios are combined on the log and given back as they were; ``tau2`` stays on
    the scale named in ``on_scale``.
    """
    parts, pooled, refused = [], [], []
    for name, found in _by_id(hubs, patterns).items():
        usable, reasons = _usable(name, found)
        refused += reasons
        if len(usable) < 2:
            if not any(not hub for _, hub, *_ in reasons):
                refused.append((name, "", ONE_HUB, ", ".join(usable)))
            continue
        effects, errors, scales = zip(*usable.values(), strict=True)
        combined = combine_estimates(effects, errors, level)
        first = found[next(iter(usable))]
        key = {"result": name, "label": _label(first), "area": first.get("area"), "unit": first.get("unit")}
        back = _BACK.get(scales[0], lambda v: v)
        for hub, weight in zip(usable, combined.weights, strict=True):
            own = {k: found[hub].get(k) for k in ("estimate", "low", "high", "n")}
            parts.append({**key, "hub": hub, **own, "weight": weight})
        numbers = ("estimate", "low", "high", "predict_low", "predict_high")
        pooled.append(
            {**key, "hubs": combined.k, "n": sum(int(found[hub].get("n") or 0) for hub in usable)}
            | {number: float(back(getattr(combined, number))) for number in numbers}
            | {number: getattr(combined, number) for number in ("tau2", "i2", "q", "q_p")}
            | {"on_scale": scales[0], "method": METHOD, "note": _note(combined.k, combined.q_p)}
        )
    return Together(
        pd.DataFrame(parts, columns=_PARTS),
        pd.DataFrame(pooled, columns=_POOLED),
        pd.DataFrame(refused, columns=_REFUSED),
    )


def _by_id(hubs: Mapping[str, Results], patterns: Sequence[str]) -> dict[str, dict[str, Mapping]]:
    found: dict[str, dict[str, Mapping]] = {}
    for hub, results in hubs.items():
        for result in results:
            name = str(result["id"])
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                found.setdefault(name, {})[hub] = result
    return found


def _label(result: Mapping[str, Any]) -> str:
    return str(result.get("label") or result["id"])


def _usable(name: str, found: Mapping[str, Mapping]) -> tuple[dict[str, tuple], list[tuple]]:
    """Hub -> estimate, error, scale; and what is refused, as rows."""
    with_estimate = {hub: result for hub, result in found.items() if result.get("estimate") is not None}
    refused = [
        (name, hub, NO_ESTIMATE, str(found[hub].get("note") or ""))
        for hub in found
        if hub not in with_estimate
    ]
    if len(with_estimate) > 1:
        for key, reason in (("unit", UNITS), ("method", METHODS), ("definition", DEFINITIONS)):
            said = {hub: result.get(key) for hub, result in with_estimate.items()}
            defined = key != "definition" or all(said.values())
            if len(set(said.values())) > 1:
                detail = "; ".join(f"{hub}: {value or '–'}" for hub, value in said.items())
                return {}, [*refused, (name, "", reason if defined else UNDEFINED, detail)]
        # a scale without its definition may be any scale of that name
        if any(
            result.get("unit") == "points" and not result.get("definition")
            for result in with_estimate.values()
        ):
            return {}, [*refused, (name, "", UNDEFINED, "")]
    usable = {}
    for hub, result in with_estimate.items():
        try:
            usable[hub] = standard_error(result)
        except ValueError as why:
            refused.append((name, hub, str(why), str(result.get("method") or "")))
    return usable, refused


def _note(k: int, q_p: float) -> str:
    if q_p < 0.10:  # the test is weak: Cochrane Handbook, chapter 10
        return APART
    return TWO if k == 2 else FEW_HUBS if k < 5 else ""


def hubs_over_time(
    hubs: Mapping[str, Results], years: Mapping[str, float], patterns: Sequence[str] = COMPARED
) -> pd.DataFrame:
    """How the results move over editions: with two the difference, with three or more the slope in a year.

    ``years``: hub -> its year. ``reading`` is ``difference`` (later minus earlier) or ``slope`` (a year). Of shares and
    odds ratios it is an odds ratio (later against earlier, or from a year to the next): no change is 1. The same
    refusals hold as in :func:`hubs_together`. Columns ``result, label, area, reading`` and the estimate.
    """
    rows = []
    for name, found in _by_id(hubs, patterns).items():
        usable = {hub: value for hub, value in _usable(name, found)[0].items() if hub in years}
        order = sorted(usable, key=lambda hub: years[hub])
        if len({years[hub] for hub in order}) < 2:
            continue
        effects, errors, scales = zip(*(usable[hub] for hub in order), strict=True)
        if len(order) == 2:
            interval = difference_between_two(effects, errors)
            reading, method = "difference", mark("difference of two estimates, normal interval")
        else:
            interval = trend_over_years([years[hub] for hub in order], effects, errors)
            reading, method = "slope", mark("meta-regression on the year, Knapp-Hartung interval")
        ratio = scales[0] != "as_recorded"
        first = found[order[0]]
        values = np.exp(interval) if ratio else interval
        rows.append(
            {"result": name, "label": _label(first), "area": first.get("area"), "reading": reading}
            | dict(zip(("estimate", "low", "high"), map(float, values), strict=True))
            | {"n": sum(int(found[hub].get("n") or 0) for hub in order), "method": method}
            | {"unit": mark("odds ratio") if ratio else first.get("unit")}
            | {"note": mark("Three editions only: the slope is hardly known.") if len(order) == 3 else ""}
        )
    return pd.DataFrame(rows, columns=_TIME)
