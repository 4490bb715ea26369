"""Projects of Taguette (.sqlite3), read straight from its database: documents, tags, highlights, and who made them.

``start_offset`` and ``end_offset`` count bytes of UTF-8 over the document's HTML without its tags. Who highlighted
stands only in the table ``commands``, one row an action, which is played again here. A project that Taguette exported,
or that was carried to another server, names one user for all: then only study.yaml can tell who coded.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from hubanalysis.errors import DataError, Problem, filled
from hubanalysis.loaders.codebooks import CODE_COLUMNS, LONGEST_LABEL, dotted_parents
from hubanalysis.loaders.qda_positions import Way, counted
from hubanalysis.loaders.quote_search import likeliest_place, marks_of, places_of
from hubanalysis.locale import mark

__all__ = ["read_taguette", "text_of_html"]

SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end", "text"]
LARGEST_FILE = 256 * 2**20
LONGEST_VALUE = 32 * 2**20
_TABLES = ("projects", "documents", "highlights", "tags", "highlight_tags", "commands")
#: A column as text whatever stands in it: SQLite lets any cell hold anything.
_TEXT = "COALESCE(CAST({} AS TEXT), '')"
_BYTES = Way(unit="utf-8")


class _Words(HTMLParser):
    """Collects what a page says, without its tags."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of_html(html: str) -> str:
    """The text of a document of Taguette as its offsets count it: the HTML without its tags, line ends LF.

    >>> text_of_html("<p>L&#x27;<b>arte</b></p>\\r\\n<p>c&egrave;</p>")
    "L'arte\\ncè"
    """
    words = _Words()
    words.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    words.close()
    return "".join(words.parts)


def read_taguette(
    path: Path | str, project: str, problems: list[Problem]
) -> tuple[dict[str, str], pd.DataFrame, pd.DataFrame]:
    """Read a project of Taguette: ``(sources, codes, segments)`` as :func:`hubanalysis.loaders.refi_qda.read_project`.

    ``project`` is the name (or the number) of the project where the database holds several. A highlight with several
    tags is several segments; of each, the coder is who gave that tag to that highlight. Each passage is checked against
    the words Taguette keeps of it. A tag ``ties.new`` stands below the tag ``ties``.

    Raises DataError where the file is no database of Taguette, or ``project`` names none or several.
    """
    path = Path(path)
    if not path.is_file():
        raise _refused(
            path, mark("the file is missing"), mark("put it there, or correct its name in study.yaml")
        )
    if path.stat().st_size > LARGEST_FILE:
        raise _refused(
            path, mark("it is too large to be text"), mark("do not trust this file; ask its sender")
        )
    if any(Path(f"{path}{end}").is_file() for end in ("-wal", "-journal")):
        raise _refused(
            path,
            mark("it was copied while Taguette was at work: its last changes stand in another file"),
            mark("close Taguette and copy the project again"),
        )
    try:
        # immutable: nothing is written beside a raw file
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        with closing(connection):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA cell_size_check=ON")
            return _project(connection, path, project, problems)
    except (sqlite3.Error, OverflowError) as error:
        raise _refused(
            path,
            mark("it is not a project of Taguette that can be read"),
            mark("export the project again from Taguette (.sqlite3)"),
        ) from error


def _refused(path: Path, what: str, fix: str) -> DataError:
    return DataError("A file cannot be read.", [Problem(what=what, fix=fix, file=path.name)])


def _project(connection: sqlite3.Connection, path: Path, wanted: str, problems: list[Problem]):
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master"))
    if any(kinds.get(table) != "table" for table in _TABLES):  # a view may do anything
        raise sqlite3.DatabaseError("not a database of Taguette")
    number = _chosen(connection, path, wanted)
    documents = connection.execute(
        f"SELECT id, {_TEXT.format('name')}, {_TEXT.format('filename')}, {_TEXT.format('contents')} "
        "FROM documents WHERE project_id = ? ORDER BY id",
        (number,),
    ).fetchall()
    names = _source_names(documents)
    texts = {i: text_of_html(contents) for i, _, _, contents in documents}
    tags = connection.execute(
        f"SELECT id, {_TEXT.format('path')}, {_TEXT.format('description')} FROM tags WHERE project_id = ? ORDER BY id",
        (number,),
    ).fetchall()
    coders = _coders(connection, number)
    highlights = connection.execute(
        "SELECT h.id, h.document_id, CAST(h.start_offset AS INTEGER), CAST(h.end_offset AS INTEGER), "
        f"{_TEXT.format('h.snippet')}, t.tag_id FROM highlights h "
        "JOIN documents d ON d.id = h.document_id JOIN highlight_tags t ON t.highlight_id = h.id "
        "WHERE d.project_id = ? ORDER BY h.document_id, h.start_offset, h.id, t.tag_id",
        (number,),
    ).fetchall()
    paths = {i: tag.strip() for i, tag, _ in tags}
    rows, repaired = [], 0
    for highlight, document, start, end, snippet, tag in highlights:
        if document not in texts or tag not in paths:
            continue
        place, moved = _checked(texts[document], (start, end), text_of_html(snippet))
        if place is None:
            what = filled(
                mark("the passage {start}-{end} is not what Taguette kept of its words"),
                start=str(start),
                end=str(end),
            )
            fix = mark("code this passage again")
            problems.append(Problem(what, fix, file=path.name, column=names[document], severity="warning"))
            continue
        repaired += moved
        own = coders.get(highlight, {})
        coder = own.get(tag) or own.get(None, "")
        rows.append((names[document], coder, paths[tag], *place, texts[document][slice(*place)]))
    if repaired:
        problems.append(
            Problem(
                mark("passages stood elsewhere than the file says and were found again by their words"),
                mark("nothing to do if the interviews were coded from another copy"),
                file=path.name,
                severity="warning",
                count=repaired,
            )
        )
    codes = pd.DataFrame(
        [(paths[i], _label(description, paths[i]), "", "") for i, _, description in tags],
        columns=CODE_COLUMNS,
    )
    codes["parent"] = dotted_parents(codes["code"])
    segments = pd.DataFrame(rows, columns=SEGMENT_COLUMNS)
    return {names[i]: text for i, text in texts.items()}, codes, segments


def _chosen(connection: sqlite3.Connection, path: Path, wanted: str) -> int:
    projects = connection.execute(f"SELECT id, {_TEXT.format('name')} FROM projects ORDER BY id").fetchall()
    found = [i for i, name in projects if not wanted or wanted in (name, str(i))]
    if len(found) == 1:
        return found[0]
    if not projects:
        raise _refused(
            path,
            mark("there is no project in this file"),
            mark("export the project again from Taguette (.sqlite3)"),
        )
    listed = ", ".join(f"{name!r} ({i})" for i, name in projects)
    if found and not wanted:
        what = mark("there are several projects in this file")
    elif found:
        what = filled(mark("several projects are called {name}"), name=repr(wanted))
    else:
        what = filled(mark("there is no project {name} in this file"), name=repr(wanted))
    fix = filled(mark("write `project:` with one of these names or numbers: {projects}"), projects=listed)
    raise _refused(path, what, fix)


def _source_names(documents: list[tuple]) -> dict[int, str]:
    """Each document by its name; a second one of the same name by its file's, else by its number."""
    names: dict[int, str] = {}
    for number, name, filename, _ in documents:
        own = next((n for n in (name, filename) if n and n not in names.values()), f"{name} [{number}]")
        names[number] = own
    return names


def _coders(connection: sqlite3.Connection, project: int) -> dict[int, dict[int | None, str]]:
    """Who gave each tag to each highlight: highlight -> {tag: user, None: who made the highlight}."""
    coders: dict[int, dict[int | None, str]] = {}
    actions = connection.execute(
        f"SELECT {_TEXT.format('user_login')}, {_TEXT.format('payload')} FROM commands "
        "WHERE project_id = ? ORDER BY id",
        (project,),
    )
    for user, payload in actions:
        try:
            action = json.loads(payload)
            kind = action.get("type")
        except (ValueError, AttributeError, RecursionError):
            continue
        if kind == "highlight_add":  # written for a change too, with all tags it has then
            own = coders.setdefault(action.get("highlight_id"), {None: user})
            now = action.get("tags") or []
            for tag in [tag for tag in own if tag is not None and tag not in now]:
                del own[tag]
            for tag in now:
                own.setdefault(tag, user)
        elif kind == "tag_merge":
            old, new = action.get("src_tag_id"), action.get("dest_tag_id")
            for own in coders.values():
                if old is not None and old in own:
                    own.setdefault(new, own.pop(old))
    return coders


def _checked(text: str, offsets: tuple[int, int], words: str) -> tuple[tuple[int, int] | None, bool]:
    """The place of a highlight, and whether it had to be found again by its words."""
    place = counted(text, [offsets], _BYTES)[0]
    wanted = marks_of(words).marks
    if place is not None and (not wanted or marks_of(text[slice(*place)]).marks == wanted):
        return place, False
    found = places_of(text, words)
    if len(found) == 1:
        return found[0], True
    if found and place is not None:
        return likeliest_place(found, text, text, *place), True
    return None, False


def _label(description: str | None, path: str) -> str:
    text = re.sub(r"\s+", " ", description or "").strip()
    return text if 0 < len(text) <= LONGEST_LABEL else path
