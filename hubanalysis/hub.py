"""The hub: a study opened for analysis. Prepares what is stale and hands out the tidy tables, one method a table."""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path

import pandas as pd

from hubanalysis.errors import DataError, Problem
from hubanalysis.locale import mark
from hubanalysis.locale.translator import Translator
from hubanalysis.prepare import ensure_fresh, read_study_data
from hubanalysis.study import Study, home, read_study
from hubanalysis.study.waves import ARMS, MOMENTS, editions, placed_waves
from hubanalysis.tables import TABLES, Table

__all__ = ["Hub", "check", "open_study"]

AUDIENCES = ("internal", "public")
AREAS = {
    "wellbeing": mark("Social wellbeing"),
    "networks": mark("Short and long networks"),
    "management": mark("Management and innovation"),
    "competences": mark("Competences"),
    "audience": mark("Audience"),
    "offer": mark("Cultural and social offer"),
}


def open_study(study: str, lang: str = "it", audience: str = "internal") -> Hub:
    """Open STUDY (a name under data/raw, or a folder with study.yaml), preparing its tables if the raw files changed.

    ``lang`` is "it" or "en"; ``audience`` "internal" or "public". Raises UsageError for an unknown study, language or
    audience, DataError with every problem at once where the data do not pass ``check``.
    """
    from hubanalysis.errors import UsageError

    if audience not in AUDIENCES:
        raise UsageError(f"There is no audience {audience!r}: write {' or '.join(AUDIENCES)}.")
    text = Translator(lang)
    described = read_study(study)
    ensure_fresh(described)
    return Hub(described, text, audience)


def check(study: str) -> list[Problem]:
    """Every problem of STUDY at once: those of study.yaml, or else those of its files. Writes nothing."""
    try:
        described = read_study(study)
    except DataError as error:
        return list(error.problems)
    return read_study_data(described).problems


class Hub:
    """A study opened in one language for one audience. Get one with :func:`open_study`."""

    def __init__(self, study: Study, text: Translator, audience: str):
        self.study = study
        self.text = text
        self.audience = audience
        self._tables: dict[str, pd.DataFrame] = {}
        self.recorded: list[dict] = []
        self.refused_last: str | None = None  # why the thing shown last was withheld

    def __repr__(self) -> str:
        return f"<Hub {self.study.id}, {self.lang}, {self.audience}>"

    @property
    def lang(self) -> str:
        """The reader's language, "it" or "en"."""
        return self.text.lang

    @property
    def public(self) -> bool:
        """Whether this is a report for everyone, which must let nobody be singled out."""
        return self.audience == "public"

    @property
    def threshold(self) -> int:
        """The smallest group a public report may show."""
        return self.study.model.privacy.threshold

    @cached_property
    def manifest(self) -> dict:
        """The account of preparation: inputs with their hashes, problems, rows in, kept and dropped."""
        return json.loads((self.study.processed / "manifest.json").read_text(encoding="utf-8"))

    def inputs(self) -> dict[str, str]:
        """Each raw file, by the name study.yaml gives it, and its SHA-256."""
        return {name: entry["sha256"] for name, entry in self.manifest["inputs"].items()}

    def account(self) -> pd.DataFrame:
        """One row a step of preparation: table, step, rows_in, kept, dropped, reason."""
        columns = ["table", "step", "rows_in", "kept", "dropped", "reason"]
        return pd.DataFrame(self.manifest["account"], columns=columns)

    def problems(self) -> pd.DataFrame:
        """One row a problem found and handled as declared: severity, file, row, column, value, count, what, fix.

        In a public report ``value`` is empty: what people wrote may be a person's name.
        """
        columns = ["severity", "file", "row", "column", "value", "count", "what", "fix"]
        told = []
        for problem in self.manifest["problems"]:
            said = {name: _say(self.text, *parts) for name, parts in problem.get("said", {}).items()}
            told.append({**problem, **said})
        frame = pd.DataFrame(told, columns=columns)
        if self.public:
            frame["value"] = ""
        return frame.astype({"row": "Int64"})

    def results(self) -> list[dict]:
        """The results the notebooks of this run have recorded; outside a run, those of the latest good run."""
        return read_results(self.study.id)

    def compared_waves(self, about: str = "people", first: str = "", last: str = "") -> tuple[str, str]:
        """The two waves of the main comparison: before and after of the study's own edition, never a follow-up.

        ``first`` and ``last`` stand as given where they are not empty. Both are empty where nobody has a score.
        """
        scores = self.scores(about, arm=None)
        later = {w.id for w in placed_waves(self.study.model) if w.moment == "follow_up"}
        known = scores["wave"].cat.categories if len(scores) else []
        found = [w for w in known if w not in later and (scores["wave"] == w).any()]
        return first or (found[0] if found else ""), last or (found[-1] if found else "")

    def waves_of_editions(self) -> dict[str, dict[str, list[str]]]:
        """Edition -> moment (before, after, follow_up) -> its waves; editions in the declared order."""
        return editions(self.study.model)

    def moments(self) -> dict[str, list[str]]:
        """Moment (before, after, follow_up) -> its waves, of the study's own edition; empty lists where it has none."""
        return editions(self.study.model).get(self.study.model.edition, {moment: [] for moment in MOMENTS})

    def _chosen(self, frame: pd.DataFrame, arm: str | None, edition: str | None) -> pd.DataFrame:
        """The rows of one arm and edition ("" the study's own); tables without waves by who has rows there."""
        respondents = self._tables.get("respondents")
        if respondents is None:
            self._table("respondents")
            respondents = self._tables["respondents"]
        edition = self.study.model.edition if edition == "" else edition
        waves = [w.id for w in placed_waves(self.study.model) if edition in (None, w.edition)]
        stay = respondents["wave"].isin(waves)
        if arm is not None:
            stay &= (respondents["arm"] == arm) | (respondents["about"] != "people")
        if stay.all():
            return frame
        keys = [c for c in ("about", "id", "wave", "instrument") if c in frame.columns]
        index = [pd.MultiIndex.from_frame(f[keys].astype("str")) for f in (frame, respondents[stay])]
        return frame[index[0].isin(index[1])].reset_index(drop=True)

    def labels(self, kind: str) -> dict[str, str]:
        """Ids and their labels in the reader's language.

        ``kind``: waves, areas, scales, items, codes, needs, tie_kinds, tie_weights (what their weights mean),
        definitions, grid, activities, organisations, instruments. Raises KeyError for another word.
        """
        return self._labels[kind]

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        model, lang = self.study.model, self.lang

        def of(blocks) -> dict[str, str]:
            return {block.id: self.study.label(block.label, lang, block.id) for block in blocks}

        networks = model.networks
        ties = [*networks.ties, *networks.memberships] if networks else []
        return {
            "waves": of(model.waves),
            "areas": {area: self.text(name) for area, name in AREAS.items()},
            "scales": {k: v for i in model.instruments for k, v in of(i.scales).items()},
            "items": self.manifest.get("item_labels", {}).get(lang, {}),
            "codes": _pairs(self._table("codes"), "code", f"label_{lang}"),
            "needs": of(model.consultation.needs) if model.consultation else {},
            "tie_kinds": {t.kind: self.study.label(t.label, lang, t.kind) for t in ties},
            "tie_weights": {
                t.kind: self.study.label(t.weights.meaning, lang, t.kind)
                for t in (networks.ties if networks else ())
                if t.weights
            },
            "definitions": of(networks.short_long) if networks else {},
            "grid": of(model.observations.grid) if model.observations else {},
            "activities": _pairs(self._table("activities"), "activity", "title"),
            "organisations": self._organisation_names(),
            "instruments": {i.id: self.text.term(i.id) for i in model.instruments},
        }

    def _organisation_names(self) -> dict[str, str]:
        frame = self._table("organisations")
        names = _pairs(frame, "organisation", "name")
        # who is tied to them need not stand in the register, nor have consented
        ties = self._table("ties")
        outside = pd.unique(pd.concat([ties["source"], ties["target"]]))
        names |= {name: name for name in outside if name not in names}
        if not self.public:
            return names
        consented = set(frame.loc[frame["consent"].fillna(False), "organisation"])
        unnamed = self.text("organisation not named")
        return {key: name if key in consented else unnamed for key, name in names.items()}

    def _table(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            self._tables[name] = pd.read_parquet(self.study.processed / f"{name}.parquet")
        return self._tables[name].copy()


def _say(text: Translator, message: str, fields: dict) -> str:
    """A sentence of :func:`hubanalysis.errors.filled` in the reader's language."""
    return text(message, **{k: _say(text, *v) if isinstance(v, list) else v for k, v in fields.items()})


def _pairs(frame: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    return {k: (v if isinstance(v, str) and v else k) for k, v in zip(frame[key], frame[value], strict=True)}


def read_results(study_id: str) -> list[dict]:
    """Results of the current run (HUBANALYSIS_RUN), else of the latest good run with those saved by hand on top."""
    run = os.environ.get("HUBANALYSIS_RUN")
    if run:
        return [r for file in sorted(Path(run, "results").glob("*.json")) for r in _json(file)]
    reports = home() / "reports" / study_id
    latest = reports / "latest" / "results.json"
    by_id = {r["id"]: r for r in _json(latest)} if latest.is_file() else {}
    for file in sorted((reports / "interactive" / "results").glob("*.json")):
        by_id |= {r["id"]: r for r in _json(file)}
    return list(by_id.values())


def _json(file: Path) -> list[dict]:
    return json.loads(file.read_text(encoding="utf-8"))


_OF_RESPONDENTS = """

    Handed out are those who took part (``arm="programme"``) in the study's own edition (``edition=""``), so that a
    comparison group or another year never slips into a result; ``arm="comparison"``, another ``edition``, or None
    for all of them. Raises ValueError for another arm or an edition that no wave belongs to.
"""

_OF_TEXTS = """

    Handed out is one ``kind`` of text: interview, answer (an open answer of a questionnaire), note (an observer's);
    None for all of them, so that what was said and what was written are never mixed by chance.
"""
#: What a text to read can be.
KINDS = ("interview", "answer", "note")


def _reader(table: Table):
    """The method that hands out ``table``; its docstring is the table's codebook."""
    if "about" in table.columns:

        def read(
            self: Hub, about: str | None = None, *, arm: str | None = ARMS[0], edition: str | None = ""
        ) -> pd.DataFrame:
            if arm not in (None, *ARMS):
                raise ValueError(f"arm must be {', '.join(ARMS)} or None, not {arm!r}")
            if edition and edition not in editions(self.study.model):
                raise ValueError(f"no wave belongs to the edition {edition!r}")
            frame = self._chosen(self._table(table.name), arm, edition)
            return frame if about is None else frame[frame["about"] == about].reset_index(drop=True)
    elif "interview" in table.columns:

        def read(self: Hub, kind: str | None = KINDS[0]) -> pd.DataFrame:
            if kind not in (None, *KINDS):
                raise ValueError(f"kind must be {', '.join(KINDS)} or None, not {kind!r}")
            frame = self._table(table.name)
            if kind is None:
                return frame
            of = self._table("interviews")
            chosen = of.loc[of["kind"] == kind, "interview"]
            frame = frame[frame["interview"].isin(chosen)].reset_index(drop=True)
            if "group" in frame and isinstance(frame["group"].dtype, pd.CategoricalDtype):
                # kinds of activities are no groups of people interviewed
                frame["group"] = frame["group"].cat.remove_unused_categories()
            return frame
    else:

        def read(self: Hub) -> pd.DataFrame:
            return self._table(table.name)

    read.__name__ = table.name
    read.__qualname__ = f"Hub.{table.name}"
    of_respondents, of_texts = "about" in table.columns, "interview" in table.columns
    read.__doc__ = table.codebook() + (_OF_RESPONDENTS if of_respondents else _OF_TEXTS if of_texts else "")
    return read


for _table_name, _contract in TABLES.items():
    setattr(Hub, _table_name, _reader(_contract))
