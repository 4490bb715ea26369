"""How the summary says a result: a sentence for each kind, with its direction, interval, n and certainty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed

__all__ = [
    "beside_others",
    "changed",
    "coders",
    "emergency",
    "first_need",
    "lasted",
    "left",
    "theme",
    "ties",
    "watched",
]

Labels = Mapping[str, str]
Result = Mapping[str, Any]

#: Fewer than this are few; alpha from here on is reliable, from there on tentative (Krippendorff 2004, 241).
FEW = 30
RELIABLE, TENTATIVE = 0.8, 2 / 3


def _side(result: Result) -> int:
    """1 where the interval lies above 0, -1 below, 0 where it holds it."""
    if result.get("low") is None or result.get("high") is None:
        return 0
    return int(result["low"] > 0) - int(result["high"] < 0)


def _name(result: Result, labels: Labels) -> str:
    """What the result is about: the last words of its label, the area where there are none."""
    last = str(result.get("label") or "").partition(": ")[2]
    words = [word for word in last.split(" · ") if word]
    scale = words[1] if len(words) > 1 else words[0] if words else ""
    return scale or labels.get(result.get("area") or "", "")


def _numbers(result: Result, text: Translator) -> dict[str, str]:
    share = result.get("unit") in ("percentage points", "share")
    factor, digits = (100, 0) if share else (1, 2)
    low, high = (
        None if result.get(k) is None else signed(text, factor * result[k], digits) for k in ("low", "high")
    )
    amount = text.number(abs(factor * result["estimate"]), digits)
    unit = text.term(result.get("unit") or "points")
    return {
        "amount": f"{amount} {unit}",
        "signed": f"{signed(text, factor * result['estimate'], digits)} {unit}",
        "interval": text("no interval")
        if low is None or high is None
        else text("{low} to {high}", low=low, high=high),
        "n": text.number(result.get("n"), 0),
    }


def _missing(result: Result, who: str, name: str, text: Translator) -> str:
    return text(
        "{who}: “{name}” could not be estimated: {why}.",
        who=who,
        name=name,
        why=str(result.get("note") or text("no reason was recorded")).rstrip("."),
    )


def _caution(result: Result, text: Translator) -> str:
    """What takes away from a direction: many questions at once, few answers, a lower score that is the better one."""
    said = []
    adjusted = result.get("p_adjusted")
    if _side(result) and adjusted is not None and adjusted >= 0.05:
        said.append(text("Corrected for the number of questions asked at once it is no longer certain."))
    if result.get("n") is not None and result["n"] < FEW:
        said.append(text("Few stand behind it."))
    if str(result.get("definition") or "").endswith("lower is better") and _side(result):
        said.append(text("Here a lower score is the better one."))
    return " ".join(["", *said])


def changed(result: Result, text: Translator, labels: Labels) -> str:
    """The change of people or organisations."""
    organisations = str(result["id"]).startswith("org_")
    who = text("Organisations") if organisations else text("People")
    name = _name(result, labels)
    if result.get("estimate") is None:
        return _missing(result, who, name, text)
    values = {"who": who, "name": name, **_numbers(result, text)}
    sentence = {
        1: text("{who}: “{name}” rose by {amount} (interval {interval}, n = {n}).", **values),
        -1: text("{who}: “{name}” fell by {amount} (interval {interval}, n = {n}).", **values),
        0: text(
            "{who}: no change of “{name}” could be shown ({signed}, interval {interval}, n = {n}).", **values
        ),
    }[_side(result)]
    return sentence + _caution(result, text)


def beside_others(result: Result, text: Translator, labels: Labels) -> str:
    """The change beside that of people who did not take part."""
    name, who = _name(result, labels), text("Beside people who did not take part")
    if result.get("estimate") is None:
        return _missing(result, who, name, text)
    values = {"name": name, **_numbers(result, text)}
    sentence = {
        1: text(
            "“{name}” changed by {signed} compared with people who did not take part (interval {interval}, n = {n}): "
            "more in the programme.",
            **values,
        ),
        -1: text(
            "“{name}” changed by {signed} compared with people who did not take part (interval {interval}, n = {n}): "
            "less in the programme.",
            **values,
        ),
        0: text(
            "No difference in “{name}” from people who did not take part could be shown ({signed}, "
            "interval {interval}, n = {n}).",
            **values,
        ),
    }[_side(result)]
    return sentence + _caution(result, text)


def lasted(result: Result, text: Translator, labels: Labels) -> str:
    """From the start to the later wave."""
    name, who = _name(result, labels), text("Later wave")
    words = str(result.get("label") or "").split(" · ")
    wave = words[2] if len(words) > 2 else who
    if result.get("estimate") is None:
        return _missing(result, who, name, text)
    values = {"name": name, "wave": wave, **_numbers(result, text)}
    sentence = {
        1: text("“{name}” ({wave}) stood {amount} above the start (interval {interval}, n = {n}).", **values),
        -1: text(
            "“{name}” ({wave}) stood {amount} below the start (interval {interval}, n = {n}).", **values
        ),
        0: text(
            "No difference of “{name}” ({wave}) from the start could be shown "
            "({signed}, interval {interval}, n = {n}).",
            **values,
        ),
    }[_side(result)]
    return sentence + _caution(result, text)


def watched(result: Result, text: Translator, labels: Labels) -> str:
    """The trend of the observers' marks."""
    last = str(result.get("label") or "").partition(": ")[2]
    name, who = last.split(" · ")[0], text("Observers")
    if result.get("estimate") is None:
        return _missing(result, who, name, text)
    values = {"name": name, **_numbers(result, text)}
    sentence = {
        1: text(
            "Observers: the marks of “{name}” rose by {amount} (interval {interval}, n = {n}).", **values
        ),
        -1: text(
            "Observers: the marks of “{name}” fell by {amount} (interval {interval}, n = {n}).", **values
        ),
        0: text(
            "Observers: no trend of “{name}” could be shown ({signed}, interval {interval}, n = {n}).",
            **values,
        ),
    }[_side(result)]
    return sentence + _caution(result, text)


def ties(result: Result, text: Translator) -> str:
    """The change of the share of long ties, and whether the silent organisations could turn it."""
    name = text("share of long ties")
    if result.get("estimate") is None:
        return _missing(result, text("Ties"), name, text)
    values = _numbers(result, text)
    side = _side(result)
    sentence = {
        1: text("Ties: the share of long ties rose by {amount} (interval {interval}, n = {n}).", **values),
        -1: text("Ties: the share of long ties fell by {amount} (interval {interval}, n = {n}).", **values),
        0: text(
            "Ties: no change of the share of long ties could be shown ({signed}, interval {interval}, n = {n}).",
            **values,
        ),
    }[side]
    low, high = result.get("bound_low"), result.get("bound_high")
    if side and low is not None and high is not None and not (low > 0 if side > 0 else high < 0):
        sentence += " " + text("The organisations that did not answer could turn it: it is not certain.")
    return sentence


def _share(result: Result, text: Translator) -> dict[str, str]:
    low, high = (text.percent(result.get(k)) for k in ("low", "high"))
    return {
        "share": text.percent(result["estimate"]),
        "interval": text("{low} to {high}", low=low, high=high),
        "n": text.number(result.get("n"), 0),
    }


def left(result: Result, text: Translator) -> str:
    """Who answered first and not last."""
    organisations = str(result["id"]).startswith("org_")
    who = text("Organisations") if organisations else text("People")
    if result.get("estimate") is None:
        return _missing(result, who, text("who left"), text)
    values = _share(result, text)
    if organisations:
        return text(
            "Of {n} organisations that answered at the start, {share} did not answer at the end (interval {interval}).",
            **values,
        )
    return text(
        "Of {n} people who answered at the start, {share} did not answer at the end (interval {interval}).",
        **values,
    )


def theme(result: Result, text: Translator, labels: Labels) -> str:
    """The theme of the area that comes up in the most interviews."""
    name = str(result.get("label") or "").partition(": ")[2].split(" · ")[0]
    return text(
        "Interviews: “{name}” comes up in {share} of {n} (interval {interval}).",
        name=name,
        **_share(result, text),
    )


def coders(result: Result, text: Translator) -> str:
    """How far the coders of the interviews agree."""
    if result.get("estimate") is None:
        return _missing(result, text("Interviews"), text("agreement of the coders"), text)
    alpha = result["estimate"]
    words = (
        text("reliable")
        if alpha >= RELIABLE
        else text("good enough for tentative conclusions only")
        if alpha >= TENTATIVE
        else text("too low to lean on the themes")
    )
    return text(
        "The coders of the interviews agree with alpha {alpha} (interval {interval}): {words}.",
        alpha=alpha,
        interval=text.interval(result.get("low"), result.get("high")),
        words=words,
    )


def first_need(result: Result, text: Translator) -> str:
    """The need the social workers put first."""
    name = str(result.get("label") or "").rsplit(" · ", 1)[-1]
    low, high = result.get("low"), result.get("high")
    values = {
        "name": name,
        "interval": text("{low} to {high}", low=text.number(low, 0), high=text.number(high, 0)),
        "n": text.number(result.get("n"), 0),
    }
    if low is not None and low == high:
        return text(
            "Social workers put “{name}” first, and the voters' chance does not move it (n = {n}).", **values
        )
    return text("Social workers put “{name}” first (its rank could be {interval}, n = {n}).", **values)


def emergency(result: Result, text: Translator) -> str:
    """The share that named an emergency in their own words."""
    if result.get("estimate") is None:
        return _missing(result, text("Social workers"), text("emergencies"), text)
    return text(
        "Of {n} social workers {share} named an emergency in their own words (interval {interval}).",
        **_share(result, text),
    )
