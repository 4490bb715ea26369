"""The layouts in which ties are collected, each read into one row a tie as it was written.

A list of ties (one row a tie), a roster matrix (who answers in the rows, who is named in the header), and a name
generator (one row a respondent, with the names she gave).
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from hubanalysis.loaders.cells import find_header, header_key
from hubanalysis.loaders.reader import Reader
from hubanalysis.locale import mark
from hubanalysis.study.networks import Ties

__all__ = ["Written", "read_written"]

_TIE = {"x", "sì", "si", "yes", "y", "true", "vero", "v", "✓", "✗"}
_NO_TIE = {"no", "n", "-", "–", "false", "falso", "0"}


class Written(NamedTuple):
    """``ties``: ``source, target, weight`` as text and the ``column`` a tie stands in, by row of the file.

    ``asked``: the text of who answers, by row, None for a list of ties; ``header``: who stands in the header of a
    roster matrix; ``weighed``: whether a weight was asked for.
    """

    ties: pd.DataFrame
    asked: pd.Series | None
    header: pd.Series
    weighed: bool


def read_written(declared: Ties, where: tuple, reader: Reader, step: str) -> Written:
    """The ties of one source as written, in the ``layout`` it declares; what cannot be read is told, and empty."""
    return {"edges": _edges, "matrix": _matrix, "names": _names}[declared.layout](
        declared, where, reader, step
    )


def _no_names() -> pd.Series:
    return pd.Series([], dtype="str", index=pd.Index([], dtype="int64"), name="")


def _edges(declared: Ties, where: tuple, reader: Reader, step: str) -> Written:
    cells = reader.table(declared, where, ("source", "target"), "ties", step)
    weighed = "weight" in cells
    ties = cells[["source", "target"]].assign(
        weight=cells["weight"] if weighed else "", column="weight" if weighed else "target"
    )
    return Written(ties, None, _no_names(), weighed)


def _with_a_name(table: pd.DataFrame, declared: Ties, reader: Reader) -> pd.DataFrame:
    """The rows that say who answers; the others are told."""
    nameless = table["source"] == ""
    if nameless.any():
        reader.telling.warning(
            mark("rows that do not say who answers are left out"),
            mark("write who answers there in the cleaning log"),
            file=declared.file,
            row=int(table.index[nameless][0]),
            count=int(nameless.sum()),
        )
        step = f"{declared.file} ({declared.kind}, {declared.wave})"
        reader.telling.count(
            "tie_respondents", step, len(table), int((~nameless).sum()), mark("rows without an id")
        )
    return table[~nameless]


def _matrix(declared: Ties, where: tuple, reader: Reader, step: str) -> Written:
    first = declared.columns.get("source")
    cells = reader.mended(declared, *where, table="tie_respondents")
    if first is None and cells is not None and len(cells.columns):
        first = str(cells.columns[0])
    source = declared.model_copy(update={"columns": {**declared.columns, "source": first or "source"}})
    table = reader.table(source, where, ("source",), "tie_respondents", step)
    table = _with_a_name(table, declared, reader)
    own = {*declared.columns, *declared.where}
    told = {"source"} | own | {declared.columns.get(name, name) for name in own}
    named = [name for name in table.columns if name not in told]
    if declared.prefix is not None:  # what stands after it is who is named
        begins = header_key(declared.prefix)
        named = [name for name in named if header_key(name).startswith(begins)]
        table = table[["source", *named]].rename(columns={name: name[len(begins) :] for name in named})
        named = [name[len(begins) :] for name in named]
    twice = [name for name in named if name.endswith("]") and f"{name.rsplit(' [', 1)[0]}" in named]
    for name in twice:
        reader.telling.error(
            mark("two columns have this header"),
            mark("rename one in the export"),
            file=declared.file,
            row=declared.header_row,
            column=name.rsplit(" [", 1)[0],
        )
    named = [name for name in named if name not in twice]
    long = table[named].stack().rename("weight").reset_index() if named and len(table) else None
    if long is None:
        ties = pd.DataFrame({c: [] for c in ("source", "target", "weight", "column")}, dtype="str")
    else:
        long.columns = ["row", "target", "weight"]
        long = long[long["weight"] != ""].set_index("row")
        folded = long["weight"].str.casefold()
        weight = long["weight"].mask(folded.isin(_TIE), "").mask(folded.isin(_NO_TIE), "0")
        ties = long.assign(source=table["source"].reindex(long.index), weight=weight, column=long["target"])
    reader.telling.count("ties", step, len(ties), len(ties), mark("cells filled in"))
    header = pd.Series(named, dtype="str", index=pd.Index([declared.header_row] * len(named)), name="")
    columns = ["source", "target", "weight", "column"]
    return Written(ties[columns], table["source"], header, declared.weights is not None)


def _chosen(wanted: str | list[str] | None, headers: list[str]) -> list[str]:
    """The headers a list names, or those that begin with a prefix and end in a number, in the order of the numbers."""
    if wanted is None:
        return []
    if isinstance(wanted, list):
        return [found for name in wanted if (found := find_header(name, headers)) is not None]
    key = wanted.casefold()
    numbered = {
        int(header_key(name).removeprefix(key)): name
        for name in headers
        if header_key(name).startswith(key) and header_key(name).removeprefix(key).isdecimal()
    }
    return [numbered[number] for number in sorted(numbered)]


def _names(declared: Ties, where: tuple, reader: Reader, step: str) -> Written:
    table = reader.table(declared, where, ("source",), "tie_respondents", step)
    table = _with_a_name(table, declared, reader)
    headers = list(table.columns)
    named, weights = _chosen(declared.named, headers), _chosen(declared.named_weights, headers)
    missing = not named or (isinstance(declared.named, list) and len(named) < len(declared.named))
    unequal = declared.named_weights is not None and len(weights) != len(named)
    if len(table) and (missing or unequal):
        reader.telling.error(
            mark("the columns of the names, or of their weights, are not all there"),
            mark("say under `named` and `named_weights` how these columns begin, or list them"),
            file=declared.file,
            row=declared.header_row,
            value=", ".join(declared.named) if isinstance(declared.named, list) else declared.named,
        )
        named = []
    parts = [
        pd.DataFrame(
            {
                "source": table["source"],
                "target": table[name],
                "weight": table[weights[place]] if weights else "",
                "column": name,
            }
        )
        for place, name in enumerate(named)
    ]
    ties = (
        pd.concat(parts)
        if parts
        else pd.DataFrame({c: [] for c in ("source", "target", "weight", "column")}, dtype="str")
    )
    stray = (ties["target"] == "") & (ties["weight"] != "")
    if stray.any():
        reader.telling.warning(
            mark("weights beside which no name stands are left out"),
            mark("write the name in the cleaning log, if it is known"),
            file=declared.file,
            row=int(ties.index[stray][0]),
            count=int(stray.sum()),
        )
    ties = ties[ties["target"] != ""].sort_index(kind="stable")
    reader.telling.count("ties", step, len(ties), len(ties), mark("names written"))
    return Written(ties, table["source"], _no_names(), bool(weights))
