"""Lines of a text document as a person sees them: .docx, .odt, .rtf, .txt, .tsv, and the cues of .vtt and .srt."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hubanalysis.errors import Problem
from hubanalysis.loaders.delimited import decode
from hubanalysis.loaders.opendocument_texts import read_odt
from hubanalysis.loaders.paragraphs import LARGEST_TEXT, Document, Line, refused
from hubanalysis.loaders.rtf import read_rtf
from hubanalysis.loaders.spreadsheets import UnreadableFileError
from hubanalysis.loaders.subtitles import read_cues
from hubanalysis.loaders.telling import Telling
from hubanalysis.loaders.word_texts import read_docx
from hubanalysis.locale import mark

__all__ = ["CUES", "read_document"]

#: Endings of subtitles: a turn is cut into many cues.
CUES = (".vtt", ".srt")


def read_document(path: Path, problems: list[Problem], shown: str = "") -> Document:
    """The lines of a document in reading order (composed letters, NFC), and the words outside its running text.

    Tables come row by row, tracked insertions with the text, deletions without; footnotes, comments, text boxes,
    heads of pages are counted, not read. ``shown`` is how the file is named in messages. Raises DataError where it
    cannot be read.
    """
    shown = shown or path.name
    suffix = path.suffix.lower()
    try:
        if suffix == ".docx":
            document = read_docx(path)
        elif suffix == ".odt":
            document = read_odt(path)
        elif suffix == ".rtf":
            document = read_rtf(path, Telling(problems, []), shown)
        elif suffix in CUES:
            document = read_cues(_decoded(path, problems, shown))
        elif suffix in (".txt", ".tsv"):
            document = Document(_text_lines(_decoded(path, problems, shown), suffix == ".tsv"), {})
        else:
            what = mark("transcripts of this kind are not read")
            raise refused(shown, what, mark("save it as .docx, .odt, .rtf, .txt, .tsv, .vtt or .srt"))
    except OSError as error:
        raise refused(shown, mark("the file cannot be opened"), mark("check that it may be read")) from error
    lines = [
        line._replace(
            text=unicodedata.normalize("NFC", line.text),
            cells=tuple(unicodedata.normalize("NFC", cell) for cell in line.cells),
            voice=unicodedata.normalize("NFC", line.voice),
        )
        for line in document.lines
    ]
    return document._replace(lines=lines)


def _text_lines(text: str, table: bool) -> list[Line]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not table:
        return [Line(number, line) for number, line in found]
    rows = [(number, tuple(_unquoted(cell) for cell in line.split("\t"))) for number, line in found]
    return [Line(number, " ".join(filter(None, cells)), cells=cells, table=1) for number, cells in rows]


def _unquoted(cell: str) -> str:
    """A cell without the quotation marks of a spreadsheet's export; a stray one is the speaker's own."""
    cell = cell.strip()
    if len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
        return cell[1:-1].replace('""', '"').strip()
    return cell


def _decoded(path: Path, problems: list[Problem], shown: str) -> str:
    if path.stat().st_size > LARGEST_TEXT:
        raise refused(
            shown, mark("it is too large to be a transcript"), mark("give each interview its own file")
        )
    try:
        text, assumed = decode(path.read_bytes(), None)
    except UnreadableFileError as error:
        raise refused(shown, error.what, mark("save it again as UTF-8")) from error
    if assumed:
        Telling(problems, []).warning(
            mark("the text is not UTF-8; it was read as cp1252"), mark("save it again as UTF-8"), file=shown
        )
    if "\x00" in text:
        raise refused(shown, mark("the file is no text"), mark("save the transcript as text (UTF-8)"))
    return text.removeprefix("\ufeff")
