"""Interviews without names: speakers made neutral, words redacted, and every coded passage carried to its new place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from hubanalysis.loaders.codings import load_codes, load_segments
from hubanalysis.loaders.open_texts import load_open_texts
from hubanalysis.loaders.paragraphs import count_words
from hubanalysis.loaders.speaker_labels import is_name
from hubanalysis.loaders.transcripts import Turn, listed_names, load_interviews, plain_text
from hubanalysis.locale import mark
from hubanalysis.privacy.redaction import redact_with_map

if TYPE_CHECKING:
    from hubanalysis.errors import Problem
    from hubanalysis.study import Study

__all__ = ["load_qualitative", "neutral_speakers", "redact_interviews"]

TURN_COLUMNS = ["interview", "turn", "speaker", "role", "person", "text", "start", "end"]
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


def load_qualitative(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    raw: Mapping[str, pd.DataFrame] | None = None,
    named: Callable[[str, str], str] | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables interviews, turns, segments and codes of ``study``: redacted, speakers neutral, as ``tables.py`` says.

    Codings count characters of the raw text, or of the redacted one, so that loading and redaction are one step here:
    raw text stays within it. ``raw`` are the tables of the study's other files with raw codes as ids, ``named`` the
    pseudonym of a kind ("person", "observer") and a raw id; without them there are no open answers and notes, and
    nobody who speaks is known by a pseudonym. What goes wrong is added to ``problems``, rows kept and dropped to
    ``account``.
    """
    block = study.model.interviews
    raw = raw or {}
    interviews, transcripts = load_interviews(study, problems, account, raw.get("person_codes"))
    listed = listed_names(study, problems)
    speakers = {turn.speaker for turns in transcripts.values() for turn in turns}
    names = (
        dict.fromkeys((form for s in speakers if is_name(s) for form in (s, s.title())), "person") | listed
    )
    transcripts = {
        name: [
            turn._replace(person=named("person", turn.person) if named and turn.person else "")
            for turn in turns
        ]
        for name, turns in transcripts.items()
    }
    if named is not None:
        texts = _named_texts(load_open_texts(study, raw, problems, account), named)
        transcripts |= {
            t.interview: [Turn("P1", t.text, 0, "interviewee", t.person)]
            for t in texts.itertuples(index=False)
        }
        interviews = pd.concat([interviews, texts[list(interviews.columns)]]) if len(texts) else interviews
    moved = _redacted(interviews, transcripts, names, block.interviewer if block else [])
    if named is None and block and (block.answers or block.notes):
        segments, strangers = (
            pd.DataFrame(columns=SEGMENT_COLUMNS),
            [],
        )  # of texts that are not there without a key
    else:
        plain = {name: plain_text(turns) for name, turns in transcripts.items()}
        safe = {name: text.text for name, text in moved.items()}
        segments, strangers = load_segments(study, plain, problems, account, safe)
    return _tables(interviews, transcripts, moved, segments, account) | {
        "codes": load_codes(study, strangers)
    }


def _named_texts(texts: pd.DataFrame, named: Callable[[str, str], str]) -> pd.DataFrame:
    """Open texts with the pseudonym of who wrote them, and a name made with it that stays the same at every reading."""
    known = {
        (kind, who): who if kind == "organisation" else named(kind, who)
        for kind, who in texts[["author", "who"]].drop_duplicates().itertuples(index=False)
    }
    persons = [known[key] for key in zip(texts["author"], texts["who"], strict=True)]
    names = [
        re.sub(r"[^\w.-]+", "-", f"{name}_{person}")
        for name, person in zip(texts["name"], persons, strict=True)
    ]
    seen: Counter[str] = Counter()
    for position, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1:
            names[position] = f"{name}-{seen[name]}"
    return texts.assign(person=persons, interview=names)


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
    counted over the text ``SPEAKER: words`` a turn a line, or over the redacted one where a column ``over`` says
    "redacted". The returned offsets count in the same way over the redacted turns with their neutral speakers. A
    passage that begins or ends inside something taken out takes the whole placeholder with it; one that begins at a
    speaker's label begins with that turn's words. Words are counted as runs between blanks that hold a letter or digit.
    """
    moved = _redacted(interviews, transcripts, names, interviewer)
    return _tables(interviews, transcripts, moved, segments, account)


def _redacted(interviews, transcripts, names, interviewer) -> dict[str, _Moved]:
    names = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names, "person")
    interviewer = list(interviewer)
    languages = (
        dict(zip(interviews["interview"], interviews["language"], strict=True)) if len(interviews) else {}
    )
    return {
        interview: _Moved(turns, interviewer, names, languages.get(interview) or "it")
        for interview, turns in transcripts.items()
    }


def _tables(
    interviews: pd.DataFrame,
    transcripts: Mapping[str, Sequence[Turn]],
    moved: dict[str, _Moved],
    segments: pd.DataFrame,
    account: list[dict],
) -> dict[str, pd.DataFrame]:
    turn_rows: list[tuple] = []
    found: Counter[str] = Counter()
    counts: dict[str, tuple[int, int]] = {}
    for interview, turns in transcripts.items():
        found.update(moved[interview].kinds)
        rows = moved[interview].rows
        turn_rows += [
            (interview, number, speaker, role, turn.person or f"{interview}·{speaker}", *rest)
            for number, (turn, (speaker, role, *rest)) in enumerate(zip(turns, rows, strict=True))
        ]
        said = sum(count_words(text) for _, role, text, *_ in rows if role == "interviewee")
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
        place = moved[s.interview].passage(int(s.start), int(s.end), getattr(s, "over", "raw"))
        if place is not None:
            segment_rows.append((s.interview, s.coder, s.code, *place))
    interviews = interviews.copy()
    for column, otherwise in (("kind", "interview"), ("wave", None)):
        if column not in interviews:
            interviews[column] = pd.Series([otherwise] * len(interviews), dtype="object")
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
        asking = [turn.speaker for turn in turns if turn.role == "interviewer"]
        if not any(turn.role for turn in turns):
            asking = interviewer
        speakers = neutral_speakers((turn.speaker for turn in turns), asking)
        self.kinds: list[str] = []
        self.rows: list[tuple[str, str, str, int, int]] = []  # speaker, role, text, start, end
        self._maps = []
        self._raw: list[tuple[int, int]] = []  # where each turn's words begin and end in the raw text
        self._lines: list[int] = []  # where each turn's line begins in the raw text
        self._new_lines: list[int] = []  # and in the redacted one
        raw = new = 0
        parts = []
        for turn in turns:
            speaker, role = speakers[turn.speaker]
            text, kinds, offsets = redact_with_map(turn.text, names, lang)
            self.kinds += kinds
            self._maps.append(offsets)
            self._lines.append(raw)
            self._new_lines.append(new)
            begin = raw + len(turn.speaker) + 2
            self._raw.append((begin, begin + len(turn.text)))
            start = new + len(speaker) + 2
            self.rows.append((speaker, role, text, start, start + len(text)))
            parts.append(f"{speaker}: {text}\n")
            raw, new = begin + len(turn.text) + 1, start + len(text) + 1
        self.text = "".join(parts)

    def passage(self, start: int, end: int, over: str = "raw") -> tuple[int, int, int, str] | None:
        """start, end, turn and words of a passage in the redacted text; ``over`` says which text it counts over."""
        raw = over != "redacted"
        lines = self._lines if raw else self._new_lines
        spans = self._raw if raw else [row[3:] for row in self.rows]
        first = bisect_right(lines, start) - 1
        if start >= spans[first][1]:  # it begins at the line end, before the next turn
            first += 1
        last = bisect_right(lines, end - 1) - 1
        if end <= spans[last][0]:  # it ends within a speaker's label
            last -= 1
        if first >= len(spans) or last < first:
            return None
        into, inside = max(start - spans[first][0], 0), min(end, spans[last][1]) - spans[last][0]
        if raw:
            into, inside = self._maps[first].start(into), self._maps[last].end(inside)
        new_start, new_end = self.rows[first][3] + into, self.rows[last][3] + inside
        return (new_start, new_end, first, self.text[new_start:new_end]) if new_start < new_end else None
