"""Sentences on what changed: for the worse as plainly as for the better, and plainly too where
nothing could be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, interval_words, shares_words
from hubanalysis.metrics.change import scale_facts

__all__ = ["change_findings", "reliability_findings", "reliable_change_findings", "verdicts"]


def verdicts(
    change: pd.DataFrame,
    scales: Iterable[Any] = (),
    bounds: pd.DataFrame | None = None,
    standardised: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What may be said of each scale: ``scale, direction, favour, verdict``.

    ``verdict`` is ``shown`` (the interval spares zero, and still does when the tests made together are accounted for),
    ``unadjusted`` (only before that), ``fragile`` (shown, but not once those who left are weighted for, or not for
    people who start like all who answered first: ``standardised``, of ``change_standardised_to_all``),
    ``not_shown`` (the interval holds zero) or ``missing``. ``direction`` is ``rose`` or ``fell``; ``favour``
    ``better`` or ``worse``, by what the scale calls better.
    """
    facts = scale_facts(scales)
    rows = []
    for row in change.to_dict("records"):
        lower = row["scale"] in facts.index and facts.at[row["scale"], "better"] == "lower"
        rose = row["estimate"] > 0
        verdict = "missing" if unknown(row) else "shown" if spares_zero(row) else "not_shown"
        if verdict == "shown" and row.get("p_adjusted", 0) > ALPHA:
            verdict = "unadjusted"
        others = _weighted(bounds, row["scale"]), _of(standardised, row["scale"])
        if verdict == "shown" and any(other is not None and not _agrees(other, rose) for other in others):
            verdict = "fragile"
        rows.append(
            {"scale": row["scale"], "direction": "rose" if rose else "fell"}
            | {"favour": "better" if rose != lower else "worse", "verdict": verdict}
        )
    return pd.DataFrame(rows, columns=["scale", "direction", "favour", "verdict"])


def change_findings(
    change: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    *,
    scales: Iterable[Any] = (),
    bounds: pd.DataFrame | None = None,
    detectable: pd.DataFrame | None = None,
    retention: pd.DataFrame | None = None,
    baseline: pd.DataFrame | None = None,
    standardised: pd.DataFrame | None = None,
) -> list[str]:
    """One sentence a scale, its change shown, undone or not shown; who it tells of comes first.

    Where those who left had started elsewhere (``baseline``, stayers minus leavers), or where the change
    ``standardised`` to all who answered first says otherwise than the pairs, the sentence says so.
    """
    scales = list(scales)
    if change.empty:
        return [text("Nobody answered in two waves: what changed cannot be told.")]
    said = _who_it_tells_of(retention, text)
    smallest = (
        {}
        if detectable is None
        else dict(zip(detectable["scale"], detectable["smallest_points"], strict=True))
    )
    verdict = verdicts(change, scales, bounds, standardised).set_index("scale")
    order = {"shown": 0, "fragile": 1, "unadjusted": 1, "not_shown": 2, "missing": 3}
    records = sorted(change.to_dict("records"), key=lambda r: order[verdict.at[r["scale"], "verdict"]])
    for row in records:
        judged = verdict.loc[row["scale"]]
        name = labels.get(row["scale"], row["scale"])
        if judged["verdict"] == "missing":
            said.append(
                text("**{scale}**: too few answered twice for an estimate (n = {n}).", scale=name, n=row["n"])
            )
        elif judged["verdict"] == "not_shown":
            said.append(_not_shown(row, name, smallest.get(row["scale"]), text))
        else:
            said.append(_moved(row, judged, name, bounds, text))
        if judged["verdict"] != "missing":
            said[-1] += _of_itself(row, _of(baseline, row["scale"]), _of(standardised, row["scale"]), text)
    return said


def _of_itself(row: dict, left: pd.Series | None, everybody: pd.Series | None, text: Translator) -> str:
    """What a change is like for people who start like all who answered first, where that is another matter."""
    if everybody is None:
        return ""
    estimate = estimate_words(text, everybody, unit=text("points"))
    sentence = ""
    if left is not None and not unknown(left) and spares_zero(left):
        sentence = " " + (
            text(
                "Those who left had started lower, and who stays and starts higher tends to fall of itself: for "
                "people who start like all who answered first the change expected is {estimate}.",
                estimate=estimate,
            )
            if left["estimate"] > 0
            else text(
                "Those who left had started higher, and who stays and starts lower tends to rise of itself: for "
                "people who start like all who answered first the change expected is {estimate}.",
                estimate=estimate,
            )
        )
    plain = spares_zero(row) and row.get("p_adjusted", 0) <= ALPHA
    if plain and not _agrees(everybody, row["estimate"] > 0):
        said = text("It does not stand once the first scores of those who left count too")
    elif not plain and spares_zero(everybody) and everybody["p_adjusted"] <= ALPHA:
        said = text("With the first scores of those who left counting too, a change is shown")
    else:
        return sentence
    return sentence + " " + said + ("." if sentence else f": {estimate}.")


def _agrees(other: pd.Series, rose: bool) -> bool:
    adjusted = other.get("p_adjusted", 0)
    return spares_zero(other) and (other["estimate"] > 0) == rose and not adjusted > ALPHA


def _of(frame: pd.DataFrame | None, scale: str) -> pd.Series | None:
    """The row of a scale, if it has one and the row an interval."""
    mine = frame[frame["scale"] == scale] if frame is not None and len(frame) else ()
    return mine.iloc[0] if len(mine) and not unknown(mine.iloc[0]) else None


def _weighted(bounds: pd.DataFrame | None, scale: str) -> pd.Series | None:
    return None if bounds is None else _of(bounds[bounds["assumption"] == "weighted"], scale)


def _who_it_tells_of(retention: pd.DataFrame | None, text: Translator) -> list[str]:
    if retention is None or retention.empty:
        return []
    stayed = retention.set_index("presence").loc["stayers"]
    return [
        text(
            "Of the {n} who answered in the first wave, **{count} answered in the last one too** ({share}): "
            "what follows tells of these, before and after. How far the programme is the reason, the limits say.",
            n=int(stayed["n"]),
            count=int(stayed["count"]),
            share=text.percent(stayed["estimate"]),
        )
    ]


def _moved(row: dict, judged: pd.Series, name: str, bounds: pd.DataFrame | None, text: Translator) -> str:
    message = {
        ("rose", "better"): text("**{scale}** rose, for the better: {estimate}."),
        ("rose", "worse"): text("**{scale}** rose, for the worse: {estimate}."),
        ("fell", "better"): text("**{scale}** fell, for the better: {estimate}."),
        ("fell", "worse"): text("**{scale}** fell, for the worse: {estimate}."),
    }[judged["direction"], judged["favour"]]
    sentence = message.format(scale=name, estimate=estimate_words(text, row, unit=text("points")))
    if judged["verdict"] == "unadjusted":
        sentence += " " + text(
            "But several scales were tested together: with this taken into account the change is no longer shown "
            "(adjusted p = {p}).",
            p=text.number(row["p_adjusted"], 3),
        )
    mine = _weighted(bounds, row["scale"])
    if judged["verdict"] == "fragile" and mine is not None and not _agrees(mine, row["estimate"] > 0):
        sentence += " " + text(
            "But it does not stand once those who left are taken into account by weighting: {estimate}.",
            estimate=estimate_words(text, mine, unit=text("points")),
        )
    return sentence


def _not_shown(row: dict, name: str, smallest: float | None, text: Translator) -> str:
    sentence = text(
        "**{scale}**: no change could be shown, {estimate}.",
        scale=name,
        estimate=estimate_words(text, row, unit=text("points")),
    )
    if smallest is not None and smallest == smallest:
        sentence += " " + text(
            "This does not prove that nothing changed: a change smaller than {smallest} points would have been missed "
            "more often than one time in five.",
            smallest=smallest,
        )
    return sentence


def reliable_change_findings(shares: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """For each scale the share that improved and that worsened beyond measurement error, never
    one without the other."""
    said = []
    for scale in dict.fromkeys(shares["scale"]):
        mine = shares[shares["scale"] == scale].set_index("outcome")
        if mine["estimate"].isna().any():
            continue
        up, down = mine.loc["improved"], mine.loc["worsened"]
        said.append(
            text(
                "**{scale}**: {up} improved ({up_interval}) and {down} worsened ({down_interval}) by more than "
                "{threshold} points, n = {n}.",
                scale=labels.get(scale, scale),
                up=text.percent(up["estimate"]),
                up_interval=shares_words(text, up),
                down=text.percent(down["estimate"]),
                down_interval=shares_words(text, down),
                threshold=float(up["threshold"]),
                n=int(up["n"]),
            )
        )
    if said:
        said.append(text("Had nobody changed, measurement error alone would put about 2.5% on each side."))
    return said or [
        text(
            "Who changed beyond measurement error cannot be told: the reliability of the scales is not known."
        )
    ]


def reliability_findings(reliability: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Which scales measure too loosely to be read for a single person or a small group."""
    known = reliability[(reliability["measure"] == "omega") & reliability["estimate"].notna()]
    if known.empty:
        return [text("How well the scales measure cannot be told from these answers.")]
    first = known.drop_duplicates("scale")
    loose = first[first["estimate"] < 0.7]
    said = [
        text(
            "**{scale}** measures loosely: omega {estimate} ({interval}, n = {n}); its changes are hard to see, and a "
            "single person's score says little.",
            scale=labels.get(row["scale"], row["scale"]),
            estimate=row["estimate"],
            interval=interval_words(text, row),
            n=int(row["n"]),
        )
        for row in loose.to_dict("records")
    ]
    if len(loose) < len(first):
        fine = first.drop(loose.index)
        said.append(
            text(
                "{n} of {all} scales reach the usual 0.70 of reliability in the first wave (omega from {low} to "
                "{high}).",
                n=len(fine),
                all=len(first),
                low=float(fine["estimate"].min()),
                high=float(fine["estimate"].max()),
            )
        )
    return said
