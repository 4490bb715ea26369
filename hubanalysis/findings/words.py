"""Sentences on words: the most said and by whom, terms of several words, what tells groups apart, diversity."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.figures.panels import group_words
from hubanalysis.findings.reading import ALPHA, unknown
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import interval_words, listed

__all__ = [
    "diversity_findings",
    "term_findings",
    "used_findings",
    "wave_lines",
    "wave_word_findings",
    "word_findings",
]

#: Above this normed deviation of proportions a word is said to stand with few.
ONE_SIDED = 0.8
WORDS = 5
GROUP_WORDS = 8


def used_findings(rates: pd.DataFrame, dispersion: pd.DataFrame, text: Translator) -> list[str]:
    """The words said most (``word_rates``), and those often said by hardly anyone (``word_dispersion``)."""
    if rates.empty:
        return [text("Nobody's words are there to be counted.")]
    words = [
        text(
            "{word} ({rate} in 1,000 words, {interval}; {n} interviews)",
            word=r["lemma"],
            rate=text.number(r["estimate"], 1),
            interval=interval_words(text, r, digits=1),
            n=text.number(int(r["n"]), 0),
        )
        for r in rates.head(WORDS).to_dict("records")
    ]
    said = [text("Said most: {words}.", words=listed(text, words))]
    few = (
        dispersion[(dispersion["dp"] >= ONE_SIDED) & (dispersion["n"] > 1)] if len(dispersion) else dispersion
    )
    one = dispersion[dispersion["n"] == 1] if len(dispersion) else dispersion
    if len(few):
        said.append(
            text(
                "{few} words are said five times or more and yet mostly by the same few people: they tell of them, and "
                "are no theme.",
                few=text.number(len(few), 0),
            )
        )
    if len(one):
        said.append(
            text(
                "{one} words are said five times or more by one person alone: they are hers or his, and no theme.",
                one=text.number(len(one), 0),
            )
        )
    return said


def term_findings(terms: pd.DataFrame, text: Translator) -> list[str]:
    """Which words keep together (``collocations``)."""
    if terms.empty:
        return [text("No two words keep together often enough, in enough interviews, to be called a term.")]
    words = [
        text(
            "“{term}” ({said} times, in {n} interviews)",
            term=r["phrase"],
            said=text.number(int(r["said"]), 0),
            n=text.number(int(r["n"]), 0),
        )
        for r in terms.head(WORDS).to_dict("records")
    ]
    return [
        text("{terms} terms were found; the strongest: {words}.", terms=len(terms), words=listed(text, words))
    ]


def word_findings(
    keyness: pd.DataFrame, text: Translator, by: str = "group", labels: Mapping[str, str] | None = None
) -> list[str]:
    """Which words one group uses more than the others, beyond what shuffled interviews would show (``keyness``)."""
    if keyness.empty:
        return [text("There are not two groups of interviews with enough words: words cannot be compared.")]
    shown = keyness[(keyness["g2"] > 0) & (keyness["p_adjusted"] < ALPHA)]
    if shown.empty:
        return [
            text(
                "Of {words} words compared **none** tells a group apart beyond chance, once it is "
                "counted that a word may be "
                "one person's. The words below are hints to go and read, no results.",
                words=len(keyness),
            )
        ]
    return _told(shown, text, by, labels or {}, text("More than the others, {group} say: {words}."))


def wave_word_findings(keyness: pd.DataFrame, text: Translator, labels: Mapping[str, str]) -> list[str]:
    """Which words are said more in one wave than in the others (``keyness`` with ``by="wave"``)."""
    if keyness.empty:
        return [
            text("There are not two waves with enough words of the people asked: words cannot be compared.")
        ]
    shown = keyness[(keyness["g2"] > 0) & (keyness["p_adjusted"] < ALPHA)]
    if shown.empty:
        return [
            text(
                "Of {words} words compared **none** is said more in one wave than in another beyond chance. This is "
                "no proof that nothing changed: with few words only large changes show.",
                words=len(keyness),
            )
        ]
    return _told(shown, text, "wave", labels, text("Said more in {group} than in the other waves: {words}."))


def _told(shown, text: Translator, by: str, labels: Mapping[str, str], sentence: str) -> list[str]:
    said = []
    for group, part in shown.groupby(by, sort=False, observed=True):
        words = [
            text(
                "{word} ({times} times as often, {interval}; in {n} interviews)",
                word=r["lemma"],
                times=text.number(2 ** r["estimate"], 1),
                interval=text("no interval")
                if unknown(r)
                else text.interval(2 ** r["low"], 2 ** r["high"], 1),
                n=int(r["n"]),
            )
            for r in part.head(GROUP_WORDS).to_dict("records")
        ]
        name = labels.get(group) or group_words(group, text)
        said.append(sentence.format(group=name, words=listed(text, words)))
    return said


def wave_lines(lines: pd.DataFrame, interviews: pd.DataFrame, text: Translator) -> pd.DataFrame:
    """``lines_of_groups`` over texts of several kinds: an answer is named by its kind, an interview by its id."""
    kinds = dict(zip(interviews["interview"].astype("str"), interviews["kind"].astype("str"), strict=True))
    words = {"answer": text("an answer"), "note": text("a note")}
    source = [words.get(kinds.get(str(i)), str(i)) for i in lines["interview"]]
    return lines.assign(interview=source).drop(columns=["turn", "start"])


def diversity_findings(means: pd.DataFrame, text: Translator) -> list[str]:
    """How varied the words are over all, whether groups differ, and what that does not say (``diversity_means``)."""
    of = means[means["measure"] == "mtld"] if len(means) else means
    if of.empty:
        return [text("Nobody spoke the 100 words that a measure of diversity needs.")]
    whole, groups = of.iloc[0], of.iloc[1:]
    said = [
        text(
            "On average an interviewee speaks **{words} words** before the share of different ones falls to 72 % "
            "(MTLD; interval {interval}, n = {n}).",
            words=text.number(whole["estimate"], 0),
            interval=interval_words(text, whole, digits=0),
            n=text.number(int(whole["n"]), 0),
        )
    ]
    known = groups.dropna(subset=["low", "high"])
    if len(known) > 1:
        apart = known["low"].max() > known["high"].min()
        said.append(
            text("Some groups' intervals do not meet: their way of speaking differs in this.")
            if apart
            else text("The groups' intervals meet: no difference between groups can be shown.")
        )
    said.append(
        text(
            "This describes how one speaks in an interview, not what one can: it changes with the topic, with short "
            "answers and with who transcribed."
        )
    )
    return said
