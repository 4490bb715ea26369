"""Sentences on networks: who stands in them, what became of their ties, did they grow longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from hubanalysis.findings.silence import if_all_had_answered, silent_and_unclear
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed, signed

__all__ = [
    "change_points",
    "declared_networks",
    "kind_name",
    "least_organisations",
    "network_limits",
    "network_sentences",
    "nothing_declared",
    "verdict",
]

#: ``labels("waves")`` and the like: ids and what a reader calls them (``hub.labels``).
Labels = Callable[[str], Mapping[str, str]]


def nothing_declared(kind: str) -> Mapping[str, str]:
    """Labels of a study that declares none: every id is its own label."""
    return {}


def declared_networks(study: Any) -> tuple[list[dict], bool]:
    """The definitions of the long tie as plain dicts, and whether ties have a direction, as ``study`` declares them."""
    networks = study.networks
    if networks is None:
        return [], True
    return [definition.model_dump() for definition in networks.short_long], networks.directed


def least_organisations(size: pd.DataFrame) -> int | None:
    """The size of the smallest network, from ``network_size``: what the disclosure gate asks for. None without any."""
    return int(size["n"].min()) if len(size) else None


def verdict(row: Mapping[str, Any]) -> str:
    """``rises`` or ``falls`` where the interval lies on one side of 0, ``unclear`` where it holds 0 or is missing."""
    if row["low"] > 0:
        return "rises"
    return "falls" if row["high"] < 0 else "unclear"


def kind_name(kind: str, text: Translator, labels: Labels) -> str:
    """A kind of tie as the reader says it."""
    return labels("tie_kinds").get(kind) or text.term(kind)


def change_points(text: Translator, row: Mapping[str, Any]) -> str:
    """A change of a share in percentage points, with interval and n."""
    low, high = (signed(text, 100 * row[side], 0) for side in ("low", "high"))
    interval = (
        text("no interval") if row["low"] != row["low"] else text("{low} to {high}", low=low, high=high)
    )
    return text(
        "{change} percentage points (interval {interval}, n = {n} organisations)",
        change=signed(text, 100 * row["estimate"], 0),
        interval=interval,
        n=text.number(row["n"], 0),
    )


def network_sentences(
    size: pd.DataFrame,
    composition: pd.DataFrame,
    shares: pd.DataFrame,
    changes: pd.DataFrame,
    cohesion_changes: pd.DataFrame,
    text: Translator,
    labels: Labels = nothing_declared,
) -> list[str]:
    """The finding: first the change of the share of long ties by the first declared definition, then size and density.

    Frames from ``network_size``, ``composition``, ``short_long_shares``, ``short_long_changes``, ``cohesion_change``.
    Where a change was shown and has bounds under non-response, the next sentence says whether it would stand.
    """
    if size.empty:
        return [
            text(
                "This study has no ties between organisations: short and long networks cannot be told from it."
            )
        ]
    kinds, waves = labels("tie_kinds"), labels("waves")
    sentences = []
    first = next(iter(changes["definition"]), None)
    leading = changes[changes["definition"] == first]
    for row in leading.to_dict("records"):
        levels = shares[(shares["definition"] == first) & (shares["kind"] == row["kind"])].set_index("wave")
        sentences.append(_long_sentence(row, levels["estimate"], text, labels))
    if first is not None:
        rule = labels("definitions").get(first, first)
        sentences.append(
            text("The rule behind these shares is the first the study declares: “{rule}”.", rule=rule)
        )
    sentences.append(silent_and_unclear(leading, text))
    for row in cohesion_changes[cohesion_changes["metric"] == "density"].to_dict("records"):
        sentences.append(_with(_density_sentence(row, text, kinds), if_all_had_answered(row, text, 1)))
    for row in composition.head(1).to_dict("records"):
        sentences.append(
            text(
                "From “{before}” to “{after}” {stayers} organisations stayed in the network, {joiners} joined and "
                "{leavers} left.",
                before=waves.get(row["wave_from"], row["wave_from"]),
                after=waves.get(row["wave_to"], row["wave_to"]),
                stayers=row["organisations_stayed"],
                joiners=row["organisations_joined"],
                leavers=row["organisations_left"],
            )
        )
    if composition.empty:
        sentences.append(text("The ties were asked in one wave only: no change can be told."))
    return [sentence for sentence in sentences if sentence]


def _with(sentence: str, more: str) -> str:
    return f"{sentence} {more}".strip()


def _long_sentence(row: dict, levels: pd.Series, text: Translator, labels: Labels) -> str:
    kind = kind_name(row["kind"], text, labels)
    if row["estimate"] != row["estimate"]:
        return text("**{kind}**: the change of the share of long ties cannot be computed.", kind=kind)
    values = {"kind": kind, "change": change_points(text, row)}
    if row["low"] != row["low"]:
        said = text("**{kind}**: without an interval nothing can be said of the change: {change}.", **values)
    else:
        said = {
            "rises": text("**{kind}**: the share of long ties grew, by {change}.", **values),
            "falls": text("**{kind}**: the share of long ties shrank, by {change}.", **values),
            "unclear": text(
                "**{kind}**: no change in the share of long ties could be shown: {change}, which holds 0.",
                **values,
            ),
        }[verdict(row)]
    said = _with(said, if_all_had_answered(row, text))
    if len(levels) < 2:
        return said
    waves = labels("waves")
    return f"{said} " + text(
        "Of all the ties named, {old} were long in the wave “{before}” and {new} in the wave “{after}”.",
        old=text.percent(levels.get(row["wave_from"])),
        before=waves.get(row["wave_from"], row["wave_from"]),
        new=text.percent(levels.get(row["wave_to"])),
        after=waves.get(row["wave_to"], row["wave_to"]),
    )


def _density_sentence(row: dict, text: Translator, kinds: Mapping[str, str]) -> str:
    values = {"kind": kinds.get(row["kind"], row["kind"])}
    if row["estimate"] != row["estimate"]:
        return text("{kind}: the change of density cannot be computed.", **values)
    low, high = (signed(text, 100 * row[side], 1) for side in ("low", "high"))
    values |= {
        "change": signed(text, 100 * row["estimate"], 1),
        "interval": text("{low} to {high}", low=low, high=high)
        if row["low"] == row["low"]
        else text("no interval"),
        "n": row["n"],
    }
    return {
        "rises": text(
            "{kind}: more of the possible ties exist than before, {change} in a hundred (interval {interval}, n = {n} "
            "organisations).",
            **values,
        ),
        "falls": text(
            "{kind}: fewer of the possible ties exist than before, {change} in a hundred (interval {interval}, n = {n} "
            "organisations).",
            **values,
        ),
        "unclear": text(
            "{kind}: no change in the number of ties could be shown, {change} in a hundred possible ones (interval "
            "{interval}, n = {n} organisations).",
            **values,
        ),
    }[verdict(row)]


def network_limits(
    size: pd.DataFrame,
    shares: pd.DataFrame,
    counts: pd.DataFrame,
    text: Translator,
    labels: Labels = nothing_declared,
) -> list[str]:
    """What silence, missing descriptions and the method forbid to conclude.

    Frames from ``network_size``, ``short_long_shares`` and ``long_counts``.
    """
    kinds, waves = labels("tie_kinds"), labels("waves")
    sentences = []
    for kind, own in size.groupby("kind", sort=False):
        silent = [
            text(
                "{silent} of {nodes} in the wave “{wave}”",
                silent=row["nodes"] - row["answered"],
                nodes=row["nodes"],
                wave=waves.get(row["wave"], row["wave"]),
            )
            for row in own.to_dict("records")
        ]
        sentences.append(
            text(
                "{kind}: silent organisations, {silent}.",
                kind=kinds.get(kind, kind),
                silent=listed(text, silent),
            )
        )
    first = next(iter(shares["definition"]), None)
    for row in shares[(shares["definition"] == first) & (shares["missing"] > 0)].to_dict("records"):
        sentences.append(
            text(
                "{kind}, “{wave}”: whatever the silent ones would have answered, the share of long ties lies between "
                "{low} and {high}.",
                kind=kinds.get(row["kind"], row["kind"]),
                wave=waves.get(row["wave"], row["wave"]),
                low=text.percent(row["bound_low"]),
                high=text.percent(row["bound_high"]),
            )
        )
    undecided = int(counts["undecided"].sum())
    if undecided:
        sentences.append(
            text(
                "{n} times a tie could not be called short or long: the register does not describe one of its ends.",
                n=undecided,
            )
        )
    return sentences
