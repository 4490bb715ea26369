"""How a markdown cell falls into blocks, the unit of translation: one split for extraction and for translator."""

from __future__ import annotations

import re

__all__ = ["COMMENT", "markdown_blocks"]

#: The comment at the end of a parameter's line, which says what the parameter is.
COMMENT = re.compile(r"(?<=  # )(.*\S)\s*$", re.MULTILINE)

_HEADING = re.compile(r"(#{1,6} +)(.*\S)\s*$")
_KEEPS_LINES = re.compile(r"\s*([-*+] |\d+[.)] |\||>)")


def markdown_blocks(source: str) -> list[tuple[str, str]]:
    """The blocks of a markdown cell, each a pair: what is not translated, and the message.

    Blocks are separated by blank lines, and a heading is a block of its own, without its ``#``. A paragraph's lines are
    joined, so that wrapping it anew does not lose its translation; lists, tables and quotations keep their lines.
    Fenced code is all prefix, its message empty. Joined by blank lines, prefix + message give the cell again.
    """
    blocks: list[tuple[str, str]] = []
    lines: list[str] = []
    fence: list[str] | None = None

    def close() -> None:
        if lines:
            keep = any(_KEEPS_LINES.match(line) for line in lines)
            joined = "\n".join(lines) if keep else " ".join(line.strip() for line in lines)
            blocks.append(("", joined.strip()))
            lines.clear()

    for line in source.splitlines():
        if fence is not None:
            fence.append(line)
            if line.strip().startswith("```"):
                blocks.append(("\n".join(fence), ""))
                fence = None
        elif line.strip().startswith("```"):
            close()
            fence = [line]
        elif not line.strip():
            close()
        elif heading := _HEADING.match(line):
            close()
            blocks.append((heading[1], heading[2]))
        else:
            lines.append(line)
    close()
    if fence is not None:
        blocks.append(("\n".join(fence), ""))
    return blocks
