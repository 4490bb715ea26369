"""The circle: each form, answered and exported as KoboToolbox does, is read back with the lines the tool proposes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from kobo_exports import KoboForm, as_csv
from loader_studies import write

from hubanalysis.field_kit.kit import LINES, write_kit
from hubanalysis.prepare import Prepared, read_study_data
from hubanalysis.study import read_study

HEAD = {
    "id": "prova",
    "title": {"it": "Hub di prova", "en": "Trial hub"},
    "edition": 2022,
    "simulated": True,
    "privacy": {"key": "demonstration"},
    "waves": [
        {"id": "before", "label": {"it": "prima", "en": "before"}},
        {"id": "after", "label": {"it": "dopo", "en": "after"}},
        {"id": "later", "label": {"it": "un anno dopo", "en": "a year later"}},
    ],
    "organisations": {"file": "organisations.csv", "separator": ";"},
    "activities": {"file": "activities.csv", "separator": ";"},
}
REGISTERS = {
    "organisations.csv": "organisation;name\nARCI;Circolo Arci\nCOOP 2;Cooperativa Il Ponte\nUNI;Università\n",
    "activities.csv": "activity;title\nT1;Che cos'è un hub\nE 2;Orto condiviso\n",
}
EXPORTS = [("", False), ("", True), ("it", False), ("en", True)]
SAME_LABEL = "several questions have this label; their columns are taken in the order of the form"


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Path:
    """A study that has registers and nothing else, and the instruments made for it."""
    folder = tmp_path_factory.mktemp("circle") / "prova"
    for name, content in REGISTERS.items():
        write(folder / name, content)
    write(folder / "study.yaml", yaml.safe_dump(HEAD, allow_unicode=True))
    write_kit(str(folder), folder / "forms", printed=False)
    return folder


def read_back(kit: Path, folder: Path, block: str, files: dict[str, list[list[str]]], **change) -> Prepared:
    """The study with one block of the proposed lines, as they are, and the exports in their places."""
    lines = yaml.safe_load((kit / "forms" / LINES).read_text(encoding="utf-8"))
    folder = folder / "prova"
    for name, content in REGISTERS.items():
        write(folder / name, content)
    (folder / "forms").symlink_to(kit / "forms")
    for name, rows in files.items():
        write(folder / name, {"export": rows} if name.endswith(".xlsx") else as_csv(rows))
    written = {**HEAD, block: change.get("with_block", lines[block])}
    write(folder / "study.yaml", yaml.safe_dump(written, allow_unicode=True))
    return read_study_data(read_study(str(folder)))


def person(k: int) -> dict[str, str]:
    code = {"code_1": "ABCDE"[k], "code_2": f"{k + 5:02d}", "code_3": "S", "code_4": str(k), "code_5": "o"}
    return {"consent": "yes", **code, "story_best": "il laboratorio", "open_change": "mi piace"}


@pytest.mark.parametrize(("labels", "groups"), EXPORTS)
def test_the_questionnaire_for_people_comes_back_as_answers(kit, tmp_path, labels, groups):
    files, sent = {}, {}
    for wave in ("before", "after", "later"):
        form = KoboForm(kit / f"forms/people_{wave}.xlsx")
        sent[wave] = [form.answers(person(k), seed=k) for k in range(4)]
        refused = form.answers({"consent": "no"})
        files[f"questionnaires/people_{wave}.xlsx"] = form.export([*sent[wave], refused], labels, groups)
    lines = yaml.safe_load((kit / "forms" / LINES).read_text(encoding="utf-8"))["instruments"][:1]
    if labels:  # the one thing to say of an export with labels
        for export in lines[0]["exports"]:
            export |= {"headers": "labels", "language": labels}
    read = read_back(kit, tmp_path, "instruments", files, with_block=lines)
    assert read.problems == []
    respondents = read.tables["respondents"]
    assert respondents.groupby("wave", observed=True)["id"].nunique().tolist() == [4, 4, 4]
    assert respondents["id"].nunique() == 4  # the personal code joins the three waves
    answers = read.tables["answers"].set_index(["wave", "item"]).sort_index()
    for wave, item in (("before", "wb_1"), ("after", "hub_4"), ("later", "again")):
        told = sorted(one[item] for one in sent[wave] if one[item] not in ("", "98", "99"))
        given = answers.loc[(wave, item)]
        assert sorted(given.loc[given["status"] == "answered", "value"]) == told
    assert set(answers.loc[("before", "hub_1"), "status"].astype(str)) == {"not_asked"}
    assert set(answers.loc[("after", "lasted/people"), "status"].astype(str)) == {"not_asked"}
    assert len(read.tables["scores"]["scale"].unique()) == 6


@pytest.mark.parametrize(("labels", "groups"), EXPORTS[::3])
def test_the_questionnaire_for_organisations_comes_back_as_answers(kit, tmp_path, labels, groups):
    files = {}
    for wave in ("before", "after", "later"):
        form = KoboForm(kit / f"forms/organisations_{wave}.xlsx")
        sent = [
            form.answers({"consent": "yes", "organisation": name}, seed=k)
            for k, name in enumerate(("ARCI", "UNI"))
        ]
        files[f"questionnaires/organisations_{wave}.xlsx"] = form.export(sent, labels, groups)
    lines = yaml.safe_load((kit / "forms" / LINES).read_text(encoding="utf-8"))["instruments"][1:]
    if labels:
        for export in lines[0]["exports"]:
            export |= {"headers": "labels", "language": labels}
    read = read_back(kit, tmp_path, "instruments", files, with_block=lines)
    assert read.problems == []
    assert sorted(read.tables["respondents"]["id"].unique()) == ["ARCI", "UNI"]
    assert len(read.tables["respondents"]) == 6


@pytest.mark.parametrize(("labels", "groups"), EXPORTS)
def test_the_roster_comes_back_as_ties(kit, tmp_path, labels, groups):
    form = KoboForm(kit / "forms/network.xlsx")
    told = {
        "ARCI": {"partners": "COOP_2 UNI", "collaboration__COOP_2": "3", "collaboration__UNI": "1"},
        "COOP_2": {"partners": "ARCI", "collaboration__ARCI": "2", "referral__ARCI": "3"},
        "UNI": {"partners": "ARCI", "collaboration__ARCI": "1", "information__ARCI": "2"},
    }
    blank = dict.fromkeys([q["name"] for q in form.questions if "__" in q["name"]], "0")
    sent = [
        form.answers({"consent": "yes", "organisation": name, **blank, **says}) for name, says in told.items()
    ]
    refused = form.answers({"consent": "no"})
    rows = form.export([*sent, refused], labels, groups)
    files = {f"networks/network_{wave}.xlsx": rows for wave in ("before", "after", "later")}
    read = read_back(kit, tmp_path, "networks", files)
    what = {problem.what for problem in read.problems}
    # two questions on one organisation have one label: an export with labels and without groups says no more
    assert what <= ({SAME_LABEL} if labels and not groups else set())
    ties = read.tables["ties"].query("wave == 'before'")
    found = {(t.kind, t.source, t.target): t.weight for t in ties.itertuples()}
    assert found == {
        ("collaboration", "ARCI", "COOP 2"): 3,
        ("collaboration", "ARCI", "UNI"): 1,
        ("collaboration", "COOP 2", "ARCI"): 2,
        ("collaboration", "UNI", "ARCI"): 1,
        ("information", "UNI", "ARCI"): 2,
        ("referral", "COOP 2", "ARCI"): 3,
    }
    assert read.tables["tie_respondents"]["responded"].all()


@pytest.mark.parametrize(("labels", "groups"), EXPORTS)
def test_the_grid_comes_back_as_observations(kit, tmp_path, labels, groups):
    form = KoboForm(kit / "forms/observation.xlsx")
    sent = [
        form.answers({"observation": "O1", "activity": activity, "observer": who, "note": "si ride"}, seed=k)
        for k, (activity, who) in enumerate((("T1", "RB"), ("E_2", "MC")))
    ]
    rows = form.export(sent, labels, groups)
    read = read_back(kit, tmp_path, "observations", {"observations/observations.xlsx": rows})
    assert read.problems == []
    marks = read.tables["observations"]
    assert sorted(marks["activity"].unique()) == ["E 2", "T1"]
    assert len(marks) == 12
    serenity = marks[marks["item"] == "serenity"].set_index("activity")["value"]
    assert serenity.to_dict() == {"T1": float(sent[0]["serenity"]), "E 2": float(sent[1]["serenity"])}
    assert marks["date"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2022-03-01"]
    assert read.tables["notes"]["text"].tolist() == ["si ride", "si ride"]


@pytest.mark.parametrize(("labels", "groups"), EXPORTS)
def test_the_consultation_comes_back_whole(kit, tmp_path, labels, groups):
    files = {}
    for number in (1, 2):
        form = KoboForm(kit / f"forms/consultation_{number}.xlsx")
        places = {"posto_1": "n02", "posto_2": "n10", "posto_3": "n01"} | {
            f"posto_{k}": "" for k in range(4, 11)
        }
        texts = {"emergenza": "ragazzi soli la notte", "manca": "i debiti"}
        sent = [
            form.answers(
                {"consent": "yes", "codice": code, "territorio": "Amiata", **places, **texts}, seed=k
            )
            for k, code in enumerate(("AB12", "CD34"))
        ]
        files[f"consultation/round_{number}.xlsx"] = form.export(
            [*sent, form.answers({"consent": "no"})], labels, groups
        )
    read = read_back(kit, tmp_path, "consultation", files)
    what = {problem.what for problem in read.problems}
    assert what <= ({SAME_LABEL} if labels and not groups else set())
    first = read.tables["rankings"].query("round == 1")
    assert first.groupby("voter")["need"].agg(list).tolist() == [["n02", "n10", "n01"]] * 2
    assert first["rank"].tolist() == [1, 2, 3] * 2
    ratings = read.tables["ratings"].query("round == 2 and need == 'n03'")
    assert sorted(ratings["urgency"]) == sorted(float(one["urgenza_n03"]) for one in sent)
    assert sorted(ratings["gravity"]) == sorted(float(one["gravita_n03"]) for one in sent)
    assert read.tables["emergencies"]["text"].tolist() == ["ragazzi soli la notte"] * 4
    assert read.tables["missing_needs"]["text"].tolist() == ["i debiti"] * 4
    voters = read.tables["voters"].query("group == 'service'")["value"]
    services = {row["label::Italiano (it)"] for row in form.choices["service"].values()}
    assert set(voters) <= services  # in words, as a report will show them


def test_the_guide_comes_back_as_the_register_of_interviews(kit, tmp_path):
    form = KoboForm(kit / "forms/interviews.xlsx")
    sent = [
        form.answers({"consent": "yes", "group": group, "interview": name, "municipality": "Siena"})
        for name, group in (("I01", "participant"), ("I02", "social_worker"))
    ]
    rows = form.export([*sent, form.answers({"consent": "no", "group": "organisation"})])
    folder = tmp_path / "prova"
    for name in ("I01", "I02"):
        write(
            folder / f"interviews/{name}.txt",
            "INT: Com'è andata?\nP: Bene, davvero.\nINT: Perché?\nP: Ero con altri.\n",
        )
    files = {"interviews/register.xlsx": rows}
    lines = yaml.safe_load((kit / "forms" / LINES).read_text(encoding="utf-8"))["interviews"]
    lines["files"] = lines["files"][2:3]  # the field's transcripts are .txt here
    read = read_back(kit, tmp_path, "interviews", files, with_block=lines)
    assert read.problems == []
    interviews = read.tables["interviews"].set_index("interview")
    assert interviews["group"].astype(str).to_dict() == {"I01": "participant", "I02": "social_worker"}
    assert interviews["municipality"].tolist() == ["Siena", "Siena"]
    assert interviews["date"].dt.strftime("%Y-%m-%d").tolist() == ["2022-03-01"] * 2


def test_a_csv_export_is_read_as_well(kit, tmp_path):
    form = KoboForm(kit / "forms/observation.xlsx")
    sent = [form.answers({"observation": "O1", "activity": "T1", "observer": "RB"})]
    lines = yaml.safe_load((kit / "forms" / LINES).read_text(encoding="utf-8"))["observations"]
    lines["file"] = "observations/observations.csv"
    read = read_back(
        kit, tmp_path, "observations", {"observations/observations.csv": form.export(sent)}, with_block=lines
    )
    assert read.problems == [] and len(read.tables["observations"]) == 6


def test_a_form_that_is_not_there_is_told_with_the_nearest(kit, tmp_path):
    form = KoboForm(kit / "forms/observation.xlsx")
    lines = yaml.safe_load((kit / "forms" / LINES).read_text(encoding="utf-8"))["observations"]
    lines["form"] = "forms/observations.xlsx"
    rows = form.export([form.answers({"observation": "O1", "activity": "T1", "observer": "RB"})])
    read = read_back(
        kit, tmp_path, "observations", {"observations/observations.xlsx": rows}, with_block=lines
    )
    assert [p.what for p in read.problems if "form" in p.what] == ["the form does not exist"]
    assert "observation.xlsx" in read.problems[0].fix
