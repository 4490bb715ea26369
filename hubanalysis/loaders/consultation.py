"""The consultation of social workers: ballots, ratings and emergencies of each round."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from hubanalysis.errors import HIDDEN, Problem, filled
from hubanalysis.instruments.xlsform import token
from hubanalysis.loaders.cells import header_key
from hubanalysis.loaders.form_cells import choice_words
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import empty_table
from hubanalysis.loaders.telling import nearest, safe_to_show
from hubanalysis.loaders.typed import to_number
from hubanalysis.locale import mark
from hubanalysis.study import Study
from hubanalysis.study.model import Round
from hubanalysis.tables import TABLES

__all__ = ["Consultation", "load_consultation"]


class Consultation(NamedTuple):
    """The tables of a consultation; ``voter`` is the code as written, for a pseudonym to replace."""

    needs: pd.DataFrame
    rankings: pd.DataFrame
    ratings: pd.DataFrame
    voters: pd.DataFrame
    emergencies: pd.DataFrame
    missing_needs: pd.DataFrame


def load_consultation(
    study: Study, problems: list[Problem], account: list[dict], reader: Reader | None = None
) -> Consultation:
    """Needs as declared, and what each voter ranked, rated and wrote in each round.

    Layout ``wide``: a row is a voter. After ``rank_prefix`` stands either a place (the cell holds the need,
    by id or label) or a need (the cell holds its rank; two needs may share one). Layout ``long``: a row is a
    voter and a need, with columns ``need`` and ``rank`` and, where asked, ``urgency`` and ``gravity``. Needs
    left out have no row.
    """
    names = ("rankings", "ratings", "voters", "emergencies", "missing_needs")
    if study.consultation is None:
        return Consultation(empty_table("needs"), *(empty_table(name) for name in names))
    reader = reader or Reader(study, problems, account)
    needs = pd.DataFrame(
        [
            {
                "need": n.id,
                "label_it": n.label.get("it", ""),
                "label_en": n.label.get("en", ""),
                "area": n.area,
            }
            for n in study.consultation.needs
        ]
    )
    rounds = [
        _RoundReading(study, declared, ("consultation", "rounds", position), reader).tables()
        for position, declared in enumerate(study.consultation.rounds)
    ]
    tables = [
        pd.concat(parts, ignore_index=True)
        if (parts := [r[name] for r in rounds if len(r[name])])
        else empty_table(name)
        for name in names
    ]
    return Consultation(needs, *tables)


class _RoundReading:
    """One round: its cells, and what is told about them."""

    def __init__(self, study: Study, declared: Round, where: tuple, reader: Reader):
        self.round, self.telling, self.file = declared, reader.telling, declared.file
        self.needs: dict[str, str] = {}
        for need in study.consultation.needs:
            for text in (need.id, token(need.id), *need.label.values()):
                self.needs.setdefault(header_key(text), need.id)
        need = (declared.voter,) if declared.layout == "wide" else (declared.voter, "need", "rank")
        texts = [column for column in (declared.emergency, declared.missing) if column]
        need = (*need, *declared.groups.values(), *texts)
        cells = reader.table(declared, where, tuple(dict.fromkeys(need)), "voters")
        for column in declared.groups.values():  # a group is told in words, as it will be read
            if words := choice_words(study, declared, column):
                cells = cells.assign(**{column: cells[column].replace(words)})
        empty = cells[declared.voter] == ""
        if empty.any():
            self.telling.error(
                mark("rows without the voter's code"),
                mark("write it in the cleaning log"),
                file=self.file,
                row=int(cells.index[empty][0]),
                column=declared.voter,
                count=int(empty.sum()),
            )
        self.cells = cells[~empty]
        if declared.layout == "wide":
            self._one_ballot_each()

    def _one_ballot_each(self) -> None:
        again = self.cells.duplicated(self.round.voter)
        for row in self.cells.index[again]:
            self.telling.error(
                mark("the voter has two ballots in this round"),
                mark("take one out with the cleaning log"),
                file=self.file,
                row=int(row),
                column=self.round.voter,
                value=HIDDEN,
            )
        self.cells = self.cells[~again]

    def tables(self) -> dict[str, pd.DataFrame]:
        long = self.round.layout == "long"
        voters = self.cells.drop_duplicates(self.round.voter)
        return {
            "rankings": self._frame("rankings", self._long_ranks() if long else self._wide_ranks()),
            "ratings": self._frame("ratings", self._long_ratings() if long else self._wide_ratings()),
            "voters": self._frame("voters", self._groups(voters)),
            "emergencies": self._frame("emergencies", self._written(self.round.emergency)),
            "missing_needs": self._frame("missing_needs", self._written(self.round.missing)),
        }

    def _frame(self, table: str, rows: list[dict]) -> pd.DataFrame:
        return pd.DataFrame(
            [{"round": self.round.round, **row} for row in rows], columns=list(TABLES[table].columns)
        )

    def _need(self, text: str, row: int, column: str) -> str | None:
        found = self.needs.get(header_key(text))
        if found is None:
            close = nearest(text, self.needs)
            self.telling.error(
                mark("the need is not declared"),
                filled(
                    mark("did you mean {close}? Correct it in the cleaning log"),
                    close=repr(self.needs[close]),
                )
                if close
                else mark("declare it under `needs` in study.yaml, or correct it in the cleaning log"),
                file=self.file,
                row=row,
                column=column,
                value=safe_to_show(text),
            )
        return found

    def _ballots(self, votes: list[tuple[int, str, str, int, str]]) -> list[dict]:
        """Votes ``(row, voter, need, rank, column)`` as rows of ``rankings``; a need ranked twice is told and
        counted once."""
        seen: set[tuple[str, str]] = set()
        found = []
        for row, voter, need, rank, column in votes:
            if (voter, need) in seen:
                self.telling.error(
                    mark("the voter ranked this need twice"),
                    mark("look at the ballot and correct it in the cleaning log"),
                    file=self.file,
                    row=row,
                    column=column,
                    value=need,
                )
                continue
            seen.add((voter, need))
            found.append({"voter": voter, "need": need, "rank": rank})
        return found

    def _rank(self, text: str, row: int, column: str) -> int | None:
        if re.fullmatch(r"[1-9][0-9]{0,3}", text):
            return int(text)
        self.telling.error(
            mark("a rank is a whole number from 1"),
            mark("correct it in the cleaning log"),
            file=self.file,
            row=row,
            column=column,
            value=safe_to_show(text),
        )
        return None

    def _wide_ranks(self) -> list[dict]:
        prefix = self.round.rank_prefix
        columns = [c for c in self.cells.columns if header_key(c).startswith(header_key(prefix)) and prefix]
        if not columns:
            self.telling.error(
                mark("no column starts with the prefix of ranks"),
                mark("correct `rank_prefix` in study.yaml"),
                file=self.file,
                value=prefix,
            )
        votes = []
        for column in columns:
            place = column[len(prefix) :]
            by_place = place.isdecimal() and header_key(place) not in self.needs
            listed = None if by_place else self._need(place, self.round.header_row, column)
            if not by_place and listed is None:
                continue
            for row, voter, text in self.cells[[self.round.voter, column]].itertuples(name=None):
                if not text:
                    continue
                need = self._need(text, row, column) if by_place else listed
                rank = int(place) if by_place else self._rank(text, row, column)
                if need is not None and rank is not None:
                    votes.append((row, voter, need, rank, column))
        order = {row: position for position, row in enumerate(self.cells.index)}
        return self._ballots(sorted(votes, key=lambda vote: (order[vote[0]], vote[3])))

    def _long_ranks(self) -> list[dict]:
        votes = []
        for row, voter, text, place in self.cells[[self.round.voter, "need", "rank"]].itertuples(name=None):
            if not place:
                continue
            need, rank = self._need(text, row, "need"), self._rank(place, row, "rank")
            if need is not None and rank is not None:
                votes.append((row, voter, need, rank, "need"))
        return self._ballots(votes)

    def _numbers(self, column: str) -> pd.Series:
        values, misfits = to_number(self.cells[column], self.round.decimal)
        for row in misfits.index[misfits]:
            self.telling.error(
                mark("a number was expected"),
                mark("correct it in the cleaning log"),
                file=self.file,
                row=int(row),
                column=column,
                value=HIDDEN,
            )
        return values

    def _wide_ratings(self) -> list[dict]:
        marks: dict[tuple[int, str], dict] = {}
        for kind, prefix in (("urgency", self.round.urgency_prefix), ("gravity", self.round.gravity_prefix)):
            for column in self.cells.columns if prefix else ():
                if not header_key(column).startswith(header_key(prefix)):
                    continue
                need = self._need(column[len(prefix) :], self.round.header_row, column)
                for row, value in self._numbers(column).dropna().items() if need else ():
                    marks.setdefault((row, need), {})[kind] = value
        voters = self.cells[self.round.voter]
        order = {row: position for position, row in enumerate(self.cells.index)}
        return [
            {"voter": voters.at[row], "need": need, **given}
            for (row, need), given in sorted(
                marks.items(), key=lambda mark_: (order[mark_[0][0]], mark_[0][1])
            )
        ]

    def _long_ratings(self) -> list[dict]:
        columns = [kind for kind in ("urgency", "gravity") if kind in self.cells]
        numbers = {kind: self._numbers(kind) for kind in columns}
        found = []
        for row, voter, text in self.cells[[self.round.voter, "need"]].itertuples(name=None):
            given = {kind: values.at[row] for kind, values in numbers.items() if pd.notna(values.at[row])}
            need = self.needs.get(header_key(text))
            if given and need:
                found.append({"voter": voter, "need": need, **given})
        return found

    def _groups(self, voters: pd.DataFrame) -> list[dict]:
        if not self.round.groups:
            return [{"voter": voter, "group": None, "value": None} for voter in voters[self.round.voter]]
        return [
            {"voter": row[self.round.voter], "group": group, "value": row[column] or None}
            for row in voters.to_dict("records")
            for group, column in self.round.groups.items()
        ]

    def _written(self, column: str | None) -> list[dict]:
        """What each voter wrote in this column, once."""
        if not column:
            return []
        rows = self.cells[self.cells[column] != ""].drop_duplicates([self.round.voter, column])
        return [{"voter": row[self.round.voter], "text": row[column]} for row in rows.to_dict("records")]
