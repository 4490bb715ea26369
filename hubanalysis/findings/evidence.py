"""Sentences on the weight of the evidence, and on what would turn a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hubanalysis.locale.results_in_words import result_words
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.evidence import CRITERIA

__all__ = [
    "declared_main",
    "evidence_sentences",
    "evidence_table",
    "sensitivity_sentences",
    "tie_reasons",
]

Labels = Mapping[str, str]
#: At most so many reasons of ties are written out.
TOLD = 4


def declared_main(study: Any) -> set[str]:
    """What the study named as a main result before the data: primary scales, and marks that are their area's only."""
    primary = {scale.id for i in study.model.instruments for scale in i.scales if scale.primary}
    grid = list(study.model.observations.grid) if study.model.observations else []
    areas = [item.area for item in grid]
    return primary | {item.id for item in grid if areas.count(item.area) == 1}


def evidence_table(weighed: pd.DataFrame) -> pd.DataFrame:
    """The frame of ``weigh_evidence`` by area as it is shown: of each source the first result, a dash where a criterion
    does not apply, and how many are met."""
    order = {area: i for i, area in enumerate(dict.fromkeys(weighed["area"]))}
    table = weighed.sort_values("area", key=lambda a: a.map(order), kind="stable")
    table = table.drop_duplicates(["area", "source"]).replace("does_not_apply", "–")
    met = table["criteria_met"].astype("str") + "/" + table["criteria_asked"].astype("str")
    return table.assign(criteria_met=met).drop(columns=["result", "criteria_asked"]).reset_index(drop=True)


def evidence_sentences(weighed: pd.DataFrame, text: Translator) -> list[str]:
    """How many main results are strong, fair and weak, and which criterion fails most often."""
    if weighed.empty:
        return []
    counts = weighed["weight"].value_counts()
    said = [
        text(
            "Of {n} main results {strong} stand on strong evidence, {fair} on fair and {weak} on weak evidence.",
            n=len(weighed),
            **{word: int(counts.get(word, 0)) for word in ("strong", "fair", "weak")},
        )
    ]
    lacking = {name: int(weighed[name].isin(("not_fulfilled", "not_told")).sum()) for name in CRITERIA}
    most = max(lacking, key=lacking.get)
    if lacking[most]:
        said.append(
            text(
                "What is lacking most often is “{criterion}”: {n} results do not meet it, or do not tell.",
                criterion=text.term(most),
                n=lacking[most],
            )
        )
    return said


def sensitivity_sentences(sensitivity: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """For each area whether its judgement would turn, and under which choice. From ``judgement_sensitivity``."""
    if sensitivity.empty:
        return [text("No source speaks of any area: there is no judgement that could turn.")]
    said = []
    for area, own in sensitivity.groupby("area", sort=False):
        judgement = text.term(own["judgement"].iloc[0])
        turned = own[own["would_turn"].astype(bool)]
        opening = {"area": labels.get(area, area), "judgement": judgement}
        if turned.empty:
            said.append(
                text(
                    "**{area}** ({judgement}): stands whichever source is left out, at 90% and at 99% intervals, and "
                    "without weak evidence.",
                    **opening,
                )
            )
            continue
        parts = [
            text("{choice}: {judgement}", choice=_choice(row, text), judgement=text.term(row["becomes"]))
            for row in turned.to_dict("records")
        ]
        said.append(
            text("**{area}** ({judgement}) would turn: {choices}.", choices="; ".join(parts), **opening)
        )
    return said


def _choice(row: Mapping[str, str], text: Translator) -> str:
    if row["variation"] == "without":
        return text("without the source “{source}”", source=text.term(row["left_out"]))
    return {
        "level_90": text("with 90% intervals"),
        "level_99": text("with 99% intervals"),
        "corrected": text("corrected for the number of questions asked at once"),
        "without_weak": text("without weak evidence"),
    }[row["variation"]]


def tie_reasons(results: list[Mapping], text: Translator) -> list[str]:
    """What goes with a tie in the last wave, where the interval of its odds ratio spares 1: shown beside, not judged.

    ``results`` as recorded; those of ``why_ties``, the constant left out.
    """
    named = [
        r for r in results if str(r["id"]).startswith("why_ties:") and not str(r["id"]).endswith(":constant")
    ]
    if not named:
        return [text("Nothing was recorded on why ties exist.")]
    last = str(named[-1]["id"]).split(":")[2]
    final = [r for r in named if str(r["id"]).split(":")[2] == last]
    clear = [r for r in final if r.get("low") is not None and (r["low"] > 1 or r["high"] < 1)]
    if not clear:
        return [
            text(
                "Why ties exist: of {n} reasons looked at none shows a direction in the last wave.",
                n=len([r for r in final if r.get("low") is not None]),
            )
        ]
    clear.sort(key=lambda r: max(r["estimate"], 1 / r["estimate"]), reverse=True)
    told = []
    for result in clear[:TOLD]:
        kind, _wave, term = ([*str(result["label"]).partition(": ")[2].split(" · "), "", "", ""])[:3]
        words = result_words({**result, "reading": "ratio"}, text)
        told.append(f"{term or kind} ({kind}): {words}" if term else f"{kind}: {words}")
    return [
        text(
            "Why ties exist, as odds ratios in the last wave (1 is no difference): {reasons}.",
            reasons="; ".join(told),
        )
    ]
