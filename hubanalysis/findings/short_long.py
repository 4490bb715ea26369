"""Sentences on short and long ties: what competing rules say, and what the change of the whole is made of."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.networks import Labels, kind_name, nothing_declared, verdict
from hubanalysis.findings.silence import if_all_had_answered
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed, signed

__all__ = ["chance_sentences", "composition_sentences", "definition_sentences"]


def definition_sentences(
    changes: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """Do the competing definitions of the long tie tell the same story? One paragraph a kind of tie.

    ``changes`` from ``short_long_changes``. Rules whose changes were shown in opposite directions are said to
    contradict each other; rules of which only some show a change, that the answer hangs on the rule; where none does
    and the estimates lie on both sides of 0, that not even the direction is common.
    """
    sentences = []
    for kind, own in changes.groupby("kind", sort=False):
        name = kind_name(kind, text, labels)
        told: dict[str, list[str]] = {}
        for row in own.to_dict("records"):
            rule = labels("definitions").get(row["definition"], row["definition"])
            told.setdefault(verdict(row), []).append(text("“{name}”", name=rule))
        if list(told) == ["unclear"]:
            message = text(
                "**{kind}**: by none of the {n} rules could a change be shown.", kind=name, n=len(own)
            )
            if (own["estimate"] > 0).any() and (own["estimate"] < 0).any():
                message += " " + text("The rules do not even agree on the direction of what was found.")
            sentences.append(message)
            continue
        parts = {
            "rises": text("the share of long ties grew by the rule {rules}"),
            "falls": text("the share of long ties shrank by the rule {rules}"),
            "unclear": text("no change could be shown by the rule {rules}"),
        }
        clauses = [parts[word].format(rules=listed(text, told[word])) for word in parts if word in told]
        closing = text("The answer hangs on the rule.") if len(told) > 1 else ""
        if "rises" in told and "falls" in told:
            closing = text(
                "The rules contradict each other: a change can only be told together with its rule."
            )
        shown = [
            if_all_had_answered(row, text) for row in own.to_dict("records") if verdict(row) != "unclear"
        ]
        standing = shown[0] if len(shown) == 1 else ""
        sentences.append(" ".join(filter(None, [f"**{name}**: {'; '.join(clauses)}.", closing, standing])))
    return sentences


def chance_sentences(
    shares: pd.DataFrame, text: Translator, labels: Labels = nothing_declared, *, level: float = 0.05
) -> list[str]:
    """Which shares of the last wave differ from what chance gives, after the correction for their number.

    ``shares`` from ``short_long_shares``; a share differs where ``p_adjusted`` is at most ``level``.
    """
    sentences = []
    for kind, own in shares.groupby("kind", sort=False):
        last = own[own["wave"] == own["wave"].iloc[-1]].dropna(subset=["p_adjusted"])
        found = [
            text(
                "“{rule}” ({share}, by chance {expected})",
                rule=labels("definitions").get(row["definition"], row["definition"]),
                share=text.percent(row["estimate"]),
                expected=text.percent(row["expected"]),
            )
            for row in last.to_dict("records")
            if row["p_adjusted"] <= level
        ]
        values = {"kind": kind_name(kind, text, labels), "n": len(last)}
        if len(last) and not found:
            sentences.append(
                text(
                    "**{kind}**: in the last wave, by none of {n} rules is the share of long ties told from chance.",
                    **values,
                )
            )
        elif found:
            sentences.append(
                text(
                    "**{kind}**: in the last wave the share of long ties differs from chance by {count} of {n} rules: "
                    "{rules}.",
                    count=len(found),
                    rules=listed(text, found),
                    **values,
                )
            )
    return sentences


def composition_sentences(
    parts: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """What the overall change of the share of long ties is made of, by the first definition: a sentence a kind of tie.

    ``parts`` from ``long_share_composition``. An account of the ties named, so no interval stands beside it.
    """
    first = next(iter(parts["definition"]), None)
    sentences = []
    for (kind, _from, _to), own in parts[parts["definition"] == first].groupby(
        ["kind", "wave_from", "wave_to"], sort=False
    ):
        value = own.set_index("part")["estimate"]
        name = kind_name(kind, text, labels)
        if value.isna().any():
            sentences.append(
                text(
                    "**{kind}**: the overall change of the share of long ties cannot be taken apart.",
                    kind=name,
                )
            )
            continue
        points = {
            part: signed(text, 100 * change, 1)
            for part, change in value.rename(lambda part: part.removeprefix("part_")).items()
        }
        sentences.append(
            text(
                "**{kind}**: over all the ties named, the share of long ties moved by {all} percentage points. "
                "{stayers} come from pairs known in both waves, {joiners} from organisations that joined, {leavers} "
                "from those that left, {silence} from those silent in one wave.",
                kind=name,
                **points,
            )
        )
    return sentences
