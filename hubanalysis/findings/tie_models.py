"""Sentences on why ties exist, form and dissolve, on kinds of tie that overlap, and on those who met. Never causal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.figures.tie_models import association, term_words
from hubanalysis.findings.networks import Labels, kind_name, nothing_declared
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed, shares_words
from hubanalysis.metrics.tie_models import FEW_EVENTS

__all__ = [
    "change_model_sentences",
    "formula_for",
    "meeting_sentences",
    "overlap_sentences",
    "tie_model_sentences",
    "worded_terms",
]


def formula_for(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    definitions: list[dict],
    *,
    kind: str = "",
    change: bool = False,
    directed: bool = True,
) -> str:
    """A formula for any study: the other kinds of tie, likeness of kind and place, distance of power, the first long
    tie by reach; with ``change`` who met, and what was there before instead of the other kinds. ``kind`` is what is
    to be explained, the first in ``ties`` if empty. An attribute that the register does not tell apart is left out.
    """
    kinds = [str(one) for one in pd.unique(ties["kind"].dropna())]
    kind = kind or next(iter(kinds), "tie")
    terms = [other for other in kinds if other != kind]
    if change:
        terms = ["returned", "shared_partners"] if directed else ["shared_partners"]
    wanted = {"same(kind)": "kind", "differ(municipality)": "municipality", "distance(power)": "power"}
    wanted |= {
        f"long({rule['id']})": "reach"
        for rule in definitions[::-1]
        if set(_conditions(rule)) == {"either_reach"}
    }
    told = [term for term, attribute in wanted.items() if organisations[attribute].nunique() > 1]
    long = [term for term in told if term.startswith("long")]
    terms += [term for term in told if term not in long] + long[-1:] + (["met"] if change else [])
    return f"{kind} ~ {' + '.join(terms or ['met'])}"


def _conditions(rule: Mapping[str, Any]) -> list[str]:
    return [key for key in rule if key not in ("id", "label") and rule[key] not in (None, [])]


def worded_terms(models: pd.DataFrame, text: Translator, labels: Labels = nothing_declared) -> pd.DataFrame:
    """The table of a model with its terms in words."""
    return models.assign(term=[term_words(term, text, labels) for term in models["term"]])


def _numbers(row: Mapping[str, Any], text: Translator) -> str:
    return text(
        "odds ratio {estimate}, interval {interval}, p = {p}",
        estimate=row["estimate"],
        interval=text.interval(row["low"], row["high"]),
        p=text.number(row["p"], 3),
    )


def _terms(
    own: pd.DataFrame, text: Translator, labels: Labels
) -> tuple[list[str], list[str], list[str], list[str]]:
    """Terms with more odds, with less odds (with their numbers), not shown, and without an estimate."""
    more, less, unclear, none = [], [], [], []
    for row in own[own["term"] != "constant"].to_dict("records"):
        name = term_words(row["term"], text, labels)
        if not np.isfinite(row["estimate"]):
            none.append(name)
        elif association(row) == "unclear":
            unclear.append(name)
        else:
            words = text("“{term}” ({numbers})", term=name, numbers=_numbers(row, text))
            (more if association(row) == "more" else less).append(words)
    return more, less, unclear, none


def tie_model_sentences(
    models: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """What goes with a tie, in each wave. Rows of ``why_ties`` (logit)."""
    if models.empty:
        return [text("This study has no ties between organisations: why they exist cannot be asked.")]
    sentences = []
    for (kind, wave), own in models.groupby(["kind", "wave"], sort=False, observed=True):
        head = text(
            "{kind}, {wave}", kind=kind_name(kind, text, labels), wave=labels("waves").get(wave, wave)
        )
        sentences += _said(head, own, text, labels)
    return [*sentences, _not_causal(text)]


def change_model_sentences(
    formed: pd.DataFrame, dissolved: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """What goes with a tie that forms, and with one that ends. Rows of ``tie_formation`` and ``tie_dissolution``."""
    if formed.empty and dissolved.empty:
        return [
            text("Ties of one kind in two waves are needed to see what forms and what ends: there are none.")
        ]
    sentences = []
    for models, formation in ((formed, True), (dissolved, False)):
        for (kind, _, wave), own in models.groupby(
            ["kind", "wave_from", "wave_to"], sort=False, observed=True
        ):
            first = own.iloc[0]
            numbers = {
                "kind": kind_name(kind, text, labels),
                "wave": labels("waves").get(wave, wave),
                "events": text.number(first["events"], 0),
                "pairs": text.number(first["pairs_compared"], 0),
            }
            if formation:
                head = text("{kind}, {wave}: of {pairs} pairs without a tie {events} formed one", **numbers)
            else:
                head = text("{kind}, {wave}: of {pairs} ties {events} ended", **numbers)
            sentences += _said(head, own, text, labels)
            if (own["note"] == FEW_EVENTS).any():
                sentences.append(
                    text("{head}: few for so many terms, so that little could be seen.", head=head)
                )
    return [*sentences, _not_causal(text)]


def _said(head: str, own: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    more, less, unclear, none = _terms(own, text, labels)
    sentences = []
    size = {"n": text.number(own["n"].iloc[0], 0), "pairs": text.number(own["pairs_compared"].iloc[0], 0)}
    for words, higher in ((more, True), (less, False)):
        if words and higher:
            sentences.append(
                text(
                    "{head}: more often with {terms}, the other terms being equal (n = {n} organisations, {pairs} "
                    "pairs).",
                    head=head, terms=listed(text, words), **size,
                )
            )  # fmt: skip
        elif words:
            sentences.append(
                text(
                    "{head}: less often with {terms}, the other terms being equal (n = {n} organisations, {pairs} "
                    "pairs).",
                    head=head, terms=listed(text, words), **size,
                )
            )  # fmt: skip
    if unclear:
        terms = listed(text, [text("“{term}”", term=word) for word in unclear])
        sentences.append(
            text(
                "{head}: no association could be shown for {terms} (n = {n} organisations, {pairs} pairs); one may "
                "exist that these data are too few to show.",
                head=head, terms=terms, **size,
            )
        )  # fmt: skip
    if none:
        terms = listed(text, [text("“{term}”", term=word) for word in none])
        sentences.append(
            text("{head}: nothing can be said of {terms}; the table says why.", head=head, terms=terms)
        )
    return sentences


def _not_causal(text: Translator) -> str:
    return text(
        "These are associations among pairs, not causes: whatever was not asked may stand behind both. Pairs on which "
        "a silent organisation would have had to speak are left out: if the silent differ, so may the picture."
    )


def overlap_sentences(
    overlap: pd.DataFrame, counts: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """How far two kinds of tie join the same pairs. Rows of ``multiplex_overlap`` and ``multiplex_counts``."""
    if counts.empty:
        return [
            text("Two kinds of tie asked in one wave are needed to see whether they overlap: there are none.")
        ]
    sentences = []
    keys = ["wave", "kind", "other"]
    for row in counts.to_dict("records"):
        own = overlap[(overlap[keys] == [row[key] for key in keys]).all(axis=1)].set_index("metric")
        share, r = own.loc["jaccard"], own.loc["correlation"]
        said = {
            "wave": labels("waves").get(row["wave"], row["wave"]),
            "kind": kind_name(row["kind"], text, labels),
            "other": kind_name(row["other"], text, labels),
            "both": text.number(row["ties_of_both"], 0),
            "either": text.number(row["ties_of_both"] + row["only_first"] + row["only_other"], 0),
            "chance": text.number(row["both_by_chance"], 1),
            "n": text.number(row["n"], 0),
        }
        if not np.isfinite(r["estimate"]):
            sentences.append(
                text("{wave}: {kind} and {other} cannot be compared; the table says why.", **said)
            )
            continue
        said |= {"share": text.percent(share["estimate"]), "interval": shares_words(text, share)}
        said |= {"r": r["estimate"], "p": text.number(r["p"], 3)}
        if r["p"] <= 0.05 and r["estimate"] > 0:
            sentences.append(
                text(
                    "{wave}: {kind} and {other} join the same pairs more often than chance would: {both} of {either} "
                    "ties are of both kinds ({share}, interval {interval}), {chance} would be by chance (r = {r}, "
                    "p = {p}, n = {n} organisations).",
                    **said,
                )
            )
        elif r["p"] <= 0.05:
            sentences.append(
                text(
                    "{wave}: {kind} and {other} join the same pairs less often than chance would: {both} of {either} "
                    "ties are of both kinds ({share}, interval {interval}), {chance} would be by chance (r = {r}, "
                    "p = {p}, n = {n} organisations).",
                    **said,
                )
            )
        else:
            sentences.append(
                text(
                    "{wave}: that {kind} and {other} go together could not be shown: {both} of {either} ties are of "
                    "both kinds ({share}, interval {interval}), {chance} would be by chance (r = {r}, p = {p}, "
                    "n = {n} organisations).",
                    **said,
                )
            )
    return sentences


def meeting_sentences(formed: pd.DataFrame, text: Translator, labels: Labels = nothing_declared) -> list[str]:
    """Did untied organisations that met become tied more often? Rows of ``tie_formation``, linear, ``met`` alone."""
    met = formed[formed["term"] == "met"] if len(formed) else formed
    if met.empty or not np.isfinite(met["estimate"].astype(float)).any():
        return [
            text(
                "Whether those who met became tied cannot be told: the study does not record which organisations, or "
                "members of which, took part in its activities, or nobody untied met."
            )
        ]
    sentences = []
    for row in met[np.isfinite(met["estimate"].astype(float))].to_dict("records"):
        own = formed[(formed["kind"] == row["kind"]) & (formed["wave_to"] == row["wave_to"])].set_index(
            "term"
        )
        others = own.loc["constant", "estimate"]
        said = {
            "kind": kind_name(row["kind"], text, labels),
            "wave": labels("waves").get(row["wave_to"], row["wave_to"]),
            "met": text.percent(others + row["estimate"], 1),
            "apart": text.percent(others, 1),
            "low": text.number(100 * row["low"], 1),
            "high": text.number(100 * row["high"], 1),
            "p": text.number(row["p"], 3),
            "pairs": text.number(row["pairs_compared"], 0),
            "n": text.number(row["n"], 0),
        }
        numbers = text(
            "{met} of the untied pairs that met and {apart} of those that did not were tied in the wave “{wave}” "
            "(difference from {low} to {high} percentage points, p = {p}, {pairs} pairs, n = {n} organisations)",
            **said,
        )
        if association(row) == "more":
            end = text("{kind}: {numbers}. Those who met became tied more often; that meeting made ties is not shown.",
                       kind=said["kind"], numbers=numbers)  # fmt: skip
        elif association(row) == "less":
            end = text(
                "{kind}: {numbers}. Those who met became tied less often.", kind=said["kind"], numbers=numbers
            )
        else:
            end = text("{kind}: {numbers}. No difference could be shown.", kind=said["kind"], numbers=numbers)
        sentences.append(end)
    return sentences
