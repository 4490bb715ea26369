"""The verbs ``report``, ``restitution``, ``resume``: open the study, run notebooks aside, build pages, let the run
appear."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubanalysis.errors import UsageError
from hubanalysis.reports.ledger import Ledger, code_hash, digest, versions
from hubanalysis.reports.plan import Plan, make_plan
from hubanalysis.reports.progress import Progress
from hubanalysis.reports.publishing import LATEST, Shelf, find_run

if TYPE_CHECKING:
    from hubanalysis.hub import Hub
    from hubanalysis.reports.execution import Failure
    from hubanalysis.study import Study

__all__ = ["Outcome", "report", "restitution", "resume"]

#: Beside the runs: where the study was last read from, so that ``resume`` finds a study that is not under data/raw.
STUDY_NOTE = ".study"
#: In a run's request: its notebooks are pages to give back, not the chapters of a report.
RESTITUTION = "restitution"


@dataclass
class Outcome:
    """How a run ended: its folder, its state, what failed, and what a person should know."""

    run: str
    folder: Path
    state: str
    failures: dict[str, Failure] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def report(
    study: str,
    lang: str = "it",
    audience: str = "internal",
    only: Iterable[str] = (),
    parameters: Iterable[str] = (),
    jobs: int | None = None,
) -> Outcome:
    """Make a report of STUDY.

    Raises UsageError for a wrong study, notebook or parameter, DataError where the data do not pass ``check``,
    LockedError where another run of the study is going on; then no run has been begun. A notebook that fails raises
    nothing: the outcome says so.
    """
    from hubanalysis.study import read_study

    only, parameters = list(only), list(parameters)
    described = read_study(study)
    plan = make_plan(described, _argument(described), lang, audience, only, parameters)
    return _begin(described, plan, lang, audience, {"only": only, "parameters": parameters}, jobs)


def restitution(study: str, lang: str = "it", about: Iterable[str] = (), jobs: int | None = None) -> Outcome:
    """Make the page of each recipient of STUDY: services, territories, organisations, groups of participants.

    ``about`` asks for some kinds of recipients only. Every page is made for the public: it goes out of the house.
    Raises as :func:`report`, and UsageError where the study has nobody to give a page to.
    """
    from hubanalysis.reports.restitution import restitution_plan
    from hubanalysis.study import read_study

    described = read_study(study)
    argument = _argument(described)
    plan = restitution_plan(_open(argument, lang, "public"), argument, about)
    return _begin(described, plan, lang, "public", {RESTITUTION: list(about)}, jobs)


def _begin(
    described: Study, plan: Plan, lang: str, audience: str, request: dict[str, Any], jobs: int | None
) -> Outcome:
    """Begin a run of ``plan``: the lock, its folder, its ledger; then run it."""
    from hubanalysis.study import home

    argument = _argument(described)
    shelf = Shelf(home() / "reports" / described.model.id)
    with shelf.locked(), _kernels(plan) as kernels:
        hub = _open(argument, lang, audience)
        (shelf.folder / STUDY_NOTE).write_text(argument + "\n", encoding="utf-8")
        remarks = [
            f"An earlier run did not come to its end: `hubanalysis resume {p.name.removeprefix('.building-')}` "
            "goes on with it."
            for p in shelf.unfinished()
        ]
        run = shelf.new_run(lang, RESTITUTION if RESTITUTION in request else audience)
        folder = shelf.building(run)
        folder.mkdir()
        ledger = Ledger.create(
            folder,
            run=run,
            study=described.model.id,
            simulated=described.model.simulated,
            lang=lang,
            audience=audience,
            partial=plan.partial,
            request=request,
            **_ground(hub),
        )
        _enter(ledger, plan)
        return _run(shelf, ledger, plan, hub, kernels, jobs, remarks)


def resume(run: str, jobs: int | None = None) -> Outcome:
    """Go on with a run that was interrupted or failed: what is done and intact is kept, the rest is done again.

    Raises UsageError where there is no such run, and the errors of :func:`report`.
    """
    from hubanalysis.study import read_study

    shelf, name = find_run(run)
    with shelf.locked():
        place, building = shelf.place(name), shelf.building(name)
        if place.is_dir() and not building.is_dir():
            ledger = Ledger.read(place)
            if ledger.state == "done":
                remarks = ["Every notebook of this run is done: there is nothing to go on with."]
                whole = RESTITUTION not in ledger.content["request"]
                latest = shelf.latest()
                if whole and (latest is None or (latest.name < name and not ledger.content["partial"])):
                    shelf.point_latest(name)  # it was killed between appearing and becoming the latest
                return Outcome(name, place, "done", {}, remarks)
        ledger = Ledger.read(shelf.reopen(name))
        head = ledger.content
        note = shelf.folder / STUDY_NOTE
        argument = note.read_text(encoding="utf-8").strip() if note.is_file() else head["study"]
        described = read_study(argument)
        if described.model.id != head["study"]:
            raise UsageError(
                f"The run is of the study {head['study']!r}, but {argument} is {described.model.id!r}."
            )
        plan = _plan_of(head, described, argument)
        with _kernels(plan) as kernels:
            hub = _open(argument, head["lang"], head["audience"])
            ground = _ground(hub)
            same = all(head.get(key) == value for key, value in ground.items())
            remarks = (
                [] if same else ["Data, code or versions have changed since: every notebook is run again."]
            )
            ledger.set(state="running", finished=None, **ground)
            _enter(ledger, plan, same)
            if RESTITUTION in head["request"]:
                from hubanalysis.reports.restitution import plan_lost_pages

                plan_lost_pages(ledger)
            return _run(shelf, ledger, plan, hub, kernels, jobs, remarks)


def _plan_of(head: dict[str, Any], described: Study, argument: str) -> Plan:
    """The plan of a run that was begun before, by what its ledger says was asked for."""
    request, lang, audience = head["request"], head["lang"], head["audience"]
    if RESTITUTION in request:
        from hubanalysis.reports.restitution import restitution_plan

        return restitution_plan(_open(argument, lang, audience), argument, request[RESTITUTION])
    return make_plan(described, argument, lang, audience, request["only"], request["parameters"])


def _argument(study: Study) -> str:
    """What the notebooks open the study by: its name under data/raw, else its folder."""
    from hubanalysis.study import home

    folder = study.path.parent
    if folder.parent == (home() / "data" / "raw").resolve() and study.path.name == "study.yaml":
        return folder.name
    return str(folder if study.path.name == "study.yaml" else study.path)


def _kernels(plan: Plan) -> Any:
    """The kernels of the run; their template imports its packages while the study is being opened.

    HUBANALYSIS_WARM=0 in the environment asks for plain kernels.
    """
    from hubanalysis.reports.kernels import BASE, Kernels
    from hubanalysis.study import home

    warm = os.environ.get("HUBANALYSIS_WARM") != "0"
    return Kernels({"HUBANALYSIS_HOME": str(home())}, warm, [*BASE, *plan.modules])


def _cores() -> int:
    """The cores this process may use, which in a container are fewer than the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _last_time(shelf: Shelf) -> dict[str, float]:
    """How long each notebook took in the latest run; nothing where that cannot be known."""
    try:
        notebooks = Ledger.read(shelf.folder / LATEST).notebooks
    except UsageError:
        return {}
    return {name: entry.get("seconds", 0.0) for name, entry in notebooks.items()}


def _open(argument: str, lang: str, audience: str) -> Hub:
    from hubanalysis.hub import open_study

    return open_study(argument, lang=lang, audience=audience)


def _ground(hub: Hub) -> dict[str, Any]:
    """What the run stands on: raw data, code, versions. A public run tells no names of raw files."""
    inputs = hub.inputs()
    whole = {"files": len(inputs), "sha256": digest(inputs)}
    return {
        "inputs": whole if hub.public else whole | {"each": inputs},
        "code_sha256": code_hash(),
        "versions": versions(),
    }


def _enter(ledger: Ledger, plan: Plan, same_ground: bool = False) -> None:
    """Write the plan into the ledger, in the order of the report, keeping what is done and intact."""
    from hubanalysis.reports.runner import keep_what_is_intact

    known = dict(ledger.notebooks)
    ledger.notebooks.clear()
    for name in plan.order:
        if name in plan.skipped:
            ledger.notebooks[name] = {"state": "skipped", "reason": plan.skipped[name]}
        else:
            ledger.notebooks[name] = known.get(name, {"state": "planned"})
    keep_what_is_intact(ledger, plan, same_ground)
    ledger.save()


def _run(
    shelf: Shelf, ledger: Ledger, plan: Plan, hub: Hub, kernels: Any, jobs: int | None, remarks: list[str]
) -> Outcome:
    from hubanalysis.reports.runner import Runner, merge_results
    from hubanalysis.reports.site import build_site
    from hubanalysis.reports.translation import title_of
    from hubanalysis.study import home

    run, folder = ledger.content["run"], ledger.folder
    kernels.environment["HUBANALYSIS_RUN"] = str(folder)
    ledger.set(state="running")
    with Progress(len(ledger.named("planned"))) as progress:

        def ended(name: str, seconds: float, failure: Failure | None) -> None:
            words = f"done in {seconds:.1f} s" if failure is None else told(failure)
            progress.end(name, words, important=failure is not None)

        runner = Runner(ledger, plan, hub.text, kernels, home(), jobs or _cores(), hub.public)
        runner.seconds, runner.ended = _last_time(shelf), ended
        try:
            failures = runner.run()
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"To go on: hubanalysis resume {run}") from None
    results = merge_results(ledger)
    state = "failed" if failures or ledger.named("planned") else "done"
    ledger.finish(state)
    giving_back = RESTITUTION in ledger.content["request"]
    if giving_back:
        from hubanalysis.reports.restitution import write_list

        write_list(folder, ledger, hub)
    else:
        titles = {name: title_of(plan.path(name), hub.text) for name in plan.order}
        remarks += build_site(folder, ledger, hub, results, titles)
    place = shelf.appear(run)
    if state == "done" and not giving_back:  # `latest` is the last good report
        let_it_be_latest(shelf, run, plan.partial, remarks)
    elif state != "done" and shelf.latest() is not None:
        remarks.append(f"`latest` still points to {shelf.latest().name}, the last good run.")
    return Outcome(run, place, state, failures, remarks)


def let_it_be_latest(shelf: Shelf, run: str, partial: bool, remarks: list[str]) -> None:
    """A run of some notebooks only does not take the place of a whole one."""
    latest = shelf.latest()
    if partial and latest is not None and not _is_partial(latest):
        remarks.append(
            f"`latest` still points to {latest.name}: this run holds only the notebooks asked for."
        )
        return
    shelf.point_latest(run)


def _is_partial(folder: Path) -> bool:
    try:
        return Ledger.read(folder).content["partial"]
    except UsageError:
        return True  # of another version: it makes way


def told(failure: Failure) -> str:
    """A failure in one line: where, and the last line of the error."""
    where = f" in code cell {failure.cell}" if failure.cell else ""
    return f"failed{where}: {failure.error}"
