"""The hub's own instruments: questionnaires and grids, defined once in YAML, written as XLSForm workbooks."""

from __future__ import annotations

from importlib import import_module

__all__ = ["FORMS", "build_instruments", "read_form"]

#: The questionnaires of the shipped study, which a simulated field answers.
FORMS = ("people", "organisations")


def __getattr__(name: str):
    if name in ("build_instruments", "read_form"):
        return getattr(import_module("hubanalysis.instruments.xlsform"), name)
    raise AttributeError(f"module 'hubanalysis.instruments' has no attribute {name!r}")
