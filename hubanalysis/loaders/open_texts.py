"""Open answers of questionnaires and notes of observers, to be read and coded as interviews are."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from hubanalysis.errors import filled
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.errors import Problem
    from hubanalysis.study import Study
    from hubanalysis.study.model import OpenAnswers

__all__ = ["OPEN_TEXT_COLUMNS", "load_open_texts"]

OPEN_TEXT_COLUMNS = [
    "name", "author", "who", "kind", "group", "date", "municipality", "wave", "language", "text",
]  # fmt: skip


def load_open_texts(
    study: Study, raw: Mapping[str, pd.DataFrame], problems: list[Problem], account: list[dict]
) -> pd.DataFrame:
    """One row an open answer that study.yaml asks for, and a row an observer's note; nothing where none is declared.

    ``raw`` are the study's tables as loaded. Columns: ``kind`` (answer, note), ``author`` (person, organisation,
    observer) and ``who``, the raw id of the author; ``name``, what with the author's pseudonym makes the text's name
    (instrument, item and wave; ``note`` and the visit); ``group`` (the declared attribute, the kind of activity),
    ``date``, ``municipality``, ``wave``, ``language``, ``text`` (NFC, blanks single). Answers of a comparison group are
    left out and counted; a question that is not there, or has no free text, is an error with its line.
    """
    block = study.model.interviews
    if block is None:
        return pd.DataFrame(columns=OPEN_TEXT_COLUMNS)
    telling = Telling(problems, account)
    parts = [_answers(study, j, asked, raw, telling) for j, asked in enumerate(block.answers)]
    if block.notes and study.model.observations:
        parts.append(_notes(raw, telling))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=OPEN_TEXT_COLUMNS)
    texts = pd.concat(parts, ignore_index=True).assign(language=block.language)
    texts["text"] = texts["text"].map(
        lambda words: " ".join(unicodedata.normalize("NFC", str(words)).split())
    )
    return texts.drop_duplicates(["name", "author", "who", "text"])[OPEN_TEXT_COLUMNS].reset_index(drop=True)


def _answers(
    study: Study, position: int, asked: OpenAnswers, raw: Mapping[str, pd.DataFrame], telling: Telling
) -> pd.DataFrame:
    answers = raw.get("answers", pd.DataFrame(columns=["instrument"]))
    answers = answers[answers["instrument"] == asked.instrument]
    if not len(answers):
        return pd.DataFrame(columns=OPEN_TEXT_COLUMNS)
    types = answers.drop_duplicates("item").set_index("item")["type"]
    texts = [item for item in types.index if types[item] == "text"]
    wanted = []
    for number, item in enumerate(asked.items):
        if item in texts:
            wanted.append(item)
            continue
        close = nearest(item, texts)
        telling.error(
            mark("the answers to this question are no free text")
            if item in types.index
            else mark("the questionnaire has no such question"),
            filled(mark("did you mean {close}?"), close=repr(close))
            if close
            else mark("name a question with free text under `interviews`"),
            file=f"{study.path.parent.name}/study.yaml",
            row=study.line("interviews", "answers", position, "items", number),
            column="interviews > answers",
            value=item,
        )
    found = answers[answers["item"].isin(wanted) & (answers["status"] == "answered")]
    found = found[found["value"].fillna("").astype("str").str.contains(r"\w", regex=True)]
    found = found.assign(**{c: found[c].astype("str") for c in ("id", "wave", "item", "instrument", "about")})
    people = (found["about"] == "people").all()
    respondents = raw["respondents"]
    mine = respondents[respondents["instrument"] == asked.instrument].drop_duplicates(["id", "wave"])
    keys = {c: mine[c].astype("str") for c in ("id", "wave")}
    found = found.merge(
        mine.assign(**keys)[["id", "wave", "arm", "submitted"]], on=["id", "wave"], how="left"
    )
    others = found["arm"].astype("str") == "comparison"
    telling.count(
        "interviews",
        mark("open answers of people") if people else mark("open answers of organisations"),
        len(found),
        int((~others).sum()),
        mark("answers of the comparison group") if others.any() else "",
    )
    found = found[~others]
    return pd.DataFrame(
        {
            "name": found["instrument"] + "_" + found["item"] + "_" + found["wave"],
            "author": "person" if people else "organisation",
            "who": found["id"],
            "kind": "answer",
            "group": found["id"].map(_attribute(raw, asked)) if asked.group else None,
            "date": found["submitted"],
            "municipality": None,
            "wave": found["wave"],
            "text": found["value"],
        }
    )


def _attribute(raw: Mapping[str, pd.DataFrame], asked: OpenAnswers) -> dict[str, str]:
    """Who answers -> the value of the attribute that tells groups apart."""
    attributes = raw["attributes"]
    mine = attributes[attributes["attribute"] == asked.group]
    return dict(zip(mine["id"].astype("str"), mine["value"], strict=True))


def _notes(raw: Mapping[str, pd.DataFrame], telling: Telling) -> pd.DataFrame:
    notes, visits, activities = raw["notes"], raw["observations"], raw["activities"]
    given = notes[notes["text"].fillna("").astype("str").str.contains(r"\w", regex=True)]
    telling.count("interviews", mark("notes of observers"), len(given), len(given), "")
    dates = visits.drop_duplicates("observation").set_index("observation")["date"]
    places = activities.drop_duplicates("activity").set_index("activity")
    return pd.DataFrame(
        {
            "name": "note_" + given["observation"].astype("str"),
            "author": "observer",
            "who": given["observer"],
            "kind": "note",
            "group": given["activity"].map(places["kind"]),
            "date": given["observation"].map(dates),
            "municipality": given["activity"].map(places["municipality"]),
            "wave": None,
            "text": given["text"],
        }
    )
