"""Interviews cut into segments of some forty words: the units in which words are said together.

A segment never crosses from one speaker or interview to another, nor a question of the interviewer; it ends where a
sentence or a turn ends, if there is such a place near. It keeps where it begins and ends, so that every count made of
segments leads back to what was said.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from hubanalysis.metrics.word_counts import unit_codes, witnesses

__all__ = ["joined_segments", "segment_texts", "speaking_units", "word_segments"]

COLUMNS = ["interview", "speaker", "turn", "last_turn", "start", "end", "words", "content", "witness"]
#: Words of the interviewer that only say "I am listening": the interviewee goes on with the same subject.
LISTENING = 5
CUT = " […] "
_SENTENCE, _CLAUSE = re.compile(r"[.!?…]"), re.compile(r"[,;:–—]| - ")


def word_segments(
    tokens: pd.DataFrame, turns: pd.DataFrame, size: int = 40
) -> tuple[pd.DataFrame, np.ndarray]:
    """Segments of about ``size`` words, one row each, and for every row of ``tokens`` the segment it stands in.

    ``tokens`` from :func:`hubanalysis.metrics.vocabulary.word_tokens`, in their order. What one speaker says runs on
    over turns of the interviewer of at most five words. A stretch of up to 1.5 ``size`` words is one segment; a longer
    one is cut between .75 and 1.25 ``size`` words after the last cut, best where a sentence ends, then a turn, then a
    clause, then nearest to ``size``. Columns ``interview, speaker, turn, last_turn, start, end`` (code points of the
    interview's plain text)``, words, content`` (words of content)``, witness`` (a number: the interview, or all
    interviews that share a person).
    """
    if not len(tokens):
        return pd.DataFrame(columns=COLUMNS), np.empty(0, dtype=np.int64)
    text_of = {
        (i, t): (text, begin)
        for i, t, text, begin in turns[["interview", "turn", "text", "start"]].itertuples(index=False)
    }
    interview = tokens["interview"].astype("str").to_numpy(dtype=object)
    turn, start, end = (tokens[c].to_numpy(dtype=np.int64) for c in ("turn", "start", "end"))
    first = np.flatnonzero(_stretches(tokens, turns))
    cuts: list[int] = []
    for begin, stop in zip(first, np.append(first[1:], len(tokens)), strict=True):
        cuts.append(begin)
        while stop - cuts[-1] > 1.5 * size:
            near = range(cuts[-1] + int(0.75 * size), min(cuts[-1] + int(1.25 * size), stop - 1) + 1)
            scores = [
                _quality(k, turn, interview, start, end, text_of) - abs(k - cuts[-1] - size) / size
                for k in near
            ]
            cuts.append(near[int(np.argmax(scores))])
    opens = np.array(cuts)
    last = np.append(opens[1:], len(tokens)) - 1
    place = np.repeat(np.arange(len(opens)), last - opens + 1)
    ends = [
        end[k] + len(re.match(r"[^\w\s\[(]*", _gap(k, interview, turn, start, end, text_of)).group())
        for k in last
    ]
    frame = pd.DataFrame(
        {
            "interview": interview[opens],
            "speaker": tokens["speaker"].astype("str").to_numpy(dtype=object)[opens],
            "turn": turn[opens],
            "last_turn": turn[last],
            "start": start[opens],
            "end": ends,
            "words": last - opens + 1,
            "content": np.bincount(place, weights=tokens["content"].to_numpy(dtype=float)).astype(int),
            "witness": unit_codes(tokens, witnesses(tokens))[opens],
        }
    )
    return frame, place


def speaking_units(segments: pd.DataFrame) -> np.ndarray:
    """Whom each segment is of, as a number: its ``witness``, or where that is not known its interview.

    What one person says in two interviews is one voice and not two.
    """
    return pd.factorize(
        segments["witness"] if "witness" in segments else segments["interview"].astype("str")
    )[0]


def _stretches(tokens: pd.DataFrame, turns: pd.DataFrame) -> np.ndarray:
    """True at each token where another speaker begins, or the same one after a question of the interviewer."""
    order = turns.sort_values(["interview", "turn"], kind="stable")
    asked = order["text"].astype("str").str.count(r"\w+").to_numpy(dtype=np.int64)
    asked = np.where(order["role"].astype("str") == "interviewer", asked, 0).cumsum()
    said = pd.Series(asked, index=pd.MultiIndex.from_frame(order[["interview", "turn"]].astype("object")))
    distinct = ~tokens.duplicated(["interview", "turn"])
    own = pd.MultiIndex.from_frame(tokens.loc[distinct, ["interview", "turn"]].astype("object"))
    heard = said.reindex(own).to_numpy()[np.cumsum(distinct) - 1]
    speaker = (tokens["interview"].astype("str") + "\n" + tokens["speaker"].astype("str")).to_numpy(
        dtype=object
    )
    begins = np.ones(len(tokens), dtype=bool)
    begins[1:] = (speaker[1:] != speaker[:-1]) | (heard[1:] - heard[:-1] > LISTENING)
    return begins


def _gap(k, interview, turn, start, end, text_of) -> str:
    """What stands between token ``k`` and the next one of its turn, or the turn's end."""
    text, begin = text_of[interview[k], turn[k]]
    same = k + 1 < len(turn) and turn[k + 1] == turn[k] and interview[k + 1] == interview[k]
    return text[end[k] - begin : start[k + 1] - begin if same else None]


def _quality(k, turn, interview, start, end, text_of) -> float:
    """How good a place to cut stands before token ``k``: 1 the end of a sentence, .8 of a turn, .4 of a clause, 0."""
    gap = _gap(k - 1, interview, turn, start, end, text_of)
    if _SENTENCE.search(gap):
        return 1.0
    if turn[k] != turn[k - 1]:
        return 0.8
    return 0.4 if _CLAUSE.search(gap) else 0.0


def joined_segments(segments: pd.DataFrame, forms: np.ndarray, least: int) -> np.ndarray:
    """For each segment the unit it is counted in: neighbours of one speaker joined until they hold ``least`` forms.

    ``forms`` are the different words of content of each segment. What remains too short at the end of a speaker's
    segments goes with the unit before it, as in Reinert's contextual units.
    """
    unit = np.zeros(len(segments), dtype=np.int64)
    owner = (segments["interview"].astype("str") + "\n" + segments["speaker"].astype("str")).tolist()
    current, held, opened = -1, least, 0
    for k, own in enumerate(owner):
        if k and own != owner[k - 1]:
            if held < least and opened and current > 0 and owner[opened - 1] == owner[k - 1]:
                unit[opened:k] = current = current - 1
            held = least
        if held >= least or k == 0:
            current, held, opened = current + 1, 0, k
        unit[k] = current
        held += int(forms[k])
    if len(owner) and held < least and opened and owner[opened - 1] == owner[-1]:
        unit[opened:] = current - 1
    return unit


def segment_texts(segments: pd.DataFrame, turns: pd.DataFrame) -> list[str]:
    """What was said in each row of ``segments``; where the interviewer spoke in between stands […]."""
    pieces = turns.astype({"interview": "str", "speaker": "str"})
    by_owner = dict(list(pieces.groupby(["interview", "speaker"], sort=False)))
    texts = []
    for row in segments.itertuples(index=False):
        own = by_owner[str(row.interview), str(row.speaker)]
        own = own[(own["turn"] >= row.turn) & (own["turn"] <= row.last_turn)]
        parts = [
            text[max(row.start - begin, 0) : max(row.end - begin, 0)].strip()
            for text, begin in zip(own["text"], own["start"], strict=True)
        ]
        texts.append(CUT.join(part for part in parts if part))
    return texts
