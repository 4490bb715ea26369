"""Sentences on the quotations: from how many passages they were chosen, and what no passage could be found for."""

from __future__ import annotations

import pandas as pd

from hubanalysis.locale.translator import Translator

__all__ = ["quote_findings"]

#: Below this likeness (a cosine, 0 to 1) the typical passage is only the one least apart.
HARDLY_ALIKE = 0.2


def quote_findings(quotes: pd.DataFrame, passages: pd.DataFrame, text: Translator) -> list[str]:
    """What stands behind the quotations (``quotes_by_rule`` and the ``passages_of`` they were chosen from)."""
    if quotes.empty:
        return [text("No passage was coded: there is nothing to quote.")]
    told = quotes[quotes["quote"].notna()]
    said = [
        text(
            "Of {passages} passages of 15 to 80 words, said by {persons} people, a rule chose **{n}** to be quoted, "
            "from {interviews} interviews.",
            passages=len(passages),
            persons=int(passages["person"].nunique()),
            n=len(told),
            interviews=int(told["interview"].nunique()),
        )
    ]
    likeness = told.loc[told["rule"] == "typical", "rule_value"]
    if len(likeness) and likeness.max() < HARDLY_ALIKE:
        said.append(
            text(
                "Even the typical passages share hardly a word with the others of their theme (likeness {low} to "
                "{high}): people say it each in words of their own, and one passage cannot stand for all.",
                low=text.number(likeness.min()),
                high=text.number(likeness.max()),
            )
        )
    without = quotes[quotes["quote"].isna() & (quotes["rule"] == "contrary")]
    if len(without):
        said.append(
            text(
                "For {n} themes no passage says the contrary in the words of the theme: that none was found does not "
                "mean that nobody thinks so.",
                n=len(without),
            )
        )
    if "rare" not in set(quotes["rule"]):
        said.append(
            text("**No theme is rare**: each stands in half of the coded interviews, or in more of them.")
        )
    return said
