"""Subtitles (.vtt, .srt): what is said in each cue, and by whom where a cue names its voice."""

from __future__ import annotations

import html
import re
from collections import Counter

from hubanalysis.loaders.paragraphs import COMMENTS, Document, Line, count_words

__all__ = ["read_cues"]

_TIMING = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?\s*-->")
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?[ \t]+([^>]*)>|(</v>)")
#: Tags of both formats: <i>, </c>, <c.loud>, <00:01.000>, {\an8}. A lone "<" is a word's.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^}]*\}")


def read_cues(text: str) -> Document:
    """The lines of the cues, each with its voice (``<v Name>``, up to ``</v>`` or the cue's end).

    Timings, cue numbers and styles are no words; the words of notes are counted. A blank line may be missing between
    two cues.
    """
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines: list[Line] = []
    left_out: Counter[str] = Counter()
    inside, voice, block = False, "", ""
    for number, row in enumerate(rows, start=1):
        following = rows[number] if number < len(rows) else ""
        if _TIMING.match(row):
            inside, voice = True, ""
        elif not row.strip():
            inside, voice, block = False, "", ""
        elif _TIMING.match(following) and (not inside or row.strip().isdigit()):
            continue  # the cue's number or name
        elif inside:
            for who, words in _voices(row, voice):
                voice = who
                words = html.unescape(_TAG.sub("", words)).strip()
                if words:
                    lines.append(Line(number, words, voice=voice))
        else:
            block = block or row.split(maxsplit=1)[0].upper().lstrip("\ufeff")
            if block not in ("WEBVTT", "STYLE", "REGION"):
                left_out[COMMENTS] += count_words(row.removeprefix("NOTE"))
    return Document(lines, dict(left_out))


def _voices(row: str, voice: str) -> list[tuple[str, str]]:
    """The parts of a row, each with its voice; the last one says whose voice goes on."""
    parts, done = [], 0
    for tag in _VOICE.finditer(row):
        parts.append((voice, row[done : tag.start()]))
        voice = html.unescape(tag[1]).strip() if tag[1] else ""
        done = tag.end()
    return [*parts, (voice, row[done:])]
