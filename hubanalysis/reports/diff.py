"""What changed between two runs: results that differ, appeared or vanished, in words and numbers."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from hubanalysis.errors import UsageError
from hubanalysis.reports.ledger import Ledger
from hubanalysis.reports.publishing import find_run, read_results

__all__ = ["compare_results", "compare_runs"]

#: Smaller differences, relative to the number, are the arithmetic's and not the data's.
TOLERANCE = 1e-9


def compare_results(before: list[dict], after: list[dict]) -> dict[str, list[Any]]:
    """``changed`` (pairs), ``appeared``, ``vanished`` and ``same`` results, told apart by their ids."""
    old, new = ({r["id"]: r for r in results} for results in (before, after))
    shared = [key for key in old if key in new]
    return {
        "changed": [(old[key], new[key]) for key in shared if not _same(old[key], new[key])],
        "appeared": [result for key, result in new.items() if key not in old],
        "vanished": [result for key, result in old.items() if key not in new],
        "same": [new[key] for key in shared if _same(old[key], new[key])],
    }


def _same(a: dict, b: dict) -> bool:
    return all(_equal(a.get(key), b.get(key)) for key in ("estimate", "low", "high", "n"))


def _equal(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-12)


def _written(result: dict) -> str:
    """An estimate as one reads it: ``0.31 [0.12, 0.50], n = 120``."""
    if result.get("estimate") is None:
        return result.get("note") or "no estimate"
    low, high = (f"{result[k]:.4g}" if result.get(k) is not None else "–" for k in ("low", "high"))
    n = f", n = {result['n']}" if result.get("n") is not None else ""
    return f"{result['estimate']:.4g} [{low}, {high}]{n}"


def _overlap(a: dict, b: dict) -> str:
    """A word on the size of a change: beside the uncertainty that the first run told."""
    if None in (a.get("low"), a.get("high"), b.get("estimate")):
        return ""
    inside = a["low"] <= b["estimate"] <= a["high"]
    return "" if inside else "  (outside the interval of before)"


def compare_runs(before: str, after: str) -> list[str]:
    """The difference between two runs in lines of text. Raises UsageError where a run or its results are missing."""
    folders = [_folder(word) for word in (before, after)]
    old, new = (Ledger.read(folder).content for folder in folders)
    lines = [f"before: {old['run']}", f"after:  {new['run']}"]
    if old["study"] != new["study"]:
        lines.append(f"These are two studies: {old['study']} and {new['study']}.")
    lines += _ground(old, new)
    found = compare_results(*(read_results(folder) for folder in folders))
    lines.append(
        f"{len(found['changed'])} results changed, {len(found['appeared'])} appeared, "
        f"{len(found['vanished'])} vanished, {len(found['same'])} are the same."
    )
    for a, b in found["changed"]:
        lines += ["", f"changed   {b['id']}: {b['label']}", f"          before {_written(a)}"]
        lines.append(f"          after  {_written(b)}{_overlap(a, b)}")
    for word in ("appeared", "vanished"):
        if found[word]:
            lines.append("")
        lines += [f"{word:<9} {r['id']}: {r['label']}: {_written(r)}" for r in found[word]]
    return lines


def _folder(word: str) -> Path:
    shelf, run = find_run(word)
    folder = shelf.place(run)
    if not folder.is_dir():
        raise UsageError(f"The run {run} did not come to its end: hubanalysis resume {run}")
    return folder


def _ground(old: dict, new: dict) -> list[str]:
    """What could explain a change: raw data, code, versions, parameters."""
    lines = []
    if old["inputs"]["sha256"] != new["inputs"]["sha256"]:
        each_old, each_new = old["inputs"].get("each"), new["inputs"].get("each")
        if each_old is None or each_new is None:
            lines.append("The raw data differ.")
        else:
            differ = sorted(k for k in each_old | each_new if each_old.get(k) != each_new.get(k))
            lines.append(f"Raw files that differ: {', '.join(differ)}.")
    if old["code_sha256"] != new["code_sha256"]:
        lines.append("The code of hubanalysis differs.")
    moved = [
        f"{name} {old['versions'].get(name, '–')} -> {new['versions'].get(name, '–')}"
        for name in sorted(old["versions"] | new["versions"])
        if old["versions"].get(name) != new["versions"].get(name)
    ]
    if moved:
        lines.append(f"Versions that differ: {', '.join(moved)}.")
    if old["request"]["parameters"] != new["request"]["parameters"]:
        asked = [", ".join(r["request"]["parameters"]) or "none" for r in (old, new)]
        lines.append(f"Parameters: {asked[0]} -> {asked[1]}.")
    return lines
