"""Sentences on for whom more or less changed: groups of people, and how often they came."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed
from hubanalysis.metrics.groups import SMALLER

__all__ = ["dose_findings", "group_findings", "in_both_readings", "two_groups_in_words"]


def group_findings(
    differences: pd.DataFrame,
    cells: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    names: Mapping[str, str],
    *,
    least: int = 10,
    contrasts: pd.DataFrame | None = None,
    refused: pd.DataFrame | None = None,
) -> list[str]:
    """For whom more or less changed, where a test of all groups together shows it; groups under
    ``least`` stay unnamed.

    ``contrasts`` (:func:`hubanalysis.metrics.groups.difference_of_two_groups`) says how much two groups differ,
    ``refused`` how many groups were too small. Where the reading with the first score held equal disagrees, that is
    said.
    """
    small = _refused(refused, least, text)
    if differences.empty:
        return [text("No groups of people are declared or large enough to compare."), *small]
    said, turned = [], []
    for row in differences.to_dict("records"):
        equal = row.get("p_equal_start_adjusted", np.nan)
        if row["p_adjusted"] < ALPHA:
            sentence = _differ(row, cells, text, labels, names, least, contrasts)
            if sentence:
                said.append(sentence + _held_equal(equal, text))
        elif equal < ALPHA:
            turned.append(
                text(
                    "**{scale}**: by {attribute}, no difference between the changes as they stand could be shown; with "
                    "the first score held equal there is one (adjusted p = {p}). The groups started at different "
                    "heights.",
                    scale=labels.get(row["scale"], row["scale"]),
                    attribute=text.term(row["attribute"]),
                    p=text.number(equal, 3),
                )
            )
    tested = [text.term(a) for a in dict.fromkeys(differences["attribute"])]
    if not said:
        said = [
            text(
                "No difference between groups ({attributes}) could be shown in {n} tests; small differences would "
                "not be seen.",
                attributes=listed(text, tested),
                n=len(differences),
            )
        ]
    else:
        said.append(
            text(
                "Tests made: {n} ({attributes}), p adjusted for their number. Where none is named here, it is not "
                "proved that groups changed alike.",
                attributes=listed(text, tested),
                n=len(differences),
            )
        )
    return said + turned + small


def _differ(row, cells, text, labels, names, least, contrasts) -> str:
    """That groups differ: by how much where they are two, else from the least to the most change."""
    mine = cells[(cells["scale"] == row["scale"]) & (cells["attribute"] == row["attribute"])]
    mine = mine[(mine["n"] >= least) & (mine["value"] != SMALLER)]
    if len(mine) < 2:
        return ""
    low, high = mine.loc[mine["estimate"].idxmin()], mine.loc[mine["estimate"].idxmax()]
    sentence = text(
        "**{scale}** did not change alike by {attribute} (adjusted p = {p}): from {low} for “{low_name}” to "
        "{high} "
        "for “{high_name}”.",
        scale=labels.get(row["scale"], row["scale"]),
        attribute=text.term(row["attribute"]),
        p=text.number(row["p_adjusted"], 3),
        low=estimate_words(text, low, unit=text("points")),
        low_name=_value_name(low, names, text),
        high=estimate_words(text, high, unit=text("points")),
        high_name=_value_name(high, names, text),
    )
    two = pd.DataFrame() if contrasts is None or contrasts.empty else contrasts
    two = two[(two["scale"] == row["scale"]) & (two["attribute"] == row["attribute"])] if len(two) else two
    for found in two.to_dict("records"):
        if found["estimate"] < 0:
            found |= {"estimate": -found["estimate"], "low": -found["high"], "high": -found["low"]}
        sentence += " " + text(
            "The difference is {estimate}.", estimate=estimate_words(text, found, unit=text("points"))
        )
    return sentence


def _held_equal(p: float, text: Translator) -> str:
    if not p >= ALPHA:
        return ""
    return " " + text(
        "With the first score held equal the difference is no longer shown (adjusted p = {p}): it may be that who "
        "started lower rises more by itself.",
        p=text.number(p, 3),
    )


def _refused(refused: pd.DataFrame | None, least: int, text: Translator) -> list[str]:
    found = [] if refused is None else refused[refused["refused"] > 0].to_dict("records")
    if not found:
        return []
    parts = [
        text(
            "{attribute} ({n} of {all})",
            attribute=text.term(r["attribute"]),
            n=int(r["refused"]),
            all=int(r["groups"]),
        )
        for r in found
    ]
    return [
        text(
            "Groups of fewer than {least} people are not compared and not put together for a test: {groups}.",
            least=least,
            groups=listed(text, parts),
        )
    ]


def in_both_readings(differences: pd.DataFrame) -> pd.DataFrame:
    """The tests of groups for reading: a row a test and reading, as they stand and at equal first score."""
    rows = [
        {"scale": row["scale"], "attribute": row["attribute"], "groups": row["groups"], "reading": reading}
        | {"f": row[f"f{end}"], "p": row[f"p{end}"], "p_adjusted": row[f"p{end}_adjusted"], "n": row["n"]}
        for row in differences.to_dict("records")
        for reading, end in (("as_they_stand", ""), ("equal_first_score", "_equal_start"))
    ]
    columns = ["scale", "attribute", "groups", "reading", "f", "p", "p_adjusted", "n"]
    return pd.DataFrame(rows, columns=columns)


def two_groups_in_words(contrasts: pd.DataFrame, names: Mapping[str, str], text: Translator) -> pd.DataFrame:
    """The table of two groups compared with the words of the attribute and of both groups."""
    named = contrasts.copy()
    for side in ("first", "second"):
        named[side] = [
            names.get(f"{a}/{v}") or text.term(v)
            for a, v in zip(contrasts["attribute"], contrasts[side], strict=True)
        ]
    named["attribute"] = [text.term(a) for a in contrasts["attribute"]]
    return named


def _value_name(row: pd.Series, names: Mapping[str, str], text: Translator) -> str:
    return names.get(f"{row['attribute']}/{row['value']}") or text.term(row["value"])


def dose_findings(dose: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Whether change goes with attendance, in both models; never said as cause."""
    main = dose[dose["model"] == "attended"]
    if main.empty or main["estimate"].isna().all():
        return [text("Too few people with both a change and a known attendance: the two cannot be compared.")]
    said, silent = [], []
    for row in main.to_dict("records"):
        name = labels.get(row["scale"], row["scale"])
        if unknown(row) or not spares_zero(row) or row["p_adjusted"] > ALPHA:
            silent.append(name)
            continue
        other = dose[(dose["scale"] == row["scale"]) & (dose["model"] == "attended_and_first_score")].iloc[0]
        sentence = text(
            "**{scale}**: each further activity attended goes with a change of {estimate}.",
            scale=name,
            estimate=estimate_words(text, row, unit=text("points")),
        )
        held = not unknown(other) and spares_zero(other) and (other["estimate"] > 0) == (row["estimate"] > 0)
        said.append(
            sentence
            + " "
            + (
                text(
                    "It stands with the first score held equal: {estimate}.",
                    estimate=estimate_words(text, other, unit=text("points")),
                )
                if held
                else text(
                    "It does not stand with the first score held equal: {estimate}.",
                    estimate=estimate_words(text, other, unit=text("points")),
                )
            )
        )
    if silent:
        said.append(text("For {scales} no such tie could be shown.", scales=listed(text, silent)))
    said.append(
        text(
            "People who come more often differ in much else: this is no proof that attending brought the change."
        )
    )
    return said
