"""The simulated study: repeatable, true to what it says was planted, and the one that is shipped."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from hubanalysis.errors import UsageError
from hubanalysis.instruments import build_instruments
from hubanalysis.loaders.refi_qda import read_project
from hubanalysis.simulation import simulate
from hubanalysis.simulation.answers import AREAS
from hubanalysis.simulation.questionnaires import ITEMS, Form
from hubanalysis.simulation.transcripts import read_turns
from hubanalysis.study import read_study

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "data/raw/siena-2022"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """The study as ``simulate`` writes it today, in a project of its own."""
    with pytest.MonkeyPatch.context() as patch:
        project = tmp_path_factory.mktemp("project")
        patch.setenv("HUBANALYSIS_HOME", str(project))
        build_instruments(project / "instruments")
        folder = project / "data/raw/siena-2022"
        simulate(folder)
        return folder


@pytest.fixture(scope="module")
def truth(study) -> dict:
    return json.loads((study / "truth.json").read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def unpacked(name: str, content: bytes):
    """A zipped file as its members: how hard zlib presses is no part of the study."""
    if not name.endswith((".xlsx", ".docx", ".odt", ".qdpx")):
        return content
    import io

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def sheet(path: Path) -> list[dict]:
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def delimited(path: Path, encoding: str = "utf-8") -> list[dict]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def waves(study) -> dict[str, list[dict]]:
    """People's answers of both waves by the form's names and codes, as sent: the cleaning log is not applied."""
    form = Form("people")
    before = [
        {name: row[form.path(name)] for name in form.types} | {"row": k, "uuid": row["_uuid"]}
        for k, row in enumerate(sheet(study / "questionnaires/people_before.xlsx"), start=2)
    ]
    after = []
    for k, row in enumerate(delimited(study / "questionnaires/people_after.csv", "cp1252"), start=2):
        answers = {"row": k, "sent": row["Informazioni cronologiche"]}
        for name, label in form.labels.items():
            codes = {text: code for code, text in form.choices_of(name).items()}
            answers[name] = codes.get(row[label], row[label])
        after.append(answers)
    return {"before": before, "after": after}


def code(answers: dict) -> tuple:
    return tuple(str(answers[f"code_{i}"]).strip().upper().lstrip("0") or "0" for i in range(1, 7))


def scores(rows: list[dict]) -> dict[tuple, np.ndarray]:
    """The score of each area by personal code: items turned where reversed; the last one sent counts."""
    result = {}
    for row in rows:
        if row["consent"] != "yes" or row["open_change"] == "PROVA":
            continue
        areas = []
        for area in AREAS:
            items = []
            for j in range(1, 5):
                value = str(row[f"{ITEMS[area]}_{j}"] or "")
                if value in ("1", "2", "3", "4", "5"):
                    items.append(6 - int(value) if j == 3 else int(value))
            areas.append(np.mean(items) if len(items) >= 3 else np.nan)
        result[code(row)] = np.array(areas)
    return result


def test_the_same_seed_gives_the_same_bytes(study, tmp_path, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(study.parents[2]))
    again = study.parents[2] / "elsewhere/raw/siena-2022"
    simulate(again)
    first, second = files(study), files(again)
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_another_seed_gives_other_people_and_the_same_truth(truth, tmp_path):
    other = simulate(tmp_path / "siena-2022", seed=7)
    assert other["links"] != truth["links"] or other["registers"] != truth["registers"]
    for area in AREAS:  # the truth is a mean of 100,000: another draw of them moves it by thousandths
        assert other["change"]["people"]["everybody"][area] == pytest.approx(
            truth["change"]["people"]["everybody"][area], abs=0.012
        )
    assert (tmp_path / "siena-2022/instruments/people.xlsx").is_file()
    assert read_study(str(tmp_path / "siena-2022")).model.instruments[0].form == "instruments/people.xlsx"


def test_the_shipped_study_is_what_simulate_writes_today(study):
    made, shipped = files(study), files(SHIPPED)
    assert sorted(made) == sorted(shipped)
    assert [name for name in made if unpacked(name, made[name]) != unpacked(name, shipped[name])] == []


def test_the_truth_is_near_what_was_asked_for(truth):
    asked = {
        "people": (0.30, 0.40, -0.25, 0.30, 0.20, 0.0),
        "organisations": (0.20, 0.40, 0.0, 0.30, 0.25, -0.20),
    }
    for about, changes in asked.items():
        found = [truth["change"][about]["everybody"][area] for area in AREAS]
        assert found == pytest.approx(changes, abs=0.012)


def test_the_drawn_sample_stands_within_sampling_error_of_the_truth(waves, truth):
    before, after = scores(waves["before"]), scores(waves["after"])
    pairs = sorted(set(before) & set(after))
    assert len(pairs) == truth["links"]["exact"]
    change = np.array([after[c] - before[c] for c in pairs])
    told = truth["change"]["people"]
    for k, area in enumerate(AREAS):
        drawn = change[:, k][~np.isnan(change[:, k])]
        assert drawn.std() == pytest.approx(told["standard_deviation_of_change"][area], rel=0.25)
        error = told["standard_deviation_of_change"][area] / np.sqrt(len(drawn))
        assert abs(drawn.mean() - told["those_who_stay"][area]) < 3 * error
        level = np.array([person[k] for person in before.values()])
        assert np.nanmean(level) == pytest.approx(
            told["mean_before"][area], abs=3 * np.nanstd(level) / np.sqrt(250)
        )


def test_who_leaves_felt_worse_before(waves, truth):
    before, after = scores(waves["before"]), scores(waves["after"])
    known = {
        tuple(e.lstrip("0") or "0" for e in c["before"].split("-")) for c in truth["faults"]["mistyped_codes"]
    }
    stays = np.array([c in after or c in known for c in before])
    wellbeing = np.array([person[0] for person in before.values()])
    assert np.nanmean(wellbeing[stays]) - np.nanmean(wellbeing[~stays]) > 0.1
    assert truth["change"]["people"]["share_who_stay"] == pytest.approx(0.72, abs=0.02)


def test_planted_faults_are_there(waves, truth):
    for wave, rows in waves.items():
        told = truth["faults"][wave]
        assert len(rows) == told["rows"]
        refused = [row for row in rows if row["consent"] == "no"]
        assert len(refused) == told["refusals"]
        same = [tuple((k, v) for k, v in row.items() if k != "row") for row in rows]
        assert len(same) - len(set(same)) == told["exact_duplicates"]
        people = [code(row) for row in rows if row["consent"] == "yes" and row["open_change"] != "PROVA"]
        assert len(set(people)) == told["people"]
        assert len(people) - len(set(people)) == told["exact_duplicates"] + told["double_submissions"]


def test_the_cleaning_log_names_the_values_that_stand_there(study, waves, truth):
    form = Form("people")
    log = delimited(study / "questionnaires/corrections.csv")
    assert len(log) == truth["faults"]["corrections"] == 4
    for line in log:
        wave = "before" if "before" in line["file"] else "after"
        row = waves[wave][int(line["row"]) - 2]
        if line["column"] == "*":
            assert row["open_change"] == "PROVA"
            continue
        headers = {form.path(n): n for n in form.types} | {label: n for n, label in form.labels.items()}
        assert str(row[headers[line["column"]]]) == line["old"]
        assert line["reason"]


def test_missing_answers_are_scattered(waves):
    ticked = [
        str(row[f"{prefix}_{j}"] or "")
        for row in waves["before"]
        if row["consent"] == "yes"
        for prefix in ITEMS.values()
        for j in range(1, 5)
    ]
    share = {value: ticked.count(value) / len(ticked) for value in ("", "99", "98")}
    assert 0.02 < sum(share.values()) < 0.05
    assert all(part > 0.001 for part in share.values())


def test_registers_and_ties_agree_with_what_is_told(study, truth):
    organisations = sheet(study / "registers/organisations.xlsx")
    names = {o["sigla"] for o in organisations}
    assert len(names) == len(organisations) == 52
    assert sum(o["cabina di regia"] == "sì" for o in organisations) == 6
    kinds = [a["tipo"] for a in sheet(study / "registers/activities.xlsx")]
    assert (kinds.count("talk") + kinds.count("incursion"), kinds.count("experiment")) == (15, 8)
    silent = [r for r in delimited(study / "networks/respondents.csv") if r["ha risposto"] == "no"]
    for wave in ("before", "after"):
        ties = delimited(study / f"networks/ties_{wave}.csv")
        assert {t["da"] for t in ties} | {t["a"] for t in ties} <= names
        absent = {r["sigla"] for r in silent if r["rilevazione"] == wave}
        assert len(absent) == truth["ties"]["did_not_answer"][wave]
        assert not absent & {t["da"] for t in ties}
        assert sum(t["da"] == t["a"] for t in ties) == truth["ties"]["self_loops_planted"][wave] == 1
        rows = [(t["tipo"], t["da"], t["a"]) for t in ties]
        assert len(rows) - len(set(rows)) == truth["ties"]["duplicates_planted"][wave] > 0
    for kind in ("collaboration", "information"):
        waves = truth["ties"][kind]
        assert (
            waves["after"]["long"] / waves["after"]["ties"]
            > waves["before"]["long"] / waves["before"]["ties"]
        )


def test_codings_count_over_the_interviews_as_written(study, truth):
    for coder in ("a", "b"):
        problems: list = []
        sources, codes, segments = read_project(study / f"codings/coder_{coder}.qdpx", problems)
        assert problems == []
        assert len(sources) == 16 and len(codes) == 16
        assert len(segments) == truth["interviews"]["segments"][coder.upper()]
        for interview, text in sources.items():
            assert text == "".join(f"{speaker}: {words}\n" for speaker, words in read_turns(interview))


def test_a_larger_study_keeps_names_apart(tmp_path):
    simulate(tmp_path / "large", scale=2)
    organisations = sheet(tmp_path / "large/registers/organisations.xlsx")
    assert len({o["sigla"] for o in organisations}) == len({o["nome"] for o in organisations}) == 104
    rows = sheet(tmp_path / "large/questionnaires/people_before.xlsx")
    people = {tuple(str(row[f"your_code/code_{i}"]).upper() for i in range(1, 7)) for row in rows}
    assert len(people) > 500
    assert read_study(str(tmp_path / "large")).model.id == "large"


def test_a_real_study_is_never_overwritten(tmp_path):
    (tmp_path / "study.yaml").write_text("id: ours\nsimulated: false\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not simulated"):
        simulate(tmp_path)
    with pytest.raises(UsageError, match="scale"):
        simulate(tmp_path / "new", scale=0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.yaml"]
