"""Interviews without names: speakers made neutral, words redacted, and every coded passage carried to its new place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from hubanalysis.loaders.codings import load_codes, load_segments
from hubanalysis.loaders.transcripts import Turn, listed_names, load_interviews, plain_text
from hubanalysis.locale import mark
from hubanalysis.privacy.redaction import redact_with_map

if TYPE_CHECKING:
    from hubanalysis.errors import Problem
    from hubanalysis.study import Study

__all__ = ["load_qualitative", "neutral_speakers", "redact_interviews"]

TURN_COLUMNS = ["interview", "turn", "speaker", "role", "text", "start", "end"]
SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end", "turn", "text"]


def neutral_speakers(speakers: Iterable[str], interviewer: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Each speaker's neutral label and role, in the order of speaking: I, I2 ... interviewers, P1, P2 ... interviewees.

    >>> neutral_speakers(["INT", "Ada", "INT"], ["int"])
    {'INT': ('I', 'interviewer'), 'Ada': ('P1', 'interviewee')}
    """
    declared = {label.casefold() for label in interviewer}
    labels: dict[str, tuple[str, str]] = {}
    asking = answering = 0
    for speaker in speakers:
        if speaker in labels:
            continue
        if speaker.casefold() in declared:
            asking += 1
            labels[speaker] = ("I" if asking == 1 else f"I{asking}", "interviewer")
        else:
            answering += 1
            labels[speaker] = (f"P{answering}", "interviewee")
    return labels


def load_qualitative(study: Study, problems: list[Problem], account: list[dict]) -> dict[str, pd.DataFrame]:
    """The tables interviews, turns, segments and codes of ``study``: redacted, speakers neutral, as ``tables.py`` says.

    Codings count characters of the raw text, so that loading and redaction are one step here: raw text stays within it.
    What goes wrong is added to ``problems``, rows kept and dropped to ``account``.
    """
    interviews, transcripts = load_interviews(study, problems, account)
    texts = {name: plain_text(turns) for name, turns in transcripts.items()}
    segments, strangers = load_segments(study, texts, problems, account)
    block = study.model.interviews
    names = listed_names(study, problems)
    tables = redact_interviews(
        interviews, transcripts, segments, names, block.interviewer if block else [], account
    )
    return tables | {"codes": load_codes(study, strangers)}


def redact_interviews(
    interviews: pd.DataFrame,
    transcripts: Mapping[str, Sequence[Turn]],
    segments: pd.DataFrame,
    names: Mapping[str, str] | Iterable[str],
    interviewer: Iterable[str],
    account: list[dict],
) -> dict[str, pd.DataFrame]:
    """The tables interviews, turns and segments without names.

    ``transcripts`` are the turns as they were written; ``segments`` has ``interview, coder, code, start, end``,
    counted over the text ``SPEAKER: words`` a turn a line. The returned offsets count in the same way over the
    redacted turns with their neutral speakers. A passage that begins or ends inside something taken out takes the
    whole placeholder with it; one that begins at a speaker's label begins with that turn's words. Words are counted
    as runs between blanks that hold a letter or digit.
    """
    names = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names, "person")
    languages = (
        dict(zip(interviews["interview"], interviews["language"], strict=True)) if len(interviews) else {}
    )
    turn_rows: list[tuple] = []
    moved: dict[str, _Moved] = {}
    found: Counter[str] = Counter()
    counts: dict[str, tuple[int, int]] = {}
    interviewer = list(interviewer)
    for interview, turns in transcripts.items():
        moved[interview] = _Moved(turns, interviewer, names, languages.get(interview) or "it")
        found.update(moved[interview].kinds)
        rows = moved[interview].rows
        turn_rows += [(interview, number, *row) for number, row in enumerate(rows)]
        said = sum(len(re.findall(r"\S*\w\S*", text)) for _, role, text, *_ in rows if role == "interviewee")
        counts[interview] = (len(rows), said)
    if found:
        step, reason = (
            mark("names and identifiers taken out"),
            ", ".join(f"{k} {n}" for k, n in sorted(found.items())),
        )
        total = len(turn_rows)
        account.append(
            {"table": "turns", "step": step, "rows_in": total, "kept": total, "dropped": 0, "reason": reason}
        )
    segment_rows = []
    for s in segments.itertuples(index=False):
        place = moved[s.interview].passage(int(s.start), int(s.end))
        if place is not None:
            segment_rows.append((s.interview, s.coder, s.code, *place))
    interviews = interviews.copy()
    interviews["turns"] = [counts[i][0] for i in interviews["interview"]]
    interviews["words"] = [counts[i][1] for i in interviews["interview"]]
    return {
        "interviews": interviews,
        "turns": pd.DataFrame(turn_rows, columns=TURN_COLUMNS),
        "segments": pd.DataFrame(segment_rows, columns=SEGMENT_COLUMNS),
    }


class _Moved:
    """One interview, redacted, that knows where each place of the raw text went."""

    def __init__(self, turns: Sequence[Turn], interviewer: list[str], names: dict[str, str], lang: str):
        speakers = neutral_speakers((turn.speaker for turn in turns), interviewer)
        self.kinds: list[str] = []
        self.rows: list[tuple[str, str, str, int, int]] = []  # speaker, role, text, start, end
        self._maps = []
        self._raw: list[tuple[int, int]] = []  # where each turn's words begin and end in the raw text
        self._lines: list[int] = []  # where each turn's line begins in the raw text
        raw = new = 0
        parts = []
        for turn in turns:
            speaker, role = speakers[turn.speaker]
            text, kinds, offsets = redact_with_map(turn.text, names, lang)
            self.kinds += kinds
            self._maps.append(offsets)
            self._lines.append(raw)
            begin = raw + len(turn.speaker) + 2
            self._raw.append((begin, begin + len(turn.text)))
            start = new + len(speaker) + 2
            self.rows.append((speaker, role, text, start, start + len(text)))
            parts.append(f"{speaker}: {text}\n")
            raw, new = begin + len(turn.text) + 1, start + len(text) + 1
        self.text = "".join(parts)

    def passage(self, start: int, end: int) -> tuple[int, int, int, str] | None:
        """start, end, turn and words of the passage ``start``-``end`` of the raw text, in the redacted one."""
        first = bisect_right(self._lines, start) - 1
        if start >= self._raw[first][1]:  # it begins at the line end, before the next turn
            first += 1
        last = bisect_right(self._lines, end - 1) - 1
        if end <= self._raw[last][0]:  # it ends within a speaker's label
            last -= 1
        if first >= len(self._raw) or last < first:
            return None
        new_start = self.rows[first][3] + self._maps[first].start(max(start - self._raw[first][0], 0))
        inside = min(end, self._raw[last][1]) - self._raw[last][0]
        new_end = self.rows[last][3] + self._maps[last].end(inside)
        return (new_start, new_end, first, self.text[new_start:new_end]) if new_start < new_end else None
