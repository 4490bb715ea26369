"""REFI-QDA 1.5 projects (.qdpx) read as programs really write them; the exchange format for coded interviews.

A project is a ZIP with one XML file (.qde) and a flat folder ``sources/`` of texts. Positions are Unicode
code points, 0-based, end-exclusive, over the source's plain text with line ends LF. What programs really
write deviates, and is tolerated here: ``Sources/`` for ``sources/``, any name for the .qde, other versions of the
namespace, paths that are not ``internal://``, texts inside the XML, empty sources and codebooks, texts of a PDF or of
a recording, the same name for two sources, positions counted in other ways (``qda_positions``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pandas as pd
from lxml import etree

from hubanalysis.errors import HIDDEN, DataError, Problem, filled
from hubanalysis.loaders.archives import Archive, parse_xml
from hubanalysis.loaders.codebooks import CODE_COLUMNS, guid_of, read_codes
from hubanalysis.loaders.qda_positions import WAYS, counted, named_words, way_of
from hubanalysis.loaders.quote_search import marks_of, places_of
from hubanalysis.locale import mark

__all__ = ["read_project"]

SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end", "text"]
LARGEST_TEXT = 16 * 2**20  # an hour of talk is 60 kB
_KINDS = (".qde", ".txt", ".text", ".md")

_EXPORT = mark("export the whole project again, with its sources, as REFI-QDA (.qdpx)")
_AGAIN = mark("code this passage again")
_FINE = mark("nothing to do, unless a passage you need is among them")
#: Parts of a project that are not read, and how that is told.
_LEFT_OUT = {
    "Cases": mark("cases of the project are left out"),
    "Variables": mark("variables of the project are left out"),
    "Notes": mark("memos and notes of the project are left out"),
    "Sets": mark("sets and groups of the project are left out"),
    "Links": mark("links of the project are left out"),
    "Graphs": mark("graphs of the project are left out"),
}
#: Where a source that is no text keeps its words.
_WORDS = ("Representation", "Transcript", "TextDescription")


class _Source(NamedTuple):
    """A text of the project, and the passages marked in it."""

    name: str
    text: str
    selections: list
    positions: list[tuple[int, int]]
    names: list[str]


def read_project(
    path: Path | str, problems: list[Problem] | None = None
) -> tuple[dict[str, str], pd.DataFrame, pd.DataFrame]:
    """Read a REFI-QDA project: ``(sources, codes, segments)``.

    ``sources`` are plain texts by the source's name (line ends LF); ``codes`` has ``code, label, parent, color``
    (the code is the name given to it in the program); ``segments`` has ``interview, coder, code, start,
    end, text`` with positions in code points of the source's text, and the passage found there. Where the
    program named its passages by their words, each passage is checked against its name, and found again by it where
    the positions lead elsewhere. What cannot be read (passages outside their text, texts that are missing, pictures,
    sound) is told in ``problems`` and left out; memos, cases and sets are told and left out.

    Raises DataError where the file is not a project that can be read safely.
    """
    path = Path(path)
    told: list[Problem] = []
    with Archive(path, _KINDS) as archive:
        xml = [name for name in archive.names if name.endswith(".qde")]
        if len(xml) != 1:
            what = filled(mark("it holds {count} .qde files"), count=str(len(xml)))
            if not xml:
                what = mark("it is no REFI-QDA project, whatever its ending says")
            raise archive.refused(what, _EXPORT)
        root = parse_xml(archive.read(xml[0]), archive)
        if etree.QName(root).localname != "Project":
            raise archive.refused(
                mark("its XML is no REFI-QDA project"), mark("export it as a project, not as a codebook")
            )
        users = {
            guid_of(u.get("guid")): (u.get("name") or u.get("id") or "").strip()
            for u in root.iterfind("{*}Users/{*}User")
        }
        codes, code_names = read_codes(root.find("{*}CodeBook"), path.name, told)
        cases = {guid_of(case.get("guid")) for case in root.iterfind("{*}Cases/{*}Case")}
        sources = _sources(root, archive, told)
    own = root.get("origin") == "hubanalysis"  # written here: there is nothing to find out
    way = WAYS[0] if own else way_of([(s.text, s.positions, s.names) for s in sources])
    rows: list[tuple] = []
    for source in sources:
        places = _places(source, counted(source.text, source.positions, way), path, told, not own)
        for selection, place in zip(source.selections, places, strict=True):
            if place is not None:
                rows += _codings(selection, source, place, (users, code_names, cases), path, told)
    _tell_left_out(root, path, told)
    told = [replace(problem, count=max(n, problem.count)) for problem, n in Counter(told).items()]
    errors = [problem for problem in told if problem.severity == "error"]
    if problems is None and errors:
        raise DataError("A file cannot be read.", errors)
    if problems is not None:
        problems += told
    segments = pd.DataFrame(rows, columns=SEGMENT_COLUMNS)
    return {s.name: s.text for s in sources}, codes[CODE_COLUMNS], segments


def _sources(root: etree._Element, archive: Archive, told: list[Problem]) -> list[_Source]:
    """The texts of the project. Two of one name are told apart by a number."""
    found: list[_Source] = []
    taken: defaultdict[str, int] = defaultdict(lambda: 1)
    elsewhere: Counter[str] = Counter()
    for node in root.iterfind("{*}Sources/*"):
        if not isinstance(node.tag, str):  # a comment
            continue
        kind = etree.QName(node).localname
        holders = [node] if kind == "TextSource" else [e for w in _WORDS for e in node.iterfind(f"{{*}}{w}")]
        if kind != "TextSource":
            marked = [e for e in node if isinstance(e.tag, str) and e.tag.endswith("Selection")]
            elsewhere[kind] += sum(e.find("{*}Coding") is not None for e in marked)
            if not holders and not any(e.find("{*}Coding") is not None for e in marked):
                elsewhere[kind] += 1
        name = (node.get("name") or "").strip()
        for holder in holders:
            selections = [
                s for s in holder.iterfind("{*}PlainTextSelection") if s.find("{*}Coding") is not None
            ]
            try:
                text = _plain_text(holder, name, archive)
            except DataError as error:
                # a text nobody coded may lack
                told += error.problems if selections else ()
                continue
            positions = [_position(s) for s in selections]
            names = [s.get("name") or "" for s in selections]
            own = name
            while own in {source.name for source in found}:
                taken[name] += 1
                own = f"{name} [{taken[name]}]"
            found.append(_Source(own, text, selections, positions, names))
            if holder.find("{*}Coding") is not None:
                told.append(
                    _warning(
                        archive.path,
                        mark("a code given to a whole text is left out"),
                        mark("code the passages it is about"),
                        count=len(holder.findall("{*}Coding")),
                    )
                )
    for kind, count in elsewhere.items():
        if count:
            told.append(
                _warning(
                    archive.path,
                    filled(mark("a source of kind {kind} is left out"), kind=kind),
                    mark("code its transcript as a text"),
                    count=count,
                )
            )
    return found


def _position(selection: etree._Element) -> tuple[int, int]:
    try:
        return int(selection.get("startPosition")), int(selection.get("endPosition"))
    except (TypeError, ValueError):
        return 0, 0


def _places(
    source: _Source, places: list, path: Path, told: list[Problem], by_names: bool
) -> list[tuple[int, int] | None]:
    """Where each passage stands; by the words of its name where the positions do not lead to them."""
    text = marks_of(source.text).marks
    wanted = [named_words(name) for name in source.names]
    marks = [marks_of(words).marks for words in wanted]
    long = [m for m in marks if len(m) >= 8]
    # Some programs let people name passages as they like: names are words of the text where half of them are.
    by_words = by_names and bool(long) and 2 * sum(m in text for m in long) >= len(long)
    found, repaired = [], 0
    for place, given, words, own, name in zip(
        places, source.positions, wanted, marks, source.names, strict=True
    ):
        if by_words and len(own) >= 8 and own in text:
            here = marks_of(source.text[slice(*place)]).marks if place else ""
            short = 5 * len(here) < 4 * len(own)
            if place is None or short or not (here.startswith(own) or own.startswith(here)):
                again = _by_name(source.text, words, name, place or given)
                repaired += again is not None
                place = again or place
        if place is None:
            what = filled(
                mark("the passage {start}-{end} lies outside its text of {length} characters"),
                start=str(given[0]),
                end=str(given[1]),
                length=str(len(source.text)),
            )
            told.append(_warning(path, what, _AGAIN, column=source.name, value=HIDDEN))
        found.append(place)
    if repaired:
        told.append(
            _warning(
                path,
                mark("passages stood elsewhere than the file says and were found again by their words"),
                mark("nothing to do if the interviews were coded from another copy"),
                column=source.name,
                count=repaired,
            )
        )
    return found


def _by_name(text: str, words: str, name: str, near: tuple[int, int]) -> tuple[int, int] | None:
    """The place of the passage called ``words``, the nearest to where it should be; as long as it should be where the
    name is only its beginning.
    """
    places = places_of(text, words)
    if not places:
        return None
    start, end = min(places, key=lambda p: abs(p[0] - near[0]))
    whole = name.strip() == words and len(words) < 40  # a longer name may have been cut without a sign
    return (start, end) if whole else (start, min(max(end, start + near[1] - near[0]), len(text)))


def _codings(
    selection, source: _Source, place: tuple[int, int], known: tuple, path: Path, told
) -> list[tuple]:
    users, code_names, cases = known
    rows = []
    own = next((selection.get(u) for u in ("creatingUser", "modifyingUser") if selection.get(u)), None)
    for coding in selection.iterfind("{*}Coding"):
        coder = users.get(guid_of(coding.get("creatingUser") or own), "")
        targets = [guid_of(ref.get("targetGUID")) for ref in coding.iterfind("{*}CodeRef")]
        for target in targets or [""]:
            if target in code_names:
                text = source.text[place[0] : place[1]]
                rows.append((source.name, coder, code_names[target], *place, text))
            elif target in cases:
                told.append(
                    _warning(path, mark("a passage given to a case, not to a code, is left out"), _FINE)
                )
            else:
                told.append(
                    _warning(path, mark("a coding names no code"), _AGAIN, column=f"{source.name} {place[0]}")
                )
    return rows


def _plain_text(node: etree._Element, name: str, archive: Archive) -> str:
    inline = node.findtext("{*}PlainTextContent")
    given = node.get("plainTextPath") or ""
    text = inline or ""
    if given and not inline:
        member = _member(given, archive)
        if member is None:
            what = filled(mark("the text of the source {name} is missing"), name=repr(name))
            raise archive.refused(what, _EXPORT)
        content = archive.read(member, LARGEST_TEXT)
        try:
            text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError as error:
            what = filled(mark("the text of the source {name} is not UTF-8"), name=repr(name))
            raise archive.refused(what, _EXPORT) from error
    elif not given and inline is None:
        what = filled(mark("the text of the source {name} is missing"), name=repr(name))
        raise archive.refused(what, _EXPORT)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _member(given: str, archive: Archive) -> str | None:
    """The member a path means: looked for inside the project alone, whatever folder the path claims."""
    parts = [p for p in PurePosixPath(given.replace("\\", "/").casefold()).parts if p not in ("/", "..", ".")]
    if parts and parts[0].endswith(":"):  # internal:, relative:, absolute:, C:
        parts = parts[1:]
    for start in range(len(parts)):  # with its folders, where a program keeps some; else by its name
        tail = "/".join(parts[start:])
        for member in (f"sources/{tail}", tail):
            if member in archive.names:
                return member
    return None


def _tell_left_out(root: etree._Element, path: Path, told: list[Problem]) -> None:
    for part, what in _LEFT_OUT.items():
        holder = root.find(f"{{*}}{part}")
        if holder is not None and len(holder):
            told.append(_warning(path, what, _FINE, count=len(holder)))


def _warning(path: Path, what: str, fix: str, **place) -> Problem:
    return Problem(what=what, fix=fix, file=path.name, severity="warning", **place)
