"""The map of a network that a reader can ask: what it holds, as plain data, checked before it is drawn.

A notebook hands out these data and nothing live. Markup is made of them by
:mod:`hubanalysis.figures.interactive_markup`, in JupyterLab and in the report's page alike, so that no output of a
notebook brings a script of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hubanalysis.figures.networks import network_layout
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.adjacency import Network, consecutive, networks_of

__all__ = ["STATES", "InteractiveNetwork", "interactive_network", "read_interactive"]

#: One letter for what became of a tie between two waves; "-" where it stands in neither.
STATES = {"f": "formed", "k": "kept", "d": "dissolved", "n": "not_compared"}
#: A larger network is a cloud nobody reads: those with the most ties are drawn, and the note says so.
MOST_ORGANISATIONS = 400
_FAR = ("regional", "national", "european")
_VERSION = 1

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class InteractiveNetwork:
    """Organisations, their ties in each wave, what became of them. ``data`` is plain JSON, and all there is.

    ``waves``, ``kinds`` (of tie), ``groups`` (kinds of organisation) are lists of labels; ``pairs`` the waves compared,
    as places in ``waves``; ``organisations`` [name, group or None, reach, far, x, y, silent] with places from 0 to 1
    and ``silent`` a "1" for each wave in which it stands but told no ties; ``ties`` [kind, source, target, waves,
    states]: for each wave "1" a tie, "0" none, "u" unknown, for each pair of waves a letter of :data:`STATES`.
    """

    data: dict[str, Any]

    @property
    def public(self) -> bool:
        """Whether only organisations that consented to be named are in it."""
        return bool(self.data["public"])

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.data["ties"]


def interactive_network(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    kind: str = "",
    public: bool = False,
    text: Translator | None = None,
    labels: Labels = _no_labels,
) -> InteractiveNetwork:
    """Every kind of tie in every wave, each organisation in one place, ready for ``show``.

    ``kind`` is shown first (empty: the first one). Organisations without ties are left out. In a public report only
    organisations that consent to be named are in it, with the ties between them; places come from these ties alone, and
    who was silent is not told. Raises ValueError for a kind that has no ties.
    """
    text = text or Translator("en")
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    named = set(organisations.loc[organisations["consent"].fillna(False).astype(bool), "organisation"])
    found = _ends(networks, named if public else None)
    kinds = list(dict.fromkeys(each[0] for each in found))
    asked = list(dict.fromkeys(network.kind for network in networks))
    if kind and asked and kind not in asked:
        raise ValueError(f"no ties of the kind {kind!r}; there are {', '.join(asked)}")
    first = kind if kind in kinds else next(iter(kinds), "")
    degree = Counter(end for _kind, *ends in found for end in ends)
    drawn = set(sorted(degree, key=lambda node: (-degree[node], node))[:MOST_ORGANISATIONS])
    found = [(k, a, b) for k, a, b in found if a in drawn and b in drawn]
    order = {wave: i for i, wave in enumerate(labels("waves"))}
    waves = sorted(dict.fromkeys(n.wave for n in networks), key=lambda wave: order.get(wave, len(order)))
    compared = {(a.kind, a.wave, b.wave) for a, b in consecutive(networks)}
    pairs = sorted({(waves.index(a), waves.index(b)) for _, a, b in compared})
    register = organisations.drop_duplicates("organisation").set_index("organisation")
    names, tie_kinds, wave_names = labels("organisations"), labels("tie_kinds"), labels("waves")
    places = _places(found, first)
    nodes = sorted(places, key=lambda node: (str(names.get(node, node)).casefold(), node))
    sorts = {node: _value(register, node, "kind") for node in nodes}
    groups = _groups(organisations, {end for k, *ends in found if k == first for end in ends}, set(nodes))
    known = _Known(networks)
    rows = []
    for tie, source, target in found:
        held = [known.of(tie, wave, source, target) for wave in waves]
        states = [
            _state(held[a], held[b]) if (tie, waves[a], waves[b]) in compared else "-" for a, b in pairs
        ]
        rows.append(
            [
                kinds.index(tie), nodes.index(source), nodes.index(target), "".join(held), "".join(states),
            ]
        )  # fmt: skip
    data = {
        "version": _VERSION,
        "public": bool(public),
        "directed": bool(directed),
        "cut": len(degree) > len(drawn),
        "waves": [str(wave_names.get(w, w)) for w in waves],
        "pairs": [list(pair) for pair in pairs],
        "kinds": [str(tie_kinds.get(k, k)) for k in kinds],
        "first": kinds.index(first) if kinds else 0,
        "groups": [text.term(g) for g in groups],
        "organisations": [
            [
                str(names.get(node, node)),
                groups.index(sorts[node]) if sorts[node] else None,
                text.term(_value(register, node, "reach")),
                _value(register, node, "reach") in _FAR,
                *(round(float(at), 4) for at in places[node]),
                "0" * len(waves) if public else "".join(known.silent(wave, node) for wave in waves),
            ]
            for node in nodes
        ],
        "ties": sorted(rows, key=lambda r: (r[0], _rank(r[4]), r[1], r[2])),
    }
    return InteractiveNetwork(data)


def _groups(organisations: pd.DataFrame, shown: set[str], drawn: set[str]) -> list[str]:
    """The kinds of organisation, in the order in which the static map gives them its markers: first those it shows."""
    found: dict[str, None] = {}
    for those in (shown, drawn):
        kinds = organisations.loc[organisations["organisation"].isin(those), "kind"].dropna()
        declared = list(kinds.cat.categories) if isinstance(kinds.dtype, pd.CategoricalDtype) else []
        present = list(pd.unique(kinds.astype(object)))
        found |= dict.fromkeys(str(k) for k in (declared or present) if k in present)
    return list(found)


def _places(found: list[tuple[str, str, str]], kind: str) -> dict[str, tuple[float, float]]:
    """Where the static map of ``kind`` has an organisation; who has only other ties stands near their other ends.

    Near means the free place of a grid (none of the others within 0.06) closest to the mean of its partners' places.
    """
    first = [(a, b) for k, a, b in found if k == kind]
    places = network_layout(pd.DataFrame(first, columns=["source", "target"])) if first else {}
    partners: dict[str, set[str]] = {}
    for _kind, source, target in found:
        partners.setdefault(source, set()).add(target)
        partners.setdefault(target, set()).add(source)
    grid = [(i / 24, j / 24) for i in range(25) for j in range(25)]
    for node in sorted(set(partners) - set(places)):
        near = [places[p] for p in sorted(partners[node]) if p in places] or [(0.5, 0.5)]
        middle = tuple(sum(axis) / len(near) for axis in zip(*near, strict=True))
        free = [g for g in grid if all(math.dist(g, other) > 0.06 for other in places.values())]
        places[node] = min(free or grid, key=lambda g: (math.dist(g, middle), g))
    return places


def _rank(states: str) -> int:
    """Where a tie stands among the others of its kind: by what became of it last, the kept ones first."""
    return "kfdn-".index(states[-1]) if states else 0


def _ends(networks: list[Network], named: set[str] | None) -> list[tuple[str, str, str]]:
    """Kind, source, target of each tie named in any wave; a pair once where ties have no direction."""
    found: dict[tuple[str, str, str], None] = {}
    for network in networks:
        for i, j in zip(*network.named.nonzero(), strict=True):
            source, target = network.nodes[i], network.nodes[j]
            if (not network.directed and source > target) or source == target:
                continue
            if named is None or {source, target} <= named:
                found[network.kind, source, target] = None
    return list(found)


class _Known:
    """What is known of a tie in a wave: "1" it stands, "0" it does not, "u" nobody said."""

    def __init__(self, networks: list[Network]):
        self._networks = {(n.kind, n.wave): n for n in networks}
        self._places = {key: {node: i for i, node in enumerate(n.nodes)} for key, n in self._networks.items()}
        self._named = {
            key: set(zip(*(ends.tolist() for ends in n.named.nonzero()), strict=True))
            for key, n in self._networks.items()
        }

    def of(self, kind: str, wave: str, source: str, target: str) -> str:
        network, place = self._networks.get((kind, wave)), self._places.get((kind, wave), {})
        if network is None or source not in place or target not in place:
            return "u"
        i, j = place[source], place[target]
        if (i, j) in self._named[kind, wave]:
            return "1"
        spoke = network.answered[i] or (not network.directed and network.answered[j])
        return "0" if spoke else "u"

    def silent(self, wave: str, node: str) -> str:
        asked = [
            network.answered[self._places[key][node]]
            for key, network in self._networks.items()
            if key[1] == wave and node in self._places[key]
        ]
        return "1" if asked and not any(asked) else "0"


def _state(before: str, after: str) -> str:
    if "1" not in before + after:
        return "-"
    if "u" in before + after:
        return "n"
    return "k" if before == after else ("f" if after == "1" else "d")


def _value(register: pd.DataFrame, node: str, column: str) -> str:
    if node not in register.index or pd.isna(register.at[node, column]):
        return ""
    return str(register.at[node, column])


def read_interactive(data: Any) -> InteractiveNetwork:
    """The network of ``data`` that were stored, every value of the kind it must be. Raises ValueError otherwise."""
    try:
        good = _is_sound(data)
    except (KeyError, TypeError, IndexError):
        good = False
    if not good:
        raise ValueError("these are not the data of an interactive network")
    return InteractiveNetwork(data)


def _is_sound(data: Any) -> bool:
    waves, kinds, groups, nodes = (len(data[k]) for k in ("waves", "kinds", "groups", "organisations"))
    words = [*data["waves"], *data["kinds"], *data["groups"]]
    return (
        data["version"] == _VERSION
        and all(isinstance(data[flag], bool) for flag in ("public", "directed", "cut"))
        and all(isinstance(word, str) for word in words)
        and all(_below(a, waves) and _below(b, waves) for a, b in data["pairs"])
        and (_below(data["first"], kinds) or data["first"] == kinds == 0)
        and all(_sound_organisation(each, groups, waves) for each in data["organisations"])
        and all(
            _below(kind, kinds)
            and _below(source, nodes)
            and _below(target, nodes)
            and _made_of(held, "10u", waves)
            and _made_of(states, "-" + "".join(STATES), len(data["pairs"]))
            for kind, source, target, held, states in data["ties"]
        )
    )


def _sound_organisation(each: list, groups: int, waves: int) -> bool:
    name, group, reach, far, x, y, silent = each
    return (
        isinstance(name, str)
        and (group is None or _below(group, groups))
        and isinstance(reach, str)
        and isinstance(far, bool)
        and all(isinstance(at, (int, float)) and math.isfinite(at) and 0 <= at <= 1 for at in (x, y))
        and _made_of(silent, "01", waves)
    )


def _below(number: Any, limit: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < limit


def _made_of(word: Any, letters: str, length: int) -> bool:
    return isinstance(word, str) and len(word) == length and set(word) <= set(letters)
