"""Joining waves by self-generated codes: what a person decided, the same code, else one that differs in a single
element and only where no other reading is possible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from hubanalysis.loaders.person_keys import person_keys

__all__ = ["STRANGERS", "Links", "link_waves"]

#: The most strangers that may be expected to fit a code with one element left out, for it to be joined.
STRANGERS = 0.02


class Links(NamedTuple):
    """Who is who (``rows``), and the pairs somebody may want to look at (``pairs``)."""

    rows: pd.DataFrame
    pairs: pd.DataFrame


class _People:
    """The person each row belongs to (named by its first row), under what somebody decided."""

    def __init__(self, waves: list, same: Iterable[tuple[int, int]], different: Iterable[tuple[int, int]]):
        self.person = np.arange(len(waves))
        self.waves = waves
        self.apart: dict[int, set[int]] = {}
        self.decided: set[int] = set()
        order = {wave: place for place, wave in enumerate(dict.fromkeys(waves))}
        for pair in same:
            one, other = sorted(self.person[list(pair)], key=lambda row: (order[waves[row]], row))
            self.person[self.person == other] = one
            self.decided.update(pair)
        for one, other in different:
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)
        self._bound = set(self.person[[*self.decided, *self.apart]]) if self.decided or self.apart else set()

    def may_join(self, one: int, other: int) -> bool:
        """Whether no decision forbids that these two are one person, directly or through others."""
        if one not in self._bound and other not in self._bound:
            return True
        rows, others = (set(np.flatnonzero(self.person == who).tolist()) for who in (one, other))
        if {self.waves[row] for row in rows} & {self.waves[row] for row in others}:
            return False
        return not any(self.apart.get(row, set()) & others for row in rows)

    def join(self, row: int, who: int) -> None:
        if row in self._bound:
            self.person[self.person == row] = who
            self._bound.add(who)
        else:
            self.person[row] = who


def _near_pairs(numbers: np.ndarray, filled: np.ndarray, left: list[int], right: list[int]) -> pd.DataFrame:
    """Pairs ``left, right`` of rows whose codes agree in all elements but ``out``, and are filled in these.

    The same complete codes are not among the two sides, but where a decision forbids to join them.
    """
    found = []
    width = numbers.shape[1]
    for out in range(width):
        rest = [column for column in range(width) if column != out]
        sides = []
        for rows in (np.array(left, dtype="int64"), np.array(right, dtype="int64")):
            rows = rows[filled[np.ix_(rows, rest)].all(axis=1)]
            sides.append(pd.DataFrame(numbers[np.ix_(rows, rest)], columns=rest).assign(at=rows))
        pairs = sides[0].merge(sides[1], on=rest, suffixes=("_left", "_right"))
        found.append(pairs[["at_left", "at_right"]].set_axis(["left", "right"], axis=1).assign(out=out))
    return pd.concat(found).drop_duplicates(["left", "right"])


def _strangers(
    pairs: pd.DataFrame, numbers: np.ndarray, filled: np.ndarray, people: np.ndarray, free: int
) -> np.ndarray:
    """How many of ``free`` strangers are expected to share, by chance, what the two codes of a pair share.

    free x the product over the shared elements j of (c_j + 1/2) / (n_j + K_j/2): c_j is how many of the n_j other
    people have this value, K_j the number of values (Jeffreys' half a count, so that a rare value is no proof).
    Elements are taken as independent. ``people`` is a row for each person.
    """
    left, out = pairs["left"].to_numpy(), pairs["out"].to_numpy()
    expected = np.full(len(pairs), float(free))
    for element in range(numbers.shape[1]):
        values = numbers[people, element][filled[people, element]]
        counts = np.bincount(values, minlength=numbers[:, element].max() + 1)
        others = np.maximum(counts - 2, 0) + 0.5
        share = others / (max(len(values) - 2, 0) + 0.5 * max((counts > 0).sum(), 1))
        expected *= np.where(out == element, 1.0, share[numbers[left, element]])
    return expected


def _only(pairs: pd.DataFrame) -> pd.Series:
    """Whether each of the two is the only candidate of the other."""
    return pairs.groupby("who")["right"].transform("size").eq(1) & pairs.groupby("right")["who"].transform(
        "size"
    ).eq(1)


def link_waves(
    codes: pd.DataFrame,
    tolerant: bool = True,
    same: Iterable[tuple] = (),
    different: Iterable[tuple] = (),
    strangers: float = STRANGERS,
) -> Links:
    """Who is who across waves.

    Waves are taken in the order in which they first appear. A row is joined to the person somebody decided it to
    be; else to the one who had the same code in an earlier wave; of those still alone, with ``tolerant``, to
    the one whose code differs in exactly one element, if each is the only such candidate of the other and what
    the codes share is rare: at most ``strangers`` of the people not found yet are expected to share it by
    chance. All other candidates are ``ambiguous`` and never joined. A code with an empty element is nobody's exact
    match: the empty element counts as the one that differs. docs/linking.md shows how many pairs are found and
    how many are wrong, in simulated waves.

    Parameters
    ----------
    codes
        Columns ``row`` (any unique id), ``wave`` and one column for each element of the code, in comparable
        form. A code stands once in a wave.
    same, different
        Pairs of ``row`` that are one person, or two, as somebody decided. They must not contradict each other.

    Returns
    -------
    ``rows``: a frame ``row, person_key, link``: the key is the person's code in the first wave, joined by ``-`` (with
    the row's own mark where an element is empty or two people have the code); link is, for all rows of a person,
    ``decided``, ``near``, ``exact``, ``ambiguous`` or ``single``, the first that holds.
    ``pairs``: a frame ``left, right`` (rows of an earlier and a later wave), ``element`` (that differs; "" where none
    does) and ``proposal``: ``near`` (joined), ``ambiguous`` (several fit) or ``chance`` (a stranger may fit as well).
    """
    elements = [column for column in codes.columns if column not in ("row", "wave")]
    rows = codes["row"].tolist()
    table = codes[elements].reset_index(drop=True)
    if not rows:
        return Links(
            pd.DataFrame({"row": [], "person_key": [], "link": []}),
            pd.DataFrame(columns=["left", "right", "element", "proposal"]),
        )
    filled = (table != "").to_numpy()
    complete = filled.all(axis=1)
    joined = person_keys(table).tolist()
    keys = [key if full else f"{key}#{row}" for key, full, row in zip(joined, complete, rows, strict=True)]
    # numbers for texts: every element of every code is compared several times
    numbers = np.column_stack([pd.factorize(table[name])[0] for name in elements])

    at = {row: place for place, row in enumerate(rows)} if same or different else {}
    waves = codes["wave"].tolist()
    people = _People(waves, *([(at[a], at[b]) for a, b in pairs] for pairs in (same, different)))
    person = people.person
    looked: list[tuple[int, int, str, str]] = []
    by_code: dict[str, dict[int, int]] = {}  # a complete code -> the persons who wrote it, with their row
    by_wave: dict = {}
    for place, wave in enumerate(waves):
        by_wave.setdefault(wave, []).append(place)
    earlier: list[int] = []
    for now in by_wave.values():
        unsure = _join_exact(people, keys, complete, now, by_code)
        looked += [(left, right, "", "ambiguous") for left, right in unsure]
        if tolerant and len(elements) > 1 and earlier:
            here = {*person[now], *(person[left] for left, _ in unsure)}
            unsure = {right for _, right in unsure}
            alone = [i for i in now if person[i] == i and i not in unsure]
            free = [i for i in earlier if person[i] not in here]
            pairs = _near_pairs(numbers, filled, free, alone)
            pairs = pairs.assign(who=person[pairs["left"].to_numpy(dtype="int64")])
            pairs = pairs.drop_duplicates(["who", "right"])
            allowed = [people.may_join(p.who, p.right) for p in pairs.itertuples()]
            pairs = pairs[np.array(allowed, dtype=bool)]
            all_here = np.unique(person[earlier + now])
            expected = _strangers(pairs, numbers, filled, all_here, len(set(person[free])))
            proposals = np.select([~_only(pairs), expected > strangers], ["ambiguous", "chance"], "near")
            for pair, proposal in zip(pairs.itertuples(), proposals, strict=True):
                looked.append((pair.left, pair.right, elements[pair.out], proposal))
                if proposal == "near":
                    people.join(pair.right, pair.who)
        for i in now:
            if complete[i]:
                by_code.setdefault(keys[i], {})[person[i]] = i
        earlier += now
    return _told(people, rows, keys, looked)


def _join_exact(
    people: _People, keys: list[str], complete: np.ndarray, now: list[int], by_code: dict
) -> list[tuple[int, int]]:
    """Join the rows of a wave to those who had their code before, where it is one person and nobody else of the
    wave is this person. Pairs of rows (earlier, now) where it is not so are not joined but given back."""
    person = people.person
    here = {person[i] for i in now if person[i] != i}
    fits: dict[int, dict[int, int]] = {}
    claims: dict[int, list[int]] = {}
    for i in now:
        if complete[i] and person[i] == i and keys[i] in by_code:
            written = by_code[keys[i]].items()
            fits[i] = {who: row for who, row in written if who not in here and people.may_join(who, i)}
            for who in fits[i]:
                claims.setdefault(who, []).append(i)
    unsure = []
    for i, written in fits.items():
        if len(written) == 1 and len(claims[next(iter(written))]) == 1:
            people.join(i, next(iter(written)))
        else:
            unsure += [(row, i) for row in written.values()]
    return unsure


def _told(people: _People, rows: list, keys: list[str], looked: list[tuple]) -> Links:
    person = people.person
    pairs = pd.DataFrame(looked, columns=["left", "right", "element", "proposal"])
    left, right = (pairs[side].to_numpy(dtype="int64") for side in ("left", "right"))
    near = np.isin(person, person[left[pairs["proposal"] == "near"]])
    still = (pairs["proposal"] == "near") | (person[left] != person[right])
    open_ones = still & (pairs["proposal"] != "near")
    ambiguous = np.isin(person, person[np.concatenate([left[open_ones], right[open_ones]])])
    decided = np.isin(person, person[list(people.decided)] if people.decided else [])
    joined = np.bincount(person, minlength=len(person))[person] > 1
    link = np.select(
        [decided, near, joined, ambiguous], ["decided", "near", "exact", "ambiguous"], "single"
    ).astype(object)

    first = sorted(set(person.tolist()))
    names = pd.Series([keys[i] for i in first], index=first)
    twice = names.duplicated()  # two people with one code, as somebody decided
    names[twice] = [f"{keys[i]}#{rows[i]}" for i in names.index[twice]]
    told = pd.DataFrame({"row": rows, "person_key": names[person].to_numpy(), "link": link})
    ids = np.array(rows, dtype=object)
    return Links(told, pairs.assign(left=ids[left], right=ids[right])[still].reset_index(drop=True))
