"""The questionnaires of a study: from the exports of each wave to respondents, attributes and answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hubanalysis.errors import Problem, filled
from hubanalysis.loaders.answers import ANSWER_COLUMNS, type_answers
from hubanalysis.loaders.arms import arms_of, settled_arms
from hubanalysis.loaders.exports import ExportData, load_export
from hubanalysis.loaders.person_links import link_people
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import known_names
from hubanalysis.loaders.repeats import load_repeats
from hubanalysis.loaders.submissions import submissions_that_count
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.loaders.xlsform import Form, instrument_form
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Instrument
from hubanalysis.tables import TABLES

__all__ = ["Questionnaires", "load_questionnaires"]


class Questionnaires(NamedTuple):
    """Tables of all instruments; ``codes`` says for each personal code seen (as a key) which person it
    belongs to."""

    respondents: pd.DataFrame
    attributes: pd.DataFrame
    answers: pd.DataFrame
    codes: pd.DataFrame
    repeats: pd.DataFrame


def _empty(table: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(TABLES[table].columns))


def load_questionnaires(
    study: Study,
    problems: list[Problem],
    account: list[dict],
    reader: Reader | None = None,
    organisations: pd.DataFrame | None = None,
    open_links: list[pd.DataFrame] | None = None,
) -> Questionnaires:
    """The answers to every instrument, typed from its form, with the waves of each person joined.

    Ids of people are raw codes still: the caller replaces them at once. ``organisations`` is the register,
    against which the ids of answering organisations are checked. To ``open_links`` are appended the lines of the
    file of decisions on links, as :func:`hubanalysis.loaders.person_links.link_people` says.
    """
    reader = reader or Reader(study, problems, account)
    loaded = [
        _load_instrument(study, position, instrument, reader, organisations, open_links)
        for position, instrument in enumerate(study.instruments)
    ]
    loaded = [tables for tables in loaded if tables is not None]
    frames = []
    for position, empty in enumerate(
        (
            _empty("respondents"),
            _empty("attributes"),
            _empty("answers"),
            pd.DataFrame(columns=["code", "person"]),
            _empty("repeats"),
        )
    ):
        parts = [tables[position] for tables in loaded if len(tables[position])]
        frames.append(pd.concat(parts, ignore_index=True)[list(empty.columns)] if parts else empty)
    return Questionnaires(*frames)


def _load_instrument(
    study: Study, position: int, instrument: Instrument, reader: Reader, organisations, open_links
):
    telling = reader.telling
    form = instrument_form(study, instrument, telling.problems)
    if not form.questions:
        return None
    _tell_unknown_items(study, position, instrument, form, telling)
    exports = [
        load_export(study, instrument, form, export, ("instruments", position, "exports", number), reader)
        for number, export in enumerate(instrument.exports)
    ]
    exports = [data for data in exports if data is not None]
    if not exports:
        return None
    submissions = pd.concat(
        [data.submissions.assign(arm=arms_of(data, instrument)) for data in exports], ignore_index=True
    )
    kept = submissions_that_count(submissions, instrument, telling)
    order = {wave.id: number for number, wave in enumerate(study.waves)}
    kept = kept.sort_values("wave", key=lambda waves: waves.map(order), kind="stable").reset_index(drop=True)

    if instrument.about == "people":
        where = ("instruments", position)
        kept, seen = link_people(kept, submissions, instrument, where, reader, open_links)
        kept = kept.assign(arm=settled_arms(kept, telling))
        empty = int((kept["key"] == "").sum())
        if empty:
            telling.warning(
                mark("the personal code is missing or not complete; the answers stand alone"),
                mark("complete the code in the cleaning log, if it is known"),
                file=kept.loc[kept["key"] == "", "file"].iloc[0],
                count=empty,
            )
    else:
        names = known_names(organisations, "organisation")
        kept = kept.assign(id=_organisation_ids(kept, names, instrument, telling))
        waves = kept.groupby("id")["wave"].transform("nunique")
        kept = kept.assign(link=waves.gt(1).map({True: "exact", False: "single"}))
        seen = pd.DataFrame(columns=["code", "person"])

    respondents = kept.assign(
        about=instrument.about, instrument=instrument.id, submitted=kept["submitted"].dt.normalize()
    )[list(TABLES["respondents"].columns)]
    answers = _answers(exports, kept, form, instrument, telling)
    places = answers["wave"].map(order).to_numpy(dtype=float)
    if not (np.diff(places) >= 0).all():  # millions of rows are not moved where they stand in order
        answers = answers.iloc[np.argsort(places, kind="stable")]
    same = np.zeros(len(answers), dtype="int8")
    answers = answers.assign(
        about=pd.Categorical.from_codes(same, categories=[instrument.about]),
        instrument=pd.Categorical.from_codes(same, categories=[instrument.id]),
    )[list(TABLES["answers"].columns)]
    attributes = _attributes(answers, instrument)
    repeats = load_repeats(study, position, exports, kept, form, reader)
    return respondents, attributes, answers, seen, repeats


def _tell_unknown_items(
    study: Study, position: int, instrument: Instrument, form: Form, telling: Telling
) -> None:
    """Names in study.yaml that no question of the form has."""
    names = [question.name for question in form.questions]
    wanted = [
        ((*("scales", n), "items"), item) for n, scale in enumerate(instrument.scales) for item in scale.items
    ]
    wanted += [(("attributes",), item) for item in instrument.attributes]
    wanted += [(("scales", n, "then"), item) for n, s in enumerate(instrument.scales) for item in s.then]
    wanted += [
        ((name, "item"), block.item)
        for name in ("consent", "comparison")
        if (block := getattr(instrument, name))
    ]
    for path, item in wanted:
        if form.question(item) is None:
            close = nearest(item, names)
            telling.error(
                mark("the form has no such question"),
                filled(mark("did you mean {close}?"), close=repr(close))
                if close
                else mark("write the question's name as the form has it"),
                file=f"{study.path.parent.name}/study.yaml",
                row=study.line("instruments", position, *path),
                value=item,
            )


def _organisation_ids(
    kept: pd.DataFrame, names: dict[str, str], instrument: Instrument, telling: Telling
) -> pd.Series:
    """The register's id for each answering organisation; unknown ones are told and kept as written."""
    column = "element " + instrument.code[0]
    ids = kept[column].map(lambda text: names.get(text.casefold(), text))
    if names:
        for row in kept[~kept[column].str.casefold().isin(list(names))].itertuples():
            written = row.key
            close = nearest(written, names.values())
            telling.error(
                mark("the organisation is not in the register"),
                filled(mark("did you mean {close}? Correct it in the cleaning log"), close=repr(close))
                if close
                else mark("add it to the register, or correct it in the cleaning log"),
                file=row.file,
                row=int(row.row),
                column=instrument.code[0],
                value=written,
            )
    return ids


def _answers(
    exports: list[ExportData], kept: pd.DataFrame, form: Form, instrument: Instrument, telling: Telling
):
    leave_out = {*instrument.code, *([instrument.consent.item] if instrument.consent else [])}
    who = {name: kept[name].astype("category") for name in ("id", "wave")}
    parts = []
    for data in exports:
        mine = kept[kept["uid"].isin(data.submissions["uid"])]
        rows = pd.Index(sorted(mine["row"]), dtype="int64")
        typed = type_answers(
            {name: codes.loc[rows] for name, codes in data.codes.items()},
            {name: misfits.loc[rows] for name, misfits in data.misfits.items()},
            data.cells.loc[rows],
            data.columns,
            form,
            leave_out,
            instrument,
            data.export,
            telling,
        )
        places = pd.Index(mine["row"]).get_indexer(typed["row"])
        parts.append(typed.assign(**{name: who[name].loc[mine.index].array[places] for name in who}))
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=[*ANSWER_COLUMNS, "id", "wave"])
    )


def _attributes(answers: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Each person's declared attributes, from the first wave in which each was answered (rows come in wave
    order)."""
    items = [item for item in answers["item"].unique() if item.split("/")[0] in instrument.attributes]
    given = answers[answers["item"].isin(items) & (answers["status"] == "answered")]
    words = ["about", "id", "wave", "item", "type"]  # few rows: plain texts again, as in the other tables
    given = given.astype(dict.fromkeys(words, "str"))
    given = given.assign(attribute=given["item"].str.split("/").str[0])
    several = given["type"] == "select_multiple"
    chosen = given[several & (given["value"] == "1")]
    chosen = chosen.assign(value=chosen["item"].str.split("/", n=1).str[1])
    chosen = (
        chosen.groupby(["about", "id", "wave", "attribute"], sort=False)["value"].agg(" ".join).reset_index()
    )
    found = pd.concat([given[~several], chosen])[["about", "id", "attribute", "value"]]
    return found.drop_duplicates(["about", "id", "attribute"], keep="first")
