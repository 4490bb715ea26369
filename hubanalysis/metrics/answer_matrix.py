"""Every scored question side by side: one pass over the answers for all scales, instead of one for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.metrics.scales import field

__all__ = ["AnswerMatrix", "answer_matrices", "turned_round", "within_range"]

#: What makes a row: one respondent's questionnaire in one wave.
_ROW = ("about", "id", "instrument", "wave")


@dataclass(frozen=True)
class AnswerMatrix:
    """The answers to the items of some scales: a row a respondent x wave x instrument, a column an item.

    ``values`` (rows x items) are the numbers as given, NaN where none was; ``id`` numbers the respondent of a row,
    from 0 to ``respondents`` - 1, ``wave`` the wave by its place in ``waves`` (declared order, else sorted); ``met``
    (items x waves) says whether anybody was asked the item in that wave, answered or not.
    """

    values: np.ndarray
    items: dict[str, int]
    id: np.ndarray
    respondents: int
    wave: np.ndarray
    waves: list[str]
    met: np.ndarray

    def of(self, items: Iterable[str], wave: int) -> np.ndarray:
        """Respondents x ``items`` of the wave in that place, as given; an item that nobody met is NaN throughout."""
        rows = np.flatnonzero(self.wave == wave)
        columns = [self.items[item] for item in items]
        return self.values[np.ix_(rows, columns)]

    def waves_of(self, items: Iterable[str]) -> list[int]:
        """The places of the waves in which anybody met any of ``items``."""
        met = self.met[[self.items[item] for item in items]].any(axis=0)
        return [int(wave) for wave in np.flatnonzero(met)]

    def pairs(self, item: str, first: int, last: int) -> np.ndarray:
        """Pairs x 2: what those who answered ``item`` in both waves answered, as given."""
        both = np.full((self.respondents, 2), np.nan)
        column = self.values[:, self.items[item]]
        for side, wave in enumerate((first, last)):
            rows = np.flatnonzero((self.wave == wave) & ~np.isnan(column))[::-1]  # the first answer stands
            both[self.id[rows], side] = column[rows]
        return both[~np.isnan(both).any(axis=1)]


def answer_matrices(answers: pd.DataFrame, scales: Iterable[Any]) -> Iterator[tuple[Any, AnswerMatrix]]:
    """Each scale, in the order given, with the matrix of the answers to the items of its instrument's scales.

    ``answers``: the table of that name. Scales of one instrument share a matrix; a scale without an instrument takes
    the items wherever they were asked. Of two answers of one respondent to one item in one wave the first stands.
    """
    scales, made = list(scales), {}
    for scale in scales:
        instrument = field(scale, "instrument", None)
        if instrument not in made:
            items = [
                item
                for other in scales
                if field(other, "instrument", None) == instrument
                for item in field(other, "items")
            ]
            made[instrument] = _matrix(answers, list(dict.fromkeys(items)), instrument)
        yield scale, made[instrument]


def turned_round(values: np.ndarray, scale: Any) -> np.ndarray:
    """``values`` (respondents x items of the scale) with reversed items as lo + hi - x, of the *declared* range."""
    low, high = field(scale, "range")
    turned = np.isin(list(field(scale, "items")), list(field(scale, "reversed", ())))
    return np.where(turned, low + high - values, values)


def within_range(values: np.ndarray, scale: Any) -> np.ndarray:
    """``values`` themselves; ValueError where an answer lies outside the declared range of the scale."""
    low, high = field(scale, "range")
    if ((values < low) | (values > high)).any():
        raise ValueError(
            f"scale {field(scale, 'id')!r}: answers outside its declared range {low:g} to {high:g}; "
            "correct the range in study.yaml or set the answers aside"
        )
    return values


def _matrix(answers: pd.DataFrame, items: list[str], instrument: str | None) -> AnswerMatrix:
    asked, found = pd.factorize(answers["item"])
    item = pd.Index(items).get_indexer(found)[asked]
    chosen = item >= 0
    if instrument is not None:
        chosen &= (answers["instrument"] == instrument).to_numpy(bool)
    mine = np.flatnonzero(chosen)
    item = item[mine]
    row, numbered = np.zeros(len(item), np.int64), {}
    for key in _ROW:
        codes, found = _coded(answers[key])
        codes = codes[mine] if len(found) > 1 else np.zeros(len(mine), np.int64)
        numbered[key] = codes, found
        if len(found) > 1:
            row = row * len(found) + codes
    row, count = _renumbered(row)
    values = np.full((count, len(items)), np.nan)
    number = answers["number"].to_numpy(float, na_value=np.nan)[mine]
    answered = (answers["status"] == "answered").to_numpy(bool)[mine]
    given = np.flatnonzero(answered & ~np.isnan(number))[::-1]  # the first of two answers is written last
    values[row[given], item[given]] = number[given]
    (ids, respondents), (wave, waves) = numbered["id"], numbered["wave"]
    one = np.zeros(count, np.int64)
    one[row] = np.arange(len(row))  # any answer of a row tells its respondent and its wave
    met = np.zeros((len(items), len(waves)), bool)
    met[item, wave] = True
    return AnswerMatrix(
        values=values,
        items={name: place for place, name in enumerate(items)},
        id=ids[one],
        respondents=len(respondents),
        wave=wave[one],
        waves=[str(name) for name in waves],
        met=met,
    )


def _renumbered(row: np.ndarray) -> tuple[np.ndarray, int]:
    """Numbers from 0 without gaps in place of those that occur, and how many: by a table where it stays small."""
    most = int(row.max(initial=0))
    if most > 4 * len(row) + 1_000:
        codes, different = pd.factorize(row)
        return codes, len(different)
    seen = np.zeros(most + 1, bool)
    seen[row] = True
    return (np.cumsum(seen) - 1)[row], int(seen.sum())


def _coded(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Each value's number and the values in order: the declared order where there is one, else sorted."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(np.int64), values.cat.categories
    codes, found = pd.factorize(values)
    order = found.argsort()
    place = np.empty(len(found), np.int64)
    place[order] = np.arange(len(found))
    return place[codes], pd.Index(found)[order]
