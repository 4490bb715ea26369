"""The rules of the house, each held by a test: which way imports point, what a notebook may hold, what stays light."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hubanalysis"
MODULES = sorted(p for p in PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
CHAPTERS = [p for p in NOTEBOOKS if p.parent.name == "notebooks"]
LONGEST_ROOM = 300
#: A list of words for translators is no room.
WORD_LISTS = (PACKAGE / "locale" / "terms.py",)

#: A room, and the rooms it may know. What is not named here is open to all: errors, tables, locale.
ALLOWED = {
    "errors": set(),
    "tables": set(),
    "locale": {"errors", "locale"},
    "study": {"errors", "locale", "study"},
    "printing": {"errors", "printing"},
    "instruments": {"errors", "locale", "study", "instruments", "printing"},
    # a simulated field writes files in the formats the loaders own
    "simulation": {"errors", "locale", "study", "instruments", "simulation", "loaders"},
    "loaders": {"errors", "locale", "study", "tables", "loaders", "instruments"},
    "privacy": {"errors", "locale", "study", "tables", "loaders", "privacy"},
    "metrics": {"errors", "locale", "tables", "metrics"},
    "figures": {"errors", "locale", "tables", "metrics", "figures"},
    "findings": {"errors", "locale", "tables", "metrics", "figures", "findings"},
    "prepare": {"errors", "locale", "study", "tables", "loaders", "privacy", "metrics"},
    "hub": {"errors", "locale", "study", "tables", "privacy", "prepare", "hub"},
    # what a person must decide on is found in the raw files, or where the tables show that people disagree
    "undecided": {"errors", "locale", "study", "loaders", "privacy", "hub", "metrics"},
    # codings go out in the formats the loaders own
    "qda_export": {"errors", "locale", "study", "loaders", "hub"},
    # instruments are filled in with what the study's files already say, and printed
    "field_kit": {"errors", "locale", "study", "instruments", "loaders", "metrics", "printing", "field_kit"},
}
#: Only these may know how notebooks are run.
RUNNERS = ("cli", "reports")
RUNNING = {"papermill", "nbclient", "nbconvert", "jupyter_client"}
HEAVY = {
    "pandas",
    "numpy",
    "matplotlib",
    "scipy",
    "statsmodels",
    "networkx",
    "seaborn",
    "pydantic",
    "papermill",
}
FORBIDDEN_NAMES = re.compile(r"(^|/)(utils?|helpers?|common|misc|base2?|stuff|tools)(\.py|/)")


def tracked() -> list[Path]:
    """The files git knows or would take; without git, all that are not hidden."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        )  # fmt: skip
        names = [n for n in listed.stdout.split("\0") if n]
    except (OSError, subprocess.CalledProcessError):
        names = [
            p.relative_to(ROOT).as_posix()
            for p in ROOT.rglob("*")
            if not p.relative_to(ROOT).parts[0].startswith(".")
        ]
    return [ROOT / n for n in names if (ROOT / n).is_file()]


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> list[tuple[int, str]]:
    """Line and full name of every import of a module, inside functions too; those for type checkers alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write imports in full"
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def test_imports_point_one_way():
    wrong = []
    for path in MODULES:
        room = room_of(path)
        if room not in ALLOWED:
            continue
        for line, name in imported(path):
            parts = name.split(".")
            if parts[0] == "hubanalysis" and len(parts) > 1 and parts[1] not in ALLOWED[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_every_room_has_its_place_in_the_order():
    rooms = {room_of(p) for p in MODULES} - {"__init__", "__main__"}
    assert rooms - set(ALLOWED) == set(RUNNERS)


def test_only_the_runners_know_how_notebooks_run():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in MODULES
        if room_of(path) not in RUNNERS
        for line, name in imported(path)
        if name.split(".")[0] in RUNNING
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "module", ["hubanalysis", "hubanalysis.cli", "hubanalysis.errors", "hubanalysis.study"]
)
def test_these_are_light_to_import(module):
    code = f"import sys, {module}; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(loaded.stdout.split()) == set()


def test_importing_the_package_prints_and_logs_nothing():
    code = "import hubanalysis, hubanalysis.hub, hubanalysis.reports.door"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout + loaded.stderr == ""


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p not in WORD_LISTS], ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_a_room_is_not_too_large(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_ROOM, f"{lines} lines: is it two rooms?"


def test_a_file_is_called_by_what_it_holds():
    assert [p for p in tracked() if FORBIDDEN_NAMES.search(p.relative_to(ROOT).as_posix())] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_what_is_public_is_documented(path):
    name = ".".join(("hubanalysis", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} does not say what it is"
    undocumented = []
    for public in getattr(module, "__all__", ()):
        thing = getattr(module, public)
        if (inspect.isfunction(thing) or inspect.isclass(thing)) and not inspect.getdoc(thing):
            undocumented.append(public)
    assert undocumented == []


def test_the_public_names_of_the_package_load():
    import hubanalysis

    for name in hubanalysis.__all__:
        assert getattr(hubanalysis, name)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.relative_to(ROOT).as_posix())
class TestNotebook:
    def test_it_defines_nothing(self, path):
        """What is worth a name belongs in the package, where it is tested."""
        for cell in code_cells(path):
            for node in ast.walk(ast.parse(code_of(cell))):
                assert not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda))

    def test_it_is_stored_without_marks_of_a_run(self, path):
        for cell in code_cells(path):
            assert cell["execution_count"] is None or checked(cell)
            assert cell["outputs"] == [] or checked(cell), (
                "only cells whose numbers nbval checks keep their output"
            )

    def test_its_cells_have_ids_and_its_kernel_is_this_environments(self, path):
        notebook = read(path)
        assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5)
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids)
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
class TestChapter:
    def test_it_has_typed_and_explained_parameters(self, path):
        from hubanalysis.reports.parameters import RESERVED, read_parameters

        tagged = [c for c in code_cells(path) if "parameters" in c["metadata"].get("tags", [])]
        assert len(tagged) == 1
        parameters = read_parameters(read(path))
        assert set(parameters) >= set(RESERVED)
        assert [p.name for p in parameters.values() if not p.comment] == []
        untyped = [s for s in ast.parse(code_of(tagged[0])).body if not isinstance(s, ast.AnnAssign)]
        assert untyped == []

    def test_it_goes_from_question_to_finding_to_limits_to_results(self, path):
        cells = read(path)["cells"]
        headings = [code_of(c).splitlines()[0] for c in cells if c["cell_type"] == "markdown" and code_of(c)]
        assert headings[0].startswith("# ")
        sections = [h.removeprefix("## ") for h in headings if h.startswith("## ")]
        assert sections[0] == "The finding"
        assert sections[-2:] == ["Limits", "Recorded results"]
        last = code_of(cells[-1])
        assert last.startswith("# NBVAL_CHECK_OUTPUT")
        assert f'ha.save_results(hub, "{path.stem}")' in last


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(path: Path) -> list[dict]:
    return [c for c in read(path)["cells"] if c["cell_type"] == "code"]


def code_of(cell: dict) -> str:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))


def checked(cell: dict) -> bool:
    return code_of(cell).startswith("# NBVAL_CHECK_OUTPUT")


def test_no_file_names_a_package_registry():
    """The lock holds versions and hashes; where packages come from is the machine's to say."""
    hosts = re.compile(
        "|".join(
            re.escape(host)
            for host in (
                "pypi" + ".org",
                "python" + "hosted.org",
                "anaconda" + ".org",
                "conda" + ".io",
                "registry.npm" + "js",
            )
        )
    )
    guilty = []
    for path in tracked():
        if path.suffix in (".xlsx", ".docx", ".odt", ".qdpx", ".png", ".parquet"):
            continue
        if hosts.search(path.read_text(encoding="utf-8", errors="replace")):
            guilty.append(path.relative_to(ROOT).as_posix())
    assert guilty == []
