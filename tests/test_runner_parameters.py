"""Parameters are read without running a notebook, and checked by type before a kernel starts."""

from __future__ import annotations

import pytest

from hubanalysis.errors import UsageError
from hubanalysis.reports.parameters import Parameter, assign, convert, read_parameters, split_assignments


def notebook(source: str) -> dict:
    return {"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}]}


def test_names_types_defaults_and_comments_are_read():
    source = (
        "least: int = 5  # smallest group\nflag = False\nkinds: list[str] = ['a', 'b']  # which\n"
        "low: float | None = None\nwhen = print('never run')\n"
    )
    assert list(read_parameters(notebook(source)).values()) == [
        Parameter("least", "int", 5, "smallest group"),
        Parameter("flag", "bool", False),
        Parameter("kinds", "list[str]", ["a", "b"], "which"),
        Parameter("low", "float | None", None),
    ]


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("bool", "false", False),  # papermill would pass the text "false", which is true
        ("bool", "True", True),
        ("int", "-3", -3),
        ("float", "1e-3", 0.001),
        ("str", "007", "007"),  # papermill would make it 7
        ("str", "12:30", "12:30"),
        ("str", "NO", "NO"),
        ("list[int]", "1, 2", [1, 2]),
        ("list[str]", "", []),
        ("float | None", "none", None),
        ("float | None", "0.5", 0.5),
        ("Literal['a', 'b']", "b", "b"),
    ],
)
def test_what_is_written_becomes_what_the_type_says(kind, written, value):
    assert convert(Parameter("x", kind, None), written) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("bool", "1"),
        ("int", "1.0"),
        ("int", "x"),
        ("float", "0,5"),
        ("float", "nan"),
        ("list[int]", "1,b"),
        ("Literal['a']", "b"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_way_out(kind, written):
    with pytest.raises(ValueError, match="write"):
        convert(Parameter("x", kind, None), written)


def test_a_parameter_goes_to_the_notebooks_that_have_it():
    have = {
        "a": {"least": Parameter("least", "int", 5)},
        "b": {"least": Parameter("least", "float", 5.0)},
        "c": {},
    }
    assert assign({"least": "3"}, have) == {"a": {"least": 3}, "b": {"least": 3.0}, "c": {}}


def test_every_mistake_is_told_at_once_with_the_nearest_name():
    have = {"a": {"least": Parameter("least", "int", 5), "flag": Parameter("flag", "bool", True)}}
    other = {"05": {"seed": Parameter("seed", "int", 1)}}
    with pytest.raises(UsageError) as error:
        assign({"leats": "3", "flag": "2", "lang": "en", "seed": "3"}, have, other)
    told = str(error.value)
    for words in (
        "did you mean 'least'?",
        "write true or false",
        "it is given by --lang",
        "it belongs to 05",
    ):
        assert words in told
    assert error.value.exit_code == 2 and len(error.value.problems) == 4


def test_assignments_are_name_equals_value():
    assert split_assignments(["a=1=2", "b="]) == {"a": "1=2", "b": ""}
    with pytest.raises(UsageError) as error:
        split_assignments(["a", "1b=2", "c=1", "c=2"])
    assert len(error.value.problems) == 3
