"""Agreement of the coders: did they see the same theme in the same turn, and in the same words?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.agreement import alpha_from_coincidences, cohen_kappa, resampled

__all__ = ["ALL_CODES", "agreement_by_code", "character_kappa", "coders_of", "turn_marks"]

#: The row that takes all codes together.
ALL_CODES = "all_codes"

COLUMNS = ["code", "estimate", "low", "high", "n", "units", "used", "method", "unit", "note"]
NOT_USED = mark("nobody used this code")
ONE_CODER = mark("coded by one person only: there is nothing to compare")
FEW = mark("too few interviews for an interval")
ALIKE = mark("the coders never disagreed: no interval can be told from these interviews")
SELDOM = mark("used in fewer than ten turns: not to be relied on")
LEAST_USED = 10


def coders_of(segments: pd.DataFrame) -> pd.DataFrame:
    """Who coded which interview: ``interview, coders`` (how many), from the segments themselves."""
    if not len(segments):
        return pd.DataFrame(columns=["interview", "coders"])
    return segments.groupby("interview", observed=True)["coder"].nunique().rename("coders").reset_index()


def agreement_by_code(segments: pd.DataFrame, turns: pd.DataFrame, seed: int = 2022) -> pd.DataFrame:
    """Krippendorff's alpha (nominal) by code, and for all codes together (``all_codes``, first row).

    A unit is an interviewee's turn and a code: a coder says yes where a segment of hers with this code touches the
    turn, no elsewhere. Interviews coded by one person only are left out. The interval is a bootstrap over
    interviews; ``n`` is interviews, ``units`` turns, ``used`` the turns in which somebody gave the code. Alpha goes
    from -1 over 0 (chance) to 1; .8 is usually asked for, .667 tolerated for tentative conclusions (Krippendorff
    2004, ch. 11).
    """
    codes = sorted(segments["code"].astype("str").unique()) if len(segments) else []
    interviews = coders_of(segments).query("coders >= 2")["interview"].tolist() if len(segments) else []
    if not interviews:
        note = ONE_CODER if codes else NOT_USED
        rows = [
            (code, np.nan, np.nan, np.nan, 0, 0, 0, _METHOD, "krippendorff_alpha", note) for code in codes
        ]
        return pd.DataFrame(rows, columns=COLUMNS)
    tables = np.zeros((len(interviews), len(codes), 3))  # coincidences yes-yes, no-no, yes-no
    units = used = 0
    for i, interview in enumerate(interviews):
        marks = turn_marks(segments, turns, interview, codes)
        coders, count = marks.shape[0], marks.shape[2]
        yes = marks.sum(axis=0)  # codes x turns
        no = coders - yes
        tables[i, :, 0] = (yes * (yes - 1)).sum(axis=1) / (coders - 1)
        tables[i, :, 1] = (no * (no - 1)).sum(axis=1) / (coders - 1)
        tables[i, :, 2] = (yes * no).sum(axis=1) / (coders - 1)
        units += count
        used = used + (yes > 0).sum(axis=1)

    def alpha(t: np.ndarray) -> np.ndarray:
        square = np.stack([t[..., 0], t[..., 2], t[..., 2], t[..., 1]], axis=-1)
        return alpha_from_coincidences(square.reshape(*t.shape[:-1], 2, 2), np.arange(2))

    rows = []
    pooled = tables.sum(axis=1)
    low, high = resampled(pooled, alpha, seed=seed)
    everything = (alpha(pooled.sum(axis=0)), low, high, int(np.sum(used)))
    lows, highs = resampled(tables, alpha, seed=seed)
    each = zip(alpha(tables.sum(axis=0)), lows, highs, used, strict=True)
    for code, (estimate, low, high, times) in zip([ALL_CODES, *codes], [everything, *each], strict=True):
        low, high, note = _told(float(estimate), float(low), float(high))
        note = note or (SELDOM if times < LEAST_USED else "")
        rows.append(
            (
                code,
                float(estimate),
                low,
                high,
                len(interviews),
                units,
                int(times),
                _METHOD,
                "krippendorff_alpha",
                note,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


_METHOD = mark("Krippendorff's alpha, bootstrap over interviews")
_KAPPA = mark("Cohen's kappa over characters, bootstrap over interviews")


def _told(estimate: float, low: float, high: float) -> tuple[float, float, str]:
    """The interval, or none and why."""
    if np.isnan(estimate):
        return np.nan, np.nan, NOT_USED
    if np.isnan(low):
        return np.nan, np.nan, FEW
    if low == high:
        return np.nan, np.nan, ALIKE
    return low, high, ""


def turn_marks(segments: pd.DataFrame, turns: pd.DataFrame, interview: str, codes: list[str]) -> np.ndarray:
    """coders x codes x turns of the interviewee: whether a segment with the code touches the turn."""
    own = turns[(turns["interview"] == interview) & (turns["role"].astype("str") == "interviewee")]
    begin, end = own["start"].to_numpy(dtype=np.int64), own["end"].to_numpy(dtype=np.int64)
    given = segments[segments["interview"] == interview]
    coders = sorted(given["coder"].astype("str").unique())
    marks = np.zeros((len(coders), len(codes), len(own)))
    place = {code: k for k, code in enumerate(codes)}
    for s in given.itertuples(index=False):
        touched = (begin < s.end) & (s.start < end)
        marks[coders.index(s.coder), place[s.code]] = np.maximum(
            marks[coders.index(s.coder), place[s.code]], touched
        )
    return marks


def character_kappa(segments: pd.DataFrame, turns: pd.DataFrame, seed: int = 2022) -> pd.DataFrame:
    """Cohen's kappa over all characters, for each pair of coders, by code and for all codes together.

    Each character of an interview that both coded is judged by both: inside a passage with this code or not (2 x 2
    table of characters, Cohen 1960). It asks for more than :func:`agreement_by_code`: the passages must begin and
    end alike. Columns ``code, coders`` and the estimate's; ``n`` is interviews, the interval a bootstrap over them.
    """
    columns = ["code", "coders", "estimate", "low", "high", "n", "method", "unit", "note"]
    if not len(segments):
        return pd.DataFrame(columns=columns)
    codes = sorted(segments["code"].astype("str").unique())
    coders = sorted(segments["coder"].astype("str").unique())
    lengths = turns.groupby("interview", observed=True)["end"].max().astype("int64")
    by_coder = {coder: set(segments.loc[segments["coder"] == coder, "interview"]) for coder in coders}
    rows = []
    for one, first in enumerate(coders):
        for second in coders[one + 1 :]:
            shared = sorted(by_coder[first] & by_coder[second])
            tables = np.zeros((len(shared), len(codes), 4))
            for i, interview in enumerate(shared):
                tables[i] = _character_tables(
                    segments, interview, int(lengths[interview]), (first, second), codes
                )
            pooled = tables.sum(axis=1)
            low, high = resampled(pooled, cohen_kappa, seed=seed)
            lows, highs = resampled(tables, cohen_kappa, seed=seed)
            estimates = cohen_kappa(tables.sum(axis=0))
            together = [(ALL_CODES, cohen_kappa(pooled.sum(axis=0)), low, high)]
            for code, estimate, low, high in together + list(zip(codes, estimates, lows, highs, strict=True)):
                low, high, note = _told(float(estimate), float(low), float(high))
                pair = f"{first} – {second}"
                rows.append((code, pair, float(estimate), low, high, len(shared), _KAPPA, "kappa", note))
    return pd.DataFrame(rows, columns=columns)


def _character_tables(
    segments: pd.DataFrame, interview: str, length: int, pair: tuple[str, str], codes: list[str]
) -> np.ndarray:
    """codes x [both, first alone, second alone, neither], in characters."""
    given = segments[segments["interview"] == interview]
    covered = np.zeros((2, len(codes), length), dtype=bool)
    place = {code: k for k, code in enumerate(codes)}
    for s in given.itertuples(index=False):
        if s.coder in pair:
            covered[pair.index(s.coder), place[s.code], int(s.start) : int(s.end)] = True
    first, second = covered
    both = (first & second).sum(axis=1)
    one, two = first.sum(axis=1) - both, second.sum(axis=1) - both
    return np.stack([both, one, two, length - both - one - two], axis=1)
