"""The reporting statement: what the data say is filled, what only people know is a gap, and theirs comes first."""

from __future__ import annotations

from types import SimpleNamespace

from reference_networks import high_tech, ties_frame

from hubanalysis.findings.reporting_statement import ITEMS, reporting_statement, statement_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.study.networks import Networks

TEXT = Translator("en")
TIES, MANAGERS = high_tech()
NETWORK = (TIES, MANAGERS, None)


def study(**reporting):
    return SimpleNamespace(
        title={"en": "Managers"}, simulated=False, waves=[], privacy=SimpleNamespace(threshold=10),
        networks=Networks(reporting=reporting),
    )  # fmt: skip


def by_name(statement):
    return statement.set_index("entry")["statement"]


def test_every_item_is_there_filled_from_the_data_or_a_clear_gap():
    statement = reporting_statement(study(), *NETWORK, TEXT)
    assert len(statement) == len(ITEMS)
    said = by_name(statement)
    # Krackhardt's managers: 21 nodes, 190 advice ties, reciprocity .474 (METHODS)
    assert "190 ties, density 0.452, reciprocity 0.47" in said["shape of the network"]
    assert said["nodes"] == "Organisations: 21 in each network, 21 in the register of the study."
    assert "21 of 21 answered" in said["who answered"]
    gaps = statement[~statement["filled"]]
    assert gaps["statement"].str.startswith("To be written by the researchers (networks.reporting.").all()
    assert {"wording of the question", "theory", "approval"} <= set(gaps["entry"])


def test_what_the_researchers_write_fills_the_gap_in_the_reader_s_language():
    words = {
        "theory": {"en": "Ties carry news.", "it": "I legami portano notizie."},
        "ties": {"en": "Who asks whom."},
    }
    statement = by_name(reporting_statement(study(**words), *NETWORK, TEXT))
    assert statement["theory"] == "Ties carry news." and statement["ties"] == "Who asks whom."
    italian = reporting_statement(study(**words), *NETWORK, Translator("it"))
    assert "I legami portano notizie." in set(italian["statement"])


def test_weights_without_a_meaning_stay_a_gap():
    plain = by_name(reporting_statement(study(), *NETWORK, TEXT))["weights"]
    weighted = by_name(reporting_statement(study(), TIES.assign(weight=3.0), MANAGERS, None, TEXT))["weights"]
    assert "no weight" in plain and weighted.startswith("To be written")


def test_a_study_without_ties_has_no_statement():
    nothing = reporting_statement(study(), ties_frame([]), MANAGERS, None, TEXT)
    assert nothing.empty and statement_sentences(nothing, TEXT) == []
    counted = statement_sentences(reporting_statement(study(), *NETWORK, TEXT), TEXT)
    assert "still to be written by people" in counted[0]
