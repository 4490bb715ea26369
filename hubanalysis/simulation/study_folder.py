"""``hubanalysis simulate``: a whole study folder, the same bytes for the same seed."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import numpy as np

from hubanalysis.instruments import build_instruments
from hubanalysis.simulation.answers import expected_change
from hubanalysis.simulation.fieldwork import write_people
from hubanalysis.simulation.full_design import expected_designs, full_study, write_designs
from hubanalysis.simulation.laboratory import write_consultation, write_observations
from hubanalysis.simulation.registers import organisations_of, write_organisations, write_registers
from hubanalysis.simulation.ties import write_ties
from hubanalysis.simulation.transcripts import write_interviews

__all__ = ["simulate"]

# One stream of random numbers a part: a change in one part moves no other. Add new parts at the end.
_STREAMS = (
    "people",
    "attendance",
    "answers",
    "leaving",
    "codes",
    "words",
    "field_before",
    "field_after",
    "registers",
    "organisations",
    "ties",
    "observations",
    "consultation",
    "interviews",
    "truth",
    "designs",
    "designs_truth",
)
#: What a study may be: before and after; or with an earlier edition, a follow-up and people compared with.
DESIGNS = ("plain", "full")
_MADE = ("questionnaires", "registers", "networks", "observations", "consultation", "interviews", "codings")


def _words(name: str) -> dict:
    from hubanalysis.study.yaml_lines import load_with_lines

    path = Path(__file__).with_name(f"{name}.yaml")
    value, _, problems = load_with_lines(path.read_text(encoding="utf-8"), path.name)
    if problems:
        raise ValueError("; ".join(map(str, problems)))
    return value


def _forms(path: Path, forms: str | Path | None) -> str:
    """Where study.yaml finds the instruments: the project's own where the study lies in it, else a copy beside it."""
    from hubanalysis.study import home

    shared = home() / "instruments"
    if forms is None and path.is_relative_to(home()) and (shared / "people.xlsx").is_file():
        forms = shared
    if forms is not None:
        return Path(os.path.relpath(Path(forms).resolve(), path)).as_posix()
    build_instruments(path / "instruments")
    return "instruments"


def simulate(
    path: str | Path,
    seed: int = 2022,
    scale: int = 1,
    forms: str | Path | None = None,
    design: str = "plain",
) -> dict:
    """Write a simulated study into the folder ``path`` and return its truth (also written as ``truth.json``).

    ``scale`` multiplies people (250 each) and organisations (52 each). ``forms`` is the folder of the instruments that
    study.yaml points to; by default the project's own where ``path`` lies in the project, else a copy is made in
    ``path``. The folders that a simulation makes are emptied first; other files in ``path`` are left alone. ``design``
    "full" adds an earlier edition with people who return, a follow-up wave, a comparison group of 80 people of the
    neighbouring territory and questions that look back; the truth has them under ``designs``.

    Raises UsageError where ``scale`` is below 1, ``design`` is another word, or ``path`` holds a study that is not
    simulated.
    """
    from hubanalysis.errors import UsageError

    path = Path(path).resolve()
    if scale < 1:
        raise UsageError(f"The scale is {scale}: give a whole number from 1.")
    if design not in DESIGNS:
        raise UsageError(f"There is no design {design!r}: write {' or '.join(DESIGNS)}.")
    full = design == "full"
    study_file = path / "study.yaml"
    if study_file.exists() and not re.search(
        r"^simulated: true\b", study_file.read_text(encoding="utf-8-sig"), re.M
    ):
        raise UsageError(f"{path} holds a study that is not simulated: choose another folder.")
    path.mkdir(parents=True, exist_ok=True)
    for name in _MADE:
        shutil.rmtree(path / name, ignore_errors=True)

    streams = dict(
        zip(
            _STREAMS,
            map(np.random.default_rng, np.random.SeedSequence(seed).spawn(len(_STREAMS))),
            strict=True,
        )
    )
    programme, words = _words("programme"), _words("words")
    template = Path(__file__).with_name("study.yaml").read_text(encoding="utf-8")
    text = (full_study(template) if full else template).replace("@FORMS@", _forms(path, forms))
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]*", path.name):
        text = re.sub(r"^id: .*$", f"id: {path.name}", text, count=1, flags=re.M)
    study_file.write_text(text, encoding="utf-8", newline="")

    people = write_people(path, streams, scale, programme, words, full)
    organisations = organisations_of(programme, scale)
    truth = {
        "simulated": "Nobody in this study exists. This file tells what was planted in it.",
        "seed": seed,
        "scale": scale,
        "change": expected_change(streams["truth"], programme["municipalities"], programme["activities"]),
        "leaving": (
            "Who felt worse before (wellbeing as observed), is younger or came to less is likelier not to answer "
            "after: not at random, but explained by what was observed."
        ),
        "dose": "The change grows with attendance in wellbeing, networks, competences and audience.",
        "drawn": people["drawn"],
        "links": people["links"],
        "faults": people["faults"],
        "registers": write_registers(path, streams["registers"], programme, organisations, people),
        "organisations": write_organisations(path, streams["organisations"], organisations, words),
        "ties": write_ties(path, streams["ties"], organisations, scale),
        "observations": write_observations(path, streams["observations"], programme, words),
        "consultation": write_consultation(path, streams["consultation"], words),
        "interviews": write_interviews(path, streams["interviews"], people),
    }
    if full:
        truth["designs"] = {
            **expected_designs(
                streams["designs_truth"], programme["municipalities"], programme["activities"]
            ),
            "answered": write_designs(path, streams["designs"], people, scale, words),
        }
    (path / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline=""
    )
    return truth
