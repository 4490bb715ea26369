"""The file in which a person decides who is who between waves: it names files and rows, never a code."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from hubanalysis.errors import DataError, Problem, UsageError
from hubanalysis.loaders.decided_links import COLUMNS
from hubanalysis.loaders.decision_files import write_decisions
from hubanalysis.loaders.questionnaires import load_questionnaires
from hubanalysis.loaders.reader import Reader
from hubanalysis.privacy.pseudonyms import key_for, pseudonym
from hubanalysis.study import Study

__all__ = ["list_links", "write_links"]


def list_links(study: Study) -> pd.DataFrame:
    """The decisions that hold, and after them the pairs of rows a person may look at, one line each.

    ``proposal`` says what happens as long as ``decision`` is empty: ``near`` pairs are joined (the codes differ in
    one element, nobody else fits), ``ambiguous`` (several fit) and ``chance`` (what the codes share is so common
    that a stranger may fit) are not. Raises DataError, with every problem, where the study has errors.
    """
    problems: list[Problem] = []
    reader = Reader(study, problems, [], partial(pseudonym, key_for(study), "link"))
    found: list[pd.DataFrame] = []
    load_questionnaires(study, problems, [], reader, open_links=found)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DataError(f"The data of {study.model.id} have {len(errors)} problem(s) to mend.", errors)
    lines = [part for part in found if len(part)]
    return pd.concat(lines, ignore_index=True)[COLUMNS] if lines else pd.DataFrame(columns=COLUMNS)


def write_links(study: Study, to: Path) -> pd.DataFrame:
    """Write :func:`list_links` to ``to``, a csv that spreadsheets open; only its owner may read it.

    A file that stands there is written anew only if it is the study's own file of decisions: these are kept.
    Raises UsageError otherwise.
    """
    declared = [part.links.file for part in study.instruments if part.links]
    if to.exists() and not any(to.resolve() == study.file(name).resolve() for name in declared):
        raise UsageError(
            f"{to} exists already, and study.yaml does not name it under `links`: it stays as it is."
        )
    if declared and not to.exists():  # declared before it was written: nothing is decided yet
        for name in declared:
            if to.resolve() == study.file(name).resolve():
                to.write_text(";".join(COLUMNS) + "\n", encoding="utf-8")
    lines = list_links(study)
    write_decisions(lines, to)
    return lines
