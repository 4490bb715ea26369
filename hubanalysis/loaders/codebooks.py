"""Codebooks kept in a file: REFI-QDA (.qdc, or the one inside a .qdpx), a Taguette project, or a table of codes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
from lxml import etree

from hubanalysis.errors import DataError, Problem, filled
from hubanalysis.loaders.archives import parse_xml
from hubanalysis.loaders.cells import header_key, read_cells
from hubanalysis.locale import mark
from hubanalysis.study.model import Source

__all__ = ["CODE_COLUMNS", "dotted_parents", "guid_of", "read_codebook", "read_codes"]

CODE_COLUMNS = ["code", "label", "parent", "color"]
#: A description longer than this explains a code and is no label for a figure.
LONGEST_LABEL = 80
LARGEST_FILE = 16 * 2**20
#: Headers of exported codebooks, as Taguette and people write them.
_HEADERS = {
    "code": ("tag", "code", "codice", "name", "nome", "path"),
    "label": ("description", "descrizione", "label", "etichetta"),
    "parent": ("parent", "codice superiore", "sopra"),
}


class _Plain:
    """A file that is XML itself, told like an archive where its XML is refused."""

    def __init__(self, path: Path):
        self.path = path

    def refused(self, what: str, fix: str) -> DataError:
        return DataError("A file cannot be read.", [Problem(what=what, fix=fix, file=self.path.name)])


def read_codebook(path: Path | str, problems: list[Problem]) -> pd.DataFrame:
    """The codes of a codebook: ``code, label, parent, color``; parent and colour are empty where there is none.

    Read are REFI-QDA codebooks (.qdc) and projects (.qdpx), Taguette's projects (.sqlite3), and tables (.csv, .xlsx)
    with columns code or tag, and description, parent where there are any. The description is the label where it is
    short enough to be one; else the code's own name is.

    Raises DataError where the file cannot be read.
    """
    path = Path(path)
    kind = path.suffix.casefold()
    if kind == ".qdpx":
        from hubanalysis.loaders.refi_qda import (
            read_project,
        )  # a project holds a codebook, and reads it from here

        return read_project(path, [])[1]
    if kind in (".sqlite3", ".sqlite", ".db"):
        from hubanalysis.loaders.taguette import read_taguette

        return read_taguette(path, "", problems)[1]
    if kind in (".csv", ".tsv", ".txt", ".xlsx", ".ods"):
        return _from_table(path, problems)
    plain = _Plain(path)
    if not path.is_file():
        raise plain.refused(
            mark("the file is missing"), mark("put it there, or correct its name in study.yaml")
        )
    if path.stat().st_size > LARGEST_FILE:
        raise plain.refused(
            mark("it is too large to be text"), mark("do not trust this file; ask its sender")
        )
    root = parse_xml(path.read_bytes(), plain)
    if etree.QName(root).localname != "CodeBook":
        raise plain.refused(
            mark("its XML is no REFI-QDA codebook"), mark("export the codebook as REFI-QDA (.qdc)")
        )
    codes, _ = read_codes(root, path.name, problems)
    if (root.get("origin") or "").startswith("Taguette"):
        codes["parent"] = dotted_parents(codes["code"])
    sets = root.findall("{*}Sets/{*}Set")
    if sets:
        problems.append(
            Problem(
                what=mark("groups of codes are left out"),
                fix=mark("nest codes under a code, or declare an area"),
                file=path.name,
                severity="warning",
                count=len(sets),
            )
        )
    return codes[CODE_COLUMNS]


def dotted_parents(codes: pd.Series) -> list[str]:
    """The code above each code, where names go by dots as in Taguette: ``ties`` above ``ties.new``, if there is one.

    >>> dotted_parents(pd.Series(["ties", "ties.new", "a.b"]))
    ['', 'ties', '']
    """
    known = set(codes)
    return [code.rpartition(".")[0] if code.rpartition(".")[0] in known else "" for code in codes]


def guid_of(guid: str | None) -> str:
    """A GUID as it is compared: without braces, in small letters."""
    return (guid or "").strip("{} ").lower()


def read_codes(
    holder: etree._Element | None, file: str, problems: list[Problem]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The codes below a CodeBook element, in order, and the code of each GUID.

    Codes of one name under different codes are told apart by the name above them; a code without a name is called by
    its GUID. Both are told.
    """
    nodes = [] if holder is None else list(holder.iterfind("{*}Codes//{*}Code"))
    given = [(node.get("name") or "").strip() for node in nodes]
    names: dict[etree._Element, str] = {}
    many = Counter(given)
    taken: set[str] = set()
    unnamed = doubled = 0
    for node, name in zip(nodes, given, strict=True):
        above = names.get(node.getparent(), "")
        if not name:
            name = f"code-{guid_of(node.get('guid'))[:8]}"
            unnamed += 1
        elif many[name] > 1 and name in taken:
            doubled += 1
            name = f"{above}/{name}" if above else name
        number, own = 2, name
        while own in taken:
            own, number = f"{name} [{number}]", number + 1
        names[node] = own
        taken.add(own)
    for count, what in (
        (unnamed, mark("codes without a name are called by the beginning of their number")),
        (doubled, mark("codes of the same name are told apart by the code above them")),
    ):
        if count:
            problems.append(
                Problem(
                    what=what,
                    fix=mark("give each code its own name"),
                    file=file,
                    severity="warning",
                    count=count,
                )
            )
    rows = []
    for node, name in names.items():
        label = _label(node.findtext("{*}Description"), (node.get("name") or "").strip() or name)
        rows.append((name, label, names.get(node.getparent(), ""), node.get("color") or ""))
    frame = pd.DataFrame(rows, columns=CODE_COLUMNS)
    return frame, {guid_of(node.get("guid")): name for node, name in names.items()}


def _label(description: str | None, name: str) -> str:
    text = (description or "").strip()
    return text if text and len(text) <= LONGEST_LABEL and "\n" not in text else name


def _from_table(path: Path, problems: list[Problem]) -> pd.DataFrame:
    told: list[Problem] = []
    cells = read_cells(path, Source(file=path.name), path.name, told) if path.is_file() else None
    if cells is None and not told:
        told = [
            Problem(
                mark("the file is missing"),
                mark("put it there, or correct its name in study.yaml"),
                file=path.name,
            )
        ]
    problems += [p for p in told if p.severity == "warning"]
    errors = [p for p in told if p.severity == "error"]
    if errors:
        raise DataError("A file cannot be read.", errors)
    keys = {header_key(header): header for header in cells.columns}
    at = {
        column: next((keys[name] for name in names if name in keys), None)
        for column, names in _HEADERS.items()
    }
    if at["code"] is None:
        what, fix = mark("a column is missing"), mark("name a column `code` (or `tag`)")
        raise DataError("A file cannot be read.", [Problem(what=what, fix=fix, file=path.name)])
    codes = cells[cells[at["code"]] != ""]
    empty = pd.Series("", codes.index)
    names = codes[at["code"]]
    labels = codes[at["label"]] if at["label"] else empty
    twice = names.duplicated()
    for row in names.index[twice]:
        what = filled(mark("the code {code} stands here twice"), code=repr(names[row]))
        problems.append(
            Problem(what, mark("keep one of the rows"), file=path.name, row=int(row), severity="warning")
        )
    frame = pd.DataFrame(
        {
            "code": names,
            "label": [_label(text, name) for text, name in zip(labels, names, strict=True)],
            "parent": codes[at["parent"]] if at["parent"] else dotted_parents(names),
            "color": "",
        }
    )
    return frame[~twice].reset_index(drop=True)
