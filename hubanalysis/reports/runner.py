"""Run the notebooks of a plan: in parallel, the synthesis last, every state in the ledger as it happens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hubanalysis.locale import mark
from hubanalysis.locale.translator import Translator
from hubanalysis.reports.execution import CELL_TIMEOUT, Failure, execute
from hubanalysis.reports.kernels import Kernels
from hubanalysis.reports.ledger import Ledger, now, sha256, write_json
from hubanalysis.reports.plan import SYNTHESIS, Plan
from hubanalysis.reports.public_copy import make_public
from hubanalysis.reports.translation import translated

__all__ = ["WAITS", "Runner", "keep_what_is_intact", "merge_results"]

WAITS = mark("It waits for chapters that did not come to their end.")


@dataclass
class Runner:
    """Executes the planned notebooks of one run, into ``ledger.folder``.

    ``kernels`` starts them (threads here only wait for kernels, which are processes), ``cwd`` is their working folder,
    ``jobs`` how many run at once. ``seconds`` is what each took the last time: the longest begin first. ``ended`` is
    told of each notebook: its name, its seconds, its failure or None.
    """

    ledger: Ledger
    plan: Plan
    text: Translator
    kernels: Kernels
    cwd: Path
    jobs: int = 1
    public: bool = False
    timeout: int = CELL_TIMEOUT
    seconds: Mapping[str, float] = field(default_factory=dict)
    ended: Callable[[str, float, Failure | None], None] = lambda *_: None

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        for name in ("notebooks", "results"):
            (self.ledger.folder / name).mkdir(exist_ok=True)

    def run(self) -> dict[str, Failure]:
        """Run everything that is planned; return what failed. On Ctrl-C kernels end and what ran is planned again."""
        planned = self.ledger.named("planned")
        failures = self._together([name for name in planned if name != SYNTHESIS])
        if SYNTHESIS in planned:
            if failures:
                self.ledger.note(SYNTHESIS, "planned", reason=WAITS)
            else:
                failures = self._together([SYNTHESIS])
        return failures

    def _together(self, names: list[str]) -> dict[str, Failure]:
        failures: dict[str, Failure] = {}
        with ThreadPoolExecutor(max_workers=max(1, min(self.jobs, len(names) or 1))) as pool:
            longest_first = sorted(names, key=lambda name: -self.seconds.get(name, 0.0))
            waiting = {pool.submit(self._one, name): name for name in longest_first}
            try:
                while waiting:
                    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        name = waiting.pop(future)
                        seconds, failure = future.result()
                        if failure is not None:
                            failures[name] = failure
                        self.ended(name, seconds, failure)
            except BaseException:
                self._stopping.set()
                pool.shutdown(wait=False, cancel_futures=True)
                self.kernels.close()  # the threads see their kernels die, and end
                for name in self.ledger.named("running"):
                    self.ledger.note(name, "planned")
                raise
        return failures

    def _one(self, name: str) -> tuple[float, Failure | None]:
        target = self.ledger.folder / "notebooks" / f"{name}.ipynb"
        results = self.ledger.folder / "results" / f"{name}.json"
        results.unlink(missing_ok=True)
        started, clock = now(), time.monotonic()
        self.ledger.note(name, "running", started=started)
        parameters = self.plan.parameters.get(name, {})
        failure = execute(
            translated(self.plan.path(name), self.text),
            target,
            parameters,
            manager_class=self.kernels.manager_class,
            cwd=self.cwd,
            timeout=self.timeout,
        )
        failure = failure or _check_results(results)
        if self.public:
            make_public(target, self.ledger.content["study"])
        seconds = round(time.monotonic() - clock, 2)
        if self._stopping.is_set():
            return seconds, failure
        facts: dict[str, Any] = {
            "started": started,
            "finished": now(),
            "seconds": seconds,
            "parameters": {k: v for k, v in parameters.items() if k != "study"},
            "source_sha256": self.plan.sources[name],
        }
        if failure is None:
            facts["output_sha256"] = sha256(target)
            facts["results_sha256"] = sha256(results) if results.exists() else None
            self.ledger.note(name, "done", **facts)
        else:
            results.unlink(missing_ok=True)
            told = failure.as_dict()
            if self.public:  # an error may quote a value
                told = {"kind": failure.kind, "cell": failure.cell}
            self.ledger.note(name, "failed", **facts, failure=told)
        return seconds, failure


def _check_results(path: Path) -> Failure | None:
    """A file of results is a list of results, or its notebook has failed."""
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not (isinstance(content, list) and all(isinstance(r, dict) and r.get("id") for r in content)):
            raise ValueError("not a list of results")
    except ValueError as error:
        return Failure("results", None, "", f"the results it wrote cannot be read: {error}")
    return None


def keep_what_is_intact(ledger: Ledger, plan: Plan, same_ground: bool) -> None:
    """Before going on with a run: plan again whatever is not done, or is no longer what it was.

    A notebook is kept if raw data, code and versions are those of the run (``same_ground``), its source and parameters
    have not changed, and the files it left are the very ones the ledger knows. The synthesis is kept only if all are.
    """
    folder = ledger.folder
    again = []
    for name in plan.run:
        entry = ledger.notebooks.get(name, {"state": "planned"})
        kept = (
            same_ground
            and entry["state"] == "done"
            and entry.get("source_sha256") == plan.sources[name]
            and entry.get("parameters") == {k: v for k, v in plan.parameters[name].items() if k != "study"}
            and _is(folder / "notebooks" / f"{name}.ipynb", entry.get("output_sha256"))
            and _is(folder / "results" / f"{name}.json", entry.get("results_sha256"))
        )
        if not kept:
            again.append(name)
    if again and SYNTHESIS in plan.run and SYNTHESIS not in again:
        again.append(SYNTHESIS)
    for name in again:
        ledger.note(name, "planned")


def _is(path: Path, known: str | None) -> bool:
    return not path.exists() if known is None else path.is_file() and sha256(path) == known


def merge_results(ledger: Ledger) -> list[dict]:
    """The results of the notebooks that are done, in order, written to results.json in one step."""
    merged: list[dict] = []
    for name in ledger.named("done"):
        path = ledger.folder / "results" / f"{name}.json"
        if path.exists():
            merged += json.loads(path.read_text(encoding="utf-8"))
    write_json(ledger.folder / "results.json", merged)
    return merged
