"""Preparation end to end, on the shipped study: nobody is named, every row is accounted for, faults stop it whole."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from hubanalysis.errors import DataError
from hubanalysis.hub import check, open_study
from hubanalysis.tables import TABLES

ROOT = Path(__file__).parents[1]
AFTER = "questionnaires/people_after.csv"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with the shipped study, prepared once for all tests of this file."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "data" / "raw", home / "data" / "raw")
    shutil.copytree(ROOT / "instruments", home / "instruments")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBANALYSIS_HOME", str(home))
        open_study("siena-2022")
    return home


@pytest.fixture
def home(whole, tmp_path, monkeypatch):
    """A copy of it that a test may spoil."""
    shutil.copytree(whole, tmp_path / "h")
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path / "h"))
    return tmp_path / "h"


def raw(home: Path, name: str) -> Path:
    return home / "data" / "raw" / "siena-2022" / name


def processed_text(home: Path) -> str:
    """Every word of every processed table and of the manifest."""
    folder = home / "data" / "processed" / "siena-2022"
    parts = [pd.read_parquet(f).to_csv(index=False) for f in sorted(folder.glob("*.parquet"))]
    return "\n".join([*parts, (folder / "manifest.json").read_text(encoding="utf-8")])


def rewrite_after(home: Path, change) -> None:
    """Change the rows of the Google-Forms-like export in place."""
    file = raw(home, AFTER)
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("cp1252")), delimiter=";"))
    change(rows)
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    file.write_bytes(out.getvalue().encode("cp1252"))


def test_every_table_has_the_columns_of_the_contract(home):
    hub = open_study("siena-2022")
    for name, table in TABLES.items():
        assert list(getattr(hub, name)().columns) == list(table.columns), name
    assert len(hub.scores("people")) and len(hub.segments()) and len(hub.rankings())


def test_no_personal_code_stands_in_what_was_prepared(home):
    sheet = openpyxl.load_workbook(raw(home, "registers/attendance.xlsx")).active
    rows = list(sheet.iter_rows(values_only=True))
    codes = {str(r[rows[0].index("codice personale")]) for r in rows[1:]}
    assert len(codes) > 200
    text = processed_text(home).casefold()
    assert not [c for c in codes if c.casefold() in text]


def test_no_listed_name_stands_in_what_was_prepared(home):
    with raw(home, "interviews/redactions.csv").open(encoding="utf-8") as file:
        listed = [(r["intervista"], r["testo"]) for r in csv.DictReader(file, delimiter=";")]
    full = [(interview, name) for interview, name in listed if " " in name or "@" in name]
    assert len(full) > 10
    turns = open_study("siena-2022").turns()
    said = turns.groupby("interview")["text"].agg(" ".join)
    assert not [name for interview, name in full if name in said[interview]]


def test_people_keep_one_pseudonym_in_every_table(home):
    hub = open_study("siena-2022")
    people = set(hub.respondents("people")["id"])
    coming = set(hub.attendance()["person"])
    assert all(p.startswith("p-") for p in people)
    assert len(coming & people) > 0.9 * len(coming)


def test_every_row_is_kept_or_accounted_for(home):
    account = open_study("siena-2022").account()
    assert (account["rows_in"] == account["kept"] + account["dropped"]).all()
    assert (account.loc[account["dropped"] > 0, "reason"].str.len() > 0).all()


def test_tables_are_made_again_only_when_something_changed(home):
    manifest = home / "data" / "processed" / "siena-2022" / "manifest.json"
    before = manifest.stat().st_mtime_ns
    open_study("siena-2022")
    raw(home, AFTER).touch()  # a new date alone is no change
    open_study("siena-2022")
    assert manifest.stat().st_mtime_ns == before
    rewrite_after(home, lambda rows: rows.pop(-1))
    open_study("siena-2022")
    assert manifest.stat().st_mtime_ns != before


def fault_out_of_range(home):
    rewrite_after(home, lambda rows: rows[10].__setitem__(14, "900"))
    return AFTER, 11, "900"


def fault_unknown_choice(home):
    rewrite_after(home, lambda rows: rows[20].__setitem__(8, "Marziano"))
    return AFTER, 21, "Marziano"


def fault_misspelt_column(home):
    rewrite_after(home, lambda rows: rows[0].__setitem__(8, rows[0][8].replace("Come", "Comme")))
    return AFTER, None, ""


def fault_missing_file(home):
    raw(home, "registers/activities.xlsx").rename(raw(home, "registers/activity.xlsx"))
    return "study.yaml", None, "registers/activities.xlsx"


def fault_misspelt_declared_column(home):
    study = raw(home, "study.yaml")
    study.write_text(study.read_text().replace("person: codice personale", "person: codice persona"))
    return "registers/attendance.xlsx", None, ""


@pytest.mark.parametrize(
    "fault",
    [
        fault_out_of_range,
        fault_unknown_choice,
        fault_misspelt_column,
        fault_missing_file,
        fault_misspelt_declared_column,
    ],
)
def test_a_fault_is_one_clear_message_and_nothing_is_lost(home, fault):
    folder = home / "data" / "processed" / "siena-2022"
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    file, row, value = fault(home)
    with pytest.raises(DataError) as caught:
        open_study("siena-2022")
    assert caught.value.exit_code == 3
    told = [p for p in caught.value.problems if p.file.endswith(file)]
    assert told and all(p.fix for p in told)
    assert any(row in (None, p.row) and value in str(p) for p in told)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before, "the last good tables stand"


def test_all_faults_are_told_at_once(home):
    faults = [fault_out_of_range(home), fault_missing_file(home)]
    errors = [p for p in check("siena-2022") if p.severity == "error"]
    assert {f for f, _, _ in faults} <= {p.file.removeprefix("siena-2022/") for p in errors}


def test_a_problem_never_prints_a_personal_code(home):
    file = raw(home, "registers/attendance.xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book.active
    code = sheet.cell(row=5, column=1).value
    sheet.cell(row=5, column=2).value = "T99"
    book.save(file)
    problems = check("siena-2022")
    assert any("T99" in str(p) for p in problems)
    assert not any(str(code) in json.dumps(p.as_dict()) for p in problems)
