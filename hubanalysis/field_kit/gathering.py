"""What a study can put into its instruments, read from what there is: before the field, most files do not exist yet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.instruments.material import Material, OwnForm, WaveOf, generic_material, in_both
from hubanalysis.instruments.xlsform import form_rows, records, token
from hubanalysis.study import Study
from hubanalysis.study.waves import placed_waves

__all__ = ["LEAST_VOTERS", "gather"]

#: With fewer voters the collective order of round 1 would be the opinion of one or two of them.
LEAST_VOTERS = 5


def gather(study: Study) -> Material:
    """The material of ``study``. What it does not declare, or whose file is not there, is this project's own list or a
    place to fill in, and is told in ``missing``."""
    generic, missing = generic_material(), []
    model, language = study.model, study.model.languages[0]
    registers = _registers(study)
    waves = {w.id: w for w in model.waves}
    placed = [w for w in placed_waves(model) if w.edition == model.edition]
    own = []
    for instrument in model.instruments:
        found = _own_form(study, instrument)
        if found is None:
            missing.append(
                "a questionnaire that study.yaml declares is not there: none was made in its place"
            )
        else:
            own.append(found)
    organisations = _pairs(registers["organisations"], "organisation", "name")
    if not organisations:
        missing.append("no register of organisations: the roster has places to fill in")
    activities = _pairs(registers["activities"], "activity", "title")
    if not activities:
        missing.append("no register of activities: the code of the activity is written by hand")
    kinds = {
        t.kind: in_both(t.label or t.kind, t.kind) for t in (model.networks.ties if model.networks else ())
    }
    if not kinds:
        missing.append("no kinds of tie are declared: those of this project are used")
    grid = tuple(
        {"name": g.id, **in_both(g.label, g.id), "area": g.area, "range": g.range}
        for g in (model.observations.grid if model.observations else ())
    )
    if not grid:
        missing.append("no grid is declared: that of this project is used")
    needs = {
        n.id: {**in_both(n.label, n.id), "area": n.area}
        for n in (model.consultation.needs if model.consultation else ())
    }
    if not needs:
        missing.append("no needs are declared: those of this project are used")
    order = _order(registers["rankings"], list(needs))
    if model.consultation and not order:
        missing.append("no first round to be read: the second round shows no order")
    names = [*organisations, *activities, *needs, *waves]
    if any(token(name) != name for name in names):
        missing.append("ids with blanks, accents or signs are written with _ in the forms, and read back")
    if not model.waves:
        missing.append("no waves are declared: before, after and follow-up are used")
    return Material(
        id=study.id,
        title=in_both(model.title, study.id),
        waves=tuple(WaveOf(w.id, w.moment, in_both(waves[w.id].label, w.id)) for w in placed)
        or generic.waves,
        organisations=organisations or generic.organisations,
        kinds=kinds or generic.kinds,
        activities=activities,
        grid=grid or generic.grid,
        needs=needs or generic.needs,
        groups=_groups(study, registers["voters"]),
        order=order,
        own=tuple(own),
        missing=tuple(dict.fromkeys(missing)),
        language=language,
    )


def _registers(study: Study) -> dict[str, pd.DataFrame]:
    """Registers and the consultation as far as they can be read; problems are for ``check`` to tell."""
    from hubanalysis.loaders.consultation import load_consultation
    from hubanalysis.loaders.reader import Reader
    from hubanalysis.loaders.references import empty_table
    from hubanalysis.loaders.registers import load_activities, load_organisations

    problems: list[Problem] = []
    account: list[dict] = []
    reader = Reader(study, problems, account)
    tables = {
        "organisations": load_organisations(study, problems, account, reader),
        "activities": load_activities(study, problems, account, reader),
        "rankings": empty_table("rankings"),
        "voters": empty_table("voters"),
    }
    if study.consultation is not None:
        told = load_consultation(study, problems, account, reader)
        tables |= {"rankings": told.rankings, "voters": told.voters}
    return tables


def _pairs(register: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    if value not in register:
        return {name: name for name in register[key]} if key in register else {}
    pairs = zip(register[key], register[value], strict=True)
    return {name: label if isinstance(label, str) and label else name for name, label in pairs}


def _groups(study: Study, voters: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """What voters are told apart by, with the answers of earlier rounds in the order of the alphabet."""
    rounds = study.consultation.rounds if study.consultation else ()
    declared = list(dict.fromkeys(group for r in rounds for group in r.groups))
    given = voters.dropna(subset=["value"]) if len(voters) else voters
    return {group: tuple(sorted(given.loc[given["group"] == group, "value"].unique())) for group in declared}


def _order(rankings: pd.DataFrame, needs: list[str]) -> tuple[tuple[int, str], ...]:
    """The places of the needs in round 1 by Borda, ties at the same place; empty with too few voters."""
    from hubanalysis.metrics.priorities import collective_rankings

    first = rankings[rankings["round"] == 1]
    if first["voter"].nunique() < LEAST_VOTERS:
        return ()
    ranks = collective_rankings(first, needs, rule="borda", replicates=0)
    return tuple((int(place), need) for place, need in zip(ranks["estimate"], ranks["need"], strict=True))


def _own_form(study: Study, instrument) -> OwnForm | None:
    """The study's own questionnaire: its workbook, or one made of the questions study.yaml lists."""
    from hubanalysis.instruments.workbook import workbook_bytes

    consent = instrument.consent.item if instrument.consent else ""
    if instrument.form is None:
        rows = form_rows(_declared(study, instrument))
        return OwnForm(instrument.id, instrument.about, workbook_bytes(rows), records(rows), consent)
    path = study.file(instrument.form)
    sheets = _sheets(path) if path.is_file() else {}
    if not sheets.get("survey"):
        return None
    return OwnForm(instrument.id, instrument.about, path.read_bytes(), sheets, consent)


def _sheets(path: Path) -> dict[str, list[dict[str, str]]]:
    from hubanalysis.loaders.cells import read_cells
    from hubanalysis.study.model import Source

    found = {}
    for name in ("survey", "choices", "settings"):
        cells = read_cells(path, Source(file=path.name, sheet=name), path.name, [])
        if cells is not None:
            headers = {header: header.strip().casefold() for header in cells.columns}
            found[name] = cells.rename(columns=headers).to_dict("records")
    return found


def _declared(study: Study, instrument) -> dict:
    """The questions that study.yaml lists, as a form."""
    choices, survey = {}, [{"name": "start", "type": "start"}, {"name": "end", "type": "end"}]
    for question in instrument.questions:
        kind, range_ = question.type, question.range
        asked = {"name": question.id, **in_both(question.label, question.id)}
        if kind.startswith("select"):
            choices[question.id] = {code: in_both(label, code) for code, label in question.choices.items()}
            kind = f"{kind} {question.id}" + (" or_other" if question.other else "")
        elif range_:
            low, high = (f"{end:g}" for end in range_)
            asked |= {
                "constraint": f". >= {low} and . <= {high}",
                "message_it": f"Un numero da {low} a {high}",
                "message_en": f"A number from {low} to {high}",
            }
        survey.append({**asked, "type": kind, "required": question.id in instrument.code})
    return {
        "id": f"{token(study.id)}_{token(instrument.id)}",
        "title": in_both(study.model.title, study.id),
        "version": study.model.edition,
        "choices": choices,
        "survey": survey,
    }
