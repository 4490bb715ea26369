"""What a questionnaire asks: questions, their choices, groups that are repeated; wherever they were declared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

__all__ = ["OTHER", "Choice", "Form", "Question", "Repeat", "with_other"]

#: The choice that stands for every answer that is none of the others.
OTHER = "other"


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen: its code and its labels by language."""

    name: str
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question: its name and type, the groups it stands in, its labels by language, and what the form
    asks of it.

    ``other`` is the name of the question that takes the text of "other, please say"; "" where there is none.
    """

    name: str
    type: str
    groups: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    relevant: tuple[str, ...] = ()
    constraint: str = ""
    required: bool = False
    range: tuple[float, float] | None = None
    other: str = ""

    @property
    def choice_names(self) -> tuple[str, ...]:
        return tuple(choice.name for choice in self.choices)


@dataclass(frozen=True)
class Repeat:
    """A group of questions that is asked again for each child, visit, project ... of one respondent."""

    name: str
    labels: dict[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Form:
    """The questions of an instrument in their order; ``metadata`` are names of columns that are no
    answers. Those of repeated groups stand apart, in ``repeats``."""

    questions: tuple[Question, ...] = ()
    metadata: tuple[str, ...] = ()
    group_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    repeats: tuple[Repeat, ...] = ()

    def question(self, name: str) -> Question | None:
        """The question of this name, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.questions}


def with_other(question: Question) -> tuple[Question, Question]:
    """The question with the choice ``other`` (added where it is missing), and the question that takes its text.

    As programs that know ``or_other`` do: the text's question is called ``NAME_other`` and is asked of those who
    chose ``other``.
    """
    choices = question.choices
    if OTHER not in question.choice_names:
        choices = (*choices, Choice(OTHER, {"en": "Other", "it": "Altro"}))
    name = f"{question.name}_other"
    text = Question(
        name=name,
        type="text",
        groups=question.groups,
        labels={"en": "Specify other."},
        relevant=(*question.relevant, f"selected(${{{question.name}}}, '{OTHER}')"),
    )
    return replace(question, choices=choices, other=name), text
