"""How the door writes things: accessible HTML beside plain text, everything escaped, numbers as the reader writes them.

Each output carries metadata ``hubanalysis: {kind, title, sentences}``, from which the site takes its findings.
"""

from __future__ import annotations

import base64
import html
import io
import re
from typing import Any

import pandas as pd

from hubanalysis.figures.interactive import InteractiveNetwork
from hubanalysis.figures.interactive_markup import interactive_in_words
from hubanalysis.figures.reading_browser import ReadingBrowser
from hubanalysis.figures.reading_markup import reading_in_words
from hubanalysis.locale import mark
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import amount
from hubanalysis.reports.categories import in_words
from hubanalysis.reports.interactive import (
    NETWORK_DATA,
    READING_DATA,
    network_in_notebook,
    reading_in_notebook,
)

__all__ = [
    "close",
    "display_figure",
    "display_network",
    "display_nothing",
    "display_reading",
    "display_sentences",
    "display_table",
    "display_withheld",
    "in_words",
]

#: A longer table is cut, and says so.
LONGEST = 60
#: In a table of more columns an n that all rows share is said once, below.
#: With more than these a note is numbered like a method, and units that differ are left to the measure's name.
CROWDED = 12
WIDEST = 9
#: Columns that hold shares without a unit beside them.
SHARES = ("share", "came_later", "response_rate", "possible", "priority_share", "effort_share")
SHARES += ("same_mark", "within_one", "contribution", "put_first", "put_last")
#: Columns in the unit of the estimate, and pairs of columns that stand in one cell, with what heads it.
AS_ESTIMATE = ("estimate", "expected", "reconstructed", "before")
INTERVAL = mark("interval")
PAIRS = {
    ("low", "high"): INTERVAL,
    ("chance_low", "chance_high"): mark("range by chance"),
    ("drawn_low", "drawn_high"): mark("interval, organisations drawn again"),
    ("filled_low", "filled_high"): mark("unknown ties filled in three ways"),
    ("bound_low", "bound_high"): mark("whatever the silent had answered"),
}
CUT = mark("The first {shown} of {all} rows.")
METHOD = mark("Method: {method}.")
NUMBERED = {"method": mark("Method {number}: {words}."), "note": mark("Note {number}: {words}")}
ALL_SAME = mark("{column}: {value}.")


def _display(kind: str, title: str, page: str, plain: str, **more: Any) -> None:
    from IPython.display import display

    bundle = {"text/html": page, "text/plain": plain}
    metadata = {"hubanalysis": {"kind": kind, "title": title, **more}}
    display(bundle, metadata=metadata, raw=True)


def _caption(title: str, tag: str) -> str:
    return f"<{tag}>{html.escape(title)}</{tag}>" if title else ""


def _inline(sentence: str) -> str:
    """Escaped text in which **strong** and *emphasis* survive: findings need no more."""
    safe = html.escape(sentence, quote=False)
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)
    return re.sub(r"(?<!\*)\*([^*]+)\*(?!\*)", r"<em>\1</em>", safe)


def display_sentences(sentences: list[str], title: str, text: Translator) -> None:
    """Sentences, one a paragraph, with the words of weight marked."""
    body = "".join(f"<p>{_inline(s)}</p>" for s in sentences)
    page = f'<div class="hub-finding" lang="{text.lang}">{_caption(title, "h4")}{body}</div>'
    _display("sentences", title, page, "\n".join(sentences), sentences=sentences)


def display_withheld(sentence: str, title: str, text: Translator) -> None:
    """In the place of a thing that may not be seen: the sentence that says why."""
    page = f'<div class="hub-withheld" lang="{text.lang}">{_caption(title, "h4")}<p>{_inline(sentence)}</p></div>'
    _display("withheld", title, page, sentence, sentences=[sentence])


def display_nothing(sentence: str, title: str, text: Translator) -> None:
    """In the place of a thing the study has no data for: the sentence that says so."""
    page = (
        f'<div class="hub-nothing" lang="{text.lang}">{_caption(title, "h4")}<p>{_inline(sentence)}</p></div>'
    )
    _display("nothing", title, page, sentence)


def _note(note: str) -> str:
    return f'<p class="hub-note">{_inline(note)}</p>' if note else ""


def display_table(
    frame: pd.DataFrame, title: str, note: str, text: Translator, most: int | None = None
) -> None:
    """A table for people: the interval in one cell, one method or unit said once below, long tables cut and told."""
    notes = [note] if note else []
    most = min(most or LONGEST, LONGEST)
    if len(frame) > most:
        notes.append(text(CUT, shown=most, all=len(frame)))
        frame = frame.head(most)
    units = frame["unit"] if "unit" in frame else pd.Series(None, index=frame.index, dtype="object")
    largest = max((frame[c].abs().max() for c in ("estimate", "low", "high") if c in frame), default=0)
    digits = 0 if largest >= 500 else 2  # one form for a whole table
    shown: dict[str, list[str]] = {}
    for column in frame.columns:
        values = frame[column]
        if column in ("method", "unit") and values.nunique(dropna=False) == 1:
            value = values.iloc[0]
            if value == "share":
                continue  # the percent sign says it
            if pd.notna(value) and value != "":
                notes.append(
                    text(METHOD, method=str(value)) if column == "method"
                    else text(ALL_SAME, column=text.term("unit").capitalize(), value=text.term(value))
                )  # fmt: skip
            continue
        if column == "note" and not values.fillna("").astype(str).str.len().any():
            continue
        if column == "unit" and len(frame.columns) > CROWDED:
            continue  # the measure's name and the percent sign say it
        if column == "note" and len(values) > 1 and values.nunique(dropna=False) == 1:
            notes.append(str(values.iloc[0]))
            continue
        crowded = column == "note" and len(frame.columns) > CROWDED
        # numbered, written out once below the table
        if crowded or (column == "method" and values.nunique() > 1):
            said = dict.fromkeys(m for m in values if pd.notna(m) and m)
            numbers = {one: i for i, one in enumerate(said, 1)}
            shown[text.term(column)] = [str(numbers.get(one, "")) for one in values]
            notes += [text(NUMBERED[column], number=i, words=str(one)) for one, i in numbers.items()]
            continue
        pair = next((pair for pair in PAIRS if column in pair and set(pair) <= set(frame.columns)), None)
        if pair:
            shown.setdefault(text(PAIRS[pair]), [
                "–" if pd.isna(low) and pd.isna(high)
                else text(
                    "{low} to {high}",
                    low=_cell(low, u, text, values, digits), high=_cell(high, u, text, values, digits),
                )
                for low, high, u in zip(frame[pair[0]], frame[pair[1]], units, strict=True)
            ])  # fmt: skip
        else:
            own = units if column in AS_ESTIMATE else ["share" if column in SHARES else None] * len(frame)
            if column == "unit":
                values = values.map(text.term, na_action="ignore")
            shown[text.term(column)] = [
                _cell(v, u, text, values, digits) for v, u in zip(values, own, strict=True)
            ]
    if len(shown) > WIDEST and "n" in frame and frame["n"].notna().all() and frame["n"].nunique() == 1:
        notes.append(text(ALL_SAME, column=text.term("n"), value=shown.pop(text.term("n"))[0]))
    numeric = {
        text.term(c) for c in frame.columns
        if pd.api.types.is_numeric_dtype(frame[c]) and not pd.api.types.is_bool_dtype(frame[c])
    } | {text(heading) for heading in PAIRS.values()}  # fmt: skip
    raw = {text.term(c) for c in ("file", "column", "value") if c in frame}
    head = "".join(f'<th scope="col"{_class(c, numeric, raw)}>{html.escape(c)}</th>' for c in shown)
    opening = [f"<td{_class(c, numeric, raw)}>" for c in shown]
    rows = "".join(
        f"<tr>{''.join(f'{td}{html.escape(v)}</td>' for td, v in zip(opening, row, strict=True))}</tr>"
        for row in zip(*shown.values(), strict=True)
    )
    below = "".join(_note(n) for n in notes)
    page = (
        f'<div class="hub-table" lang="{text.lang}"><table>{_caption(title, "caption")}'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{below}</div>"
    )
    plain = pd.DataFrame(shown).to_string(index=False)
    _display("table", title, page, "\n".join([*([title] if title else []), plain, *notes]))


def _class(column: str, numeric: set[str], raw: set[str]) -> str:
    return ' class="number"' if column in numeric else ' class="raw"' if column in raw else ""


def _cell(value: Any, unit: str | None, text: Translator, column: pd.Series, digits: int) -> str:
    if value is None or pd.isna(value):
        return "–" if pd.api.types.is_numeric_dtype(column) else ""
    if isinstance(value, str):
        return value
    if isinstance(value, pd.Timestamp):
        return text.date(value)
    if pd.api.types.is_bool_dtype(column):
        return text("yes") if value else text("no")
    if pd.api.types.is_float_dtype(column):
        whole = column.dropna().mod(1).eq(0).all() and column.name not in ("estimate", "low", "high")
        if column.name in ("p", "p_adjusted") and value < 0.001:
            return "< " + text.number(0.001, 3)
        digits = 0 if whole else 3 if column.name in ("p", "p_adjusted") else digits
        return amount(text, value, unit if isinstance(unit, str) else None, digits)
    if pd.api.types.is_integer_dtype(column):
        return text.number(int(value), 0)
    return str(value)


def close(figure: Any) -> None:
    """Close a figure, so that the kernel does not show it a second time, past the door."""
    import matplotlib.pyplot as plt

    plt.close(figure)


def display_figure(figure: Any, title: str, note: str, alt: str, text: Translator) -> None:
    """A figure as PNG (it repeats byte for byte, and gives no points back as SVG does) with its alternative text."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=150, bbox_inches="tight", facecolor="white", metadata={"Software": None}
    )
    close(figure)
    image = base64.b64encode(buffer.getvalue()).decode("ascii")
    page = (
        f'<figure class="hub-figure" lang="{text.lang}"><img alt="{html.escape(alt)}" '
        f'src="data:image/png;base64,{image}" style="max-width:100%"/>'
        f"<figcaption>{html.escape(title)}{_note(note)}</figcaption></figure>"
    )
    _display("figure", title, page, f"[{title}] {alt}")


def display_network(network: InteractiveNetwork, title: str, note: str, text: Translator) -> None:
    """An interactive network: its data, from which a page makes its own markup, and what JupyterLab shows."""
    from IPython.display import display

    bundle = {
        NETWORK_DATA: network.data | {"title": title, "note": note},
        "text/html": network_in_notebook(network, text, title, note),
        "text/plain": f"[{title}] {interactive_in_words(network, text)}",
    }
    display(bundle, metadata={"hubanalysis": {"kind": "network", "title": title}}, raw=True)


def display_reading(reading: ReadingBrowser, title: str, note: str, text: Translator) -> None:
    """Interviews to read: their data, from which a page makes its own markup, and what JupyterLab shows."""
    from IPython.display import display

    bundle = {
        READING_DATA: reading.data | {"title": title, "note": note},
        "text/html": reading_in_notebook(reading, text, title, note),
        "text/plain": f"[{title}] {reading_in_words(reading, text)}",
    }
    display(bundle, metadata={"hubanalysis": {"kind": "reading", "title": title}}, raw=True)
