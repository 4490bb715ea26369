"""What a reader must be told of a network: filled from the data and study.yaml, with gaps where only people know.

The items follow two statements: the Guidelines for Reporting About Network Data (GRAND; Neal 2023) and the five domains
of Social Networks in Health Research (SoNHR; Luke et al. 2023, PLOS ONE 18(12) e0285236). The words are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import igraph
import numpy as np
import pandas as pd

from hubanalysis.figures.networks import consenting
from hubanalysis.findings.networks import Labels, kind_name, nothing_declared
from hubanalysis.locale import mark
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.adjacency import Network, networks_of
from hubanalysis.metrics.networks import density, reciprocity, transitivity_undirected

__all__ = ["ITEMS", "reporting_statement", "statement_sentences"]

_COLUMNS = ["domain", "entry", "statement", "filled"]
_CONCEPT = mark("the idea")
_DEFINE = mark("what is meant")
_COLLECT = mark("how it was collected")
_RESULTS = mark("analyses and results")
_ETHICS = mark("ethics and equity")

#: item -> domain, its name, and what people are asked to write where the data cannot say it.
ITEMS: dict[str, tuple[str, str, str]] = {
    "name": (_CONCEPT, mark("name of the network"), mark("a name for the network")),
    "address": (
        _CONCEPT,
        mark("where the data stand"),
        mark("DOI or address of the data, or why they are closed"),
    ),
    "question": (_CONCEPT, mark("question"), mark("which question on relations the network answers")),
    "theory": (_CONCEPT, mark("theory"), mark("why relations should matter here, and which theory says so")),
    "nodes": (_DEFINE, mark("nodes"), mark("what the nodes are")),
    "boundary": (
        _DEFINE,
        mark("boundary"),
        mark("who belongs to the network and who does not, and who decided it"),
    ),
    "ties": (_DEFINE, mark("ties"), mark("what the ties are")),
    "direction": (_DEFINE, mark("direction"), mark("whether ties have a direction")),
    "weights": (_DEFINE, mark("weights"), mark("what the weights measure, and on which scale")),
    "signs": (_DEFINE, mark("signs"), mark("whether ties can be negative")),
    "long_ties": (_DEFINE, mark("long ties"), mark("what counts as a long tie, and why")),
    "wording": (_COLLECT, mark("wording of the question"), mark("the exact words by which ties were asked")),
    "mode": (
        _COLLECT,
        mark("mode"),
        mark("how ties were asked: list or free names, on paper or online, by whom"),
    ),
    "years": (_COLLECT, mark("when"), mark("when the ties were asked")),
    "response": (_COLLECT, mark("who answered"), mark("how many were asked and how many answered")),
    "missing": (_COLLECT, mark("silence"), mark("what was done with those who did not answer")),
    "topology": (_RESULTS, mark("shape of the network"), mark("size, density and other measures")),
    "analyses": (_RESULTS, mark("analyses"), mark("which measures and models were used")),
    "uncertainty": (_RESULTS, mark("uncertainty"), mark("how uncertainty was told")),
    "pictures": (_RESULTS, mark("pictures"), mark("how the pictures were drawn")),
    "software": (_RESULTS, mark("software"), mark("the programs and their versions")),
    "limits": (_RESULTS, mark("limits"), mark("what these data cannot show")),
    "consent": (
        _ETHICS,
        mark("consent given"),
        mark("what those who answered, and those they named, agreed to"),
    ),
    "identity": (
        _ETHICS,
        mark("who can be recognised"),
        mark("how it is avoided that somebody is recognised"),
    ),
    "approval": (_ETHICS, mark("approval"), mark("which board approved the study, or why none was needed")),
    "equity": (
        _ETHICS,
        mark("equity"),
        mark("who is missing from the network, and who could gain or lose by it"),
    ),
    "return": (_ETHICS, mark("return"), mark("how the results go back to those who took part")),
}
UNKNOWN_NOT_ABSENT = mark(
    "The ties of those who did not answer are unknown, not absent: no measure counts them as missing ties, and bounds "
    "say what the results could be whatever they would have answered."
)
ANALYSES = mark(
    "Density, reciprocity, transitivity, centralisation, share of long ties, E-I index, broker roles, core, "
    "communities, what remains without the steering group; every choice is named beside its result."
)
UNCERTAINTY = mark(
    "Intervals take account of ties that share an organisation; comparisons with chance come from networks or kinds "
    "shuffled at random, always from the same random numbers."
)
PICTURES = mark(
    "One place for an organisation in all waves, from all its ties (Kamada and Kawai); the places carry no meaning of "
    "their own. What became of a tie is told by line as well as by colour."
)
LIMITS = mark(
    "A tie is what an organisation says of itself. A network compared with itself earlier shows change, not its cause."
)


def reporting_statement(
    study: Any,
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None,
    text: Translator,
    labels: Labels = nothing_declared,
    *,
    lang: str = "",
) -> pd.DataFrame:
    """The items of :data:`ITEMS`: ``domain``, ``entry``, ``statement``, ``filled`` (false: people must write it).

    ``study`` as study.yaml declares it; what stands there under ``networks: reporting: {item: words}`` is taken before
    what the data say. Empty where the study has no ties. Raises nothing for unknown items: they are added at the end.
    """
    declared = getattr(study, "networks", None)
    if declared is None or ties.empty:
        return pd.DataFrame(columns=_COLUMNS)
    networks = networks_of(ties, organisations, tie_respondents, directed=declared.directed)
    said = _from_data(study, networks, ties, organisations, text, labels, lang or text.lang)
    written = {
        item: _in(words, lang or text.lang)
        for item, words in (getattr(declared, "reporting", None) or {}).items()
    }
    rows = []
    for item, (domain, name, gap) in ITEMS.items():
        statement = written.get(item) or said.get(item)
        filled = bool(statement)
        if not statement:
            statement = text(
                "To be written by the researchers ({key}): {gap}.",
                key=f"networks.reporting.{item}",
                gap=text(gap),
            )
        rows.append((text(domain), text(name), statement, filled))
    rows += [(text(_RESULTS), item, words, True) for item, words in written.items() if item not in ITEMS]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _in(label: Mapping[str, str] | None, lang: str) -> str:
    label = label or {}
    return label.get(lang) or next((words for words in label.values() if words), "")


def _from_data(
    study, networks: list[Network], ties, organisations, text: Translator, labels: Labels, lang: str
) -> dict:
    declared = study.networks
    kinds = [kind_name(k, text, labels) for k in dict.fromkeys(n.kind for n in networks)]
    rules = list(labels("definitions").values())
    sizes = [len(n.nodes) for n in networks]
    said = {
        "name": f"{_in(study.title, lang)} ({', '.join(kinds)})",
        "nodes": text(
            "Organisations: {sizes} in each network, {register} in the register of the study.",
            sizes=str(sizes[0]) if len(set(sizes)) == 1 else text.interval(min(sizes), max(sizes), 0),
            register=len(organisations),
        ),
        "ties": text("Kinds of tie: {kinds}.", kinds=listed(text, kinds)),
        "direction": (
            text("A tie goes from who names to who is named.")
            if declared.directed
            else text("Ties have no direction.")
        ),
        "weights": _weights(declared, ties, text, lang),
        "signs": text("No tie is negative.") if not (ties["weight"] < 0).any() else text("Some ties are negative."),
        "long_ties": text("By rules declared before: {rules}.", rules="; ".join(rules)) if rules else "",
        "years": _years(study, networks, text, labels),
        "response": "; ".join(_response(n, text, labels) for n in networks) + ".",
        "missing": text(UNKNOWN_NOT_ABSENT),
        "topology": "; ".join(_topology(n, text, labels) for n in networks) + ".",
        "analyses": text(ANALYSES),
        "uncertainty": text(UNCERTAINTY),
        "pictures": text(PICTURES),
        "software": f"hubanalysis {_version('hubanalysis')}, igraph {_version('igraph')}, numpy {_version('numpy')}",
        "limits": text(LIMITS),
        "identity": text(
            "{named} of {all} organisations consent to be named; in a public report the others are neither named nor "
            "drawn, and a group of fewer than {n} is told of only where all of it consents.",
            named=len(consenting(organisations)), all=len(organisations), n=study.privacy.threshold,
        ),
    }  # fmt: skip
    if getattr(study, "simulated", False):
        said["name"] += ". " + text("The data are simulated: none of these organisations exists.")
    return said


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from its sources, not installed
        return ""


def _weights(declared, ties: pd.DataFrame, text: Translator, lang: str) -> str:
    weights = ties["weight"].dropna()
    if weights.empty or (weights == 1).all():
        return text("Ties have no weight: they are there or not.")
    low, high = text.number(weights.min(), 0), text.number(weights.max(), 0)
    meanings = [_in(t.weights.meaning, lang) for t in declared.ties if getattr(t, "weights", None)]
    if not meanings:
        return ""  # that there are weights is seen, what they mean is not
    return text(
        "Weights from {low} to {high}: {meaning}. The measures of this report do not use them unless they say so.",
        low=low, high=high, meaning="; ".join(dict.fromkeys(meanings)),
    )  # fmt: skip


def _years(study, networks, text: Translator, labels: Labels) -> str:
    asked = {n.wave for n in networks}
    dated = [f"{labels('waves').get(w.id, w.id)}: {w.date}" for w in study.waves if w.id in asked and w.date]
    return "; ".join(dated) + "." if dated else ""


def _where(network: Network, text: Translator, labels: Labels) -> str:
    return f"{kind_name(network.kind, text, labels)}, {labels('waves').get(network.wave, network.wave)}"


def _response(network: Network, text: Translator, labels: Labels) -> str:
    return text(
        "{where}: {answered} of {all} answered ({share})",
        where=_where(network, text, labels),
        answered=network.respondents,
        all=len(network.nodes),
        share=text.percent(network.respondents / max(len(network.nodes), 1)),
    )


def _topology(network: Network, text: Translator, labels: Labels) -> str:
    contacts = np.asarray(network.either.sum(axis=1)).ravel()
    rows, columns = network.either.nonzero()
    graph = igraph.Graph(len(network.nodes), list(zip(rows.tolist(), columns.tolist(), strict=True)))
    parts = len(graph.connected_components())
    values = {
        "where": _where(network, text, labels),
        "ties": network.ties,
        "density": text.number(density(network.matrix), 3),
        "closed": text.number(transitivity_undirected(network.matrix)),
        "mean": text.number(float(contacts.mean()) if len(contacts) else np.nan, 1),
        "parts": parts,
        "alone": int((contacts == 0).sum()),
    }
    if not network.directed:
        return text(
            "{where}: {ties} ties, density {density}, transitivity {closed}, mean contacts {mean}, {parts} components, "
            "{alone} without ties",
            **values,
        )
    return text(
        "{where}: {ties} ties, density {density}, reciprocity {returned}, transitivity {closed}, mean contacts {mean}, "
        "{parts} components, {alone} without ties",
        returned=text.number(reciprocity(network.matrix)),
        **values,
    )


def statement_sentences(statement: pd.DataFrame, text: Translator) -> list[str]:
    """How much of the statement is filled, and what is still to be written."""
    if statement.empty:
        return []
    gaps = statement.loc[~statement["filled"].astype(bool), "entry"].tolist()
    if not gaps:
        return [text("All {n} items of the statement are filled.", n=len(statement))]
    return [
        text(
            "{filled} of {n} items are filled from the data and the study's description; still to be written by "
            "people: {gaps}.",
            filled=len(statement) - len(gaps), n=len(statement), gaps=listed(text, gaps),
        )
    ]  # fmt: skip
