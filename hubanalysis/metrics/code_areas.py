"""The map of themes and areas: in how many interviews, and of how many people, each of the six areas comes up."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.code_hierarchy import families
from hubanalysis.metrics.code_people import people_and_codes
from hubanalysis.metrics.codes import flat_codes
from hubanalysis.metrics.intervals import share_interval

__all__ = ["NO_AREA", "area_map", "areas_of_codes"]

#: The row of the themes that speak to none of the areas.
NO_AREA = "no_area"
#: Whose share: of all interviews, of all people, or of the interviews of one group.
INTERVIEWS, PEOPLE = "all_interviews", "all_people"
NO_THEME = mark("the codebook has no theme of this area")
_METHODS = {
    True: mark("share of people, Wilson interval"),
    False: mark("share of interviews, Wilson interval"),
}
COLUMNS = ["area", "code", "whose", "estimate", "low", "high", "n", "method", "unit", "note", "present"]


def areas_of_codes(codes: pd.DataFrame) -> dict[str, str]:
    """Each code's area: its own, else that of the nearest code above it which has one; codes without are left out."""
    own = {str(c): str(a) for c, a in codes[["code", "area"]].dropna().itertuples(index=False)}
    family = families(codes)
    found = dict(own)
    # the smallest family with an area that holds the code is the nearest one above it
    for code in map(str, codes["code"]):
        above = [c for c in own if c != code and code in family[c]]
        if code not in own and above:
            found[code] = own[min(above, key=lambda c: len(family[c]))]
    return found


def area_map(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    areas: Sequence[str],
    coded: Sequence[str] | None = None,
    least: int = 0,
) -> pd.DataFrame:
    """For each area, and under it for each of its themes, the share in which it comes up, with Wilson's interval.

    An area comes up where any theme of it is present (:func:`areas_of_codes`). Rows: area by area in the given order,
    then ``no_area``; ``code`` is "" in an area's own row. ``whose`` is ``all_interviews`` (share of the coded
    interviews), ``all_people`` (of the people in them who themselves said something of it), or a group of interviews.
    An area without any theme in the codebook has one row a part with NaN and a note: nobody looked for it, which is
    not the same as nobody speaking of it. With a group under ``least`` interviews no group is told apart, since the
    missing one could be found by subtraction. ``n`` and ``present`` count interviews or people.
    """
    names = flat_codes(segments, codes)
    known = set(segments["interview"]) if coded is None else set(coded)
    own = interviews[interviews["interview"].isin(known)]
    if not names or not len(own):
        return pd.DataFrame(columns=COLUMNS)
    given = segments[segments["interview"].isin(known)][["interview", "code"]].astype("str")
    said = people_and_codes(segments, turns, coded)
    parts = [(INTERVIEWS, given, "interview", len(own)), (PEOPLE, said, "person", said["person"].nunique())]
    groups = own["group"].astype("object")
    sizes = groups.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if len(sizes) > 1 and sizes.min() >= least:
        for group, size in sizes.items():
            inside = given[given["interview"].isin(own.loc[groups == group, "interview"])]
            parts.append((str(group), inside, "interview", int(size)))
    area_of = areas_of_codes(codes)
    rows = []
    for area in [*areas, NO_AREA]:
        themes = [c for c in names if area_of.get(c, NO_AREA) == area]
        if not themes and area == NO_AREA:
            continue
        counts = given[given["code"].isin(themes)].groupby("code")["interview"].nunique()
        ordered = sorted(themes, key=lambda c: -int(counts.get(c, 0)))
        for code, chosen in [("", themes), *((c, [c]) for c in ordered)]:
            for part, frame, unit, n in parts:
                k = int(frame.loc[frame["code"].isin(chosen), unit].nunique())
                share = share_interval(k, n) if themes else (float("nan"),) * 3
                told = (_METHODS[unit == "person"], "share", "" if themes else NO_THEME)
                rows.append((area, code, part, *share, n, *told, k))
    return pd.DataFrame(rows, columns=COLUMNS)
