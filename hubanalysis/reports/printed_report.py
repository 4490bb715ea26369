"""The whole report as one PDF: the summary first, then the chapters as they stand on their pages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubanalysis.printing.typesetting import typeset
from hubanalysis.reports.page import Chapter
from hubanalysis.reports.paper_blocks import chapter_blocks

if TYPE_CHECKING:
    from hubanalysis.findings.executive_summary import SummaryLine
    from hubanalysis.hub import Hub

__all__ = ["REPORT_PDF", "bold_runs", "print_report"]

REPORT_PDF = "report.pdf"


def print_report(
    folder: Path,
    hub: Hub,
    chapters: list[Chapter],
    run: str,
    day: datetime.date,
    summary: Sequence[SummaryLine] = (),
) -> Path:
    """Write ``report.pdf`` of a run into ``folder``: what its pages show, for the audience they were made for.

    ``summary`` fills the second page, each sentence with the page its result stands on.
    Raises TypesettingError where the pages cannot be set.
    """
    text, model = hub.text, hub.study.model
    pictures: dict[str, bytes] = {}
    moving = {
        "network": text("On the screen a map of the network that can be moved stands here."),
        "reading": text("On the screen the texts can be searched and read here."),
    }
    title = hub.study.label(model.title, hub.lang, model.id)
    warnings = []
    if model.simulated:
        warnings.append(text("Simulated data: nobody in this study exists."))
    if not hub.public:
        warnings.append(text("For the researchers only: this report is not made to be handed on."))
    data: dict[str, Any] = {
        "title": title,
        "lang": hub.lang,
        "subtitle": hub.study.label(model.summary, hub.lang) if model.summary else "",
        "facts": [
            {"name": text("Edition"), "value": str(model.edition)},
            {"name": text("Report of"), "value": text.date(day)},
            {"name": text("Made for"), "value": text("everyone") if hub.public else text("the researchers")},
            {"name": text("Run"), "value": run},
        ],
        "warnings": warnings,
        "summary": _summary(summary, chapters, hub.labels("areas"), text("Across the areas")),
        "words": {"contents": text("Contents"), "summary": text("In short"), "page": text("p.")},
        "foot": f"{title} · {text.date(day)}" + (f" · {text('Simulated data.')}" if model.simulated else ""),
        "chapters": [
            {
                "name": chapter.name,
                "title": chapter.title,
                "blocks": chapter_blocks(chapter, pictures, moving),
            }
            for chapter in chapters
        ],
    }
    return typeset("report", data, folder / REPORT_PDF, pictures=pictures, when=day)


def _summary(
    lines: Sequence[SummaryLine], chapters: list[Chapter], areas: Mapping[str, str], across: str
) -> list[dict[str, Any]]:
    """The sentences, headed by their area where it changes."""
    entries, area = [], ""
    for line in lines:
        head = areas.get(line.area, across) if line.area != area else ""
        area = line.area
        entries.append({"head": head, "text": bold_runs(line.sentence), "to": _place(line, chapters)})
    return entries


def _place(line: SummaryLine, chapters: list[Chapter]) -> str:
    """Where the result of a sentence stands: its section, else its chapter; nowhere for what is absent."""
    chapter = next((c for c in chapters if c.name == line.notebook), None)
    if chapter is None:
        return ""
    anchor = chapter.recorded.get(line.result.split(":")[0])
    return f"{chapter.name}:{anchor}" if anchor in dict(chapter.sections) else chapter.name


def bold_runs(sentence: str) -> list[dict[str, Any]]:
    """A finding's sentence as runs: **strong** stays strong."""
    parts = sentence.split("**")
    return [{"t": words, "b": True} if i % 2 else {"t": words} for i, words in enumerate(parts) if words]
