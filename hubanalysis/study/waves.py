"""The design of a study's waves: which edition each belongs to, and whether it is before, after or a follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hubanalysis.study.model import StudyModel

__all__ = ["ARMS", "MOMENTS", "PlacedWave", "editions", "placed_waves"]

MOMENTS = ("before", "after", "follow_up")
#: Who took part in the programme, and who did not but answered the same questions.
ARMS = ("programme", "comparison")


class PlacedWave(NamedTuple):
    """A wave by its id, the edition it belongs to, and its moment within it (one of MOMENTS)."""

    id: str
    edition: str
    moment: str


def placed_waves(model: StudyModel) -> list[PlacedWave]:
    """Each wave with its edition and moment, in the declared order.

    A wave without ``edition`` belongs to the study's own. A wave without ``moment`` has it by its place within the
    edition: the first is before, the second after, later ones are follow-ups.
    """
    places: dict[str, int] = {}
    result = []
    for wave in model.waves:
        edition = wave.edition or model.edition
        place = places.get(edition, 0)
        places[edition] = place + 1
        result.append(PlacedWave(wave.id, edition, wave.moment or MOMENTS[min(place, 2)]))
    return result


def editions(model: StudyModel) -> dict[str, dict[str, list[str]]]:
    """The editions in the order in which their first wave is declared: moment -> ids of its waves (follow-ups may be
    several; a moment that an edition lacks has an empty list)."""
    found: dict[str, dict[str, list[str]]] = {}
    for wave in placed_waves(model):
        found.setdefault(wave.edition, {moment: [] for moment in MOMENTS})[wave.moment].append(wave.id)
    return found
