"""What a study puts into its instruments: its waves, organisations, kinds of tie, activities, needs and grid."""

from __future__ import annotations

from dataclasses import dataclass, field

from hubanalysis.instruments.xlsform import LANGUAGES, read_form

__all__ = ["Material", "OwnForm", "WaveOf", "generic_material", "in_both"]


@dataclass(frozen=True)
class WaveOf:
    """A wave: its id, its moment (before, after, follow_up), its label by language."""

    id: str
    moment: str
    label: dict[str, str]


@dataclass(frozen=True)
class OwnForm:
    """A questionnaire the study has already: ``content`` is its workbook, ``sheets`` the rows of it by header."""

    id: str
    about: str
    content: bytes
    sheets: dict[str, list[dict[str, str]]]
    consent: str = ""


@dataclass(frozen=True)
class Material:
    """What the instruments of one hub are made of.

    ``organisations`` and ``activities`` are ids and names; ``kinds`` and ``needs`` ids and labels by language;
    ``grid`` questions as a form has them, with ``area`` and ``range``; ``groups`` what voters are told apart by, with
    the answers they gave in an earlier round; ``order`` the collective order of round 1, places and ids of needs.
    ``missing`` says what the study could not give, for the account.
    """

    id: str
    title: dict[str, str]
    waves: tuple[WaveOf, ...]
    organisations: dict[str, str]
    kinds: dict[str, dict[str, str]]
    activities: dict[str, str]
    grid: tuple[dict, ...]
    needs: dict[str, dict]
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: tuple[tuple[int, str], ...] = ()
    own: tuple[OwnForm, ...] = ()
    missing: tuple[str, ...] = ()
    language: str = "it"

    @property
    def generic(self) -> bool:
        """Whether this belongs to no study."""
        return not self.id


def in_both(text: str | dict[str, str], otherwise: str = "") -> dict[str, str]:
    """A label in both languages; where one is missing the other stands for it."""
    if isinstance(text, str):
        return dict.fromkeys(LANGUAGES, text)
    known = next((text[language] for language in LANGUAGES if text.get(language)), otherwise)
    return {language: text.get(language) or known for language in LANGUAGES}


_WAVES = (
    WaveOf("before", "before", {"it": "prima", "en": "before"}),
    WaveOf("after", "after", {"it": "dopo", "en": "after"}),
    WaveOf("follow_up", "follow_up", {"it": "qualche mese dopo", "en": "some months later"}),
)
_PLACES = 8


def generic_grid() -> tuple[dict, ...]:
    """The items of the observation grid of this project, one for each area."""
    survey = read_form("observation")["survey"]
    group = next(entry for entry in survey if entry.get("group") == "grid")
    return tuple({**question, "range": (1, 5)} for question in group["questions"])


def generic_material() -> Material:
    """What stands in the instruments where no study is named: places to fill in, and this project's own lists."""
    kinds = {
        "collaboration": {"it": "collaborazione", "en": "collaboration"},
        "information": {"it": "scambio di informazioni", "en": "exchange of information"},
        "referral": {"it": "invio di persone", "en": "referral of people"},
    }
    needs = {
        name: {**in_both(need), "area": need.get("area")}
        for name, need in read_form("consultation")["needs"].items()
    }
    return Material(
        id="",
        title={"it": "Community hub", "en": "Community hub"},
        waves=_WAVES,
        organisations={f"O{k}": f"Organizzazione / Organisation {k}" for k in range(1, _PLACES + 1)},
        kinds=kinds,
        activities={},
        grid=generic_grid(),
        needs=needs,
        groups={"service": (), "territory": ()},
    )
