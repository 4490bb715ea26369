"""What a report is made of: which notebooks run on a study, which are left out and why, and with which parameters."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubanalysis.errors import DataError, Problem, UsageError
from hubanalysis.locale import mark
from hubanalysis.reports.parameters import RESERVED, assign, read_parameters, split_assignments

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["DATA_CHECK", "SYNTHESIS", "Plan", "make_plan", "notebook_imports", "notebooks_folder"]

#: Runs after all others, on what they recorded.
DATA_CHECK = "01_data_check"
SYNTHESIS = "09_synthesis"
NOT_ASKED = mark("This report was asked for without this chapter.")
NOT_CHOSEN = mark("This study's own list of chapters leaves it out.")


def _people_with_scales(study: Study) -> bool:
    return any(i.about == "people" and i.scales for i in study.model.instruments)


def _organisations(study: Study) -> bool:
    return bool(study.model.organisations) or any(i.about == "organisations" for i in study.model.instruments)


def _networks(study: Study) -> bool:
    networks = study.model.networks
    return bool(networks and (networks.ties or networks.memberships))


#: Notebook -> whether the study declares its data, and what to say where it does not.
NEEDS: dict[str, tuple[Callable[[Study], bool], str]] = {
    "02_participation": (
        lambda s: bool(s.model.attendance),
        mark("This study has no register of attendance."),
    ),
    "03_people_change": (_people_with_scales, mark("This study has no questionnaire to people with scales.")),
    "04_organisations": (_organisations, mark("This study has no data on organisations.")),
    "05_networks": (_networks, mark("This study has no data on ties.")),
    "06_interviews": (lambda s: bool(s.model.interviews), mark("This study has no interviews.")),
    "07_observations": (lambda s: bool(s.model.observations), mark("This study has no field observations.")),
    "08_priorities": (
        lambda s: bool(s.model.consultation),
        mark("This study has no consultation of social workers."),
    ),
}


@dataclass
class Plan:
    """The notebooks of a run, in order: where each stands, its parameters, and why others are left out."""

    folder: Path
    run: list[str]
    skipped: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    modules: list[str] = field(default_factory=list)
    partial: bool = False
    #: Where a notebook stands that is not called by the name of its run.
    paths: dict[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        return self.paths.get(name) or self.folder / f"{name}.ipynb"

    @property
    def order(self) -> list[str]:
        return sorted([*self.run, *self.skipped])


def notebook_imports(notebook: dict) -> list[str]:
    """The modules a notebook imports, for the template of the kernels to import once for all."""
    found = []
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] != "code" or "import" not in source:
            continue
        try:
            statements = ast.walk(ast.parse(source))
        except SyntaxError:
            continue  # a magic, or a mistake that its kernel will tell
        for statement in statements:
            if isinstance(statement, ast.Import):
                found += [alias.name for alias in statement.names]
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                found.append(statement.module)
    return found


def notebooks_folder() -> Path:
    """The folder ``notebooks`` of the home folder; where it has none, the one beside the package."""
    from hubanalysis.study import home

    own = home() / "notebooks"
    if any(own.glob("*.ipynb")):
        return own
    beside = Path(__file__).parents[2] / "notebooks"
    if any(beside.glob("*.ipynb")):
        return beside
    raise UsageError(f"There are no notebooks in {own}.")


def _choose(only: Iterable[str], names: list[str]) -> list[str]:
    """The notebooks a person means: by name, or by their number. Tells every unknown one."""
    chosen, problems = [], []
    for word in only:
        word = word.removesuffix(".ipynb")
        found = [n for n in names if n == word] or [n for n in names if n.split("_")[0] == word.zfill(2)]
        found = found or [n for n in names if n.split("_", 1)[-1] == word]
        if found:
            chosen += found
            continue
        close = difflib.get_close_matches(word, names, n=1, cutoff=0.4)
        fix = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(names)}"
        problems.append(Problem(what=f"there is no notebook {word!r}", fix=fix))
    if problems:
        raise UsageError("Unknown notebooks.", problems)
    return sorted(set(chosen))


def make_plan(
    study: Study,
    study_argument: str,
    lang: str,
    audience: str,
    only: Iterable[str] = (),
    written: Iterable[str] = (),
    folder: Path | None = None,
) -> Plan:
    """Decide what runs, and check every parameter before anything starts.

    Raises UsageError for unknown notebooks and for parameters that no notebook has or whose value does not fit, and
    DataError where study.yaml itself names a notebook that does not exist.
    """
    folder = folder or notebooks_folder()
    names = sorted(p.stem for p in folder.glob("*.ipynb"))
    asked = _choose(only, names)
    listed = study.model.notebooks
    if listed is not None:
        try:
            listed = _choose(listed, names)
        except UsageError as error:
            raise DataError("study.yaml lists notebooks that do not exist.", error.problems) from error
    plan = Plan(folder, [], partial=bool(asked))
    for name in names:
        declared, reason = NEEDS.get(name, (None, ""))
        if asked and name not in asked:
            plan.skipped[name] = NOT_ASKED
        elif listed is not None and name not in listed and not asked:
            plan.skipped[name] = NOT_CHOSEN
        elif declared is not None and not declared(study) and not (listed and name in listed):
            plan.skipped[name] = reason
        else:
            plan.run.append(name)
    if not plan.run:
        raise UsageError("Nothing to run: this study declares no data for the notebooks asked for.")
    known = {}
    for name in names:
        content = plan.path(name).read_bytes()
        plan.sources[name] = hashlib.sha256(content).hexdigest()
        notebook = json.loads(content)
        known[name] = read_parameters(notebook)
        if name in plan.run:
            plan.modules += [m for m in notebook_imports(notebook) if m not in plan.modules]
    taken = assign(
        split_assignments(written),
        {name: known[name] for name in plan.run},
        {name: known[name] for name in plan.skipped},
    )
    given = dict(zip(RESERVED, (study_argument, lang, audience), strict=True))
    for name in plan.run:
        plan.parameters[name] = {k: v for k, v in given.items() if k in known[name]} | taken[name]
    return plan
