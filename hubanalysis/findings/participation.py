"""Sentences on who came, how often, and who is not known."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.reading import spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import amount, estimate_words, interval_words, shares_words
from hubanalysis.metrics.participation import THIRDS

__all__ = ["meeting_findings", "newcomer_findings", "participation_findings", "participation_limits"]


def participation_findings(counts: pd.DataFrame, shares: pd.DataFrame, text: Translator) -> list[str]:
    """How many people were reached and how often they came (``reach_counts`` and ``attendance_shares``)."""
    if counts.empty or shares.empty:
        return [text("This study has no registers of attendance: who came cannot be told.")]
    n = counts.set_index("quantity")["n"]
    share = shares.set_index("measure")
    often = share.loc["activities_per_person"]
    again, once = share.loc["came_twice_or_more"], share.loc["came_once"]
    said = [
        text(
            "**{people} people** were reached by {activities} activities, with {attendances} attendances in all.",
            people=int(n["people_reached"]),
            activities=int(n["activities_held"]),
            attendances=int(n["attendances"]),
        ),
        text(
            "On average a person came to **{estimate}** activities (interval {interval}).",
            estimate=text.number(often["estimate"], 1),
            interval=interval_words(text, often, digits=1),
        ),
        text(
            "**{again}** came at least twice ({again_interval}); {once} came only once ({once_interval}).",
            again=text.percent(again["estimate"]),
            again_interval=shares_words(text, again),
            once=text.percent(once["estimate"]),
            once_interval=shares_words(text, once),
        ),
    ]
    if n.get("activities_without_register", 0):
        said.append(
            text(
                "For {n} activities there is no register: they are missing from all that follows.",
                n=int(n["activities_without_register"]),
            )
        )
    return said


def newcomer_findings(
    thirds: pd.DataFrame, text: Translator, same_kind: pd.DataFrame | None = None
) -> list[str]:
    """Whether the programme still reached new people towards its end (``newcomers_by_third``).

    ``same_kind`` from ``newcomers_within_kinds``: where the thirds held different kinds of activity, a move that does
    not show within the kinds is said to be open.
    """
    if thirds.empty:
        return [text("The activities have no dates: who came for the first time cannot be told.")]
    row = thirds.set_index("period")
    first, middle, last, moved = (row.loc[p] for p in (*THIRDS, "last_minus_middle"))
    said = [
        text(
            "Of those present, **{first}** were there for the first time in the first third of the activities, "
            "{middle} in "
            "the middle third ({middle_interval}) and **{last}** in the last third ({last_interval}, {n} attendances).",
            first=text.percent(first["estimate"]),
            middle=text.percent(middle["estimate"]),
            middle_interval=shares_words(text, middle),
            last=text.percent(last["estimate"]),
            last_interval=shares_words(text, last),
            n=int(last["n"]),
        )
    ]
    if not spares_zero(moved):
        said.append(
            text("From the middle to the last third no change in the share of new people could be shown.")
        )
    elif moved["estimate"] < 0:
        said.append(text("Towards the end the programme reached fewer new people than before."))
    else:
        said.append(text("Towards the end the programme reached more new people than before."))
    if same_kind is not None and len(same_kind) and spares_zero(moved):
        said.append(_within_kinds(same_kind.iloc[0], moved, text))
    return said


def _within_kinds(row, moved, text: Translator) -> str:
    """Whether the move from the middle to the last third shows among activities of one kind too."""
    if unknown(row):
        return text(
            "The two parts held different kinds of activity: whether the time or the kind made the difference "
            "cannot be told."
        )
    numbers = {
        "estimate": amount(text, row["estimate"], "percentage points"),
        "low": amount(text, row["low"], "percentage points"),
        "high": amount(text, row["high"], "percentage points"),
        "n": int(row["n"]),
    }
    if spares_zero(row) and (row["estimate"] > 0) == (moved["estimate"] > 0):
        return text(
            "Between activities of the same kind the difference is {estimate} percentage points ({low} to {high}, "
            "{n} attendances): it does not come only from other kinds of activity.",
            **numbers,
        )
    return text(
        "The two parts held different kinds of activity. Between activities of the same kind the difference is "
        "{estimate} percentage points ({low} to {high}, {n} attendances): it may come from the kinds, not from the "
        "time.",
        **numbers,
    )


def meeting_findings(measures: pd.DataFrame, chance: pd.DataFrame, text: Translator) -> list[str]:
    """Whether the same people meet again (``affiliation_measures`` and ``clustering_beyond_chance``)."""
    found = measures[measures["measure"] == "robins_alexander"]
    if found.empty or unknown(found.iloc[0]) or chance.empty or unknown(chance.iloc[0]):
        return [
            text(
                "Whether the same people meet again at several activities cannot be told from these registers."
            )
        ]
    row, beyond = found.iloc[0], chance.iloc[0]
    said = [
        text(
            "Where one of two people who met goes on to another activity, the other one comes there too in "
            "**{share}** of "
            "the cases ({interval}, {n} people).",
            share=text.percent(row["estimate"]),
            interval=shares_words(text, row),
            n=int(row["n"]),
        )
    ]
    if not spares_zero(beyond):
        said.append(
            text(
                "That is no more and no less than the numbers alone would bring about (difference {estimate}).",
                estimate=estimate_words(text, beyond, digits=3),
            )
        )
    elif beyond["estimate"] > 0:
        said.append(
            text(
                "That is more than the numbers alone would bring about (difference {estimate}): the same people "
                "meet again.",
                estimate=estimate_words(text, beyond, digits=3),
            )
        )
    else:
        said.append(
            text(
                "That is less than the numbers alone would bring about (difference {estimate}): people mix.",
                estimate=estimate_words(text, beyond, digits=3),
            )
        )
    return said


def participation_limits(
    overlap: pd.DataFrame, groups: pd.DataFrame, text: Translator, *, least: int = 0
) -> list[str]:
    """What registers and questionnaires do not know of each other (``register_overlap``); no
    count under ``least``."""
    if overlap.empty:
        return [
            text(
                "Registers and questionnaires are not both there: how far they speak of the same people is unknown."
            )
        ]
    count = overlap.set_index("quantity")["count"]
    said = []
    missing, elsewhere = int(count["reached_not_answered"]), int(count["answered_not_in_registers"])
    if missing:
        said.append(
            text(
                "{missing} people in the registers never answered a questionnaire: of them only their presence is "
                "known, "
                "and nothing on what changed.",
                missing=_at_least(missing, least, text),
            )
        )
    if elsewhere:
        said.append(
            text(
                "{n} people answered a questionnaire and are in no register: they never came, or their code was "
                "written "
                "in another way.",
                n=_at_least(elsewhere, least, text),
            )
        )
    if len(groups):
        said.append(
            text(
                "The groups of the people reached are shown without the population of the territory beside them: these "
                "data do not say whether a group is reached more or less than its share."
            )
        )
    return said


def _at_least(count: int, least: int, text: Translator) -> str:
    return text("Fewer than {least}", least=least) if count < least else text.number(count, 0)
