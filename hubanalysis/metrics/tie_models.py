"""Why do ties exist, and what makes them form or dissolve? Models of pairs, written as a short formula.

The inference is that of :func:`~hubanalysis.metrics.network_regression.network_regression`: p by renumbering the
organisations (MRQAP), intervals that allow for pairs sharing an organisation. Organisations that answered change
places only with each other, so that what is unknown stays unknown. Terms: :mod:`hubanalysis.metrics.tie_terms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.co_attendance import shared_activities
from hubanalysis.metrics.network_regression import MODELS, network_regression
from hubanalysis.metrics.tie_terms import check_terms, described_organisations, parse_formula, term_matrix

__all__ = ["tie_dissolution", "tie_formation", "why_ties"]

_REST = [
    "term",
    "estimate",
    "low",
    "high",
    "n",
    "pairs_compared",
    "pairs_left_out",
    "statistic",
    "p",
    "unit",
    "method",
]
_WAVE = ["kind", "wave", *_REST, "note"]
_CHANGE = ["kind", "wave_from", "wave_to", *_REST, "events", "note"]
UNTOLD = mark("The study does not hold what this term asks for: it is left out of the model.")
FEW_EVENTS = mark("Fewer than five events a term: read with caution.")


def why_ties(
    formula: str,
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    definitions: Iterable[Mapping[str, Any]] = (),
    took_part: pd.DataFrame | None = None,
    wave: str | None = None,
    model: str = "logit",
    directed: bool = True,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Model the ties of one kind in each wave (or in ``wave``): a row a wave and term, the constant first.

    ``formula``: ``"collaboration ~ information + same(kind) + long(reach) + met"``. ``definitions`` of the long tie as
    declared, ``took_part`` from :func:`~hubanalysis.metrics.co_attendance.participations`. ``estimate`` is an odds
    ratio (``logit``) or points of tie probability (``linear``) with its interval; ``statistic`` and two-sided ``p`` as
    in ``network_regression``. Pairs with an end whose attribute is missing, or of which a kind of tie is unknown, are
    left out: ``pairs_compared`` counted, ``pairs_left_out`` not. A term the study has nothing on has a row with
    NaN and a note.

    Raises ValueError for an unknown kind of tie, term, wave or model; the message names the known ones.
    """
    networks, kind, terms, rules = _asked(
        formula, ties, organisations, tie_respondents, definitions, model, directed
    )
    waves = [network.wave for network in networks if network.kind == kind]
    if wave is not None and waves and wave not in waves:
        raise ValueError(f"no wave {wave!r}; known: {', '.join(waves)}")
    frames = []
    for network in networks:
        if network.kind != kind or wave not in (None, network.wave):
            continue
        others = {
            other.kind: other for other in networks if other.wave == network.wave and other.kind != kind
        }
        nodes = described_organisations(network.nodes, terms, organisations, rules)
        matrices = _matrices(terms, nodes, organisations, others, rules, took_part)
        everyone = len(network.nodes) * (len(network.nodes) - 1)
        rows = _modelled(network.on(nodes), matrices, (network,), nodes, everyone, model, permutations, seed)
        frames.append(rows.assign(kind=kind, wave=network.wave)[_WAVE])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_WAVE)


def tie_formation(formula: str, *tables, **options) -> pd.DataFrame:
    """Model which pairs without a tie have one in the next wave: rows as :func:`why_ties`, odds ratios.

    At risk: pairs that had no tie and are known in both waves. Terms are taken from the wave before (other kinds of
    tie too), and may be ``returned`` (the other had named it) and ``shared_partners`` (organisations tied to both).
    ``events`` ties formed. Arguments as :func:`why_ties` without ``wave`` (``tables``: ties, organisations,
    tie_respondents); ``model="linear"`` gives points of probability instead.

    Raises ValueError as :func:`why_ties`.
    """
    return _followed(formula, *tables, risk=0.0, **options)


def tie_dissolution(formula: str, *tables, **options) -> pd.DataFrame:
    """Model which ties are gone in the next wave: as :func:`tie_formation`, at risk the ties known in both waves.

    An odds ratio over 1 goes with ties that end, under 1 with ties that last. ``events`` ties dissolved.
    """
    return _followed(formula, *tables, risk=1.0, **options)


def _followed(
    formula: str,
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    risk: float,
    definitions: Iterable[Mapping[str, Any]] = (),
    took_part: pd.DataFrame | None = None,
    model: str = "logit",
    directed: bool = True,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    networks, kind, terms, rules = _asked(
        formula, ties, organisations, tie_respondents, definitions, model, directed, before=True
    )
    own = [network for network in networks if network.kind == kind]
    frames = []
    for first, second in pairwise(own):
        both = sorted(set(first.nodes) & set(second.nodes))
        nodes = described_organisations(both, terms, organisations, rules)
        before, after = first.on(nodes), second.on(nodes)
        others = {other.kind: other for other in networks if other.wave == first.wave and other.kind != kind}
        matrices = _matrices(terms, nodes, organisations, others, rules, took_part, before)
        event = np.where((before == risk) & ~np.isnan(after), np.abs(after - risk), np.nan)
        at_risk = int((first.on(both) == risk).sum())
        rows = _modelled(event, matrices, (first, second), nodes, at_risk, model, permutations, seed)
        each = 1 if directed else 2
        events = int(np.nansum(event)) // each
        if events < 5 * len(terms):
            rows["note"] = rows["note"].where(rows["note"] != "", FEW_EVENTS)
        rows = rows.assign(kind=kind, wave_from=first.wave, wave_to=second.wave, events=events)
        frames.append(rows[_CHANGE])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_CHANGE)


def _asked(formula, ties, organisations, tie_respondents, definitions, model, directed, before=False):
    """The networks, the kind on the left, the terms, the definitions; everything unknown raises."""
    if model not in MODELS:
        raise ValueError(f"model is one of {', '.join(MODELS)}, not {model!r}")
    kind, terms = parse_formula(formula)
    rules = [dict(rule) for rule in definitions]
    networks = networks_of(ties, organisations, tie_respondents, directed=directed)
    kinds = list(dict.fromkeys(network.kind for network in networks))
    if kinds and kind not in kinds:
        raise ValueError(f"unknown kind of tie: {kind}. Known: {', '.join(kinds)}")
    if kinds:
        others = [other for other in kinds if other != kind]
        check_terms(terms, others, [str(rule["id"]) for rule in rules], directed=directed, before=before)
    return networks, kind, terms, rules


def _matrices(terms, nodes, organisations, others: Mapping[str, Network], rules, took_part, before=None):
    """The matrix of each term; None for what the study holds nothing on."""
    index = {kind: _spread(network, nodes) for kind, network in others.items()}
    meetings = None if took_part is None else shared_activities(nodes, took_part)
    known = [*index]
    matrices = {}
    for term in terms:
        if (
            "(" not in term
            and term not in known
            and term not in ("met", "meetings", "returned", "shared_partners")
        ):
            matrices[term] = None  # a kind of tie that was not asked in this wave
            continue
        matrices[term] = term_matrix(term, nodes, organisations, index, rules, meetings, before)
    return matrices


def _spread(network: Network, nodes: list[str]) -> np.ndarray:
    """The network on other nodes: unknown for whoever does not stand in it."""
    shared = [node for node in nodes if node in set(network.nodes)]
    place = [nodes.index(node) for node in shared]
    wide = np.full((len(nodes), len(nodes)), np.nan)
    wide[np.ix_(place, place)] = network.on(shared)
    return wide


def _modelled(response, matrices, waves, nodes, possible: int, model, permutations, seed) -> pd.DataFrame:
    """Rows of the model in the order of the formula, with those of the terms that the study holds nothing on.

    ``possible``: ordered pairs that could have counted. Who answered in which of ``waves`` tells who may change places.
    """
    told = {term: matrix for term, matrix in matrices.items() if matrix is not None}
    answered = [_answered(network) for network in waves]
    alike = np.array(["".join(str(int(node in who)) for who in answered) for node in nodes])
    directed = waves[0].directed
    rows = network_regression(
        response, told, model=model, directed=directed, within=alike,
        permutations=permutations, seed=seed,
    )  # fmt: skip
    blank = {"estimate": np.nan, "low": np.nan, "high": np.nan, "statistic": np.nan, "p": np.nan}
    for term in matrices:
        if term not in told:
            extra = rows.iloc[:1].assign(term=term, note=UNTOLD, **blank)
            rows = pd.concat([rows, extra], ignore_index=True)
    order = {term: k for k, term in enumerate(["constant", *matrices])}
    rows = rows.sort_values("term", key=lambda column: column.map(order)).reset_index(drop=True)
    rows["pairs_left_out"] = possible // (1 if directed else 2) - rows["pairs_compared"]
    return rows


def _answered(network: Network) -> set[str]:
    return {node for node, answered in zip(network.nodes, network.answered, strict=True) if answered}
