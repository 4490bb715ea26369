"""Names of organisations written freely: matched only where no other can be meant, decided by a person elsewhere."""

from __future__ import annotations

import random
import stat
import string

import pandas as pd
import pytest
from loader_studies import make_study, steps, whats

from hubanalysis import cli
from hubanalysis.errors import DataError, UsageError
from hubanalysis.loaders.decided_names import list_names, write_names
from hubanalysis.loaders.organisation_names import NameIndex, name_core, plain_name
from hubanalysis.loaders.ties import load_ties
from hubanalysis.simulation.study_folder import _words

REGISTER = {
    "ARCO": "Associazione Arcobaleno APS",
    "ORTICA": "L'Ortica Gentile",
    "PUNGITOPO": "Il Pungitopo - cooperativa sociale",
    "COMSI": "Comune di Siena",
    "COMPO": "Comune di Poggibonsi",
    "CIRC1": "Circolo Operaio 1",
    "CIRC2": "Circolo Operaio 2",
    "UDI": "Unione Donne d'Oggi Insieme",
    "LUNAA": "Associazione Vite e Luna",
    "LUNAC": "Cooperativa Vite e Luna",
}


@pytest.mark.parametrize(
    "written",
    [
        "Arcobaleno", "ass. ARCOBALENO", "Associazione di promozione sociale Arcobaleno", "A.P.S. Arcobaleno",
        "arco", "A.R.C.O.", "«Arcobaleno» A.P.S.", "Arcobaleno  ETS",
    ],
)  # fmt: skip
def test_the_same_organisation_spelt_in_many_ways_is_the_same(written):
    match = NameIndex(REGISTER).match(written)
    assert (match.organisation, match.how) == ("ARCO", "exact")


@pytest.mark.parametrize(
    ("written", "organisation"),
    [
        ("Il Pungitoppo soc. coop. soc.", "PUNGITOPO"),
        ("Lortica Gentille", "ORTICA"),
        ("Comune di Pogibonsi", "COMPO"),
        ("Arco baleno", "ARCO"),
    ],
)
def test_a_slip_of_the_pen_is_near_and_told(written, organisation):
    match = NameIndex(REGISTER).match(written)
    assert (match.organisation, match.how) == (organisation, "near")
    assert match.candidates[0][0] == organisation


@pytest.mark.parametrize(
    "written",
    [
        "Comune",  # of which town?
        "Siena",  # one word of a name
        "Circolo Operaio",  # the first or the second?
        "Circolo Operaio 3",
        "Vite e Luna",  # the association or the cooperative?
        "Comune di Sinalunga",
        "Ortiche",
        "Arca",
        "Biblioteca comunale",
        "",
    ],
)
def test_what_could_be_another_is_left_open(written):
    match = NameIndex(REGISTER).match(written)
    assert (match.organisation, match.how) == ("", "open")


def test_legal_forms_tell_apart_where_nothing_else_does():
    index = NameIndex(REGISTER)
    assert index.match("Ass. Vite & Luna").organisation == "LUNAA"
    assert index.match("coop. Vite e Luna").organisation == "LUNAC"
    assert index.match("U.D.O.I.").organisation == "UDI"  # initials of its name


def test_plain_names():
    assert plain_name("Università  dell'Età Libera, s.r.l.") == "universita dell eta libera srl"
    assert name_core("Soc. Coop. Sociale Il Pungitopo s.r.l.") == "pungitopo"
    assert name_core("Cooperativa sociale") == "cooperativa sociale"  # nothing else would be left


def _slips(rng: random.Random, name: str, many: int) -> str:
    letters = list(name)
    for _ in range(many):
        place = rng.randrange(1, len(letters))
        what = rng.random()
        if what < 0.4:
            letters[place] = rng.choice(string.ascii_lowercase)
        elif what < 0.7:
            del letters[place]
        else:
            letters.insert(place, rng.choice(string.ascii_lowercase))
    return "".join(letters)


def test_simulated_slips_never_lead_to_another_organisation():
    """52 organisations, each misspelt 9 times; and once more while it is not in the register."""
    rng = random.Random(2022)
    names = {short: name for short, name, *_ in _words("programme")["organisations"]}
    index, found = NameIndex(names), 0
    for short, name in names.items():
        without = NameIndex({other: known for other, known in names.items() if other != short})
        for many in (1, 2, 3) * 3:
            written = _slips(rng, name, many)
            match = index.match(written)
            assert match.organisation in (short, ""), written
            assert without.match(written).organisation == "", written
            found += match.organisation == short
    assert found > 0.75 * 9 * len(names)


BLOCK = """
networks:
  directed: true
%s  ties:
    - {kind: help, wave: before, layout: names, file: n.csv, columns: {source: chi}}
"""
ORGANISATIONS = pd.DataFrame({"organisation": list(REGISTER), "name": list(REGISTER.values())})
GIVEN = (
    "chi;name_1;name_2;name_3\n"
    "ARCO;ortica gentile;Comune;Pungitoppo\n"
    "ORTICA;Comune;Mario Rossi;Bar Sport\n"
    "COMSI;bar sport;L'Ortica Gentile APS;\n"
)
DECIDED = "written;organisation;who;why\n"
NAMES = "  names: {file: d.csv%s}\n"


def loaded(folder, names="", decided=None):
    files = {"n.csv": GIVEN} | ({"d.csv": DECIDED + decided} if decided is not None else {})
    study = make_study(folder, BLOCK % names, files)
    problems, account = [], []
    ties, asked = load_ties(study, problems, account, organisations=ORGANISATIONS)
    return ties[["source", "target"]].values.tolist(), asked, problems, account


def test_open_names_stop_the_study_and_make_no_tie(tmp_path):
    ties, _, problems, _ = loaded(tmp_path)
    assert ties == [["ARCO", "ORTICA"], ["ARCO", "PUNGITOPO"], ["COMSI", "ORTICA"]]
    near, still = problems
    assert (near.severity, near.row, near.column) == ("warning", 2, "name_3")
    assert near.value == "Pungitoppo = PUNGITOPO"
    assert (still.severity, still.count) == ("error", 4)
    assert still.value == "Comune, Mario Rossi, Bar Sport, bar sport"


def test_open_names_may_be_set_aside(tmp_path):
    ties, _, problems, account = loaded(tmp_path, NAMES % ", undecided: set_aside", "")
    assert len(ties) == 3
    assert [problem.severity for problem in problems] == ["warning", "warning"]
    assert steps(account, "ties")["ends that are not known"] == (8, 3)


def test_decisions_are_honoured_and_counted(tmp_path):
    decided = (
        "COMUNE;comsi;Anna;asked\nMario Rossi;none;Anna;a person\nBar Sport;new;Anna;not ours\n"
        "Pungitoppo;ARCO;Anna;not the cooperative\n"
    )
    ties, asked, problems, account = loaded(tmp_path, NAMES % "", decided)
    assert problems == []
    assert ties == [
        ["ARCO", "ORTICA"], ["ARCO", "COMSI"], ["ORTICA", "COMSI"], ["ORTICA", "Bar Sport"],
        ["COMSI", "Bar Sport"], ["COMSI", "ORTICA"],
    ]  # fmt: skip
    counted = steps(account, "ties")
    assert counted["ends decided to be no organisation of the register"] == (8, 7)
    assert counted["ties of an organisation to itself"] == (7, 6)  # Pungitoppo was decided to be ARCO itself
    silent = asked.set_index("organisation")["responded"]
    assert silent[["ARCO", "ORTICA", "COMSI"]].all()
    assert not silent.drop(["ARCO", "ORTICA", "COMSI"]).any()
    assert "Bar Sport" in silent.index


def test_a_line_nobody_signed_is_still_open(tmp_path):
    _, _, problems, _ = loaded(
        tmp_path, NAMES % "", "Comune;;;\nBar Sport;;Anna;not ours\nMario Rossi;none;;\n"
    )
    assert whats(problems, "warning")[0] == "decisions on names without who decided, or why"
    (still,) = [p for p in problems if p.severity == "error"]
    assert (still.count, still.value) == (1, "Comune")


def test_mistaken_decisions_are_told(tmp_path):
    decided = "Comune;COMSO;Anna;x\nBar Sport;none;Anna;x\nbar  sport;new;Bruno;y\nMario Rossi;none;Anna;x\n"
    _, _, problems, _ = loaded(tmp_path, NAMES % "", decided)
    errors = {(p.row, p.column): p for p in problems if p.severity == "error"}
    assert "'COMSI'" in errors[2, "organisation"].fix
    assert errors[4, "written"].what == "the same name is decided on twice, and not alike"


def test_decisions_hold_in_lists_of_ties_too(tmp_path):
    block = """
networks:
  names: {file: d.csv}
  ties: [{kind: help, wave: before, file: t.csv}]
"""
    files = {
        "t.csv": "source,target\nARCO,Il comune\nARCO,ORTICA\n",
        "d.csv": DECIDED + "Il Comune;COMSI;Anna;x\n",
    }
    problems = []
    study = make_study(tmp_path, block, files)
    ties, _ = load_ties(study, problems, [], organisations=ORGANISATIONS)
    assert problems == []
    assert ties[["source", "target"]].values.tolist() == [["ARCO", "COMSI"], ["ARCO", "ORTICA"]]


def test_without_a_register_each_spelling_is_an_organisation_and_that_is_told(tmp_path):
    study = make_study(tmp_path, BLOCK % "", {"n.csv": "chi;name_1\nA uno;B\nB;a  uno\n"})
    problems = []
    ties, _ = load_ties(study, problems, [])
    assert ties[["source", "target"]].values.tolist() == [["A uno", "B"], ["B", "a uno"]]
    assert len(whats(problems, "warning")) == 1


WHOLE = "organisations: {file: o.csv}\n" + BLOCK
REGISTERED = "organisation;name\n" + "".join(f"{short};{name}\n" for short, name in REGISTER.items())


def test_the_list_to_decide_on_becomes_the_decisions(tmp_path, capsys):
    files = {"n.csv": GIVEN, "o.csv": REGISTERED}
    folder = tmp_path / "trial"
    study = make_study(folder, WHOLE % (NAMES % ""), files)  # declared before it is written
    assert cli.main(["names", str(folder), "--to", str(folder / "d.csv")]) == 0
    assert "3 names to decide on" in capsys.readouterr().out
    lines = pd.read_csv(folder / "d.csv", sep=";", encoding="utf-8-sig", dtype="str", keep_default_na=False)
    assert lines["written"].tolist() == ["Bar Sport", "Comune", "Mario Rossi"]
    assert lines["times"].tolist() == ["2", "2", "1"]
    assert {lines["candidate_1"][1], lines["candidate_2"][1]} == {"COMSI", "COMPO"}
    assert (lines["organisation"] == "").all()
    assert stat.S_IMODE((folder / "d.csv").stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="exists already"):
        write_names(study, folder / "d.csv")

    lines.loc[lines["written"] == "Comune", ["organisation", "who", "why"]] = ["COMSI", "Anna", "x"]
    lines.to_csv(folder / "d.csv", sep=";", index=False)
    assert list_names(study)["written"].tolist() == ["Bar Sport", "Mario Rossi"]


def test_other_errors_come_before_the_list(tmp_path):
    study = make_study(tmp_path, WHOLE % "", {"n.csv": "wer;name_1\nARCO;Comune\n", "o.csv": REGISTERED})
    with pytest.raises(DataError):
        list_names(study)
