"""study.yaml: every mistake at once, each at its line; names that lead nowhere; values YAML would twist."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubanalysis.errors import DataError, UsageError
from hubanalysis.study import find_study, read_study
from hubanalysis.study.model import StudyModel
from hubanalysis.study.yaml_lines import load_with_lines

ROOT = Path(__file__).parents[1]
GOOD = """\
id: little
title: {it: Piccolo, en: Little}
edition: 2022
simulated: true
waves:
  - {id: before, label: {it: prima, en: before}}
instruments:
  - id: people
    about: people
    code: [who]
    questions:
      - {id: a, label: A}
      - {id: b, label: B}
    exports: [{wave: before, file: people.csv}]
    scales:
      - {id: s, label: S, area: wellbeing, items: [a, b], range: [1, 5]}
privacy: {key: demonstration}
"""


def write(folder: Path, text: str) -> str:
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return str(folder)


def mistakes(folder: Path, text: str) -> list:
    with pytest.raises(DataError) as caught:
        read_study(write(folder, text))
    assert caught.value.exit_code == 3
    return list(caught.value.problems)


def test_a_good_study_is_read(tmp_path):
    study = read_study(write(tmp_path, GOOD))
    assert study.model.id == "little"
    assert study.model.instruments[0].scales[0].label == {"it": "S", "en": "S"}
    assert study.line("instruments", 0, "scales", 0, "area") == 16


def test_every_mistake_is_told_at_its_line(tmp_path):
    text = (
        GOOD.replace("edition: 2022", "edition: 2022\nedition: 2023")  # line 4: given twice
        .replace("about: people", "about: persons")  # line 10
        .replace("wave: before, file", "wave: befor, file")  # line 15
        .replace("items: [a, b]", "items: [a, c]")  # line 17
        .replace("privacy: {key", "privacy: {threshhold: 5, key")  # line 18
    )
    found = {p.row: p for p in mistakes(tmp_path, text)}
    assert {4, 10, 18} <= set(found)
    assert "twice" in found[4].what
    assert "threshold" in found[18].fix, "the nearest key is offered"


def test_names_that_lead_nowhere_are_told_with_the_nearest_one(tmp_path):
    text = GOOD.replace("wave: before, file", "wave: befor, file").replace("items: [a, b]", "items: [a, c]")
    found = {p.row: p for p in mistakes(tmp_path, text)}
    assert "befor" in found[14].what and "before" in found[14].fix
    assert "'c'" in found[16].what


def test_mistakes_inside_and_across_blocks_come_together(tmp_path):
    text = GOOD.replace("wave: before, file", "wave: befor, file") + "colour: red\n"
    rows = [p.row for p in mistakes(tmp_path, text)]
    assert rows == [14, 18]


def test_a_real_study_may_not_use_the_published_key(tmp_path):
    (problem,) = mistakes(tmp_path, GOOD.replace("simulated: true", "simulated: false"))
    assert problem.row == 17 and "protects nobody" in problem.what


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "id: [unclosed\n"])
def test_what_is_no_study_is_told_in_one_message(tmp_path, text):
    assert len(mistakes(tmp_path, text)) == 1


def test_yaml_surprises_are_off():
    value, lines, problems = load_with_lines("a: NO\nb: 12:30\nc: 007\nd: 1.5\n99: x\ne: 2022-03-15\n", "f")
    assert not problems
    assert value["a"] == "NO" and value["b"] == "12:30" and value["c"] == "007" and value["d"] == 1.5
    assert value["99"] == "x" and value["e"].isoformat() == "2022-03-15"
    assert lines["b",] == 2


def test_an_unknown_study_names_the_nearest(monkeypatch, tmp_path):
    (tmp_path / "data" / "raw" / "siena-2022").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "siena-2022" / "study.yaml").touch()
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="did you mean 'siena-2022'"):
        find_study("siena-2023")


def test_the_folder_may_come_from_the_environment(tmp_path, monkeypatch):
    study = read_study(write(tmp_path, GOOD + "folder: ${HUB_TEST_FOLDER:-raw}/x\n"))
    assert study.folder == tmp_path / "raw" / "x"
    monkeypatch.setenv("HUB_TEST_FOLDER", "/somewhere")
    assert study.folder == Path("/somewhere/x")


def keys_of(model, seen=None) -> set[str]:
    from typing import get_args

    from pydantic import BaseModel

    seen = set() if seen is None else seen
    found: set[str] = set()
    if model in seen:
        return found
    seen.add(model)
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        stack = [field.annotation]
        while stack:
            kind = stack.pop()
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= keys_of(kind, seen)
            stack.extend(get_args(kind))
    return found


def test_the_reference_explains_every_key():
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    missing = [key for key in sorted(keys_of(StudyModel)) if key not in page]
    assert not missing
