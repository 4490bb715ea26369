"""Where seats lie, and ties that are long in kilometres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from loader_studies import HEAD, make_study, whats, write

from hubanalysis.errors import DataError
from hubanalysis.hub import open_study
from hubanalysis.loaders.places import load_places
from hubanalysis.loaders.tabular import load_tables
from hubanalysis.metrics.short_long import long_counts
from hubanalysis.metrics.tie_length import great_circle_km, long_pairs
from hubanalysis.study import read_study

SIENA, FLORENCE, ROME = (43.3188, 11.3308), (43.7699, 11.2556), (41.9028, 12.4964)
SHIPPED = Path(__file__).parents[1] / "data/raw/siena-2022"


def km(one, other) -> float:
    return great_circle_km(np.array([one[0], other[0]]), np.array([one[1], other[1]]))[0, 1]


def test_distances_known_from_elsewhere():
    # Nashville to Los Angeles airport, the worked example of the haversine formula: 2,887 km on this sphere
    assert km((36.12, -86.67), (33.94, -118.40)) == pytest.approx(2886.45, abs=0.5)
    assert 50 < km(SIENA, FLORENCE) < 52
    assert km(SIENA, ROME) == pytest.approx(184, abs=2)
    assert km((0, 0), (0, 180)) == pytest.approx(np.pi * 6371.0088)  # half the equator
    assert km((90, 0), (-90, 77)) == pytest.approx(np.pi * 6371.0088)  # pole to pole, whatever the longitude
    assert km((10, 179.5), (10, -179.5)) == pytest.approx(km((10, 0), (10, 1)))  # across the date line


def test_the_matrix_is_symmetric_and_empty_on_the_diagonal():
    rng = np.random.default_rng(3)
    found = great_circle_km(rng.uniform(-90, 90, 30), rng.uniform(-180, 180, 30))
    assert np.allclose(found, found.T) and np.allclose(np.diag(found), 0)
    assert found.max() <= np.pi * 6371.0088
    assert great_circle_km(np.array([]), np.array([])).shape == (0, 0)


ORGANISATIONS = pd.DataFrame(
    {
        "organisation": ["a", "b", "c", "d"],
        "kind": ["x", "y", "x", None],
        "municipality": ["Siena", "FIRENZE", "Roma", None],
    }
)
PLACES = pd.DataFrame(
    [("siena", *SIENA), ("Firenze", *FLORENCE)], columns=["municipality", "latitude", "longitude"]
)
FAR = {"id": "far", "farther_than_km": 30}


def test_a_tie_is_long_in_kilometres_where_both_seats_are_known():
    long = long_pairs("abcd", ORGANISATIONS, FAR, PLACES)
    assert long[0, 1] == long[1, 0] == 1
    assert np.isnan(long[[0, 1, 2, 3], [2, 3, 0, 1]]).all()  # Rome is not among the places
    assert long_pairs("abcd", ORGANISATIONS, FAR | {"farther_than_km": 60}, PLACES)[0, 1] == 0


def test_the_register_itself_may_know_where_seats_lie():
    table = ORGANISATIONS.assign(
        latitude=[SIENA[0], FLORENCE[0], ROME[0], np.nan], longitude=[SIENA[1], FLORENCE[1], ROME[1], np.nan]
    )
    long = long_pairs("abcd", table, FAR)
    assert (long[:3, :3][~np.eye(3, dtype=bool)] == 1).all() and np.isnan(long[3]).all()
    both = long_pairs("abcd", table, FAR | {"kinds_differ": True})
    assert (both[0, 1], both[0, 2]) == (1, 0)


def test_without_places_every_pair_is_undecided_and_nothing_is_called_short():
    assert np.isnan(long_pairs("abcd", ORGANISATIONS, FAR)).all()
    ties = pd.DataFrame({"kind": "k", "wave": "w", "source": ["a"], "target": ["b"], "weight": [1.0]})
    counts = long_counts(ties, ORGANISATIONS, None, [FAR])
    assert counts[["long", "short", "undecided"]].values.tolist() == [[0, 0, 1]]


BLOCK = 'places: {file: p.csv, separator: ";", decimal: ",", columns: {municipality: comune}}\n'


def test_places_are_read_and_what_is_no_place_is_told(tmp_path):
    text = (
        "comune;latitude;longitude\nSiena;43,3188;11,3308\nSiena;43,3188;11,3308\nsiena;43,0;11,3308\n"
        "Luna;143,2;11,0\nMonte;43°19';11,0\nNulla;;\n;43,0;11,0\n"
    )
    problems, account = [], []
    found = load_places(make_study(tmp_path, BLOCK, {"p.csv": text}), problems, account)
    assert found.values.tolist() == [["Siena", 43.3188, 11.3308]]
    errors = {(p.row, p.column) for p in problems}
    assert errors == {
        (4, "municipality"),
        (5, "latitude"),
        (6, "latitude"),
        (7, "latitude"),
        (7, "longitude"),
    }


def test_seats_that_are_not_among_the_places_are_told(tmp_path):
    blocks = BLOCK + "organisations: {file: o.csv}\n"
    files = {
        "p.csv": "comune;latitude;longitude\nColle di Val d'Elsa;43,4;11,1\n",
        "o.csv": "organisation,municipality\nA,Colle  di Val d’Elsa\nB,Atlantide\nC,\n",
    }
    problems = []
    tables = load_tables(make_study(tmp_path, blocks, files), problems, [])
    assert tables["organisations"]["latitude"].notna().tolist() == [True, False, False]
    assert [(p.severity, p.value) for p in problems] == [("warning", "Atlantide")]


def test_a_distance_without_places_is_a_mistake_of_the_study(tmp_path):
    definition = "networks: {short_long: [{id: far, label: far, farther_than_km: 30}]}"
    with pytest.raises(DataError) as told:
        make_study(tmp_path, definition)
    (problem,) = told.value.problems
    assert problem.what == "a distance is asked for, and no places are declared"
    assert problem.row == len(HEAD.splitlines()) + 1


def test_the_shipped_study_knows_where_every_seat_lies():
    study = read_study(str(SHIPPED))
    problems: list = []
    tables = load_tables(study, problems, [])
    assert not [p for p in whats(problems) if p.startswith("seats")]
    assert tables["organisations"]["latitude"].notna().all()
    towns = tables["places"].set_index("municipality")
    province = towns.iloc[:35]
    away = [km(SIENA, (row.latitude, row.longitude)) for row in province.itertuples()]
    assert max(away) < 70  # the province of Siena
    assert [d.id for d in study.networks.short_long][-1] == "distance"


def test_meanings_of_weights_and_unregistered_organisations_in_the_hub(tmp_path, monkeypatch):
    """A public report names nobody who is not in the register with her consent."""
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data/raw/trial"
    blocks = """
organisations: {file: o.csv}
networks:
  names: {file: d.csv}
  ties:
    - {kind: help, wave: before, file: t.csv, weights: {meaning: {it: quanto spesso, en: how often}}}
"""
    write(folder / "study.yaml", HEAD + blocks)
    write(folder / "o.csv", "organisation,name,consent\nA,Alfa,yes\nB,Beta,no\n")
    write(folder / "t.csv", "source,target,weight\nA,B,2\nA,Bar Sport,1\n")
    write(folder / "d.csv", "written,organisation,who,why\nBar Sport,new,Anna,x\n")
    hub = open_study("trial", lang="it")
    assert hub.labels("tie_weights") == {"help": "quanto spesso"}
    assert hub.labels("organisations") == {"A": "Alfa", "B": "Beta", "Bar Sport": "Bar Sport"}
    public = open_study("trial", lang="it", audience="public").labels("organisations")
    assert public["A"] == "Alfa" and public["Bar Sport"] == public["B"] != "Beta"
    assert len(hub.organisations()) == 2


def test_a_public_report_does_not_repeat_what_was_written(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data/raw/trial"
    blocks = """
organisations: {file: o.csv}
networks:
  names: {file: d.csv, undecided: set_aside}
  ties: [{kind: help, wave: before, layout: names, file: n.csv}]
"""
    write(folder / "study.yaml", HEAD + blocks)
    write(folder / "o.csv", "organisation,name\nA,Alfa\nB,Beta\n")
    write(folder / "n.csv", "source,name_1,name_2\nA,Beta,Mario Rossi\n")
    write(folder / "d.csv", "written,organisation,who,why\n")
    inside, outside = (open_study("trial", audience=who).problems() for who in ("internal", "public"))
    assert "Mario Rossi" in inside["value"].tolist()
    assert len(outside) == len(inside) and "Mario" not in outside.to_csv()
