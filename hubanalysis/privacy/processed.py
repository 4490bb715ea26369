"""What leaves the loaders: ids of persons become pseudonyms, free text is redacted. After this, nobody is named."""

from __future__ import annotations

import pandas as pd

from hubanalysis.privacy.pseudonyms import pseudonym

__all__ = ["pseudonymise"]

#: Table -> columns that hold a person's id, with the kind of person. A person keeps one pseudonym in all tables.
_PERSONS = {
    "attendance": {"person": "person"},
    "observations": {"observer": "observer"},
    "notes": {"observer": "observer"},
    "rankings": {"voter": "voter"},
    "ratings": {"voter": "voter"},
    "voters": {"voter": "voter"},
    "emergencies": {"voter": "voter"},
    "missing_needs": {"voter": "voter"},
}
#: Table -> (column of the id, column that says whether it is a person's, the word for it).
_MIXED = {
    "respondents": ("id", "about", "people"),
    "attributes": ("id", "about", "people"),
    "answers": ("id", "about", "people"),
    "repeats": ("id", "about", "people"),
    "memberships": ("source", "source_mode", "person"),
}
_FREE_TEXT = {"notes": "text", "emergencies": "text", "missing_needs": "text"}


def pseudonymise(tables: dict[str, pd.DataFrame], key: bytes, names: list[str]) -> dict[str, pd.DataFrame]:
    """The tables with every person's id replaced (HMAC with ``key``) and every free text redacted.

    ``names`` are the names a person listed for redaction. Interviews arrive redacted already, because their codings
    count characters. Tables are copies; the order of rows is kept, ids of organisations stay.
    """
    from hubanalysis.privacy.redaction import redact_column

    known: dict[tuple[str, str], str] = {}

    def replace(values: pd.Series, kind: str) -> pd.Series:
        for value in values.dropna().unique():
            if (kind, value) not in known:
                known[kind, value] = pseudonym(key, kind, str(value))
        return values.map({value: name for (of, value), name in known.items() if of == kind})

    result = {name: frame.copy() for name, frame in tables.items()}
    for name, columns in _PERSONS.items():
        if name in result:
            for column, kind in columns.items():
                result[name][column] = replace(result[name][column], kind)
    for name, (column, mode, word) in _MIXED.items():
        if name in result and len(result[name]):
            frame = result[name]
            persons = frame[mode] == word
            values = frame[column].astype("object")
            frame[column] = values.where(~persons, replace(values.where(persons), "person"))
    for name, column in _FREE_TEXT.items():
        if name in result:
            result[name][column] = redact_column(result[name][column], names)
    for name in ("answers", "repeats"):
        if name in result and len(result[name]):
            answers = result[name]
            free = (answers["type"] == "text") & answers["value"].notna()
            answers.loc[free, "value"] = redact_column(answers.loc[free, "value"], names)
    return result
