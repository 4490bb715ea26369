"""The one door out: language, gate and record are applied to whatever leaves a notebook."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import hubanalysis as ha
from hubanalysis.hub import Hub
from hubanalysis.locale.translator import Translator
from hubanalysis.study import read_study
from hubanalysis.tables import TABLES

STUDY = """\
id: little
title: Little
edition: 2022
simulated: true
waves: [{id: before, label: {it: prima, en: before}}]
privacy: {key: demonstration, threshold: 10}
"""


@pytest.fixture
def opened(tmp_path, monkeypatch):
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    study = read_study(str(tmp_path))
    monkeypatch.setattr(Hub, "manifest", {"item_labels": {}})
    monkeypatch.setenv("HUBANALYSIS_RUN", str(tmp_path / "run"))

    def open_as(lang="en", audience="internal"):
        hub = Hub(study, Translator(lang), audience)
        hub._tables = {name: pd.DataFrame(columns=list(t.columns)) for name, t in TABLES.items()}
        return hub

    return open_as


@pytest.fixture
def seen(monkeypatch):
    """What was displayed: (bundle, metadata of the house)."""
    outputs = []
    monkeypatch.setattr(
        "IPython.display.display",
        lambda bundle, metadata, raw: outputs.append((bundle, metadata["hubanalysis"])),
    )
    return outputs


def estimates(*sizes, **more):
    columns = {
        "area": ["wellbeing", "offer", "audience"][: len(sizes)],
        "estimate": 0.5,
        "low": 0.1,
        "high": 0.9,
    }
    return pd.DataFrame(columns | {"n": sizes, "method": "paired t interval"} | more)


def test_numbers_are_written_as_the_reader_writes_them(opened, seen):
    ha.show(opened("it"), estimates(20), title="T")
    ha.show(opened("en"), estimates(20), title="T")
    assert "0,10" in seen[0][0]["text/html"] and "0.10" in seen[1][0]["text/html"]


def test_a_share_is_written_in_percent(opened, seen):
    ha.show(opened(), estimates(20, unit="share"))
    assert "50%" in seen[0][0]["text/html"] and "10% to 90%" in seen[0][0]["text/html"]


def test_what_people_wrote_cannot_become_markup(opened, seen):
    hub = opened()
    ha.show(hub, pd.DataFrame({"label": ["<script>alert(1)</script>"], "n": [20]}))
    ha.show(hub, pd.DataFrame({"quote": ["<img src=x>"], "interview": ["I01"]}))
    ha.show(hub, "a <b>sentence</b> with **weight**", title="<i>")
    pages = "".join(bundle["text/html"] for bundle, _ in seen)
    for bad in ("<script", "<img src=x", "<b>", "<i>"):
        assert bad not in pages
    assert "<strong>weight</strong>" in pages


def test_a_public_report_withholds_small_groups_and_what_has_no_count(opened, seen):
    hub = opened(audience="public")
    ha.show(hub, estimates(9, 40), record="change")
    ha.show(hub, pd.DataFrame({"person": ["p-1"], "n": [40]}))
    ha.show(hub, pd.DataFrame({"value": [3]}))
    assert seen[0][0]["text/html"].count("0.10 to 0.90") == 1
    assert [meta["kind"] for _, meta in seen] == ["table", "withheld", "withheld"]
    assert "p-1" not in seen[1][0]["text/html"]
    small, large = hub.recorded
    assert small["estimate"] is None and small["n"] is None and "10" in small["note"]
    assert large["estimate"] == 0.5 and large["n"] == 40


def test_a_table_of_small_groups_only_is_one_sentence(opened, seen):
    hub = opened(audience="public")
    ha.show(hub, estimates(4, 9), record="change", title="By group")
    assert [meta["kind"] for _, meta in seen] == ["withheld"]
    assert [r["estimate"] for r in hub.recorded] == [None, None]


def test_a_public_figure_needs_the_smallest_group_behind_it(opened, seen):
    import matplotlib.pyplot as plt

    hub = opened(audience="public")
    plt.close("all")  # what other tests left open
    for n in (None, 5, 50):
        _, axes = plt.subplots()
        ha.show(hub, axes, alt="a plot", n=n)
    assert [meta["kind"] for _, meta in seen] == ["withheld", "withheld", "figure"]
    assert not plt.get_fignums(), "a figure left open would be shown by the kernel, past the door"


def test_a_figure_without_alternative_text_is_refused(opened):
    import matplotlib.pyplot as plt

    _, axes = plt.subplots()
    with pytest.raises(ValueError, match="alt"):
        ha.show(opened(), axes)
    plt.close("all")


def test_results_are_recorded_whole_and_once(opened, seen, tmp_path, capsys):
    hub = opened()
    frame = estimates(20, 30)
    frame.loc[1, ["estimate", "low", "high"]] = float("nan")
    frame["note"] = ["", "too few"]
    ha.show(hub, frame, record="change", title="Change")
    with pytest.raises(ValueError, match="twice"):
        ha.show(hub, frame, record="change")
    ha.save_results(hub, "03_people_change")
    saved = json.loads((tmp_path / "run" / "results" / "03_people_change.json").read_text())
    assert [r["id"] for r in saved] == ["change:wellbeing", "change:offer"]
    assert saved[0] | {"label": ""} == {
        "id": "change:wellbeing", "notebook": "03_people_change", "area": "wellbeing", "label": "", "estimate": 0.5,
        "low": 0.1, "high": 0.9, "n": 20, "unit": None, "method": "paired t interval", "note": None,
    }  # fmt: skip
    assert saved[1]["estimate"] is None and saved[1]["note"] == "too few"
    assert "change:wellbeing  0.50 [0.10, 0.90] n=20" in capsys.readouterr().out


def test_a_table_without_interval_is_no_result(opened, seen):
    with pytest.raises(ValueError, match="low, high"):
        ha.show(opened(), pd.DataFrame({"estimate": [1.0], "n": [30], "method": ["m"]}), record="x")


def test_an_empty_table_says_so(opened, seen):
    ha.show(opened(), pd.DataFrame(columns=["a"]))
    assert seen[0][1]["kind"] == "nothing" and seen[0][0]["text/plain"]


def test_what_is_no_sentence_table_or_figure_is_refused(opened):
    with pytest.raises(TypeError):
        ha.show(opened(), 42)


def test_what_the_silent_leave_open_stands_in_one_cell_in_the_unit_of_the_estimate(opened, seen):
    frame = estimates(52, 52, unit="share").assign(bound_low=0.05, bound_high=[0.95, None], expected=0.4)
    ha.show(opened(), frame, about="organisations", record="share")
    page = seen[0][0]["text/plain"]
    assert "whatever the silent had answered" in page and "5.0% to 95%" in page and "40%" in page


def test_bounds_and_chance_do_not_name_a_result(opened, seen):
    hub = opened()
    ha.show(hub, estimates(52).assign(bound_low=0.05, bound_high=0.9, expected=0.4, ties=10), record="share")
    assert [result["id"] for result in hub.recorded] == ["share:wellbeing"]


def test_several_methods_are_numbered_and_written_out_once(opened, seen):
    frame = estimates(52, 53, 54).assign(method=["one way", "another way", "one way"])
    ha.show(opened(), frame)
    page = seen[0][0]["text/plain"]
    assert "Method 1: one way." in page and "Method 2: another way." in page and page.count("one way") == 1


def test_a_wide_table_says_an_n_that_all_rows_share_once(opened, seen):
    wide = estimates(52, 52).assign(**{f"column_{i}": "x" for i in range(8)})
    ha.show(opened(), wide)
    ha.show(opened(), wide.assign(n=[52, 40]))
    once, twice = (bundle["text/plain"] for bundle, _house in seen)
    assert "n: 52." in once and once.count("52") == 1
    assert "n: " not in twice and "40" in twice


def test_a_note_that_all_rows_share_is_said_once_below(opened, seen):
    ha.show(opened(), estimates(52, 53, note="too few"))
    ha.show(opened(), estimates(52, 53).assign(note=["too few", ""]))
    once, own = (bundle["text/plain"] for bundle, _house in seen)
    assert once.count("too few") == 1 and once.endswith("too few")
    assert not own.endswith("too few") and "note" in own


def test_a_term_of_a_model_is_worded_in_the_table_and_stays_a_name_in_its_result(opened, seen):
    hub = opened()
    ha.show(hub, estimates(52).assign(kind="collaboration", term="same(kind)"), record="why_ties")
    assert "alike in: kind of organisation" in seen[0][0]["text/plain"]
    assert [result["id"] for result in hub.recorded] == ["why_ties:wellbeing:collaboration:same(kind)"]


def test_what_people_said_is_never_put_into_our_terms(opened, seen):
    lines = pd.DataFrame({"group": ["organisation"], "lemma": ["organisation"], "right": ["local"]})
    ha.show(opened("it"), lines)
    page = seen[0][0]["text/html"]
    assert "<td>organisation</td>" in page and "<td>local</td>" in page, "their words"
    assert "<td>organizzazioni</td>" in page, "our group"


def test_a_reason_to_withhold_is_said_once_and_rows_withheld_are_counted(opened, seen):
    hub = opened(audience="public")
    ha.show(hub, ["A sentence on a few."], about="words", n=4)
    ha.show(hub, estimates(4, 5), about="words", silent=True)
    assert len(seen) == 1, "withheld for the reason that stands right before"
    ha.show(hub, ["Of no person."], about="data")
    ha.show(hub, estimates(4, 5), about="words", silent=True)
    assert len(seen) == 3, "something else stands between: it is said again"
    many = pd.DataFrame({"group": list("abcd"), "estimate": 0.5, "low": 0.1, "high": 0.9, "n": [12, 3, 4, 5]})
    ha.show(hub, many.assign(method="paired t interval"), about="words", record="themes")
    page = seen[-1][0]["text/html"]
    assert "Withheld: 3 rows" in page and "<td>b</td>" not in page and len(hub.recorded) == 4


def test_quotations_chosen_for_small_groups_are_withheld(opened, seen):
    quotes = pd.DataFrame({"quote": ["Io canto."], "rule": ["class 1"]})
    ha.show(opened(audience="public"), quotes, about="words", n=4)
    ha.show(opened(), quotes, about="words", n=4)
    assert "Io canto" not in seen[0][0]["text/html"] and "Io canto" in seen[1][0]["text/html"]


def test_a_table_shows_its_first_rows_and_records_all(opened, seen):
    hub = opened()
    ha.show(hub, estimates(12, 12, 12), most=1, record="themes")
    assert "The first 1 of 3 rows" in seen[0][0]["text/html"] and len(hub.recorded) == 3


def test_a_result_takes_along_its_definition_correction_and_bounds(opened, seen):
    from types import SimpleNamespace

    from hubanalysis.study.model import Scale

    hub = opened(audience="public")
    calm = Scale(
        id="calm",
        label={"en": "Calm"},
        area="wellbeing",
        items=["a", "b"],
        reversed=["b"],
        range=(1, 5),
        least=1,
    )
    hub.study = SimpleNamespace(
        model=SimpleNamespace(
            instruments=[SimpleNamespace(scales=[calm])], networks=None, observations=None, codebook=[],
            privacy=hub.study.model.privacy, consultation=None, waves=[],
        )
    )  # fmt: skip
    hub._labels = {"areas": {}, "scales": {}}
    frame = estimates(
        40, 9, scale=["calm", "calm"], p_adjusted=[0.03, 0.2], bound_low=[0.05, 0.1], bound_high=1.0
    )
    ha.show(hub, frame, record="change")
    large, small = hub.recorded
    assert large["definition"] == "mean of a, -b; 1 to 5; at least 1; higher is better"
    assert (large["p_adjusted"], large["bound_low"], large["bound_high"]) == (0.03, 0.05, 1.0)
    assert not {"p_adjusted", "bound_low", "bound_high"} & set(small), "nothing of a withheld group is told"
