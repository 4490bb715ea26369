"""Texts and codings handed out to the programs that code interviews: the verb ``codings``.

What goes out are the redacted texts, so that a coder reads no name; what comes back is read over the same texts.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from hubanalysis.errors import UsageError
from hubanalysis.hub import KINDS, open_study
from hubanalysis.loaders.refi_writing import write_codebook, write_project

if TYPE_CHECKING:
    from hubanalysis.hub import Hub

__all__ = ["coded_project", "tell_codings", "write_codings"]

#: One colour an area (Okabe and Ito 2008: they stay apart for the colour-blind); grey where a code has none.
_COLOURS = {
    "wellbeing": "#E69F00",
    "networks": "#56B4E9",
    "management": "#009E73",
    "competences": "#F0E442",
    "audience": "#0072B2",
    "offer": "#D55E00",
}
_GREY = "#999999"
#: What must not stand in a file's name, and where a spreadsheet would begin to calculate.
_OUTSIDE_NAMES = re.compile(r"[^\w .·-]")
_FORMULA = r"^(?=[=+@-])"
SEGMENT_COLUMNS = ["interview", "coder", "code", "start", "end"]


def coded_project(
    hub: Hub, coder: str | None = None, kinds: Sequence[str] = KINDS
) -> tuple[dict[str, str], pd.DataFrame, pd.DataFrame]:
    """The redacted texts of ``kinds`` by name, the codebook (``code, label, parent, color``) and the coded passages.

    Passages have ``interview, coder, code, start, end`` in code points of their text, and its words as ``text``; with
    ``coder``, only hers. Raises UsageError where nobody of this name coded, or there is no text.
    """
    interviews = hub.interviews(kind=None)
    chosen = interviews.loc[interviews["kind"].isin(list(kinds)), "interview"].tolist()
    if not chosen:
        raise UsageError(
            "There is no text of this kind in the study: add the block `interviews` to study.yaml."
        )
    turns = hub.turns(kind=None)
    lines = turns["speaker"].astype(str) + ": " + turns["text"].astype(str) + "\n"
    written = lines.groupby(turns["interview"].astype(str), sort=False).sum()
    texts = {name: str(written.get(name, "")) for name in chosen}
    segments = hub.segments(kind=None)
    if coder is not None:
        known = sorted(segments["coder"].dropna().unique())
        if coder not in known:
            raise UsageError(f"Nobody called {coder!r} coded: coders are {', '.join(known) or 'none'}.")
        segments = segments[segments["coder"] == coder]
    segments = segments.loc[segments["interview"].isin(chosen), [*SEGMENT_COLUMNS, "text"]]
    segments = segments.astype({"interview": str, "coder": str, "code": str, "start": int, "end": int})
    return texts, _codebook(hub), segments.reset_index(drop=True)


def _codebook(hub: Hub) -> pd.DataFrame:
    codes = hub.codes()
    lang = hub.study.model.languages[0] if hub.study.model.languages else "it"
    areas = dict(zip(codes["code"], codes["area"], strict=True))
    parents = dict(zip(codes["code"], codes["parent"].fillna(""), strict=True))

    def colour(code: str) -> str:
        seen = set()
        while code and code not in seen:  # a code without an area has the colour of the one above it
            if areas.get(code) in _COLOURS:
                return _COLOURS[areas[code]]
            seen.add(code)
            code = parents.get(code, "")
        return _GREY

    return pd.DataFrame(
        {
            "code": codes["code"].astype(str),
            "label": codes[f"label_{lang}"].fillna(codes["code"]).astype(str),
            "parent": codes["parent"].fillna("").astype(str),
            "color": [colour(code) for code in codes["code"]],
        }
    )


def write_codings(hub: Hub, to: Path, coder: str | None = None, kinds: Sequence[str] = KINDS) -> list[Path]:
    """Write the codings of ``hub`` to ``to``; return what was written. The same tables give the same bytes.

    ``FILE.qdpx``: a REFI-QDA project with texts, codebook and passages. ``FILE.qdc``: the codebook alone. Another name
    without an ending: a new folder with both, the texts as files, the passages as a table, and the codebook as the
    table that Taguette imports. Nothing is written over, and nothing among the raw files: a coder's work may be there.

    Raises UsageError where the name does not allow it, or there is nothing to write.
    """
    to = Path(to)
    if to.suffix.casefold() not in (".qdpx", ".qdc", ""):
        raise UsageError(
            f"Codings are written as FILE.qdpx, FILE.qdc or into a folder, not as {to.suffix!r}."
        )
    if to.exists():
        raise UsageError(f"{to} is there already, and may hold a coder's work: give another name.")
    if hub.study.folder in to.resolve().parents:
        raise UsageError(f"{to} lies among the raw files of the study, which stay as the field gave them.")
    texts, codes, segments = coded_project(hub, coder, kinds)
    if to.suffix and to.suffix.casefold() == ".qdc":
        if not len(codes):
            raise UsageError("There are no codes: add `codebook` to study.yaml.")
        _aside(to, lambda path: write_codebook(path, codes))
        return [to]
    when = _day(hub)
    name = hub.study.label(hub.study.model.title, hub.lang, hub.study.model.id)
    if to.suffix:
        _aside(to, lambda path: write_project(path, texts, codes, segments, when, name))
        return [to]
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as aside:
        folder = Path(aside) / "made"
        (folder / "texts").mkdir(parents=True)
        write_project(folder / "project.qdpx", texts, codes, segments, when, name)
        if len(codes):
            write_codebook(folder / "codebook.qdc", codes)
            tags = codes.rename(columns={"code": "tag", "label": "description"})[["tag", "description"]]
            _table(folder / "codebook.csv", tags)
        quotes = segments["text"].str.replace(_FORMULA, "'", regex=True)
        _table(folder / "passages.csv", segments[SEGMENT_COLUMNS].assign(quote=quotes))
        for interview, text in texts.items():
            file = folder / "texts" / f"{_OUTSIDE_NAMES.sub('-', interview)}.txt"
            file.write_text(text, encoding="utf-8", newline="\n")
        os.replace(folder, to)
    return sorted(path for path in to.rglob("*") if path.is_file())


def _table(path: Path, rows: pd.DataFrame) -> None:
    """A table whose encoding every program tells at once."""
    rows.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _day(hub: Hub) -> date:
    """The day that is written as the date of everything: the last one the study knows of, so that bytes repeat."""
    days = pd.to_datetime(hub.interviews(kind=None)["date"]).dropna()
    waves = pd.to_datetime(pd.Series([w.date for w in hub.study.model.waves]), errors="coerce").dropna()
    known = pd.concat([days, waves])
    return known.max().date() if len(known) else date(2000, 1, 1)


def _aside(to: Path, write: Callable[[Path], Path]) -> None:
    """Write beside ``to`` and rename: what was stopped half-way leaves nothing."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as aside:
        os.replace(write(Path(aside) / to.name), to)


def tell_codings(name: str, to: str, coder: str | None, kinds: Sequence[str]) -> int:
    """The verb ``codings``: write them and say what was written."""
    hub = open_study(name)
    written = write_codings(hub, Path(to), coder, kinds or KINDS)
    texts, codes, segments = coded_project(hub, coder, kinds or KINDS)
    if Path(to).suffix.casefold() == ".qdc":  # the codebook alone
        print(f"{len(codes)} codes are in {to}, without texts and passages.")
        print("What comes back is declared in study.yaml: `codebook: {file: ...}`.")
        return 0
    print(f"{len(texts)} texts, {len(codes)} codes and {len(segments)} passages are in {to}.")
    if len(written) > 1:
        print("project.qdpx is for any program that reads REFI-QDA; codebook.csv and texts are for Taguette.")
    print("The texts are redacted. What comes back is declared in study.yaml: `codings: [{file: ...}]`.")
    return 0
