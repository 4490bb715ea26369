"""A whole study folder, simulated, with the truth that was planted in it. Nobody in it exists."""

from __future__ import annotations

from importlib import import_module

__all__ = ["simulate"]


def __getattr__(name: str):
    if name in __all__:
        return getattr(import_module("hubanalysis.simulation.study_folder"), name)
    raise AttributeError(f"module 'hubanalysis.simulation' has no attribute {name!r}")
