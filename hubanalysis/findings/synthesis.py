"""Sentences of the synthesis: what the sources say together, contradictions first, and what may not be concluded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.locale.results_in_words import label_words, result_words
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.evidence import ALPHA_CODERS
from hubanalysis.metrics.synthesis import SOURCES

__all__ = [
    "joint_table",
    "lower_is_better",
    "main_limits",
    "synthesis_limits",
    "synthesis_sentences",
    "without_own",
]

Labels = Mapping[str, str]

#: Not every study has them, and their absence is told elsewhere.
DESIGNS = ("beside_others", "at_follow_up")
#: Fewer than this behind a main estimate is called small.
SMALL = 30


def lower_is_better(study: Any) -> set[str]:
    """The scales of the study on which a lower score is the better one."""
    return {
        scale.id for instrument in study.instruments for scale in instrument.scales if scale.better == "lower"
    }


def without_own(results: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The results of the other notebooks: those of a former synthesis are left out."""
    return [result for result in results if result["notebook"] != "09_synthesis"]


def joint_table(main: pd.DataFrame) -> pd.DataFrame:
    """The main results as a table to be read and recorded, by area; ``n`` as a whole number."""
    columns = ["area", "source", "result", "label", "estimate", "low", "high", "n", "unit", "method"]
    order = {area: i for i, area in enumerate(dict.fromkeys(main["area"]))}
    table = main[columns].astype({"n": "Int64"})
    table["label"] = table["label"].map(label_words, na_action="ignore")
    return table.sort_values("area", key=lambda column: column.map(order), kind="stable").reset_index(
        drop=True
    )


def synthesis_sentences(
    judged: pd.DataFrame, main: pd.DataFrame, text: Translator, labels: Labels
) -> list[str]:
    """One sentence an area, those that diverge first. Frames from ``judgements`` and ``main_results``."""
    if main.empty:
        return [
            text(
                "No other notebook of this run has recorded results by area: there is nothing to set side by side."
            )
        ]
    return [
        _area_sentence(row, main[main["area"] == row["area"]], text, labels)
        for row in judged.to_dict("records")
    ]


def _area_sentence(row: dict, own: pd.DataFrame, text: Translator, labels: Labels) -> str:
    area = labels.get(row["area"], row["area"])
    several = set(own["source"][own["source"].duplicated()])
    said = {
        word: [_said(result, text, several) for result in own[own["direction"] == word].to_dict("records")]
        for word in ("rises", "falls", "unclear")
    }
    opening = {
        "opposite_directions": text("**{area}**: the sources diverge.", area=area),
        "same_direction": text("**{area}**: the sources converge.", area=area),
        "one_direction": text(
            "**{area}**: the sources complement each other; one alone shows a direction.", area=area
        ),
        "no_direction": text("**{area}**: silent. Sources speak, but none shows a direction.", area=area),
        "one_source": text(
            "**{area}**: silent. One source alone speaks: it cannot be set against another.", area=area
        ),
        "no_source": text("**{area}**: silent. No source speaks.", area=area),
    }[row["because"]]
    parts = [opening]
    if said["rises"]:
        parts.append(text("For the better: {results}.", results=listed(text, said["rises"])))
    if said["falls"]:
        parts.append(text("For the worse: {results}.", results=listed(text, said["falls"])))
    if said["unclear"]:
        parts.append(text("No change could be shown: {results}.", results=listed(text, said["unclear"])))
    mentions = own[own["direction"] == "mention"]
    if len(mentions):
        most = mentions.sort_values("estimate", ascending=False, kind="stable").iloc[0]
        parts.append(
            text(
                "In the interviews the area comes up: its most frequent theme in {share} of {n} interviews.",
                share=text.percent(most["estimate"]),
                n=text.number(most["n"], 0),
            )
        )
    return " ".join(parts)


def _said(result: dict, text: Translator, several: set[str]) -> str:
    """The source and its estimate; of a source with several results in the area also which one it is."""
    source = text.term(result["source"])
    if result["source"] in several and result["label"]:
        which = str(result["label"]).rsplit(" · ", maxsplit=1)[-1]
        source = text("{source} (“{which}”)", source=source, which=which)
    said = f"{source} {result_words(result, text)}"
    if result["silence"] == "could_turn":
        return text("{result}, which the answers of the silent could turn", result=said)
    if result["direction"] in ("rises", "falls") and result["p_adjusted"] >= 0.05:
        return text("{result}, no longer certain once corrected for the number of questions", result=said)
    return said


def synthesis_limits(
    main: pd.DataFrame, results: Iterable[Mapping[str, Any]], text: Translator, *, simulated: bool = False
) -> list[str]:
    """What may not be concluded, whatever the numbers look like.

    ``results`` are all the recorded results, from which the share of those who left is taken.
    """
    said = []
    if simulated:
        said.append(
            text(
                "The data of this study are simulated: nobody in it exists, and nothing here tells of a real programme."
            )
        )
    results = list(results)
    said.append(_counterfactual(main, text))
    for result in results:
        if result["id"] in ("retention:leavers", "org_retention:leavers") and result["estimate"] is not None:
            about = "people" if result["id"] == "retention:leavers" else "organisations"
            said.append(
                text(
                    "Of the {n} {about} that answered in the first wave {share} did not answer in the last one: the "
                    "change is that of those who stayed.",
                    n=result["n"],
                    about=text.term(about),
                    share=text.percent(result["estimate"]),
                )
            )
    turned = main[main["silence"] == "could_turn"]
    if len(turned):
        said.append(
            text(
                "Some organisations did not answer about their ties: their most contrary answers would turn what "
                "{n} results show, and no direction is named for them.",
                n=len(turned),
            )
        )
    said += _disagreement(results, text)
    moving = main[main["reading"] == "direction"]
    if len(moving):
        said.append(
            text(
                "{n} main estimates of change were read together: at 95% some {chance} of them would spare 0 by chance "
                "alone, if nothing had changed.",
                n=len(moving),
                chance=text.number(0.05 * len(moving), 1),
            )
        )
    small = main[main["n"] < SMALL]
    if len(small):
        sources = [text.term(source) for source in dict.fromkeys(small["source"])]
        said.append(
            text(
                "Behind these sources stand fewer than {small} units ({least} at the least): {sources}.",
                small=SMALL,
                least=text.number(small["n"].min(), 0),
                sources=listed(text, sources),
            )
        )
    said.append(
        text(
            "Agreement of sources is not proof: people, interviews and observations may share the same hopes."
        )
    )
    return said


def _counterfactual(main: pd.DataFrame, text: Translator) -> str:
    beside = main[(main["source"] == "beside_others") & main["estimate"].notna()]
    if beside.empty:
        return text(
            "Nobody was compared with similar people who did not take part: what changed during the programme cannot "
            "be said to have changed because of it."
        )
    clear = int(beside["direction"].isin(("rises", "falls")).sum())
    return text(
        "People were compared with others who did not take part, but not drawn by lot: {clear} of {n} comparisons show "
        "a difference, and even these speak of the programme only if both groups would else have changed alike.",
        clear=clear,
        n=len(beside),
    )


def _disagreement(results: list[Mapping[str, Any]], text: Translator) -> list[str]:
    """Themes and marks on which coders and observers agree too little for any conclusion."""
    said = []
    for prefix, whole, message in (
        (
            "agreement",
            "all_codes",
            text(
                "On {low} of {n} themes the coders agree too little (alpha below 0.667): nothing rests on them."
            ),
        ),
        (
            "observers",
            "all_items",
            text(
                "On {low} of {n} marks the observers agree too little (alpha below 0.667): nothing rests on them."
            ),
        ),
    ):
        own = [
            result["estimate"]
            for result in results
            if str(result["id"]).startswith(f"{prefix}:") and not str(result["id"]).endswith(f":{whole}")
        ]
        known = [alpha for alpha in own if alpha is not None]
        low = sum(alpha < ALPHA_CODERS for alpha in known)
        if low:
            said.append(message.format(low=low, n=len(known)))
    return said


def main_limits(main: pd.DataFrame, text: Translator) -> list[str]:
    """Which sources are missing from the synthesis altogether. From ``main_results``."""
    absent = [
        text.term(source.name)
        for source in SOURCES
        if source.name not in set(main["source"]) and source.name not in DESIGNS
    ]
    if not absent:
        return [text("Every source the synthesis knows of has spoken.")]
    return [
        text(
            "These sources recorded nothing, because the study has no such data or their notebook did not run: "
            "{sources}.",
            sources=listed(text, absent),
        )
    ]
