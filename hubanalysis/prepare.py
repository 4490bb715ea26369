"""Prepare a study: raw files -> loaders -> privacy -> tidy tables, with a manifest that accounts for every row.

Nothing that names a person goes further than this module: ids become keyed pseudonyms, free text is redacted. The
tables are built aside and take their place in one step, so that a killed preparation leaves the old ones standing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from hubanalysis.errors import DataError, HubError, Problem
from hubanalysis.tables import STATUSES, TABLES, Table

if TYPE_CHECKING:
    from hubanalysis.study import Study

__all__ = ["Prepared", "ensure_fresh", "prepare", "read_study_data"]

#: Rooms whose code decides what the tables hold: when one changes, the tables are stale.
_ROOMS = ("loaders", "privacy", "study", "tables.py", "prepare.py", "metrics/scales.py")


@dataclass
class Prepared:
    """What a study's raw files gave: the tables, the problems, the account of rows, the inputs."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    account: list[dict] = field(default_factory=list)
    item_labels: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self.problems if p.severity == "error"]


def _declared_files(block) -> list[str]:
    """Every file study.yaml names, patterns spelt out later."""
    from pydantic import BaseModel

    found: list[str] = []
    for name, value in block:
        if name in ("file", "form") and isinstance(value, str):
            found.append(value)
        elif name == "files":
            found.extend(value)
        else:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, BaseModel):
                    found.extend(_declared_files(part))
    return list(dict.fromkeys(found))


def input_files(study: Study) -> dict[str, Path]:
    """Name -> path of each raw file that exists, study.yaml first, in a stable order."""
    files = {"study.yaml": study.path}
    for name in _declared_files(study.model):
        if any(c in name for c in "*?["):
            files |= {
                p.relative_to(study.folder).as_posix(): p
                for p in sorted(study.folder.glob(name))
                if p.is_file()
            }
        elif study.file(name).is_file():
            files[name] = study.file(name)
    return files


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code_hash() -> str:
    """Hash of the code that makes the tables."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for room in _ROOMS:
        place = package / room
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _key_mark(study: Study) -> str:
    """A fingerprint of the pseudonym key, so that a changed key makes the tables stale."""
    from hubanalysis.privacy.pseudonyms import key_for, pseudonym

    return pseudonym(key_for(study), "key-mark", study.model.id)


def _is_fresh(study: Study) -> bool:
    try:
        manifest = json.loads((study.processed / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if manifest.get("code") != _code_hash() or manifest.get("key") != _key_mark(study):
        return False
    files, known = input_files(study), manifest["inputs"]
    if list(files) != list(known):
        return False
    if any(not (study.processed / f"{name}.parquet").is_file() for name in TABLES):
        return False
    for name, path in files.items():
        stat, entry = path.stat(), known[name]
        same = stat.st_size == entry["size"] and stat.st_mtime_ns == entry["modified"]
        if not same and _sha256(path) != entry["sha256"]:
            return False
    return True


def ensure_fresh(study: Study) -> None:
    """Prepare ``study`` unless its tables stand for the raw files as they are now. One process at a time."""
    from filelock import FileLock

    if _is_fresh(study):
        return
    study.processed.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(study.processed.parent / f".{study.model.id}.lock"):
        if not _is_fresh(study):  # another process may have done it while this one waited
            prepare(study)


def read_study_data(study: Study) -> Prepared:
    """Read every declared file through its loader and take persons' names and ids out. Writes nothing."""
    from hubanalysis.loaders.item_labels import item_labels
    from hubanalysis.loaders.tabular import load_tables
    from hubanalysis.loaders.transcripts import listed_names
    from hubanalysis.privacy.interviews import load_qualitative
    from hubanalysis.privacy.processed import pseudonymise
    from hubanalysis.privacy.pseudonyms import key_for, pseudonym

    prepared = Prepared()
    try:
        key = key_for(study)
    except HubError as error:
        prepared.problems += error.problems or [Problem(what=error.message, fix="see docs/privacy.md")]
        key = None
    keyed = None if key is None else partial(pseudonym, key, "link")
    raw = dict(load_tables(study, prepared.problems, prepared.account, keyed))
    known = None if key is None else partial(pseudonym, key)
    raw |= load_qualitative(study, prepared.problems, prepared.account, raw, known)
    prepared.item_labels = item_labels(study)
    if key is None:
        return prepared
    tables = pseudonymise(raw, key, listed_names(study, prepared.problems))
    for name, table in TABLES.items():
        prepared.tables[name] = _enforce(tables.get(name), table, study)
    prepared.tables["scores"] = _enforce(_scores(study, prepared.tables["answers"]), TABLES["scores"], study)
    return prepared


def _scores(study: Study, answers: pd.DataFrame) -> pd.DataFrame | None:
    from hubanalysis.metrics.scales import score_scales

    parts = []
    for instrument in study.model.instruments:
        if instrument.scales:
            mine = answers["instrument"] == instrument.id
            own = answers if mine.all() else answers[mine]  # millions of rows are not copied for nothing
            parts.append(score_scales(own, instrument.scales))
    return pd.concat(parts, ignore_index=True) if parts else None


def _enforce(frame: pd.DataFrame | None, table: Table, study: Study) -> pd.DataFrame:
    """Exactly the columns and types of the contract."""
    frame = pd.DataFrame(columns=list(table.columns)) if frame is None else frame
    result = {}
    for column, (kind, _) in table.columns.items():
        values = frame[column] if column in frame else pd.Series([None] * len(frame), index=frame.index)
        if kind in ("id", "text"):
            values = values.astype("string")
        elif kind == "number":
            values = pd.to_numeric(values).astype("float64")
        elif kind == "count":
            values = pd.to_numeric(values).astype("Int64")
        elif kind == "date":
            values = pd.to_datetime(values).dt.normalize() if len(values) else pd.to_datetime(values)
        elif kind == "flag":
            values = values.astype("boolean")
        elif kind == "category":
            values = _categorical(values, column, study)
        result[column] = values
    return pd.DataFrame(result, columns=list(table.columns)).reset_index(drop=True)


def _categorical(values: pd.Series, column: str, study: Study) -> pd.Series:
    from hubanalysis.study.model import AREAS, REACHES

    declared = {
        "about": ["people", "organisations"],
        "wave": [w.id for w in study.model.waves],
        "area": list(AREAS),
        "reach": list(REACHES),
        "status": list(STATUSES),
    }.get(column)
    ordered = column in ("wave", "reach")
    if declared is None:
        declared = sorted({str(value) for value in values.dropna().unique()})
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype(pd.CategoricalDtype(declared, ordered))
    return pd.Series(
        pd.Categorical(values.astype("object"), categories=declared, ordered=ordered), index=values.index
    )


def prepare(study: Study) -> dict:
    """Read, check, and write the tables of ``study``; return the manifest.

    Raises DataError, listing every problem at once, where one of them is an error; the old tables stay.
    """
    prepared = read_study_data(study)
    if prepared.errors:
        raise DataError(
            f"The data of {study.model.id} have {len(prepared.errors)} problem(s) to mend.", prepared.errors
        )
    manifest = {
        "study": study.model.id,
        "code": _code_hash(),
        "key": _key_mark(study),
        "inputs": {
            name: {
                "sha256": _sha256(path),
                "size": path.stat().st_size,
                "modified": path.stat().st_mtime_ns,
            }
            for name, path in input_files(study).items()
        },
        "tables": {name: len(frame) for name, frame in prepared.tables.items()},
        "account": prepared.account,
        "problems": [p.as_dict() for p in prepared.problems],
        "item_labels": prepared.item_labels,
    }
    target = study.processed
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{study.model.id}-", dir=target.parent))
    try:
        for name, frame in prepared.tables.items():
            frame.to_parquet(aside / f"{name}.parquet", index=False)
        text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
        (aside / "manifest.json").write_text(text + "\n", encoding="utf-8")
        old = aside.with_name(aside.name + "-old")
        if target.exists():
            os.replace(target, old)
        os.replace(aside, target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest
