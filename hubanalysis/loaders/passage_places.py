"""Where coded passages stand in the interviews: by the text they were coded in, else by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from hubanalysis.loaders.qda_positions import WAYS, counted
from hubanalysis.loaders.quote_search import (
    aligned,
    aligned_place,
    between_words,
    cut_places,
    likeliest_place,
    marks_of,
    places_of,
)
from hubanalysis.loaders.text_alignment import place_by_words

__all__ = ["Passage", "Place", "Texts", "find_quote", "place_all"]

_NUMBERED = re.compile(r" \[\d+\]$")


class Passage(NamedTuple):
    """A passage as a file gives it: in which source, coded by whom with what, its words, where it stood there."""

    source: str
    coder: str
    code: str
    quote: str
    row: int | None = None
    start: int | None = None
    end: int | None = None
    text: str = ""  # the source's own text, in which start and end count, where the file has one
    id: str = ""  # rows of one id are one passage with several codes


class Place(NamedTuple):
    """Where a passage stands: in which interview, over its text as written or as redacted, from where to where."""

    interview: str
    over: str  # raw or redacted
    start: int
    end: int
    cut: bool = False  # only the beginning of the passage, or its two ends, stand in the file
    moved: bool = False  # found by its words, elsewhere than the file says


class Texts:
    """The texts that may be coded: as they were written, and redacted, as this program hands them to coders."""

    def __init__(self, raw: Mapping[str, str], redacted: Mapping[str, str] | None = None):
        self.raw, self.redacted = dict(raw), dict(redacted or {})
        self._small: dict[str, list[str]] = {}
        for name in {**self.raw, **self.redacted}:
            self._small.setdefault(name.casefold(), []).append(name)
        self._known: dict[str, str | None] = {}

    def interview(self, source: str, text: str = "") -> str | None:
        """The interview a source is: by its name (file's ending and capitals aside), else by its whole text."""
        if source not in self._known:
            self._known[source] = self._named(source)
        return self._known[source] or (self._by_marks.get(marks_of(text).marks) if text.strip() else None)

    @cached_property
    def _by_marks(self) -> dict[str, str | None]:
        """The marks of each text and its interview; None where two interviews say the same."""
        found: dict[str, str | None] = {}
        for texts in (self.redacted, self.raw):
            for name, text in texts.items():
                marks = marks_of(text).marks
                found[marks] = name if found.get(marks, name) == name else None
        return found

    def _named(self, source: str) -> str | None:
        source = unicodedata.normalize("NFC", source.strip())
        for given in (source, _NUMBERED.sub("", source)):
            path = Path(given.replace("\\", "/"))
            for name in (given, path.name, path.stem):
                if name in self.raw or name in self.redacted:
                    return name
                same = self._small.get(name.casefold(), [])
                if len(same) == 1:
                    return same[0]
        return None

    def of(self, interview: str) -> list[tuple[str, str]]:
        """The texts of an interview, each with its word: raw, then redacted where it differs."""
        raw, redacted = self.raw.get(interview), self.redacted.get(interview)
        found = [("raw", raw)] if raw is not None else []
        return found + ([("redacted", redacted)] if redacted is not None and redacted != raw else [])


def find_quote(text: str, quote: str, start: int | None = None, source: str = "") -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text``; None where it does not, or where several places are possible.

    With ``start``, its place in the text ``source`` it was coded in: where the two texts differ only in line ends,
    titles, accents and the like, its own place; else the one with the likest words around it. Blanks, line ends,
    typographic marks and the way accents are written never count.
    """
    end = None if start is None else start + len(quote)
    texts = Texts({"": text})
    found = _place(Passage("", "", "", quote, None, start, end, source), "", texts)
    return (found.start, found.end) if isinstance(found, Place) else None


def place_all(
    passages: list[Passage], interviews: list[str | None], texts: Texts
) -> list[Place | int | None]:
    """The place of each passage; where there is none, in how many places its words stand (0: nowhere).

    ``interviews`` names the interview of each passage; None where it is none (then the result is None too). Words that
    stand in several places are told apart by the text they were coded in, by declared positions in any way of counting,
    or by the order of the rows: the same words as often as they stand in the interview, or between neighbours whose
    places are known (rows with an id, which exports write in the order of the text).
    """
    found = [
        None if interview is None else _place(passage, interview, texts)
        for passage, interview in zip(passages, interviews, strict=True)
    ]
    open_rows = [n for n, place in enumerate(found) if isinstance(place, list)]
    _by_number(open_rows, passages, interviews, found)
    _by_neighbours(passages, interviews, found)
    return [len(place) if isinstance(place, list) else place for place in found]


def _place(passage: Passage, interview: str, texts: Texts) -> Place | list[Place]:
    """The place of a passage, or all places its words may have."""
    several: list[Place] = []
    own, start, end = passage.text, passage.start, passage.end
    for over, text in texts.of(interview):
        if own and start is not None and aligned(own, text):
            place = aligned_place(own, text, start, end)
            return Place(interview, over, *place) if place else []
    for over, text in texts.of(interview):
        whole = not own or start is None or between_words(own, (start, end))
        places, cut = places_of(text, passage.quote, whole), False
        sure = (
            place_by_words(own, text, start, end) if own and start is not None and len(places) != 1 else None
        )
        if sure and (not places or sure in places):
            return Place(interview, over, *sure, False, True)
        if not places:
            places, cut = cut_places(text, passage.quote), True
        if len(places) > 1 and start is not None:
            sure = (
                likeliest_place(places, text, own, start, end) if own else _declared(places, text, start, end)
            )
            places = [sure] if sure else places
        found = [Place(interview, over, *p, cut, start is not None and p[0] != start) for p in places]
        if len(found) == 1:
            return found[0]
        several = several or found
    return several


def _declared(places: list, text: str, start: int, end: int | None) -> tuple[int, int] | None:
    """The one of ``places`` that begins where a table says, in whatever way it counts."""
    hits = set()
    for way in WAYS:
        at = counted(text, [(start, end if end is not None and end > start else start + 1)], way)[0]
        hits |= {place for place in places if at is not None and place[0] == at[0]}
        if hits:  # the standard's own way first
            break
    return hits.pop() if len(hits) == 1 else None


def _by_number(open_rows: list[int], passages: list[Passage], interviews: list, found: list) -> None:
    """Words that stand as often in the table as in the interview: the first row is the first place, and so on."""

    def same(n: int) -> tuple:
        p = passages[n]
        return (interviews[n], p.source, p.coder, marks_of(p.quote).marks, "" if p.id else p.code)

    for _, group in groupby(sorted(open_rows, key=lambda n: (same(n), n)), key=same):
        rows = list(group)
        if passages[rows[0]].text:
            continue
        keys = list(dict.fromkeys(passages[n].id or str(n) for n in rows))
        if len(keys) == len(found[rows[0]]):
            for n in rows:
                found[n] = found[n][keys.index(passages[n].id or str(n))]


def _by_neighbours(passages: list[Passage], interviews: list, found: list) -> None:
    """Rows with an id stand in the order of the text: what lies between two known places has one place left."""
    for interview in dict.fromkeys(i for i in interviews if i is not None):
        rows = [
            n for n, i in enumerate(interviews) if i == interview and passages[n].id and not passages[n].text
        ]
        known = [n for n in rows if isinstance(found[n], Place)]
        if len({passages[n].source for n in rows}) != 1 or len({found[n].over for n in known}) != 1:
            continue
        if any(found[a].start > found[b].start for a, b in pairwise(known)):
            continue  # another order
        for n in rows:
            if isinstance(found[n], list):
                low = max((found[k].start for k in known if k < n), default=0)
                high = min((found[k].start for k in known if k > n), default=float("inf"))
                left = [place for place in found[n] if low <= place.start <= high]
                if len(left) == 1:
                    found[n] = left[0]
