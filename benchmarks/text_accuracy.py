"""How right the words are: tokens and lemmas against annotated text in folders of your own.

    python benchmarks/text_accuracy.py --written FOLDER --spoken FOLDER [--development FOLDER] [--list]

Takes CoNLL-U files (.conllu, as the Universal Dependencies treebanks are) and marked lines (.txt): words parted by
blanks, ``|`` where two words touch (l'|impatto), ``/lemma`` after a word of content (case/casa, ``/=`` where form and
lemma are one), ``\\.`` for a stop that belongs to its word. No annotated text is part of the project; what was measured
and on what is told in docs/text_accuracy.md.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from measure import report

from hubanalysis.metrics.lemmas import lemmatise
from hubanalysis.metrics.tokens import token_places

CONTENT = {"NOUN", "PROPN", "VERB", "ADJ"}
EDGES = '«»“”"()[]{}<>,;:.!?…–—-'
#: A sentence: its plain text, and its words as (form, start, lemma or None where it is no word of content).
Sentence = tuple[str, list[tuple[str, int, str | None]]]


def read_marked(text: str) -> list[Sentence]:
    """The sentences of a file of marked lines."""
    sentences = []
    for line in text.splitlines():
        plain, words = "", []
        for chunk in line.split():
            plain += " " if plain else ""
            for piece in chunk.split("|"):
                surface, _, mark = piece.partition("/")
                closing = re.search(rf"[{re.escape(EDGES)}]*$", mark)[0] if mark else ""
                mark = mark[: len(mark) - len(closing)]
                shown = surface.replace("\\.", ".") + closing
                form = (
                    surface.strip(EDGES)
                    if "\\." not in surface
                    else surface.strip(EDGES).replace("\\", "") + "."
                )
                if form:
                    start = len(plain) + shown.index(form)
                    words.append((form, start, None if not mark else form if mark == "=" else mark))
                plain += shown
        sentences.append((plain, words))
    return sentences


def read_conllu(text: str) -> list[Sentence]:
    """The sentences of a CoNLL-U file: words as they are written, so that della and parlarmi are one each."""
    sentences = []
    for block in re.split(r"\n\s*\n", text.strip()):
        rows = [line.split("\t") for line in block.splitlines() if line and not line.startswith("#")]
        plain, words, inside, k = "", [], 0, 0
        while k < len(rows):
            row, parts = rows[k], [rows[k]]
            if "-" in row[0]:
                first, last = map(int, row[0].split("-"))
                parts = rows[k + 1 : k + 2 + last - first]
            content = [p[2] for p in parts if p[3] in CONTENT]
            if any(p[3] != "PUNCT" for p in parts):
                words.append((row[1], len(plain), content[0] if content else None))
            plain += row[1] + ("" if "SpaceAfter=No" in row[9] else " ")
            k += 1 + (len(parts) if "-" in row[0] else inside)
        sentences.append((plain.rstrip(), words))
    return sentences


def read_folder(folder: Path) -> list[Sentence]:
    """All sentences of a folder's files, in the order of their names."""
    sentences: list[Sentence] = []
    for file in sorted(folder.iterdir()):
        read = {".txt": read_marked, ".conllu": read_conllu}.get(file.suffix)
        if read:
            sentences += read(file.read_text(encoding="utf-8"))
    return sentences


def is_word(form: str) -> bool:
    """False for what was broken off (esp~) or not understood (x), which the tokeniser leaves out on purpose."""
    return not form.endswith("~") and set(form) != {"x"}


def token_counts(sentences: list[Sentence], all_marks: bool) -> np.ndarray:
    """For each sentence: words in gold, words found, words found at the same place with the same end."""
    rows = []
    for plain, words in sentences:
        gold = {(s, s + len(f)) for f, s, _ in words if all_marks or is_word(f)}
        found = {(s, e) for _, s, e in token_places(plain, "it")}
        rows.append((len(gold), len(found), len(gold & found)))
    return np.array(rows, dtype=float).reshape(-1, 3)


def f1(counts: np.ndarray) -> np.ndarray:
    """F1 of summed counts (gold, found, same)."""
    return 2 * counts[..., 2] / (counts[..., 0] + counts[..., 1])


def lemma_counts(sentences: list[Sentence], lemma_of) -> tuple[np.ndarray, Counter]:
    """For each sentence: words of content, those with the gold lemma (capitals aside); and the errors."""
    rows, errors = [], Counter()
    for _, words in sentences:
        content = [(f, g) for f, _, g in words if g is not None and is_word(f)]
        right = 0
        for form, gold in content:
            said = lemma_of(form)
            right += said.lower() == gold.lower()
            if said.lower() != gold.lower():
                errors[(form, said, gold)] += 1
        rows.append((len(content), right))
    return np.array(rows, dtype=float).reshape(-1, 2), errors


def bounds(counts: np.ndarray, statistic, draws: int = 2000) -> tuple[float, float]:
    """95 % percentile bounds when sentences are drawn again."""
    rng = np.random.default_rng(2022)
    weights = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=draws)
    return tuple(np.quantile(statistic(weights @ counts), [0.025, 0.975]))


def plain_simplemma(form: str) -> str:
    """The peer: simplemma with nothing before or after it."""
    import simplemma

    return simplemma.lemmatize(form.lower(), "it")


def say(name: str, counts: np.ndarray, statistic, target: float | None) -> None:
    """One measure, its interval and its n in the target's words."""
    value, (low, high) = float(statistic(counts.sum(axis=0))), bounds(counts, statistic)
    goal = f">= {target}" if target else "shown"
    words = f"{goal} (95 % interval {low:.3f} to {high:.3f}, n = {int(counts[:, 0].sum())})"
    report(name, value, "share", words, None if target is None else value >= target)


def accuracy(counts: np.ndarray) -> np.ndarray:
    """The share of words with the right lemma."""
    return counts[..., 1] / counts[..., 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("written", "spoken", "development"):
        parser.add_argument(f"--{name}", type=Path, help=f"a folder of annotated {name} text")
    parser.add_argument("--list", action="store_true", help="list the lemmas that differ")
    parser.add_argument("--quick", action="store_true", help="nothing without folders")
    options = parser.parse_args()
    for name, target in (("written", 0.99), ("spoken", 0.965), ("development", None)):
        folder = getattr(options, name)
        if folder is None:
            continue
        sentences = read_folder(folder)
        say(f"token F1, {name}, words", token_counts(sentences, False), f1, target)
        say(f"token F1, {name}, broken-off words counted too", token_counts(sentences, True), f1, None)
        ours, errors = lemma_counts(sentences, lemmatise)
        if not ours[:, 0].sum():
            continue
        say(f"lemma accuracy of content words, {name}", ours, accuracy, 0.92 if name == "spoken" else None)
        peer, _ = lemma_counts(sentences, plain_simplemma)
        say(f"lemma accuracy of content words, {name}, simplemma alone", peer, accuracy, None)
        if options.list:
            for (form, said, gold), times in errors.most_common():
                print(f"  {times} {form}: {said}, gold {gold}", file=sys.stderr)


if __name__ == "__main__":
    main()
