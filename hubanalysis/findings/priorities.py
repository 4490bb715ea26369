"""Sentences on priorities: which needs come first, how firm the order is, which a majority may hide."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed

__all__ = [
    "needs_in_words",
    "priority_limits",
    "priority_sentences",
    "quoted_needs",
    "whole_ranks",
]

Labels = Mapping[str, str]
#: Rules of aggregation by the names of who made them, which no language translates.
RULE_NAMES = {"borda": "Borda", "schulze": "Schulze", "kemeny": "Kemeny", "plackett_luce": "Plackett-Luce"}


def quoted_needs(text: Translator, needs: list[str], labels: Labels) -> str:
    """Needs by their labels, in quotation marks, listed as the language lists things."""
    return listed(text, [text("“{name}”", name=labels.get(need, need)) for need in needs])


def _last(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["round"] == frame["round"].max()]


def fewest_voters(voters: pd.DataFrame) -> int | None:
    """Voters of the smallest round: what the disclosure gate asks for. None without a consultation."""
    return int(voters.groupby("round")["voter"].nunique().min()) if len(voters) else None


def whole_ranks(ranks: pd.DataFrame) -> pd.DataFrame:
    """Ranks as whole numbers, to be read; missing ones stay missing."""
    return ranks.astype(dict.fromkeys(["estimate", "low", "high"], "Int64"))


def needs_in_words(frame: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """The needs that stand second in a comparison, by their labels (the column ``need`` is labelled at the door)."""
    columns = [column for column in ("other_need", "closest_need") if column in frame]
    return frame.assign(**{column: frame[column].map(labels).fillna("") for column in columns})


def priority_sentences(
    ranks: pd.DataFrame,
    rules: pd.DataFrame,
    winner: pd.DataFrame,
    agreement: pd.DataFrame,
    held: pd.DataFrame,
    text: Translator,
    labels: Labels,
) -> list[str]:
    """The finding: the need that comes first and how firmly, what the rules agree on, consensus and stability apart.

    Frames from ``collective_rankings`` (Borda), ``rules_side_by_side``, ``condorcet_winner``, ``consensus``,
    ``stability``; ``labels`` of the needs.
    """
    if ranks.empty:
        return [
            text("This study has no consultation of social workers: their priorities cannot be told from it.")
        ]
    last = _last(ranks)
    first = last.iloc[0]
    values = {
        "need": labels.get(first["need"], first["need"]),
        "n": int(first["n"]),
        "low": text.number(first["low"], 0),
        "high": text.number(first["high"], 0),
    }
    if first["low"] != first["low"]:
        opening = text("**{need}** comes first for {n} voters, too few to say how firmly.", **values)
    elif first["high"] == 1:
        opening = text(
            "**{need}** comes first, and firmly: no other need takes its place when voters "
            "are resampled (n = {n} voters).",
            **values,
        )
    else:
        opening = text(
            "**{need}** comes first, but its place is not certain: interval of rank {low} to "
            "{high}, n = {n} voters.",
            **values,
        )
    return [
        opening,
        *_unsettled(last, text, labels),
        *_rules(rules, winner, text, labels),
        *_agreement(agreement, held, text),
    ]


def _unsettled(last: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """Which needs might as well stand first, and which surely stand in the first three."""
    contenders = last.loc[last["low"] <= 1, "need"].tolist()
    firm = last.loc[last["high"] <= 3, "need"].tolist()
    said = []
    if len(contenders) > 1:
        said.append(
            text(
                "The first place could as well be that of {needs}: their intervals of rank reach 1.",
                needs=quoted_needs(text, contenders, labels),
            )
        )
    if firm:
        said.append(text("Surely among the first three: {needs}.", needs=quoted_needs(text, firm, labels)))
    else:
        said.append(text("No need is surely among the first three."))
    return said


def _rules(rules: pd.DataFrame, winner: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    last = _last(rules)
    tops = {name: last.loc[last[rule] == 1, "need"].tolist() for rule, name in RULE_NAMES.items()}
    said = []
    if len({tuple(sorted(top)) for top in tops.values() if top}) == 1:
        said.append(text("Borda, Schulze, Kemeny and Plackett-Luce put the same need first."))
    else:
        parts = [f"{name}: {quoted_needs(text, top, labels)}" for name, top in tops.items() if top]
        said.append(text("The rules put different needs first: {parts}.", parts="; ".join(parts)))
    row = _last(winner).iloc[0]
    if isinstance(row["need"], str):
        said.append(
            text(
                "“{need}” wins every comparison in pairs, most narrowly against “{other}” (margin of {margin} "
                "voters of {n}).",
                need=labels.get(row["need"], row["need"]),
                other=labels.get(row["closest_need"], row["closest_need"]),
                margin=int(row["margin"]),
                n=int(row["n"]),
            )
        )
    else:
        said.append(
            text("No need wins against all the others in pairs: the majority has no single first choice.")
        )
    return said


def _agreement(agreement: pd.DataFrame, held: pd.DataFrame, text: Translator) -> list[str]:
    said = []
    row = agreement.iloc[-1]
    if row["estimate"] == row["estimate"]:
        # conventional bands for W (Schmidt 1997, Decision Sciences 28, 763-774)
        band = (
            text("strong") if row["estimate"] >= 0.7 else text("moderate") if row["estimate"] >= 0.5
            else text("weak") if row["estimate"] >= 0.3 else text("very weak")
        )  # fmt: skip
        said.append(
            text(
                "The agreement among the voters is {band}: Kendall's W {w} (interval {interval}, n = {n}).",
                band=band,
                w=row["estimate"],
                interval=text.interval(row["low"], row["high"]),
                n=row["n"],
            )
        )
    for row in held.tail(1).to_dict("records"):
        if row["estimate"] == row["estimate"]:
            said.append(
                text(
                    "Between the rounds a voter's own order held with a mean tau of {tau} (interval {interval}, "
                    "n = {n} who voted in both).",
                    tau=row["estimate"],
                    interval=text.interval(row["low"], row["high"]),
                    n=row["n"],
                )
            )
    if held.empty:
        said.append(text("There was one round only: whether the order holds cannot be told."))
    return said


def priority_limits(voters: pd.DataFrame, ranks: pd.DataFrame, text: Translator) -> list[str]:
    """Who voted, and what their vote cannot say. From ``voters`` and ``collective_rankings``."""
    if ranks.empty:
        return []
    said = []
    for round_, own in voters.groupby("round"):
        said.append(text("In round {round}, {n} people voted.", round=int(round_), n=own["voter"].nunique()))
    said.append(
        text(
            "The voters are those who answered, not a sample drawn by lot: the intervals tell how far the order hangs "
            "on who happened to vote, not what all social workers of the territory think."
        )
    )
    return said
