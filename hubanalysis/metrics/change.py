"""What changed between two waves for the same respondents: points, effect sizes, what could have been detected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.power import TTestPower

from hubanalysis.locale import mark
from hubanalysis.metrics import effect_sizes
from hubanalysis.metrics.intervals import mean_interval
from hubanalysis.metrics.scales import field

__all__ = [
    "EFFECT_SIZES",
    "adjust_by_family",
    "adjust_p",
    "change_in_points",
    "detectable_change",
    "effect_sizes_of_change",
    "first_and_last",
    "pair_waves",
    "scale_facts",
    "wave_means",
    "waves_in",
]

TOO_FEW = mark("fewer than two pairs: no interval can be given")
NO_SPREAD = mark("every pair has the same value: no interval can be given")

#: Effect size: what it is, how its interval is made.
EFFECT_SIZES = {
    "d_av": (effect_sizes.d_av, mark("d_av, robust t interval, Hedges correction")),
    "d_rm": (effect_sizes.d_rm, mark("d_rm, robust t interval, Hedges correction")),
    "d_z": (effect_sizes.d_z, mark("d_z, noncentral t interval, Hedges correction")),
    "rank_biserial": (effect_sizes.rank_biserial, mark("matched rank-biserial, score interval")),
    "superiority": (
        effect_sizes.superiority,
        mark("share that scores higher, ties as half, score interval"),
    ),
}

_ID = ["area", "scale"]
_ESTIMATE = ["estimate", "low", "high", "n", "unit", "method", "note"]


def pair_waves(scores: pd.DataFrame, first: str = "", last: str = "") -> pd.DataFrame:
    """Respondents with a score in both waves, one row a respondent x scale: before, after, change = after - before.

    ``first`` and ``last`` name the waves; left out, they are the first and the last wave that has any score. Returns
    the columns ``id, area, scale, before, after, change``, empty where there are not two waves.

    Raises ValueError where a named wave does not occur in ``scores``.
    """
    columns = ["id", *_ID, "before", "after", "change"]
    found = scores.dropna(subset=["score"])
    waves = waves_in(found["wave"])
    unknown = [w for w in (first, last) if w and w not in waves and len(waves)]
    if unknown:
        raise ValueError(f"no score in the wave {unknown[0]!r}; there are {', '.join(waves)}")
    first, last = first_and_last(found["wave"], first, last)
    if len(waves) < 2 or first == last:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[3:], float))
    sides = [
        found.loc[found["wave"] == wave, ["id", *_ID, "score"]].rename(columns={"score": side})
        for wave, side in ((first, "before"), (last, "after"))
    ]
    pairs = sides[0].merge(sides[1].drop(columns="area"), on=["id", "scale"], validate="one_to_one")
    pairs["change"] = pairs["after"] - pairs["before"]
    return _in_order(pairs, found)[columns].reset_index(drop=True)


def first_and_last(waves: pd.Series, first: str = "", last: str = "") -> tuple[str, str]:
    """The two waves to compare: those named, else the first and the last that occur; empty where there is none."""
    found = waves_in(waves)
    return first or (found[0] if found else ""), last or (found[-1] if found else "")


def wave_means(scores: pd.DataFrame) -> pd.DataFrame:
    """The mean score of all who answered in each wave (not only the pairs): area, scale, wave and the estimate."""
    found = scores.dropna(subset=["score"])
    rows = [
        {
            "area": part["area"].iloc[0],
            "scale": scale,
            "wave": wave,
            **_estimate(mean_interval(part["score"])),
            "n": len(part),
            "unit": mark("points"),
            "method": mark("mean, t interval"),
            "note": "" if len(part) > 1 else TOO_FEW,
        }
        for scale in _order(found["scale"])
        for wave in waves_in(found["wave"])
        if len(part := found[(found["scale"] == scale) & (found["wave"] == wave)])
    ]
    return pd.DataFrame(rows, columns=[*_ID, "wave", *_ESTIMATE])


def change_in_points(pairs: pd.DataFrame, scales: Iterable[Any] = ()) -> pd.DataFrame:
    """The mean change of each scale, after - before in the scale's points, with its paired t interval.

    ``p`` is the paired t test's; ``p_adjusted`` is Holm's over the scales declared ``primary`` (all of them where
    none is declared) and Benjamini-Hochberg's over the others, which only explore. Whether more is better is not said
    here: :func:`scale_facts` knows. Columns ``area, scale``, the estimate, ``p, p_adjusted``.
    """
    rows = []
    for area, scale, part in _by_scale(pairs):
        change = part["change"].to_numpy(float)
        n, spread = len(change), not np.isclose(change.std(), 0) if len(change) else False
        rows.append(
            {
                "area": area,
                "scale": scale,
                **_estimate(mean_interval(change)),
                "n": n,
                "unit": mark("points"),
                "method": mark("paired t interval"),
                "note": TOO_FEW if n < 2 else "" if spread else NO_SPREAD,
                "p": float(stats.ttest_1samp(change, 0).pvalue) if n > 1 and spread else np.nan,
            }
        )
    frame = pd.DataFrame(rows, columns=[*_ID, *_ESTIMATE, "p"])
    frame.loc[frame["note"] == NO_SPREAD, ["low", "high"]] = np.nan
    facts = scale_facts(scales)
    frame["unit"] = frame["scale"].map(facts["unit"]).fillna(frame["unit"]) if len(facts) else frame["unit"]
    frame["p_adjusted"] = adjust_by_family(frame, facts)
    return frame


def effect_sizes_of_change(
    pairs: pd.DataFrame, measures: Iterable[str] = tuple(EFFECT_SIZES)
) -> pd.DataFrame:
    """Effect sizes of each scale's change: ``area, scale, measure`` and the estimate (``measures`` of EFFECT_SIZES).

    d_av, d_rm and d_z carry Hedges' correction. Unit: standard deviations; rank_biserial -1 to 1; superiority 0 to 1.
    """
    rows = []
    for area, scale, part in _by_scale(pairs):
        for measure in measures:
            function, method = EFFECT_SIZES[measure]
            options = {"adjust": True} if measure.startswith("d_") else {}
            estimate = _estimate(function(part["before"], part["after"], **options))
            few = TOO_FEW if len(part) < 2 else NO_SPREAD
            note = few if np.isnan(estimate["low"]) else ""
            unit = mark("standard deviations") if measure.startswith("d_") else mark("share")
            unit = mark("correlation") if measure == "rank_biserial" else unit
            rows.append(
                {"area": area, "scale": scale, "measure": measure, **estimate, "n": len(part)}
                | {"unit": unit, "method": method, "note": note}
            )
    return pd.DataFrame(rows, columns=[*_ID, "measure", *_ESTIMATE])


def detectable_change(pairs: pd.DataFrame, power: float = 0.8, alpha: float = 0.05) -> pd.DataFrame:
    """The smallest mean change that these pairs would have shown with ``power``, two-sided at ``alpha`` (Cohen 1988).

    d_z solves the power of the paired t test; in points it is d_z times the standard deviation of the change.
    Columns ``area, scale, n, smallest_d_z, smallest_points``: a property of the design, hence without interval.
    """
    rows = []
    for area, scale, part in _by_scale(pairs):
        n = len(part)
        d = TTestPower().solve_power(nobs=n, alpha=alpha, power=power) if n > 2 else np.nan
        points = d * part["change"].std(ddof=1)
        rows.append(
            {"area": area, "scale": scale, "n": n, "smallest_d_z": float(d), "smallest_points": float(points)}
        )
    return pd.DataFrame(rows, columns=[*_ID, "n", "smallest_d_z", "smallest_points"])


def scale_facts(scales: Iterable[Any]) -> pd.DataFrame:
    """What the study declares of each scale, indexed by its id: area, lo, hi, better, primary, reliability, unit."""
    rows = [
        {
            "scale": field(s, "id"),
            "area": field(s, "area"),
            "lo": float(lo),
            "hi": float(hi),
            "better": field(s, "better", "higher"),
            "primary": bool(field(s, "primary", False)),
            "reliability": field(s, "reliability", None),
            "unit": unit["en"] if isinstance(unit := field(s, "unit", mark("points")), dict) else unit,
        }
        for s in scales
        for lo, hi in [_score_range(s)]
    ]
    columns = ["scale", "area", "lo", "hi", "better", "primary", "reliability", "unit"]
    return pd.DataFrame(rows, columns=columns).astype({"reliability": float}).set_index("scale")


def adjust_by_family(frame: pd.DataFrame, facts: pd.DataFrame) -> pd.Series:
    """The ``p`` of ``frame`` (a row a scale) adjusted: Holm's over the scales that ``facts`` (:func:`scale_facts`)
    call primary, or over all where none is; Benjamini-Hochberg's over the others."""
    primary = frame["scale"].isin(facts.index[facts["primary"].astype(bool)])
    if not primary.any():
        primary = pd.Series(True, index=frame.index)
    adjusted = pd.Series(np.nan, index=frame.index)
    for chosen, how in ((primary, "holm"), (~primary, "fdr_bh")):
        adjusted[chosen] = adjust_p(frame.loc[chosen, "p"].astype(float), how)
    return adjusted


def adjust_p(p: pd.Series, how: str) -> np.ndarray:
    """p values adjusted for their number; missing ones do not count and stay so.

    ``how`` is ``holm`` (Holm 1979: the k-th smallest of m times m - k + 1, never less than the one before) or
    ``fdr_bh`` (Benjamini & Hochberg 1995).
    """
    adjusted = np.full(len(p), np.nan)
    known = p.notna().to_numpy()
    values = p[known].to_numpy(float, copy=True)
    if how == "fdr_bh":
        adjusted[known] = stats.false_discovery_control(values) if len(values) else values
    elif how == "holm":  # by hand: statsmodels collects garbage in every call, 60 ms for six values
        order = np.argsort(values)
        stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
        values[order] = np.minimum(stepped, 1)
        adjusted[known] = values
    else:
        raise ValueError(f"how must be holm or fdr_bh, not {how!r}")
    return adjusted


def _score_range(scale: Any) -> tuple[float, float]:
    """The lowest and highest possible score: of the mean as of one item, of a sum as many times the items."""
    low, high = field(scale, "range")
    how, items = field(scale, "score", "mean"), len(field(scale, "items"))
    times = {"mean": 1, "sum": items, "swemwbs": items, "who5": 4 * items}[how]
    return low * times, high * times


def _by_scale(pairs: pd.DataFrame):
    for scale in _order(pairs["scale"]):
        part = pairs[pairs["scale"] == scale]
        yield part["area"].iloc[0], scale, part


def _estimate(interval: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("estimate", "low", "high"), interval, strict=True))


def _order(values: pd.Series) -> list:
    return list(pd.unique(values))


def waves_in(waves: pd.Series) -> list[str]:
    """The waves that occur, in the declared order where there is one, else sorted."""
    if isinstance(waves.dtype, pd.CategoricalDtype):
        return [w for w in waves.cat.categories if (waves == w).any()]
    return sorted(waves.unique())


def _in_order(pairs: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Scales in the order in which ``scores`` brings them, so that reports keep the order of study.yaml."""
    position = {scale: k for k, scale in enumerate(_order(scores["scale"]))}
    return pairs.sort_values("id").sort_values("scale", key=lambda s: s.map(position), kind="stable")
