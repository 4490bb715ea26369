"""Coded passages: what each coder marked in the interviews, each passage found again in the interview's own text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from hubanalysis.errors import DataError, Problem, filled
from hubanalysis.loaders.codebooks import read_codebook
from hubanalysis.loaders.coders import passages_of_coders, read_passages
from hubanalysis.loaders.passage_places import Passage, Place, Texts, place_all
from hubanalysis.loaders.telling import Telling, nearest, safe_to_show
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["load_codes", "load_segments"]

SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end", "over"]
CODE_COLUMNS = ["code", "label_it", "label_en", "area", "parent"]


def load_codes(study: Study, strangers: list[str] = ()) -> pd.DataFrame:
    """The codebook of study.yaml or of its file, and after it the codes that only the codings know."""
    codes = _codebook(study, [])
    known = set(codes["code"])
    rows = [(code, code, code, None, None) for code in strangers if code not in known]
    return pd.DataFrame([*codes.itertuples(index=False, name=None), *rows], columns=CODE_COLUMNS)


def _codebook(study: Study, problems: list[Problem]) -> pd.DataFrame:
    """The declared codes; a code above that is not there, or lies below itself, is left out."""
    block = study.model.codebook_file
    rows = [
        (c.id, study.label(c.label, "it", c.id), study.label(c.label, "en", c.id), c.area, c.parent)
        for c in study.model.codebook
    ]
    if block is not None:
        try:
            codes = read_codebook(study.file(block.file), problems)
        except DataError as error:
            problems += error.problems
            codes = pd.DataFrame(columns=["code", "label", "parent"])
        rows = [
            (c.code, c.label, c.label, block.areas.get(c.code), c.parent or None)
            for c in codes.itertuples(index=False)
        ]
        for code in block.areas:
            if len(codes) and code not in set(codes["code"]):
                close = nearest(code, codes["code"])
                problems.append(
                    Problem(
                        filled(mark("the code {code} is not in the codebook"), code=repr(code)),
                        filled(mark("did you mean {close}?"), close=repr(close))
                        if close
                        else mark("correct its name under `areas` in study.yaml"),
                        file="study.yaml",
                        row=study.line("codebook", "areas", code),
                        severity="warning",
                    )
                )
    above = {code: parent for code, *_, parent in rows}
    circles = {code for code in above if _leads_back(code, above)}
    for code in sorted(circles):
        problems.append(
            Problem(
                filled(mark("the code {code} lies below itself"), code=repr(code)),
                mark("correct the code above it (`parent`)"),
                file=block.file if block else "study.yaml",
                severity="warning",
            )
        )
    kept = [
        (code, it, en, area, parent if parent in above and code not in circles else None)
        for code, it, en, area, parent in rows
    ]
    return pd.DataFrame(kept, columns=CODE_COLUMNS)


def _leads_back(code: str, above: Mapping[str, str | None]) -> bool:
    seen, at = set(), above.get(code)
    while at in above and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = above[at]
    return False


def load_segments(
    study: Study,
    texts: Mapping[str, str],
    problems: list[Problem],
    account: list[dict],
    redacted: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, list[str]]:
    """The coded passages of ``study`` with their place in ``texts``, the interviews' plain texts; and unknown codes.

    Read are REFI-QDA projects (.qdpx), Taguette's projects (.sqlite3) and tables of quotations (.csv, .tsv, .xlsx). The
    frame has ``interview, coder, code, start, end, over``: positions are code points of the interview's raw text, or of
    its text in ``redacted`` where ``over`` is "redacted" (who codes what this program handed out counts there).

    The words of every passage are looked up in the interview: where they stand elsewhere than the file says and there
    is no doubt where, the place is repaired; a passage that is not found, or is found more than once, is refused and
    told with its file, row and place. The words themselves are never told.
    """
    telling = Telling(problems, account)
    told: list[Problem] = []
    codebook = _codebook(study, told)
    known = _known_codes(codebook, study)
    shelf = Texts(texts, redacted)
    strangers: list[str] = []
    rows: list[tuple] = []
    for number, coding in enumerate(study.model.codings):
        found: list[Problem] = []
        passages: list[Passage] | None = None
        try:
            passages = read_passages(study.file(coding.file), coding, found)
        except DataError as error:
            found += error.problems
        told += [replace(problem, file=coding.file) for problem in found]
        if passages is None:
            continue
        line = study.line("codings", number)
        if not passages:
            telling.warning(
                mark("there is no coded passage in this file"),
                mark("export it again with its codings"),
                file=coding.file,
            )
        given = len(passages)
        passages = passages_of_coders(passages, coding, telling, line)
        interviews = [shelf.interview(p.source, p.text) for p in passages]
        places = place_all(passages, interviews, shelf)
        _tell_places(passages, interviews, places, coding.file, telling)
        kept = 0
        for passage, place in zip(passages, places, strict=True):
            if isinstance(place, Place):
                code = _code(passage, known, strangers, coding.file, telling)
                rows.append((place.interview, passage.coder, code, place.start, place.end, place.over))
                kept += 1
        why = mark("the passage is not found in its interview") if kept < len(passages) else ""
        if len(passages) < given and kept == len(passages):
            why = mark("they are of other coders")
        telling.count("segments", coding.file, given, kept, why)
    for problem in told:
        if problem not in problems:
            problems.append(problem)
    frame = pd.DataFrame(rows, columns=SEGMENT_COLUMNS)
    once = frame.drop_duplicates()
    if len(once) < len(frame):
        telling.count(
            "segments", mark("passages"), len(frame), len(once), mark("coded twice by the same person")
        )
    return once.reset_index(drop=True), strangers


def _tell_places(
    passages: list[Passage], interviews: list, places: list, file: str, telling: Telling
) -> None:
    refused: Counter[tuple] = Counter()
    for passage, interview, place in zip(passages, interviews, places, strict=True):
        if isinstance(place, Place):
            continue
        where = f"{interview} {passage.start}" if passage.start is not None else interview
        if interview is None:
            what = mark("the coded text is none of the interviews")
            fix = mark("name the source as the transcript's file")
            refused[what, fix, passage.row, safe_to_show(passage.source)] += 1
        elif place:
            what = mark("the words of a coded passage stand in several places of its interview")
            fix = mark("code this passage again with more words, or give its `start`")
            refused[what, fix, passage.row, where] += 1
        else:
            what = mark("a coded passage is not found in its interview")
            fix = mark("code this passage again, from the transcript as it is now")
            refused[what, fix, passage.row, where] += 1
    for (what, fix, row, value), count in refused.items():
        telling.warning(what, fix, file=file, row=row, value=value, count=count)
    cut = [p for p, place in zip(passages, places, strict=True) if isinstance(place, Place) and place.cut]
    if cut:
        telling.warning(
            mark("a passage was cut in this file; what stands there tells where it is"),
            mark("export the whole passages, if the program can"),
            file=file,
            row=cut[0].row,
            count=len(cut),
        )
    moved = sum(isinstance(place, Place) and place.moved for place in places)
    if moved:
        telling.warning(
            mark("passages stood elsewhere than the file says and were found again by their words"),
            mark("nothing to do if the interviews were coded from another copy"),
            file=file,
            count=moved,
        )


def _code(passage: Passage, known: dict[str, str], strangers: list[str], file: str, telling: Telling) -> str:
    code = known.get(passage.code.casefold(), passage.code)
    if code not in known.values() and code not in strangers:
        strangers.append(code)
        close = nearest(code, [*known, *known.values()])
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
    return code


def _known_codes(codebook: pd.DataFrame, study: Study) -> dict[str, str]:
    """How a code may be written (its id, its labels; capitals do not matter) and its id."""
    known: dict[str, str] = {}
    for code in codebook.itertuples(index=False):
        for label in (code.label_it, code.label_en):
            known.setdefault(label.casefold(), code.code)
    return known | {code.casefold(): code for code in codebook["code"]}
