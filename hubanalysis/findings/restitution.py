"""What goes back to those who gave: a page of plain words for a service, a territory, an organisation or a group.

Three parts: what you said, what all said, what will be done. A part that would show one person says why it is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from hubanalysis.findings.change import verdicts
from hubanalysis.findings.priorities import Labels, quoted_needs
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import signed
from hubanalysis.metrics.ballots import ballots_of, rounds_of
from hubanalysis.metrics.voter_groups import members_of

__all__ = ["LEAST_TOLD", "RestitutionPage", "group_page", "organisation_page", "voters_page"]

#: Groups from here up to the study's threshold are told which needs they put first, without order and numbers.
LEAST_TOLD = 5
#: Needs shown on a page that is read at a glance.
MOST_NEEDS = 5
#: Needs of a group under the threshold, of which no order is told.
FIRST_NEEDS = 3


@dataclass(frozen=True)
class RestitutionPage:
    """One A4 page: whom it is for, what they said, what all said (sentences, and bars), what will be done.

    ``bars`` are ``label, share`` (0 to 1, of the longest) ``words``; ``bars_alt`` tells them without sight.
    """

    whom: str
    said: list[str]
    everybody: list[str]
    plans: list[str]
    bars: list[dict[str, Any]] = field(default_factory=list)
    bars_title: str = ""
    bars_alt: str = ""


def voters_page(
    rankings: pd.DataFrame,
    voters: pd.DataFrame,
    needs: list[str],
    ranks: pd.DataFrame,
    points: pd.DataFrame,
    plans: list[str],
    text: Translator,
    labels: Labels,
    *,
    group: str,
    value: str,
    threshold: int = 10,
) -> RestitutionPage:
    """The page of a group of social workers: those whose ``group`` (service, territory) is ``value``.

    ``ranks`` and ``points`` are of all voters (``collective_rankings``, ``borda_scores``). Raises ValueError where
    nobody of the last round belongs to the group.
    """
    last = rounds_of(rankings)[-1]
    members = members_of(voters, last, group, value)
    if not members:
        raise ValueError(f"nobody in round {last} has {group} {value!r}")
    ballots = ballots_of(rankings, needs, last)
    own = ballots.of([v for v in ballots.voters if v in members])
    said = [_own_needs(own, len(own.voters), threshold, text, labels)]
    ranks, points = (frame[frame["round"] == last] for frame in (ranks, points))
    everybody = [_first_of_all(ranks, text, labels)]
    shown = points.sort_values("estimate", ascending=False, kind="stable").head(MOST_NEEDS)
    places = ranks.set_index("need")
    top = max(float(shown["estimate"].max()), 1e-9) if len(shown) else 1.0
    bars = [
        {
            "label": labels.get(row["need"], row["need"]),
            "share": max(float(row["estimate"]), 0.0) / top,
            "words": _place(places.loc[row["need"]], text),
        }
        for row in shown.to_dict("records")
    ]
    title = text("The {n} needs that all put first", n=len(bars))
    alt = "; ".join(f"{bar['label']}: {bar['words']}" for bar in bars)
    return RestitutionPage(
        text("To those who work in: {value}", value=value),
        said,
        everybody,
        plans,
        bars,
        title,
        f"{title}. {alt}.",
    )


def _own_needs(own, n: int, threshold: int, text: Translator, labels: Labels) -> str:
    if n < LEAST_TOLD:
        return text(
            "You are few, and what so few say would show what one person said. Your voice is in what all said, below."
        )
    order = pd.Series(own.points.mean(axis=0), index=own.needs).sort_values(ascending=False, kind="stable")
    first = list(order.index[:FIRST_NEEDS])
    if n < threshold:
        told = sorted(first, key=lambda need: labels.get(need, need).casefold())
        return text(
            "Among the needs you put first are {needs}. You are few: so their order is not told.",
            needs=quoted_needs(text, told, labels),
        )
    return text(
        "The {n} of you who answered put first, in this order, {needs}.",
        n=n,
        needs=quoted_needs(text, first, labels),
    )


def _first_of_all(ranks: pd.DataFrame, text: Translator, labels: Labels) -> str:
    if ranks.empty or ranks["estimate"].isna().all():
        return text("Of all together no order can be told.")
    first = ranks.sort_values("estimate", kind="stable").iloc[0]
    name = labels.get(first["need"], first["need"])
    if first["high"] == 1:
        return text("Of the {n} who answered, “{need}” comes first, and surely so.", n=first["n"], need=name)
    return text(
        "Of the {n} who answered, “{need}” comes first, but not surely: with other colleagues it could have come "
        "down to place {low}.",
        n=int(first["n"]),
        need=name,
        low=text.number(first["high"], 0),
    )


def _place(row: pd.Series, text: Translator) -> str:
    place = text.number(row["estimate"], 0)
    if row["low"] != row["low"] or row["low"] == row["high"]:
        return text("place {place}", place=place)
    return text(
        "place {place} (between {low} and {high})",
        place=place,
        low=text.number(row["low"], 0),
        high=text.number(row["high"], 0),
    )


def organisation_page(
    name: str,
    ties: pd.DataFrame,
    responded: pd.DataFrame,
    change: pd.DataFrame,
    scales: Iterable[Any],
    plans: list[str],
    text: Translator,
    labels: Mapping[str, Labels],
    *,
    organisation: str,
) -> RestitutionPage:
    """The page of an organisation: the ties it told and how many named it, and what changed for all of them.

    ``ties`` and ``responded`` (table tie_respondents) as in the study's tables, ``change`` of
    ``change_of_organisations``. Who named it is not told: they were not asked whether it may be. ``labels`` by kind:
    ``areas``, ``scales``, ``waves``, ``tie_kinds``.
    """
    said = _own_ties(ties, responded, organisation, text, labels)
    everybody = _changes(change, scales, text, labels["scales"], text("organisations"))
    return RestitutionPage(text("To: {name}", name=name), said, everybody, plans)


def _own_ties(ties, responded, organisation: str, text: Translator, labels) -> list[str]:
    if ties.empty:
        return [text("You were not asked for your ties.")]
    wave = ties["wave"].cat.categories[ties["wave"].cat.codes.max()]
    now = ties[ties["wave"] == wave]
    answered = responded[(responded["wave"] == wave) & (responded["organisation"] == organisation)]
    spoke = bool(answered["responded"].fillna(False).any())
    name = labels["waves"].get(wave, wave)
    said = []
    if not spoke:
        said.append(text("In the wave “{wave}” you did not tell your ties.", wave=name))
    for kind in now["kind"].cat.categories if len(now) else ():
        own = now[now["kind"] == kind]
        if own.empty:
            continue
        word = labels["tie_kinds"].get(kind, kind)
        out = int((own["source"] == organisation).sum())
        into = int((own["target"] == organisation).sum())
        if spoke:
            said.append(
                text(
                    "**{kind}**: organisations you named: {out}; organisations that named you: {into}.",
                    kind=word,
                    out=out,
                    into=into,
                )
            )
        else:
            said.append(text("**{kind}**: organisations that named you: {into}.", kind=word, into=into))
    return said


def group_page(
    whom: str,
    own: pd.DataFrame,
    everybody: pd.DataFrame,
    scales: Iterable[Any],
    plans: list[str],
    text: Translator,
    labels: Mapping[str, Labels],
    *,
    threshold: int = 10,
) -> RestitutionPage:
    """The page of a group of participants: the change of its members beside that of all (``change_in_points``)."""
    people = text("people")
    scales = list(scales)
    if own.empty or own["n"].max() < threshold:
        said = [
            text(
                "You are few, and what so few say would show what one person said. Your voice is in what all said, "
                "below."
            )
        ]
    else:
        said = _changes(own[own["n"] >= threshold], scales, text, labels["scales"], people)
    return RestitutionPage(
        text("To the participants ({name})", name=whom),
        said,
        _changes(everybody, scales, text, labels["scales"], people),
        plans,
    )


def _changes(change: pd.DataFrame, scales, text: Translator, labels: Labels, whom: str) -> list[str]:
    """What changed, in the plainest words that are still true."""
    if change.empty:
        return [text("Nobody answered in two waves: what changed cannot be told.")]
    verdict = verdicts(change, scales).set_index("scale")
    n = change["n"]
    said = [
        text(
            "{n} {who} answered before and after.",
            n=text.number(n.max(), 0)
            if n.min() == n.max()
            else text("{low} to {high}", low=text.number(n.min(), 0), high=text.number(n.max(), 0)),
            who=whom,
        )
    ]
    flat = []
    for row in change.to_dict("records"):
        name, one = labels.get(row["scale"], row["scale"]), verdict.loc[row["scale"]]
        points = signed(text, row["estimate"], 1)
        if one["verdict"] != "shown":
            flat.append(name)
        elif one["favour"] == "better":
            said.append(text("**{scale}**: it went better ({points} points).", scale=name, points=points))
        else:
            said.append(text("**{scale}**: it went worse ({points} points).", scale=name, points=points))
    if flat:
        said.append(
            text(
                "No change could be shown for: {scales}. That does not mean there was none.",
                scales=", ".join(flat),
            )
        )
    return said
