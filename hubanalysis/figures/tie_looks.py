"""The look of ties and organisations on a map: told by line and form where the colour does not tell them apart."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D

from hubanalysis.figures import style
from hubanalysis.locale.translator import Translator

__all__ = ["FAR_FILL", "MARKERS", "TIE_LOOK", "map_legend", "map_looks", "values_in_order"]

#: What became of a tie: colour, line, width. Line and width tell it apart where the colour does not.
TIE_LOOK = {
    "not_compared": ("#b8b8b8", (0, (1, 2.5)), 0.8),
    "named": ("#8a8a8a", "-", 0.8),
    "kept": ("#8a8a8a", "-", 0.8),
    "dissolved": ("#b35806", (0, (4, 2.5)), 1.1),
    "formed": ("#1f4e79", "-", 1.7),
}
#: A marker for each kind of organisation, in the declared order of the kinds.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h", "<", ">")
FAR = ("regional", "national", "european")
FAR_FILL = "#4d4d4d"


def values_in_order(values: pd.Series) -> list:
    """The values of a column, in declared order where there is one."""
    return list(values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else pd.unique(values))


def map_looks(organisations: pd.DataFrame, layout) -> pd.DataFrame:
    """Marker, kind and reach of each organisation that is drawn."""
    own = organisations[organisations["organisation"].isin(list(layout))]
    kinds = [k for k in values_in_order(own["kind"]) if k == k and (own["kind"] == k).any()]
    marker = {kind: MARKERS[i % len(MARKERS)] for i, kind in enumerate(kinds)}
    looks = pd.DataFrame({"kind": own["kind"].astype(object).to_numpy()}, index=own["organisation"])
    looks["marker"] = [marker.get(kind, ".") for kind in looks["kind"]]
    looks["far"] = own["reach"].astype(object).isin(FAR).to_numpy()
    return looks.reindex(sorted(layout)).fillna({"marker": ".", "far": False})


def map_legend(states: pd.DataFrame, look: pd.DataFrame, text: Translator) -> list[Line2D]:
    """Handles for the ties that are drawn, the kinds of organisation and their reach."""
    names = {
        "formed": text("tie formed"),
        "kept": text("tie kept"),
        "dissolved": text("tie dissolved"),
        "not_compared": text("known in one wave only"),
        "named": text("tie"),
    }
    lines = [
        Line2D([], [], color=TIE_LOOK[s][0], linestyle=TIE_LOOK[s][1], linewidth=TIE_LOOK[s][2], label=said)
        for s, said in names.items()
        if (states["state"] == s).any()
    ]
    point = {"linestyle": "", "markersize": 6, "markeredgecolor": style.INK, "markeredgewidth": 0.8}
    kinds = look.dropna(subset=["kind"]).drop_duplicates("kind")
    shapes = [
        Line2D([], [], marker=marker, markerfacecolor="white", label=text.term(kind), **point)
        for kind, marker in sorted(
            zip(kinds["kind"], kinds["marker"], strict=True), key=lambda km: (*MARKERS, ".").index(km[1])
        )
    ]
    reach = [
        Line2D([], [], marker="o", markerfacecolor="white", label=text("local or provincial reach"), **point),
        Line2D(
            [], [], marker="o", markerfacecolor=FAR_FILL, label=text("regional reach or farther"), **point
        ),
    ]
    return [*lines, *shapes, *reach]
