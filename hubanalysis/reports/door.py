"""The one door out: whatever a reader will see leaves a notebook through :func:`show`.

Here, and nowhere else, the reader's language is applied, the disclosure gate of a public report is passed, and the
estimates of a table are recorded as results of the run.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from hubanalysis.figures.interactive import InteractiveNetwork
from hubanalysis.figures.nothing import NOTHING_DRAWN
from hubanalysis.figures.reading_browser import ReadingBrowser
from hubanalysis.locale import mark
from hubanalysis.privacy.disclosure import (
    PERSONAL,
    PROTECTED,
    TOO_SMALL,
    UNSIGNED,
    WHOLE_TEXTS,
    WITHHELD,
    Gate,
    withhold_small_groups,
)
from hubanalysis.privacy.quotations import quotes_for_everyone
from hubanalysis.reports import rendering
from hubanalysis.reports.quotations import display_quotes
from hubanalysis.study.definitions import DEFINED, definitions

if TYPE_CHECKING:
    from hubanalysis.hub import Hub

__all__ = ["save_results", "show"]

#: Columns of an estimates frame that say how much, not what.
MEASURES = ("estimate", "low", "high", "n", "method", "unit", "note", "label", "p", "p_adjusted")
#: What may stand beside an estimate of a network: counts, chance, another method, what the silent leave open.
MEASURES += ("ties", "long", "expected", "chance_low", "chance_high", "drawn_low", "drawn_high", "bound_low")
MEASURES += ("filled_low", "filled_high")
MEASURES += (
    "bound_high",
    "missing",
    "reconstructed",
    "statistic",
    "pairs_compared",
    "pairs_left_out",
    "events",
)
ROWS_WITHHELD = mark("Withheld: {rows} rows, each of a group of fewer than {threshold}.")
#: What else a result takes along where its table has it: correction for many questions, bounds for the silent.
BESIDE = ("p_adjusted", "bound_low", "bound_high")
NOTHING = mark("Nothing to show here: this study has no such data.")


def show(
    hub: Hub,
    thing: Any,
    *,
    title: str = "",
    note: str = "",
    about: str = "people",
    n: int | None = None,
    alt: str = "",
    record: str | None = None,
    area: str | None = None,
    unit: str | None = None,
    silent: bool = False,
    most: int | None = None,
) -> None:
    """Show a sentence, a list of them, a table, quotations, a figure, an interactive network or interviews to read.

    ``title`` and ``note`` are already in the reader's language. ``about`` says whom a thing tells of: "people",
    "organisations", "words" (what persons said), "programme" or "data" (nothing about persons). In a public report the
    first three need the number behind them: a column ``n``, or ``n=`` the smallest group shown; without it, or below
    the study's threshold, the thing is withheld and a sentence says so. Sentences are made from rows of estimates; pass
    ``n`` for them too, where they tell of a single group. A figure needs ``alt``, the text for who cannot see it.
    ``record`` names the results to be made of a table of estimates (estimate, low, high, n, method): one a row, with
    the id ``record:values of the other columns``; ``area`` and ``unit`` fill what the table does not say. ``silent``
    leaves out a table or figure with nothing in it, where a sentence before it has said so, and one withheld for the
    very reason that stands right before it. ``most``: all rows of a table are recorded, and so many shown.

    Raises ValueError for an unknown ``about``, a figure without ``alt``, a result id given twice; TypeError for a thing
    that is none of these.
    """
    before, hub.refused_last = hub.refused_last, None

    def withhold(refused: str) -> None:
        hub.refused_last = refused
        if not (silent and before == refused):
            rendering.display_withheld(text(refused, threshold=hub.threshold), title, text)

    gate = Gate(hub.public, hub.threshold, hub.study.model.privacy.quotes_signed_off)
    text = hub.text
    if isinstance(thing, str):
        thing = [thing]
    if isinstance(thing, list):
        refused = gate.refuses("data" if n is None else about, n=n)
        hub.refused_last = refused
        sentences = [text(refused, threshold=hub.threshold)] if refused else [s for s in thing if s]
        if not sentences:
            return None
        return rendering.display_sentences(sentences, title, text)
    if isinstance(thing, pd.DataFrame):
        if silent and thing.empty:
            return None
        return _show_table(hub, gate, thing, title, note, about, n, record, area, unit, withhold, most)
    if isinstance(thing, InteractiveNetwork):
        if thing.empty:
            return rendering.display_nothing(text(NOTHING), title, text)
        refused = gate.refuses(about, n=n) or (PERSONAL if hub.public and not thing.public else None)
        if refused:
            return rendering.display_withheld(text(refused, threshold=hub.threshold), title, text)
        return rendering.display_network(thing, title, note, text)
    if isinstance(thing, ReadingBrowser):
        if thing.empty:
            return rendering.display_nothing(text(NOTHING), title, text)
        if hub.public:  # whole interviews, whatever is said of them
            return rendering.display_withheld(text(WHOLE_TEXTS), title, text)
        return rendering.display_reading(thing, title, note, text)
    figure = getattr(thing, "figure", None)
    if figure is None or not hasattr(figure, "savefig"):
        raise TypeError(f"show takes sentences, a DataFrame or a figure, not {type(thing).__name__}")
    if not alt:
        raise ValueError("a figure needs alt=: the text for a reader who cannot see it")
    if figure.get_label() == NOTHING_DRAWN:
        rendering.close(figure)
        return None if silent else rendering.display_nothing(text(NOTHING), title, text)
    refused = gate.refuses(about, n=n)
    if refused:
        rendering.close(figure)
        return withhold(refused)
    return rendering.display_figure(figure, title, note, alt, text)


def _show_table(
    hub: Hub, gate: Gate, frame, title, note, about, n, record, area, unit, withhold, most
) -> None:
    text = hub.text
    frame = frame.reset_index(drop=True)
    if frame.empty:
        return rendering.display_nothing(text(NOTHING), title, text)
    if "quote" in frame.columns:
        if hub.public and n is not None and (refused := gate.refuses(about, n=n)):
            return withhold(refused)  # chosen for groups that may not be told of
        return _show_quotes(hub, frame, title, note)
    if refused := gate.refuses(about, n=n, frame=frame):
        return withhold(refused)
    if gate.public and about in PROTECTED and "n" in frame.columns:
        frame = withhold_small_groups(frame, hub.threshold)
    if record is not None:
        _record(hub, frame, record, title, area, unit)
    if gate.public and about in PROTECTED and "note" in frame and (frame["note"] == WITHHELD).all():
        return withhold(TOO_SMALL)
    if gate.public and "note" in frame and (few := frame["note"] == WITHHELD).sum() > 2:
        frame = frame[~few]  # one line below the table, in place of the same words in row after row
        note = f"{note} {text(ROWS_WITHHELD, rows=int(few.sum()), threshold=hub.threshold)}".strip()
    readable = rendering.in_words(frame, hub)
    return rendering.display_table(readable, title, note, text, most)


def _show_quotes(hub: Hub, frame: pd.DataFrame, title: str, note: str) -> None:
    """Quotations; in a public report those signed off, without whom they come from."""
    text, chosen = hub.text, frame["quote"].notna()
    if hub.public:
        frame = quotes_for_everyone(
            frame,
            hub.quote_decisions(),
            all_signed=hub.study.model.privacy.quotes_signed_off,
            threshold=hub.threshold,
            group_sizes=hub.interviews().groupby("group", observed=True)["interview"].nunique().to_dict(),
        )
        if chosen.any() and not frame["quote"].notna().any():
            return rendering.display_withheld(text(UNSIGNED), title, text)
    return display_quotes(rendering.in_words(frame, hub), title, note, text)


def _record(
    hub: Hub, frame: pd.DataFrame, record: str, title: str, area: str | None, unit: str | None
) -> None:
    """Add one result for each row; the label is made of what identifies the row, in the reader's language."""
    missing = [c for c in ("estimate", "low", "high", "n", "method") if c not in frame.columns]
    if missing:
        raise ValueError(f"a table recorded as {record!r} needs the columns {', '.join(missing)}")
    known = {r["id"] for r in hub.recorded}
    defined = definitions(hub.study.model)
    identifying = [c for c in frame.columns if c not in MEASURES]
    readable = rendering.in_words(frame, hub)
    for position, row in frame.iterrows():
        keys = [str(row[c]) for c in identifying if pd.notna(row[c])]
        result_id = ":".join([record, *keys])
        if result_id in known:
            raise ValueError(f"the result {result_id!r} is recorded twice: give the table its own name")
        known.add(result_id)
        words = [str(readable.at[position, c]) for c in identifying if pd.notna(row[c])]
        label = str(row["label"]) if "label" in frame and pd.notna(row["label"]) else " · ".join(words)
        hub.recorded.append(
            {
                "id": result_id,
                "notebook": "",
                "area": str(row["area"]) if "area" in frame and pd.notna(row["area"]) else area,
                "label": f"{title}: {label}" if title and label else title or label,
                "estimate": _plain(row["estimate"]),
                "low": _plain(row["low"]),
                "high": _plain(row["high"]),
                "n": None if pd.isna(row["n"]) else int(row["n"]),
                "unit": row["unit"] if "unit" in frame and pd.notna(row["unit"]) else unit,
                "method": None if pd.isna(row["method"]) else hub.text(row["method"]),
                "note": (
                    hub.text(str(row["note"]), threshold=hub.threshold)
                    if "note" in frame and pd.notna(row["note"]) and row["note"]
                    else None
                ),
            }
            | {name: _plain(row[name]) for name in BESIDE if name in frame and pd.notna(row[name])}
            | _definition(row, defined)
        )


def _definition(row: pd.Series, defined: dict[str, dict[str, str]]) -> dict[str, str]:
    """How the study defines what the row is about, so that another hub can tell whether it measured the same."""
    found = [defined[c][str(row[c])] for c in DEFINED if c in row and str(row[c]) in defined[c]]
    return {"definition": found[0]} if found else {}


def _plain(value: Any) -> float | None:
    """A number as JSON can hold it: missing and infinite become null."""
    if pd.isna(value):
        return None
    value = float(value)
    return value if math.isfinite(value) else None


def save_results(hub: Hub, notebook: str) -> None:
    """Write the results this notebook recorded and print them: id, estimate, interval, n.

    In a run they go to the run's folder, where the runner and the synthesis read them; in JupyterLab to
    reports/<study>/interactive/results/. The file appears whole or not at all.
    """
    from hubanalysis.study import home

    run = os.environ.get("HUBANALYSIS_RUN")
    folder = (Path(run) if run else home() / "reports" / hub.study.model.id / "interactive") / "results"
    folder.mkdir(parents=True, exist_ok=True)
    results = [r | {"notebook": notebook} for r in hub.recorded]
    target = folder / f"{notebook}.json"
    aside = target.with_suffix(f".{os.getpid()}.tmp")
    aside.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(aside, target)
    width = max((len(r["id"]) for r in results), default=0)
    for r in results:
        if r["estimate"] is None:
            print(f"{r['id']:<{width}}  -")
        else:
            low, high = (f"{r[k]:.2f}" if r[k] is not None else "-" for k in ("low", "high"))
            print(f"{r['id']:<{width}}  {r['estimate'] + 0:.2f} [{low}, {high}] n={r['n']}")
