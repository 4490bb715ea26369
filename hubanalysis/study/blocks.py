"""What every block of study.yaml is made of: labels, texts, areas, and a file with a table."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["AREAS", "REACHES", "Area", "Block", "Label", "Reach", "Source", "Text"]

AREAS = ("wellbeing", "networks", "management", "competences", "audience", "offer")
Area = Literal["wellbeing", "networks", "management", "competences", "audience", "offer"]
REACHES = ("local", "provincial", "regional", "national", "european")
Reach = Literal["local", "provincial", "regional", "national", "european"]


def _both_languages(value):
    if isinstance(value, (int, float, datetime.date)) and not isinstance(value, bool):
        value = str(value)  # YAML reads 2023 as a number; as a label it is a word
    return {"it": value, "en": value} if isinstance(value, str) else value


Label = Annotated[dict[Literal["it", "en"], str], BeforeValidator(_both_languages)]
Text = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, (int, float, datetime.date)) else v)]


class Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Block):
    """A file with a table, as the field produced it."""

    file: str
    sheet: str | None = None
    header_row: int = Field(1, ge=1)
    encoding: Literal["utf-8", "utf-16", "cp1252"] | None = None
    separator: str | None = None
    decimal: Literal[".", ","] = "."
    dates: Literal["iso", "day_first", "month_first"] = "iso"
    columns: dict[str, str] = {}
    where: dict[str, Annotated[list[Text], BeforeValidator(lambda v: v if isinstance(v, list) else [v])]] = {}
