"""Where coders disagree, passage by passage: what two people have to talk over before they call it one reading."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.coder_agreement import coders_of

__all__ = [
    "EXTENT",
    "NOT_ALL",
    "OTHER_CODE",
    "Disagreement",
    "Place",
    "coded_places",
    "disagreements",
    "found_disagreements",
    "interview_texts",
]

#: Kinds of disagreement: only some coders marked it; they marked the same words with different codes; the same code
#: begins or ends elsewhere.
NOT_ALL, OTHER_CODE, EXTENT = "marked_by_some", "other_code", "other_extent"
COLUMNS = [
    "code",
    "other",
    "interview",
    "turn",
    "speaker",
    "kind",
    "marked",
    "passage",
    "start",
    "end",
    "check",
]
_BETWEEN_TURNS = "\n"

Spans = tuple[tuple[int, int], ...]


class Place(NamedTuple):
    """Passages of one code that overlap, directly or through one another, whoever coded them: one place."""

    interview: str
    code: str
    start: int
    end: int
    spans: tuple[tuple[str, Spans], ...]  # of each coder, joined where they overlap
    coders: int  # how many coded this interview

    @property
    def shared(self) -> bool:
        """Whether every coder of the interview marked it."""
        return len(self.spans) == self.coders

    @property
    def who(self) -> set[str]:
        """Those who marked it."""
        return {coder for coder, _ in self.spans}

    def marked(self) -> np.ndarray:
        """Coders of the interview x positions: who marked what; coders who marked nothing come last."""
        found = np.zeros((self.coders, self.end - self.start), dtype=bool)
        for own, (_, spans) in zip(found, self.spans, strict=False):
            for start, end in spans:
                own[start - self.start : end - self.start] = True
        return found


class Disagreement(NamedTuple):
    """A place on which coders disagree; ``other`` where the same words got another code instead."""

    kind: str
    place: Place
    other: Place | None = None

    @property
    def places(self) -> list[Place]:
        """The one place, or the two on the same words."""
        return [self.place, *([self.other] if self.other else [])]


def coded_places(segments: pd.DataFrame) -> list[Place]:
    """The places of the interviews that two or more coded, by interview, code and position."""
    counted = coders_of(segments).query("coders >= 2") if len(segments) else pd.DataFrame()
    if not len(counted):
        return []
    coders = dict(zip(counted["interview"], counted["coders"], strict=True))
    own = segments[segments["interview"].isin(coders)]
    places = []
    for (interview, code), part in own.groupby(["interview", "code"], observed=True, sort=True):
        rows = sorted(
            zip(part["start"].astype(int), part["end"].astype(int), part["coder"].astype("str"), strict=True)
        )
        chain: list[tuple[int, int, str]] = []
        for row in [*rows, (1 << 62, 1 << 62, "")]:
            if chain and row[0] >= max(end for _, end, _ in chain):
                places.append(_place(str(interview), str(code), chain, coders[interview]))
                chain = []
            chain.append(row)
    return places


def _place(interview: str, code: str, chain: list[tuple[int, int, str]], coders: int) -> Place:
    spans: dict[str, list[list[int]]] = {}
    for start, end, coder in chain:
        mine = spans.setdefault(coder, [])
        if mine and start < mine[-1][1]:
            mine[-1][1] = max(mine[-1][1], end)
        else:
            mine.append([start, end])
    joined = tuple((coder, tuple((s, e) for s, e in mine)) for coder, mine in sorted(spans.items()))
    return Place(
        interview, code, min(s for s, _, _ in chain), max(e for _, e, _ in chain), joined, int(coders)
    )


def interview_texts(turns: pd.DataFrame) -> dict[str, str]:
    """Each interview's words at their places, blanks where a speaker's label stands, a line end between turns."""
    texts = {}
    for interview, part in turns.sort_values("start", kind="stable").groupby("interview", observed=True):
        at, pieces = 0, []
        for start, text in zip(part["start"].astype(int), part["text"].astype("str"), strict=True):
            pieces += [(_BETWEEN_TURNS if at else " ") + " " * (start - at - 1) if start > at else "", text]
            at = start + len(text)
        texts[str(interview)] = "".join(pieces)
    return texts


def found_disagreements(segments: pd.DataFrame, turns: pd.DataFrame) -> list[Disagreement]:
    """Every disagreement of the interviews that two or more coded, by code and place.

    A place that some coders marked and others did not is paired with a place of another code on the same words that was
    marked by others only (the pair that shares most words first, each place once): one disagreement about which code,
    not two. Extents differ where letters or digits lie inside one coder's passage and outside another's: blanks and
    full stops are no disagreement.
    """
    places = coded_places(segments)
    texts = interview_texts(turns)
    found = [Disagreement(EXTENT, p) for p in places if p.shared and _apart(p, texts.get(p.interview, ""))]
    alone = [p for p in places if not p.shared]
    paired: set[int] = set()
    for one, two in _pairs(alone):
        if one not in paired and two not in paired:
            paired |= {one, two}
            found.append(Disagreement(OTHER_CODE, alone[one], alone[two]))
    found += [Disagreement(NOT_ALL, p) for k, p in enumerate(alone) if k not in paired]
    return sorted(found, key=lambda d: (d.place.code, d.place.interview, d.place.start, d.place.end, d.kind))


def _apart(place: Place, text: str) -> bool:
    size = place.end - place.start
    words = np.array([c.isalnum() for c in text[place.start : place.end].ljust(size)], dtype=bool)
    marked = place.marked()
    return bool((marked.any(axis=0) & ~marked.all(axis=0) & words).any())


def _pairs(alone: list[Place]) -> list[tuple[int, int]]:
    """Places of two codes on the same words by different coders, those that share most first."""
    by_interview: dict[str, list[int]] = {}
    for k, place in enumerate(alone):
        by_interview.setdefault(place.interview, []).append(k)
    pairs = []
    for numbers in by_interview.values():
        for i, one in enumerate(numbers):
            for two in numbers[i + 1 :]:
                p, q = alone[one], alone[two]
                common = min(p.end, q.end) - max(p.start, q.start)
                if common > 0 and p.code != q.code and not p.who & q.who:
                    pairs.append((-common / (max(p.end, q.end) - min(p.start, q.start)), one, two))
    return [(one, two) for _, one, two in sorted(pairs)]


def disagreements(
    segments: pd.DataFrame, turns: pd.DataFrame, labels: dict[str, str] | None = None
) -> pd.DataFrame:
    """The list for the coders to talk over (:func:`found_disagreements`), one row each, by code and place.

    Columns ``code``, ``other`` (the other code on the same words, else ""), ``interview, turn, speaker`` (where the
    passage begins), ``kind``, ``marked`` (who marked it with what, by ``labels``; with the words where extents differ),
    ``passage`` (all that somebody marked), ``start``, ``end``, ``check`` (a mark of the passage's words, by which it is
    found again where the text before it has changed).
    """
    labels = labels or {}
    texts = interview_texts(turns)
    begins = {str(i): part.sort_values("start") for i, part in turns.groupby("interview", observed=True)}
    rows = []
    for d in found_disagreements(segments, turns):
        start, end = min(p.start for p in d.places), max(p.end for p in d.places)
        text = texts.get(d.place.interview, "")
        own = begins.get(d.place.interview)
        turn = own.iloc[max(int(own["start"].searchsorted(start, side="right")) - 1, 0)]
        marked = "; ".join(_who(p, labels, text if d.kind == EXTENT else "") for p in d.places)
        where = (d.place.interview, int(turn["turn"]), str(turn["speaker"]))
        row = (d.place.code, d.other.code if d.other else "", *where, d.kind, marked)
        words = _words(text, start, end)
        check = hashlib.sha256(words.encode()).hexdigest()[:16]
        rows.append((*row, words, start, end, check))
    return pd.DataFrame(rows, columns=COLUMNS)


def _who(place: Place, labels: dict[str, str], text: str) -> str:
    name = labels.get(place.code, place.code)
    if not text:
        return f"{', '.join(sorted(place.who))}: {name}"
    read = {c: " … ".join(_words(text, s, e) for s, e in spans) for c, spans in place.spans}
    return "; ".join(f"{coder}: {name} «{words}»" for coder, words in read.items())


def _words(text: str, start: int, end: int) -> str:
    """The words between two places, turns parted by a stroke."""
    lines = [" ".join(line.split()) for line in text[start:end].split(_BETWEEN_TURNS)]
    return " / ".join(line for line in lines if line)


#: For the reader of tables: the words of the kinds.
KIND_WORDS = {
    NOT_ALL: mark("only some marked it"),
    OTHER_CODE: mark("another code on the same words"),
    EXTENT: mark("the same code, more or fewer words"),
}
