"""Sentences on coverage: is the programme where the social workers see the need?"""

from __future__ import annotations

import pandas as pd

from hubanalysis.findings.priorities import Labels, quoted_needs
from hubanalysis.locale.translator import Translator

__all__ = ["coverage_sentences"]


def coverage_sentences(gaps: pd.DataFrame, text: Translator, labels: Labels) -> list[str]:
    """Is the programme where the social workers see the need? From ``effort_and_priority``."""
    if gaps.empty:
        return [text("Needs and activities cannot be set beside each other with these data.")]
    said = []
    for reading, message in (
        ("uncovered", text("No activity answers {needs}.")),
        ("under", text("Less is done than their priority would ask: {needs}.")),
        ("over", text("More is done than their priority would ask: {needs}.")),
    ):
        needs = gaps.loc[gaps["reading"] == reading, "need"].tolist()
        if needs:
            said.append(message.format(needs=quoted_needs(text, needs, labels)))
    if not said:
        said.append(text("Effort and priority are in line for every need, within five points in a hundred."))
    return said
