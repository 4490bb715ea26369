"""YAML with the line of every value, and without YAML 1.1's surprises (``NO`` and ``12:30`` stay texts)."""

from __future__ import annotations

import datetime
import re
from typing import Any

import yaml

from hubanalysis.errors import Problem

__all__ = ["Lines", "load_with_lines"]

Lines = dict[tuple, int]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+$|[-+]?(0|[1-9][0-9]*)\.?[0-9]*[eE][-+]?[0-9]+$")


def _scalar(node: yaml.ScalarNode) -> Any:
    """YAML 1.2 core types only, decided by how a person would read the plain text."""
    text = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    return text


def load_with_lines(text: str, file: str) -> tuple[Any, Lines, list[Problem]]:
    """Parse ``text``; return the value, the line (from 1) of each path in it, and problems of form.

    Keys given twice are problems: the second would silently win otherwise.
    """
    problems: list[Problem] = []
    lines: Lines = {(): 1}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(
            Problem(
                what=f"not valid YAML: {getattr(error, 'problem', None) or 'cannot be read'}",
                fix="check indentation, colons and quotes on this line",
                file=file,
                row=mark.line + 1 if mark else None,
            )
        )
        return None, lines, problems

    def build(node: yaml.Node | None, path: tuple) -> Any:
        if node is None:
            return None
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            result: dict = {}
            for key_node, value_node in node.value:
                key = key_node.value  # keys are names: always text, so that 99 and "99" are one
                line = key_node.start_mark.line + 1
                if key in result:
                    problems.append(
                        Problem(
                            what=f"{key!r} is given twice", fix="keep one of the two", file=file, row=line
                        )
                    )
                lines[(*path, key)] = line
                result[key] = build(value_node, (*path, key))
            return result
        if isinstance(node, yaml.SequenceNode):
            return [build(child, (*path, i)) for i, child in enumerate(node.value)]
        return _scalar(node)

    return build(root, ()), lines, problems
