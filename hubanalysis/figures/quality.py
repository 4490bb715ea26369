"""Figure on the quality of the data: what became of the answers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.locale.translator import Translator

__all__ = ["alt_statuses", "plot_statuses"]

#: Light to dark, hatched where the answer is missing: the order survives a copy in grey.
_LOOK = {
    "answered": ("#2f6f8f", ""),
    "does_not_apply": ("#9cc3d5", ""),
    "not_asked": ("#d9e6ec", ""),
    "not_answered": ("#f0c36d", "///"),
    "invalid": ("#b5472f", "xxx"),
}


def plot_statuses(
    statuses: pd.DataFrame, *, text: Translator | None = None, labels: Mapping[str, str] | None = None
):
    """A bar for each wave, cut by what became of the answers due. ``statuses`` from metrics.quality.answer_statuses."""
    import matplotlib.pyplot as plt

    text, labels = text or Translator("en"), labels or {}
    rows = list(statuses[["about", "wave"]].drop_duplicates().itertuples(index=False))
    names = [f"{text.term(about)}, {labels.get(wave, wave)}" for about, wave in rows]
    _, axes = plt.subplots(figsize=(7.4, 0.9 + 0.55 * max(len(rows), 1)))
    lefts = [0.0] * len(rows)
    for status, (colour, hatch) in _LOOK.items():
        found = statuses[statuses["status"] == status].set_index(["about", "wave"])["estimate"]
        widths = [float(found.get((about, wave), 0.0)) for about, wave in rows]
        if not any(widths):
            continue
        axes.barh(
            names, widths, left=lefts, color=colour, hatch=hatch, edgecolor="white", linewidth=0.8,
            label=text.term(status), height=0.62,
        )  # fmt: skip
        for position, (width, left) in enumerate(zip(widths, lefts, strict=True)):
            if width > 0.06:
                axes.text(
                    left + width / 2, position, text.percent(width), ha="center", va="center", fontsize=9,
                    color="white" if status in ("answered", "invalid") else "#222222",
                )  # fmt: skip
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.invert_yaxis()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.02), ncols=3, frameon=False, fontsize=9)
    return axes


def alt_statuses(statuses: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words: the share answered in each wave."""
    labels = labels or {}
    parts = [
        text(
            "{about}, {wave}: {share} answered",
            about=text.term(row["about"]),
            wave=labels.get(row["wave"], row["wave"]),
            share=text.percent(row["estimate"]),
        )
        for row in statuses[statuses["status"] == "answered"].to_dict("records")
    ]
    return text("Bars of what became of the answers.") + " " + "; ".join(parts) + "."
