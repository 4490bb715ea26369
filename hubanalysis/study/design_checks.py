"""Checks of a study's design in study.yaml: editions and moments of the waves, who is compared with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubanalysis.errors import Problem
from hubanalysis.study.waves import MOMENTS, editions, placed_waves

if TYPE_CHECKING:
    from hubanalysis.study.reading import Study

__all__ = ["design_checks"]


def design_checks(study: Study, file: str) -> list[Problem]:
    """Waves that share or cross their moments, editions without a wave, arms told in two ways; each with its line."""
    model = study.model
    problems: list[Problem] = []

    def tell(what: str, fix: str, *path) -> None:
        column = " > ".join(str(p + 1) if isinstance(p, int) else p for p in path)
        problems.append(Problem(what=what, fix=fix, file=file, row=study.line(*path), column=column))

    latest: dict[str, int] = {}
    taken: dict[tuple[str, str], str] = {}
    for k, wave in enumerate(placed_waves(model)):
        first = taken.setdefault((wave.edition, wave.moment), wave.id)
        if first != wave.id and wave.moment != "follow_up":
            tell(
                f"the waves {first!r} and {wave.id!r} are both {wave.moment!r} in the edition {wave.edition!r}",
                "give each edition one wave before and one after; later ones are follow_up",
                "waves", k, "moment",
            )  # fmt: skip
        place = MOMENTS.index(wave.moment)
        if place < latest.get(wave.edition, 0):
            tell(
                f"the wave {wave.id!r} is {wave.moment!r} but stands behind a later moment of its edition",
                "list the waves in the order of time: before, after, follow_up",
                "waves", k, "moment",
            )  # fmt: skip
        latest[wave.edition] = max(latest.get(wave.edition, 0), place)
    if model.waves and model.edition not in editions(model):
        tell(
            f"no wave belongs to the study's own edition {model.edition!r}",
            "leave `edition` of its waves out, or write it as the study's edition",
            "edition",
        )

    for i, instrument in enumerate(model.instruments):
        at = ("instruments", i)
        armed = [j for j, export in enumerate(instrument.exports) if export.arm]
        if instrument.comparison and armed:
            tell(
                "the comparison group is told twice: by `comparison` and by `arm` of an export",
                "keep one: `arm` where each group has its own file, `comparison` where a question tells",
                *at, "exports", armed[0], "arm",
            )  # fmt: skip
        if instrument.about != "people":
            if instrument.comparison:
                tell("only people have a comparison group", "take `comparison` out", *at, "comparison")
            for j in armed:
                tell("only people have a comparison group", "take `arm` out", *at, "exports", j, "arm")
        if instrument.questions:
            declared = [q.id for q in instrument.questions]
            if instrument.comparison and instrument.comparison.item not in declared:
                tell(
                    f"the item {instrument.comparison.item!r} is not declared",
                    f"declared are: {', '.join(declared)}",
                    *at, "comparison", "item",
                )  # fmt: skip
            for j, scale in enumerate(instrument.scales):
                for k, item in enumerate(scale.then):
                    if item not in declared:
                        tell(
                            f"the item {item!r} is not declared",
                            f"declared are: {', '.join(declared)}",
                            *at, "scales", j, "then", k,
                        )  # fmt: skip
    return problems
