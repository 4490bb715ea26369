"""What may explain a tie: the terms of a model, written as a short formula, and the matrix of pairs of each.

``collaboration ~ information + same(kind) + distance(power) + long(reach) + met``: on the left a kind of tie, on the
right other kinds of tie, what two organisations are to each other, and what they did together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.metrics.tie_length import long_pairs

__all__ = ["TERMS", "described_organisations", "parse_formula", "split_term", "term_matrix"]

#: The terms that take an attribute of organisations: what they are for a pair (a names, b is named).
TERMS = {
    "same": "1 where both have the same value",
    "differ": "1 where they have different values",
    "distance": "the absolute difference of the two numbers",
    "total": "the sum of the two numbers",
    "sender": "the number of the one that names; sender(kind = school): 1 where it has this value",
    "receiver": "the same of the one that is named",
}
ATTRIBUTES = ("kind", "municipality", "reach", "power", "steering")
NUMBERS = ("power", "steering")
#: The terms of two organisations that met, and of the network of the wave before.
MEETING = ("met", "meetings")
BEFORE = ("returned", "shared_partners")
_CALL = re.compile(r"^(\w+)\s*\(\s*([^()=]+?)\s*(?:=\s*([^()=]+?)\s*)?\)$")


def parse_formula(formula: str) -> tuple[str, list[str]]:
    """The kind of tie on the left of ``~`` and the terms on its right, each once, blanks taken out.

    Raises ValueError where a side is missing or a term is not a word or ``word(word)`` or ``word(word = value)``.
    """
    left, tilde, right = formula.partition("~")
    terms = list(dict.fromkeys(_tidy(term) for term in right.split("+")))
    if not tilde or not left.strip() or not all(terms):
        raise ValueError(f"a formula reads 'kind of tie ~ term + term', not {formula!r}")
    wrong = [term for term in terms if not (_CALL.match(term) or re.fullmatch(r"[^()=]+", term))]
    if wrong:
        raise ValueError(f"a term reads word, word(word) or word(word = value), not {', '.join(wrong)}")
    return left.strip(), terms


def _tidy(term: str) -> str:
    call = _CALL.match(term.strip())
    if not call:
        return term.strip()
    word, inner, value = call.groups()
    return f"{word}({inner} = {value})" if value else f"{word}({inner})"


def split_term(term: str) -> tuple[str, str, str]:
    """``("sender", "kind", "school")`` of ``sender(kind = school)``; three empty words of a term without brackets."""
    call = _CALL.match(term)
    return (call.group(1), call.group(2), call.group(3) or "") if call else ("", "", "")


def check_terms(
    terms: Iterable[str], kinds: Iterable[str], definitions: Iterable[str], *, directed: bool, before: bool
) -> None:
    """Raises ValueError that names every unknown term, and all that are known.

    ``before``: the model follows ties from one wave to the next, so that the wave before may explain.
    """
    kinds, definitions = list(kinds), list(definitions)
    ends = [word for word in TERMS if directed or word not in ("sender", "receiver")]
    words = [*kinds, *MEETING, *((["shared_partners"] + ["returned"] * directed) if before else [])]
    unknown = []
    for term in terms:
        call = _CALL.match(term)
        if call is None:
            unknown += [] if term in words else [term]
            continue
        word, inner, value = call.groups()
        if word == "long":
            good = inner in definitions and value is None
        else:
            allowed = NUMBERS if word in ("distance", "total") else ATTRIBUTES
            if word in ("sender", "receiver") and value is None:
                allowed = NUMBERS
            good = word in ends and inner in allowed and (value is None or word in ("sender", "receiver"))
        unknown += [] if good else [term]
    if unknown:
        known = [*words, *(f"{word}(...)" for word in ends), *(f"long({one})" for one in definitions)]
        raise ValueError(
            f"unknown: {', '.join(unknown)}. Known terms: {', '.join(known)}. Attributes: {', '.join(ATTRIBUTES)} "
            f"(as numbers: {', '.join(NUMBERS)}; sender and receiver take attribute = value too)"
        )


def described_organisations(
    nodes: Iterable[str], terms: Iterable[str], organisations: pd.DataFrame, definitions: Iterable[Mapping]
) -> list[str]:
    """The ``nodes`` of which every attribute that a term asks for is known: the others cannot be compared."""
    nodes = list(nodes)
    rules = {str(rule["id"]): rule for rule in definitions}
    needed = set()
    for term in terms:
        call = _CALL.match(term)
        if call is None:
            continue
        word, inner, _value = call.groups()
        needed |= _asked_by(rules[inner]) if word == "long" else {inner}
    table = _register(nodes, organisations)
    known = table[sorted(needed)].notna().all(axis=1).to_numpy() if needed else np.ones(len(nodes), bool)
    return [node for node, good in zip(nodes, known, strict=True) if good]


def _asked_by(rule: Mapping[str, Any]) -> set[str]:
    columns = {"kinds_differ": "kind", "municipality_differs": "municipality", "power_differs": "power"}
    columns["farther_than_km"] = "latitude"
    asked = {column for key, column in columns.items() if rule.get(key) is not None}
    return asked | ({"reach"} if rule.get("either_reach") else set())


def term_matrix(
    term: str,
    nodes: list[str],
    organisations: pd.DataFrame,
    networks: Mapping[str, np.ndarray],
    definitions: Iterable[Mapping[str, Any]] = (),
    meetings: np.ndarray | None = None,
    before: np.ndarray | None = None,
) -> np.ndarray | None:
    """n x n matrix of one term, NaN where unknown; None where the study does not hold what it asks for.

    ``networks``: the other kinds of tie, on ``nodes``. ``meetings[a, b]``: how many activities both took part in;
    ``met`` is 1 where it is one or more. ``before``: the same kind of tie in the wave before, for ``returned`` (b named
    a) and ``shared_partners`` (third organisations tied to both, in whichever direction; an unknown tie is not one).
    """
    if term in networks:
        return networks[term]
    if term in MEETING:
        if meetings is None:
            return None
        return (meetings > 0).astype(float) if term == "met" else meetings.astype(float)
    if term in BEFORE:
        if before is None:
            return None
        if term == "returned":
            return before.T.copy()
        either = np.nan_to_num(np.fmax(before, before.T))
        np.fill_diagonal(either, 0.0)
        return either @ either
    word, inner, value = _CALL.match(term).groups()
    if word == "long":
        return long_pairs(nodes, organisations, next(rule for rule in definitions if rule["id"] == inner))
    column = _register(nodes, organisations)[inner]
    missing = column.isna().to_numpy()
    if word in ("same", "differ"):
        text = column.astype(object).to_numpy()
        pairs = (text[:, None] == text[None, :]).astype(float)
        pairs = pairs if word == "same" else 1.0 - pairs
        pairs[missing, :] = np.nan
        pairs[:, missing] = np.nan
        return pairs
    if value is None:
        number = pd.to_numeric(column.astype(object).where(~missing, np.nan)).to_numpy(float)
    else:
        number = np.where(missing, np.nan, (column.astype(str) == value).to_numpy(float))
    a, b = np.broadcast_to(number[:, None], (len(nodes),) * 2), np.broadcast_to(number, (len(nodes),) * 2)
    made = {"sender": a, "receiver": b, "total": a + b, "distance": np.abs(a - b)}
    return made[word].copy()


def _register(nodes: list[str], organisations: pd.DataFrame) -> pd.DataFrame:
    own = organisations.assign(organisation=organisations["organisation"].astype(str))
    return own.drop_duplicates("organisation").set_index("organisation").reindex(nodes)
