"""From answers to scores: reversal by the declared range, prorating, the least number of answered items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["SWEMWBS_METRIC", "least_answered", "out_of_range", "score_scales", "scored_items"]

_KEYS = ["about", "id", "wave", "instrument"]
_COLUMNS = [*_KEYS, "scale", "area", "score", "answered", "items"]

#: Raw sum (7 to 35) to metric score of the Short Warwick-Edinburgh Mental Well-being Scale
#: (Stewart-Brown et al. 2009, table 4).
# fmt: off
SWEMWBS_METRIC = (
    7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59, 19.25,
    19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00,
)
# fmt: on

#: Published scorings: number of items, range of an item.
_PUBLISHED = {"swemwbs": (7, (1, 5)), "who5": (5, (0, 5))}


def score_scales(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """The score of every respondent on every scale in every wave.

    A reversed item becomes ``lo + hi - x`` with the scale's *declared* range: the observed range would move
    with the sample. ``mean`` is the mean of the answered items, in the items' points; ``sum`` is that mean
    times the number of items, so that an answer left out is prorated and never counts as 0. Under ``least``
    answered items the score is missing. ``swemwbs`` turns the raw sum of 7 complete items (1-5) into the
    published metric score (7 to 35, Stewart-Brown et al. 2009), ``who5`` is the sum of 5 complete items (0-5)
    times 4 (0 to 100, Topp et al. 2015).

    Parameters
    ----------
    answers
        The table ``answers``; only rows with status ``answered`` and a number count.
    scales
        Mappings or objects with ``id, area, items, range`` and, where they differ from the defaults,
        ``reversed`` (none), ``least`` (half of the items, rounded up), ``score`` (``mean``), ``instrument``
        (any).

    Returns
    -------
    The table ``scores``: a row for every respondent x wave that met at least one item of the scale.

    Raises
    ------
    ValueError
        If a number lies outside the declared range of its scale (see :func:`out_of_range`), or a published
        scoring is asked of other items than it was made for.
    """
    # texts that come again in every row are numbered once, not for each scale
    words = [key for key in (*_KEYS, "item") if not isinstance(answers[key].dtype, pd.CategoricalDtype)]
    numbered = answers.astype(dict.fromkeys(words, "category"))
    frames = [_score_one(numbered, scale) for scale in scales]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return _empty_scores(answers)
    scores = pd.concat(frames, ignore_index=True)
    scores["area"] = pd.Categorical(scores["area"], categories=list(dict.fromkeys(scores["area"])))
    for key in _KEYS:
        scores[key] = scores[key].astype(answers[key].dtype)
    for count in ("answered", "items"):
        scores[count] = scores[count].astype("Int64")
    return scores[_COLUMNS]


def out_of_range(answers: pd.DataFrame, scales: Iterable[Any]) -> pd.DataFrame:
    """The rows of ``answers`` outside the range their scale declares, with ``scale``, ``lo`` and ``hi``."""
    found = []
    for scale in scales:
        rows = _rows_of(answers, scale)
        low, high = field(scale, "range")
        found.append(
            rows[(rows["number"] < low) | (rows["number"] > high)].assign(
                scale=field(scale, "id"), lo=float(low), hi=float(high)
            )
        )
    if not found:
        return answers.iloc[:0].assign(scale="", lo=np.nan, hi=np.nan)
    return pd.concat(found, ignore_index=True)


def scored_items(answers: pd.DataFrame, scale: Any) -> pd.DataFrame:
    """The items of one scale side by side, reversed ones turned round: index about, id, wave, instrument.

    An item that was not answered is NaN; a respondent who met none of the items has no row.
    """
    items = list(field(scale, "items"))
    low, high = field(scale, "range")
    rows = _rows_of(answers, scale)
    if rows.empty:
        index = pd.MultiIndex.from_frame(answers.iloc[:0][_KEYS])
        return pd.DataFrame(index=index, columns=items, dtype=float)
    given = rows["number"].where(rows["status"].astype(str) == "answered")
    if ((given < low) | (given > high)).any():
        raise ValueError(
            f"scale {field(scale, 'id')!r}: answers outside its declared range {low:g} to {high:g}; "
            "correct the range in study.yaml or set the answers aside"
        )
    wide = (
        rows.assign(number=pd.to_numeric(given, errors="coerce").astype(float))
        .groupby([*_KEYS, "item"], observed=True, sort=True)["number"]
        .first()
        .unstack("item")
        .reindex(columns=items)
        .rename_axis(columns=None)
    )
    turned = [item for item in items if item in set(field(scale, "reversed", ()))]
    wide[turned] = low + high - wide[turned]
    return wide


def least_answered(scale: Any) -> int:
    """The least number of answered items: as declared, or half of the items (Fairclough 2010), rounded up."""
    number = len(field(scale, "items"))
    if field(scale, "score", "mean") in _PUBLISHED:
        return number
    declared = field(scale, "least", None)
    return int(declared) if declared is not None else (number + 1) // 2


def field(scale: Any, name: str, *default: Any) -> Any:
    """A field of a scale, be it a mapping or an object (a mapping's ``items`` is a method, hence this)."""
    if isinstance(scale, Mapping):
        return scale.get(name, *default) if default else scale[name]
    return getattr(scale, name, *default)


def _rows_of(answers: pd.DataFrame, scale: Any) -> pd.DataFrame:
    mine = answers["item"].isin(list(field(scale, "items")))
    instrument = field(scale, "instrument", None)
    if instrument is not None:
        mine &= answers["instrument"] == instrument
    return answers[mine]


def _score_one(answers: pd.DataFrame, scale: Any) -> pd.DataFrame:
    how = field(scale, "score", "mean")
    if how not in ("mean", "sum", *_PUBLISHED):
        raise ValueError(
            f"scale {field(scale, 'id')!r}: score must be mean, sum, swemwbs or who5, not {how!r}"
        )
    values = scored_items(answers, scale)
    number = values.shape[1]
    if how in _PUBLISHED and (number, tuple(field(scale, "range"))) != _PUBLISHED[how]:
        items, (low, high) = _PUBLISHED[how]
        raise ValueError(
            f"scale {field(scale, 'id')!r}: {how} needs {items} items answered from {low} to {high}"
        )
    answered = values.notna().sum(axis=1)
    mean = values.mean(axis=1)
    total = mean * number
    if how == "swemwbs":
        raw = total.round().fillna(7).clip(7, 35).astype(int)
        score = pd.Series(np.asarray(SWEMWBS_METRIC)[raw - 7], index=values.index)
    else:
        score = {"mean": mean, "sum": total, "who5": total * 4}[how]
    frame = pd.DataFrame(
        {
            "scale": field(scale, "id"),
            "area": field(scale, "area"),
            "score": score.where(answered >= least_answered(scale)).astype(float),
            "answered": answered,
            "items": number,
        },
        index=values.index,
    )
    return frame.reset_index()


def _empty_scores(answers: pd.DataFrame) -> pd.DataFrame:
    empty = answers.iloc[:0][_KEYS].copy()
    for column, kind in (("scale", "str"), ("area", "category"), ("score", "float64")):
        empty[column] = pd.Series(dtype=kind)
    for column in ("answered", "items"):
        empty[column] = pd.Series(dtype="Int64")
    return empty[_COLUMNS]
