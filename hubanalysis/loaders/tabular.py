"""All tables of a study that come from files with rows and columns, in the order in which they need each
other."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.loaders.consultation import load_consultation
from hubanalysis.loaders.decided_codings import load_coding_decisions
from hubanalysis.loaders.decided_quotes import load_quote_decisions
from hubanalysis.loaders.memberships import load_memberships
from hubanalysis.loaders.observations import load_observations
from hubanalysis.loaders.places import load_places, with_seats
from hubanalysis.loaders.questionnaires import load_questionnaires
from hubanalysis.loaders.reader import Reader, load_corrections
from hubanalysis.loaders.registers import (
    load_activities,
    load_attendance,
    load_needs_activities,
    load_organisations,
)
from hubanalysis.loaders.ties import load_ties
from hubanalysis.study import Study

__all__ = ["load_tables"]


def load_tables(
    study: Study, problems: list[Problem], account: list[dict], keyed: Callable[[str], str] | None = None
) -> dict[str, pd.DataFrame]:
    """Every table of :mod:`hubanalysis.tables` that comes from tabular files, with raw personal codes as ids.

    What is wrong is appended to ``problems``, what was read, kept and dropped to ``account``. Where the study
    has no such data, or they cannot be read, a table is empty. ``person_codes`` (code, person) says which person each
    code of the questionnaires is. ``keyed`` as for the :class:`Reader`.
    """
    reader = Reader(study, problems, account, keyed)
    load_corrections(study, problems, account, reader)
    activities = load_activities(study, problems, account, reader)
    places = load_places(study, problems, account, reader)
    organisations = with_seats(load_organisations(study, problems, account, reader), places, study, reader)
    # a register that was declared but could not be read says nothing about unknown names
    known_activities = activities if len(activities) else None
    known_organisations = organisations if len(organisations) else None
    answers = load_questionnaires(study, problems, account, reader, known_organisations)
    shared = {"codes": answers.codes, "activities": known_activities}
    attendance = load_attendance(study, problems, account, reader, **shared)
    ties, asked = load_ties(study, problems, account, reader, known_organisations)
    memberships = load_memberships(
        study, problems, account, reader, organisations=known_organisations, attendance=attendance, **shared
    )
    observations, notes = load_observations(study, problems, account, reader, known_activities)
    consultation = load_consultation(study, problems, account, reader)
    needs_activities = load_needs_activities(study, problems, account, reader, known_activities)
    return {
        "respondents": answers.respondents,
        "person_codes": answers.codes,
        "attributes": answers.attributes,
        "answers": answers.answers,
        "repeats": answers.repeats,
        "activities": activities,
        "attendance": attendance,
        "organisations": organisations,
        "places": places,
        "ties": ties,
        "tie_respondents": asked,
        "memberships": memberships,
        "observations": observations,
        "notes": notes,
        **consultation._asdict(),
        "needs_activities": needs_activities,
        "coding_decisions": load_coding_decisions(study, problems, account, reader),
        "quote_decisions": load_quote_decisions(study, reader),
    }
