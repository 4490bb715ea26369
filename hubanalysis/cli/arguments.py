"""The verbs of the command line and what each takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from hubanalysis.cli import verbs as do

__all__ = ["parser"]

STUDY = "a name under data/raw, or a folder with study.yaml"
COUNTED = "write them into this file; without it only count them"
RUN = "a run's name or folder, or a study (its latest run)"


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the function of the chosen verb stands in ``verb``."""
    from hubanalysis import __version__
    from hubanalysis.reports import comparing

    whole = argparse.ArgumentParser(
        prog="hubanalysis",
        description="What did a hub's programme of cultural welfare change, for whom, and how do we know?",
        epilog="Exit codes: 0 all done; 1 a notebook failed; 2 wrong use; 3 the data do not pass check; "
        "75 another run of the study is going on.",
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"hubanalysis {__version__}")
    found = whole.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(name: str, run: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        sub = found.add_parser(
            name, help=words, description=words[0].upper() + words[1:] + ".", allow_abbrev=False
        )
        sub.set_defaults(verb=run)
        return sub

    def of_study(*told) -> argparse.ArgumentParser:
        sub = verb(*told)
        sub.add_argument("study", metavar="STUDY", help=STUDY)
        return sub

    of_study("check", do.check, "look for every problem in a study, writing nothing")

    links = of_study("links", do.links, "list the pairs of answers that may be one person, for you to decide")
    links.add_argument("--to", metavar="FILE", help=COUNTED)

    names = of_study("names", do.names, "list the names of organisations that a person must decide on")
    names.add_argument("--to", metavar="FILE", required=True, help="the new file; none is written over")

    quotes = of_study(
        "quotes", do.quotes, "list the quotations chosen by rule, for you to sign off one by one"
    )
    quotes.add_argument("--to", metavar="FILE", help=COUNTED)

    coders = of_study("disagreements", do.disagreements, "list where coders disagree, for them to talk over")
    coders.add_argument("--to", metavar="FILE", help=COUNTED)

    codings = of_study("codings", do.codings, "hand out texts and codings to programs for coding interviews")
    codings.add_argument("--to", metavar="PLACE", required=True, help="FILE.qdpx, FILE.qdc or a new folder")
    codings.add_argument("--coder", metavar="NAME", help="this coder's passages only")
    kinds = ("interview", "answer", "note")
    codings.add_argument("--kind", choices=kinds, nargs="+", default=[], help="these texts only (all)")

    of_study("prepare", do.prepare, "make the tidy tables of a study from its raw files")

    report = of_study("report", do.report, "run the notebooks on a study and write its report")
    report.add_argument("--lang", choices=("it", "en"), default="it", help="language of the report (it)")
    report.add_argument(
        "--audience", choices=("internal", "public"), default="internal", help="who it is for (internal)"
    )
    many = {"action": "append", "default": []}
    report.add_argument(
        "--only",
        metavar="NAME",
        nargs="+",
        **many | {"action": "extend"},
        help="these notebooks only, such as 03",
    )
    report.add_argument("-p", dest="parameters", metavar="NAME=VALUE", **many, help="of the notebooks")
    report.add_argument("--jobs", metavar="N", type=_positive, help="notebooks at once (one a core)")

    back = verb(
        "restitution", do.restitution, "make the pages to give back to services, organisations and groups"
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

    resume = verb("resume", do.resume, "go on with a run that was interrupted or failed")
    resume.add_argument("run", metavar="RUN", help=RUN)
    resume.add_argument("--jobs", metavar="N", type=_positive, help="notebooks at once (one a core)")

    diff = verb("diff", do.diff, "tell what changed between the results of two runs")
    diff.add_argument("before", metavar="RUN", help=RUN)
    diff.add_argument("after", metavar="RUN", help=RUN)
    comparing.add_arguments(verb("compare", comparing.run, comparing.WORDS))

    new = verb("new", do.new, "lay out the folder of a new study, explained line by line")
    new.add_argument("path", metavar="PATH", help="where; the folder's name becomes the study's")

    simulate = verb("simulate", do.simulate, "make a whole study of people who do not exist")
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

    instruments = verb("instruments", do.instruments, "write the forms to upload and to print")
    instruments.add_argument("study", metavar="STUDY", nargs="?", help=f"{STUDY}: fills them in")
    instruments.add_argument("--to", metavar="FOLDER", help="where (instruments/STUDY, or instruments/)")

    lab = verb("lab", do.lab, "open JupyterLab on your own copies of the notebooks")
    lab.add_argument("--lang", choices=("it", "en"), default="it", help="language of the notebooks (it)")
    lab.add_argument("--no-browser", action="store_true", help="do not open a browser")
    lab.add_argument("--prepare-only", action="store_true", help="make the copies and stop")
    return whole
