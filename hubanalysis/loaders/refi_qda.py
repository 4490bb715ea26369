"""REFI-QDA 1.5 projects (.qdpx): the exchange format of the programs for coding interviews (qdasoftware.org).

A project is a ZIP with one XML file (.qde) and a flat folder ``sources/`` of texts. Positions are Unicode
code points, 0-based, end-exclusive, over the source's plain text with line ends LF. What programs really
write deviates, and is tolerated here: ``Sources/`` for ``sources/``, any name for the .qde, paths that are
not ``internal://``, empty sources and codebooks, CRLF counted as two, characters beyond the BMP counted as
two (UTF-16).
"""

from __future__ import annotations

import datetime
import unicodedata
import uuid
import zipfile
from pathlib import Path, PurePosixPath

import pandas as pd
from lxml import etree

from hubanalysis.errors import Problem
from hubanalysis.loaders.archives import Archive, parse_xml
from hubanalysis.loaders.qda_positions import positions_in_text

__all__ = ["read_project", "write_project"]

NAMESPACE = "urn:QDA-XML:project:1.0"
SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end", "text"]
CODE_COLUMNS = ["code", "label", "parent"]
LARGEST_TEXT = 16 * 2**20  # an hour of talk is 60 kB

_EXPORT = "export the whole project again, with its sources, as REFI-QDA (.qdpx)"
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)


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
    top); ``segments`` has ``interview, coder, code, start, end`` with positions in code points of the
    source. ``when`` is written as the date of everything. The code's id is written as its name, its label
    as its description.

    Raises ValueError where a segment names an unknown source or code, or lies outside its text.
    """
    moment = pd.Timestamp(when)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = {source: text.replace("\r\n", "\n").replace("\r", "\n") for source, text in sources.items()}
    rows = list(segments[["interview", "coder", "code", "start", "end"]].itertuples(index=False, name=None))
    known = set(codes["code"]) if len(codes) else set()
    for source, _, code, start, end in rows:
        if source not in texts or code not in known or not 0 <= start < end <= len(texts[source]):
            raise ValueError(
                f"segment {code!r} {start}-{end} of {source!r} does not fit the sources and codes"
            )

    coders = sorted({coder for _, coder, *_ in rows})
    root = etree.Element(f"{{{NAMESPACE}}}Project", nsmap={None: NAMESPACE})
    root.set("name", name)
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
        members += [(f"sources/{_guid('source', s)}.txt", text.encode("utf-8")) for s, text in texts.items()]
        for member, content in members:
            info = zipfile.ZipInfo(member, clock)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content)
    return path


def _guid(*parts: object) -> str:
    return str(uuid.uuid5(_GUIDS, "\x1f".join(map(str, parts))))


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    clean = {k: "".join(c for c in v if unicodedata.category(c) != "Cc") for k, v in attributes.items()}
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", clean)


def _write_codes(holder: etree._Element, codes: pd.DataFrame) -> None:
    parents = codes["parent"].fillna("").astype(str) if "parent" in codes else pd.Series("", codes.index)
    table = {c: (str(label), p) for c, label, p in zip(codes["code"], codes["label"], parents, strict=True)}
    nodes: dict[str, etree._Element] = {}

    def node(code: str, below: tuple[str, ...] = ()) -> etree._Element:
        if code not in nodes:
            label, parent = table[code]
            above = node(parent, (*below, code)) if parent in table and parent not in below else holder
            nodes[code] = _add(above, "Code", guid=_guid("code", code), name=code, isCodable="true")
            description = etree.Element(f"{{{NAMESPACE}}}Description")
            description.text = label
            nodes[code].insert(0, description)  # the schema wants it before the codes below
        return nodes[code]

    for code in table:
        node(code)


def read_project(
    path: Path | str, problems: list[Problem] | None = None
) -> tuple[dict[str, str], pd.DataFrame, pd.DataFrame]:
    """Read a REFI-QDA project: ``(sources, codes, segments)``.

    ``sources`` are plain texts by the source's name (line ends LF); ``codes`` has ``code, label, parent``
    (the code is the name given to it in the program); ``segments`` has ``interview, coder, code, start,
    end, text`` with positions in code points of the source's text, and the passage found there. Selections
    that lie outside their text, and parts that are no text (pictures, PDF, sound, film), are told in
    ``problems`` as warnings and left out.

    Raises DataError where the file is not a project that can be read safely.
    """
    path = Path(path)
    told: list[Problem] = [] if problems is None else problems
    with Archive(path, (".qde", ".txt")) as archive:
        xml = [name for name in archive.names if name.endswith(".qde")]
        if len(xml) != 1:
            raise archive.refused(f"it holds {len(xml)} .qde files", _EXPORT)
        root = parse_xml(archive.read(xml[0]), archive)
        if etree.QName(root).localname != "Project":
            raise archive.refused(
                "its XML is no REFI-QDA project", "export it as a project, not as a codebook"
            )
        users = {
            _id(u.get("guid")): u.get("name") or u.get("id") or "" for u in root.iterfind("{*}Users/{*}User")
        }
        codes, code_names = _read_codes(root)
        sources: dict[str, str] = {}
        rows: list[tuple] = []
        for node in root.iterfind("{*}Sources/*"):
            kind = etree.QName(node).localname
            name = (node.get("name") or "").strip()
            if kind != "TextSource":
                told.append(
                    _warning(path, f"a source of kind {kind} is left out", "code its transcript as a text")
                )
                continue
            if name in sources:
                raise archive.refused(f"two sources are named {name!r}", "give each source its own name")
            sources[name] = _plain_text(node, archive)
            rows += _selections(node, name, sources[name], users, code_names, path, told)
    return sources, codes, pd.DataFrame(rows, columns=SEGMENT_COLUMNS)


def _selections(node, name, text, users, code_names, path, told) -> list[tuple]:
    found = [s for s in node.iterfind("{*}PlainTextSelection") if s.find("{*}Coding") is not None]
    wanted = []
    for selection in found:
        try:
            wanted.append((int(selection.get("startPosition")), int(selection.get("endPosition"))))
        except (TypeError, ValueError):
            wanted.append((0, 0))
    names = [selection.get("name") or "" for selection in found]
    places = positions_in_text(text, wanted, names)
    rows = []
    for selection, given, place in zip(found, wanted, places, strict=True):
        if place is None:
            what = f"the passage {given[0]}-{given[1]} lies outside the text of {name!r} ({len(text)} characters)"
            told.append(_warning(path, what, "code this passage again", selection.sourceline))
            continue
        for coding in selection.iterfind("{*}Coding"):
            user = _id(coding.get("creatingUser") or selection.get("creatingUser"))
            target = coding.find("{*}CodeRef")
            code = code_names.get(_id(target.get("targetGUID"))) if target is not None else None
            if code is None:
                told.append(
                    _warning(path, "a coding names no code", "code this passage again", coding.sourceline)
                )
                continue
            rows.append((name, users.get(user, ""), code, *place, text[place[0] : place[1]]))
    return rows


def _read_codes(root: etree._Element) -> tuple[pd.DataFrame, dict[str, str]]:
    rows, names = [], {}
    for node in root.iterfind("{*}CodeBook/{*}Codes//{*}Code"):
        code = (node.get("name") or "").strip()
        above = node.getparent()
        parent = (above.get("name") or "").strip() if etree.QName(above).localname == "Code" else ""
        names[_id(node.get("guid"))] = code
        rows.append((code, (node.findtext("{*}Description") or "").strip() or code, parent))
    return pd.DataFrame(rows, columns=CODE_COLUMNS), names


def _plain_text(node, archive: Archive) -> str:
    inline = node.findtext("{*}PlainTextContent")
    given = node.get("plainTextPath") or ""
    text = inline or ""
    if given and not inline:
        # Only the name counts: the text is looked for inside the project, whatever folder the path claims.
        name = PurePosixPath(given.replace("\\", "/").removeprefix("internal://")).name.casefold()
        member = next((m for m in (f"sources/{name}", name) if m in archive.names), None)
        if member is None:
            raise archive.refused(f"the text of the source {node.get('name')!r} is missing", _EXPORT)
        content = archive.read(member, LARGEST_TEXT)
        try:
            text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError as error:
            what = f"the text of the source {node.get('name')!r} is not UTF-8"
            raise archive.refused(what, _EXPORT) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _id(guid: str | None) -> str:
    return (guid or "").strip("{} ").lower()


def _warning(path: Path, what: str, fix: str, row: int | None = None) -> Problem:
    return Problem(what=what, fix=fix, file=path.name, row=row, severity="warning")
