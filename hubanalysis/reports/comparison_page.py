"""The page of a comparison of hubs: what they say together, each by itself, what was refused, and the limits."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubanalysis.reports.comparing import Recorded

__all__ = ["compared"]


def compared(
    recorded: list[Recorded], years: dict[str, float], lang: str, patterns: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """The page in HTML, and the content of comparison.json.

    ``years`` the year of each name, empty where they are no editions; ``patterns`` choose the ids, empty for the usual.
    """
    from hubanalysis.findings.meta_analysis import (
        over_time_sentences,
        pooled_sentences,
        refusal_sentences,
        together_limits,
    )
    from hubanalysis.locale.translator import Translator
    from hubanalysis.metrics.hubs_together import COMPARED, hubs_over_time, hubs_together

    text = Translator(lang)
    names = [one.name for one in recorded]
    hubs = _labelled(recorded, lang)
    together = hubs_together(hubs, patterns or COMPARED)
    moved = hubs_over_time(hubs, years, patterns or COMPARED)
    studies = [one.study for one in recorded if one.study]
    notes = [*together.pooled["note"], *moved["note"]]
    limits = together_limits(
        names, [one.name for one in recorded if one.simulated], len(set(studies)) < len(studies), notes, text
    )
    page = (
        _environment()
        .get_template("comparison.html.j2")
        .render(
            text=text,
            lang=lang,
            style=(Path(__file__).parent / "templates" / "style.css").read_text(encoding="utf-8"),
            names=names,
            hubs=recorded,
            pooled=pooled_sentences(together, text),
            moved=over_time_sentences(moved, text),
            refused=refusal_sentences(together.refused, text),
            limits=limits,
            figures=_figures(together, text),
            method=text(together.pooled["method"].iloc[0]) if len(together.pooled) else "",
        )
    )
    origin = [
        {key: getattr(one, key) for key in ("name", "study", "run", "lang", "simulated", "sha256")}
        for one in recorded
    ]
    frames = {
        "pooled": together.pooled,
        "parts": together.parts,
        "over_time": moved,
        "refused": together.refused,
    }
    return page, {"format": 1, "hubs": origin} | {name: _rows(frame) for name, frame in frames.items()}


def _labelled(recorded: list[Recorded], lang: str) -> dict[str, list[dict[str, Any]]]:
    """Name -> results, all labelled as the reports in the reader's language label them, where one is."""
    known: dict[str, str] = {}
    for one in sorted(recorded, key=lambda one: one.lang != lang):
        for result in one.results:
            known.setdefault(result["id"], result.get("label") or result["id"])
    return {one.name: [{**r, "label": known[r["id"]]} for r in one.results] for one in recorded}


def _rows(frame: Any) -> list[dict[str, Any]]:
    return json.loads(frame.to_json(orient="records", double_precision=15))


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from hubanalysis.reports.rendering import _inline

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["findings"] = lambda sentence: Markup(_inline(sentence))
    return environment


def _figures(together: Any, text: Any) -> list[dict[str, str]]:
    """A forest for each family of results (the first word of their ids): title, picture, text for who cannot see it."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from hubanalysis.figures.meta_analysis import alt_forest, plot_forest

    made = []
    family = together.pooled["result"].str.split(":").str[0]
    for name in dict.fromkeys(family):
        pooled = together.pooled[family == name]
        for unit in dict.fromkeys(pooled["unit"]):
            own = pooled[pooled["unit"] == unit]
            figure = plot_forest(together.parts, own, text=text).figure
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png", bbox_inches="tight")
            plt.close(figure)
            picture = base64.b64encode(buffer.getvalue()).decode("ascii")
            title = str(own["label"].iloc[0]).partition(": ")[0]
            if name.startswith("org_"):
                title = text("{label} (organisations)", label=title)
            made.append(
                {"title": title, "picture": picture, "alt": alt_forest(together.parts, own, text=text)}
            )
    return made
