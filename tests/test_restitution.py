"""Pages to give back: what each group is told of its own, what it is not, and that a batch can be gone on with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import hubanalysis as ha
from hubanalysis import cli
from hubanalysis.errors import UsageError
from hubanalysis.findings.restitution import LEAST_TOLD, group_page, organisation_page, voters_page
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.priorities import borda_scores, collective_rankings
from hubanalysis.reports.hand_outs import recipients, restitution_page

NEEDS = ["home", "work", "care", "school"]
LABELS = {"home": "Housing", "work": "Work", "care": "Care", "school": "School"}
EN = Translator("en")


def consultation(small: int, large: int = 30) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rankings and voters of one round: ``small`` put school first, all others home."""
    rows, groups = [], []
    for i in range(small + large):
        own = ["school", "care", "work", "home"] if i < small else ["home", "work", "care", "school"]
        rows += [(1, f"v{i:03}", need, place) for place, need in enumerate(own, 1)]
        groups.append((1, f"v{i:03}", "service", "minors" if i < small else "adults"))
    return (
        pd.DataFrame(rows, columns=["round", "voter", "need", "rank"]),
        pd.DataFrame(groups, columns=["round", "voter", "group", "value"]),
    )


def page(small: int, value: str = "minors"):
    rankings, voters = consultation(small)
    ranks = collective_rankings(rankings, NEEDS, replicates=50)
    points = borda_scores(rankings, NEEDS, replicates=50)
    return voters_page(
        rankings, voters, NEEDS, ranks, points, [], EN, LABELS, group="service", value=value, threshold=10
    )


def test_a_large_group_reads_its_own_order():
    assert page(12).said == [
        "The 12 of you who answered put first, in this order, “School”, “Care” and “Work”."
    ]


def test_a_small_group_reads_its_needs_without_order_or_numbers():
    said = " ".join(page(LEAST_TOLD).said)
    assert said.index("Care") < said.index("School") < said.index("Work")  # by the alphabet
    assert not any(digit in said for digit in "0123456789")


def test_of_a_handful_nothing_of_their_own_is_told():
    told = page(LEAST_TOLD - 1)
    assert not any(label in " ".join(told.said) for label in LABELS.values())
    assert told.bars[0]["label"] == "Housing" and "34" in told.everybody[0]


def test_the_order_of_all_says_whether_it_is_sure():
    sure, unsure = page(2), page(14)
    assert "surely so" in sure.everybody[0]
    rankings, voters = consultation(15, 16)
    ranks, points = (f(rankings, NEEDS, replicates=200) for f in (collective_rankings, borda_scores))
    close = voters_page(
        rankings, voters, NEEDS, ranks, points, [], EN, LABELS, group="service", value="minors"
    )
    assert "not surely" in close.everybody[0]
    assert unsure.bars_alt.startswith("The 4 needs that all put first. ")


def test_a_group_nobody_belongs_to_is_told():
    with pytest.raises(ValueError, match="nobody in round 1 has service 'elders'"):
        page(5, "elders")


def change(n: int, **estimates: float) -> pd.DataFrame:
    rows = [
        {"area": "wellbeing", "scale": k, "estimate": v, "low": v - 0.1, "high": v + 0.1, "n": n, "p": 0.01,
         "p_adjusted": 0.01, "unit": "points", "method": "m", "note": ""}
        for k, v in estimates.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_participants_read_worse_as_plainly_as_better_and_no_change_as_such():
    labels = {"scales": {"up": "Ties", "down": "Rest", "flat": "Trust"}}
    told = group_page(
        "age: 18 to 29", change(20, up=0.4, down=-0.4, flat=0.05), change(200, up=0.3), [], [], EN, labels
    )
    assert told.said[1:] == [
        "**Ties**: it went better (+0.4 points).",
        "**Rest**: it went worse (−0.4 points).",
        "No change could be shown for: Trust. That does not mean there was none.",
    ]


def test_a_group_of_participants_under_the_threshold_reads_nothing_of_its_own():
    told = group_page(
        "x", change(9, up=0.4), change(200, up=0.3), [], [], EN, {"scales": {"up": "Ties"}}, threshold=10
    )
    assert "0.4" not in " ".join(told.said) and "+0.3" in " ".join(told.everybody)


def test_an_organisation_reads_how_many_named_it_and_never_who():
    ties = pd.DataFrame(
        {"kind": pd.Categorical(["help"] * 3), "wave": pd.Categorical(["after"] * 3), "source": ["A", "B", "A"],
         "target": ["B", "A", "C"], "weight": 1.0}
    )  # fmt: skip
    asked = pd.DataFrame({"kind": "help", "wave": ["after"], "organisation": ["A"], "responded": [True]})
    labels = {"waves": {"after": "after"}, "tie_kinds": {"help": "help"}, "scales": {}}
    told = organisation_page("Library A", ties, asked, change(40), [], [], EN, labels, organisation="A")
    assert told.said == ["**help**: organisations you named: 2; organisations that named you: 1."]
    silent = organisation_page("Library B", ties, asked, change(40), [], [], EN, labels, organisation="B")
    assert silent.said == [
        "In the wave “after” you did not tell your ties.",
        "**help**: organisations that named you: 1.",
    ]


@pytest.fixture(scope="module")
def hub():
    return ha.open_study("siena-2022", lang="it", audience="public")


def test_every_recipient_of_siena_has_a_page_and_its_own_name(hub):
    everybody = recipients(hub)
    assert len({r.name for r in everybody}) == len(everybody) > 50
    about = {r.about for r in everybody}
    assert {"service", "territory", "organisation", "age_band"} <= about
    assert restitution_page(hub).whom.endswith(f"«{everybody[0].label}»")


def test_who_has_no_page_is_told_who_has(hub):
    with pytest.raises(UsageError, match="there are Adulti"):
        restitution_page(hub, "service", "nobody")


def test_a_batch_is_made_listed_and_gone_on_with(tmp_path, monkeypatch, capsys):
    root = Path(ha.__file__).parents[1]
    (tmp_path / "data").symlink_to(root / "data")
    shutil.copytree(root / "notebooks" / "pages", tmp_path / "notebooks" / "pages")
    (tmp_path / "notebooks" / "x.ipynb").write_text("{}")
    monkeypatch.setenv("HUBANALYSIS_HOME", str(tmp_path))
    monkeypatch.delenv("HUBANALYSIS_RUN", raising=False)
    assert cli.main(["restitution", "siena-2022", "--about", "territory", "--lang", "en"]) == 0
    run = Path(capsys.readouterr().out.strip().splitlines()[-1]).parent
    pages = sorted(p.name for p in (run / "pages").iterdir())
    assert pages[0] == "territory-amiata.pdf" and len(pages) == 4
    assert not (run.parent / "latest").exists()  # `latest` is the last good report
    index = (run / "index.html").read_text()
    assert all(f'href="pages/{page}"' in index for page in pages)
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["audience"] == "public" and manifest["state"] == "done"
    assert cli.main(["restitution", "siena-2022", "--about", "planet"]) == 2
    assert "there are service, territory, organisation" in capsys.readouterr().err
