"""The readings side by side: for each area the main result of each source, and a judgement by a declared rule.

The rule is that of a triangulation protocol (Farmer et al. 2006, Qualitative Health Research 16, 377-394; O'Cathain et
al. 2010, BMJ 341, c4587): where sources meet, do they agree, add to each other, contradict each other, or keep silent?
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark

__all__ = [
    "JUDGEMENTS",
    "SOURCES",
    "Source",
    "judgement_counts",
    "judgements",
    "main_results",
    "names_of",
    "source_readings",
    "with_directions",
]


@dataclass(frozen=True)
class Source:
    """A source of the synthesis: the notebook, the start of its results' ids, and what such a result can say.

    ``reading`` is ``direction`` (a change, whose interval may spare 0), ``mention`` (that people speak of the area, not
    how it moved) or ``need`` (what is asked for: shown beside, never judged). ``first`` takes an area's first result
    only: the ties have many rules and kinds, and the first is the one the study declares first. ``last`` is the last
    word of the ids that count, where others do not. ``voice`` says who speaks: the same people seen again (beside
    others, or later) are one voice and not two.
    """

    name: str
    notebook: str
    prefix: str
    reading: str
    first: bool = False
    last: str = ""
    voice: str = ""


SOURCES = (
    Source("people", "03_people_change", "change", "direction", voice="people"),
    Source(
        "beside_others",
        "03_people_change",
        "compared",
        "direction",
        last="difference_in_differences",
        voice="people",
    ),
    Source(
        "at_follow_up",
        "03_people_change",
        "follow_up",
        "direction",
        last="start_to_follow_up",
        voice="people",
    ),
    Source("organisations", "04_organisations", "org_change", "direction"),
    Source("ties", "05_networks", "long_share_change", "direction", first=True),
    Source("observations", "07_observations", "trend", "direction"),
    Source("interviews", "06_interviews", "themes", "mention"),
    Source("consultation", "08_priorities", "asked", "need"),
)

#: The order in which a reader meets them: what contradicts comes first.
JUDGEMENTS = ("diverge", "converge", "complement", "silent")

_MAIN = [
    "area",
    "source",
    "result",
    "label",
    "estimate",
    "low",
    "high",
    "n",
    "unit",
    "method",
    "reading",
    "direction",
    "voice",
    "turned",
    "bound_low",
    "bound_high",
    "silence",
    "p_adjusted",
]
_NUMBERS = ["estimate", "low", "high", "n", "bound_low", "bound_high", "p_adjusted"]
_AS_RECORDED = (
    "label",
    "estimate",
    "low",
    "high",
    "n",
    "unit",
    "method",
    "bound_low",
    "bound_high",
    "p_adjusted",
)
_JUDGED = ["area", "judgement", "because", "speaking", "rises", "falls", "unclear", "mentions", "n"]
_COUNTS = ["area", "measure", "estimate", "low", "high", "n", "unit", "method", "note"]
COUNTED = mark("A count of sources: it has no interval.")


def main_results(results: Iterable[Mapping[str, Any]], lower_is_better: Collection[str] = ()) -> pd.DataFrame:
    """The main results of all sources, one row each: area, source, id and estimate, and what it says.

    ``results`` as the notebooks record them (id, notebook, area, label, estimate, low, high, n, unit, method).
    ``direction`` is ``rises`` where the interval lies above 0, ``falls`` below, ``unclear`` where it holds 0 or is
    missing; ``mention`` and ``need`` for results that tell of no change. A result whose id names a scale in
    ``lower_is_better`` is ``turned``, so that ``rises`` always means for the better. Where a result carries bounds for
    those who did not answer (``bound_low, bound_high``), ``silence`` is ``holds`` if both lie on the interval's side
    of 0 and ``could_turn`` if not: then no direction is certain, and none is named.
    """
    found = []
    for source in SOURCES:
        seen: set[str] = set()
        for result in results:
            parts = str(result["id"]).split(":")
            area = result.get("area")
            if result["notebook"] != source.notebook or parts[0] != source.prefix or not area:
                continue
            if source.last and parts[-1] != source.last:
                continue
            if source.first and area in seen:
                continue
            seen.add(area)
            row = {key: result.get(key) for key in _AS_RECORDED}
            row |= {"area": area, "source": source.name, "result": result["id"], "reading": source.reading}
            row |= {"voice": source.voice or source.name}
            found.append(row | {"turned": bool(set(names_of(result)) & set(lower_is_better))})
    frame = pd.DataFrame(found, columns=_MAIN)
    frame[_NUMBERS] = frame[_NUMBERS].astype(float)
    return with_directions(frame)


def names_of(result: Mapping[str, Any]) -> list[str]:
    """The words of a result's id that name it: without what it is, and without its area.

    An area and a scale may bear one name: the area is taken out once, so that a scale's name is never read into it.
    """
    words = str(result["id"]).split(":")[1:]
    if result.get("area") in words:
        words.remove(result["area"])
    return words


def with_directions(main: pd.DataFrame) -> pd.DataFrame:
    """``main`` with ``silence`` and ``direction`` read anew from its intervals and bounds (:func:`main_results`)."""
    main = main.copy()
    side = np.where(main["low"] > 0, 1, np.where(main["high"] < 0, -1, 0))
    bounded = main["bound_low"].notna() & main["bound_high"].notna() & (side != 0)
    agree = np.where(side > 0, main["bound_low"] > 0, main["bound_high"] < 0)
    main["silence"] = np.select([~bounded, agree], ["", "holds"], "could_turn")
    side = np.where(main["silence"] == "could_turn", 0, side) * np.where(main["turned"].astype(bool), -1, 1)
    moved = np.select([side > 0, side < 0], ["rises", "falls"], "unclear")
    main["direction"] = np.where(main["reading"] == "direction", moved, main["reading"])
    return main


def source_readings(main: pd.DataFrame) -> pd.DataFrame:
    """What each voice says of each area: ``area, source, direction, results``.

    A voice that has both rising and falling results in an area is ``mixed``; with one of them, that; ``unclear`` where
    none of its intervals spares 0. The people, seen beside a comparison group and at a follow-up, are one voice.
    """
    rows = []
    for (area, source), own in main.groupby(["area", "voice"], sort=False):
        said = set(own["direction"])
        if {"rises", "falls"} <= said:
            direction = "mixed"
        else:
            direction = next(
                word for word in ("rises", "falls", "unclear", "mention", "need") if word in said
            )
        rows.append((area, source, direction, len(own)))
    return pd.DataFrame(rows, columns=["area", "source", "direction", "results"])


def judgements(main: pd.DataFrame, areas: Iterable[str]) -> pd.DataFrame:
    """The judgement of each area, those that diverge first.

    - ``diverge``: one source rises and another falls, or one source does both (``opposite_directions``);
    - ``converge``: at least two sources show the same direction and none the other (``same_direction``);
    - ``complement``: one source shows a direction, others speak without showing one (``one_direction``);
    - ``silent``: no source shows a direction (``no_direction``), or fewer than two speak (``one_source``,
      ``no_source``).

    What social workers ask for is a need, not a change, and is not judged. ``speaking`` counts sources with at least
    one main result, ``n`` the main results.
    """
    judged = main[main["reading"] != "need"]
    readings = source_readings(judged)
    rows = []
    for area in areas:
        said = readings.loc[readings["area"] == area, "direction"].value_counts()
        mixed = int(said.get("mixed", 0))
        rises, falls = int(said.get("rises", 0)) + mixed, int(said.get("falls", 0)) + mixed
        unclear, mentions, speaking = (
            int(said.get("unclear", 0)),
            int(said.get("mention", 0)),
            int(said.sum()),
        )
        judgement, because = _judged(rises, falls, speaking)
        n = int((judged["area"] == area).sum())
        rows.append((area, judgement, because, speaking, rises, falls, unclear, mentions, n))
    frame = pd.DataFrame(rows, columns=_JUDGED)
    order = frame["judgement"].map({word: i for i, word in enumerate(JUDGEMENTS)})
    return frame.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def _judged(rises: int, falls: int, speaking: int) -> tuple[str, str]:
    if rises and falls:
        return "diverge", "opposite_directions"
    if speaking < 2:
        return "silent", "one_source" if speaking else "no_source"
    if max(rises, falls) >= 2:
        return "converge", "same_direction"
    return ("complement", "one_direction") if rises or falls else ("silent", "no_direction")


def judgement_counts(judged: pd.DataFrame) -> pd.DataFrame:
    """Counts of sources by area, as rows of estimates: how many speak, rise, fall, and show no direction.

    ``n`` is the number of main results behind them. A count of sources is no sample: it has no interval, and says so.
    """
    rows = []
    for row in judged.to_dict("records"):
        for measure in ("speaking", "rises", "falls", "unclear"):
            tail = (row["n"], mark("sources"), mark("count of sources"), COUNTED)
            rows.append((row["area"], measure, row[measure], np.nan, np.nan, *tail))
    return pd.DataFrame(rows, columns=_COUNTS).astype({"estimate": "Int64"})
