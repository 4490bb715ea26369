"""The picture of an interactive network, as SVG: lines, markers and names. Every word of the data is escaped."""

from __future__ import annotations

import html
import math
import textwrap
from collections import defaultdict

from hubanalysis.figures.interactive import STATES
from hubanalysis.figures.label_places import Box, free_place
from hubanalysis.figures.networks import MARKERS

__all__ = ["picture", "shape_of"]

#: The markers of the static map as corners, in units of the radius; the first one is a circle.
_CORNERS = {
    "s": "-.9 -.9 .9 -.9 .9 .9 -.9 .9",
    "^": "0 -1.15 1.1 .85 -1.1 .85",
    "v": "0 1.15 1.1 -.85 -1.1 -.85",
    "D": "0 -1.2 1.2 0 0 1.2 -1.2 0",
    "P": "-.4 -1.1 .4 -1.1 .4 -.4 1.1 -.4 1.1 .4 .4 .4 .4 1.1 -.4 1.1 -.4 .4 -1.1 .4 -1.1 -.4 -.4 -.4",
    "X": "-1.1 -.6 -.6 -1.1 0 -.5 .6 -1.1 1.1 -.6 .5 0 1.1 .6 .6 1.1 0 .5 -.6 1.1 -1.1 .6 -.5 0",
    "h": "0 -1.1 1 -.55 1 .55 0 1.1 -1 .55 -1 -.55",
    "<": "-1.15 0 .85 -1.1 .85 1.1",
    ">": "1.15 0 -.85 -1.1 -.85 1.1",
}
#: Size of the picture and its free border, in its own units (pixels of a page at full width).
_WIDTH, _HEIGHT, _BORDER = 760, 600, (64, 26)
#: How far apart lie the lines between the same two organisations: one for each kind of tie and direction.
_APART = 2.4


def picture(data: dict, key: str, description: str) -> str:
    """The picture of an interactive network's ``data``; ``key`` makes its names unique in a page.

    ``description`` is the text for who cannot see it.
    """
    across, up = _BORDER
    points = [
        (across + each[4] * (_WIDTH - 2 * across), _HEIGHT - up - each[5] * (_HEIGHT - 2 * up))
        for each in data["organisations"]
    ]
    degree = [0] * len(points)
    for _kind, source, target, *_rest in data["ties"]:
        degree[source] += 1
        degree[target] += 1
    sizes = [4.2 + 0.8 * math.sqrt(d) for d in degree]
    arrow = (
        f'<defs><marker id="{key}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
        if data["directed"]
        else ""
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" data-arrow="{key if data["directed"] else ""}" '
        f'aria-label="{html.escape(description)}">{arrow}'
        f'<g class="hn-ties">{_lines(data, points, sizes)}</g>'
        f'<g class="hn-nodes">{_nodes(data, points, sizes, degree)}</g></svg>'
    )


def _lines(data: dict, points: list, sizes: list[float]) -> str:
    """A line for each tie, from border to border; those between the same two lie side by side."""
    beside: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (_kind, source, target, *_rest) in enumerate(data["ties"]):
        beside[min(source, target), max(source, target)].append(number)
    made = []
    for number, (kind, source, target, held, states) in enumerate(data["ties"]):
        low, high = min(source, target), max(source, target)
        (x, y), (u, v) = points[low], points[high]
        length = math.hypot(u - x, v - y) or 1.0
        lane = beside[low, high]
        off = (lane.index(number) - (len(lane) - 1) / 2) * _APART
        dx, dy = (u - x) / length, (v - y) / length
        x, y, u, v = x - dy * off, y + dx * off, u - dy * off, v + dx * off
        x, y = x + dx * (sizes[low] + 1), y + dy * (sizes[low] + 1)
        u, v = u - dx * (sizes[high] + 1), v - dy * (sizes[high] + 1)
        if source > target:
            x, y, u, v = u, v, x, y
        look = STATES.get(states[-1], "elsewhere") if states else "plain"
        made.append(
            f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{u:.0f}" y2="{v:.0f}" class="{look}" '
            f'data-t="{kind} {source} {target} {held} {states}"/>'
        )
    return "".join(made)


def _nodes(data: dict, points: list, sizes: list[float], degree: list[int]) -> str:
    names = [textwrap.shorten(each[0], 26, placeholder="…") or each[0][:25] for each in data["organisations"]]
    labels = _names(names, points, sizes, sorted(range(len(points)), key=lambda i: (-degree[i], i)))
    made = []
    for i, (name, group, reach, far, _x, _y, silent) in enumerate(data["organisations"]):
        (x, y), s = points[i], sizes[i]
        shape = shape_of(group, s, "far" if far else "near")
        quiet = "1" in silent
        ring = f'<circle class="ring" r="{s + 3.5:.1f}"/>' if quiet else ""
        sort = "" if group is None else data["groups"][group]
        about = ", ".join(part for part in (sort, reach) if part)
        facts = {
            "i": i,
            "group": "" if group is None else group,
            "silent": silent,
            "about": about,
            "name": name,
        }
        told = "".join(f' data-{key}="{html.escape(str(value))}"' for key, value in facts.items())
        made.append(
            f'<g transform="translate({x:.0f} {y:.0f})"{" class=silent" if quiet else ""}{told}>'
            f'<circle class="reach" r="14"/>{ring}{shape}{labels[i]}<title>{html.escape(name)}</title></g>'
        )
    return "".join(made)


def _names(names: list[str], points: list, sizes: list[float], order: list[int]) -> dict[int, str]:
    """Each name where it covers least; one that would cover another is quiet until its organisation is chosen."""
    taken = [(x - s, y - s, x + s, y + s) for (x, y), s in zip(points, sizes, strict=True)]
    taken += [(-400, -400, 0, _HEIGHT + 400), (_WIDTH, -400, _WIDTH + 400, _HEIGHT + 400)]
    written: list[Box] = []
    labels = {}
    for i in order:
        box, (dx, dy), (anchor, _rise) = free_place(points[i], 6.0 * len(names[i]), taken, height=12.0)
        covers = any(
            min(box[2], w[2]) > max(box[0], w[0]) and min(box[3], w[3]) > max(box[1], w[1]) for w in written
        )
        if not covers:
            taken.append(box)
            written.append(box)
        further = max(sizes[i] - 3, 0)
        x = dx + math.copysign(further, dx) if dx else 0
        y = (
            4
            if not dy
            else dy + (10 + (further if not dx else 0) if dy > 0 else -2 - (further if not dx else 0))
        )
        side = {"left": "start", "right": "end", "center": "middle"}[anchor]
        quiet = ' class="quiet"' if covers else ""
        labels[i] = (
            f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{side}"{quiet}>{html.escape(names[i])}</text>'
        )
    return labels


def shape_of(group: int | None, size: float, look: str) -> str:
    """The marker of a kind of organisation, around 0."""
    corners = _CORNERS.get("." if group is None else MARKERS[group % len(MARKERS)])
    if corners is None:
        return f'<circle class="{look}" r="{size:.1f}"/>'
    points = " ".join(f"{float(c) * size:.1f}" for c in corners.split())
    return f'<polygon class="{look}" points="{points}"/>'
