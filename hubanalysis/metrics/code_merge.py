"""One reading out of several: what coders agree on stands, what they talked over stands as decided, the rest waits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hubanalysis.metrics.coder_agreement import coders_of
from hubanalysis.metrics.disagreements import (
    EXTENT,
    NOT_ALL,
    OTHER_CODE,
    Disagreement,
    Place,
    coded_places,
    disagreements,
    found_disagreements,
    interview_texts,
)

__all__ = ["DECISIONS", "EXTENTS", "READINGS", "Reading", "merge_account", "read_codings"]

#: Whose passages count: any coder's, those all coders agree on, or these and what was decided on the others.
READINGS = ("any", "agreed", "merged")
#: Of a passage agreed on: the words all coders marked, or all words any of them marked.
EXTENTS = ("shared", "whole")
#: Decisions beside the label of a coder whose reading stands: all that was marked; nothing of it; the shared words.
DECISIONS = ("all", "none", "shared")
COLUMNS = ["interview", "coder", "code", "start", "end", "turn", "text"]


class Reading(NamedTuple):
    """The passages of one reading, and what it rests on."""

    segments: (
        pd.DataFrame
    )  # as hub.segments(); under agreed and merged the reading's name stands for the coder
    coded: list[str]  # the interviews it speaks of, also those in which nothing was left
    decided: list[str]  # the decision on each disagreement, "" where there is none, as in disagreements()
    lost: int  # decisions whose disagreement is not there any more


def read_codings(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    decisions: pd.DataFrame | None = None,
    reading: str = "any",
    extent: str = "shared",
) -> Reading:
    """The coded passages as ``reading`` says.

    ``any``: all segments as they are. ``agreed``: where every coder of an interview gave a code to overlapping words,
    once, with the words all of them marked (``extent`` "shared") or any of them (``whole``); interviews coded by one
    person are left out. ``merged``: these, and each disagreement as decided: the label of a coder (her reading stands:
    her passages, or nothing where she marked nothing), ``all`` (all that was marked stands), ``shared`` (the words all
    marked) or ``none``. A difference in extent without decision follows ``extent``; other disagreements without
    decision are left out. Interviews coded by one person stand as they are.

    ``decisions`` has ``interview, code, other, start, end, check, decision``; a row belongs to the disagreement of
    the same interview and codes at the same place, or else, if the interview's text has moved, with the same words.
    The result does not depend on the order of rows. Raises ValueError for another reading or extent.
    """
    if reading not in READINGS:
        raise ValueError(f"reading is {', '.join(READINGS)}, not {reading!r}")
    if extent not in EXTENTS:
        raise ValueError(f"extent is {', '.join(EXTENTS)}, not {extent!r}")
    places, found = coded_places(segments), found_disagreements(segments, turns)
    decided, lost = _match(found, segments, turns, decisions)
    counted = coders_of(segments)
    several = set(counted.loc[counted["coders"] >= 2, "interview"]) if len(counted) else set()
    every = sorted(set(segments["interview"].astype("str")))
    if reading == "any":
        return Reading(segments, every, decided, lost)
    words = dict.fromkeys((p for p in places if p.shared), {"shared": "shared", "whole": "all"}[extent])
    if reading == "merged":
        words |= {p: word for d, word in zip(found, decided, strict=True) if word for p in d.places}
    spans = [span for place, word in words.items() for span in _stands(place, word)]
    frame = _segments(spans, turns, reading)
    if reading == "agreed":
        return Reading(frame, [i for i in every if i in several], decided, lost)
    single = segments[~segments["interview"].isin(several)]
    frame = pd.concat([frame, single[frame.columns]], ignore_index=True) if len(single) else frame
    return Reading(frame, every, decided, lost)


def _match(
    found: list[Disagreement], segments: pd.DataFrame, turns: pd.DataFrame, decisions: pd.DataFrame | None
) -> tuple[list[str], int]:
    """The decision on each disagreement; and how many belong to none."""
    decided = [""] * len(found)
    if decisions is None or not len(decisions):
        return decided, 0
    listed = disagreements(segments, turns)
    at: dict[tuple, list[int]] = {}
    for k, row in enumerate(listed.itertuples(index=False)):
        codes = (row.interview, *sorted([row.code, row.other]))
        at.setdefault((*codes, row.start, row.end), []).append(k)
        at.setdefault((*codes, row.check), []).append(k)
    coders = segments.groupby("interview", observed=True)["coder"].unique().to_dict()
    lost = 0
    for row in decisions.itertuples(index=False):
        if not isinstance(row.decision, str) or not row.decision:
            continue
        other = row.other if isinstance(row.other, str) else ""
        codes = (str(row.interview), *sorted([str(row.code), other]))
        same_place = at.get((*codes, int(row.start), int(row.end)), [])
        same_words = at.get((*codes, row.check), [])
        here = [k for k in same_place if k in same_words] or (same_words if len(same_words) == 1 else [])
        if len(here) == 1 and row.decision in (*DECISIONS, *coders[str(row.interview)]):
            decided[here[0]] = row.decision
        else:
            lost += 1
    return decided, lost


def _stands(place: Place, word: str) -> list[tuple[str, str, int, int]]:
    """What of a place stands under a decision: (interview, code, start, end) each."""
    if word == "none":
        kept = []
    elif word in ("all", "shared"):
        marked = place.marked()
        held = marked.any(axis=0) if word == "all" else marked.all(axis=0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], held.astype(int), [0]]))) + place.start
        kept = list(zip(edges[::2], edges[1::2], strict=True))
    else:
        kept = dict(place.spans).get(word, ())
    return [(place.interview, place.code, int(s), int(e)) for s, e in kept]


def _segments(spans: list[tuple[str, str, int, int]], turns: pd.DataFrame, reading: str) -> pd.DataFrame:
    texts = interview_texts(turns)
    begins = {
        str(i): part.sort_values("start")[["start", "turn"]].to_numpy(dtype=np.int64)
        for i, part in turns.groupby("interview", observed=True)
    }
    rows = []
    for interview, code, start, end in sorted(set(spans)):
        own = begins[interview]
        turn = int(own[max(int(np.searchsorted(own[:, 0], start, side="right")) - 1, 0), 1])
        words = " ".join(texts[interview][start:end].split())
        rows.append((interview, reading, code, start, end, turn, words))
    return pd.DataFrame(rows, columns=COLUMNS)


def merge_account(segments: pd.DataFrame, turns: pd.DataFrame, decided: list[str]) -> pd.DataFrame:
    """What became of the coded places, by code: all agreed, and each kind of disagreement, decided and open.

    ``decided`` as :class:`Reading` has it. Columns ``code, places, agreed`` (all marked it, in whatever extent),
    ``other_extent`` (of these, in another extent), ``marked_by_some``, ``other_code`` (a pair counts for both of its
    codes), ``decided, open`` (of the last three, that wait for a decision). Most places first.
    """
    columns = ["code", "places", "agreed", EXTENT, NOT_ALL, OTHER_CODE, "decided", "open"]
    counts: dict[str, dict[str, int]] = {}
    for place in coded_places(segments):
        own = counts.setdefault(place.code, dict.fromkeys(columns[1:], 0))
        own["places"] += 1
        own["agreed"] += place.shared
    for d, word in zip(found_disagreements(segments, turns), decided, strict=True):
        for place in d.places:
            counts[place.code][d.kind] += 1
            counts[place.code]["decided" if word else "open"] += 1
    frame = pd.DataFrame([{"code": c} | own for c, own in counts.items()], columns=columns)
    return frame.sort_values("places", ascending=False, kind="stable", ignore_index=True)
