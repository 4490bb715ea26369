"""The verbs report, resume and diff on a small study of its own: lock, ledger, latest, going on, the site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from hubanalysis import cli
from hubanalysis.reports.publishing import Shelf
from hubanalysis.reports.report import let_it_be_latest

PARAMETERS = 'study: str = "x"\nlang: str = "it"\naudience: str = "internal"\nleast: int = 1  # a number'
OPEN = "import hubanalysis as ha\nhub = ha.open_study(study, lang=lang, audience=audience)"
FIRST = (
    "import pandas as pd, pathlib, os, time\n"
    "if pathlib.Path('slow').exists(): pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)\n"
    "frame = pd.DataFrame({'area': ['wellbeing'], 'estimate': [0.25 * least], 'low': [0.1], 'high': [0.6],"
    " 'n': [40], 'method': ['m']})\n"
    "ha.show(hub, frame, record='change', title='Change')\nprint('some printing')"
)
FINDING = "ha.show(hub, 'Wellbeing **grew** by 0.25 & more.', about='programme')"
SECOND = (
    "import pathlib\n"
    "if pathlib.Path('broken').exists(): raise ValueError('anna is broken')\n"
    "ha.show(hub, 'All is well.')"
)


def book(title: str, *cells: str):
    parts = [new_markdown_cell(f"# {title}\n\nWhat is asked here?")]
    parts.append(new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}))
    parts += [new_markdown_cell(c[3:]) if c.startswith("md:") else new_code_cell(c) for c in (OPEN, *cells)]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=parts, metadata={"kernelspec": kernelspec})


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home folder with an empty simulated study and two notebooks, in which the command line works."""
    raw, notebooks = tmp_path / "data" / "raw" / "small", tmp_path / "notebooks"
    raw.mkdir(parents=True)
    notebooks.mkdir()
    (raw / "study.yaml").write_text(
        "id: small\ntitle: {it: Il piccolo hub, en: The small hub}\nedition: 2022\nsimulated: true\n"
        "privacy: {key: demonstration}\n"
    )
    first = book(
        "1. Data",
        FIRST,
        "md:## The finding",
        FINDING,
        "md:## Limits",
        "ha.save_results(hub, '01_data_check')",
    )
    second = book("2. More", "md:## The finding", SECOND)
    nbformat.write(first, notebooks / "01_data_check.ipynb")
    nbformat.write(second, notebooks / "10_more.ipynb")
    nbformat.write(book("5. Networks", "1"), notebooks / "05_networks.ipynb")
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    monkeypatch.delenv("HUBANALYSIS_RUN", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hubanalysis.reports.report.code_hash", lambda: "the same code")
    return tmp_path


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def latest(home: Path) -> Path:
    return (home / "reports" / "small" / "latest").resolve()


def test_a_report_appears_whole_with_its_site(home, capsys):
    assert cli.main(["report", "small", "--lang", "en", "-p", "least=2"]) == 0
    shown = capsys.readouterr()
    folder = latest(home)
    assert shown.out.strip().endswith(str(folder / "index.html"))
    assert "[2/2]" in shown.err  # one line a notebook where no person watches

    told = manifest(folder)
    assert told["state"] == "done"
    assert {n: e["state"] for n, e in told["notebooks"].items()} == {
        "01_data_check": "done", "05_networks": "skipped", "10_more": "done",
    }  # fmt: skip
    assert set(told["inputs"]["each"]) == {"study.yaml"} and "python" in told["versions"]
    assert json.loads((folder / "results.json").read_text())[0]["estimate"] == 0.5

    index = (folder / "index.html").read_text()
    assert '<html lang="en">' in index and "The small hub" in index
    assert "Wellbeing <strong>grew</strong> by 0.25 &amp; more." in index
    assert "This study has no data on ties." in index and "5. Networks" in index
    page = (folder / "01_data_check.html").read_text()
    assert "<details" in page and "some printing" in page
    for text in (index, page):
        assert "Simulated data." in text
        assert "<script" not in text and "http://" not in text and "https://" not in text


def test_a_failed_run_can_be_read_and_never_becomes_the_latest(home, capsys):
    assert cli.main(["report", "small", "--lang", "en"]) == 0
    good = latest(home)
    (home / "broken").touch()
    assert cli.main(["report", "small", "--lang", "en"]) == 1
    shown = capsys.readouterr()
    assert "10_more failed in code cell 3: ValueError: anna is broken" in shown.err
    assert "Traceback" not in shown.err + shown.out
    assert latest(home) == good
    [failed] = [p for p in good.parent.glob("2*") if p != good]
    assert manifest(failed)["state"] == "failed"
    index = (failed / "index.html").read_text()
    assert "Incomplete report." in index and "Traceback" not in index
    assert not (failed / "10_more.html").exists()

    (home / "broken").unlink()
    before = manifest(failed)["notebooks"]["01_data_check"]["finished"]
    assert cli.main(["resume", failed.name]) == 0
    assert latest(home) == failed
    assert manifest(failed)["state"] == "done"
    assert manifest(failed)["notebooks"]["01_data_check"]["finished"] == before  # kept, not run again
    assert cli.main(["resume", failed.name]) == 0
    assert "nothing to go on with" in capsys.readouterr().out


def test_a_public_run_shows_no_code_no_print_no_path_and_no_error(home):
    (home / "broken").touch()
    assert cli.main(["report", "small", "--audience", "public", "--lang", "en"]) == 1
    [folder] = (home / "reports" / "small").glob("2*")
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        # of the PDF, compressed, what is set in it: the same parts as the pages (see test_printing)
        text = path.read_bytes().decode("utf-8", "replace")
        assert str(home) not in text and "study.yaml" not in text, path
        if path.suffix == ".ipynb":  # its code is the project's own; what it printed is not there
            text = "".join(json.dumps(c.get("outputs", "")) for c in json.loads(text)["cells"])
        assert "some printing" not in text and "anna" not in text, path
        assert path.suffix != ".html" or "open_study" not in text, path


def test_one_run_at_a_time(home, capsys):
    shelf = Shelf(home / "reports" / "small")
    shelf.folder.mkdir(parents=True)
    with FileLock(shelf.folder / ".lock"):
        started = time.monotonic()
        assert cli.main(["report", "small"]) == 75
        assert time.monotonic() - started < 5
    assert "Another run of small is going on" in capsys.readouterr().err
    assert shelf.unfinished() == []


def test_a_run_killed_in_the_middle_goes_on(home, capsys):
    (home / "slow").touch()
    program = [sys.executable, "-m", "hubanalysis.cli", "report", "small", "--lang", "en"]
    process = subprocess.Popen(
        program, env=os.environ | {"HUBANALYSIS_HOME": str(home)}, stderr=subprocess.DEVNULL
    )
    shelf = Shelf(home / "reports" / "small")

    def other_done() -> bool:
        return any(manifest(p)["notebooks"]["10_more"]["state"] == "done" for p in shelf.unfinished())

    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and not ((home / "pid").exists() and other_done()):
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
    assert not list(shelf.folder.glob("2*")) and shelf.latest() is None
    [building] = shelf.unfinished()
    run = building.name.removeprefix(".building-")
    assert manifest(building)["notebooks"]["01_data_check"]["state"] == "running"
    (home / "slow").unlink()
    assert cli.main(["resume", run]) == 0
    assert "done" in capsys.readouterr().err
    assert latest(home).name == run and shelf.unfinished() == []


def past_run(home: Path, name: str, results: list[dict], **facts) -> Path:
    """A run that ended, written by hand."""
    folder = home / "reports" / "small" / name
    folder.mkdir(parents=True)
    head = {
        "format": 1, "run": name, "study": "small", "state": "done", "partial": False, "code_sha256": "c",
        "inputs": {"files": 1, "sha256": "s", "each": {"study.yaml": "s"}}, "versions": {"pandas": "3.0"},
        "request": {"only": [], "parameters": []}, "notebooks": {},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(head | facts))
    (folder / "results.json").write_text(json.dumps(results))
    return folder


def test_a_run_of_some_notebooks_does_not_replace_a_whole_one(home):
    past_run(home, "20220101T000000Z-it-internal", [], partial=True)
    past_run(home, "20220102T000000Z-it-internal", [])
    past_run(home, "20220103T000000Z-it-internal", [], partial=True)
    shelf, remarks = Shelf(home / "reports" / "small"), []
    reached = []
    for day, partial in ((1, True), (2, False), (3, True)):
        let_it_be_latest(shelf, f"2022010{day}T000000Z-it-internal", partial, remarks)
        reached.append(shelf.latest().name[7])
    assert reached == ["1", "2", "2"]
    assert len(remarks) == 1 and "still points to 20220102" in remarks[0]


def result(name: str, estimate: float | None, n: int | None = 40) -> dict:
    bounds = (None, None) if estimate is None else (0.1, 0.6)
    return {
        "id": name,
        "label": name.upper(),
        "estimate": estimate,
        "low": bounds[0],
        "high": bounds[1],
        "n": n,
    }


def test_the_difference_of_two_runs_is_told_in_words_and_numbers(home, capsys):
    first = past_run(
        home, "20220101T000000Z-it-internal", [result("a", 0.25), result("b", 1 / 3), result("c", 1)]
    )
    second = past_run(
        home,
        "20220102T000000Z-it-internal",
        [result("a", 0.75), result("b", 1 / 3 + 1e-15), result("d", None, None)],
        inputs={"files": 1, "sha256": "t", "each": {"study.yaml": "t"}},
        request={"only": [], "parameters": ["least=2"]},
    )
    assert cli.main(["diff", first.name, str(second)]) == 0
    out = capsys.readouterr().out
    assert "1 results changed, 1 appeared, 1 vanished, 1 are the same." in out
    assert "before 0.25 [0.1, 0.6], n = 40" in out
    assert "after  0.75 [0.1, 0.6], n = 40  (outside the interval of before)" in out
    assert "appeared  d: D: no estimate" in out and "vanished  c: C: 1 [0.1, 0.6], n = 40" in out
    assert "Raw files that differ: study.yaml." in out and "Parameters: none -> least=2." in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["report", "smal"], 2, "did you mean 'small'?"),
        (["report", "small", "-p", "leats=3"], 2, "did you mean 'least'?"),
        (["report", "small", "-p", "least=many", "-p", "lang=en"], 2, "it is given by --lang"),
        (["report", "small", "--only", "networs"], 2, "did you mean '05_networks'?"),
        (["resume", "20200101T000000Z-it-internal"], 2, "There is no run"),
        (["diff", "a", "b"], 2, "There is no run 'a'"),
    ],
)
def test_wrong_use_is_told_before_anything_starts(home, capsys, arguments, code, words):
    assert cli.main(arguments) == code
    assert words in capsys.readouterr().err
    assert not list((home / "reports").glob("*/2*"))


def test_data_that_do_not_pass_are_refused(home, capsys):
    study = home / "data" / "raw" / "small" / "study.yaml"
    study.write_text(study.read_text() + "attendance: {file: none.csv, columns: {person: a, activity: b}}\n")
    assert cli.main(["report", "small"]) == 3
    assert cli.main(["check", "small"]) == 3
    assert "none.csv" in capsys.readouterr().err
    assert not list((home / "reports").glob("*/2*"))
