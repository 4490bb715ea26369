"""One page in sentences, made from results.json alone: each sentence says one result and names its id.

Direction and certainty are read from the result's interval, its correction for many questions and its bounds for the
silent, never from what was hoped for: change the result and the sentence changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubanalysis.findings.summary_words import (
    beside_others,
    changed,
    coders,
    emergency,
    first_need,
    lasted,
    left,
    theme,
    ties,
    watched,
)
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.synthesis import SOURCES

__all__ = ["SummaryLine", "executive_summary", "summary_table"]

Labels = Mapping[str, str]
Result = Mapping[str, Any]


@dataclass(frozen=True)
class SummaryLine:
    """A sentence of the summary and the result it says: its id and notebook (both empty where a source is absent).

    ``area`` is the id of the area, or empty for what concerns the whole programme.
    """

    sentence: str
    result: str
    notebook: str
    area: str = ""


#: Start of the ids, last word of the id (or ""), and who says it: one sentence for each result found.
_BY_AREA = (
    ("change", "", changed),
    ("compared", "difference_in_differences", beside_others),
    ("follow_up", "start_to_follow_up", lasted),
    ("org_change", "", changed),
    ("trend", "", watched),
)


def executive_summary(results: Iterable[Result], text: Translator, labels: Labels) -> list[SummaryLine]:
    """The summary of a run: first who answered, then area by area, then words and needs, last what is absent.

    ``results`` as results.json holds them, ``labels`` the areas in the reader's language (``hub.labels("areas")``), in
    the order in which they are told. Results that could not be estimated are said as such, with their note; a source
    that recorded nothing is said to be absent, and has no id.
    """
    results = [result for result in results if result["notebook"] != "09_synthesis"]
    lines = [*_who_answered(results, text)]
    for area in labels:
        lines += _area(area, results, text, labels)
    lines += _words_and_needs(results, text)
    return [*lines, *_absent(results, text)]


def _line(sentence: str, result: Result) -> SummaryLine:
    return SummaryLine(sentence, result["id"], result["notebook"], result.get("area") or "")


def _of(results: Iterable[Result], prefix: str, last: str = "") -> Iterator[Result]:
    for result in results:
        words = str(result["id"]).split(":")
        if words[0] == prefix and (not last or words[-1] == last):
            yield result


def _who_answered(results: list[Result], text: Translator) -> Iterator[SummaryLine]:
    for prefix in ("retention", "org_retention"):
        for result in _of(results, prefix, "leavers"):
            yield _line(left(result, text), result)


def _area(area: str, results: list[Result], text: Translator, labels: Labels) -> Iterator[SummaryLine]:
    own = [result for result in results if result.get("area") == area]
    for prefix, last, says in _BY_AREA:
        for result in _of(own, prefix, last):
            yield _line(says(result, text, labels), result)
        if prefix == "org_change":
            for result in list(_of(own, "long_share_change"))[
                :1
            ]:  # the rule and kind the study declares first
                yield _line(ties(result, text), result)
    told = [result for result in _of(own, "themes") if result.get("estimate") is not None]
    if told:
        most = max(told, key=lambda result: result["estimate"])
        yield _line(theme(most, text, labels), most)


def _words_and_needs(results: list[Result], text: Translator) -> Iterator[SummaryLine]:
    for result in results:
        if result["id"] == "agreement:all_codes":
            yield _line(coders(result, text), result)
    ranks = [result for result in _of(results, "rank") if result.get("estimate") is not None]
    last = max((int(str(r["id"]).split(":")[1]) for r in ranks), default=0)
    final = [r for r in ranks if int(str(r["id"]).split(":")[1]) == last]
    if final:
        best = min(final, key=lambda result: result["estimate"])
        yield _line(first_need(best, text), best)
    named = list(_of(results, "named_emergency"))
    if named:
        yield _line(emergency(named[-1], text), named[-1])


def _absent(results: list[Result], text: Translator) -> Iterator[SummaryLine]:
    spoken = {str(result["id"]).split(":")[0] for result in results}
    for source in SOURCES:
        if source.prefix not in spoken and source.name != "at_follow_up":
            if source.name == "beside_others":
                sentence = text(
                    "Nobody was compared with people who did not take part: what changed cannot be said to have "
                    "changed because of the programme."
                )
            else:
                needs = source.name == "consultation"
                name = text("consultation of the social workers") if needs else text.term(source.name)
                sentence = text("No result was recorded of this source: {source}.", source=name)
            yield SummaryLine(sentence, "", "")


def summary_table(lines: Iterable[SummaryLine]) -> pd.DataFrame:
    """The lines as a table to be shown: ``sentence`` and ``result``, the id it says."""
    return pd.DataFrame(
        [(line.sentence, line.result) for line in lines], columns=["sentence", "result"], dtype="object"
    )
