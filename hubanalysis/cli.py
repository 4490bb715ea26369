"""The command line. Every verb imports what it needs when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from hubanalysis.errors import DataError, HubError, Problem

__all__ = ["main"]

INTERRUPTED = 130
STUDY = "a name under data/raw, or a folder with study.yaml"
RUN = "a run's name or folder, or a study (its latest run)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return the exit code.

    0 all done, 1 a notebook failed (or the disk did), 2 wrong use, 3 the data do not pass ``check``, 75 another run of
    the study is going on, 130 interrupted. What a person can mend is told in one message, never in a traceback.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.verb(options)
    except HubError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt as stopped:
        print(f"Interrupted. {stopped}".rstrip(), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        sys.stderr.close()
        return 0
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(f"The system refused: {error.strerror or error}{place}", file=sys.stderr)
        return 1


def _tell(error: HubError) -> None:
    print(error.message, file=sys.stderr)
    for problem in error.problems:
        print(f"  - {problem}", file=sys.stderr)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _parser() -> argparse.ArgumentParser:
    from hubanalysis import __version__
    from hubanalysis.reports import comparing

    parser = argparse.ArgumentParser(
        prog="hubanalysis",
        description="What did a hub's programme of cultural welfare change, for whom, and how do we know?",
        epilog="Exit codes: 0 all done; 1 a notebook failed; 2 wrong use; 3 the data do not pass check; "
        "75 another run of the study is going on.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"hubanalysis {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(
            name, help=words, description=words[0].upper() + words[1:] + ".", allow_abbrev=False
        )
        sub.set_defaults(verb=run)
        return sub

    check = verb("check", _check, "look for every problem in a study, writing nothing")
    check.add_argument("study", metavar="STUDY", help=STUDY)

    links = verb("links", _links, "list the pairs of answers that may be one person, for you to decide")
    links.add_argument("study", metavar="STUDY", help=STUDY)
    links.add_argument(
        "--to", metavar="FILE", help="write the pairs into this file; without it only count them"
    )

    names = verb("names", _names, "list the names of organisations that a person must decide on")
    names.add_argument("study", metavar="STUDY", help=STUDY)
    names.add_argument(
        "file", metavar="FILE", help="the new file to write the list into; none is written over"
    )

    prepare = verb("prepare", _prepare, "make the tidy tables of a study from its raw files")
    prepare.add_argument("study", metavar="STUDY", help=STUDY)

    report = verb("report", _report, "run the notebooks on a study and write its report")
    report.add_argument("study", metavar="STUDY", help=STUDY)
    report.add_argument("--lang", choices=("it", "en"), default="it", help="language of the report (it)")
    report.add_argument(
        "--audience", choices=("internal", "public"), default="internal", help="who it is for (internal)"
    )
    report.add_argument(
        "--only",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="these notebooks only, such as 03",
    )
    report.add_argument(
        "-p",
        dest="parameters",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of the notebooks",
    )
    report.add_argument("--jobs", metavar="N", type=_positive, help="notebooks at once (one a core)")

    back = verb(
        "restitution", _restitution, "make the pages to give back to services, organisations and groups"
    )
    back.add_argument("study", metavar="STUDY", help=STUDY)
    back.add_argument("--lang", choices=("it", "en"), default="it", help="language of the pages (it)")
    back.add_argument(
        "--about",
        metavar="KIND",
        nargs="+",
        action="extend",
        default=[],
        help="these kinds of recipients only, such as service or organisation",
    )
    back.add_argument("--jobs", metavar="N", type=_positive, help="pages at once (one a core)")

    resume = verb("resume", _resume, "go on with a run that was interrupted or failed")
    resume.add_argument("run", metavar="RUN", help=RUN)
    resume.add_argument("--jobs", metavar="N", type=_positive, help="notebooks at once (one a core)")

    diff = verb("diff", _diff, "tell what changed between the results of two runs")
    diff.add_argument("before", metavar="RUN", help=RUN)
    diff.add_argument("after", metavar="RUN", help=RUN)
    comparing.add_arguments(verb("compare", comparing.run, comparing.WORDS))

    new = verb("new", _new, "lay out the folder of a new study, explained line by line")
    new.add_argument("path", metavar="PATH", help="where; the folder's name becomes the study's")

    simulate = verb("simulate", _simulate, "make a whole study of people who do not exist")
    simulate.add_argument("path", metavar="PATH", help="where the study's folder goes")
    simulate.add_argument(
        "--seed", metavar="N", type=int, default=2022, help="the same seed gives the same study (2022)"
    )
    simulate.add_argument(
        "--scale", metavar="K", type=_positive, default=1, help="K times as many people (1)"
    )
    simulate.add_argument(
        "--design",
        choices=("plain", "full"),
        default="plain",
        help="full: with a follow-up, a comparison group, an earlier edition and questions that look back",
    )

    instruments = verb("instruments", _instruments, "write the forms to upload and to print")
    instruments.add_argument("study", metavar="STUDY", nargs="?", help=f"{STUDY}: fills them in")
    instruments.add_argument("--to", metavar="FOLDER", help="where (instruments/STUDY, or instruments/)")

    lab = verb("lab", _lab, "open JupyterLab on your own copies of the notebooks")
    lab.add_argument("--lang", choices=("it", "en"), default="it", help="language of the notebooks (it)")
    lab.add_argument("--no-browser", action="store_true", help="do not open a browser")
    lab.add_argument("--prepare-only", action="store_true", help="make the copies and stop")
    return parser


def _list(problems: Sequence[Problem]) -> None:
    for severity in ("error", "warning"):
        for problem in problems:
            if problem.severity == severity:
                print(f"{severity}: {problem}")


def _check(options: argparse.Namespace) -> int:
    from hubanalysis.hub import check

    problems = check(options.study)
    errors = sum(p.severity == "error" for p in problems)
    _list(problems)
    warnings = len(problems) - errors
    told = f"{warnings} warning{'s' * (warnings != 1)}"
    if errors:
        print(f"{errors} error{'s' * (errors != 1)} to mend, {told}.")
        return DataError.exit_code
    print(f"The study passes, with {told}." if warnings else "The study passes: nothing to mend.")
    return 0


def _links(options: argparse.Namespace) -> int:
    from hubanalysis.undecided import tell_links

    return tell_links(options.study, options.to)


def _names(options: argparse.Namespace) -> int:
    from hubanalysis.undecided import tell_names

    return tell_names(options.study, options.file)


def _prepare(options: argparse.Namespace) -> int:
    from hubanalysis.hub import open_study

    hub = open_study(options.study)
    filled = {name: rows for name, rows in hub.manifest["tables"].items() if rows}
    width = max(map(len, filled), default=0)
    for name, rows in filled.items():
        print(f"{name:<{width}}  {rows:>7,} rows")
    print(f"The tables of {hub.study.id} are in {hub.study.processed}.")
    return 0


def _report(options: argparse.Namespace) -> int:
    from hubanalysis.reports.report import report

    return _ended(
        report(
            options.study,
            lang=options.lang,
            audience=options.audience,
            only=options.only,
            parameters=options.parameters,
            jobs=options.jobs,
        )
    )


def _restitution(options: argparse.Namespace) -> int:
    from hubanalysis.reports.report import restitution

    return _ended(restitution(options.study, lang=options.lang, about=options.about, jobs=options.jobs))


def _resume(options: argparse.Namespace) -> int:
    from hubanalysis.reports.report import resume

    return _ended(resume(options.run, jobs=options.jobs))


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


def _diff(options: argparse.Namespace) -> int:
    from hubanalysis.reports.diff import compare_runs

    print("\n".join(compare_runs(options.before, options.after)))
    return 0


def _new(options: argparse.Namespace) -> int:
    from hubanalysis.study.new import new_study

    path = new_study(options.path)
    print(f"{path} is laid out. Open {path / 'study.yaml'}, then: hubanalysis check {options.path}")
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from hubanalysis.simulation import simulate

    simulate(options.path, seed=options.seed, scale=options.scale, design=options.design)
    print(f"A simulated study is in {options.path}. Nobody in it exists.")
    return 0


def _instruments(options: argparse.Namespace) -> int:
    from hubanalysis.field_kit.telling import tell_kit

    return tell_kit(options.study, options.to)


def _lab(options: argparse.Namespace) -> int:
    from hubanalysis.reports.lab import copy_notebooks, open_lab

    folder, told = copy_notebooks(options.lang)
    print("\n".join(told))
    return 0 if options.prepare_only else open_lab(folder, browser=not options.no_browser)


if __name__ == "__main__":
    sys.exit(main())
