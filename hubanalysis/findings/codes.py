"""Sentences on the codes: how many people, which areas, what comes together, what changed, whether it is enough."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.findings.reading import ALPHA, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed, shares_words, signed

__all__ = [
    "area_findings",
    "change_findings",
    "pair_findings",
    "people_findings",
    "saturation_findings",
    "tree_findings",
]

Labels = Mapping[str, str]


def _name(code: str, text: Translator, labels: Labels) -> str:
    return labels.get(code) or text.term(code)


def people_findings(
    presence: pd.DataFrame, people: pd.DataFrame, text: Translator, labels: Labels
) -> list[str]:
    """Whether counting people says other than counting interviews (``code_presence``, ``code_people``)."""
    if presence.empty or people.empty:
        return []
    n, interviews = int(people["n"].max()), int(presence["n"].max())
    said = [
        text(
            "The {interviews} coded interviews are with {people} people; a person counts once, however often "
            "the theme came back.",
            interviews=interviews,
            people=n,
        )
    ]
    often = people[people["present"] > 0].assign(each=lambda f: f["mentions"] / f["present"])
    if len(often):
        top = often.loc[often["each"].idxmax()]
        said.append(
            text(
                "The theme that people come back to most is **{theme}**: {mentions} passages of {people} people. "
                "Counting passages alone would make it look larger than it is.",
                theme=_name(top["code"], text, labels),
                mentions=int(top["mentions"]),
                people=int(top["present"]),
            )
        )
    return said


def area_findings(frame: pd.DataFrame, text: Translator, areas: Labels) -> list[str]:
    """Which areas came up, and in which the codebook has nothing to look for (``area_map``)."""
    if frame.empty:
        return [text("The interviews are not coded: which areas they speak of cannot be told.")]
    own = frame[(frame["code"] == "") & (frame["whose"] == "all_interviews") & (frame["area"] != "no_area")]
    known = own[own["estimate"].notna()].sort_values("present", ascending=False, kind="stable")
    said = []
    if len(known):
        first, last = known.iloc[0], known.iloc[-1]
        if first["present"] == last["present"]:
            said.append(
                text(
                    "All areas of the codebook come up in as many interviews: {share} of them ({interval}, n = {n}).",
                    share=text.percent(first["estimate"]),
                    interval=shares_words(text, first),
                    n=int(first["n"]),
                )
            )
        else:
            said.append(
                text(
                    "**{first}** comes up in {share} of the interviews ({interval}), **{last}** in {least} "
                    "({other}; n = {n}).",
                    first=_name(first["area"], text, areas),
                    share=text.percent(first["estimate"]),
                    interval=shares_words(text, first),
                    last=_name(last["area"], text, areas),
                    least=text.percent(last["estimate"]),
                    other=shares_words(text, last),
                    n=int(first["n"]),
                )
            )
    without = [_name(a, text, areas) for a in own.loc[own["estimate"].isna(), "area"]]
    if without:
        said.append(
            text(
                "The codebook has **no theme** of these areas: {areas}. That nothing is told of them says that "
                "nobody looked, not that nobody spoke of them.",
                areas=listed(text, without),
            )
        )
    return said


def tree_findings(tree: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """What the codes that head others gather (``code_tree``)."""
    if tree.empty:
        return []
    heads = tree[tree["below"] > 0]
    if heads.empty:
        return [text("No code of the codebook stands under another: there are no levels to sum up.")]
    return [
        text(
            "**{theme}** with the codes under it comes up in {share} of the interviews ({interval}, n = {n}).",
            theme=_name(r["code"], text, labels),
            share=text.percent(r["estimate"]),
            interval=shares_words(text, r),
            n=int(r["n"]),
        )
        for r in heads[heads["depth"] == 0].to_dict("records")
    ]


def pair_findings(pairs: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """Which themes share most passages (``code_cooccurrence``)."""
    if pairs.empty:
        return [text("No two themes share three passages or more: none can be said to come together.")]
    first = pairs.iloc[0]
    return [
        text(
            "**{one}** and **{other}** come together most: {share} of their passages ({interval}), in {n} interviews.",
            one=_name(first["code"], text, labels),
            other=_name(first["other"], text, labels),
            share=text.percent(first["estimate"]),
            interval=shares_words(text, first),
            n=int(first["n"]),
        )
    ]


def change_findings(change: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """Whether people interviewed twice spoke of other themes the second time (``code_change``)."""
    if change.empty:
        return [
            text("Nobody was interviewed in two waves: whether people speak of other things cannot be told.")
        ]
    shown = change[change["p_adjusted"] < ALPHA]
    if shown.empty:
        return [
            text(
                "For **no theme** could a change between the waves be shown among the {n} people interviewed "
                "twice ({themes} themes tested).",
                n=int(change["n"].max()),
                themes=len(change),
            )
        ]
    return [
        text(
            "**{theme}**: {difference} percentage points from the first to the last wave ({low} to {high}; "
            "n = {n} people; p = {p} after correction).",
            theme=_name(r["code"], text, labels),
            difference=signed(text, 100 * r["estimate"], 0),
            low=signed(text, 100 * r["low"], 0),
            high=signed(text, 100 * r["high"], 0),
            n=int(r["n"]),
            p=text.number(r["p_adjusted"], 3),
        )
        for r in shown.to_dict("records")
    ]


def saturation_findings(runs: pd.DataFrame, text: Translator) -> list[str]:
    """Whether the interviews were enough for the themes, by base, run and threshold (``new_information``)."""
    if runs.empty:
        return [text("The interviews are not coded: whether they were enough cannot be told.")]
    row = runs.iloc[0]
    rule = {"base": int(row["base"]), "run": int(row["run"]), "threshold": text.percent(row["threshold"])}
    if row["reached"] != row["reached"]:
        return [
            text(
                "Whether they were enough cannot be told: the rule asks for {base} interviews and {run} more, "
                "and {n} are coded.",
                n=int(row["n"]),
                **rule,
            )
        ]
    said = [
        text(
            "The rule: the themes of the first {base} interviews are the measure; they are enough when the "
            "next {run} bring new themes worth {threshold} of these or less.",
            **rule,
        )
    ]
    if unknown(row):
        said.append(
            text(
                "In {share} of the orders in which the {n} interviews could have been held this was reached, in "
                "the others never: **more interviews may bring more themes**.",
                share=text.percent(row["reached"]),
                n=int(row["n"]),
            )
        )
    else:
        said.append(
            text(
                "It was reached **after {k} interviews** ({low} to {high}, by the order in which they are "
                "taken); the last {run} of {n} brought {last}.",
                k=int(row["estimate"]),
                low=int(row["low"]),
                high=int(row["high"]),
                run=rule["run"],
                n=int(row["n"]),
                last=text.percent(row["last"]),
            )
        )
    said.append(
        text(
            "It says so of themes of this codebook, and of people like those interviewed: what nobody of them "
            "lives through nobody of them tells."
        )
    )
    return said
