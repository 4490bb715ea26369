"""The site of a run: index.html and a page for each chapter, complete in its folder: nothing to load.

No script but one of the house, and that only where a chapter holds an interactive network.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from hubanalysis.findings.executive_summary import executive_summary
from hubanalysis.locale.writing import amount
from hubanalysis.printing.typesetting import TypesettingError
from hubanalysis.reports.page import Chapter, link_results, read_chapter
from hubanalysis.reports.plan import DATA_CHECK, SYNTHESIS
from hubanalysis.reports.printed_report import REPORT_PDF, print_report

if TYPE_CHECKING:
    from jinja2 import Environment

    from hubanalysis.hub import Hub
    from hubanalysis.locale.translator import Translator
    from hubanalysis.reports.ledger import Ledger

__all__ = ["build_site", "main_results", "page_environment", "shared_words"]

TEMPLATES = Path(__file__).parent / "templates"
#: A longer print folds away.
_LONG_PRINT = 12


def build_site(
    folder: Path, ledger: Ledger, hub: Hub, results: list[dict], titles: dict[str, str]
) -> list[str]:
    """Write index.html, the page of each notebook that is done, and all of them as one PDF, into ``folder``.

    ``titles`` names the notebooks that have no page, so that the index can say what is missing and why. Returns what a
    person should know: a PDF that could not be set does not spoil the report.
    """
    text, environment = hub.text, page_environment()
    chapters = [
        read_chapter(folder / "notebooks" / f"{name}.ipynb", text, hub.public)
        for name in ledger.named("done")
    ]
    link_results(chapters, results)
    shared = shared_words(ledger, hub) | {"text": text, "chapters": chapters}
    page = environment.get_template("chapter.html.j2")
    for position, chapter in enumerate(chapters):
        around = {
            "previous": chapters[position - 1] if position else None,
            "next": chapters[position + 1] if position + 1 < len(chapters) else None,
        }
        (folder / f"{chapter.name}.html").write_text(
            page.render(shared, chapter=chapter, **around), encoding="utf-8"
        )
    for stale in set(folder.glob("*.html")) - {folder / f"{c.name}.html" for c in chapters}:
        stale.unlink()  # pages of an earlier attempt at this run
    told = _print(folder, hub, chapters, shared, results)
    index = environment.get_template("index.html.j2").render(
        shared,
        printed=None if told else REPORT_PDF,
        summary=hub.study.label(hub.study.model.summary, text.lang),
        lead=_lead(chapters),
        main=main_results(results, chapters, hub),
        count=len(results),
        absent=_absent(ledger, titles, text, hub.public),
        manifest=ledger.content,
        waves=[hub.labels("waves")[w.id] for w in hub.study.model.waves],
    )
    (folder / "index.html").write_text(index, encoding="utf-8")
    return told


def _print(
    folder: Path, hub: Hub, chapters: list[Chapter], shared: dict[str, Any], results: list[dict]
) -> list[str]:
    summary = executive_summary(results, hub.text, hub.labels("areas"))
    try:
        print_report(folder, hub, chapters, shared["run"], shared["day"], summary)
    except TypesettingError as error:
        (folder / REPORT_PDF).unlink(missing_ok=True)
        return [error.message]
    return []


def page_environment() -> Environment:
    """The templates of the pages; whatever is put into one is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["findings"] = _inline
    return environment


def _inline(sentence: str) -> Markup:
    """A finding's sentence: escaped, with **strong** and *emphasis*."""
    safe = str(escape(sentence))
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)
    return Markup(re.sub(r"(?<!\*)\*([^*]+)\*(?!\*)", r"<em>\1</em>", safe))


def _lead(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """What opens the report: the synthesis's findings and its figure, where there are sources to set side by side.

    With fewer than two chapters of content there are none: then each chapter's own first findings open it.
    """
    content = [c for c in chapters if c.findings and c.name not in (SYNTHESIS, DATA_CHECK)]
    synthesis = [c for c in chapters if c.name == SYNTHESIS and len(c.findings) > 1]
    if synthesis and len(content) > 1:
        figures = [part.html for part in synthesis[0].parts if "<figure" in part.html]
        return [{"chapter": synthesis[0], "sentences": synthesis[0].findings, "figure": "".join(figures[:1])}]
    opening = content or [c for c in chapters if c.findings and c.name != SYNTHESIS]
    most = 2 if len(opening) > 2 else 4
    return [{"chapter": c, "sentences": c.findings[:most], "figure": ""} for c in opening]


def shared_words(ledger: Ledger, hub: Hub) -> dict[str, Any]:
    """What every page of a run says: the study, the run, its day, for whom it is."""
    from hubanalysis import __version__

    model = hub.study.model
    day = datetime.date.fromisoformat((ledger.content["finished"] or ledger.content["created"])[:10])
    return {
        "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
        "lang": hub.lang,
        "study": hub.study.label(model.title, hub.lang, model.id),
        "edition": model.edition,
        "simulated": model.simulated,
        "public": hub.public,
        "run": ledger.content["run"],
        "state": ledger.state,
        "day": day,
        "version": __version__,
        "long_print": _LONG_PRINT,
    }


def main_results(results: list[dict], chapters: list[Chapter], hub: Hub) -> list[dict[str, Any]]:
    """What changed, area by area: of each chapter the first result on an area that is a change.

    Where no result is a change, each chapter's first result on the area stands for it.
    """
    text, areas, pages = hub.text, hub.labels("areas"), {c.name: c for c in chapters}
    told = [
        r for r in results
        if None not in (r.get("estimate"), r.get("low"), r.get("high"))
        and r.get("area") in areas and r["notebook"] in pages
    ]  # fmt: skip
    changes = [r for r in told if r["id"].split(":")[0].endswith("change")]
    chosen: dict[tuple[str, str], dict] = {}
    for result in changes or told:
        chosen.setdefault((result["area"], result["notebook"]), result)
    order = list(areas)
    rows = sorted(chosen.values(), key=lambda r: (order.index(r["area"]), r["notebook"]))
    return [
        _main_row(r, first=i == 0 or rows[i - 1]["area"] != r["area"], area=areas[r["area"]], text=text)
        for i, r in enumerate(rows)
    ]


def _main_row(result: dict, first: bool, area: str, text: Translator) -> dict[str, Any]:
    unit = result.get("unit")
    low, high = (_amount(result[end], unit, text) for end in ("low", "high"))
    label = result["label"] or result["id"]
    return {
        "area": area,
        "first": first,
        "label": label.replace(f"{area} · ", ""),  # the row says it already
        "estimate": _amount(result["estimate"], unit, text),
        "interval": text("{low} to {high}", low=low, high=high),
        "unit": "" if unit == "share" else text.term(unit or ""),
        "n": "–" if result.get("n") is None else text.number(result["n"], 0),
        "page": f"{result['notebook']}.html",
    }


def _amount(value: float, unit: str | None, text: Translator) -> str:
    return amount(text, value, unit)


def _absent(ledger: Ledger, titles: dict[str, str], text: Translator, public: bool) -> list[dict[str, str]]:
    """Chapters without a page, each with why, in plain words. The error itself is only for the researchers."""
    rows = []
    for name, entry in ledger.notebooks.items():
        if entry["state"] == "skipped":
            why = text(entry["reason"])
        elif entry["state"] == "failed":
            cell = entry["failure"].get("cell")
            why = (
                text("It did not come to its end (code cell {cell}).", cell=cell)
                if cell
                else text("It did not come to its end.")
            )
            if not public:
                why += f" {entry['failure']['error']}"
        elif entry["state"] != "done":
            why = text(entry["reason"]) if entry.get("reason") else text("It was not run.")
        else:
            continue
        rows.append({"title": titles.get(name, name), "why": why})
    return rows
