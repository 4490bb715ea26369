"""Sentences on the shape of a network: is there a core, are there communities, does it hold without a group?"""

from __future__ import annotations

import pandas as pd

from hubanalysis.figures.networks import consenting
from hubanalysis.findings.networks import Labels, kind_name, nothing_declared
from hubanalysis.locale.translator import Translator

__all__ = ["community_sentences", "core_sentences", "robustness_sentences", "steering_group", "without_table"]

#: Below this the searches of the seeds disagree so much that no partition should be drawn.
STEADY = 0.7


def steering_group(organisations: pd.DataFrame, *, public: bool = False, threshold: int = 10) -> list[str]:
    """The organisations of the steering group, sorted; nobody where a public report may not tell of them.

    In a public report the group is told of if all its members consent to be named, or if it has at least ``threshold``.
    """
    group = organisations.loc[organisations["steering"].fillna(False).astype(bool), "organisation"].astype(
        str
    )
    hidden = public and len(group) < threshold and not set(group) <= consenting(organisations)
    return [] if hidden else sorted(group)


def _values(row: dict, text: Translator, labels: Labels) -> dict:
    return {
        "kind": kind_name(row["kind"], text, labels),
        "wave": labels("waves").get(row["wave"], row["wave"]),
        "n": row["n"],
    }


def _chance(row: dict, text: Translator) -> dict:
    return {
        "fit": text.number(row["estimate"]),
        "low": text.number(row["chance_low"]),
        "high": text.number(row["chance_high"]),
    }


def core_sentences(core: pd.DataFrame, text: Translator, labels: Labels = nothing_declared) -> list[str]:
    """Is there a core beyond what unequal numbers of ties give by themselves? From ``core_periphery``."""
    sentences = []
    for row in core.to_dict("records"):
        values = _values(row, text, labels)
        if row["estimate"] != row["estimate"]:
            sentences.append(text("**{kind}**, “{wave}”: no core can be looked for.", **values))
            continue
        values |= {"core": row["core"]}
        if row["p"] != row["p"]:
            said = text(
                "**{kind}**, “{wave}”: the best core has {core} of {n} organisations; it was not tested.",
                **values,
            )
        elif row["p"] <= 0.05:
            said = text(
                "**{kind}**, “{wave}”: a core of {core} of {n} organisations, more marked than in random networks with "
                "the same numbers of ties (fit {fit}, by chance {low} to {high}).",
                **values, **_chance(row, text),
            )  # fmt: skip
        else:
            said = text(
                "**{kind}**, “{wave}”: no core could be shown: the best one, {core} of {n} organisations, fits no "
                "better than in random networks with the same numbers of ties (fit {fit}, by chance {low} to {high}).",
                **values, **_chance(row, text),
            )  # fmt: skip
        if row["found"] * 2 < row["restarts"]:
            said += " " + text(
                "Only {found} of {all} searches ended there: who is in it is not sure.",
                found=row["found"], all=row["restarts"],
            )  # fmt: skip
        sentences.append(said)
    return sentences + _several(core, text)


def _several(tested: pd.DataFrame, text: Translator) -> list[str]:
    """Where several networks were tested and some were found out of the ordinary, how often chance would do it."""
    found = int((tested["p"] <= 0.05).sum())
    if not found or len(tested) < 2:
        return []
    return [
        text(
            "{found} of {all} networks looked at stand out; of networks that chance made, one in twenty would.",
            found=found, all=len(tested),
        )
    ]  # fmt: skip


def community_sentences(
    found: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """Are there communities beyond chance, are they steady, are they the kinds? From ``communities``."""
    sentences = []
    for row in found.to_dict("records"):
        values = _values(row, text, labels) | {"number": row["communities"]}
        if row["estimate"] != row["estimate"]:
            sentences.append(text("**{kind}**, “{wave}”: no communities can be looked for.", **values))
            continue
        if row["p"] != row["p"]:
            sentences.append(
                text("**{kind}**, “{wave}”: {number} communities; they were not tested.", **values)
            )
            continue
        values |= _chance(row, text)
        if row["p"] <= 0.05:
            said = text(
                "**{kind}**, “{wave}”: {number} communities among {n} organisations, more apart than in random "
                "networks with the same numbers of ties (modularity {fit}, by chance {low} to {high}).",
                **values,
            )
            said += " " + _likeness(row, text)
        else:
            said = text(
                "**{kind}**, “{wave}”: no communities could be shown: the {number} found are no more apart than in "
                "random networks with the same numbers of ties (modularity {fit}, by chance {low} to {high}, n = {n} "
                "organisations).",
                **values,
            )
        if row["stability"] < STEADY:
            said += " " + text(
                "The search does not always find the same ones (likeness {steady}, 1 is always): who is with whom is "
                "not sure.",
                steady=text.number(row["stability"]),
            )
        sentences.append(said.strip())
    return sentences + _several(found, text)


def _likeness(row: dict, text: Translator) -> str:
    if row["likeness"] != row["likeness"]:
        return ""
    values = {"likeness": text.number(row["likeness"])}
    if row["likeness"] >= 0.5:
        return text(
            "They are much like the kinds of organisation (likeness {likeness}, 1 is the same).", **values
        )
    if row["likeness"] >= 0.2:
        return text(
            "They are somewhat like the kinds of organisation (likeness {likeness}, 1 is the same).", **values
        )
    return text("They are not the kinds of organisation (likeness {likeness}, 1 is the same).", **values)


def robustness_sentences(
    without: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """Does the network hold without the steering group? From ``without_group``."""
    own = without[without["metric"] == "reachable_pairs"]
    told = own[own["estimate"].notna()]
    if told.empty:
        return [text("No steering group can be told of: what the network is without it cannot be said.")]
    sentences = []
    for row in told.to_dict("records"):
        values = _values(row, text, labels) | {
            "removed": row["removed"],
            "before": text.percent(row["before"]),
            "after": text.percent(row["estimate"]),
            "low": text.percent(row["chance_low"]) if row["chance_low"] == row["chance_low"] else "",
            "high": text.percent(row["chance_high"]) if row["chance_high"] == row["chance_high"] else "",
        }
        if not values["low"]:
            said = text(
                "**{kind}**, “{wave}”: with the steering group {before} of the pairs of other organisations reach each "
                "other, without it {after}.",
                **values,
            )
        elif row["estimate"] < row["chance_low"]:
            said = text(
                "**{kind}**, “{wave}”: the network leans on the steering group. With it {before} of the pairs of other "
                "organisations reach each other, without it {after}; without {removed} others drawn at random {low} to "
                "{high} would (n = {n}).",
                **values,
            )
        elif row["estimate"] > row["chance_high"]:
            said = text(
                "**{kind}**, “{wave}”: the network leans less on the steering group than on others. With it "
                "{before} of the pairs of other organisations reach each other, without it {after}; without {removed} "
                "others drawn at random {low} to {high} would (n = {n}).",
                **values,
            )
        else:
            said = text(
                "**{kind}**, “{wave}”: that the network leans on the steering group could not be shown. With it "
                "{before} of the pairs of other organisations reach each other, without it {after}; without {removed} "
                "others drawn at random {low} to {high} would (n = {n}).",
                **values,
            )
        sentences.append(said)
    return sentences


def without_table(without: pd.DataFrame) -> pd.DataFrame:
    """``without_group`` as a reader takes it: with the group, without it, without as many others."""
    told = without[without["estimate"].notna()].rename(columns={"before": "with_group"})
    wanted = [
        "kind",
        "wave",
        "metric",
        "with_group",
        "estimate",
        "chance_low",
        "chance_high",
        "removed",
        "n",
        "unit",
    ]
    return told[[*wanted, "method"]].reset_index(drop=True)
