"""Sentences on several hubs or editions together: what they say, how far they differ, what was not combined and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import amount, listed, signed
from hubanalysis.metrics.hubs_together import APART, Together

__all__ = [
    "over_time_sentences",
    "pooled_sentences",
    "refusal_sentences",
    "short_label",
    "together_limits",
    "written",
]

_SHARES = ("share",)


def short_label(label: str) -> str:
    """A result's label without words said twice: "Mean change in points: Wellbeing"."""
    title, colon, rest = str(label).partition(": ")
    return f"{title}{colon}{' · '.join(dict.fromkeys(rest.split(' · ')))}"


def written(value: float, unit: str | None, text: Translator) -> str:
    """A combined value as one reads it: shares in per cent, odds ratios plain, changes with their sign."""
    if unit in ("share", "percentage points"):
        return amount(text, value, unit)
    return text.number(value) if unit == "odds ratio" else signed(text, value)


def _whose(row: Mapping, text: Translator) -> str:
    label = short_label(row["label"])
    if str(row["result"]).startswith("org_"):
        return text("{label} (organisations)", label=label)
    return label


def _side(row: Mapping) -> int:
    null = 1.0 if row["unit"] == "odds ratio" else 0.0
    return int(row["low"] > null) - int(row["high"] < null)


def _values(row: Mapping, text: Translator) -> dict[str, str]:
    low, high = (written(row[end], row["unit"], text) for end in ("low", "high"))
    unit = "" if row["unit"] in ("share", "odds ratio", None) else f" {text.term(row['unit'])}"
    return {
        "label": _whose(row, text),
        "estimate": f"{written(row['estimate'], row['unit'], text)}{unit}",
        "interval": text("{low} to {high}", low=low, high=high),
        "n": text.number(row["n"], 0),
    }


def pooled_sentences(together: Together, text: Translator) -> list[str]:
    """One sentence for each combined result: mean, interval, direction; how far the hubs differ; what a further hub
    may show."""
    if together.pooled.empty:
        return [text("Nothing could be combined: below it is said why.")]
    return [_pooled(row, text) for row in together.pooled.to_dict("records")]


def _pooled(row: Mapping, text: Translator) -> str:
    values = {**_values(row, text), "hubs": int(row["hubs"])}
    if row["unit"] in _SHARES:
        said = text("**{label}**: {estimate} over {hubs} together (interval {interval}, n = {n}).", **values)
    elif _side(row) > 0:
        said = text(
            "**{label}**: {hubs} together show a rise, {estimate} (interval {interval}, n = {n}).", **values
        )
    elif _side(row) < 0:
        said = text(
            "**{label}**: {hubs} together show a fall, {estimate} (interval {interval}, n = {n}).", **values
        )
    else:
        said = text(
            "**{label}**: {hubs} together show no change for certain, {estimate} (interval {interval}, n = {n}).",
            **values,
        )
    parts = [said]
    i2 = text.percent(row["i2"])
    if row["q_p"] < 0.10:
        parts.append(text("They differ by more than chance (I² {i2}): the mean hides that.", i2=i2))
    else:
        parts.append(text("That they differ by more than chance could not be shown (I² {i2}).", i2=i2))
    if row["predict_low"] == row["predict_low"]:
        low, high = (written(row[end], row["unit"], text) for end in ("predict_low", "predict_high"))
        parts.append(text("A further one may lie anywhere from {low} to {high}.", low=low, high=high))
    return " ".join(parts)


def over_time_sentences(moved: pd.DataFrame, text: Translator) -> list[str]:
    """Whether results move over the editions: those that do one by one, the others together. ``hubs_over_time``."""
    rows = moved.to_dict("records")
    said = [_moved(row, text) for row in rows if _side(row)]
    for reading, message in (
        ("difference", text("No difference between the editions could be shown for")),
        ("slope", text("No trend over the editions could be shown for")),
    ):
        still = [row for row in rows if row["reading"] == reading and not _side(row)]
        if still:
            told = [
                text("{label} ({estimate}, interval {interval})", **_moving_values(row, text))
                for row in still
            ]
            said.append(f"{message}: {'; '.join(told)}.")
    return said


def _moving_values(row: Mapping, text: Translator) -> dict[str, str]:
    values = _values(row, text)
    if row["unit"] == "odds ratio":
        values["estimate"] = text("odds ratio {ratio}", ratio=values["estimate"])
    if row["reading"] == "slope":
        values["estimate"] = text("{estimate} a year", estimate=values["estimate"])
    return values


def _moved(row: Mapping, text: Translator) -> str:
    values, up = _moving_values(row, text), _side(row) > 0
    if row["reading"] == "difference":
        return (
            text("**{label}**: higher in the later edition, {estimate} (interval {interval}).", **values)
            if up
            else text("**{label}**: lower in the later edition, {estimate} (interval {interval}).", **values)
        )
    return (
        text("**{label}**: rises over the editions, {estimate} (interval {interval}).", **values)
        if up
        else text("**{label}**: falls over the editions, {estimate} (interval {interval}).", **values)
    )


def refusal_sentences(refused: pd.DataFrame, text: Translator) -> list[str]:
    """What was not combined, gathered by reason, with the kinds of results it concerns."""
    said = []
    for (hub, reason), own in refused.groupby(["hub", "reason"], sort=False):
        values = {"reason": text(reason), "results": _gathered(own["result"])}
        details = [d for d in dict.fromkeys(own["detail"]) if d]
        one = f" ({details[0]})" if len(details) == 1 and reason != "only one hub has it" else ""
        if hub:
            said.append(
                text("Left out of {hub}, because {reason}{detail}: {results}.", hub=hub, detail=one, **values)
            )
        else:
            said.append(text("Not combined, because {reason}{detail}: {results}.", detail=one, **values))
    return said


def _gathered(ids: Iterable[str]) -> str:
    """The ids, those of one kind as a number where they are many: "change (6)"."""
    kinds: dict[str, list[str]] = {}
    for name in dict.fromkeys(ids):
        kinds.setdefault(name.split(":")[0], []).append(name)
    return ", ".join(
        names[0] if len(names) == 1 else f"{kind} ({len(names)})" for kind, names in kinds.items()
    )


def together_limits(
    names: Iterable[str], simulated: Iterable[str], same_study: bool, notes: Iterable[str], text: Translator
) -> list[str]:
    """What the combination may not be taken for. ``simulated``: the names whose data are simulated; ``notes``: what the
    combined and compared rows note, each said once."""
    names, simulated = list(names), list(simulated)
    said = []
    if simulated:
        said.append(
            text(
                "Simulated data: {names}. Nothing here tells of a real programme.",
                names=listed(text, simulated),
            )
        )
    if same_study:
        said.append(
            text(
                "Some of these are editions of one study: who took part in several counts several times, and the "
                "interval of the mean is then too narrow."
            )
        )
    said.append(
        text(
            "Only what was measured in the same way is combined: the same questions, unit and method. What differs in "
            "how people were reached, who left and who is missing does not show in a results.json."
        )
    )
    said += [text(note) for note in dict.fromkeys(notes) if note and note != APART]
    said.append(
        text(
            "The mean of {k} is not the value of any of them, and they were not drawn at random.",
            k=len(names),
        )
    )
    return said
