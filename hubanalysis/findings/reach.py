"""What the map of reach is drawn from, and what it says in words."""

from __future__ import annotations

import pandas as pd

from hubanalysis.figures.networks import consenting
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.municipal_reach import organisations_by_municipality, ties_by_municipality

__all__ = ["drawn_people", "drawn_seats", "reach_sentences"]

_POINTS = ["municipality", "count"]
_LINKS = ["source", "target", "count"]


def drawn_seats(
    organisations: pd.DataFrame, ties: pd.DataFrame, *, kind: str = "", public: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points (organisations by seat) and lines (ties of one kind in its last wave) for ``plot_reach``.

    In a public report only organisations that consent to be named, and the ties between them: where a municipality has
    one organisation, to draw the place is to draw the organisation.
    """
    if public:
        named = consenting(organisations)
        organisations = organisations[organisations["organisation"].isin(named)]
        ties = ties[ties["source"].isin(named) & ties["target"].isin(named)]
    points = organisations_by_municipality(organisations)
    links = ties_by_municipality(ties, organisations)
    own = links[links["kind"] == (kind or next(iter(links["kind"]), ""))]
    asked = ties.loc[ties["kind"] == next(iter(own["kind"]), ""), "wave"]
    last = asked.cat.remove_unused_categories().cat.categories if hasattr(asked, "cat") else asked.unique()
    own = own[own["wave"] == next(iter(last[::-1]), "")]
    return (
        points.rename(columns={"organisations": "count"})[_POINTS],
        own.rename(columns={"municipality": "source", "with_municipality": "target", "ties": "count"})[
            _LINKS
        ],
    )


def drawn_people(
    residents: pd.DataFrame, flows: pd.DataFrame, *, least: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points (people reached, by where they live) and arrows (to where they took part) for ``plot_reach``.

    From ``people_by_residence`` and ``people_flows``. Points and flows of fewer than ``least`` people are left out.
    """
    least = max(least, 1)
    known = flows[flows["residence"].notna() & (flows["people"] >= least)]
    links = known.rename(columns={"residence": "source", "municipality": "target", "people": "count"})[_LINKS]
    points = residents[residents["people"] >= least].rename(columns={"people": "count"})[_POINTS]
    stages = sorted(set(links["target"]) - set(points["municipality"]))
    if stages:  # people went there, whoever lives there
        points = pd.concat([points, pd.DataFrame({"municipality": stages, "count": 0})], ignore_index=True)
    return points.reset_index(drop=True), links.reset_index(drop=True)


def reach_sentences(
    links: pd.DataFrame, flows: pd.DataFrame, text: Translator, *, least: int = 0
) -> list[str]:
    """How many ties leave a municipality, and how many people left theirs. From ``drawn_seats``, ``drawn_people``."""
    sentences = []
    if len(links):
        away = links.loc[links["source"] != links["target"], "count"].sum()
        sentences.append(
            text(
                "Of {ties} ties between organisations whose seats are known, {away} join two municipalities.",
                ties=int(links["count"].sum()), away=int(away),
            )
        )  # fmt: skip
    if len(flows):
        away = flows.loc[flows["source"] != flows["target"], "count"].sum()
        sentences.append(
            text(
                "Somebody took part in an activity in a municipality {people} times (each person once for each "
                "municipality): {away} of them in another one than where they live.",
                people=int(flows["count"].sum()), away=int(away),
            )
        )  # fmt: skip
        if least:
            sentences.append(text("Journeys made by fewer than {n} people are not counted here.", n=least))
    return sentences
