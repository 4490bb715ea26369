"""The block ``networks`` of study.yaml: ties as people collect them, memberships, and what a long tie is."""

# ruff: noqa: RUF012 (pydantic copies defaults; each block has its own)

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from hubanalysis.study.blocks import Block, Label, Reach, Source

__all__ = ["Memberships", "Names", "Networks", "ShortLong", "Ties", "Weights"]

Headers = str | list[str]


class Weights(Block):
    """What the weights of ties mean. In the tables a higher weight is always the stronger tie."""

    meaning: Label
    strongest: Literal["low", "high"] = "high"
    range: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _can_be_turned(self):
        if self.range is None and self.strongest == "low":
            raise ValueError("give the `range` of the weights: without it they cannot be turned round")
        if self.range is not None and not 0 < self.range[0] < self.range[1]:
            raise ValueError(
                "range must go from the lowest to the highest possible weight, both above 0 (0 is no tie)"
            )
        return self


class Names(Source):
    """What a person decided on spellings of organisations: columns written, organisation, who, why."""

    undecided: Literal["stop", "set_aside"] = "stop"


class Ties(Source):
    """``edges``: one row a tie. ``matrix``: who answers in the first column, who is named in the header.
    ``names``: one row a respondent, the names she gave in columns of their own."""

    kind: str
    wave: str
    label: Label | None = None
    respondents: Source | None = None
    layout: Literal["edges", "matrix", "names"] = "edges"
    form: str | None = None
    prefix: str | None = None
    spelling: Literal["register", "free"] | None = None
    weights: Weights | None = None
    named: Headers = "name_"
    named_weights: Headers | None = None
    empty_rows: Literal["silent", "no_ties"] | None = None

    @property
    def free(self) -> bool:
        """Whether names are written freely and must be matched with the register."""
        return (self.spelling or ("free" if self.layout == "names" else "register")) == "free"

    @property
    def empty_means_silent(self) -> bool:
        """Whether who named nobody counts as not having answered; by default so in a roster matrix alone."""
        return (self.empty_rows or ("silent" if self.layout == "matrix" else "no_ties")) == "silent"

    @model_validator(mode="after")
    def _fits_its_layout(self):
        given = self.model_fields_set
        if self.layout != "names" and given & {"named", "named_weights"}:
            raise ValueError("`named` and `named_weights` are of `layout: names`")
        if self.layout != "matrix" and "prefix" in given:
            raise ValueError("`prefix` is of `layout: matrix`: how the columns of this kind of tie begin")
        if self.layout == "edges" and "empty_rows" in given:
            raise ValueError("a list of ties has no empty rows: `empty_rows` is of the other layouts")
        if isinstance(self.named, list) and isinstance(self.named_weights, list):
            if len(self.named) != len(self.named_weights):
                raise ValueError("`named` and `named_weights` must be as many columns, in the same order")
        elif self.named_weights is not None and isinstance(self.named, list) != isinstance(
            self.named_weights, list
        ):
            raise ValueError("give `named` and `named_weights` both as lists, or both as prefixes")
        return self


class Memberships(Source):
    """A two-mode source: columns ``source`` and ``target`` say who belongs to, or met at, what.

    With ``from: attendance`` it is made of the attendance; ``through`` names the kind of membership by which a
    person's presence counts for her organisation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    file: str = ""
    from_: Literal["attendance"] | None = Field(None, alias="from")
    through: str | None = None
    kind: str
    wave: str
    label: Label | None = None
    source_mode: Literal["person", "organisation"] | None = None
    target_mode: Literal["organisation", "activity"] | None = None

    @model_validator(mode="after")
    def _has_one_origin(self):
        if bool(self.file) == (self.from_ is not None):
            raise ValueError("give either `file`, or `from: attendance`")
        if self.file and None in (self.source_mode, self.target_mode):
            raise ValueError("say what stands at either end: `source_mode` and `target_mode`")
        if self.file and self.through:
            raise ValueError("`through` is of `from: attendance`")
        mode = "organisation" if self.through else "person"
        if self.from_ and (
            self.source_mode not in (None, mode) or self.target_mode not in (None, "activity")
        ):
            raise ValueError(
                "attendance ties persons to activities; with `through`, their organisations to activities"
            )
        return self


class ShortLong(Block):
    """A definition of the long tie. Conditions given together must all hold; an undefined end makes it undecided."""

    id: str
    label: Label
    either_reach: list[Reach] = []
    kinds_differ: bool | None = None
    municipality_differs: bool | None = None
    power_differs: bool | None = None
    farther_than_km: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _says_something(self):
        conditions = (
            self.kinds_differ,
            self.municipality_differs,
            self.power_differs,
            self.farther_than_km,
        )
        if not self.either_reach and all(c is None for c in conditions):
            raise ValueError(
                "give at least one condition: either_reach, kinds_differ, municipality_differs, power_differs, "
                "farther_than_km"
            )
        return self


class Networks(Block):
    directed: bool = True
    ties: list[Ties] = []
    names: Names | None = None
    memberships: list[Memberships] = []
    short_long: list[ShortLong] = []
    reporting: dict[str, Label] = {}
