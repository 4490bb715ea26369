"""REFI-QDA projects (.qdpx) and codebooks (.qdc) written as the standard says, for any program for interviews."""

from __future__ import annotations

import datetime
import re
import unicodedata
import uuid
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from lxml import etree

__all__ = ["write_codebook", "write_project"]

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, PROJECT)
_COLOUR = re.compile(r"#(?:[A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})")
#: What XML cannot hold.
_OUTSIDE_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write_project(
    path: Path | str,
    sources: dict[str, str],
    codes: pd.DataFrame,
    segments: pd.DataFrame,
    when: datetime.date | datetime.datetime | str,
    name: str = "hubanalysis",
) -> Path:
    """Write a REFI-QDA project. The same arguments give the same bytes.

    ``sources`` are plain texts by name; ``codes`` has columns ``code, label, parent`` (parent empty at the
    top) and may have ``color`` (#rrggbb); ``segments`` has ``interview, coder, code, start, end`` with positions in
    code points of the source. Line ends are written as LF, and positions counted so. ``when`` is written as the date of
    everything. The code's id is written as its name, its label as its description.

    Raises ValueError where a segment names an unknown source or code, or lies outside its text.
    """
    moment = pd.Timestamp(when)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = {source: _line_ends(text) for source, text in sources.items()}
    known = set(codes["code"]) if len(codes) else set()
    rows = []
    for source, coder, code, start, end in segments[
        ["interview", "coder", "code", "start", "end"]
    ].itertuples(index=False, name=None):
        if source not in texts or code not in known or not 0 <= start < end <= len(sources[source]):
            raise ValueError(
                f"segment {code!r} {start}-{end} of {source!r} does not fit the sources and codes"
            )
        rows.append((source, coder, code, *_moved(sources[source], int(start), int(end))))

    coders = sorted({coder for _, coder, *_ in rows})
    root = etree.Element(f"{{{PROJECT}}}Project", nsmap={None: PROJECT})
    root.set("name", _attribute(name))
    root.set("origin", "hubanalysis")
    root.set("creationDateTime", stamp)
    if coders:
        users = _add(root, "Users")
        for coder in coders:
            _add(users, "User", guid=_guid("user", coder), name=coder)
    if len(codes):
        _write_codes(_add(_add(root, "CodeBook"), "Codes"), codes)
    if texts:
        holder = _add(root, "Sources")
        for source in texts:
            guid = _guid("source", source)
            node = _add(holder, "TextSource", guid=guid, name=source, plainTextPath=f"internal://{guid}.txt")
            mine = sorted((row for row in rows if row[0] == source), key=lambda r: (r[3], r[4], r[1], r[2]))
            for number, (_, coder, code, start, end) in enumerate(mine):
                quote = " ".join(texts[source][start:end].split())[:60]
                key = (source, number)
                selection = _add(
                    node,
                    "PlainTextSelection",
                    guid=_guid("selection", *key),
                    name=quote,
                    startPosition=str(start),
                    endPosition=str(end),
                    creatingUser=_guid("user", coder),
                    creationDateTime=stamp,
                )
                coding = _add(
                    selection,
                    "Coding",
                    guid=_guid("coding", *key),
                    creatingUser=_guid("user", coder),
                    creationDateTime=stamp,
                )
                _add(coding, "CodeRef", targetGUID=_guid("code", code))
    xml = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)

    path = Path(path)
    clock = max(moment.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(
        path, "w", zipfile.ZIP_STORED
    ) as archive:  # stored: no zlib version changes the bytes
        members = [("project.qde", xml)]
        members += [
            (f"sources/{_guid('source', s)}.txt", text.encode("utf-8", "replace"))
            for s, text in texts.items()
        ]
        for member, content in members:
            info = zipfile.ZipInfo(member, clock)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content)
    return path


def write_codebook(path: Path | str, codes: pd.DataFrame) -> Path:
    """Write a REFI-QDA codebook; ``codes`` as for :func:`write_project`. The same codes give the same bytes.

    Raises ValueError where there is no code: the standard knows no empty codebook.
    """
    if not len(codes):
        raise ValueError("a codebook without codes cannot be written")
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK})
    root.set("origin", "hubanalysis")
    _write_codes(_add(root, "Codes"), codes)
    path = Path(path)
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
    return path


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _moved(text: str, start: int, end: int) -> tuple[int, int]:
    """Positions in ``text`` as positions in the same text with LF for CRLF."""
    if "\r\n" not in text:
        return start, end
    places = np.array([m.start() for m in re.finditer("\r\n", text)])
    before = np.searchsorted(places, [start, end])  # a position between CR and LF stands after the line end
    moved = int(start - before[0]), int(end - before[1])
    # a passage that is nothing but the CR of a line end keeps the line end
    return moved if moved[0] < moved[1] else (moved[0], moved[0] + 1)


def _guid(*parts: object) -> str:
    return str(uuid.uuid5(_GUIDS, "\x1f".join(_attribute(str(part)) for part in parts)))


def _attribute(text: str) -> str:
    """The text without what an attribute of XML cannot hold."""
    return _OUTSIDE_XML.sub("\ufffd", "".join(c for c in text if unicodedata.category(c) != "Cc"))


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """A new part below ``parent``, in its namespace."""
    clean = {name: _attribute(value) for name, value in attributes.items()}
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", clean)


def _write_codes(holder: etree._Element, codes: pd.DataFrame) -> None:
    empty = pd.Series("", codes.index)
    columns = [codes[c].fillna("").astype(str) if c in codes else empty for c in ("label", "parent", "color")]
    table = {code: rest for code, *rest in zip(codes["code"], *columns, strict=True)}
    nodes: dict[str, etree._Element] = {}

    def node(code: str, below: tuple[str, ...] = ()) -> etree._Element:
        if code not in nodes:
            label, parent, colour = table[code]
            known = parent in table and parent != code and parent not in below
            above = node(parent, (*below, code)) if known else holder
            if code in nodes:  # its parents lead back to it: it was written on the way
                return nodes[code]
            nodes[code] = _add(above, "Code", guid=_guid("code", code), name=code, isCodable="true")
            if _COLOUR.fullmatch(colour):
                nodes[code].set("color", colour)
            description = etree.Element(f"{{{etree.QName(holder).namespace}}}Description")
            description.text = _OUTSIDE_XML.sub(
                "\ufffd", "".join(c for c in label if c in "\n\t" or unicodedata.category(c) != "Cc")
            )
            nodes[code].insert(0, description)  # the schema wants it before the codes below
        return nodes[code]

    for code in table:
        node(code)
