"""Checks of study.yaml that no single block can make: names that refer to other names."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hubanalysis.errors import Problem
from hubanalysis.study.design_checks import design_checks

if TYPE_CHECKING:
    from hubanalysis.study.reading import Study

__all__ = ["cross_check"]


def cross_check(study: Study, file: str) -> list[Problem]:
    """Every reference of study.yaml that leads nowhere, and every id given twice, with its line."""
    model = study.model
    problems: list[Problem] = []
    waves = [w.id for w in model.waves]

    def refer(value: str, known: Iterable[str], what: str, *path) -> None:
        known = list(known)
        if value in known:
            return
        close = difflib.get_close_matches(value, known, n=1)
        fix = f"did you mean {close[0]!r}?" if close else f"declared are: {', '.join(known) or 'none'}"
        problems.append(
            Problem(
                what=f"{what} {value!r} is not declared",
                fix=fix,
                file=file,
                row=study.line(*path),
                column=" > ".join(str(p + 1) if isinstance(p, int) else p for p in path),
            )
        )

    def once(values: list[str], what: str, *path) -> None:
        for value, count in Counter(values).items():
            if count > 1:
                problems.append(
                    Problem(
                        what=f"{what} {value!r} is given {count} times",
                        fix="give each its own name",
                        file=file,
                        row=study.line(*path),
                        column=" > ".join(map(str, path)),
                    )
                )

    def lacks(what: str, block: str, *path) -> None:
        problems.append(
            Problem(
                what=what,
                fix=f"add the block `{block}`, or take this out",
                file=file,
                row=study.line(*path),
                column=" > ".join(str(p + 1) if isinstance(p, int) else p for p in path),
            )
        )

    once(waves, "the wave", "waves")
    problems += design_checks(study, file)
    once([i.id for i in model.instruments], "the instrument", "instruments")
    once([c.id for c in model.codebook], "the code", "codebook")
    once([c.coder for c in model.codings if c.coder], "the coder", "codings")
    once([c.file for c in model.codings if not c.coder], "the file", "codings")

    for i, instrument in enumerate(model.instruments):
        at = ("instruments", i)
        once([s.id for s in instrument.scales], "the scale", *at, "scales")
        for j, export in enumerate(instrument.exports):
            if export.wave is not None:
                refer(export.wave, waves, "the wave", *at, "exports", j, "wave")
            for value, wave in export.wave_values.items():
                refer(wave, waves, "the wave", *at, "exports", j, "wave_values", value)
        if instrument.questions:
            declared = [q.id for q in instrument.questions]
            once(declared, "the question", *at, "questions")
            for j, scale in enumerate(instrument.scales):
                for k, item in enumerate(scale.items):
                    refer(item, declared, "the item", *at, "scales", j, "items", k)

    if model.networks:
        for name in ("ties", "memberships"):
            for j, ties in enumerate(getattr(model.networks, name)):
                refer(ties.wave, waves, "the wave", "networks", name, j, "wave")
        once([d.id for d in model.networks.short_long], "the definition", "networks", "short_long")
        listed = [m.kind for m in model.networks.memberships if m.source_mode == "person" and m.file]
        for j, membership in enumerate(model.networks.memberships):
            at = ("networks", "memberships", j)
            if membership.through is not None:
                refer(
                    membership.through, listed, "the membership of persons in organisations", *at, "through"
                )
            if membership.from_ is not None and model.attendance is None:
                lacks("memberships are made of the attendance, which is not declared", "attendance", *at)
        for j, definition in enumerate(model.networks.short_long):
            if definition.farther_than_km is not None and model.places is None:
                at = ("networks", "short_long", j, "farther_than_km")
                lacks("a distance is asked for, and no places are declared", "places", *at)

    codes = [c.id for c in model.codebook]
    for j, code in enumerate(model.codebook):
        if code.parent is not None:
            refer(code.parent, codes, "the code", "codebook", j, "parent")
    if model.interviews:
        about = {i.id: i for i in model.instruments}
        for j, answers in enumerate(model.interviews.answers):
            at = ("interviews", "answers", j)
            refer(answers.instrument, about, "the instrument", *at, "instrument")
            if answers.group is not None and answers.instrument in about:
                refer(answers.group, about[answers.instrument].attributes, "the attribute", *at, "group")
            once(answers.items, "the item", *at, "items")
        if model.interviews.notes and model.observations is None:
            lacks(
                "observers' notes are to be read, and no observations are declared",
                "observations",
                "interviews",
                "notes",
            )
        if model.interviews.metadata and not model.interviews.files:
            lacks(
                "a register of interviews is declared, and no transcripts",
                "interviews > files",
                "interviews",
                "metadata",
            )
    if model.codings and not model.interviews:
        problems.append(
            Problem(
                what="codings are declared, but no interviews",
                fix="add the block `interviews`",
                file=file,
                row=study.line("codings"),
            )
        )
    if model.consultation:
        once([n.id for n in model.consultation.needs], "the need", "consultation", "needs")
        once([str(r.round) for r in model.consultation.rounds], "the round", "consultation", "rounds")
    asked = [n.id for n in model.consultation.needs] if model.consultation else []
    for j, decision in enumerate(model.restitution.decisions):
        if decision.need is not None:
            refer(decision.need, asked, "the need", "restitution", "decisions", j, "need")
    attributes = {a for i in model.instruments if i.about == "people" for a in i.attributes}
    for j, subgroup in enumerate(model.subgroups):
        refer(subgroup, sorted(attributes), "the subgroup", "subgroups", j)
    if model.privacy.key == "demonstration" and not model.simulated:
        problems.append(
            Problem(
                what="the demonstration key protects nobody: it is published",
                fix="a real study uses `key: local`; docs/privacy.md says how to make one",
                file=file,
                row=study.line("privacy", "key"),
            )
        )
    return problems
