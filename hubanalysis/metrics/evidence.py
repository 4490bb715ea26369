"""The weight of evidence behind each main result, by six declared criteria, and whether a judgement would turn.

No taste enters: each criterion is a comparison of recorded numbers with a threshold that stands here. The criteria are
those that appraisals of evidence share (design, number, precision, missing data, agreement, declared in advance:
Guyatt et al. 2008, BMJ 336, 924-926; Lewin et al. 2018, Implementation Science 13, suppl. 1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.metrics.synthesis import judgements, names_of, with_directions

__all__ = [
    "CRITERIA",
    "at_level",
    "judgement_sensitivity",
    "weigh_evidence",
]

CRITERIA = ("design", "number", "precision", "missing_data", "agreement", "declared_before")

#: Fewer units than this are few.
ENOUGH = 30
#: Half an interval's width: in standard deviations (Cohen's "small"), and in shares.
PRECISE_D, PRECISE_SHARE = 0.2, 0.10
#: The share of those who left above which bias is to be feared (Dumville et al. 2006, BMJ 332, 969-971).
LEFT = 0.20
#: Krippendorff (2004): tentative conclusions; Nunnally (1978): a scale for groups.
ALPHA_CODERS, ALPHA_SCALE = 2 / 3, 0.70
LEVELS = (0.90, 0.99)

_PEOPLE = ("people", "beside_others", "at_follow_up")
_SHARES = ("share", "percentage points")
_WEIGHED = ["area", "source", "result", *CRITERIA, "criteria_met", "criteria_asked", "weight"]
_SENSITIVITY = ["area", "judgement", "variation", "left_out", "becomes", "would_turn"]


def weigh_evidence(
    main: pd.DataFrame, results: Iterable[Mapping[str, Any]], declared: Collection[str] = ()
) -> pd.DataFrame:
    """The weight of each main result: a word for each criterion, how many are met of those that apply, and the weight.

    ``main`` from :func:`~hubanalysis.metrics.synthesis.main_results`, ``results`` all recorded results, ``declared``
    the scales and grid items the study calls primary, or the only one of their area. A criterion is
    ``fulfilled``, ``not_fulfilled``, ``not_told`` (no result says it) or ``does_not_apply``:

    - ``design``: met where a comparison group stands beside the change; before and after alone, and a trend, do not;
    - ``number``: n of at least 30;
    - ``precision``: half the interval at most 0.2 standard deviations, or 10 points of a share;
    - ``missing_data``: at most 20 % left, or the direction stands both weighted for those who left and with them
      unchanged; for ties, that the most contrary answers of the silent leave it standing;
    - ``agreement``: alpha of the coders and observers of at least .667, of a scale of at least .70 in every wave;
    - ``declared_before``: the result was named as a main one before the data.

    ``weight``: ``strong`` where all that apply are met, ``fair`` where two in three are, ``weak`` otherwise.
    """
    known = {result["id"]: result for result in results}
    rows = []
    for row in main.to_dict("records"):
        scale = str(row["result"]).split(":")
        said = {
            "design": _design(row, known),
            "number": _met(row["n"] >= ENOUGH) if row["n"] == row["n"] else "not_told",
            "precision": _precision(row, scale, known),
            "missing_data": _missing(row, scale, known),
            "agreement": _agreement(row, scale, known),
            "declared_before": _declared(row, declared),
        }
        words = list(said.values())
        asked = len(words) - words.count("does_not_apply")
        met = words.count("fulfilled")
        weight = "strong" if met == asked else "fair" if 3 * met >= 2 * asked else "weak"
        rows.append(
            {
                **{k: row[k] for k in _WEIGHED[:3]},
                **said,
                "criteria_met": met,
                "criteria_asked": asked,
                "weight": weight,
            }
        )
    return pd.DataFrame(rows, columns=_WEIGHED)


def _met(truth: bool) -> str:
    return "fulfilled" if truth else "not_fulfilled"


def _design(row: Mapping, known: Mapping) -> str:
    if row["reading"] != "direction":
        return "does_not_apply"
    if row["source"] == "beside_others":
        return "fulfilled"
    parts = str(row["result"]).split(":")
    beside = known.get(":".join(["compared", *parts[1:3], "difference_in_differences"]))
    return _met(row["source"] == "people" and beside is not None and beside.get("estimate") is not None)


def _half(result: Mapping | None) -> float:
    if result is None or result.get("low") is None or result.get("high") is None:
        return np.nan
    return (result["high"] - result["low"]) / 2


def _precision(row: Mapping, parts: list[str], known: Mapping) -> str:
    half = _half(row)
    if row["unit"] in _SHARES:
        return _met(half <= PRECISE_SHARE) if half == half else "not_told"
    before, effect = (
        ("org_change", "org_effect") if row["source"] == "organisations" else ("change", "effect")
    )
    change = _half(known.get(":".join([before, *parts[1:3]])))
    standard = _half(known.get(":".join([effect, *parts[1:3], "d_av"])))
    half_in_deviations = half * standard / change if change else np.nan
    return _met(half_in_deviations <= PRECISE_D) if half_in_deviations == half_in_deviations else "not_told"


def _missing(row: Mapping, parts: list[str], known: Mapping) -> str:
    if row["reading"] != "direction":
        return "does_not_apply"
    if row["source"] == "ties":
        bounded = row["bound_low"] == row["bound_low"]
        return (
            _met(row["silence"] == "holds" or row["bound_low"] == row["bound_high"])
            if bounded
            else "not_told"
        )
    left = known.get({"organisations": "org_retention:leavers"}.get(row["source"], "retention:leavers"))
    if row["source"] == "observations" or left is None or left.get("estimate") is None:
        return "not_told"
    if left["estimate"] <= LEFT:
        return "fulfilled"
    signs = {_sign(known.get(f"attrition:{parts[2]}:{how}")) for how in ("weighted", "unchanged")}
    return _met(row["source"] == "people" and signs == {_sign(row)} and _sign(row) != 0)


def _sign(result: Mapping | None) -> int:
    if result is None or result.get("low") is None or result.get("high") is None:
        return 0
    return int(result["low"] > 0) - int(result["high"] < 0)


def _agreement(row: Mapping, parts: list[str], known: Mapping) -> str:
    if row["source"] in ("observations", "interviews"):
        alpha = known.get(f"{'observers' if row['source'] == 'observations' else 'agreement'}:{parts[1]}")
        if alpha is None or alpha.get("estimate") is None:
            return "not_told"
        return _met(alpha["estimate"] >= ALPHA_CODERS)
    if row["source"] not in (*_PEOPLE, "organisations"):
        return "does_not_apply"
    start = f"{'org_' * (row['source'] == 'organisations')}reliability:{parts[2]}:"
    alphas = [
        result["estimate"]
        for name, result in known.items()
        if name.startswith(start) and name.endswith(":alpha") and result.get("estimate") is not None
    ]
    return _met(min(alphas) >= ALPHA_SCALE) if alphas else "not_told"


def _declared(row: Mapping, declared: Collection[str]) -> str:
    if row["reading"] != "direction":
        return "does_not_apply"
    return _met(row["source"] == "ties" or bool(set(names_of(dict(row, id=row["result"]))) & set(declared)))


def at_level(main: pd.DataFrame, level: float) -> pd.DataFrame:
    """``main`` with its 95 % intervals of change widened or narrowed to ``level``, and the directions read anew.

    Each side keeps its own length, multiplied by the ratio of the quantiles: Student's t with n - 1 degrees of freedom
    where the method names a t interval, else the normal. An approximation for intervals made by resampling.
    """
    main = main.copy()
    method = main["method"].fillna("").astype(str)
    student = method.str.contains(r"\bt\b", regex=True) & (main["n"] > 1)
    df = np.where(student, main["n"] - 1, np.inf)
    ratio = stats.t.ppf(0.5 + level / 2, df) / stats.t.ppf(0.975, df)
    ratio = np.where(main["reading"] == "direction", ratio, 1.0)
    for end in ("low", "high"):
        main[end] = main["estimate"] + ratio * (main[end] - main["estimate"])
    return with_directions(main)


def corrected(main: pd.DataFrame) -> pd.DataFrame:
    """``main`` with no direction where the p adjusted for the number of questions is 0.05 or more."""
    main = main.copy()
    main.loc[main["direction"].isin(("rises", "falls")) & (main["p_adjusted"] >= 0.05), "direction"] = (
        "unclear"
    )
    return main


def judgement_sensitivity(main: pd.DataFrame, weighed: pd.DataFrame, areas: Iterable[str]) -> pd.DataFrame:
    """Whether the judgement of an area would turn under other choices, one row a choice.

    ``variation`` is ``without`` (a voice left out: ``left_out``), ``level_90``, ``level_99`` (other intervals),
    ``corrected`` (for the number of questions asked at once) or ``without_weak`` (only evidence that is at least fair).
    ``becomes`` is the judgement then, ``would_turn`` whether it differs.
    Columns ``area, judgement, variation, left_out, becomes, would_turn``.
    """
    areas = list(areas)
    base = judgements(main, areas).set_index("area")["judgement"]
    judged = main[main["reading"] != "need"]
    choices = [("without", voice, main[main["voice"] != voice]) for voice in dict.fromkeys(judged["voice"])]
    choices += [(f"level_{100 * level:.0f}", "", at_level(main, level)) for level in LEVELS]
    choices.append(("corrected", "", corrected(main)))
    weak = set(weighed.loc[weighed["weight"] == "weak", "result"])
    choices.append(("without_weak", "", main[~main["result"].isin(weak)]))
    rows = []
    for variation, left_out, frame in choices:
        then = judgements(frame, areas).set_index("area")["judgement"]
        speaks = set(main.loc[main["voice"] == left_out, "area"]) if left_out else set(main["area"])
        rows += [
            (area, base[area], variation, left_out, then[area], then[area] != base[area])
            for area in areas
            if area in speaks
        ]
    frame = pd.DataFrame(rows, columns=_SENSITIVITY)
    place = {area: i for i, area in enumerate(base.index)}
    return frame.sort_values("area", key=lambda a: a.map(place), kind="stable").reset_index(drop=True)
