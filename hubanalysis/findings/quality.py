"""Sentences on the quality of the data: what there is, what is missing, what was mended."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.locale.translator import Translator

__all__ = ["quality_limits", "quality_sentences"]


def quality_sentences(
    waves: pd.DataFrame,
    statuses: pd.DataFrame,
    links: pd.DataFrame,
    problems: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
) -> list[str]:
    """What a reader must know of the data before the first result.

    ``waves`` from respondents_by_wave, ``statuses`` from answer_statuses, ``links`` from links_between_waves,
    ``problems`` the table of problems; ``labels`` the waves' labels.
    """
    sentences = []
    for row in waves.to_dict("records"):
        message = {
            "people": text(
                "**{n} people** answered in the wave “{wave}”, {late} of them after the closing date."
            ),
            "organisations": text(
                "**{n} organisations** answered in the wave “{wave}”, {late} of them after the closing date."
            ),
        }[row["about"]]
        wave = labels.get(row["wave"], row["wave"])
        sentences.append(
            message.format(n=text.number(row["n"], 0), wave=wave, late=text.number(row["late"], 0))
        )
    if waves.empty:
        sentences.append(text("This study has no questionnaires: there are no answers to check."))
    for row in statuses[statuses["status"] == "not_answered"].to_dict("records"):
        sentences.append(
            text(
                "In the wave “{wave}” {share} of the answers due ({about}) were left empty ({interval}).",
                wave=labels.get(row["wave"], row["wave"]),
                share=text.percent(row["estimate"], 1),
                about=text.term(row["about"]),
                interval=_percents(row, text),
            )
        )
    for about, own in links.groupby("about", observed=True):
        joined = own[own["link"].isin(["exact", "near", "decided"])]
        n = int(own["n"].iloc[0])
        found = round(float((joined["estimate"] * joined["n"]).sum()))
        sentences.append(
            text(
                "Of {n} {about}, {found} could be followed from one wave to the next; the others answered "
                "once, or their code did not tell them apart.",
                n=n,
                about=text.term(about),
                found=found,
            )
        )
        doubtful = own[own["link"] == "ambiguous"]
        if len(doubtful):
            sentences.append(
                text(
                    "For {n} of them the code alone does not tell who they are in the other wave: they were left "
                    "apart. Who knows the answers can decide: **hubanalysis links** lists the pairs of rows in a file, "
                    "and what is decided there is followed.",
                    n=round(float((doubtful["estimate"] * doubtful["n"]).sum())),
                )
            )
    sentences.append(
        text("No problem was found in the files.")
        if problems.empty
        else text(
            "{n} problems were found in the files and handled as the study declares; they are listed below."
        ).format(n=text.number(len(problems), 0))
    )
    return sentences


def _percents(row: dict, text: Translator) -> str:
    return text("{low} to {high}", low=text.percent(row["low"], 1), high=text.percent(row["high"], 1))


def quality_limits(statuses: pd.DataFrame, links: pd.DataFrame, text: Translator) -> list[str]:
    """What the state of the data forbids to conclude."""
    sentences = []
    if (links["link"] == "ambiguous").any():
        sentences.append(
            text(
                "Some codes fit more than one person, or could fit a stranger by chance: these answers were left "
                "apart, not guessed together."
            )
        )
    invalid = statuses[(statuses["status"] == "invalid") & (statuses["estimate"] > 0)]
    if len(invalid):
        sentences.append(
            text(
                "Answers that fit no question as it was asked were set aside and counted ({share} of the answers at "
                "the most in a wave): they are missing from every result.",
                share=text.percent(invalid["estimate"].max(), 1),
            )
        )
    if links.empty:
        sentences.append(
            text("There is only one wave, or none: a change cannot be measured with these data alone.")
        )
    return sentences
