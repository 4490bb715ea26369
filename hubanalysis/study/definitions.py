"""What a measured thing is, by its study's own declaration: so that hubs can tell whether theirs is the same."""

from __future__ import annotations

from typing import Any

__all__ = ["DEFINED", "definitions"]

#: Columns of estimates whose values a study defines.
DEFINED = ("scale", "definition", "grid_item", "code")


def definitions(model: Any) -> dict[str, dict[str, str]]:
    """Column -> id -> its definition, from the blocks of study.yaml; it names no person and no language.

    A scale is its score, its items (those reversed with a minus), its range and the least number of answers; a rule of
    long ties the conditions it declares; an item of the grid its range; a theme its English label.
    """
    scales = {s.id: _scale(s) for i in model.instruments for s in i.scales}
    rules = {d.id: _rule(d) for d in (model.networks.short_long if model.networks else ())}
    grid = model.observations.grid if model.observations else ()
    items = {g.id: f"{_label(g)}, {g.range[0]:g} to {g.range[1]:g}" for g in grid}
    return {
        "scale": scales,
        "definition": rules,
        "grid_item": items,
        "code": {c.id: _label(c) for c in model.codebook},
    }


def _scale(scale: Any) -> str:
    items = ", ".join(f"-{item}" if item in scale.reversed else item for item in scale.items)
    low, high = scale.range
    least = scale.least if scale.least is not None else len(scale.items)
    return f"{scale.score} of {items}; {low:g} to {high:g}; at least {least}; {scale.better} is better"


def _rule(rule: Any) -> str:
    declared = rule.model_dump(exclude={"id", "label"}, exclude_defaults=True)
    return "; ".join(f"{key}: {value}" for key, value in sorted(declared.items()))


def _label(block: Any) -> str:
    return block.label.get("en") or next(iter(block.label.values()))
