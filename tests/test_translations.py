"""Every word a reader sees exists in Italian, and says as much as the English."""

from __future__ import annotations

import pytest

from hubanalysis.locale.blocks import markdown_blocks
from hubanalysis.locale.extraction import (
    find_messages,
    messages_in_code,
    messages_in_notebook,
    placeholders,
    shortcomings,
)
from hubanalysis.locale.translator import Translator


@pytest.fixture(scope="module")
def lacking() -> dict[str, list[str]]:
    return shortcomings("it")


@pytest.mark.parametrize("kind", ["missing", "fuzzy", "obsolete", "differing"])
def test_the_italian_catalogue_is_whole(lacking, kind):
    mend = "python -m hubanalysis.locale.extraction, then translate in hubanalysis/locale/it"
    assert lacking[kind] == [], f"{len(lacking[kind])} {kind}: {mend}"


def test_messages_are_found_where_they_stand():
    source = (
        "from hubanalysis.locale import mark\n"
        "A = mark('one')\n"
        "text('two {n}', n=2); hub.text('three' if x else 'four'); _('five' ' joined')\n"
        "text(variable); text(f'six {x}'); other('seven'); path.write_text('eight'); ax.text(0, 1, 'nine')\n"
    )
    assert list(messages_in_code(source)) == ["one", "two {n}", "three", "four", "five joined"]


def test_a_notebook_gives_its_blocks_and_its_calls(tmp_path):
    import json

    path = tmp_path / "n.ipynb"
    cells = [
        {"cell_type": "markdown", "source": ["# 3. Title\n", "\n", "A paragraph\n", "on two lines."]},
        {"cell_type": "code", "source": "%matplotlib inline\nha.show(hub, x, title=_('A title'))"},
    ]
    path.write_text(json.dumps({"cells": cells}))
    assert list(messages_in_notebook(path)) == ["3. Title", "A paragraph on two lines.", "A title"]


def test_a_markdown_cell_survives_its_blocks():
    source = "# Title\nsentence one,\nstill one.\n\n- a\n- b\n\n```\ncode\n\nmore\n```\n\n## End"
    blocks = markdown_blocks(source)
    assert blocks == [
        ("# ", "Title"),
        ("", "sentence one, still one."),
        ("", "- a\n- b"),
        ("```\ncode\n\nmore\n```", ""),
        ("## ", "End"),
    ]
    assert Translator("en").block(source) == "\n\n".join(prefix + message for prefix, message in blocks)
    assert markdown_blocks(Translator("en").block(source)) == blocks


def test_placeholders_are_the_fields_of_a_message():
    assert placeholders("{n} people, {share} ({n})") == {"n", "share"}


def test_the_site_itself_is_among_the_messages():
    found = find_messages()
    assert (
        "Simulated data." in found
        and "hubanalysis/reports/templates/base.html.j2" in found["Simulated data."]
    )


def test_no_message_is_put_together_by_an_f_string():
    """An f-string cannot be translated: its pieces have no place in another language's sentence."""
    import ast

    from hubanalysis.locale.extraction import CALLS, PACKAGE

    guilty = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.JoinedStr):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in CALLS:
                    guilty.append(f"{path.name}:{node.lineno}")
    assert guilty == []
