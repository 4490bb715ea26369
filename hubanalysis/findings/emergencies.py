"""Sentences on what a majority order may hide: the rare but grave, the rising, the emergencies in the voters' words."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.priorities import Labels, quoted_needs
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import shares_words

__all__ = ["emergency_words", "signal_sentences"]


def emergency_words(emergencies: pd.DataFrame) -> pd.DataFrame:
    """The emergencies in the voters' own words, by round, without who said it; ``round, in_words``."""
    words = emergencies[emergencies["text"].fillna("").str.strip().ne("")]
    said = words[["round", "text"]].sort_values(["round", "text"], ignore_index=True)
    return said.rename(columns={"text": "in_words"})


def signal_sentences(
    signals: pd.DataFrame, changes: pd.DataFrame, named: pd.DataFrame, text: Translator, labels: Labels
) -> list[str]:
    """What a majority order may hide. Frames from ``emergency_signals``, ``points_change``, ``named_emergencies``."""
    if signals.empty:
        return []
    said = []
    for row in signals[signals["signal"].isin(["rare_and_grave", "both"])].to_dict("records"):
        if row["share"] == 0:
            said.append(
                text(
                    "**{need}**: rare but grave. None of {n} voters put it among their first, yet those who rated it "
                    "give it a gravity of {gravity}, above the average of the needs.",
                    need=labels.get(row["need"], row["need"]),
                    n=row["n"],
                    gravity=row["gravity"],
                )
            )
            continue
        said.append(
            text(
                "**{need}**: rare but grave. Only {share} of {n} voters put it among their first, yet those who rated "
                "it give it a gravity of {gravity}, above the average of the needs.",
                need=labels.get(row["need"], row["need"]),
                share=text.percent(row["share"]),
                n=row["n"],
                gravity=row["gravity"],
            )
        )
    rising = signals.loc[signals["rising"], "need"].tolist()
    if rising:
        said.append(text("Rising between the rounds: {needs}.", needs=quoted_needs(text, rising, labels)))
    elif len(changes):
        said.append(
            text("No need could be shown to rise between the rounds (adjusted for the number of needs).")
        )
    if signals["gravity"].isna().all():
        said.append(text("Gravity was not rated: which needs are rare but grave cannot be told."))
    elif not signals["signal"].isin(["rare_and_grave", "both"]).any():
        said.append(text("By the declared rule no need is rare but grave."))
    for row in named.to_dict("records"):
        said.append(
            text(
                "In round {round}, {share} of the voters named an emergency in their own words (interval {interval}, "
                "n = {n}).",
                round=row["round"],
                share=text.percent(row["estimate"]),
                interval=shares_words(text, row),
                n=row["n"],
            )
        )
    return said
