"""What each verb does: it imports what it needs when it runs, and tells how it went on one screen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from hubanalysis.errors import DataError, Problem

__all__ = [
    "check",
    "codings",
    "diff",
    "disagreements",
    "instruments",
    "lab",
    "links",
    "names",
    "new",
    "prepare",
    "quotes",
    "report",
    "restitution",
    "resume",
    "simulate",
]


def _list(problems: Sequence[Problem]) -> None:
    for severity in ("error", "warning"):
        for problem in problems:
            if problem.severity == severity:
                print(f"{severity}: {problem}")


def check(options: argparse.Namespace) -> int:
    """Tell every problem of a study; exit code 3 where one must be mended."""
    from hubanalysis import hub

    problems = hub.check(options.study)
    errors = sum(p.severity == "error" for p in problems)
    _list(problems)
    warnings = len(problems) - errors
    told = f"{warnings} warning{'s' * (warnings != 1)}"
    if errors:
        print(f"{errors} error{'s' * (errors != 1)} to mend, {told}.")
        return DataError.exit_code
    print(f"The study passes, with {told}." if warnings else "The study passes: nothing to mend.")
    return 0


def links(options: argparse.Namespace) -> int:
    """Pairs of answers that may be one person."""
    from hubanalysis.undecided import tell_links

    return tell_links(options.study, options.to)


def names(options: argparse.Namespace) -> int:
    """Names of organisations that a person must decide on."""
    from hubanalysis.undecided import tell_names

    return tell_names(options.study, options.to)


def quotes(options: argparse.Namespace) -> int:
    """Quotations chosen by rule, to be signed off."""
    from hubanalysis.undecided import tell_quotes

    return tell_quotes(options.study, options.to)


def disagreements(options: argparse.Namespace) -> int:
    """Where coders disagree."""
    from hubanalysis.undecided import tell_disagreements

    return tell_disagreements(options.study, options.to)


def codings(options: argparse.Namespace) -> int:
    """Hand out texts and codings."""
    from hubanalysis.qda_export import tell_codings

    return tell_codings(options.study, options.to, options.coder, options.kind)


def prepare(options: argparse.Namespace) -> int:
    """Make the tidy tables, and tell their rows."""
    from hubanalysis.hub import open_study

    hub = open_study(options.study)
    filled = {name: rows for name, rows in hub.manifest["tables"].items() if rows}
    width = max(map(len, filled), default=0)
    for name, rows in filled.items():
        print(f"{name:<{width}}  {rows:>7,} rows")
    print(f"The tables of {hub.study.id} are in {hub.study.processed}.")
    return 0


def report(options: argparse.Namespace) -> int:
    """Make a report; exit code 1 where a notebook failed."""
    from hubanalysis.reports import report as reports

    return _ended(
        reports.report(
            options.study,
            lang=options.lang,
            audience=options.audience,
            only=options.only,
            parameters=options.parameters,
            jobs=options.jobs,
        )
    )


def restitution(options: argparse.Namespace) -> int:
    """Make the pages to give back."""
    from hubanalysis.reports import report as reports

    return _ended(
        reports.restitution(options.study, lang=options.lang, about=options.about, jobs=options.jobs)
    )


def resume(options: argparse.Namespace) -> int:
    """Go on with a run."""
    from hubanalysis.reports import report as reports

    return _ended(reports.resume(options.run, jobs=options.jobs))


def _ended(outcome) -> int:
    """Tell how a run ended, on one screen."""
    for name, failure in outcome.failures.items():
        where = f" in code cell {failure.cell}" if failure.cell else ""
        print(f"\n{name} failed{where}: {failure.error}", file=sys.stderr)
        for line in failure.source.splitlines():
            print(f"    {line}", file=sys.stderr)
    for remark in outcome.remarks:
        print(remark)
    print(outcome.folder / "index.html")
    if outcome.state == "done":
        return 0
    print(f"The run failed. When it is mended: hubanalysis resume {outcome.run}", file=sys.stderr)
    return 1


def diff(options: argparse.Namespace) -> int:
    """Tell what changed between two runs."""
    from hubanalysis.reports.diff import compare_runs

    print("\n".join(compare_runs(options.before, options.after)))
    return 0


def new(options: argparse.Namespace) -> int:
    """Lay out a new study."""
    from hubanalysis.study.new import new_study

    path = new_study(options.path)
    print(f"{path} is laid out. Open {path / 'study.yaml'}, then: hubanalysis check {options.path}")
    return 0


def simulate(options: argparse.Namespace) -> int:
    """Make a study of people who do not exist."""
    from hubanalysis import simulation

    simulation.simulate(options.path, seed=options.seed, scale=options.scale, design=options.design)
    print(f"A simulated study is in {options.path}. Nobody in it exists.")
    return 0


def instruments(options: argparse.Namespace) -> int:
    """Write the forms to upload and to print."""
    from hubanalysis.field_kit.telling import tell_kit

    return tell_kit(options.study, options.to)


def lab(options: argparse.Namespace) -> int:
    """Copy the notebooks and open JupyterLab."""
    from hubanalysis.reports.lab import copy_notebooks, open_lab

    folder, told = copy_notebooks(options.lang)
    print("\n".join(told))
    return 0 if options.prepare_only else open_lab(folder, browser=not options.no_browser)
