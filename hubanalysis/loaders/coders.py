"""Whose passages a file of codings holds: the work of one coder, or of a whole team."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hubanalysis.errors import DataError, Problem, filled
from hubanalysis.loaders.passage_places import Passage
from hubanalysis.loaders.quotations import read_quotations
from hubanalysis.loaders.refi_qda import read_project
from hubanalysis.loaders.taguette import read_taguette
from hubanalysis.loaders.telling import Telling
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.study import Study
    from hubanalysis.study.model import Coding

__all__ = ["coder_labels", "passages_of_coders", "read_passages"]

_TAGUETTE = (".sqlite3", ".sqlite", ".db")


def read_passages(path: Path, coding: Coding, problems: list[Problem]) -> list[Passage]:
    """Every coded passage of a file, as the file has it; raises DataError where it cannot be read."""
    kind = path.suffix.casefold()
    if kind == ".qdpx" or kind in _TAGUETTE:
        if kind == ".qdpx":
            sources, _, segments = read_project(path, problems)
        else:
            sources, _, segments = read_taguette(path, coding.project or "", problems)
        return [
            Passage(s.interview, s.coder, s.code, s.text, None, s.start, s.end, sources[s.interview])
            for s in segments.itertuples(index=False)
        ]
    return [
        Passage(q.interview, q.coder, q.code, q.quote, q.row, q.start, q.end, "", q.id)
        for q in read_quotations(path, coding, problems)
    ]


def passages_of_coders(
    passages: list[Passage], coding: Coding, telling: Telling, line: int | None
) -> list[Passage]:
    """The passages that count, each with its coder's label."""
    named = {p.coder for p in passages if p.coder}
    if coding.coder is not None:
        if coding.coder in named:  # a file of the whole team: this coder's part of it
            return [p for p in passages if p.coder == coding.coder]
        if len(named) > 1:
            telling.warning(
                mark(
                    "the file holds the work of several coders, none of them called so; all counts as one coder's"
                ),
                mark("write a coder's name as the file has it, or leave `coder` out"),
                file="study.yaml",
                row=line,
                column="coder",
                value=coding.coder,
                count=len(named),
            )
        return [p._replace(coder=coding.coder) for p in passages]
    for name in coding.coders:
        if named and name not in named:
            telling.warning(
                filled(mark("nobody in this file is called {name}"), name=repr(name)),
                mark("correct the name under `coders`"),
                file="study.yaml",
                row=line,
                column="coders",
                value=coding.file,
            )
    nameless = sum(not p.coder for p in passages)
    if nameless:
        telling.error(
            mark("the file does not say who coded"),
            mark("write `coder` beside the file in study.yaml"),
            file=coding.file,
            row=min((p.row for p in passages if not p.coder and p.row is not None), default=None),
            count=nameless,
        )
    return [p._replace(coder=coding.coders.get(p.coder, p.coder)) for p in passages if p.coder]


def coder_labels(study: Study) -> list[str]:
    """The labels of all who coded: as study.yaml gives them, else the names in the files of a whole team.

    What is wrong with a file is told by :func:`hubanalysis.loaders.codings.load_segments`; here nobody coded in it.
    """
    labels: list[str] = []
    for coding in study.model.codings:
        if coding.coder is not None:
            labels.append(coding.coder)
            continue
        try:
            passages = read_passages(study.file(coding.file), coding, [])
        except DataError:
            passages = []
        labels += [coding.coders.get(p.coder, p.coder) for p in passages if p.coder]
        labels += coding.coders.values()
    return list(dict.fromkeys(labels))
