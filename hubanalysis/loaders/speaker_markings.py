"""How speakers are marked: the ways a line of a transcript could be read, and the columns of its tables."""

from __future__ import annotations

import re
from typing import NamedTuple

from hubanalysis.loaders.paragraphs import Line, count_words
from hubanalysis.loaders.speaker_labels import TIME, without_leading_time, without_times
from hubanalysis.locale import mark

__all__ = ["MARKINGS", "Columns", "Option", "options_of", "other_words", "table_columns"]

#: The markings, in the order in which a line that could be several is read.
MARKINGS = {
    "voice": mark("transcripts whose subtitles name the voice"),
    "table": mark("transcripts with speakers in a column of a table"),
    "colon": mark("transcripts with speakers before a colon"),
    "tab": mark("transcripts with speakers before a tab"),
    "bracket": mark("transcripts with speakers in brackets"),
    "dash": mark("transcripts with speakers before a dash"),
    "stop": mark("transcripts with speakers before a full stop, a bracket or a stroke"),
    "alone": mark("transcripts with speakers on a line of their own"),
    "bold": mark("transcripts with questions in bold and no speakers"),
}
_LABEL = r"[*_]{0,2}([^\W\d_][^:：\n\t\[\]()<>]{0,39}?)[*_]{0,2}"
_BEFORE = rf"^\s*(?:>+\s*)?(?:{TIME}\s*[-–—|]?\s*)?(?:\d{{1,4}}[.)]\s+)?"
_SHAPES = {
    "colon": re.compile(rf"{_BEFORE}{_LABEL}\s*(?:{TIME}\s*)?[:：](?=\s|$|\*)[*_]{{0,2}}\s*(.*)$", re.S),
    "bracket": re.compile(rf"{_BEFORE}[\[(<]\s*{_LABEL}\s*[\])>]\s*[:：]?\s*(.*)$", re.S),
    "stop": re.compile(rf"{_BEFORE}([^\W\d_]{{1,16}}\d{{0,2}})[.)/]\s+(.*)$", re.S),
    "dash": re.compile(rf"{_BEFORE}{_LABEL}\s*(?:\s[-–—]|[-–—](?=\s)|—)\s*(.*)$", re.S),
}
_LONGEST, _MOST_WORDS = 40, 5
_NUMBER = re.compile(r"[#\d\s.,:;()]*")
#: How a sentence ends, or goes on: such a line is no label alone.
_SENTENCE = re.compile(r"[?!,;:…\"»”]$|[^\W\d_]{3,}\.$")
_LABEL_HEADS = {
    "speaker", "parlante", "chi", "chi parla", "nome", "participant", "voce", "persona", "interlocutore", "soggetto",
    "speaker name", "speaker label", "label", "sigla",
}  # fmt: skip
_WORDS_HEADS = {
    "text", "testo", "parole", "words", "transcript", "trascrizione", "content", "contenuto", "battuta", "turno",
    "cosa dice", "utterance", "enunciato",
}  # fmt: skip
_OTHER_HEADS = {
    "", "n", "n.", "nr", "id", "time", "ora", "start", "end", "inizio", "fine", "tempo", "minuto", "timestamp", "note",
    "notes", "durata", "duration", "language", "lingua", "riga", "row", "turn", "osservazioni", "timespan",
}  # fmt: skip


class Option(NamedTuple):
    """A way to read a line. ``strong``: a label in bold, beside a time, or in a column that is called the speakers'."""

    marking: str
    label: str
    words: str
    strong: bool = False


class Columns(NamedTuple):
    """The head of a table: the line it stands on, and in which columns speakers and words are."""

    row: int
    label: int
    words: int


def table_columns(lines: list[Line]) -> dict[int, Columns]:
    """The columns of each table whose first row names them (Speaker, Text; Parlante, Testo ...)."""
    found: dict[int, Columns] = {}
    seen: set[int] = set()
    for line in lines:
        if not line.table or not line.cells or line.table in seen:
            continue
        seen.add(line.table)
        heads = [cell.strip(" :").casefold() for cell in line.cells]
        label = [i for i, head in enumerate(heads) if head in _LABEL_HEADS]
        words = [i for i, head in enumerate(heads) if head in _WORDS_HEADS]
        if label and words and set(heads) <= _LABEL_HEADS | _WORDS_HEADS | _OTHER_HEADS:
            found[line.table] = Columns(line.number, label[0], words[-1])
    return found


def other_words(line: Line, columns: Columns) -> int:
    """How many words of a row stand in columns that are neither the speakers' nor the words'."""
    others = [cell for i, cell in enumerate(line.cells) if i not in (columns.label, columns.words)]
    return sum(count_words(cell) for cell in others if re.search(r"[^\W\d_]", cell))


def options_of(line: Line, timed: bool, columns: Columns | None) -> list[Option]:
    """The ways ``line`` could be read; ``timed``: the line before it is a time alone."""
    if line.voice:
        return [Option("voice", line.voice, line.text, True)]
    if line.cells:
        return _of_cells(line.cells, columns)
    found = []
    if (shape := _SHAPES["colon"].match(line.text)) and len(shape[1].split()) <= _MOST_WORDS:
        found.append(Option("colon", shape[1].strip(), without_leading_time(shape[2])))
    if "\t" in line.text.strip():
        found += [option._replace(marking="tab") for option in _of_cells(tuple(line.text.split("\t")), None)]
    for marking in ("bracket", "dash", "stop"):
        if (shape := _SHAPES[marking].match(line.text)) and len(shape[1].split()) <= _MOST_WORDS:
            found.append(Option(marking, shape[1].strip(), without_leading_time(shape[2])))
    text = line.text.strip()
    label = without_times(text).strip("*_ ")
    fits = label[:1].isalpha() and len(label) <= _LONGEST and len(label.split()) <= _MOST_WORDS
    if fits and not _SENTENCE.search(label):
        found.append(Option("alone", label, "", line.bold or timed or label != text))
    return found


def _of_cells(cells: tuple[str, ...], columns: Columns | None) -> list[Option]:
    """The first cell that is neither time nor number is the speaker's; columns of times beside the words are none."""
    if columns is not None:
        padded = [*cells, *[""] * (max(columns.label, columns.words) + 1 - len(cells))]
        return [
            Option("table", without_times(padded[columns.label]).rstrip(" :"), padded[columns.words], True)
        ]
    full = [cell.strip() for cell in cells]
    at = next((i for i, cell in enumerate(full) if not _NUMBER.fullmatch(without_times(cell))), None)
    if at is None:
        return []
    others = [cell for cell in full[at + 1 :] if cell]
    if len(others) > 1:
        others = [cell for cell in others if without_times(cell)] or others
    label = without_times(full[at]).strip(" :[]()*")
    fits = 0 < len(label) <= _LONGEST and len(label.split()) <= _MOST_WORDS
    return [Option("table", label, " ".join(others))] if others and fits else []
