"""The instruments: accepted by the programs that read XLSForm, bilingual, and of one mind with study.yaml."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from hubanalysis.field_kit.kit import study_forms
from hubanalysis.instruments import FORMS, build_instruments, read_form
from hubanalysis.instruments.material import generic_material
from hubanalysis.instruments.questionnaires import scales_of
from hubanalysis.instruments.workbook import write_workbook
from hubanalysis.instruments.xlsform import form_rows, records, token
from hubanalysis.simulation.questionnaires import Form
from hubanalysis.study.yaml_lines import load_with_lines

ROOT = Path(__file__).resolve().parents[1]
MATERIAL = generic_material()
GENERIC = study_forms(MATERIAL)
EVERY = {name: read_form(name) for name in FORMS} | GENERIC
LABELS = ("label::Italiano (it)", "label::English (en)")


@pytest.fixture(scope="module")
def template() -> dict:
    text = (ROOT / "hubanalysis/simulation/study.yaml").read_text(encoding="utf-8")
    return load_with_lines(text, "study.yaml")[0]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", EVERY)
def test_pyxform_accepts_the_form_without_a_warning(tmp_path, name):
    path = write_workbook(tmp_path / f"{name}.xlsx", form_rows(EVERY[name]))
    result = convert(path, validate=False)
    assert result.warnings == []
    assert "Italiano (it)" in result.xform and "English (en)" in result.xform


@pytest.mark.parametrize("name", EVERY)
def test_every_question_and_choice_speaks_both_languages(name):
    sheets = records(form_rows(EVERY[name]))
    silent = [
        row["name"]
        for sheet in ("survey", "choices")
        for row in sheets[sheet]
        if row.get("type", "") not in ("start", "end")
        and not row.get("type", "").startswith("end_")
        and not all(row[label] for label in LABELS)
    ]
    assert silent == []
    for row in sheets["survey"]:
        for kind in ("hint", "constraint_message"):
            texts = [row.get(label.replace("label", kind), "") for label in LABELS]
            assert all(texts) or not any(texts), f"{row['name']} has a {kind} in one language only"
        assert not row.get("constraint") or row["constraint_message::Italiano (it)"]


@pytest.mark.parametrize("name", EVERY)
def test_names_are_what_kobo_takes(name):
    sheets = records(form_rows(EVERY[name]))
    asked = [row["name"] for row in sheets["survey"] if not row["type"].startswith("end_")]
    assert len(asked) == len({n.casefold() for n in asked})
    assert [n for n in asked if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", n)] == []
    listed = [(row["list_name"], row["name"]) for row in sheets["choices"]]
    assert len(listed) == len(set(listed))
    assert [n for _, n in listed if re.search(r"\s", n)] == []
    (settings,) = sheets["settings"]
    assert settings["default_language"] == "Italiano (it)" and settings["version"] and settings["form_id"]
    known = set(asked)
    for row in sheets["survey"]:
        for column in ("relevant", "constraint"):
            assert set(re.findall(r"\$\{([^}]+)\}", row.get(column, ""))) <= known


@pytest.mark.parametrize("name", [name for name in GENERIC if name != "observation"])
def test_consent_comes_before_any_answer_and_nothing_is_asked_without_it(name):
    rows = [
        r for r in records(form_rows(GENERIC[name]))["survey"] if r["type"] not in ("start", "end", "note")
    ]
    first = next(k for k, row in enumerate(rows) if row["name"] == "consent")
    before = [row["name"] for row in rows[:first]]
    assert set(before) <= {"wave", "group"}  # filled in already; whom the words of consent are for
    assert rows[first]["required"] == "yes"
    inside, free = [], []
    for row in rows[first + 1 :]:
        if row["type"].startswith("end_"):
            inside.pop()
        elif "${consent} = 'yes'" not in row["relevant"] and "${partners} != ''" not in row["relevant"]:
            free += [] if any(inside) else [row["name"]]
            inside += [False] if row["type"].startswith("begin_") else []
        elif row["type"].startswith("begin_"):
            inside.append(True)
    assert free == []


def test_the_shipped_questionnaires_are_what_is_built_today(tmp_path):
    for path in build_instruments(tmp_path):
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
        assert scales_of(instrument["id"]) == instrument["scales"]


def test_labels_of_a_form_are_told_apart():
    for name in FORMS:  # their headers can be labels
        labels = list(Form(name).labels.values())
        assert len(labels) == len(set(labels))


def test_the_generic_grid_and_needs_are_those_of_the_shipped_study(template):
    grid = [{key: item[key] for key in ("name", "area", "it", "en")} for item in MATERIAL.grid]
    assert grid == [
        {"name": g["id"], "area": g["area"], **g["label"]} for g in template["observations"]["grid"]
    ]
    needs = {name: (need["it"], need["en"], need["area"]) for name, need in MATERIAL.needs.items()}
    assert needs == {
        n["id"]: (n["label"]["it"], n["label"]["en"], n.get("area"))
        for n in template["consultation"]["needs"]
    }


def test_later_waves_are_asked_more_and_the_wave_cannot_be_changed():
    for name, wave in (("people_before", "before"), ("people_follow_up", "follow_up")):
        survey = records(form_rows(GENERIC[name]))["survey"]
        rows = {r["name"]: r for r in survey if not r["type"].startswith("end_")}
        assert (rows["wave"]["default"], rows["wave"]["read_only"]) == (wave, "yes")
        assert "${wave} = 'after'" in rows["programme"]["relevant"]
        assert "${wave} = 'follow_up'" in rows["lasting"]["relevant"]


def test_a_need_has_one_place_in_a_ranking():
    rows = {r["name"]: r for r in records(form_rows(GENERIC["consultation_1"]))["survey"]}
    assert rows["posto_3"]["constraint"] == ". != ${posto_1} and . != ${posto_2}"
    assert [rows[f"posto_{k}"]["required"] for k in (1, 2, 3, 4)] == ["yes", "yes", "yes", ""]


def test_the_second_round_shows_the_order_of_the_first_where_it_is_known():
    told = replace(MATERIAL, order=((1, "n10"), (2, "n02"), (2, "n01")))
    rows = {r["name"]: r for r in records(form_rows(study_forms(told)["consultation_2"]))["survey"]}
    assert rows["ordine"][LABELS[0]].splitlines() == [
        "L'ordine del primo giro",
        "1. Violenza di genere",
        "2. Casa e sfratti",
        "2. Solitudine degli anziani",
    ]
    for form in ("consultation_1", "consultation_2"):
        assert "ordine" not in {r["name"] for r in records(form_rows(GENERIC[form]))["survey"]}


def test_marks_of_the_grid_lie_in_the_range_of_each_item():
    item = {"name": "warmth", "it": "Calore", "en": "Warmth", "area": "wellbeing"}
    grid = ({**item, "range": (0, 3)}, {**item, "name": "noise", "range": (0, 100)})
    sheets = records(form_rows(study_forms(replace(MATERIAL, grid=grid))["observation"]))
    rows = {r["name"]: r for r in sheets["survey"]}
    listed = rows["warmth"]["type"].split()[1]
    assert [c["name"] for c in sheets["choices"] if c["list_name"] == listed] == ["0", "1", "2", "3"]
    assert rows["noise"]["constraint"] == ". >= 0 and . <= 100"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("COOP 2", "COOP_2"), ("Università", "Universita"), ("n01", "n01"), ("è?", "e"), ("?", "x")],
)
def test_ids_become_names_of_choices(text, expected):
    assert token(text) == expected


def test_the_municipalities_are_the_35_of_the_province():
    listed = read_form("people")["choices"]["municipality"]
    assert len(listed) == 35
    programme = (ROOT / "hubanalysis/simulation/programme.yaml").read_text(encoding="utf-8")
    places = load_with_lines(programme, "programme.yaml")[0]["municipalities"]
    assert {name: place["name"] for name, place in places.items()} == listed


def test_guides_and_cards_say_everything_twice():
    words = read_form("interviews")
    areas = {"wellbeing", "networks", "management", "competences", "audience", "offer"}
    for guide in words["guides"].values():
        spoken = [a for s in guide["sections"] for a in s.get("area", "").split(", ") if a]
        assert set(spoken) == areas
        for section in guide["sections"]:
            for question in section["questions"]:
                assert question["it"] and question["en"]
                assert len(question["probes_it"]) == len(question["probes_en"]) >= 1
    for key in ("before_you_begin", "after_you_end"):
        assert len(words[key]["it"]) == len(words[key]["en"])
    cards = read_form("cards")["cards"]
    assert 12 <= len(cards) <= 16
    for card in cards:
        for side in ("front", "back"):
            for lang in ("it", "en"):
                assert card[side][lang].count("?") >= 1
    fronts = [card["front"]["it"] for card in cards]
    assert len(fronts) == len(set(fronts))


def test_text_stays_text_in_a_workbook(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", {"s": [["a", "b", "c"], ["007", "=1+1", 7]]})
    cells = [(cell.value, cell.data_type) for cell in openpyxl.load_workbook(path)["s"][2]]
    assert cells == [("007", "s"), ("=1+1", "s"), (7, "n")]
