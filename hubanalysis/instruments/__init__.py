"""The hub's own instruments: questionnaires and grids, defined once in YAML, written as XLSForm workbooks."""

from __future__ import annotations

from importlib import import_module

__all__ = ["FORMS", "build_instruments", "read_form"]

#: The forms that travel with the project, in the order a hub uses them.
FORMS = ("people", "organisations", "network", "observation", "consultation")


def __getattr__(name: str):
    if name in ("build_instruments", "read_form"):
        return getattr(import_module("hubanalysis.instruments.xlsform"), name)
    raise AttributeError(f"module 'hubanalysis.instruments' has no attribute {name!r}")
