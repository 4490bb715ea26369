"""hubanalysis: what did a hub's programme of cultural welfare change, for whom, and how do we know?

The names below are all a student needs. Each loads on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "open_study": "hubanalysis.hub",
    "show": "hubanalysis.reports.door",
    "save_results": "hubanalysis.reports.door",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str):
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'hubanalysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
