"""The command line: what it offers, its exit codes, and the verbs that need no run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from hubanalysis import cli
from hubanalysis.errors import DataError, HubError, LockedError, Problem, UsageError
from hubanalysis.study import read_study
from hubanalysis.study.model import StudyModel
from hubanalysis.study.new import FOLDERS, new_study

VERBS = (
    "check",
    "links",
    "names",
    "disagreements",
    "codings",
    "quotes",
    "prepare",
    "report",
    "resume",
    "diff",
    "compare",
    "new",
    "simulate",
    "instruments",
    "lab",
)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(home) -> str:
    folder = home / "data" / "raw" / "small"
    folder.mkdir()
    (folder / "study.yaml").write_text(
        "id: small\ntitle: Small\nedition: 2022\nsimulated: true\nprivacy: {key: demonstration}\n"
    )
    return "small"


def test_help_tells_every_verb_at_once():
    best = min(_seconds_of_help() for _ in range(3))
    assert best < 0.4


def _seconds_of_help() -> float:
    started = time.perf_counter()
    shown = subprocess.run(
        [sys.executable, "-m", "hubanalysis.cli", "--help"], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - started
    assert all(re.search(rf"^    {verb}\b", shown.stdout, re.MULTILINE) for verb in VERBS)
    return seconds


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    assert ended.value.code == 0
    assert f"hubanalysis {verb}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["reprot"],
        ["report"],
        ["report", "x", "--lang", "fr"],
        ["report", "x", "--jobs", "0"],
        ["report", "x", "--tal"],
    ],
)
def test_wrong_use_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HubError("a"), 1),
        (UsageError("a"), 2),
        (DataError("a", [Problem("broken", "mend it", "f.csv", 3, "c"), Problem("lost", "find it")]), 3),
        (LockedError("a"), 75),
        (OSError(28, "No space left on device", "/x"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_a_person_can_mend_is_one_message_and_its_exit_code(error, code, monkeypatch, capsys):
    def fail(study):
        raise error

    monkeypatch.setattr("hubanalysis.hub.check", fail)
    assert cli.main(["check", "small"]) == code
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    if code == 3:
        assert shown.splitlines() == [
            "a",
            "  - f.csv, row 3, column 'c': broken -> mend it",
            "  - lost -> find it",
        ]


def test_check_tells_errors_before_warnings_and_ends_with_3(monkeypatch, capsys):
    problems = [Problem("w", "x", severity="warning"), Problem("e", "y")]
    monkeypatch.setattr("hubanalysis.hub.check", lambda study: problems)
    assert cli.main(["check", "s"]) == 3
    assert capsys.readouterr().out.splitlines() == [
        "error: e -> y",
        "warning: w -> x",
        "1 error to mend, 1 warning.",
    ]
    problems.pop()
    assert cli.main(["check", "s"]) == 0


def test_check_and_prepare_of_a_study_without_data(small, home, capsys):
    assert cli.main(["check", small]) == 0
    assert "nothing to mend" in capsys.readouterr().out
    assert not (home / "data" / "processed" / "small").exists()
    assert cli.main(["prepare", small]) == 0
    assert (home / "data" / "processed" / "small" / "manifest.json").is_file()


def test_an_unknown_study_is_told_with_the_nearest_name(small, capsys):
    assert cli.main(["check", "smal"]) == 2
    assert "did you mean 'small'?" in capsys.readouterr().err


# A new study


def test_a_new_study_passes_as_it_is_laid_out(home, capsys):
    assert cli.main(["new", "Il mio Hub (2023)"]) == 0
    folder = home / "Il mio Hub (2023)"
    study = read_study(str(folder))
    assert study.id == "il-mio-hub-2023" and not study.model.simulated
    assert {p.name for p in folder.iterdir()} == {*FOLDERS, "study.yaml"}
    assert cli.main(["new", str(folder)]) == 2
    assert "not empty" in capsys.readouterr().err


def test_every_example_in_a_new_study_is_right_and_every_block_has_one(tmp_path):
    file = new_study(tmp_path / "whole") / "study.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"^# ", "", text, flags=re.MULTILINE), encoding="utf-8")
    model = read_study(str(file.parent)).model
    assert set(StudyModel.model_fields) == model.model_fields_set


# Simulation and instruments


def test_simulate_and_instruments_write_where_they_are_told(home):
    assert cli.main(["instruments", "--to", "forms"]) == 0
    assert (home / "forms" / "people.xlsx").is_file()


# The lab


@pytest.fixture
def lab(home) -> Path:
    cells = [
        new_markdown_cell("# A title"),
        new_code_cell('study: str = "x"\nlang: str = "it"  # language', metadata={"tags": ["parameters"]}),
    ]
    (home / "notebooks" / "course").mkdir(parents=True)
    for name in ("01_a", "course/first"):
        nbformat.write(new_notebook(cells=cells), home / "notebooks" / f"{name}.ipynb")
    assert cli.main(["lab", "--lang", "en", "--prepare-only"]) == 0
    return home / "lab" / "en"


def test_the_lab_holds_copies_in_the_students_language(lab):
    source = json.loads((lab / "01_a.ipynb").read_text())["cells"][1]["source"]
    assert 'lang: str = "en"  # language' in "".join(source)
    assert (lab / "course" / "first.ipynb").is_file()


def test_the_lab_never_writes_over_what_a_student_changed(lab, home, capsys):
    mine = (lab / "01_a.ipynb").read_text().replace("A title", "My title")
    (lab / "01_a.ipynb").write_text(mine)
    for name in ("01_a", "course/first"):  # both originals change
        original = home / "notebooks" / f"{name}.ipynb"
        original.write_text(original.read_text().replace("A title", "A newer title"))
    capsys.readouterr()
    assert cli.main(["lab", "--lang", "en", "--prepare-only"]) == 0
    assert "Kept as you changed them: 01_a.ipynb" in capsys.readouterr().out
    assert (lab / "01_a.ipynb").read_text() == mine
    assert "A newer title" in (lab / "course" / "first.ipynb").read_text()


def test_the_lab_starts_in_the_folder_of_the_copies(lab, monkeypatch):
    from hubanalysis.reports import lab as room

    seen = {}

    class Process:
        def __init__(self, command, env):
            seen.update(command=command, env=env)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def wait(self):
            return 0

    monkeypatch.setattr(room.subprocess, "Popen", Process)
    assert cli.main(["lab", "--lang", "en", "--no-browser"]) == 0
    assert seen["command"][1:] == ["-m", "jupyterlab", str(lab), "--no-browser"]
    assert seen["env"]["HUBANALYSIS_HOME"] == str(lab.parents[1])
