"""Sentences on words that are said near each other, and on the map of who says which words."""

from __future__ import annotations

import pandas as pd

from hubanalysis.figures.panels import group_words
from hubanalysis.findings.reading import ALPHA
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.word_cooccurrence import tie_lines
from hubanalysis.metrics.word_counts import witnesses
from hubanalysis.metrics.word_map import WordMap

__all__ = ["map_quotes_shown", "strongest_tie_lines", "tie_findings", "word_map_findings"]


def tie_findings(ties: pd.DataFrame, tokens: pd.DataFrame, least: int, text: Translator) -> list[str]:
    """How many pairs, the strongest and the most widespread (``strongest_ties``, of ``least`` interviews or more)."""
    if ties.empty:
        return [
            text(
                "No two words are said near each other in {least} interviews or more, and more often than chance would "
                "give.",
                least=least,
            )
        ]
    interviews = witnesses(tokens).nunique()
    strongest, widest = ties.iloc[0], ties.sort_values(["n", "g2"], ascending=False, kind="stable").iloc[0]
    said = [
        text(
            "The two words most bound to each other are **{first}** and **{second}**: said near each other {said} "
            "times, in {n} of {interviews} interviews.",
            first=strongest["word"],
            second=strongest["with_word"],
            said=int(strongest["said"]),
            n=int(strongest["n"]),
            interviews=interviews,
        )
    ]
    if widest.name != strongest.name:
        said.append(
            text(
                "The pair that most people make is **{first}** and **{second}**, in {n} of {interviews} interviews.",
                first=widest["word"],
                second=widest["with_word"],
                n=int(widest["n"]),
                interviews=interviews,
            )
        )
    few = int((ties["n"] < 3).sum())
    if few:
        said.append(
            text("Pairs shown: {ties}; of these, from two interviews only: {few}.", ties=len(ties), few=few)
        )
    return said


def strongest_tie_lines(
    ties: pd.DataFrame, tokens: pd.DataFrame, turns: pd.DataFrame, most: int = 5
) -> pd.DataFrame:
    """Where the two words of the strongest pair meet: a line of each of the first ``most`` interviews."""
    columns = ["interview", "quote"]
    if ties.empty:
        return pd.DataFrame(columns=columns)
    lines = tie_lines(tokens, turns, ties["word"].iloc[0], ties["with_word"].iloc[0])
    return lines.drop_duplicates("interview").head(most)[columns].reset_index(drop=True)


def word_map_findings(found: WordMap, text: Translator) -> list[str]:
    """Whether the groups differ more than chance, how much the map shows, and how much each point can be trusted."""
    if not found.rows:
        return [text("There are too few interviews or words for a map.")]
    names = list(found.points["point"].drop_duplicates())
    said = []
    if found.rows == "group":
        test = found.test.iloc[0]
        groups = listed(text, [group_words(name, text) for name in names])
        message = (
            text(
                "The words of {groups} **differ more** than those of groups made by lot: inertia {value}, by lot "
                "{low} to {high} (p = {p}, n = {n} interviews)."
            )
            if test["p"] < ALPHA
            else text(
                "The words of {groups} **could not be shown to differ more** than those of groups made by lot: inertia "
                "{value}, by lot {low} to {high} (p = {p}, n = {n} interviews). The map tells how these interviews "
                "differ, and no more."
            )
        )
        said.append(
            message.format(
                groups=groups,
                value=text.number(test["estimate"], 3),
                low=text.number(test["chance_low"], 3),
                high=text.number(test["chance_high"], 3),
                p=text.number(test["p"], 3),
                n=int(test["n"]),
            )
        )
    else:
        said.append(
            text(
                "There are no two groups of two interviews to set beside each other: the map shows the {n} interviews "
                "themselves, each by its own words. The place of a single interview has no interval.",
                n=len(names),
            )
        )
    if len(found.shares) == 1:
        said.append(text("One axis shows all differences between the two, and no map is needed."))
    elif len(names) > 3:  # three points always lie in a plane
        said.append(
            text(
                "The two axes show {share} of all differences between their words.",
                share=text.percent(float(found.shares.sum())),
            )
        )
    return said


def map_quotes_shown(quotes: pd.DataFrame) -> pd.DataFrame:
    """``map_quotes`` as the door shows quotations: whose words (``group``), which interview, the value of the rule."""
    own = quotes["point"].astype("object").where(quotes["point"] != quotes["interview"], None)
    return quotes.assign(group=own)[["group", "interview", "quote", "rule_value"]]
