"""Sentences on memberships: who belongs to, or took part in, what."""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.networks import Labels, nothing_declared
from hubanalysis.locale.translator import Translator

__all__ = ["two_mode_sentences"]

PLURAL = {"person": "people", "organisation": "organisations", "activity": "activities"}


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
