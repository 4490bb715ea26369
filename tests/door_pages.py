"""From a thing shown to the page a reader sees: an empty study, what left through the door, the chapter made of it."""

from __future__ import annotations

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook, new_output

from hubanalysis.hub import Hub
from hubanalysis.locale.translator import Translator
from hubanalysis.reports.page import read_chapter
from hubanalysis.study import read_study
from hubanalysis.tables import TABLES


def empty_study(folder, monkeypatch, yaml: str):
    """How to open, for an audience, a study with this study.yaml and no row in any table."""
    (folder / "study.yaml").write_text(yaml, encoding="utf-8")
    study = read_study(str(folder))
    monkeypatch.setattr(Hub, "manifest", {"item_labels": {}})

    def open_as(audience="internal"):
        hub = Hub(study, Translator("en"), audience)
        hub._tables = {name: pd.DataFrame(columns=list(t.columns)) for name, t in TABLES.items()}
        return hub

    return open_as


def displayed(monkeypatch) -> list[tuple[dict, dict]]:
    """What is displayed from now on: bundle and metadata of each output."""
    outputs: list[tuple[dict, dict]] = []
    monkeypatch.setattr(
        "IPython.display.display", lambda bundle, metadata, raw: outputs.append((bundle, metadata))
    )
    return outputs


def chapter_of(outputs, folder, public=False):
    """The chapter of a notebook whose cells gave these outputs."""
    cells = [
        new_code_cell("ha.show()", outputs=[new_output("display_data", data=bundle, metadata=metadata)])
        for bundle, metadata in outputs
    ]
    nbformat.write(new_notebook(cells=cells), folder / "05_x.ipynb")
    return read_chapter(folder / "05_x.ipynb", Translator("en"), public)
