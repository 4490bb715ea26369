"""What the questions are called: labels of items and of their choices, for tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["item_labels"]


def item_labels(study: Study) -> dict[str, dict[str, str]]:
    """Language -> question -> label, and ``question/choice`` -> the choice's label.

    From each instrument's XLSForm or inline questions; a label missing in one language is taken from another, the
    question's name where there is none.
    """
    from hubanalysis.loaders.xlsform import instrument_form

    labels: dict[str, dict[str, str]] = {"it": {}, "en": {}}
    for instrument in study.model.instruments:
        form = instrument_form(study, instrument, [])  # its problems were told when the answers were read
        for repeat in form.repeats:
            for lang, own in labels.items():
                own.setdefault(repeat.name, _in(repeat.labels, lang, repeat.name))
        for question in (*form.questions, *(q for repeat in form.repeats for q in repeat.questions)):
            for lang, own in labels.items():
                own.setdefault(question.name, _in(question.labels, lang, question.name))
                for choice in question.choices:
                    own.setdefault(f"{question.name}/{choice.name}", _in(choice.labels, lang, choice.name))
    return labels


def _in(labels: dict[str, str], lang: str, otherwise: str) -> str:
    return labels.get(lang) or next((text for text in labels.values() if text), otherwise)
