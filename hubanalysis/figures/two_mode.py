"""Which activities share their public: a triangle of pairs, shaded by the share in common, framed where it is more."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

from hubanalysis.figures import style
from hubanalysis.figures.nothing import nothing_in_words, nothing_to_draw
from hubanalysis.locale.translator import Translator

__all__ = ["alt_overlap", "drawn_overlap", "plot_overlap"]

#: Where a shade ends and the next begins: share of the smaller public that is in the other too. Even steps in grey.
EDGES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
SHADES = LinearSegmentedColormap.from_list(
    "public", ["#f4f4f4", "#cfdbe8", "#8fb0cf", "#4c7ba8", style.ACCENT]
)
#: More rows than this cannot be read in a column of an A4 page.
MOST = 25


def drawn_overlap(beyond: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The pairs among the ``most`` largest of the first network of ``shared_beyond_chance``, with ``overlap``.

    ``overlap`` is n over the smaller of the two numbers, from 0 to 1 (Simpson's overlap coefficient); missing where n
    is hidden.
    """
    if beyond.empty:
        return beyond.assign(overlap=pd.Series(dtype=float))
    first = beyond[["kind", "wave"]].iloc[0]
    own = beyond[(beyond["kind"] == first["kind"]) & (beyond["wave"] == first["wave"])]
    sizes = _sizes(own)
    kept = sizes.sort_values(ascending=False, kind="stable").index[:most]
    own = own[own["source"].isin(kept) & own["target"].isin(kept)].reset_index(drop=True)
    smaller = own[["source_n", "target_n"]].min(axis=1).to_numpy(float)
    return own.assign(overlap=own["n"].astype("Float64").to_numpy(float, na_value=np.nan) / smaller)


def _sizes(pairs: pd.DataFrame) -> pd.Series:
    ends = [pairs[[end, f"{end}_n"]].set_axis(["id", "n"], axis=1) for end in ("source", "target")]
    return pd.concat(ends).drop_duplicates("id").set_index("id")["n"].sort_index()


@style.styled
def plot_overlap(
    pairs: pd.DataFrame,
    *,
    text: Translator | None = None,
    labels: Mapping[str, str] | None = None,
    order: list[str] | None = None,
) -> Figure:
    """One cell a pair of :func:`drawn_overlap`: number in common, shaded by the share of the smaller public.

    A thick frame: more in common than the numbers of both explain (``found``). Hatched: hidden, fewer than may be told.
    ``order``: the activities from top to bottom (by id, if not given); the columns bear the numbers of the rows.
    """
    text, labels = text or Translator("en"), labels or {}
    if pairs.empty:
        return nothing_to_draw(text).figure
    sizes = _sizes(pairs)
    names = [name for name in (order or []) if name in sizes.index]
    names += [name for name in sizes.index if name not in names]
    place, count = {name: i for i, name in enumerate(names)}, len(names)
    written = [
        textwrap.fill(f"{i + 1}. {labels.get(name) or text.term(name)}", 38, max_lines=2, placeholder=" …")
        for i, name in enumerate(names)
    ]
    height = 1.3 + 0.155 * sum(max(1.45, 1 + label.count("\n")) for label in written)
    figure, axes = style.new_axes(height)
    hidden = False
    for row in pairs.to_dict("records"):
        x, y = sorted((place[row["source"]], place[row["target"]]))
        unknown = not np.isfinite(row["overlap"])
        hidden |= unknown
        shade = int(np.searchsorted(EDGES[1:-1], row["overlap"], side="right")) if not unknown else 0
        axes.add_patch(
            Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="white" if unknown else _shade(shade),
                      hatch="////" if unknown else None, edgecolor=style.LIGHT if unknown else "white", linewidth=0.8)
        )  # fmt: skip
        if not unknown:
            ink = "white" if shade >= 3 else style.INK
            axes.text(
                x,
                y,
                str(int(row["n"])),
                ha="center",
                va="center",
                color=ink,
                fontsize=7 if count > 12 else 8.5,
            )
        if not unknown and bool(row["found"]):
            frame = Rectangle(
                (x - 0.42, y - 0.42), 0.84, 0.84, fill=False, edgecolor=style.INK, linewidth=2.0
            )
            frame.set_path_effects([withStroke(linewidth=5.0, foreground="white")])  # seen on a dark cell too
            axes.add_patch(frame)
    axes.set_xlim(-0.5, count - 1.5)
    axes.set_ylim(count - 0.5, 0.5)
    axes.set_xticks(range(count - 1), [str(i + 1) for i in range(count - 1)])
    axes.set_yticks(range(1, count), written[1:], linespacing=0.95)
    axes.tick_params(axis="y", labelsize=7.5)
    style.strip(axes, keep=())
    axes.set_title(written[0].replace("\n", " "), fontsize=7.5, fontweight="normal", loc="left")
    parts = [
        Patch(facecolor=_shade(i), edgecolor=style.GREY, label=_range(i, text)) for i in range(len(EDGES) - 1)
    ]
    if pairs["found"].fillna(False).astype(bool).any():
        frame = text("more than numbers explain")
        parts.append(Patch(facecolor="white", edgecolor=style.INK, linewidth=2.2, label=frame))
    if hidden:
        parts.append(
            Patch(facecolor="white", edgecolor=style.GREY, hatch="////", label=text("too few to be told"))
        )
    axes.legend(
        handles=parts,
        loc="upper right",
        fontsize=7.5,
        title_fontsize=7.5,
        title=text("share of the smaller public"),
    )
    return figure


def _shade(step: int):
    return SHADES(step / (len(EDGES) - 2))


def _range(step: int, text: Translator) -> str:
    return text("{low} to {high}", low=text.percent(EDGES[step]), high=text.percent(EDGES[step + 1]))


def alt_overlap(pairs: pd.DataFrame, *, text: Translator, labels: Mapping[str, str] | None = None) -> str:
    """The figure in words: how many pairs, the three with the largest share in common, and how many are told more."""
    labels = labels or {}
    known = pairs[np.isfinite(pairs["overlap"].to_numpy(float))] if len(pairs) else pairs
    if known.empty:
        return nothing_in_words(text)
    said = [
        text("{pairs} pairs, shaded by the share of the smaller public that is in both.", pairs=len(pairs))
    ]
    for row in known.sort_values("overlap", ascending=False, kind="stable").head(3).to_dict("records"):
        said.append(
            text(
                "{first} and {second}: {n} in both, {share} of the smaller.",
                first=labels.get(row["source"]) or text.term(row["source"]),
                second=labels.get(row["target"]) or text.term(row["target"]),
                n=int(row["n"]),
                share=text.percent(row["overlap"]),
            )
        )
    found = int(known["found"].fillna(False).astype(bool).sum())
    said.append(text("Pairs framed because they share more than numbers explain: {found}.", found=found))
    if len(known) < len(pairs):
        said.append(
            text("Pairs hidden because too few are concerned: {hidden}.", hidden=len(pairs) - len(known))
        )
    return " ".join(said)
