"""What a person decided about who is who between waves: a small file that names pairs of rows, never codes.

One line is a pair: ``file_a, row_a`` and ``file_b, row_b`` (rows as a spreadsheet counts), and the ``decision``.
The columns ``id_a, id_b`` (submissions, where exports have them) find a row again that has moved; ``check`` is
a keyed mark of both rows' codes and times, by which a row that has changed since is noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.cleaning_log import places, same_file
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.telling import Telling, nearest
from hubanalysis.locale import mark
from hubanalysis.study.model import Source

__all__ = ["COLUMNS", "NEED", "Decisions", "open_pairs", "read_decisions"]

NEED = ("file_a", "row_a", "file_b", "row_b", "decision")
COLUMNS = [
    *("instrument", "wave_a", "file_a", "row_a", "id_a", "wave_b", "file_b", "row_b", "id_b"),
    *("element", "proposal", "decision", "who", "why", "check"),
]
WORDS = {
    **dict.fromkeys(("same", "stessa", "stesso"), "same"),
    **dict.fromkeys(("different", "diversa", "diverso"), "different"),
}
Mark = Callable[[str], str]


class Decisions(NamedTuple):
    """Pairs of rows (``uid``) decided to be one person, or two; ``lines``: the lines of the file that hold."""

    same: list[tuple[str, str]]
    different: list[tuple[str, str]]
    lines: pd.DataFrame


def _marks(rows: pd.DataFrame) -> dict[str, str]:
    """What makes each row the one it is: its code and the time of sending."""
    elements = [column for column in rows.columns if column.startswith("element ")]
    texts = rows[elements].assign(submitted=rows["submitted"].astype("str").fillna(""))
    return {
        uid: "\x1f".join(cells)
        for uid, cells in zip(rows["uid"], texts.itertuples(index=False, name=None), strict=True)
    }


def open_pairs(pairs: pd.DataFrame, kept: pd.DataFrame, instrument: str, keyed: Mark) -> pd.DataFrame:
    """The lines for a person to decide: the ``pairs`` of :func:`link_waves` by file and row, the decision empty.

    ``kept`` are the submissions; ``keyed`` makes a mark that nobody without the study's key can try out.
    """
    rows = kept.set_index("uid")
    marks = _marks(kept)
    lines = pd.DataFrame({"instrument": instrument, "proposal": pairs["proposal"]})
    for side, end in (("left", "a"), ("right", "b")):
        here = rows.loc[pairs[side]]
        for ours, theirs in (("wave", "wave"), ("file", "file"), ("row", "row"), ("id", "submission_id")):
            lines[f"{ours}_{end}"] = here[theirs].astype("str").to_numpy()
    lines["element"] = pairs["element"].str.removeprefix("element ")
    lines["check"] = [
        keyed(f"{marks[a]}\x1e{marks[b]}") for a, b in zip(pairs["left"], pairs["right"], strict=True)
    ]
    # those that need a person come first, the candidates of one row stand together
    order = lines["proposal"].map({"ambiguous": 0, "chance": 1, "near": 2})
    places = lines.assign(order=order, row=lines["row_b"].astype(int))
    lines = lines.loc[places.sort_values(["order", "wave_b", "file_b", "row"], kind="stable").index]
    return lines.reindex(columns=COLUMNS, fill_value="")


def read_decisions(
    source: Source,
    where: tuple,
    instrument: str,
    submissions: pd.DataFrame,
    kept: pd.DataFrame,
    reader: Reader,
    keyed: Mark | None = None,
) -> Decisions:
    """The decisions that hold. Everything wrong is told at once, each with its line of the file.

    Errors, never applied: a word that is no decision, a file or row that is not there, a row whose code or time
    of sending is not what was decided on, two rows of one wave as one person, decisions that contradict each
    other (also through third rows). Told, and not applied: a row that does not count (a copy, late, no consent).
    A line without ``check`` is honoured and told. ``submissions`` are all rows read, ``kept`` those that count.
    """
    telling = reader.telling
    table = reader.table(source, where, need=NEED)
    for column in COLUMNS:
        if column not in table:
            table[column] = ""
    lines = table[COLUMNS]
    lines = lines[lines["instrument"].isin(["", instrument])]
    words = lines["decision"].str.casefold().str.strip()
    for line in lines.index[~words.isin([*WORDS, ""])]:
        telling.error(
            mark("the decision is neither same nor different"),
            mark("write `same`, `different`, or nothing as long as it is open"),
            file=source.file, row=int(line), column="decision", value=words[line],
        )  # fmt: skip
    lines = lines.assign(decision=words.map(WORDS))[words.isin(list(WORDS))]
    unsigned = lines.index[(lines["who"] == "") | (lines["why"] == "")]
    if len(unsigned):
        telling.warning(
            mark("decisions on links without who decided, or why"),
            mark("write who decided and why, so that others can follow"),
            file=source.file,
            **places(list(unsigned), ""),
        )
    find = _Finder(submissions, kept, source.file, telling)
    found = {line.Index: pair for line in lines.itertuples() if (pair := find.pair(line)) is not None}
    lines = lines.loc[list(found)]
    lines = _unchanged(lines, found, kept, source.file, telling, keyed)
    waves = kept.set_index("uid")["wave"].to_dict()
    return _consistent(lines, found, waves, source.file, telling)


class _Finder:
    """Finds the rows a line names: by the submission's id where there is one, else by file and row."""

    def __init__(self, submissions: pd.DataFrame, kept: pd.DataFrame, shown: str, telling: Telling):
        self.files = sorted(set(submissions["file"]))
        self.known = set(zip(submissions["file"], submissions["row"].astype(int), strict=True))
        self.known |= set(zip(submissions["file"], submissions["submission_id"], strict=True))
        rows = kept[["file", "row", "submission_id", "uid"]].itertuples(index=False, name=None)
        self.counts = {}
        for file, row, submission, uid in rows:
            self.counts[file, int(row)] = uid
            if submission:
                self.counts[file, submission] = uid
        self.has_ids = set(submissions.loc[submissions["submission_id"] != "", "file"])
        self.shown, self.telling = shown, telling

    def pair(self, line) -> tuple[str, str] | None:
        ends = [self._row(line, end) for end in ("a", "b")]
        return None if None in ends else (ends[0], ends[1])

    def _row(self, line, end: str) -> str | None:
        file, row, submission = (getattr(line, f"{part}_{end}") for part in ("file", "row", "id"))
        declared = next((name for name in self.files if same_file(file, name, self.files)), None)
        if declared is None:
            close = nearest(file, self.files)
            self.telling.error(
                mark("the decision names a file that is no export of the instrument"),
                f"did you mean {close!r}?" if close else mark("write the file as study.yaml names it"),
                file=self.shown, row=int(line.Index), column=f"file_{end}", value=file,
            )  # fmt: skip
            return None
        if submission and declared in self.has_ids:
            place, column = (declared, submission), f"id_{end}"
        else:
            place, column = (declared, int(row) if row.isdecimal() else -1), f"row_{end}"
        if place in self.counts:
            return self.counts[place]
        if place in self.known:
            self.telling.warning(
                mark("a decision on a row that does not count (a copy, late, or without consent)"),
                mark("nothing, or take the line out"),
                file=self.shown, row=int(line.Index), column=column,
            )  # fmt: skip
        else:
            self.telling.error(
                mark("the decision names a row that the file does not have"),
                mark("look the row up in the raw file; rows count as in a spreadsheet, the header is row 1"),
                file=self.shown, row=int(line.Index), column=column, value=HIDDEN if submission else row,
            )  # fmt: skip
        return None


def _unchanged(
    lines: pd.DataFrame, found: dict, kept: pd.DataFrame, shown: str, telling: Telling, keyed: Mark | None
) -> pd.DataFrame:
    """The lines whose rows are those that were decided on; without a key this cannot be told."""
    unchecked = lines.index[lines["check"] == ""]
    if len(unchecked):
        telling.warning(
            mark("decisions without a check: it is not known whether their rows have changed since"),
            mark("run `hubanalysis links` with --to and this file, which adds it"),
            file=shown,
            **places(list(unchecked), ""),
        )
    if keyed is None or lines.empty:
        return lines
    uids = {uid for pair in found.values() for uid in pair}
    marks = _marks(kept[kept["uid"].isin(uids)])
    now = pd.Series(
        [keyed(f"{marks[a]}\x1e{marks[b]}") for a, b in (found[line] for line in lines.index)],
        index=lines.index,
    )
    changed = (lines["check"] != "") & (lines["check"] != now)
    for line in lines.index[changed]:
        telling.error(
            mark("a row has changed since the decision was made (its code, or the time of sending)"),
            mark("look at both rows again; if the decision still stands, empty the cell `check`"),
            file=shown, row=int(line), column="check",
        )  # fmt: skip
    return lines.assign(check=now)[~changed]


def _consistent(lines: pd.DataFrame, found: dict, waves: dict, shown: str, telling: Telling) -> Decisions:
    """The decisions, once they do not contradict each other."""
    group: dict[str, set[str]] = {}
    same, different = [], []
    for line in lines.index[lines["decision"] == "same"]:
        one, other = found[line]
        both = group.get(one, {one}) | group.get(other, {other})
        if len({waves[uid] for uid in both}) < len(both):
            telling.error(
                mark("the decision makes two rows of one wave the same person"),
                mark("decide which row belongs to the person; a second row goes out with the cleaning log"),
                file=shown, row=int(line), column="decision",
            )  # fmt: skip
            continue
        same.append((one, other))
        group.update(dict.fromkeys(both, both))
    for line in lines.index[lines["decision"] == "different"]:
        one, other = found[line]
        if other in group.get(one, {one}):
            telling.error(
                mark("the decision contradicts others, which make these rows one person"),
                mark("look at all lines on these rows and correct those that are wrong"),
                file=shown, row=int(line), column="decision",
            )  # fmt: skip
            continue
        different.append((one, other))
    return Decisions(same, different, lines)
