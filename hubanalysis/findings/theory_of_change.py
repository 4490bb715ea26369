"""Sentences of the theory of change: arrow by arrow, what was found, and which arrows nobody looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hubanalysis.figures.theory_of_change import evidence_words
from hubanalysis.locale.results_in_words import label_words, result_words
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.theory_of_change import EVIDENCE

__all__ = ["declared_arrows", "declared_nodes", "theory_sentences", "theory_table"]

#: Of the results on an arrow at most so many are written out in its sentence.
TOLD = 3


def declared_nodes(study: Any, lang: str) -> list[dict[str, str]]:
    """The steps study.yaml declares: ``id, label`` in the reader's language, ``level``; none where it declares none."""
    theory = study.model.theory_of_change
    return [
        {"id": node.id, "label": study.label(node.label, lang, node.id), "level": node.level}
        for node in (theory.nodes if theory else ())
    ]


def declared_arrows(study: Any, lang: str) -> list[dict[str, Any]]:
    """The arrows study.yaml declares: ``start, end, because`` in the reader's language, ``evidence, expects``."""
    theory = study.model.theory_of_change
    return [
        {
            "start": arrow.start,
            "end": arrow.end,
            "because": study.label(arrow.because, lang),
            "evidence": list(arrow.evidence),
            "expects": arrow.expects,
        }
        for arrow in (theory.arrows if theory else ())
    ]


def theory_sentences(
    arrows: pd.DataFrame, found: pd.DataFrame, nodes: list[dict[str, str]], text: Translator
) -> list[str]:
    """One sentence to open, then one an arrow, those that results contradict first.

    ``arrows`` and ``found`` from ``metrics.theory_of_change``.
    """
    if arrows.empty:
        return [text("This study declares no theory of change: study.yaml has no block `theory_of_change`.")]
    names = {node["id"]: node["label"] for node in nodes}
    counts = arrows["evidence"].value_counts()
    said = [
        text(
            "Of {all} arrows {supports} are supported by results, {contradicts} contradicted, {mixed} both at once, "
            "{unclear} left open, and {none} have no evidence.",
            all=len(arrows),
            **{word: int(counts.get(word, 0)) for word in EVIDENCE},
        )
    ]
    place = {word: i for i, word in enumerate(EVIDENCE)}
    ordered = arrows.sort_values("evidence", key=lambda e: e.map(place), kind="stable")
    return said + [
        _arrow(row, found[found["arrow"] == row["arrow"]], names, text) for row in ordered.to_dict("records")
    ]


def _arrow(row: Mapping[str, Any], found: pd.DataFrame, names: Mapping[str, str], text: Translator) -> str:
    opening = text(
        "**{number}. {start} → {end}** ({because}): {evidence}.",
        number=int(row["arrow"]),
        start=names[row["start"]],
        end=names[row["end"]],
        because=row["because"],
        evidence=evidence_words(row, text),
    )
    parts = [opening]
    for says, message in (
        ("supports", text("Supports it")),
        ("contradicts", text("Contradicts it")),
        ("unclear", text("Shows no direction")),
        ("not_estimated", text("Could not be estimated")),
    ):
        own = found[found["says"] == says]
        if len(own):
            told = [_result(result, text) for result in own.head(TOLD).to_dict("records")]
            more = len(own) - len(told)
            if more:
                told.append(text("{n} more", n=more))
            parts.append(f"{message}: {listed(text, told)}.")
    return " ".join(parts)


def _result(result: Mapping[str, Any], text: Translator) -> str:
    if result["says"] == "not_estimated":
        return label_words(result["label"])
    words = f"{label_words(result['label'])} {result_words({**result, 'reading': 'direction'}, text)}"
    if result["silence"] == "could_turn":
        return text("{result}, which the answers of the silent could turn", result=words)
    return words


def theory_table(found: pd.DataFrame) -> pd.DataFrame:
    """The results on the arrows as a table: arrow, result, estimate, what it says."""
    columns = ["arrow", "result", "estimate", "low", "high", "n", "unit", "says"]
    return found[columns].astype({"n": "Int64"}).reset_index(drop=True)
