"""Transcripts of interviews: who said what, as people write it down."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from hubanalysis.errors import DataError, Problem
from hubanalysis.loaders import interview_register
from hubanalysis.loaders.documents import CUES, read_document
from hubanalysis.loaders.interview_register import METADATA, Register, read_register
from hubanalysis.loaders.paragraphs import BOXES, FOOTNOTES, HIDDEN_WORDS, count_words, refused
from hubanalysis.loaders.speaker_labels import folded, known_role, roles_of
from hubanalysis.loaders.speaker_markings import MARKINGS
from hubanalysis.loaders.speakers import Spoken, find_speakers
from hubanalysis.loaders.telling import Telling
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["Transcript", "Turn", "listed_names", "load_interviews", "plain_text", "read_transcript"]

#: Stamps of f4 and easytranscript at the end of a turn, such as #00:01:23-4#.
_STAMP = re.compile(r"#\d{1,2}:\d{2}:\d{2}(?:-\d)?#")
COLUMNS = ["interview", "kind", *METADATA, "language"]
HEADINGS = mark("words before the first speaker, and in heads and other columns of tables")
#: What a person should look at: what is wrong, and how to mend it.
_DOUBTS = {
    "words": (
        mark("a word that could be a speaker begins a line: it was read as words, not as a speaker"),
        mark("nothing to do, unless it is a speaker: then write the label in capitals"),
    ),
    "once": (
        mark("a label in capitals comes only once: it was read as a speaker"),
        mark("nothing to do, unless nobody of this name speaks: then write it in small letters"),
    ),
    "typo": (
        mark("a label differs from another by a slip of the pen: both were read as one speaker"),
        mark("nothing to do, unless they are two people: then give them labels that differ more"),
    ),
    "bold": (
        mark("no speaker is named: what stands in bold was read as the questions"),
        mark("check the turns, or begin each turn with the speaker and a colon, such as INT: or P:"),
    ),
}


class Turn(NamedTuple):
    """A turn of speech: the speaker's label as it stands in the file, the words, the line where it begins.

    ``role`` is "interviewer" or "interviewee", "" where the declared labels decide; ``person`` the key of who speaks,
    where the register of interviews names the person.
    """

    speaker: str
    text: str
    line: int
    role: str = ""
    person: str = ""


class Transcript(NamedTuple):
    """The turns of a transcript, how its speakers are marked, and how many words stand outside the turns, by place."""

    turns: list[Turn]
    marking: str
    left_out: Counter[str]


def plain_text(turns: list[Turn]) -> str:
    """The text that codings count over: a line ``SPEAKER: words`` for each turn."""
    return "".join(f"{turn.speaker}: {turn.text}\n" for turn in turns)


def read_transcript(
    path: Path,
    problems: list[Problem],
    layout: str = "speaker",
    interviewer: tuple[str, ...] = (),
    shown: str = "",
) -> Transcript:
    """One transcript: every word of its running text stands in exactly one turn, or is counted as left out.

    ``layout`` "speaker": the marking is told by itself (:mod:`hubanalysis.loaders.speakers`). A turn goes on until the
    next speaker; where speakers stand in a column, before a tab, or in cues of subtitles, lines of one speaker that
    follow one another are one turn. "tab": each line is ``label<TAB>words``, whatever the labels. Text is NFC, blanks
    within it single. ``interviewer`` are the declared labels, ``shown`` how the file is named in messages.

    Raises DataError where it cannot be read or nobody speaks in it.
    """
    shown = shown or path.name
    document = read_document(path, problems, shown)
    spoken = find_speakers(document.lines, interviewer, layout == "tab")
    cues = path.suffix.lower() in CUES
    turns: list[Turn] = []
    before = [line for line in document.lines if line.number in spoken.heads]
    outside = sum(count_words(line.text) for line in before) + spoken.beside
    titles = sum(not line.cells for line in before)
    for piece in spoken.pieces:
        words = " ".join(_STAMP.sub(" ", piece.words).split())
        joined = cues or piece.marking in ("table", "tab", "voice", "bold")
        if not piece.label and not turns:
            titles += 1
            outside += count_words(words)
        elif not piece.label or (turns and piece.label == turns[-1].speaker and joined):
            turns[-1] = turns[-1]._replace(text=f"{turns[-1].text} {words}".strip())
        else:
            turns.append(Turn(piece.label, words, piece.number))
    if not turns and not any(line.text.strip() for line in document.lines):
        what = mark("there are no words in this transcript")
        raise refused(shown, what, mark("put the transcript there, or take the file away"))
    if not turns:
        what = mark("no speaker was found in this transcript")
        fix = mark(
            "begin each turn with the speaker and a colon, such as INT: or P: (a dash does not say who speaks)"
        )
        raise refused(shown, what, fix)
    left_out = Counter(document.left_out) + Counter({HEADINGS: outside})
    _tell(spoken, titles, left_out, Telling(problems, []), shown)
    return Transcript([turn for turn in turns if turn.text], spoken.marking, left_out)


def _tell(spoken: Spoken, titles: int, left_out: Counter[str], telling: Telling, shown: str) -> None:
    for kind, (what, fix) in _DOUBTS.items():
        rows = [row for of, row in spoken.doubts if of == kind]
        if rows:
            telling.warning(what, fix, file=shown, row=min(rows), count=len(rows))
    if titles:
        telling.warning(
            mark("lines before the first speaker are left out"),
            mark("nothing to do if they are a title"),
            file=shown,
            count=titles,
        )
    apart = sum(left_out[place] for place in (BOXES, FOOTNOTES, HIDDEN_WORDS))
    if apart:
        telling.warning(
            mark("words in footnotes, text boxes or hidden text are left out"),
            mark("nothing to do, unless somebody speaks there: then move them into the running text"),
            file=shown,
            count=apart,
        )


def load_interviews(
    study: Study, problems: list[Problem], account: list[dict], codes: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, dict[str, list[Turn]]]:
    """The interviews of ``study`` with their metadata, and the turns of each, speakers still as they were written.

    The frame has ``interview`` (the file's name without its ending), ``kind, group, date, municipality, wave,
    language``; each turn its role and, where the register names them, the key of the person. ``codes`` are the personal
    codes of the questionnaires. Files that cannot be read or have the same name, interviews without metadata and
    metadata without interview are told, and how the speakers of the transcripts were marked.
    """
    block = study.model.interviews
    if block is None or not block.files:
        return pd.DataFrame(columns=COLUMNS), {}
    telling = Telling(problems, account)
    transcripts: dict[str, Transcript] = {}
    files: dict[str, str] = {}
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
        files[name] = shown
    why = mark("they could not be read") if len(transcripts) < len(paths) else ""
    telling.count("interviews", mark("transcripts"), len(paths), len(transcripts), why)
    register = read_register(study, list(transcripts), telling, codes)
    turns = {
        name: _with_speakers(name, transcript.turns, block.interviewer, register, telling, files[name])
        for name, transcript in transcripts.items()
    }
    _account(list(transcripts.values()), telling)
    frame = pd.DataFrame({"interview": list(transcripts)}, dtype="object")
    frame = frame.merge(register.interviews, on="interview", how="left")
    return frame.assign(kind="interview", language=block.language)[COLUMNS], turns


def _account(transcripts: list[Transcript], telling: Telling) -> None:
    """How many transcripts mark their speakers in which way, and where words stand that are no turns."""
    markings = Counter(transcript.marking for transcript in transcripts)
    for marking, step in MARKINGS.items():
        if markings[marking]:
            telling.count("interviews", step, markings[marking], markings[marking], "")
    left_out = sum((transcript.left_out for transcript in transcripts), Counter())
    for place, words in sorted(left_out.items()):
        telling.count("interviews", place, words, 0, mark("no running text; counted in words"))


def _with_speakers(
    name: str, turns: list[Turn], declared: list[str], register: Register, telling: Telling, shown: str
) -> list[Turn]:
    """The turns with their roles and persons: by declared labels, by the register, else by labels everybody knows."""
    labels = list(dict.fromkeys(turn.speaker for turn in turns))
    asking = [*declared, *register.asking.get(name, [])]
    roles = roles_of(labels, asking)
    if roles and declared and not {folded(label) for label in labels} & {folded(label) for label in asking}:
        telling.warning(
            mark("none of the speakers is declared as interviewer: who asks is told by the usual labels"),
            mark("look whether that is right, or add this label under `interviewer` in study.yaml"),
            file=shown,
        )
    if not roles and (
        len(labels) > 1 or declared or any(known_role(label) != "interviewee" for label in labels)
    ):
        telling.warning(
            mark("it cannot be told who asks: all speakers count as interviewed"),
            mark(
                "declare the labels of those who ask under `interviewer`, or in that column of the register"
            ),
            file=shown,
        )
    answering = [label for label in labels if roles.get(label) != "interviewer"]
    persons = {folded(label): key for label, key in register.persons.get(name, {}).items()}
    if "" in persons and len(answering) == 1:
        persons[folded(answering[0])] = persons[""]
    elif "" in persons:
        telling.warning(
            mark("several people are interviewed, and the register names one person"),
            mark("write in a column `speaker` of the register which label is the person's, a row for each"),
            file=shown,
        )
    strangers = set(persons) - {folded(label) for label in labels} - {""}
    if strangers:
        telling.warning(
            mark("the register names speakers who do not speak in this transcript"),
            mark("write the label in the column `speaker` as the transcript does"),
            file=shown,
            count=len(strangers),
        )
    return [
        turn._replace(
            role=roles.get(turn.speaker, "interviewee"), person=persons.get(folded(turn.speaker), "")
        )
        for turn in turns
    ]


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


def listed_names(study: Study, problems: list[Problem]) -> dict[str, str]:
    """What a person listed for redaction; see :func:`hubanalysis.loaders.interview_register.listed_names`."""
    return interview_register.listed_names(study, Telling(problems, []))
