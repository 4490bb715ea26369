"""One small export of each collecting program, written as the program writes it: the right values arrive.

The samples follow the programs' own documents: LimeSurvey manual, "Exporting results" (headings as question codes or
full texts, `-oth-`, `N/A` for hidden questions); Microsoft Forms in Excel (ID, times, e-mail, name, then the
questions; choices joined by `;`); Google Forms' response sheet (time stamp first, choices joined by `, `, grids as
`Question [Row]`); Qualtrics "Understanding your data set" (three rows of headings); KoboToolbox and ODK Central
(groups before the name). docs/data.md declares each of them, and these declarations are what is tested.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from loader_studies import make_study, whats

from hubanalysis.loaders.tabular import load_tables
from hubanalysis.prepare import read_study_data

QUESTIONS = """
instruments:
  - id: people
    about: people
    code: [code]
    missing: {"N/A": not_asked}
    questions:
      - {id: code, label: Il suo codice, type: text}
      - {id: wb_SQ001, label: Mi sento bene, type: select_one, choices: &agree {"1": Per niente, "2": Poco, "3": Molto}}
      - {id: wb_SQ002, label: "Dormo bene, di solito", type: select_one, choices: *agree}
      - id: how
        label: "Come ci ha conosciuti?"
        type: select_one
        other: true
        choices: {paper: Sul giornale, friend: Da amici}
      - id: why
        label: "Perché viene?"
        type: select_multiple
        other: true
        choices: {SQ001: Non ho tempo, SQ002: "È vicino, e ho l'auto", SQ003: È vicino}
      - {id: age, label: Età, type: integer}
      - {id: open, label: Dica, type: text}
    exports:
      - {wave: before, %s}
    scales:
      - {id: s, label: S, area: wellbeing, items: [wb_SQ001, wb_SQ002], range: [1, 3]}
"""


def documented() -> dict[str, str]:
    """Tool -> how docs/data.md declares its export."""
    page = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
    block = re.search(r"### Exports, tool by tool.*?```yaml\n(.*?)```", page, re.DOTALL)[1]
    return dict(re.findall(r"# (.+)\n- \{wave: before, (.+)\}\n", block))


def load(folder, export, files, block=QUESTIONS):
    """The export as docs/data.md declares it for this tool; ``export`` is the tool's name there."""
    study = make_study(folder, block % documented()[export], files)
    problems, account = [], []
    return study, load_tables(study, problems, account), problems


def values(tables, person):
    """Item -> value, or the status in brackets where there is none."""
    mine = tables["answers"][tables["answers"]["id"] == person].astype("str")
    return {
        item: value if status == "answered" else f"({status})"
        for item, value, status in mine[["item", "value", "status"]].itertuples(index=False)
    }


LIME_CODES = (
    '\ufeff"id";"submitdate";"lastpage";"startlanguage";"seed";"code";"wb[SQ001]";"wb[SQ002]";"how";"how[other]";'
    '"why[SQ001]";"why[SQ002]";"why[SQ003]";"why[other]";"age";"open"\n'
    '"1";"2022-03-15 10:00:00";"3";"it";"884";"007";"3";"1";"-oth-";"tramite mia zia";"Y";"";"";"mi piace; e poi, sì";'
    '"41.0000000000";"NA"\n'
    '"2";"2022-03-15 11:00:00";"3";"it";"885";"B2";"2";"";"paper";"N/A";"N/A";"N/A";"N/A";"N/A";"N/A";""\n'
    '"3";"2022-03-15 12:00:00";"3";"it";"886";"C3";"2";"2";"";"";"";"Y";"";"";"";""\n'
)
LIME_TEXTS = (
    '"ID risposta","Data invio","Ultima pagina","Lingua iniziale","Seme","Il suo codice","Come sta? [Mi sento bene]",'
    '"Come sta? [Dormo bene, di solito]","Come ci ha conosciuti?","Come ci ha conosciuti? [Altro]",'
    '"Perché viene? [Non ho tempo]","Perché viene? [È vicino, e ho l\'auto]","Perché viene? [È vicino]",'
    '"Perché viene? [Altro]","Età","Dica"\n'
    '"1","2022-03-15 10:00:00","3","it","884","007","Molto","Per niente","Altro","tramite mia zia","Sì","No","No",'
    '"mi piace; e poi, sì","41","NA"\n'
    '"2","2022-03-15 11:00:00","3","it","885","B2","Poco","","Sul giornale","N/A","N/A","N/A","N/A","N/A","N/A",""\n'
    '"3","2022-03-15 12:00:00","3","it","886","C3","Poco","Poco","","","No","Sì","No","","",""\n'
)
LIME = {
    "007": {
        "wb_SQ001": "3", "wb_SQ002": "1", "how": "other", "how_other": "tramite mia zia", "why/SQ001": "1",
        "why/SQ002": "0", "why/SQ003": "0", "why/other": "1", "why_other": "mi piace; e poi, sì",
        "age": "41", "open": "NA",
    },
    "B2": {
        "wb_SQ001": "2", "wb_SQ002": "(not_answered)", "how": "paper", "how_other": "(not_asked)",
        "why/SQ001": "(not_asked)", "why/SQ002": "(not_asked)", "why/SQ003": "(not_asked)",
        "why/other": "(not_asked)", "why_other": "(not_asked)", "age": "(not_asked)", "open": "(not_answered)",
    },
    "C3": {
        "wb_SQ001": "2", "wb_SQ002": "2", "how": "(not_answered)", "how_other": "(not_asked)", "why/SQ001": "0",
        "why/SQ002": "1", "why/SQ003": "0", "why/other": "0", "why_other": "(not_asked)", "age": "(not_answered)",
        "open": "(not_answered)",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "export"),
    [
        (LIME_CODES, "LimeSurvey, question codes and answer codes"),
        (LIME_TEXTS, "LimeSurvey, full question text and full answers"),
    ],
)
def test_limesurvey_in_codes_and_in_full_texts(tmp_path, text, export):
    _, tables, problems = load(tmp_path, export, {"lime.csv": text})
    assert whats(problems) == []
    for person, expected in LIME.items():
        assert values(tables, person) == expected
    assert tables["respondents"]["submitted"].dt.strftime("%d/%m/%Y").unique().tolist() == ["15/03/2022"]


MICROSOFT = {
    "Sheet1": [
        ["ID", "Ora di inizio", "Ora di completamento", "Posta elettronica", "Nome", "Il suo codice", "Mi sento bene",
         "Dormo bene, di solito", "Come ci ha conosciuti?", "Perché viene?", "Età", "Dica"],
        [1, datetime.datetime(2022, 3, 15, 9, 50), datetime.datetime(2022, 3, 15, 10, 0), "gino@example.org",
         "Gino Bartali", "007", "Molto", "Per niente", "tramite mia zia", "Non ho tempo;mi piace, e poi sì;", 41, "NA"],
        [2, datetime.datetime(2022, 3, 15, 10, 50), datetime.datetime(2022, 3, 15, 11, 0), "anonymous", None, "B2",
         "Poco", None, "Sul\xa0giornale", "È vicino, e ho l’auto;È vicino;", None, None],
        [3, datetime.datetime(2022, 3, 15, 11, 50), datetime.datetime(2022, 3, 15, 12, 0), "anonymous", None, "C3",
         "Poco", "Poco", "Da amici", "È vicino, e ho l'auto;", None, None],
    ]
}  # fmt: skip
MICROSOFT_EXPORT = "Microsoft Forms"


def test_microsoft_forms(tmp_path):
    study, tables, problems = load(tmp_path, MICROSOFT_EXPORT, {"forms.xlsx": MICROSOFT})
    assert whats(problems) == []
    first, second, third = (values(tables, person) for person in ("007", "B2", "C3"))
    assert (first["wb_SQ001"], first["how"], first["how_other"]) == ("3", "other", "tramite mia zia")
    assert first["why_other"] == "mi piace, e poi sì"
    assert [first[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003", "other")] == ["1", "0", "0", "1"]
    assert [second[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003", "other")] == ["0", "1", "1", "0"]
    assert [third[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003", "other")] == ["0", "1", "0", "0"]
    assert (second["how"], second["wb_SQ002"], second["age"]) == ("paper", "(not_answered)", "(not_answered)")
    for name, frame in read_study_data(study).tables.items():
        cells = frame.astype("object").fillna("").astype("str")
        assert not cells.map(lambda cell: "gino" in cell.casefold()).to_numpy().any(), name


@pytest.mark.parametrize("called", ["Nome", "Posta elettronica"])
def test_who_answered_is_no_answer_even_to_a_question_of_that_name(tmp_path, called):
    block = QUESTIONS.replace("label: Dica", f"label: {called}")
    _, tables, problems = load(tmp_path, MICROSOFT_EXPORT, {"forms.xlsx": MICROSOFT}, block)
    assert values(tables, "007")["open"] == "(not_asked)"
    assert "gino" not in " ".join(map(str, problems)).casefold()


GOOGLE = (
    "Informazioni cronologiche,Indirizzo email,Il suo codice,Come sta? [Mi sento bene],"
    '"Come sta? [Dormo bene, di solito]",Come ci ha conosciuti?,Perché viene?,Età,Dica\n'
    "03/04/2022 9.30.05,gino@example.org,007,Molto,Per niente,tramite mia zia,"
    '"Non ho tempo, mi piace, e poi sì",41,NA\n'
    '03/04/2022 10.30.05,,B2,Poco,,Sul giornale,"È vicino, e ho l\'auto",,\n'
    '03/04/2022 11.30.05,,C3,Poco,Poco,Da amici,"Non ho tempo, È vicino, e ho l\'auto, È vicino",,\n'
)
GOOGLE_EXPORT = "Google Forms"


def test_google_forms(tmp_path):
    _, tables, problems = load(tmp_path, GOOGLE_EXPORT, {"google.csv": GOOGLE})
    assert whats(problems) == []
    first, second, third = (values(tables, person) for person in ("007", "B2", "C3"))
    assert (first["how"], first["how_other"], first["wb_SQ002"]) == ("other", "tramite mia zia", "1")
    assert [first[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003", "other")] == ["1", "0", "0", "1"]
    assert first["why_other"] == "mi piace, e poi sì"
    assert [second[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003", "other")] == ["0", "1", "0", "0"]
    assert [third[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003", "other")] == ["1", "1", "1", "0"]
    assert set(tables["respondents"]["submitted"].dt.strftime("%d/%m/%Y")) == {"03/04/2022"}


def test_a_text_in_place_of_a_choice_is_refused_where_the_question_asks_for_none(tmp_path):
    block = QUESTIONS.replace("other: true", "other: false")
    _, tables, problems = load(tmp_path, GOOGLE_EXPORT, {"google.csv": GOOGLE}, block)
    assert {(p.severity, p.row, p.column) for p in problems} == {
        ("error", 2, "Come ci ha conosciuti?"), ("error", 2, "Perché viene?"),
    }  # fmt: skip
    assert "zia" not in " ".join(map(str, problems))
    assert values(tables, "007")["how"] == "(invalid)"


def test_a_choice_behind_the_text_of_other_is_not_cut_by_guess(tmp_path):
    text = GOOGLE.replace("Non ho tempo, mi piace, e poi sì", "mi piace, Non ho tempo")
    _, tables, problems = load(tmp_path, GOOGLE_EXPORT, {"google.csv": text})
    assert [(p.row, p.column) for p in problems] == [(2, "Perché viene?")]
    assert values(tables, "007")["why/SQ001"] == "(invalid)"


def test_the_text_of_other_is_redacted(tmp_path):
    text = GOOGLE.replace("tramite mia zia", "chiedere a zia@example.org")
    study, _, _ = load(tmp_path, GOOGLE_EXPORT, {"google.csv": text})
    answers = read_study_data(study).tables["answers"]
    (told,) = answers.loc[(answers["item"] == "how_other") & (answers["status"] == "answered"), "value"]
    assert told.startswith("chiedere a ") and "zia@" not in told


QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,RecipientLastName,RecipientEmail,"
    "code,wb_SQ001,wb_SQ002,how,why,age,open\n"
    "Start Date,End Date,Response Type,IP Address,Progress,Finished,Recorded Date,Response ID,Recipient Last Name,"
    "Recipient Email,Il suo codice,Mi sento bene,Dormo bene,Come?,Perché viene?,Età,Dica\n"
    '"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}",{},{},{},{},{},{},{},{},'
    '"{""ImportId"":""QID1""}",{},{},{},{},{},{}\n'
    "2022-03-15 09:50:00,2022-03-15 10:00:00,0,192.0.2.7,100,1,2022-03-15 10:00:01,R_1,Bartali,gino@example.org,"
    '007,3,1,paper,"SQ001,SQ003",41,NA\n'
)


def test_qualtrics_with_its_three_rows_of_headings(tmp_path):
    _, tables, problems = load(tmp_path, "Qualtrics", {"qualtrics.csv": QUALTRICS})
    assert whats(problems) == []
    found = values(tables, "007")
    assert (found["wb_SQ001"], found["how"], found["age"], found["open"]) == ("3", "paper", "41", "NA")
    assert [found[f"why/{c}"] for c in ("SQ001", "SQ002", "SQ003")] == ["1", "0", "1"]
    assert len(tables["respondents"]) == 1


FORM = {
    "survey": [
        ["type", "name", "label::Italiano (it)", "label::English (en)", "relevant"],
        ["text", "code", "Il suo codice", "Your code"],
        ["begin_group", "visit", "La visita", "The visit"],
        ["select_one how or_other", "how", "Come?", "How?"],
        ["select_multiple why", "why", "Perché?", "Why?"],
        ["text", "why_else", "Quale?", "Which?", "selected(${why}, 'other')"],
        ["end_group"],
    ],
    "choices": [
        ["list_name", "name", "label::Italiano (it)", "label::English (en)"],
        ["how", "paper", "Sul giornale", "The paper"],
        ["why", "time", "Non ho tempo", "No time"],
        ["why", "far", "È vicino, e ho l'auto", "It is near, and I have a car"],
        ["why", "other", "Altro", "Other"],
    ],
}
WITH_FORM = """
instruments:
  - {id: people, about: people, form: form.xlsx, code: [code], exports: [{wave: before, %s}]}
"""
KOBO_NAMES = [
    ["start", "end", "code", "visit/how", "visit/how_other", "visit/why", "visit/why/time", "visit/why/far",
     "visit/why/other", "visit/why_else", "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status",
     "_submitted_by", "__version__", "_tags", "_index"],
    ["2022-03-15T09:50:00.000+01:00", "2022-03-15T10:00:00.000+01:00", "007", "other", "tramite mia zia", "far other",
     0, 1, 1, "il cane", 501, "aaa", "2022-03-15T09:00:01", None, None, "submitted_via_web", None, "v1", None, 1],
]  # fmt: skip
KOBO_LABELS = [
    ["Il suo codice", "La visita/Come?", "La visita/Specify other.", "La visita/Perché?",
     "La visita/Perché?/Non ho tempo", "La visita/Perché?/È vicino, e ho l'auto", "La visita/Perché?/Altro",
     "La visita/Quale?", "_id", "_uuid", "_index"],
    ["007", "Altro", "tramite mia zia", "È vicino, e ho l'auto Altro", 0, 1, 1, "il cane", 501, "aaa", 1],
]  # fmt: skip
CENTRAL = (
    "SubmissionDate,code,visit-how,visit-how_other,visit-why,visit-why_else,meta-instanceID,KEY,SubmitterID,SubmitterName,"
    "AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n"
    "2022-03-15T09:00:01.000Z,007,other,tramite mia zia,far other,il cane,uuid:aaa,uuid:aaa,12,Anna,0,0,,,,0,1\n"
)


@pytest.mark.parametrize(
    ("export", "files"),
    [
        ("KoboToolbox, XML values and headers", {"kobo.xlsx": {"Dati": KOBO_NAMES}}),
        ("KoboToolbox, labels", {"kobo.xlsx": {"Dati": KOBO_LABELS}}),
        ("ODK Central", {"central.csv": CENTRAL}),
    ],
)
def test_kobotoolbox_and_odk_central_with_groups_before_the_names(tmp_path, export, files):
    _, tables, problems = load(tmp_path, export, {"form.xlsx": FORM, **files}, WITH_FORM)
    assert whats(problems) == []
    assert values(tables, "007") == {
        "how": "other", "how_other": "tramite mia zia", "why/time": "0", "why/far": "1", "why/other": "1",
        "why_else": "il cane",
    }  # fmt: skip
    assert "Anna" not in tables["answers"].astype("str").to_string()


def test_limesurvey_answer_codes_become_numbers_by_their_labels(tmp_path):
    choices = '{"1": A1, "2": A2, "3": A3}'
    block = QUESTIONS.replace('{"1": Per niente, "2": Poco, "3": Molto}', choices)
    text = LIME_CODES.replace('"007";"3";"1"', '"007";"A3";"A1"').replace('"B2";"2";', '"B2";"A2";')
    _, tables, problems = load(
        tmp_path,
        "LimeSurvey, question codes and answer codes",
        {"lime.csv": text.replace('"C3";"2";"2"', '"C3";"A2";"A2"')},
        block,
    )
    assert problems == []
    numbers = tables["answers"][tables["answers"]["item"] == "wb_SQ001"]["number"]
    assert numbers.tolist() == [3, 2, 2]


def test_odk_central_with_a_repeated_group(tmp_path):
    form = {
        **FORM,
        "survey": [
            *FORM["survey"],
            ["begin_repeat", "child", "Figlio"],
            ["integer", "age", "Età"],
            ["end_repeat"],
        ],
    }
    files = {
        "form.xlsx": form,
        "central.csv": CENTRAL,
        "central-child.csv": "age,PARENT_KEY,KEY\n7,uuid:aaa,uuid:aaa/child[1]\n",
    }
    _, tables, problems = load(tmp_path, "ODK Central, with a repeated group", files, WITH_FORM)
    assert problems == []
    assert tables["repeats"][["id", "group", "entry", "item", "number"]].values.tolist() == [
        ["007", "child", 1, "age", 7.0]
    ]
