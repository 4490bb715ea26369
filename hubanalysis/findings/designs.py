"""Sentences on what a fuller design adds: did change last, how people judge it looking back, edition by edition."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.findings.reading import ALPHA, spares_zero, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import estimate_words, listed, shares_words

__all__ = ["edition_findings", "follow_up_findings", "looking_back_findings"]


def follow_up_findings(
    lasting: pd.DataFrame,
    presence: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
    waves: Mapping[str, str],
) -> list[str]:
    """For each follow-up who is still there, then for each scale where it stands against the start and the end."""
    if lasting.empty:
        return [text("There is no later wave in this study: whether what changed lasts is not known.")]
    said = []
    for wave in dict.fromkeys(lasting["wave"]):
        there = presence[(presence["wave"] == wave) & (presence["presence"] == "all_three")]
        for row in there.to_dict("records"):
            said.append(
                text(
                    "Of the {n} who answered before and after, **{count} answered again at “{wave}”** ({share}, "
                    "interval {interval}): what follows tells of these alone. Those who left may have fared otherwise.",
                    n=int(row["n"]),
                    count=int(row["count"]),
                    wave=waves.get(wave, wave),
                    share=text.percent(row["estimate"]),
                    interval=shares_words(text, row),
                )
            )
        mine = lasting[lasting["wave"] == wave]
        said += [
            _lasted(mine[mine["scale"] == s], labels.get(s, s), text) for s in dict.fromkeys(mine["scale"])
        ]
    said.append(
        text(
            "Where no change since the end could be shown, this does not prove that what was reached has held: read "
            "how wide the interval is."
        )
    )
    return said


def _lasted(steps: pd.DataFrame, name: str, text: Translator) -> str:
    rows = steps.set_index("step").to_dict("index")
    start, end = rows["start_to_follow_up"], rows["end_to_follow_up"]
    if unknown(start) or unknown(end):
        return text("**{scale}**: too few answered all three times (n = {n}).", scale=name, n=int(start["n"]))
    return f"{_from_the_start(start, name, text)} {_since_the_end(end, text)}"


def _from_the_start(row: dict, name: str, text: Translator) -> str:
    message = (
        text("**{scale}**: compared with the start no change could be shown, {estimate}.")
        if not spares_zero(row)
        else text("**{scale}**: higher than at the start, {estimate}.")
        if row["estimate"] > 0
        else text("**{scale}**: lower than at the start, {estimate}.")
    )
    sentence = message.format(scale=name, estimate=estimate_words(text, row, unit=text("points")))
    return sentence + _adjusted_away(row, text)


def _since_the_end(row: dict, text: Translator) -> str:
    message = (
        text("Since the end no further change could be shown, {estimate}.")
        if not spares_zero(row)
        else text("Since the end it rose: {estimate}.")
        if row["estimate"] > 0
        else text("Since the end it fell: {estimate}.")
    )
    return message.format(estimate=estimate_words(text, row, unit=text("points"))) + _adjusted_away(row, text)


def _adjusted_away(row: dict, text: Translator) -> str:
    if not spares_zero(row) or not row["p_adjusted"] > ALPHA:
        return ""
    return " " + text(
        "With the scales tested together taken into account this is no longer shown (adjusted p = {p}).",
        p=text.number(row["p_adjusted"], 3),
    )


def looking_back_findings(back: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """How people judge their change looking back, apart from before and after; and whether the yardstick moved."""
    if back.empty:
        return [
            text("Nobody was asked afterwards how it was before: there is no change looking back to show.")
        ]
    said = []
    for scale in dict.fromkeys(back["scale"]):
        rows = back[back["scale"] == scale].set_index("reading").to_dict("index")
        name = labels.get(scale, scale)
        if "looking_back" in rows:
            said.append(_judged(rows["looking_back"], name, text))
        if "response_shift" in rows and not unknown(rows["response_shift"]):
            said[-1] += " " + _moved_yardstick(rows["response_shift"], text)
    said.append(
        text(
            "This is how people see it afterwards, in one sitting. Memory, and the wish to have made progress, weigh "
            "on it: it does not replace what was asked before and after."
        )
    )
    return said


def _judged(row: dict, name: str, text: Translator) -> str:
    if unknown(row):
        return text("**{scale}**: too few answered how it was before (n = {n}).", scale=name, n=int(row["n"]))
    message = (
        text(
            "**{scale}**: looking back, it could not be shown that people on the whole see a change, {estimate}."
        )
        if not spares_zero(row)
        else text("**{scale}**: looking back, people see a rise, {estimate}.")
        if row["estimate"] > 0
        else text("**{scale}**: looking back, people see a fall, {estimate}.")
    )
    sentence = message.format(scale=name, estimate=estimate_words(text, row, unit=text("points")))
    return sentence + _adjusted_away(row, text)


def _moved_yardstick(row: dict, text: Translator) -> str:
    message = (
        text("No shift in how they judge their start could be shown, {estimate}.")
        if not spares_zero(row)
        else text("They now judge their start higher than they did at the time, {estimate}.")
        if row["estimate"] > 0
        else text("They now judge their start lower than they did at the time, {estimate}.")
    )
    return message.format(estimate=estimate_words(text, row, unit=text("points"))) + _adjusted_away(row, text)


def edition_findings(
    change: pd.DataFrame,
    differences: pd.DataFrame,
    returning: pd.DataFrame,
    text: Translator,
    labels: Mapping[str, str],
) -> list[str]:
    """Whether editions changed people alike: one test a scale, and who took part in more than one."""
    if change.empty:
        return [text("There is one edition in these data: editions cannot be compared.")]
    names = list(dict.fromkeys(change["edition"]))
    said = [text("Editions with answers before and after: {editions}.", editions=listed(text, names))]
    if differences.empty:
        said.append(text("Too few people in one of the editions for a test of their difference."))
    silent = []
    for row in differences.to_dict("records"):
        name = labels.get(row["scale"], row["scale"])
        if not row["p_adjusted"] <= ALPHA:
            silent.append(name)
            continue
        mine = change[change["scale"] == row["scale"]]
        each = [
            f"{r['edition']} {estimate_words(text, r, unit=text('points'))}" for r in mine.to_dict("records")
        ]
        said.append(
            text(
                "**{scale}** did not change alike in all editions (adjusted p {p}): {each}.",
                scale=name,
                p=f"= {text.number(row['p_adjusted'], 3)}"
                if row["p_adjusted"] >= 0.0005
                else f"< {text.number(0.001, 3)}",
                each="; ".join(each),
            )
        )
    if silent:
        said.append(
            text(
                "For {scales} no difference between editions could be shown; small differences would not be seen.",
                scales=listed(text, silent),
            )
        )
    if returning["count"].sum():
        said.append(
            text(
                "Some people answered in several editions ({each}); in the test they count in their first one only.",
                each="; ".join(
                    text(
                        "{edition}: {count} of {n}",
                        edition=r["edition"],
                        count=int(r["count"]),
                        n=int(r["n"]),
                    )
                    for r in returning.to_dict("records")
                ),
            )
        )
    else:
        said.append(text("Nobody could be recognised in more than one edition."))
    said.append(
        text(
            "Editions differ in their people, their year and their activities: a difference between them has many "
            "possible reasons."
        )
    )
    return said
