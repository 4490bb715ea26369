"""What study.yaml may say. Each class is one block of the file; ``docs/data.md`` is written from the same words."""

# ruff: noqa: RUF012 (pydantic copies defaults; each block has its own)

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hubanalysis.study.blocks import AREAS, REACHES, Area, Block, Label, Source, Text
from hubanalysis.study.exports import Export, Question, Repeat
from hubanalysis.study.networks import Networks
from hubanalysis.study.theory_of_change import TheoryOfChange

__all__ = ["AREAS", "REACHES", "Export", "Question", "Repeat", "StudyModel"]


class Wave(Block):
    """``edition`` is the study's own by default; ``moment`` goes by the wave's place within its edition."""

    id: str
    label: Label
    date: Text | None = None
    edition: Text | None = None
    moment: Literal["before", "after", "follow_up"] | None = None


class Scale(Block):
    id: str
    label: Label
    area: Area
    items: list[str] = Field(min_length=1)
    then: list[str] = []
    reversed: list[str] = []
    range: tuple[float, float]
    least: int | None = None
    score: Literal["mean", "sum", "swemwbs", "who5"] = "mean"
    better: Literal["higher", "lower"] = "higher"
    primary: bool = False
    reliability: float | None = Field(None, gt=0, lt=1)
    smallest_change: float | None = Field(None, gt=0)
    unit: Label = {"it": "punti", "en": "points"}

    @model_validator(mode="after")
    def _fits_itself(self):
        strangers = [item for item in self.reversed if item not in self.items]
        if strangers:
            raise ValueError(f"reversed items are not among the items: {', '.join(strangers)}")
        if self.then and len(self.then) != len(self.items):
            raise ValueError(
                f"then has {len(self.then)} questions and items {len(self.items)}: one for each, in the same order"
            )
        if set(self.then) & set(self.items):
            raise ValueError(
                "a question stands in items and in then: what is asked looking back is its own question"
            )
        if self.range[0] >= self.range[1]:
            raise ValueError("range must go from the lowest to the highest possible answer")
        if self.least is not None and not 1 <= self.least <= len(self.items):
            raise ValueError(f"least must lie between 1 and the number of items ({len(self.items)})")
        return self


class Consent(Block):
    item: str
    value: Text


class ComparisonGroup(Block):
    """Who did not take part, where a question of the form tells: those who gave this answer."""

    item: str
    value: Text


class Instrument(Block):
    id: str
    about: Literal["people", "organisations"]
    form: str | None = None
    questions: list[Question] = []
    code: list[str] = Field(min_length=1)
    consent: Consent | None = None
    comparison: ComparisonGroup | None = None
    attributes: list[str] = []
    exports: list[Export] = Field(min_length=1)
    scales: list[Scale] = []
    missing: dict[str, Literal["not_answered", "does_not_apply", "not_asked"]] = {}
    invalid: Literal["stop", "set_aside"] = "stop"
    duplicates: Literal["first", "last"] = "last"
    link: Literal["exact", "tolerant"] = "exact"
    links: Source | None = None

    @model_validator(mode="after")
    def _has_questions(self):
        if (self.form is None) == (not self.questions):
            raise ValueError("give either `form` (an XLSForm) or `questions`")
        if self.links and self.about != "people":
            raise ValueError("`links` are decisions on people; organisations are known by their id")
        return self


class Corrections(Source):
    """The cleaning log; ``actions`` says what the words of its column ``action`` ask for."""

    actions: dict[str, Literal["change", "blank", "drop", "none"]] = {}
    empty_old: Literal["no_answer", "not_recorded"] = "no_answer"
    unmatched: Literal["stop", "tell"] = "stop"


class OpenAnswers(Block):
    """Questions with free text whose answers are read as interviews are; ``group`` is an attribute of who answers."""

    instrument: str
    items: list[str] = Field(min_length=1)
    group: str | None = None


class Interviews(Block):
    files: list[str] = []
    answers: list[OpenAnswers] = []
    notes: bool = False
    layout: Literal["speaker", "tab"] = "speaker"
    language: Literal["it", "en"] = "it"
    interviewer: list[str] = []
    metadata: Source | None = None
    redactions: Source | None = None

    @model_validator(mode="after")
    def _has_texts(self):
        if not (self.files or self.answers or self.notes):
            raise ValueError(
                "give `files` (transcripts), `answers` (open questions) or `notes: true` (observers' notes)"
            )
        return self


class Code(Block):
    id: str
    label: Label
    area: Area | None = None
    parent: str | None = None


class CodebookFile(Block):
    """A codebook kept in a file; ``areas`` says which area a code speaks to, which no such file knows."""

    file: str
    areas: dict[str, Area] = {}


class Coding(Block):
    """``coder`` is whose work the file is; without it, each coder of the file by name, or as ``coders`` says."""

    file: str
    coder: Text | None = None
    coders: dict[str, Text] = {}
    project: Text | None = None
    sheet: str | None = None
    encoding: Literal["utf-8", "utf-16", "cp1252"] | None = None
    separator: str | None = None
    columns: dict[str, str] = {}

    @model_validator(mode="after")
    def _names_coders_once(self):
        if self.coder is not None and self.coders:
            raise ValueError(
                "give either `coder` (one for the whole file) or `coders` (name in the file: label)"
            )
        return self


def _listed(value):
    return [] if isinstance(value, dict) else value


def _in_a_file(value):
    return value if isinstance(value, dict) else None


class GridItem(Block):
    id: str
    label: Label
    area: Area
    range: tuple[float, float]


class Observations(Source):
    form: str | None = None
    grid: list[GridItem] = Field(min_length=1)


class Need(Block):
    id: str
    label: Label
    area: Area | None = None


class Round(Source):
    round: int = Field(ge=1)
    form: str | None = None
    layout: Literal["long", "wide"] = "wide"
    voter: str = "voter"
    groups: dict[str, str] = {}
    rank_prefix: str = "rank_"
    urgency_prefix: str | None = None
    gravity_prefix: str | None = None
    emergency: str | None = None
    missing: str | None = None


class Consultation(Block):
    needs: list[Need] = Field(min_length=2)
    rounds: list[Round] = Field(min_length=1)


class Privacy(Block):
    threshold: int = Field(10, ge=3)
    key: Literal["demonstration", "local"] = "local"
    quotes_signed_off: bool = False
    quotes: Source | None = None


class Decision(Block):
    """Something the hub will do: about which need or area, who does it, by when."""

    what: Label
    need: str | None = None
    area: Area | None = None
    who: Label | None = None
    when: Label | None = None


class Restitution(Block):
    """What the pages that go back to services, organisations and groups say besides the results."""

    decisions: list[Decision] = []
    contact: Label | None = None


class StudyModel(Block):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: Label
    summary: Label | None = None
    edition: Text
    simulated: bool
    languages: list[Literal["it", "en"]] = ["it", "en"]
    folder: str = "."
    waves: list[Wave] = []
    instruments: list[Instrument] = []
    corrections: Corrections | None = None
    subgroups: list[str] = []
    activities: Source | None = None
    attendance: Source | None = None
    organisations: Source | None = None
    places: Source | None = None
    networks: Networks | None = None
    interviews: Interviews | None = None
    codings: list[Coding] = []
    codings_decided: Source | None = None
    codebook: Annotated[list[Code], BeforeValidator(_listed)] = []
    codebook_file: Annotated[CodebookFile | None, BeforeValidator(_in_a_file)] = Field(None, alias="codebook")
    observations: Observations | None = None
    consultation: Consultation | None = None
    needs_activities: Source | None = None
    theory_of_change: TheoryOfChange | None = None
    restitution: Restitution = Restitution()
    privacy: Privacy = Privacy()
    notebooks: list[str] | None = None
