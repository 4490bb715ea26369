"""The instruments: accepted by the programs that read XLSForm, bilingual, and of one mind with study.yaml."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from hubanalysis.instruments import FORMS, build_instruments, read_form
from hubanalysis.instruments.workbook import write_workbook
from hubanalysis.instruments.xlsform import form_rows
from hubanalysis.simulation.questionnaires import Form
from hubanalysis.study.yaml_lines import load_with_lines

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("instruments")
    build_instruments(folder)
    return folder


@pytest.fixture(scope="module")
def template() -> dict:
    text = (ROOT / "hubanalysis/simulation/study.yaml").read_text(encoding="utf-8")
    return load_with_lines(text, "study.yaml")[0]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", FORMS)
def test_pyxform_accepts_the_form_without_a_warning(built, name):
    result = convert(built / f"{name}.xlsx", validate=False)
    assert result.warnings == []
    assert "Italiano (it)" in result.xform and "English (en)" in result.xform


@pytest.mark.parametrize("name", FORMS)
def test_every_question_and_choice_speaks_both_languages(name):
    sheets = form_rows(read_form(name))
    for sheet, columns in (("survey", slice(2, 4)), ("choices", slice(2, 4))):
        silent = [
            row[1]
            for row in sheets[sheet][1:]
            if row[0] not in ("start", "end") and not row[0].startswith("end_") and not all(row[columns])
        ]
        assert silent == []
    for row in sheets["survey"][1:]:
        assert bool(row[4]) == bool(row[5]), f"{row[1]} has a hint in one language only"
        assert not row[8] or all(row[9:11]), f"{row[1]} has a constraint without a message"


def test_the_same_bytes_each_time_and_the_ones_that_are_shipped(built, tmp_path):
    for path in build_instruments(tmp_path):
        assert path.read_bytes() == (built / path.name).read_bytes()
        assert members(path) == members(ROOT / "instruments" / path.name)


def test_items_of_the_scales_are_in_the_forms(template):
    for instrument in template["instruments"]:
        form = Form(instrument["id"])
        for scale in instrument["scales"]:
            for item in scale["items"]:
                choices = form.choices_of(item)
                low, high = scale["range"]
                assert [c for c in choices if c not in instrument["missing"]] == [
                    str(k) for k in range(low, high + 1)
                ]
                assert set(instrument["missing"]) <= set(choices)
        for name in (*instrument["code"], *instrument.get("attributes", ())):
            assert name in form.types


def test_labels_of_a_form_are_told_apart():
    for name in ("people", "organisations"):  # their headers can be labels
        labels = list(Form(name).labels.values())
        assert len(labels) == len(set(labels))


def test_grid_and_needs_are_those_of_the_study(template):
    grid = {
        q["name"]: (q["it"], q["en"])
        for g in read_form("observation")["survey"]
        for q in g.get("questions", ())
    }
    assert grid == {g["id"]: (g["label"]["it"], g["label"]["en"]) for g in template["observations"]["grid"]}
    needs = read_form("consultation")["choices"]["need"]
    assert needs == {n["id"]: n["label"] for n in template["consultation"]["needs"]}


def test_the_municipalities_are_the_35_of_the_province():
    listed = read_form("people")["choices"]["municipality"]
    assert len(listed) == 35
    programme = (ROOT / "hubanalysis/simulation/programme.yaml").read_text(encoding="utf-8")
    places = load_with_lines(programme, "programme.yaml")[0]["municipalities"]
    assert {name: place["name"] for name, place in places.items()} == listed


def test_text_stays_text_in_a_workbook(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", {"s": [["a", "b", "c"], ["007", "=1+1", 7]]})
    cells = [(cell.value, cell.data_type) for cell in openpyxl.load_workbook(path)["s"][2]]
    assert cells == [("007", "s"), ("=1+1", "s"), (7, "n")]
