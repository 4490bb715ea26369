"""Which organisation a written name means: by the register, and by what a person decided where that is not clear."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hubanalysis.errors import DataError, Problem, UsageError
from hubanalysis.loaders.decision_files import write_decisions
from hubanalysis.loaders.organisation_names import NameIndex, plain_name
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import known_names, refer
from hubanalysis.loaders.telling import nearest
from hubanalysis.locale import mark
from hubanalysis.study import Study

__all__ = ["COLUMNS", "UNKNOWN", "Spellings", "list_names", "write_names"]

#: The columns of the list to decide on. Those of the decisions are written, organisation, who, why.
COLUMNS = (
    *("written", "times", "file", "row", "candidate_1", "likeness_1", "candidate_2", "likeness_2"),
    *("candidate_3", "likeness_3", "organisation", "who", "why"),
)
UNKNOWN = mark("the organisation is not in the register")
_REGISTER = mark("the register of organisations")
_NONE = ("none", "nessuna", "nessuno")
_NEW = ("new", "nuova", "nuovo")
#: What became of a name.
FOUND, LEFT_OUT, OPEN = "found", "left out", "open"


class Spellings:
    """The names of one study's ties: matched, decided on, or open.

    Without a register each name is an organisation, as it stands. ``open`` lists what a person is to decide.
    """

    def __init__(
        self, study: Study, organisations: pd.DataFrame | None, reader: Reader, listing: bool = False
    ):
        self.reader, self.telling = reader, reader.telling
        self.ids = known_names(organisations, "organisation")
        named = organisations is not None and "name" in organisations
        pairs = zip(organisations["organisation"], organisations["name"], strict=True) if named else ()
        self.names = dict(pairs) or {organisation: organisation for organisation in self.ids.values()}
        self.index = NameIndex(self.names)
        self.source = study.networks.names if study.networks else None
        self.stops = not listing and (self.source is None or self.source.undecided == "stop")
        self.listing = listing
        self.open: list[dict] = []
        self.decided: dict[str, str | None] = {}
        if self.source and not (listing and not study.file(self.source.file).is_file()):
            self._read()

    def _read(self) -> None:
        """The decisions: plain spelling -> the organisation, None where it is none of them."""
        table = self.reader.table(self.source, ("networks", "names"), ("written", "organisation"))
        texts = {
            name: table[name] if name in table else pd.Series("", table.index) for name in ("who", "why")
        }
        file, nameless = self.source.file, []
        for row, written, answer in zip(table.index, table["written"], table["organisation"], strict=True):
            word = answer.casefold().strip()
            if not written or (not word and not texts["who"][row]):
                continue  # still open
            if not (texts["who"][row] and texts["why"][row]):
                nameless.append(int(row))
            start, _, own = answer.partition(":")
            if word in ("", *_NONE):
                found = None
            elif start.casefold().strip() in _NEW:
                found = " ".join((own or written).split())
            elif word in self.ids:
                found = self.ids[word]
            else:
                match = self.index.match(answer)
                found = match.organisation
                if match.how != "exact":
                    close = nearest(answer, self.ids.values())
                    self.telling.error(
                        mark("the name is decided to be an organisation that is not in the register"),
                        f"did you mean {close!r}? Else write none, or new" if close
                        else mark("write its id in the register, none, or new"),
                        file=file, row=int(row), column="organisation", value=answer,
                    )  # fmt: skip
                    continue
            key = plain_name(written)
            if self.decided.setdefault(key, found) != found:
                self.telling.error(
                    mark("the same name is decided on twice, and not alike"),
                    mark("take one of the two lines out"),
                    file=file, row=int(row), column="written", value=written,
                )  # fmt: skip
        if nameless:
            self.telling.warning(
                mark("decisions on names without who decided, or why"),
                mark("write who decided and why, so that others can follow"),
                file=file, row=nameless[0], count=len(nameless),
            )  # fmt: skip

    def resolve(
        self, written: pd.Series, file: str, free: bool, columns: pd.Series | None = None
    ) -> tuple[pd.Series, pd.Series]:
        """The organisation of each name, missing where there is none; and what became of it.

        ``free`` names are matched by :class:`NameIndex`: a near match is told, an open one stops the study unless
        it says otherwise. Else a name must be an id of the register. Decisions come first in both.
        """
        keys = {name: plain_name(name) for name in written.unique()}
        state = pd.Series(FOUND, index=written.index, dtype=object)
        decided = written.map(lambda name: keys[name] in self.decided).astype(bool)
        ids = written.map(lambda name: self.decided.get(keys[name])).astype(object)
        state[decided & ids.isna()] = LEFT_OUT
        rest = written[~decided]
        if free and self.ids:
            found = rest.map(self._matched(rest, file, columns)).astype(object)
        elif self.ids:
            found = refer(rest, self.ids, UNKNOWN, file, self.telling, _REGISTER)
        else:
            found = rest.str.split().str.join(" ").astype(object).where(rest != "", None)
            if free and len(rest):
                self.telling.warning(
                    mark("names are written freely, and there is no register to match them with"),
                    mark("declare the register of organisations; till then each spelling is an organisation"),
                    file=file,
                )
        ids[~decided] = found.to_numpy()  # by place: a row may hold several names
        ids = ids.where(ids.notna(), None)
        state[~decided & ids.isna()] = OPEN
        return ids, state

    def _matched(self, written: pd.Series, file: str, columns: pd.Series | None) -> dict[str, str | None]:
        result: dict[str, str | None] = {}
        still: list[tuple[str, int, int]] = []
        places = pd.Series(range(len(written)), index=written.index)
        for name, own in written.groupby(written, sort=False):
            match, row = self.index.match(name), int(own.index[0])
            result[name] = match.organisation or None
            if match.how == "near":
                where = columns.iloc[int(places[written == name].iloc[0])] if columns is not None else ""
                self.telling.warning(
                    mark("a name spelt otherwise was taken for an organisation of the register"),
                    mark("nothing, if it is that one; else decide on it in the file of `names`"),
                    file=file, row=row, column=str(where), value=f"{name} = {match.organisation}", count=len(own),
                )  # fmt: skip
            elif match.how == "open" and name:
                still.append((name, row, len(own)))
                line = {"written": name, "times": len(own), "file": file, "row": row}
                for place, (organisation, score) in enumerate(match.candidates, start=1):
                    line |= {f"candidate_{place}": organisation, f"likeness_{place}": round(score)}
                self.open.append(line)
        if still and not self.listing:
            shown = ", ".join(name for name, _, _ in still[:10]) + (" ..." if len(still) > 10 else "")
            (self.telling.error if self.stops else self.telling.warning)(
                mark("names that could be several organisations of the register, or none; none was chosen"),
                mark("list them with `hubanalysis names STUDY --to FILE`, decide, and declare the file under `names`"),
                file=file, row=still[0][1], value=shown, count=len(still),
            )  # fmt: skip
        return result


def list_names(study: Study) -> pd.DataFrame:
    """The written names of organisations that are still to be decided on, one line each, the commonest first.

    Columns: :data:`COLUMNS`; ``likeness`` 0 to 100. Raises DataError, with every problem, where the study has others.
    """
    from hubanalysis.loaders.registers import load_organisations
    from hubanalysis.loaders.ties import load_ties

    problems: list[Problem] = []
    reader = Reader(study, problems, [])
    organisations = load_organisations(study, problems, [], reader)
    spellings = Spellings(study, organisations if len(organisations) else None, reader, listing=True)
    load_ties(study, problems, [], reader, spellings=spellings)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DataError(f"The data of {study.model.id} have {len(errors)} problem(s) to mend.", errors)
    lines = pd.DataFrame(spellings.open, columns=list(COLUMNS))
    alike = lines["written"].map(plain_name)  # one decision holds for all of them
    lines = lines.assign(times=lines.groupby(alike)["times"].transform("sum"))[~alike.duplicated()]
    return lines.sort_values(["times", "written"], ascending=[False, True], ignore_index=True)


def write_names(study: Study, to: Path) -> int:
    """Write :func:`list_names` to ``to``, a new csv that only its owner may read; return how many there are.

    Raises UsageError where the file exists: decisions are never written over.
    """
    if to.exists():
        raise UsageError(f"{to} exists already: it stays as it is. Choose another file.")
    lines = list_names(study)
    write_decisions(lines, to)
    return len(lines)
