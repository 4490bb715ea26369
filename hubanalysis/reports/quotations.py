"""How quotations stand on a page: each with where it comes from and from how many it was chosen."""

from __future__ import annotations

import html

import pandas as pd

from hubanalysis.locale.translator import Translator
from hubanalysis.reports.rendering import _caption, _display, _note

__all__ = ["display_quotes"]

#: Columns that are told in a sentence of their own, or not at all.
_APART = ("quote", "note", "n", "chosen_from", "rule_value", "start", "end")


def display_quotes(frame: pd.DataFrame, title: str, note: str, text: Translator) -> None:
    """Quotations, each with where it comes from and from how many it was chosen; in place of a missing one its note."""
    blocks, lines = [], []
    for row in frame.to_dict("records"):
        source = " · ".join(
            str(row[c]) for c in frame.columns if c not in _APART and pd.notna(row[c]) and row[c] != ""
        )
        why = row.get("note")
        missing = row["quote"] is None or pd.isna(row["quote"])
        quote = str(why or "") if missing else str(row["quote"]).strip()
        chosen = "" if missing else _choice(row, text)
        below = f"<br>{html.escape(chosen)}" if chosen else ""
        if missing:
            blocks.append(
                f'<p class="hub-note">{html.escape(source)}{": " if source else ""}{html.escape(quote)}.</p>'
            )
            lines.append(f"{source}: {quote}.")
            continue
        blocks.append(
            f"<blockquote><p>{html.escape(quote)}</p><footer>{html.escape(source)}{below}</footer></blockquote>"
        )
        lines.append(f"«{quote}» ({'; '.join(part for part in (source, chosen) if part)})")
    inner = f"{_caption(title, 'h4')}{''.join(blocks)}{_note(note)}"
    page = f'<section class="hub-quotes" lang="{text.lang}">{inner}</section>'
    _display("quotes", title, page, "\n".join(lines))


def _choice(row: dict, text: Translator) -> str:
    """From how many passages, in how many interviews, and with which value of the rule."""

    def known(column: str) -> bool:
        return row.get(column) is not None and pd.notna(row[column])

    said = []
    if known("chosen_from"):
        said.append(text("passages to choose from: {n}", n=int(row["chosen_from"])))
    if known("n"):
        said.append(text("interviews with the theme: {n}", n=int(row["n"])))
    if known("rule_value"):
        said.append(text("value of the rule {value}", value=text.number(row["rule_value"])))
    return "; ".join(said)
