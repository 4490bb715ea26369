"""Decisions of a person on who is who between waves: listed in a file, filled in, honoured; nothing silent."""

from __future__ import annotations

import csv
import io

import loader_studies
import pandas as pd
import pytest
from loader_studies import make_study, write

from hubanalysis import cli
from hubanalysis.errors import DataError, UsageError
from hubanalysis.findings.quality import quality_sentences
from hubanalysis.hub import open_study
from hubanalysis.loaders.questionnaires import load_questionnaires
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.quality import answer_statuses, links_between_waves, respondents_by_wave
from hubanalysis.prepare import read_study_data
from hubanalysis.privacy.link_decisions import list_links, write_links
from hubanalysis.study import read_study

BLOCK = """
instruments:
  - id: people
    about: people
    questions: [{{id: q1, label: Q1, range: [1, 5]}}]
    code: [c1, c2, c3]
    link: tolerant
    {links}
    exports:
      - {{wave: before, file: before.csv, submission_id: id}}
      - {{wave: after, file: after.csv, submission_id: id}}
"""
DECLARED = "links: {file: links.csv}"
CROWD = [f"C{n};D{n};E{n};3" for n in range(40)]
#: Rows 2, 3 of before fit row 2 of after alike; row 4 of each is the same person under another code.
BEFORE = ["QXJ;17;B;1", "QXJ;17;C;2", "KVW;8;L;4", *CROWD]
AFTER = ["QXJ;17;D;3", "HMZ;21;T;5", "WKV;9;F;4", *CROWD]
HEAD = "file_a;row_a;file_b;row_b;decision;who;why"


def export(rows: list[str], wave: str = "x", ids: bool = False) -> str:
    lines = [f"{row};{wave}{n if ids else ''}" for n, row in enumerate(rows)]
    return "\n".join(["c1;c2;c3;q1;id", *(line if ids else line.removesuffix(wave) for line in lines)]) + "\n"


def study_of(folder, links: str | None = None, before=BEFORE, after=AFTER, ids=False):
    files = {"before.csv": export(before, "b", ids), "after.csv": export(after, "a", ids)}
    if links is not None:
        files["links.csv"] = links
    return make_study(folder, BLOCK.format(links=DECLARED if links is not None else ""), files)


def decided(folder, *lines: str, **study):
    """The links of the first three rows of each wave, and the problems, with these decisions."""
    problems = []
    read = study_of(folder, "\n".join([HEAD, *lines]) + "\n", **study)
    tables = load_questionnaires(read, problems, [])
    people = tables.respondents
    own = people[~people["id"].str.startswith("C")]
    return own["link"].tolist(), problems


def fill(path, decisions: dict[tuple[str, str], str]) -> None:
    """Write into the file what was decided on (row_a, row_b), as a spreadsheet program would save it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    for line in lines:
        word = decisions.get((line["row_a"], line["row_b"]))
        line |= {"decision": word, "who": "Anna", "why": "known"} if word else {}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")


def errors(problems) -> list[tuple]:
    return [(p.what, p.row) for p in problems if p.severity == "error"]


def test_from_the_ambiguous_pair_to_the_decision_to_the_joined_person(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data" / "raw" / "trial"
    study_of(folder)
    before = open_study("trial", lang="en")
    assert before.respondents()["link"].value_counts()["ambiguous"] == 3
    assert told(before).count("**hubanalysis links**") == 1

    assert cli.main(["links", "trial", "--to", str(folder / "links.csv")]) == 0
    shown = capsys.readouterr()
    text = (folder / "links.csv").read_text(encoding="utf-8-sig")
    for code in ("QXJ", "KVW", "WKV", "HMZ"):
        assert code not in text + shown.out + shown.err
    lines = pd.read_csv(io.StringIO(text), sep=";")
    assert lines[["row_a", "row_b", "element", "proposal"]].values.tolist() == [
        [2, 2, "c3", "ambiguous"],
        [3, 2, "c3", "ambiguous"],
    ]

    fill(folder / "links.csv", {("2", "2"): "same", ("3", "2"): "different"})
    study = folder / "study.yaml"
    study.write_text(study.read_text().replace("link: tolerant", f"link: tolerant\n    {DECLARED}"))
    after = open_study("trial", lang="en")  # the new file makes the tables stale
    links = after.respondents().groupby("link", observed=True)["id"].nunique()
    assert links.to_dict() == {"decided": 1, "exact": 40, "single": 4}
    account = after.account()
    assert dict(account.loc[account["table"] == "links", ["reason", "kept"]].values)[
        "people joined between waves as a person decided"
    ] == 1  # fmt: skip
    assert "**hubanalysis links**" not in told(after)
    assert after.problems().empty


def told(hub) -> str:
    people = hub.respondents()
    frames = respondents_by_wave(people), answer_statuses(hub.answers()), links_between_waves(people)
    return "\n".join(quality_sentences(*frames, hub.problems(), Translator("en"), {}))


def test_different_leaves_the_other_candidate_and_same_joins_beyond_tolerance(tmp_path):
    links, problems = decided(
        tmp_path, "before.csv;2;after.csv;2;different;Anna;seen", "before.csv;4;after.csv;4;same;Anna;seen"
    )
    assert errors(problems) == []
    assert links == ["single", "near", "decided", "near", "single", "decided"]
    # in Italian, in capitals, and with nothing where it is open
    links, problems = decided(
        tmp_path, "before.csv;2;after.csv;2;;;", "before.csv;4;after.csv;4; Stessa ;A;w"
    )
    assert errors(problems) == []
    assert links == ["ambiguous", "ambiguous", "decided", "ambiguous", "single", "decided"]


def test_everything_wrong_with_the_file_is_told_at_once_with_its_row(tmp_path):
    links, problems = decided(
        tmp_path,
        "before.csv;2;after.csv;2;perhaps;A;w",
        "befor.csv;2;after.csv;2;same;A;w",
        "before.csv;99;after.csv;2;same;A;w",
        "before.csv;two;after.csv;2;same;A;w",
        "before.csv;2;before.csv;3;same;A;w",
    )
    assert errors(problems) == [
        ("the decision is neither same nor different", 2),
        ("the decision names a file that is no export of the instrument", 3),
        ("the decision names a row that the file does not have", 4),
        ("the decision names a row that the file does not have", 5),
        ("the decision makes two rows of one wave the same person", 6),
    ]
    assert {p.file for p in problems} == {"links.csv"}
    assert "'before.csv'" in problems[1].fix
    assert "decided" not in links


def test_decisions_that_contradict_each_other_are_told(tmp_path):
    lines = [
        "first.csv;2;before.csv;2;same",
        "before.csv;2;after.csv;2;same",
        "first.csv;2;after.csv;2;different",
    ]
    lines.append("first.csv;2;after.csv;3;same")
    exports = {"first": ["A;1;B;1"], "before": ["C;2;D;1"], "after": ["E;3;F;1", "G;4;H;1"]}
    for wave, rows in exports.items():
        write(tmp_path / f"{wave}.csv", export(rows))
    write(tmp_path / "links.csv", "\n".join([HEAD, *(f"{line};A;w" for line in lines)]) + "\n")
    block = BLOCK.format(links=DECLARED).replace(
        "exports:\n", "exports:\n      - {wave: first, file: first.csv, submission_id: id}\n"
    )
    yaml = loader_studies.HEAD.replace("waves:\n", "waves:\n  - {id: first, label: first}\n") + block
    write(tmp_path / "study.yaml", yaml)
    problems = []
    load_questionnaires(read_study(str(tmp_path)), problems, [])
    assert errors(problems) == [
        ("the decision makes two rows of one wave the same person", 5),
        ("the decision contradicts others, which make these rows one person", 4),
    ]


def test_a_row_that_changed_since_stops_the_preparation(tmp_path):
    study = study_of(tmp_path, HEAD + "\n")
    write_links(study, tmp_path / "links.csv")
    fill(tmp_path / "links.csv", {("2", "2"): "same"})
    assert read_study_data(read_study(str(tmp_path))).errors == []
    # somebody takes out the first row of the export: row 2 is another one now
    write(tmp_path / "before.csv", export(BEFORE[1:]))
    prepared = read_study_data(read_study(str(tmp_path)))
    assert errors(prepared.problems) == [
        ("a row has changed since the decision was made (its code, or the time of sending)", 2)
    ]
    assert "decided" not in set(prepared.tables["respondents"]["link"])


def test_where_submissions_have_ids_a_row_that_moved_is_found_again(tmp_path):
    study = study_of(tmp_path, HEAD + "\n", ids=True)
    write_links(study, tmp_path / "links.csv")
    fill(tmp_path / "links.csv", {("3", "2"): "same"})
    head, first, *others = export(BEFORE, "b", ids=True).splitlines()
    write(tmp_path / "before.csv", "\n".join([head, *others, first]) + "\n")
    prepared = read_study_data(read_study(str(tmp_path)))
    assert errors(prepared.problems) == []
    people = prepared.tables["respondents"]
    assert people[people["link"] == "decided"]["id"].nunique() == 1


def test_writing_again_keeps_what_was_decided_and_adds_the_missing_checks(tmp_path):
    study = study_of(tmp_path, f"{HEAD}\nbefore.csv;4;after.csv;4;same;Anna;seen\n")
    lines = write_links(study, tmp_path / "links.csv")
    assert lines["decision"].tolist() == ["same", "", ""]
    again = list_links(read_study(str(tmp_path)))
    assert again[["who", "why", "check"]].equals(lines[["who", "why", "check"]])
    assert (again["check"] != "").all()


def test_a_line_without_a_check_is_honoured_and_told(tmp_path):
    links, problems = decided(tmp_path, "before.csv;4;after.csv;4;same;;")
    assert links.count("decided") == 2
    assert {p.what for p in problems} == {
        "decisions on links without who decided, or why",
        "decisions without a check: it is not known whether their rows have changed since",
    }


def test_a_decision_on_a_row_that_does_not_count_is_told_and_changes_nothing(tmp_path):
    twice = ["KVW;8;L;1", *BEFORE]  # the person of row 2 answered again in row 5: the last one counts
    links, problems = decided(tmp_path, "before.csv;2;after.csv;4;same;A;w", before=twice)
    assert errors(problems) == []
    assert any(p.what.startswith("a decision on a row that does not count") for p in problems)
    assert "decided" not in links


def test_a_file_declared_before_it_is_there_is_written(tmp_path):
    study = study_of(tmp_path, "")
    (tmp_path / "links.csv").unlink()
    assert len(write_links(study, tmp_path / "links.csv")) == 2
    assert read_study_data(read_study(str(tmp_path))).errors == []


def test_another_file_is_never_written_over(tmp_path):
    study = study_of(tmp_path)
    other = write(tmp_path / "notes.csv", "mine\n")
    with pytest.raises(UsageError, match=r"notes\.csv exists already"):
        write_links(study, other)
    assert other.read_text() == "mine\n"


def test_errors_of_the_study_are_told_before_any_list(tmp_path):
    study = study_of(tmp_path, f"{HEAD}\nbefore.csv;2;after.csv;2;perhaps;A;w\n")
    with pytest.raises(DataError) as told:
        list_links(study)
    assert [p.row for p in told.value.problems] == [2]


def test_a_code_of_two_people_gives_the_registers_nobody(tmp_path):
    study = study_of(tmp_path, f"{HEAD}\nbefore.csv;5;after.csv;5;different;A;w\n")
    problems = []
    tables = load_questionnaires(study, problems, [])
    person = dict(tables.codes.values)
    shared = tables.respondents[tables.respondents["id"].str.startswith("C0-")]
    assert shared["id"].nunique() == 2
    assert person["C0-D0-E0"] not in set(tables.respondents["id"])
    assert any(p.what.startswith("codes that two people have") for p in problems)
