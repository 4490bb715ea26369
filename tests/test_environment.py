"""What the project depends on is said in three places, for three readers: they must say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
#: What conda-forge calls otherwise.
CONDA_NAMES = {
    "python-igraph": "igraph",
    "matplotlib-base": "matplotlib",
    "seaborn-base": "seaborn",
    "nbconvert-core": "nbconvert",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EVERYDAY = [Requirement(r) for r in PROJECT["dependencies"]]
DECLARED = [*EVERYDAY, *(Requirement(r) for r in PROJECT["optional-dependencies"]["dev"])]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked() -> dict[str, list[tuple[str, str, str]]]:
    """Package -> (version, marker, what follows it) of each entry of the lock."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for entry in re.split(r"\n(?=[a-zA-Z0-9])", "\n" + LOCK):
        match = re.match(r"\n?([A-Za-z0-9._-]+)==(\S+)(?: ; ([^\\\n]+))?(.*)", entry, re.DOTALL)
        if match:
            found.setdefault(canonicalize_name(match[1]), []).append((match[2], match[3] or "", match[4]))
    return found


def conda() -> dict[str, Requirement]:
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(d["pip"] for d in content if isinstance(d, dict))
    written = [d for d in content if isinstance(d, str)] + [d for d in pip if not d.startswith("-e")]
    requirements = map(Requirement, written)
    return {canonicalize_name(CONDA_NAMES.get(r.name, r.name)): r for r in requirements}


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda r: r.name)
def test_the_lock_holds_each_dependency_in_its_range(requirement):
    entries = locked().get(canonicalize_name(requirement.name), [])
    assert entries, f"{requirement.name} is not in requirements.lock"
    for version, _, _ in entries:
        assert requirement.specifier.contains(version), f"{requirement.name} {version} is out of range"


def test_each_entry_of_the_lock_has_a_hash_and_no_address():
    without = [name for name, entries in locked().items() for e in entries if "--hash=sha256:" not in e[2]]
    assert len(locked()) > len(DECLARED)
    assert without == []
    assert "://" not in LOCK and "--index-url" not in LOCK and "--find-links" not in LOCK


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda r: r.name)
def test_conda_has_each_dependency_with_the_same_range(requirement):
    other = conda().get(canonicalize_name(requirement.name))
    assert other is not None, f"{requirement.name} is not in environment.yml"
    assert other.specifier == requirement.specifier


def test_conda_has_nothing_more():
    declared = {canonicalize_name(r.name) for r in DECLARED} | {"python", "pip"}
    assert set(conda()) - declared == set()


def test_the_package_itself_and_its_python_are_in_the_conda_environment():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert "- -e ." in text
    assert str(conda()["python"].specifier) == PROJECT["requires-python"]


def test_the_lock_holds_for_the_pythons_the_project_promises():
    """A marker may name a Python, but no dependency may be missing on 3.11."""
    from packaging.markers import Marker

    here = {"python_version": "3.11", "python_full_version": "3.11.9", "sys_platform": "linux"}
    for requirement in EVERYDAY:
        entries = locked()[canonicalize_name(requirement.name)]
        assert any(not marker or Marker(marker).evaluate(here) for _, marker, _ in entries), requirement.name
