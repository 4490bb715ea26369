"""The register of interviews: for each transcript its group, date, place, wave, and who was interviewed by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from hubanalysis.errors import HIDDEN, filled
from hubanalysis.loaders.declared_columns import read_source
from hubanalysis.loaders.person_keys import split_code
from hubanalysis.loaders.telling import Telling, nearest, safe_to_show
from hubanalysis.loaders.typed import to_date
from hubanalysis.locale import mark

if TYPE_CHECKING:
    from hubanalysis.study import Study
    from hubanalysis.study.model import Source

__all__ = ["METADATA", "Register", "listed_names", "read_register"]

METADATA = ["group", "date", "municipality", "wave"]


class Register(NamedTuple):
    """``interviews``: a row each transcript that stands there, with METADATA. ``persons``: interview -> label of the
    speaker ("" where the interview has one interviewee) -> key of the person. ``asking``: interview -> labels."""

    interviews: pd.DataFrame
    persons: dict[str, dict[str, str]]
    asking: dict[str, list[str]]


def read_register(
    study: Study, names: list[str], telling: Telling, codes: pd.DataFrame | None = None
) -> Register:
    """What the declared register says of the transcripts ``names``.

    Columns: ``interview`` (the file's name; its ending and capitals do not matter), ``group``, ``date``,
    ``municipality``, ``wave``, ``person`` (the personal code, as in questionnaires), ``speaker`` (which label in the
    transcript is this person's, where several are interviewed: then a row for each), ``interviewer`` (labels of those
    who ask). ``codes`` are the questionnaires'. What does not fit is told with its row; a code never is.
    """
    source = study.model.interviews.metadata
    nothing = Register(pd.DataFrame(columns=["interview", *METADATA]), {}, {})
    rows = _table(study, source, telling, ("interview",)) if source else None
    if rows is None:
        return nothing
    rows = rows[rows["interview"] != ""]
    rows = rows.assign(**{c: "" for c in (*METADATA, "person", "speaker", "interviewer") if c not in rows})
    rows = _known(rows, names, source, telling)
    rows["date"] = _dates(rows["date"], source, telling)
    rows["wave"] = _waves(rows["wave"], study, source, telling)
    persons: dict[str, dict[str, str]] = {}
    keys = _person_keys(rows["person"], study, source, codes, telling)
    for interview, speaker, key in zip(rows["interview"], rows["speaker"], keys, strict=True):
        if key:
            persons.setdefault(interview, {})[speaker.strip()] = key
    asking: dict[str, list[str]] = {}
    for interview, labels in zip(rows["interview"], rows["interviewer"], strict=True):
        asking.setdefault(interview, []).extend(x.strip() for x in re.split(r"[,;/|]", labels) if x.strip())
    found = rows.drop_duplicates("interview")[["interview", *METADATA]].replace("", None)
    for name in names:
        if name not in set(found["interview"]):
            telling.warning(
                mark("this interview is not in the register of interviews"),
                mark("add a row for it"),
                file=source.file,
                column="interview",
                value=name,
            )
    return Register(found, persons, asking)


def _known(rows: pd.DataFrame, names: list[str], source: Source, telling: Telling) -> pd.DataFrame:
    """The rows of interviews that have a transcript, each once, or once for each speaker."""
    stems = {name.casefold(): name for name in names}
    given = rows["interview"].map(
        lambda name: stems.get(name.casefold()) or stems.get(Path(name).stem.casefold())
    )
    for row in rows.index[given.isna()]:
        telling.warning(
            mark("this interview has no transcript"),
            mark("add the transcript, or take the row out"),
            file=source.file,
            row=int(row),
            column="interview",
            value=safe_to_show(rows.at[row, "interview"]),
        )
    rows = rows.assign(interview=given)[given.notna()]
    again = rows.duplicated(["interview", "speaker"])
    several = rows["interview"].duplicated(keep=False) & (rows["speaker"] == "")
    again |= several & rows["interview"].duplicated()
    for row in rows.index[again]:
        telling.error(
            mark("this interview stands here twice"),
            mark("keep one of the rows, or name each person's label in a column `speaker`"),
            file=source.file,
            row=int(row),
            column="interview",
        )
    return rows[~again].copy()


def _dates(cells: pd.Series, source: Source, telling: Telling) -> pd.Series:
    cells = cells.fillna("").astype("str")
    dates, misfits = to_date(cells, source.dates)
    for row in cells.index[misfits]:
        telling.warning(
            mark("this is no date, and was left out"),
            mark("correct it, or declare the order of day and month under `dates`"),
            file=source.file,
            row=int(row),
            column=source.columns.get("date", "date"),
            value=safe_to_show(cells.at[row]),
        )
    return dates


def _waves(cells: pd.Series, study: Study, source: Source, telling: Telling) -> pd.Series:
    known = {label.casefold(): wave.id for wave in study.model.waves for label in wave.label.values()}
    known |= {wave.id.casefold(): wave.id for wave in study.model.waves}
    found = cells.str.strip().str.casefold().map(known)
    for row in cells.index[found.isna() & (cells != "")]:
        close = nearest(cells.at[row], known)
        telling.warning(
            mark("this is no declared wave, and was left out"),
            filled(mark("did you mean {close}?"), close=repr(known[close]))
            if close
            else mark("write the wave as study.yaml does"),
            file=source.file,
            row=int(row),
            column=source.columns.get("wave", "wave"),
            value=safe_to_show(cells.at[row]),
        )
    return found.astype("object").where(found.notna(), None)


def _person_keys(
    cells: pd.Series, study: Study, source: Source, codes: pd.DataFrame | None, telling: Telling
) -> pd.Series:
    """The key of the person behind each code, "" where there is none; as the questionnaires know them."""
    asked = [instrument for instrument in study.model.instruments if instrument.about == "people"]
    elements = len(asked[0].code) if asked else 1
    keys = cells.map(lambda text: split_code(text, elements) if text.strip() else "")
    if codes is None or not asked:
        return keys
    known: Mapping[str, str] = dict(zip(codes["code"], codes["person"], strict=True))
    strangers = [row for row in keys.index if keys.at[row] and keys.at[row] not in known]
    if strangers:
        telling.warning(
            mark("persons interviewed who answered no questionnaire"),
            mark("nothing, if they did not answer; else correct their codes in the register of interviews"),
            file=source.file,
            row=int(strangers[0]),
            column=source.columns.get("person", "person"),
            value=HIDDEN,
            count=len(strangers),
        )
    return keys.map(lambda key: known.get(key, key))


def listed_names(study: Study, telling: Telling) -> dict[str, str]:
    """What a person listed for redaction while reading the interviews: the text as it stands there, and its kind.

    Names listed for one interview hold for all: whoever names Ada in one may name her in another.
    """
    block = study.model.interviews
    if block is None or block.redactions is None:
        return {}
    rows = _table(study, block.redactions, telling, ("text",))
    if rows is None:
        return {}
    kinds = rows["kind"] if "kind" in rows else pd.Series("person", index=rows.index)
    kinds = kinds.str.strip().str.casefold()
    kinds = kinds.where(kinds.isin(["person", "phone", "email", "other"]), "person")
    return {text: kind for text, kind in zip(rows["text"], kinds, strict=True) if text.strip()}


def _table(study: Study, source: Source, telling: Telling, need: tuple[str, ...]) -> pd.DataFrame | None:
    path = study.file(source.file)
    if not path.is_file():
        telling.error(
            mark("the file is missing"),
            mark("put it there, or correct its name in study.yaml"),
            file=source.file,
        )
        return None
    rows = read_source(path, source, source.file, telling.problems, need)
    return rows if rows is not None and set(need) <= set(rows.columns) else None
