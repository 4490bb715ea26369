"""Coded passages: what each coder marked in the interviews, each passage found again in the interview's own text."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from hubanalysis.errors import HIDDEN, DataError, Problem, filled
from hubanalysis.loaders.delimited import read_delimited
from hubanalysis.loaders.refi_qda import read_project
from hubanalysis.loaders.spreadsheets import UnreadableFileError
from hubanalysis.loaders.telling import Telling, nearest, safe_to_show
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["find_quote", "load_codes", "load_segments"]

SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end"]
CODE_COLUMNS = ["code", "label_it", "label_en", "area", "parent"]
#: Headers of exported passages, as Taguette, QualCoder and people write them.
_HEADERS = {
    "interview": ("interview", "intervista", "document", "documento", "file"),
    "code": ("code", "codice", "tag", "tema", "codename"),
    "quote": ("quote", "citazione", "content", "testo", "text", "seltext"),
}


class Passage(NamedTuple):
    """A passage as a file gives it: in which source, coded by whom with what, its words, where it stood there."""

    source: str
    code: str
    quote: str
    row: int | None
    start: int | None = None  # position in ``text``, the source's own text, where the file has one
    text: str = ""


def load_codes(study: Study, strangers: list[str] = ()) -> pd.DataFrame:
    """The codebook of study.yaml, and after it the codes that only the codings know."""
    rows = [
        (c.id, study.label(c.label, "it", c.id), study.label(c.label, "en", c.id), c.area, c.parent)
        for c in study.model.codebook
    ]
    rows += [(code, code, code, None, None) for code in strangers]
    return pd.DataFrame(rows, columns=CODE_COLUMNS)


def load_segments(
    study: Study, texts: dict[str, str], problems: list[Problem], account: list[dict]
) -> tuple[pd.DataFrame, list[str]]:
    """The coded passages of ``study`` with their place in ``texts``, the interviews' plain texts; and unknown codes.

    Read are REFI-QDA projects (.qdpx) and tables of quotations (.csv: interview, code, quote). The words of every
    passage are looked up in the interview: where they stand elsewhere than the file says (other line ends, a title
    above the text) and there is no doubt where, the place is repaired; a passage that is not found, or is found
    more than once, is refused and told with its file and row. The words themselves are never told.
    """
    telling = Telling(problems, account)
    known = _known_codes(study)
    strangers: list[str] = []
    rows: list[tuple] = []
    for number, coding in enumerate(study.model.codings):
        file = coding.file
        try:
            passages = _passages(study.file(file), coding.coder, problems)
        except UnreadableFileError as error:
            telling.error(error.what, error.fix, file=file, row=error.row)
            continue
        except DataError as error:
            problems.extend(error.problems)
            continue
        if not passages:
            telling.warning(
                mark("there is no coded passage in this file"),
                mark("export it again with its codings"),
                file=file,
                row=study.line("codings", number),
            )
        kept = repaired = 0
        for passage in passages:
            interview = _interview(passage.source, texts)
            if interview is None:
                telling.warning(
                    mark("the coded text is none of the interviews"),
                    mark("name the source as the transcript's file"),
                    file=file,
                    row=passage.row,
                    value=safe_to_show(passage.source),
                )
                continue
            found = find_quote(texts[interview], passage.quote, passage.start, passage.text)
            if found is None:
                telling.warning(
                    mark("a coded passage is not found in its interview, or in more than one place"),
                    mark("code this passage again"),
                    file=file,
                    row=passage.row,
                    column=f"{interview} {passage.start}" if passage.start is not None else interview,
                    value=HIDDEN,
                )
                continue
            code = known.get(passage.code.casefold(), passage.code)
            if code not in known.values() and code not in strangers:
                strangers.append(code)
                close = nearest(code, known.values())
                telling.warning(
                    mark("the code is not in the codebook; it is kept as it is"),
                    filled(mark("did you mean {close}?"), close=repr(close))
                    if close
                    else mark("add it under `codebook` in study.yaml"),
                    file=file,
                    row=passage.row,
                    column="code",
                    value=code,
                )
            kept += 1
            repaired += passage.start is not None and found[0] != passage.start
            rows.append((interview, coding.coder, code, *found))
        why = mark("the passage is not found in its interview") if kept < len(passages) else ""
        telling.count("segments", file, len(passages), kept, why)
        if repaired:
            telling.warning(
                mark("passages stood elsewhere than the file says and were found again by their words"),
                mark("nothing to do if the interviews were coded from another copy"),
                file=file,
                count=repaired,
            )
    frame = pd.DataFrame(rows, columns=SEGMENT_COLUMNS)
    once = frame.drop_duplicates()
    if len(once) < len(frame):
        telling.count(
            "segments", mark("passages"), len(frame), len(once), mark("coded twice by the same person")
        )
    return once.reset_index(drop=True), strangers


def find_quote(text: str, quote: str, start: int | None = None, source: str = "") -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text``; None where it does not, or where several places are possible.

    With ``start``, its place in the text ``source`` it was coded in: the same place if the words stand there; else,
    of several places, the one that comes as often after the same words as in ``source``. Runs of blanks and line
    ends count as one blank, accents may be composed or apart.
    """
    if start is not None and quote and text.startswith(quote, start):
        return start, start + len(quote)
    words = unicodedata.normalize("NFC", quote).split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    places = [m.span() for m in pattern.finditer(text)]
    if len(places) == 1:
        return places[0]
    if places and start is not None:
        before = [m.start() for m in pattern.finditer(source)]
        if len(before) == len(places) and start in before:
            return places[before.index(start)]
    return None


def _known_codes(study: Study) -> dict[str, str]:
    """How a code may be written (its id, its labels; capitals do not matter) and its id."""
    known: dict[str, str] = {}
    for code in study.model.codebook:
        for label in code.label.values():
            known.setdefault(label.casefold(), code.id)
    known |= {code.id.casefold(): code.id for code in study.model.codebook}
    return known


def _interview(source: str, texts: dict[str, str]) -> str | None:
    """The interview a source is: by its name, with or without the file's ending, capitals aside."""
    source = unicodedata.normalize("NFC", source.strip())
    for name in (source, Path(source.replace("\\", "/")).name, Path(source.replace("\\", "/")).stem):
        if name in texts:
            return name
        same = [known for known in texts if known.casefold() == name.casefold()]
        if len(same) == 1:
            return same[0]
    return None


def _passages(path: Path, coder: str, problems: list[Problem]) -> list[Passage]:
    if path.suffix.lower() == ".qdpx":
        sources, _, segments = read_project(path, problems)
        if coder in set(segments["coder"]):  # a project of the whole team: this coder's part of it
            segments = segments[segments["coder"] == coder]
        return [
            Passage(s.interview, s.code, s.text, None, s.start, sources[s.interview])
            for s in segments.itertuples(index=False)
        ]
    return _quotations(path)


def _quotations(path: Path) -> list[Passage]:
    """The rows of a table of quotations."""
    if not path.is_file():
        raise UnreadableFileError(
            mark("the file is missing"), mark("put it there, or correct its name in study.yaml")
        )
    rows, faults, _ = read_delimited(path)
    if faults:
        raise UnreadableFileError(
            mark("a row has more or fewer cells than the header"),
            mark("export the quotations again"),
            faults[0][0],
        )
    if not rows:
        return []
    header = [cell.casefold() for cell in rows[min(rows)]]
    at = {}
    for column, names in _HEADERS.items():
        found = [header.index(name) for name in names if name in header]
        if not found:
            raise UnreadableFileError(
                mark("a column is missing"), mark("name the columns interview, code, quote"), min(rows)
            )
        at[column] = found[0]
    passages = []
    for row, cells in list(rows.items())[1:]:
        cells = [*cells, "", "", ""]
        passages.append(Passage(cells[at["interview"]], cells[at["code"]], cells[at["quote"]], row))
    return passages
