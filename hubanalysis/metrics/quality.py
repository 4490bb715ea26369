"""The quality of the data: what became of each answer, who was found again, which questions stayed empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import share_interval

__all__ = ["answer_statuses", "item_gaps", "links_between_waves", "respondents_by_wave"]

WILSON = mark("Wilson interval")
CLUSTERED = mark("ratio over respondents, t interval")
FEW = mark("too few to say")
_ESTIMATES = ["estimate", "low", "high", "n", "method", "unit", "note"]


def _shares(frame: pd.DataFrame, count: str, n: str, confidence: float) -> pd.DataFrame:
    """Add the share ``count / n`` with its Wilson interval (Wilson 1927) to the rows of ``frame``."""
    intervals = [share_interval(c, k, confidence) for c, k in zip(frame[count], frame[n], strict=True)]
    frame[["estimate", "low", "high"]] = intervals
    return frame.assign(n=frame[n].astype(int), method=WILSON, unit="share", note="")


def respondents_by_wave(respondents: pd.DataFrame) -> pd.DataFrame:
    """How many answered in each wave, and how many of them came late.

    Parameters: the table ``respondents``. Returns about, wave, n, late (counts); empty for an empty table.
    """
    if respondents.empty:
        return pd.DataFrame(columns=["about", "wave", "n", "late"])
    groups = respondents.groupby(["about", "wave"], observed=True)
    return groups.agg(n=("id", "nunique"), late=("late", lambda v: int(v.fillna(False).sum()))).reset_index()


def links_between_waves(respondents: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """How each respondent was, or was not, found again in another wave, as a share of all respondents.

    The share of people of ``link`` kind exact, near, decided, ambiguous or single, with its Wilson interval. One row a
    kind that occurs: about, link, estimate, low, high, n (people or organisations). Empty where there is one wave only.
    """
    columns = ["about", "link", *_ESTIMATES]
    if respondents.empty or respondents["wave"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    rows = []
    for about, own in respondents.groupby("about", observed=True):
        kinds = own.drop_duplicates("id")["link"].astype("object").fillna("single")
        for link in ("exact", "near", "decided", "ambiguous", "single"):
            count = int((kinds == link).sum())
            if count:
                rows.append({"about": about, "link": link, "count": count, "n": len(kinds)})
    return _shares(pd.DataFrame(rows), "count", "n", confidence)[columns]


def answer_statuses(answers: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """What became of the answers to closed questions: the share of each status among all answers due, by wave.

    Open questions (type text) are an offer to say more; leaving one empty is no gap, so they are left out.

    A respondent's answers go together (who skips one skips more), so the respondent is the unit: the ratio estimator
    r = sum(y) / sum(x) over respondents with SE = sqrt(k / (k - 1) sum((y - r x)^2)) / sum(x) (Cochran 1977, ch. 6)
    and a t interval with k - 1 degrees of freedom, cut at 0 and 1. One row about x wave x status; n is the number of
    respondents k. Under 2 respondents the interval is missing and ``note`` says why.
    """
    columns = ["about", "wave", "status", *_ESTIMATES]
    answers = answers[answers["type"] != "text"]
    if answers.empty:
        return pd.DataFrame(columns=columns)
    rows = []
    for (about, wave), own in answers.groupby(["about", "wave"], observed=True):
        table = pd.crosstab(own["id"].astype("object"), own["status"].astype("object"))
        x = table.sum(axis=1).to_numpy(dtype=float)
        k = len(x)
        for status in [s for s in own["status"].cat.categories if s in table.columns]:
            y = table[status].to_numpy(dtype=float)
            r = y.sum() / x.sum()
            low = high = np.nan
            if k > 1:
                se = np.sqrt(k / (k - 1) * ((y - r * x) ** 2).sum()) / x.sum()
                half = stats.t.ppf((1 + confidence) / 2, k - 1) * se
                low, high = max(r - half, 0.0), min(r + half, 1.0)
            rows.append(
                {
                    "about": about,
                    "wave": wave,
                    "status": status,
                    "estimate": r,
                    "low": low,
                    "high": high,
                    "n": k,
                }
                | {"method": CLUSTERED, "unit": "share", "note": "" if k > 1 else FEW}
            )
    return pd.DataFrame(rows, columns=columns)


def item_gaps(answers: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """The questions most often left empty: share not answered or not fitting, among those who were asked.

    "Not asked" and "does not apply" are no gaps and count neither way; open questions (type text) are left out.
    One row an item, the emptiest first, with the
    Wilson interval; n counts respondents x waves asked. Items without a gap are left out.
    """
    columns = ["about", "item", *_ESTIMATES]
    closed = answers[answers["type"] != "text"]
    asked = closed[closed["status"].isin(["answered", "not_answered", "invalid"])]
    if asked.empty:
        return pd.DataFrame(columns=columns)
    groups = asked.assign(gap=asked["status"] != "answered").groupby(["about", "item"], observed=True)["gap"]
    frame = groups.agg(count="sum", n="size").reset_index()
    frame = frame[frame["count"] > 0]
    if frame.empty:
        return pd.DataFrame(columns=columns)
    frame = _shares(frame.reset_index(drop=True), "count", "n", confidence)
    return frame.sort_values(["estimate", "item"], ascending=[False, True], ignore_index=True)[columns]
