"""What a person sees while a report is made: a bar on a terminal, one line a notebook anywhere else."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["Progress"]


class Progress:
    """Tells of notebooks that ended. Use as a context."""

    def __init__(self, total: int, stream: Any = None):
        self.stream = stream or sys.stderr
        self.total = total
        self.ended = 0
        self._bar = None

    def __enter__(self) -> Progress:
        if self.stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=self.total, file=self.stream, unit="notebook", leave=False,
                bar_format="{desc}{n_fmt}/{total_fmt} |{bar}| {elapsed}",
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def say(self, line: str) -> None:
        """A line of its own, above the bar."""
        if self._bar is not None:
            self._bar.write(line, file=self.stream)
        else:
            print(line, file=self.stream, flush=True)

    def end(self, name: str, words: str, *, important: bool = False) -> None:
        """One notebook ended. On a terminal the bar says it, unless it is important."""
        self.ended += 1
        if self._bar is None or important:
            self.say(f"[{self.ended}/{self.total}] {name}: {words}")
        if self._bar is not None:
            self._bar.set_description_str(f"{name} ")
            self._bar.update()
