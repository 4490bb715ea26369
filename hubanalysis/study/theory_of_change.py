"""The theory of change a study declares: from activities to impact, and which results could bear each step out."""

# ruff: noqa: RUF012 (pydantic copies defaults; each block has its own)

from __future__ import annotations

from collections import Counter
from typing import Literal

from pydantic import Field, model_validator

from hubanalysis.study.blocks import Block, Label

__all__ = ["LEVELS", "Arrow", "Step", "TheoryOfChange"]

LEVELS = ("activity", "output", "outcome", "impact")


class Step(Block):
    id: str
    label: Label
    level: Literal["activity", "output", "outcome", "impact"]


class Arrow(Block):
    """``evidence`` are ids of results as results.json has them; ``*`` stands for anything."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")
    because: Label
    evidence: list[str] = []
    expects: Literal["more", "less"] = "more"


class TheoryOfChange(Block):
    nodes: list[Step] = Field(min_length=2)
    arrows: list[Arrow] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self):
        ids = [node.id for node in self.nodes]
        twice = [name for name, count in Counter(ids).items() if count > 1]
        if twice:
            raise ValueError(f"these nodes are given more than once: {', '.join(twice)}")
        lost = [end for arrow in self.arrows for end in (arrow.start, arrow.end) if end not in ids]
        if lost:
            raise ValueError(f"arrows lead to nodes that are not declared: {', '.join(dict.fromkeys(lost))}")
        level = {node.id: LEVELS.index(node.level) for node in self.nodes}
        back = [f"{a.start} to {a.end}" for a in self.arrows if level[a.start] >= level[a.end]]
        if back:
            raise ValueError(
                f"an arrow leads from a level to a later one (activity, output, outcome, impact): {', '.join(back)}"
            )
        pairs = Counter((arrow.start, arrow.end) for arrow in self.arrows)
        double = [f"{start} to {end}" for (start, end), count in pairs.items() if count > 1]
        if double:
            raise ValueError(f"these arrows are drawn more than once: {', '.join(double)}")
        return self
