"""Open answers and observers' notes are read, redacted and coded as interviews are, and nobody's code is told."""

from __future__ import annotations

import json
from functools import partial

import pytest
from loader_studies import make_study, steps

from hubanalysis.errors import DataError
from hubanalysis.hub import open_study
from hubanalysis.loaders.tabular import load_tables
from hubanalysis.prepare import read_study_data
from hubanalysis.privacy.interviews import load_qualitative
from hubanalysis.privacy.pseudonyms import DEMONSTRATION_KEY, pseudonym
from hubanalysis.study import read_study

QUESTIONNAIRE = """
instruments:
  - id: people
    about: people
    code: [c1, c2]
    attributes: [district]
    questions:
      - {id: c1, type: text, label: c1}
      - {id: c2, type: text, label: c2}
      - {id: district, type: text, label: district}
      - {id: change, type: text, label: change}
      - {id: age, type: integer, label: age}
    exports:
      - {wave: before, file: b.csv}
      - {wave: after, file: a.csv}
"""
OBSERVED = """
activities: {file: act.csv}
observations:
  file: obs.csv
  grid: [{id: ease, label: ease, area: wellbeing, range: [1, 5]}]
"""
TEXTS = """
interviews:
  answers: [{instrument: people, items: [change], group: district}]
  notes: true
"""
FILES = {
    "b.csv": "c1,c2,district,change,age\nA,7,centre,Niente.,40\nB,8,north,Sono  stata da Ada Bini\u0301.,50\n",
    "a.csv": 'c1,c2,district,change,age\nA,7,centre,"Ho un\'amica: Ada.",41\nB,8,north, ,51\n',
    "act.csv": "activity,kind,title,municipality,date\nT1,talk,Uno,Siena,2022-05-01\nT2,lab,Due,Colle,2022-06-01\n",
    "obs.csv": "observation,activity,observer,date,note,ease\nO1,T1,Luca,2022-05-01,Sala piena.,4\n"
    "O1,T1,Ugo,2022-05-01,,3\nO2,T2,Luca,2022-06-01,Chiamare 0577 123456,5\n",
}
named = partial(pseudonym, DEMONSTRATION_KEY)


def study_of(folder, blocks=QUESTIONNAIRE + OBSERVED + TEXTS, **files):
    return make_study(folder, blocks, FILES | files)


def tables_of(study):
    prepared = read_study_data(study)
    return prepared.tables, prepared


def test_open_answers_and_notes_are_texts_of_one_turn_with_their_metadata(tmp_path):
    tables, prepared = tables_of(study_of(tmp_path))
    assert prepared.errors == []
    texts = tables["interviews"].set_index("interview")
    ada, bea, luca = named("person", "A-7"), named("person", "B-8"), named("observer", "Luca")
    assert set(texts.index) == {
        f"people_change_before_{ada}", f"people_change_before_{bea}", f"people_change_after_{ada}",
        f"note_O1_{luca}", f"note_O2_{luca}",
    }  # fmt: skip
    answer, note = texts.loc[f"people_change_after_{ada}"], texts.loc[f"note_O2_{luca}"]
    assert (answer["kind"], answer["group"], answer["wave"], answer["words"]) == (
        "answer",
        "centre",
        "after",
        3,
    )
    assert (note["kind"], note["group"], note["municipality"], str(note["date"])[:10]) == (
        "note",
        "lab",
        "Colle",
        "2022-06-01",
    )
    turns = tables["turns"].set_index("interview")
    assert set(turns["role"]) == {"interviewee"} and set(turns["speaker"]) == {"P1"}
    assert turns.loc[answer.name, "person"] == ada and turns.loc[note.name, "person"] == luca
    assert ada in set(tables["respondents"]["id"])  # the same person as in the questionnaires
    assert turns.loc[note.name, "text"] == "Chiamare [telefono]"


def test_names_of_the_list_go_from_open_answers_too(tmp_path):
    study = study_of(
        tmp_path,
        QUESTIONNAIRE + TEXTS.replace("  notes: true", "  redactions: {file: names.csv}"),
        **{"names.csv": "kind,text\nperson,Ada Bin\u00ed\n"},
    )
    tables, _ = tables_of(study)
    said = " ".join(tables["turns"]["text"])
    assert "Ada" not in said and said.count("[nome]") == 2


def test_codings_on_open_answers_are_found_raw_or_redacted(tmp_path):
    ada, luca = named("person", "A-7"), named("observer", "Luca")
    rows = [
        (f"people_change_after_{ada}", "ties", "un'amica"),
        (f"note_O2_{luca}", "phone", "Chiamare [telefono]"),  # coded over what this program hands out
        (f"note_O1_{luca}", "full", "piena"),
    ]
    quotes = "interview,code,quote\n" + "".join(f'{a},{b},"{c}"\n' for a, b, c in rows)
    blocks = QUESTIONNAIRE + OBSERVED + TEXTS + "codings: [{coder: A, file: q.csv}]\n"
    tables, _ = tables_of(study_of(tmp_path, blocks, **{"q.csv": quotes}))
    found = tables["segments"].set_index("code")["text"].to_dict()
    assert found == {"ties": "un'amica", "phone": "Chiamare [telefono]", "full": "piena"}
    for row in tables["segments"].itertuples():
        turn = tables["turns"].set_index("interview").loc[row.interview]
        assert f"P1: {turn['text']}\n"[row.start : row.end] == row.text


def test_a_study_with_open_answers_alone_works_and_kinds_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path / "home"))
    study_of(tmp_path / "s", QUESTIONNAIRE + TEXTS.replace("  notes: true\n", ""))
    hub = open_study(str(tmp_path / "s"))
    assert len(hub.interviews()) == 0 and len(hub.turns()) == 0
    assert len(hub.interviews(kind="answer")) == len(hub.turns(kind="answer")) == 3
    assert len(hub.turns(kind=None)) == 3 and len(hub.segments(kind="answer")) == 0
    assert hub.interviews(kind="answer")["wave"].cat.ordered
    with pytest.raises(ValueError, match="kind must be"):
        hub.turns(kind="answers")


def test_no_code_of_a_person_stands_in_tables_messages_or_the_account(tmp_path):
    study = study_of(tmp_path, **{"b.csv": FILES["b.csv"].replace("A,7", "Zzyx,7")})
    tables, prepared = tables_of(study)
    words = [tables[name].to_csv() for name in ("interviews", "turns", "segments")]
    words += [json.dumps(prepared.account), " ".join(map(str, prepared.problems))]
    assert not any("zzyx" in text.casefold() for text in words)


def test_answers_of_a_comparison_group_do_not_slip_in(tmp_path):
    blocks = QUESTIONNAIRE.replace(
        "{wave: after, file: a.csv}",
        "{wave: after, file: a.csv}\n      - {wave: before, file: c.csv, arm: comparison}",
    )
    study = study_of(
        tmp_path, blocks + OBSERVED + TEXTS, **{"c.csv": "c1,c2,district,change,age\nC,9,north,Altro.,30\n"}
    )
    tables, prepared = tables_of(study)
    assert "Altro." not in set(tables["turns"]["text"])
    assert steps(prepared.account, "interviews")["answers of the comparison group"] == (4, 3)


def test_a_question_that_is_no_open_one_is_an_error_with_its_line(tmp_path):
    blocks = QUESTIONNAIRE + TEXTS.replace("[change]", "[chang, age]").replace("  notes: true\n", "")
    study = study_of(tmp_path, blocks)
    _, prepared = tables_of(study)
    assert [(p.value, "no such" in p.what, "free text" in p.what) for p in prepared.errors] == [
        ("chang", True, False),
        ("age", False, True),
    ]
    assert "change" in prepared.errors[0].fix and all(p.row for p in prepared.errors)


def test_without_a_key_nothing_is_named_and_only_the_key_is_told(tmp_path):
    blocks = QUESTIONNAIRE + OBSERVED + TEXTS + "codings: [{coder: A, file: q.csv}]\n"
    study = study_of(tmp_path, blocks, **{"q.csv": "interview,code,quote\nx,y,z\n"})
    raw = load_tables(study, [], [])
    problems = []
    tables = load_qualitative(study, problems, [], raw)
    assert len(tables["interviews"]) == len(tables["segments"]) == 0 and problems == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("interviews: {language: it}\n", "give `files`"),
        ("interviews: {answers: [{instrument: peopel, items: [change]}]}\n", "did you mean 'people'"),
        (
            "interviews: {answers: [{instrument: people, items: [change], group: distrit}]}\n",
            "did you mean 'district'",
        ),
        ("interviews: {notes: true}\n", "no observations are declared"),
        (
            "interviews: {answers: [{instrument: people, items: [change]}], metadata: {file: r.csv}}\n",
            "no transcripts",
        ),
    ],
)
def test_what_does_not_fit_in_study_yaml_is_told(tmp_path, block, said):
    with pytest.raises(DataError) as caught:
        study_of(tmp_path, QUESTIONNAIRE + block)
    assert said in str(caught.value)


REGISTER = """
interviews:
  files: ["int/*.txt"]
  metadata: {file: int/r.csv, columns: {interview: id}}
"""
TALKS = {
    "int/I1.txt": "INT: Sì?\nMaria: No, Maria.\nINT: E?\nMaria: Ecco.\n",
    "int/I2.txt": "MOD: Sì?\nP1: No.\nP2: Sì.\nMOD: E?\nP1: Ah.\nP2: Eh.\n",
    "int/I3.txt": "Anna: Sì?\nUgo: No.\nAnna: E?\nUgo: Ah.\n",
    "int/r.csv": "id,group,wave,person,speaker,interviewer\nI1,citizen,After,a/7,,\nI2,group,afer,B-8,p 2,\n"
    "I2,group,,zz-99,P1,\nI3,citizen,,,,Anna\n",
}


def test_the_register_names_persons_waves_and_who_asks(tmp_path):
    study = make_study(tmp_path, QUESTIONNAIRE + REGISTER, FILES | TALKS)
    tables, prepared = tables_of(study)
    turns = tables["turns"]
    who = turns.drop_duplicates(["interview", "speaker"]).set_index(["interview", "speaker"])["person"]
    assert who["I1", "P1"] == named("person", "A-7") and who["I1", "I"] == "I1·I"
    assert who["I2", "P2"] == named("person", "B-8") and who["I2", "P1"] == named("person", "ZZ-99")
    assert turns[turns["interview"] == "I3"]["role"].tolist() == ["interviewer", "interviewee"] * 2
    assert tables["interviews"]["wave"].astype("object").tolist()[0] == "after"
    told = {(p.row, p.column, p.severity) for p in prepared.problems}
    assert told == {(3, "wave", "warning"), (4, "person", "warning")}
    assert "99" not in " ".join(map(str, prepared.problems))
    said = " ".join(turns["text"])
    assert "Maria" not in said  # who speaks under a name is not named in the talk either


def test_who_asks_and_who_is_named_must_be_told_where_it_cannot_be_known(tmp_path):
    talks = TALKS | {"int/r.csv": "id,group,person\nI1,citizen,A-7\nI2,group,B-8\nI3,citizen,\n"}
    _, prepared = tables_of(make_study(tmp_path, QUESTIONNAIRE + REGISTER, FILES | talks))
    warned = {(p.file, p.what.split(":")[0]) for p in prepared.problems}
    assert warned == {
        ("int/I2.txt", "several people are interviewed, and the register names one person"),
        ("int/I3.txt", "it cannot be told who asks"),
    }


def test_a_row_without_speaker_beside_others_of_the_interview_is_refused(tmp_path):
    talks = TALKS | {"int/r.csv": "id,group,person,speaker\nI1,c,A-7,\nI2,g,B-8,P1\nI2,g,A-7,\nI3,c,,\n"}
    _, prepared = tables_of(make_study(tmp_path, QUESTIONNAIRE + REGISTER, FILES | talks))
    assert [(p.row, p.what) for p in prepared.errors] == [(4, "this interview stands here twice")]


def test_how_speakers_were_marked_is_told_in_the_account(tmp_path):
    talks = TALKS | {"int/I3.txt": "[Anna] Sì?\n[Ugo] No.\n[Anna] E?\n[Ugo] Ah.\n"}
    _, prepared = tables_of(make_study(tmp_path, QUESTIONNAIRE + REGISTER, FILES | talks))
    found = {row["step"]: row["kept"] for row in prepared.account if row["table"] == "interviews"}
    assert found == {
        "transcripts": 3,
        "transcripts with speakers before a colon": 2,
        "transcripts with speakers in brackets": 1,
    }


def test_the_study_is_read_as_declared(tmp_path):
    study_of(tmp_path)
    block = read_study(str(tmp_path)).model.interviews
    assert block.files == [] and block.notes and block.answers[0].group == "district"
