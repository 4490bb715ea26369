"""Groups of people under the names a reader knows them by."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.locale.translator import Translator

__all__ = ["group_names", "in_group_names"]


def group_names(attributes: pd.DataFrame, labels: Mapping[str, str], text: Translator) -> dict[str, str]:
    """Answer code -> its words, for the values of ``attributes``; ``labels`` are ``hub.labels("items")``.

    A code that two attributes share under different words (``other``) keeps the first one's words.
    """
    pairs = attributes[["attribute", "value"]].drop_duplicates().itertuples(index=False)
    names: dict[str, str] = {}
    for attribute, value in pairs:
        names.setdefault(str(value), labels.get(f"{attribute}/{value}") or text.term(value))
    return names


def in_group_names(table: pd.DataFrame, labels: Mapping[str, str], text: Translator) -> pd.DataFrame:
    """A table with ``attribute`` and ``value`` made readable: the attribute by its term, the value by its label."""
    named = table.copy()
    named["value"] = [
        labels.get(f"{a}/{v}") or text.term(v)
        for a, v in zip(table["attribute"], table["value"], strict=True)
    ]
    named["attribute"] = [text.term(a) for a in table["attribute"]]
    return named
