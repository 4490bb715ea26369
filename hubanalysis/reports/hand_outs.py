"""Hand-outs: for each service, territory, organisation or group of participants the page that goes back to it."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hubanalysis.errors import UsageError
from hubanalysis.findings.restitution import RestitutionPage, group_page, organisation_page, voters_page

if TYPE_CHECKING:
    from hubanalysis.hub import Hub

__all__ = ["ORGANISATION", "Recipient", "hand_out", "recipients", "restitution_page"]

ORGANISATION = "organisation"
PAGES = "pages"


@dataclass(frozen=True)
class Recipient:
    """Whom a page is for: ``about`` organisation, a grouping of the consultation or a subgroup; ``group`` which one."""

    about: str
    group: str
    label: str

    @property
    def name(self) -> str:
        """The page's file name: of letters, digits and hyphens, whatever the group is called."""
        plain = unicodedata.normalize("NFKD", f"{self.about}-{self.group}".casefold())
        return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def recipients(hub: Hub) -> list[Recipient]:
    """Everybody the study has a page for: groups of voters, organisations, subgroups of participants, in this order.

    Subgroups under the threshold have no page: there would be nothing of theirs on it. Groups whose names differ in
    signs alone get a number, so that no page writes over another.
    """
    found: list[Recipient] = []
    voters = hub.voters()
    if len(voters) and len(hub.rankings()):
        last = voters[voters["round"] == hub.rankings()["round"].max()].dropna(subset=["group", "value"])
        for about, value in last[["group", "value"]].drop_duplicates().sort_values(["group", "value"]).values:
            found.append(Recipient(str(about), str(value), str(value)))
    organisations = hub.organisations()
    if len(hub.ties()):
        in_ties = set(hub.tie_respondents()["organisation"])
        for row in organisations.sort_values("organisation").itertuples():
            if row.organisation in in_ties:
                found.append(Recipient(ORGANISATION, row.organisation, row.name))
    attributes = hub.attributes("people")
    for about in hub.study.model.subgroups:
        own = attributes[attributes["attribute"] == about]
        sizes = own.groupby("value", observed=True)["id"].nunique()
        for value in sorted(sizes.index[sizes >= hub.threshold]):
            found.append(Recipient(about, str(value), _choice(hub, about, str(value))))
    names = [r.name for r in found]
    clash = sorted({f"{r.about} {r.group!r}" for r in found if names.count(r.name) > 1})
    if clash:
        raise UsageError(f"These groups would share a page, rename one of them: {', '.join(clash)}.")
    return found


def _choice(hub: Hub, attribute: str, value: str) -> str:
    """A subgroup as a person calls it: the question and the answer."""
    items = hub.labels("items")
    answer = items.get(f"{attribute}/{value}", value)
    return hub.text("{question}: {answer}", question=hub.text.term(attribute), answer=hub.text.term(answer))


def restitution_page(hub: Hub, about: str = "", group: str = "") -> RestitutionPage:
    """The page for ``group`` of ``about``; both empty, that of the first recipient of the study.

    Raises UsageError where the study has no such recipient, and says which there are.
    """
    everybody = recipients(hub)
    if not everybody:
        raise UsageError("This study has nobody to give a page back to: no consultation, ties or subgroups.")
    if not about:
        about, group = everybody[0].about, everybody[0].group
    chosen = [r for r in everybody if (r.about, r.group) == (about, group)]
    if not chosen:
        same = [r.group for r in everybody if r.about == about]
        known = ", ".join(same) if same else ", ".join(dict.fromkeys(r.about for r in everybody))
        raise UsageError(f"There is no page for {about} {group!r}: there are {known}.")
    text = hub.text
    kinds = ("areas", "scales", "waves", "tie_kinds", "needs")
    labels = {kind: hub.labels(kind) for kind in kinds}
    plans = _plans(hub)
    instruments = hub.study.model.instruments
    if about == ORGANISATION:
        from hubanalysis.metrics.change import pair_waves
        from hubanalysis.metrics.organisations import change_of_organisations

        first, last = hub.compared_waves("organisations")
        change = change_of_organisations(pair_waves(hub.scores("organisations"), first, last))
        scales = [s for i in instruments if i.about == "organisations" for s in i.scales]
        return organisation_page(
            chosen[0].label,
            hub.ties(),
            hub.tie_respondents(),
            change,
            scales,
            plans,
            text,
            labels,
            organisation=group,
        )
    if about in hub.study.model.subgroups:
        from hubanalysis.metrics.change import change_in_points, pair_waves

        first, last = hub.compared_waves("people")
        scales = [s for i in instruments if i.about == "people" for s in i.scales]
        pairs = pair_waves(hub.scores("people"), first, last)
        attributes = hub.attributes("people")
        own = attributes[(attributes["attribute"] == about) & (attributes["value"] == group)]["id"]
        return group_page(
            chosen[0].label,
            change_in_points(pairs[pairs["id"].isin(own)], scales),
            change_in_points(pairs, scales),
            scales,
            plans,
            text,
            labels,
            threshold=hub.threshold,
        )
    from hubanalysis.metrics.priorities import borda_scores, collective_rankings

    needs, votes = list(labels["needs"]), hub.rankings()
    return voters_page(
        votes,
        hub.voters(),
        needs,
        collective_rankings(votes, needs),
        borda_scores(votes, needs),
        plans,
        text,
        labels["needs"],
        group=about,
        value=group,
        threshold=hub.threshold,
    )


def _plans(hub: Hub) -> list[str]:
    """What will be done, as the study declares it."""
    text, lang, study = hub.text, hub.lang, hub.study
    said = []
    for decision in study.model.restitution.decisions:
        what = study.label(decision.what, lang)
        why = hub.labels("needs").get(decision.need or "") or hub.labels("areas").get(decision.area or "")
        parts = [text("**{need}**: {what}", need=why, what=what) if why else what]
        if decision.who:
            parts.append(text("Who does it: {who}.", who=study.label(decision.who, lang)))
        if decision.when:
            parts.append(text("By when: {when}.", when=study.label(decision.when, lang)))
        said.append(" ".join(part if part.endswith(".") else f"{part}." for part in parts))
    return said


def hand_out(hub: Hub, page: RestitutionPage, name: str) -> Path:
    """Write ``page`` as an A4 PDF and return where: in a run its folder ``pages``, else reports/<study>/interactive/.

    Raises TypesettingError where it does not fit one page of large type.
    """
    from hubanalysis.printing.typesetting import typeset
    from hubanalysis.reports.printed_report import bold_runs
    from hubanalysis.study import home

    run = os.environ.get("HUBANALYSIS_RUN")
    folder = Path(run) if run else home() / "reports" / hub.study.model.id / "interactive"
    text, model = hub.text, hub.study.model
    study = hub.study.label(model.title, hub.lang, model.id)
    restitution = model.restitution
    data = {
        "title": page.whom,
        "lang": hub.lang,
        "study": study,
        "edition": text("edition {edition}", edition=str(model.edition)),
        "said": [bold_runs(s) for s in page.said],
        "everybody": [bold_runs(s) for s in page.everybody],
        "plans": [bold_runs(s) for s in page.plans],
        "bars": page.bars,
        "bars_title": page.bars_title,
        "bars_alt": page.bars_alt,
        "contact": hub.study.label(restitution.contact, hub.lang) if restitution.contact else "",
        "simulated": text("Simulated data: nobody in this study exists.") if model.simulated else "",
        "words": {
            "said": text("What you said"),
            "everybody": text("What all said"),
            "plans": text("What will be done"),
            "open": text("Nothing has been decided yet. What do you propose?"),
            "foot": text("No person can be recognised on this page."),
        },
    }
    return typeset("restitution", data, folder / PAGES / f"{name}.pdf")
