"""Transcripts of interviews: who said what, as people write it down."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from hubanalysis.errors import DataError, Problem
from hubanalysis.loaders.declared_columns import read_source
from hubanalysis.loaders.documents import read_lines
from hubanalysis.loaders.telling import Telling, safe_to_show
from hubanalysis.loaders.typed import to_date
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.study import Study
    from hubanalysis.study.model import Source

__all__ = ["Turn", "listed_names", "load_interviews", "plain_text", "read_transcript"]

_TIME = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?"
_LABELLED = re.compile(
    rf"^\s*(?:{_TIME}\s*[-–]?\s*)?([^\W\d_][^:\n]{{0,39}}?)\s*(?:{_TIME}\s*)?:(?=\s|$)\s*(.*)$", re.S
)
_WORDS_OF_LABEL = 4
METADATA = ["group", "date", "municipality"]


class Turn(NamedTuple):
    """A turn of speech: the speaker's label as it stands in the file, the words, the line where it begins."""

    speaker: str
    text: str
    line: int


def plain_text(turns: list[Turn]) -> str:
    """The text that codings count over: a line ``SPEAKER: words`` for each turn."""
    return "".join(f"{turn.speaker}: {turn.text}\n" for turn in turns)


def read_transcript(
    path: Path,
    problems: list[Problem],
    layout: str = "speaker",
    interviewer: tuple[str, ...] = (),
    shown: str = "",
) -> list[Turn]:
    """The turns of one transcript.

    ``layout`` "speaker": a turn begins with ``LABEL: words`` and goes on until the next label. A label is a speaker
    when it is the interviewer's, when it stands in capitals (INT, P2), or when it begins with a capital and comes
    back; "17:30" and "tipo:" are words like others. "tab": each line is ``label<TAB>words``, and lines of one
    speaker that follow one another are one turn, as are the cues of subtitles. Text is NFC, blanks within it
    single.

    ``shown`` is how the file is named in messages. Raises DataError where it cannot be read or nobody speaks in it.
    """
    shown = shown or path.name
    lines = [
        (number, unicodedata.normalize("NFC", line)) for number, line in read_lines(path, problems, shown)
    ]
    cues = path.suffix.lower() in (".vtt", ".srt")
    if layout == "tab":
        cut = [(n, *line.split("\t", 1)) if "\t" in line else (n, "", line) for n, line in lines]
        parts = [(n, label.strip(), words) for n, label, words in cut]
    else:
        speakers, doubtful = _speakers(lines, interviewer)
        if doubtful:
            Telling(problems, []).warning(
                mark("a word before a colon begins a line only once: it was read as words, not as a speaker"),
                mark("nothing to do, unless it is a speaker: then write the label in capitals"),
                file=shown,
                row=doubtful[0],
                count=len(doubtful),
            )
        parts = [(n, *_cut(line, speakers)) for n, line in lines]
    turns: list[Turn] = []
    before = 0
    for number, label, words in parts:
        words = " ".join(words.split())
        if not label and not turns:
            before += 1
        elif not label or (turns and label == turns[-1].speaker and (cues or layout == "tab")):
            turns[-1] = turns[-1]._replace(text=f"{turns[-1].text} {words}".strip())
        else:
            turns.append(Turn(label, words, number))
    if not turns:
        raise DataError(
            "A transcript cannot be read.",
            [
                Problem(
                    mark("no speaker was found in this transcript"),
                    mark(
                        "begin each turn with the speaker and a colon, such as INT: or P: (or declare `layout: tab`)"
                    ),
                    file=shown,
                )
            ],
        )
    if before:
        Telling(problems, []).warning(
            mark("lines before the first speaker are left out"),
            mark("nothing to do if they are a title"),
            file=shown,
            count=before,
        )
    return [turn for turn in turns if turn.text]


def _cut(line: str, speakers: set[str]) -> tuple[str, str]:
    match = _LABELLED.match(line)
    if match and match[1].strip() in speakers:
        return match[1].strip(), match[2]
    return "", line


def _speakers(lines: list[tuple[int, str]], interviewer: tuple[str, ...]) -> tuple[set[str], list[int]]:
    """Which of the words before a colon are speakers; and the lines where that is not sure."""
    matched = [(number, m[1].strip()) for number, line in lines if (m := _LABELLED.match(line))]
    found = Counter(label for _, label in matched)
    declared = {label.casefold() for label in interviewer}
    speakers, doubtful = set(), set()
    for label, count in found.items():
        capitals = all(c.isupper() for c in label if c.isalpha()) and len(label) <= 20
        named = label[0].isupper() and len(label.split()) <= _WORDS_OF_LABEL
        short = len(label) <= 3 and count >= 3
        if label.casefold() in declared or capitals or short or (named and count >= 2):
            speakers.add(label)
        elif named:
            doubtful.add(label)
    return speakers, [number for number, label in matched if label in doubtful]


def load_interviews(
    study: Study, problems: list[Problem], account: list[dict]
) -> tuple[pd.DataFrame, dict[str, list[Turn]]]:
    """The interviews of ``study`` with their metadata, and the turns of each, speakers still as they were written.

    The frame has ``interview`` (the file's name without its ending), ``group, date, municipality, language``. Files
    that cannot be read or have the same name, interviews without metadata and metadata without interview are told.
    """
    block = study.model.interviews
    if block is None:
        return pd.DataFrame(columns=["interview", *METADATA, "language"]), {}
    telling = Telling(problems, account)
    transcripts: dict[str, list[Turn]] = {}
    paths = _files(study, telling)
    names = Counter(unicodedata.normalize("NFC", path.stem) for path in paths)
    for path in paths:
        name, shown = unicodedata.normalize("NFC", path.stem), path.relative_to(study.folder).as_posix()
        if names[name] > 1:
            telling.error(
                mark("two transcripts have the same name, whatever their kind"),
                mark("keep one of them, or give each its own name"),
                file=shown,
            )
            continue
        try:
            transcripts[name] = read_transcript(path, problems, block.layout, tuple(block.interviewer), shown)
        except DataError as error:
            problems.extend(error.problems)
            continue
        labels = {turn.speaker.casefold() for turn in transcripts[name]}
        if block.interviewer and not labels & {label.casefold() for label in block.interviewer}:
            telling.warning(
                mark("none of the speakers is declared as interviewer"),
                mark("correct the labels, or add this interviewer under `interviews` in study.yaml"),
                file=shown,
            )
    why = mark("they could not be read") if len(transcripts) < len(paths) else ""
    telling.count("interviews", mark("transcripts"), len(paths), len(transcripts), why)
    frame = pd.DataFrame({"interview": list(transcripts)}, dtype="object")
    return _with_metadata(frame, study, telling).assign(language=block.language), transcripts


def _files(study: Study, telling: Telling) -> list[Path]:
    found: dict[Path, None] = {}
    files = study.model.interviews.files
    for number, pattern in enumerate(files):
        paths = sorted(p for p in study.folder.glob(pattern) if p.is_file())
        if not paths and (len(files) == 1 or not any(c in pattern for c in "*?[")):
            telling.error(
                mark("there is no transcript of this name"),
                mark("put it there, or correct its name in study.yaml"),
                file="study.yaml",
                row=study.line("interviews", "files", number),
                column="interviews > files",
                value=pattern,
            )
        found |= dict.fromkeys(paths)
    if not found and len(files) > 1:
        telling.error(
            mark("no transcript was found"),
            mark("correct the names in study.yaml"),
            file="study.yaml",
            row=study.line("interviews", "files"),
            column="interviews > files",
        )
    return list(found)


def _with_metadata(frame: pd.DataFrame, study: Study, telling: Telling) -> pd.DataFrame:
    source = study.model.interviews.metadata
    empty = {column: pd.Series([None] * len(frame), dtype="object") for column in METADATA}
    if source is None:
        return frame.assign(**empty)
    rows = _table(study, source, telling, ("interview",))
    if rows is None:
        return frame.assign(**empty)
    # A transcript's ending may stand in the register, or capitals may differ: the name is the same.
    stems = {name.casefold(): name for name in frame["interview"]}
    rows = rows[rows["interview"] != ""]
    given = rows["interview"].map(
        lambda name: stems.get(name.casefold()) or stems.get(Path(name).stem.casefold())
    )
    for row in rows.index[given.isna()]:
        telling.warning(
            mark("this interview has no transcript"),
            mark("add the transcript, or take the row out"),
            file=source.file,
            row=int(row),
            column="interview",
            value=safe_to_show(rows.at[row, "interview"]),
        )
    for row in rows.index[given.notna() & given.duplicated()]:
        telling.error(
            mark("this interview stands here twice"),
            mark("keep one of the rows"),
            file=source.file,
            row=int(row),
            column="interview",
        )
    known = rows.assign(interview=given)[given.notna() & ~given.duplicated()]
    for column in METADATA:
        if column not in known:
            known[column] = None
    dates = known["date"].fillna("").astype("str")
    known["date"], misfits = to_date(dates, source.dates)
    for row in known.index[misfits]:
        telling.warning(
            mark("this is no date, and was left out"),
            mark("correct it, or declare the order of day and month under `dates`"),
            file=source.file,
            row=int(row),
            column=source.columns.get("date", "date"),
            value=dates.at[row],
        )
    known = known[["interview", *METADATA]].replace("", None)
    for name in frame["interview"][~frame["interview"].isin(known["interview"])]:
        telling.warning(
            mark("this interview is not in the register of interviews"),
            mark("add a row for it"),
            file=source.file,
            column="interview",
            value=name,
        )
    return frame.merge(known, on="interview", how="left")


def listed_names(study: Study, problems: list[Problem]) -> dict[str, str]:
    """What a person listed for redaction while reading the interviews: the text as it stands there, and its kind.

    Names listed for one interview hold for all: whoever names Ada in one may name her in another.
    """
    block = study.model.interviews
    if block is None or block.redactions is None:
        return {}
    rows = _table(study, block.redactions, Telling(problems, []), ("text",))
    if rows is None:
        return {}
    kinds = rows["kind"] if "kind" in rows else pd.Series("person", index=rows.index)
    kinds = kinds.str.strip().str.casefold()
    kinds = kinds.where(kinds.isin(["person", "phone", "email", "other"]), "person")
    return {text: kind for text, kind in zip(rows["text"], kinds, strict=True) if text.strip()}


def _table(study: Study, source: Source, telling: Telling, need: tuple[str, ...]) -> pd.DataFrame | None:
    path = study.file(source.file)
    if not path.is_file():
        telling.error(
            mark("the file is missing"),
            mark("put it there, or correct its name in study.yaml"),
            file=source.file,
        )
        return None
    rows = read_source(path, source, source.file, telling.problems, need)
    return rows if rows is not None and set(need) <= set(rows.columns) else None
