"""Everything a study's raw files hold, in one call: tables, interviews, names to redact, labels of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from hubanalysis.errors import Problem

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["Raw", "load_everything"]


class Raw(NamedTuple):
    """Loaded tables (persons still named), the names to redact, and item -> label by language."""

    tables: dict[str, pd.DataFrame]
    names: list[str]
    item_labels: dict[str, dict[str, str]]


def load_everything(study: Study, problems: list[Problem], account: list[dict]) -> Raw:
    """Run every loader of ``study``; what goes wrong is added to ``problems``, what is left out to ``account``."""
    from hubanalysis.loaders.codings import load_qualitative
    from hubanalysis.loaders.tabular import load_tables
    from hubanalysis.loaders.transcripts import listed_names

    tables = dict(load_tables(study, problems, account))
    tables |= load_qualitative(study, problems, account)
    return Raw(tables, listed_names(study, problems), _item_labels(study))


def _item_labels(study: Study) -> dict[str, dict[str, str]]:
    """Question -> label, and ``question/choice`` -> the choice's label, by language."""
    from hubanalysis.loaders.xlsform import instrument_form

    labels: dict[str, dict[str, str]] = {"it": {}, "en": {}}
    for instrument in study.model.instruments:
        form = instrument_form(study, instrument, [])  # its problems were told when the answers were read
        for question in form.questions:
            for lang, own in labels.items():
                own.setdefault(question.name, _in(question.labels, lang, question.name))
                for choice in question.choices:
                    own.setdefault(f"{question.name}/{choice.name}", _in(choice.labels, lang, choice.name))
    return labels


def _in(labels: dict[str, str], lang: str, otherwise: str) -> str:
    return labels.get(lang) or next((text for text in labels.values() if text), otherwise)
