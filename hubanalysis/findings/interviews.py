"""Sentences on the interviews: who spoke, which themes came up, how sure that is, which words tell groups apart."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.figures.panels import group_words
from hubanalysis.findings.agreement import agreement_reading, weak_ones
from hubanalysis.findings.reading import ALPHA, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed, shares_words

__all__ = [
    "agreement_findings",
    "group_findings",
    "interview_findings",
    "interview_limits",
    "theme_findings",
]


def interview_findings(
    sizes: pd.DataFrame, presence: pd.DataFrame, text: Translator, least: int = 0
) -> list[str]:
    """How many interviews there are, of whom, how long (``interview_sizes``), and whether they are coded.

    Groups of fewer than ``least`` interviews are named without their number.
    """
    if sizes.empty:
        return [text("This study has no interviews.")]
    whole, groups = sizes.iloc[0], sizes.iloc[1:]
    said = [
        text(
            "**{n} interviews** were held; the interviewees spoke {words} words, on average {mean} each "
            "(interval {interval}).",
            n=int(whole["n"]),
            words=text.number(int(whole["words"]), 0),
            mean=text.number(whole["estimate"], 0),
            interval=interval_words(text, whole, digits=0),
        )
    ]
    if len(groups):
        parts = [
            f"{group_words(r['group'], text)} {text.number(int(r['n']), 0) if r['n'] >= least else ''}".strip()
            for r in groups.to_dict("records")
        ]
        said.append(text("They come from these groups: {groups}.", groups=listed(text, parts)))
    if presence.empty:
        said.append(
            text("They are not coded: which themes came up cannot be told, and what follows counts words.")
        )
    return said


def theme_findings(
    presence: pd.DataFrame, extent: pd.DataFrame, text: Translator, labels: Mapping[str, str]
) -> list[str]:
    """Which themes came up in most interviews and in fewest, and what took most of the talk."""
    if presence.empty:
        return []

    def named(row) -> str:
        return labels.get(row["code"]) or text.term(row["code"])

    first, last = presence.iloc[0], presence.iloc[-1]
    tied = presence[presence["present"] == first["present"]].to_dict("records")
    message = text("Found in most interviews: **{themes}**, {share} of them ({interval}, n = {n}).")
    said = [
        message.format(
            themes=listed(text, [named(r) for r in tied]),
            share=text.percent(first["estimate"]),
            interval=shares_words(text, first),
            n=text.number(int(first["n"]), 0),
        )
    ]
    if last["present"] < first["present"]:
        said.append(
            text(
                "Found in fewest: **{theme}**, {share} ({interval}).",
                theme=named(last),
                share=text.percent(last["estimate"]),
                interval=shares_words(text, last),
            )
        )
    unused = [named(r) for r in presence[presence["present"] == 0].to_dict("records")]
    if unused:
        said.append(text("Never found: {themes}.", themes=listed(text, unused)))
    most = extent.iloc[0]
    if not unknown(most):
        said.append(
            text(
                "What was coded as **{theme}** takes most of the talk: {share} of what was said "
                "({interval}).",
                theme=named(most),
                share=text.percent(most["estimate"] / 100, 1),
                interval=shares_words(text, {"low": most["low"] / 100, "high": most["high"] / 100}, 1),
            )
        )
    return said


def group_findings(differences: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Whether a theme is present more often in one group than in another (``code_differences``)."""
    if differences.empty:
        return [text("The interviews are of one group only, or not coded: groups cannot be compared.")]
    shown = differences[differences["p_adjusted"] < ALPHA]
    if shown.empty:
        return [
            text(
                "For **no theme** could a difference between the groups be shown ({themes} themes "
                "tested, n = {n} interviews). "
                "With so few interviews only very large differences would show.",
                themes=len(differences),
                n=int(differences["n"].max()),
            )
        ]
    said = [
        text(
            "**{theme}** comes up more often among {highest} than among {lowest}: {difference} "
            "percentage points more "
            "({low} to {high}; p = {p} after correction).",
            theme=labels.get(r["code"]) or text.term(r["code"]),
            highest=group_words(r["highest"], text),
            lowest=group_words(r["lowest"], text),
            difference=text.number(100 * r["estimate"], 0),
            low=text.number(100 * r["low"], 0),
            high=text.number(100 * r["high"], 0),
            p=text.number(r["p_adjusted"], 3),
        )
        for r in shown.to_dict("records")
    ]
    return [*said, text("For the other themes no difference between the groups could be shown.")]


def agreement_findings(agreement: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """How far the coders agree, over all themes and on which they do not (``agreement_by_code``)."""
    if agreement.empty:
        return [text("The interviews are not coded: there is no agreement to measure.")]
    if not agreement["n"].max():
        return [text("Every interview was coded by one person only: how far two would agree cannot be told.")]
    whole = agreement.iloc[0]
    if pd.isna(whole["estimate"]):
        return [
            text(
                "Every turn got the same codes: there is no difference on which coders could agree or disagree."
            )
        ]
    said = [
        text(
            "Over all themes the coders agree with alpha = **{alpha}** (interval {interval}, {units} "
            "turns in {n} interviews).",
            alpha=text.number(whole["estimate"]),
            interval=interval_words(text, whole),
            units=int(whole["units"]),
            n=int(whole["n"]),
        )
        + " "
        + agreement_reading(whole, text)
    ]
    weak = weak_ones(agreement.iloc[1:], "code", text, labels)
    if weak:
        said.append(
            text(
                "They agree too little on: {themes}. What is said of these is one reading among others.",
                themes=weak,
            )
        )
    return said


def interview_limits(
    interviews: pd.DataFrame,
    segments: pd.DataFrame,
    account: pd.DataFrame,
    saturation: pd.DataFrame,
    text: Translator,
) -> list[str]:
    """What the interviews cannot tell, from the data themselves."""
    if interviews.empty:
        return []
    said = []
    ungrouped = int(interviews["group"].isna().sum())
    if ungrouped:
        said.append(
            text("{n} interviews have no group and are left out of every comparison of groups.", n=ungrouped)
        )
    uncoded = int((~interviews["interview"].isin(set(segments["interview"]))).sum())
    if len(segments) and uncoded:
        said.append(
            text("{n} interviews are not coded and are missing from all that is said of themes.", n=uncoded)
        )
    lost = account[(account["table"] == "segments") & (account["dropped"] > 0)]
    if len(lost):
        said.append(
            text(
                "{n} coded passages were not used; the account of the data check says why.",
                n=int(lost["dropped"].sum()),
            )
        )
    if len(saturation) > 1:
        new = text.number(saturation.iloc[-1]["new"], 1)
        said.append(
            text(
                "The last interview added {new} themes on average: within this codebook, another "
                "interview like these would hardly bring a new one.",
                new=new,
            )
            if saturation.iloc[-1]["new"] < 0.1
            else text(
                "The last interview still added {new} themes on average: more interviews may bring more.",
                new=new,
            )
        )
    return said
