"""An export of a form that is no questionnaire (a roster, a grid, a ballot), read as its XLSForm names things.

Whatever the collecting program wrote as headers and answers, names or labels, with the groups before them or without:
the columns come out as the names of the questions, the answers as the codes of the choices.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from hubanalysis.errors import filled
from hubanalysis.loaders.choices import chosen_one
from hubanalysis.loaders.form import Form
from hubanalysis.loaders.headers import Columns, match_headers
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.loaders.xlsform import read_form
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Export, Source

__all__ = ["Collected", "choice_words", "collected_with"]


class Collected(NamedTuple):
    """The form a file was collected with, and which of its columns answers which question."""

    form: Form
    columns: Columns

    def in_names(self, cells: pd.DataFrame) -> pd.DataFrame:
        """The cells with the names of the questions as headers and the codes of chosen answers.

        What is none of the choices stays as it was written, for the loader that knows what it should be.
        """
        found = {}
        for name, header in self.columns.answers.items():
            question = self.form.question(name)
            if header not in cells:
                continue
            found[name] = cells[header]
            if question.type == "select_one":
                found[name], _ = chosen_one(cells[header], question, False, None, set())
        taken = set(self.columns.answers.values())
        rest = [header for header in cells.columns if header not in taken and header not in found]
        return pd.DataFrame({**{header: cells[header] for header in rest}, **found}, index=cells.index)


@lru_cache(maxsize=32)
def _read(path: Path, modified: int) -> Form:
    return read_form(path, path.name, [])


def _form_of(study: Study, source: Source, where: tuple, telling: Telling) -> Form | None:
    name = getattr(source, "form", None)
    if not name:
        return None
    path = study.file(name)
    if path.is_file():
        return _read(path, path.stat().st_mtime_ns)
    beside = sorted(p.name for p in path.parent.glob("*.xls*")) if path.parent.is_dir() else []
    close = nearest(path.name, beside)
    telling.error(
        mark("the form does not exist"),
        filled(mark("the nearest there is: {close}; correct its name in study.yaml"), close=repr(close))
        if close
        else mark("put it there, or correct `form` in study.yaml"),
        file=f"{study.path.parent.name}/study.yaml",
        row=study.line(*where, "form"),
        value=name,
    )
    return None


def collected_with(
    study: Study, source: Source, where: tuple, headers: list[str], telling: Telling
) -> Collected | None:
    """The form that ``source`` declares, matched to the ``headers`` of its file; None where it declares none.

    A form that is not there, and a header that might answer two questions, are told.
    """
    form = _form_of(study, source, where, telling)
    if form is None:
        return None
    # in this reading a header may be a name or a label of either language
    export = Export(wave="-", file=source.file, headers="labels")
    return Collected(form, match_headers(headers, form, export, source.file, telling))


def choice_words(study: Study, source: Source, question: str) -> dict[str, str]:
    """Code -> label of the choices of ``question`` in the study's first language; empty without a form."""
    form = _form_of(study, source, (), Telling([], []))
    asked = form.question(question) if form else None
    if asked is None:
        return {}
    return {
        choice.name: study.label(choice.labels, study.languages[0], choice.name) for choice in asked.choices
    }
