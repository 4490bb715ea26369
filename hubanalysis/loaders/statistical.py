"""Files of statistical programs (SPSS .sav, Stata .dta) as text cells, with their labels and the values that the
file itself declares as missing.

Codes stay codes: value labels and missing values are handed out beside the cells, and whoever knows the instrument
decides what they mean.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hubanalysis.loaders.readstat import read_apart
from hubanalysis.loaders.spreadsheets import MOST_CELLS, MOST_COLUMNS, UnreadableFileError, written
from hubanalysis.locale import mark

__all__ = ["StatisticalTable", "UserMissing", "keep_declared_missing", "read_statistical"]

LARGEST_FILE = 256 * 2**20
#: Bytes of all cells once unpacked.
LARGEST_TABLE = 1024 * 2**20
_TOO_LARGE = mark("the file is too large"), mark("export only the rows and columns that are needed")
_REFUSED = {
    "too large": _TOO_LARGE,
    "encoding": (
        mark("the text of the file is in another encoding"),
        mark("declare its `encoding` in study.yaml, or save it as UTF-8"),
    ),
    "damaged": (
        mark("it is not a file of the kind its name says, or it is damaged"),
        mark("export it again from the program it comes from"),
    ),
}
_ENCODINGS = {"utf-8": "UTF-8", "cp1252": "WINDOWS-1252", None: None}
_SPSS_DAY_ZERO = datetime.datetime(1582, 10, 14)
_STATA_DAY_ZERO = datetime.datetime(1960, 1, 1)
_SPSS_DAYS = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "MOYR", "QYR", "WKYR")
_SPSS_MOMENTS = ("DATETIME", "YMDHMS")
_SPSS_SPANS = ("TIME", "DTIME", "MTIME")
#: Whole numbers up to here are exact in a number of this storage.
_EXACT = {"float": 2**24, "double": 2**53}


class UserMissing(dict):
    """Column -> row -> code of the cells that the file declares as missing. Travels in ``frame.attrs``."""

    def __deepcopy__(self, memo: dict) -> UserMissing:
        return self  # pandas copies attrs with every column it hands out


@dataclass(frozen=True)
class StatisticalTable:
    """A file of a statistical program.

    ``cells``: text, columns named as the variables, index as a spreadsheet counts (the names are row 1); cells
    declared as missing are empty. ``labels``: variable -> its label. ``value_labels``: variable -> code -> label.
    ``user_missing``: variable -> row -> code. ``inexact``: row and variable of whole numbers too large for their
    storage.
    """

    cells: pd.DataFrame
    labels: dict[str, str]
    value_labels: dict[str, dict[str, str]]
    user_missing: UserMissing
    inexact: list[tuple[int, str]]

    def in_words(self, variable: str) -> pd.Series:
        """The cells of a variable as value labels; as codes where a value has no label, or two have the same."""
        codes = self.cells[variable]
        given = {code: self.value_labels.get(variable, {}).get(code) for code in codes.unique() if code}
        if None in given.values() or len(set(given.values())) < len(given):
            return codes
        return codes.map({**given, "": ""})


def keep_declared_missing(cells: pd.DataFrame, declared: Collection[str]) -> pd.DataFrame:
    """``cells`` with the codes of those missing values that are ``declared`` in the instrument.

    What the file declares as missing is empty until then; so a code that nobody explained is no answer, and one
    that was explained keeps its meaning. A cell that was mended meanwhile stays as mended, and a column in a
    frame of another origin as it is.
    """
    missing = cells.attrs.get("user_missing") or {}
    kept = cells.copy() if missing else cells
    for column in cells.columns.intersection(list(missing)):
        codes = pd.Series(missing[column], dtype="str").reindex(cells.index)
        known = codes.isin(list(declared)) & (cells[column] == "")
        kept[column] = cells[column].mask(known, codes)
    return kept


def read_statistical(path: Path, decimal: str = ".", encoding: str | None = None) -> StatisticalTable:
    """The table of a .sav or .dta file.

    Whole numbers are written without ``.0``, others with ``decimal`` as their mark, days and moments as ISO text,
    Stata's missing values ``.a`` to ``.z`` with their dot; what is missing for the system is empty. ``encoding``
    is needed by old files that do not tell theirs. Raises UnreadableFileError.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFileError(*_TOO_LARGE)
    about = read_apart(path, _ENCODINGS.get(encoding), MOST_CELLS, MOST_COLUMNS, LARGEST_TABLE)
    if isinstance(about, str):
        raise UnreadableFileError(*_REFUSED[about])
    columns = about["columns"]
    rows = len(next(iter(columns.values()), ()))
    stata = path.suffix.casefold() == ".dta"

    index = pd.RangeIndex(2, rows + 2, name="row")
    texts: dict[str, list[str]] = {}
    value_labels: dict[str, dict[str, str]] = {}
    user_missing = UserMissing()
    inexact: list[tuple[int, str]] = []
    for name, values in columns.items():
        number = about["readstat_variable_types"][name] not in ("string", "string_ref")
        kind = _kind(about["original_variable_types"].get(name) or "", stata) if number else ""
        storage = about["readstat_variable_types"][name]
        largest = _EXACT.get(storage)
        if storage == "float":  # 0.1 in single precision is not 0.10000000149
            values = [float(f"{v:.7g}") if isinstance(v, float) and abs(v) < largest else v for v in values]
        ranges = about["missing_ranges"].get(name, [])
        labels = about["value_labels"].get(name, [])
        value_labels[name] = {_text(c, number, "", decimal): _tidy(label) for c, label in labels}
        texts[name] = []
        for row, value in zip(index, values, strict=True):
            if _is_missing(value, number, ranges):
                user_missing.setdefault(name, {})[row] = _text(value, number, "", decimal)
                texts[name].append("")
                continue
            texts[name].append(_text(value, number, kind, decimal))
            if largest and not kind and value is not None and abs(value) > largest and value % 1 == 0:
                inexact.append((row, name))
    return StatisticalTable(
        cells=pd.DataFrame(texts, index=index, dtype="str"),
        labels={name: _tidy(label) for name, label in about["column_names_to_labels"].items() if label},
        value_labels={name: labels for name, labels in value_labels.items() if labels},
        user_missing=user_missing,
        inexact=inexact,
    )


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _is_missing(value, number: bool, ranges: list[Mapping]) -> bool:
    """Whether the file declares this value as missing."""
    if value is None or value == "":
        return False
    if number and isinstance(value, str):
        return True  # one of Stata's letters
    if not number:
        return any(str(r["lo"]).rstrip() == value.rstrip() for r in ranges)
    return any(r["lo"] <= value <= r["hi"] for r in ranges)


def _text(value, number: bool, kind: str, decimal: str) -> str:
    if value is None:
        return ""
    if not number:
        return _tidy(value)
    if isinstance(value, str):
        return f".{value}"
    if kind:
        moment = _moment(float(value), kind)
        if moment:
            return moment
    return written(float(value), decimal)


def _kind(style: str, stata: bool) -> str:
    """What a number means by the way it is shown: a day, a moment, a span of time, a month; "" for a number."""
    if stata:
        style = style.lstrip("%-")
        if style.startswith(("tC", "tc")):
            return "stata moment"
        if style.startswith("tm"):
            return "stata month"
        return "stata day" if style.startswith(("td", "d")) else ""
    style = style.rstrip("0123456789.")
    kinds = ((_SPSS_DAYS, "day"), (_SPSS_MOMENTS, "moment"), (_SPSS_SPANS, "span"))
    return next((kind for styles, kind in kinds if style in styles), "")


def _moment(value: float, kind: str) -> str | None:
    """A day as 2022-03-15, a moment as 2022-03-15T09:30:00, a span as 9:30:00; None where the calendar has no such
    day."""
    try:
        if kind == "span":
            seconds = round(value)
            sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
            return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if kind == "stata month":
            return f"{1960 + int(value // 12):04}-{int(value % 12) + 1:02}"
        if kind == "stata day":
            return (_STATA_DAY_ZERO + datetime.timedelta(days=value)).date().isoformat()
        if kind == "stata moment":
            moment = _STATA_DAY_ZERO + datetime.timedelta(milliseconds=value)
        else:
            moment = _SPSS_DAY_ZERO + datetime.timedelta(seconds=value)
        if kind == "day":
            return moment.date().isoformat()
        return moment.isoformat(timespec="seconds").removesuffix("T00:00:00")
    except (OverflowError, ValueError):
        return None
