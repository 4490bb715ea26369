"""Sentences on who came again, told so that the programme's end is not mistaken for people's leaving."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.reading import unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["coming_again_findings"]


def coming_again_findings(
    again: pd.DataFrame, kept: pd.DataFrame, within: int, undated: int, text: Translator
) -> list[str]:
    """The share who came again after their first time, and who went on (``coming_again_by_attendance``,
    ``still_coming``); ``within`` in days of activity, ``undated`` attendances that have no place in time."""
    if again.empty:
        return [text("The activities have no dates: how soon people came again cannot be told.")]
    first, said = again.iloc[0], []
    if pd.isna(first["estimate"]):
        said.append(text("Too few people came early enough to see whether they came again."))
    elif unknown(first):
        said.append(
            text(
                "Of {n} people, everybody or nobody came again within {within} days of activity after the first time.",
                n=int(first["n"]),
                within=within,
            )
        )
    else:
        said.append(
            text(
                "Of those who came once, **{share}** came again within the next {within} days of activity "
                "({interval}, {n} people). Whoever first came too near the end to be seen again is not counted as "
                "lost.",
                share=text.percent(first["estimate"]),
                within=within,
                interval=shares_words(text, first),
                n=int(first["n"]),
            )
        )
    far = kept[kept["times"].between(3, 5) & kept["low"].notna()]
    if len(far):
        row = far.iloc[-1]
        said.append(
            text(
                "**{share}** of all who came once go on to come {times} times or more ({interval}).",
                share=text.percent(row["estimate"]),
                times=int(row["times"]),
                interval=shares_words(text, row),
            )
        )
    if undated:
        said.append(
            text(
                "{n} attendances at activities without a date have no place in time and are left out here.",
                n=undated,
            )
        )
    return said
