"""Who speaks: the usual markings are told by themselves, and what only looks like a speaker stays words."""

from __future__ import annotations

import random
import re

import pytest

from hubanalysis.loaders.paragraphs import Line
from hubanalysis.loaders.speaker_labels import folded, is_name, roles_of, without_leading_time, without_times
from hubanalysis.loaders.speakers import find_speakers
from hubanalysis.loaders.transcripts import read_transcript

TALK = [
    ("INT", "Buongiorno, come sta oggi?"),
    ("P1", "Bene, sono arrivata alle 17:30 - tardi - con mia sorella."),
    ("INT", "E poi, tipo: cosa è cambiato?"),
    ("P2", "Niente. Ore 9: ero già qui, nota: da sola (ride)."),
    ("P1", "Guardi http://esempio.it, sta tutto lì [pausa]."),
    ("INT", "Grazie."),
]
WRITTEN = {
    "colon": "{0}: {1}\n",
    "a line after each": "{0}: {1}\n\n",
    "time before": "00:01:2{2} {0}: {1}\n",
    "time in brackets before": "[00:01:2{2}] {0}: {1}\n",
    "time behind": "{0} (00:01:2{2}): {1}\n",
    "numbered": "{2}. {0}: {1}\n",
    "dash": "{0} - {1}\n",
    "long dash": "{0} — {1}\n",
    "bracket": "[{0}] {1}\n",
    "round bracket": "({0}) {1}\n",
    "alone": "{0}\n{1}\n",
    "alone with a time": "{0}  0:0{2}\n{1}\n\n",
    "time above": "00:00:0{2} {0}\n{1}\n",
    "tab": "{0}\t{1}\n",
    "time, tab": "00:0{2}\t{0}\t{1}\n",
    "stars": "**{0}:** {1}\n",
    "arrows": ">> {0}: {1}\n",
    "stamp": "{0}: {1} #00:00:1{2}-4#\n",
    "span": "[00:00:0{2} --> 00:00:1{2}] {0}: {1}\n",
}


def turns_of(tmp_path, text, problems=None, name="I01.txt", **how):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return [
        (t.speaker, t.text)
        for t in read_transcript(tmp_path / name, problems if problems is not None else [], **how).turns
    ]


def said(text, **how):
    lines = [Line(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    spoken = find_speakers(lines, **how)
    return spoken.marking, [(p.label, p.words) for p in spoken.pieces], spoken


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize(
    ("asks", "one", "two"), [("INT", "P1", "P2"), ("Intervistatrice", "Maria", "Speaker 2")]
)
def test_every_usual_marking_gives_the_same_turns(tmp_path, how, asks, one, two):
    talk = [({"INT": asks, "P1": one, "P2": two}[who], words) for who, words in TALK]
    talk = [*talk, (two, "Sì."), (one, "Certo."), (two, "Ecco."), (one, "No, davvero.")]
    text = "".join(WRITTEN[how].format(who, words, n) for n, (who, words) in enumerate(talk))
    problems = []
    assert turns_of(tmp_path, text, problems) == talk
    assert problems == []


@pytest.mark.parametrize(
    ("asks", "answers"), [("D", "R"), ("Q", "A"), ("I", "P"), ("I", "R"), ("Ric.", "Part.")]
)
def test_single_letters_are_speakers_and_who_asks_is_known(tmp_path, asks, answers):
    talk = [(asks, "Come va?"), (answers, "Bene."), (asks, "Poi?"), (answers, "Poi niente.")]
    text = "".join(f"{who}: {words}\n" for who, words in talk)
    found = turns_of(tmp_path, text)
    assert [words for _, words in found] == [words for _, words in talk]
    roles = roles_of([who for who, _ in found], [])
    assert [roles[who] for who, _ in found] == ["interviewer", "interviewee"] * 2


def test_one_label_written_in_several_ways_is_one_speaker():
    text = "INT: Uno?\nP1: Sì.\nInt.: Due?\nP 1: No.\nint: Tre?\np1: Mai.\nINT: Quattro?"
    _, pieces, _ = said(text)
    assert [who for who, _ in pieces] == ["INT", "P1", "INT", "P1", "INT", "P1", "INT"]


def test_a_slip_of_the_pen_is_mended_and_told_but_never_in_a_number(tmp_path):
    turn = "Intervistatrice: Allora?\nFrancesca: Eccomi.\n"
    problems = []
    found = turns_of(tmp_path, turn * 3 + "Intervistatrice: E?\nFrancecsa: Già.\n", problems)
    assert found[-1] == ("Francesca", "Già.")
    assert [(p.row, p.severity) for p in problems] == [(8, "warning")] and "slip" in problems[0].what
    found = turns_of(tmp_path, "Speaker 1: Sì?\nSpeaker 2: No.\n" * 3 + "Speaker 3: Ah.\n")
    assert found[-1] == ("Speaker 3", "Ah.")
    found = turns_of(tmp_path, "INT: Sì?\nFrancesca: No.\n" * 3 + "Francesco: Ah.\n")
    assert found[-1] == ("Francesca", "No. Francesco: Ah.")  # two people, perhaps: not made one


def test_a_label_in_capitals_that_comes_once_is_a_speaker_and_told(tmp_path):
    problems = []
    found = turns_of(tmp_path, "INT: Sì?\nP1: No.\nINT: E?\nGIOVANNA: Posso?\nP1: Certo.\n", problems)
    assert ("GIOVANNA", "Posso?") in found
    assert [(p.row, p.value) for p in problems] == [(4, "")] and "GIOVANNA" not in str(problems[0])


@pytest.mark.parametrize(
    "line",
    [
        "17:30 siamo usciti", "17: 30 persone", "ore 9: la colazione", "Ore 9: la colazione", "nota: era stanca",
        "NB: da rivedere", "Nota: era stanca", "http://comune.siena.it", "(ride)", "[pausa] poi", "RIDE - piano",
        "tipo: sempre", "Cioè: mai", "OK - va bene", "(P1 ride) e basta", "SÌ", "- un elenco", "Il 3: era sera",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_speaker_stays_in_the_turn(line):
    text = "\n".join(
        ["INT: Come?", "P1: Così.", line, "INT: E poi?", "P1: Poi.", line, "INT: Ah.", "P1: Già.", line]
    )
    _, pieces, _ = said(text)
    assert [who for who, _ in pieces if who] == ["INT", "P1"] * 3
    assert [words for who, words in pieces if not who] == [line] * 3


def test_what_stands_above_the_talk_is_no_turn(tmp_path):
    head = "Intervista 3\nData: 5 luglio 2022\nLuogo: Siena\nIntervistatrice: Anna Bini\nIntervistata: Maria Rossi\n\n"
    problems = []
    found = turns_of(tmp_path, head + "D: Come va?\nR: Bene.\nD: Poi?\nR: Ecco.\n", problems)
    assert found == [("D", "Come va?"), ("R", "Bene."), ("D", "Poi?"), ("R", "Ecco.")]
    assert [(p.what[:32], p.count) for p in problems] == [("lines before the first speaker a", 5)]
    assert "Bini" not in str(problems)
    only = "INT: Benvenute, chi comincia a raccontare come siete arrivate qui?\nP1: Io.\nP2: Io.\nP1: No.\nP2: Sì.\n"
    assert turns_of(tmp_path, only)[0][0] == "INT"  # a real question asked once is a turn


def test_a_table_with_a_head_is_read_by_its_columns(tmp_path):
    text = "start\tend\tspeaker\ttext\tnote\n0.1\t2.4\tA1\tCome va?\t\n"
    text += '2.5\t3\tB2\t"Dico ""bene"""\ttimida\n4\t5\tB2\tEcco.\t\n'
    (tmp_path / "I01.tsv").write_text(text, encoding="utf-8")
    transcript = read_transcript(tmp_path / "I01.tsv", [])
    assert [(t.speaker, t.text) for t in transcript.turns] == [
        ("A1", "Come va?"),
        ("B2", 'Dico "bene" Ecco.'),
    ]
    assert sum(transcript.left_out.values()) == 5 + 1  # the head, and the note


def test_a_number_that_is_an_answer_is_not_taken_for_a_time(tmp_path):
    found = turns_of(tmp_path, "INT\tA che ora?\nP1\t17:30\nINT\tIn che anno?\nP1\t1945\n")
    assert found == [("INT", "A che ora?"), ("P1", "17:30"), ("INT", "In che anno?"), ("P1", "1945")]
    assert turns_of(tmp_path, "INT: Ora?\nP1: 17:30\nINT: E poi?\nP1: alle 9:00 (0:12)\n")[1] == (
        "P1",
        "17:30",
    )


@pytest.mark.parametrize("sign", [".", ")", "/"])
def test_known_labels_may_end_in_a_stop_and_initials_are_no_speakers(tmp_path, sign):
    text = f"D{sign} Come va?\nR{sign} Bene.\nD{sign} Poi?\nR{sign} Niente.\n"
    assert [who for who, _ in turns_of(tmp_path, text)] == ["D", "R", "D", "R"]
    text = "INT: Chi?\nP: Mia cugina.\nP. Rossi, si chiama.\nINT: Ah.\nP: Sì.\n"
    assert turns_of(tmp_path, text)[1] == ("P", "Mia cugina. P. Rossi, si chiama.")


def test_numbered_people_of_a_group_speak_even_once(tmp_path):
    text = "Mod.: Chi?\nDonna 1: Io.\nUomo 2: No.\nMod: Sì.\nDonna 1: Eh.\nDonna 3: Ah.\nUomo 2: Oh.\n"
    problems = []
    assert ("Donna 3", "Ah.") in turns_of(tmp_path, text, problems) and problems == []


@pytest.mark.parametrize(
    ("name", "text", "talk"),
    [
        (  # Word, dictation
            "a.txt",
            "Audio file\na.mp3\n\n00:00:03 Speaker 1\nCome va?\n"
            "00:00:07 Speaker 2\nBene,\ngrazie.\n00:00:12 Speaker 1\nAh.\n",
            [("Speaker 1", "Come va?"), ("Speaker 2", "Bene, grazie."), ("Speaker 1", "Ah.")],
        ),
        (  # Teams, as text
            "a.txt",
            "0:0:0.0 --> 0:0:3.200\nAnna Bini\nCome va?\n0:0:3.5 --> 0:0:7.9\nMaria Rossi\nBene.\n"
            "0:0:8.0 --> 0:0:9.0\nAnna Bini\nAh.\n0:0:9.0 --> 0:0:12.0\nMaria Rossi\nSì.\n",
            [
                ("Anna Bini", "Come va?"),
                ("Maria Rossi", "Bene."),
                ("Anna Bini", "Ah."),
                ("Maria Rossi", "Sì."),
            ],
        ),
        (  # Zoom
            "a.vtt",
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nAnna Bini: Come\n\n2\n00:00:03.000 --> 00:00:05.000\n"
            "Anna Bini: va?\n\n3\n00:00:05.000 --> 00:00:06.000\nUgo Neri: Bene.\n\n"
            "4\n00:00:06.000 --> 00:00:07.000\nUgo Neri: Eh.\n",
            [("Anna Bini", "Come va?"), ("Ugo Neri", "Bene. Eh.")],
        ),
        (  # NVivo: the words come before the speaker
            "a.tsv",
            "Timespan\tContent\tSpeaker\n0:00.0 - 0:12.1\tCome va?\tInt\n0:12.1 - 0:20.0\tBene.\tMaria\n",
            [("Int", "Come va?"), ("Maria", "Bene.")],
        ),
        (
            "a.txt",
            "Ricercatrice: E?\nAssistente sociale: Tutto.\n" * 3,
            [("Ricercatrice", "E?"), ("Assistente sociale", "Tutto.")] * 3,
        ),
        ("a.txt", "int: e?\nanna: no\n" * 4, [("int", "e?"), ("anna", "no")] * 4),
    ],
)
def test_what_programs_and_people_write_is_read(tmp_path, name, text, talk):
    assert turns_of(tmp_path, text, name=name) == talk


def test_somebody_nobody_knows_is_a_speaker_too(tmp_path):
    text = "BO1\tsei qui\n???\tah ecco\nBO1\tsì\nBO2\tno\nBO2\tmai\n"
    expected = [("BO1", "sei qui"), ("???", "ah ecco"), ("BO1", "sì"), ("BO2", "no mai")]
    assert turns_of(tmp_path, text) == turns_of(tmp_path, text, layout="tab") == expected


def test_questions_in_bold_without_labels_are_told():
    lines = [Line(1, "Intervista")] + [Line(n, f"frase {n}", bold=n % 2 == 0) for n in range(2, 8)]
    spoken = find_speakers(lines)
    assert [p.label for p in spoken.pieces] == ["", "D", "R", "D", "R", "D", "R"]
    assert spoken.marking == "bold" and spoken.doubts == [("bold", 2)]


def test_roles_come_from_the_declared_labels_then_from_those_everybody_knows():
    assert roles_of(["S1", "Ada", "Ugo"], ["s 1"]) == {
        "S1": "interviewer",
        "Ada": "interviewee",
        "Ugo": "interviewee",
    }
    assert roles_of(["Moderatrice", "P1", "P2"], ["INT"])["Moderatrice"] == "interviewer"
    assert roles_of(["D", "I"], []) == {"D": "interviewer", "I": "interviewee"}
    assert roles_of(["INT1", "INT2", "Ada"], [])["INT2"] == "interviewer"
    assert roles_of(["Speaker 1", "Speaker 2"], []) == {} and roles_of(["Ada", "Ugo"], []) == {}


def test_labels_that_may_be_names_are_known_from_roles_and_codes():
    assert all(map(is_name, ["Maria", "Maria Rossi", "GIOVANNA", "D'Angelo"]))
    assert not any(
        map(is_name, ["INT", "P1", "Moderatrice", "Assistente Sociale", "Speaker 1", "BO049", "Studentessa"])
    )


def test_times_are_taken_from_labels_and_stay_in_words():
    assert [without_times(t) for t in ("INT 0:03", "[00:01:23] INT", "00:01 - 00:02", "#00:00:12-3#")] == [
        "INT",
        "INT",
        "",
        "",
    ]
    assert (
        without_leading_time("[0:03] alle 9:00") == "alle 9:00"
        and without_leading_time("9:00 circa") == "9:00 circa"
    )
    assert folded("P. 1") == folded("p1") == folded("P1:")


@pytest.mark.parametrize("seed", range(40))
def test_every_word_is_in_one_turn_or_counted_as_left_out(tmp_path, seed):
    """Lines of any kind, well and badly marked, mixed by chance."""
    draw = random.Random(seed)
    words = iter(f"parola{n}x" for n in range(10_000))
    labels = draw.sample(
        ["INT", "P1", "Maria", "Moderatrice", "speaker 2", "BO1", "D", "R", "Ugo Neri", "NOTA"], 4
    )
    shapes = draw.sample([s for s in WRITTEN.values() if "\n{1}" not in s], 2)
    shapes += ["{1}\n", "{1}: {1}\n", "{1}\t{1}\n"]
    text = ""
    for n in range(60):
        some = lambda: " ".join(next(words) for _ in range(draw.randint(1, 4)))  # noqa: E731
        shape = (
            draw.choice(shapes)
            .replace("{1}: {1}", f"{some()}: {some()}")
            .replace("{1}\t{1}", f"{some()}\t{some()}")
        )
        text += shape.format(draw.choice(labels), some(), n % 10)
    (tmp_path / "I01.txt").write_text("INT: via\nP1: sì\nINT: ecco\n" + text, encoding="utf-8")
    transcript = read_transcript(tmp_path / "I01.txt", [])
    spoken = " ".join(f"{t.speaker} {t.text}" for t in transcript.turns)
    written = re.findall(r"parola\d+x", text)
    found = re.findall(r"parola\d+x", spoken)
    assert len(found) == len(set(found)) and len(set(written) - set(found)) <= transcript.left_out.total()
    assert [w for w in written if w in set(found)] == found
