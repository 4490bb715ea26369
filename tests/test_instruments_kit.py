"""``hubanalysis instruments``: what a study puts into its instruments, how they are written, how they are printed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from kobo_exports import KoboForm
from loader_studies import make_study
from pyxform.xls2xform import convert

from hubanalysis import cli
from hubanalysis.field_kit.gathering import LEAST_VOTERS, gather
from hubanalysis.field_kit.kit import LINES, study_forms, write_kit
from hubanalysis.instruments.material import generic_material
from hubanalysis.instruments.pages import card_page, form_page, guide_page, own_page, roster_page
from hubanalysis.instruments.printable import languages_of, page_blocks
from hubanalysis.instruments.workbook import write_workbook
from hubanalysis.instruments.writing import Written
from hubanalysis.instruments.xlsform import form_rows, records
from hubanalysis.printing.typesetting import typeset

ROOT = Path(__file__).resolve().parents[1]
SIENA = str(ROOT / "data/raw/siena-2022")
BLOCKS = """
activities: {file: activities.csv, separator: ";"}
organisations: {file: missing.csv}
networks:
  ties:
    - {kind: advice, wave: before, label: {it: consiglio, en: advice}, file: ties.csv}
consultation:
  needs:
    - {id: casa, label: {it: Casa, en: Housing}}
    - {id: lavoro, label: {it: Lavoro, en: Work}, area: competences}
    - {id: salute, label: {it: Salute, en: Health}}
  rounds:
    - {round: 1, file: round.csv, separator: ";", voter: chi, groups: {service: servizio}, rank_prefix: posto_}
instruments:
  - id: soci
    about: people
    code: [tessera]
    questions:
      - {id: tessera, label: {it: Numero di tessera, en: Card number}, type: text}
      - {id: eta, label: {it: Età, en: Age}, type: integer, range: [14, 99]}
      - id: viene
        label: {it: "Viene ancora?", en: "Do you still come?"}
        type: select_one
        choices: {si: Sì, no: "No"}
    exports: [{wave: before, file: soci.csv}]
"""


def ballots(voters: int) -> str:
    rows = [f"V{k};adulti;lavoro;casa;salute" for k in range(voters - 1)] + ["V9;minori;casa;lavoro;salute"]
    return "\n".join(["chi;servizio;posto_1;posto_2;posto_3", *rows]) + "\n"


@pytest.fixture
def study(tmp_path):
    files = {"activities.csv": "activity;title\nT1;Primo incontro\n", "round.csv": ballots(LEAST_VOTERS)}
    return make_study(tmp_path / "study", BLOCKS, files)


def test_a_study_fills_in_what_it_has_and_what_it_lacks_is_told(study):
    material = gather(study)
    assert material.kinds == {"advice": {"it": "consiglio", "en": "advice"}}
    assert list(material.needs) == ["casa", "lavoro", "salute"]
    assert material.order == ((1, "lavoro"), (2, "casa"), (3, "salute"))
    assert material.groups == {"service": ("adulti", "minori")}
    assert material.activities == {"T1": "Primo incontro"}
    assert material.organisations == generic_material().organisations
    assert any("no register of organisations" in remark for remark in material.missing)


def test_the_order_of_too_few_voters_is_nobodys_order(tmp_path):
    files = {"activities.csv": "activity;title\nT1;x\n", "round.csv": ballots(LEAST_VOTERS - 1)}
    material = gather(make_study(tmp_path / "study", BLOCKS, files))
    assert material.order == ()


def test_the_studys_own_questionnaire_is_taken_and_not_replaced(study, tmp_path):
    written, _ = write_kit(str(study.path.parent), tmp_path / "kit", printed=False)
    assert "soci.xlsx" in written.new
    assert not any(name.startswith("people") for name in written.new)
    form = KoboForm(tmp_path / "kit/soci.xlsx")
    assert [q["name"] for q in form.questions] == ["start", "end", "tessera", "eta", "viene"]
    assert convert(tmp_path / "kit/soci.xlsx", validate=False).warnings == []
    lines = yaml.safe_load((tmp_path / "kit" / LINES).read_text(encoding="utf-8"))
    assert [i["about"] for i in lines["instruments"]] == ["organisations"]


def test_siena_keeps_its_forms_byte_by_byte_and_puts_its_own_into_the_others(tmp_path):
    write_kit(SIENA, tmp_path, printed=False)
    for name in ("people.xlsx", "organisations.xlsx"):
        assert (tmp_path / name).read_bytes() == (ROOT / "instruments" / name).read_bytes()
    network = KoboForm(tmp_path / "network.xlsx")
    assert len(network.choices["organisation"]) == 52
    assert {q["name"].split("__")[0] for q in network.questions if "__" in q["name"]} == {
        "collaboration", "information", "referral",
    }  # fmt: skip
    second = KoboForm(tmp_path / "consultation_2.xlsx")
    assert list(second.choices["need"]) == [f"n{k:02d}" for k in range(1, 11)]
    assert set(second.choices["territory"]) == {"Amiata", "Senese", "Val_d_Elsa", "Val_di_Chiana"}
    for path in tmp_path.glob("*.xlsx"):
        assert convert(path, validate=False).warnings == []


def test_the_lines_name_the_forms_as_seen_from_the_study(study, tmp_path):
    write_kit(str(study.path.parent), tmp_path / "kit", printed=False)
    lines = yaml.safe_load((tmp_path / "kit" / LINES).read_text(encoding="utf-8"))
    form = lines["observations"]["form"]
    assert (study.folder / form).resolve() == (tmp_path / "kit/observation.xlsx").resolve()
    assert [t["kind"] for t in lines["networks"]["ties"]] == ["advice", "advice"]
    assert [t["wave"] for t in lines["networks"]["ties"]] == ["before", "after"]


# Writing


def test_what_a_person_changed_is_kept_and_the_new_one_stands_beside_it(tmp_path):
    first = Written(tmp_path)
    first.write("form.xlsx", b"one")
    first.close()
    again = Written(tmp_path)
    again.write("form.xlsx", b"one")
    assert (again.same, again.new, again.kept) == (["form.xlsx"], [], [])
    later = Written(tmp_path)
    later.write("form.xlsx", b"two")
    later.close()
    assert (tmp_path / "form.xlsx").read_bytes() == b"two"
    (tmp_path / "form.xlsx").write_bytes(b"mine")
    last = Written(tmp_path)
    path = last.write("form.xlsx", b"three")
    assert last.kept == ["form.xlsx"] and path.name == "form.new.xlsx"
    assert (tmp_path / "form.xlsx").read_bytes() == b"mine" and path.read_bytes() == b"three"


def test_a_file_that_was_there_before_is_a_persons(tmp_path):
    (tmp_path / "form.xlsx").write_bytes(b"mine")
    written = Written(tmp_path)
    written.write("form.xlsx", b"ours")
    assert (tmp_path / "form.xlsx").read_bytes() == b"mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["form.new.xlsx", "form.xlsx"]


def test_the_verb_tells_what_it_wrote_and_what_it_kept(study, tmp_path, capsys):
    kit = tmp_path / "kit"
    assert cli.main(["instruments", str(study.path.parent), "--to", str(kit)]) == 0
    told = capsys.readouterr().out
    assert "consultation_1.xlsx" in told and "interview_social_worker" in told and LINES in told
    assert "no register of organisations" in told
    pages = sorted(p.relative_to(kit / "print").as_posix() for p in kit.rglob("*.pdf"))
    assert {p.split("/")[0] for p in pages} == {"it", "en"} and len(pages) == 2 * 11
    (kit / LINES).write_text("# mine", encoding="utf-8")
    assert cli.main(["instruments", str(study.path.parent), "--to", str(kit)]) == 0
    told = capsys.readouterr().out
    assert f"Kept as you changed them: {LINES}" in told
    assert (kit / LINES).read_text(encoding="utf-8") == "# mine"


def test_an_unknown_study_is_one_message(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    assert cli.main(["instruments", "nowhere"]) == 2
    assert "There is no study 'nowhere'" in capsys.readouterr().err


# Printed pages

MATERIAL = generic_material()
FORMS = study_forms(MATERIAL)


def blocks(name: str, lang: str, wave: str = "") -> list[dict]:
    return page_blocks(records(form_rows(FORMS[name])), lang, wave=wave)


def words_of(found: list[dict]) -> str:
    return str(found)


def test_statements_with_the_same_answers_are_one_table():
    grids = [b for b in blocks("people_before", "it", "before") if b["kind"] == "grid"]
    assert [len(b["rows"]) for b in grids] == [4] * 6
    assert grids[0]["columns"][0] == "Per niente d'accordo" and len(grids[0]["columns"]) == 7


def test_a_page_has_the_questions_of_its_wave_only():
    by_wave = {w: words_of(blocks(f"people_{w}", "en", w)) for w in ("before", "after", "follow_up")}
    assert [("Would you come again" in text) for text in by_wave.values()] == [False, True, False]
    assert [("what is still in your life" in text) for text in by_wave.values()] == [False, False, True]


def test_questions_are_numbered_without_a_gap_and_conditions_name_the_number():
    found = blocks("people_after", "it", "after")
    numbers = [b["number"] for b in found if "number" in b] + [
        row["number"] for b in found if b["kind"] == "grid" for row in b["rows"]
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    children = next(b for b in found if "Ha figli o nipoti" in b.get("text", ""))
    hours = next(b for b in found if b.get("text") == "Per quante ore alla settimana?")
    assert hours["only"] == f"Solo se alla domanda {children['number']} ha risposto «Sì»."
    other = next(b for b in found if b.get("text") == "Che cos'altro glielo impedisce?")
    assert other["only"].endswith("ha risposto «Altro».")


def test_a_ranking_is_printed_as_needs_with_a_box_each():
    (ranking,) = [b for b in blocks("consultation_1", "en") if b["kind"] == "ranking"]
    assert ranking["options"] == [need["en"] for need in MATERIAL.needs.values()]
    first = next(b for b in blocks("consultation_1", "en") if b["kind"] == "grid")
    assert first["rows"][0]["number"] == ranking["number"] + 1


def test_the_roster_is_one_table_and_many_kinds_are_set_below_each_other():
    page = roster_page(MATERIAL, "it", "Legami", records(form_rows(FORMS["network"])))
    (table,) = [b for b in page["blocks"] if b["kind"] == "roster"]
    assert table["rows"] == list(MATERIAL.organisations.values()) and table["marks"] == ["1", "2", "3"]
    assert "partners" not in words_of(page["blocks"])


def test_a_form_in_one_language_is_printed_in_that_one(tmp_path):
    rows = {
        "survey": [["type", "name", "label"], ["text", "a", "Come sta?"]],
        "choices": [["list_name", "name", "label"]],
        "settings": [["form_title", "form_id", "default_language"], ["x", "x", ""]],
    }
    sheets = records(rows)
    assert languages_of(sheets, "it") == ["it"]
    assert page_blocks(sheets, "it")[0]["text"] == "Come sta?"
    both = {
        **sheets,
        "survey": [{"type": "text", "name": "a", "label::it": "Come?", "label::English (en)": "How?"}],
    }
    assert languages_of(both) == ["it", "en"]
    assert page_blocks(both, "en")[0]["text"] == "How?"


ITALIAN = re.compile(r"\b(che|della|sono|non|perché|quanto|questo|più|una)\b", re.I)
ENGLISH = re.compile(r"\b(the|which|with|you|are|not|how|of|and)\b", re.I)


@pytest.mark.parametrize("lang", ["it", "en"])
@pytest.mark.parametrize(
    "name", ["people_after", "organisations_follow_up", "observation", "consultation_2", "guide", "cards"]
)
def test_a_page_speaks_one_language(tmp_path, name, lang):
    if name == "cards":
        page, template = card_page(MATERIAL, lang), "cards"
    elif name == "guide":
        page, template = guide_page(MATERIAL, lang, "social_worker"), "instrument"
    else:
        form, wave = FORMS[name], name.partition("_")[2]
        page = form_page(MATERIAL, lang, form["title"][lang], records(form_rows(form)), wave=wave)
        template = "instrument"
    said = str({k: v for k, v in page.items() if k not in ("words", "kind")})
    said = re.sub(
        r"'[a-z_]+':|'(only|note|line|grid|choice|heading|ranking|list|section|boxed|facts)'", "", said
    )
    own, other = (ITALIAN, ENGLISH) if lang == "it" else (ENGLISH, ITALIAN)
    assert len(own.findall(said)) > 10
    assert other.findall(said) == []
    pdf = typeset(template, page, tmp_path / "page.pdf").read_bytes()
    assert (
        pdf.startswith(b"%PDF") and b"/StructTreeRoot" in pdf
    )  # tagged, for those who read with a screen reader


def test_words_of_a_study_are_never_markup(tmp_path):
    nasty = '#read("/etc/passwd") *bold* $x$ [a](b) <b> \\ @x'
    material = generic_material()
    sheets = records(
        {
            "survey": [["type", "name", "label"], ["text", "a", nasty]],
            "choices": [["list_name", "name", "label"]],
            "settings": [["form_title"], ["x"]],
        }
    )
    page = form_page(material, "it", nasty, sheets)
    assert page["blocks"][0]["text"] == nasty
    assert typeset("instrument", page, tmp_path / "page.pdf").stat().st_size > 1000


def test_an_own_form_is_printed_with_its_waves_to_tick(study):
    material = gather(study)
    (own,) = material.own
    page = own_page(material, "en", own)
    assert page["blocks"][0] == {"kind": "waves", "text": "Wave", "items": ["before", "after"]}
    assert [b["text"] for b in page["blocks"][1:]] == ["Card number", "Age", "Do you still come?"]
    assert page["blocks"][3]["options"] == ["Sì", "No"]


def test_every_generic_form_that_is_shipped_is_what_is_built_today(tmp_path):
    for name, form in FORMS.items():
        path = write_workbook(tmp_path / f"{name}.xlsx", form_rows(form))
        shipped, built = KoboForm(ROOT / f"instruments/{name}.xlsx"), KoboForm(path)
        assert (shipped.questions, shipped.choices) == (built.questions, built.choices)


def test_a_choice_of_many_is_printed_whole():
    rows = records(form_rows(FORMS["people_before"]))
    place = next(b for b in page_blocks(rows, "it") if b.get("text") == "In quale comune abita?")
    assert len(place["options"]) == 35 and place["columns"] == 3


def test_what_was_written_beside_the_lines_reads_as_a_study(study, tmp_path):
    """The proposed block, pasted as it is, is valid study.yaml."""
    write_kit(str(study.path.parent), tmp_path / "kit", printed=False)
    lines = yaml.safe_load((tmp_path / "kit" / LINES).read_text(encoding="utf-8"))
    for block in ("observations", "interviews", "networks", "consultation", "instruments"):
        pasted = make_study(tmp_path / block, yaml.safe_dump({block: lines[block]}, allow_unicode=True))
        assert getattr(pasted.model, block)


def test_questions_this_project_does_not_ask_are_printed_too():
    """A study's own form may rank, ask for a place, or hide what the program fills in."""
    sheets = records(
        {
            "survey": [
                ["type", "name", "label"],
                ["rank need", "order", "Quali prima?"],
                ["geopoint", "where", "Dove?"],
                ["calculate", "sum", ""],
            ],
            "choices": [["list_name", "name", "label"], ["need", "a", "Casa"], ["need", "b", "Lavoro"]],
            "settings": [["form_title"], ["x"]],
        }
    )
    found = page_blocks(sheets, "it")
    assert [b["kind"] for b in found] == ["ranking", "line"]
    assert found[0]["options"] == ["Casa", "Lavoro"]


def test_more_kinds_of_tie_than_fit_on_a_page_are_two_tables():
    kinds = {f"k{k}": {"it": f"tipo {k}", "en": f"kind {k}"} for k in range(5)}
    material = replace(MATERIAL, kinds=kinds)
    sheets = records(form_rows(study_forms(material)["network"]))
    tables = [b for b in roster_page(material, "en", "Ties", sheets)["blocks"] if b["kind"] == "roster"]
    assert [t["columns"] for t in tables] == [["kind 0", "kind 1", "kind 2", "kind 3"], ["kind 4"]]
