"""Sentences on memberships: who belongs to, or took part in, what."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.networks import Labels, nothing_declared
from hubanalysis.locale.translator import Translator

__all__ = ["beyond_sentences", "named_pairs", "two_mode_sentences"]

PLURAL = {"person": "people", "organisation": "organisations", "activity": "activities"}
ENDS = ["first_of_pair", "second_of_pair"]
RENAMED = {"expected": "expected_shared", "ratio": "ratio_shared", "found": "more_shared"}


def two_mode_sentences(
    size: pd.DataFrame, cohesion: pd.DataFrame, text: Translator, labels: Labels = nothing_declared
) -> list[str]:
    """What the memberships say, where there are any. Frames from ``two_mode_size`` and ``two_mode_cohesion``."""
    sentences = []
    for row in size.to_dict("records"):
        own = cohesion[(cohesion["kind"] == row["kind"]) & (cohesion["wave"] == row["wave"])].set_index(
            "metric"
        )
        mean = own.loc["mean_degree_first"]
        sentences.append(
            text(
                "{kind}: {sources} {source_mode} hold {ties} ties to {targets} {target_mode}, on average {mean} "
                "each (interval {interval}, n = {n}).",
                kind=labels("tie_kinds").get(row["kind"], text.term(row["kind"])),
                sources=row["first_mode"],
                source_mode=text.term(PLURAL[row["source_mode"]]),
                ties=row["ties"],
                targets=row["second_mode"],
                target_mode=text.term(PLURAL[row["target_mode"]]),
                mean=mean["estimate"],
                interval=text.interval(mean["low"], mean["high"]),
                n=row["n"],
            )
        )
    return sentences


def beyond_sentences(counts: pd.DataFrame, text: Translator, labels: Labels = nothing_declared) -> list[str]:
    """How many pairs share more than numbers explain, and whether they could have been found (``backbone_counts``)."""
    sentences = []
    for row in counts.to_dict("records"):
        words = {
            "kind": labels("tie_kinds").get(row["kind"], text.term(row["kind"])),
            "pairs": row["pairs"],
            "members": text.term(PLURAL[row["mode"]]),
            "others": text.term(PLURAL[row["others"]]),
            "n": row["n"],
            "alpha": row["alpha"],
            "correction": text.term(f"correction_{row['correction']}"),
            "found": row["found"],
        }
        if row["found"]:
            sentences.append(
                text(
                    "{kind}: of {pairs} pairs of {members}, **{found}** share more {others} than their numbers explain "
                    "(exact backbone, one-sided test at {alpha}, {correction}, n = {n}).",
                    **words,
                )
            )
        else:
            sentences.append(
                text(
                    "{kind}: of {pairs} pairs of {members}, none could be shown to share more {others} than their "
                    "numbers explain (exact backbone, one-sided test at {alpha}, {correction}, n = {n}).",
                    **words,
                )
            )
        sentences.append(_power(row, text))
    return sentences


def _power(row: dict, text: Translator) -> str:
    """The power warning: of pairs that could not be found whatever they share, nothing is known."""
    if row["never"] == row["pairs"]:
        return text(
            "**With numbers like these no pair could be found, whatever it shared**: that none was found says nothing."
        )
    words = {"needed": text.number(row["needed"], 0), "expected": text.number(row["expected"], 1)}
    if not row["never"]:
        return text(
            "The test sees only strong likeness: the pair in the middle would have had to share {needed} to be found "
            "by itself, where its numbers explain {expected}.",
            **words,
        )
    return text(
        "{never} of these {pairs} pairs could not be found whatever they shared, because their numbers are too small "
        "or too large for it: that none of them was found says nothing about them. Of the others, the pair in the "
        "middle would have had to share {needed} to be found by itself, where its numbers explain {expected}.",
        never=row["never"],
        pairs=row["pairs"],
        **words,
    )


def named_pairs(
    beyond: pd.DataFrame,
    text: Translator,
    labels: Labels = nothing_declared,
    *,
    organisations: pd.DataFrame | None = None,
    public: bool = False,
    most: int = 10,
) -> pd.DataFrame:
    """The ``most`` least expected pairs of each network of ``shared_beyond_chance``, ends in words.

    Pairs hidden by ``hide_small_overlaps`` are left out. In a public report pairs of organisations are told only where
    both consent to be named, for a pair is known again by its numbers.
    """
    known = beyond[beyond["n"].notna()]
    if public and len(known):
        consent = set()
        if organisations is not None and len(organisations):
            agree = organisations["consent"].astype("boolean").fillna(False).astype(bool)
            consent = set(organisations.loc[agree, "organisation"].astype(str))
        both = known["source"].isin(consent) & known["target"].isin(consent)
        known = known[(known["mode"] != "organisation") | both]
    first = (
        known.sort_values(["p", "source", "target"], kind="stable")
        .groupby(["kind", "wave"], sort=False)
        .head(most)
    )
    columns = [
        "kind",
        "wave",
        *ENDS,
        "n",
        "expected_shared",
        "ratio_shared",
        "p",
        "p_adjusted",
        "more_shared",
    ]
    if first.empty:
        return pd.DataFrame(columns=columns)
    names = {**labels("organisations"), **labels("activities")}
    ends = {
        word: [names.get(v, v) for v in first[end]]
        for word, end in zip(ENDS, ("source", "target"), strict=True)
    }
    told = first.assign(**ends, found=first["found"].astype(bool), n=first["n"].astype(int))
    told = told.rename(columns=RENAMED)[columns]
    if told["wave"].eq("").all():
        told = told.drop(columns="wave")
    return told.reset_index(drop=True)
