"""What study.yaml says about the exports of an instrument, and about questions that no XLSForm declares."""

# ruff: noqa: RUF012 (pydantic copies defaults; each block has its own)

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import model_validator

from hubanalysis.study.blocks import Block, Label, Source

__all__ = ["Export", "Question", "Repeat"]


class Repeat(Source):
    """The table of a repeated group: ``parent`` names, for each entry, the ``key`` of its questionnaire."""

    group: str
    key: str | None = None
    parent: str | None = None


class Export(Source):
    """One export of an instrument: one wave, or several told apart by ``wave_column``."""

    wave: str | None = None
    wave_column: str | None = None
    wave_values: dict[str, str] = {}
    headers: Literal["names", "labels"] = "names"
    language: Literal["it", "en"] | None = None
    submitted: str | None = None
    submission_id: str | None = None
    closes: datetime.date | None = None
    late: Literal["keep", "drop"] = "keep"
    arm: Literal["programme", "comparison"] | None = None
    repeats: list[Repeat] = []

    @model_validator(mode="before")
    @classmethod
    def _repeats_are_written_like_their_export(cls, value):
        if not isinstance(value, dict) or not isinstance(value.get("repeats"), list):
            return value
        shared = {
            key: value[key] for key in ("file", "encoding", "separator", "decimal", "dates") if key in value
        }
        repeats = [{**shared, **r} if isinstance(r, dict) else r for r in value["repeats"]]
        return {**value, "repeats": repeats}

    @model_validator(mode="after")
    def _one_way_to_tell_the_wave(self):
        if (self.wave is None) == (self.wave_column is None):
            raise ValueError("give either `wave`, or `wave_column` with `wave_values`")
        return self


class Question(Block):
    """A question declared in study.yaml itself, where no XLSForm exists."""

    id: str
    label: Label
    type: Literal["integer", "decimal", "text", "date", "select_one", "select_multiple"] = "decimal"
    range: tuple[float, float] | None = None
    choices: dict[str, Label] = {}
    other: bool = False

    @model_validator(mode="after")
    def _other_than_the_choices(self):
        if self.other and not self.type.startswith("select"):
            raise ValueError("`other` is for questions with choices")
        return self
