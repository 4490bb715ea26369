"""The interviews as students hand them in: Word and LibreOffice files, plain text, subtitles; and their codings.

The texts are written by hand (folder ``interviews``); nothing here but their form is made.
"""

from __future__ import annotations

import csv
import datetime
import html
import io
import textwrap
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from hubanalysis.instruments.workbook import repeatable_zip, write_workbook

__all__ = ["read_turns", "write_interviews"]

_TEXTS = Path(__file__).with_name("interviews")
_WHEN = datetime.datetime(2022, 11, 30, 12)
_TABLE, _TRACKED = "I03", "I05"
_TYPED_BY = "Studente 2"
# How each transcript is handed in.
_FORMATS = {
    **dict.fromkeys(("I01", "I02", "I03", "I04", "I05"), "docx"),
    **dict.fromkeys(("I06", "I07", "I08", "I09"), "odt"),
    **dict.fromkeys(("I10", "I11", "I12", "I13"), "txt"),
    **dict.fromkeys(("I14", "I15", "I16"), "vtt"),
}

#: Gender, municipality and age band of the participants who talk: the questionnaires are of people like them.
_PARTICIPANTS = {
    "I01": ("female", "poggibonsi", "65_plus"),
    "I02": ("male", "colle_di_val_d_elsa", "14_17"),
    "I03": ("male", "abbadia_san_salvatore", "45_64"),
    "I04": ("female", "siena", "30_44"),
    "I05": ("male", "montepulciano", "65_plus"),
    "I06": ("female", "sinalunga", "45_64"),
}

Turns = list[tuple[str, str]]


def read_turns(interview: str) -> Turns:
    """The turns of an interview as written: (speaker, text)."""
    lines = (_TEXTS / f"{interview}.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(": ", 1)) for line in lines if line]


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of both batches of a hand-written table; either separator, as the writers left it."""
    result = []
    for batch in (1, 2):
        text = (_TEXTS / f"{name}_{batch}.csv").read_text(encoding="utf-8-sig")
        result += csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    return result


def _docx(turns: Turns, interview: str) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.author = _TYPED_BY
    document.core_properties.title = f"Intervista {interview}"
    third = len(turns) // 3
    in_table = range(third, 2 * third) if interview == _TABLE else range(0)
    for k, (speaker, text) in enumerate(turns):
        if k in in_table:  # the middle was typed into a table of two columns
            if k == in_table.start:
                table = document.add_table(rows=0, cols=2)
                table.style = "Table Grid"
            cells = table.add_row().cells
            cells[0].text, cells[1].text = speaker, text
            continue
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{speaker}: ").bold = speaker == "INT"
        if interview == _TRACKED and speaker != "INT":
            _tracked(paragraph, text, k)
        else:
            paragraph.add_run(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return repeatable_zip(buffer.getvalue())


def _tracked(paragraph, text: str, number: int) -> None:
    """``text`` with a correction left open: a slip of the pen struck out, the words that replace it marked as new."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    words = text.split(" ")
    at = 3 + number % 4
    if len(words) < at + 3:
        paragraph.add_run(text)
        return
    paragraph.add_run(" ".join(words[:at]) + " ")
    for kind, tag, content in (("del", "w:delText", "(non si capisce) "), ("ins", "w:t", words[at] + " ")):
        change = OxmlElement(f"w:{kind}")
        change.set(qn("w:id"), str(900 + 2 * number + (kind == "ins")))
        change.set(qn("w:author"), _TYPED_BY)
        change.set(qn("w:date"), _WHEN.isoformat() + "Z")
        run = OxmlElement("w:r")
        piece = OxmlElement(tag)
        piece.set(qn("xml:space"), "preserve")
        piece.text = content
        run.append(piece)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(" ".join(words[at + 1 :]))


def _odt(turns: Turns) -> bytes:
    """An OpenDocument text, written part by part: libraries for it number their namespaces by what ran before."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.text"
    paragraphs = "".join(
        '<text:p><text:span text:style-name="{}">{}: </text:span>{}</text:p>'.format(
            "Domanda" if speaker == "INT" else "Risposta", speaker, html.escape(words, quote=False)
        )
        for speaker, words in turns
    )
    styles = (
        '<style:style style:name="Domanda" style:family="text">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="Risposta" style:family="text"/>'
    )
    spaces = "".join(f' xmlns:{name}="{office}:{name}:1.0"' for name in ("office", "text", "style"))
    spaces += f' xmlns:fo="{office}:xsl-fo-compatible:1.0" office:version="1.2"'
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", kind), ("content.xml", "text/xml"))
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    parts = {
        "mimetype": kind,
        "content.xml": f"{head}<office:document-content{spaces}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{paragraphs}</office:text></office:body></office:document-content>",
        "META-INF/manifest.xml": f'{head}<manifest:manifest xmlns:manifest="{office}:manifest:1.0" '
        f'manifest:version="1.2">{entries}</manifest:manifest>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return repeatable_zip(buffer.getvalue(), stored=["mimetype"])


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _vtt(turns: Turns, interview: str, rng: np.random.Generator) -> bytes:
    """Subtitles as a meeting program writes them: cues of some ten words, the speaker as a voice tag in each."""
    blocks = ["WEBVTT", f"NOTE\nIntervista {interview}"]
    now = 2.0
    for speaker, words in turns:
        rest = words.split(" ")
        while rest:
            size = min(len(rest), int(rng.integers(8, 15)))
            cue, rest = rest[:size], rest[size:]
            lasts = size / rng.uniform(2.2, 3.1)
            text = html.escape(" ".join(cue), quote=False)
            blocks.append(f"{_clock(now)} --> {_clock(now + lasts)}\n<v {speaker}>{text}</v>")
            now += lasts
        now += rng.uniform(0.3, 1.6)
    return ("\n\n".join(blocks) + "\n").encode("utf-8")


def _txt(turns: Turns, interview: str) -> bytes:
    text = "".join(f"{speaker}: {words}\n" for speaker, words in turns)
    if interview == "I11":  # from a Windows notepad
        return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode("utf-8")
    if interview == "I12":  # lines broken by hand, a blank one after each turn
        text = "\n".join(textwrap.fill(turn, 88, break_on_hyphens=False) + "\n" for turn in text.splitlines())
    return text.encode("utf-8")


def _codebook() -> pd.DataFrame:
    from hubanalysis.study.yaml_lines import load_with_lines

    study, _, _ = load_with_lines(
        Path(__file__).with_name("study.yaml").read_text(encoding="utf-8"), "study.yaml"
    )
    rows = [(code["id"], code["label"]["it"], "") for code in study["codebook"]]
    return pd.DataFrame(rows, columns=["code", "label", "parent"])


def _segments(coder: str, plain: dict[str, str]) -> pd.DataFrame:
    """Where each quote of a coder stands, in code points of the plain text."""
    rows = []
    for row in _rows(f"coder_{coder.lower()}"):
        text, quote = plain[row["interview"]], row["quote"]
        if text.count(quote) != 1:
            raise ValueError(
                f"{row['interview']}: a quote of coder {coder} occurs {text.count(quote)} times: {quote}"
            )
        start = text.index(quote)
        rows.append((row["interview"], coder, row["code"], start, start + len(quote)))
    return pd.DataFrame(rows, columns=["interview", "coder", "code", "start", "end"])


def _interviewed(people: dict) -> dict[str, str]:
    """The personal codes of the participants interviewed: of who came, answered twice, and is most like them."""
    who, came, taken, codes = people["people"], people["came"].sum(axis=1), set(), {}
    for row in _rows("register"):
        if row["interview"] not in _PARTICIPANTS:
            continue
        like = np.zeros(len(came), dtype=int)
        wanted = zip(
            (4, 2, 1), ("gender", "municipality", "age_band"), _PARTICIPANTS[row["interview"]], strict=True
        )
        for weight, trait, value in wanted:
            like += weight * (np.asarray(getattr(who, trait)) == value)
        free = [i for i in people["stayers"] if came[i] and i not in taken]
        best = max(free, key=lambda i: (like[i], -i))
        taken.add(best)
        codes[row["interview"]] = "-".join(people["codes"][best])
    return codes


def write_interviews(folder: Path, rng: np.random.Generator, people: dict) -> dict:
    """Write interviews, their register, the names to redact, and two coders' projects; ``people`` are those drawn."""
    from hubanalysis.loaders.refi_writing import write_project

    place = folder / "interviews"
    place.mkdir(parents=True, exist_ok=True)
    (folder / "codings").mkdir(exist_ok=True)
    plain: dict[str, str] = {}
    for interview, kind in _FORMATS.items():
        turns = read_turns(interview)
        plain[interview] = "".join(f"{speaker}: {text}\n" for speaker, text in turns)
        if kind == "docx":
            content = _docx(turns, interview)
        elif kind == "odt":
            content = _odt(turns)
        elif kind == "vtt":
            content = _vtt(turns, interview, rng)
        else:
            content = _txt(turns, interview)
        (place / f"{interview}.{kind}").write_bytes(content)

    columns = {
        "interview": "intervista",
        "group": "gruppo",
        "date": "data",
        "minutes": "minuti",
        "place": "comune",
        "person": "codice personale",
        "interviewer": "chi intervista",
        "summary": "in breve",
    }
    rows = [list(columns.values())]
    codes = _interviewed(people)
    for row in _rows("register"):
        row = {**row, "person": codes.get(row["interview"], "")}
        rows.append([int(row[name]) if name == "minutes" else row[name] for name in columns])
    write_workbook(
        place / "register.xlsx", {"registro": rows}, widths={"registro": (11, 16, 12, 8, 24, 18, 14, 100)}
    )

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(["intervista", "tipo", "testo"])
    names = _rows("names")
    writer.writerows([row["interview"], row["kind"], row["text"]] for row in names)
    (place / "redactions.csv").write_text(buffer.getvalue(), encoding="utf-8", newline="")

    codes, counts = _codebook(), {}
    for coder in ("A", "B"):
        segments = _segments(coder, plain)
        counts[coder] = len(segments)
        path = folder / f"codings/coder_{coder.lower()}.qdpx"
        write_project(path, plain, codes, segments, _WHEN, name=f"Interviste Siena 2022, {coder}")
        path.write_bytes(repeatable_zip(path.read_bytes()))
    return {
        "interviews": len(plain),
        "words": sum(len(text.split()) for text in plain.values()),
        "names_to_redact": len(names),
        "segments": counts,
    }
