"""The theory of change: for each arrow the evidence found among the recorded results, by a declared rule.

A theory of change says why activities should lead to outputs, outcomes and impact (Weiss 1995; Mayne 2012, Evaluation
18, 270-280). Each arrow names the results that could bear it out; what they say is read here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from hubanalysis.metrics.synthesis import names_of

__all__ = ["EVIDENCE", "arrow_evidence", "arrow_results"]

#: What may stand on an arrow, in the order in which a reader meets it: what contradicts comes first.
EVIDENCE = ("contradicts", "mixed", "unclear", "none", "supports")

_RESULTS = [
    "arrow",
    "start",
    "end",
    "result",
    "label",
    "estimate",
    "low",
    "high",
    "n",
    "unit",
    "says",
    "silence",
]
_ARROWS = [
    "arrow",
    "start",
    "end",
    "because",
    "evidence",
    "supporting",
    "contradicting",
    "undecided",
    "results",
]
#: Units whose "no difference" is not 0; None where a number tells of no direction at all.
_NEUTRAL = {"odds ratio": 1.0, "share": None, "rank": None, "people": None, "activities": None}


def arrow_results(
    arrows: Iterable[Mapping[str, Any]],
    results: Iterable[Mapping[str, Any]],
    lower_is_better: Collection[str] = (),
) -> pd.DataFrame:
    """The recorded results an arrow names, and what each says: ``arrow`` (its number from 1), ``start``, ``end``, the
    result, ``says`` and ``silence`` (``could_turn`` where only the bounds for the silent keep it from a direction).

    ``arrows`` are mappings with ``start, end, because, evidence`` (patterns of result ids, ``*`` for anything) and
    ``expects`` (``more`` or ``less``). ``says`` is ``supports`` where the interval lies on the expected side of no
    difference (0, or 1 for odds ratios), ``contradicts`` on the other, ``unclear`` where it holds it, where
    the bounds for the silent reach the other side, or where the number has no direction (a share, a rank), and
    ``not_estimated`` where it has no estimate. A scale in ``lower_is_better`` is turned.
    """
    results = list(results)
    rows = []
    for number, arrow in enumerate(arrows, 1):
        for result in results:
            if not any(fnmatchcase(str(result["id"]), pattern) for pattern in arrow["evidence"]):
                continue
            turned = bool(set(names_of(result)) & set(lower_is_better))
            more = (arrow.get("expects", "more") == "more") != turned
            says = _says(result, more)
            told = {key: result.get(key) for key in _RESULTS[4:-2]}
            key = {"arrow": number, "start": arrow["start"], "end": arrow["end"]}
            alone = {**result, "bound_low": None, "bound_high": None}
            turns = says == "unclear" and _says(alone, more) != "unclear"
            row = {**key, "result": result["id"], **told, "says": says}
            rows.append(row | {"silence": "could_turn" if turns else ""})
    frame = pd.DataFrame(rows, columns=_RESULTS)
    numbers = ["estimate", "low", "high", "n"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


def _says(result: Mapping[str, Any], more: bool) -> str:
    if result.get("estimate") is None:
        return "not_estimated"
    neutral = _NEUTRAL.get(result.get("unit"), 0.0)
    if neutral is None or result.get("low") is None or result.get("high") is None:
        return "unclear"
    ends = [(result["low"], result["high"])]
    if result.get("bound_low") is not None and result.get("bound_high") is not None:
        ends.append((result["bound_low"], result["bound_high"]))
    if all(low > neutral for low, _ in ends):
        return "supports" if more else "contradicts"
    if all(high < neutral for _, high in ends):
        return "contradicts" if more else "supports"
    return "unclear"


def arrow_evidence(arrows: Iterable[Mapping[str, Any]], found: pd.DataFrame) -> pd.DataFrame:
    """What stands on each arrow, in the order of study.yaml: ``evidence`` and the counts behind it.

    ``found`` from :func:`arrow_results`. ``mixed`` where results support and contradict it, ``supports`` or
    ``contradicts`` where some do and none the other way, ``unclear`` where results exist and none shows a direction,
    ``none`` where no result was recorded.
    """
    rows = []
    for number, arrow in enumerate(arrows, 1):
        says = found.loc[found["arrow"] == number, "says"]
        says = says.replace("not_estimated", "unclear")
        counts = {word: int((says == word).sum()) for word in ("supports", "contradicts", "unclear")}
        if counts["supports"] and counts["contradicts"]:
            evidence = "mixed"
        else:
            evidence = next((word for word, count in counts.items() if count), "none")
        key = (number, arrow["start"], arrow["end"], arrow.get("because", ""))
        rows.append((*key, evidence, *counts.values(), len(says)))
    return pd.DataFrame(rows, columns=_ARROWS)
