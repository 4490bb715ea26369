"""Running notebooks: only what was seen to run to its end is done. Small notebooks without a study."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from hubanalysis.locale.translator import Translator
from hubanalysis.reports.execution import execute
from hubanalysis.reports.kernels import Kernels
from hubanalysis.reports.ledger import Ledger
from hubanalysis.reports.plan import SYNTHESIS, Plan
from hubanalysis.reports.runner import Runner, keep_what_is_intact, merge_results

warm_only = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
SAVE = (
    "import json, os, pathlib\n"
    "folder = pathlib.Path(os.environ['HUBANALYSIS_RUN'], 'results')\n"
    "(folder / '{name}.json').write_text(json.dumps([{{'id': '{name}:x', 'estimate': least, 'notebook': '{name}'}}]))"
)


def book(*sources: str):
    cells = [
        new_markdown_cell("# 1. A title\n\nA question?", id="title"),
        new_code_cell("least: int = 1  # a number", metadata={"tags": ["parameters"]}, id="parameters"),
        *(new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)),
    ]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


@pytest.fixture(scope="module")
def kernels():
    with Kernels(modules=["ipykernel.ipkernel", "ipykernel.kernelapp"]) as kernels:
        yield kernels


@pytest.fixture(scope="module")
def plain_kernels():
    with Kernels(warm=False) as kernels:
        yield kernels


def run(kernels, tmp_path, notebook, timeout=60, **parameters):
    target = tmp_path / "out.ipynb"
    failure = execute(
        notebook, target, parameters, manager_class=kernels.manager_class, cwd=tmp_path, timeout=timeout
    )
    return failure, nbformat.read(target, as_version=4)


def printed(notebook) -> str:
    return "".join(o.get("text", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs)


@pytest.mark.parametrize("mode", ["kernels", "plain_kernels"])
def test_a_notebook_runs_with_its_parameters_in_its_folder(mode, request, tmp_path):
    kernels = request.getfixturevalue(mode)
    failure, notebook = run(kernels, tmp_path, book("import os; print(least + 1, os.getcwd())"), least=6)
    assert failure is None
    assert printed(notebook).split() == ["7", str(tmp_path)]


@pytest.mark.parametrize("mode", ["kernels", "plain_kernels"])
def test_a_killed_kernel_is_a_failure(mode, request, tmp_path):
    kernels = request.getfixturevalue(mode)
    source = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    failure, _ = run(kernels, tmp_path, book("1", source, "2"))
    assert (failure.kind, failure.cell, failure.source) == ("killed", 3, source)


def test_leaving_with_success_in_the_middle_is_a_failure(kernels, tmp_path):
    failure, _ = run(kernels, tmp_path, book("import sys; sys.exit(0)", "2"))
    assert (failure.kind, failure.cell) == ("stopped", 2)


def test_an_error_names_its_cell_and_its_last_line(kernels, tmp_path):
    failure, notebook = run(kernels, tmp_path, book("1", "raise KeyError('wave')", "print('never')"))
    assert (failure.kind, failure.cell, failure.error) == ("error", 3, "KeyError: 'wave'")
    assert "never" not in printed(notebook)


def test_an_error_that_a_tag_allows_is_still_a_failure(kernels, tmp_path):
    notebook = book("1/0", "2")
    notebook.cells[2].metadata["tags"] = ["raises-exception"]
    failure, _ = run(kernels, tmp_path, notebook)
    assert failure.cell == 2 and "ZeroDivisionError" in failure.error


def test_a_cell_over_its_time_is_a_failure(kernels, tmp_path):
    failure, _ = run(kernels, tmp_path, book("import time; time.sleep(60)", "2"), timeout=1)
    assert (failure.kind, failure.cell) == ("timeout", 2)


def test_what_is_written_repeats_byte_for_byte(kernels, tmp_path):
    first, second = (
        (run(kernels, tmp_path, book("print(1)"), least=2), (tmp_path / "out.ipynb").read_bytes())[1]
        for _ in "ab"
    )
    assert first == second
    assert b"papermill" not in first


@warm_only
def test_figures_left_open_are_shown_by_forked_kernels_too(kernels, tmp_path):
    _, notebook = run(kernels, tmp_path, book("import matplotlib.pyplot as plt; plt.plot([1, 2]);"))
    assert any("image/png" in o.get("data", {}) for c in notebook.cells[2:] for o in c.outputs)


@warm_only
def test_forked_kernels_draw_different_random_numbers(kernels, tmp_path):
    draws = {printed(run(kernels, tmp_path, book("import random; print(random.random())"))[1]) for _ in "ab"}
    assert len(draws) == 2


@warm_only
def test_a_broken_template_falls_back_to_plain_kernels(tmp_path):
    with Kernels(modules=["json"]) as kernels:
        kernels.template.close()
        failure, _ = run(kernels, tmp_path, book("1"))
    assert failure is None and kernels.template is None


@warm_only
def test_no_kernel_outlives_its_runner(tmp_path):
    """kill -9 of the process that runs the notebooks ends the template and its kernels."""
    program = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2])\n"
        "from test_runner_notebooks import book, run\n"
        "from hubanalysis.reports.kernels import Kernels\n"
        "source = 'import os, time, pathlib; pathlib.Path(\"pid\").write_text(str(os.getpid())); time.sleep(60)'\n"
        "run(Kernels(modules=['ipykernel.kernelapp']), pathlib.Path(sys.argv[1]), book(source))\n"
    )
    runner = subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(Path(__file__).parent)])
    try:
        pid_file = tmp_path / "pid"
        assert wait_for(lambda: pid_file.exists() and pid_file.read_text())
        kernel = int(pid_file.read_text())
    finally:
        runner.send_signal(signal.SIGKILL)
        runner.wait()
    assert wait_for(lambda: not alive(kernel))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


# Several notebooks, their ledger, and going on after a stop


def plan_of(tmp_path, **books) -> tuple[Plan, Ledger]:
    sources, folder = tmp_path / "notebooks", tmp_path / "run"
    sources.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    for name, notebook in books.items():
        nbformat.write(notebook, sources / f"{name}.ipynb")
    plan = Plan(sources, sorted(books))
    plan.parameters = {name: {"least": 3} for name in books}
    plan.sources = {name: str(hash(nbformat.writes(notebook))) for name, notebook in books.items()}
    ledger = Ledger.create(folder, run="r", study="s")
    for name in plan.run:
        ledger.note(name, "planned")
    return plan, ledger


def run_all(kernels, plan, ledger, **options):
    kernels.environment["HUBANALYSIS_RUN"] = str(ledger.folder)
    return Runner(ledger, plan, Translator("en"), kernels, ledger.folder, jobs=2, **options).run()


def states(ledger) -> dict[str, str]:
    return {name: entry["state"] for name, entry in Ledger.read(ledger.folder).notebooks.items()}


def test_the_synthesis_runs_last_on_what_the_others_recorded(kernels, tmp_path):
    synthesis = (
        "import os, pathlib; folder = pathlib.Path(os.environ['HUBANALYSIS_RUN'], 'results')\n"
        "print(sorted(p.name for p in folder.iterdir()))"
    )
    plan, ledger = plan_of(
        tmp_path,
        **{
            "01_a": book(SAVE.format(name="01_a")),
            "02_b": book(SAVE.format(name="02_b")),
            SYNTHESIS: book(synthesis),
        },
    )
    assert run_all(kernels, plan, ledger) == {}
    assert set(states(ledger).values()) == {"done"}
    executed = nbformat.read(ledger.folder / "notebooks" / f"{SYNTHESIS}.ipynb", as_version=4)
    assert printed(executed).strip() == "['01_a.json', '02_b.json']"
    assert [r["id"] for r in merge_results(ledger)] == ["01_a:x", "02_b:x"]
    assert json.loads((ledger.folder / "results.json").read_text())[0]["estimate"] == 3


def test_a_failure_leaves_the_others_done_and_the_synthesis_waiting(kernels, tmp_path):
    plan, ledger = plan_of(
        tmp_path,
        **{
            "01_a": book(SAVE.format(name="01_a")),
            "02_b": book(SAVE.format(name="02_b"), "1/0"),
            SYNTHESIS: book("1"),
        },
    )
    failures = run_all(kernels, plan, ledger)
    assert list(failures) == ["02_b"]
    assert states(ledger) == {"01_a": "done", "02_b": "failed", SYNTHESIS: "planned"}
    assert (
        Ledger.read(ledger.folder).notebooks["02_b"]["failure"]["error"]
        == "ZeroDivisionError: division by zero"
    )
    assert [r["id"] for r in merge_results(ledger)] == [
        "01_a:x"
    ]  # what a failed notebook recorded does not count


def test_a_public_ledger_does_not_quote_the_error(kernels, tmp_path):
    plan, ledger = plan_of(tmp_path, **{"01_a": book("print('seen')", "raise ValueError('anna')")})
    run_all(kernels, plan, ledger, public=True)
    everything = (ledger.folder / "manifest.json").read_text() + (
        ledger.folder / "notebooks" / "01_a.ipynb"
    ).read_text().replace("raise ValueError('anna')", "").replace("print('seen')", "")
    assert "anna" not in everything and "seen" not in everything
    assert Ledger.read(ledger.folder).notebooks["01_a"]["failure"] == {"kind": "error", "cell": 3}


def test_results_that_are_no_list_of_results_are_a_failure(kernels, tmp_path):
    source = "import os, pathlib; pathlib.Path(os.environ['HUBANALYSIS_RUN'], 'results', '01_a.json').write_text('[1')"
    plan, ledger = plan_of(tmp_path, **{"01_a": book(source)})
    assert run_all(kernels, plan, ledger)["01_a"].kind == "results"
    assert merge_results(ledger) == []


def test_going_on_keeps_what_is_intact_and_redoes_the_rest(kernels, tmp_path):
    mark = "import pathlib; pathlib.Path('count').open('a').write('{name} ')"
    books = {n: book(mark.format(name=n)) for n in ("01_a", "02_b", "03_c", SYNTHESIS)}
    plan, ledger = plan_of(tmp_path, **books)
    run_all(kernels, plan, ledger)
    count = ledger.folder / "count"
    assert sorted(count.read_text().split()) == sorted(books)

    keep_what_is_intact(ledger, plan, same_ground=True)
    assert ledger.named("planned") == []

    (ledger.folder / "notebooks" / "02_b.ipynb").write_text("{}")  # damaged since
    ledger.note("03_c", "running")  # killed while it ran
    keep_what_is_intact(ledger, plan, same_ground=True)
    count.write_text("")
    run_all(kernels, plan, ledger)
    assert sorted(count.read_text().split()) == ["02_b", "03_c", SYNTHESIS]

    keep_what_is_intact(ledger, plan, same_ground=False)  # raw data changed
    assert sorted(ledger.named("planned")) == sorted(books)


def test_an_interruption_ends_the_kernels_and_leaves_the_work_planned(tmp_path):
    plan, ledger = plan_of(tmp_path, **{"01_a": book("1"), "02_b": book("import time; time.sleep(60)")})

    def interrupt(name, seconds, failure):
        assert wait_for(lambda: Ledger.read(ledger.folder).notebooks["02_b"]["state"] == "running")
        raise KeyboardInterrupt

    started = time.monotonic()
    with Kernels(modules=["ipykernel.kernelapp"]) as kernels, pytest.raises(KeyboardInterrupt):
        run_all(kernels, plan, ledger, ended=interrupt)
    assert time.monotonic() - started < 20
    assert states(ledger) == {"01_a": "done", "02_b": "planned"}
    assert threading.active_count() < 20
