"""The names of many points, none over another: beside the point, led to it by a line, or by number with a key."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import matplotlib.patheffects as effects
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from hubanalysis.figures import style
from hubanalysis.figures.label_places import free_place, overlap

__all__ = ["write_names"]

#: Longer names are cut: they would cover the picture.
LONGEST = 34
#: More names than this can be read by nobody either: the greatest are written.
MOST = 90
_LEAD = {"arrowstyle": "-", "color": style.GREY, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 3}


def write_names(
    axes: Axes,
    points: Mapping[str, tuple[float, float]],
    names: Mapping[str, str],
    *,
    order: Mapping[str, float] | None = None,
    size: float = 6.3,
    radius: Mapping[str, float] | None = None,
) -> list[str]:
    """Write the name of each point where it covers no other name or point; the greatest of ``order`` first.

    ``points`` in data units, ``radius`` of what is drawn there in points of paper (4). A name that finds no free place
    within some 1 cm of its point is left out, and returned: a cluttered name can be read by nobody. Call it when
    everything else is drawn, for it measures the paper.
    """
    figure = axes.figure
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # what was measured must stay where it is
    scale = 72 / figure.dpi
    paper = {k: axes.transData.transform(xy) * scale for k, xy in points.items()}
    edge = tuple(v * scale for v in figure.bbox.extents)
    box = axes.bbox.extents * scale
    within = (edge[0] + 2, box[1] - 6, edge[2] - 2, box[3] + 2)
    reach = {k: max(4.0, (radius or {}).get(k, 4.0)) for k in points}
    taken = [(x - reach[k], y - reach[k], x + reach[k], y + reach[k]) for k, (x, y) in paper.items()]
    halo = [effects.withStroke(linewidth=2, foreground="white")]
    font = FontProperties(family=style.RC["font.family"])
    left_out = []
    ranked = sorted(points, key=lambda k: (-(order.get(k, 0) if order is not None else 0), k))
    for key in ranked[:MOST]:
        name = textwrap.shorten(str(names.get(key, key)), LONGEST, placeholder="…")
        width = TextPath((0, 0), name, size=size, prop=font).get_extents().width + 1.5 if name else 0
        place, (dx, dy), (across, up) = free_place(
            paper[key], width, taken, height=size + 1, rings=(1, 1.3, 1.6, 2, 2.6, 3.8, 5), within=within
        )
        if sum(overlap(place, other) for other in taken) > 1 or overlap(place, within) < 0.98 * width * (
            size + 1
        ):
            left_out.append(key)
            continue
        taken.append(place)
        far = abs(dx) + abs(dy) > 14 + reach[key]
        axes.annotate(
            name, points[key], xytext=(dx, dy), textcoords="offset points", fontsize=size, ha=across, va=up,
            path_effects=halo, zorder=4, annotation_clip=False,
            arrowprops=_LEAD if far else None,
        ).set_in_layout(False)  # fmt: skip
    return left_out + ranked[MOST:]
