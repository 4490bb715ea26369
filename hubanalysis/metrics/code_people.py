"""Themes by person: of how many people somebody marked what they themselves said, however often they said it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from hubanalysis.locale import mark
from hubanalysis.metrics.codes import flat_codes, most_present_first
from hubanalysis.metrics.intervals import share_interval

__all__ = ["code_change", "code_people", "people_and_codes"]

_WILSON = mark("share of people, Wilson interval")
_PAIRED = mark("people interviewed twice: difference of two shares (Bonett and Price), exact McNemar test")
COLUMNS = ["code", "area", "estimate", "low", "high", "n", "method", "unit", "note", "present", "mentions"]


def people_and_codes(
    segments: pd.DataFrame, turns: pd.DataFrame, coded: Sequence[str] | None = None
) -> pd.DataFrame:
    """Who said what: one row an interviewee of a coded interview and a code that touches a turn of hers.

    Columns ``interview, person, code, mentions`` (passages); people without any code have a row with "" and 0.
    A passage over several people's turns is each one's.
    """
    names = set(segments["interview"]) if coded is None else set(coded)
    own = turns[turns["interview"].isin(names) & (turns["role"].astype("str") == "interviewee")]
    marked = _places(segments)
    spoken = own[["interview", "person", "start", "end"]]
    found = []
    for interview, part in marked.groupby("interview", observed=True):
        said = spoken[spoken["interview"] == interview]
        begin, end = (part[c].to_numpy(dtype=np.int64)[:, None] for c in ("start", "end"))
        touch = (said["start"].to_numpy(dtype=np.int64) < end) & (
            begin < said["end"].to_numpy(dtype=np.int64)
        )
        passage, turn = np.nonzero(touch)
        rows = {"interview": interview, "person": said["person"].to_numpy()[turn]}
        found.append(pd.DataFrame(rows | {"code": part["code"].to_numpy()[passage], "passage": passage}))
    columns = ["interview", "person", "code", "passage"]
    said = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    counts = said.groupby(["interview", "person", "code"], observed=True)["passage"].nunique()
    counts = counts.rename("mentions").reset_index()
    everyone = own[["interview", "person"]].drop_duplicates()
    with_code = pd.MultiIndex.from_frame(counts[["interview", "person"]].astype("str"))
    silent = everyone[~pd.MultiIndex.from_frame(everyone.astype("str")).isin(with_code)]
    return pd.concat([counts, silent.assign(code="", mentions=0)], ignore_index=True)


def _places(segments: pd.DataFrame) -> pd.DataFrame:
    """The passages with overlapping ones of the same code joined, so that two coders' marks count once."""
    own = segments[["interview", "code", "start", "end"]].astype({"interview": "str", "code": "str"})
    own = own.astype({"start": "int64", "end": "int64"}).sort_values(["interview", "code", "start", "end"])
    reach = own.groupby(["interview", "code"])["end"].cummax()
    before = reach.groupby([own["interview"], own["code"]]).shift()
    chain = (before.isna() | (own["start"] >= before)).cumsum().rename("chain")
    joined = own.groupby(["interview", "code", chain])[["start", "end"]].agg({"start": "min", "end": "max"})
    return joined.reset_index().drop(columns="chain")


def code_people(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    by: str | None = None,
    coded: Sequence[str] | None = None,
) -> pd.DataFrame:
    """In what share of the people interviewed each theme is present, with Wilson's interval.

    A person has a theme when at least one passage with its code touches a turn of hers, in any of her interviews; what
    she repeats counts once. Columns as ``code_presence`` has them, with ``present`` (people) and ``mentions``
    (passages), which says how often and nothing about how many; ``n`` is people. With ``by`` (``group`` or ``wave``) a
    person counts in each of which she was interviewed. Highest share first.
    """
    columns = [*([by] if by else []), *COLUMNS]
    said = people_and_codes(segments, turns, coded)
    names = flat_codes(segments, codes)
    if not len(said) or not names:
        return pd.DataFrame(columns=columns)
    areas = dict(zip(codes["code"], codes["area"].astype("object"), strict=True))
    part_of = interviews.set_index("interview")[by].astype("object") if by else None
    said["part"] = said["interview"].map(part_of.where(part_of.notna(), "")) if by else ""
    rows = []
    for part, own in said.groupby("part", sort=True):
        n = own["person"].nunique()
        people = own.groupby("code", observed=True)["person"].nunique()
        mentions = own.groupby("code", observed=True)["mentions"].sum()
        for code in names:
            k = int(people.get(code, 0))
            row = (code, areas.get(code), *share_interval(k, n), n, _WILSON, "share", "")
            row = (*row, k, int(mentions.get(code, 0)))
            rows.append((part, *row) if by else row)
    frame = pd.DataFrame(rows, columns=columns)
    return most_present_first(frame)


def code_change(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    coded: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Whether themes came up more, or less, among the people interviewed in two waves: the first and the last of each.

    Columns ``code``, the estimate's (share of the people in the later wave less that in the earlier; interval of
    Bonett & Price 2012 for paired shares), ``n`` (people in both), ``came`` (only later), ``went`` (only earlier),
    ``p`` (exact McNemar test), ``p_adjusted`` (Holm over the themes). Empty where nobody was interviewed in two waves.
    """
    columns = ["code", "estimate", "low", "high", "n", "came", "went", "p", "p_adjusted", "method", "unit"]
    columns += ["note"]
    said = people_and_codes(segments, turns, coded)
    if "wave" not in interviews or not interviews["wave"].notna().any() or not len(said):
        return pd.DataFrame(columns=columns)
    said["wave"] = said["interview"].map(interviews.set_index("interview")["wave"])
    order = {w: k for k, w in enumerate(_in_order(interviews["wave"]))}
    said = said.dropna(subset=["wave"]).assign(place=lambda f: f["wave"].map(order).astype(int))
    ends = said.groupby("person", observed=True)["place"].agg(["min", "max"])
    twice = ends[ends["min"] < ends["max"]]
    if not len(twice):
        return pd.DataFrame(columns=columns)
    held = {
        k: {c: set(part["person"]) for c, part in said.groupby("code", observed=True) if c}
        for k, said in (
            (end, said[said["person"].map(twice[end]) == said["place"]]) for end in ("min", "max")
        )
    }
    rows = []
    n = len(twice)
    for code in flat_codes(segments, codes):
        before, after = held["min"].get(code, set()), held["max"].get(code, set())
        came, went = len(after - before), len(before - after)
        p = float(mcnemar([[0, came], [went, 0]], exact=True).pvalue) if came + went else 1.0
        one, two = (came + 1) / (n + 2), (went + 1) / (n + 2)
        half = 1.959964 * np.sqrt((one + two - (one - two) ** 2) / (n + 2))
        low, high = max(one - two - half, -1.0), min(one - two + half, 1.0)
        row = (code, (came - went) / n, low, high, n, came, went, p, np.nan, _PAIRED)
        rows.append((*row, mark("percentage points"), ""))
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_adjusted"] = multipletests(frame["p"], method="holm")[1]
    return frame


def _in_order(waves: pd.Series) -> list:
    return (
        list(waves.cat.categories)
        if isinstance(waves.dtype, pd.CategoricalDtype)
        else sorted(waves.dropna().unique())
    )
