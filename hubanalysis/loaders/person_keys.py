"""The key of a person: the elements of the personal code, written alike whoever wrote them and wherever."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

__all__ = ["code_elements", "element_key", "person_keys", "split_code"]

_OTHER = re.compile(r"[^0-9A-Z]+")
_SEPARATORS = re.compile(r"[-\s/._,;|]+")


def element_key(text: str) -> str:
    """One element of a self-generated code without case, accents, spaces, signs and leading zeros: `` è ``
    and ``E``, ``05`` and ``5`` are one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    plain = _OTHER.sub("", plain)
    return (plain.lstrip("0") or "0") if plain.isdigit() else plain


def _whole_key(text: str) -> str:
    """A code of one element (a number on a list, a submission's id): only case and outer spaces do not
    count."""
    return " ".join(unicodedata.normalize("NFC", text).split()).upper()


def code_elements(cells: pd.DataFrame) -> pd.DataFrame:
    """The elements of a code, one column each, as they are compared."""
    make = element_key if cells.shape[1] > 1 else _whole_key
    return cells.apply(lambda column: column.map({text: make(text) for text in column.unique()}))


def split_code(text: str, elements: int) -> str:
    """The key for a code that a register wrote in one cell, such as ``A-12-S-1-A-5``.

    Where the cell does not hold ``elements`` parts it is compared as it stands, and so matches nobody by
    chance.
    """
    if elements == 1:
        return _whole_key(text)
    parts = [element_key(part) for part in _SEPARATORS.split(text.strip()) if part]
    return "-".join(parts) if len(parts) == elements else _whole_key(text)


def person_keys(elements: pd.DataFrame) -> pd.Series:
    """The key of each row: its elements joined by ``-``."""
    if not len(elements):
        return pd.Series(dtype="str")
    first, *others = (elements[name].astype("str") for name in elements.columns)
    return first.str.cat(others, sep="-") if others else first
