"""Hubs compared from their results.json alone: what is read, refused and written."""

from __future__ import annotations

import json

import pytest

from hubanalysis import cli
from hubanalysis.errors import DataError, UsageError
from hubanalysis.reports.comparing import compare_hubs, read_recorded


def recorded(estimate=0.3, **more):
    return {
        "id": "change:wellbeing:calm", "notebook": "03_people_change", "area": "wellbeing",
        "label": "Mean change in points: Wellbeing · Calm", "estimate": estimate, "low": estimate - 0.2,
        "high": estimate + 0.2, "n": 60, "unit": "points", "method": "paired t interval", "note": None,
        "definition": "mean of a, b; 1 to 5; at least 2; higher is better",
    } | more  # fmt: skip


@pytest.fixture
def hub(tmp_path):
    def write(name, *results, **manifest):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "results.json").write_text(json.dumps(list(results)), encoding="utf-8")
        if manifest:
            (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return write


def test_a_file_or_a_run_is_read_and_named(hub):
    run = hub("run", recorded(), study="siena", run="r1", lang="it", simulated=True)
    one = read_recorded(str(run))
    assert (one.name, one.study, one.simulated, len(one.results)) == ("siena", "siena", True, 1)
    assert read_recorded(f"Pisa={run / 'results.json'}").name == "Pisa"
    assert read_recorded(str(hub("lucca", recorded()) / "results.json")).name == "lucca"


def test_an_italian_report_is_understood(hub):
    italian = hub("run", recorded(method="intervallo t per dati appaiati"))
    assert read_recorded(str(italian)).results[0]["method"] == "paired t interval"


@pytest.mark.parametrize(
    "content",
    ["{}", '[{"estimate": 1}]', '[{"id": "a", "estimate": "1"}]', '[{"id": "a"}, {"id": "a"}]',
     '[{"id": "a", "unit": 3}]', '[{"id": "a", "n": true}]'],
)  # fmt: skip
def test_what_is_no_results_file_is_refused_with_all_its_problems(tmp_path, content):
    file = tmp_path / "results.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        read_recorded(str(file))
    assert refused.value.problems


@pytest.mark.parametrize("content", ["", "[", '[{"id": "a", "low": NaN}]', "\x00"])
def test_what_is_no_json_is_wrong_use(tmp_path, content):
    file = tmp_path / "results.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"results\.json"):
        read_recorded(str(file))
    with pytest.raises(UsageError, match="There is no"):
        read_recorded(str(tmp_path / "nowhere"))


def test_the_page_and_the_numbers_are_written_whole(hub, tmp_path, capsys):
    first, second = hub("a", recorded()), hub("b", recorded(0.5, label="<script>x</script>"))
    out = tmp_path / "out"
    assert cli.main(["compare", f"2021={first}", f"2022={second}", "--lang", "en", "--to", str(out)]) == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() == str(out / "index.html")
    assert "Calm" in page and "<script" not in page and "No difference between the editions" in page
    written = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert written["pooled"][0]["estimate"] == pytest.approx(0.4)
    assert written["pooled"][0]["predict_low"] is None, "two hubs predict no third"
    assert [part["hub"] for part in written["parts"]] == ["2021", "2022"]
    assert written["over_time"][0]["estimate"] == pytest.approx(0.2)
    assert cli.main(["compare", str(first), str(second), "--to", str(out)]) == 2, "nothing is written over"


def test_labels_come_in_the_readers_language_where_a_hub_has_them(hub, tmp_path):
    italian = hub("a", recorded(label="Cambiamento: Benessere"), study="a", lang="it")
    english = hub("b", recorded(0.5, label="Change: Wellbeing"), study="b", lang="en")
    words = [f"a={italian}", f"b={english}"]
    assert "Benessere" in compare_hubs(words, lang="it", to=str(tmp_path / "it")).read_text(encoding="utf-8")
    page = compare_hubs(words, lang="en", to=str(tmp_path / "en")).read_text(encoding="utf-8")
    assert "Change: Wellbeing" in page and "Benessere" not in page


def test_what_would_count_double_or_alone_is_refused(hub):
    one, same, other = hub("a", recorded()), hub("b", recorded()), hub("c", recorded(0.5))
    for words, told in (
        ([f"x={one}"], "at least two"),
        ([f"x={one}", f"x={other}"], "called 'x'"),
        ([f"x={one}", f"y={same}"], "count double"),
    ):
        with pytest.raises(UsageError, match=told):
            compare_hubs(words)


def test_other_definitions_are_not_combined_and_the_page_says_so(hub, tmp_path):
    other = recorded(0.5, definition="mean of a, b; 0 to 10; at least 2; higher is better")
    words = [f"Siena={hub('a', recorded())}", f"Pisa={hub('b', other)}"]
    page = compare_hubs(words, lang="en", to=str(tmp_path / "out")).read_text(encoding="utf-8")
    assert "Nothing could be combined" in page and "the definitions differ" in page and "0 to 10" in page
